//! The desk's numbers.

use serde::{Deserialize, Serialize};

use crate::alias::Alias;
use crate::id::{LicenseId, ProductId};
use crate::time::Timestamp;
use crate::wire::native::{Defaulted, calls};

/// Licenses that the summary names as the next to expire.
pub const EXPIRING_MAX: usize = 10;

calls! {
    /// `admin.stats.summary`: how many licenses stand where, what was done each day, and which
    /// licenses expire next. At most a minute old.
    Summarize "admin.stats.summary" LicensesRead -> Summary {
        /// How many days, today included; 30 where nothing is said.
        days "days": Defaulted<1, 366, 30>,
    }
}

/// The desk's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
#[expect(missing_docs, reason = "the members are those of `Status`")]
pub struct StatusCounts {
    pub active: u64,
    pub expired: u64,
    pub suspended: u64,
    pub disabled: u64,
    pub revoked: u64,
    pub cancelled: u64,
}

/// What was done on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
