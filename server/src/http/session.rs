//! `/admin/session`: where the desk's page signs in and out, and the cookie that it has from then on.
//!
//! The cookie is sent by the browser whoever makes it call, so it counts only where `Origin`, which
//! no page can forge, names this server. Other callers show their token themselves.

use bytes::Bytes;
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use http::header::{ALLOW, CONTENT_TYPE, COOKIE, HeaderValue, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use super::body::read_body;
use super::{
    Reply, Site, empty, is_json, json as json_reply, later, status_of, text, unread, without_body,
};
use crate::auth::{self, Caller};
use crate::gate::Context;
use crate::rpc;
use crate::secret::Digest;
use crate::service::sign_in::{self, Opened};

/// Where.
pub(super) const PATH: &str = "/admin/session";

/// What the cookie is called.
const COOKIE_NAME: &str = "counterfoil_desk";

/// Most bytes of what one signs in by.
const BODY_BYTES_MAX: u32 = 4 * 1024;

/// What one signs in by, or, in a session, the world to look at from now on: one of them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Wish {
    Token(String),
    Code(String),
    Mode(Mode),
}

/// The digest of the desk's cookie, if the request's own words show that its page sent it.
pub(super) fn cookie(site: &Site, context: &Context, headers: &HeaderMap) -> Option<Digest> {
    let is_own = headers.get(ORIGIN).is_some_and(|origin| is_own(site, context, origin));
    is_own.then(|| any_cookie(site, headers)).flatten()
}

fn any_cookie(site: &Site, headers: &HeaderMap) -> Option<Digest> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim() == COOKIE_NAME)?;
    Some(site.app.secret.desk_session_digest(value.trim()))
}

/// Whether an origin is this server's: the public one, or that of the name that was asked for. In
/// the clear only on this machine: elsewhere anybody on the way could have written the page.
pub(super) fn is_own(site: &Site, context: &Context, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    let is_asked_for = context.host().is_some_and(|asked| asked.eq_ignore_ascii_case(host));
    let is_safe = scheme == "https" || scheme == "http" && context.caller.is_loopback;
    is_asked_for && is_safe || is_public(&site.app.public_url, scheme, host)
}

fn is_public(public_url: &str, scheme: &str, host: &str) -> bool {
    let Some((public_scheme, rest)) = public_url.split_once("://") else { return false };
    let public_host = rest.split('/').next().unwrap_or_default();
    public_scheme.eq_ignore_ascii_case(scheme) && public_host.eq_ignore_ascii_case(host)
}

pub(super) async fn answer(site: &Site, context: Context, request: Request<Incoming>) -> Reply {
    let origin = request.headers().get(ORIGIN);
    if origin.is_some_and(|origin| !is_own(site, &context, origin)) {
        let reply = text(StatusCode::FORBIDDEN, "Sign in on this server's own page.\n");
        return without_body(request, reply).await;
    }
    let cookie = cookie(site, &context, request.headers());
    match *request.method() {
        Method::GET | Method::HEAD => shown(site, request.headers()),
        Method::POST if !is_json(request.headers().get(CONTENT_TYPE)) => {
            let reply = text(StatusCode::UNSUPPORTED_MEDIA_TYPE, HOW_TO_SIGN_IN);
            without_body(request, reply).await
        }
        Method::POST => match read_body(request.into_body(), BODY_BYTES_MAX).await {
            Ok(body) => opened(site, &context, (&body, cookie)).await,
            Err(error) => unread(error, BODY_BYTES_MAX),
        },
        Method::DELETE => without_body(request, signed_out(site, &context, cookie).await).await,
        _ => {
            let mut reply = text(StatusCode::METHOD_NOT_ALLOWED, HOW_TO_SIGN_IN);
            reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST, DELETE"));
            without_body(request, reply).await
        }
    }
}

const HOW_TO_SIGN_IN: &str = "\
Send {\"token\": …} or {\"code\": …} by POST with `Content-Type: application/json`; in a session also
{\"mode\": \"test\"} or {\"mode\": \"live\"}.
";

/// Who is signed in. Nobody is no error: the page asks before it knows.
fn shown(site: &Site, headers: &HeaderMap) -> Reply {
    // No other origin is let read the answer, so that it may be asked without one's own.
    let cookie = any_cookie(site, headers);
    match cookie.map(|cookie| sign_in::signed_in(&site.app, &cookie)).transpose() {
        Ok(session) => {
            json_reply(StatusCode::OK, json!({ "session": session.flatten() }).to_string())
        }
        Err(refusal) => refused(&refusal),
    }
}

async fn opened(site: &Site, context: &Context, (body, cookie): (&Bytes, Option<Digest>)) -> Reply {
    let Ok(wish) = serde_json::from_slice::<Wish>(body) else {
        return text(StatusCode::BAD_REQUEST, HOW_TO_SIGN_IN);
    };
    let (app, now) = (&site.app, site.app.env.now());
    let opened = match wish {
        Wish::Token(token) => {
            let token = Some(auth::digest(&app.secret, &token));
            let caller = Caller { token, ..context.caller };
            let is_valid = || matches!(auth::token(&*app.ledger.view(), &caller, now), Ok(Some(_)));
            match admit(site, &caller, is_valid) {
                Ok(()) => sign_in::by_token(app.clone(), caller).await,
                Err(refusal) => Err(refusal),
            }
        }
        Wish::Code(code) => {
            let code = app.secret.desk_code_digest(code.trim());
            let caller = Caller { token: Some(code), ..context.caller };
            let is_valid =
                || matches!(auth::desk_code(&*app.ledger.view(), &code, now), Ok(Some(_)));
            match admit(site, &caller, is_valid) {
                Ok(()) => sign_in::by_code(app.clone(), code).await,
                Err(refusal) => Err(refusal),
            }
        }
        Wish::Mode(mode) => match cookie {
            Some(cookie) => sign_in::look_at(app.clone(), cookie, mode).await,
            None => Err(Refusal::Unauthorized),
        },
    };
    match opened {
        Ok(opened) => with_cookie(empty(StatusCode::NO_CONTENT), context, &opened),
        Err(refusal) => refused(&refusal),
    }
}

/// Counts a try, and a guess if it is one. After too many nothing from there is looked at.
fn admit(site: &Site, caller: &Caller, is_valid: impl FnOnce() -> bool) -> Result<(), Refusal> {
    let account = site.gate.limiter.account(caller, is_valid);
    site.gate.limiter.admit(&account, false)
}

async fn signed_out(site: &Site, context: &Context, cookie: Option<Digest>) -> Reply {
    if let Some(cookie) = cookie
        && let Err(refusal) = sign_in::sign_out(site.app.clone(), cookie).await
    {
        return refused(&refusal);
    }
    let nothing = Opened { cookie: String::new(), seconds: 0 };
    with_cookie(empty(StatusCode::NO_CONTENT), context, &nothing)
}

fn with_cookie(mut reply: Reply, context: &Context, opened: &Opened) -> Reply {
    let Opened { cookie, seconds } = opened;
    let secure = if context.caller.is_loopback { "" } else { "; Secure" };
    let line = format!(
        "{COOKIE_NAME}={cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}"
    );
    if let Ok(mut value) = HeaderValue::from_str(&line) {
        value.set_sensitive(true);
        reply.headers_mut().insert(SET_COOKIE, value);
    }
    reply
}

fn refused(refusal: &Refusal) -> Reply {
    let status = status_of(refusal);
    if let Refusal::RateLimited { retry_after } | Refusal::Unavailable { retry_after } = refusal {
        return later(status, refusal, *retry_after);
    }
    json_reply(status, rpc::refusal_text(refusal))
}
