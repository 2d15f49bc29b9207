//! What a job may write.

mod accounts;
mod catalog;
mod checkout;
mod desk;
mod letters;
mod licenses;
mod payments;
mod portal;
mod webhooks;

pub use licenses::Stamp;

use counterfoil_core::id::{IdNumber, LicenseId, ProductId, TokenId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use redb::{ReadableTable, WriteTransaction};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::{
    DayCounts, IdempotencyRow, LedgerError, List, SigningKeysRow, TokenRow, VendorRow, WebhookRow,
};
use super::listing::Lists;
use super::rows::Rows;
use super::tables::{WriteTables, mode_key};
use crate::secret::Digest;

/// Seconds for which a first result is remembered.
const REMEMBERED_SECONDS: i64 = 86_400;

/// One transaction of the writer, shared by the jobs of a batch.
#[derive(Debug)]
pub struct Txn<'t> {
    pub(super) tables: WriteTables<'t>,
    last_id: IdNumber,
    written: Written,
    /// What the jobs of the batch counted, to be added up once.
    days: BTreeMap<(ProductId, Mode, i64), DayCounts>,
    /// Vendors' webhooks, as far as they were looked up.
    hooks: BTreeMap<(VendorId, Mode), Arc<[WebhookRow]>>,
}

/// What a transaction wrote about.
#[derive(Debug, Default)]
pub(super) struct Written {
    rows: u64,
    /// Licenses that changed, themselves or in their activations.
    pub(super) licenses: Vec<LicenseId>,
    /// Whether a product or a plan changed, and with it any number of licenses.
    pub(super) catalog: bool,
}

impl Written {
    pub(super) const fn anything(&self) -> bool {
        self.rows > 0
    }
}

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl<'t> Txn<'t> {
    pub(super) fn open(write: &'t WriteTransaction) -> Result<Self, LedgerError> {
        let tables = WriteTables::open(write)?;
        let last_id = tables.meta.get("last-id")?.map(|mark| mark.value().to_vec());
        let last_id = last_id.and_then(|mark| <[u8; 16]>::try_from(mark).ok());
        let last_id = IdNumber::from_raw(last_id.map_or(0, u128::from_be_bytes));
        let (written, days, hooks) = (Written::default(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { tables, last_id, written, days, hooks })
    }

    /// How many rows were written so far.
    pub(super) const fn writes(&self) -> u64 {
        self.written.rows
    }

    /// Closes the transaction and tells what it wrote about.
    pub(super) fn finish(mut self) -> Result<Written, LedgerError> {
        for ((product, mode, day), counted) in std::mem::take(&mut self.days) {
            let kept = self.day((product, mode), day)?;
            let sum = DayCounts {
                activations: kept.activations.saturating_add(counted.activations),
                checks: kept.checks.saturating_add(counted.checks),
            };
            let key = (product.number().raw(), mode_key(mode), day);
            self.tables.days.insert(key, encode(&sum)?.as_slice())?;
        }
        if self.written.anything() {
            let last_id = self.last_id.raw().to_be_bytes();
            self.tables.meta.insert("last-id", last_id.as_slice())?;
        }
        Ok(self.written)
    }

    /// The number of the next id.
    pub fn next_id(&mut self, now: Timestamp, entropy: [u8; 16]) -> IdNumber {
        self.last_id = self.last_id.next(now, entropy);
        self.last_id
    }

    /// Sets a mark of the file.
    pub fn put_mark(&mut self, name: &str, value: &[u8]) -> Result<(), LedgerError> {
        self.count();
        self.tables.meta.insert(name, value)?;
        Ok(())
    }

    /// Keeps a vendor, its name and its hosts.
    pub fn put_vendor(&mut self, vendor: &VendorRow) -> Result<(), LedgerError> {
        self.count();
        let id = vendor.id.number().raw();
        self.tables.vendors.insert(id, encode(vendor)?.as_slice())?;
        self.tables.vendor_names.insert(vendor.name.as_str(), id)?;
        for host in &vendor.hosts {
            self.tables.vendor_hosts.insert(host.as_str(), id)?;
        }
        Ok(())
    }

    /// Keeps a vendor's signing keys.
    pub fn put_signing_keys(
        &mut self,
        vendor: VendorId,
        keys: &SigningKeysRow,
    ) -> Result<(), LedgerError> {
        self.count();
        self.tables.signing_keys.insert(vendor.number().raw(), encode(keys)?.as_slice())?;
        Ok(())
    }

    /// Keeps a token under its digest.
    pub fn put_token(&mut self, digest: &Digest, token: &TokenRow) -> Result<(), LedgerError> {
        self.count();
        self.tables.tokens.insert(digest, encode(token)?.as_slice())?;
        self.tables.token_digests.insert(token.id.number().raw(), digest)?;
        self.list(List::tokens(token.vendor), token.id.number())
    }

    /// Forgets a token.
    pub fn remove_token(&mut self, id: TokenId) -> Result<(), LedgerError> {
        self.count();
        let digest = self.tables.token_digests.remove(id.number().raw())?;
        let Some(digest) = digest.map(|digest| *digest.value()) else { return Ok(()) };
        let Some(token) = self.token(&digest)? else { return Ok(()) };
        self.tables.tokens.remove(&digest)?;
        self.unlist(List::tokens(token.vendor), id.number())
    }

    /// Remembers a first result, and forgets two that are older than a day.
    pub fn put_first_result(
        &mut self,
        digest: &Digest,
        row: &IdempotencyRow,
    ) -> Result<(), LedgerError> {
        self.count();
        let horizon = row.at.saturating_add(REMEMBERED_SECONDS.saturating_neg()).unix();
        let mut old = Vec::new();
        for entry in self.tables.idempotency_age.range(..(horizon, &[0_u8; 32]))?.take(2) {
            let (key, ()) = entry.map(|(key, value)| (key, value.value()))?;
            let (at, digest) = key.value();
            old.push((at, *digest));
        }
        for (at, digest) in old {
            self.tables.idempotency_age.remove((at, &digest))?;
            // The key may have been used again since, and then its newer result stays.
            if self.first_result(&digest)?.is_some_and(|row| row.at.unix() == at) {
                self.tables.idempotency.remove(&digest)?;
            }
        }
        self.tables.idempotency.insert(digest, encode(row)?.as_slice())?;
        self.tables.idempotency_age.insert((row.at.unix(), digest), ())?;
        Ok(())
    }

    /// Puts a thing on a list.
    fn list(&mut self, list: List, thing: IdNumber) -> Result<(), LedgerError> {
        self.tables.lists.insert((list.owner.raw(), list.of, thing.raw()), ())?;
        Ok(())
    }

    /// Takes a thing off a list.
    fn unlist(&mut self, list: List, thing: IdNumber) -> Result<(), LedgerError> {
        self.tables.lists.remove((list.owner.raw(), list.of, thing.raw()))?;
        Ok(())
    }

    /// What is counted of a product at `now`, to be added to.
    fn counted(&mut self, product: ProductId, mode: Mode, now: Timestamp) -> &mut DayCounts {
        self.days.entry((product, mode, now.day())).or_default()
    }

    fn count(&mut self) {
        self.written.rows = self.written.rows.saturating_add(1);
    }
}

/// Whether a first result given at `at` is still remembered at `now`.
pub fn is_remembered(at: Timestamp, now: Timestamp) -> bool {
    at.saturating_add(REMEMBERED_SECONDS) > now
}

pub(super) fn encode<T: Serialize>(row: &T) -> Result<Vec<u8>, LedgerError> {
    Ok(postcard::to_allocvec(row)?)
}
