//! A clock that only moves when told to, and entropy that is the same in every run.

use counterfoil_core::time::Timestamp;
use counterfoil_server::env::{Env, NoEntropy, Waiting};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// The environment of a test.
#[derive(Debug)]
pub struct SteppedEnv {
    started: Timestamp,
    now: watch::Sender<i64>,
    drawn: AtomicU64,
    /// How often entropy can be drawn yet.
    draws: AtomicU64,
}

impl SteppedEnv {
    /// A clock that stands at an RFC 3339 time.
    pub fn at(time: &str) -> Self {
        let started: Timestamp = time.parse().expect("an RFC 3339 time");
        let now = watch::Sender::new(started.unix());
        Self { started, now, drawn: AtomicU64::new(0), draws: AtomicU64::new(u64::MAX) }
    }

    /// Sets the clock to an RFC 3339 time.
    pub fn set(&self, time: &str) {
        let time: Timestamp = time.parse().expect("an RFC 3339 time");
        self.now.send_replace(time.unix());
    }

    /// Lets entropy be drawn so many times yet.
    pub fn run_out_after(&self, draws: u64) {
        self.draws.store(draws, Ordering::SeqCst);
    }

    /// Moves the clock by so many seconds.
    pub fn step(&self, seconds: i64) {
        self.now.send_modify(|now| *now = now.saturating_add(seconds));
    }
}

impl Env for SteppedEnv {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(*self.now.borrow())
    }

    /// Stands still where the clock is set back to before its start.
    fn monotonic(&self) -> Duration {
        let passed = self.now().unix().saturating_sub(self.started.unix());
        Duration::from_secs(u64::try_from(passed).unwrap_or(0))
    }

    /// The generator known as split mix: good enough to tell two keys apart.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let draw = |left: u64| left.checked_sub(1);
        self.draws.fetch_update(Ordering::SeqCst, Ordering::SeqCst, draw).map_err(|_| NoEntropy)?;
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

    /// Whoever waits is woken by the step that reaches the time.
    fn reaches(&self, at: Timestamp) -> Waiting<'_> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            // The clock is at the other end, so it is there as long as somebody waits.
            drop(now.wait_for(|now| *now >= at.unix()).await);
        })
    }

    fn passes(&self, time: Duration) -> Waiting<'_> {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        self.reaches(self.now().saturating_add(seconds))
    }
}
