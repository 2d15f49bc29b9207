//! Lists: pages, cursors, filters, search.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Every item of a list, page by page.
async fn all(server: &TestServer, method: &str, params: Value) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut params = params.clone();
        params["cursor"] = cursor;
        let page = server.admin.call(method, params).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            return items;
        }
    }
}

async fn shop() -> TestServer {
    let server = TestServer::start().await;
    for (slug, name) in [("forms", "Acme Forms"), ("maps", "Acme Maps")] {
        server.admin.call("admin.product.create", json!({ "slug": slug, "name": name })).await;
        let plan = json!({ "product": slug, "slug": "pro", "name": "Pro", "activationType": "domain", "activationLimit": 1 });
        server.admin.call("admin.plan.create", plan).await;
    }
    for number in 0..60 {
        let product = if number % 3 == 0 { "maps" } else { "forms" };
        let making = json!({ "product": product, "plan": if number % 2 == 0 { Some("pro") } else { None },
            "customer": { "email": format!("buyer-{}@shop.example", number % 10), "name": format!("Buyer {}", number % 10) },
            "expiresAt": if number < 5 { Some("2026-06-01T00:00:00Z") } else { None } });
        server.admin.call("admin.license.create", making).await;
    }
    server
}

#[tokio::test]
async fn every_list_gives_each_item_once_newest_first_whatever_the_page() {
    let server = shop().await;
    for (method, params, count) in [
        ("admin.license.list", json!({}), 60),
        ("admin.product.list", json!({}), 2),
        ("admin.plan.list", json!({}), 2),
        ("admin.customer.list", json!({}), 10),
        ("admin.token.list", json!({}), 1),
    ] {
        for limit in [1, 7, 60, 200] {
            let mut params = params.clone();
            params["limit"] = json!(limit);
            let items = all(&server, method, params).await;
            let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
            let mut sorted = ids.clone();
            sorted.sort_unstable_by(|left, right| right.cmp(left));
            assert_eq!(ids, sorted, "{method} by {limit}");
            assert_eq!(ids.iter().collect::<HashSet<_>>().len(), count, "{method} by {limit}");
        }
    }
    for (limit, field) in [(0, "limit"), (201, "limit")] {
        let refused = server.admin.refused("admin.license.list", json!({ "limit": limit })).await;
        assert_eq!(refused["data"]["field"], field);
    }
    let refused = server.admin.refused("admin.license.list", json!({ "cursor": "x" })).await;
    assert_eq!(refused["data"]["field"], "cursor");
    server.stop().await;
}

#[tokio::test]
async fn filters_narrow_a_list_together() {
    let server = shop().await;
    let customer = all(&server, "admin.customer.list", json!({ "search": "buyer-3" })).await;
    let plan =
        server.admin.call("admin.plan.get", json!({ "plan": "pro", "product": "maps" })).await;
    for (filter, count) in [
        (json!({ "product": "maps" }), 20),
        (json!({ "product": "maps", "plan": "pro" }), 10),
        (json!({ "plan": plan["id"] }), 10),
        (json!({ "status": "expired" }), 5),
        (json!({ "status": "active" }), 55),
        (json!({ "status": "expired", "product": "maps" }), 2),
        (json!({ "customer": customer[0]["id"] }), 6),
        (json!({ "customer": customer[0]["id"], "product": "forms" }), 4),
        (json!({ "search": "acme m" }), 20),
        (json!({ "search": "acme" }), 60),
        (json!({ "search": "BUYER 3" }), 6),
        (json!({ "search": "buyer-3@SHOP" }), 6),
        (json!({ "search": "buyer", "status": "expired" }), 5),
        (json!({ "search": "nobody" }), 0),
        (json!({ "search": "  " }), 60),
    ] {
        let mut params = filter.clone();
        params["limit"] = json!(3);
        let items = all(&server, "admin.license.list", params).await;
        assert_eq!(items.len(), count, "{filter}");
    }
    for (filter, kind) in [
        (json!({ "product": "nope" }), "product"),
        (json!({ "plan": "nope" }), "plan"),
        (json!({ "customer": "cus_00000000000000000000000000" }), "customer"),
    ] {
        let refused = server.admin.refused("admin.license.list", filter).await;
        assert_eq!(refused["data"], json!({ "code": "not_found", "kind": kind }));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_search_finds_a_whole_key_and_the_beginning_of_an_alias_in_any_case() {
    let server = shop().await;
    let key = json!({ "product": "forms", "key": "Imported-Key-1" });
    let made = server.admin.call("admin.license.create", key).await;
    let alias = made["alias"].as_str().unwrap();
    let found = |search: String| all(&server, "admin.license.list", json!({ "search": search }));
    for search in [
        "imported-KEY-1".to_owned(),
        alias.to_owned(),
        alias.chars().take(6).collect::<String>().to_lowercase(),
    ] {
        let items = found(search.clone()).await;
        assert!(items.iter().any(|item| item["id"] == made["id"]), "{search}");
    }
    assert_eq!(found("imported-key".to_owned()).await.len(), 0, "half a key finds nothing");
    server.stop().await;
}

#[tokio::test]
async fn a_broad_search_and_a_narrow_one_find_the_same_way() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "Widgets" })).await;
    let making = json!({ "product": "p", "quantity": 1_000 });
    server.admin.call("admin.license.create", making.clone()).await;
    let params = json!({ "search": "widg", "limit": 200 });
    assert_eq!(all(&server, "admin.license.list", params.clone()).await.len(), 1_000);
    server.admin.call("admin.license.create", making).await;
    assert_eq!(all(&server, "admin.license.list", params).await.len(), 2_000);
    server.stop().await;
}

#[tokio::test]
async fn a_filter_that_few_pass_gives_short_pages_and_loses_none() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let first = server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    for _ in 0..5 {
        server
            .admin
            .call("admin.license.create", json!({ "product": "p", "quantity": 1_000 }))
            .await;
    }
    server.admin.call("admin.license.suspend", json!({ "license": first["id"] })).await;
    let page = server.admin.call("admin.license.list", json!({ "status": "suspended" })).await;
    assert_eq!(page["items"], json!([]), "so many are not looked at for one page");
    assert!(page["nextCursor"].is_string());
    let found = all(&server, "admin.license.list", json!({ "status": "suspended" })).await;
    assert_eq!(found.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_while_licenses_are_made() {
    let server = shop().await;
    let before = all(&server, "admin.license.list", json!({})).await;
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page =
            server.admin.call("admin.license.list", json!({ "limit": 7, "cursor": cursor })).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        server.admin.call("admin.license.create", json!({ "product": "maps" })).await;
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let before: Vec<Value> = before.iter().map(|item| item["id"].clone()).collect();
    assert_eq!(seen, before, "those that were there throughout, each once");
    server.stop().await;
}
