//! JSON-RPC over a web socket. jsonrpsee reads the frames; unknown methods and malformed entries
//! of a batch are answered as a POST's are.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::history::UNSUBSCRIBE_EVENTS;
use http::{Extensions, Request as HttpRequest, Response as HttpResponse};
use hyper::body::Incoming;
use jsonrpsee::Methods;
use jsonrpsee::core::BoxError;
use jsonrpsee::core::middleware::{Batch, BatchEntry, Notification};
use jsonrpsee::core::server::BatchResponseBuilder;
use jsonrpsee::server::middleware::rpc::{RpcServiceBuilder, RpcServiceT};
use jsonrpsee::server::{
    BatchRequestConfig, HttpBody, MethodResponse, PingConfig, Server, ServerConfig, StopHandle,
};
use jsonrpsee::types::Request;
use std::borrow::Cow;
use std::sync::Arc;
use tower::Service;
use tracing::Instrument;

use super::{
    ANSWER_BYTES_MAX, BATCH_CALLS_MAX, Context, Gate, Rpc, events, refused, unknown_method,
};

/// Most sockets at once.
pub(super) const SOCKETS_MAX: usize = 1_000;

/// Most subscriptions of one socket: each commit wakes every one.
const SUBSCRIPTIONS_MAX: u32 = 16;

/// Messages that wait for a reader who is slow.
const MESSAGES_WAITING_MAX: u32 = 64;

impl Rpc {
    /// Takes over a connection that asks to become a web socket; `None` when there are too many.
    ///
    /// # Errors
    ///
    /// jsonrpsee's, which it has none of today.
    pub async fn upgrade(
        &self,
        mut request: HttpRequest<Incoming>,
        context: Context,
        (message_bytes_max, stop): (u32, StopHandle),
    ) -> Result<Option<HttpResponse<HttpBody>>, BoxError> {
        request.extensions_mut().insert(context);
        let config = ServerConfig::builder()
            .ws_only()
            .max_request_body_size(message_bytes_max)
            .max_response_body_size(u32::try_from(ANSWER_BYTES_MAX).unwrap_or(u32::MAX))
            .set_batch_request_config(BatchRequestConfig::Limit(
                u32::try_from(BATCH_CALLS_MAX).unwrap_or(u32::MAX),
            ))
            .max_subscriptions_per_connection(SUBSCRIPTIONS_MAX)
            .set_message_buffer_capacity(MESSAGES_WAITING_MAX)
            // A socket whose other end is gone must not take another's room.
            .enable_ws_ping(PingConfig::new())
            .build();
        let methods = self.methods.clone();
        let (known, gate) = (methods.clone(), self.gate.clone());
        let middleware = RpcServiceBuilder::new().layer_fn(move |inner| AnswersLikeHttp {
            inner,
            known: known.clone(),
            gate: gate.clone(),
        });
        let Ok(permit) = Arc::clone(&self.sockets).try_acquire_owned() else { return Ok(None) };
        let mut service = Server::builder()
            .set_config(config)
            .set_rpc_middleware(middleware)
            .to_service_builder()
            .build(methods, stop);
        let closed = service.on_session_closed();
        let response = service.call(request).await?;
        tokio::spawn(async move {
            closed.await;
            drop(permit);
        });
        Ok(Some(response))
    }
}

/// Answers an unknown method as HTTP does, and gives each call its span.
#[derive(Clone)]
struct AnswersLikeHttp<S> {
    inner: S,
    known: Methods,
    gate: Gate,
}

impl<S> RpcServiceT for AnswersLikeHttp<S>
where
    S: RpcServiceT<MethodResponse = MethodResponse, BatchResponse = MethodResponse>
        + Clone
        + Send
        + Sync
        + 'static,
{
    type MethodResponse = S::MethodResponse;
    type NotificationResponse = S::NotificationResponse;
    type BatchResponse = S::BatchResponse;

    fn call<'a>(
        &self,
        mut request: Request<'a>,
    ) -> impl Future<Output = MethodResponse> + Send + 'a {
        let known = self.known.method(&request.method).is_some();
        if request.method == UNSUBSCRIBE_EVENTS
            && let Some(params) = request.params.as_deref().and_then(events::positional)
        {
            request.params = Some(Cow::Owned(params));
        }
        let (inner, gate) = (self.inner.clone(), self.gate.clone());
        let id = request.extensions.get::<Context>().map(|context| &context.request_id);
        let span = tracing::info_span!("call", request_id = id.map(tracing::field::display));
        let answering = async move {
            if known {
                return inner.call(request).await;
            }
            let extensions: Extensions = request.extensions.clone();
            let refusal = super::context(&extensions)
                .map_or_else(|refusal| refusal, |context| unknown_method(&gate, context));
            refused(request.id, &refusal).with_extensions(extensions)
        };
        answering.instrument(span)
    }

    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = Self::BatchResponse> + Send + 'a {
        let one = self.clone();
        async move {
            let mut answers = BatchResponseBuilder::new_with_limit(ANSWER_BYTES_MAX);
            for entry in batch {
                let answer = match entry {
                    Ok(BatchEntry::Call(request)) => one.call(request).await,
                    Ok(BatchEntry::Notification(_)) => continue,
                    Err(malformed) => refused(malformed.into_parts().1, &Refusal::InvalidRequest),
                };
                if let Err(too_large) = answers.append(answer) {
                    return too_large;
                }
            }
            if answers.is_empty() {
                return MethodResponse::notification();
            }
            MethodResponse::from_batch(answers.finish())
        }
    }

    fn notification<'a>(
        &self,
        notification: Notification<'a>,
    ) -> impl Future<Output = Self::NotificationResponse> + Send + 'a {
        self.inner.notification(notification)
    }
}
