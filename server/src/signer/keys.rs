//! A vendor's keys as they follow each other.

use counterfoil_core::lease::SigningKey;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::lease::jwk;
use counterfoil_core::wire::native::license::LEASE_SECONDS_MAX;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{place, public};
use crate::env::{Env, NoEntropy, random};
use crate::ledger::{LedgerError, RetiredKeyRow, SigningKeyRow, SigningKeysRow};
use crate::secret::Secret;

/// For how many days apps are reckoned with that know only the keys of their building day.
const APP_DAYS: u32 = 90;

/// A new vendor's keys, the current one and the next.
///
/// # Errors
///
/// [`NoEntropy`] when there is none to be had.
pub fn make(secret: &Secret, env: &dyn Env, now: Timestamp) -> Result<SigningKeysRow, NoEntropy> {
    let (current, next) = (make_one(secret, env, now)?, make_one(secret, env, now)?);
    Ok(SigningKeysRow { current, next, retired: Vec::new() })
}

fn make_one(secret: &Secret, env: &dyn Env, now: Timestamp) -> Result<SigningKeyRow, NoEntropy> {
    let seed = Zeroizing::new(random::<32>(env)?);
    // Of random bytes none makes a key that is refused.
    let key = SigningKey::from_seed(&seed).map_err(|_| NoEntropy)?;
    let public = key.public().to_bytes();
    let sealed_seed = secret.seal(seed.as_slice(), &place(&public), random(env)?);
    Ok(SigningKeyRow { public, sealed_seed, created_at: now, leases_until: None })
}

/// Promotes the next key and makes another one. The key that signed until now stays published as
/// long as a lease of its may hold, unless it `leaked`.
///
/// # Errors
///
/// [`NoEntropy`] when there is none to be had.
pub fn rotate(
    keys: SigningKeysRow,
    leaked: bool,
    secret: &Secret,
    env: &dyn Env,
    now: Timestamp,
) -> Result<SigningKeysRow, NoEntropy> {
    let SigningKeysRow { current, next, mut retired } = keys;
    let next_but_one = make_one(secret, env, now)?;
    retired.retain(|key| now < key.leases_until);
    if !leaked {
        let seconds = i64::try_from(LEASE_SECONDS_MAX).unwrap_or(i64::MAX);
        let longest = now.saturating_add(seconds);
        retired.push(RetiredKeyRow {
            public: current.public,
            created_at: current.created_at,
            retired_at: now,
            leases_until: current.leases_until.map_or(longest, |until| until.max(longest)),
        });
    }
    Ok(SigningKeysRow { current: next, next: next_but_one, retired })
}

/// Apps that were built before this moment, and lately enough to be in use, cannot know `key`.
/// `None`: all of them know it, for it was there when the vendor was.
pub fn unknown_to_apps_before(
    key: &SigningKeyRow,
    vendor_since: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let oldest_app = now.minus_days(APP_DAYS).max(vendor_since);
    (oldest_app < key.created_at).then_some(key.created_at)
}

/// The set to publish: the current key, the next, and those that signed before.
///
/// # Errors
///
/// [`LedgerError`] for what is no key.
pub fn jwks(keys: &SigningKeysRow, now: Timestamp) -> Result<Value, LedgerError> {
    let retired = keys.retired.iter().filter(|key| now < key.leases_until).map(|key| &key.public);
    let all = [&keys.current.public, &keys.next.public].into_iter().chain(retired);
    let all: Result<Vec<Value>, _> = all.map(|bytes| Ok(jwk(&public(bytes)?))).collect();
    all.map(|keys: Vec<Value>| json!({ "keys": keys }))
}
