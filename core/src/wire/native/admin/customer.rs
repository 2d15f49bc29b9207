//! Customers. They are made with their first license.

use serde::{Deserialize, Serialize};

use super::Page;
use crate::id::CustomerId;
use crate::license::Customer;
use crate::prelude::*;
use crate::text::{Email, IdempotencyKey, Name};
use crate::time::Timestamp;
use crate::wire::native::{Cursor, ListLimit, Reference, Update, calls};

calls! {
    /// `admin.customer.list`: lists customers, newest first.
    ///
    /// With `search` a part may hold fewer than `limit` items and still have a `nextCursor`: the last part
    /// is the one without.
    ListCustomers "admin.customer.list" LicensesRead -> Page<CustomerView> {
        /// The beginning of an address or a name, in any case.
        search "search": Option<String>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.customer.get`: shows a customer.
    ///
    /// Customers are made with their first license.
    GetCustomer "admin.customer.get" LicensesRead -> CustomerView | not_found {
        /// The customer: an id.
        customer "customer": Reference,
    }

    /// `admin.customer.update`: changes a customer.
    ///
    /// What is left out stays as it is; null clears.
    UpdateCustomer "admin.customer.update" LicensesWrite -> CustomerView | not_found | conflict {
        /// The customer: an id.
        customer "customer": Reference,
        /// The address; unique among the customers of the vendor and mode. It cannot be cleared.
        email "email": Update<Email>,
        /// The name; null: none.
        name "name": Update<Option<Name>>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// A customer as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Customer"))]
pub struct CustomerView {
    /// Its id.
    pub id: CustomerId,
    /// The address.
    pub email: String,
    /// The name; null: unknown.
    pub name: Option<Name>,
    /// When it got its first license.
    pub created_at: Timestamp,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.id,
            email: customer.email.as_str().to_owned(),
            name: customer.name,
            created_at: customer.created_at,
        }
    }
}
