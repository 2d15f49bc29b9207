//! PackEdge's webhooks: what they say, and how they are signed.
//!
//! - The body is `{"event": …, "timestamp": …, "data": {…}}`, the signature HMAC-SHA256 over the raw body
//!   under the whole text of the secret: `X-PackEdge-Signature: sha256=<hex>`.
//! - There is no id and no second try; a 2xx within ten seconds is success; the URL is HTTPS.
//! - Of the events that PackEdge names, the payloads of `customer.updated`, `payment.*` and
//!   `subscription.*` are nowhere told: none of these is sent.

use serde::Serialize;

use super::developer::server::standing;
use super::reply::Millis;
use crate::history::{Event, EventKind};
use crate::license::License;
use crate::mac::hmac_sha256;
use crate::prelude::*;
use crate::text::Email;
use crate::time::Timestamp;
use crate::wire::foreign::seats_told;

/// The header with the signature.
pub(in crate::wire) const SIGNATURE_HEADER: &str = "x-packedge-signature";

/// Seconds within which a receiver answers.
pub(in crate::wire) const SECONDS: u32 = 10;

/// Something that happened to a license, with what is told of it.
#[derive(Clone, Copy)]
pub(in crate::wire) struct Told<'a> {
    pub(in crate::wire) event: &'a Event,
    pub(in crate::wire) at: Timestamp,
    /// As it is since.
    pub(in crate::wire) license: &'a License,
    pub(in crate::wire) key: &'a str,
    pub(in crate::wire) email: Option<&'a Email>,
}

#[derive(Serialize)]
struct Body<T> {
    event: &'static str,
    timestamp: Millis,
    data: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LicenseData<'a> {
    id: String,
    license_key: &'a str,
    product_id: String,
    customer_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    made: Option<MadeData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_at: Option<Millis>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MadeData {
    status: &'static str,
    seats: u32,
    expires_at: Option<Millis>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceData<'a> {
    license_id: String,
    license_key: &'a str,
    activation_id: &'a str,
    domain: &'a str,
    product_id: String,
}

#[derive(Serialize)]
struct TestData {
    message: &'static str,
}

/// The body for what happened; `None`: PackEdge has no event for it.
pub(in crate::wire) fn body(told: Told<'_>) -> Option<String> {
    let Told { event, at, license, .. } = told;
    let plain = license_data(told);
    match event.kind {
        EventKind::LicenseCreated => {
            let made = MadeData {
                status: standing(license.status(at)).word(),
                seats: seats_told(license.terms.activation_limit),
                expires_at: license.expires_at.map(Millis),
            };
            write("license.created", at, LicenseData { made: Some(made), ..plain })
        }
        EventKind::LicenseExpired => {
            let expired_at = Some(Millis(license.expires_at.unwrap_or(at)));
            write("license.expired", at, LicenseData { expired_at, ..plain })
        }
        EventKind::LicenseRevoked | EventKind::LicenseCancelled => {
            write("license.revoked", at, plain)
        }
        EventKind::ActivationCreated => write("license.activated", at, place_data(told)?),
        EventKind::ActivationDeactivated | EventKind::ActivationExpired => {
            write("license.deactivated", at, place_data(told)?)
        }
        EventKind::LicenseUpdated
        | EventKind::LicenseSuspended
        | EventKind::LicenseReinstated
        | EventKind::LicenseDisabled
        | EventKind::LicenseEnabled
        | EventKind::LicenseRotated
        | EventKind::LicenseInactivated
        | EventKind::LicenseUsed
        | EventKind::LicenseRenewed
        | EventKind::LicenseExpiring
        | EventKind::PaymentFailed
        | EventKind::SubscriptionCancelled
        | EventKind::SubscriptionExpired
        | EventKind::BillingRecorded
        | EventKind::LeaseIssued
        | EventKind::ActivationRenamed => None,
    }
}

/// The body of a test.
pub(in crate::wire) fn test_body(at: Timestamp) -> Option<String> {
    write("test", at, TestData { message: "This is a test webhook" })
}

fn write(event: &'static str, at: Timestamp, data: impl Serialize) -> Option<String> {
    serde_json::to_string(&Body { event, timestamp: Millis(at), data }).ok()
}

fn license_data(told: Told<'_>) -> LicenseData<'_> {
    LicenseData {
        id: told.license.id.to_string(),
        license_key: told.key,
        product_id: told.license.product.to_string(),
        customer_email: told.email.map(Email::as_str),
        made: None,
        expired_at: None,
    }
}

fn place_data(told: Told<'_>) -> Option<PlaceData<'_>> {
    Some(PlaceData {
        license_id: told.license.id.to_string(),
        license_key: told.key,
        activation_id: told.event.data.get("activation")?.as_str()?,
        domain: told.event.data.get("identifier")?.as_str()?,
        product_id: told.license.product.to_string(),
    })
}

/// What the header says of a body.
pub(in crate::wire) fn signature(secret: &str, body: &str) -> String {
    let mut text = "sha256=".to_owned();
    for byte in hmac_sha256(secret.as_bytes(), body.as_bytes()) {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(half.into(), 16));
        }
    }
    text
}
