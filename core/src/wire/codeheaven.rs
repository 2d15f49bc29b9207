//! Code Heaven's developer API, version 1.
//!
//! - Base path: `/v1`. The credential is the vendor's key, in the header `X-CH-Vendor-Key`; without
//!   a good one nothing else is looked at, not even the path.
//! - Bodies are JSON objects, `GET` parameters lie in the query, keys and domains in the path are
//!   percent-encoded. Names are camelCase, times RFC 3339, whole seconds.
//! - `validate` answers 200 whatever the license's standing. Every failure is
//!   `{"error": {"code": "snake_case", "message": "…"}}`.

mod client;
mod reply;
mod request;
mod server;
#[cfg(test)]
mod tests;

use super::foreign::{Incoming, Spoken};
use super::{Request, Response};
use crate::prelude::*;
use crate::time::Timestamp;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct CodeHeaven;

/// The header with the vendor's key.
const VENDOR_KEY: &str = "x-ch-vendor-key";

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `POST /licenses/validate`.
    Validate,
    /// `POST /licenses/{licenseKey}/domains`.
    Activate,
    /// `DELETE /licenses/{licenseKey}/domains/{domain}`.
    Deactivate,
    /// `GET /licenses/{licenseKey}/updates`.
    Updates,
    /// `GET /licenses/{licenseKey}/download`.
    Download,
    /// None of them. It has a name, because the vendor's key is asked for first.
    Nothing {
        /// The method that the path takes, if it is another's.
        allow: Option<&'static str>,
    },
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// How a license stands at a domain.
    Validate {
        /// Which license, and who asks.
        license: License,
        /// The site.
        domain: String,
        /// The product that asks; without one any will do.
        product: Option<String>,
    },
    /// Takes a seat.
    Activate {
        /// Which license, and who asks.
        license: License,
        /// The site.
        domain: String,
    },
    /// Gives a seat back.
    Deactivate {
        /// Which license, and who asks.
        license: License,
        /// The site.
        domain: String,
    },
    /// Whether something newer is published.
    Updates {
        /// Which license, and who asks.
        license: License,
        /// The site.
        domain: String,
        /// The product that asks; without one the license's.
        product: Option<String>,
        /// The version that the site has.
        installed_version: String,
    },
    /// The address of a package.
    Download {
        /// Which license, and who asks.
        license: License,
        /// The site.
        domain: String,
        /// The product that asks; without one the license's.
        product: Option<String>,
        /// The version that is wanted.
        version: String,
    },
}

/// What all calls hold.
#[derive(Clone, PartialEq, Eq)]
pub struct License {
    /// The vendor's key.
    pub vendor_key: String,
    /// The license's, compared exactly.
    pub license_key: String,
}

impl core::fmt::Debug for License {
    /// Without the secrets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("License")
    }
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// How a license stands.
    Validated(Validated),
    /// A seat is taken.
    Activated(Activated),
    /// A seat is given back.
    Deactivated {
        /// Whose it was, normalised.
        domain: String,
    },
    /// What is published.
    Updates(Updates),
    /// A failure.
    Failed(Failure),
}

/// The answer to `validate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validated {
    /// Where it stands.
    pub standing: Standing,
    /// The product's slug.
    pub product: Option<String>,
    /// First instant at which it no longer holds; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// The seats that are taken, oldest first.
    pub seats: Vec<Seat>,
    /// Seats there are.
    pub seat_limit: u32,
}

impl Validated {
    /// What is said of a key that nobody has, or that is another product's.
    const fn unknown() -> Self {
        Self {
            standing: Standing::Invalid,
            product: None,
            expires_at: None,
            seats: Vec::new(),
            seat_limit: 0,
        }
    }
}

/// The answer to `activate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// Who holds the seat, normalised.
    pub domain: String,
    /// The seats that are taken, oldest first.
    pub seats: Vec<Seat>,
    /// Seats there are.
    pub seat_limit: u32,
}

/// A seat that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// By whom, normalised.
    pub domain: String,
    /// Since when.
    pub activated_at: Timestamp,
}

/// The answer to `updates`. The list of changes is left out: a server of ours has none to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updates {
    /// The product's slug.
    pub product: String,
    /// The newest version.
    pub latest_version: String,
    /// Whether it is newer than the site's.
    pub has_update: bool,
}

/// Where a license stands at a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Good, and the domain holds a seat.
    Valid,
    /// Nobody's key.
    Invalid,
    /// Past its term.
    Expired,
    /// Good, but the domain holds no seat.
    DomainNotActivated,
    /// Taken back. There is no word for a license that is stopped for a while: it is this one.
    Revoked,
}

impl Standing {
    const ALL: [Self; 5] =
        [Self::Valid, Self::Invalid, Self::Expired, Self::DomainNotActivated, Self::Revoked];

    const fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::DomainNotActivated => "domain_not_activated",
            Self::Revoked => "revoked",
        }
    }
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What to branch on.
    pub code: Code,
    /// For a person.
    pub message: String,
    /// Seconds to wait, where waiting helps.
    pub retry_after: Option<u32>,
}

/// The failures, in one table: word, status and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// A parameter is missing or malformed.
    InvalidRequest,
    /// The path is another method's, which is named.
    WrongMethod(String),
    /// The body is too large.
    TooLarge,
    /// No vendor key was sent.
    MissingVendorKey,
    /// Nobody's vendor key, or nobody's any more.
    InvalidVendorKey,
    /// The license is not good for this.
    LicenseInvalid,
    /// Its term is over.
    Expired,
    /// The domain holds no seat.
    DomainNotActivated,
    /// There is no such thing; the sentence says which.
    NotFound,
    /// Every seat is taken.
    SeatLimitExceeded,
    /// Too many requests.
    RateLimited,
    /// The server's own fault.
    InternalError,
    /// The server cannot answer now.
    Unavailable,
    /// A word that is none of these, with its status.
    Other(String, u16),
}

/// The sentences about what is not there.
const NO_LICENSE: &str = "No such license.";
const NO_ACTIVATION: &str = "No such activation.";
const NO_RELEASE: &str = "No such release.";

impl Code {
    /// What comes without further members. No two have both word and status in common.
    const PLAIN: &[Self] = &[
        Self::InvalidRequest,
        Self::TooLarge,
        Self::MissingVendorKey,
        Self::InvalidVendorKey,
        Self::LicenseInvalid,
        Self::Expired,
        Self::DomainNotActivated,
        Self::NotFound,
        Self::SeatLimitExceeded,
        Self::RateLimited,
        Self::InternalError,
        Self::Unavailable,
    ];

    /// The word, the status, and the sentence where there is only one.
    fn line(&self) -> (&str, u16, &'static str) {
        match self {
            Self::InvalidRequest => ("invalid_request", 400, "Malformed request."),
            Self::WrongMethod(_) => ("invalid_request", 405, "Method not allowed."),
            Self::TooLarge => ("invalid_request", 413, "The request body is too large."),
            Self::MissingVendorKey => {
                ("missing_vendor_key", 401, "No X-CH-Vendor-Key header was provided.")
            }
            Self::InvalidVendorKey => {
                ("invalid_vendor_key", 401, "The vendor API key is invalid or has been revoked.")
            }
            Self::LicenseInvalid => ("license_invalid", 403, "The license key is not valid."),
            Self::Expired => ("expired", 403, "The license has expired."),
            Self::DomainNotActivated => (
                "domain_not_activated",
                403,
                "This domain is not activated for the license. Activate it first.",
            ),
            Self::NotFound => ("not_found", 404, "No such resource."),
            Self::SeatLimitExceeded => {
                ("seat_limit_exceeded", 409, "All seats for this license are in use.")
            }
            Self::RateLimited => ("rate_limited", 429, "Too many requests."),
            Self::InternalError => ("internal_error", 500, "Internal error."),
            Self::Unavailable => ("internal_error", 503, "The service is not available now."),
            Self::Other(word, status) => (word, *status, "Refused."),
        }
    }
}

impl Failure {
    /// The failure with this code and its own sentence.
    fn of(code: Code) -> Self {
        let message = code.line().2.to_owned();
        Self { code, message, retry_after: None }
    }

    /// The failure with this code and another sentence.
    fn saying(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None }
    }

    /// A parameter that is not there, or wrong.
    fn invalid(parameter: &str) -> Self {
        let message = format!("Missing or malformed parameter: {parameter}.");
        Self::saying(Code::InvalidRequest, message)
    }
}

impl Spoken for CodeHeaven {
    type Name = Name;
    type Call = Call;
    type Reply = Reply;

    fn route(request: &Incoming) -> Result<Name, Reply> {
        Ok(request::route(request))
    }

    fn read(name: Name, request: &Incoming) -> Result<Call, Reply> {
        request::read(name, request).map_err(Reply::Failed)
    }

    fn write(call: &Call) -> Request {
        request::write(call)
    }

    fn render(_: Option<Name>, reply: &Reply) -> Response {
        reply::render(reply)
    }

    fn parse(name: Name, response: &Response) -> Option<Reply> {
        reply::parse(name, response)
    }
}
