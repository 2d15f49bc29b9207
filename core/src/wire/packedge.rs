//! PackEdge's API in its three stages: the open edge (`/v1/licenses/…`), the public API
//! (`/public/v1/licenses/…`, which takes a product's public key), and the developer API
//! (`/v1/licenses`, `/v1/sites`, with a bearer key).
//!
//! - Requests are JSON whatever their content type says. The site's field is `domain`, `url` or
//!   `site`, by the age of the client.
//! - Failure: `{"error": "…"}` with a fixed sentence; where a license is validated a "no" is
//!   `{"valid": false, "error": "…"}` with status 200.
//! - Times are RFC 3339 with milliseconds; absent values are `null`.

mod client;
pub mod developer;
mod failure;
mod reply;
mod request;
mod server;
#[cfg(test)]
mod tests;
pub(in crate::wire) mod webhook;

pub use failure::{Code, Failure};

use super::foreign::{Incoming, Spoken};
use super::{Request, Response};
use crate::prelude::*;
use crate::time::Timestamp;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct PackEdge;

/// What an application does with a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Takes a place.
    Activate,
    /// Gives a place back.
    Deactivate,
    /// How a license stands.
    Validate,
    /// Whether a place is taken.
    Check,
}

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `POST /v1/licenses/…`, open to whoever has the key.
    Open(Verb),
    /// `POST /public/v1/licenses/…`, with a product's public key.
    Public(Verb),
    /// `GET …/wp/update-check` and `GET /public/v1/update/{slug}`.
    Update,
    /// `GET /v1/download/{release}`.
    Download,
    /// The developer API.
    Developer(developer::Name),
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Something that an application asks.
    Application(Asked),
    /// What is published of a product.
    Update {
        /// Its slug.
        slug: String,
    },
    /// The file of a release.
    Download {
        /// Its id.
        release: String,
    },
    /// Something of the developer API.
    Developer(Box<developer::Call>),
}

/// What an application asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Takes a place.
    Activate {
        /// The license's key, and the product's.
        license: License,
        /// Where the software runs.
        site: String,
    },
    /// Gives a place back.
    Deactivate {
        /// The license's key, and the product's.
        license: License,
        /// Which place: by its site, by its id, or by both, of which the id counts.
        place: Place,
    },
    /// How a license stands.
    Validate {
        /// The license's key, and the product's.
        license: License,
        /// Where the software runs; of no account.
        site: Option<String>,
        /// The slug of the product that asks; in the open edge only.
        product_slug: Option<String>,
    },
    /// Whether a place is taken.
    Check {
        /// The license's key, and the product's.
        license: License,
        /// Where the software runs.
        site: String,
    },
}

/// Which place is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where the software runs.
    pub site: Option<String>,
    /// The activation's id.
    pub activation: Option<String>,
}

/// What all calls of applications hold.
#[derive(Clone, PartialEq, Eq)]
pub struct License {
    /// The license's key.
    pub key: String,
    /// The product's public key; in the open edge there is none.
    pub public_key: Option<String>,
}

impl core::fmt::Debug for License {
    /// Without the keys.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.public_key.is_some() { "License(public)" } else { "License(open)" })
    }
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A place is taken.
    Activated {
        /// The activation's id.
        id: String,
        /// Since when; the open edge does not say.
        at: Option<Timestamp>,
    },
    /// A place is given back.
    Deactivated,
    /// The license is good.
    Valid(Box<Valid>),
    /// The place that is taken: the activation's id, and since when; `None`: it is not taken.
    Checked(Option<(String, Timestamp)>),
    /// Something of the developer API.
    Developer(Box<developer::Reply>),
    /// A failure, or a "no".
    Failed(Failure),
}

/// What is told of a license that is good.
#[derive(Clone, PartialEq, Eq)]
pub struct Valid {
    /// The key, as it is stored.
    pub key: String,
    /// Places taken, and places; some clients' types know neither.
    pub places: Option<(u32, u32)>,
    /// First instant at which it no longer holds; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// Whose it is.
    pub holder: Holder,
    /// Its product.
    pub product: Option<Product>,
}

impl core::fmt::Debug for Valid {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Valid({:?}, {:?}, {:?})", self.places, self.expires_at, self.product)
    }
}

/// Whose a license is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// That is not told.
    Untold,
    /// Nobody's.
    Nobody,
    /// The customer's with this id.
    Customer(String),
}

/// The product of a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id; the public API leaves it out.
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// What software calls it.
    pub slug: String,
}

impl Name {
    /// What an application does, if it is one that asks.
    const fn verb(self) -> Option<Verb> {
        match self {
            Self::Open(verb) | Self::Public(verb) => Some(verb),
            Self::Update | Self::Download | Self::Developer(_) => None,
        }
    }
}

impl Spoken for PackEdge {
    type Name = Name;
    type Call = Call;
    type Reply = Reply;

    fn route(request: &Incoming) -> Result<Name, Reply> {
        request::route(request).ok_or(Reply::Failed(Failure::of(Code::NotFound)))
    }

    fn read(name: Name, request: &Incoming) -> Result<Call, Reply> {
        request::read(name, request).map_err(|code| Reply::Failed(Failure::of(code)))
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
