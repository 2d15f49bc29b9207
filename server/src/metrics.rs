//! How the server fares, for Prometheus.
//!
//! Whoever counts holds its place in a table already: counting is one addition to an atomic that
//! other threads leave alone.

mod histogram;
mod stripe;
mod table;

pub use histogram::{Histogram, Histograms};
pub use table::CounterTable;

use counterfoil_core::refusal::{CODES, Refusal};
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::provider::Provider;
use http::StatusCode;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// What the store of this process has committed. A store has one writer, which knows no server.
pub static COMMITS: Commits = Commits {
    jobs: Histogram::new(&[1, 2, 4, 8, 16, 32, 64, 128, 256, 512], 1.0),
    durations: Histogram::new(&DURATIONS, PER_SECOND),
};

/// From 50 µs, a check that is at hand, to 5 s, a disk that hangs; in nanoseconds.
const DURATIONS: [u64; 12] = [
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    10_000_000,
    25_000_000,
    100_000_000,
    500_000_000,
    1_000_000_000,
    5_000_000_000,
];

const PER_SECOND: f64 = 1e9;

/// Commits, by the jobs they held and the time they took.
#[derive(Debug)]
pub struct Commits {
    jobs: Histogram,
    durations: Histogram,
}

impl Commits {
    /// Counts one.
    pub fn count(&self, jobs: usize, took: Duration) {
        self.jobs.observe(u64::try_from(jobs).unwrap_or(u64::MAX));
        self.durations.observe(nanoseconds(took));
    }
}

/// What a path is counted as: there are more paths than anybody could count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathClass {
    /// `/rpc`.
    Rpc,
    /// The mounts of the old systems' dialects.
    Dialect,
    /// `/pkg/…`.
    Package,
    /// `/webhooks/…`.
    Webhook,
    /// `/healthz`, `/readyz`, `/metrics`, `/operator`.
    Operations,
    /// Everything else.
    Page,
}

/// Which limit refused a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Calls of an address.
    Calls,
    /// Calls of a token.
    TokenCalls,
    /// Guesses of keys.
    UnknownKeys,
    /// Guesses of tokens.
    FailedTokens,
}

/// What came of something that a payment provider sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookOutcome {
    /// It took effect.
    Applied,
    /// It says nothing that concerns licenses.
    Ignored,
    /// It waits for something.
    Parked,
    /// It cannot take effect.
    Refused,
    /// It had come before.
    Repeated,
    /// It only asked whether anybody is here.
    Greeted,
    /// It showed nothing.
    Unproved,
    /// It was signed under no secret that is connected.
    WrongSignature,
    /// It was signed at another time.
    Stale,
    /// There is no such vendor.
    NoVendor,
    /// It could not be kept.
    Unavailable,
    /// Its body was too large, too slow or broken.
    Unread,
}

impl WebhookOutcome {
    const ALL: [Self; 12] = [
        Self::Applied,
        Self::Ignored,
        Self::Parked,
        Self::Refused,
        Self::Repeated,
        Self::Greeted,
        Self::Unproved,
        Self::WrongSignature,
        Self::Stale,
        Self::NoVendor,
        Self::Unavailable,
        Self::Unread,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::Parked => "parked",
            Self::Refused => "refused",
            Self::Repeated => "repeated",
            Self::Greeted => "greeted",
            Self::Unproved => "unproved",
            Self::WrongSignature => "wrong_signature",
            Self::Stale => "stale",
            Self::NoVendor => "no_vendor",
            Self::Unavailable => "unavailable",
            Self::Unread => "unread",
        }
    }
}

/// What came of sending a message to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// It was taken.
    Delivered,
    /// It was not, and is sent again.
    Failed,
    /// It was not, and is sent no more.
    GivenUp,
}

/// A method's row in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row(usize);

/// Statuses that are counted by themselves.
const STATUSES: [u16; 18] =
    [101, 200, 202, 204, 304, 400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 500, 502, 503];

const STATUS_NAMES: [&str; 19] = [
    "101", "200", "202", "204", "304", "400", "401", "403", "404", "405", "408", "413", "415",
    "422", "429", "500", "502", "503", "other",
];

/// Every count there is.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    methods: Vec<&'static str>,
    calls: CounterTable,
    durations: Histograms,
    replies: CounterTable,
    limited: CounterTable,
    webhooks: CounterTable,
    webhook_attempts: CounterTable,
    refused_bytes: Counter,
    /// Connections that are open.
    pub connections: Gauge,
    /// Web sockets that are open, as of the last look.
    pub sockets: Gauge,
    /// Checks that are counted and not written, as of the last look.
    pub checks_waiting: Gauge,
    /// Letters that wait to be sent, as of the last look.
    pub mail_queued: Gauge,
    /// Letters that could not be sent, as of the last look.
    pub mail_dead: Gauge,
    /// Deliveries that wait to be sent to webhooks, as of the last look.
    pub webhook_pending: Gauge,
    /// Seconds for which the first of them is overdue, as of the last look.
    pub webhook_lag: Gauge,
}

impl Metrics {
    /// All at zero, with a row for each method and one for what is none.
    pub fn new(mut methods: Vec<&'static str>, started: Timestamp) -> Self {
        methods.push("unknown");
        let codes = std::iter::once("ok").chain(CODES.iter().map(|code| code.word)).collect();
        let limits = vec!["calls", "token_calls", "unknown_keys", "failed_tokens"];
        let mut metrics = Self {
            registry: Registry::default(),
            calls: CounterTable::new(["method", "code"], methods.clone(), codes),
            durations: Histograms::new("method", methods.clone(), &DURATIONS, PER_SECOND),
            replies: CounterTable::new(
                ["path", "status"],
                vec!["rpc", "pkg", "operations", "page", "dialect", "webhook"],
                STATUS_NAMES.to_vec(),
            ),
            limited: CounterTable::new(["limit", ""], limits, vec![""]),
            webhooks: CounterTable::new(
                ["provider", "outcome"],
                Provider::ALL.iter().map(|one| one.word()).collect(),
                WebhookOutcome::ALL.map(WebhookOutcome::word).to_vec(),
            ),
            methods,
            refused_bytes: Counter::default(),
            connections: Gauge::default(),
            sockets: Gauge::default(),
            checks_waiting: Gauge::default(),
            mail_queued: Gauge::default(),
            mail_dead: Gauge::default(),
            webhook_attempts: CounterTable::new(
                ["outcome", ""],
                vec!["delivered", "failed", "given_up"],
                vec![""],
            ),
            webhook_pending: Gauge::default(),
            webhook_lag: Gauge::default(),
        };
        metrics.register(started);
        metrics
    }

    fn register(&mut self, started: Timestamp) {
        let registry = &mut self.registry;
        let start = ConstGauge::new(started.unix());
        registry.register("process_start_time_seconds", "When the server started", start);
        let ours = registry.sub_registry_with_prefix("counterfoil");
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        ours.register("build", "Which version runs", version);
        ours.register("calls", "Calls by method and outcome", self.calls.clone());
        let durations = self.durations.clone();
        ours.register_with_unit("call_duration", "Time to answer a call", Unit::Seconds, durations);
        ours.register("http_replies", "Replies by path and status", self.replies.clone());
        ours.register("rate_limited", "Calls refused by a limit", self.limited.clone());
        let help = "What payment providers sent, by what came of it";
        ours.register("webhooks", help, self.webhooks.clone());
        let refused = self.refused_bytes.clone();
        let help = "Bytes of bodies that were too large";
        ours.register_with_unit("refused_body", help, Unit::Bytes, refused);
        ours.register("connections_open", "Connections that are open", self.connections.clone());
        ours.register("sockets_open", "Web sockets that are open", self.sockets.clone());
        let help = "Checks that are counted and not written yet";
        ours.register("checks_waiting", help, self.checks_waiting.clone());
        ours.register("mail_queued", "Mail that waits to be sent", self.mail_queued.clone());
        ours.register("mail_dead", "Mail that could not be sent", self.mail_dead.clone());
        let attempts = self.webhook_attempts.clone();
        ours.register("webhook_attempts", "Messages sent to webhooks by outcome", attempts);
        let pending = self.webhook_pending.clone();
        ours.register("webhook_pending", "Deliveries that wait to be sent to webhooks", pending);
        let (lag, help) = (self.webhook_lag.clone(), "Time for which a delivery is overdue");
        ours.register_with_unit("webhook_lag", help, Unit::Seconds, lag);
        ours.register("commit_jobs", "Jobs that shared a commit", &COMMITS.jobs);
        let durations = &COMMITS.durations;
        ours.register_with_unit("commit_duration", "Time of a commit", Unit::Seconds, durations);
    }

    /// The row of a method; what is none has one too.
    pub fn row(&self, method: &str) -> Row {
        let found = self.methods.iter().position(|name| *name == method);
        Row(found.unwrap_or(self.methods.len().saturating_sub(1)))
    }

    /// Counts an answered call.
    pub fn called(&self, row: Row, refusal: Option<&Refusal>, took: Duration) {
        let column = refusal.and_then(|refusal| {
            let word = refusal.word();
            CODES.iter().position(|code| code.word == word)
        });
        self.calls.add(row.0, column.map_or(0, |column| column.saturating_add(1)));
        self.durations.observe(row.0, nanoseconds(took));
    }

    /// Counts a reply.
    pub fn replied(&self, path: PathClass, status: StatusCode) {
        let row = match path {
            PathClass::Rpc => 0,
            PathClass::Package => 1,
            PathClass::Operations => 2,
            PathClass::Page => 3,
            PathClass::Dialect => 4,
            PathClass::Webhook => 5,
        };
        let column = STATUSES.iter().position(|known| *known == status.as_u16());
        self.replies.add(row, column.unwrap_or(STATUSES.len()));
    }

    /// Counts what a payment provider sent.
    pub fn webhook(&self, provider: Provider, outcome: WebhookOutcome) {
        let row = Provider::ALL.iter().position(|one| *one == provider);
        let column = WebhookOutcome::ALL.iter().position(|one| *one == outcome);
        if let Some((row, column)) = row.zip(column) {
            self.webhooks.add(row, column);
        }
    }

    /// Counts a call that a limit refused.
    pub fn limited(&self, limit: Limit) {
        let row = match limit {
            Limit::Calls => 0,
            Limit::TokenCalls => 1,
            Limit::UnknownKeys => 2,
            Limit::FailedTokens => 3,
        };
        self.limited.add(row, 0);
    }

    /// Counts a message that was sent to a webhook.
    pub fn webhook_attempted(&self, became: Attempted) {
        let row = match became {
            Attempted::Delivered => 0,
            Attempted::Failed => 1,
            Attempted::GivenUp => 2,
        };
        self.webhook_attempts.add(row, 0);
    }

    /// Counts the bytes of a body that was refused for its size.
    pub fn refused_body(&self, bytes: u64) {
        self.refused_bytes.inc_by(bytes);
    }

    /// Everything as text, in the format that [`CONTENT_TYPE`] names.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // A string takes whatever is written into it.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// What [`Metrics::text`] is written in.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

fn nanoseconds(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).unwrap_or(u64::MAX)
}
