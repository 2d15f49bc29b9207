//! The mail server of the tests, a process of its own.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// Which Python has the mail server; `cargo xtask test` sets it.
const PYTHON: &str = "COUNTERFOIL_MAIL_PYTHON";

/// Where `cargo xtask test` keeps that Python.
const KEPT: &str = "../target/mail-venv/bin/python";

/// What never comes must not hang a test for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for something that is bound to come.
pub(crate) async fn in_time<T>(coming: impl Future<Output = T>) -> T {
    let came = tokio::time::timeout(PATIENCE, coming).await;
    came.unwrap_or_else(|_| panic!("it did not come"))
}

/// A mail server.
pub(crate) struct PostOffice {
    port: u16,
    orders: ChildStdin,
    obeyed: UnboundedReceiver<Value>,
    messages: UnboundedReceiver<Value>,
    refusals: UnboundedReceiver<Value>,
    /// It ends with this.
    _process: Child,
}

impl PostOffice {
    /// One without TLS that takes everything.
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// One with these arguments, which `server.py` explains.
    pub(crate) async fn open_with(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("mail/server.py");
        let mut process = Command::new(python())
            .arg("-B")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = in_time(lines.next_line()).await.unwrap().unwrap();
        let ready: Value = serde_json::from_str(&ready).unwrap();
        let (obeys, obeyed) = mpsc::unbounded_channel();
        let (receives, messages) = mpsc::unbounded_channel();
        let (refuses, refusals) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let event: Value = serde_json::from_str(&line).unwrap();
                let to = if event.get("data").is_some() {
                    &receives
                } else if event.get("obeyed").is_some() {
                    &obeys
                } else {
                    &refuses
                };
                drop(to.send(event));
            }
        });
        let port = u16::try_from(ready["port"].as_u64().unwrap()).unwrap();
        Self { port, orders, obeyed, messages, refusals, _process: process }
    }

    /// Its URL, without TLS and password.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Tells it how to behave from now on.
    pub(crate) async fn behave(&mut self, how: Value) {
        self.orders.write_all(format!("{how}\n").as_bytes()).await.unwrap();
        in_time(self.obeyed.recv()).await.unwrap();
    }

    /// The next message that it is handed.
    pub(crate) async fn message(&mut self) -> Value {
        in_time(self.messages.recv()).await.unwrap()
    }

    /// The next recipient or sign-in that it refuses.
    pub(crate) async fn refusal(&mut self) -> Value {
        in_time(self.refusals.recv()).await.unwrap()
    }

    /// The messages that it was handed and nobody looked at.
    pub(crate) fn left(&mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.messages.try_recv().ok()).collect()
    }
}

fn python() -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    let python = std::env::var_os(PYTHON).map_or(kept, PathBuf::from);
    assert!(
        python.exists(),
        "there is no mail server: `cargo xtask test` installs one and runs this"
    );
    python
}
