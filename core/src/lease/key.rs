//! Keys that sign leases, and the keys that know their signatures.

use core::fmt;
use ed25519_dalek::{Signature, Signer as _, Verifier as _, VerifyingKey};
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

    /// What the public key with these bytes is called: RFC 7638 over RFC 8037's members, those that
    /// are required, in order, without white space.
    pub fn of(bytes: &[u8; 32]) -> Self {
        let x = crate::base64url::write(bytes);
        let members = [r#"{"crv":"Ed25519","kty":"OKP","x":""#, &x, r#""}"#].concat();
        Self(Sha256::digest(members.as_bytes()).into())
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
        Self::named(bytes, KeyId::of(bytes))
    }

    /// As [`new`](Self::new), where the name is known.
    pub(crate) fn named(bytes: &[u8; 32], id: KeyId) -> Result<Self, NotAPublicKey> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NotAPublicKey)?;
        if key.is_weak() { Err(NotAPublicKey) } else { Ok(Self { key, id }) }
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
        let signature = Signature::from_bytes(signature);
        // The library's `verify_strict` computes with the signature's point to see whether it is
        // small. Of a good signature the bytes are the point's only ones, so they tell.
        !is_small(signature.r_bytes()) && self.key.verify(message, &signature).is_ok()
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

/// The heights of the eight points whose multiples by eight are nothing, as points are written.
const SMALL_HEIGHTS: [[u8; 32]; 5] = [
    [
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00,
    ],
    [
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Whether the bytes write one of the eight points that a few doublings take to nothing: a
/// signature that begins with one fits more keys than its signer's.
fn is_small(point: &[u8; 32]) -> bool {
    // The last bit is the sign of the other coordinate.
    let mut height = *point;
    if let Some(last) = height.last_mut() {
        *last &= 0x7F;
    }
    SMALL_HEIGHTS.contains(&height)
}

#[cfg(test)]
mod tests;
