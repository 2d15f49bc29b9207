//! The pages and the npm package's browser files.
//!
//! A release build carries them inside; a debug build reads them from disk, so that a page can be
//! worked on without compiling. Neither needs them to be there: then one page says how to get them.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION,
    REFERRER_POLICY,
};
use http::{Method, Request, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::{Reply, empty, reply, text};
use crate::config::Origins;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../www/dist"]
#[allow_missing = true]
struct Pages;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../wasm/pkg"]
#[allow_missing = true]
struct Package;

/// Nothing but our own files, and no script that is not one of them.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";

/// The page that others may show in a frame.
const CHECKOUT: &str = "/checkout/";

/// The module that shows the checkout over a seller's own page.
pub(super) const OVERLAY: &str = "/checkout/overlay.js";

/// Who may show our pages in a frame, and what those may load.
#[derive(Clone, Debug)]
pub struct Policies {
    everywhere: HeaderValue,
    checkout: HeaderValue,
}

impl Policies {
    /// The checkout may be shown by these, every other page by nobody.
    pub fn new(checkout_origins: &Origins) -> Self {
        let framed_by = |whom: &str| {
            let policy = HeaderValue::try_from(format!("{POLICY}; frame-ancestors {whom}"));
            policy.unwrap_or(const { HeaderValue::from_static("default-src 'none'") })
        };
        let everywhere = framed_by("'none'");
        let checkout = if checkout_origins.is_empty() {
            everywhere.clone()
        } else {
            framed_by(&checkout_origins.to_string())
        };
        Self { everywhere, checkout }
    }
}

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// A page, or a file that one loads.
pub(super) fn page<B>(policies: &Policies, path: &str, request: &Request<B>) -> Reply {
    let file = path.strip_prefix('/').unwrap_or(path);
    let file = if file.is_empty() || file.ends_with('/') {
        format!("{file}index.html")
    } else {
        file.to_owned()
    };
    let mut reply = match Pages::get(&file) {
        Some(found) => serve(&file, found, request),
        // A folder is named as people type it: its page's files are relative to the slash.
        None if Pages::get(&format!("{file}/index.html")).is_some() => moved(&format!("/{file}/")),
        None if path == "/" => reply(StatusCode::OK, HTML, NOT_BUILT),
        None => text(StatusCode::NOT_FOUND, "There is no such page.\n"),
    };
    let headers = reply.headers_mut();
    let policy = if path == CHECKOUT { &policies.checkout } else { &policies.everywhere };
    headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    reply
}

/// A file of the npm package.
pub(super) fn package_file<B>(file: &str, request: &Request<B>) -> Reply {
    if request.method() == Method::OPTIONS {
        return empty(StatusCode::NO_CONTENT);
    }
    match Package::get(file) {
        Some(found) => serve(file, found, request),
        None => text(StatusCode::NOT_FOUND, "There is no such file in the package.\n"),
    }
}

fn moved(to: &str) -> Reply {
    let mut reply = empty(StatusCode::PERMANENT_REDIRECT);
    if let Ok(to) = HeaderValue::from_str(to) {
        reply.headers_mut().insert(LOCATION, to);
    }
    reply
}

fn serve<B>(file: &str, found: EmbeddedFile, request: &Request<B>) -> Reply {
    let hash = crate::secret::to_hex(&found.metadata.sha256_hash());
    let mut reply = tagged(request, hash.as_str(), content_type(file), found.data.into_owned());
    // The bundler puts a hash of the content into the names below `assets/`.
    if file.starts_with("assets/") && !reply.status().is_client_error() {
        let caching = HeaderValue::from_static("public, max-age=31536000, immutable");
        reply.headers_mut().insert(CACHE_CONTROL, caching);
    }
    reply
}

/// A whole content under its hash: who has it already is told so instead.
pub(super) fn tagged<B>(
    request: &Request<B>,
    hash: &str,
    content_type: &'static str,
    content: impl Into<Bytes>,
) -> Reply {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "Use GET.\n");
    }
    let tag = HeaderValue::from_str(&format!("\"{hash}\"")).ok();
    let unchanged = tag.is_some() && request.headers().get(IF_NONE_MATCH) == tag.as_ref();
    let mut reply = if unchanged {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        reply(StatusCode::OK, content_type, content)
    };
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Some(tag) = tag {
        reply.headers_mut().insert(ETAG, tag);
    }
    reply
}

const HTML: &str = "text/html; charset=utf-8";

fn content_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => HTML,
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("txt" | "md" | "ts" | "cts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>Counterfoil</title>
<h1>Counterfoil is running</h1>
<p>This build has no pages. Licenses are checked at <code>/rpc</code> all the same.</p>
<p>To get the pages, run <code>cargo xtask demo --build-only</code> in the source folder.</p>
";
