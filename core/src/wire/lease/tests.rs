use std::prelude::rust_2024::*;

use serde_json::{Value, json};

use super::*;
use crate::base64url;
use crate::identifier::{ActivationType, Unicode};
use crate::lease::{KeyHash, NO_SECONDS};
use crate::license::Mode;
use crate::text::Nonce;
use crate::time::Timestamp;
use crate::verdict::{ActivationStatus, ActivationView, Question, VerdictStatus, judge};

const NOW: Timestamp = Timestamp::from_unix(1_780_000_000);
const UNICODE: Unicode =
    Unicode { to_ascii: |text| Some(text.to_owned()), to_lowercase: str::to_lowercase };
const KEY: &str = "CH-7K2P-9XQ4-LM83";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32]).unwrap()
}

fn keys() -> KeySet {
    KeySet::new(&[key(1).public().clone(), key(2).public().clone()])
}

fn yes() -> Lease {
    let mut verdict = judge(None, &Question::default(), NOW);
    verdict.valid = true;
    verdict.status = VerdictStatus::Valid;
    verdict.mode = Some(Mode::Live);
    verdict.product = Some("acme".to_owned());
    verdict.activation_type = Some(ActivationType::Domain);
    verdict.activation = Some(ActivationView {
        id: "act_00000000000000000000000001".parse().unwrap(),
        identifier: "example.com".to_owned(),
        name: None,
        status: ActivationStatus::Active,
        activated_at: NOW,
        expires_at: None,
    });
    Lease {
        issuer: "https://licenses.example.com".to_owned(),
        audience: Some("acme".to_owned()),
        license: Some("lic_00000000000000000000000001".parse().unwrap()),
        issued_at: NOW,
        not_before: NOW,
        expires_at: NOW.plus_days(7),
        id: "0000000000000000".to_owned(),
        nonce: Some(Nonce::new("n-1").unwrap()),
        key_hash: KeyHash::of(KEY),
        verdict,
    }
}

fn no() -> Lease {
    let verdict = judge(None, &Question::default(), NOW);
    let expires_at = NOW.saturating_add(NO_SECONDS);
    Lease { license: None, verdict, expires_at, ..yes() }
}

fn expected() -> Expected<'static> {
    Expected {
        product: Some("acme"),
        identifier: Some("https://www.Example.com/shop"),
        mode: Mode::Live,
        key: Some(" CH-7K2P-9XQ4-LM83\n"),
        nonce: Some("n-1"),
    }
}

fn code(text: &str, now: Timestamp) -> &'static str {
    match verify(text, &keys(), &expected(), UNICODE, now) {
        Ok(_) => "ok",
        Err(problem) => problem.code(),
    }
}

/// A lease with this header and these claims, signed by key 1 whatever they say.
fn forged(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url::write(value.to_string().as_bytes());
    let signed = [part(header), part(claims)].join(".");
    let signature = base64url::write(&key(1).sign(signed.as_bytes()));
    [signed, signature].join(".")
}

fn parts(text: &str) -> (Value, Value) {
    let mut parts = text.split('.').map(|part| base64url::read(part).unwrap());
    let mut part = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (part(), part())
}

#[test]
fn what_is_signed_is_read_again() {
    for lease in [yes(), Lease { nonce: None, ..yes() }] {
        let text = sign(&lease, &key(2));
        let expected = Expected { nonce: None, ..expected() };
        assert_eq!(verify(&text, &keys(), &expected, UNICODE, NOW), Ok(lease));
    }
    let text = sign(&no(), &key(1));
    let Err(Problem::NotValid(read)) = verify(&text, &keys(), &expected(), UNICODE, NOW) else {
        std::panic!("{text}");
    };
    assert_eq!(*read, no());
}

#[test]
fn a_lease_says_what_the_contract_says_and_no_more() {
    let mut lease = yes();
    lease.verdict.lease = Some("another".to_owned());
    lease.verdict.activations.push(lease.verdict.activation.clone().unwrap());
    let (header, claims) = parts(&sign(&lease, &key(1)));
    let id = key(1).public().id().to_string();
    assert_eq!(header, json!({ "alg": "EdDSA", "typ": "license+jwt", "kid": id }));
    let members: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["aud", "exp", "iat", "iss", "jti", "key_hash", "nbf", "nonce", "sub", "verdict"]
    );
    assert_eq!(claims["verdict"].get("lease"), None);
    assert_eq!(claims["verdict"]["activations"], json!([]));
    assert_eq!(claims["key_hash"], "xVgKoA772lNmzf9xwdlTtY7qsJr-xPoZGB8chVrBYIg");
}

#[test]
fn each_way_in_which_a_lease_is_not_ours_has_its_own_word() {
    let text = sign(&yes(), &key(1));
    let with = |change: fn(&mut Expected<'static>)| {
        let mut expected = expected();
        change(&mut expected);
        verify(&text, &keys(), &expected, UNICODE, NOW).map_err(|problem| problem.code())
    };
    assert_eq!(code(&text, NOW), "ok");
    assert_eq!(with(|it| it.product = Some("other")), Err("wrong_product"));
    assert_eq!(with(|it| it.identifier = Some("other.com")), Err("wrong_identifier"));
    assert_eq!(with(|it| it.identifier = Some("")), Err("wrong_identifier"));
    assert_eq!(with(|it| it.mode = Mode::Test), Err("wrong_mode"));
    assert_eq!(with(|it| it.key = Some("ch-7k2p-9xq4-lm83")), Err("wrong_key"));
    assert_eq!(with(|it| it.nonce = Some("n-2")), Err("wrong_nonce"));
    assert_eq!(code(&sign(&Lease { nonce: None, ..yes() }, &key(1)), NOW), "wrong_nonce");
    assert_eq!(code(&sign(&yes(), &key(3)), NOW), "unknown_key_id");
    assert_eq!(code(&sign(&no(), &key(1)), NOW), "not_valid");
    // A license that was judged without a place is nobody's who asks for one.
    let mut nowhere = yes();
    nowhere.verdict.activation = None;
    assert_eq!(code(&sign(&nowhere, &key(1)), NOW), "wrong_identifier");
}

#[test]
fn time_is_forgiven_before_a_lease_begins_and_not_after_it_ends() {
    let text = sign(&yes(), &key(1));
    let end = yes().expires_at;
    for (now, word) in [
        (NOW.saturating_add(-301), "not_yet_valid"),
        (NOW.saturating_add(-300), "ok"),
        (end.saturating_add(-1), "ok"),
        (end, "expired"),
    ] {
        assert_eq!(code(&text, now), word, "{now}");
    }
}

#[test]
fn a_header_that_says_anything_else_is_malformed_however_well_it_is_signed() {
    let (ours, claims) = parts(&sign(&yes(), &key(1)));
    for (member, value, word) in [
        ("alg", json!("Ed25519"), "ok"),
        ("alg", json!("none"), "malformed"),
        ("alg", json!("HS256"), "malformed"),
        ("alg", json!("eddsa"), "malformed"),
        ("alg", json!(["EdDSA"]), "malformed"),
        ("typ", json!("JWT"), "malformed"),
        ("typ", Value::Null, "malformed"),
        ("kid", Value::Null, "malformed"),
        ("kid", json!("1"), "unknown_key_id"),
        ("kid", json!(key(2).public().id().to_string()), "bad_signature"),
        ("crit", json!(["exp"]), "malformed"),
        ("jwk", jwk(key(1).public()), "malformed"),
        ("b64", json!(false), "malformed"),
    ] {
        let mut header = ours.clone();
        header[member] = value.clone();
        assert_eq!(code(&forged(&header, &claims), NOW), word, "{member}: {value}");
    }
}

#[test]
fn claims_that_are_not_a_lease_s_are_malformed_however_well_they_are_signed() {
    let (header, ours) = parts(&sign(&yes(), &key(1)));
    for (member, value) in [
        ("exp", Value::Null),
        ("exp", json!("2027-01-01T00:00:00Z")),
        ("exp", json!(1.5)),
        ("nbf", Value::Null),
        ("iat", json!(true)),
        ("iss", json!(7)),
        ("aud", json!(["acme"])),
        ("sub", json!("prd_00000000000000000000000001")),
        ("jti", Value::Null),
        ("nonce", json!("")),
        ("key_hash", json!("")),
        ("key_hash", json!("AA")),
        ("verdict", json!({ "valid": true })),
        ("verdict", Value::Null),
    ] {
        let mut claims = ours.clone();
        claims[member] = value.clone();
        assert_eq!(code(&forged(&header, &claims), NOW), "malformed", "{member}: {value}");
    }
    let mut claims = ours;
    claims["verdict"]["status"] = json!("revoked");
    assert_eq!(code(&forged(&header, &claims), NOW), "malformed");
}

#[test]
fn what_is_no_lease_at_all_is_malformed() {
    let text = sign(&yes(), &key(1));
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let long = "A".repeat(LEASE_BYTES_MAX + 1);
    for wrong in [
        "",
        ".",
        "..",
        "...",
        "<html>Please sign in</html>",
        signed,
        &format!("{signed}."),
        &format!("{signed}.{signature}="),
        &format!("{signed}.{signature}.{signature}"),
        &format!("{signed}.{}", signature.get(1..).unwrap()),
        &format!(" {text}"),
        &text.replace('.', " "),
        &long,
    ] {
        assert_eq!(code(wrong, NOW), "malformed", "{wrong}");
    }
}

#[test]
fn a_key_set_is_read_and_what_is_none_is_refused_with_the_reason() {
    let ours = jwk(key(1).public());
    let with = |member: &str, value: Value| {
        let mut key = ours.clone();
        key[member] = value;
        KeySet::read(&json!({ "keys": [key] })).map_err(|problem| problem.0)
    };
    let rsa = json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" });
    let set = KeySet::read(&json!({ "keys": [rsa, ours] })).unwrap();
    assert_eq!(KeySet::read_again(&json!({ "keys": [rsa, ours] })).as_ref(), Ok(&set));
    assert_eq!(set.key(key(1).public().id()), Some(key(1).public().clone()));
    assert_eq!(set.key(key(2).public().id()), None);
    assert!(with("kid", Value::Null).is_ok());
    for problem in [
        with("kid", json!("mine")),
        with("d", json!("AAAA")),
        with("x", json!("AAAA")),
        with("kty", json!("RSA")),
        KeySet::read(&json!({ "keys": [] })).map_err(|problem| problem.0),
        KeySet::read(&json!([ours])).map_err(|problem| problem.0),
    ] {
        assert!(problem.is_err());
    }
}

#[test]
fn what_is_told_of_a_lease_has_one_shape() {
    let told = |lease: &Lease| {
        let text = sign(lease, &key(1));
        serde_json::to_value(check(&text, &keys(), &expected(), UNICODE, NOW)).unwrap()
    };
    let yes = told(&yes());
    assert_eq!((&yes["ok"], &yes["expiresAt"]), (&json!(true), &json!("2026-06-04T20:26:40Z")));
    assert_eq!(yes["verdict"]["activation"]["identifier"], "example.com");
    let no = told(&no());
    assert_eq!((&no["ok"], &no["code"]), (&json!(false), &json!("not_valid")));
    assert_eq!(no["verdict"]["status"], "invalid");
    let refused = check("", &keys(), &expected(), UNICODE, NOW);
    let refused = serde_json::to_value(refused).unwrap();
    assert_eq!(refused, json!({ "ok": false, "code": "malformed" }));
}
