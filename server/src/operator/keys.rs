//! A vendor's signing keys, as the operator sees and changes them. The seeds never leave the store.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use serde_json::{Value, json};

use super::vendor_called;
use crate::ledger::{LedgerError, Rows, SigningKeysRow, Txn, VendorRow, View};
use crate::service::Desk;
use crate::signer::{self, unknown_to_apps_before};

fn of_vendor(rows: &impl Rows, name: &str) -> Result<(VendorRow, SigningKeysRow), Refusal> {
    let vendor = vendor_called(rows, name)?;
    let keys = rows.signing_keys_of(vendor.id)?.ok_or(LedgerError::Dangling("signing key"))?;
    Ok((vendor, keys))
}

/// Shows the keys: which signs, which is next, which signed before.
pub(super) fn list(view: &View, vendor: &str, now: Timestamp) -> Result<Value, Refusal> {
    let (vendor, keys) = of_vendor(view, vendor)?;
    shown(&vendor, &keys, (None, now))
}

fn shown(
    vendor: &VendorRow,
    keys: &SigningKeysRow,
    (warning, now): (Option<String>, Timestamp),
) -> Result<Value, Refusal> {
    let mut items = Vec::new();
    for (state, key) in [("current", &keys.current), ("next", &keys.next)] {
        items.push(json!({
            "kid": signer::id(&key.public)?.to_string(),
            "state": state,
            "createdAt": key.created_at,
            "retiredAt": null,
            "publishedUntil": null,
            "unknownToAppsBuiltBefore": unknown_to_apps_before(key, vendor.created_at, now),
        }));
    }
    for key in keys.retired.iter().filter(|key| now < key.leases_until) {
        items.push(json!({
            "kid": signer::id(&key.public)?.to_string(),
            "state": "retired",
            "createdAt": key.created_at,
            "retiredAt": key.retired_at,
            "publishedUntil": key.leases_until,
            "unknownToAppsBuiltBefore": null,
        }));
    }
    Ok(json!({ "vendor": vendor.id, "items": items, "warning": warning }))
}

/// The set that is published.
pub(super) fn export(view: &View, vendor: &str, now: Timestamp) -> Result<Value, Refusal> {
    let (_, keys) = of_vendor(view, vendor)?;
    Ok(signer::jwks(&keys, now)?)
}

/// Promotes the next key, and says which apps cannot know it.
pub(super) fn rotate(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    vendor: &str,
    leaked: bool,
) -> Result<Value, Refusal> {
    let (vendor, keys) = of_vendor(txn, vendor)?;
    let unknown = unknown_to_apps_before(&keys.next, vendor.created_at, desk.now);
    let rotated = signer::rotate(keys, leaked, desk.secret, desk.env, desk.now)?;
    let answer = shown(&vendor, &rotated, (unknown.map(warning), desk.now))?;
    txn.put_signing_keys(vendor.id, &rotated)?;
    Ok(answer)
}

fn warning(before: Timestamp) -> String {
    format!(
        "The key that signs from now on was made at {before}. Programs that were built before that \
         cannot know it and will not trust new leases: ship an update of each that has the keys of \
         `counterfoil keys export` in it. Leases that were signed before go on until they end."
    )
}
