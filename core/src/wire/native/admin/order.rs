//! Orders: what was bought, as the payment side reported it.

use serde::{Deserialize, Serialize};

use super::Page;
use super::license::{Holder, Named};
use super::stats::StatusCounts;
use crate::id::{PlanId, ProductId};
use crate::prelude::*;
use crate::text::Currency;
use crate::time::Timestamp;
use crate::wire::native::{Cursor, ListLimit, calls};

calls! {
    /// `admin.order.list`: lists orders, in the order in which they were first heard of, newest first.
    ///
    /// An order may be of several products, so a token of one product is refused.
    ListOrders "admin.order.list" LicensesRead -> Page<OrderView> {
        /// The beginning of the payment side's name for it, in its own spelling; or that of the address
        /// or the name of who bought, in any case.
        search "search": Option<String>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Order"))]
pub struct OrderView {
    /// The payment side's name for it.
    pub order: String,
    /// Who bought; null: nobody knows any more.
    pub customer: Option<Holder>,
    /// The payment side's name for what goes on paying; null: nothing does.
    pub subscription: Option<String>,
    /// What was bought, in the order in which it was heard of.
    pub lines: Vec<OrderLine>,
    /// When its first line was paid.
    pub paid_at: Timestamp,
    /// How many of its licenses stand where: `admin.license.list` lists them by `order`.
    pub licenses: StatusCounts,
}

/// One product of an order, on one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrderLine {
    /// What.
    pub product: Named<ProductId>,
    /// On which terms.
    pub plan: Named<PlanId>,
    /// How many licenses.
    pub quantity: u32,
    /// What was paid, in the currency's minor units; null: the payment side did not say.
    pub price: Option<u64>,
    /// Of which currency; null: as above.
    pub currency: Option<Currency>,
}
