//! Power cuts and orderly ends of the real binary, under load.

use counterfoil_tests::{Binary, Client};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

const LICENSES: usize = 16;

async fn with_licenses(admin: &Client) -> Vec<String> {
    admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let params = json!({ "product": "p", "activationLimit": 0, "quantity": LICENSES });
    let made = admin.call("admin.license.create", params).await;
    let keys = made["items"].as_array().unwrap().iter();
    keys.map(|item| item["key"].as_str().unwrap().to_owned()).collect()
}

/// Activates site after site until the server no longer answers; gives what it acknowledged.
async fn activate_until_gone(
    client: Client,
    key: String,
    caller: usize,
    done: Arc<AtomicUsize>,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for site in 0.. {
        let identifier = format!("site-{site}.caller-{caller}.example");
        let call = json!({ "key": key, "identifier": identifier });
        let Some(reply) = client.try_ask("license.activate", call).await else { break };
        match reply["result"]["activation"]["identifier"].as_str() {
            Some(kept) => acknowledged.push(kept.to_owned()),
            None => panic!("{reply}"),
        }
        done.fetch_add(1, Ordering::SeqCst);
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_by_kill_9_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let mut binary = Binary::start(folder.path()).await;
    let keys = with_licenses(&binary.admin()).await;
    let mut acknowledged: HashMap<String, Vec<String>> = HashMap::new();
    for round in 1..=5 {
        let mut callers = JoinSet::new();
        let done = Arc::new(AtomicUsize::new(0));
        for (caller, key) in keys.iter().enumerate() {
            let (client, key, done) = (binary.public(), key.clone(), Arc::clone(&done));
            let caller = caller + round * LICENSES;
            callers.spawn(async move {
                let kept = activate_until_gone(client, key.clone(), caller, done).await;
                (key, kept)
            });
        }
        // Cut the power in the midst of it, at another point each time.
        while done.load(Ordering::SeqCst) < round * 40 {
            tokio::task::yield_now().await;
        }
        binary.kill().await;
        while let Some(ended) = callers.join_next().await {
            let (key, kept) = ended.unwrap();
            acknowledged.entry(key).or_default().extend(kept);
        }
        binary = Binary::start(folder.path()).await;
        for (key, kept) in &acknowledged {
            check_kept(&binary.public(), key, kept).await;
        }
    }
    binary.kill().await;
}

async fn check_kept(client: &Client, key: &str, kept: &[String]) {
    for identifier in kept {
        let call = json!({ "key": key, "identifier": identifier });
        let verdict = client.call("license.validate", call).await;
        assert_eq!(verdict["status"], "valid", "{identifier} was acknowledged and is gone");
    }
    let verdict = client.call("license.validate", json!({ "key": key })).await;
    let used = verdict["activationsUsed"].as_u64().unwrap();
    assert!(used >= u64::try_from(kept.len()).unwrap(), "the count covers what is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminated_server_answers_what_it_was_asked_and_exits_with_0() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::start(folder.path()).await;
    let keys = with_licenses(&binary.admin()).await;
    let mut callers = JoinSet::new();
    let done = Arc::new(AtomicUsize::new(0));
    for (caller, key) in keys.iter().enumerate() {
        let (client, key, done) = (binary.public(), key.clone(), Arc::clone(&done));
        callers.spawn(activate_until_gone(client, key, caller, done));
    }
    while done.load(Ordering::SeqCst) < 100 {
        tokio::task::yield_now().await;
    }
    binary.terminate();
    let mut acknowledged = 0;
    while let Some(ended) = callers.join_next().await {
        acknowledged += ended.unwrap().len();
    }
    let (code, log) = binary.wait().await;
    assert_eq!(code, Some(0), "{log}");
    let binary = Binary::start(folder.path()).await;
    let mut used = 0;
    for key in keys {
        let verdict: Value = binary.public().call("license.validate", json!({ "key": key })).await;
        used += usize::try_from(verdict["activationsUsed"].as_u64().unwrap()).unwrap();
    }
    assert_eq!(used, acknowledged, "every call that took effect was answered");
    binary.kill().await;
}
