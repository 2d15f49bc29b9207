//! What a process has that a pure function has not: a clock and a source of entropy.
//!
//! The one file that reads either. Everything else is handed an [`Env`], so tests bring their own.

use counterfoil_core::key::KeyEntropy;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use std::pin::Pin;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock and a source of entropy.
pub trait Env: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// The time since some moment, never less than before: for measuring, not for telling.
    fn monotonic(&self) -> Duration;

    /// Fills `bytes` with entropy fit for keys.
    ///
    /// # Errors
    ///
    /// [`NoEntropy`] when there is none to be had.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;

    /// Ends when the clock shows `at`, or soon after.
    fn reaches(&self, at: Timestamp) -> Waiting<'_>;

    /// Ends when so much time has passed, whatever the clock shows.
    fn passes(&self, time: Duration) -> Waiting<'_>;
}

/// Ends at some time.
pub type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Longest sleep before the clock is looked at again: somebody may have set it.
const SLEEP_MAX: Duration = Duration::from_secs(10);

/// The operating system gave no entropy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoEntropy;

impl From<NoEntropy> for Refusal {
    fn from(problem: NoEntropy) -> Self {
        tracing::error!("{problem}");
        Self::unavailable()
    }
}

/// The machine's own clock and generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnv;

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Env for SystemEnv {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        STARTED.elapsed()
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }

    fn reaches(&self, at: Timestamp) -> Waiting<'_> {
        Box::pin(async move {
            loop {
                let left = at.unix().saturating_sub(self.now().unix());
                match u64::try_from(left) {
                    Ok(left) if left > 0 => {
                        tokio::time::sleep(Duration::from_secs(left).min(SLEEP_MAX)).await;
                    }
                    _ => return,
                }
            }
        })
    }

    fn passes(&self, time: Duration) -> Waiting<'_> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// An array of entropy.
///
/// # Errors
///
/// [`NoEntropy`] when there is none to be had.
pub fn random<const N: usize>(env: &dyn Env) -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0; N];
    env.fill(&mut bytes)?;
    Ok(bytes)
}

/// Entropy for one license key.
///
/// # Errors
///
/// [`NoEntropy`] when there is none to be had.
pub fn key_entropy(env: &dyn Env) -> Result<KeyEntropy, NoEntropy> {
    random(env).map(KeyEntropy::new)
}
