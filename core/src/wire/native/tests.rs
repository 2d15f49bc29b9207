use super::admin::catalog::{CreatePlan, CreateProduct};
use super::admin::license::CreateLicense;
use super::license::{Use, Validate};
use super::*;
use crate::wire::{Outcome, Response};
use proptest::prelude::*;
use serde_json::json;

fn params(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { panic!("{value} is no object") };
    members
}

#[track_caller]
fn check_refused<C: Call + core::fmt::Debug>(value: Value, field: &str) {
    match C::read(params(value)) {
        Err(Refusal::InvalidParams(wrong)) => assert_eq!(wrong.field, field),
        other => panic!("{field}: {other:?}"),
    }
}

#[test]
fn an_unknown_member_is_refused_by_name() {
    check_refused::<Validate>(json!({ "key": "x", "keys": "y" }), "keys");
    check_refused::<CreateLicense>(
        json!({ "product": "p", "customer": { "email": "a@b", "mail": 1 } }),
        "customer.mail",
    );
}

#[test]
fn a_missing_or_wrong_member_is_refused_by_name() {
    check_refused::<Validate>(json!({}), "key");
    check_refused::<Validate>(json!({ "key": null }), "key");
    check_refused::<Validate>(json!({ "key": 7 }), "key");
    check_refused::<Validate>(json!({ "key": "x", "mode": "prod" }), "mode");
    check_refused::<Validate>(json!({ "key": "x", "nonce": "" }), "nonce");
    check_refused::<Validate>(json!({ "key": "x", "nonce": "n".repeat(129) }), "nonce");
    check_refused::<Use>(json!({ "key": "x", "amount": 0 }), "amount");
    check_refused::<Use>(json!({ "key": "x", "amount": 1_000_001 }), "amount");
    check_refused::<Use>(json!({ "key": "x", "amount": 1.5 }), "amount");
    check_refused::<CreateProduct>(
        json!({ "slug": "a", "name": "A", "keyFormat": "XX" }),
        "keyFormat",
    );
    check_refused::<CreatePlan>(
        json!({ "product": "p", "slug": "s", "name": "N", "activationType": "domain",
            "activationLimit": 1, "term": { "months": 1, "days": 1 } }),
        "term",
    );
    check_refused::<CreateLicense>(json!({ "product": "p", "key": "schl\u{fc}ssel" }), "key");
    check_refused::<CreateLicense>(json!({ "product": "p", "quantity": 1_001 }), "quantity");
    check_refused::<CreateLicense>(json!({ "product": "p", "expiresAt": "tomorrow" }), "expiresAt");
    check_refused::<CreateLicense>(
        json!({ "product": "p", "entitlements": ["a", 1] }),
        "entitlements.1",
    );
    check_refused::<CreateLicense>(
        json!({ "product": "p", "metadata": { "a": "x".repeat(5_000) } }),
        "metadata",
    );
}

#[test]
fn null_reads_as_absent() {
    let with =
        Validate::read(params(json!({ "key": "x", "product": null, "mode": null, "lease": null })));
    assert_eq!(with, Validate::read(params(json!({ "key": "x" }))));
}

#[test]
fn a_request_is_one_json_rpc_call() {
    let call = envelope::LicenseCall::named("validate").unwrap();
    let request = render_request(call, params(json!({ "key": "K", "identifier": null }))).unwrap();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/rpc"));
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(
        serde_json::from_str::<Value>(&request.body.unwrap()).unwrap(),
        json!({ "jsonrpc": "2.0", "id": 1, "method": "license.validate", "params": { "key": "K" } })
    );
}

fn outcome(status: u16, body: &str) -> Outcome {
    let response = Response { status, headers: Map::new(), body: body.as_bytes().to_vec() };
    parse_response(envelope::LicenseCall::Use, &response)
}

#[track_caller]
fn check_failed(status: u16, body: &str, code: &str, retryable: bool) {
    match outcome(status, body) {
        Outcome::Failed(failed) => {
            assert_eq!((failed.code.as_str(), failed.retryable), (code, retryable));
        }
        other @ (Outcome::Answered(_) | Outcome::Foreign(_)) => panic!("{body}: {other:?}"),
    }
}

#[test]
fn a_refusal_is_read_by_its_word_and_a_strange_body_is_no_answer() {
    let error = |code: i32, word: &str| {
        json!({ "jsonrpc": "2.0", "id": 1,
            "error": { "code": code, "message": "No.", "data": { "code": word } } })
        .to_string()
    };
    check_failed(200, &error(409, "uses_limit_exceeded"), "uses_limit_exceeded", false);
    check_failed(503, &error(503, "unavailable"), "unavailable", true);
    check_failed(429, &error(429, "rate_limited"), "rate_limited", true);
    check_failed(200, &error(403, "license_moved_to_mars"), "license_moved_to_mars", false);
    check_failed(
        200,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32700,"message":"?"}}"#,
        "parse_error",
        false,
    );
    for (status, body) in [
        (200, ""),
        (200, "<html>Please sign in to the hotel network</html>"),
        (200, r#"{"jsonrpc":"2.0","id":1,"result":{"uses":"many"}}"#),
        (200, r#"{"jsonrpc":"1.0","id":1,"result":{"uses":1,"usesLimit":null}}"#),
        (502, r#"{"jsonrpc":"2.0","id":1,"result":{"uses":1,"usesLimit":null}}"#),
        (200, "[]"),
        (200, "null"),
    ] {
        check_failed(status, body, "unrecognized_response", true);
    }
    let answered = outcome(200, r#"{"jsonrpc":"2.0","id":1,"result":{"uses":3,"usesLimit":null}}"#);
    assert_eq!(
        serde_json::to_value(answered).unwrap(),
        json!({ "ok": true, "uses": 3, "usesLimit": null })
    );
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_same_call(
        key in "[ -~]{1,40}",
        product in proptest::option::of("[a-z-]{1,20}"),
        amount in proptest::option::of(1..=1_000_000_u64),
        test in any::<bool>(),
    ) {
        let value = json!({ "key": key, "product": product, "amount": amount,
            "mode": if test { "test" } else { "live" } });
        let call = Use::read(params(value)).unwrap();
        prop_assert_eq!(Use::read(call.write()), Ok(call));
    }

    #[test]
    fn any_bytes_are_an_outcome(status: u16, body: Vec<u8>) {
        let response = Response { status, headers: Map::new(), body };
        for call in ["validate", "activate", "deactivate", "use"] {
            let call = envelope::LicenseCall::named(call).unwrap();
            let _ = parse_response(call, &response);
        }
    }
}
