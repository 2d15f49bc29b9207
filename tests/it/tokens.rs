//! Tokens: what they may do, what they may hand out, and when they end.

use counterfoil_tests::{ADMIN_TOKEN, Client, TestServer};
use serde_json::{Value, json};

async fn create(by: &Client, params: Value) -> Value {
    by.call("admin.token.create", params).await
}

fn with(by: &Client, token: &Value) -> Client {
    by.with_token(token["token"].as_str().unwrap())
}

#[tokio::test]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let server = TestServer::start().await;
    let made = create(
        &server.admin,
        json!({ "name": "CI", "scopes": ["licenses:read", "licenses:read"] }),
    )
    .await;
    assert!(made["token"].as_str().unwrap().starts_with("cf_live_"));
    assert_eq!((&made["scopes"], &made["mode"]), (&json!(["licenses:read"]), &json!("live")));
    let client = with(&server.admin, &made);
    client.call("admin.license.list", json!({})).await;
    let listed = server.admin.call("admin.token.list", json!({})).await;
    assert!(!listed.to_string().contains(made["token"].as_str().unwrap()));
    assert!(!listed.to_string().contains(ADMIN_TOKEN));
    assert_eq!(listed["items"][0]["id"], made["id"]);
    let mut shown = made.clone();
    shown.as_object_mut().unwrap().remove("token");
    let revoke = json!({ "token": made["id"] });
    assert_eq!(server.admin.call("admin.token.revoke", revoke.clone()).await, shown, "as it was");
    assert_eq!(client.refused("admin.license.list", json!({})).await["code"], 401);
    let refused = server.admin.refused("admin.token.revoke", revoke).await;
    assert_eq!(refused["data"], json!({ "code": "not_found", "kind": "token" }));
    server.stop().await;
}

#[tokio::test]
async fn a_token_hands_out_no_more_than_it_has() {
    let server = TestServer::start().await;
    for slug in ["p", "q"] {
        server.admin.call("admin.product.create", json!({ "slug": slug, "name": slug })).await;
    }
    let some = json!({ "name": "some", "scopes": ["tokens:write", "licenses:read"] });
    let some = with(&server.admin, &create(&server.admin, some).await);
    let test = json!({ "name": "test", "scopes": ["*"], "mode": "test" });
    let test = with(&server.admin, &create(&server.admin, test).await);
    let bound = json!({ "name": "bound", "scopes": ["*"], "product": "p" });
    let bound = with(&server.admin, &create(&server.admin, bound).await);
    let ending = json!({ "name": "ending", "scopes": ["*"], "expiresAt": "2026-06-06T00:00:00Z" });
    let ending = with(&server.admin, &create(&server.admin, ending).await);
    for (by, wanted, scope) in [
        (&some, json!({ "scopes": ["licenses:write"] }), "licenses:write"),
        (&some, json!({ "scopes": ["licenses:read", "*"] }), "*"),
        (&test, json!({ "scopes": ["*"] }), "mode:live"),
        (&bound, json!({ "scopes": ["*"], "product": null, "mode": "live" }), ""),
    ] {
        let mut params = wanted.clone();
        params["name"] = json!("more");
        let reply = by.ask("admin.token.create", params).await;
        if scope.is_empty() {
            assert!(reply["result"]["product"].is_string(), "it inherits the one product: {reply}");
        } else {
            assert_eq!(reply["error"]["data"], json!({ "code": "forbidden", "scope": scope }));
        }
    }
    let other = json!({ "name": "more", "scopes": [], "product": "q" });
    let refused = bound.refused("admin.token.create", other).await;
    assert_eq!(refused["data"]["code"], "not_found", "another product is not there for it");
    let later = json!({ "name": "later", "scopes": [], "expiresAt": "2026-06-06T00:00:01Z" });
    assert_eq!(ending.refused("admin.token.create", later).await["data"]["field"], "expiresAt");
    let heir = create(&ending, json!({ "name": "heir", "scopes": [] })).await;
    assert_eq!(heir["expiresAt"], "2026-06-06T00:00:00Z", "it ends with its maker");
    create(&some, json!({ "name": "less", "scopes": [], "mode": "test" })).await;
    server.stop().await;
}

#[tokio::test]
async fn a_repeat_of_anothers_call_hands_out_nothing_that_the_caller_has_not() {
    let server = TestServer::start().await;
    let some = json!({ "name": "some", "scopes": ["tokens:write"] });
    let some = with(&server.admin, &create(&server.admin, some).await);
    let mighty = json!({ "name": "mighty", "scopes": ["*"], "idempotencyKey": "k" });
    let first = create(&server.admin, mighty.clone()).await;
    assert_eq!(create(&server.admin, mighty.clone()).await, first);
    let refused = some.refused("admin.token.create", mighty.clone()).await;
    assert_eq!(refused["data"], json!({ "code": "forbidden", "scope": "*" }));
    let ending = json!({ "name": "e", "scopes": ["*"], "expiresAt": "2026-06-06T00:00:00Z" });
    let ending = with(&server.admin, &create(&server.admin, ending).await);
    let refused = ending.refused("admin.token.create", mighty).await;
    assert_eq!(refused["data"]["code"], "idempotency_conflict", "its own would end");
    server.stop().await;
}

#[tokio::test]
async fn a_token_ends_at_its_very_instant() {
    let server = TestServer::start().await;
    let ending = json!({ "name": "e", "scopes": ["*"], "expiresAt": "2026-06-05T09:00:00Z" });
    let client = with(&server.admin, &create(&server.admin, ending).await);
    server.env.set("2026-06-05T08:59:59Z");
    client.call("admin.license.list", json!({})).await;
    server.env.set("2026-06-05T09:00:00Z");
    assert_eq!(client.refused("admin.license.list", json!({})).await["code"], 401);
    let large = " ".repeat(100_000);
    assert_eq!(client.post(large).await.status, 413, "nor does it send large bodies");
    server.stop().await;
}

#[tokio::test]
async fn an_old_services_secret_is_imported_unchanged_and_only_once() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    for (number, (kind, needs_product)) in [
        ("codeheaven-vendor-key", false),
        ("gumroad-access-token", false),
        ("packedge-public-key", true),
        ("packedge-api-key", false),
        ("serialsense-apikey", true),
        ("serialsense-sig", true),
    ]
    .into_iter()
    .enumerate()
    {
        let secret = format!("Old~Secret-{number}");
        let mut call =
            json!({ "name": kind, "scopes": ["licenses:read"], "kind": kind, "secret": secret });
        if needs_product {
            let refused = server.admin.refused("admin.token.create", call.clone()).await;
            assert_eq!(refused["data"]["field"], "product", "{kind}");
            call["product"] = json!("p");
        }
        let made = create(&server.admin, call.clone()).await;
        assert_eq!((&made["token"], &made["kind"]), (&json!(secret), &json!(kind)));
        let listing = with(&server.admin, &made).ask("admin.product.list", json!({})).await;
        // What everybody can read in shipped software opens nothing at the desk, whatever its scopes.
        let is_public = ["packedge-public-key", "serialsense-apikey"].contains(&kind);
        assert_eq!(listing["error"]["code"] == 401, is_public, "{kind}: {listing}");
        assert_eq!(listing["result"].is_object(), !is_public, "{kind}: {listing}");
        let refused = server.admin.refused("admin.token.create", call).await;
        assert_eq!(refused["data"], json!({ "code": "conflict", "field": "secret" }));
    }
    for (params, field) in [
        (json!({ "kind": "other" }), "kind"),
        (json!({ "secret": "two words" }), "secret"),
        (json!({ "secret": "" }), "secret"),
        (json!({ "secret": "x".repeat(256) }), "secret"),
        (json!({ "scopes": ["everything"] }), "scopes.0"),
        (json!({ "scopes": "*" }), "scopes"),
        (json!({ "mode": "both" }), "mode"),
        (json!({ "name": "" }), "name"),
    ] {
        let mut call = json!({ "name": "n", "scopes": [] });
        call.as_object_mut().unwrap().extend(params.as_object().unwrap().clone());
        let refused = server.admin.refused("admin.token.create", call).await;
        assert_eq!(refused["data"]["field"], field, "{params}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_admin_token_that_was_revoked_stays_so_until_the_operator_names_it_again() {
    let server = TestServer::start().await;
    let listed = server.admin.call("admin.token.list", json!({})).await;
    let revoke = json!({ "token": listed["items"][0]["id"] });
    server.admin.call("admin.token.revoke", revoke).await;
    assert_eq!(server.admin.refused("admin.token.list", json!({})).await["code"], 401);
    let folder = server.stop().await.unwrap();
    let server = TestServer::start_in(folder.path()).await;
    server.admin.call("admin.token.list", json!({})).await;
    server.stop().await;
}
