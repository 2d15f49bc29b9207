//! The keys that sign leases: made, opened, promoted and published, each vendor's own.

mod keys;

pub use keys::{jwks, make, rotate, unknown_to_apps_before};

use counterfoil_core::id::VendorId;
use counterfoil_core::lease::{KeyId, PublicKey, SigningKey};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::founding::FIRST_VENDOR_NAME;
use crate::ledger::{LedgerError, Rows, SigningKeyRow, SigningKeysRow};
use crate::secret::Secret;

/// Most opened keys that are held ready.
const OPENED_MAX: usize = 1_000;

/// Opens keys once, and knows under which address they are published.
#[derive(Debug)]
pub struct Signer {
    public_url: Arc<str>,
    opened: RwLock<HashMap<[u8; 32], Arc<SigningKey>>>,
}

/// A vendor's key, ready to sign.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The key.
    pub key: Arc<SigningKey>,
    /// Where it is published, as leases name it.
    pub issuer: String,
}

impl Signer {
    /// A signer on the server that customers reach at this address.
    pub fn new(public_url: Arc<str>) -> Self {
        Self { public_url, opened: RwLock::default() }
    }

    /// The key that signs the vendor's leases now.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when the store fails, or the key does not open.
    pub fn of(
        &self,
        rows: &impl Rows,
        secret: &Secret,
        vendor: VendorId,
    ) -> Result<Signing, LedgerError> {
        let keys = rows.signing_keys_of(vendor)?.ok_or(LedgerError::Dangling("signing key"))?;
        Ok(Signing { key: self.open(secret, &keys)?, issuer: self.issuer(rows, vendor)? })
    }

    fn open(&self, secret: &Secret, keys: &SigningKeysRow) -> Result<Arc<SigningKey>, LedgerError> {
        let row = &keys.current;
        let opened = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = opened.get(&row.public) {
            return Ok(Arc::clone(key));
        }
        drop(opened);
        let key = Arc::new(open(secret, row)?);
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= OPENED_MAX {
            opened.clear();
        }
        opened.insert(row.public, Arc::clone(&key));
        Ok(key)
    }

    /// Under which address the vendor's keys are published, without `/jwks.json`; those of the first
    /// vendor stand at the server's own well-known place.
    fn issuer(&self, rows: &impl Rows, vendor: VendorId) -> Result<String, LedgerError> {
        let first = rows.vendor_named(FIRST_VENDOR_NAME)?;
        Ok(match first {
            Some(first) if first.id == vendor => self.public_url.to_string(),
            Some(_) | None => format!("{}/vendors/{vendor}", self.public_url),
        })
    }
}

/// Opens a key.
///
/// # Errors
///
/// [`LedgerError`] when it was sealed with another secret, or is not the one that it says.
pub fn open(secret: &Secret, row: &SigningKeyRow) -> Result<SigningKey, LedgerError> {
    let seed = secret.open(&row.sealed_seed, &place(&row.public))?;
    let seed = <&[u8; 32]>::try_from(seed.as_slice()).ok();
    let key = seed.and_then(|seed| SigningKey::from_seed(seed).ok());
    let key = key.filter(|key| key.public().to_bytes() == row.public);
    key.ok_or(LedgerError::Dangling("signing key"))
}

/// What a key is called, of which only the public part is at hand.
///
/// # Errors
///
/// [`LedgerError`] for bytes that are no key.
pub fn public(bytes: &[u8; 32]) -> Result<PublicKey, LedgerError> {
    PublicKey::new(bytes).map_err(|_| LedgerError::Dangling("signing key"))
}

/// As [`public`], its name.
///
/// # Errors
///
/// As [`public`].
pub fn id(bytes: &[u8; 32]) -> Result<KeyId, LedgerError> {
    public(bytes).map(|key| key.id())
}

/// A seed opens for its own key only.
fn place(public: &[u8; 32]) -> Vec<u8> {
    [b"signing key ".as_slice(), public].concat()
}
