//! JSON-RPC over a web socket: each message is answered as a body of a POST is.

use bytes::Bytes;
use counterfoil_core::refusal::Refusal;
use futures_util::stream::{FuturesUnordered, SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use http::{Request as HttpRequest, Response as HttpResponse};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use jsonrpsee::server::StopHandle;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message as Frame};
use tracing::Instrument;

use super::events::{Message, Subscriptions};
use super::{Context, Rpc, refusal_text};

/// Most sockets at once.
pub(super) const SOCKETS_MAX: usize = 1_000;

/// Most messages of one socket that are being answered; more are not read meanwhile.
const ANSWERING_MAX: usize = 32;

/// Notifications that wait for a reader who is slow; whoever makes them waits too.
const NOTIFICATIONS_WAITING_MAX: usize = 64;

/// Most bytes of a message that are read so that its sender hears that it is too large. After a
/// larger one the socket ends.
const READ_BYTES_MAX: usize = 2 * 1024 * 1024;

/// How often the other end is asked whether it is there. One that says nothing until the next time
/// is gone.
const PING_EVERY: Duration = Duration::from_secs(30);

/// How long a message may take to be taken.
const SEND_TIME_MAX: Duration = Duration::from_secs(30);

type Stream = WebSocketStream<TokioIo<Upgraded>>;

impl Rpc {
    /// Takes over a connection that asks to become a web socket; `None` when there are too many.
    ///
    /// # Errors
    ///
    /// What is wrong with the handshake.
    pub fn upgrade(
        &self,
        mut request: HttpRequest<Incoming>,
        context: Context,
        (message_bytes_max, stop): (u32, StopHandle),
    ) -> Result<Option<HttpResponse<Full<Bytes>>>, Error> {
        let Ok(permit) = Arc::clone(&self.sockets).try_acquire_owned() else { return Ok(None) };
        let response = create_response_with_body(&request, Full::default)?;
        let upgrading = hyper::upgrade::on(&mut request);
        let rpc = self.clone();
        tokio::spawn(async move {
            match upgrading.await {
                Ok(upgraded) => {
                    let config = WebSocketConfig::default()
                        .max_message_size(Some(READ_BYTES_MAX))
                        .max_frame_size(Some(READ_BYTES_MAX));
                    let io = TokioIo::new(upgraded);
                    let stream = WebSocketStream::from_raw_socket(io, Role::Server, Some(config));
                    let talk = Talk::new(rpc, context, message_bytes_max, stream.await);
                    talk.run(stop).await;
                }
                Err(error) => tracing::debug!("a connection did not become a web socket: {error}"),
            }
            drop(permit);
        });
        Ok(Some(response))
    }
}

/// One socket.
struct Talk {
    rpc: Rpc,
    context: Context,
    message_bytes_max: u32,
    sink: SplitSink<Stream, Frame>,
    frames: SplitStream<Stream>,
    subscriptions: Arc<Subscriptions>,
    notifications: mpsc::Receiver<String>,
}

/// What came, or what is to be done.
enum Turn {
    Frame(Option<Result<Frame, Error>>),
    Answered(Option<String>, Message),
    Notification(String),
    Ping,
    Stop,
}

impl Talk {
    fn new(rpc: Rpc, context: Context, message_bytes_max: u32, stream: Stream) -> Self {
        let (sink, frames) = stream.split();
        let (outgoing, notifications) = mpsc::channel(NOTIFICATIONS_WAITING_MAX);
        let subscriptions = Arc::new(Subscriptions::new(outgoing));
        Self { rpc, context, message_bytes_max, sink, frames, subscriptions, notifications }
    }

    /// Answers until either end goes, then whatever was asked already.
    async fn run(mut self, stop: StopHandle) {
        let mut answers = FuturesUnordered::new();
        let mut pings = tokio::time::interval(PING_EVERY);
        pings.reset();
        // A message that was taken slowly must not have the next ping follow at once.
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stop = pin!(stop.shutdown());
        let (mut is_listening, mut is_there, mut is_stopping) = (true, true, false);
        while is_listening || !answers.is_empty() {
            let has_room = answers.len() < ANSWERING_MAX;
            let turn = tokio::select! {
                frame = self.frames.next(), if is_listening && has_room => Turn::Frame(frame),
                Some((text, message)) = answers.next() => Turn::Answered(text, message),
                Some(text) = self.notifications.recv() => Turn::Notification(text),
                _ = pings.tick() => Turn::Ping,
                () = &mut stop, if !is_stopping => Turn::Stop,
            };
            let is_open = match turn {
                Turn::Frame(Some(Ok(Frame::Text(text)))) => {
                    is_there = true;
                    answers.push(self.answer(text.into()));
                    true
                }
                Turn::Frame(Some(Ok(Frame::Binary(bytes)))) => {
                    is_there = true;
                    answers.push(self.answer(bytes));
                    true
                }
                Turn::Frame(Some(Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_)))) => {
                    is_there = true;
                    true
                }
                Turn::Frame(Some(Err(Error::Capacity(_)))) => {
                    is_listening = false;
                    self.send(refusal_text(&Refusal::BodyTooLarge(self.message_bytes_max))).await
                }
                Turn::Frame(None | Some(Ok(Frame::Close(_)) | Err(_))) => false,
                Turn::Answered(text, message) => {
                    let is_open = match text {
                        Some(text) => self.send(text).await,
                        None => true,
                    };
                    message.is_answered();
                    is_open
                }
                Turn::Notification(text) => self.send(text).await,
                Turn::Ping => {
                    let was_there = std::mem::take(&mut is_there);
                    was_there && self.pass(Frame::Ping(Bytes::new())).await
                }
                Turn::Stop => {
                    (is_listening, is_stopping) = (false, true);
                    true
                }
            };
            if !is_open {
                break;
            }
        }
        self.subscriptions.end();
        drop(tokio::time::timeout(SEND_TIME_MAX, self.sink.close()).await);
    }

    /// The answer to one message, to be sent when it is ready; none to one that only notifies.
    fn answer(
        &self,
        text: Bytes,
    ) -> impl Future<Output = (Option<String>, Message)> + Send + use<> {
        let (rpc, context) = (self.rpc.clone(), self.context.clone());
        let message = Message::on(&self.subscriptions);
        let limit = self.message_bytes_max;
        let span = tracing::info_span!("message", request_id = %context.request_id);
        let answering = async move {
            let is_small = u32::try_from(text.len()).is_ok_and(|length| length <= limit);
            let answer = if is_small {
                rpc.answer_message(&text, &context, &message).await
            } else {
                Some(refusal_text(&Refusal::BodyTooLarge(limit)))
            };
            (answer, message)
        };
        answering.instrument(span)
    }

    async fn send(&mut self, text: String) -> bool {
        self.pass(Frame::text(text)).await
    }

    /// Says whether the other end took it.
    async fn pass(&mut self, frame: Frame) -> bool {
        matches!(tokio::time::timeout(SEND_TIME_MAX, self.sink.send(frame)).await, Ok(Ok(())))
    }
}
