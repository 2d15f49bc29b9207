//! Every error code there is, reached by a call over the port.

use counterfoil_core::refusal::CODES;
use counterfoil_server::limits::Limits;
use counterfoil_tests::{ADMIN_TOKEN, Client, SteppedEnv, TestServer, options};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is only read from others' replies and never said by us.
const NEVER_SAID: [&str; 1] = ["internal_error"];

/// A license that stands at `status`, and its key.
async fn license(server: &TestServer, status: &str) -> Value {
    let expires_at = (status == "expired").then_some("2026-06-01T00:00:00Z");
    let params = json!({ "product": "p", "plan": "s", "expiresAt": expires_at });
    let made = server.admin.call("admin.license.create", params).await;
    let command = match status {
        "suspended" => "suspend",
        "disabled" => "disable",
        "revoked" => "revoke",
        "cancelled" => "cancel",
        _ => return made,
    };
    let params = json!({ "license": made["id"] });
    server.admin.call(&format!("admin.license.{command}"), params).await
}

/// Calls by which a code is reached, or the body that is sent.
async fn reach(server: &TestServer, code: &str) -> Value {
    let (admin, public) = (&server.admin, &server.public);
    let post = async |body: String| public.post(body).await.json()["error"].clone();
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "license.validate", "params": { "key": "k" } });
    let here = |key: &Value| json!({ "key": key, "identifier": "a.example" });
    let good = license(server, "active").await;
    match code {
        "parse_error" => post("{".to_owned()).await,
        "invalid_request" => post("{}".to_owned()).await,
        "method_not_found" => public.refused("license.nope", json!({})).await,
        "invalid_params" => public.refused("license.validate", json!({})).await,
        "body_too_large" => post(" ".repeat(65_537)).await,
        "batch_too_large" => post(Value::from(vec![call; 21]).to_string()).await,
        "unauthorized" => public.refused("admin.license.list", json!({})).await,
        "forbidden" => {
            let token = json!({ "name": "n", "scopes": [], "secret": "no-scope" });
            admin.call("admin.token.create", token).await;
            admin.with_token("no-scope").refused("admin.license.list", json!({})).await
        }
        "license_expired" | "license_suspended" | "license_disabled" | "license_revoked"
        | "license_cancelled" => {
            let status = code.trim_start_matches("license_");
            let stopped = license(server, status).await;
            public.refused("license.activate", here(&stopped["key"])).await
        }
        "product_mismatch" => {
            let mut params = here(&good["key"]);
            params["product"] = json!("other");
            public.refused("license.activate", params).await
        }
        "license_not_found" => public.refused("license.activate", here(&json!("nope"))).await,
        "activation_not_found" => public.refused("license.deactivate", here(&good["key"])).await,
        "not_found" => admin.refused("admin.product.get", json!({ "product": "nope" })).await,
        "seat_limit_exceeded" => {
            public.call("license.activate", here(&good["key"])).await;
            let there = json!({ "key": good["key"], "identifier": "b.example" });
            public.refused("license.activate", there).await
        }
        "uses_limit_exceeded" => {
            public.refused("license.use", json!({ "key": good["key"], "amount": 9 })).await
        }
        "conflict" => {
            admin.refused("admin.product.create", json!({ "slug": "p", "name": "P" })).await
        }
        "idempotency_conflict" => {
            let using =
                |amount| json!({ "key": good["key"], "amount": amount, "idempotencyKey": "i" });
            public.call("license.use", using(1)).await;
            public.refused("license.use", using(2)).await
        }
        "invalid_transition" => {
            let ended = license(server, "revoked").await;
            admin.refused("admin.license.suspend", json!({ "license": ended["id"] })).await
        }
        "invalid_identifier" => {
            let params = json!({ "key": good["key"], "identifier": "two words" });
            public.refused("license.activate", params).await
        }
        "unavailable" => {
            server.damage_key(&good).await;
            admin.refused("admin.license.get", json!({ "license": good["id"] })).await
        }
        "rate_limited" => too_many().await,
        other => panic!("{other} is reached by no test"),
    }
}

/// A server that allows one call a minute, and the second one's error.
async fn too_many() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path(), Some(ADMIN_TOKEN));
    options.limits = Limits { loopback: true, calls_per_minute: 1, ..Limits::OFF };
    let env = Arc::new(SteppedEnv::at("2026-06-05T08:02:00Z"));
    let server = counterfoil_server::start(options, env).await.unwrap();
    let client = Client::new(&format!("http://{}", server.address()), None);
    let mut error = Value::Null;
    while error.is_null() {
        error = client.ask("license.validate", json!({ "key": "k" })).await["error"].clone();
    }
    server.stop().await;
    error
}

#[tokio::test]
async fn every_code_is_reached_with_its_number_a_sentence_and_no_more_members_than_it_has() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let plan = json!({ "product": "p", "slug": "s", "name": "S", "activationType": "domain",
        "activationLimit": 1, "usesLimit": 5 });
    server.admin.call("admin.plan.create", plan).await;
    for code in CODES.iter().filter(|code| !NEVER_SAID.contains(&code.word)) {
        let error = reach(&server, code.word).await;
        assert_eq!(error["code"], code.number, "{}: {error}", code.word);
        assert_eq!(error["data"]["code"], code.word, "{error}");
        let message = error["message"].as_str().unwrap();
        // What to do next stands behind the colon; a wrong parameter says it by its problem.
        let says_more = message.contains(':') || code.word == "invalid_params";
        assert!(message.ends_with('.') && says_more, "{}: {message}", code.word);
        let members: BTreeSet<&str> =
            error["data"].as_object().unwrap().keys().map(String::as_str).collect();
        let more: &[&str] = match code.word {
            "invalid_params" => &["field", "problem"],
            "forbidden" => &["scope"],
            "not_found" => &["kind"],
            "seat_limit_exceeded" => &["limit", "used", "activations"],
            "uses_limit_exceeded" => &["limit", "used"],
            "conflict" => &["field"],
            "invalid_transition" => &["from", "command"],
            "rate_limited" | "unavailable" => &["retryAfter"],
            "body_too_large" | "batch_too_large" => &["limit"],
            _ => &[],
        };
        let wanted: BTreeSet<&str> = ["code"].iter().chain(more).copied().collect();
        assert_eq!(members, wanted, "{}", code.word);
    }
    server.stop().await;
}
