//! A lease in writing: a compact JWS (RFC 7515) under Ed25519 (RFC 8037), and the JWK sets by
//! which it is known.
//!
//! ```text
//! {"alg":"EdDSA","kid":"kPrK…","typ":"license+jwt"}
//! {"aud":"acme-forms-pro","exp":…,"iat":…,"iss":…,"jti":…,"key_hash":…,"nbf":…,"sub":"lic_…",
//!  "verdict":{…}}
//! ```
//!
//! The reader takes what the writer writes and next to nothing else: a header with another member,
//! another algorithm or another type is `malformed`, whatever its signature is worth.

mod check;
mod jwks;
mod verify;

pub use check::{AskedLease, LeaseCheck, LeaseRefused, LeaseTrusted, check};
pub use jwks::{KeySet, KeySetProblem, jwk};
pub use verify::{Expected, LEASE_BYTES_MAX, Problem, verify};

use serde_json::{Map, Value};

use crate::base64url;
use crate::lease::{Lease, SigningKey};
use crate::prelude::*;

/// The header's `typ`.
const TYPE: &str = "license+jwt";

/// The header's `alg` as it is written: RFC 8037's name, which every library knows.
const ALGORITHM: &str = "EdDSA";

/// RFC 9864's name for the same, which a reader takes too.
const ALGORITHM_BY_CURVE: &str = "Ed25519";

/// Writes `lease` and signs it.
pub fn sign(lease: &Lease, key: &SigningKey) -> String {
    let mut text = encode([
        ("alg", ALGORITHM.into()),
        ("typ", TYPE.into()),
        ("kid", key.public().id().to_string().into()),
    ]);
    text.push('.');
    text.push_str(&encode(claims(lease)));
    let signature = key.sign(text.as_bytes());
    text.push('.');
    text.push_str(&base64url::write(&signature));
    text
}

fn encode(members: impl IntoIterator<Item = (&'static str, Value)>) -> String {
    let object: Map<String, Value> =
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    base64url::write(Value::Object(object).to_string().as_bytes())
}

fn claims(lease: &Lease) -> impl Iterator<Item = (&'static str, Value)> {
    let mut verdict = serde_json::to_value(&lease.verdict).unwrap_or_default();
    if let Some(members) = verdict.as_object_mut() {
        members.remove("lease");
        members.insert("activations".to_owned(), Value::Array(Vec::new()));
    }
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::String);
    let claims = [
        ("iss", lease.issuer.clone().into()),
        ("aud", text(&lease.audience)),
        ("sub", text(&lease.license.map(|license| license.to_string()))),
        ("iat", lease.issued_at.unix().into()),
        ("nbf", lease.not_before.unix().into()),
        ("exp", lease.expires_at.unix().into()),
        ("jti", lease.id.clone().into()),
        ("key_hash", base64url::write(&lease.key_hash.0).into()),
        ("verdict", verdict),
    ];
    let nonce = lease.nonce.as_ref().map(|nonce| ("nonce", nonce.as_str().into()));
    claims.into_iter().chain(nonce)
}

#[cfg(test)]
mod tests;
