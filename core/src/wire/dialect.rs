//! The wire formats that we speak, by their names. A sixth foreign one is a line in `foreign!`.

use crate::prelude::*;
use core::str::FromStr;
use serde_json::{Map, Value};

use super::foreign::{Answering, Asking, Exchange, Fields, Incoming, Params, hear};
use super::native::LicenseCall;
use super::{
    CodeHeaven, Gumroad, LicenseDock, Outcome, PackEdge, Request, Response, SerialSense, native,
};
use crate::refusal::WrongParameter;

/// Not the name of a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownDialect;

/// Why there is no request to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallProblem {
    /// The dialect has no such call.
    Unknown,
    /// The call does not take these parameters.
    Wrong(WrongParameter),
}

impl From<WrongParameter> for CallProblem {
    fn from(wrong: WrongParameter) -> Self {
        Self::Wrong(wrong)
    }
}

macro_rules! foreign {
    ($($(#[$doc:meta])* $dialect:ident $name:literal,)*) => {
        /// A wire format that we speak.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Dialect {
            /// Our own JSON-RPC.
            Counterfoil,
            $($(#[$doc])* $dialect,)*
        }

        impl FromStr for Dialect {
            type Err = UnknownDialect;

            fn from_str(name: &str) -> Result<Self, UnknownDialect> {
                match name {
                    "counterfoil" => Ok(Self::Counterfoil),
                    $($name => Ok(Self::$dialect),)*
                    _ => Err(UnknownDialect),
                }
            }
        }

        impl Dialect {
            /// The names of all.
            pub const NAMES: &[&str] = &["counterfoil", $($name),*];

            /// The foreign ones, each with the folder under which a server speaks it.
            pub const MOUNTS: &[(&str, Self)] = &[$(($name, Self::$dialect)),*];

            /// What metrics and logs call the calls of all foreign ones.
            pub fn labels() -> Vec<&'static str> {
                [$($dialect::LABELS),*].concat()
            }

            /// The rates that some of them promise their callers, for each address and endpoint.
            pub fn calls_per_minute() -> Vec<u32> {
                [$($dialect::CALLS_PER_MINUTE),*].into_iter().flatten().collect()
            }

            /// Begins an exchange on a server; `None` for our own, which has calls of its own.
            pub fn hear(self, request: Incoming) -> Option<Box<dyn Exchange>> {
                match self {
                    Self::Counterfoil => None,
                    $(Self::$dialect => Some(hear::<$dialect>(request)),)*
                }
            }

            /// The request for the call of this name: the last word of its path or method.
            ///
            /// # Errors
            ///
            /// [`CallProblem`] for a call that there is not, or that does not take these parameters.
            pub fn build_request(
                self,
                call: &str,
                params: Map<String, Value>,
            ) -> Result<Request, CallProblem> {
                match self {
                    Self::Counterfoil => {
                        let call = LicenseCall::named(call).ok_or(CallProblem::Unknown)?;
                        Ok(native::render_request(call, params)?)
                    }
                    $(Self::$dialect => build::<$dialect>(call, params),)*
                }
            }

            /// What a response to the call of this name says; `None` when there is no such call.
            /// Whatever the bytes are, there is an outcome.
            pub fn parse_response(self, call: &str, response: &Response) -> Option<Outcome> {
                match self {
                    Self::Counterfoil => {
                        LicenseCall::named(call).map(|call| native::parse_response(call, response))
                    }
                    $(Self::$dialect => parse::<$dialect>(call, response),)*
                }
            }
        }
    };
}
foreign! {
    /// Code Heaven's.
    CodeHeaven "codeheaven",
    /// Gumroad's.
    Gumroad "gumroad",
    /// LicenseDock's.
    LicenseDock "licensedock",
    /// PackEdge's.
    PackEdge "packedge",
    /// Serial Sense's.
    SerialSense "serialsense",
}

fn build<D: Asking>(call: &str, params: Map<String, Value>) -> Result<Request, CallProblem> {
    let name = D::named(call).ok_or(CallProblem::Unknown)?;
    let call = D::build(name, Params::from(Fields(params)))?;
    D::asked(&call).ok_or(CallProblem::Unknown)
}

fn parse<D: Asking>(call: &str, response: &Response) -> Option<Outcome> {
    let name = D::named(call)?;
    let outcome = D::answered(name, response).map(|reply| D::outcome(name, reply));
    Some(outcome.unwrap_or_else(Outcome::unrecognized))
}
