//! What the five old systems have in common.
//!
//! A dialect is written once. [`Spoken`] is its wire: what can be asked and answered, and how that
//! is written and read. [`Answering`] is the server's end: what a call comes down to in our own
//! words ([`Ask`]), and how what came of it ([`Told`]) is said in the dialect's. [`Asking`] is the
//! client's end: from parameters to a call, from a reply to an [`Outcome`].
//!
//! Nothing here knows a vendor. A server holds an [`Exchange`] and never learns which dialect it is.

mod ask;
mod errand;
mod fields;
mod form;
mod incoming;
mod kept;
mod members;
mod outcome;
mod params;
mod seats;
mod site;

pub use ask::{
    Ask, Change, Command, Credential, Facts, NewLicense, PLACES_TOLD_MAX, Query, Told, Which,
};
pub use errand::{
    Bulk, BuyerWanted, Done, EachChange, EndWanted, Errand, Job, LISTED_MAX, LicenseWanted,
    LicensesWanted, ListedLicense, ListedPlace, Lookup, Mark, PageWanted, PlacesWanted, Record,
    Revised,
};
pub use fields::{Fields, Wrong};
pub use form::{Form, push_segment};
pub use incoming::{Body, Incoming};
pub use kept::{Kept, kept};
pub use members::Members;
pub use outcome::{ForeignActivation, ForeignAnswered, ForeignVerdict};
pub use params::Params;
pub use seats::{SEATS_UNLIMITED, limit_of, seats_told};
pub use site::no_site;

use crate::prelude::*;
use core::fmt::Debug;
use serde_json::Map;

use super::native::Scope;
use super::{CallProblem, Outcome, Request, Response};
use crate::refusal::Refusal;

/// What is said in a dialect, and how it is written and read. Two laws hold:
/// `read(route(write(call))) = call` and `parse(render(reply)) = reply`.
pub trait Spoken: Debug + Sized + 'static {
    /// Which call it is, from its method and path alone.
    type Name: Copy + Debug + PartialEq + Send + Sync;
    /// A call with all that it asks.
    type Call: Debug + PartialEq + Send + Sync;
    /// Everything that an answer can say.
    type Reply: Debug + PartialEq + Send + Sync;

    /// The call that a request is for.
    ///
    /// # Errors
    ///
    /// The reply to a request for none.
    fn route(request: &Incoming) -> Result<Self::Name, Self::Reply>;

    /// Reads what is asked.
    ///
    /// # Errors
    ///
    /// The reply to a request that is not understood.
    fn read(name: Self::Name, request: &Incoming) -> Result<Self::Call, Self::Reply>;

    /// Writes a call as the old vendor's own clients do.
    fn write(call: &Self::Call) -> Request;

    /// Writes a reply; without a name that to a request for no call.
    fn render(name: Option<Self::Name>, reply: &Self::Reply) -> Response;

    /// Reads a reply to a call of this name; `None` for bytes that are none.
    fn parse(name: Self::Name, response: &Response) -> Option<Self::Reply>;
}

/// The server's end of a dialect.
pub trait Answering: Spoken {
    /// What metrics and logs call it: `gumroad`.
    const LABEL: &'static str;
    /// What metrics and logs call its calls, that to nothing included: `gumroad.verify`.
    const LABELS: &'static [&'static str];

    /// One of [`Self::LABELS`]; without a name that of a request for no call.
    fn label(name: Option<Self::Name>) -> &'static str;

    /// What a call of this name takes.
    fn credential(name: Self::Name, request: &Incoming) -> Credential;

    /// What the call comes down to.
    fn ask(call: &Self::Call) -> Ask;

    /// Looks at the facts before anything is changed, in the dialect's own order of checks.
    ///
    /// # Errors
    ///
    /// The reply, when that is a "no".
    fn check(call: &Self::Call, facts: &Facts) -> Result<(), Self::Reply> {
        let _ = (call, facts);
        Ok(())
    }

    /// Says what came of a call.
    fn tell(call: &Self::Call, told: &Told) -> Self::Reply;

    /// Says why nothing came of it; without a name that of a request for no call.
    fn refuse(name: Option<Self::Name>, request: &Incoming, refusal: &Refusal) -> Self::Reply;

    /// What browsers are let do with a request to this path; `None`: nothing.
    fn cors(request: &Incoming) -> Option<Cors> {
        let _ = request;
        None
    }

    /// Calls per minute that one address may make of each name, beside the server's own limits.
    const CALLS_PER_MINUTE: Option<u32> = None;
}

/// The client's end of a dialect.
pub trait Asking: Spoken {
    /// The call that a program names, by the last word of its path.
    fn named(text: &str) -> Option<Self::Name>;

    /// The call with these parameters: by the dialect's own names, or by ours where it has the
    /// same (`key`, `identifier`, `product`, `name`, `activation`). `null` is absent.
    ///
    /// # Errors
    ///
    /// [`CallProblem::Wrong`] naming the first member that is missing, wrong or unknown.
    fn build(name: Self::Name, params: Params) -> Result<Self::Call, CallProblem>;

    /// As [`Spoken::write`]; `None` for a call that no program makes. A dialect that has such calls
    /// leaves them out here, for every byte counts in a browser.
    fn asked(call: &Self::Call) -> Option<Request> {
        Some(Self::write(call))
    }

    /// As [`Spoken::parse`]; `None` also for a reply to a call that no program makes.
    fn answered(name: Self::Name, response: &Response) -> Option<Self::Reply> {
        Self::parse(name, response)
    }

    /// What a reply says, in the form that all dialects share.
    fn outcome(name: Self::Name, reply: Self::Reply) -> Outcome;
}

/// What browsers are let do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    /// The methods, as the header lists them.
    pub methods: &'static str,
    /// The request headers, as the header lists them.
    pub headers: String,
    /// The status of the answer to `OPTIONS`.
    pub preflight_status: u16,
}

/// A request in some dialect on its way through a server.
pub trait Exchange: Debug + Send + Sync {
    /// What metrics and logs call it.
    fn label(&self) -> &'static str;
    /// What it takes.
    fn credential(&self) -> &Credential;
    /// Whether the license's key is what allows it, so that an unknown one is a guess.
    fn is_by_key(&self) -> bool {
        match self.credential() {
            Credential::NotNeeded => true,
            Credential::Missing => false,
            Credential::Sent { scope, .. } => *scope == Scope::Key,
        }
    }
    /// Calls per minute of this label from one address.
    fn calls_per_minute(&self) -> Option<u32>;
    /// The answer to a browser that asks whether it may ask.
    fn preflight(&self) -> Option<Response>;
    /// What is asked.
    ///
    /// # Errors
    ///
    /// The response to a request that is not understood.
    fn ask(&self) -> Result<Ask, Response>;
    /// As [`Answering::check`].
    ///
    /// # Errors
    ///
    /// The response, when that is a "no".
    fn check(&self, facts: &Facts) -> Result<(), Response>;
    /// As [`Answering::tell`].
    fn tell(&self, told: &Told) -> Response;
    /// As [`Answering::refuse`].
    fn refuse(&self, refusal: &Refusal) -> Response;
}

/// Begins an exchange in a dialect.
pub fn hear<D: Answering>(request: Incoming) -> Box<dyn Exchange> {
    let name = D::route(&request);
    let (name, call) = match name {
        Ok(name) => (Some(name), D::read(name, &request)),
        Err(reply) => (None, Err(reply)),
    };
    let credential = name.map_or(Credential::NotNeeded, |name| D::credential(name, &request));
    Box::new(Heard::<D> { request, name, credential, call })
}

#[derive(Debug)]
struct Heard<D: Spoken> {
    request: Incoming,
    name: Option<D::Name>,
    credential: Credential,
    call: Result<D::Call, D::Reply>,
}

impl<D: Answering> Heard<D> {
    fn render(&self, reply: &D::Reply) -> Response {
        let mut response = D::render(self.name, reply);
        if let Some(cors) = D::cors(&self.request) {
            let allow_origin = ("access-control-allow-origin", "*");
            let expose = ("access-control-expose-headers", "Retry-After");
            for (name, value) in [allow_origin, expose] {
                response.headers.insert(name.to_owned(), value.into());
            }
            response.headers.insert("access-control-allow-methods".to_owned(), cors.methods.into());
            response.headers.insert("access-control-allow-headers".to_owned(), cors.headers.into());
        }
        response
    }
}

impl<D: Answering> Exchange for Heard<D> {
    fn label(&self) -> &'static str {
        D::label(self.name)
    }

    fn credential(&self) -> &Credential {
        &self.credential
    }

    fn calls_per_minute(&self) -> Option<u32> {
        D::CALLS_PER_MINUTE
    }

    fn preflight(&self) -> Option<Response> {
        let cors = D::cors(&self.request).filter(|_| self.request.method == "OPTIONS")?;
        let mut headers = Map::new();
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", cors.methods),
            ("access-control-allow-headers", &cors.headers),
            ("access-control-max-age", "7200"),
        ] {
            headers.insert(name.to_owned(), value.into());
        }
        Some(Response { status: cors.preflight_status, headers, body: Vec::new() })
    }

    fn ask(&self) -> Result<Ask, Response> {
        self.call.as_ref().map(D::ask).map_err(|reply| self.render(reply))
    }

    fn check(&self, facts: &Facts) -> Result<(), Response> {
        // What was not understood is never looked up.
        let Ok(call) = &self.call else { return Ok(()) };
        D::check(call, facts).map_err(|reply| self.render(&reply))
    }

    fn tell(&self, told: &Told) -> Response {
        match &self.call {
            Ok(call) => self.render(&D::tell(call, told)),
            Err(reply) => self.render(reply),
        }
    }

    fn refuse(&self, refusal: &Refusal) -> Response {
        self.render(&D::refuse(self.name, &self.request, refusal))
    }
}
