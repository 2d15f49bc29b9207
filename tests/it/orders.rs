//! Orders at the desk: what was bought, found by its name and by who bought it.

use counterfoil_tests::TestServer;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use serde_json::{Value, json};
use std::path::Path;

async fn start() -> TestServer {
    let server = TestServer::start().await;
    for slug in ["forms", "gallery"] {
        let product = json!({ "slug": slug, "name": slug });
        server.admin.call("admin.product.create", product).await;
        let plan = json!({ "product": slug, "slug": "annual", "name": "Annual",
            "activationType": "domain", "activationLimit": 2, "term": { "months": 12 } });
        server.admin.call("admin.plan.create", plan).await;
    }
    server
}

async fn buy(server: &TestServer, order: &str, more: Value) -> Vec<Value> {
    let mut call = json!({ "order": order, "product": "forms", "plan": "annual",
        "customer": { "email": "ann@example.com", "name": "Ann Example" } });
    call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut billed = server.admin.call("billing.orderCompleted", call).await;
    serde_json::from_value(billed["licenses"].take()).unwrap()
}

async fn orders(server: &TestServer, call: Value) -> Vec<Value> {
    let mut page = server.admin.call("admin.order.list", call).await;
    serde_json::from_value(page["items"].take()).unwrap()
}

async fn names(server: &TestServer, search: &str) -> Vec<String> {
    let found = orders(server, json!({ "search": search })).await;
    found.iter().map(|order| order["order"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_order_tells_what_was_bought_by_whom_and_how_its_licenses_stand() {
    let server = start().await;
    let paid = json!({ "quantity": 3, "paidAt": "2026-06-01T00:00:00Z", "price": 9900,
        "currency": "EUR", "subscription": "sub-1" });
    let bought = buy(&server, "A-1", paid.clone()).await;
    buy(&server, "A-1", paid).await;
    buy(&server, "A-1", json!({ "product": "gallery", "paidAt": "2026-06-03T00:00:00Z" })).await;
    let stop = json!({ "license": bought[1]["id"] });
    server.admin.call("admin.license.suspend", stop).await;
    let [order] = orders(&server, json!({})).await.try_into().unwrap();
    let licenses = json!({ "active": 3, "expired": 0, "suspended": 1, "disabled": 0, "revoked": 0,
        "cancelled": 0 });
    let gallery = server.admin.call("admin.product.get", json!({ "product": "gallery" })).await;
    let plan = json!({ "product": "gallery", "plan": "annual" });
    let plan = server.admin.call("admin.plan.get", plan).await;
    let named = |of: &Value| json!({ "id": of["id"], "slug": of["slug"], "name": of["name"] });
    let expected = json!({
        "order": "A-1",
        "customer": bought[0]["customer"],
        "subscription": "sub-1",
        "lines": [
            { "product": bought[0]["product"], "plan": bought[0]["plan"], "quantity": 3,
                "price": 9900, "currency": "EUR" },
            { "product": named(&gallery), "plan": named(&plan), "quantity": 1, "price": null,
                "currency": null },
        ],
        "paidAt": "2026-06-01T00:00:00Z",
        "licenses": licenses,
    });
    assert_eq!(order, expected);
    server.admin.call("billing.refunded", json!({ "order": "A-1" })).await;
    let [order] = orders(&server, json!({})).await.try_into().unwrap();
    assert_eq!(order["licenses"]["revoked"], 4);
    server.stop().await;
}

#[tokio::test]
async fn orders_are_listed_newest_first_in_parts_and_by_mode() {
    let server = start().await;
    for number in 0..7 {
        buy(&server, &format!("A-{number}"), json!({})).await;
    }
    let (mut listed, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let call = json!({ "limit": 3, "cursor": cursor });
        let page = server.admin.call("admin.order.list", call).await;
        listed.extend(page["items"].as_array().unwrap().iter().map(|one| one["order"].clone()));
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(listed, ["A-6", "A-5", "A-4", "A-3", "A-2", "A-1", "A-0"]);
    let test = json!({ "name": "t", "scopes": ["*"], "mode": "test" });
    let token = server.admin.call("admin.token.create", test).await;
    let tester = server.public.with_token(token["token"].as_str().unwrap());
    assert_eq!(tester.call("admin.order.list", json!({})).await["items"], json!([]));
    let one = json!({ "name": "o", "scopes": ["*"], "product": "forms" });
    let token = server.admin.call("admin.token.create", one).await;
    let of_one = server.public.with_token(token["token"].as_str().unwrap());
    let refused = of_one.refused("admin.order.list", json!({})).await;
    assert_eq!(refused["data"], json!({ "code": "forbidden", "scope": "product:*" }));
    server.stop().await;
}

#[tokio::test]
async fn an_order_is_found_by_the_beginning_of_its_name_and_by_who_bought_it() {
    let server = start().await;
    let bo = json!({ "customer": { "email": "bo@nordlicht.example", "name": "Bo Lindqvist" } });
    buy(&server, "A-1", json!({})).await;
    buy(&server, "A-12", bo.clone()).await;
    buy(&server, "B-1", bo).await;
    for (search, found) in [
        ("A-1", vec!["A-12", "A-1"]),
        (" A-12 ", vec!["A-12"]),
        ("a-12", vec![]),
        ("-1", vec![]),
        ("BO@NORD", vec!["B-1", "A-12"]),
        ("lind", vec![]),
        ("bo l", vec!["B-1", "A-12"]),
        ("ann", vec!["A-1"]),
        ("", vec!["B-1", "A-12", "A-1"]),
    ] {
        assert_eq!(names(&server, search).await, found, "{search:?}");
    }
    // Who bought is who bought, whoever has the license now.
    let [license] = licenses_of(&server, "A-1").await.try_into().unwrap();
    let given = json!({ "license": license["id"], "customer": { "email": "cy@studio.example" } });
    server.admin.call("admin.license.update", given).await;
    assert_eq!(names(&server, "ann").await, ["A-1"]);
    assert_eq!(names(&server, "cy@").await, [""; 0]);
    server.stop().await;
}

#[tokio::test]
async fn a_search_that_finds_more_than_is_gathered_finds_the_newest() {
    let server = start().await;
    // One call with many lines' worth of orders each would be as many: these are made in batches.
    for part in 0..53 {
        let calls: Vec<Value> = (0..20)
            .map(|number| {
                let params = json!({ "order": format!("A-{:04}", part * 20 + number),
                    "product": "forms", "plan": "annual",
                    "customer": { "email": "ann@example.com" } });
                json!({ "jsonrpc": "2.0", "id": number, "method": "billing.orderCompleted",
                    "params": params })
            })
            .collect();
        let reply = server.admin.post(Value::from(calls).to_string()).await;
        assert_eq!(reply.status, 200);
    }
    buy(&server, "B-1", json!({})).await;
    for search in ["A-", "ann@"] {
        let call = json!({ "search": search, "limit": 2 });
        let page = server.admin.call("admin.order.list", call).await;
        let first = &page["items"][0]["order"];
        assert_eq!(first, if search == "A-" { "A-1059" } else { "B-1" });
        assert!(!page["nextCursor"].is_null());
    }
    server.stop().await;
}

async fn licenses_of(server: &TestServer, order: &str) -> Vec<Value> {
    let call = json!({ "order": order, "limit": 200 });
    let mut page = server.admin.call("admin.license.list", call).await;
    serde_json::from_value(page["items"].take()).unwrap()
}

#[tokio::test]
async fn an_order_leads_to_its_licenses_as_long_as_they_are_its() {
    let server = start().await;
    let bought = buy(&server, "A-1", json!({ "quantity": 3 })).await;
    buy(&server, "A-10", json!({})).await;
    let ids = |licenses: &[Value]| -> Vec<Value> {
        licenses.iter().map(|license| license["id"].clone()).collect()
    };
    let mut expected = ids(&bought);
    expected.reverse();
    assert_eq!(ids(&licenses_of(&server, "A-1").await), expected);
    assert_eq!(licenses_of(&server, "A").await, [Value::Null; 0]);
    let both = json!({ "order": "A-1", "search": "bo@" });
    let page = server.admin.call("admin.license.list", both).await;
    assert_eq!(page["items"], json!([]));
    server.admin.call("admin.license.inactivate", json!({ "license": bought[0]["id"] })).await;
    let left = licenses_of(&server, "A-1").await;
    let [_, order] = orders(&server, json!({})).await.try_into().unwrap();
    assert_eq!(Value::from(left.len()), order["licenses"]["active"]);
    assert_eq!(order["lines"][0]["quantity"], 3, "so many were bought");
    server.stop().await;
}

const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const ORDERS: TableDefinition<'_, u128, &[u8]> = TableDefinition::new("orders");
const PLACES: TableDefinition<'_, (u128, u8, &str), u128> = TableDefinition::new("order-places");
const LISTS: TableDefinition<'_, (u128, u8, u128), ()> = TableDefinition::new("lists");

/// Takes out of a file what an older version did not write.
fn make_old(store: &Path) {
    let database = Database::open(store).unwrap();
    let write = database.begin_write().unwrap();
    write.delete_table(ORDERS).unwrap();
    write.delete_table(PLACES).unwrap();
    write.open_table(META).unwrap().remove("orders-listed").unwrap().unwrap();
    let mut lists = write.open_table(LISTS).unwrap();
    lists.retain(|(_, of, _), ()| !(60..=62).contains(&of)).unwrap();
    drop(lists);
    write.commit().unwrap();
    let read = database.begin_read().unwrap();
    let lists = read.open_table(LISTS).unwrap();
    assert!(lists.iter().unwrap().all(|entry| entry.unwrap().0.value().1 < 60));
}

#[tokio::test]
async fn the_orders_of_a_store_of_an_older_version_are_listed_when_it_is_opened() {
    let server = start().await;
    let paid = json!({ "quantity": 3, "paidAt": "2026-06-01T00:00:00Z", "price": 9900,
        "currency": "EUR", "subscription": "sub-1" });
    buy(&server, "A-1", paid).await;
    buy(&server, "B-1", json!({ "customer": { "email": "bo@nordlicht.example" } })).await;
    buy(&server, "A-1", json!({ "product": "gallery" })).await;
    server.admin.call("billing.refunded", json!({ "order": "B-1" })).await;
    let before = orders(&server, json!({})).await;
    assert_eq!(before.len(), 2);
    let folder = server.stop().await.unwrap();
    make_old(&folder.path().join("k.redb"));
    let server = TestServer::start_in(folder.path()).await;
    assert_eq!(orders(&server, json!({})).await, before);
    assert_eq!(names(&server, "bo@").await, ["B-1"]);
    buy(&server, "C-1", json!({})).await;
    assert_eq!(names(&server, "").await, ["C-1", "B-1", "A-1"]);
    server.stop().await;
    let server = TestServer::start_in(folder.path()).await;
    assert_eq!(names(&server, "").await, ["C-1", "B-1", "A-1"], "once is enough");
    server.stop().await;
}
