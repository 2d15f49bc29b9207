//! The public vectors of verdicts and leases, natively and through JSON-RPC.

use counterfoil_core::catalog::{Plan, Product, Terms};
use counterfoil_core::decide::{Change, Decision};
use counterfoil_core::history::{Actor, Told};
use counterfoil_core::id::LicenseId;
use counterfoil_core::key::{KeyFormat, LicenseKey};
use counterfoil_core::metadata::Metadata;
use counterfoil_core::text::Name;
use counterfoil_core::verdict::Snapshot;
use counterfoil_core::wire::lease::{self, AskedLease, KeySet};
use counterfoil_core::wire::{judge_asked, read};
use counterfoil_server::ledger::{LicenseRow, NameRow, Stamp};
use counterfoil_server::service::UNICODE;
use counterfoil_tests::{
    LeaseCase, TestServer, VerdictCase, canonical, lease_cases, parity, verdict_cases,
};
use serde_json::{Value, json};

#[test]
fn every_vector_is_answered_natively_byte_for_byte() {
    let cases = verdict_cases();
    assert!(cases.len() >= 30, "the vectors were found");
    let mut verdicts = Vec::new();
    for case in &cases {
        let now = case.now.parse().unwrap();
        let verdict = judge_asked(case.snapshot.as_ref(), &case.question, now, UNICODE).unwrap();
        let verdict = canonical(&serde_json::to_value(verdict).unwrap());
        assert_eq!(verdict, canonical(&case.verdict), "{}", case.name);
        verdicts.push(verdict);
    }
    parity::tell("native", &parity::digest(&verdicts));
}

#[test]
fn every_lease_vector_is_judged_natively_as_it_says() {
    let cases = lease_cases();
    assert!(cases.len() >= 30, "the vectors were found");
    for LeaseCase { name, lease, jwks, options, now, check: expected } in cases {
        let keys = KeySet::read(&jwks).unwrap();
        let asked: AskedLease = read(&options).unwrap();
        let now = now.parse().unwrap();
        let judged = lease::check(&lease, &keys, &asked.as_expected(), UNICODE, now);
        assert_eq!(serde_json::to_value(judged).unwrap(), expected, "{name}");
    }
}

#[tokio::test]
async fn every_vector_is_answered_through_json_rpc_byte_for_byte() {
    let mut verdicts = Vec::new();
    for case in verdict_cases() {
        // A server each: the cases share their ids.
        let server = TestServer::start().await;
        server.env.set(&case.now);
        if let Some(snapshot) = &case.snapshot {
            keep(&server, snapshot.clone()).await;
        }
        let verdict = server.public.call("license.validate", params(&case)).await;
        let verdict = canonical(&verdict);
        assert_eq!(verdict, canonical(&case.verdict), "{}", case.name);
        verdicts.push(verdict);
        server.stop().await;
    }
    parity::tell("json-rpc", &parity::digest(&verdicts));
}

const KEY: &str = "VECTOR-KEY";

fn params(case: &VerdictCase) -> Value {
    let mut params = serde_json::to_value(&case.question).unwrap();
    params.as_object_mut().unwrap().insert("key".to_owned(), json!(KEY));
    params
}

/// Writes a snapshot into the server's ledger.
async fn keep(server: &TestServer, snapshot: Snapshot) {
    let app = server.server.app();
    let secret = std::sync::Arc::clone(&app.secret);
    let kept = app.ledger.transact(move |txn| {
        let id: LicenseId = snapshot.license.id;
        let key = LicenseKey::new(KEY).unwrap();
        let sealed = secret.seal(key.reveal().as_bytes(), id.to_string().as_bytes(), [0; 24]);
        let product = Product {
            names: snapshot.product,
            vendor: snapshot.license.vendor,
            name: Name::new("P").unwrap(),
            key_format: KeyFormat::Counterfoil,
            external_id: None,
            metadata: Metadata::default(),
            created_at: snapshot.license.created_at,
        };
        let plan = snapshot.plan.map(|slug| Plan {
            slug,
            id: snapshot.license.plan.unwrap(),
            product: snapshot.license.product,
            name: Name::new("S").unwrap(),
            terms: Terms::default(),
            term: None,
            grace_days: 14,
            price: None,
            created_at: snapshot.license.created_at,
        });
        let activations = snapshot.activations.into_iter().chain(snapshot.named);
        let license = snapshot.license;
        let changes: Vec<Change> = std::iter::once(Change::License(license.clone()))
            .chain(activations.map(Change::Activation))
            .collect();
        txn.put_product(&product)?;
        if let Some(plan) = &plan {
            txn.put_plan(product.vendor, plan)?;
        }
        let row = LicenseRow {
            license: license.clone(),
            sealed_key: sealed,
            sale: None,
            told: Told::of_new(&license, license.created_at),
            head: [0; 32],
            guard: [0; 32],
        };
        let decision = Decision { answer: license, changes, events: Vec::new() };
        let at = decision.answer.created_at;
        let stamp = Stamp { actor: Actor::System, at, entropy: [0; 16], secret: &secret };
        txn.apply(&row, &decision, stamp)?;
        let exact = Some(secret.exact_key_digest(key.reveal()));
        txn.put_name(&secret.name_digest(&key.folded()), NameRow { license: id, exact })?;
        Ok(())
    });
    kept.await.unwrap();
}
