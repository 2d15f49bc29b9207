//! Lists, read in parts: each part is a few rows after a place in an ordered table, so a part of a
//! million costs what a part of a thousand does.

use counterfoil_core::id::{CustomerId, EventId, IdNumber, LicenseId, ProductId, VendorId};
use counterfoil_core::license::{Activation, Mode};
use counterfoil_core::time::Timestamp;
use redb::{ReadableTable, ReadableTableMetadata};

use super::super::{DayCounts, HistoryRow, LedgerError, List};
use super::rows::record;
use super::tables::{Tables, mode_key};

/// Which part of a list: how many, and after which.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// At most so many.
    pub count: usize,
    /// Those that come after this one; `None`: from the beginning.
    pub after: Option<IdNumber>,
}

/// Lists of everything.
#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
pub trait Lists: Tables {
    /// A part of a list, newest first.
    fn newest(&self, list: List, part: Part) -> Result<Vec<IdNumber>, LedgerError> {
        let end = part.after.map_or(u128::MAX, |last| last.raw().saturating_sub(1));
        let owner = list.owner.raw();
        let range = self.lists().range((owner, list.of, 0)..=(owner, list.of, end))?;
        range
            .rev()
            .take(part.count)
            .map(|entry| Ok(IdNumber::from_raw(entry?.0.value().2)))
            .collect()
    }

    /// A part of a list, oldest first.
    fn oldest(&self, list: List, part: Part) -> Result<Vec<IdNumber>, LedgerError> {
        let start = part.after.map_or(0, |last| last.raw().saturating_add(1));
        let owner = list.owner.raw();
        let range = self.lists().range((owner, list.of, start)..=(owner, list.of, u128::MAX))?;
        range.take(part.count).map(|entry| Ok(IdNumber::from_raw(entry?.0.value().2))).collect()
    }

    /// How many things are on a list, `max` at most.
    fn count_listed(&self, list: List, max: usize) -> Result<u64, LedgerError> {
        let owner = list.owner.raw();
        let mut count = 0_u64;
        for entry in
            self.lists().range((owner, list.of, 0)..=(owner, list.of, u128::MAX))?.take(max)
        {
            entry?;
            count = count.saturating_add(1);
        }
        Ok(count)
    }

    /// A part of a license's activations, newest first: the active ones, the past ones, or both.
    fn activations_of(
        &self,
        license: LicenseId,
        part: Part,
    ) -> Result<Vec<Activation>, LedgerError> {
        let id = license.number().raw();
        let end = part.after.map_or(u128::MAX, |last| last.raw().saturating_sub(1));
        let range = (id, 0)..=(id, end);
        let mut found = Vec::new();
        for entry in self.activations().range(range.clone())?.rev().take(part.count) {
            found.push(postcard::from_bytes::<Activation>(entry?.1.value())?);
        }
        for entry in self.past_activations().range(range)?.rev().take(part.count) {
            found.push(postcard::from_bytes::<Activation>(entry?.1.value())?);
        }
        found.sort_unstable_by_key(|activation| std::cmp::Reverse(activation.id));
        found.truncate(part.count);
        Ok(found)
    }

    /// How many licenses and how many items of history there are, on a list or not.
    fn row_counts(&self) -> Result<(u64, u64), LedgerError> {
        Ok((self.licenses().len()?, self.history().len()?))
    }

    /// How many activations of a license are kept as active.
    fn count_active(&self, license: LicenseId) -> Result<u64, LedgerError> {
        let id = license.number().raw();
        let mut count = 0_u64;
        for entry in self.activations().range((id, 0)..=(id, u128::MAX))? {
            entry?;
            count = count.saturating_add(1);
        }
        Ok(count)
    }

    /// What happened to a vendor's licenses of one mode after `after`, oldest first.
    fn happened(
        &self,
        (vendor, mode): (VendorId, Mode),
        after: EventId,
        count: usize,
    ) -> Result<Vec<(EventId, HistoryRow)>, LedgerError> {
        let (vendor, mode) = (vendor.number().raw(), mode_key(mode));
        let start = after.number().raw().saturating_add(1);
        let range = self.history().range((vendor, mode, start)..=(vendor, mode, u128::MAX))?;
        let mut found = Vec::new();
        for entry in range.take(count) {
            let (key, row) = entry?;
            let id = EventId::new(IdNumber::from_raw(key.value().2));
            found.push((id, postcard::from_bytes(row.value())?));
        }
        Ok(found)
    }

    /// A part of what happened to a vendor's licenses of one mode, newest first, from `since` on.
    ///
    /// An id is never of an earlier moment than what it is of, so nothing from `since` on is left
    /// out; where a clock was put back there may be something earlier among them.
    fn newest_events(
        &self,
        (vendor, mode): (VendorId, Mode),
        part: Part,
        since: Option<Timestamp>,
    ) -> Result<Vec<IdNumber>, LedgerError> {
        let (vendor, mode) = (vendor.number().raw(), mode_key(mode));
        let start = since.map_or(0, |since| IdNumber::first_at(since).raw());
        let end = part.after.map_or(u128::MAX, |last| last.raw().saturating_sub(1));
        if start > end {
            return Ok(Vec::new());
        }
        let range = self.history().range((vendor, mode, start)..=(vendor, mode, end))?;
        let newest = range.rev().take(part.count);
        newest.map(|entry| Ok(IdNumber::from_raw(entry?.0.value().2))).collect()
    }

    /// The last thing that happened to a vendor's licenses of one mode.
    fn last_event(&self, vendor: VendorId, mode: Mode) -> Result<EventId, LedgerError> {
        let (vendor, mode) = (vendor.number().raw(), mode_key(mode));
        let mut range = self.history().range((vendor, mode, 0)..=(vendor, mode, u128::MAX))?;
        let last = range.next_back().transpose()?.map_or(0, |(key, _)| key.value().2);
        Ok(EventId::new(IdNumber::from_raw(last)))
    }

    /// Licenses whose alias begins like this, in any order, `max` at most.
    fn licenses_with_alias(
        &self,
        (vendor, mode): (VendorId, Mode),
        start: &str,
        max: usize,
    ) -> Result<Vec<LicenseId>, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode));
        let mut found = Vec::new();
        for entry in self.aliases().range((key.0, key.1, start)..)?.take(max) {
            let (place, id) = entry?;
            let (vendor, mode, alias) = place.value();
            if (vendor, mode) != key || !alias.starts_with(start) {
                break;
            }
            found.push(LicenseId::new(IdNumber::from_raw(id.value())));
        }
        Ok(found)
    }

    /// Customers whose folded address or name begins like this, in any order, about `max` at most.
    fn customers_like(
        &self,
        (vendor, mode): (VendorId, Mode),
        start: &str,
        max: usize,
    ) -> Result<Vec<CustomerId>, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode));
        let mut found = Vec::new();
        for entry in self.customer_emails().range((key.0, key.1, start)..)?.take(max) {
            let (place, id) = entry?;
            let (vendor, mode, email) = place.value();
            if (vendor, mode) != key || !email.starts_with(start) {
                break;
            }
            found.push(CustomerId::new(IdNumber::from_raw(id.value())));
        }
        for entry in self.customer_names().range((key.0, key.1, start, 0)..)?.take(max) {
            let place = entry?.0;
            let (vendor, mode, name, id) = place.value();
            if (vendor, mode) != key || !name.starts_with(start) {
                break;
            }
            found.push(CustomerId::new(IdNumber::from_raw(id)));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// What was counted for a product on a day.
    fn day(&self, (product, mode): (ProductId, Mode), day: i64) -> Result<DayCounts, LedgerError> {
        let key = (product.number().raw(), mode_key(mode), day);
        Ok(record(self.days().get(key))?.unwrap_or_default())
    }
}

impl<T: Tables> Lists for T {}
