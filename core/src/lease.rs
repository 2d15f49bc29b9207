//! Leases: a verdict that its vendor signed, to be trusted where nobody can be asked.
//!
//! What a lease says and how long it may be believed is decided here; how it is written, signed
//! and read stands in `wire::lease`.

mod key;
mod life;

pub use key::{KeyId, NotAPublicKey, PublicKey, SIGNATURE_BYTES, SigningKey};
pub use life::{Life, NO_SECONDS, VENDOR_DAYS_MAX, ends_at};

use sha2::{Digest, Sha256};

use crate::id::LicenseId;
use crate::prelude::*;
use crate::text::Nonce;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// What a lease says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Who signed: the address under which the vendor's keys are published.
    pub issuer: String,
    /// The product's slug. Of a "no" to an unknown key: the product that was asked for, as it was.
    pub audience: Option<String>,
    /// The license; `None`: no such key.
    pub license: Option<LicenseId>,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// First instant at which it holds.
    pub not_before: Timestamp,
    /// First instant at which it holds no longer.
    pub expires_at: Timestamp,
    /// Tells it from every other.
    pub id: String,
    /// The question's, when it had one.
    pub nonce: Option<Nonce>,
    /// Which key was asked about.
    pub key_hash: KeyHash,
    /// The verdict, with neither a lease nor the list of all places.
    pub verdict: Verdict,
}

/// The SHA-256 of a key: enough to know a key again, not enough to learn one that is long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 32]);

impl KeyHash {
    /// The hash of a key as somebody sent it: the white space around it does not count.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.trim().as_bytes()).into())
    }
}

/// Bytes of entropy in a lease's id.
pub const LEASE_ID_BYTES: usize = 16;

/// The id that this entropy names.
pub fn lease_id(entropy: [u8; LEASE_ID_BYTES]) -> String {
    crate::base64url::write(&entropy)
}
