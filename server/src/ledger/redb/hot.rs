//! Licenses that were asked about lately, ready to be judged.
//!
//! Reading a license takes half a dozen look-ups; most that are asked about were asked about
//! before and have not changed. An entry carries the version of the view it was read from, and
//! each change of a license moves a mark: an entry from before the mark is not used.
//!
//! INVARIANT: the mark is moved before anybody hears of the change, and an entry is trusted only
//! if its version is not below the mark. A reader that is late with an old entry cannot do harm:
//! the entry's version tells. No lock is taken on either side.

use counterfoil_core::id::LicenseId;
use papaya::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::Found;
use crate::secret::Digest;

/// Most entries; beyond it all are forgotten and the hot ones come back by themselves.
const ENTRIES_MAX: usize = 65_536;

/// Most activations of a license that is kept here: a few are common, a hundred weigh too much.
const ACTIVATIONS_MAX: usize = 16;

/// Marks that licenses share, a power of two. A change forgets its neighbours too, which costs
/// them one reading.
const MARKS: usize = 4_096;

/// A license by the digest of its folded key.
#[derive(Debug)]
pub struct ByKey {
    /// The digest of the key's exact spelling; an alias has none and unlocks nothing.
    pub exact: Option<Digest>,
    /// The license, with its first active activations.
    pub found: Found,
    pub(super) version: u64,
}

/// The licenses that were asked about lately.
pub(super) struct Hot {
    entries: HashMap<Digest, Arc<ByKey>, BuildHasherDefault<FirstBytes>>,
    changed: Box<[AtomicU64]>,
}

impl Hot {
    pub(super) fn new() -> Self {
        let changed = (0..MARKS).map(|_| AtomicU64::new(0)).collect();
        Self { entries: HashMap::default(), changed }
    }

    /// The license that this digest leads to, unless it has changed since it was read.
    pub(super) fn get(&self, digest: &Digest) -> Option<Arc<ByKey>> {
        let entries = self.entries.pin();
        let entry = entries.get(digest)?;
        let changed = self.mark(entry.found.snapshot.license.id).load(Ordering::Acquire);
        (entry.version >= changed).then(|| Arc::clone(entry))
    }

    pub(super) fn put(&self, digest: Digest, entry: &Arc<ByKey>) {
        if entry.found.snapshot.activations.len() <= ACTIVATIONS_MAX {
            let entries = self.entries.pin();
            if entries.len() >= ENTRIES_MAX {
                entries.clear();
            }
            entries.insert(digest, Arc::clone(entry));
        }
    }

    /// Distrusts what was read of these licenses before `version`.
    pub(super) fn distrust(&self, licenses: &[LicenseId], version: u64) {
        for license in licenses {
            self.mark(*license).fetch_max(version, Ordering::Release);
        }
    }

    /// Distrusts everything that was read before `version`.
    pub(super) fn distrust_all(&self, version: u64) {
        for mark in &self.changed {
            mark.fetch_max(version, Ordering::Release);
        }
    }

    fn mark(&self, license: LicenseId) -> &AtomicU64 {
        // The low end of an id is random, or counts up from something random.
        let [low, high, ..] = license.number().raw().to_le_bytes();
        let place = usize::from(u16::from_le_bytes([low, high])) & (MARKS - 1);
        #[expect(clippy::indexing_slicing, reason = "there are as many marks as places")]
        &self.changed[place]
    }
}

/// A digest is random already: its first bytes are as good as any hash of it.
#[derive(Default)]
pub(super) struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Beside;
    use counterfoil_core::alias::Alias;
    use counterfoil_core::catalog::{ProductNames, Terms};
    use counterfoil_core::history::Told;
    use counterfoil_core::id::{IdNumber, ProductId, VendorId};
    use counterfoil_core::license::{License, Mode};
    use counterfoil_core::metadata::Metadata;
    use counterfoil_core::text::Slug;
    use counterfoil_core::time::Timestamp;
    use counterfoil_core::verdict::Snapshot;

    fn entry(number: u128, version: u64) -> Arc<ByKey> {
        let id = IdNumber::from_raw(number);
        let license = License {
            id: LicenseId::new(id),
            vendor: VendorId::new(id),
            mode: Mode::Live,
            alias: Alias::make([0; 16]),
            product: ProductId::new(id),
            plan: None,
            customer: None,
            terms: Terms::default(),
            activations_used: 0,
            uses: 0,
            created_at: Timestamp::from_unix(0),
            expires_at: None,
            grace_until: None,
            holds: Vec::new(),
            end: None,
            metadata: Metadata::default(),
        };
        let product =
            ProductNames { id: license.product, slug: Slug::new("p").unwrap(), permalink: None };
        let snapshot =
            Snapshot { license, product, plan: None, activations: Vec::new(), named: Vec::new() };
        let told = Told::of_new(&snapshot.license, snapshot.license.created_at);
        let beside = Beside { sealed_key: Vec::new(), sale: None, told, head: [0; 32] };
        let found = Found { snapshot, beside };
        Arc::new(ByKey { exact: None, found, version })
    }

    #[test]
    fn what_was_read_before_a_change_is_not_used_even_when_it_comes_late() {
        let hot = Hot::new();
        let (first, other) = (LicenseId::new(IdNumber::from_raw(1)), [2; 32]);
        hot.put([1; 32], &entry(1, 5));
        hot.put(other, &entry(2, 5));
        assert!(hot.get(&[1; 32]).is_some());
        hot.distrust(&[first], 6);
        assert!(hot.get(&[1; 32]).is_none() && hot.get(&other).is_some());
        // A reader that took the old view before the change puts what it read after it.
        hot.put([1; 32], &entry(1, 5));
        assert!(hot.get(&[1; 32]).is_none());
        hot.put([1; 32], &entry(1, 6));
        assert!(hot.get(&[1; 32]).is_some());
        hot.distrust_all(7);
        assert!(hot.get(&[1; 32]).is_none() && hot.get(&other).is_none());
    }
}
