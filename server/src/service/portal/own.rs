//! What a customer sees and changes: their own licenses and the places of those.

use counterfoil_core::decide;
use counterfoil_core::history::Actor;
use counterfoil_core::id::{ActivationId, LicenseId};
use counterfoil_core::key::LicenseKey;
use counterfoil_core::license::License;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::verdict::ActivationView;
use counterfoil_core::wire::native::Cursor;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::license::Deactivated;
use counterfoil_core::wire::native::portal::{
    DeactivateOwn, ListOwnLicenses, OwnActivation, OwnLicense, RenameOwn, RotateOwn,
};

use crate::ledger::{
    LedgerError, LicenseRow, List, Lists, NamedPlaces, Owner, Part, Rows, Txn, View,
};
use crate::service::desk::{Desk, part};
use crate::service::licenses::{key_of, refuse_key};
use crate::service::{activations, issuing};

/// Places of one part of the list: a hundred of the largest in each of two hundred licenses would
/// be more than an answer may be.
const PLACES_SHOWN_MAX: usize = 4_000;

/// Lists the customer's licenses, newest first.
///
/// # Errors
///
/// Only when the store fails.
pub fn licenses(
    desk: &Desk<'_>,
    view: &View,
    call: &ListOwnLicenses,
) -> Result<Page<OwnLicense>, Refusal> {
    let Actor::Customer(customer) = desk.by.actor else { return Err(Refusal::Unauthorized) };
    let Part { count, after } = part(call.limit, call.cursor);
    let theirs = List::licenses(Owner::Customer(customer), desk.by.mode);
    let mut items = Vec::new();
    let (mut places, mut last) = (0_usize, None);
    for number in view.newest(theirs, Part { count: count.saturating_add(1), after })? {
        if let Some(last) = last.filter(|_| items.len() >= count || places >= PLACES_SHOWN_MAX) {
            return Ok(Page { items, next_cursor: Some(Cursor::after(last)) });
        }
        if let Some(row) = desk.own(view.license(LicenseId::new(number))?) {
            let shown = show(desk, view, row)?;
            places = places.saturating_add(shown.activations.len());
            items.push(shown);
        }
        last = Some(number);
    }
    Ok(Page { items, next_cursor: None })
}

fn show(desk: &Desk<'_>, rows: &impl Rows, row: LicenseRow) -> Result<OwnLicense, Refusal> {
    let key = key_of(desk.secret, &row)?;
    show_under(desk, rows, row, &key)
}

/// The license under a key that is not written yet.
fn show_under(
    desk: &Desk<'_>,
    rows: &impl Rows,
    row: LicenseRow,
    key: &LicenseKey,
) -> Result<OwnLicense, Refusal> {
    let License { product, plan, .. } = row.license;
    let product = rows.product(product)?.ok_or(LedgerError::Dangling("product"))?;
    let plan = plan.map(|plan| rows.plan(plan)).transpose()?.flatten();
    let sale = row.sale.clone();
    let found = rows.complete(row, NamedPlaces::default())?;
    let present = found.snapshot.at(desk.now).into_owned();
    Ok(OwnLicense::new(present, key, (product, plan, sale), desk.now))
}

/// Gives a place back. Again: succeeds and writes nothing.
///
/// # Errors
///
/// `activation_not_found`.
pub fn deactivate(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &DeactivateOwn,
) -> Result<Deactivated, Refusal> {
    let (license, activation) = activations::give_back(desk, txn, &call.activation)?;
    Ok(Deactivated {
        deactivated: true,
        activation: ActivationView::whole(&activation),
        activation_limit: license.terms.activation_limit,
        activations_used: license.activations_used,
    })
}

/// Gives an active place another label.
///
/// # Errors
///
/// `activation_not_found`; `invalid_params` for a label that holds the license's key.
pub fn rename(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &RenameOwn,
) -> Result<OwnActivation, Refusal> {
    let id = call.activation.0.parse::<ActivationId>().ok();
    let license = id.map(|id| txn.license_of(id)).transpose()?.flatten();
    let row = license.map(|license| txn.license(license)).transpose()?.flatten();
    let (Some(id), Some(row)) = (id, desk.own(row)) else {
        return Err(Refusal::ActivationNotFound);
    };
    let name = call.name.0.clone();
    if let Some(name) = &name {
        refuse_key("name", name.as_str(), key_of(desk.secret, &row)?.reveal())?;
    }
    let named = NamedPlaces { identifier: None, activation: Some(id) };
    let found = txn.complete(row, named)?;
    let wanted = decide::Rename { activation: id, name };
    let decision = decide::rename(&found.snapshot, &wanted, desk.now)?;
    txn.apply(&found.row(), &decision, desk.stamp()?)?;
    Ok(OwnActivation::new(&found.snapshot.license, &decision.answer, desk.now))
}

/// Gives a license a new key. The old one is unknown from then on; activations stay.
///
/// # Errors
///
/// `license_not_found`, `invalid_transition`.
pub fn rotate(desk: &Desk<'_>, txn: &mut Txn<'_>, call: &RotateOwn) -> Result<OwnLicense, Refusal> {
    let row = desk.license(txn, &call.license)?;
    let decision = decide::rotate(&row.license, desk.now)?;
    issuing::rekey(desk, txn, row, &decision, |txn, row, key| show_under(desk, txn, row, key))
}
