//! Power cuts while mail is sent.

use counterfoil_tests::{Binary, Client, MAIL_FROM};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

use crate::post_office::{PostOffice, in_time};

const LICENSES: usize = 200;

/// After how many messages each power cut comes.
const CUTS: [usize; 12] = [1, 2, 3, 5, 8, 13, 1, 21, 4, 17, 9, 30];

async fn start(folder: &Path, office: &PostOffice) -> Binary {
    let mut command = Binary::command(folder);
    command.env("COUNTERFOIL_SMTP_URL", office.url()).env("COUNTERFOIL_MAIL_FROM", MAIL_FROM);
    Binary::start_command(&mut command).await
}

async fn with_licenses(admin: &Client) -> Vec<Value> {
    admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let making = json!({ "product": "p", "quantity": LICENSES,
        "customer": { "email": "ann@example.com" } });
    let made = admin.call("admin.license.create", making).await;
    made["items"].as_array().unwrap().clone()
}

/// Suspends the licenses from `done` on until the server no longer answers; gives how many of all
/// were acknowledged. A repeat of one that took effect unacknowledged writes nothing.
async fn suspend_until_gone(admin: Client, licenses: Vec<Value>, done: usize) -> usize {
    for (place, license) in licenses.iter().enumerate().skip(done) {
        let call = json!({ "license": license["id"] });
        let Some(reply) = admin.try_ask("admin.license.suspend", call).await else { return place };
        assert_eq!(reply["result"]["status"], "suspended", "{reply}");
    }
    licenses.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_letter_is_lost_by_kill_9_and_each_kill_repeats_one_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = PostOffice::open().await;
    let mut binary = start(folder.path(), &office).await;
    let licenses = with_licenses(&binary.admin()).await;
    let mut received: Vec<Value> = Vec::new();
    let mut done = 0;
    for cut in CUTS {
        let suspending = tokio::spawn(suspend_until_gone(binary.admin(), licenses.clone(), done));
        for _ in 0..cut {
            received.push(office.message().await);
        }
        binary.kill().await;
        done = suspending.await.unwrap();
        binary = start(folder.path(), &office).await;
    }
    assert_eq!(suspend_until_gone(binary.admin(), licenses.clone(), done).await, LICENSES);
    let emptied =
        async { while binary.admin().call("admin.mail.status", json!({})).await["queued"] != 0 {} };
    in_time(emptied).await;
    received.extend(office.left());
    check(&binary.admin(), &licenses, &received).await;
    binary.kill().await;
}

async fn check(admin: &Client, licenses: &[Value], received: &[Value]) {
    let page = admin.call("admin.mail.list", json!({ "limit": 200 })).await;
    let listed = page["items"].as_array().unwrap();
    assert_eq!(listed.len(), LICENSES, "one letter for each license");
    let ids: BTreeSet<&str> =
        received.iter().map(|message| message["messageId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), LICENSES, "none is lost, and none is another one");
    for letter in listed {
        let id = format!("<{}@acme.example>", letter["id"].as_str().unwrap());
        assert!(letter["state"] == "sent" && ids.contains(id.as_str()), "{letter}");
    }
    let repeated = received.len() - ids.len();
    println!("{} messages, {repeated} repeated by {} kills", received.len(), CUTS.len());
    assert!(repeated <= CUTS.len(), "{repeated} are repeated");
    for license in licenses {
        let alias = license["alias"].as_str().unwrap();
        let told = |message: &&Value| message["text"].as_str().unwrap().contains(alias);
        assert!(received.iter().any(|message| told(&message)), "{alias} is told of");
    }
}
