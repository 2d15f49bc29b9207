//! Writing products, plans and customers, each with the names it is found by.

use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::id::VendorId;
use counterfoil_core::license::Customer;

use super::super::super::{LedgerError, List};
use super::super::rows::Rows;
use super::super::tables::mode_key;
use super::{Txn, encode};

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Keeps a product and its names.
    pub fn put_product(&mut self, product: &Product) -> Result<(), LedgerError> {
        self.count();
        self.written.catalog = true;
        let (id, vendor) = (product.names.id.number().raw(), product.vendor.number().raw());
        if let Some(before) = self.product(product.names.id)? {
            for name in before.names.called() {
                self.tables.product_names.remove((vendor, name.as_str()))?;
            }
        }
        self.tables.products.insert(id, encode(product)?.as_slice())?;
        for name in product.names.called() {
            self.tables.product_names.insert((vendor, name.as_str()), id)?;
        }
        self.list(List::products(product.vendor), product.names.id.number())
    }

    /// Keeps a plan of a vendor's product, and its name.
    pub fn put_plan(&mut self, vendor: VendorId, plan: &Plan) -> Result<(), LedgerError> {
        self.count();
        self.written.catalog = true;
        let (id, product) = (plan.id.number().raw(), plan.product.number().raw());
        if let Some(before) = self.plan(plan.id)? {
            self.tables.plan_names.remove((product, before.slug.as_str()))?;
        }
        self.tables.plans.insert(id, encode(plan)?.as_slice())?;
        self.tables.plan_names.insert((product, plan.slug.as_str()), id)?;
        self.list(List::plans(vendor), plan.id.number())?;
        self.list(List::plans_of(plan.product), plan.id.number())
    }

    /// Keeps a customer, the address and the name.
    pub fn put_customer(&mut self, customer: &Customer) -> Result<(), LedgerError> {
        self.count();
        let (id, vendor) = (customer.id.number().raw(), customer.vendor.number().raw());
        let mode = mode_key(customer.mode);
        if let Some(before) = self.customer(customer.id)? {
            self.tables.customer_emails.remove((vendor, mode, before.email.folded().as_str()))?;
            if let Some(name) = before.name {
                self.tables.customer_names.remove((vendor, mode, name.folded().as_str(), id))?;
            }
        }
        self.tables.customers.insert(id, encode(customer)?.as_slice())?;
        self.tables.customer_emails.insert((vendor, mode, customer.email.folded().as_str()), id)?;
        if let Some(name) = &customer.name {
            self.tables.customer_names.insert((vendor, mode, name.folded().as_str(), id), ())?;
        }
        self.list(List::customers(customer.vendor, customer.mode), customer.id.number())
    }
}
