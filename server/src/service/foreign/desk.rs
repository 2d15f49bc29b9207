//! What a vendor's own software asks: the desk's commands.

use counterfoil_core::decide::{self, Adjust};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::foreign::{Change, Exchange, Told, Which};
use counterfoil_core::wire::native::Reference;
use counterfoil_core::wire::native::admin::license::RotateLicense;

use super::{Answer, Visit, handing};
use crate::auth::Principal;
use crate::env::random;
use crate::ledger::{LicenseRow, Txn};
use crate::service::{Desk, issuing, licenses};

impl Visit<'_> {
    /// Changes a license.
    pub(super) fn change(
        &self,
        txn: &mut Txn<'_>,
        exchange: &dyn Exchange,
        (license, change): (&Which, &Change),
    ) -> Result<Answer, Refusal> {
        let row = self.license(txn, license)?;
        let before = self.facts(txn, row.clone(), None)?;
        if let Err(response) = exchange.check(&before) {
            return Ok(Err(response));
        }
        let desk = self.desk(&row);
        let name = Reference(row.license.id.to_string());
        match change {
            Change::Stop(wanted) => {
                licenses::stop(&desk, txn, *wanted, (&name, None))?;
            }
            Change::Count(amount) => {
                let decision = decide::tally(&row.license, Adjust { amount: *amount }, self.now);
                txn.apply(&row, &decision, self.stamp(desk.by.actor, random(desk.env)?))?;
            }
            Change::Rotate => {
                let call = RotateLicense { license: name, idempotency_key: None };
                issuing::rotate(&desk, txn, &call)?;
            }
            Change::Inactivate { send } => handing::inactivate(&desk, txn, (name, *send))?,
            Change::Customer(email) => handing::assign(&desk, txn, (name, email))?,
            Change::Keep(kept) => handing::keep(&desk, txn, (&row, kept))?,
        }
        Ok(Ok(Told::License(self.now_of(txn, &before, None)?)))
    }

    /// The desk at which the caller stands with a license.
    fn desk(&self, row: &LicenseRow) -> Desk<'_> {
        self.desk_of(self.by(row))
    }

    /// The desk at which somebody stands.
    pub(super) fn desk_of(&self, by: Principal) -> Desk<'_> {
        self.app.desk(by, self.now)
    }
}
