//! The tables, and how each is read, by views and transactions alike.

use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::id::{
    ActivationId, CustomerId, IdNumber, LicenseId, PlanId, ProductId, VendorId,
};
use counterfoil_core::identifier::Identifier;
use counterfoil_core::license::{Activation, CheckCounters, Customer, Mode};
use counterfoil_core::verdict::{ACTIVATIONS_SHOWN_MAX, Snapshot};

use redb::{ReadableTable, TableDefinition, WriteTransaction};
use serde::de::DeserializeOwned;

use super::super::{
    Found, IdempotencyRow, LedgerError, LicenseRow, NameRow, NamedPlaces, TokenRow,
};
use crate::secret::Digest;

/// A record, as postcard writes it.
pub(super) type Record = &'static [u8];

/// Declares each table once: its definition, the struct of all of them open for reading or
/// writing, and the trait through which both are read.
macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident $CONST:ident $name:literal: $key:ty => $value:ty,)*) => {
        $($(#[$doc])* pub(super) const $CONST: TableDefinition<'static, $key, $value> =
            TableDefinition::new($name);)*

        /// Every table, open for reading.
        #[derive(Debug)]
        pub(super) struct ReadTables {
            $(pub(super) $field: redb::ReadOnlyTable<$key, $value>,)*
        }

        impl ReadTables {
            pub(super) fn open(read: &redb::ReadTransaction) -> Result<Self, redb::TableError> {
                Ok(Self { $($field: read.open_table($CONST)?,)* })
            }
        }

        /// Every table, open for writing.
        #[derive(Debug)]
        pub(super) struct WriteTables<'t> {
            $(pub(super) $field: redb::Table<'t, $key, $value>,)*
        }

        impl<'t> WriteTables<'t> {
            pub(super) fn open(write: &'t WriteTransaction) -> Result<Self, redb::TableError> {
                Ok(Self { $($field: write.open_table($CONST)?,)* })
            }
        }

        /// Makes the tables that are not there yet.
        pub(super) fn make_all(write: &WriteTransaction) -> Result<(), redb::TableError> {
            $(write.open_table($CONST)?;)*
            Ok(())
        }

        /// The tables, for reading.
        pub trait Tables {
            $(#[doc(hidden)] fn $field(&self) -> &impl ReadableTable<$key, $value>;)*
        }

        impl Tables for super::View {
            $(fn $field(&self) -> &impl ReadableTable<$key, $value> { &self.tables.$field })*
        }

        impl Tables for super::Txn<'_> {
            $(fn $field(&self) -> &impl ReadableTable<$key, $value> { &self.tables.$field })*
        }
    };
}

tables! {
    /// Marks of the file: `layout`, `secret`, `last-id`, `vendor`, `admin-token`.
    meta META "meta": &'static str => Record,
    /// By the token's digest.
    tokens TOKENS "tokens": &'static [u8; 32] => Record,
    /// By id.
    products PRODUCTS "products": u128 => Record,
    /// Slug or permalink of a vendor's product.
    product_names PRODUCT_NAMES "product-names": (u128, &'static str) => u128,
    /// By id.
    plans PLANS "plans": u128 => Record,
    /// Slug of a product's plan.
    plan_names PLAN_NAMES "plan-names": (u128, &'static str) => u128,
    /// By id.
    customers CUSTOMERS "customers": u128 => Record,
    /// Folded address of a vendor's customer in one mode.
    customer_emails CUSTOMER_EMAILS "customer-emails": (u128, u8, &'static str) => u128,
    /// By id, with the sealed key.
    licenses LICENSES "licenses": u128 => Record,
    /// Keys and aliases, by the digest of their folded form.
    names NAMES "names": &'static [u8; 32] => Record,
    /// The active activations of a license, in order of creation.
    activations ACTIVATIONS "activations": (u128, u128) => Record,
    /// The active activation of a license's identifier.
    places PLACES "places": (u128, &'static str) => u128,
    /// The activations that gave their place back.
    past_activations PAST_ACTIVATIONS "past-activations": (u128, u128) => Record,
    /// How often a license was asked about.
    checks CHECKS "checks": u128 => Record,
    /// First results, by the digest of whose key in which call.
    idempotency IDEMPOTENCY "idempotency": &'static [u8; 32] => Record,
    /// The same, by the second they were given.
    idempotency_age IDEMPOTENCY_AGE "idempotency-age": (i64, &'static [u8; 32]) => (),
}

/// The mode's part of a key.
pub(super) const fn mode_key(mode: Mode) -> u8 {
    match mode {
        Mode::Live => 0,
        Mode::Test => 1,
    }
}

fn record<T: DeserializeOwned>(
    found: Result<Option<redb::AccessGuard<'_, Record>>, redb::StorageError>,
) -> Result<Option<T>, LedgerError> {
    match found? {
        Some(guard) => Ok(Some(postcard::from_bytes(guard.value())?)),
        None => Ok(None),
    }
}

/// The first member of a record, without the work of reading the others.
fn beginning<T: DeserializeOwned>(
    found: Result<Option<redb::AccessGuard<'_, Record>>, redb::StorageError>,
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

    /// How often the license was asked about.
    fn check_counters(&self, id: LicenseId) -> Result<CheckCounters, LedgerError> {
        Ok(record(self.checks().get(id.number().raw()))?.unwrap_or_default())
    }

    /// The first result kept under this digest.
    fn first_result(&self, digest: &Digest) -> Result<Option<IdempotencyRow>, LedgerError> {
        record(self.idempotency().get(digest))
    }

    /// The license with all that is needed to judge it and to decide about the `named` places.
    fn complete(&self, row: LicenseRow, named: NamedPlaces<'_>) -> Result<Found, LedgerError> {
        let LicenseRow { license, sealed_key } = row;
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
        let id = snapshot.license.id;
        if snapshot.license.activations_used > 0 {
            snapshot.activations = self.first_active(id)?;
            // All of them were read, unless the list is full.
            if snapshot.activations.len() > ACTIVATIONS_SHOWN_MAX {
                self.read_named(&mut snapshot, named)?;
            }
        }
        Ok(Found { snapshot, sealed_key })
    }

    /// The license's first active activations: one more than are shown, or all.
    #[doc(hidden)]
    fn first_active(&self, id: LicenseId) -> Result<Vec<Activation>, LedgerError> {
        let id = id.number().raw();
        let mut activations = Vec::new();
        for entry in self.activations().range((id, 0)..=(id, u128::MAX))? {
            activations.push(postcard::from_bytes(entry?.1.value())?);
            if activations.len() > ACTIVATIONS_SHOWN_MAX {
                break;
            }
        }
        Ok(activations)
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
