//! Writing licenses: what a decision changed, the history of it, and the lists they are on.

use counterfoil_core::decide::{self, Change, Decision};
use counterfoil_core::history::{Actor, Event, EventKind, Told};
use counterfoil_core::id::{EventId, LicenseId, ProductId};
use counterfoil_core::license::{Activation, CheckCounters, License, Mode};
use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::super::{Found, HistoryRow, LedgerError, LicenseRow, List, NameRow, Owner};
use super::super::chain;
use super::super::rows::Rows;
use super::super::tables::mode_key;
use super::{Txn, encode};
use crate::secret::{Digest, Secret};

/// Who changes a license, and when.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// For the ids of the history's items.
    pub entropy: [u8; 16],
    /// What the history is chained with.
    pub secret: &'a Secret,
}

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Keeps a license that was just issued, with its sealed key.
    pub fn put_issued(
        &mut self,
        sealed_key: Vec<u8>,
        decision: &Decision<License>,
        stamp: Stamp<'_>,
    ) -> Result<LicenseRow, LedgerError> {
        let license = decision.answer.clone();
        let told = Told::of_new(&license, stamp.at);
        let row =
            LicenseRow { license, sealed_key, sale: None, told, head: [0; 32], guard: [0; 32] };
        self.apply(&row, decision, stamp)
    }

    /// Keeps what a decision about a license changed, and what happened by it. `kept` is the row
    /// that it was decided on, or the same with a new key. What time had done by then and nobody
    /// was told of is told first. Gives the row as it is kept now.
    pub fn apply<A>(
        &mut self,
        kept: &LicenseRow,
        decision: &Decision<A>,
        stamp: Stamp<'_>,
    ) -> Result<LicenseRow, LedgerError> {
        let mut row = kept.clone();
        if decision.changes.is_empty() && decision.events.is_empty() {
            return Ok(row);
        }
        self.written.licenses.push(row.license.id);
        let mut rewritten = !decision.events.is_empty();
        if rewritten {
            self.put_announcement(&mut row, stamp)?;
        }
        for change in &decision.changes {
            self.count();
            match change {
                Change::License(license) => {
                    row.license = license.clone();
                    rewritten = true;
                }
                Change::Activation(activation) => self.put_active(row.license.id, activation)?,
                Change::Deactivation(activation) => self.put_past(row.license.id, activation)?,
                Change::AllDeactivated(at) => self.put_all_past(row.license.id, *at)?,
                Change::Sale(sale) => {
                    if let (None, Some(sale)) = (&row.sale, sale) {
                        self.put_sale(&row.license, sale)?;
                    }
                    row.sale.clone_from(sale);
                }
            }
        }
        row.told = row.told.after_change(&kept.license, &row.license, stamp.at);
        for event in &decision.events {
            row.head = self.put_event(&row, event, stamp)?;
        }
        if rewritten {
            row.guard = chain::guard(stamp.secret, &row)?;
            self.put_license(&row)?;
        }
        Ok(row)
    }

    /// Tells what time has done to a license, if it has and nobody was told, and notes when there
    /// will be something to tell again.
    pub fn announce(&mut self, mut row: LicenseRow, stamp: Stamp<'_>) -> Result<(), LedgerError> {
        self.count();
        let id = row.license.id;
        self.written.licenses.push(id);
        self.put_announcement(&mut row, stamp)?;
        row.guard = chain::guard(stamp.secret, &row)?;
        self.put_license(&row)?;
        match decide::next_announcement(&row.telling()) {
            // Noting it again would be told for ever.
            Some(next) if next <= stamp.at => {
                tracing::error!("{id} is due at once after it was told of");
                self.forget_due(next, id)
            }
            Some(next) => {
                self.tables.due.insert((next.unix(), id.number().raw()), ())?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Forgets that time has something to tell of a license.
    pub fn forget_due(&mut self, at: Timestamp, license: LicenseId) -> Result<(), LedgerError> {
        self.count();
        self.tables.due.remove((at.unix(), license.number().raw()))?;
        Ok(())
    }

    fn put_announcement(
        &mut self,
        row: &mut LicenseRow,
        stamp: Stamp<'_>,
    ) -> Result<(), LedgerError> {
        let announcement = decide::announce(&row.telling(), stamp.at);
        for event in &announcement.events {
            row.head = self.put_event(row, event, Stamp { actor: Actor::System, ..stamp })?;
        }
        row.told = announcement.told;
        Ok(())
    }

    /// Writes one item of the history; gives the chain's new end.
    fn put_event(
        &mut self,
        row: &LicenseRow,
        event: &Event,
        stamp: Stamp<'_>,
    ) -> Result<Digest, LedgerError> {
        let license = &row.license;
        let id = EventId::new(self.next_id(stamp.at, stamp.entropy));
        let mut item = HistoryRow {
            license: license.id,
            product: license.product,
            at: stamp.at,
            actor: stamp.actor,
            event: event.clone(),
            chain: row.head,
        };
        item.chain = chain::link(stamp.secret, id, &item)?;
        let mode = mode_key(license.mode);
        let key = (license.vendor.number().raw(), mode, id.number().raw());
        self.tables.history.insert(key, encode(&item)?.as_slice())?;
        self.list(List::history(license.id), id.number())?;
        self.tell(row, (id, &item), stamp)?;
        if event.kind == EventKind::ActivationCreated {
            let today = self.counted(license.product, license.mode, stamp.at);
            today.activations = today.activations.saturating_add(1);
        }
        Ok(item.chain)
    }

    fn put_license(&mut self, row: &LicenseRow) -> Result<(), LedgerError> {
        let id = row.license.id.number().raw();
        let before: Option<LicenseRow> =
            match self.tables.licenses.insert(id, encode(row)?.as_slice())? {
                Some(kept) => Some(postcard::from_bytes(kept.value())?),
                None => None,
            };
        self.set_due(before.as_ref(), row)?;
        self.relist(before.as_ref().map(|row| &row.license), &row.license)
    }

    /// Sees to it that time's doing will be told when it is done.
    fn set_due(
        &mut self,
        before: Option<&LicenseRow>,
        after: &LicenseRow,
    ) -> Result<(), LedgerError> {
        let due = |row: &LicenseRow| decide::next_announcement(&row.telling()).map(Timestamp::unix);
        let (old, new) = (before.and_then(due), due(after));
        if old != new {
            let id = after.license.id.number().raw();
            if let Some(old) = old {
                self.tables.due.remove((old, id))?;
            }
            if let Some(new) = new {
                self.tables.due.insert((new, id), ())?;
            }
        }
        Ok(())
    }

    /// Brings the lists that a license is on up to date.
    fn relist(&mut self, before: Option<&License>, after: &License) -> Result<(), LedgerError> {
        let id = after.id.number();
        if before.is_none() {
            for owner in [Owner::Vendor(after.vendor), Owner::Product(after.product)] {
                self.list(List::licenses(owner, after.mode), id)?;
            }
        }
        let plan = |license: &License| license.plan.map(Owner::Plan);
        let customer = |license: &License| license.customer.map(Owner::Customer);
        for (old, new) in
            [(before.and_then(plan), plan(after)), (before.and_then(customer), customer(after))]
        {
            if old != new {
                if let Some(old) = old {
                    self.unlist(List::licenses(old, after.mode), id)?;
                }
                if let Some(new) = new {
                    self.list(List::licenses(new, after.mode), id)?;
                }
            }
        }
        let old = before.map(|license| &license.alias);
        if old != Some(&after.alias) {
            let (vendor, mode) = (after.vendor.number().raw(), mode_key(after.mode));
            if let Some(old) = old {
                self.tables.aliases.remove((vendor, mode, old.as_str()))?;
            }
            self.tables.aliases.insert((vendor, mode, after.alias.as_str()), id.raw())?;
        }
        Ok(())
    }

    fn put_active(
        &mut self,
        license: LicenseId,
        activation: &Activation,
    ) -> Result<(), LedgerError> {
        let (license, id) = (license.number().raw(), activation.id.number().raw());
        let before =
            self.tables.activations.insert((license, id), encode(activation)?.as_slice())?;
        if before.is_none() {
            drop(before);
            self.tables.places.insert((license, activation.identifier.as_str()), id)?;
            self.tables.activation_licenses.insert(id, license)?;
        }
        Ok(())
    }

    fn put_past(&mut self, license: LicenseId, activation: &Activation) -> Result<(), LedgerError> {
        let (license, id) = (license.number().raw(), activation.id.number().raw());
        self.tables.activations.remove((license, id))?;
        self.tables.places.remove((license, activation.identifier.as_str()))?;
        self.tables.past_activations.insert((license, id), encode(activation)?.as_slice())?;
        Ok(())
    }

    fn put_all_past(&mut self, license: LicenseId, at: Timestamp) -> Result<(), LedgerError> {
        let id = license.number().raw();
        let mut active: Vec<Activation> = Vec::new();
        for entry in self.tables.activations.range((id, 0)..=(id, u128::MAX))? {
            active.push(postcard::from_bytes(entry?.1.value())?);
        }
        active.iter().try_for_each(|activation| self.put_past(license, &activation.given_back(at)))
    }

    /// Leads a key or an alias, by its digest, to its license.
    pub fn put_name(&mut self, digest: &Digest, name: NameRow) -> Result<(), LedgerError> {
        self.count();
        self.tables.names.insert(digest, encode(&name)?.as_slice())?;
        Ok(())
    }

    /// Forgets a key or an alias.
    pub fn remove_name(&mut self, digest: &Digest) -> Result<(), LedgerError> {
        self.count();
        self.tables.names.remove(digest)?;
        Ok(())
    }

    /// Adds what was counted since the last time.
    pub fn add_checks(
        &mut self,
        (license, product, mode): (LicenseId, ProductId, Mode),
        counted: CheckCounters,
    ) -> Result<(), LedgerError> {
        self.count();
        let id = license.number().raw();
        // A record that cannot be read must not keep the others from being counted.
        let kept = self.check_counters(license).unwrap_or_else(|error| {
            tracing::warn!("the checks of {license} begin at zero again: {error}");
            CheckCounters::default()
        });
        let sum = CheckCounters { count: kept.count.saturating_add(counted.count), ..counted };
        self.tables.checks.insert(id, encode(&sum)?.as_slice())?;
        if let Some(at) = counted.last_at {
            let today = self.counted(product, mode, at);
            today.checks = today.checks.saturating_add(counted.count);
        }
        Ok(())
    }
}

impl Found {
    /// The row that this was read from, less its guard, which is made anew when it is written.
    pub fn row(&self) -> LicenseRow {
        LicenseRow {
            license: self.snapshot.license.clone(),
            sealed_key: self.beside.sealed_key.clone(),
            sale: self.beside.sale.clone(),
            told: self.beside.told,
            head: self.beside.head,
            guard: [0; 32],
        }
    }
}
