//! What the desk's screens ask, out of 100,000 licenses of 20,000 orders.

use counterfoil_tests::{ADMIN_TOKEN, Client};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::task::JoinSet;

use crate::{ROUNDS, median, spawn};

const LICENSES: usize = 100_000;
/// Licenses of one order, orders that are told of in one request, and requests at a time.
const PER_ORDER: usize = 5;
const AT_ONCE: usize = 20;
const CALLERS: usize = 32;
/// Rows that a screen wants, and parts that it asks for before somebody has to say so.
const ROWS: usize = 50;
const PARTS: usize = 64;

/// What is asked, by what somebody looks at.
fn asked() -> Vec<(&'static str, &'static str, Value)> {
    let licenses = |params| ("admin.license.list", params);
    let customers = |params| ("admin.customer.list", params);
    let history = |params| ("admin.history.list", params);
    let orders = |params| ("admin.order.list", params);
    [
        ("licenses", licenses(json!({}))),
        ("  search: b", licenses(json!({ "search": "b" }))),
        ("  search: buyer-19", licenses(json!({ "search": "buyer-19" }))),
        ("  search: buyer-1999@", licenses(json!({ "search": "buyer-1999@" }))),
        ("  search: nobody", licenses(json!({ "search": "nobody" }))),
        ("  expired: every fifth", licenses(json!({ "status": "expired" }))),
        ("  suspended: the oldest", licenses(json!({ "status": "suspended" }))),
        ("  revoked: none", licenses(json!({ "status": "revoked" }))),
        ("customers", customers(json!({}))),
        ("  search: buyer-1", customers(json!({ "search": "buyer-1" }))),
        ("history", history(json!({}))),
        ("  suspensions: the newest", history(json!({ "type": "license.suspended" }))),
        ("  revocations: none", history(json!({ "type": "license.revoked" }))),
        ("orders", orders(json!({}))),
        ("  search: ord-0199", orders(json!({ "search": "ord-0199" }))),
        ("  search: buyer-1999@", orders(json!({ "search": "buyer-1999@" }))),
    ]
    .map(|(what, (method, params))| (what, method, params))
    .into()
}

/// Fills a store over HTTP and measures each question, from the first byte out to the last in.
pub(crate) async fn measure() {
    let folder = tempfile::tempdir_in(".").expect("a folder on this disk");
    let (mut child, url) = spawn(folder.path());
    let client = Client::new(&url, Some(ADMIN_TOKEN));
    let began = Instant::now();
    fill(&client).await;
    println!("{LICENSES} licenses made in {:.0} s", began.elapsed().as_secs_f64());
    let counting = Instant::now();
    client.call("admin.stats.summary", json!({})).await;
    let counted = counting.elapsed().as_secs_f64() * 1e3;
    println!("{:<28} {counted:>7.1} ms   once a minute, at most", "overview: counting");
    for (what, method, params) in asked() {
        let mut times = Vec::new();
        let mut last = Looked::default();
        for _ in 0..ROUNDS {
            let began = Instant::now();
            last = look(&client, method, &params).await;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        let Looked { rows, parts, bytes } = last;
        let time = median(times.into_iter());
        println!("{what:<28} {time:>7.1} ms   {parts} calls, {rows} rows, {} KiB", bytes / 1_024);
    }
    drop(child.stdin.take());
    child.wait().expect("the server's end");
}

async fn fill(client: &Client) {
    client.call("admin.product.create", json!({ "slug": "p", "name": "Acme Forms Pro" })).await;
    let plan = json!({ "product": "p", "slug": "annual", "name": "Annual", "activationLimit": 3,
        "activationType": "domain", "term": { "months": 12 } });
    client.call("admin.plan.create", plan).await;
    let next = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (client, next) = (client.clone(), Arc::clone(&next));
        callers.spawn(async move {
            loop {
                let first = next.fetch_add(AT_ONCE, Ordering::Relaxed);
                if first * PER_ORDER >= LICENSES {
                    return;
                }
                let batch: Vec<Value> = (first..first + AT_ONCE).map(order).collect();
                let replies = client.post(Value::from(batch).to_string()).await.json();
                let replies = replies.as_array().expect("as many replies");
                assert!(replies.iter().all(|reply| reply["error"].is_null()), "{replies:?}");
            }
        });
    }
    callers.join_all().await;
    let oldest = client.call("admin.license.list", json!({ "order": "ord-00000" })).await;
    let oldest = json!({ "license": oldest["items"][0]["id"] });
    client.call("admin.license.suspend", oldest).await;
}

/// The call that tells of an order. Every fifth was paid so long ago that its licenses are over.
fn order(number: usize) -> Value {
    let paid_at = number.is_multiple_of(5).then_some("2020-01-01T00:00:00Z");
    let params = json!({ "order": format!("ord-{number:05}"), "product": "p", "plan": "annual",
        "quantity": PER_ORDER, "paidAt": paid_at,
        "customer": { "email": format!("buyer-{number}@example.com"), "name": "Ann" } });
    json!({ "jsonrpc": "2.0", "id": number, "method": "billing.orderCompleted", "params": params })
}

/// What a screen gets to see.
#[derive(Default)]
struct Looked {
    rows: usize,
    parts: usize,
    bytes: usize,
}

/// Asks as a screen does: on through parts that hold little, until its rows are full.
async fn look(client: &Client, method: &str, params: &Value) -> Looked {
    let mut looked = Looked::default();
    let mut cursor = Value::Null;
    while looked.parts < PARTS {
        let mut params = params.clone();
        params["limit"] = json!(ROWS);
        params["cursor"] = cursor;
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let reply = client.post(call.to_string()).await;
        let page = reply.json()["result"].take();
        looked.parts += 1;
        looked.bytes += reply.body.len();
        looked.rows += page["items"].as_array().expect("a page").len();
        cursor = page["nextCursor"].clone();
        if cursor.is_null() || looked.rows >= ROWS {
            break;
        }
    }
    looked
}
