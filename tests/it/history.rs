//! The history of licenses, and hearing of it as it happens.

use counterfoil_core::id::{EventId, LicenseId};
use counterfoil_core::license::License;
use counterfoil_server::ledger::{LicenseRow, List, Lists, Part, Rows, intact_items};
use counterfoil_tests::{ADMIN_TOKEN, Socket, TestServer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn start() -> (TestServer, Value) {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let made = json!({ "product": "p", "activationLimit": 0, "key": "THE-KEY-OF-THIS-TEST" });
    let license = server.admin.call("admin.license.create", made).await;
    (server, license)
}

#[tokio::test]
async fn every_change_has_its_item_and_no_item_has_a_key() {
    let (server, license) = start().await;
    let id = &license["id"];
    let key = json!({ "key": license["key"], "identifier": "a.example", "name": "Shop" });
    let place = server.public.call("license.activate", key.clone()).await;
    let renamed = json!({ "key": license["key"], "identifier": "a.example", "name": "Shop 2" });
    server.public.call("license.activate", renamed).await;
    let moved = json!({ "key": license["key"], "identifier": "b.example", "replace": place["activation"]["id"] });
    server.public.call("license.activate", moved).await;
    server.public.call("license.use", json!({ "key": license["key"], "amount": 2 })).await;
    for (method, params) in [
        ("admin.license.use", json!({ "license": id, "amount": -1 })),
        (
            "admin.license.update",
            json!({ "license": id, "activationLimit": 4, "metadata": { "note": "x" } }),
        ),
        ("admin.license.suspend", json!({ "license": id, "reason": " late again " })),
        ("admin.license.reinstate", json!({ "license": id })),
        ("admin.license.disable", json!({ "license": id })),
        ("admin.license.enable", json!({ "license": id })),
        ("admin.license.rotate", json!({ "license": id })),
        ("admin.activation.add", json!({ "license": id, "identifier": "c.example" })),
        ("admin.license.revoke", json!({ "license": id, "reason": "fraud" })),
        ("admin.license.revoke", json!({ "license": id })),
    ] {
        server.admin.call(method, params).await;
    }
    let history =
        server.admin.call("admin.license.history", json!({ "license": id, "limit": 200 })).await;
    let items = history["items"].as_array().unwrap();
    let told: Vec<(&str, &Value, &str)> = items
        .iter()
        .map(|item| (item["type"].as_str().unwrap(), &item["from"], item["to"].as_str().unwrap()))
        .collect();
    let (active, suspended, disabled) = (json!("active"), json!("suspended"), json!("disabled"));
    assert_eq!(
        told,
        [
            ("license.created", &Value::Null, "active"),
            ("activation.created", &active, "active"),
            ("activation.renamed", &active, "active"),
            ("activation.deactivated", &active, "active"),
            ("activation.created", &active, "active"),
            ("license.used", &active, "active"),
            ("license.used", &active, "active"),
            ("license.updated", &active, "active"),
            ("license.suspended", &active, "suspended"),
            ("license.reinstated", &suspended, "active"),
            ("license.disabled", &active, "disabled"),
            ("license.enabled", &disabled, "active"),
            ("license.rotated", &active, "active"),
            ("activation.created", &active, "active"),
            ("license.revoked", &active, "revoked"),
        ]
    );
    assert_eq!(items[1]["actor"], "key");
    assert!(items[8]["actor"].as_str().unwrap().starts_with("tok_"));
    assert_eq!(items[8]["data"]["reason"], "late again");
    assert_eq!(items[7]["data"]["changes"]["activationLimit"], json!({ "from": 0, "to": 4 }));
    for item in items {
        let members: BTreeSet<&str> =
            item.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, BTreeSet::from(["id", "at", "actor", "type", "from", "to", "data"]));
        assert!(!item.to_string().contains("THE-KEY-OF-THIS-TEST"));
    }
    check_pages(&server, id, items).await;
    server.stop().await;
}

async fn check_pages(server: &TestServer, id: &Value, items: &[Value]) {
    let page =
        server.admin.call("admin.license.history", json!({ "license": id, "limit": 4 })).await;
    assert_eq!(page["items"].as_array().unwrap()[..], items[..4], "oldest first");
    let next = json!({ "license": id, "limit": 200, "cursor": page["nextCursor"] });
    let next = server.admin.call("admin.license.history", next).await;
    assert_eq!(next["items"].as_array().unwrap()[..], items[4..]);
}

#[tokio::test]
async fn a_history_that_is_altered_from_outside_is_found_out() {
    let (server, license) = start().await;
    for name in ["suspend", "reinstate", "suspend"] {
        let params = json!({ "license": license["id"] });
        server.admin.call(&format!("admin.license.{name}"), params).await;
    }
    let app = server.server.app();
    let id: LicenseId = license["id"].as_str().unwrap().parse().unwrap();
    let view = app.ledger.view();
    let row = view.license(id).unwrap().unwrap();
    let intact = |row: &LicenseRow| intact_items(&*view, &app.secret, row).unwrap();
    assert_eq!(intact(&row), Some(4));
    let items = view.oldest(List::history(id), Part { count: 9, after: None }).unwrap();
    let of = (row.license.vendor, row.license.mode);
    let before_last = view.history_item(of, EventId::new(items[2])).unwrap().unwrap();
    // Whoever can write the file cuts the last item off, wipes all of it, or lifts the hold.
    let cut = LicenseRow { head: before_last.chain, ..row.clone() };
    let wiped = LicenseRow { head: [0; 32], ..row.clone() };
    let lifted = License { holds: Vec::new(), ..row.license.clone() };
    let lifted = LicenseRow { license: lifted, ..row.clone() };
    for altered in [cut, wiped, lifted] {
        assert_eq!(intact(&altered), None);
    }
    let stranger = counterfoil_server::secret::Secret::new(&[1; 32]);
    assert_eq!(intact_items(&*view, &stranger, &row).unwrap(), None);
    drop(view);
    server.stop().await;
}

/// Reads items until `count` have come.
async fn read(socket: &mut Socket, count: usize) -> Vec<Value> {
    let mut items = Vec::new();
    while items.len() < count {
        let message = socket.next().await;
        assert_eq!(message["method"], "admin.event", "{message}");
        items.push(message["params"]["result"].clone());
    }
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_resumes_after_an_item_misses_none_while_writes_go_on() {
    let (server, license) = start().await;
    let writer = {
        let admin = server.admin.clone();
        tokio::spawn(async move {
            for amount in 1..=150 {
                let params = json!({ "license": license["id"], "amount": amount });
                admin.call("admin.license.use", params).await;
            }
        })
    };
    let mut heard: Vec<String> = Vec::new();
    let mut after = Value::Null;
    // 151 items in all, over many connections, each of which begins where the last broke off. The
    // first has to begin before there was anything.
    while heard.len() < 151 {
        let mut socket = Socket::connect(&server, Some(ADMIN_TOKEN)).await;
        let from =
            if after.is_null() { json!("evt_00000000000000000000000000") } else { after.clone() };
        let subscribed = socket.ask("admin.events", json!({ "after": from })).await;
        assert!(subscribed["error"].is_null(), "{subscribed}");
        let wanted = (151 - heard.len()).min(11);
        for item in read(&mut socket, wanted).await {
            heard.push(item["id"].as_str().unwrap().to_owned());
            after = item["id"].clone();
        }
    }
    writer.await.unwrap();
    let history = server
        .admin
        .call("admin.license.history", json!({ "license": "THE-KEY-OF-THIS-TEST", "limit": 200 }))
        .await;
    let written: Vec<String> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(heard, written);
    server.stop().await;
}

#[tokio::test]
async fn a_subscription_hears_what_happens_next_until_it_is_ended() {
    let (server, license) = start().await;
    let mut socket = Socket::connect(&server, Some(ADMIN_TOKEN)).await;
    let subscribed = socket.ask("admin.events", json!({})).await;
    let id = subscribed["result"].clone();
    server.admin.call("admin.license.suspend", json!({ "license": license["id"] })).await;
    let items = read(&mut socket, 1).await;
    assert_eq!(
        (&items[0]["type"], &items[0]["license"]),
        (&json!("license.suspended"), &license["id"])
    );
    let ended = socket.ask("admin.unsubscribeEvents", json!({ "subscription": id })).await;
    assert_eq!(ended["result"], true);
    let again = socket.ask("admin.unsubscribeEvents", json!({ "subscription": id })).await;
    assert_eq!(again["result"], false);
    server.admin.call("admin.license.reinstate", json!({ "license": license["id"] })).await;
    let answered = socket.ask("license.validate", json!({ "key": "x" })).await;
    assert_eq!(answered["result"]["status"], "invalid", "nothing came in between");
    for (params, field) in
        [(json!({ "after": "evt_1" }), "after"), (json!({ "since": 1 }), "since")]
    {
        let refused = socket.ask("admin.events", params).await;
        assert_eq!(refused["error"]["data"]["field"], field);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_revoked_token_hears_nothing_more_and_is_told_so() {
    let (server, license) = start().await;
    let call = json!({ "name": "listener", "scopes": ["events:read", "licenses:read"] });
    let token = server.admin.call("admin.token.create", call).await;
    let mut socket = Socket::connect(&server, token["token"].as_str()).await;
    socket.ask("admin.events", json!({})).await;
    server.admin.call("admin.token.revoke", json!({ "token": token["id"] })).await;
    server.admin.call("admin.license.suspend", json!({ "license": license["id"] })).await;
    let last = socket.next().await;
    assert_eq!(last["params"]["error"]["data"]["code"], "unauthorized", "{last}");
    let refused = socket.ask("admin.license.list", json!({})).await;
    assert_eq!(refused["error"]["code"], 401, "the open socket opens no desk any more");
    server.stop().await;
}

#[tokio::test]
async fn a_subscription_hears_of_its_own_vendor_mode_and_product_only() {
    let (server, license) = start().await;
    server.admin.call("admin.product.create", json!({ "slug": "q", "name": "Q" })).await;
    let test = json!({ "name": "t", "scopes": ["*"], "mode": "test" });
    let test = server.admin.call("admin.token.create", test).await;
    let test = server.admin.with_token(test["token"].as_str().unwrap());
    let bound = json!({ "name": "b", "scopes": ["events:read"], "product": "q" });
    let bound = server.admin.call("admin.token.create", bound).await;
    let mut socket = Socket::connect(&server, bound["token"].as_str()).await;
    socket.ask("admin.events", json!({})).await;
    server.admin.call("admin.license.suspend", json!({ "license": license["id"] })).await;
    test.call("admin.license.create", json!({ "product": "q" })).await;
    let own = server.admin.call("admin.license.create", json!({ "product": "q" })).await;
    let items = read(&mut socket, 1).await;
    assert_eq!(items[0]["license"], own["id"], "the first it hears of");
    let mut stranger = Socket::connect(&server, None).await;
    assert_eq!(stranger.ask("admin.events", json!({})).await["error"]["code"], 401);
    let reader = json!({ "name": "r", "scopes": ["licenses:read"] });
    let reader = server.admin.call("admin.token.create", reader).await;
    let mut reader = Socket::connect(&server, reader["token"].as_str()).await;
    let refused = reader.ask("admin.events", json!({})).await;
    assert_eq!(refused["error"]["data"], json!({ "code": "forbidden", "scope": "events:read" }));
    server.stop().await;
}
