//! Looking through the store for what cannot be: a key that does not open, a place that nobody
//! counted, a history that somebody altered.

use counterfoil_core::decide;
use counterfoil_core::id::{IdNumber, LicenseId};
use counterfoil_core::license::{License, Mode};
use serde::{Deserialize, Serialize};

use crate::ledger::{
    Account, AccountOf, Accounts, LedgerError, LicenseRow, List, Lists, Owner, Part, Rows, View,
    intact_items,
};
use crate::service::App;

/// Most findings that are told.
const FINDINGS_MAX: usize = 100;

/// Rows to read ahead.
const CHUNK: usize = 1_024;

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Vendors that were looked at.
    pub vendors: u64,
    /// Licenses that were looked at.
    pub licenses: u64,
    /// Activations that were counted.
    pub activations: u64,
    /// Items of history whose chain holds.
    pub history: u64,
    /// Licenses of which time will have something to tell.
    pub due: u64,
    /// What cannot be, one sentence each, the first hundred.
    pub problems: Vec<String>,
}

impl Findings {
    fn add(&mut self, problem: String) {
        if self.problems.len() < FINDINGS_MAX {
            self.problems.push(problem);
        }
    }
}

pub(super) fn examine(view: &View, app: &App) -> Result<Findings, LedgerError> {
    let mut findings = Findings::default();
    for vendor in view.all_vendors()? {
        findings.vendors = findings.vendors.saturating_add(1);
        for mode in [Mode::Live, Mode::Test] {
            let list = List::licenses(Owner::Vendor(vendor.id), mode);
            let mut after: Option<IdNumber> = None;
            loop {
                let part = view.oldest(list, Part { count: CHUNK, after })?;
                for number in &part {
                    let id = LicenseId::new(*number);
                    match view.license(id)? {
                        Some(row) => look_at(view, app, &row, &mut findings)?,
                        None => findings.add(format!("{id} is on a list and is not there.")),
                    }
                }
                after = part.last().copied();
                if part.len() < CHUNK {
                    break;
                }
            }
        }
    }
    let (licenses, items) = view.row_counts()?;
    if licenses != findings.licenses {
        let seen = findings.licenses;
        findings.add(format!("{licenses} licenses are kept and {seen} are on a list."));
    }
    if items != findings.history {
        let seen = findings.history;
        findings.add(format!("{items} items of history are kept and {seen} belong to a license."));
    }
    let (noted, wanted) = (view.count_due()?, findings.due);
    if noted != wanted {
        findings
            .add(format!("{noted} licenses are noted for telling of their time, not {wanted}."));
    }
    Ok(findings)
}

fn look_at(
    view: &View,
    app: &App,
    row: &LicenseRow,
    findings: &mut Findings,
) -> Result<(), LedgerError> {
    let license = &row.license;
    let id = license.id;
    findings.licenses = findings.licenses.saturating_add(1);
    match row.key(&app.secret) {
        Err(_) => findings.add(format!("{id} has a key that cannot be opened.")),
        Ok(key) => {
            let name = view.name(&app.secret.name_digest(&key.folded()))?;
            if name.is_none_or(|name| name.license != id || name.exact.is_none()) {
                findings.add(format!("{id} is not found by its key."));
            }
        }
    }
    let alias = view.name(&app.secret.name_digest(license.alias.as_str()))?;
    if alias.is_none_or(|name| name.license != id || name.exact.is_some()) {
        findings.add(format!("{id} is not found by its alias."));
    }
    let active = view.count_active(id)?;
    findings.activations = findings.activations.saturating_add(active);
    if active != u64::from(license.activations_used) {
        let counted = license.activations_used;
        findings.add(format!("{id} counts {counted} places taken and {active} are."));
    }
    if license.end.is_some() && active > 0 {
        findings.add(format!("{id} has ended and {active} places are taken."));
    }
    if view.product(license.product)?.is_none_or(|product| product.vendor != license.vendor) {
        findings.add(format!("{id} is for a product that its vendor does not have."));
    }
    look_at_indexes(view, row, findings)?;
    match intact_items(view, &app.secret, row)? {
        Some(items) => findings.history = findings.history.saturating_add(items),
        None => findings.add(format!("{id} or its history was altered from outside.")),
    }
    Ok(())
}

/// Whether a license is found when its time is up, and by what it was sold on.
fn look_at_indexes(
    view: &View,
    row: &LicenseRow,
    findings: &mut Findings,
) -> Result<(), LedgerError> {
    let License { id, vendor, mode, .. } = row.license;
    let next = decide::next_announcement(&row.telling());
    findings.due = findings.due.saturating_add(u64::from(next.is_some()));
    if let Some(at) = next
        && !view.is_due(at, id)?
    {
        findings.add(format!("{id} will not be told of when its time is up."));
    }
    let Some(sale) = &row.sale else { return Ok(()) };
    let subscription = sale.subscription.as_ref().map(|one| (AccountOf::Subscription, &one.id));
    for (of, name) in std::iter::once((AccountOf::Order, &sale.order)).chain(subscription) {
        if !view.is_sold_on(Account { vendor, mode, of, id: name }, id)? {
            findings.add(format!("{id} is not found by its order or subscription."));
        }
    }
    Ok(())
}
