//! JSON-RPC: core's list of calls registered with jsonrpsee, and answered over HTTP.
//!
//! Parameters, scopes and errors come from core's types. This file reads a complete body and
//! calls the registry itself, because jsonrpsee's own HTTP layer answers mistakes in the body with
//! fixed texts that say nothing of what to do next. Sockets are jsonrpsee's (`socket`).

mod admin;
mod events;
mod license;
mod params;
pub mod socket;

use counterfoil_core::refusal::{RETRY_AFTER_SECONDS, Refusal};
use counterfoil_core::wire::native::Call;
use http::{Extensions, StatusCode};
use jsonrpsee::core::RegisterMethodError;
use jsonrpsee::server::{ConnectionId, MethodResponse};
use jsonrpsee::types::{
    ErrorObjectOwned, Id, InvalidRequest, Notification, Params, Request, TwoPointZero,
};
use jsonrpsee::{MethodCallback, Methods, RpcModule};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::auth::Caller;
use crate::service::{self, App, Changing, Checking, Showing};

/// Most calls in a batch.
pub const BATCH_CALLS_MAX: usize = 20;

/// Most bytes of an answer: a thousand licenses, each with its metadata.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The methods, ready to be called.
#[derive(Clone, Debug)]
pub struct Rpc {
    methods: Methods,
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

impl Rpc {
    /// Registers every call of core's list, and whatever the host of the library adds.
    ///
    /// # Errors
    ///
    /// When two methods have the same name.
    pub fn new(app: App, further: Methods) -> Result<Self, RegisterMethodError> {
        let mut module = RpcModule::new(app);
        license::register(&mut module)?;
        admin::register(&mut module)?;
        events::register(&mut module)?;
        module.merge(further)?;
        Ok(Self { methods: module.into(), sockets: Arc::new(Semaphore::new(socket::SOCKETS_MAX)) })
    }

    /// Answers one body.
    pub async fn answer(&self, body: &[u8], caller: Caller) -> Answer {
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            self.answer_batch(body, caller).await
        } else {
            self.answer_one(body, caller).await
        }
    }

    async fn answer_one(&self, body: &[u8], caller: Caller) -> Answer {
        let Some(reply) = self.call(body, caller).await else {
            return Answer { status: StatusCode::ACCEPTED, body: None, retry_after: None };
        };
        // Everything else is told in the body: a call that was answered is 200.
        let status = match reply.error {
            Some(429) => StatusCode::TOO_MANY_REQUESTS,
            Some(503) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::OK,
        };
        let retry_after = (status != StatusCode::OK).then_some(RETRY_AFTER_SECONDS);
        Answer { status, body: Some(reply.text), retry_after }
    }

    async fn answer_batch(&self, body: &[u8], caller: Caller) -> Answer {
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
            if let Some(reply) = self.call(call.get().as_bytes(), caller).await {
                answers.push(reply.text);
            }
        }
        if answers.is_empty() {
            return Answer { status: StatusCode::ACCEPTED, body: None, retry_after: None };
        }
        ok(format!("[{}]", answers.join(",")))
    }

    /// Answers one call; `None` for a notification, which is not executed.
    async fn call(&self, text: &[u8], caller: Caller) -> Option<Reply> {
        if let Ok(request) = serde_json::from_slice::<Request<'_>>(text) {
            let params = request.params.as_ref().map(|params| params.get());
            return Some(self.execute(request.id, &request.method, params, caller).await.into());
        }
        if let Ok(request) = serde_json::from_slice::<OddlyNumbered<'_>>(text) {
            let params = request.params.map(RawValue::get);
            let response = self.execute(STAND_IN, &request.method, params, caller).await;
            return Some(Reply::from(response).numbered(&request.id));
        }
        refuse_malformed(text).map(Reply::from)
    }

    async fn execute(
        &self,
        id: Id<'_>,
        method: &str,
        params: Option<&str>,
        caller: Caller,
    ) -> MethodResponse {
        let params = Params::new(params);
        let mut extensions = Extensions::new();
        extensions.insert(caller);
        match self.methods.method_with_name(method) {
            Some((_, MethodCallback::Sync(callback))) => {
                callback(id, params, ANSWER_BYTES_MAX, extensions)
            }
            Some((_, MethodCallback::Async(callback))) => {
                let (id, params) = (id.into_owned(), params.into_owned());
                callback(id, params, ConnectionId(0), ANSWER_BYTES_MAX, extensions).await
            }
            Some((_, MethodCallback::Subscription(_) | MethodCallback::Unsubscription(_))) => {
                refused(id, &Refusal::NeedsSocket)
            }
            None => refused(id, &Refusal::MethodNotFound),
        }
    }
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
    let has_id = serde_json::from_slice::<Map<String, Value>>(text)
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

/// Registers a call of shipped software that only reads, to be answered where it arrived.
fn reads<C>(
    module: &mut RpcModule<App>,
    serve: fn(&App, &Caller, &C) -> Result<C::Answer, Refusal>,
) -> Result<(), RegisterMethodError>
where
    C: Call + 'static,
    C::Answer: Clone + Send + 'static,
{
    module.register_method(C::METHOD, move |params, app, extensions| {
        let answer = admit::<C>(app, extensions)
            .and_then(|caller| serve(app, caller, &params::read::<C>(&params)?));
        answer.map_err(|refusal| error_object(&refusal))
    })?;
    Ok(())
}

/// Registers a call that is answered later: of shipped software, once what it changes is kept.
fn writes<C, F>(
    module: &mut RpcModule<App>,
    serve: impl Fn(App, Caller, C) -> F + Copy + Send + Sync + 'static,
) -> Result<(), RegisterMethodError>
where
    C: Call + Send + 'static,
    C::Answer: Clone + Send + 'static,
    F: Future<Output = Result<C::Answer, Refusal>> + Send + 'static,
{
    module.register_async_method(C::METHOD, move |params, app, extensions| {
        let admitted = admit::<C>(&app, &extensions)
            .and_then(|caller| Ok((*caller, params::read::<C>(&params)?)));
        async move {
            let answer = async {
                let (caller, call) = admitted?;
                serve((*app).clone(), caller, call).await
            };
            answer.await.map_err(|refusal| error_object(&refusal))
        }
    })?;
    Ok(())
}

/// Registers a call of the desk that only reads.
fn shows<C>(module: &mut RpcModule<App>, job: Showing<C>) -> Result<(), RegisterMethodError>
where
    C: Call + 'static,
    C::Answer: Clone + Send + 'static,
{
    module.register_method(C::METHOD, move |params, app, extensions| {
        let answer = admit::<C>(app, extensions)
            .and_then(|caller| service::show(app, caller, &params::read::<C>(&params)?, job));
        answer.map_err(|refusal| error_object(&refusal))
    })?;
    Ok(())
}

/// Registers a call of the desk that changes something.
fn changes<C>(module: &mut RpcModule<App>, job: Changing<C>) -> Result<(), RegisterMethodError>
where
    C: Call + Send + 'static,
    C::Answer: Clone + Serialize + DeserializeOwned + Send + 'static,
{
    changes_checked(module, |_, _, _| Ok(()), job)
}

/// Registers a call of the desk that changes something, with a check that holds for repeats too.
fn changes_checked<C>(
    module: &mut RpcModule<App>,
    check: Checking<C>,
    job: Changing<C>,
) -> Result<(), RegisterMethodError>
where
    C: Call + Send + 'static,
    C::Answer: Clone + Serialize + DeserializeOwned + Send + 'static,
{
    writes(module, move |app, caller, call| service::change(app, caller, call, (check, job)))
}

/// The caller, if allowed to make such a call at all. Before the parameters are read: whoever may
/// not ask is told so, and not what was wrong with the question.
fn admit<'a, C: Call>(app: &App, extensions: &'a Extensions) -> Result<&'a Caller, Refusal> {
    let caller = caller(extensions)?;
    if C::SCOPE.name().is_some() {
        service::admit(app, caller, C::SCOPE)?;
    }
    Ok(caller)
}

fn caller(extensions: &Extensions) -> Result<&Caller, Refusal> {
    extensions.get::<Caller>().ok_or_else(|| {
        tracing::error!("a call came without its caller");
        Refusal::unavailable()
    })
}
