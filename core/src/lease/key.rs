//! Keys that sign leases, and the keys that know their signatures.

use core::fmt;
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use sha2::{Digest, Sha256};

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;

/// What a key is called: its RFC 7638 thumbprint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 32]);

impl KeyId {
    /// Reads it as a lease's header and a key set write it: 43 characters of base 64.
    pub fn parse(text: &str) -> Option<Self> {
        crate::base64url::read_array(text).map(Self)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::base64url::write(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The bytes are no Ed25519 public key that anybody should trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPublicKey;

/// A key by which signatures are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    id: KeyId,
}

impl PublicKey {
    /// The key with these bytes (RFC 8032).
    ///
    /// # Errors
    ///
    /// [`NotAPublicKey`] for bytes that are no point of the curve, and for the few points under
    /// which one signature fits any message.
    pub fn new(bytes: &[u8; 32]) -> Result<Self, NotAPublicKey> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NotAPublicKey)?;
        if key.is_weak() {
            return Err(NotAPublicKey);
        }
        Ok(Self { id: thumbprint(&crate::base64url::write(bytes)), key })
    }

    /// What it is called.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether `signature` is its owner's, over `message`. Strict: there is one signature for a
    /// message and key, and no form of it is taken that another verifier might refuse.
    pub fn verifies(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

/// A key that signs.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl SigningKey {
    /// The key that grows of 32 random bytes.
    ///
    /// # Errors
    ///
    /// [`NotAPublicKey`] for the bytes of a key that nobody should trust; random ones never are.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, NotAPublicKey> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        Ok(Self { public: PublicKey::new(&key.verifying_key().to_bytes())?, key })
    }

    /// By what its signatures are known.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Its signature over `message`; always the same one.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.id)
    }
}

/// RFC 7638 over RFC 8037's members: those that are required, in order, without white space.
fn thumbprint(x: &str) -> KeyId {
    let members = [r#"{"crv":"Ed25519","kty":"OKP","x":""#, x, r#""}"#].concat();
    KeyId(Sha256::digest(members.as_bytes()).into())
}

#[cfg(test)]
mod tests;
