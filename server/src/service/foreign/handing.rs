//! Licenses that a vendor's own software makes, looks up and hands on.

use counterfoil_core::decide::Issue;
use counterfoil_core::id::LicenseId;
use counterfoil_core::metadata::{Metadata, TooMuchMetadata};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Email;
use counterfoil_core::wire::foreign::{Kept, NewLicense, Told};
use counterfoil_core::wire::native::admin::license::{
    InactivateLicense, NewCustomer, UpdateLicense,
};
use counterfoil_core::wire::native::{Reference, Update};

use super::{Answer, Visit};
use crate::auth::Principal;
use crate::ledger::{LedgerError, LicenseRow, List, Lists, Owner, Part, Rows, Txn, View};
use crate::service::customers::Buyer;
use crate::service::issuing::{self, Issuing};
use crate::service::{Desk, licenses};

/// Licenses of one customer that are looked at in one go.
const LOOKED_AT_ONCE: usize = 100;

impl Visit<'_> {
    /// Makes a license of the caller's product.
    ///
    /// # Errors
    ///
    /// `forbidden` for a caller of no single product; `invalid_params` for more than may be kept.
    pub(super) fn create(&self, txn: &mut Txn<'_>, new: &NewLicense) -> Result<Answer, Refusal> {
        let by = self.somebody()?;
        let product = by.product.ok_or_else(|| Refusal::Forbidden { scope: "product".into() })?;
        let product = txn.product(product)?.ok_or(LedgerError::Dangling("product"))?;
        let metadata = match &new.kept {
            Some(kept) => put(kept, &Metadata::default())?,
            None => Metadata::default(),
        };
        let wanted = Issue {
            expires_at: None,
            activation_type: Some(new.activation_type),
            activation_limit: Some(new.activation_limit),
            entitlements: None,
            metadata,
            order: None,
        };
        let desk = self.desk_of(by);
        let buyer = Some(Buyer::find(&desk, txn, &customer(&new.email))?);
        let issuing = Issuing { desk: &desk, product, plan: None, buyer, wanted };
        let made = issuing.make_one(txn, new.send)?;
        let made = txn.license(made.id)?.ok_or(LedgerError::Dangling("license"))?;
        Ok(Ok(Told::License(self.facts(txn, made, None)?)))
    }

    /// Tells of the oldest license that somebody has of what the caller sees.
    ///
    /// # Errors
    ///
    /// `license_not_found`.
    pub(super) fn oldest_of(&self, view: &View, email: &Email) -> Result<Answer, Refusal> {
        let Principal { vendor, mode, .. } = self.somebody()?;
        let customer = view.customer_with(vendor, mode, &email.folded())?;
        let customer = customer.ok_or(Refusal::LicenseNotFound)?;
        let theirs = List::licenses(Owner::Customer(customer.id), mode);
        let mut after = None;
        loop {
            let numbers = view.oldest(theirs, Part { count: LOOKED_AT_ONCE, after })?;
            after = Some(*numbers.last().ok_or(Refusal::LicenseNotFound)?);
            for number in numbers {
                let row = view.license(LicenseId::new(number))?;
                let seen = row.filter(|row| self.by(row).sees(&row.license));
                if let Some(row) = seen {
                    return Ok(Ok(Told::License(self.facts(view, row, None)?)));
                }
            }
        }
    }

    /// Whoever brought a credential: without one there is nothing to make or look up.
    pub(super) fn somebody(&self) -> Result<Principal, Refusal> {
        self.principal.ok_or(Refusal::Unauthorized)
    }
}

/// Empties a license. Its customer is told when that is wanted and can be done.
pub(super) fn inactivate(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    (license, send): (Reference, bool),
) -> Result<(), Refusal> {
    let send = Some(send && desk.mail.is_on());
    let call = InactivateLicense { license, send, idempotency_key: None };
    issuing::inactivate(desk, txn, &call).map(drop)
}

/// Gives a license to somebody else as it is.
pub(super) fn assign(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    (license, email): (Reference, &Email),
) -> Result<(), Refusal> {
    let call = UpdateLicense { customer: Update(Some(Some(customer(email)))), ..update(license) };
    licenses::update(desk, txn, &call).map(drop)
}

/// Keeps a text with a license.
///
/// # Errors
///
/// `invalid_params` for more than may be kept; `invalid_transition`.
pub(super) fn keep(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    (row, kept): (&LicenseRow, &Kept),
) -> Result<(), Refusal> {
    let metadata = put(kept, &row.license.metadata)?;
    let license = Reference(row.license.id.to_string());
    let call = UpdateLicense { metadata: Update(Some(metadata)), ..update(license) };
    licenses::update(desk, txn, &call).map(drop)
}

fn put(kept: &Kept, metadata: &Metadata) -> Result<Metadata, Refusal> {
    let put = kept.put_into(metadata);
    put.map_err(|TooMuchMetadata| Refusal::invalid_params("metadata", "is larger than 4 KiB"))
}

fn customer(email: &Email) -> NewCustomer {
    NewCustomer { email: email.clone(), name: None }
}

/// A change that changes nothing yet.
const fn update(license: Reference) -> UpdateLicense {
    UpdateLicense {
        license,
        activation_limit: Update(None),
        expires_at: Update(None),
        plan: Update(None),
        customer: Update(None),
        entitlements: Update(None),
        metadata: Update(None),
        idempotency_key: None,
    }
}
