//! Every method of the portal against everybody else: another customer, the other mode, another
//! vendor, a vendor's token, and nobody.

use counterfoil_core::wire::native::methods;
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{Client, TestServer};
use serde_json::{Value, json};

use super::{activate, found, sell, sign_in};

/// What somebody else gets who names a customer's things: the word of a refusal, or an answer with
/// nothing of theirs in it. The first two need no session.
pub(crate) const CELLS: &[(&str, Option<&str>)] = &[
    ("portal.signIn", None),
    ("portal.session", Some("unauthorized")),
    ("portal.licenses", None),
    ("portal.deactivate", Some("activation_not_found")),
    ("portal.rename", Some("activation_not_found")),
    ("portal.rotate", Some("license_not_found")),
    ("portal.lease", Some("license_not_found")),
    // It comes last: it ends whoever tries.
    ("portal.signOut", None),
];

fn params(method: &str, license: &Value, place: &Value) -> Value {
    match method {
        "portal.signIn" => json!({ "email": license["customer"]["email"] }),
        "portal.session" => json!({ "code": "0123456789abcdef0123456789abcdef01234567" }),
        "portal.deactivate" => json!({ "activation": place["id"] }),
        "portal.rename" => json!({ "activation": place["id"], "name": "mine" }),
        "portal.rotate" | "portal.lease" => json!({ "license": license["id"] }),
        _ => json!({}),
    }
}

#[test]
fn every_method_of_the_portal_has_its_cell() {
    let of_portal = methods().into_iter().filter(|method| method.starts_with("portal."));
    let stated: Vec<&str> = CELLS.iter().map(|cell| cell.0).collect();
    assert_eq!(of_portal.collect::<Vec<_>>(), stated);
}

/// The same sale to the same address, by another vendor.
async fn strangers(server: &TestServer) -> Client {
    let hosts = vec!["127.0.0.1".to_owned()];
    let order = Order::CreateVendor { name: "strangers".to_owned(), hosts };
    let made = carry_out(server.server.app(), order).await.unwrap();
    let desk = server.admin.with_token(made["token"].as_str().unwrap());
    desk.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    sell(&desk, "ann@example.com").await;
    desk
}

#[tokio::test]
async fn nothing_of_anybody_elses_is_seen_or_changed() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let test = json!({ "name": "t", "scopes": ["*"], "mode": "test" });
    let test = server.admin.call("admin.token.create", test).await;
    let test = server.admin.with_token(test["token"].as_str().unwrap());
    let theirs = sell(&server.admin, "ann@example.com").await;
    let place = activate(&server, &theirs, "a.example").await;
    sell(&server.admin, "bob@example.com").await;
    sell(&test, "ann@example.com").await;
    let mut others = vec![
        ("another customer", sign_in(&server, "bob@example.com", "live").await),
        ("the other mode", sign_in(&server, "ann@example.com", "test").await),
    ];
    strangers(&server).await;
    // Whoever calls at this address comes to them now.
    others.push(("another vendor", sign_in(&server, "ann@example.com", "live").await));
    let secrets = [&theirs["id"], &theirs["key"], &theirs["alias"], &place["id"]];
    for (who, other) in others {
        for (method, expected) in CELLS {
            let reply = other.ask(method, params(method, &theirs, &place)).await;
            match expected {
                Some(word) => {
                    assert_eq!(reply["error"]["data"]["code"], *word, "{method} by {who}");
                }
                None => assert!(reply["result"].is_object(), "{method} by {who}: {reply}"),
            }
            let text = reply.to_string();
            for secret in secrets {
                assert!(!text.contains(secret.as_str().unwrap()), "{method} by {who}: {text}");
            }
        }
    }
    let after = server.admin.call("admin.license.get", json!({ "license": theirs["id"] })).await;
    for member in ["key", "activationsUsed", "status"] {
        assert_eq!(
            after[member],
            if member == "activationsUsed" { json!(1) } else { theirs[member].clone() }
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_session_opens_nothing_of_the_desk_and_a_token_nothing_of_the_portal() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let license = sell(&server.admin, "ann@example.com").await;
    let place = activate(&server, &license, "a.example").await;
    let ann = sign_in(&server, "ann@example.com", "live").await;
    for method in methods().into_iter().filter(|method| method.starts_with("admin.")) {
        if method == "admin.unsubscribeEvents" {
            continue;
        }
        let refused = ann.refused(method, json!({})).await;
        assert_eq!(refused["data"]["code"], "unauthorized", "{method}");
    }
    for (method, _) in CELLS.iter().skip(2) {
        for caller in [&server.admin, &server.public, &server.public.with_token("cf_portal_0")] {
            let refused = caller.refused(method, params(method, &license, &place)).await;
            assert_eq!(refused["data"]["code"], "unauthorized", "{method}");
        }
    }
    // What anyone may ask is asked with a session just as well.
    ann.call("license.validate", json!({ "key": license["key"] })).await;
    server.stop().await;
}
