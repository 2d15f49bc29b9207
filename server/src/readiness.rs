//! Whether calls can be answered now, for whoever decides where they are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

use crate::ledger::Rows;
use crate::service::App;

/// How long the writer may take; it answers in milliseconds unless its disk hangs.
const WRITER_TIME_MAX: Duration = Duration::from_secs(2);

/// For how long a writer that answered is believed to answer.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Set once the server goes down; and when the writer last answered.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>, Arc<Mutex<Option<Duration>>>);

impl Draining {
    /// Says that the server goes down.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Why calls cannot be answered now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// The server goes down.
    #[error("The server is going down: ask another one.")]
    Draining,
    /// Nothing can be read.
    #[error("The store cannot be read: see the server's log.")]
    Reading,
    /// Nothing can be written.
    #[error("The store's writer does not answer: see the server's log.")]
    Writing,
}

/// Reads something, and has the writer do nothing.
///
/// # Errors
///
/// [`NotReady`].
pub async fn check(app: &App, draining: &Draining) -> Result<(), NotReady> {
    if draining.0.load(Ordering::Relaxed) {
        return Err(NotReady::Draining);
    }
    if let Err(error) = app.ledger.view().mark("vendor") {
        tracing::error!("{error}");
        return Err(NotReady::Reading);
    }
    // One look at a time: whoever asks while the writer hangs must not queue up work for it.
    let Ok(mut last) = tokio::time::timeout(WRITER_TIME_MAX, draining.1.lock()).await else {
        return Err(NotReady::Writing);
    };
    let now = app.env.monotonic();
    if last.is_some_and(|looked| now.saturating_sub(looked) < LOOK_EVERY) {
        return Ok(());
    }
    let idle = app.ledger.transact(|_| Ok(()));
    match tokio::time::timeout(WRITER_TIME_MAX, idle).await {
        Ok(Ok(())) => {
            *last = Some(now);
            Ok(())
        }
        Ok(Err(_)) | Err(_) => Err(NotReady::Writing),
    }
}
