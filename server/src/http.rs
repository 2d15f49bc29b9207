//! One port for everything: which path is answered by whom, within which limits.

mod assets;
mod body;
mod connections;
mod forwarded;
mod jwks;
mod operations;
mod operator;
mod session;
mod test_provider;
mod webhooks;

pub use assets::Policies;
pub use connections::{Connections, serve};

use bytes::Bytes;
use counterfoil_core::refusal::{RETRY_AFTER_SECONDS, Refusal};
use counterfoil_core::wire::Dialect;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, AUTHORIZATION, CACHE_CONTROL,
    CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use jsonrpsee::server::{StopHandle, ws};
use std::net::IpAddr;
use std::sync::Arc;
use tracing::Instrument;

use crate::auth::{self, Caller};
use crate::config::TrustedProxies;
use crate::dialects;
use crate::gate::{Context, Gate};
use crate::metrics::PathClass;
use crate::readiness::Draining;
use crate::request_id::{RequestId, RequestIds, X_REQUEST_ID};
use crate::rpc::{self, Rpc};
use crate::secret::Digest;
use crate::service::App;
use body::{ReadError, read_body};

/// Most bytes of a body without a valid token.
const BODY_BYTES_MAX: u32 = 64 * 1024;

/// Most bytes of a body with a valid token: whole lists are sent by vendors.
const BODY_BYTES_MAX_WITH_TOKEN: u32 = 1024 * 1024;

/// A response whose body is complete.
type Reply = Response<Full<Bytes>>;

/// Everything behind the port.
#[derive(Clone, Debug)]
pub struct Site {
    /// What the services work with.
    pub app: App,
    /// The methods.
    pub rpc: Rpc,
    /// Limits and counts.
    pub gate: Gate,
    /// Whose word about their clients is believed.
    pub trusted_proxies: TrustedProxies,
    /// What our pages may do.
    pub policies: Policies,
    /// Where requests without an id get theirs.
    pub request_ids: Arc<RequestIds>,
    /// Set when the server goes down.
    pub draining: Draining,
    /// Fires when the server goes down; open sockets end by it.
    pub stop: StopHandle,
}

/// Answers one request from the peer at `ip`.
pub async fn answer(site: &Site, ip: IpAddr, request: Request<Incoming>) -> Reply {
    let request_id = site.request_ids.of(request.headers());
    let span = tracing::info_span!("request", %request_id);
    let class = class_of(request.uri().path());
    let answering = answer_path(site, ip, &request_id, request);
    let mut reply = answering.instrument(span).await;
    let headers = reply.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_REQUEST_ID, request_id.header());
    site.gate.metrics.replied(class, reply.status());
    reply
}

fn class_of(path: &str) -> PathClass {
    match path {
        "/rpc" => PathClass::Rpc,
        "/healthz" | "/readyz" | "/metrics" | operator::PATH => PathClass::Operations,
        path if path.starts_with("/pkg/") => PathClass::Package,
        path if webhooks::is_path(path) => PathClass::Webhook,
        path if dialects::mounted(path).is_some() => PathClass::Dialect,
        _ => PathClass::Page,
    }
}

async fn answer_path(
    site: &Site,
    ip: IpAddr,
    request_id: &RequestId,
    request: Request<Incoming>,
) -> Reply {
    match request.uri().path() {
        "/rpc" => {
            let context = context(site, ip, request_id, request.headers());
            with_cors(answer_rpc(site, context, request).await)
        }
        "/openrpc.json" => with_cors(openrpc(site, &request)),
        path if jwks::is_path(path) => with_cors(jwks::answer(site, &request)),
        "/healthz" => text(StatusCode::OK, "ok\n"),
        "/readyz" => operations::readyz(site).await,
        "/metrics" => {
            let context = context(site, ip, request_id, request.headers());
            operations::metrics(site, &context, request.method())
        }
        operator::PATH => operator::answer(site, request).await,
        session::PATH => {
            let context = unnamed(site, ip, request_id, request.headers());
            session::answer(site, context, request).await
        }
        path if test_provider::is_path(path) => {
            let context = unnamed(site, ip, request_id, request.headers());
            test_provider::answer(site, &context, request).await
        }
        path if webhooks::is_path(path) => {
            // Who sends it is for the webhook's own secret to say.
            let context = unnamed(site, ip, request_id, request.headers());
            webhooks::answer(site, &context, request).await
        }
        path => match (path.strip_prefix("/pkg/"), dialects::mounted(path)) {
            (Some(file), _) => with_cors(assets::package_file(file, &request)),
            (None, Some((dialect, rest))) => {
                // Which credential a call takes, and whether any, is its dialect's to say.
                let context = unnamed(site, ip, request_id, request.headers());
                let rest = rest.to_owned();
                answer_dialect(site, context, (dialect, &rest), request).await
            }
            // Sellers' pages import it.
            (None, None) if path == assets::OVERLAY => {
                with_cors(assets::page(&site.policies, path, &request))
            }
            (None, None) => assets::page(&site.policies, path, &request),
        },
    }
}

/// Whoever asks, before any credential is looked at.
fn unnamed(site: &Site, peer: IpAddr, request_id: &RequestId, headers: &HeaderMap) -> Context {
    let forwarded::Origin { ip, is_loopback } =
        forwarded::origin(peer, headers, &site.trusted_proxies);
    let caller = Caller { ip, is_loopback, token: None };
    let account = site.gate.limiter.account(&caller, || false);
    let host = forwarded::host(peer, headers, &site.trusted_proxies);
    Context { caller, account, request_id: request_id.clone(), host }
}

/// Who asks, from the connection and the headers.
fn context(site: &Site, peer: IpAddr, request_id: &RequestId, headers: &HeaderMap) -> Context {
    let app = &site.app;
    let unnamed = unnamed(site, peer, request_id, headers);
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| auth::bearer(&app.secret, value));
    if header.is_none()
        && let Some(cookie) = session::cookie(site, &unnamed, headers)
    {
        return at_desk(site, unnamed, cookie);
    }
    let caller = Caller { token, ..unnamed.caller };
    // Asked only about those who bring one: everybody else is spared the look-up.
    let is_valid = || {
        let (view, now) = (app.ledger.view(), app.env.now());
        matches!(auth::token(&*view, &caller, now), Ok(Some(_)))
            || matches!(auth::visitor(&*view, &caller, now), Ok(Some(_)))
    };
    let account = site.gate.limiter.account(&caller, is_valid);
    Context { caller, account, ..unnamed }
}

/// Who asks from the desk's page. A cookie that is good no more is nobody's guess: its page does not
/// know yet.
fn at_desk(site: &Site, unnamed: Context, cookie: Digest) -> Context {
    let App { ledger, env, .. } = &site.app;
    if !matches!(auth::desk_session(&*ledger.view(), &cookie, env.now()), Ok(Some(_))) {
        return unnamed;
    }
    let caller = Caller { token: Some(cookie), ..unnamed.caller };
    let account = site.gate.limiter.account(&caller, || true);
    Context { caller, account, ..unnamed }
}

async fn answer_rpc(site: &Site, context: Context, request: Request<Incoming>) -> Reply {
    let has_token = context.account.has_token();
    let body_bytes_max = if has_token { BODY_BYTES_MAX_WITH_TOKEN } else { BODY_BYTES_MAX };
    match *request.method() {
        Method::OPTIONS => empty(StatusCode::NO_CONTENT),
        Method::GET if ws::is_upgrade_request(&request) => {
            upgrade(site, context, body_bytes_max, request)
        }
        Method::POST if !is_json(request.headers().get(CONTENT_TYPE)) => {
            without_body(request, text(StatusCode::UNSUPPORTED_MEDIA_TYPE, HOW_TO_CALL)).await
        }
        Method::POST => match read_body(request.into_body(), body_bytes_max).await {
            Ok(body) => rpc_reply(site.rpc.answer(&body, &context).await),
            Err(error) => {
                if let ReadError::TooLarge { bytes, .. } = error {
                    site.gate.metrics.refused_body(bytes);
                }
                unread(error, body_bytes_max)
            }
        },
        _ => {
            let mut reply = text(StatusCode::METHOD_NOT_ALLOWED, HOW_TO_CALL);
            reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST, OPTIONS"));
            without_body(request, reply).await
        }
    }
}

async fn answer_dialect(
    site: &Site,
    context: Context,
    (dialect, rest): (Dialect, &str),
    request: Request<Incoming>,
) -> Reply {
    let (head, body) = request.into_parts();
    let (body, error) = match read_body(body, dialects::BODY_BYTES_MAX).await {
        Ok(body) => (body, None),
        Err(error) => (Bytes::new(), Some(error)),
    };
    let Some(call) = dialects::Call::take(dialect, &head, rest, body).await else {
        return text(StatusCode::NOT_FOUND, "There is nothing here.\n");
    };
    let response = match error {
        None => call.answer(&site.app, &site.gate, context).await,
        Some(ReadError::TooLarge { bytes, .. }) => {
            site.gate.metrics.refused_body(bytes);
            call.too_large()
        }
        Some(ReadError::TooSlow | ReadError::Broken) => {
            return unread(ReadError::Broken, dialects::BODY_BYTES_MAX);
        }
    };
    let mut reply = dialects::into_http(response).map(Full::new);
    reply.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if error.is_some_and(|error| !matches!(error, ReadError::TooLarge { drained: true, .. })) {
        close(&mut reply);
    }
    reply
}

/// The document that describes the methods. It is the same until the server starts again.
fn openrpc<B>(site: &Site, request: &Request<B>) -> Reply {
    if request.method() == Method::OPTIONS {
        return empty(StatusCode::NO_CONTENT);
    }
    let document = site.rpc.document();
    let body = document.text().to_owned();
    assets::tagged(request, document.hash(), "application/json; charset=utf-8", body)
}

/// Makes the connection a web socket.
fn upgrade(
    site: &Site,
    context: Context,
    message_bytes_max: u32,
    request: Request<Incoming>,
) -> Reply {
    if let Err(Refusal::RateLimited { retry_after }) =
        site.gate.limiter.admit(&context.account, false)
    {
        let refusal = Refusal::RateLimited { retry_after };
        return later(StatusCode::TOO_MANY_REQUESTS, &refusal, retry_after);
    }
    match site.rpc.upgrade(request, context, (message_bytes_max, site.stop.clone())) {
        // The connection itself goes on below HTTP.
        Ok(Some(response)) => response,
        Ok(None) => {
            let refusal = Refusal::unavailable();
            later(StatusCode::SERVICE_UNAVAILABLE, &refusal, RETRY_AFTER_SECONDS)
        }
        Err(error) => {
            tracing::debug!("a connection could not become a WebSocket: {error}");
            text(StatusCode::BAD_REQUEST, "This is no WebSocket handshake.\n")
        }
    }
}

/// The status that a refusal has where HTTP carries it.
fn status_of(refusal: &Refusal) -> StatusCode {
    let number = u16::try_from(refusal.number()).ok();
    let status = number.and_then(|number| StatusCode::from_u16(number).ok());
    status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}

fn later(status: StatusCode, refusal: &Refusal, seconds: u32) -> Reply {
    let mut reply = json(status, rpc::refusal_text(refusal));
    reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    reply
}

/// Answers a request whose body does not matter, and reads that so that the connection can go on.
async fn without_body(request: Request<Incoming>, mut reply: Reply) -> Reply {
    match read_body(request.into_body(), 0).await {
        Ok(_) | Err(ReadError::TooLarge { drained: true, .. }) => {}
        Err(_) => close(&mut reply),
    }
    reply
}

fn close(reply: &mut Reply) {
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
}

const HOW_TO_CALL: &str = "\
Send a JSON-RPC 2.0 request by POST with `Content-Type: application/json`:

  curl http://HOST:PORT/rpc -H 'Content-Type: application/json' \\
    -d '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"license.validate\",\"params\":{\"key\":\"YOUR-KEY\"}}'
";

/// Other types would let a page of another origin call without the browser asking us first.
fn is_json(content_type: Option<&HeaderValue>) -> bool {
    let Some(content_type) = content_type.and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.eq_ignore_ascii_case("application/json-rpc")
}

fn rpc_reply(answer: rpc::Answer) -> Reply {
    let Some(body) = answer.body else { return empty(answer.status) };
    let mut reply = json(answer.status, body);
    if let Some(seconds) = answer.retry_after {
        reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    reply
}

fn unread(error: ReadError, limit: u32) -> Reply {
    let mut reply = match error {
        ReadError::TooLarge { .. } => {
            json(StatusCode::PAYLOAD_TOO_LARGE, rpc::refusal_text(&Refusal::BodyTooLarge(limit)))
        }
        ReadError::TooSlow => text(StatusCode::REQUEST_TIMEOUT, "The body came too slowly.\n"),
        ReadError::Broken => text(StatusCode::BAD_REQUEST, "The body could not be read.\n"),
    };
    if !matches!(error, ReadError::TooLarge { drained: true, .. }) {
        close(&mut reply);
    }
    reply
}

fn with_cors(mut reply: Reply) -> Reply {
    const HEADERS: [(HeaderName, &str); 5] = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Authorization"),
        (ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After"),
        (ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    for (name, value) in HEADERS {
        reply.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    reply
}

fn reply(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(body.into()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    reply(status, "text/plain; charset=utf-8", body)
}

fn json(status: StatusCode, body: String) -> Reply {
    let mut reply = reply(status, "application/json; charset=utf-8", body);
    // An answer may hold keys, and every answer is of its moment.
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
    reply
}
