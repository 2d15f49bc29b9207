//! How everything is looked up, by views and transactions alike.

use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::id::{
    ActivationId, CustomerId, EventId, IdNumber, LicenseId, PlanId, ProductId, TokenId, VendorId,
};
use counterfoil_core::identifier::Identifier;
use counterfoil_core::license::{Activation, CheckCounters, Customer, License, Mode};
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::{ACTIVATIONS_SHOWN_MAX, Snapshot};
use redb::{AccessGuard, ReadableTable, StorageError};
use serde::de::DeserializeOwned;

use super::super::{
    Beside, DeskCodeRow, DeskSessionRow, Found, HistoryRow, IdempotencyRow, LedgerError,
    LicenseRow, NameRow, NamedPlaces, PortalCodeRow, PortalSessionRow, SigningKeysRow, TokenRow,
    VendorRow,
};
use super::tables::{Record, Tables, mode_key};
use crate::secret::Digest;

pub(super) fn record<T: DeserializeOwned>(
    found: Result<Option<AccessGuard<'_, Record>>, StorageError>,
) -> Result<Option<T>, LedgerError> {
    match found? {
        Some(guard) => Ok(Some(postcard::from_bytes(guard.value())?)),
        None => Ok(None),
    }
}

/// The first member of a record, without the work of reading the others.
fn beginning<T: DeserializeOwned>(
    found: Result<Option<AccessGuard<'_, Record>>, StorageError>,
) -> Result<Option<T>, LedgerError> {
    match found? {
        Some(guard) => Ok(Some(postcard::take_from_bytes(guard.value())?.0)),
        None => Ok(None),
    }
}

/// Everything that can be looked up.
#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
pub trait Rows: Tables {
    /// A mark of the file.
    fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.meta().get(name)?.map(|mark| mark.value().to_vec()))
    }

    /// The vendor with this id.
    fn vendor(&self, id: VendorId) -> Result<Option<VendorRow>, LedgerError> {
        record(self.vendors().get(id.number().raw()))
    }

    /// The vendor that the operator calls this.
    fn vendor_named(&self, name: &str) -> Result<Option<VendorRow>, LedgerError> {
        let number = self.vendor_names().get(name)?.map(|number| number.value());
        number.map_or(Ok(None), |number| self.vendor(VendorId::new(IdNumber::from_raw(number))))
    }

    /// The vendor to whom callers under this host name come.
    fn vendor_at(&self, host: &str) -> Result<Option<VendorRow>, LedgerError> {
        let number = self.vendor_hosts().get(host)?.map(|number| number.value());
        number.map_or(Ok(None), |number| self.vendor(VendorId::new(IdNumber::from_raw(number))))
    }

    /// Every vendor, the oldest first.
    fn all_vendors(&self) -> Result<Vec<VendorRow>, LedgerError> {
        self.vendors().iter()?.map(|entry| Ok(postcard::from_bytes(entry?.1.value())?)).collect()
    }

    /// The keys that sign the vendor's leases.
    fn signing_keys_of(&self, id: VendorId) -> Result<Option<SigningKeysRow>, LedgerError> {
        record(self.signing_keys().get(id.number().raw()))
    }

    /// The digest of the token with this id.
    fn token_digest(&self, id: TokenId) -> Result<Option<Digest>, LedgerError> {
        Ok(self.token_digests().get(id.number().raw())?.map(|digest| *digest.value()))
    }

    /// One item of a vendor's history.
    fn history_item(
        &self,
        (vendor, mode): (VendorId, Mode),
        id: EventId,
    ) -> Result<Option<HistoryRow>, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode), id.number().raw());
        record(self.history().get(key))
    }

    /// The license of an activation, active or past.
    fn license_of(&self, id: ActivationId) -> Result<Option<LicenseId>, LedgerError> {
        let number = self.activation_licenses().get(id.number().raw())?;
        Ok(number.map(|number| LicenseId::new(IdNumber::from_raw(number.value()))))
    }

    /// The activation with this id that gave its place back.
    fn past_activation(
        &self,
        license: LicenseId,
        id: ActivationId,
    ) -> Result<Option<Activation>, LedgerError> {
        record(self.past_activations().get((license.number().raw(), id.number().raw())))
    }

    /// The token with this digest.
    fn token(&self, digest: &Digest) -> Result<Option<TokenRow>, LedgerError> {
        record(self.tokens().get(digest))
    }

    /// The vendor's product with this id, slug or permalink.
    fn product_called(&self, vendor: VendorId, name: &str) -> Result<Option<Product>, LedgerError> {
        let number = if let Ok(id) = name.parse::<ProductId>() {
            Some(id.number().raw())
        } else {
            let found = self.product_names().get((vendor.number().raw(), name))?;
            found.map(|number| number.value())
        };
        let Some(number) = number else { return Ok(None) };
        let product = self.product(ProductId::new(IdNumber::from_raw(number)))?;
        Ok(product.filter(|product| product.vendor == vendor))
    }

    /// The product with this id.
    fn product(&self, id: ProductId) -> Result<Option<Product>, LedgerError> {
        record(self.products().get(id.number().raw()))
    }

    /// The plan with this id.
    fn plan(&self, id: PlanId) -> Result<Option<Plan>, LedgerError> {
        record(self.plans().get(id.number().raw()))
    }

    /// The product's plan with this slug.
    fn plan_called(&self, product: ProductId, slug: &str) -> Result<Option<Plan>, LedgerError> {
        let number = self.plan_names().get((product.number().raw(), slug))?;
        match number.map(|number| number.value()) {
            Some(number) => self.plan(PlanId::new(IdNumber::from_raw(number))),
            None => Ok(None),
        }
    }

    /// The customer with this id.
    fn customer(&self, id: CustomerId) -> Result<Option<Customer>, LedgerError> {
        record(self.customers().get(id.number().raw()))
    }

    /// The vendor's customer with this folded address.
    fn customer_with(
        &self,
        vendor: VendorId,
        mode: Mode,
        folded_email: &str,
    ) -> Result<Option<Customer>, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode), folded_email);
        let number = self.customer_emails().get(key)?.map(|number| number.value());
        match number {
            Some(number) => self.customer(CustomerId::new(IdNumber::from_raw(number))),
            None => Ok(None),
        }
    }

    /// What the key or alias with this digest leads to.
    fn name(&self, digest: &Digest) -> Result<Option<NameRow>, LedgerError> {
        record(self.names().get(digest))
    }

    /// The license with this id.
    fn license(&self, id: LicenseId) -> Result<Option<LicenseRow>, LedgerError> {
        record(self.licenses().get(id.number().raw()))
    }

    /// The license with this id, without the work of reading what is kept beside it.
    fn license_alone(&self, id: LicenseId) -> Result<Option<License>, LedgerError> {
        beginning(self.licenses().get(id.number().raw()))
    }

    /// How often the license was asked about.
    fn check_counters(&self, id: LicenseId) -> Result<CheckCounters, LedgerError> {
        Ok(record(self.checks().get(id.number().raw()))?.unwrap_or_default())
    }

    /// The first result kept under this digest.
    fn first_result(&self, digest: &Digest) -> Result<Option<IdempotencyRow>, LedgerError> {
        record(self.idempotency().get(digest))
    }

    /// The code with this digest that signs in at the portal.
    fn portal_code(&self, digest: &Digest) -> Result<Option<PortalCodeRow>, LedgerError> {
        record(self.portal_codes().get(digest))
    }

    /// The portal's session whose token has this digest.
    fn portal_session(&self, digest: &Digest) -> Result<Option<PortalSessionRow>, LedgerError> {
        record(self.portal_sessions().get(digest))
    }

    /// The code of the desk with this digest.
    fn desk_code(&self, digest: &Digest) -> Result<Option<DeskCodeRow>, LedgerError> {
        record(self.desk_codes().get(digest))
    }

    /// The session at the desk whose cookie has this digest.
    fn desk_session(&self, digest: &Digest) -> Result<Option<DeskSessionRow>, LedgerError> {
        let row = record::<DeskSessionRow>(self.desk_sessions().get(digest))?;
        let is_trial = row.is_some() && self.desk_trials().get(digest)?.is_some();
        Ok(row.map(|row| DeskSessionRow { is_trial, ..row }))
    }

    /// How many codes that are still good, used or not, were made for an address.
    fn count_asked(&self, asked: &Digest, now: Timestamp) -> Result<usize, LedgerError> {
        const LEAST: Digest = [0; 32];
        const MOST: Digest = [255; 32];
        let first = now.unix().saturating_add(1);
        let mut count = 0_usize;
        for entry in self.portal_asked().range((asked, first, &LEAST)..=(asked, i64::MAX, &MOST))? {
            entry?;
            count = count.saturating_add(1);
        }
        Ok(count)
    }

    /// The license with all that is needed to judge it and to decide about the `named` places.
    fn complete(&self, row: LicenseRow, named: NamedPlaces<'_>) -> Result<Found, LedgerError> {
        let LicenseRow { license, sealed_key, sale, told, head, guard: _ } = row;
        let product = self.products().get(license.product.number().raw());
        let product = beginning(product)?.ok_or(LedgerError::Dangling("product"))?;
        let plan = match license.plan {
            Some(plan) => {
                let plan = self.plans().get(plan.number().raw());
                Some(beginning(plan)?.ok_or(LedgerError::Dangling("plan"))?)
            }
            None => None,
        };
        let mut snapshot =
            Snapshot { license, product, plan, activations: Vec::new(), named: Vec::new() };
        if snapshot.license.activations_used > 0 {
            snapshot.activations = self.first_active(&snapshot.license)?;
            // All of them were read, unless the list is full.
            if snapshot.activations.len() > ACTIVATIONS_SHOWN_MAX {
                self.read_named(&mut snapshot, named)?;
            }
        }
        Ok(Found { snapshot, beside: Beside { sealed_key, sale, told, head } })
    }

    /// The license's first active activations: one more than are shown, or all. Of floating ones
    /// always all.
    #[doc(hidden)]
    fn first_active(&self, license: &License) -> Result<Vec<Activation>, LedgerError> {
        let floating = license.terms.floating.is_some();
        let count = if floating { usize::MAX } else { ACTIVATIONS_SHOWN_MAX.saturating_add(1) };
        self.active(license.id, count)
    }

    /// The license's active activations, oldest first, so many at most; floating ones that lapsed
    /// are among them.
    fn active(&self, license: LicenseId, count: usize) -> Result<Vec<Activation>, LedgerError> {
        let id = license.number().raw();
        let all = self.activations().range((id, 0)..=(id, u128::MAX))?;
        all.take(count).map(|entry| Ok(postcard::from_bytes(entry?.1.value())?)).collect()
    }

    #[doc(hidden)]
    fn read_named(
        &self,
        snapshot: &mut Snapshot,
        named: NamedPlaces<'_>,
    ) -> Result<(), LedgerError> {
        let license = snapshot.license.id;
        if let Some(identifier) = named.identifier
            && snapshot.active(identifier).is_none()
        {
            snapshot.named.extend(self.place(license, identifier)?);
        }
        if let Some(id) = named.activation
            && snapshot.active_by_id(id).is_none()
        {
            snapshot.named.extend(self.activation(license, id)?);
        }
        Ok(())
    }

    /// The active activation of this identifier.
    #[doc(hidden)]
    fn place(
        &self,
        license: LicenseId,
        identifier: &Identifier,
    ) -> Result<Option<Activation>, LedgerError> {
        let number = self.places().get((license.number().raw(), identifier.as_str()))?;
        match number.map(|number| number.value()) {
            Some(number) => self.activation(license, ActivationId::new(IdNumber::from_raw(number))),
            None => Ok(None),
        }
    }

    /// The active activation with this id.
    #[doc(hidden)]
    fn activation(
        &self,
        license: LicenseId,
        id: ActivationId,
    ) -> Result<Option<Activation>, LedgerError> {
        record(self.activations().get((license.number().raw(), id.number().raw())))
    }
}

impl<T: Tables> Rows for T {}
