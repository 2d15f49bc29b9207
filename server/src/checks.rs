//! Check counters, written behind: a `license.validate` must not wait for a disk.
//!
//! What is counted may lag by a second and loses at most the last one in a crash. Nothing else in
//! the server is allowed that.

use counterfoil_core::id::{LicenseId, ProductId};
use counterfoil_core::license::{CheckCounters, License, Mode};
use counterfoil_core::time::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use crate::ledger::Ledger;

/// How long counts wait to be written.
const LAG: Duration = Duration::from_millis(800);

/// What was checked, and in whose numbers it counts.
type Of = (LicenseId, ProductId, Mode);

/// One check that took place.
#[derive(Clone, Copy, Debug)]
struct Check {
    of: Of,
    at: Timestamp,
    ip: IpAddr,
}

/// Where checks are counted. Sending takes no lock and wakes nobody: the collector looks by itself
/// all the time, also while a write is slow, and then holds one sum for each license.
#[derive(Clone, Debug)]
pub struct Checks {
    counted: UnboundedSender<Check>,
    waiting: Arc<AtomicU64>,
}

/// Collects and writes until told to stop.
#[derive(Debug)]
pub struct Collector {
    checks: UnboundedReceiver<Check>,
    waiting: Arc<AtomicU64>,
    ledger: Ledger,
}

impl Checks {
    /// A counter and its collector, which has to be run.
    pub fn new(ledger: Ledger) -> (Self, Collector) {
        let (counted, checks) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicU64::new(0));
        (Self { counted, waiting: Arc::clone(&waiting) }, Collector { checks, waiting, ledger })
    }

    /// Counts one check.
    pub fn count(&self, license: &License, at: Timestamp, ip: IpAddr) {
        let of = (license.id, license.product, license.mode);
        // Without a collector the server is going down, and the last second may be lost.
        let _ = self.counted.send(Check { of, at, ip });
    }

    /// How many checks the collector holds that are not written yet, as of its last look: counting
    /// them one by one would cost every check.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl Collector {
    /// Writes what is counted, over and over, and one last time when `stop` fires.
    pub async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        // In order of ids, as the table is: neighbours share pages.
        let mut pending = BTreeMap::new();
        loop {
            let stopping = tokio::select! {
                () = tokio::time::sleep(LAG) => false,
                _ = &mut stop => true,
            };
            self.collect(&mut pending);
            let counted = std::mem::take(&mut pending);
            self.waiting.store(total(&counted), Ordering::Relaxed);
            let mut writing = pin!(write(self.ledger.clone(), counted));
            let unwritten = loop {
                tokio::select! {
                    unwritten = &mut writing => break unwritten,
                    () = tokio::time::sleep(LAG) => self.collect(&mut pending),
                }
            };
            for (of, counters) in unwritten {
                add(&mut pending, of, counters);
            }
            self.waiting.store(total(&pending), Ordering::Relaxed);
            if stopping {
                return;
            }
        }
    }

    fn collect(&mut self, pending: &mut Pending) {
        while let Ok(Check { of, at, ip }) = self.checks.try_recv() {
            add(pending, of, CheckCounters { last_at: Some(at), last_ip: Some(ip), count: 1 });
        }
    }
}

type Pending = BTreeMap<Of, CheckCounters>;

fn total(pending: &Pending) -> u64 {
    pending.values().map(|counters| counters.count).fold(0, u64::saturating_add)
}

fn add(pending: &mut Pending, of: Of, counted: CheckCounters) {
    let sum = pending.entry(of).or_default();
    sum.count = sum.count.saturating_add(counted.count);
    if counted.last_at >= sum.last_at {
        sum.last_at = counted.last_at;
        sum.last_ip = counted.last_ip;
    }
}

/// Writes the counts; gives back those that could not be written.
async fn write(ledger: Ledger, counted: Pending) -> Pending {
    if counted.is_empty() {
        return counted;
    }
    let rows = counted.clone();
    let written = ledger.transact(move |txn| {
        for (of, counters) in rows {
            txn.add_checks(of, counters)?;
        }
        Ok(())
    });
    match written.await {
        Ok(()) => Pending::new(),
        Err(refusal) => {
            tracing::warn!("check counters could not be written: {}", refusal.message());
            counted
        }
    }
}
