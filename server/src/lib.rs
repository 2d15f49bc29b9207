//! The Counterfoil server as a library, so that tests and benchmarks can start it.
//!
//! From the port inwards: [`http`] → [`rpc`] or [`dialects`] → [`service`] → [`ledger`] →
//! `counterfoil_core`.
//! Beside them stand [`auth`] (who calls), [`secret`] (what seals), [`signer`] (what signs),
//! [`checks`] (counted behind),
//! [`sweeper`] (tells what time has done), [`mod@env`] (clock and entropy), [`limits`] (how much one may ask),
//! [`metrics`] and [`readiness`] (how it fares), [`operator`] (its commands) and [`config`]
//! (settings). [`mod@test_provider`] plays a payment provider for whoever tries things out.
//! [`mail`], [`webhooks`] and [`payment_api`] go the other way, outwards.

pub mod auth;
pub mod checks;
pub mod config;
pub mod dialects;
pub mod env;
mod founding;
pub mod gate;
pub mod http;
mod jitter;
pub mod ledger;
pub mod limits;
pub mod mail;
pub mod mask;
pub mod metrics;
pub mod operator;
pub mod payment_api;
pub mod readiness;
pub mod request_id;
pub mod rpc;
pub mod secret;
pub mod service;
pub mod signer;
pub mod sweeper;
pub mod test_provider;
pub mod webhooks;

pub use founding::{ADMIN_TOKEN_FILE, FIRST_VENDOR_NAME, FoundingError};
pub use jsonrpsee::Methods;

use counterfoil_core::wire::{Dialect, native};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use config::{Origins, Store, TrustedProxies};
use env::Env;
use limits::Limits;
use mail::{Mail, MailOptions};
use test_provider::{Messenger, TestProvider};
use webhooks::{Courier, Resolver, Rules};

/// How long the store gets to close once everybody was answered.
const CLOSE_TIME_MAX: Duration = Duration::from_secs(5);

/// What a server is started with.
#[derive(Clone)]
pub struct Options {
    /// `HOST:PORT`; port 0 picks a free one.
    pub listen: String,
    /// Where to keep everything.
    pub store: Store,
    /// The secret file, if not beside the store.
    pub secret_file: Option<PathBuf>,
    /// The admin token from now on; `None` keeps the one there is, or makes one.
    pub admin_token: Option<String>,
    /// Who is told a token that was made, before it is one: it is nowhere else afterwards.
    pub tell_token: TellToken,
    /// Where customers reach the server; `None` for where it listens.
    pub public_url: Option<String>,
    /// Whose forwarding headers are believed.
    pub trusted_proxies: TrustedProxies,
    /// Whose pages may show the checkout in a frame.
    pub checkout_origins: Origins,
    /// Whether webhooks may go to private and loopback addresses.
    pub allow_private_targets: bool,
    /// Finds the addresses of webhooks.
    pub resolver: Arc<dyn Resolver>,
    /// Whether a payment provider is played, by which no money moves.
    pub test_provider: bool,
    /// Where Stripe's API is, without a slash at the end: tests bring their own.
    pub stripe_api: String,
    /// How mail is sent; `None`: none is.
    pub mail: Option<MailOptions>,
    /// How much one caller may ask.
    pub limits: Limits,
    /// Methods beside our own, for benchmarks that compare with an empty one.
    pub further_methods: Methods,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // One of them is a secret.
        write!(f, "Options({})", self.listen)
    }
}

/// Shows or keeps a made token for whoever runs the server.
pub type TellToken = fn(&Store, &str) -> std::io::Result<()>;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its store or its secrets are not usable.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// Its address is not.
    #[error("cannot listen on {listen}: {error}; choose another address with --listen")]
    Listen {
        /// The address.
        listen: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// Its address cannot be left for commands to find.
    #[error("the server's address cannot be written beside the store: {error}")]
    Address {
        /// What the system says.
        error: std::io::Error,
    },
    /// Two methods have one name.
    #[error("a method is registered twice: {0}")]
    Method(#[from] jsonrpsee::core::RegisterMethodError),
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    public_url: String,
    app: service::App,
    left: operator::Address,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
    closed: ledger::Closed,
    is_new: bool,
}

/// Starts a server on the current tokio runtime.
///
/// # Errors
///
/// [`StartError`], which says what to do.
pub async fn start(options: Options, env: Arc<dyn Env>) -> Result<Server, StartError> {
    // Before the store: a start that fails for its address must not have founded anything.
    let listening = TcpListener::bind(&options.listen).await;
    let listening = listening.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) =
        listening.map_err(|error| StartError::Listen { listen: options.listen.clone(), error })?;
    let founded = founding::found(&options, &env).await?;
    let request_ids = request_id::RequestIds::new(&*env).map_err(FoundingError::from)?;
    let (checks, collector) = checks::Checks::new(founded.ledger.clone());
    let gate = gate(&options.limits, &env);
    let public_url = options.public_url.unwrap_or_else(|| format!("http://{address}"));
    let mail = options.mail.as_ref().map_or_else(Mail::off, |mail| {
        Mail::from(mail.sender.clone(), format!("{public_url}/portal/"))
    });
    let app = service::App {
        payment_api: Arc::new(payment_api::PaymentApi::new(Arc::clone(&env), options.stripe_api)),
        checkouts: service::checkout::Turns::default(),
        env,
        secret: founded.secret,
        ledger: founded.ledger,
        mail,
        webhook_rules: Rules { allow_private: options.allow_private_targets },
        signer: Arc::new(signer::Signer::new(public_url.as_str().into())),
        public_url: public_url.as_str().into(),
        checks,
        test_provider: test_provider(options.test_provider, address),
        counted: service::stats::Counted::default(),
    };
    let document = rpc::Document::new(&public_url);
    let courier = courier(&app, &gate, options.resolver);
    let rpc = rpc::Rpc::new(app.clone(), gate.clone(), document, options.further_methods)?;
    let (sockets_stop, sockets) = jsonrpsee::server::stop_channel();
    let draining = readiness::Draining::default();
    let site = http::Site {
        app: app.clone(),
        rpc,
        gate,
        trusted_proxies: options.trusted_proxies,
        policies: http::Policies::new(&options.checkout_origins),
        request_ids: Arc::new(request_ids),
        draining: draining.clone(),
        stop: sockets_stop,
    };
    let left = operator::Address::beside(&options.store);
    left.leave(address).map_err(|error| StartError::Address { error })?;
    let (stop, stopped) = oneshot::channel::<()>();
    let carrying = carrier(options.mail, &app).map(|it| Beside::start(|stop| it.run(stop)));
    let telling = Messenger::of(&app).map(|it| Beside::start(|stop| it.run(stop)));
    let collecting = Beside::start(|stop| collector.run(stop));
    let sweeper = sweeper::Sweeper::new(app.clone());
    sweeper.catch_up().await;
    let sweeping = Beside::start(|stop| sweeper.run(stop));
    let delivering = Beside::start(|stop| courier.run(stop));
    let running = tokio::spawn(async move {
        let stopped = async move {
            drop(stopped.await);
            draining.begin();
        };
        let connections = http::serve(listener, site, stopped).await;
        // WebSockets are told first, then everybody gets the time to finish.
        let _ = sockets.stop();
        connections.drain().await;
        sweeping.stop().await;
        delivering.stop().await;
        for outward in [carrying, telling].into_iter().flatten() {
            outward.stop().await;
        }
        collecting.stop().await;
    });
    let founding::Founded { closed, is_new, .. } = founded;
    Ok(Server { address, public_url, app, left, stop, running, closed, is_new })
}

/// Work that is done beside the calls until it is told to stop.
struct Beside {
    stop: oneshot::Sender<()>,
    working: JoinHandle<()>,
}

impl Beside {
    fn start<W>(work: impl FnOnce(oneshot::Receiver<()>) -> W) -> Self
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = oneshot::channel();
        Self { stop, working: tokio::spawn(work(stopped)) }
    }

    /// Tells it to stop, and waits for it.
    async fn stop(self) {
        let _ = self.stop.send(());
        drop(self.working.await);
    }
}

fn carrier(options: Option<MailOptions>, app: &service::App) -> Option<mail::Carrier> {
    let service::App { mail, ledger, secret, env, .. } = app.clone();
    options.map(|options| mail::Carrier { options, mail, ledger, secret, env })
}

fn courier(app: &service::App, gate: &gate::Gate, resolver: Arc<dyn Resolver>) -> Courier {
    let service::App { ledger, secret, env, webhook_rules, .. } = app.clone();
    Courier::new((ledger, secret, env), Arc::clone(&gate.metrics), (webhook_rules, resolver))
}

fn test_provider(is_on: bool, address: SocketAddr) -> Option<Arc<TestProvider>> {
    let provider = is_on.then(|| Arc::new(TestProvider::at(address)))?;
    tracing::warn!(
        "the test provider is on: whoever reaches {} gets test licenses without paying",
        provider.overview_url()
    );
    Some(provider)
}

fn gate(limits: &Limits, env: &Arc<dyn Env>) -> gate::Gate {
    let mut methods = native::methods();
    methods.push(native::openrpc::DISCOVER);
    methods.extend(Dialect::labels());
    let metrics = Arc::new(metrics::Metrics::new(methods, env.now()));
    let limiter = limits::Limiter::new(limits, env, Arc::clone(&metrics));
    gate::Gate::new(Arc::new(limiter), metrics, Arc::clone(env))
}

impl Server {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where customers reach it, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Whether nobody served this store before.
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// What its services work with.
    pub const fn app(&self) -> &service::App {
        &self.app
    }

    /// Answers what was asked already, writes what was counted, closes the store, and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        drop(self.running.await);
        self.left.remove();
        drop(self.app);
        // A socket that did not end in time may still hold the store.
        drop(tokio::time::timeout(CLOSE_TIME_MAX, self.closed.wait()).await);
    }
}
