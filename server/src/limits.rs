//! How much one caller may ask.
//!
//! Four limits, each a bucket that holds a minute's worth and fills steadily: calls of an address,
//! calls of a token, and two kinds of guesses. A guess is known for one only once it was answered,
//! so the address whose bucket of guesses is empty is barred until there is room again. Callers on
//! this machine skip all of it.

mod bucket;
mod network;
mod window;

pub use network::Network;

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::Dialect;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::Caller;
use crate::env::Env;
use crate::metrics::{Limit, Metrics};
use crate::secret::Digest;
use bucket::{Bar, Bucket};
use window::Window;

/// Calls per minute, 0 for as many as one likes. A whole minute's worth may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether callers on this machine are limited too.
    pub loopback: bool,
    /// Calls from one address, without a valid token.
    pub calls_per_minute: u32,
    /// Calls with one valid token.
    pub token_calls_per_minute: u32,
    /// Calls from one address with keys that nobody has: guesses.
    pub unknown_keys_per_minute: u32,
    /// Requests from one address with tokens that nobody has: guesses too.
    pub failed_tokens_per_minute: u32,
}

impl Limits {
    /// No limit at all.
    pub const OFF: Self = Self {
        loopback: false,
        calls_per_minute: 0,
        token_calls_per_minute: 0,
        unknown_keys_per_minute: 0,
        failed_tokens_per_minute: 0,
    };
}

/// Whose calls are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Where the caller is; none for one that is not limited.
    network: Option<Network>,
    /// The caller's token, if it is valid.
    token: Option<Digest>,
    /// Seconds for which no token from there is looked at.
    barred: Option<u32>,
}

impl Account {
    /// Whether the caller has a valid token.
    pub const fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Seconds for which this caller's token is not looked at, because too many wrong ones came
    /// from its address.
    pub const fn barred(&self) -> Option<u32> {
        self.barred
    }
}

/// Counts calls and refuses those that are too many.
pub struct Limiter {
    loopback: bool,
    calls: Option<Bucket<Network>>,
    token_calls: Option<Bucket<Digest>>,
    unknown_keys: Option<Bar>,
    failed_tokens: Option<Bar>,
    /// For each rate that some dialect promises its callers: one window for an address and endpoint.
    endpoints: Vec<(u32, Window<(Network, &'static str)>)>,
    metrics: Arc<Metrics>,
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limiter")
    }
}

impl Limiter {
    /// One that keeps to `limits`, by the clock of `env`.
    pub fn new(limits: &Limits, env: &Arc<dyn Env>, metrics: Arc<Metrics>) -> Self {
        Self {
            loopback: limits.loopback,
            calls: Bucket::new(limits.calls_per_minute, env),
            token_calls: Bucket::new(limits.token_calls_per_minute, env),
            unknown_keys: Bar::new(limits.unknown_keys_per_minute, env),
            failed_tokens: Bar::new(limits.failed_tokens_per_minute, env),
            endpoints: if limits.calls_per_minute == 0 {
                Vec::new()
            } else {
                let rates = Dialect::calls_per_minute().into_iter();
                rates.filter_map(|rate| Some((rate, Window::new(rate, env)?))).collect()
            },
            metrics,
        }
    }

    /// On whose account a caller's calls go. `is_valid` looks the token up; it is not asked about
    /// an address that has guessed too often, not even to be told "no".
    pub fn account(&self, caller: &Caller, is_valid: impl FnOnce() -> bool) -> Account {
        let is_limited = self.loopback || !caller.is_loopback;
        let network = is_limited.then(|| Network::of(caller.ip));
        let account = Account { network, token: None, barred: None };
        if caller.token.is_none() {
            return account;
        }
        let guesses = self.failed_tokens.as_ref().zip(network);
        if let Some(wait) = guesses.and_then(|(bar, network)| bar.wait(&network)) {
            return Account { barred: Some(seconds(wait)), ..account };
        }
        if is_valid() {
            return Account { token: caller.token, ..account };
        }
        if let Some((bar, network)) = guesses {
            bar.guessed(network);
        }
        account
    }

    /// Counts a call, unless it is one too many. A refused call counts nowhere.
    ///
    /// # Errors
    ///
    /// `rate_limited`.
    pub fn admit(&self, account: &Account, is_by_key: bool) -> Result<(), Refusal> {
        let Some(network) = account.network else { return Ok(()) };
        if let Some(retry_after) = account.barred {
            self.metrics.limited(Limit::FailedTokens);
            return Err(Refusal::RateLimited { retry_after });
        }
        let guesses = self.unknown_keys.as_ref().filter(|_| is_by_key);
        if let Some(wait) = guesses.and_then(|bar| bar.wait(&network)) {
            return Err(self.refuse(Limit::UnknownKeys, wait));
        }
        match (&account.token, &self.token_calls, &self.calls) {
            (Some(token), Some(calls), _) => {
                calls.take(token).map_err(|wait| self.refuse(Limit::TokenCalls, wait))?;
            }
            (None, _, Some(calls)) => {
                calls.take(&network).map_err(|wait| self.refuse(Limit::Calls, wait))?;
            }
            (Some(_), None, _) | (None, _, None) => {}
        }
        Ok(())
    }

    /// Counts a call of an endpoint that may be called so many times a minute from one address.
    ///
    /// # Errors
    ///
    /// `rate_limited`.
    pub fn admit_at(
        &self,
        account: &Account,
        endpoint: &'static str,
        calls_per_minute: Option<u32>,
    ) -> Result<(), Refusal> {
        let Some((network, rate)) = account.network.zip(calls_per_minute) else { return Ok(()) };
        let calls = self.endpoints.iter().find(|(of, _)| *of == rate);
        let taken = calls.map(|(_, calls)| calls.take((network, endpoint)));
        taken.transpose().map(drop).map_err(|wait| self.refuse(Limit::Calls, wait))
    }

    /// Counts a call whose key nobody has.
    pub fn unknown_key(&self, account: &Account) {
        if let Some((bar, network)) = self.unknown_keys.as_ref().zip(account.network) {
            bar.guessed(network);
        }
    }

    fn refuse(&self, limit: Limit, wait: Duration) -> Refusal {
        self.metrics.limited(limit);
        Refusal::RateLimited { retry_after: seconds(wait) }
    }
}

/// Whole seconds, so that whoever waits them does not come too early.
fn seconds(wait: Duration) -> u32 {
    let up = u64::from(wait.subsec_nanos() > 0);
    u32::try_from(wait.as_secs().saturating_add(up)).unwrap_or(u32::MAX).max(1)
}
