//! Licenses at the desk: shown, changed, stopped and let go.

use counterfoil_core::decide::{self, Adjust, Decision, Revision, Stop};
use counterfoil_core::key::LicenseKey;
use counterfoil_core::license::{Customer, License};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Reason;
use counterfoil_core::wire::native::admin::license::{
    AdminUse, Around, CancelLicense, DisableLicense, EnableLicense, GetLicense, LicenseView,
    ReinstateLicense, RevokeLicense, SuspendLicense, UpdateLicense,
};
use counterfoil_core::wire::native::admin::snapshot::{GetSnapshot, JudgedFacts};
use counterfoil_core::wire::native::license::Used;
use counterfoil_core::wire::native::{Reference, WholeNumber};

use super::customers::Buyer;
use super::mail::News;
use super::{catalog, desk::Desk};
use crate::ledger::{LedgerError, LicenseRow, NamedPlaces, Rows, Txn, View};
use crate::secret::Secret;

/// Characters from which on a key in a text is no chance.
const KEY_CHARS_NOTICED: usize = 8;

/// Shows a license, named by id, key or alias.
///
/// # Errors
///
/// `license_not_found`, also for another vendor's and the other mode's.
pub fn get(desk: &Desk<'_>, view: &View, call: &GetLicense) -> Result<LicenseView, Refusal> {
    show(desk, view, desk.license(view, &call.license)?)
}

/// Shows the facts on which a license is judged.
///
/// # Errors
///
/// `license_not_found`; `invalid_identifier`.
pub fn snapshot(desk: &Desk<'_>, view: &View, call: &GetSnapshot) -> Result<JudgedFacts, Refusal> {
    let row = desk.license(view, &call.license)?;
    let kind = row.license.terms.activation_type;
    let identifier = call.identifier.as_deref();
    let identifier = identifier.map(|text| super::identifier(kind, text)).transpose()?;
    let named = NamedPlaces { identifier: identifier.as_ref(), activation: None };
    Ok(JudgedFacts(view.complete(row, named)?.snapshot))
}

/// The license as its vendor sees it.
pub(super) fn show(
    desk: &Desk<'_>,
    rows: &impl Rows,
    row: LicenseRow,
) -> Result<LicenseView, Refusal> {
    let key = key_of(desk.secret, &row)?;
    let customer = row.license.customer;
    let customer = customer.map(|customer| rows.customer(customer)).transpose()?.flatten();
    show_as(desk, rows, row, (&key, customer))
}

/// The license under a key and with a customer that are not written yet.
pub(super) fn show_as(
    desk: &Desk<'_>,
    rows: &impl Rows,
    row: LicenseRow,
    (key, customer): (&LicenseKey, Option<Customer>),
) -> Result<LicenseView, Refusal> {
    let sale = row.sale.clone();
    let license = present(desk, rows, row)?;
    let around = Around {
        product: rows.product(license.product)?.ok_or(LedgerError::Dangling("product"))?,
        plan: license.plan.map(|plan| rows.plan(plan)).transpose()?.flatten(),
        customer,
        sale,
        checks: rows.check_counters(license.id)?,
    };
    Ok(LicenseView::new(license, key, around, desk.now))
}

/// The license with the places that are taken now: floating ones may have lapsed.
pub(super) fn present(
    desk: &Desk<'_>,
    rows: &impl Rows,
    row: LicenseRow,
) -> Result<License, Refusal> {
    if row.license.terms.floating.is_none() {
        return Ok(row.license);
    }
    let found = rows.complete(row, NamedPlaces::default())?;
    Ok(found.snapshot.at(desk.now).into_owned().license)
}

/// The key of a license, opened.
pub(super) fn key_of(secret: &Secret, row: &LicenseRow) -> Result<LicenseKey, Refusal> {
    Ok(row.key(secret)?)
}

/// Refuses a text that holds the license's key: it would be kept for everybody to read.
pub(super) fn refuse_key(field: &str, text: &str, key: &str) -> Result<(), Refusal> {
    // A key of a few characters is in many a text by chance.
    let is_key = || text.to_lowercase().contains(&key.to_lowercase());
    if key.len() >= KEY_CHARS_NOTICED && is_key() {
        return Err(Refusal::invalid_params(field, "must not hold the license key"));
    }
    Ok(())
}

/// Keeps what was decided about a license, and shows it. What may fail comes first: a job that is
/// refused must have written nothing.
pub(super) fn keep(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    row: &LicenseRow,
    decision: &Decision<License>,
) -> Result<LicenseView, Refusal> {
    let stamp = desk.stamp()?;
    let shown = show(desk, txn, row.after(decision))?;
    let news = News { license: &decision.answer, events: &decision.events };
    let notices = desk.notices(txn, &[news])?;
    txn.apply(row, decision, stamp)?;
    txn.post(&notices)?;
    Ok(shown)
}

/// Lays or lifts a hold, or ends a license.
pub(super) fn stop(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    wanted: Stop,
    (name, reason): (&Reference, Option<&Reason>),
) -> Result<LicenseView, Refusal> {
    let row = desk.license(txn, name)?;
    if let Some(reason) = reason {
        refuse_key("reason", reason.as_str(), key_of(desk.secret, &row)?.reveal())?;
    }
    let decision = decide::stop((&row.license, row.sale.as_ref()), wanted, reason, desk.now)?;
    keep(desk, txn, &row, &decision)
}

macro_rules! stops {
    ($($(#[$doc:meta])* $name:ident: $call:ident => $stop:ident,)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// `license_not_found`; `invalid_transition` when it has ended otherwise.
        pub fn $name(
            desk: &Desk<'_>,
            txn: &mut Txn<'_>,
            call: &$call,
        ) -> Result<LicenseView, Refusal> {
            stop(desk, txn, Stop::$stop, (&call.license, call.reason.as_ref()))
        }
    )*};
}
stops! {
    /// Lays the `manual` hold on a license.
    suspend: SuspendLicense => Suspend,
    /// Lifts the `manual` and the `payment` hold, and any grace.
    reinstate: ReinstateLicense => Reinstate,
    /// Lays the `disabled` hold on a license.
    disable: DisableLicense => Disable,
    /// Lifts the `disabled` hold.
    enable: EnableLicense => Enable,
    /// Takes a license back for good.
    revoke: RevokeLicense => Revoke,
    /// Calls a license off for good.
    cancel: CancelLicense => Cancel,
}

/// Changes a license by hand.
///
/// # Errors
///
/// `license_not_found`; `not_found` for the plan; those of [`decide::revise`].
pub fn update(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &UpdateLicense,
) -> Result<LicenseView, Refusal> {
    let row = desk.license(txn, &call.license)?;
    let product = txn.product(row.license.product)?.ok_or(LedgerError::Dangling("product"))?;
    let plan = match &call.plan.0 {
        Some(Some(name)) => Some(Some(catalog::plan(txn, desk.by, Some(&product), name)?)),
        Some(None) => Some(None),
        None => None,
    };
    let buyer = match &call.customer.0 {
        Some(Some(new)) => Some(Some(Buyer::find(desk, txn, new)?)),
        Some(None) => Some(None),
        None => None,
    };
    let revision = Revision {
        activation_limit: call.activation_limit.0.map(WholeNumber::small),
        expires_at: call.expires_at.0,
        plan: plan.as_ref().map(Option::as_ref),
        customer: buyer.as_ref().map(|buyer| buyer.as_ref().map(|buyer| buyer.customer.id)),
        entitlements: call.entitlements.0.clone().map(Option::unwrap_or_default),
        metadata: call.metadata.0.clone(),
    };
    let snapshot = txn.complete(row.clone(), NamedPlaces::default())?.snapshot;
    let decision = decide::revise(&snapshot, &revision, desk.now)?;
    let Some(Some(buyer)) = &buyer else { return keep(desk, txn, &row, &decision) };
    let (stamp, key) = (desk.stamp()?, key_of(desk.secret, &row)?);
    let shown = show_as(desk, txn, row.after(&decision), (&key, Some(buyer.customer.clone())))?;
    buyer.keep(txn)?;
    txn.apply(&row, &decision, stamp)?;
    Ok(shown)
}

/// Counts uses, or gives them back.
///
/// # Errors
///
/// `license_not_found`, and those of [`decide::adjust`].
pub fn spend(desk: &Desk<'_>, txn: &mut Txn<'_>, call: &AdminUse) -> Result<Used, Refusal> {
    let row = desk.license(txn, &call.license)?;
    let wanted = Adjust { amount: call.amount.value() };
    let decision = decide::adjust(&row.license, wanted, desk.now)?;
    let stamp = desk.stamp()?;
    txn.apply(&row, &decision, stamp)?;
    let decide::Spent { uses, uses_limit } = decision.answer;
    Ok(Used { uses, uses_limit })
}
