//! Customers: found by their address, shown, changed.

use counterfoil_core::id::{CustomerId, IdNumber};
use counterfoil_core::license::Customer;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::customer::{
    CustomerView, GetCustomer, ListCustomers, UpdateCustomer,
};
use counterfoil_core::wire::native::admin::license::NewCustomer;

use super::desk::{Desk, part};
use super::listing::{GATHERED_MAX, after, page};
use crate::env::random;
use crate::ledger::{LedgerError, List, Lists, Rows, Txn, View};

/// Who gets a license: known already, or to be kept together with it.
pub(super) struct Buyer {
    pub(super) customer: Customer,
    /// Whether it is new, or is told its name for the first time.
    is_news: bool,
}

impl Buyer {
    /// The vendor's customer with this address: the known one, or a new one. Writes nothing.
    pub(super) fn find(
        desk: &Desk<'_>,
        txn: &mut Txn<'_>,
        wanted: &NewCustomer,
    ) -> Result<Self, Refusal> {
        let (vendor, mode) = (desk.by.vendor, desk.by.mode);
        if let Some(customer) = txn.customer_with(vendor, mode, &wanted.email.folded())? {
            let is_news = customer.name.is_none() && wanted.name.is_some();
            let name = customer.name.clone().or_else(|| wanted.name.clone());
            return Ok(Self { customer: Customer { name, ..customer }, is_news });
        }
        let customer = Customer {
            id: CustomerId::new(txn.next_id(desk.now, random(desk.env)?)),
            vendor,
            mode,
            email: wanted.email.clone(),
            name: wanted.name.clone(),
            created_at: desk.now,
        };
        Ok(Self { customer, is_news: true })
    }

    /// Keeps what is new about the customer.
    pub(super) fn keep(&self, txn: &mut Txn<'_>) -> Result<(), Refusal> {
        if self.is_news {
            txn.put_customer(&self.customer)?;
        }
        Ok(())
    }
}

/// Shows a customer.
///
/// # Errors
///
/// `not_found`.
pub fn get(desk: &Desk<'_>, view: &View, call: &GetCustomer) -> Result<CustomerView, Refusal> {
    desk.customer(view, &call.customer).map(CustomerView::from)
}

/// Lists customers, newest first.
///
/// # Errors
///
/// Only when the store fails.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &ListCustomers,
) -> Result<Page<CustomerView>, Refusal> {
    let (vendor, mode) = (desk.by.vendor, desk.by.mode);
    let search = call.search.as_deref().map(|text| text.trim().to_lowercase());
    let found = match &search {
        Some(start) => {
            view.customers_like((vendor, mode), start, GATHERED_MAX.saturating_add(1))?
        }
        None => Vec::new(),
    };
    // A search that finds many finds them soonest among the newest.
    let gathered: Option<Vec<IdNumber>> = (search.is_some() && found.len() <= GATHERED_MAX)
        .then(|| found.into_iter().rev().map(CustomerId::number).collect());
    let customers = List::customers(vendor, mode);
    page(
        part(call.limit, call.cursor),
        |part| match &gathered {
            Some(gathered) => Ok(after(gathered, part)),
            None => Ok(view.newest(customers, part)?),
        },
        |number| {
            let customer = view.customer(CustomerId::new(number))?;
            let customer = customer.ok_or(LedgerError::Dangling("customer"))?;
            let found = search.as_ref().is_none_or(|start| is_like(&customer, start));
            let shown = found && desk.sees_customer(view, &customer)?;
            Ok(shown.then(|| customer.into()))
        },
    )
}

fn is_like(customer: &Customer, start: &str) -> bool {
    let name = customer.name.as_ref().map(counterfoil_core::text::Name::folded);
    customer.email.folded().starts_with(start) || name.is_some_and(|name| name.starts_with(start))
}

/// Changes a customer.
///
/// # Errors
///
/// `not_found`; `conflict` when another customer has the address; `forbidden` for a token of one
/// product when the customer has licenses of another.
pub fn update(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &UpdateCustomer,
) -> Result<CustomerView, Refusal> {
    let before = desk.customer(txn, &call.customer)?;
    desk.check_owns(txn, &before)?;
    let mut after = before.clone();
    if let Some(email) = &call.email.0 {
        after.email.clone_from(email);
    }
    if let Some(name) = &call.name.0 {
        after.name.clone_from(name);
    }
    if after != before {
        let taken = txn.customer_with(after.vendor, after.mode, &after.email.folded())?;
        if taken.is_some_and(|other| other.id != after.id) {
            return Err(Refusal::Conflict { field: "email" });
        }
        txn.put_customer(&after)?;
    }
    Ok(after.into())
}
