//! Purchases that are being opened: one at a time for each reference.

use counterfoil_core::refusal::Refusal;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::OwnedMutexGuard;

use crate::secret::Digest;

/// Most that are opened at the same time: each of them asks a payment provider.
const TURNS_MAX: usize = 64;

type Waiting = HashMap<Digest, Arc<tokio::sync::Mutex<()>>>;

/// Whose turn it is.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<Waiting>>);

/// A turn, until it is dropped.
pub(super) struct Turn {
    of: Digest,
    turns: Turns,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits until nobody else opens the same purchase.
    ///
    /// # Errors
    ///
    /// `unavailable` while too many others are being opened.
    pub(super) async fn turn(&self, of: Digest) -> Result<Turn, Refusal> {
        let mine = {
            let Ok(mut waiting) = self.0.lock() else { return Err(Refusal::unavailable()) };
            if waiting.len() >= TURNS_MAX && !waiting.contains_key(&of) {
                return Err(Refusal::unavailable());
            }
            Arc::clone(waiting.entry(of).or_default())
        };
        // Held from here on, so that a caller who hangs up while waiting leaves nothing behind.
        let mut turn = Turn { of, turns: self.clone(), held: None };
        turn.held = Some(mine.lock_owned().await);
        Ok(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.held.take());
        if let Ok(mut waiting) = self.turns.0.lock()
            && waiting.get(&self.of).is_some_and(|one| Arc::strong_count(one) == 1)
        {
            waiting.remove(&self.of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn the_same_purchase_waits_and_another_does_not() {
        let turns = Turns::default();
        let first = turns.turn([1; 32]).await.unwrap();
        let mut second = Box::pin(turns.turn([1; 32]));
        assert!(second.as_mut().now_or_never().is_none());
        drop(turns.turn([2; 32]).await.unwrap());
        drop(first);
        drop(second.await.unwrap());
        assert!(turns.0.lock().unwrap().is_empty(), "nobody is left behind");
    }

    #[tokio::test]
    async fn a_caller_who_hangs_up_while_waiting_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.turn([1; 32]).await.unwrap();
        let mut second = Box::pin(turns.turn([1; 32]));
        assert!(second.as_mut().now_or_never().is_none());
        drop(second);
        drop(first);
        assert!(turns.0.lock().unwrap().is_empty());
    }
}
