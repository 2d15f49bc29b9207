//! A receiver of webhooks on this machine, which answers what its test wants, when it wants.

use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// What never comes must not hang a test for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for something that is bound to come.
///
/// # Panics
///
/// When it does not.
pub async fn in_time<T>(coming: impl Future<Output = T>) -> T {
    let came = tokio::time::timeout(PATIENCE, coming).await;
    came.unwrap_or_else(|_| panic!("it did not come"))
}

/// A receiver.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    messages: UnboundedReceiver<Received>,
}

/// A message that was received and waits for its answer; without one the connection breaks off.
#[derive(Debug)]
pub struct Received {
    /// The request's first line.
    pub line: String,
    /// Its headers, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
    stream: TcpStream,
}

impl Receiver {
    /// Opens one on a free port.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (arrives, messages) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(read(stream, arrives.clone()));
            }
        });
        Self { address, messages }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next message.
    pub async fn message(&mut self) -> Received {
        in_time(self.messages.recv()).await.expect("a receiver that runs")
    }

    /// The next message, which is taken.
    pub async fn take(&mut self) -> Value {
        let received = self.message().await;
        let body = received.json();
        received.answer(200, "").await;
        body
    }

    /// Whether nothing came that nobody looked at.
    pub fn is_idle(&mut self) -> bool {
        self.messages.try_recv().is_err()
    }
}

impl Received {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Answers with a status and a body.
    pub async fn answer(self, status: u16, body: &str) {
        self.answer_with(status, "", body).await;
    }

    /// Begins to answer, and leaves the rest to whoever has the connection.
    pub async fn begin(mut self, status: u16, lines: &str, text: &str) -> TcpStream {
        let text = format!("HTTP/1.1 {status} X\r\n{lines}\r\n{text}");
        drop(self.stream.write_all(text.as_bytes()).await);
        self.stream
    }

    /// Says something that need not be HTTP.
    pub async fn say(mut self, text: &str) {
        drop(self.stream.write_all(text.as_bytes()).await);
        drop(self.stream.shutdown().await);
    }

    /// Answers with a status, further lines of the head, and a body.
    pub async fn answer_with(mut self, status: u16, lines: &str, body: &str) {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{lines}\r\n");
        // Who sent it may read only the beginning.
        drop(self.stream.write_all(format!("{head}{body}").as_bytes()).await);
        drop(self.stream.shutdown().await);
    }
}

async fn read(mut stream: TcpStream, arrives: UnboundedSender<Received>) {
    let mut bytes = Vec::new();
    loop {
        if let Some(received) = whole(&bytes) {
            let (line, headers, body) = received;
            drop(arrives.send(Received { line, headers, body, stream }));
            return;
        }
        if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
            return;
        }
    }
}

type Parts = (String, Vec<(String, String)>, String);

/// The parts of a request that has come in full.
fn whole(bytes: &[u8]) -> Option<Parts> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (line, lines) = head.split_once("\r\n")?;
    let pair = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    };
    let headers: Vec<(String, String)> = lines.split("\r\n").filter_map(pair).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(Some(0), |(_, value)| value.parse().ok())?;
    (body.len() >= length).then(|| (line.to_owned(), headers, body.to_owned()))
}
