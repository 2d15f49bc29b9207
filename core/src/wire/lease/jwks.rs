//! JWK sets (RFC 7517) of Ed25519 keys (RFC 8037).

use core::fmt;
use serde_json::{Map, Value};

use crate::base64url;
use crate::lease::{KeyId, PublicKey};
use crate::prelude::*;

/// The keys by which a program knows its vendor's leases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet(Vec<PublicKey>);

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
    pub const fn new(keys: Vec<PublicKey>) -> Self {
        Self(keys)
    }

    /// Reads `{"keys": […]}`. Keys of other kinds may be among them and are passed over.
    ///
    /// # Errors
    ///
    /// [`KeySetProblem`] for another shape, a set without an Ed25519 key, a key that is none, one
    /// whose `kid` is not its thumbprint, and a private key, which nobody may ship.
    pub fn read(value: &Value) -> Result<Self, KeySetProblem> {
        let keys = value.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(KeySetProblem(r#"must be a key set: {"keys": [...]}"#))?;
        let mut read = Vec::new();
        for key in keys.iter().filter_map(read_key) {
            read.push(key?);
        }
        if read.is_empty() { Err(KeySetProblem("has no Ed25519 key")) } else { Ok(Self(read)) }
    }

    /// The key with this name.
    pub fn key(&self, id: KeyId) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.id() == id)
    }
}

/// `None` for a key of another kind.
fn read_key(value: &Value) -> Option<Result<PublicKey, KeySetProblem>> {
    let member = |name| value.get(name).and_then(Value::as_str);
    if value.get("d").is_some() {
        return Some(Err(KeySetProblem("holds a private key (`d`): ship the public ones only")));
    }
    if member("kty") != Some("OKP") || member("crv") != Some("Ed25519") {
        return None;
    }
    let wrong = KeySetProblem("has a key that is no Ed25519 key");
    let key = member("x").and_then(base64url::read_array);
    let Some(key) = key.and_then(|bytes| PublicKey::new(&bytes).ok()) else {
        return Some(Err(wrong));
    };
    match member("kid") {
        Some(id) if KeyId::parse(id) != Some(key.id()) => {
            Some(Err(KeySetProblem("has a key whose `kid` is not its RFC 7638 thumbprint")))
        }
        Some(_) | None => Some(Ok(key)),
    }
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
