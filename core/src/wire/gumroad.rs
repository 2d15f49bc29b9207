//! Gumroad's license-key API.
//!
//! - Base path: `/v2/licenses`, also below `/api`. `verify` is a POST and takes no credential, not
//!   even a bad one; the others are PUTs and take a seller's access token, in the `Authorization`
//!   header or as a parameter.
//! - Parameters in the query, which goes before, or in the body: a form, JSON or parts. A key is
//!   found in any case, in the product that is named by its id or a permalink.
//! - Success: 200, `{"success": true, "uses": …, "purchase": {…}}`, of refunded and lapsed sales
//!   too: the purchase tells. Failure: `{"success": false, "message": "…"}`, mostly 404, and
//!   `{"error": "…"}` where the token is what is wrong.
//! - Times are RFC 3339, whole seconds; money is in cents; ids are 16 bytes in URL-safe base64.

mod client;
mod purchase;
mod reply;
mod request;
mod server;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::foreign::{Incoming, Spoken};
use super::{Request, Response};
use crate::prelude::*;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Gumroad;

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `POST /v2/licenses/verify`.
    Verify,
    /// One of the seller's calls.
    Change(Action),
}

/// What a seller does to a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `PUT /v2/licenses/enable`.
    Enable,
    /// `PUT /v2/licenses/disable`.
    Disable,
    /// `PUT /v2/licenses/decrement_uses_count`.
    Decrement,
    /// `PUT /v2/licenses/rotate`.
    Rotate,
}

impl Name {
    const ALL: [Self; 5] = [
        Self::Verify,
        Self::Change(Action::Enable),
        Self::Change(Action::Disable),
        Self::Change(Action::Decrement),
        Self::Change(Action::Rotate),
    ];

    /// The last word of its path.
    const fn word(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Change(Action::Enable) => "enable",
            Self::Change(Action::Disable) => "disable",
            Self::Change(Action::Decrement) => "decrement_uses_count",
            Self::Change(Action::Rotate) => "rotate",
        }
    }

    const fn method(self) -> &'static str {
        match self {
            Self::Verify => "POST",
            Self::Change(_) => "PUT",
        }
    }

    fn by_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == text)
    }
}

/// A call.
#[derive(Clone, PartialEq, Eq)]
pub enum Call {
    /// How a license stands.
    Verify {
        /// Which one.
        license: License,
        /// Whether a use is counted.
        counts: bool,
    },
    /// Changes a license.
    Change {
        /// What to do.
        action: Action,
        /// To which one.
        license: License,
        /// The seller's access token.
        access_token: Option<String>,
    },
}

impl core::fmt::Debug for Call {
    /// Without the secrets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Verify { license, counts } => write!(f, "Verify({license:?}, {counts})"),
            Self::Change { action, license, .. } => write!(f, "Change({action:?}, {license:?})"),
        }
    }
}

/// Which license is meant.
#[derive(Clone, PartialEq, Eq)]
pub struct License {
    /// The key; empty when none was sent.
    pub license_key: String,
    /// The product's external id.
    pub product_id: Option<String>,
    /// A permalink of the product; counts only without its id.
    pub permalink: Option<String>,
}

impl core::fmt::Debug for License {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "License(product {:?} {:?})", self.product_id, self.permalink)
    }
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// How the license stands now.
    Told(Box<Told>),
    /// A failure.
    Failed(Failure),
}

/// What all calls answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// Uses counted so far; some of Gumroad's answers do not say.
    pub uses: Option<u64>,
    /// Whether the key came with customers who were imported; then `record` tells of one of them.
    pub is_imported: bool,
    /// The purchase, in Gumroad's own members.
    pub record: Map<String, Value>,
}

impl core::fmt::Debug for Told {
    /// Without the purchase, which holds the key and who bought.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Told({:?} uses)", self.uses)
    }
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it is.
    pub code: Code,
    /// Seconds to wait.
    pub retry_after: Option<u32>,
}

/// The failures. What there is to branch on is the status and the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// The body is none.
    Unparsable,
    /// This field is no text.
    NotText(String),
    /// The product wants to be named by its id, which is told.
    ProductIdNeeded(String),
    /// No such license of this product; also another seller's.
    NoLicense,
    /// The license has ended.
    AccessRevoked,
    /// The license is switched off.
    Disabled,
    /// No token, or one that nobody has.
    InvalidToken,
    /// A token that was taken back.
    RevokedToken,
    /// A token whose time is over.
    ExpiredToken,
    /// The token lacks the scope.
    Forbidden,
    /// The path is nobody's, or another method's.
    UnknownPath,
    /// The body is too large.
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// The server's own fault.
    InternalError,
    /// Something else, by its status, form and text.
    Other(u16, Form, String),
}

/// How a failure's body looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{"success": false, "message": "…"}`.
    Message,
    /// `{"success": false, "error": "…"}`.
    Error,
    /// `{"error": "…"}`.
    Bare,
}

const NOT_TEXT: (&str, &str) = ("The '", "' parameter must be a string.");
const PRODUCT_ID_NEEDED: (&str, &str) = (
    "The 'product_id' parameter is required to verify the license for this product. Please set \
     'product_id' to '",
    "' in the request.",
);

impl Code {
    /// What has one text.
    const PLAIN: &[Self] = &[
        Self::Unparsable,
        Self::NoLicense,
        Self::AccessRevoked,
        Self::Disabled,
        Self::InvalidToken,
        Self::RevokedToken,
        Self::ExpiredToken,
        Self::Forbidden,
        Self::UnknownPath,
        Self::TooLarge,
        Self::RateLimited,
        Self::InternalError,
    ];

    /// The status, the form and the text around what varies.
    fn line(&self) -> (u16, Form, (&str, &str)) {
        let message = |status, text| (status, Form::Message, (text, ""));
        match self {
            Self::Unparsable => message(400, "The request body could not be parsed."),
            Self::NotText(_) => (400, Form::Message, NOT_TEXT),
            Self::ProductIdNeeded(_) => (500, Form::Message, PRODUCT_ID_NEEDED),
            Self::NoLicense => {
                message(404, "That license does not exist for the provided product.")
            }
            Self::AccessRevoked => {
                message(404, "Access to the purchase associated with this license has expired.")
            }
            Self::Disabled => message(404, "This license key has been disabled."),
            Self::InvalidToken => (401, Form::Bare, ("The access token is invalid", "")),
            Self::RevokedToken => (401, Form::Bare, ("The access token was revoked", "")),
            Self::ExpiredToken => (401, Form::Bare, ("The access token expired", "")),
            Self::Forbidden => (403, Form::Bare, ("Forbidden", "")),
            Self::UnknownPath => (404, Form::Error, ("Not found", "")),
            Self::TooLarge => message(413, "The request body is too large."),
            Self::RateLimited => message(429, "Too many requests. Try again later."),
            Self::InternalError => message(503, "Internal error."),
            Self::Other(status, form, text) => (*status, *form, (text, "")),
        }
    }

    /// What a person reads.
    fn text(&self) -> String {
        let (before, after) = self.line().2;
        let between = if let Self::NotText(varying) | Self::ProductIdNeeded(varying) = self {
            varying
        } else {
            ""
        };
        [before, between, after].concat()
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self { code, retry_after: None }
    }
}

impl From<Code> for Reply {
    fn from(code: Code) -> Self {
        Self::Failed(code.into())
    }
}

impl Spoken for Gumroad {
    type Name = Name;
    type Call = Call;
    type Reply = Reply;

    fn route(request: &Incoming) -> Result<Name, Reply> {
        request::route(request)
    }

    fn read(name: Name, request: &Incoming) -> Result<Call, Reply> {
        request::read(name, request)
    }

    fn write(call: &Call) -> Request {
        request::write(call)
    }

    fn render(_: Option<Name>, reply: &Reply) -> Response {
        reply::render(reply)
    }

    fn parse(_: Name, response: &Response) -> Option<Reply> {
        reply::parse(response)
    }
}
