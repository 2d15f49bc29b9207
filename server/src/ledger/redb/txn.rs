//! What a job may write.

use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::decide::Change;
use counterfoil_core::id::{IdNumber, LicenseId};
use counterfoil_core::license::{Activation, CheckCounters, Customer, License};
use counterfoil_core::time::Timestamp;

use redb::{ReadableTable, WriteTransaction};
use serde::Serialize;

use super::super::{IdempotencyRow, LedgerError, LicenseRow, NameRow, TokenRow};
use super::tables::{Rows, WriteTables, mode_key};
use crate::secret::Digest;

/// Seconds for which a first result is remembered.
const REMEMBERED_SECONDS: i64 = 86_400;

/// One transaction of the writer, shared by the jobs of a batch.
#[derive(Debug)]
pub struct Txn<'t> {
    pub(super) tables: WriteTables<'t>,
    last_id: IdNumber,
    written: Written,
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
        Ok(Self { tables, last_id, written: Written::default() })
    }

    /// How many rows were written so far.
    pub(super) const fn writes(&self) -> u64 {
        self.written.rows
    }

    /// Closes the transaction and tells what it wrote about.
    pub(super) fn finish(mut self) -> Result<Written, LedgerError> {
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

    /// Keeps a token under its digest.
    pub fn put_token(&mut self, digest: &Digest, token: &TokenRow) -> Result<(), LedgerError> {
        self.count();
        self.tables.tokens.insert(digest, encode(token)?.as_slice())?;
        Ok(())
    }

    /// Forgets the token with this digest.
    pub fn remove_token(&mut self, digest: &Digest) -> Result<(), LedgerError> {
        self.count();
        self.tables.tokens.remove(digest)?;
        Ok(())
    }

    /// Keeps a product and its names.
    pub fn put_product(&mut self, product: &Product) -> Result<(), LedgerError> {
        self.count();
        self.written.catalog = true;
        let (id, vendor) = (product.names.id.number().raw(), product.vendor.number().raw());
        self.tables.products.insert(id, encode(product)?.as_slice())?;
        for name in std::iter::once(&product.names.slug).chain(&product.names.permalink) {
            self.tables.product_names.insert((vendor, name.as_str()), id)?;
        }
        Ok(())
    }

    /// Keeps a plan and its name.
    pub fn put_plan(&mut self, plan: &Plan) -> Result<(), LedgerError> {
        self.count();
        self.written.catalog = true;
        let (id, product) = (plan.id.number().raw(), plan.product.number().raw());
        self.tables.plans.insert(id, encode(plan)?.as_slice())?;
        self.tables.plan_names.insert((product, plan.slug.as_str()), id)?;
        Ok(())
    }

    /// Keeps a customer and the address.
    pub fn put_customer(&mut self, customer: &Customer) -> Result<(), LedgerError> {
        self.count();
        let (id, vendor) = (customer.id.number().raw(), customer.vendor.number().raw());
        self.tables.customers.insert(id, encode(customer)?.as_slice())?;
        let folded = customer.email.folded();
        let key = (vendor, mode_key(customer.mode), folded.as_str());
        self.tables.customer_emails.insert(key, id)?;
        Ok(())
    }

    /// Leads a key or an alias, by its digest, to its license.
    pub fn put_name(&mut self, digest: &Digest, name: NameRow) -> Result<(), LedgerError> {
        self.count();
        self.tables.names.insert(digest, encode(&name)?.as_slice())?;
        Ok(())
    }

    /// Keeps what a decision changed. `sealed_key` is that of the license it is about.
    pub fn apply(
        &mut self,
        license: LicenseId,
        sealed_key: &[u8],
        changes: &[Change],
    ) -> Result<(), LedgerError> {
        self.written.licenses.push(license);
        for change in changes {
            self.count();
            match change {
                Change::License(license) => self.put_license(license, sealed_key)?,
                Change::Activation(activation) => self.put_active(license, activation)?,
                Change::Deactivation(activation) => self.put_past(license, activation)?,
            }
        }
        Ok(())
    }

    fn put_license(&mut self, license: &License, sealed_key: &[u8]) -> Result<(), LedgerError> {
        let row = LicenseRow { license: license.clone(), sealed_key: sealed_key.to_vec() };
        self.tables.licenses.insert(license.id.number().raw(), encode(&row)?.as_slice())?;
        Ok(())
    }

    fn put_active(
        &mut self,
        license: LicenseId,
        activation: &Activation,
    ) -> Result<(), LedgerError> {
        let (license, id) = (license.number().raw(), activation.id.number().raw());
        self.tables.activations.insert((license, id), encode(activation)?.as_slice())?;
        self.tables.places.insert((license, activation.identifier.as_str()), id)?;
        Ok(())
    }

    fn put_past(&mut self, license: LicenseId, activation: &Activation) -> Result<(), LedgerError> {
        let (license, id) = (license.number().raw(), activation.id.number().raw());
        self.tables.activations.remove((license, id))?;
        self.tables.places.remove((license, activation.identifier.as_str()))?;
        self.tables.past_activations.insert((license, id), encode(activation)?.as_slice())?;
        Ok(())
    }

    /// Adds what was counted since the last time.
    pub fn add_checks(
        &mut self,
        license: LicenseId,
        counted: CheckCounters,
    ) -> Result<(), LedgerError> {
        self.count();
        let id = license.number().raw();
        let kept = self.tables.checks.get(id)?.map(|row| row.value().to_vec());
        let kept: CheckCounters = match kept {
            Some(row) => postcard::from_bytes(&row)?,
            None => CheckCounters::default(),
        };
        let sum = CheckCounters { count: kept.count.saturating_add(counted.count), ..counted };
        self.tables.checks.insert(id, encode(&sum)?.as_slice())?;
        Ok(())
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

    fn count(&mut self) {
        self.written.rows = self.written.rows.saturating_add(1);
    }
}

/// Whether a first result given at `at` is still remembered at `now`.
pub fn is_remembered(at: Timestamp, now: Timestamp) -> bool {
    at.saturating_add(REMEMBERED_SECONDS) > now
}

fn encode<T: Serialize>(row: &T) -> Result<Vec<u8>, LedgerError> {
    Ok(postcard::to_allocvec(row)?)
}
