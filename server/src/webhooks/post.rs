//! One message, sent once: over a connection of its own, to an address that was judged. No redirect
//! is followed and no proxy asked, for there is nothing here that could.

use bytes::Bytes;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::webhook::WebhookFormat;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use http::{HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use url::{Host, Url};

use super::ladder::asked;
use super::tls::Tls;
use super::{Resolver, Rules};
use crate::env::Env;

/// Bytes of an answer that are read, and kept.
const ANSWER_BYTES_MAX: usize = 1_024;

/// Bytes of an answer's head.
const HEAD_BYTES_MAX: usize = 16 * 1_024;

/// Addresses of one host that are tried.
const ADDRESSES_MAX: usize = 4;

/// Who we are, in the logs of receivers.
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("Counterfoil/", env!("CARGO_PKG_VERSION")));

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What sending takes.
pub(crate) struct Sender {
    pub(super) rules: Rules,
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) env: Arc<dyn Env>,
    pub(super) tls: Tls,
}

/// What is sent.
pub(crate) struct Message {
    pub(crate) url: String,
    pub(crate) format: WebhookFormat,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// What came back.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: Option<u16>,
    /// Seconds for which the receiver wants to be left alone.
    pub(crate) asked: Option<i64>,
    /// The beginning of the body.
    pub(crate) text: Option<String>,
    /// Why there is no answer, as a sentence.
    pub(crate) problem: Option<String>,
}

impl Answer {
    pub(super) fn none(problem: String) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }
}

impl Sender {
    /// One that sends within these rules.
    pub(crate) fn new(rules: Rules, resolver: Arc<dyn Resolver>, env: Arc<dyn Env>) -> Self {
        Self { rules, resolver, env, tls: Tls::default() }
    }

    /// Sends a message and gives the answer, within the time that its form allows.
    pub(crate) async fn send(&self, message: Message, now: Timestamp) -> Answer {
        let seconds = message.format.seconds();
        let mut limit = self.env.passes(Duration::from_secs(seconds.into()));
        let exchanged = tokio::select! {
            exchanged = self.exchange(message) => exchanged,
            () = &mut limit => Err(format!("There was no answer within {seconds} seconds.")),
        };
        let Exchanged { response, _moving } = match exchanged {
            Ok(exchanged) => exchanged,
            Err(problem) => return Answer::none(problem),
        };
        let (head, body) = response.into_parts();
        let header = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let mut text = Vec::new();
        // The status is what counts: a body that does not end makes no difference.
        tokio::select! {
            () = read_beginning(body, &mut text) => {}
            () = limit => {}
        }
        Answer {
            status: Some(head.status.as_u16()),
            asked: header.and_then(|header| asked(header, now)),
            text: (!text.is_empty()).then(|| String::from_utf8_lossy(&text).into_owned()),
            problem: None,
        }
    }

    async fn exchange(&self, message: Message) -> Result<Exchanged, String> {
        let url = self.rules.judge(&message.url, message.format);
        let url = url.map_err(|problem| format!("The URL {problem}."))?;
        let host = url.host().ok_or("The URL has no host.")?;
        let stream = self.connect(&url, &host).await?;
        let request = request(&url, message)?;
        if url.scheme() == "https" {
            over(self.tls.protect(stream, &host).await?, request).await
        } else {
            over(stream, request).await
        }
    }

    /// Connects to one of the host's addresses, all of which were judged.
    async fn connect(&self, url: &Url, host: &Host<&str>) -> Result<TcpStream, String> {
        let addresses: Vec<IpAddr> = match host {
            Host::Ipv4(address) => vec![(*address).into()],
            Host::Ipv6(address) => vec![(*address).into()],
            Host::Domain(name) => {
                let found = self.resolver.resolve(name).await;
                found.map_err(|error| format!("The host's name was not found: {error}."))?
            }
        };
        // One that is not the public's among them is one too many: nobody needs both.
        if !addresses.iter().all(|address| self.rules.admits(*address)) {
            return Err("The host's name leads to a private address, where nothing is sent.".into());
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let mut problem = "The host's name leads to no address.".to_owned();
        for address in addresses.into_iter().take(ADDRESSES_MAX) {
            match TcpStream::connect(SocketAddr::new(address, port)).await {
                Ok(stream) => return Ok(stream),
                Err(error) => problem = format!("There was no connection: {error}."),
            }
        }
        Err(problem)
    }
}

fn request(url: &Url, message: Message) -> Result<Request<Full<Bytes>>, String> {
    let broken = |error: http::Error| format!("The message cannot be written: {error}.");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("{}{query}", url.path()))
        .header(HOST, format!("{}{port}", url.host_str().unwrap_or_default()))
        .header(USER_AGENT, AGENT)
        .header(CONTENT_TYPE, JSON)
        .header(CONNECTION, HeaderValue::from_static("close"));
    for (name, value) in message.headers {
        request = request.header(name, value);
    }
    request.body(Full::new(Bytes::from(message.body))).map_err(broken)
}

/// A response, and what moves its bytes: nothing does any more once this is dropped.
struct Exchanged {
    response: Response<Incoming>,
    _moving: Moving,
}

struct Moving(JoinHandle<()>);

impl Drop for Moving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn over<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Exchanged, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| format!("The connection broke off: {error}.");
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES_MAX);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // How it ended is told by what is read.
    let moving = Moving(tokio::spawn(async move { drop(connection.await) }));
    let response = sender.send_request(request).await.map_err(broken)?;
    Ok(Exchanged { response, _moving: moving })
}

async fn read_beginning(mut body: Incoming, text: &mut Vec<u8>) {
    while text.len() < ANSWER_BYTES_MAX {
        let Some(Ok(frame)) = body.frame().await else { return };
        let Some(data) = frame.data_ref() else { return };
        let room = ANSWER_BYTES_MAX.saturating_sub(text.len());
        text.extend(data.iter().take(room));
    }
}
