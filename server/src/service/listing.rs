//! Lists in pages, and the search for licenses.

use counterfoil_core::id::{CustomerId, IdNumber, LicenseId, PlanId, ProductId};
use counterfoil_core::license::{License, Status};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::wire::native::Cursor;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::license::{LicenseView, ListLicenses};

use super::catalog;
use super::desk::{Desk, part};
use super::licenses::show;
use crate::ledger::{
    Account, AccountOf, Accounts, LedgerError, LicenseRow, List, Lists, Owner, Part, Rows, View,
};

/// Most licenses that one page looks at: a filter that few of them pass gives a short page and a
/// cursor rather than a long wait.
const LOOKED_AT_MAX: usize = 2_000;

/// Most rows that a search gathers by the indices. One that finds more is broad, and going
/// through the newest fills its page sooner.
pub(super) const GATHERED_MAX: usize = 1_000;

/// Rows to read ahead at a time.
const CHUNK: usize = 256;

/// A page of what `read` gives after a place, as far as `keep` has something to show of it.
pub(super) fn page<T>(
    part: Part,
    read: impl Fn(Part) -> Result<Vec<IdNumber>, Refusal>,
    keep: impl Fn(IdNumber) -> Result<Option<T>, Refusal>,
) -> Result<Page<T>, Refusal> {
    let mut items = Vec::new();
    let mut after = part.after;
    let mut looked_at = 0_usize;
    loop {
        // One more than is wanted tells whether there is a next page.
        let wanted = part.count.saturating_sub(items.len()).saturating_add(1).min(CHUNK);
        let numbers = read(Part { count: wanted, after })?;
        let ended = numbers.len() < wanted;
        for number in numbers {
            let full = items.len() >= part.count || looked_at >= LOOKED_AT_MAX;
            if let Some(last) = after.filter(|_| full) {
                return Ok(Page { items, next_cursor: Some(Cursor::after(last)) });
            }
            items.extend(keep(number)?);
            looked_at = looked_at.saturating_add(1);
            after = Some(number);
        }
        if ended {
            return Ok(Page { items, next_cursor: None });
        }
    }
}

/// Lists licenses, newest first.
///
/// # Errors
///
/// `not_found` for a product, plan or customer.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &ListLicenses,
) -> Result<Page<LicenseView>, Refusal> {
    let filter = Filter::new(desk, view, call)?;
    let found = match (&filter.order, &filter.search) {
        (Some(order), _) => Some(sold_on(desk, view, order)?),
        (None, Some(search)) => search.gather(desk, view)?,
        (None, None) => None,
    };
    let list = filter.list(desk);
    page(
        part(call.limit, call.cursor),
        |part| match &found {
            Some(found) => Ok(after(found, part)),
            None => Ok(view.newest(list, part)?),
        },
        |number| {
            let id = LicenseId::new(number);
            // Most are passed over, and the license alone says so.
            let license = view.license_alone(id)?.filter(|license| desk.by.sees(license));
            let passes = license.map(|license| filter.passes(desk, view, &license)).transpose()?;
            if passes != Some(true) {
                return Ok(None);
            }
            let row = view.license(id)?.ok_or(LedgerError::Dangling("license"))?;
            if filter.is_of_its_order(&row) { show(desk, view, row).map(Some) } else { Ok(None) }
        },
    )
}

/// The licenses that came of an order, newest first: also those that were cut off since.
fn sold_on(desk: &Desk<'_>, view: &View, order: &PaymentRef) -> Result<Vec<IdNumber>, Refusal> {
    let (vendor, mode) = (desk.by.vendor, desk.by.mode);
    let account = Account { vendor, mode, of: AccountOf::Order, id: order };
    Ok(view.sold_on(account)?.into_iter().rev().map(LicenseId::number).collect())
}

/// The part of `found`, which is in order, newest first, that comes after a place.
pub(super) fn after(found: &[IdNumber], part: Part) -> Vec<IdNumber> {
    let comes_after = |number: &&IdNumber| part.after.is_none_or(|last| **number < last);
    found.iter().filter(comes_after).take(part.count).copied().collect()
}

/// Which licenses to list.
struct Filter {
    status: Option<Status>,
    product: Option<ProductId>,
    plan: Option<PlanId>,
    customer: Option<CustomerId>,
    order: Option<PaymentRef>,
    search: Option<Search>,
}

impl Filter {
    fn new(desk: &Desk<'_>, view: &View, call: &ListLicenses) -> Result<Self, Refusal> {
        let product = call.product.as_ref();
        let product = product.map(|name| catalog::product(view, desk.by, name)).transpose()?;
        let plan = call.plan.as_ref();
        let plan = plan.map(|name| catalog::plan(view, desk.by, product.as_ref(), name));
        let customer = call.customer.as_ref();
        let customer = customer.map(|name| desk.customer(view, name)).transpose()?;
        let search = call.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Ok(Self {
            status: call.status,
            product: product.map(|product| product.names.id).or(desk.by.product),
            plan: plan.transpose()?.map(|plan| plan.id),
            customer: customer.map(|customer| customer.id),
            order: call.order.clone(),
            search: search.map(|text| Search::new(desk, view, text)).transpose()?,
        })
    }

    /// The shortest list that holds all of them.
    fn list(&self, desk: &Desk<'_>) -> List {
        let owner = match (self.customer, self.plan, self.product) {
            (Some(customer), _, _) => Owner::Customer(customer),
            (None, Some(plan), _) => Owner::Plan(plan),
            (None, None, Some(product)) => Owner::Product(product),
            (None, None, None) => Owner::Vendor(desk.by.vendor),
        };
        List::licenses(owner, desk.by.mode)
    }

    /// Whether it came of the order that is asked for, and was not cut off since.
    fn is_of_its_order(&self, row: &LicenseRow) -> bool {
        let of = row.sale.as_ref().map(|sale| &sale.order);
        self.order.is_none() || self.order.as_ref() == of
    }

    fn passes(&self, desk: &Desk<'_>, view: &View, license: &License) -> Result<bool, Refusal> {
        let passes = self.status.is_none_or(|status| license.status(desk.now) == status)
            && self.product.is_none_or(|product| license.product == product)
            && self.plan.is_none_or(|plan| license.plan == Some(plan))
            && self.customer.is_none_or(|customer| license.customer == Some(customer));
        match &self.search {
            Some(search) if passes => search.finds(view, license),
            _ => Ok(passes),
        }
    }
}

/// A text to look for: a whole key, or the beginning of an alias, of a customer's address or name,
/// or of a product's name.
struct Search {
    folded: String,
    alias: String,
    /// The license whose key it is.
    by_key: Option<LicenseId>,
    /// The products whose names begin like this.
    products: Vec<ProductId>,
}

impl Search {
    fn new(desk: &Desk<'_>, view: &View, text: &str) -> Result<Self, Refusal> {
        let folded = text.to_lowercase();
        let alias = text.to_ascii_uppercase();
        let by_key = view.name(&desk.secret.name_digest(&alias))?.map(|name| name.license);
        let mut products = Vec::new();
        let mut last = None;
        loop {
            let part = Part { count: CHUNK, after: last };
            let numbers = view.newest(List::products(desk.by.vendor), part)?;
            for number in &numbers {
                let product = view.product(ProductId::new(*number))?;
                products.extend(
                    product
                        .filter(|product| product.name.folded().starts_with(&folded))
                        .map(|product| product.names.id),
                );
            }
            last = numbers.last().copied();
            if numbers.len() < CHUNK {
                return Ok(Self { folded, alias, by_key, products });
            }
        }
    }

    /// Every license that is found, newest first; `None` when there are too many to gather.
    fn gather(&self, desk: &Desk<'_>, view: &View) -> Result<Option<Vec<IdNumber>>, Refusal> {
        let (vendor, mode) = (desk.by.vendor, desk.by.mode);
        let too_many = GATHERED_MAX.saturating_add(1);
        let aliases = view.licenses_with_alias((vendor, mode), &self.alias, too_many)?;
        let customers = view.customers_like((vendor, mode), &self.folded, too_many)?;
        if aliases.len() > GATHERED_MAX || customers.len() > GATHERED_MAX {
            return Ok(None);
        }
        let mut found: Vec<IdNumber> =
            aliases.into_iter().chain(self.by_key).map(LicenseId::number).collect();
        let owners = customers.into_iter().map(Owner::Customer);
        for owner in owners.chain(self.products.iter().copied().map(Owner::Product)) {
            let part = Part { count: too_many, after: None };
            found.extend(view.newest(List::licenses(owner, mode), part)?);
            if found.len() > GATHERED_MAX {
                return Ok(None);
            }
        }
        found.sort_unstable_by(|left, right| right.cmp(left));
        found.dedup();
        Ok(Some(found))
    }

    fn finds(&self, view: &View, license: &License) -> Result<bool, Refusal> {
        if self.by_key == Some(license.id)
            || license.alias.as_str().starts_with(&self.alias)
            || self.products.contains(&license.product)
        {
            return Ok(true);
        }
        let customer = license.customer.map(|id| view.customer(id)).transpose()?.flatten();
        Ok(customer.is_some_and(|customer| {
            let name = customer.name.map(|name| name.folded());
            customer.email.folded().starts_with(&self.folded)
                || name.is_some_and(|name| name.starts_with(&self.folded))
        }))
    }
}
