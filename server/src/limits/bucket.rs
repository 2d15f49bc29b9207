//! Buckets that fill by the clock, one for each key that was used lately.

use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::Network;
use crate::env::Env;

/// After so many calls, buckets that are full again are thrown away. In between there are at most
/// so many new ones, and those that are not full again.
const SWEEP_EVERY: u32 = 4_096;

#[derive(Clone)]
struct EnvClock(Arc<dyn Env>);

impl Clock for EnvClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

type Buckets<K> = RateLimiter<K, DashMapStateStore<K>, EnvClock, StateInformationMiddleware>;

/// A bucket for each key.
pub(super) struct Bucket<K: Hash + Eq + Clone> {
    buckets: Buckets<K>,
    clock: EnvClock,
    taken: AtomicU32,
}

impl<K: Hash + Eq + Clone> Bucket<K> {
    pub(super) fn new(per_minute: u32, env: &Arc<dyn Env>) -> Option<Self> {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute)?);
        let clock = EnvClock(Arc::clone(env));
        let buckets = RateLimiter::dashmap_with_clock(quota, clock.clone()).with_middleware();
        Some(Self { buckets, clock, taken: AtomicU32::new(0) })
    }

    /// Takes one; tells how many are left, or how long there will be none.
    pub(super) fn take(&self, key: &K) -> Result<u32, Duration> {
        if self.is_time_to_sweep() {
            self.buckets.retain_recent();
        }
        match self.buckets.check_key(key) {
            Ok(left) => Ok(left.remaining_burst_capacity()),
            Err(until) => Err(until.wait_time_from(self.clock.now())),
        }
    }

    fn is_time_to_sweep(&self) -> bool {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        taken.checked_rem(SWEEP_EVERY) == Some(SWEEP_EVERY.saturating_sub(1))
    }
}

/// A bucket for guesses: who has emptied it is barred until there is one in it again.
pub(super) struct Bar {
    guesses: Bucket<Network>,
    refill: Duration,
    until: papaya::HashMap<Network, Duration>,
}

impl Bar {
    pub(super) fn new(per_minute: u32, env: &Arc<dyn Env>) -> Option<Self> {
        let guesses = Bucket::new(per_minute, env)?;
        let refill = Duration::from_secs(60).checked_div(per_minute)?;
        Some(Self { guesses, refill, until: papaya::HashMap::new() })
    }

    /// How long the network is barred, if it is.
    pub(super) fn wait(&self, network: &Network) -> Option<Duration> {
        if self.until.is_empty() {
            return None;
        }
        let until = self.until.pin().get(network).copied()?;
        until.checked_sub(self.guesses.clock.now()).filter(|wait| !wait.is_zero())
    }

    /// Counts a guess.
    pub(super) fn guessed(&self, network: Network) {
        let wait = match self.guesses.take(&network) {
            Ok(0) => self.refill,
            Ok(_) => return,
            Err(wait) => wait,
        };
        let now = self.guesses.clock.now();
        let until = self.until.pin();
        // Whose time is over is not kept: the map holds those who wait.
        until.retain(|_, until| *until > now);
        until.insert(network, now.saturating_add(wait));
    }
}
