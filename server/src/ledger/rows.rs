//! What a store keeps beside the core's own types.

use counterfoil_core::id::{ActivationId, LicenseId, TokenId, VendorId};
use counterfoil_core::identifier::Identifier;
use counterfoil_core::license::{License, Mode};
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::Snapshot;
use serde::{Deserialize, Serialize};

/// A license and its key, sealed for that license.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LicenseRow {
    /// The license.
    pub license: License,
    /// Its key.
    pub sealed_key: Vec<u8>,
}

/// What a key or an alias leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRow {
    /// The license.
    pub license: LicenseId,
    /// Of a key the digest of its exact spelling; an alias has none and unlocks nothing.
    pub exact: Option<[u8; 32]>,
}

/// A credential. The secret itself is kept as a hash only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Which world it sees.
    pub mode: Mode,
    /// What the vendor calls it.
    pub name: String,
    /// What it may do; `*` for everything.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The first result of a call with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRow {
    /// The keyed hash of the parameters.
    pub parameters: [u8; 32],
    /// The sealed answer.
    pub sealed_answer: Vec<u8>,
    /// When it was given.
    pub at: Timestamp,
}

/// The places that a question or a command names, to be read beside the first hundred.
#[derive(Clone, Copy, Debug, Default)]
pub struct NamedPlaces<'a> {
    /// By who holds it.
    pub identifier: Option<&'a Identifier>,
    /// By its id.
    pub activation: Option<ActivationId>,
}

/// A license that was found, with all that is needed to judge it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The facts.
    pub snapshot: Snapshot,
    /// The sealed key, to be written back with the license.
    pub sealed_key: Vec<u8>,
}
