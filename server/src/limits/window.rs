//! Windows of a minute that slide with the clock, one for each key that was used lately.
//!
//! A bucket lets twice a minute's worth through in the minute after a pause. A promise of so many
//! calls in any sixty seconds is kept to the letter here, for the price of a time for each call.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::env::Env;

const WINDOW: Duration = Duration::from_secs(60);

/// With so many keys, those that were not used within a window are thrown away.
const SWEEP_AT: usize = 4_096;

/// When each key was used in the last minute.
pub(super) struct Window<K> {
    per_minute: usize,
    used: Mutex<Used<K>>,
    env: Arc<dyn Env>,
}

struct Used<K> {
    times: HashMap<K, VecDeque<Duration>>,
    sweep_at: usize,
}

impl<K: Hash + Eq> Window<K> {
    pub(super) fn new(per_minute: u32, env: &Arc<dyn Env>) -> Option<Self> {
        let per_minute = usize::try_from(NonZeroU32::new(per_minute)?.get()).ok()?;
        let used = Mutex::new(Used { times: HashMap::new(), sweep_at: SWEEP_AT });
        Some(Self { per_minute, used, env: Arc::clone(env) })
    }

    /// Takes one; or tells how long there will be none.
    pub(super) fn take(&self, key: K) -> Result<(), Duration> {
        let now = self.env.monotonic();
        let is_over = |at: &Duration| now.saturating_sub(*at) >= WINDOW;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.times.len() >= used.sweep_at {
            used.times.retain(|_, times| !times.back().is_none_or(is_over));
            // Those who are left are swept again only when there are twice as many.
            used.sweep_at = used.times.len().saturating_mul(2).max(SWEEP_AT);
        }
        let times = used.times.entry(key).or_default();
        while times.front().is_some_and(is_over) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= self.per_minute => {
                Err(first.saturating_add(WINDOW).saturating_sub(now))
            }
            Some(_) | None => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use counterfoil_core::time::Timestamp;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::env::{NoEntropy, Waiting};

    #[derive(Debug, Default)]
    struct Seconds(AtomicU64);

    impl Env for Seconds {
        fn now(&self) -> Timestamp {
            Timestamp::from_unix(0)
        }

        fn monotonic(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::Relaxed))
        }

        fn fill(&self, _: &mut [u8]) -> Result<(), NoEntropy> {
            Err(NoEntropy)
        }

        fn reaches(&self, _: Timestamp) -> Waiting<'_> {
            Box::pin(std::future::pending())
        }

        fn passes(&self, _: Duration) -> Waiting<'_> {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn who_has_not_called_within_the_window_is_forgotten() {
        let clock = Arc::new(Seconds::default());
        let env: Arc<dyn Env> = Arc::clone(&clock) as _;
        let window = Window::new(1, &env).unwrap();
        for key in 0..SWEEP_AT {
            assert_eq!(window.take(key), Ok(()));
        }
        clock.0.store(59, Ordering::Relaxed);
        assert_eq!(window.take(0), Err(Duration::from_secs(1)), "nobody is forgotten too early");
        assert_eq!(window.take(SWEEP_AT), Ok(()));
        clock.0.store(60, Ordering::Relaxed);
        for key in 0..SWEEP_AT {
            assert_eq!(window.take(key), Ok(()));
        }
        assert_eq!(window.used.lock().unwrap().times.len(), SWEEP_AT + 1);
        clock.0.store(200, Ordering::Relaxed);
        for key in 0..SWEEP_AT {
            window.take(SWEEP_AT * 2 + key).unwrap();
        }
        assert_eq!(window.used.lock().unwrap().times.len(), SWEEP_AT, "only who called lately");
    }
}
