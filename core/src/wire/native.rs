//! Our own JSON-RPC: every call with its name, parameters, answer and scope.
//!
//! Each call is a type. [`calls!`](self) writes it, its reader and its writer from one list of
//! members, so the server, the npm package and the documentation cannot differ.
//!
//! - Base path: `/rpc`. Parameters by name, camel case; an unknown member is refused by name.
//! - In a request `null` reads as absent, except in [`Update`], where it clears.
//! - Errors: the table in [`crate::refusal`].

pub mod admin;
mod envelope;
pub mod license;
mod list;
mod number;
mod param;
mod update;

pub use envelope::{LicenseCall, PATH, parse_response, render_request};
pub use list::{Cursor, ListLimit};
pub use number::{Adjustment, Defaulted, WholeNumber};
pub use param::{KeyText, Label, Param, Problem, Reference};
pub use update::Update;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// What the methods of shipped software begin with.
const METHOD_PREFIX: &str = "license.";

/// What a token must be allowed for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None: the license key is the credential.
    Key,
    /// Every get and list.
    LicensesRead,
    /// Licenses, activations, customers.
    LicensesWrite,
    /// Products and plans.
    ProductsWrite,
    /// What the payment side reports.
    BillingWrite,
    /// Tokens and webhooks.
    TokensWrite,
    /// What happens, as it happens.
    EventsRead,
    /// The server's own figures.
    MetricsRead,
}

impl Scope {
    /// The scope's name in a token; `None` where no token is needed.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Key => None,
            Self::LicensesRead => Some("licenses:read"),
            Self::LicensesWrite => Some("licenses:write"),
            Self::ProductsWrite => Some("products:write"),
            Self::BillingWrite => Some("billing:write"),
            Self::TokensWrite => Some("tokens:write"),
            Self::EventsRead => Some("events:read"),
            Self::MetricsRead => Some("metrics:read"),
        }
    }

    /// The names of all that a token can have.
    pub const NAMES: [&str; 7] = [
        "licenses:read",
        "licenses:write",
        "products:write",
        "billing:write",
        "tokens:write",
        "events:read",
        "metrics:read",
    ];
}

/// One call of the JSON-RPC surface.
pub trait Call: Sized {
    /// The method's name: `license.validate`.
    const METHOD: &'static str;
    /// What its caller must be allowed.
    const SCOPE: Scope;
    /// Its parameters' names, the required ones first to last as declared.
    const MEMBERS: &'static [&'static str];
    /// What it answers.
    type Answer: Serialize;

    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// `invalid_params` naming the first member that is missing, wrong or unknown.
    fn read(params: Map<String, Value>) -> Result<Self, Refusal>;

    /// Writes the parameters; those that are absent are left out.
    fn write(&self) -> Map<String, Value>;
}

/// The names of every call, of all modules.
pub fn methods() -> Vec<&'static str> {
    [license::METHODS, &admin::methods()].concat()
}

/// Takes one member out of the parameters.
fn take<P: Param>(params: &mut Map<String, Value>, name: &str) -> Result<P, Refusal> {
    let wrong = |problem: Problem| match problem.member {
        Some(member) => Refusal::invalid_params(&format!("{name}.{member}"), problem.text),
        None => Refusal::invalid_params(name, problem.text),
    };
    match params.remove(name) {
        None => P::absent().ok_or_else(|| Refusal::invalid_params(name, "is missing")),
        Some(Value::Null) => P::null().map_err(wrong),
        Some(value) => P::read(value).map_err(wrong),
    }
}

/// Puts one member into the parameters, unless it is absent.
fn put<P: Param>(params: &mut Map<String, Value>, name: &str, value: &P) {
    if let Some(value) = value.member() {
        params.insert(name.to_owned(), value);
    }
}

fn refuse_unknown(left: &Map<String, Value>) -> Result<(), Refusal> {
    match left.keys().next() {
        Some(name) => Err(Refusal::invalid_params(name, "is not known to this method")),
        None => Ok(()),
    }
}

/// Writes the type of each call, its [`Call`] and the list of them all.
macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident $method:literal $scope:ident -> $answer:ty {
        $($(#[$member_doc:meta])* $field:ident $member:literal: $type:ty,)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $name {
                $($(#[$member_doc])* pub $field: $type,)*
            }

            impl $crate::wire::native::Call for $name {
                const METHOD: &'static str = $method;
                const SCOPE: $crate::wire::native::Scope = $crate::wire::native::Scope::$scope;
                const MEMBERS: &'static [&'static str] = &[$($member),*];
                type Answer = $answer;

                fn read(
                    mut params: serde_json::Map<String, serde_json::Value>,
                ) -> Result<Self, $crate::refusal::Refusal> {
                    let call = Self {
                        $($field: $crate::wire::native::take(&mut params, $member)?,)*
                    };
                    $crate::wire::native::refuse_unknown(&params)?;
                    Ok(call)
                }

                fn write(&self) -> serde_json::Map<String, serde_json::Value> {
                    let mut members = serde_json::Map::new();
                    $($crate::wire::native::put(&mut members, $member, &self.$field);)*
                    members
                }
            }
        )*

        /// The names of the calls in this module.
        pub const METHODS: &[&str] = &[$($method),*];
    };
}
use calls;

#[cfg(test)]
mod tests;
