//! Tells what time has done: a license that expired, one whose grace ran out, one that will expire
//! soon. Each once, in the history and to whoever listens, also after the server was down.
//!
//! Nothing depends on it: status is computed whenever somebody asks.

use counterfoil_core::decide;
use counterfoil_core::history::{Actor, Event};
use counterfoil_core::id::LicenseId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::oneshot;

use crate::env::random;
use crate::ledger::{Accounts, LicenseRow, Rows, Stamp, Txn};
use crate::mail::Desktop;
use crate::service::App;
use crate::service::mail::{News, notices};

/// Licenses to tell of in one transaction: enough to be quick after a long night, few enough not
/// to keep callers waiting.
const AT_ONCE: usize = 100;

/// Transactions for which a start waits: what is left after so many is told beside the calls.
const CAUGHT_UP_AT_MOST: usize = 100;

/// How long to wait after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Sweeps until told to stop.
#[derive(Debug)]
pub struct Sweeper {
    app: App,
}

impl Sweeper {
    /// A sweeper of this server's licenses, which has to be run.
    pub const fn new(app: App) -> Self {
        Self { app }
    }

    /// Tells what is due, over and over, until `stop` fires.
    pub async fn run(self, mut stop: oneshot::Receiver<()>) {
        tokio::select! {
            () = self.sweep() => {}
            _ = &mut stop => {}
        }
    }

    /// Tells what happened while the server was down: before anybody calls, so that no call is
    /// quicker and the customer hears of it.
    pub async fn catch_up(&self) {
        for _ in 0..CAUGHT_UP_AT_MOST {
            match self.next_due() {
                Ok(Some(due)) if due <= self.app.env.now() => {
                    if let Err(refusal) = self.tell().await {
                        tracing::warn!("what is due could not be told: {}", refusal.message());
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    async fn sweep(&self) {
        let App { ledger, env, .. } = &self.app;
        let mut commits = ledger.commits();
        loop {
            commits.mark_unchanged();
            match self.next_due() {
                Ok(Some(due)) if due <= env.now() => {
                    if let Err(refusal) = self.tell().await {
                        tracing::warn!("what is due could not be told: {}", refusal.message());
                        tokio::time::sleep(AFTER_FAILURE).await;
                    }
                }
                Ok(Some(due)) => tokio::select! {
                    () = env.reaches(due) => {}
                    changed = commits.changed() => if changed.is_err() { return },
                },
                Ok(None) => {
                    if commits.changed().await.is_err() {
                        return;
                    }
                }
                Err(refusal) => {
                    tracing::warn!("what is due could not be read: {}", refusal.message());
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
    }

    fn next_due(&self) -> Result<Option<Timestamp>, Refusal> {
        Ok(self.app.ledger.view().next_due()?)
    }

    /// Tells of the licenses that have waited longest.
    async fn tell(&self) -> Result<(), Refusal> {
        let app = self.app.clone();
        self.app.ledger.transact(move |txn| tell(&app, txn)).await
    }
}

fn tell(app: &App, txn: &mut Txn<'_>) -> Result<(), Refusal> {
    let App { env, secret, mail, .. } = app;
    let at = env.now();
    let stamp = Stamp { actor: Actor::System, at, entropy: random(&**env)?, secret };
    let due = txn.due_by(at, AT_ONCE)?;
    let mut rows: BTreeMap<LicenseId, (LicenseRow, Vec<Event>)> = BTreeMap::new();
    for (_, id) in &due {
        match txn.license(*id) {
            Ok(Some(row)) => {
                let events = decide::announce(&row.telling(), at).events;
                rows.insert(*id, (row, events));
            }
            // One that cannot be read must not keep the others from being told of.
            Ok(None) => tracing::error!("{id} is due and is not there"),
            Err(error) => tracing::error!("{id} is due and cannot be read: {error}"),
        }
    }
    let news: Vec<News<'_>> =
        rows.values().map(|(row, events)| News { license: &row.license, events }).collect();
    let letters = notices(mail, txn, &news, Desktop { secret, env: &**env, now: at })?;
    for (noted, id) in due {
        txn.forget_due(noted, id)?;
    }
    for (row, _) in rows.into_values() {
        txn.announce(row, stamp)?;
    }
    txn.post(&letters)?;
    Ok(())
}
