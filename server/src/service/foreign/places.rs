//! What shipped software asks: how a license stands, and for a place on it.

use counterfoil_core::decide::{self, Adjust, Limit, PlaceRef};
use counterfoil_core::id::ActivationId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Name;
use counterfoil_core::wire::foreign::{Exchange, Facts, Told, Which};

use super::{Answer, Visit};
use crate::env::random;
use crate::ledger::{NamedPlaces, Rows, Txn, View};
use crate::service::licenses::refuse_key;

impl Visit<'_> {
    /// Tells how a license stands. No write, no other thread.
    pub(super) fn look(
        &self,
        view: &View,
        exchange: &dyn Exchange,
        (license, identifier, is_check): (&Which, Option<&str>, bool),
    ) -> Result<Answer, Refusal> {
        let row = self.license(view, license)?;
        let facts = self.facts(view, row, identifier)?;
        if let Err(response) = exchange.check(&facts) {
            return Ok(Err(response));
        }
        if is_check {
            self.app.checks.count(&facts.license, self.now, self.ip);
        }
        Ok(Ok(Told::License(facts)))
    }

    /// Counts a use.
    pub(super) fn count(
        &self,
        txn: &mut Txn<'_>,
        exchange: &dyn Exchange,
        license: &Which,
    ) -> Result<Answer, Refusal> {
        let row = self.license(txn, license)?;
        let before = self.facts(txn, row.clone(), None)?;
        if let Err(response) = exchange.check(&before) {
            return Ok(Err(response));
        }
        let decision = decide::tally(&row.license, Adjust { amount: 1 }, self.now);
        let (entropy, actor) = (random(&*self.app.env)?, self.by(&row).actor);
        txn.apply(&row, &decision, self.stamp(actor, entropy))?;
        self.app.checks.count(&before.license, self.now, self.ip);
        Ok(Ok(Told::License(self.now_of(txn, &before, None)?)))
    }

    /// Takes a place, or finds the one there is.
    pub(super) fn activate(
        &self,
        txn: &mut Txn<'_>,
        exchange: &dyn Exchange,
        (license, identifier, name): (&Which, &str, Option<&str>),
    ) -> Result<Answer, Refusal> {
        let row = self.license(txn, license)?;
        let before = self.facts(txn, row.clone(), Some(identifier))?;
        if let Err(response) = exchange.check(&before) {
            return Ok(Err(response));
        }
        Refusal::of_status(before.status()).map_or(Ok(()), Err)?;
        refuse_key("identifier", identifier, before.key.reveal())?;
        let here = before.here.clone().ok_or(Refusal::ActivationNotFound)??;
        let name = name.map(Name::new).transpose();
        let name = name.map_err(|problem| Refusal::invalid_params("name", problem.0))?;
        if let Some(name) = &name {
            refuse_key("name", name.as_str(), before.key.reveal())?;
        }
        let (actor, entropy) = (self.by(&row).actor, random(&*self.app.env)?);
        let named = NamedPlaces { identifier: Some(&here), activation: None };
        let found = txn.complete(row, named)?;
        let wanted = decide::Activate {
            product: None,
            identifier: here,
            name,
            replace: None,
            ip: Some(self.ip),
            id: ActivationId::new(txn.next_id(self.now, entropy)),
            limit: Limit::Holds,
        };
        let decision = decide::activate(&found.snapshot, &wanted, self.now)?;
        txn.apply(&found.row(), &decision, self.stamp(actor, entropy))?;
        let facts = self.now_of(txn, &before, Some(identifier))?;
        let decide::Activated { activation, created, .. } = decision.answer;
        Ok(Ok(Told::Place { facts, activation: Box::new(activation), created }))
    }

    /// Gives a place back, whatever the license's status.
    pub(super) fn deactivate(
        &self,
        txn: &mut Txn<'_>,
        exchange: &dyn Exchange,
        (license, identifier, activation): (&Which, Option<&str>, Option<&str>),
    ) -> Result<Answer, Refusal> {
        let row = self.license(txn, license)?;
        let before = self.facts(txn, row.clone(), identifier)?;
        if let Err(response) = exchange.check(&before) {
            return Ok(Err(response));
        }
        let place = if let Some(id) = activation {
            PlaceRef::Activation(id.parse().map_err(|_| Refusal::ActivationNotFound)?)
        } else {
            PlaceRef::Identifier(before.here.clone().ok_or(Refusal::ActivationNotFound)??)
        };
        let named = match &place {
            PlaceRef::Activation(id) => NamedPlaces { identifier: None, activation: Some(*id) },
            PlaceRef::Identifier(here) => NamedPlaces { identifier: Some(here), activation: None },
        };
        let (actor, entropy) = (self.by(&row).actor, random(&*self.app.env)?);
        let found = txn.complete(row, named)?;
        let wanted = decide::Deactivate { product: None, place };
        let decision = decide::deactivate(&found.snapshot, &wanted, self.now)?;
        txn.apply(&found.row(), &decision, self.stamp(actor, entropy))?;
        let facts = self.now_of(txn, &before, identifier)?;
        let activation = Box::new(decision.answer.activation);
        Ok(Ok(Told::Place { facts, activation, created: false }))
    }

    /// The facts about the same license as they are now.
    pub(super) fn now_of(
        &self,
        txn: &Txn<'_>,
        before: &Facts,
        asked: Option<&str>,
    ) -> Result<Box<Facts>, Refusal> {
        let row = txn.license(before.license.id)?.ok_or(Refusal::LicenseNotFound)?;
        self.facts(txn, row, asked)
    }
}
