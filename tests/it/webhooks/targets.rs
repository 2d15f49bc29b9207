//! Where nothing is ever sent: this machine and its network, by whatever name.

use counterfoil_server::Options;
use counterfoil_tests::{Names, Receiver, TestServer};
use serde_json::{Value, json};
use std::sync::Arc;

use super::{hook, license, shown, until_tried};

/// A server that sends to the public only, with names as they are told.
async fn guarded(names: &Arc<Names>) -> TestServer {
    let resolver = Arc::clone(names);
    let further = |options| Options { allow_private_targets: false, resolver, ..options };
    TestServer::start_telling(further).await
}

#[tokio::test]
async fn a_private_target_is_refused_when_it_is_given() {
    let server = guarded(&Arc::default()).await;
    let made = hook(&server.admin, "https://example.com/hook", json!({})).await;
    for url in [
        "http://127.0.0.1:9/hook",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://ann:hunter2@example.com/",
        "file:///etc/passwd",
        "https://example.com:22/",
        "",
    ] {
        let create = server.admin.refused("admin.webhook.create", json!({ "url": url })).await;
        let update = json!({ "webhook": made["id"], "url": url });
        let update = server.admin.refused("admin.webhook.update", update).await;
        for refused in [create, update] {
            assert_eq!(refused["code"], -32602, "{url}");
            assert_eq!(refused["data"]["field"], "url", "{url}");
            assert!(!refused.to_string().contains("hunter2"), "{refused}");
        }
    }
    assert_eq!(shown(&server.admin, &made).await["url"], "https://example.com/hook");
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_leads_inside_is_connected_to_by_nobody() {
    let mut receiver = Receiver::open().await;
    let names = Arc::new(Names::default());
    let server = guarded(&names).await;
    for (number, addresses) in [
        vec!["127.0.0.1"],
        vec!["::1"],
        vec!["::ffff:127.0.0.1"],
        vec!["64:ff9b::7f00:1"],
        vec!["0.0.0.0"],
        vec!["10.1.2.3"],
        vec!["169.254.169.254"],
        vec!["fd00:ec2::254"],
        vec!["fe80::1"],
        // One of them is enough, wherever it stands.
        vec!["8.8.8.8", "127.0.0.1"],
        vec!["127.0.0.1", "8.8.8.8"],
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("inside{number}.example");
        names.lead(&name, &[&addresses]);
        let url = format!("http://{name}:{}/hook", receiver.port());
        let made = hook(&server.admin, &url, json!({ "events": ["license.used"] })).await;
        server.admin.call("admin.webhook.test", json!({ "webhook": made["id"] })).await;
        let tried = until_tried(&server, &made, 1).await;
        let attempt = &tried["attempts"][0];
        assert_eq!(attempt["status"], Value::Null, "{addresses:?}");
        let problem = attempt["problem"].as_str().unwrap();
        assert!(problem.contains("private address"), "{addresses:?}: {problem}");
    }
    assert!(receiver.is_idle());
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_asked_once_and_taken_at_its_word() {
    const NAME: &str = "rebinding.example";
    let mut receiver = Receiver::open().await;
    let names = Arc::new(Names::default());
    let resolver = Arc::clone(&names);
    let open = TestServer::start_telling(|options| Options { resolver, ..options }).await;
    let guarded = guarded(&names).await;
    let url = format!("http://{NAME}:{}/hook", receiver.port());
    for (server, answers, status) in [
        // What is judged is what is connected to: nobody listens at the second answer.
        (&open, [&["127.0.0.1"][..], &["127.0.0.2"]], "delivered"),
        // Whoever asked again to connect would reach this machine.
        (&guarded, [&[], &["127.0.0.1"]], "pending"),
        (&guarded, [&["127.0.0.1"], &[]], "pending"),
    ] {
        names.lead(NAME, &answers);
        let made = hook(&server.admin, &url, json!({})).await;
        server.admin.call("admin.webhook.test", json!({ "webhook": made["id"] })).await;
        if status == "delivered" {
            receiver.take().await;
        }
        assert_eq!(until_tried(server, &made, 1).await["status"], status, "{answers:?}");
        assert_eq!(names.asked(NAME), 1, "{answers:?}");
    }
    assert!(receiver.is_idle());
    open.stop().await;
    guarded.stop().await;
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_asked_again_later() {
    let mut receiver = Receiver::open().await;
    let names = Arc::new(Names::default());
    let resolver = Arc::clone(&names);
    let server = TestServer::start_telling(|options| Options { resolver, ..options }).await;
    let url = format!("http://late.example:{}/hook", receiver.port());
    let made = hook(&server.admin, &url, json!({})).await;
    license(&server.admin, "p").await;
    let tried = until_tried(&server, &made, 1).await;
    let problem = tried["attempts"][0]["problem"].as_str().unwrap();
    assert_eq!(problem, "The host's name was not found: there is no such host.");
    // The first address has nobody who listens, the second has.
    names.lead("late.example", &[&["127.0.0.2", "127.0.0.1"]]);
    server.env.step(10);
    let message = receiver.message().await;
    let host = format!("late.example:{}", receiver.port());
    assert_eq!(message.header("host"), Some(host.as_str()));
    message.answer(200, "").await;
    assert_eq!(until_tried(&server, &made, 2).await["status"], "delivered");
    server.stop().await;
}
