//! The public halves of the vendors' signing keys, for programs to be built with.

use counterfoil_core::refusal::RETRY_AFTER_SECONDS;
use http::header::{CACHE_CONTROL, HeaderValue};
use http::{Method, Request, StatusCode};

use super::{Reply, Site, empty, json, later, text};
use crate::service::leasing;

/// Where those of the first vendor are.
const WELL_KNOWN: &str = "/.well-known/jwks.json";

/// For how long a copy may be taken for the set: a key is published long before it signs.
const CACHING: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Whether keys are published under this path, or would be.
pub(super) fn is_path(path: &str) -> bool {
    path == WELL_KNOWN || vendor_in(path).is_some()
}

/// The vendor that `/vendors/{id}/jwks.json` names.
fn vendor_in(path: &str) -> Option<&str> {
    path.strip_prefix("/vendors/")?.strip_suffix("/jwks.json")
}

pub(super) fn answer<B>(site: &Site, request: &Request<B>) -> Reply {
    match *request.method() {
        Method::OPTIONS => return empty(StatusCode::NO_CONTENT),
        Method::GET | Method::HEAD => {}
        _ => return text(StatusCode::METHOD_NOT_ALLOWED, "Use GET.\n"),
    }
    match leasing::published(&site.app, vendor_in(request.uri().path())) {
        Ok(Some(keys)) => {
            let mut reply = json(StatusCode::OK, keys.to_string());
            reply.headers_mut().insert(CACHE_CONTROL, CACHING);
            reply
        }
        Ok(None) => text(StatusCode::NOT_FOUND, "There is no such vendor.\n"),
        Err(refusal) => later(StatusCode::SERVICE_UNAVAILABLE, &refusal, RETRY_AFTER_SECONDS),
    }
}
