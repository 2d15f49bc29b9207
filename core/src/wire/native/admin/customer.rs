//! Customers. They are made with their first license.

use serde::{Deserialize, Serialize};

use super::Page;
use crate::id::CustomerId;
use crate::license::Customer;
use crate::text::{Email, IdempotencyKey, Name};
use crate::time::Timestamp;
use crate::wire::native::{Cursor, ListLimit, Reference, Update, calls};

calls! {
    /// `admin.customer.list`: newest first.
    ListCustomers "admin.customer.list" LicensesRead -> Page<CustomerView> {
        /// The beginning of an address or a name, in any case.
        search "search": Option<String>,
        /// How many; 50 where nothing is said.
        limit "limit": ListLimit,
        /// Where to go on.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.customer.get`.
    GetCustomer "admin.customer.get" LicensesRead -> CustomerView {
        /// Its id.
        customer "customer": Reference,
    }

    /// `admin.customer.update`: what is left out stays, null clears.
    UpdateCustomer "admin.customer.update" LicensesWrite -> CustomerView {
        /// Its id.
        customer "customer": Reference,
        /// The address.
        email "email": Update<Email>,
        /// The name.
        name "name": Update<Option<Name>>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// A customer as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerView {
    /// Its id.
    pub id: CustomerId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: Option<Name>,
    /// When it was first seen.
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
