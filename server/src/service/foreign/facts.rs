//! Which license a caller means, and all there is to tell of it.

use counterfoil_core::identifier::Identifier;
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::verdict::ACTIVATIONS_SHOWN_MAX;
use counterfoil_core::wire::foreign::{Facts, PLACES_TOLD_MAX, Which};

use super::Visit;
use crate::auth;
use crate::ledger::{LedgerError, LicenseRow, NamedPlaces, Rows};
use crate::service::UNICODE;
use crate::service::licenses::key_of;

impl Visit<'_> {
    /// The license that the caller means, if it is theirs to ask about.
    ///
    /// # Errors
    ///
    /// `license_not_found`, also for another vendor's, product's or mode's.
    pub(super) fn license(&self, rows: &impl Rows, which: &Which) -> Result<LicenseRow, Refusal> {
        let secret = &self.app.secret;
        let row = match which {
            Which::Key(key) => {
                let mode = self.principal.map_or(Mode::Live, |principal| principal.mode);
                auth::unlock(rows, secret, key, mode)?
            }
            Which::KeyInAnyCase(key) => auth::unlock_in_any_case(rows, secret, key)?,
            Which::Alias(alias) => auth::by_alias(rows, secret, alias)?,
            Which::Id(id) => id.parse().ok().map(|id| rows.license(id)).transpose()?.flatten(),
        };
        let row = row.filter(|row| match self.principal {
            Some(principal) => principal.sees(&row.license),
            None => row.license.mode == Mode::Live,
        });
        row.ok_or(Refusal::LicenseNotFound)
    }

    /// All there is to tell of a license, and of the place of an identifier as it was sent.
    pub(super) fn facts(
        &self,
        rows: &impl Rows,
        row: LicenseRow,
        asked: Option<&str>,
    ) -> Result<Box<Facts>, Refusal> {
        let kind = row.license.terms.activation_type;
        let here = asked.map(|text| Identifier::new(kind, text, UNICODE));
        let asked = here.as_ref().and_then(|here| here.as_ref().ok());
        let (key, sale) = (key_of(&self.app.secret, &row)?, row.sale.clone());
        let found = rows.complete(row, NamedPlaces { identifier: asked, activation: None })?;
        let snapshot = found.snapshot.at(self.now).into_owned();
        let place = asked.and_then(|identifier| snapshot.active(identifier)).cloned();
        let (license, mut places) = (snapshot.license, snapshot.activations);
        if places.len() > ACTIVATIONS_SHOWN_MAX && license.terms.floating.is_none() {
            places = rows.active(license.id, PLACES_TOLD_MAX)?;
        }
        places.truncate(PLACES_TOLD_MAX);
        let customer = license.customer.map(|customer| rows.customer(customer)).transpose()?;
        let product = rows.product(license.product)?.ok_or(LedgerError::Dangling("product"))?;
        let plan = license.plan.map(|plan| rows.plan(plan)).transpose()?.flatten();
        Ok(Box::new(Facts {
            license,
            key,
            product,
            plan,
            customer: customer.flatten(),
            sale,
            places,
            here,
            place,
            public_url: self.app.public_url.to_string(),
            now: self.now,
        }))
    }
}
