//! A clock that only moves when told to, and entropy that is the same in every run.

use counterfoil_core::time::Timestamp;
use counterfoil_server::env::{Env, NoEntropy};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// The environment of a test.
#[derive(Debug)]
pub struct SteppedEnv {
    started: Timestamp,
    now: AtomicI64,
    drawn: AtomicU64,
}

impl SteppedEnv {
    /// A clock that stands at an RFC 3339 time.
    pub fn at(time: &str) -> Self {
        let started: Timestamp = time.parse().expect("an RFC 3339 time");
        Self { started, now: AtomicI64::new(started.unix()), drawn: AtomicU64::new(0) }
    }

    /// Sets the clock to an RFC 3339 time.
    pub fn set(&self, time: &str) {
        let time: Timestamp = time.parse().expect("an RFC 3339 time");
        self.now.store(time.unix(), Ordering::SeqCst);
    }

    /// Moves the clock by so many seconds.
    pub fn step(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Env for SteppedEnv {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.now.load(Ordering::SeqCst))
    }

    /// Stands still where the clock is set back to before its start.
    fn monotonic(&self) -> Duration {
        let passed = self.now.load(Ordering::SeqCst).saturating_sub(self.started.unix());
        Duration::from_secs(u64::try_from(passed).unwrap_or(0))
    }

    /// The generator known as split mix: good enough to tell two keys apart.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            let step = 0x9E37_79B9_7F4A_7C15_u64;
            let mut z = self.drawn.fetch_add(step, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            let length = chunk.len();
            chunk.copy_from_slice(z.to_le_bytes().get(..length).unwrap_or_default());
        }
        Ok(())
    }
}
