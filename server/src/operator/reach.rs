//! Who carries an order out: this process, on a store that nobody serves, or the server that has
//! it open. That one leaves its address beside the store; the secret file is what opens it.

use bytes::Bytes;
use counterfoil_core::refusal::Refusal;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpStream;

use super::{Order, carry_out};
use crate::checks::Checks;
use crate::config::Store;
use crate::env::SystemEnv;
use crate::founding::{self, FoundingError};
use crate::ledger::{Closed, OpenError};
use crate::mail::Mail;
use crate::payment_api::{PaymentApi, STRIPE};
use crate::secret::{Secret, SecretError, write_private};
use crate::service::{App, checkout, stats};
use crate::signer::Signer;
use crate::webhooks::Rules;

/// Where the server that has a store open takes orders.
pub const PATH: &str = "/operator";

/// Why an order is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The store or its secret is not usable.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// The secret is not usable.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Another process has the store open, and is no server of ours that can be reached.
    #[error(
        "the store {store} is in use, and the server that has it open cannot be reached ({reason}): \
         stop that process, or start it again with this version"
    )]
    Unreachable {
        /// The store.
        store: String,
        /// What went wrong.
        reason: String,
    },
    /// It was refused.
    #[error("{message}")]
    Refused {
        /// The stable word.
        code: String,
        /// A sentence that says what to do.
        message: String,
    },
}

/// Whoever carries orders out.
pub enum Reach {
    /// This process.
    Here(Box<App>, Closed),
    /// The server that has the store open.
    There {
        /// Its address.
        address: SocketAddr,
        /// What opens it.
        credential: String,
        /// The store.
        store: String,
    },
}

impl std::fmt::Debug for Reach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Here(..) => f.write_str("Reach::Here"),
            Self::There { address, .. } => write!(f, "Reach::There({address})"),
        }
    }
}

impl Reach {
    /// Finds out who it is for this store.
    ///
    /// # Errors
    ///
    /// [`ReachError`], which says what to do.
    pub async fn find(store: &Store, secret_file: Option<&Path>) -> Result<Self, ReachError> {
        let env: Arc<dyn crate::env::Env> = Arc::new(SystemEnv);
        match founding::found_quietly(store, secret_file, &env).await {
            Ok(founded) => {
                // Nothing is checked here, so nobody has to collect.
                let (checks, _) = Checks::new(founded.ledger.clone());
                let app = App {
                    env: Arc::clone(&env),
                    secret: founded.secret,
                    ledger: founded.ledger,
                    checks,
                    // A command leaves what customers should hear to the server.
                    mail: Mail::off(),
                    webhook_rules: Rules { allow_private: false },
                    // Nor does it sign.
                    signer: Arc::new(Signer::new("".into())),
                    public_url: "".into(),
                    test_provider: None,
                    payment_api: Arc::new(PaymentApi::new(Arc::clone(&env), STRIPE.to_owned())),
                    checkouts: checkout::Turns::default(),
                    counted: stats::Counted::default(),
                };
                Ok(Self::Here(Box::new(app), founded.closed))
            }
            Err(FoundingError::Open(OpenError::InUse { path })) => {
                let secret_path = founding::secret_path(store, secret_file);
                let secret = Secret::read(&secret_path)?;
                let unreachable = |reason: String| ReachError::Unreachable { store: path, reason };
                let Some(secret) = secret else {
                    return Err(unreachable(format!("{} is not there", secret_path.display())));
                };
                let address = Address::beside(store).read().map_err(unreachable)?;
                let credential = secret.operator_credential().to_string();
                let store = store.path().display().to_string();
                Ok(Self::There { address, credential, store })
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Has an order carried out.
    ///
    /// # Errors
    ///
    /// [`ReachError::Refused`], or that the server does not answer.
    pub async fn send(self, order: Order) -> Result<Value, ReachError> {
        match self {
            Self::Here(app, closed) => {
                let answer = carry_out(&app, order).await;
                drop(app);
                closed.wait().await;
                answer.map_err(|refusal| refused(&refusal))
            }
            Self::There { address, credential, store } => {
                let answer = ask(address, &credential, &order).await;
                let answer = answer.map_err(|reason| ReachError::Unreachable { store, reason })?;
                match (answer.result, answer.error) {
                    (Some(result), _) => Ok(result),
                    (None, error) => Err(ReachError::Refused {
                        code: text_of(&error, "code"),
                        message: text_of(&error, "message"),
                    }),
                }
            }
        }
    }
}

fn refused(refusal: &Refusal) -> ReachError {
    ReachError::Refused { code: refusal.word().to_owned(), message: refusal.message() }
}

fn text_of(error: &Map<String, Value>, member: &str) -> String {
    error.get(member).and_then(Value::as_str).unwrap_or("?").to_owned()
}

/// What the server says to an order.
#[derive(Debug, Deserialize)]
struct Answer {
    result: Option<Value>,
    #[serde(default)]
    error: Map<String, Value>,
}

async fn ask(address: SocketAddr, credential: &str, order: &Order) -> Result<Answer, String> {
    let body = serde_json::to_vec(order).map_err(|error| error.to_string())?;
    let request = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header(HOST, address.to_string())
        .header(AUTHORIZATION, format!("Bearer {credential}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| error.to_string())?;
    let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    tokio::spawn(async move {
        // What goes wrong with it is told by the request.
        drop(connection.await);
    });
    let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
    let status = response.status();
    let body = response.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    serde_json::from_slice(&body).map_err(|_| format!("{address} answered {status}"))
}

/// The file beside a store that says where its server listens.
#[derive(Debug)]
pub(crate) struct Address(PathBuf);

impl Address {
    /// The file beside `store`.
    pub(crate) fn beside(store: &Store) -> Self {
        Self(store.beside(".address"))
    }

    /// Leaves the address for commands to find.
    pub(crate) fn leave(&self, address: SocketAddr) -> std::io::Result<()> {
        // One is left from a server that was killed; the store is ours now.
        self.remove();
        let address = match address.ip() {
            ip if ip.is_unspecified() && ip.is_ipv4() => ([127, 0, 0, 1], address.port()).into(),
            ip if ip.is_unspecified() => {
                SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), address.port())
            }
            _ => address,
        };
        write_private(&self.0, &address.to_string())
    }

    /// Takes it away again.
    pub(crate) fn remove(&self) {
        // There may be none.
        drop(std::fs::remove_file(&self.0));
    }

    fn read(&self) -> Result<SocketAddr, String> {
        let shown = self.0.display();
        let text = std::fs::read_to_string(&self.0).map_err(|error| format!("{shown}: {error}"))?;
        text.trim().parse().map_err(|_| format!("{shown} holds no address"))
    }
}
