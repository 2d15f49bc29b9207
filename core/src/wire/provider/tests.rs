use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::*;
use crate::catalog::Price;
use crate::decide::Fact;
use crate::prelude::*;
use crate::text::PaymentRef;
use crate::wire::foreign::Body;

fn vectors() -> Vec<(Provider, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/payments");
    let mut found = Vec::new();
    for provider in Provider::ALL {
        let files = fs::read_dir(root.join(provider.word())).unwrap();
        found.extend(files.map(|file| (*provider, file.unwrap().path())));
    }
    found.sort_by_key(|(_, path)| path.clone());
    found
}

fn text(name: Option<&PaymentRef>) -> Value {
    name.map(PaymentRef::as_str).into()
}

/// What an event says, as the vectors write it.
fn told(notice: &Notice) -> Value {
    let said: Vec<Value> = notice.statements.iter().map(statement).collect();
    json!({ "event": notice.event, "kind": notice.kind, "at": notice.at, "mode": notice.mode,
        "says": said })
}

fn statement(said: &Statement) -> Value {
    match said {
        Statement::Bought(bought) => json!({ "orderCompleted": {
            "order": bought.order,
            "subscription": bought.subscription,
            "customer": match &bought.buyer {
                Buyer::Known { email, called } => json!({ "email": email, "name": called }),
                Buyer::Named(name) => json!(name),
            },
            "paidAt": bought.paid_at,
            "lines": bought.lines.iter().map(|line| json!({
                "prices": line.prices,
                "quantity": line.quantity,
                "price": line.paid.as_ref().map(|Price { amount, .. }| amount),
                "currency": line.paid.as_ref().map(|Price { currency, .. }| currency),
            })).collect::<Vec<Value>>(),
        } }),
        Statement::Reported { about, fact, invoice } => {
            let mut members = Map::new();
            let (of, name) = match about {
                About::Order(name) => ("order", name),
                About::Subscription(name) => ("subscription", name),
                About::Payment(name) => ("payment", name),
            };
            members.insert(of.to_owned(), text(Some(name)));
            let (member, value) = match fact {
                Fact::Renewed { paid_at } | Fact::Recovered { paid_at } => {
                    members.insert("invoice".to_owned(), text(invoice.as_ref()));
                    ("paidAt", json!(paid_at))
                }
                Fact::PaymentFailed { at } => ("failedAt", json!(at)),
                Fact::SubscriptionCancelled { at } | Fact::SubscriptionExpired { at } => {
                    ("at", json!(at))
                }
                Fact::Refunded { full } => ("full", json!(full)),
                Fact::DisputeClosed { won } => ("won", json!(won)),
                Fact::DisputeOpened => return json!({ fact.word(): members }),
            };
            members.insert(member.to_owned(), value);
            json!({ fact.word(): members })
        }
        Statement::Subscribed { order, subscription } => {
            json!({ "subscribed": { "order": order, "subscription": subscription } })
        }
        Statement::Belongs { name, to } => json!({ "belongs": { "name": name, "to": to } }),
        Statement::Introduced { name, email, called } => {
            json!({ "introduced": { "name": name, "email": email, "called": called } })
        }
    }
}

/// The body that a vector is about: an object, or a form's fields.
fn body(vector: &Value) -> Vec<u8> {
    match vector["form"].as_object() {
        None => vector["body"].to_string().into_bytes(),
        Some(fields) => {
            let pairs = fields.iter().map(|(name, value)| (name, value.as_str().unwrap()));
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
        }
    }
}

#[test]
fn every_event_is_read_as_what_it_comes_to() {
    let vectors = vectors();
    assert!(vectors.len() > 40, "the vectors were found");
    for (provider, path) in vectors {
        let shown = path.display();
        let mut vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let notice = provider.read(&body(&vector)).unwrap_or_else(|no| panic!("{shown}: {no:?}"));
        if env::var_os("COUNTERFOIL_BLESS").is_some() {
            vector["notice"] = told(&notice);
            let text = serde_json::to_string_pretty(&vector).unwrap();
            fs::write(&path, format!("{text}\n")).unwrap();
        }
        assert_eq!(told(&notice), vector["notice"], "{shown}");
    }
}

/// Whatever becomes of an event on its way, reading it comes to an end, and never to a panic.
#[test]
fn an_event_that_was_cut_or_whose_members_are_others_is_read_or_refused() {
    let strange = [json!(null), json!(""), json!("\u{0}"), json!(-1), json!([]), json!({})];
    let long = json!("x".repeat(300));
    for (provider, path) in vectors() {
        let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let whole = body(&vector);
        for end in (0..whole.len()).step_by(17) {
            let _ = provider.read(&whole[..end]);
        }
        let mut places = Vec::new();
        pointers(&vector["body"], "", &mut places);
        for (number, place) in places.iter().enumerate() {
            // Each place in one vector or another meets each of them.
            for value in [&strange[number % strange.len()], &long] {
                let mut other = vector["body"].clone();
                *other.pointer_mut(place).unwrap() = value.clone();
                let _ = provider.read(other.to_string().as_bytes());
            }
        }
    }
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    if let Some(members) = value.as_object() {
        for (name, value) in members {
            let name = name.replace('~', "~0").replace('/', "~1");
            pointers(value, &format!("{at}/{name}"), found);
        }
    }
    for (place, value) in value.as_array().into_iter().flatten().enumerate() {
        pointers(value, &format!("{at}/{place}"), found);
    }
}

#[test]
fn what_is_no_event_is_refused_by_each() {
    for (provider, body) in [
        (Provider::Stripe, "[]"),
        (Provider::Stripe, r#"{"type":"invoice.paid"}"#),
        (Provider::Stripe, r#"{"id":"evt_1"}"#),
        (Provider::Stripe, r#"{"id":"evt\n1","type":"invoice.paid"}"#),
        (Provider::Paddle, "{}"),
        (Provider::Paddle, r#"{"event_type":"transaction.completed"}"#),
        (Provider::LemonSqueezy, r#"{"meta":{"event_name":"order_created"}}"#),
        (Provider::LemonSqueezy, r#"{"data":{"id":"1","attributes":{}}}"#),
        (Provider::WooCommerce, r#"{"status":"completed"}"#),
        (Provider::WooCommerce, "webhook_id=5"),
        (Provider::Gumroad, "price=100"),
        (Provider::Gumroad, ""),
    ] {
        assert!(provider.read(body.as_bytes()).is_err(), "{provider:?}: {body}");
    }
}

fn request(headers: &[(&str, &str)], query: &str, body: &str) -> Incoming {
    let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Incoming {
        method: "POST".to_owned(),
        path: String::new(),
        query: query.to_owned(),
        headers: headers.iter().map(header).collect(),
        body: Body::Bytes(body.into()),
    }
}

#[test]
fn whoever_shows_nothing_is_told_what_to_show() {
    for provider in Provider::ALL {
        let NoProof(sentence) = provider.proof(&request(&[], "", "{}")).unwrap_err();
        assert!(sentence.ends_with('.') && !sentence.contains('{'), "{sentence}");
    }
    // Only the shop's own greeting, and only as it sends it.
    let greeted = |body| Provider::WooCommerce.proof(&request(&[], "", body));
    assert_eq!(greeted("webhook_id=42"), Ok(Proof::Greeting));
    for body in ["webhook_id=4a", "webhook_id=4&x=1", "{\"webhook_id\":4}", ""] {
        assert!(greeted(body).is_err(), "{body}");
    }
    let shown = Provider::Gumroad.proof(&request(&[], "a=b&secret=s%2Bt", ""));
    assert_eq!(shown, Ok(Proof::Shown("s+t".to_owned())));
    assert!(Provider::Gumroad.proof(&request(&[], "secret=", "")).is_err());
}

#[test]
fn no_part_of_a_proof_is_shown_by_accident() {
    assert_eq!(format!("{:?}", Proof::Shown("hidden".to_owned())), "Shown(…)");
}
