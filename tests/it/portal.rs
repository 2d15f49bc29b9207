//! The customer's portal: in by a mailed link, then one's own licenses, and out again.

pub(crate) mod isolation;
mod own;
mod sign_in;

use counterfoil_tests::{Client, TestServer};
use serde_json::{Value, json};

/// Makes what every test sells.
async fn found(server: &TestServer) {
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
}

/// Sells a license for two domains.
async fn sell(desk: &Client, email: &str) -> Value {
    let customer = json!({ "email": email, "name": "Ann" });
    let sale = json!({ "product": "p", "customer": customer, "activationLimit": 2 });
    desk.call("admin.license.create", sale).await
}

async fn activate(server: &TestServer, license: &Value, identifier: &str) -> Value {
    let params =
        json!({ "key": license["key"], "identifier": identifier, "mode": license["mode"] });
    server.public.call("license.activate", params).await["activation"].clone()
}

/// Signs in by the link that was mailed; gives who is signed in.
async fn sign_in(server: &TestServer, email: &str, mode: &str) -> Client {
    server.public.call("portal.signIn", json!({ "email": email, "mode": mode })).await;
    let (code, _) = server.mailed_code();
    let session = server.public.call("portal.session", json!({ "code": code })).await;
    server.public.with_token(session["token"].as_str().unwrap())
}

/// Somebody who is signed in, for tests that do not mind who.
pub(crate) async fn visitor(server: &TestServer) -> Client {
    found(server).await;
    sell(&server.admin, "visitor@example.com").await;
    sign_in(server, "visitor@example.com", "live").await
}

async fn licenses(visitor: &Client) -> Vec<Value> {
    let page = visitor.call("portal.licenses", json!({})).await;
    page["items"].as_array().unwrap().clone()
}
