//! Calls in the dialects of old systems, each under its mount: one handler for all, in which no
//! vendor is named.
//!
//! Whoever has to be somebody is asked for the credential first, before what was sent is looked at;
//! then come the limits, then the call itself. Every answer, a refusal too, is in the dialect's own
//! words.

mod multipart;

use bytes::Bytes;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::foreign::{Body, Credential, Exchange, Incoming};
use counterfoil_core::wire::{self, Dialect};
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

use crate::auth::{self, Brought, Caller};
use crate::gate::{Context, Gate};
use crate::limits::Account;
use crate::service::{App, foreign};

/// Most bytes of a body.
pub const BODY_BYTES_MAX: u32 = 64 * 1024;

/// The dialect under whose mount a path lies, and the rest of the path.
pub fn mounted(path: &str) -> Option<(Dialect, &str)> {
    let path = path.trim_start_matches('/');
    let (mount, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let found = Dialect::MOUNTS.iter().find(|(folder, _)| *folder == mount);
    found.map(|(_, dialect)| (*dialect, rest))
}

/// A request that was taken in, to be answered in its dialect.
#[derive(Debug)]
pub struct Call {
    exchange: Arc<dyn Exchange>,
}

impl Call {
    /// Takes a request in: its head, the rest of its path, and its body unless that was too large.
    pub async fn take(dialect: Dialect, head: &Parts, rest: &str, body: Bytes) -> Option<Self> {
        let request = Incoming {
            method: head.method.as_str().to_owned(),
            path: rest.to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: texts(&head.headers),
            body: Body::Bytes(body.into()),
        };
        let request = read_parts(request).await;
        Some(Self { exchange: Arc::from(dialect.hear(request)?) })
    }

    /// The refusal of a body that was not read.
    pub fn too_large(&self) -> wire::Response {
        self.exchange.refuse(&Refusal::BodyTooLarge(BODY_BYTES_MAX))
    }

    /// Answers it. `caller` says where it comes from; what it brought as a credential is read here.
    pub async fn answer(&self, app: &App, gate: &Gate, context: Context) -> wire::Response {
        let Self { exchange } = self;
        if let Some(response) = exchange.preflight() {
            return response;
        }
        let meter = gate.of(exchange.label());
        let began = meter.begin();
        let credential = exchange.credential();
        let brought = brought(app, credential);
        let caller = Caller { token: brought.map(|it| it.digest), ..context.caller };
        let host = context.host.clone();
        let visitor = foreign::Caller { ip: caller.ip, host, brought };
        // One that lacks a scope is somebody's all the same.
        let is_valid = || {
            let admitted = foreign::admit(app, &visitor);
            !matches!(admitted, Err(Refusal::Unauthorized | Refusal::StaleToken))
        };
        // What is shipped in software is no secret that could be guessed, and everybody shares it:
        // one of them must not use it up for all, nor an outdated one bar its neighbours.
        let is_shared = matches!(credential, Credential::Sent { kind, .. } if kind.is_public());
        let account =
            if is_shared { context.account } else { gate.limiter.account(&caller, is_valid) };
        let context = Context { caller, account, ..context };
        let answered = match self.admit(gate, &context.account) {
            Ok(()) => self.answer_visitor(app, visitor).await,
            Err(refusal) => Err(refusal),
        };
        meter.end(&context, began, answered.as_ref().err());
        if exchange.is_by_key() && matches!(answered, Err(Refusal::LicenseNotFound)) {
            meter.unknown_key(&context);
        }
        answered.unwrap_or_else(|refusal| exchange.refuse(&refusal))
    }

    fn admit(&self, gate: &Gate, account: &Account) -> Result<(), Refusal> {
        let Self { exchange } = self;
        gate.limiter.admit(account, exchange.is_by_key())?;
        gate.limiter.admit_at(account, exchange.label(), exchange.calls_per_minute())?;
        let is_missing = *exchange.credential() == Credential::Missing;
        if is_missing { Err(Refusal::Unauthorized) } else { Ok(()) }
    }

    async fn answer_visitor(
        &self,
        app: &App,
        visitor: foreign::Caller,
    ) -> Result<wire::Response, Refusal> {
        foreign::admit(app, &visitor)?;
        match self.exchange.ask() {
            Ok(ask) => foreign::answer(app, visitor, ask, &self.exchange).await,
            Err(response) => Ok(response),
        }
    }
}

/// A request with its form read, where that comes in parts.
pub async fn read_parts(request: Incoming) -> Incoming {
    let content_type = request.header("content-type").unwrap_or_default().to_owned();
    let body = match request.body {
        Body::Bytes(bytes) if multipart::is_multipart(&content_type) => {
            let parts = multipart::read(&content_type, bytes.into()).await;
            parts.map_or(Body::Broken, Body::Multipart)
        }
        body @ (Body::Bytes(_) | Body::Multipart(_) | Body::Broken) => body,
    };
    Incoming { body, ..request }
}

fn brought(app: &App, credential: &Credential) -> Option<Brought> {
    match credential {
        Credential::NotNeeded | Credential::Missing => None,
        Credential::Sent { kind, text, scope } => {
            let digest = auth::digest(&app.secret, text);
            Some(Brought { digest, kind: *kind, scope: *scope })
        }
    }
}

/// The headers as texts. One that is none is there all the same: a credential that cannot be read is
/// a wrong one, not a missing one.
pub fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// A response as HTTP has it. What a dialect says is always sayable; what were not is left out.
pub fn into_http(response: wire::Response) -> http::Response<Bytes> {
    let wire::Response { status, headers, body } = response;
    let mut reply = http::Response::new(Bytes::from(body));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = value.as_str().map(HeaderValue::from_str);
        if let (Ok(name), Some(Ok(value))) = (name, value) {
            reply.headers_mut().insert(name, value);
        }
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_a_folder_and_not_a_beginning() {
        let mounted = |path| mounted(path).map(|(_, rest)| rest);
        assert_eq!(mounted("/licensedock/api"), Some("/api"));
        assert_eq!(mounted("//licensedock//api"), Some("//api"));
        assert_eq!(mounted("/licensedock"), Some(""));
        assert_eq!(mounted("/licensedocks/api"), None);
        assert_eq!(mounted("/"), None);
    }
}
