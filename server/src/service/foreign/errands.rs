//! What a vendor's back end changes: by the desk's own commands, one license or many at once.

use counterfoil_core::decide::{self, Issue, Revision, Stop};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::foreign::{
    BuyerWanted, Done, EachChange, EndWanted, Errand, Job, LicenseWanted, Mark, Revised,
};
use counterfoil_core::wire::native::Reference;
use counterfoil_core::wire::native::admin::license::{NewCustomer, RotateLicense};

use super::Visit;
use crate::ledger::{LicenseRow, NamedPlaces, Rows, Txn};
use crate::service::customers::Buyer;
use crate::service::issuing::{self, Issuing};
use crate::service::{Desk, activations, catalog, licenses};

impl Visit<'_> {
    /// Carries out what changes something. All that may refuse it comes before the first write.
    pub(super) fn run(&self, txn: &mut Txn<'_>, errand: &Errand<Job>) -> Result<Done, Refusal> {
        let Errand { hidden, wanted: job } = errand;
        let desk = self.own_desk()?;
        match job {
            Job::Make(wanted) => self.make(&desk, txn, wanted),
            Job::Revise(id, wanted) => {
                let row = self.shown(txn, *hidden, id)?;
                decide::check_not_ended(&row.license, "update", self.now)?;
                revise(&desk, txn, &row, wanted)?;
                stop(&desk, txn, &row, wanted.stops)?;
                self.as_it_is(txn, &row)
            }
            Job::End(id) => {
                let row = self.shown(txn, *hidden, id)?;
                stop(&desk, txn, &row, &[Stop::Revoke])?;
                self.as_it_is(txn, &row)
            }
            Job::Rotate(id) => {
                let row = self.shown(txn, *hidden, id)?;
                let call = RotateLicense { license: name(&row), idempotency_key: None };
                issuing::rotate(&desk, txn, &call)?;
                self.as_it_is(txn, &row)
            }
            Job::Hide(id) => {
                let row = self.shown(txn, *hidden, id)?;
                hide(&desk, txn, &row, *hidden)?;
                self.as_it_is(txn, &row)
            }
            Job::GiveBack(id) => {
                let (row, id) = self.shown_place(txn, *hidden, id)?;
                activations::give_back(&desk, txn, &Reference(id.to_string()))?;
                self.as_it_is(txn, &row)
            }
        }
    }

    /// A license as it is after the changes.
    fn as_it_is(&self, txn: &Txn<'_>, before: &LicenseRow) -> Result<Done, Refusal> {
        let row = txn.license(before.license.id)?.ok_or(Refusal::LicenseNotFound)?;
        Ok(Done::License(Box::new(self.listed(txn, row)?)))
    }

    fn make(
        &self,
        desk: &Desk<'_>,
        txn: &mut Txn<'_>,
        wanted: &LicenseWanted,
    ) -> Result<Done, Refusal> {
        let product = catalog::product(txn, desk.by, &Reference(wanted.product.clone()))?;
        let plan = wanted.plan.as_ref().map(|plan| Reference(plan.clone()));
        let plan = plan.map(|plan| catalog::plan(txn, desk.by, Some(&product), &plan));
        let plan = plan.transpose()?;
        let customer = match &wanted.buyer {
            BuyerWanted::Known(id) => {
                let known = desk.customer(txn, &Reference(id.clone()))?;
                NewCustomer { email: known.email, name: None }
            }
            BuyerWanted::ByEmail(email, name) => {
                NewCustomer { email: email.clone(), name: name.clone() }
            }
        };
        let buyer = Some(Buyer::find(desk, txn, &customer)?);
        let wanted = Issue {
            expires_at: wanted.end.named(),
            activation_limit: wanted.activation_limit,
            ..Issue::default()
        };
        let issuing = Issuing { desk, product, plan, buyer, wanted };
        let made = issuing.make_one(txn, false)?;
        let row = txn.license(made.id)?.ok_or(Refusal::LicenseNotFound)?;
        Ok(Done::License(Box::new(self.listed(txn, row)?)))
    }

    /// Changes each of these things, and tells how many there were to change. What is not the
    /// caller's, or has ended, is passed over.
    pub(super) fn change_each(
        &self,
        txn: &mut Txn<'_>,
        hidden: Mark,
        (ids, change): (&[String], EachChange),
    ) -> Result<usize, Refusal> {
        let desk = self.own_desk()?;
        let mut count = 0_usize;
        for id in ids {
            let is_changed = match change {
                EachChange::Stop(stops) => match self.shown_until_it_ends(txn, hidden, id)? {
                    Some(row) => stop(&desk, txn, &row, stops).map(|()| true)?,
                    None => false,
                },
                EachChange::Extend(days) => match self.shown_until_it_ends(txn, hidden, id)? {
                    Some(row) => extend(&desk, txn, &row, days).map(|()| true)?,
                    None => false,
                },
                EachChange::GiveBack => self.give_back(&desk, txn, hidden, id)?,
            };
            count = count.saturating_add(usize::from(is_changed));
        }
        Ok(count)
    }

    /// The caller's license with this id, unless it is hidden or has ended.
    fn shown_until_it_ends(
        &self,
        txn: &Txn<'_>,
        hidden: Mark,
        id: &str,
    ) -> Result<Option<LicenseRow>, Refusal> {
        match self.shown(txn, hidden, id) {
            Ok(row) => Ok(Some(row).filter(|row| row.license.end.is_none())),
            Err(Refusal::LicenseNotFound) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Gives a place back; false when there is none to give back.
    fn give_back(
        &self,
        desk: &Desk<'_>,
        txn: &mut Txn<'_>,
        hidden: Mark,
        id: &str,
    ) -> Result<bool, Refusal> {
        let (row, id) = match self.shown_place(txn, hidden, id) {
            Ok(place) => place,
            Err(Refusal::ActivationNotFound) => return Ok(false),
            Err(refusal) => return Err(refusal),
        };
        let kept = txn.activation(row.license.id, id)?;
        let is_active = kept.is_some_and(|place| place.is_active(self.now));
        if is_active {
            activations::give_back(desk, txn, &Reference(id.to_string()))?;
        }
        Ok(is_active)
    }
}

fn name(row: &LicenseRow) -> Reference {
    Reference(row.license.id.to_string())
}

fn stop(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    row: &LicenseRow,
    stops: &[Stop],
) -> Result<(), Refusal> {
    let name = name(row);
    stops.iter().try_for_each(|wanted| licenses::stop(desk, txn, *wanted, (&name, None)).map(drop))
}

/// Changes the terms of a license that has not ended.
fn revise(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    row: &LicenseRow,
    wanted: &Revised,
) -> Result<(), Refusal> {
    let (activation_limit, expires_at) = (wanted.activation_limit, wanted.end.named());
    let revision = Revision { activation_limit, expires_at, ..Revision::default() };
    let snapshot = txn.complete(row.clone(), NamedPlaces::default())?.snapshot;
    let decision = decide::revise(&snapshot, &revision, desk.now)?;
    licenses::keep(desk, txn, row, &decision).map(drop)
}

/// Moves a license's date; one that has none gets it from now on.
fn extend(desk: &Desk<'_>, txn: &mut Txn<'_>, row: &LicenseRow, days: u32) -> Result<(), Refusal> {
    let end = row.license.expires_at.unwrap_or(desk.now).plus_days(days);
    revise(desk, txn, row, &Revised { end: EndWanted::At(end), ..Revised::default() })
}

/// Puts the mark on a license, and calls it off unless it has ended.
fn hide(desk: &Desk<'_>, txn: &mut Txn<'_>, row: &LicenseRow, hidden: Mark) -> Result<(), Refusal> {
    let marked = hidden.put(&row.license.metadata);
    let marked = marked.map_err(|_| {
        Refusal::invalid_params("metadata", "has no room for the mark: make some at the desk")
    })?;
    let decision = decide::annotate(&row.license, marked, desk.now);
    licenses::keep(desk, txn, row, &decision)?;
    if row.license.end.is_none() {
        stop(desk, txn, row, &[Stop::Cancel])?;
    }
    Ok(())
}
