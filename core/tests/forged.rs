//! What nobody signed unlocks nothing, however close it comes to what somebody did.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic, and here each place lies within the text"
)]

use counterfoil_core::identifier::Unicode;
use counterfoil_core::lease::{KeyHash, Lease, SigningKey};
use counterfoil_core::license::Mode;
use counterfoil_core::text::Nonce;
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::{Question, Verdict, VerdictStatus, judge};
use counterfoil_core::wire::lease::{Expected, KeySet, Problem, sign, verify};
use counterfoil_core::wire::{Dialect, Outcome, Response};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, json};

const NOW: Timestamp = Timestamp::from_unix(1_780_000_000);
const UNICODE: Unicode =
    Unicode { to_ascii: |text| Some(text.to_owned()), to_lowercase: str::to_lowercase };

/// How many are tried.
const FORGERIES: u32 = 100_000;

/// One change to a lease's text.
#[derive(Clone, Debug)]
enum Change {
    /// One bit of one character.
    Bit(usize, u8),
    /// One character of base 64 by another.
    Symbol(usize, u8),
    /// A piece taken out.
    Cut(usize, usize),
    /// A piece of itself put in elsewhere.
    Copy(usize, usize, usize),
    /// A part of another lease in place of this one's.
    Part(usize),
    /// Cut off at an end.
    End(usize),
}

fn changes() -> impl Strategy<Value = Change> {
    let place = || 0..4_096_usize;
    prop_oneof![
        (place(), 0..7_u8).prop_map(|(at, bit)| Change::Bit(at, bit)),
        (place(), 0..64_u8).prop_map(|(at, symbol)| Change::Symbol(at, symbol)),
        (place(), 1..40_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (place(), place(), 1..40_usize)
            .prop_map(|(from, to, length)| Change::Copy(from, to, length)),
        (0..3_usize).prop_map(Change::Part),
        place().prop_map(Change::End),
    ]
}

fn changed(text: &str, other: &str, change: &Change) -> String {
    const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = text.as_bytes().to_vec();
    let within = |at: usize| at % bytes.len();
    match *change {
        Change::Bit(at, bit) => {
            let at = within(at);
            bytes[at] ^= 1 << bit;
        }
        Change::Symbol(at, symbol) => {
            let at = within(at);
            bytes[at] = SYMBOLS[usize::from(symbol)];
        }
        Change::Cut(at, length) => {
            let (at, end) = (within(at), bytes.len());
            bytes.drain(at..end.min(at + length));
        }
        Change::Copy(from, to, length) => {
            let (from, to) = (within(from), within(to));
            let piece = bytes[from..bytes.len().min(from + length)].to_vec();
            bytes.splice(to..to, piece);
        }
        Change::Part(part) => {
            let mut parts: Vec<&str> = text.split('.').collect();
            parts[part] = other.split('.').nth(part).unwrap();
            return parts.join(".");
        }
        Change::End(at) => {
            let at = within(at);
            bytes.truncate(at);
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn lease(verdict: Verdict) -> Lease {
    Lease {
        issuer: "https://licenses.example.com".to_owned(),
        audience: Some("acme".to_owned()),
        license: Some("lic_00000000000000000000000001".parse().unwrap()),
        issued_at: NOW,
        not_before: NOW,
        expires_at: NOW.plus_days(7),
        id: "0000000000000000".to_owned(),
        nonce: Some(Nonce::new("n-1").unwrap()),
        key_hash: KeyHash::of("CH-7K2P-9XQ4-LM83"),
        verdict,
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32]).unwrap()
}

fn keys() -> KeySet {
    KeySet::new(&[key().public().clone()])
}

fn no() -> Verdict {
    judge(None, &Question::default(), NOW)
}

fn yes() -> Verdict {
    Verdict { valid: true, status: VerdictStatus::Valid, mode: Some(Mode::Live), ..no() }
}

const EXPECTED: Expected<'_> = Expected {
    product: Some("acme"),
    identifier: None,
    mode: Mode::Live,
    key: None,
    nonce: Some("n-1"),
};

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: FORGERIES, ..Config::default() })
}

#[test]
fn no_text_that_differs_from_a_signed_one_is_believed() {
    let keys = keys();
    let (yes, no) = (sign(&lease(yes()), &key()), sign(&lease(no()), &key()));
    let answer = |text: &str| verify(text, &keys, &EXPECTED, UNICODE, NOW);
    assert!(answer(&yes).is_ok());
    let tried = runner().run(&(any::<bool>(), changes()), |(is_yes, change)| {
        let (text, other) = if is_yes { (&yes, &no) } else { (&no, &yes) };
        let forged = changed(text, other, &change);
        let believed = !matches!(
            answer(&forged),
            Err(Problem::Malformed | Problem::BadSignature | Problem::UnknownKeyId)
        );
        prop_assert!(!believed || forged == *text, "{forged}");
        Ok(())
    });
    tried.unwrap();
}

/// A server's answer to `license.validate`, with the verdict's signed form in it.
fn reply(verdict: Verdict, lease: &str) -> String {
    let result = Verdict { lease: Some(lease.to_owned()), ..verdict };
    json!({ "jsonrpc": "2.0", "id": 1, "result": result }).to_string()
}

/// What a program that asked with the nonce `n-1` believes of an answer.
fn believed(body: String, keys: &KeySet) -> Option<Verdict> {
    let response = Response { status: 200, headers: Map::new(), body: body.into_bytes() };
    let outcome = Dialect::Counterfoil.parse_response("validate", &response);
    let Some(Outcome::Answered(answered)) = outcome else { return None };
    let lease = answered.verdict?.lease?;
    verify(&lease, keys, &EXPECTED, UNICODE, NOW).ok().map(|lease| lease.verdict)
}

#[test]
fn no_changed_answer_is_believed_for_what_was_not_signed() {
    let keys = keys();
    let signed = |lease| sign(&lease, &key());
    let replayed = Lease { nonce: Some(Nonce::new("n-2").unwrap()), ..lease(yes()) };
    let leases = [signed(lease(yes())), signed(lease(no())), signed(replayed)];
    assert_eq!(believed(reply(yes(), &leases[0]), &keys), Some(yes()));
    // What says "yes" around a signed "no", and around the answer to another question.
    for lease in &leases[1..] {
        assert_eq!(believed(reply(yes(), lease), &keys), None);
    }
    let cases = (0..3_usize, 0..3_usize, 0..4_usize, changes());
    let tried = runner().run(&cases, |(one, other, part, change)| {
        let (lease, other) = (&leases[one], &leases[other]);
        // The lease itself more often than the rest of the answer.
        let body = if part == 0 {
            changed(&reply(yes(), lease), &reply(yes(), other), &change)
        } else {
            reply(yes(), &changed(lease, other, &change))
        };
        // What lies around the lease is nobody's word; where the lease is whole, it is the answer.
        if let Some(verdict) = believed(body.clone(), &keys) {
            prop_assert!(verdict == yes() && body.contains(&leases[0]), "{body}");
        }
        Ok(())
    });
    tried.unwrap();
}
