//! What a server that goes down leaves behind, and what lies on its disk.

use counterfoil_server::Options;
use counterfoil_tests::{ADMIN_TOKEN, Binary, Receiver, TestServer, in_time, options};
use serde_json::json;

use super::{deliveries, hook, license, until_all, until_tried};

#[tokio::test]
async fn what_waits_is_sent_by_the_next_start() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    license(&server.admin, "p").await;
    let first = receiver.message().await;
    let id = first.header("webhook-id").unwrap().to_owned();
    first.answer(503, "").await;
    until_tried(&server, &made, 1).await;
    let folder = server.stop().await.unwrap();
    let open = Options { allow_private_targets: true, ..options(folder.path(), Some(ADMIN_TOKEN)) };
    let server = TestServer::start_with(open).await;
    assert_eq!(deliveries(&server.admin, &made).await.len(), 1);
    assert!(receiver.is_idle());
    server.env.step(10);
    let again = receiver.message().await;
    assert_eq!(again.header("webhook-id"), Some(id.as_str()));
    again.answer(200, "").await;
    until_all(&server, &made, "delivered").await;
    server.stop().await;
}

#[tokio::test]
async fn a_crash_in_the_middle_of_sending_loses_nothing() {
    let mut receiver = Receiver::open().await;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Binary::command(folder.path());
    command.env("COUNTERFOIL_ALLOW_PRIVATE_TARGETS", "true");
    let binary = Binary::start_command(&mut command).await;
    let admin = binary.admin();
    hook(&admin, &receiver.url(), json!({})).await;
    let sold = license(&admin, "p").await;
    let first = receiver.message().await;
    let id = first.header("webhook-id").unwrap().to_owned();
    // It was received, and nobody kept that.
    binary.kill().await;
    let binary = Binary::start_command(&mut command).await;
    let again = receiver.message().await;
    assert_eq!(again.header("webhook-id"), Some(id.as_str()));
    assert_eq!(again.body, first.body);
    assert_eq!(again.json()["data"]["license"]["id"], sold["id"]);
    again.answer(200, "").await;
    binary.terminate();
    assert_eq!(binary.wait().await.0, Some(0));
}

#[tokio::test]
async fn no_secret_of_a_webhook_is_on_the_disk_or_in_the_log() {
    let mut receiver = Receiver::open().await;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Binary::command(folder.path());
    command.env("COUNTERFOIL_ALLOW_PRIVATE_TARGETS", "true");
    command.env("COUNTERFOIL_LOG", "trace,hyper::proto=trace");
    let binary = Binary::start_command(&mut command).await;
    let admin = binary.admin();
    let url = format!("{}?token=url-is-a-capability", receiver.url());
    let imported = "whsec_aW1wb3J0ZWQgc2VjcmV0IG9mIGEgcmVjZWl2ZXI=";
    let made = hook(&admin, &url, json!({ "secret": imported })).await;
    assert_eq!(made["secret"], imported);
    let old = hook(&admin, &url, json!({ "format": "packedge" })).await;
    let rotating = json!({ "webhook": made["id"], "rotateSecret": true, "idempotencyKey": "kept" });
    let rotated = admin.call("admin.webhook.update", rotating).await;
    let sold = license(&admin, "p").await;
    let key = sold["key"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        // A receiver that echoes what it was sent.
        let message = receiver.message().await;
        let body = message.body.clone();
        message.answer(500, &body).await;
    }
    for hook in [&made, &old] {
        let is_kept = async {
            while deliveries(&admin, hook).await[0]["attempts"] == json!([]) {
                tokio::task::yield_now().await;
            }
        };
        in_time(is_kept).await;
    }
    let secrets = [
        imported,
        old["secret"].as_str().unwrap(),
        rotated["secret"].as_str().unwrap(),
        "url-is-a-capability",
        &key,
    ];
    binary.terminate();
    let (code, log) = binary.wait().await;
    assert_eq!(code, Some(0));
    let bytes = std::fs::read(folder.path().join("k.redb")).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(sold["alias"].as_str().unwrap()), "the file is the one written to");
    for secret in secrets {
        assert!(!holds(secret), "{secret} is in the file");
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
