//! From a text that anybody may have written to what a vendor signed.

use serde_json::{Map, Value};

use super::{ALGORITHM, ALGORITHM_BY_CURVE, KeySet, TYPE};
use crate::base64url;
use crate::identifier::{Identifier, Unicode};
use crate::lease::{KeyHash, KeyId, Lease};
use crate::license::Mode;
use crate::prelude::*;
use crate::text::Nonce;
use crate::time::Timestamp;
use crate::verdict::{Verdict, VerdictStatus};
use crate::wire::reading::member;
use crate::wire::{Unreadable, parse};

/// Longest lease that is looked at, in bytes. The longest one that a server signs is half of it.
pub const LEASE_BYTES_MAX: usize = 128 * 1024;

/// How far a clock may be behind the server's, in seconds, before a lease seems not to hold yet.
const CLOCK_SECONDS_BEHIND: i64 = 300;

/// What a lease has to be of. What is `None` is not looked at.
#[derive(Clone, Debug, Default)]
pub struct Expected<'a> {
    /// The product's slug.
    pub product: Option<&'a str>,
    /// Where it runs, in any spelling.
    pub identifier: Option<&'a str>,
    /// The world that asks.
    pub mode: Mode,
    /// The license key.
    pub key: Option<&'a str>,
    /// The question's nonce.
    pub nonce: Option<&'a str>,
}

/// Why a lease unlocks nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No lease, or one that says it is of another kind.
    Malformed,
    /// Signed by a key that is not in the set.
    UnknownKeyId,
    /// Not signed by the key that it names.
    BadSignature,
    /// Of the other world.
    WrongMode,
    /// For another product.
    WrongProduct,
    /// For another place, or for none.
    WrongIdentifier,
    /// Of another license key.
    WrongKey,
    /// The answer to another question.
    WrongNonce,
    /// Of the future.
    NotYetValid,
    /// Past its end.
    Expired,
    /// A signed "no".
    NotValid(Box<Lease>),
}

impl Problem {
    /// The word for it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownKeyId => "unknown_key_id",
            Self::BadSignature => "bad_signature",
            Self::WrongMode => "wrong_mode",
            Self::WrongProduct => "wrong_product",
            Self::WrongIdentifier => "wrong_identifier",
            Self::WrongKey => "wrong_key",
            Self::WrongNonce => "wrong_nonce",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::NotValid(_) => "not_valid",
        }
    }
}

impl From<Unreadable> for Problem {
    fn from(_: Unreadable) -> Self {
        Self::Malformed
    }
}

/// Reads a lease, and believes it when everything about it is right at `now`.
///
/// The signature comes first: nothing that it does not cover is looked at. Then whose lease it is,
/// then its time, and what it says last.
///
/// # Errors
///
/// [`Problem`], the first one in the order of the enum.
pub fn verify(
    text: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
    unicode: Unicode,
    now: Timestamp,
) -> Result<Lease, Problem> {
    let lease = read_signed(text, keys)?;
    check_owner(&lease, expected, unicode)?;
    if lease.not_before > now.saturating_add(CLOCK_SECONDS_BEHIND) {
        return Err(Problem::NotYetValid);
    }
    if lease.expires_at <= now {
        return Err(Problem::Expired);
    }
    if lease.verdict.valid { Ok(lease) } else { Err(Problem::NotValid(Box::new(lease))) }
}

fn read_signed(text: &str, keys: &KeySet) -> Result<Lease, Problem> {
    if text.len() > LEASE_BYTES_MAX {
        return Err(Problem::Malformed);
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(Problem::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Problem::Malformed)?;
    if claims.contains('.') {
        return Err(Problem::Malformed);
    }
    let signer = read_header(&object(header)?)?;
    let signature = base64url::read_array(signature).ok_or(Problem::Malformed)?;
    let key = keys.key(signer).ok_or(Problem::UnknownKeyId)?;
    if !key.verifies(signed.as_bytes(), &signature) {
        return Err(Problem::BadSignature);
    }
    read_claims(&object(claims)?)
}

fn object(part: &str) -> Result<Map<String, Value>, Problem> {
    let bytes = base64url::read(part).ok_or(Problem::Malformed)?;
    match parse(&bytes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) | Err(_) => Err(Problem::Malformed),
    }
}

fn read_header(header: &Map<String, Value>) -> Result<KeyId, Problem> {
    let text = |name| header.get(name).and_then(Value::as_str);
    let is_ours = header.len() == 3
        && text("typ") == Some(TYPE)
        && matches!(text("alg"), Some(ALGORITHM | ALGORITHM_BY_CURVE));
    let signer = text("kid").filter(|_| is_ours).ok_or(Problem::Malformed)?;
    // A name of another form is no key's that could be in the set.
    KeyId::parse(signer).ok_or(Problem::UnknownKeyId)
}

fn read_claims(claims: &Map<String, Value>) -> Result<Lease, Problem> {
    let time = |name| claims.get(name).and_then(Value::as_i64).map(Timestamp::from_unix);
    let text = |name| member::<Option<String>>(claims, name);
    let hash: String = member(claims, "key_hash")?;
    let license = member(claims, "sub")?;
    let nonce = text("nonce")?.map(|text| Nonce::new(&text).map_err(|_| Problem::Malformed));
    let verdict: Verdict = member(claims, "verdict")?;
    if verdict.valid != (verdict.status == VerdictStatus::Valid) {
        return Err(Problem::Malformed);
    }
    Ok(Lease {
        issuer: member(claims, "iss")?,
        audience: text("aud")?,
        license,
        issued_at: time("iat").ok_or(Problem::Malformed)?,
        not_before: time("nbf").ok_or(Problem::Malformed)?,
        expires_at: time("exp").ok_or(Problem::Malformed)?,
        id: member(claims, "jti")?,
        nonce: nonce.transpose()?,
        key_hash: KeyHash(base64url::read_array(&hash).ok_or(Problem::Malformed)?),
        verdict,
    })
}

fn check_owner(lease: &Lease, expected: &Expected<'_>, unicode: Unicode) -> Result<(), Problem> {
    let verdict = &lease.verdict;
    // Nothing is known of an unknown key, so not its world either.
    if verdict.mode.is_some_and(|mode| mode != expected.mode) {
        return Err(Problem::WrongMode);
    }
    if expected.product.is_some_and(|product| lease.audience.as_deref() != Some(product)) {
        return Err(Problem::WrongProduct);
    }
    if expected.identifier.is_some_and(|here| !is_for(verdict, here, unicode)) {
        return Err(Problem::WrongIdentifier);
    }
    if expected.key.is_some_and(|key| lease.key_hash != KeyHash::of(key)) {
        return Err(Problem::WrongKey);
    }
    let nonce = lease.nonce.as_ref().map(Nonce::as_str);
    if expected.nonce.is_some_and(|asked| nonce != Some(asked)) {
        return Err(Problem::WrongNonce);
    }
    Ok(())
}

/// Whether a verdict is about the place `here`. A "no" need not name one.
fn is_for(verdict: &Verdict, here: &str, unicode: Unicode) -> bool {
    let Some(activation) = &verdict.activation else { return !verdict.valid };
    let Some(kind) = verdict.activation_type else { return false };
    Identifier::new(kind, here, unicode).is_ok_and(|here| here.as_str() == activation.identifier)
}
