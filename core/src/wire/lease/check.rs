//! What whoever has a lease checked is told, in the form that crosses to JavaScript.

use serde::Serialize;

use super::{Expected, KeySet, Problem, verify};
use crate::id::LicenseId;
use crate::identifier::Unicode;
use crate::lease::Lease;
use crate::license::Mode;
use crate::prelude::*;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// What a lease has to be of, as it crosses. What is left out is not looked at, but for the mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedLease {
    /// The product's slug.
    pub product: Option<String>,
    /// Where it runs.
    pub identifier: Option<String>,
    /// The world that asks; live where nothing is said.
    pub mode: Option<Mode>,
    /// The license key.
    pub key: Option<String>,
    /// The question's nonce.
    pub nonce: Option<String>,
}

impl AskedLease {
    /// The same, to be compared.
    pub fn as_expected(&self) -> Expected<'_> {
        Expected {
            product: self.product.as_deref(),
            identifier: self.identifier.as_deref(),
            mode: self.mode.unwrap_or_default(),
            key: self.key.as_deref(),
            nonce: self.nonce.as_deref(),
        }
    }
}

/// What there is to say about a lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(untagged))]
pub enum LeaseCheck {
    /// It unlocks.
    Trusted(LeaseTrusted),
    /// It unlocks nothing.
    Refused(LeaseRefused),
}

/// A lease that unlocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LeaseTrusted {
    /// Always true.
    #[cfg_attr(feature = "typescript", ts(type = "true"))]
    pub ok: bool,
    /// What was signed.
    pub verdict: Verdict,
    /// The license's id.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub license: Option<LicenseId>,
    /// RFC 3339; when it was signed.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub issued_at: Timestamp,
    /// RFC 3339; first instant at which it holds no longer.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub expires_at: Timestamp,
}

/// A lease that unlocks nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct LeaseRefused {
    /// Always false.
    #[cfg_attr(feature = "typescript", ts(type = "false"))]
    pub ok: bool,
    /// Why: the first of these that holds.
    #[cfg_attr(
        feature = "typescript",
        ts(type = "\"malformed\" | \"unknown_key_id\" | \"bad_signature\" | \"wrong_mode\" | \
                \"wrong_product\" | \"wrong_identifier\" | \"wrong_key\" | \"wrong_nonce\" | \
                \"not_yet_valid\" | \"expired\" | \"not_valid\"")
    )]
    pub code: &'static str,
    /// Of `not_valid`: the "no" that was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Of `not_valid`: RFC 3339; when it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "string"))]
    pub issued_at: Option<Timestamp>,
}

/// Looks whether `text` is a lease that unlocks at `now`.
pub fn check(
    text: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
    unicode: Unicode,
    now: Timestamp,
) -> LeaseCheck {
    match verify(text, keys, expected, unicode, now) {
        Ok(Lease { verdict, license, issued_at, expires_at, .. }) => {
            LeaseCheck::Trusted(LeaseTrusted { ok: true, verdict, license, issued_at, expires_at })
        }
        Err(problem) => {
            let code = problem.code();
            let (verdict, issued_at) = match problem {
                Problem::NotValid(lease) => (Some(lease.verdict), Some(lease.issued_at)),
                Problem::Malformed
                | Problem::UnknownKeyId
                | Problem::BadSignature
                | Problem::WrongMode
                | Problem::WrongProduct
                | Problem::WrongIdentifier
                | Problem::WrongKey
                | Problem::WrongNonce
                | Problem::NotYetValid
                | Problem::Expired => (None, None),
            };
            LeaseCheck::Refused(LeaseRefused { ok: false, code, verdict, issued_at })
        }
    }
}
