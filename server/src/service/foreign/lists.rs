//! What a vendor's back end reads: lists by page number, and one thing with all that is kept of it.

use counterfoil_core::id::{ActivationId, EventId, LicenseId, ProductId};
use counterfoil_core::license::{Activation, License};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::foreign::{
    Done, Errand, LISTED_MAX, LicensesWanted, ListedLicense, ListedPlace, Lookup, Mark,
    PLACES_TOLD_MAX, PlacesWanted, Record, Which,
};
use counterfoil_core::wire::native::Reference;
use http::HeaderValue;

use super::Visit;
use crate::auth::Principal;
use crate::ledger::{LedgerError, LicenseRow, List, Lists, Owner, Part, Rows, View};
use crate::service::licenses::{key_of, present};
use crate::service::{Desk, catalog, portal};

/// Rows to read ahead at a time.
const CHUNK: usize = 256;

impl Visit<'_> {
    /// The desk at which the caller stands.
    ///
    /// # Errors
    ///
    /// `unauthorized` for somebody who brought nothing.
    pub(super) fn own_desk(&self) -> Result<Desk<'_>, Refusal> {
        self.somebody().map(|by| self.desk_of(by))
    }

    /// Refuses the name of a product that there is not: the caller's, or the vendor's to whom the
    /// call came.
    pub(super) fn find_product(
        &self,
        view: &View,
        host: Option<&HeaderValue>,
        name: &str,
    ) -> Result<(), Refusal> {
        if let Some(by) = self.principal {
            return catalog::product(view, by, &Reference(name.to_owned())).map(drop);
        }
        let host = host.and_then(|host| host.to_str().ok());
        let found = view.product_called(portal::vendor_at(view, host)?, name)?;
        found.map(drop).ok_or(Refusal::NotFound { kind: "product" })
    }

    /// Carries out what changes nothing.
    pub(super) fn look_up(&self, view: &View, errand: &Errand<Lookup>) -> Result<Done, Refusal> {
        let Errand { hidden, wanted } = errand;
        match wanted {
            Lookup::ListLicenses(wanted) => self.list_licenses(view, *hidden, wanted),
            Lookup::ListPlaces(wanted) => self.list_places(view, *hidden, wanted),
            Lookup::ShowLicense(id) => {
                let row = self.shown(view, *hidden, id)?;
                Ok(Done::Record(Box::new(self.record(view, row)?)))
            }
            Lookup::ShowPlace(id) => {
                let (row, id) = self.shown_place(view, *hidden, id)?;
                let activation = match view.activation(row.license.id, id)? {
                    Some(activation) => Some(activation),
                    None => view.past_activation(row.license.id, id)?,
                };
                let activation = activation.ok_or(Refusal::ActivationNotFound)?;
                Ok(Done::Place(Box::new(self.listed_place(&row, activation)?)))
            }
        }
    }

    /// The caller's license with this id, unless it is hidden.
    pub(super) fn shown(
        &self,
        rows: &impl Rows,
        hidden: Mark,
        id: &str,
    ) -> Result<LicenseRow, Refusal> {
        let row = self.license(rows, &Which::Id(id.to_owned()))?;
        if hidden.is_on(&row.license) { Err(Refusal::LicenseNotFound) } else { Ok(row) }
    }

    /// The caller's license that has the place with this id, unless it is hidden.
    pub(super) fn shown_place(
        &self,
        rows: &impl Rows,
        hidden: Mark,
        id: &str,
    ) -> Result<(LicenseRow, ActivationId), Refusal> {
        let id = id.parse::<ActivationId>().map_err(|_| Refusal::ActivationNotFound)?;
        let license = rows.license_of(id)?.ok_or(Refusal::ActivationNotFound)?;
        match self.shown(rows, hidden, &license.to_string()) {
            Ok(row) => Ok((row, id)),
            Err(Refusal::LicenseNotFound) => Err(Refusal::ActivationNotFound),
            Err(refusal) => Err(refusal),
        }
    }

    /// A license with all that is kept of it.
    fn record(&self, view: &View, row: LicenseRow) -> Result<Record, Refusal> {
        let License { id, product, customer, .. } = row.license;
        let customer = customer.map(|customer| view.customer(customer)).transpose()?.flatten();
        let part = Part { count: PLACES_TOLD_MAX, after: None };
        Ok(Record {
            license: self.listed(view, row)?,
            product: view.product(product)?.ok_or(LedgerError::Dangling("product"))?,
            customer,
            places: view.activations_of(id, part)?,
            now: self.now,
        })
    }

    /// A license as lists show it.
    pub(super) fn listed<R: Rows + Lists>(
        &self,
        rows: &R,
        row: LicenseRow,
    ) -> Result<ListedLicense, Refusal> {
        let key = key_of(&self.app.secret, &row)?;
        let updated_at = updated_at(rows, &row.license)?;
        let license = present(&self.own_desk()?, rows, row)?;
        let status = license.status(self.now);
        Ok(ListedLicense { license, key, status, updated_at })
    }

    fn listed_place(
        &self,
        row: &LicenseRow,
        activation: Activation,
    ) -> Result<ListedPlace, Refusal> {
        Ok(ListedPlace {
            is_active: activation.is_active(self.now),
            activation,
            kind: row.license.terms.activation_type,
            license: row.license.id,
            product: row.license.product,
            key: key_of(&self.app.secret, row)?,
        })
    }

    fn list_licenses(
        &self,
        view: &View,
        hidden: Mark,
        wanted: &LicensesWanted,
    ) -> Result<Done, Refusal> {
        let desk = self.own_desk()?;
        let product = product_of(view, desk.by, wanted.product.as_deref())?;
        let customer = wanted.customer.as_ref().map(|id| Reference(id.clone()));
        let customer = customer.map(|id| desk.customer(view, &id)).transpose();
        let customer = match customer {
            Err(Refusal::NotFound { .. }) => return Ok(Done::Licenses(Vec::new(), 0)),
            customer => customer?.map(|customer| customer.id),
        };
        let owner = match (customer, product) {
            (_, Wanted::Unknown) => return Ok(Done::Licenses(Vec::new(), 0)),
            (Some(customer), _) => Owner::Customer(customer),
            (None, Wanted::One(product)) => Owner::Product(product),
            (None, Wanted::Any) => Owner::Vendor(desk.by.vendor),
        };
        let mut found = Vec::new();
        scan(view, (desk.by, owner), |row| {
            let license = &row.license;
            let stands =
                wanted.statuses.is_empty() || wanted.statuses.contains(&license.status(self.now));
            if stands && product.admits(license.product) && !hidden.is_on(license) {
                found.push(license.id);
            }
            Ok(true)
        })?;
        let page = found.iter().skip(wanted.page.skipped()).take(wanted.page.count());
        let rows = page.filter_map(|id| view.license(*id).transpose());
        let items = rows.map(|row| self.listed(view, row?)).collect::<Result<_, Refusal>>()?;
        Ok(Done::Licenses(items, found.len()))
    }

    fn list_places(
        &self,
        view: &View,
        hidden: Mark,
        wanted: &PlacesWanted,
    ) -> Result<Done, Refusal> {
        let by = self.own_desk()?.by;
        let product = product_of(view, by, wanted.product.as_deref())?;
        let mut found: Vec<(Activation, LicenseId)> = Vec::new();
        let mut left = LISTED_MAX;
        let mut add = |row: &LicenseRow| {
            let license = &row.license;
            if hidden.is_on(license) || !product.admits(license.product) {
                return Ok(true);
            }
            let places = view.activations_of(license.id, Part { count: left, after: None })?;
            left = left.saturating_sub(places.len());
            let stands = |place: &Activation| {
                wanted.is_active.is_none_or(|wanted| place.is_active(self.now) == wanted)
            };
            found.extend(places.into_iter().filter(stands).map(|place| (place, license.id)));
            Ok(left > 0)
        };
        match (&wanted.license, product) {
            (_, Wanted::Unknown) => {}
            (Some(id), _) => match self.shown(view, hidden, id) {
                Ok(row) => drop(add(&row)?),
                Err(Refusal::LicenseNotFound) => {}
                Err(refusal) => return Err(refusal),
            },
            (None, Wanted::One(product)) => {
                scan(view, (by, Owner::Product(product)), add)?;
            }
            (None, Wanted::Any) => scan(view, (by, Owner::Vendor(by.vendor)), add)?,
        }
        found.sort_unstable_by_key(|(place, _)| std::cmp::Reverse(place.id));
        let total = found.len();
        let page = found.into_iter().skip(wanted.page.skipped()).take(wanted.page.count());
        let mut items = Vec::new();
        for (place, license) in page {
            let row = view.license(license)?.ok_or(Refusal::LicenseNotFound)?;
            items.push(self.listed_place(&row, place)?);
        }
        Ok(Done::Places(items, total))
    }
}

/// Looks at the newest licenses on a list that are the caller's, until it has seen enough.
fn scan(
    view: &View,
    (by, owner): (Principal, Owner),
    mut look: impl FnMut(&LicenseRow) -> Result<bool, Refusal>,
) -> Result<(), Refusal> {
    let list = List::licenses(owner, by.mode);
    let (mut after, mut left) = (None, LISTED_MAX);
    loop {
        let part = view.newest(list, Part { count: left.min(CHUNK), after })?;
        for number in &part {
            let row = view.license(LicenseId::new(*number))?;
            let Some(row) = row.filter(|row| by.sees(&row.license)) else { continue };
            if !look(&row)? {
                return Ok(());
            }
        }
        left = left.saturating_sub(part.len());
        after = part.last().copied();
        if part.len() < CHUNK || left == 0 {
            return Ok(());
        }
    }
}

/// The product whose things are wanted.
#[derive(Clone, Copy)]
enum Wanted {
    Any,
    One(ProductId),
    /// One that there is not, so nothing is.
    Unknown,
}

impl Wanted {
    fn admits(self, product: ProductId) -> bool {
        match self {
            Self::Any => true,
            Self::One(wanted) => wanted == product,
            Self::Unknown => false,
        }
    }
}

fn product_of(view: &View, by: Principal, name: Option<&str>) -> Result<Wanted, Refusal> {
    let Some(name) = name else { return Ok(by.product.map_or(Wanted::Any, Wanted::One)) };
    match catalog::product(view, by, &Reference(name.to_owned())) {
        Ok(product) => Ok(Wanted::One(product.names.id)),
        Err(Refusal::NotFound { .. }) => Ok(Wanted::Unknown),
        Err(refusal) => Err(refusal),
    }
}

/// When something last happened to a license.
fn updated_at<R: Rows + Lists>(rows: &R, license: &License) -> Result<Timestamp, Refusal> {
    let last = rows.newest(List::history(license.id), Part { count: 1, after: None })?;
    let Some(number) = last.first() else { return Ok(license.created_at) };
    let item = rows.history_item((license.vendor, license.mode), EventId::new(*number))?;
    Ok(item.map_or(license.created_at, |item| item.at))
}
