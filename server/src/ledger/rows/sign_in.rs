//! What signs in at the desk.

use counterfoil_core::id::{TokenId, VendorId};
use counterfoil_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A code that signs in at the desk, once. The code itself is kept as a hash only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskCodeRow {
    /// At whose desk.
    pub vendor: VendorId,
    /// First instant at which it is good for nothing.
    pub expires_at: Timestamp,
}

/// A session at the desk. What opens it is kept as a hash only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskSessionRow {
    /// The token that it stands for: it may do what that may, and ends when that does.
    pub token: TokenId,
    /// First instant at which it is good for nothing.
    pub expires_at: Timestamp,
    /// Whether it looks at the test world, whatever its token sees. A table of its own tells, so that
    /// the record's form stays what it was.
    #[serde(skip)]
    pub is_trial: bool,
}
