//! Activations at the desk.

use counterfoil_core::decide::{self, Limit, PlaceRef};
use counterfoil_core::id::ActivationId;
use counterfoil_core::license::{Activation, License};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::verdict::ActivationStatus;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::activation::{
    AddActivation, AdminActivation, ListActivations, RemoveActivation,
};
use counterfoil_core::wire::native::{Cursor, Reference};

use super::desk::{Desk, part};
use super::identifier;
use crate::env::random;
use crate::ledger::{Lists, NamedPlaces, Part, Rows, Txn, View};

/// Activations to look at for one page with a filter.
const LOOKED_AT_MAX: usize = 2_000;

/// Lists a license's activations, newest first.
///
/// # Errors
///
/// `license_not_found`.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &ListActivations,
) -> Result<Page<AdminActivation>, Refusal> {
    let license = desk.license(view, &call.license)?.license.id;
    let Part { count, after } = part(call.limit, call.cursor);
    let wanted = match call.status {
        Some(_) => LOOKED_AT_MAX,
        None => count,
    };
    let all = view.activations_of(license, Part { count: wanted.saturating_add(1), after })?;
    let mut items = Vec::new();
    let mut next_cursor = None;
    for (place, activation) in all.iter().enumerate() {
        if items.len() >= count || place >= wanted {
            let last = place.checked_sub(1).and_then(|before| all.get(before));
            next_cursor = last.map(|last| Cursor::after(last.id.number()));
            break;
        }
        let status = ActivationStatus::of(activation, desk.now);
        if call.status.is_none_or(|wanted| wanted == status) {
            items.push(AdminActivation::new(license, activation, desk.now));
        }
    }
    Ok(Page { items, next_cursor })
}

/// Takes a place for somebody, beyond the limit if need be.
///
/// # Errors
///
/// `license_not_found`, `invalid_transition`, `invalid_identifier`, and the license's own 403.
pub fn add(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &AddActivation,
) -> Result<AdminActivation, Refusal> {
    let row = desk.license(txn, &call.license)?;
    decide::check_not_ended(&row.license, "activate", desk.now)?;
    let here = identifier(row.license.terms.activation_type, &call.identifier)?;
    let named = NamedPlaces { identifier: Some(&here), activation: None };
    let found = txn.complete(row, named)?;
    let wanted = decide::Activate {
        product: None,
        identifier: here,
        name: call.name.0.clone(),
        replace: None,
        ip: None,
        id: ActivationId::new(txn.next_id(desk.now, random(desk.env)?)),
        limit: Limit::MayBeExceeded,
    };
    let decision = decide::activate(&found.snapshot, &wanted, desk.now)?;
    txn.apply(&found.row(), &decision, desk.stamp()?)?;
    let license = found.snapshot.license.id;
    Ok(AdminActivation::new(license, &decision.answer.activation, desk.now))
}

/// Gives a place back. Again: succeeds and writes nothing.
///
/// # Errors
///
/// `activation_not_found`.
pub fn remove(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &RemoveActivation,
) -> Result<AdminActivation, Refusal> {
    let (license, activation) = give_back(desk, txn, &call.activation)?;
    Ok(AdminActivation::new(license.id, &activation, desk.now))
}

/// Gives a place back, unless that was done: the license with the places that are taken now, and
/// the activation that ended.
///
/// # Errors
///
/// `activation_not_found`, also for what is not the caller's.
pub(super) fn give_back(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    activation: &Reference,
) -> Result<(License, Activation), Refusal> {
    let id = activation.0.parse::<ActivationId>();
    let id = id.map_err(|_| Refusal::ActivationNotFound)?;
    let license = txn.license_of(id)?.ok_or(Refusal::ActivationNotFound)?;
    let row = desk.own(txn.license(license)?).ok_or(Refusal::ActivationNotFound)?;
    let named = NamedPlaces { identifier: None, activation: Some(id) };
    let found = txn.complete(row, named)?;
    let past = txn.past_activation(license, id)?;
    let lapsed = found.snapshot.lapsed(desk.now).find(|lapsed| lapsed.id == id);
    if let Some(ended) = past.or_else(|| lapsed.map(|lapsed| lapsed.given_back(desk.now))) {
        return Ok((found.snapshot.at(desk.now).into_owned().license, ended));
    }
    let wanted = decide::Deactivate { product: None, place: PlaceRef::Activation(id) };
    let decision = decide::deactivate(&found.snapshot, &wanted, desk.now)?;
    txn.apply(&found.row(), &decision, desk.stamp()?)?;
    let decide::Deactivated { activation, after } = decision.answer;
    Ok((after.license, activation))
}
