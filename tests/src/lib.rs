//! What the tests share: a real server on port 0 with a clock that is stepped by hand, the real
//! binary, and the public vectors.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on says so by panicking"
)]

mod binary;
mod client;
mod clock;
mod damage;
mod exchange;
mod inbox;
mod names;
pub mod parity;
mod receiver;
mod socket;
pub mod strange;
mod vectors;
mod webhook;

pub use binary::Binary;
pub use client::{Client, Reply};
pub use clock::SteppedEnv;
pub use exchange::{
    Client as ExchangeClient, ExchangeCase, Exchanged, Learned, Received, Sent, Step,
    exchange_cases, holds,
};
pub use names::Names;
pub use receiver::{Received as ReceivedMessage, Receiver, in_time};
pub use socket::Socket;
pub use vectors::{LeaseCase, VerdictCase, canonical, lease_cases, verdict_cases};
pub use webhook::Sender;

use counterfoil_server::config::{Origins, Store, TrustedProxies};
use counterfoil_server::limits::Limits;
use counterfoil_server::mail::MailOptions;
use counterfoil_server::{Methods, Options, Server, start};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// The admin token of every server that tests start.
pub const ADMIN_TOKEN: &str = "tests-admin-token";

/// A server in this process, on a port and in a folder of its own.
#[derive(Debug)]
pub struct TestServer {
    /// Talks to it with the admin token.
    pub admin: Client,
    /// Talks to it with nothing.
    pub public: Client,
    /// Its clock.
    pub env: Arc<SteppedEnv>,
    /// The server.
    pub server: Server,
    folder: Option<TempDir>,
    /// Held open: nobody accepts on it.
    silent: Option<TcpListener>,
}

impl TestServer {
    /// Starts one at 2026-06-05T08:02:00Z.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the store");
        let server = Self::start_in(folder.path()).await;
        Self { folder: Some(folder), ..server }
    }

    /// Starts one with limits, behind a proxy on this machine.
    pub async fn start_limited(limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the store");
        let trusted_proxies = "127.0.0.1".parse().expect("an address");
        let options = options(folder.path(), Some(ADMIN_TOKEN));
        let server = Self::start_with(Options { limits, trusted_proxies, ..options }).await;
        Self { folder: Some(folder), ..server }
    }

    /// Starts one that sends its mail to this mail server.
    pub async fn start_mailing(relay: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the store");
        let server = Self::start_with(mailing(folder.path(), relay)).await;
        Self { folder: Some(folder), ..server }
    }

    /// Starts one whose mail server never says a word, so that mail goes on waiting.
    pub async fn start_queueing() -> Self {
        Self::start_queueing_with(|options| options).await
    }

    /// The same, with further options.
    pub async fn start_queueing_with(further: impl FnOnce(Options) -> Options) -> Self {
        let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = silent.local_addr().expect("a port").port();
        let folder = tempfile::tempdir().expect("a folder for the store");
        let options = mailing(folder.path(), &format!("smtp://127.0.0.1:{port}"));
        let server = Self::start_with(further(options)).await;
        Self { folder: Some(folder), silent: Some(silent), ..server }
    }

    /// Starts one whose webhooks may go to this machine, with further options.
    pub async fn start_telling(further: impl FnOnce(Options) -> Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the store");
        let options =
            Options { allow_private_targets: true, ..options(folder.path(), Some(ADMIN_TOKEN)) };
        let server = Self::start_with(further(options)).await;
        Self { folder: Some(folder), ..server }
    }

    /// Starts one on the store in `folder`.
    pub async fn start_in(folder: &Path) -> Self {
        Self::start_with(options(folder, Some(ADMIN_TOKEN))).await
    }

    /// Starts one with these options.
    pub async fn start_with(options: Options) -> Self {
        let env = Arc::new(SteppedEnv::at("2026-06-05T08:02:00Z"));
        let server = start(options, Arc::clone(&env) as _).await.expect("a server that starts");
        let url = format!("http://{}", server.address());
        let admin = Client::new(&url, Some(ADMIN_TOKEN));
        let public = Client::new(&url, None);
        Self { admin, public, env, server, folder: None, silent: None }
    }

    /// The folder of its store.
    pub fn folder(&self) -> &Path {
        self.folder.as_ref().expect("a folder of its own").path()
    }

    /// Stops it, and keeps its folder.
    pub async fn stop(self) -> Option<TempDir> {
        // It must not wait for a mail server that never answers.
        drop(self.silent);
        self.server.stop().await;
        self.folder
    }
}

/// Whom the mail of tests comes from.
pub const MAIL_FROM: &str = "Acme <licenses@acme.example>";

/// What a server on the store in `folder` is started with to send mail.
pub fn mailing(folder: &Path, relay: &str) -> Options {
    let relay = relay.parse().expect("a mail server");
    let sender = MAIL_FROM.parse().expect("a sender");
    let mail = Some(MailOptions { relay, sender });
    Options { mail, ..options(folder, Some(ADMIN_TOKEN)) }
}

/// What a server on the store in `folder` is started with.
pub fn options(folder: &Path, admin_token: Option<&str>) -> Options {
    Options {
        listen: "127.0.0.1:0".to_owned(),
        store: Store::Redb(folder.join("k.redb")),
        secret_file: None,
        admin_token: admin_token.map(str::to_owned),
        tell_token: |_, _| Ok(()),
        public_url: None,
        trusted_proxies: TrustedProxies::default(),
        checkout_origins: Origins::default(),
        allow_private_targets: false,
        resolver: Arc::new(Names::default()),
        test_provider: false,
        // Nobody listens there: no test asks the real one.
        stripe_api: "http://127.0.0.1:9".to_owned(),
        mail: None,
        limits: Limits::OFF,
        further_methods: Methods::new(),
    }
}
