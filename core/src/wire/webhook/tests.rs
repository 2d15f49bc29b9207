use std::prelude::rust_2024::*;

use serde_json::json;

use super::*;
use crate::alias::Alias;
use crate::catalog::{Product, ProductNames};
use crate::decide::{Issue, Issuer, issue};
use crate::history::EventKind;
use crate::id::{CustomerId, IdNumber, LicenseId, ProductId, TokenId, VendorId};
use crate::key::KeyFormat;
use crate::license::{CheckCounters, Customer, Mode};
use crate::metadata::Metadata;
use crate::text::{Email, Name, Slug};

const NOW: Timestamp = Timestamp::from_unix(1_770_379_200);
const KEY: &str = "MYPLUGIN-AAAA-BBBB-CCCC-DDDD";

fn number(raw: u128) -> IdNumber {
    IdNumber::from_raw(raw)
}

fn product() -> Product {
    Product {
        names: ProductNames {
            id: ProductId::new(number(2)),
            slug: Slug::new("my-plugin").unwrap(),
            permalink: None,
        },
        vendor: VendorId::new(number(1)),
        name: Name::new("My Plugin").unwrap(),
        key_format: KeyFormat::Counterfoil,
        external_id: None,
        metadata: Metadata::default(),
        created_at: NOW,
    }
}

fn license() -> License {
    let product = product();
    let issuer = Issuer {
        vendor: product.vendor,
        mode: Mode::Live,
        product: &product,
        plan: None,
        customer: Some(CustomerId::new(number(4))),
    };
    let wanted = Issue {
        activation_limit: Some(3),
        expires_at: Some(Some(NOW.plus_days(365))),
        ..Issue::default()
    };
    let named = (LicenseId::new(number(3)), Alias::make([7; 16]));
    issue(&issuer, &wanted, named, NOW).answer
}

fn around() -> Around {
    let customer = Customer {
        id: CustomerId::new(number(4)),
        vendor: VendorId::new(number(1)),
        mode: Mode::Live,
        email: Email::new("ann@example.com").unwrap(),
        name: None,
        created_at: NOW,
    };
    Around {
        product: product(),
        plan: None,
        customer: Some(customer),
        sale: None,
        checks: CheckCounters::default(),
    }
}

fn body(format: WebhookFormat, event: &Event) -> Option<String> {
    let key = LicenseKey::new(KEY).unwrap();
    format.body(&Told {
        id: EventId::new(number(9)),
        at: NOW,
        actor: Actor::Token(TokenId::new(number(8))),
        event,
        license: license(),
        key: &key,
        around: around(),
    })
}

fn event(kind: EventKind) -> Event {
    let license = license();
    Event::new(kind, &license, &license, NOW)
        .with("activation", "act_00000000000000000000000006")
        .with("identifier", "example.com")
}

fn secret() -> SigningSecret {
    SigningSecret::make([1; 32], [2; 32])
}

#[test]
fn our_own_form_tells_the_item_and_the_license_without_its_key() {
    for kind in EventKind::ALL {
        let text = body(WebhookFormat::Standard, &event(kind)).unwrap();
        assert!(!text.contains(KEY) && !text.contains("\"key\""), "{text}");
        let message: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(message["type"], kind.word());
        assert_eq!(message["timestamp"], "2026-02-06T12:00:00Z");
        let data = &message["data"];
        assert_eq!(data["id"], "evt_00000000000000000000000009");
        assert_eq!(data["actor"], "tok_00000000000000000000000008");
        assert_eq!((&data["from"], &data["to"]), (&json!("active"), &json!("active")));
        assert_eq!(data["data"]["identifier"], "example.com");
        assert_eq!(data["license"]["maskedKey"], "MYPL…");
        assert_eq!(data["license"]["id"], "lic_00000000000000000000000003");
        assert_eq!(data["license"]["customer"]["email"], "ann@example.com");
        assert_eq!(data["license"]["product"]["slug"], "my-plugin");
    }
}

/// The table of PackEdge's sheet, to the letter.
#[test]
fn packedges_form_is_told_to_the_letter() {
    let id = |prefix: &str, raw: u128| format!("{prefix}{}", number(raw).to_digits());
    let (license, product) = (id("lic_", 3), id("prd_", 2));
    let about = format!(
        r#""id":"{license}","licenseKey":"{KEY}","productId":"{product}","customerEmail":"ann@example.com""#
    );
    let place = format!(
        r#""licenseId":"{license}","licenseKey":"{KEY}","activationId":"act_00000000000000000000000006","domain":"example.com","productId":"{product}""#
    );
    let made = r#""status":"active","seats":3,"expiresAt":"2027-02-06T12:00:00.000Z""#;
    let cases = [
        (EventKind::LicenseCreated, "license.created", format!("{about},{made}")),
        (EventKind::ActivationCreated, "license.activated", place.clone()),
        (EventKind::ActivationDeactivated, "license.deactivated", place.clone()),
        (EventKind::ActivationExpired, "license.deactivated", place),
        (
            EventKind::LicenseExpired,
            "license.expired",
            format!(r#"{about},"expiredAt":"2027-02-06T12:00:00.000Z""#),
        ),
        (EventKind::LicenseRevoked, "license.revoked", about.clone()),
        (EventKind::LicenseCancelled, "license.revoked", about),
    ];
    for (kind, name, data) in &cases {
        let timestamp = "2026-02-06T12:00:00.000Z";
        let expected =
            format!(r#"{{"event":"{name}","timestamp":"{timestamp}","data":{{{data}}}}}"#);
        assert_eq!(body(WebhookFormat::Packedge, &event(*kind)), Some(expected));
    }
    let others = EventKind::ALL.into_iter().filter(|kind| !cases.iter().any(|it| it.0 == *kind));
    for kind in others {
        assert_eq!(body(WebhookFormat::Packedge, &event(kind)), None, "{kind:?}");
    }
    let test =
        WebhookFormat::Packedge.test_body(EventId::new(number(9)), WebhookId::new(number(5)), NOW);
    assert_eq!(
        test.unwrap(),
        r#"{"event":"test","timestamp":"2026-02-06T12:00:00.000Z","data":{"message":"This is a test webhook"}}"#
    );
}

/// The first by the specification's own libraries, the second by Python's `hmac`.
#[test]
fn signatures_are_those_of_other_implementations() {
    let text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let imported = SigningSecret::import(text, [2; 32], WebhookFormat::Standard).unwrap();
    let signed = br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
    let signatures = imported.sign(signed);
    assert_eq!(signatures[0], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    let key = SigningKey::from_seed(&[2; 32]).unwrap();
    let expected = base64url::write_padded(&key.sign(signed));
    assert_eq!(signatures[1], format!("v1a,{expected}"));
    let whole = SigningSecret::import("whsec_old text", [2; 32], WebhookFormat::Packedge).unwrap();
    let headers = WebhookFormat::Packedge.headers(
        &[&whole, &imported],
        (EventId::new(number(9)), NOW),
        r#"{"event":"test"}"#,
    );
    let hex = "f4df39589bb9cc3eaa6c97ec3f8ababaa61cdc4b4abf0003f982581e5c20f542";
    assert_eq!(headers, [("x-packedge-signature", format!("sha256={hex}"))]);
}

#[test]
fn while_a_secret_is_replaced_both_sign() {
    let (new, old) = (secret(), SigningSecret::make([3; 32], [4; 32]));
    let id = EventId::new(number(9));
    let headers = WebhookFormat::Standard.headers(&[&new, &old], (id, NOW), "{}");
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["webhook-id", "webhook-timestamp", "webhook-signature"]);
    assert_eq!(headers[0].1, id.to_string());
    assert_eq!(headers[1].1, "1770379200");
    let signed = format!("{id}.1770379200.{{}}");
    let expected = [new.sign(signed.as_bytes()), old.sign(signed.as_bytes())].concat();
    assert_eq!(headers[2].1.split(' ').collect::<Vec<_>>(), expected);
    assert_eq!(expected.len(), 4);
}

#[test]
fn a_secret_is_imported_if_its_receiver_can_read_it() {
    let import = |text: &str, format| SigningSecret::import(text, [2; 32], format);
    let of = |bytes: usize| format!("whsec_{}", base64url::write_padded(&vec![7; bytes]));
    for (text, standard) in [
        (of(23), false),
        (of(24), true),
        (of(64), true),
        (of(65), false),
        ("whsec_".to_owned(), false),
        ("whsec_not base 64 not base 64 not base 64".to_owned(), false),
        (of(32).replace("whsec_", "whsk_"), false),
        (of(32).replace('=', ""), false),
    ] {
        assert_eq!(import(&text, WebhookFormat::Standard).is_ok(), standard, "{text}");
    }
    assert!(import("whsec_0123abcd", WebhookFormat::Packedge).is_ok());
    assert!(import("whsec_", WebhookFormat::Packedge).is_err());
    assert!(import("0123abcd", WebhookFormat::Packedge).is_err());
    let made = secret();
    assert!(import(made.reveal(), WebhookFormat::Standard).is_ok());
    assert_eq!(format!("{made:?}"), "SigningSecret(…)");
    let public = made.public_key().unwrap();
    let bytes = base64url::read_padded(public.strip_prefix("whpk_").unwrap()).unwrap();
    assert_eq!(bytes, SigningKey::from_seed(&[2; 32]).unwrap().public().to_bytes());
}
