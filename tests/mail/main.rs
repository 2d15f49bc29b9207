//! Mail, against a real mail server: `aiosmtpd`, which records each message as it was received and
//! misbehaves on command.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "cases are data, a test may panic, and `--nocapture` shows the figures"
)]

mod crash;
mod hostile;
mod letters;
mod post_office;
mod tls;
mod trouble;

use counterfoil_server::ledger::Letters;
use counterfoil_server::mail::{Desktop, Letter};
use counterfoil_tests::TestServer;
use post_office::in_time;
use serde_json::{Value, json};

/// A product and a license of it, held by `email`.
async fn license(server: &TestServer, email: &str) -> Value {
    server.admin.ask("admin.product.create", json!({ "slug": "p", "name": "Forms Pro" })).await;
    let customer = json!({ "email": email, "name": "Ann" });
    server.admin.call("admin.license.create", json!({ "product": "p", "customer": customer })).await
}

/// Suspends a license, and by that writes to its customer.
async fn suspend(server: &TestServer, license: &Value) {
    server.admin.call("admin.license.suspend", json!({ "license": license["id"] })).await;
}

/// The letters of the vendor, newest first.
async fn letters(server: &TestServer) -> Vec<Value> {
    let page = server.admin.call("admin.mail.list", json!({})).await;
    page["items"].as_array().unwrap().clone()
}

/// Posts letters as a service would, in one transaction.
async fn post(server: &TestServer, letters: Vec<Letter>) {
    let app = server.server.app().clone();
    let (env, secret, mail) = (app.env, app.secret, app.mail);
    let posted = app.ledger.transact(move |txn| {
        for letter in letters {
            let with = Desktop { secret: &secret, env: &*env, now: env.now() };
            let row = mail.write(txn, letter, with)?;
            txn.post(row.as_ref())?;
        }
        Ok(())
    });
    posted.await.unwrap();
}

/// Waits until so many letters wait to be sent, and no more or less.
async fn until_queued(server: &TestServer, count: u64) {
    let ledger = &server.server.app().ledger;
    let mut commits = ledger.commits();
    let reached = async {
        while ledger.view().all_letter_counts().unwrap().queued != count {
            commits.changed().await.unwrap();
        }
    };
    in_time(reached).await;
}

/// Waits until the letter written last was tried so often.
async fn until_tried(server: &TestServer, attempts: u64) -> Value {
    let mut commits = server.server.app().ledger.commits();
    let reached = async {
        loop {
            commits.borrow_and_update();
            let letter = letters(server).await.swap_remove(0);
            if letter["attempts"] == attempts {
                return letter;
            }
            commits.changed().await.unwrap();
        }
    };
    in_time(reached).await
}
