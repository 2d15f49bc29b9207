//! Orders at the desk: what was bought, and how its licenses stand.

use counterfoil_core::id::{IdNumber, PlanId, ProductId};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::license::{Holder, Named};
use counterfoil_core::wire::native::admin::order::{ListOrders, OrderLine, OrderView};
use counterfoil_core::wire::native::admin::stats::StatusCounts;

use super::desk::{Desk, part};
use super::listing::{GATHERED_MAX, after, page};
use super::stats;
use crate::ledger::{
    Account, AccountOf, Accounts, LedgerError, List, Lists, OrderLineRow, OrderRow, Orders, Part,
    Rows, View,
};

/// What a caller must see: an order may be for several products.
const SEES_ALL: &str = "product:*";

/// Lists orders, newest first.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn list(desk: &Desk<'_>, view: &View, call: &ListOrders) -> Result<Page<OrderView>, Refusal> {
    desk.check_sees_all(SEES_ALL)?;
    let text = call.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let search = text.map(|text| Search { text, folded: text.to_lowercase() });
    let found = match &search {
        Some(search) => search.gather(desk, view)?,
        None => None,
    };
    let orders = List::orders(desk.by.vendor, desk.by.mode);
    page(
        part(call.limit, call.cursor),
        |part| match &found {
            Some(found) => Ok(after(found, part)),
            None => Ok(view.newest(orders, part)?),
        },
        |place| {
            let row = view.order_at(place)?.ok_or(LedgerError::Dangling("order"))?;
            match &search {
                Some(search) if !search.finds(view, &row)? => Ok(None),
                _ => show(desk, view, row).map(Some),
            }
        },
    )
}

/// A text to look for: the beginning of an order's name, or of the address or name of who bought.
struct Search<'a> {
    text: &'a str,
    folded: String,
}

impl Search<'_> {
    /// The places of all that are found, newest first; `None` when there are too many to gather.
    fn gather(&self, desk: &Desk<'_>, view: &View) -> Result<Option<Vec<IdNumber>>, Refusal> {
        let world = (desk.by.vendor, desk.by.mode);
        let too_many = GATHERED_MAX.saturating_add(1);
        let mut found = view.orders_like(world, self.text, too_many)?;
        let customers = view.customers_like(world, &self.folded, too_many)?;
        if found.len() > GATHERED_MAX || customers.len() > GATHERED_MAX {
            return Ok(None);
        }
        for customer in customers {
            let part = Part { count: too_many, after: None };
            found.extend(view.newest(List::orders_of(customer), part)?);
            if found.len() > GATHERED_MAX {
                return Ok(None);
            }
        }
        found.sort_unstable_by(|left, right| right.cmp(left));
        found.dedup();
        Ok(Some(found))
    }

    fn finds(&self, view: &View, row: &OrderRow) -> Result<bool, Refusal> {
        if row.order.as_str().starts_with(self.text) {
            return Ok(true);
        }
        let customer = row.customer.map(|id| view.customer(id)).transpose()?.flatten();
        Ok(customer.is_some_and(|customer| {
            let name = customer.name.map(|name| name.folded());
            customer.email.folded().starts_with(&self.folded)
                || name.is_some_and(|name| name.starts_with(&self.folded))
        }))
    }
}

/// The order as its vendor sees it. A license that was cut off is no more of it.
fn show(desk: &Desk<'_>, view: &View, row: OrderRow) -> Result<OrderView, Refusal> {
    let (vendor, mode) = (desk.by.vendor, desk.by.mode);
    let account = Account { vendor, mode, of: AccountOf::Order, id: &row.order };
    let mut licenses = StatusCounts::default();
    let mut subscription = None;
    for id in view.sold_on(account)? {
        let license = view.license(id)?.ok_or(LedgerError::Dangling("license"))?;
        let sale = license.sale.filter(|sale| sale.order == row.order);
        if let Some(sale) = sale {
            stats::add(&mut licenses, license.license.status(desk.now));
            let paying = sale.subscription.map(|one| one.id.as_str().to_owned());
            subscription = subscription.or(paying);
        }
    }
    let customer = row.customer.map(|id| view.customer(id)).transpose()?.flatten();
    let customer = customer.map(|customer| Holder {
        id: customer.id,
        email: customer.email.as_str().to_owned(),
        name: customer.name,
    });
    let lines = row.lines.into_iter().map(|line| show_line(view, line));
    Ok(OrderView {
        order: row.order.as_str().to_owned(),
        customer,
        subscription,
        lines: lines.collect::<Result<_, _>>()?,
        paid_at: row.paid_at,
        licenses,
    })
}

fn show_line(view: &View, line: OrderLineRow) -> Result<OrderLine, Refusal> {
    let product = view.product(line.product)?.ok_or(LedgerError::Dangling("product"))?;
    let plan = view.plan(line.plan)?.ok_or(LedgerError::Dangling("plan"))?;
    let (price, currency) = line.price.map(|price| (price.amount, price.currency)).unzip();
    Ok(OrderLine {
        product: Named::<ProductId> {
            id: product.names.id,
            slug: product.names.slug,
            name: product.name,
        },
        plan: Named::<PlanId> { id: plan.id, slug: plan.slug, name: plan.name },
        quantity: line.quantity,
        price,
        currency,
    })
}
