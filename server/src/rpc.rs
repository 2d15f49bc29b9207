//! JSON-RPC: core's list of calls registered with jsonrpsee, and answered over HTTP and sockets.
//!
//! Parameters, scopes and errors come from core's types. This file reads a complete body, or a
//! message on a socket (`socket`), and calls the registry itself, because jsonrpsee's own layers
//! answer mistakes in it with fixed texts that say nothing of what to do next.

mod admin;
mod billing;
mod checkout;
mod discover;
mod events;
mod license;
mod params;
mod portal;
mod registry;
pub mod socket;

pub use discover::Document;

use counterfoil_core::refusal::{RETRY_AFTER_SECONDS, Refusal};
use http::{Extensions, StatusCode};
use jsonrpsee::core::RegisterMethodError;
use jsonrpsee::server::{ConnectionId, MethodResponse};
use jsonrpsee::types::{
    ErrorObjectOwned, Id, InvalidRequest, Notification, Params, Request, TwoPointZero,
};
use jsonrpsee::{MethodCallback, Methods, RpcModule};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::gate::{Context, Gate};
use crate::service::App;
use registry::Registry;

/// Most calls in a batch.
pub const BATCH_CALLS_MAX: usize = 20;

pub use crate::service::issuing::ANSWER_BYTES_MAX;

/// The methods, ready to be called.
#[derive(Clone, Debug)]
pub struct Rpc {
    methods: Methods,
    document: Document,
    gate: Gate,
    /// A permit for each web socket that there may be.
    sockets: Arc<Semaphore>,
}

/// What a body is answered with; no text for one that only notifies.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The JSON text.
    pub body: Option<String>,
    /// Seconds to wait before asking again.
    pub retry_after: Option<u32>,
}

/// Makes what each call is told of whoever calls.
type Of<'a> = &'a (dyn Fn() -> Extensions + Send + Sync);

impl Rpc {
    /// Registers every call of core's list, what describes them, and whatever the host of the
    /// library adds.
    ///
    /// # Errors
    ///
    /// When two methods have the same name.
    pub fn new(
        app: App,
        gate: Gate,
        document: Document,
        further: Methods,
    ) -> Result<Self, RegisterMethodError> {
        let mut registry = Registry { module: RpcModule::new(app), gate };
        discover::register(&mut registry, &document)?;
        license::register(&mut registry)?;
        admin::register(&mut registry)?;
        billing::register(&mut registry)?;
        checkout::register(&mut registry)?;
        portal::register(&mut registry)?;
        events::register(&mut registry)?;
        let Registry { mut module, gate } = registry;
        module.merge(further)?;
        let sockets = Arc::new(Semaphore::new(socket::SOCKETS_MAX));
        Ok(Self { methods: module.into(), document, gate, sockets })
    }

    /// The OpenRPC document of the methods.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// How many web sockets are open.
    pub fn open_sockets(&self) -> usize {
        socket::SOCKETS_MAX.saturating_sub(self.sockets.available_permits())
    }

    /// Answers one body.
    pub async fn answer(&self, body: &[u8], context: &Context) -> Answer {
        let of = || {
            let mut extensions = Extensions::new();
            extensions.insert(context.clone());
            extensions
        };
        self.answer_as(body, &of).await
    }

    /// Answers one message on a socket; `None` for one that only notifies.
    async fn answer_message(
        &self,
        text: &[u8],
        context: &Context,
        message: &events::Message,
    ) -> Option<String> {
        let of = || {
            let mut extensions = Extensions::new();
            extensions.insert(context.clone());
            extensions.insert(message.clone());
            extensions
        };
        self.answer_as(text, &of).await.body
    }

    async fn answer_as(&self, body: &[u8], of: Of<'_>) -> Answer {
        if std::str::from_utf8(body).is_err() {
            let body = Some(refusal_text(&Refusal::Unparsable));
            return Answer { status: StatusCode::OK, body, retry_after: None };
        }
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            self.answer_batch(body, of).await
        } else {
            self.answer_one(body, of).await
        }
    }

    async fn answer_one(&self, body: &[u8], of: Of<'_>) -> Answer {
        let Some(reply) = self.call(body, of).await else {
            return Answer { status: StatusCode::ACCEPTED, body: None, retry_after: None };
        };
        // Everything else is told in the body: a call that was answered is 200.
        let status = match reply.error {
            Some(429) => StatusCode::TOO_MANY_REQUESTS,
            Some(503) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::OK,
        };
        let retry_after = (status != StatusCode::OK).then(|| retry_after(&reply.text));
        Answer { status, body: Some(reply.text), retry_after }
    }

    async fn answer_batch(&self, body: &[u8], of: Of<'_>) -> Answer {
        let ok = |body| Answer { status: StatusCode::OK, body: Some(body), retry_after: None };
        let refuse = |refusal: Refusal| ok(refusal_text(&refusal));
        let Ok(calls) = serde_json::from_slice::<Vec<&RawValue>>(body) else {
            return refuse(Refusal::Unparsable);
        };
        if calls.is_empty() {
            return refuse(Refusal::InvalidRequest);
        }
        if calls.len() > BATCH_CALLS_MAX {
            let limit = u32::try_from(BATCH_CALLS_MAX).unwrap_or(u32::MAX);
            return refuse(Refusal::BatchTooLarge(limit));
        }
        let mut answers = Vec::new();
        for call in calls {
            if let Some(reply) = self.call(call.get().as_bytes(), of).await {
                answers.push(reply.text);
            }
        }
        if answers.is_empty() {
            return Answer { status: StatusCode::ACCEPTED, body: None, retry_after: None };
        }
        ok(format!("[{}]", answers.join(",")))
    }

    /// Answers one call; `None` for a notification, which is not executed.
    async fn call(&self, text: &[u8], of: Of<'_>) -> Option<Reply> {
        if let Ok(request) = serde_json::from_slice::<Request<'_>>(text) {
            let params = request.params.as_ref().map(|params| params.get());
            return Some(self.execute(request.id, &request.method, params, of()).await.into());
        }
        if let Ok(request) = serde_json::from_slice::<OddlyNumbered<'_>>(text) {
            let params = request.params.map(RawValue::get);
            let response = self.execute(STAND_IN, &request.method, params, of()).await;
            return Some(Reply::from(response).numbered(&request.id));
        }
        refuse_malformed(text).map(Reply::from)
    }

    async fn execute(
        &self,
        id: Id<'_>,
        method: &str,
        params: Option<&str>,
        extensions: Extensions,
    ) -> MethodResponse {
        let params = Params::new(params);
        match self.methods.method_with_name(method) {
            Some((_, MethodCallback::Sync(callback))) => {
                callback(id, params, ANSWER_BYTES_MAX, extensions)
            }
            Some((_, MethodCallback::Async(callback))) => {
                let (id, params) = (id.into_owned(), params.into_owned());
                callback(id, params, ConnectionId(0), ANSWER_BYTES_MAX, extensions).await
            }
            // Ours are methods: a socket's own answer begins them.
            Some((_, MethodCallback::Subscription(_) | MethodCallback::Unsubscription(_)))
            | None => match context(&extensions) {
                Ok(context) => refused(id, &unknown_method(&self.gate, context)),
                Err(refusal) => refused(id, &refusal),
            },
        }
    }
}

/// What a call of no method is refused with. It counts like any other.
fn unknown_method(gate: &Gate, context: &Context) -> Refusal {
    let meter = gate.of("unknown");
    let began = meter.begin();
    let refusal = meter.admit(context).err().unwrap_or(Refusal::MethodNotFound);
    meter.end(context, began, Some(&refusal));
    refusal
}

/// The seconds that an error says.
fn retry_after(reply: &str) -> u32 {
    let reply = serde_json::from_str::<Value>(reply).unwrap_or_default();
    let seconds = reply.pointer("/error/data/retryAfter").and_then(Value::as_u64);
    seconds.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(RETRY_AFTER_SECONDS)
}

/// One call's reply.
struct Reply {
    text: String,
    /// The error's number, if it is one.
    error: Option<i32>,
}

impl From<MethodResponse> for Reply {
    fn from(response: MethodResponse) -> Self {
        let error = response.as_error_code();
        Self { text: text_of(response), error }
    }
}

impl Reply {
    /// The reply under the number that its caller chose.
    fn numbered(self, id: &Number) -> Self {
        let text = match self.text.strip_prefix(STAND_IN_HEAD) {
            Some(rest) => format!("{HEAD}{id}{rest}"),
            None => self.text,
        };
        Self { text, ..self }
    }
}

/// A request whose id is a number that jsonrpsee's type cannot hold: negative, or with a fraction.
#[derive(Deserialize)]
struct OddlyNumbered<'a> {
    #[serde(rename = "jsonrpc")]
    _version: TwoPointZero,
    id: Number,
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

const STAND_IN: Id<'static> = Id::Number(0);
const HEAD: &str = r#"{"jsonrpc":"2.0","id":"#;
const STAND_IN_HEAD: &str = r#"{"jsonrpc":"2.0","id":0"#;

fn refuse_malformed(text: &[u8]) -> Option<MethodResponse> {
    // A request whose id is none of the allowed kinds still waits for an answer.
    let has_id = serde_json::from_slice::<BTreeMap<String, &RawValue>>(text)
        .is_ok_and(|members| members.contains_key("id"));
    if !has_id && serde_json::from_slice::<Notification<'_, Option<&RawValue>>>(text).is_ok() {
        return None;
    }
    if serde_json::from_slice::<IgnoredAny>(text).is_err() {
        return Some(refused(Id::Null, &Refusal::Unparsable));
    }
    let id = serde_json::from_slice::<InvalidRequest<'_>>(text).map_or(Id::Null, |found| found.id);
    Some(refused(id, &Refusal::InvalidRequest))
}

fn refused(id: Id<'_>, refusal: &Refusal) -> MethodResponse {
    MethodResponse::error(id, error_object(refusal))
}

fn text_of(response: MethodResponse) -> String {
    String::from(Box::<str>::from(response.into_json()))
}

/// A refusal as JSON-RPC carries it.
pub fn error_object(refusal: &Refusal) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(refusal.number(), refusal.message(), Some(refusal.data()))
}

/// The JSON text of a refusal that no call in particular caused.
pub fn refusal_text(refusal: &Refusal) -> String {
    text_of(refused(Id::Null, refusal))
}

/// Whoever makes a call, as the connection that brought it knows.
fn context(extensions: &Extensions) -> Result<&Context, Refusal> {
    extensions.get::<Context>().ok_or_else(|| {
        tracing::error!("a call came without its caller");
        Refusal::unavailable()
    })
}
