//! `/testpay/…`: the test provider, where it was asked for.
//!
//! Its forms count only where `Origin`, which no page can forge, names this server. So the pages are
//! not sent with `no-referrer`, for then browsers keep the origin to themselves.

use bytes::Bytes;
use counterfoil_core::refusal::Refusal;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION,
    ORIGIN, REFERRER_POLICY,
};
use http::{HeaderMap, Method, Request, StatusCode};
use hyper::body::Incoming;
use sha2::{Digest, Sha256};

use super::body::read_body;
use super::session::is_own;
use super::{Reply, Site, assets, empty, json, later, reply, text, unread, without_body};
use crate::gate::Context;
use crate::secret::to_hex;
use crate::test_provider::answer::Answer;
use crate::test_provider::{FOLDER, TestProvider, api, pages, paying};

/// Most bytes of a body.
const BODY_BYTES_MAX: u32 = 64 * 1024;

const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Whether a path is the test provider's.
pub(super) fn is_path(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(super) async fn answer(site: &Site, context: &Context, request: Request<Incoming>) -> Reply {
    let Some(provider) = &site.app.test_provider else {
        // Nothing tells that it could be there.
        return assets::page(&site.policies, request.uri().path(), &request);
    };
    if let Err(refusal) = site.gate.limiter.admit(&context.account, false) {
        return without_body(request, too_many(&refusal)).await;
    }
    let (head, body) = request.into_parts();
    let body = match read_body(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(error) => return unread(error, BODY_BYTES_MAX),
    };
    let request = Request::from_parts(head, body);
    let path = request.uri().path().strip_prefix(FOLDER).unwrap_or_default().to_owned();
    match (path.as_str(), path.strip_prefix("/v1")) {
        ("", _) => see_other("testpay/"),
        ("/style.css", _) => file("text/css; charset=utf-8", pages::STYLE, &request),
        ("/icon.svg", _) => file("image/svg+xml", pages::ICON, &request),
        (_, Some(rest)) if rest.is_empty() || rest.starts_with('/') => {
            written(called(site, provider, rest, &request))
        }
        (path, _) => shown(site, provider, (context, path), &request),
    }
}

fn too_many(refusal: &Refusal) -> Reply {
    let seconds = if let Refusal::RateLimited { retry_after } = refusal { *retry_after } else { 1 };
    later(StatusCode::TOO_MANY_REQUESTS, refusal, seconds)
}

fn called(site: &Site, provider: &TestProvider, path: &str, request: &Request<Bytes>) -> Answer {
    let headers = request.headers();
    let call = api::Call {
        method: request.method().as_str(),
        path,
        authorization: header(headers, AUTHORIZATION.as_str()),
        idempotency_key: header(headers, IDEMPOTENCY_KEY),
        content_type: header(headers, CONTENT_TYPE.as_str()).unwrap_or_default(),
        body: request.body(),
    };
    api::answer(&site.app, provider, call)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A page, or what a form of one does.
fn shown(
    site: &Site,
    provider: &TestProvider,
    (context, path): (&Context, &str),
    request: &Request<Bytes>,
) -> Reply {
    let app = &site.app;
    let is_form = request.method() == Method::POST;
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    if is_form && !request.headers().get(ORIGIN).is_some_and(|it| is_own(site, context, it)) {
        return text(StatusCode::FORBIDDEN, "Use the test provider's own pages.\n");
    }
    let is_asked = matches!(*request.method(), Method::GET | Method::HEAD);
    written(match parts.as_slice() {
        [""] if is_asked => pages::overview(provider, app.env.now()),
        ["session", id] if is_asked => {
            let query = request.uri().query().unwrap_or_default();
            pages::session(app, provider, id, query.strip_prefix("card=").unwrap_or_default())
        }
        ["session", id, "pay"] if is_form => paying::pay(app, provider, id, request.body()),
        ["session", id, "confirm"] if is_form => paying::confirm(app, provider, id, request.body()),
        ["acts"] if is_form => paying::act(app, provider, request.body()),
        // Where the form was, when somebody loads the answer's address again.
        ["session", id, "pay" | "confirm"] if is_asked => Answer::SeeOther(format!("../{id}")),
        parts => pages::nothing(&"../".repeat(parts.len().saturating_sub(1))),
    })
}

fn file(content_type: &'static str, content: &'static str, request: &Request<Bytes>) -> Reply {
    let hash = to_hex(&Sha256::digest(content));
    assets::tagged(request, &hash, content_type, content)
}

fn see_other(to: &str) -> Reply {
    let mut reply = empty(StatusCode::SEE_OTHER);
    if let Ok(to) = HeaderValue::from_str(to) {
        reply.headers_mut().insert(LOCATION, to);
    }
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

fn written(answer: Answer) -> Reply {
    match answer {
        Answer::Json { status, body, is_replayed } => {
            let mut reply = json(status_of(status), body);
            if is_replayed {
                let value = HeaderValue::from_static("true");
                reply.headers_mut().insert("idempotent-replayed", value);
            }
            reply
        }
        Answer::Page { status, html, leads_to } => {
            let mut reply = reply(status_of(status), "text/html; charset=utf-8", html);
            let headers = reply.headers_mut();
            headers.insert(CONTENT_SECURITY_POLICY, policy(leads_to.as_deref()));
            headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            reply
        }
        Answer::SeeOther(to) => see_other(&to),
    }
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Our own sheet and picture, and forms that lead here; one whose answer leads to the seller's site
/// has to name that too.
fn policy(leads_to: Option<&str>) -> HeaderValue {
    const BEGINNING: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
        base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    let named = leads_to.and_then(|to| HeaderValue::from_str(&format!("{BEGINNING} {to}")).ok());
    named.unwrap_or(HeaderValue::from_static(BEGINNING))
}
