//! The desk's numbers.

use serde::{Deserialize, Serialize};

use crate::alias::Alias;
use crate::id::{LicenseId, ProductId};
use crate::prelude::*;
use crate::time::Timestamp;
use crate::wire::native::{Defaulted, calls};

/// Licenses that the summary names as the next to expire.
pub const EXPIRING_MAX: usize = 10;

calls! {
    /// `admin.stats.summary`: says how many licenses stand where, and what was done each day.
    ///
    /// And which licenses expire next. The counts are at most a minute old.
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
