//! The sample products, plans and licenses that the demo starts with.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::rpc::Rpc;
use super::write_secret;
use crate::failure::{Failure, Result};

/// Where the keys that the server made are kept: a later start on the same data makes none.
const GENERATED: &str = "sample-keys";
const GENERATED_COUNT: u32 = 20;
/// Who uses the first of the generated licenses.
pub(super) const USER: &str = "ada@example.com";
/// The product of the generated licenses.
pub(super) const STUDIO: &str = "acme-studio";
/// The product that is offered at the checkout: on two plans, so that there is something to choose.
pub(super) const SHEETS: &str = "acme-sheets";

/// A license that came from elsewhere, key and all.
pub(super) struct Sample {
    pub(super) key: &'static str,
    /// What there is to see with it.
    pub(super) shows: &'static str,
    product: &'static str,
    plan: &'static str,
    expires_at: Option<&'static str>,
    identifiers: &'static [&'static str],
}

pub(super) const SAMPLES: [Sample; 5] = [
    Sample {
        key: "CH-7K2P-9XQ4-LM83",
        shows: "2 of 3 domains taken: example.com and staging.example.com; until June 2027",
        product: "acme-forms-pro",
        plan: "developer",
        expires_at: Some("2027-06-04T00:00:00Z"),
        identifiers: &["example.com", "staging.example.com"],
    },
    Sample {
        key: "CH-4TWN-E9RX-2DQ7",
        shows: "expired: renewing is the remedy",
        product: "acme-forms-pro",
        plan: "developer",
        expires_at: Some("2026-01-31T00:00:00Z"),
        identifiers: &[],
    },
    Sample {
        key: "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6",
        shows: "any number of domains, for good",
        product: "acme-gallery",
        plan: "agency",
        expires_at: None,
        identifiers: &["example.com"],
    },
    Sample {
        key: "XLS-334A-86AF0",
        shows: "its one device is taken: freeing it is the remedy for another",
        product: SHEETS,
        plan: "single",
        expires_at: None,
        identifiers: &["desk-01"],
    },
    Sample {
        key: "ABCD1234-EFGH5678-IJKL9012-MNOP3456",
        shows: "5 users, none yet",
        product: STUDIO,
        plan: "team",
        expires_at: None,
        identifiers: &[],
    },
];

/// Makes what is not there yet, and hands back the keys that the server made.
pub(super) fn plant(rpc: &Rpc, data: &Path) -> Result<Vec<String>> {
    for product in products() {
        rpc.make("admin.product.create", &product)?;
    }
    for plan in plans() {
        rpc.make("admin.plan.create", &plan)?;
    }
    for sample in &SAMPLES {
        import(rpc, sample)?;
    }
    sell(rpc)?;
    let path = data.join(GENERATED);
    if let Ok(keys) = fs::read_to_string(&path) {
        return Ok(keys.lines().map(str::to_owned).collect());
    }
    let keys = generate(rpc)?;
    write_secret(&path, &keys.join("\n"))?;
    Ok(keys)
}

fn products() -> [Value; 4] {
    [
        json!({"slug": "acme-forms-pro", "name": "Acme Forms Pro", "keyFormat": r"C\H-XXXX-XXXX-XXXX"}),
        json!({"slug": "acme-gallery", "name": "Acme Gallery", "keyFormat": "hex-4x8"}),
        json!({"slug": SHEETS, "name": "Acme Sheets"}),
        json!({"slug": STUDIO, "name": "Acme Studio"}),
    ]
}

fn plans() -> [Value; 5] {
    [
        json!({"product": "acme-forms-pro", "slug": "developer", "name": "Developer",
               "activationType": "domain", "activationLimit": 3, "term": {"months": 12},
               "entitlements": ["pro"], "price": 9900, "currency": "EUR"}),
        json!({"product": "acme-gallery", "slug": "agency", "name": "Agency",
               "activationType": "domain", "activationLimit": 0,
               "price": 19900, "currency": "EUR"}),
        json!({"product": SHEETS, "slug": "single", "name": "Single device",
               "activationType": "device", "activationLimit": 1,
               "price": 2900, "currency": "EUR"}),
        json!({"product": SHEETS, "slug": "monthly", "name": "Monthly",
               "activationType": "device", "activationLimit": 2, "term": {"months": 1},
               "price": 900, "currency": "EUR"}),
        json!({"product": STUDIO, "slug": "team", "name": "Team",
               "activationType": "seat", "activationLimit": 5, "entitlements": ["export", "share"]}),
    ]
}

/// Sells what a payment side would report: one that goes on, one that waits for its money, one that
/// is disputed and one whose money was given back. The events have names, so that a later start
/// changes nothing.
fn sell(rpc: &Rpc) -> Result {
    for (order, buyer, report) in [
        ("ORD-1001", "bo@example.com", None),
        ("ORD-1002", "cy@example.com", Some(("billing.paymentFailed", "subscription"))),
        ("ORD-1003", "di@example.com", Some(("billing.disputeOpened", "order"))),
        ("ORD-1004", "ed@example.com", Some(("billing.refunded", "order"))),
    ] {
        let subscription = format!("SUB-{order}");
        rpc.call(
            "billing.orderCompleted",
            &json!({"order": order, "subscription": subscription, "product": SHEETS,
                    "plan": "monthly", "customer": {"email": buyer},
                    "price": 900, "currency": "EUR"}),
        )?;
        if let Some((method, about)) = report {
            let id = if about == "order" { order } else { subscription.as_str() };
            rpc.call(method, &json!({about: id, "event": format!("{order}-1")}))?;
        }
    }
    Ok(())
}

fn import(rpc: &Rpc, sample: &Sample) -> Result {
    let license = json!({"key": sample.key, "product": sample.product, "plan": sample.plan,
                         "expiresAt": sample.expires_at,
                         "customer": {"email": USER, "name": "Ada Example"}});
    // One that was there may have been changed since, and stays as it is.
    if rpc.make("admin.license.create", &license)?.is_none() {
        return Ok(());
    }
    for identifier in sample.identifiers {
        activate(rpc, sample.key, identifier)?;
    }
    Ok(())
}

fn generate(rpc: &Rpc) -> Result<Vec<String>> {
    let wanted = json!({"product": STUDIO, "plan": "team", "quantity": GENERATED_COUNT});
    let made = rpc.call("admin.license.create", &wanted)?;
    let items = made.get("items").and_then(Value::as_array).into_iter().flatten();
    let keys = items.filter_map(|license| license.get("key")?.as_str().map(str::to_owned));
    let keys: Vec<String> = keys.collect();
    let first = keys.first().ok_or_else(|| Failure::new("The server made no licenses."))?;
    activate(rpc, first, USER)?;
    Ok(keys)
}

fn activate(rpc: &Rpc, key: &str, identifier: &str) -> Result {
    rpc.call("license.activate", &json!({"key": key, "identifier": identifier})).map(drop)
}
