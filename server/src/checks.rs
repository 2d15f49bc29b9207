//! Check counters, written behind: a `license.validate` must not wait for a disk.
//!
//! What is counted may lag by a second and loses at most the last one in a crash. Nothing else in
//! the server is allowed that.

use counterfoil_core::id::LicenseId;
use counterfoil_core::license::CheckCounters;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use crate::ledger::Ledger;

/// How long counts wait to be written.
const LAG: Duration = Duration::from_millis(900);

/// One check that took place.
#[derive(Clone, Copy, Debug)]
struct Check {
    license: LicenseId,
    at: Timestamp,
    ip: IpAddr,
}

/// Where checks are counted. Sending takes no lock and wakes nobody; the collector looks by
/// itself, and what it holds is bounded by the number of licenses.
#[derive(Clone, Debug)]
pub struct Checks {
    counted: UnboundedSender<Check>,
}

/// Collects and writes until told to stop.
#[derive(Debug)]
pub struct Collector {
    checks: UnboundedReceiver<Check>,
    ledger: Ledger,
}

impl Checks {
    /// A counter and its collector, which has to be run.
    pub fn new(ledger: Ledger) -> (Self, Collector) {
        let (counted, checks) = mpsc::unbounded_channel();
        (Self { counted }, Collector { checks, ledger })
    }

    /// Counts one check.
    pub fn count(&self, license: LicenseId, at: Timestamp, ip: IpAddr) {
        // Without a collector the server is going down, and the last second may be lost.
        let _ = self.counted.send(Check { license, at, ip });
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
            if let Err(refusal) = self.write(&mut pending).await {
                tracing::warn!("check counters could not be written: {}", refusal.message());
            }
            if stopping {
                return;
            }
        }
    }

    fn collect(&mut self, pending: &mut BTreeMap<LicenseId, CheckCounters>) {
        while let Ok(check) = self.checks.try_recv() {
            let counters = pending.entry(check.license).or_default();
            counters.count = counters.count.saturating_add(1);
            counters.last_at = Some(check.at);
            counters.last_ip = Some(check.ip);
        }
    }

    async fn write(&self, pending: &mut BTreeMap<LicenseId, CheckCounters>) -> Result<(), Refusal> {
        if pending.is_empty() {
            return Ok(());
        }
        let counted: Vec<_> =
            pending.iter().map(|(license, counters)| (*license, *counters)).collect();
        self.ledger
            .transact(move |txn| {
                for (license, counters) in counted {
                    txn.add_checks(license, counters)?;
                }
                Ok(())
            })
            .await?;
        pending.clear();
        Ok(())
    }
}
