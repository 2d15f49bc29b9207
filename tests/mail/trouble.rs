//! Mail servers that say no, later, or nothing at all.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

use crate::post_office::{PostOffice, in_time};
use crate::{letters, license, suspend, until_queued, until_tried};

/// Waits until the desk says that mail is held up.
async fn until_held(server: &TestServer) -> Value {
    let held = async {
        loop {
            let status = server.admin.call("admin.mail.status", json!({})).await;
            if !status["problem"].is_null() {
                return status;
            }
        }
    };
    in_time(held).await
}

#[tokio::test]
async fn a_letter_that_is_not_taken_now_is_tried_for_three_days_and_then_dead() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    office.behave(json!({ "rcpt": "451 4.7.1 <ann@example.com>: greylisted" })).await;
    suspend(&server, &license(&server, "ann@example.com").await).await;
    let mut waited = Vec::new();
    for attempt in 1..=9 {
        office.refusal().await;
        let letter = until_tried(&server, attempt).await;
        assert_eq!(letter["state"], "queued", "after {attempt}");
        assert!(letter["problem"].as_str().unwrap().contains("greylisted"));
        let due: counterfoil_core::time::Timestamp =
            letter["nextAttemptAt"].as_str().unwrap().parse().unwrap();
        let now = counterfoil_server::env::Env::now(&*server.env);
        waited.push(due.unix() - now.unix());
        server.env.set(&due.to_string());
    }
    let rungs = [60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400];
    for (waited, rung) in waited.into_iter().zip(rungs) {
        assert!((rung..=rung + rung / 4).contains(&waited), "{waited} for {rung}");
    }
    office.refusal().await;
    until_queued(&server, 0).await;
    let dead = letters(&server).await.swap_remove(0);
    assert_eq!((&dead["state"], &dead["attempts"]), (&json!("dead"), &json!(10)));
    assert_eq!(dead["nextAttemptAt"], json!(null));
    server.stop().await;
}

#[tokio::test]
async fn what_a_mail_server_never_takes_is_dead_at_once_and_can_be_tried_again() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    for (step, said) in [
        (json!({ "rcpt": "550 5.1.1 no such user" }), "550"),
        (json!({ "rcpt": null, "data": "554 5.7.1 spam" }), "554"),
    ] {
        office.behave(step).await;
        suspend(&server, &license(&server, "ann@example.com").await).await;
        let dead = until_tried(&server, 1).await;
        assert_eq!(dead["state"], "dead");
        assert!(dead["problem"].as_str().unwrap().contains(said), "{dead}");
    }
    assert_eq!(server.admin.call("admin.mail.status", json!({})).await["dead"], 2);
    let dead = server.admin.call("admin.mail.list", json!({ "state": "dead" })).await;
    assert_eq!(dead["items"].as_array().unwrap().len(), 2);
    office.behave(json!({ "data": null })).await;
    office.left();
    for letter in dead["items"].as_array().unwrap() {
        let retried = server.admin.call("admin.mail.retry", json!({ "mail": letter["id"] })).await;
        assert_eq!(retried["state"], "queued");
        let message = office.message().await;
        let id = message["messageId"].as_str().unwrap();
        assert!(id.contains(letter["id"].as_str().unwrap()), "the same letter");
        until_queued(&server, 0).await;
        let refused =
            server.admin.refused("admin.mail.retry", json!({ "mail": letter["id"] })).await;
        assert_eq!(refused["data"]["field"], "mail", "it was sent");
    }
    assert_eq!(server.admin.call("admin.mail.status", json!({})).await["dead"], 0);
    server.stop().await;
}

#[tokio::test]
async fn one_letter_that_is_refused_does_not_hold_up_the_others() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    office.behave(json!({ "rcpt": "450 4.2.0 later" })).await;
    suspend(&server, &license(&server, "ann@example.com").await).await;
    until_tried(&server, 1).await;
    office.behave(json!({ "rcpt": null })).await;
    suspend(&server, &license(&server, "bob@example.com").await).await;
    assert_eq!(office.message().await["to"], json!(["bob@example.com"]));
    server.env.step(75);
    assert_eq!(office.message().await["to"], json!(["ann@example.com"]));
    server.stop().await;
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_repeats_the_same_message() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    office.behave(json!({ "drop": true })).await;
    suspend(&server, &license(&server, "ann@example.com").await).await;
    let first = office.message().await;
    until_tried(&server, 1).await;
    office.behave(json!({ "drop": false })).await;
    server.env.step(75);
    let second = office.message().await;
    assert_eq!(first["data"], second["data"], "to the byte");
    until_queued(&server, 0).await;
    assert_eq!(letters(&server).await[0]["state"], "sent");
    server.stop().await;
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_ends_no_letter_however_long_that_takes() {
    let office = PostOffice::open().await;
    let port = office.port().to_string();
    drop(office);
    let server = TestServer::start_mailing(&format!("smtp://127.0.0.1:{port}")).await;
    suspend(&server, &license(&server, "ann@example.com").await).await;
    let status = until_held(&server).await;
    assert!(status["problem"].as_str().unwrap().contains("cannot be reached"), "{status}");
    assert_eq!(status["queued"], 1);
    for _ in 0..4 {
        server.env.step(7 * 86_400);
    }
    let letter = letters(&server).await.swap_remove(0);
    assert_eq!((&letter["state"], &letter["attempts"]), (&json!("queued"), &json!(0)));
    let mut office = PostOffice::open_with(&["--port", &port]).await;
    server.env.step(7 * 86_400);
    assert_eq!(office.message().await["to"], json!(["ann@example.com"]));
    until_queued(&server, 0).await;
    let status = server.admin.call("admin.mail.status", json!({})).await;
    assert_eq!(status["problem"], json!(null));
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_password_holds_the_queue_and_the_desk_says_so() {
    let mut office =
        PostOffice::open_with(&["--user", "acme", "--password", "right-password"]).await;
    let relay = format!("smtp://acme:wrong-password@127.0.0.1:{}", office.port());
    let server = TestServer::start_mailing(&relay).await;
    suspend(&server, &license(&server, "ann@example.com").await).await;
    office.refusal().await;
    let status = until_held(&server).await;
    let problem = status["problem"].as_str().unwrap();
    assert!(problem.contains("refuses our user or password (535)"), "{problem}");
    assert!(!problem.contains("wrong-password"));
    let letter = letters(&server).await.swap_remove(0);
    assert_eq!((&letter["state"], &letter["attempts"]), (&json!("queued"), &json!(0)));
    server.stop().await;
}

#[tokio::test]
async fn a_connection_that_carried_enough_is_followed_by_another_at_once() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    office.behave(json!({ "limit": 2, "rcpt": "450 4.2.0 later" })).await;
    for number in 0..7 {
        suspend(&server, &license(&server, &format!("ann{number}@example.com")).await).await;
    }
    until_tried(&server, 1).await;
    office.behave(json!({ "rcpt": null })).await;
    server.env.step(75);
    for _ in 0..7 {
        office.message().await;
    }
    server.stop().await;
}

#[tokio::test]
async fn an_address_outside_ascii_needs_a_mail_server_that_takes_it() {
    for (arguments, state) in [(&[][..], "sent"), (&["--ascii"], "dead")] {
        let office = PostOffice::open_with(arguments).await;
        let server = TestServer::start_mailing(&office.url()).await;
        suspend(&server, &license(&server, "jürgen@example.com").await).await;
        suspend(&server, &license(&server, "ann@bücher.example").await).await;
        until_queued(&server, 0).await;
        let letters = letters(&server).await;
        assert_eq!(letters[0]["state"], "sent", "a host's name has a form in ASCII");
        assert_eq!(letters[1]["state"], state);
        let problem = letters[1]["problem"].as_str().unwrap_or("SMTPUTF8");
        assert!(problem.contains("SMTPUTF8"), "{problem}");
        server.stop().await;
    }
}

#[tokio::test]
async fn what_was_sent_is_forgotten_after_thirty_days_and_what_was_not_after_ninety() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    let made = license(&server, "ann@example.com").await;
    suspend(&server, &made).await;
    office.message().await;
    until_queued(&server, 0).await;
    office.behave(json!({ "rcpt": "550 5.1.1 no such user" })).await;
    server.admin.call("admin.license.revoke", json!({ "license": made["id"] })).await;
    office.refusal().await;
    until_queued(&server, 0).await;
    let states = async |days: i64| {
        server.env.step(days * 86_400 + 1);
        suspend(&server, &license(&server, "bob@example.com").await).await;
        until_queued(&server, 0).await;
        let page = server.admin.call("admin.mail.list", json!({ "limit": 200 })).await;
        let items = page["items"].as_array().unwrap().clone();
        items.iter().filter(|item| item["to"] == "ann@example.com").count()
    };
    assert_eq!(states(29).await, 2);
    assert_eq!(states(1).await, 1, "the one that was sent is gone");
    assert_eq!(states(60).await, 0);
    server.stop().await;
}
