//! LicenseDock's REST API, edition 1.0.0, with the form fields of its later clients.
//!
//! - Base path: `/api/index.php/v1/licensedock`, below the store's root. No credential: the license
//!   key is one, under the name `license_key` or `dlid`.
//! - Parameters as JSON, as a form or, where the body lacks them, in the query.
//! - Success: 200, `{"data": {…}}`. Failure: `{"error": {"code": "CAPS", "message": "…"}}`; a
//!   download that was asked for with `dlid` fails in plain text.
//! - Times are RFC 3339, whole seconds; absent values are `null`.

mod client;
mod reply;
mod request;
mod server;
#[cfg(test)]
mod tests;

use super::foreign::{Incoming, Spoken};
use super::{Request, Response};
use crate::identifier::ActivationType;
use crate::prelude::*;
use crate::time::Timestamp;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct LicenseDock;

/// What the paths of all calls begin with.
const BASE: [&str; 4] = ["api", "index.php", "v1", "licensedock"];

/// Longest identifier and name, in characters.
const TEXT_CHARS_MAX: usize = 255;

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `POST /licenses/activate`.
    Activate,
    /// `POST /licenses/validate`.
    Validate,
    /// `POST /licenses/deactivate`.
    Deactivate,
    /// `GET /updates/{product_id}`.
    Updates,
    /// `GET /downloads/{product_id}`; in plain text when it came with `dlid`, as Joomla's updater
    /// sends it.
    Download {
        /// Whether failures are plain text.
        plain: bool,
    },
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Takes a place.
    Activate {
        /// The license's key and the product that asks.
        license: License,
        /// Who takes it.
        identifier: String,
        /// A label; none keeps the one there is.
        name: Option<String>,
    },
    /// How a license stands.
    Validate {
        /// The license's key and the product that asks.
        license: License,
        /// Where it runs.
        identifier: Option<String>,
    },
    /// Gives a place back.
    Deactivate {
        /// The license's key and the product that asks.
        license: License,
        /// Who gives it back.
        identifier: String,
    },
    /// Whether something is published.
    Updates {
        /// Of which product.
        product_id: u64,
    },
    /// The file that is published.
    Download {
        /// The license's key and the product that asks.
        license: License,
        /// Where it runs.
        identifier: Option<String>,
        /// Whether the key came as `dlid`.
        plain: bool,
    },
}

/// What all calls about a license hold.
#[derive(Clone, PartialEq, Eq)]
pub struct License {
    /// The key, compared exactly.
    pub license_key: String,
    /// The product that asks; without one any will do.
    pub product_id: Option<u64>,
}

impl core::fmt::Debug for License {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "License(product {:?})", self.product_id)
    }
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A place is taken.
    Activated(Box<Activated>),
    /// How a license stands.
    Validated(Box<Validated>),
    /// A place is given back.
    Deactivated(Deactivated),
    /// What is published. Its members are left out: a server of ours has none to tell.
    Update {
        /// Whether something is.
        update_available: bool,
    },
    /// A failure.
    Failed(Failure),
}

/// What is told of a license's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The key, as it is stored.
    pub license_key: String,
    /// The product's title.
    pub product: Option<String>,
    /// The plan's title.
    pub plan: Option<String>,
    /// What a place is taken by.
    pub activation_type: Option<ActivationType>,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// Places taken.
    pub activations_used: u32,
    /// First instant at which it no longer holds; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// The answer to `activate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// The terms; the place is counted.
    pub terms: Terms,
    /// Who holds the place, normalised.
    pub identifier: String,
}

/// The answer to `validate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validated {
    /// Whether the license is active. Says nothing about the identifier.
    pub valid: bool,
    /// Where it stands.
    pub status: Standing,
    /// The terms.
    pub terms: Terms,
    /// Whether the asked identifier holds a place; true where none was asked for.
    pub identifier_activated: bool,
}

/// The answer to `deactivate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deactivated {
    /// The key, as it is stored.
    pub license_key: String,
    /// Who held the place, normalised.
    pub identifier: String,
    /// Places that are still taken.
    pub activations_used: u32,
}

/// Where a license stands. There is no word for a license that was switched off: it is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Usable.
    Active,
    /// Past its date.
    Expired,
    /// Stopped for the time being.
    Suspended,
    /// Taken back for good.
    Revoked,
    /// Called off for good.
    Cancelled,
    /// Unknown: later editions say so here, the first one refuses.
    Invalid,
}

impl Standing {
    const ALL: [Self; 6] = [
        Self::Active,
        Self::Expired,
        Self::Suspended,
        Self::Revoked,
        Self::Cancelled,
        Self::Invalid,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
            Self::Invalid => "invalid",
        }
    }
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What to branch on.
    pub code: Code,
    /// For a person; may change between editions.
    pub message: String,
    /// Of `ACTIVATION_LIMIT_REACHED`: places, and places taken.
    pub places: Option<(u32, u32)>,
    /// Of `RATE_LIMITED`: seconds to wait.
    pub retry_after: Option<u32>,
}

/// The failures of the first edition, in one table: word, status and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// A parameter is missing or malformed.
    InvalidRequest,
    /// The path is nobody's.
    UnknownPath,
    /// The path is another method's, which is named.
    WrongMethod(String),
    /// The body is too large.
    TooLarge,
    /// No such key.
    LicenseNotFound,
    /// The license is stopped.
    LicenseInactive,
    /// The license is past its date.
    LicenseExpired,
    /// Every place is taken.
    ActivationLimitReached,
    /// The key is for another product.
    ProductMismatch,
    /// The identifier holds no place, and wanted to give it back.
    ActivationNotFound,
    /// The identifier holds no place, and wanted a download.
    NotActivated,
    /// The product has nothing published.
    DownloadNotFound,
    /// Too many requests.
    RateLimited,
    /// The server's own fault.
    InternalError,
    /// A word of another edition, with its status.
    Other(String, u16),
}

impl Code {
    /// What comes without further members. Where two have one word their statuses differ.
    const PLAIN: &[Self] = &[
        Self::InvalidRequest,
        Self::UnknownPath,
        Self::TooLarge,
        Self::LicenseNotFound,
        Self::LicenseInactive,
        Self::LicenseExpired,
        Self::ActivationLimitReached,
        Self::ProductMismatch,
        Self::ActivationNotFound,
        Self::NotActivated,
        Self::DownloadNotFound,
        Self::RateLimited,
        Self::InternalError,
    ];

    /// The word, the status, and the sentence where there is only one.
    fn line(&self) -> (&str, u16, &'static str) {
        match self {
            Self::InvalidRequest => ("INVALID_REQUEST", 400, "Invalid request"),
            Self::UnknownPath => ("INVALID_REQUEST", 404, "Unknown path"),
            Self::WrongMethod(_) => ("INVALID_REQUEST", 405, "Method not allowed"),
            Self::TooLarge => ("INVALID_REQUEST", 413, "The request body is too large"),
            Self::LicenseNotFound => ("LICENSE_NOT_FOUND", 403, "License not found"),
            Self::LicenseInactive => ("LICENSE_INACTIVE", 403, "License is not active"),
            Self::LicenseExpired => ("LICENSE_EXPIRED", 403, "License has expired"),
            Self::ActivationLimitReached => {
                ("ACTIVATION_LIMIT_REACHED", 403, "Activation limit reached.")
            }
            Self::ProductMismatch => {
                ("PRODUCT_MISMATCH", 403, "License does not match this product")
            }
            Self::ActivationNotFound => ("ACTIVATION_NOT_FOUND", 404, "Activation not found"),
            Self::NotActivated => ("ACTIVATION_NOT_FOUND", 403, "Activation not found"),
            Self::DownloadNotFound => ("DOWNLOAD_NOT_FOUND", 404, "Download not found"),
            Self::RateLimited => ("RATE_LIMITED", 429, "Too many requests"),
            Self::InternalError => ("INTERNAL_ERROR", 500, "Internal error"),
            Self::Other(word, status) => (word, *status, "Refused"),
        }
    }
}

impl Failure {
    /// The failure with this code and its own sentence.
    fn of(code: Code) -> Self {
        let message = code.line().2.to_owned();
        Self { code, message, places: None, retry_after: None }
    }

    /// A request that is not understood.
    fn invalid(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::of(Code::InvalidRequest) }
    }
}

impl Spoken for LicenseDock {
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

    fn render(name: Option<Name>, reply: &Reply) -> Response {
        reply::render(name, reply)
    }

    fn parse(name: Name, response: &Response) -> Option<Reply> {
        reply::parse(name, response)
    }
}
