//! Our own JSON-RPC: every call with its name, parameters, answer and scope.
//!
//! Each call is a type. [`calls!`](self) writes it, its reader and its writer from one list of
//! members, so the server, the npm package and the documentation cannot differ.
//!
//! - Base path: `/rpc`. Parameters by name, camel case; an unknown member is refused by name.
//! - In a request `null` reads as absent, except in [`Update`], where it clears.
//! - Errors: the table in [`crate::refusal`].

pub mod admin;
pub mod billing;
pub mod checkout;
mod envelope;
pub mod license;
mod list;
mod number;
#[cfg(feature = "schema")]
pub mod openrpc;
mod param;
pub mod portal;
mod update;

pub use envelope::{LicenseCall, PATH, parse_response, render_request};
pub use list::{Cursor, ListLimit};
pub use number::{Adjustment, Defaulted, WholeNumber};
pub use param::{Flag, KeyText, Label, Param, Parameter, Problem, Reference};
pub use update::Update;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::prelude::*;
use crate::refusal::{Refusal, WrongParameter};
use crate::schema::Described;

/// What the methods of shipped software begin with.
const METHOD_PREFIX: &str = "license.";

/// What any call may be refused with.
const REFUSALS_OF_EVERY_CALL: &[&str] =
    &["invalid_params", "rate_limited", "unavailable", "internal_error"];

/// What a call that needs a token may be refused with.
const REFUSALS_OF_TOKENS: &[&str] = &["unauthorized", "forbidden"];

/// What a call that needs a customer's session may be refused with.
const REFUSALS_OF_SESSIONS: &[&str] = &["unauthorized"];

/// Stands in a call's list for [`REFUSALS_OF_STOPPED`].
const LICENSE_STOPPED: &str = "license_stopped";

/// What a call that needs an active license may be refused with.
const REFUSALS_OF_STOPPED: &[&str] = &[
    "license_expired",
    "license_suspended",
    "license_disabled",
    "license_revoked",
    "license_cancelled",
];

/// What a call may be refused with that takes an [`IDEMPOTENCY_KEY`].
const REFUSAL_OF_REPEATS: &str = "idempotency_conflict";

/// The member that makes a repeat harmless.
const IDEMPOTENCY_KEY: &str = "idempotencyKey";

/// What a token must be allowed for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None: the license key is the credential.
    Key,
    /// None: it reaches nothing but the caller's own connection.
    Connection,
    /// None: anyone may ask.
    Anyone,
    /// None that a vendor's token can have: it takes a customer's session.
    Customer,
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
    /// The scope's name; `None` where no token is needed.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Key | Self::Connection | Self::Anyone => None,
            Self::Customer => Some("portal"),
            Self::LicensesRead => Some("licenses:read"),
            Self::LicensesWrite => Some("licenses:write"),
            Self::ProductsWrite => Some("products:write"),
            Self::BillingWrite => Some("billing:write"),
            Self::TokensWrite => Some("tokens:write"),
            Self::EventsRead => Some("events:read"),
            Self::MetricsRead => Some("metrics:read"),
        }
    }

    /// What its callers may be refused for their token.
    const fn refusals(self) -> &'static [&'static str] {
        match self {
            Self::Key | Self::Connection | Self::Anyone => &[],
            Self::Customer => REFUSALS_OF_SESSIONS,
            Self::LicensesRead
            | Self::LicensesWrite
            | Self::ProductsWrite
            | Self::BillingWrite
            | Self::TokensWrite
            | Self::EventsRead
            | Self::MetricsRead => REFUSALS_OF_TOKENS,
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
    /// Its parameters, in the same order.
    const PARAMETERS: &'static [Parameter];
    /// The words of the refusals that are its own. Those of every call, of every call with a token
    /// and of every call with an idempotency key are left out: [`Self::may_refuse`] knows them.
    const REFUSALS: &'static [&'static str];
    /// What it answers.
    type Answer: Serialize + Described;

    /// Whether its callers must reckon with this refusal.
    fn may_refuse(word: &str) -> bool {
        Self::REFUSALS.contains(&word)
            || REFUSALS_OF_EVERY_CALL.contains(&word)
            || (Self::REFUSALS.contains(&LICENSE_STOPPED) && REFUSALS_OF_STOPPED.contains(&word))
            || Self::SCOPE.refusals().contains(&word)
            || (word == REFUSAL_OF_REPEATS && Self::MEMBERS.contains(&IDEMPOTENCY_KEY))
    }

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
    let anyones = [checkout::METHODS, portal::METHODS].concat();
    [license::METHODS, &admin::methods(), billing::METHODS, &anyones].concat()
}

/// What the documentation says of every call, of all modules.
#[cfg(feature = "schema")]
fn described() -> Vec<&'static openrpc::Described> {
    let desk = admin::described().chain(billing::DESCRIBED);
    let anyones = checkout::DESCRIBED.iter().chain(portal::DESCRIBED);
    license::DESCRIBED.iter().chain(desk).chain(anyones).collect()
}

/// Takes one member out of the parameters.
fn take<P: Param>(params: &mut Map<String, Value>, name: &str) -> Result<P, Refusal> {
    param::given(params.remove(name)).map_err(|problem| problem.of(name).into())
}

/// The members as parameters, less those that are absent.
fn put(members: &mut [(&str, Option<Value>)]) -> Map<String, Value> {
    let mut params = Map::new();
    for (name, value) in members {
        if let Some(value) = value.take() {
            params.insert((*name).to_owned(), value);
        }
    }
    params
}

/// Takes what must not be left.
fn refuse_unknown(left: &mut Map<String, Value>) -> Result<(), Refusal> {
    left.keys().next().map_or(Ok(()), |name| Err(unknown(name).into()))
}

fn unknown(name: &str) -> WrongParameter {
    WrongParameter::new(name, "is not known to this method")
}

/// Writes the type of each call, its [`Call`] and the list of them all.
///
/// ```text
/// /// `license.deactivate`: gives a place back. What else there is to know.
/// Deactivate "license.deactivate" Key -> Deactivated | license_not_found | product_mismatch {
///     /// The license key.
///     key "key": KeyText,
/// }
/// ```
///
/// The comments are the documentation that callers read. After `->` comes the answer, after each
/// `|` a word of [`crate::refusal::CODES`] that is this call's own refusal; `license_stopped` stands
/// for those of a license that is not active. A subscription goes on with
/// `=> Item as NOTIFICATION until METHOD_THAT_ENDS_IT`, names of constants.
macro_rules! calls {
    ($($(#[doc = $doc:literal])* $name:ident $method:literal $scope:ident
        -> $answer:ty $(| $refusal:ident)*
        $(=> $item:ty as $notification:ident until $unsubscribe:ident)? {
        $($(#[doc = $member_doc:literal])* $field:ident $member:literal: $type:ty,)*
    })*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $name {
                $($(#[doc = $member_doc])* pub $field: $type,)*
            }

            impl $crate::wire::native::Call for $name {
                const METHOD: &'static str = $method;
                const SCOPE: $crate::wire::native::Scope = $crate::wire::native::Scope::$scope;
                const MEMBERS: &'static [&'static str] = &[$($member),*];
                const PARAMETERS: &'static [$crate::wire::native::Parameter] =
                    &[$($crate::wire::native::Parameter::of::<$type>($member)),*];
                const REFUSALS: &'static [&'static str] = &[$(stringify!($refusal)),*];
                type Answer = $answer;

                fn read(
                    mut params: serde_json::Map<alloc::string::String, serde_json::Value>,
                ) -> Result<Self, $crate::refusal::Refusal> {
                    let call = Self {
                        $($field: $crate::wire::native::take(&mut params, $member)?,)*
                    };
                    $crate::wire::native::refuse_unknown(&mut params)?;
                    Ok(call)
                }

                fn write(&self) -> serde_json::Map<alloc::string::String, serde_json::Value> {
                    $crate::wire::native::put(&mut [
                        $(($member, $crate::wire::native::Param::member(&self.$field)),)*
                    ])
                }
            }
        )*

        /// The names of the calls in this module.
        pub const METHODS: &[&str] = &[$($method),*];

        /// What the documentation says of them.
        #[cfg(feature = "schema")]
        pub const DESCRIBED: &[$crate::wire::native::openrpc::Described] = &[$({
            use $crate::wire::native::openrpc;
            openrpc::Described {
                doc: concat!($($doc, "\n"),*),
                members: &[$(openrpc::Member::of::<$type>($member, concat!($($member_doc, "\n"),*)),)*],
                pushed: $crate::wire::native::pushed!($($item, $notification, $unsubscribe)?),
                ..openrpc::Described::of::<$name>()
            }
        },)*];
    };
}
use calls;

#[cfg(feature = "schema")]
macro_rules! pushed {
    () => {
        None
    };
    ($item:ty, $notification:ident, $unsubscribe:ident) => {
        Some($crate::wire::native::openrpc::Pushed::of::<$item>($notification, $unsubscribe))
    };
}
#[cfg(feature = "schema")]
use pushed;

#[cfg(test)]
mod tests;
