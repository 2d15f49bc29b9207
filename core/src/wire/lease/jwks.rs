//! JWK sets (RFC 7517) of Ed25519 keys (RFC 8037).

use core::fmt;
use serde_json::{Map, Value};

use crate::base64url;
use crate::lease::{KeyId, PublicKey};
use crate::prelude::*;

/// The keys by which a program knows its vendor's leases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet(Vec<Listed>);

/// A key as the set lists it. Making a [`PublicKey`] of it takes a tenth of what a signature does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Listed {
    id: KeyId,
    bytes: [u8; 32],
}

/// Why a value is no key set to rely on: the end of a sentence that begins with "`jwks`".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySetProblem(pub &'static str);

impl fmt::Display for KeySetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for KeySetProblem {}

impl KeySet {
    /// The set of these keys.
    pub fn new(keys: &[PublicKey]) -> Self {
        let listed = |key: &PublicKey| Listed { id: key.id(), bytes: key.to_bytes() };
        Self(keys.iter().map(listed).collect())
    }

    /// Reads `{"keys": […]}`. Keys of other kinds may be among them and are passed over.
    ///
    /// # Errors
    ///
    /// [`KeySetProblem`] for another shape, a set without an Ed25519 key, a key that is none, one
    /// whose `kid` is not its thumbprint, and a private key, which nobody may ship.
    pub fn read(value: &Value) -> Result<Self, KeySetProblem> {
        Self::read_by(value, check)
    }

    /// As [`read`](Self::read), of a value that was read before: its keys are taken for what they
    /// say they are.
    ///
    /// # Errors
    ///
    /// [`KeySetProblem`] for another shape, and a set without an Ed25519 key.
    pub fn read_again(value: &Value) -> Result<Self, KeySetProblem> {
        Self::read_by(value, |bytes, named| Ok(named.unwrap_or_else(|| KeyId::of(bytes))))
    }

    fn read_by(value: &Value, identify: Identify) -> Result<Self, KeySetProblem> {
        let keys = value.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(KeySetProblem(r#"must be a key set: {"keys": [...]}"#))?;
        let mut read = Vec::new();
        for key in keys {
            read.extend(read_key(key, identify)?);
        }
        if read.is_empty() { Err(KeySetProblem("has no Ed25519 key")) } else { Ok(Self(read)) }
    }

    /// The key with this name.
    pub fn key(&self, id: KeyId) -> Option<PublicKey> {
        let listed = self.0.iter().find(|key| key.id == id)?;
        PublicKey::named(&listed.bytes, id).ok()
    }
}

/// What a key is called, by its bytes and by what the set calls it.
type Identify = fn(&[u8; 32], Option<KeyId>) -> Result<KeyId, KeySetProblem>;

const NO_KEY: KeySetProblem = KeySetProblem("has a key that is no Ed25519 key");
const OTHER_NAME: KeySetProblem =
    KeySetProblem("has a key whose `kid` is not its RFC 7638 thumbprint");

fn check(bytes: &[u8; 32], named: Option<KeyId>) -> Result<KeyId, KeySetProblem> {
    let id = PublicKey::new(bytes).map_err(|_| NO_KEY)?.id();
    if named.is_some_and(|named| named != id) { Err(OTHER_NAME) } else { Ok(id) }
}

/// `None` for a key of another kind.
fn read_key(value: &Value, identify: Identify) -> Result<Option<Listed>, KeySetProblem> {
    let member = |name| value.get(name).and_then(Value::as_str);
    if value.get("d").is_some() {
        return Err(KeySetProblem("holds a private key (`d`): ship the public ones only"));
    }
    if member("kty") != Some("OKP") || member("crv") != Some("Ed25519") {
        return Ok(None);
    }
    let bytes = member("x").and_then(base64url::read_array).ok_or(NO_KEY)?;
    let named = match member("kid") {
        Some(name) => Some(KeyId::parse(name).ok_or(OTHER_NAME)?),
        None => None,
    };
    Ok(Some(Listed { id: identify(&bytes, named)?, bytes }))
}

/// A public key as a JWK.
pub fn jwk(key: &PublicKey) -> Value {
    let members = [
        ("kty", "OKP".to_owned()),
        ("crv", "Ed25519".to_owned()),
        ("x", base64url::write(&key.to_bytes())),
        ("kid", key.id().to_string()),
        ("alg", super::ALGORITHM.to_owned()),
        ("use", "sig".to_owned()),
    ];
    let members = members.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text)));
    Value::Object(members.collect::<Map<_, _>>())
}
