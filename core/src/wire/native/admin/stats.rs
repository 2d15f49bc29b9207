//! The desk's numbers.

use serde::{Deserialize, Serialize};

use crate::alias::Alias;
use crate::id::{LicenseId, ProductId, WebhookId};
use crate::prelude::*;
use crate::time::Timestamp;
use crate::wire::native::{Defaulted, calls};

/// Licenses that the summary names as the next to expire.
pub const EXPIRING_MAX: usize = 10;

/// Licenses that the summary names as the fullest.
pub const FULLEST_MAX: usize = 10;

/// Most deliveries of one kind that are counted.
pub const DELIVERIES_MAX: usize = 10_000;

calls! {
    /// `admin.stats.summary`: says how many licenses stand where, and what was done each day.
    ///
    /// And which licenses expire next, whose places are nearly all taken, and what did not get through
    /// to others or from them. The counts of licenses are at most a minute old.
    Summarize "admin.stats.summary" LicensesRead -> Summary {
        /// How many days, today included.
        days "days": Defaulted<1, 366, 30>,
    }
}

/// The desk's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// When they were taken.
    pub as_of: Timestamp,
    /// How many licenses stand where.
    pub licenses: StatusCounts,
    /// What was done each day (UTC), oldest first, today last.
    pub days: Vec<Day>,
    /// The active licenses that expire next, the soonest first, ten at most.
    pub expiring: Vec<Expiring>,
    /// How many active licenses have nearly all of their places taken: at least two places that do not
    /// float, and at most a fifth of them free.
    pub nearly_full: u64,
    /// Those with the fewest free places, ten at most; of equal ones first who has more places.
    pub fullest: Vec<Filled>,
    /// What did not get through.
    pub deliveries: Undelivered,
}

/// A license whose places are nearly all taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Filled {
    /// Its id.
    pub id: LicenseId,
    /// Its alias.
    pub alias: Alias,
    /// Its product.
    pub product: ProductId,
    /// Its places.
    pub activation_limit: u32,
    /// How many of them are taken; more than there are where the vendor gave more away.
    pub activations_used: u32,
}

/// What did not get through, to webhooks or from payment providers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Undelivered {
    /// The webhooks with deliveries that are not tried any more, newest first.
    pub webhooks: Vec<FailedDeliveries>,
    /// What payment providers sent; null: the token sees one product only, and payments are of all.
    pub payments: Option<UnappliedDeliveries>,
}

/// Deliveries to a webhook that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FailedDeliveries {
    /// The webhook.
    pub webhook: WebhookId,
    /// How many are not tried any more and not forgotten yet; 10,000 stands for all that are more.
    pub failed: u64,
}

/// What payment providers sent that did not take effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnappliedDeliveries {
    /// Refused; 10,000 stands for all that are more.
    pub refused: u64,
    /// Waiting for something; 10,000 stands for all that are more.
    pub parked: u64,
}

/// How many licenses stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusCounts {
    /// Usable.
    pub active: u64,
    /// Past their date.
    pub expired: u64,
    /// Stopped by a hold other than `disabled`.
    pub suspended: u64,
    /// Switched off.
    pub disabled: u64,
    /// Taken back for good.
    pub revoked: u64,
    /// Called off for good.
    pub cancelled: u64,
}

/// What was done on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Day {
    /// `2026-06-05`.
    pub date: String,
    /// Places taken.
    pub activations: u64,
    /// Times that a license was validated.
    pub checks: u64,
}

/// A license that expires soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Expiring {
    /// Its id.
    pub id: LicenseId,
    /// Its alias.
    pub alias: Alias,
    /// Its product.
    pub product: ProductId,
    /// When.
    pub expires_at: Timestamp,
}
