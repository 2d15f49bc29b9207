//! The keys that sign leases, as a store keeps them.

use counterfoil_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The keys that sign a vendor's leases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeysRow {
    /// The one that signs.
    pub current: SigningKeyRow,
    /// The one that signs next, made as long before as the other one was promoted, so that programs
    /// know it by then.
    pub next: SigningKeyRow,
    /// Those that signed before, as long as a lease of theirs may still hold.
    pub retired: Vec<RetiredKeyRow>,
}

/// A key that signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyRow {
    /// What its signatures are known by.
    pub public: [u8; 32],
    /// What it grows of, sealed for this key.
    pub sealed_seed: Vec<u8>,
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// The end of the longest lease that the vendor had signed with it by hand.
    pub leases_until: Option<Timestamp>,
}

/// A key that signs no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetiredKeyRow {
    /// What its signatures are known by.
    pub public: [u8; 32],
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// When another took over.
    pub retired_at: Timestamp,
    /// First instant at which no lease of its can hold any more.
    pub leases_until: Timestamp,
}
