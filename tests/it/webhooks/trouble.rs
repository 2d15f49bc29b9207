//! Receivers that fail, are gone, are slow, lead elsewhere, or never stop talking.

use counterfoil_tests::{Receiver, TestServer};
use serde_json::{Value, json};

use super::{deliveries, hook, license, shown, until, until_all, until_tried};

/// A server with one webhook, and its receiver.
async fn one() -> (TestServer, Receiver, Value) {
    let receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    (server, receiver, made)
}

/// The seconds from now on until a delivery is sent again.
fn wait(server: &TestServer, delivery: &Value) -> i64 {
    let next = delivery["nextAttemptAt"].as_str().unwrap();
    let next: counterfoil_core::time::Timestamp = next.parse().unwrap();
    next.unix() - server.server.app().env.now().unix()
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_under_the_same_id_for_three_days() {
    let (server, mut receiver, made) = one().await;
    license(&server.admin, "p").await;
    let steps = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    let mut first = None;
    for (number, step) in (1..).zip(steps) {
        let message = receiver.message().await;
        let this = (message.header("webhook-id").unwrap().to_owned(), message.body.clone());
        assert_eq!(*first.get_or_insert(this.clone()), this);
        let now = server.server.app().env.now().unix().to_string();
        assert_eq!(message.header("webhook-timestamp"), Some(now.as_str()));
        message.answer(500, "Try later.").await;
        let tried = until_tried(&server, &made, number).await;
        assert_eq!(tried["status"], "pending");
        let attempt = &tried["attempts"][number - 1];
        assert_eq!((&attempt["status"], &attempt["response"]), (&json!(500), &json!("Try later.")));
        assert_eq!(attempt["problem"], "It answered 500.");
        let seconds = wait(&server, &tried);
        assert!((step..=step + step / 4).contains(&seconds), "{number}: {seconds}");
        server.env.step(seconds - 1);
        assert!(receiver.is_idle());
        server.env.step(1);
    }
    receiver.message().await.answer(500, "").await;
    let failed = until_tried(&server, &made, 10).await;
    assert_eq!((&failed["status"], &failed["nextAttemptAt"]), (&json!("failed"), &Value::Null));
    assert_eq!(shown(&server.admin, &made).await["failingSince"], "2026-06-05T08:02:00Z");
    let summary = server.admin.call("admin.stats.summary", json!({})).await;
    let counted = json!([{ "webhook": made["id"], "failed": 1 }]);
    assert_eq!(summary["deliveries"]["webhooks"], counted);
    let again = json!({ "delivery": failed["id"] });
    let again = server.admin.call("admin.webhook.redeliver", again).await;
    let summary = server.admin.call("admin.stats.summary", json!({})).await;
    assert_eq!(summary["deliveries"]["webhooks"], json!([]), "it is tried again");
    assert_eq!((&again["status"], &again["event"]), (&json!("pending"), &failed["event"]));
    let message = receiver.message().await;
    let this = (message.header("webhook-id").unwrap().to_owned(), message.body.clone());
    assert_eq!(first, Some(this));
    message.answer(200, "Thanks.").await;
    let delivered = until_tried(&server, &made, 11).await;
    assert_eq!(delivered["status"], "delivered");
    assert_eq!(delivered["attempts"][10]["response"], "Thanks.");
    assert_eq!(shown(&server.admin, &made).await["failingSince"], Value::Null);
    server.stop().await;
}

#[tokio::test]
async fn what_was_delivered_can_be_sent_once_more() {
    let (server, mut receiver, made) = one().await;
    license(&server.admin, "p").await;
    let first = receiver.take().await;
    let delivered = until_tried(&server, &made, 1).await;
    let call = json!({ "delivery": delivered["id"] });
    server.admin.call("admin.webhook.redeliver", call).await;
    assert_eq!(receiver.take().await, first);
    assert_eq!(until_tried(&server, &made, 2).await["status"], "delivered");
    for status in ["pending", "delivered", "failed"] {
        let call = json!({ "webhook": made["id"], "status": status });
        let page = server.admin.call("admin.webhook.deliveries", call).await;
        let count = usize::from(status == "delivered");
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{status}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_answers_410_is_told_no_more_until_switched_on() {
    let (server, mut receiver, made) = one().await;
    license(&server.admin, "p").await;
    receiver.message().await.answer(410, "").await;
    let failed = until_tried(&server, &made, 1).await;
    assert_eq!(failed["status"], "failed");
    let off = shown(&server.admin, &made).await;
    assert_eq!((&off["enabled"], &off["disabledFor"]), (&json!(false), &json!("gone")));
    assert_eq!(off["disabledAt"], "2026-06-05T08:02:00Z");
    license(&server.admin, "p").await;
    assert_eq!(deliveries(&server.admin, &made).await.len(), 1, "nothing new is queued");
    for (method, params, field) in [
        ("test", json!({ "webhook": made["id"] }), "webhook"),
        ("redeliver", json!({ "delivery": failed["id"] }), "delivery"),
    ] {
        let refused = server.admin.refused(&format!("admin.webhook.{method}"), params).await;
        assert_eq!((&refused["code"], &refused["data"]["field"]), (&json!(-32602), &json!(field)));
    }
    let call = json!({ "webhook": made["id"], "enabled": true });
    let on = server.admin.call("admin.webhook.update", call).await;
    assert_eq!((&on["enabled"], &on["disabledFor"]), (&json!(true), &Value::Null));
    license(&server.admin, "p").await;
    receiver.take().await;
    until_tried(&server, &made, 1).await;
    assert!(receiver.is_idle());
    server.stop().await;
}

#[tokio::test]
async fn five_days_of_failure_switch_a_webhook_off() {
    let (server, mut receiver, made) = one().await;
    license(&server.admin, "p").await;
    receiver.message().await.answer(500, "").await;
    until_tried(&server, &made, 1).await;
    server.env.step(5 * 86_400 - 1);
    receiver.message().await.answer(500, "").await;
    until_tried(&server, &made, 2).await;
    assert_eq!(shown(&server.admin, &made).await["enabled"], true);
    server.env.step(400);
    receiver.message().await.answer(500, "").await;
    let waiting = until_tried(&server, &made, 3).await;
    let off = shown(&server.admin, &made).await;
    assert_eq!((&off["enabled"], &off["disabledFor"]), (&json!(false), &json!("failing")));
    assert_eq!((&waiting["status"], &waiting["nextAttemptAt"]), (&json!("pending"), &Value::Null));
    server.env.step(86_400);
    let call = json!({ "webhook": made["id"], "enabled": true });
    server.admin.call("admin.webhook.update", call).await;
    receiver.take().await;
    until_all(&server, &made, "delivered").await;
    server.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (server, mut receiver, made) = one().await;
    let mut elsewhere = Receiver::open().await;
    license(&server.admin, "p").await;
    for (number, status) in (1..).zip([301, 302, 303, 307, 308]) {
        let location = format!("location: {}\r\n", elsewhere.url());
        receiver.message().await.answer_with(status, &location, "").await;
        let tried = until_tried(&server, &made, number).await;
        let problem = tried["attempts"][number - 1]["problem"].as_str().unwrap();
        assert!(problem.contains("redirects are not followed"), "{problem}");
        server.env.step(wait(&server, &tried));
    }
    receiver.take().await;
    until_all(&server, &made, "delivered").await;
    assert!(elsewhere.is_idle());
    server.stop().await;
}

#[tokio::test]
async fn a_slow_receiver_delays_no_other_and_is_given_up_in_time() {
    let server = TestServer::start_telling(|options| options).await;
    let (mut slow, mut quick) = (Receiver::open().await, Receiver::open().await);
    let slow_hook = hook(&server.admin, &slow.url(), json!({})).await;
    let quick_hook = hook(&server.admin, &quick.url(), json!({})).await;
    for _ in 0..40 {
        license(&server.admin, "p").await;
        quick.take().await;
    }
    until_all(&server, &quick_hook, "delivered").await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(slow.message().await);
    }
    assert!(slow.is_idle(), "a few at a time are enough for one receiver");
    server.env.step(20);
    let is_late = |item: &Value| {
        let problem = &item["attempts"][0]["problem"];
        *problem == "There was no answer within 20 seconds."
    };
    let count = |items: &[Value]| items.iter().filter(|item| is_late(item)).count();
    until(&server, &slow_hook, |items| count(items) == 4).await;
    // After that one at a time.
    let next = slow.message().await;
    assert!(slow.is_idle());
    drop(held);
    next.answer(200, "").await;
    // All but the four that were late, which are sent again later.
    for _ in 0..35 {
        slow.take().await;
    }
    let delivered = |items: &[Value]| items.iter().filter(|it| it["status"] == "delivered").count();
    until(&server, &slow_hook, |items| delivered(items) == 36).await;
    assert!(slow.is_idle());
    server.stop().await;
}

#[tokio::test]
async fn a_busy_receiver_is_left_alone_as_long_as_it_asks() {
    let (server, mut receiver, made) = one().await;
    let sold = license(&server.admin, "p").await;
    receiver.message().await.answer_with(429, "retry-after: 120\r\n", "").await;
    let tried = until_tried(&server, &made, 1).await;
    assert_eq!(wait(&server, &tried), 120);
    let call = json!({ "license": sold["id"] });
    server.admin.call("admin.license.suspend", call).await;
    server.env.step(119);
    assert!(receiver.is_idle());
    server.env.step(1);
    receiver.take().await;
    receiver.take().await;
    let (at, far) = ("Fri, 05 Jun 2026 09:00:00 GMT", "99999999");
    for (header, seconds) in [(at, None), (far, Some(86_400))] {
        license(&server.admin, "p").await;
        let lines = format!("retry-after: {header}\r\n");
        receiver.message().await.answer_with(500, &lines, "").await;
        let tried = until_tried(&server, &made, 1).await;
        match seconds {
            Some(seconds) => assert_eq!(wait(&server, &tried), seconds),
            None => assert_eq!(tried["nextAttemptAt"], "2026-06-05T09:00:00Z"),
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn of_an_answer_a_kibibyte_is_kept_and_its_end_is_not_waited_for() {
    let (server, mut receiver, made) = one().await;
    license(&server.admin, "p").await;
    receiver.message().await.answer(200, &"long ".repeat(100_000)).await;
    let delivered = until_tried(&server, &made, 1).await;
    assert_eq!(delivered["attempts"][0]["response"].as_str().unwrap().len(), 1_024);
    license(&server.admin, "p").await;
    let message = receiver.message().await;
    let open = message.begin(200, "content-length: 9999\r\n", &"half ".repeat(300)).await;
    let delivered = until_tried(&server, &made, 1).await;
    assert_eq!(delivered["status"], "delivered", "the status is what counts");
    drop(open);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_http_is_a_failure_and_no_more() {
    let (server, mut receiver, made) = one().await;
    license(&server.admin, "p").await;
    drop(receiver.message().await);
    let tried = until_tried(&server, &made, 1).await;
    let attempt = &tried["attempts"][0];
    assert_eq!((&attempt["status"], &attempt["response"]), (&Value::Null, &Value::Null));
    assert!(attempt["problem"].as_str().unwrap().starts_with("The connection broke off"));
    for (number, bytes) in
        (2..).zip(["SMTP ready\r\n".to_owned(), format!("HTTP/1.1 200 {}", "x".repeat(40_000))])
    {
        server.env.step(wait(&server, &until_tried(&server, &made, number - 1).await));
        receiver.message().await.say(&bytes).await;
        let tried = until_tried(&server, &made, number).await;
        assert_eq!(tried["attempts"][number - 1]["status"], Value::Null);
        assert_eq!(tried["status"], "pending");
    }
    server.stop().await;
}
