//! What every call passes, whichever way it came: limits before it, counts and a log line after.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::{Call, Scope};
use http::HeaderValue;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::Caller;
use crate::env::Env;
use crate::limits::{Account, Limiter};
use crate::metrics::{Metrics, Row};
use crate::request_id::RequestId;

/// Who calls, on whose account, and under which id.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who calls.
    pub caller: Caller,
    /// Whose calls this one is counted with.
    pub account: Account,
    /// The id of the request that brought the call, or opened its socket.
    pub request_id: RequestId,
    /// The host name that was asked for, as it was written.
    pub host: Option<HeaderValue>,
}

impl Context {
    /// The host name as a text; what is none is as good as none.
    pub fn host(&self) -> Option<&str> {
        self.host.as_ref().and_then(|host| host.to_str().ok())
    }
}

/// The limits and the counts of a server.
#[derive(Clone)]
pub struct Gate {
    /// What refuses calls that are too many.
    pub limiter: Arc<Limiter>,
    /// Where calls are counted.
    pub metrics: Arc<Metrics>,
    env: Arc<dyn Env>,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

impl Gate {
    /// A gate whose clock is that of `env`.
    pub fn new(limiter: Arc<Limiter>, metrics: Arc<Metrics>, env: Arc<dyn Env>) -> Self {
        Self { limiter, metrics, env }
    }

    /// The gate as the calls of one method pass it.
    pub(crate) fn meter<C: Call>(&self) -> Meter {
        Meter { is_by_key: C::SCOPE == Scope::Key, may_refuse: C::may_refuse, ..self.of(C::METHOD) }
    }

    /// As [`Gate::meter`], for calls of what is none in core's list.
    pub(crate) fn of(&self, method: &'static str) -> Meter {
        let row = self.metrics.row(method);
        Meter { gate: self.clone(), method, row, is_by_key: false, may_refuse: |_| true }
    }
}

/// The gate as the calls of one method pass it.
#[derive(Clone)]
pub(crate) struct Meter {
    gate: Gate,
    method: &'static str,
    row: Row,
    is_by_key: bool,
    may_refuse: fn(&str) -> bool,
}

impl Meter {
    /// When a call begins.
    pub(crate) fn begin(&self) -> Duration {
        self.gate.env.monotonic()
    }

    /// Lets the call through, unless it is one too many.
    pub(crate) fn admit(&self, context: &Context) -> Result<(), Refusal> {
        self.gate.limiter.admit(&context.account, self.is_by_key)
    }

    /// Counts a call whose answer says that nobody has its key.
    pub(crate) fn unknown_key(&self, context: &Context) {
        self.gate.limiter.unknown_key(&context.account);
    }

    /// Counts and logs an answered call.
    pub(crate) fn end(&self, context: &Context, began: Duration, refusal: Option<&Refusal>) {
        self.check_documented(refusal);
        let took = self.gate.env.monotonic().saturating_sub(began);
        self.gate.metrics.called(self.row, refusal, took);
        if self.is_by_key && refusal == Some(&Refusal::LicenseNotFound) {
            self.unknown_key(context);
        }
        self.log(context, refusal, took);
    }

    /// Holds that the call's list of refusals is complete: callers are told of no others.
    fn check_documented(&self, refusal: Option<&Refusal>) {
        let missing = refusal.map(Refusal::word).filter(|word| !(self.may_refuse)(word));
        debug_assert_eq!(missing, None, "is missing after `{}` in core's list", self.method);
    }

    fn log(&self, context: &Context, refusal: Option<&Refusal>, took: Duration) {
        macro_rules! event {
            ($level:expr) => {
                tracing::event!(
                    $level,
                    method = self.method,
                    code = refusal.map_or("ok", Refusal::word),
                    micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                    ip = %context.caller.ip,
                    request_id = %context.request_id,
                    "call"
                )
            };
        }
        if matches!(refusal, Some(Refusal::Unavailable { .. })) {
            event!(tracing::Level::WARN);
        } else {
            event!(tracing::Level::DEBUG);
        }
    }
}
