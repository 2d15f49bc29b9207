//! A JSON-RPC client over a real web socket.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::TestServer;

/// An open web socket. Notifications that come before an answer are kept for [`Socket::next`].
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    waiting: VecDeque<Value>,
}

impl Socket {
    /// Connects, with a token or without.
    pub async fn connect(server: &TestServer, token: Option<&str>) -> Self {
        let token = token.map(|token| format!("Bearer {token}"));
        let headers = token.as_deref().map(|token| ("authorization", token));
        Self::connect_with(server, headers.as_slice()).await
    }

    /// Connects as a page of this origin does, with its cookie.
    pub async fn connect_from(server: &TestServer, cookie: &str, origin: &str) -> Self {
        Self::connect_with(server, &[("cookie", cookie), ("origin", origin)]).await
    }

    async fn connect_with(server: &TestServer, headers: &[(&'static str, &str)]) -> Self {
        let url = format!("ws://{}/rpc", server.server.address());
        let mut request = url.into_client_request().expect("a URL");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header's value"));
        }
        let (stream, _) = connect_async(request).await.expect("a web socket");
        Self { stream, waiting: VecDeque::new() }
    }

    /// Calls a method and gives the whole reply.
    pub async fn ask(&mut self, method: &str, params: Value) -> Value {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.send(&call.to_string()).await;
        loop {
            let message = self.receive().await;
            if message.get("method").is_none() {
                return message;
            }
            self.waiting.push_back(message);
        }
    }

    /// Sends a text as it is.
    pub async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("an open socket");
    }

    /// Sends a text to a server that may hang up meanwhile.
    pub async fn try_send(&mut self, text: &str) {
        drop(self.stream.send(Message::text(text)).await);
    }

    /// Whether it comes to an end within a minute, whatever is said before.
    pub async fn ends(&mut self) -> bool {
        let ending = async { while let Some(Ok(_)) = self.stream.next().await {} };
        tokio::time::timeout(Duration::from_secs(60), ending).await.is_ok()
    }

    /// The next message.
    pub async fn next(&mut self) -> Value {
        match self.waiting.pop_front() {
            Some(message) => message,
            None => self.receive().await,
        }
    }

    /// Whether the server closes it, whatever else comes first.
    pub async fn is_closed(&mut self) -> bool {
        while let Some(Ok(message)) = self.stream.next().await {
            if !message.is_close() && !message.is_ping() {
                return false;
            }
        }
        true
    }

    /// The next message as it was sent, whatever was kept for [`Socket::next`].
    pub async fn next_text(&mut self) -> String {
        loop {
            let message = self.stream.next().await.expect("a message").expect("a sound one");
            if let Message::Text(text) = message {
                return text.to_string();
            }
        }
    }

    async fn receive(&mut self) -> Value {
        serde_json::from_str(&self.next_text().await).expect("JSON")
    }
}
