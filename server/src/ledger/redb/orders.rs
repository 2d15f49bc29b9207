//! Orders, looked up; and those that an older version kept no list of.

use counterfoil_core::decide::Beginning;
use counterfoil_core::id::{IdNumber, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::text::PaymentRef;
use redb::{ReadableTable, WriteTransaction};

use super::super::{Account, LedgerError, LicenseRow, List, OrderLineRow, OrderRow};
use super::accounts::account_key;
use super::rows::record;
use super::tables::{Tables, WriteTables, mode_key};
use super::txn::encode;

/// What says of a file that all of its orders are listed.
const MARK: &str = "orders-listed";

/// The number of an order among accounts.
const ORDER: u8 = super::super::AccountOf::Order as u8;

/// Everything about orders as such. What was reported about them is with accounts.
#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
pub trait Orders: Tables {
    /// The order in this place.
    fn order_at(&self, place: IdNumber) -> Result<Option<OrderRow>, LedgerError> {
        record(self.orders().get(place.raw()))
    }

    /// The place of an order.
    fn order_place(&self, order: Account<'_>) -> Result<Option<IdNumber>, LedgerError> {
        let (vendor, mode, _, id) = account_key(order);
        let place = self.order_places().get((vendor, mode, id))?;
        Ok(place.map(|place| IdNumber::from_raw(place.value())))
    }

    /// Places of orders whose name begins like this, in any order, `max` at most.
    fn orders_like(
        &self,
        (vendor, mode): (VendorId, Mode),
        start: &str,
        max: usize,
    ) -> Result<Vec<IdNumber>, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode));
        let mut found = Vec::new();
        for entry in self.order_places().range((key.0, key.1, start)..)?.take(max) {
            let (name, place) = entry?;
            let (vendor, mode, order) = name.value();
            if (vendor, mode) != key || !order.starts_with(start) {
                break;
            }
            found.push(IdNumber::from_raw(place.value()));
        }
        Ok(found)
    }
}

impl<T: Tables> Orders for T {}

/// An order of an older version, put together from its licenses.
struct Gathered {
    vendor: u128,
    mode: Mode,
    place: u128,
    row: OrderRow,
}

/// Lists the orders of a file that an older version wrote, once. Of what was bought only that is known
/// which still belongs to its order.
pub(super) fn list_older(write: &WriteTransaction) -> Result<(), LedgerError> {
    let mut tables = WriteTables::open(write)?;
    if tables.meta.get(MARK)?.is_some() {
        return Ok(());
    }
    for Gathered { vendor, mode, place, row } in gather(&tables)? {
        tables.orders.insert(place, encode(&row)?.as_slice())?;
        tables.order_places.insert((vendor, mode_key(mode), row.order.as_str()), place)?;
        let vendor = VendorId::new(IdNumber::from_raw(vendor));
        let lists = [Some(List::orders(vendor, mode)), row.customer.map(List::orders_of)];
        for list in lists.into_iter().flatten() {
            tables.lists.insert((list.owner.raw(), list.of, place), ())?;
        }
    }
    tables.meta.insert(MARK, [].as_slice())?;
    Ok(())
}

fn gather(tables: &WriteTables<'_>) -> Result<Vec<Gathered>, LedgerError> {
    let mut found: Vec<Gathered> = Vec::new();
    for entry in tables.sales.iter()? {
        let key = entry?.0;
        let (vendor, mode, of, name, license) = key.value();
        if of != ORDER {
            continue;
        }
        let mode = if mode == mode_key(Mode::Live) { Mode::Live } else { Mode::Test };
        let kept = tables.licenses.get(license)?;
        // What cannot be read is found by `counterfoil doctor`, and must not keep the store shut.
        let kept = kept.and_then(|row| postcard::from_bytes::<LicenseRow>(row.value()).ok());
        let Some(kept) = kept else { continue };
        let last = found.last_mut().filter(|last| {
            (last.vendor, last.mode, last.row.order.as_str()) == (vendor, mode, name)
        });
        if let Some(last) = last {
            add(&mut last.row, &kept);
        } else if let Ok(order) = PaymentRef::new(name) {
            let began = tables.beginnings.get(license)?;
            let began = began.and_then(|row| postcard::from_bytes::<Beginning>(row.value()).ok());
            let paid_at = began.map_or(kept.license.created_at, |began| began.paid_at);
            let mut row = OrderRow { order, customer: None, paid_at, lines: Vec::new() };
            add(&mut row, &kept);
            found.push(Gathered { vendor, mode, place: license, row });
        }
    }
    Ok(found)
}

/// Adds a license to the order that it came of, as long as it still belongs to it.
fn add(row: &mut OrderRow, kept: &LicenseRow) {
    let Some(sale) = kept.sale.as_ref().filter(|sale| sale.order == row.order) else { return };
    row.customer = row.customer.or(kept.license.customer);
    let (product, plan) = sale.line;
    if let Some(line) = row.lines.iter_mut().find(|line| (line.product, line.plan) == sale.line) {
        line.quantity = line.quantity.saturating_add(1);
    } else {
        let price = sale.price.clone();
        row.lines.push(OrderLineRow { product, plan, quantity: 1, price });
    }
}
