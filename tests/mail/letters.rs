//! Which letters are written, what they say, and how a vendor words them anew.

use counterfoil_tests::{MAIL_FROM, TestServer};
use serde_json::json;

use crate::post_office::PostOffice;
use crate::{letters, license, suspend, until_queued};

#[tokio::test]
async fn a_suspended_and_then_revoked_customer_is_told_once_each() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    let made = license(&server, "ann@example.com").await;
    let call = json!({ "license": made["id"] });
    for command in ["suspend", "suspend", "reinstate", "disable", "enable", "revoke", "revoke"] {
        server.admin.call(&format!("admin.license.{command}"), call.clone()).await;
    }
    for subject in ["suspended", "revoked"] {
        let message = office.message().await;
        let about = message["subject"].as_str().unwrap();
        assert!(about.starts_with("Your license for Forms Pro") && about.ends_with(subject));
        assert!(message["text"].as_str().unwrap().contains(made["alias"].as_str().unwrap()));
        assert_eq!(message["to"], json!(["ann@example.com"]));
        assert_eq!(message["from"], "licenses@acme.example");
    }
    until_queued(&server, 0).await;
    assert_eq!(office.left().len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_message_has_one_of_each_header_and_a_lasting_id() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    let status = server.admin.call("admin.mail.update", json!({ "replyTo": "help@acme.example" }));
    assert_eq!(status.await["replyTo"], "help@acme.example");
    suspend(&server, &license(&server, "ann@example.com").await).await;
    let message = office.message().await;
    let headers = json!([
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "Auto-Submitted",
        "Reply-To",
        "MIME-Version",
        "Content-Type"
    ]);
    let mut named: Vec<&str> =
        message["headers"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let mut wanted: Vec<&str> =
        headers.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    named.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(named, wanted);
    assert_eq!(message["replyTo"], "help@acme.example");
    assert_eq!(
        (&message["name"], &message["recipients"]),
        (&json!("Ann"), &json!(["ann@example.com"]))
    );
    until_queued(&server, 0).await;
    let sent = letters(&server).await.swap_remove(0);
    let id = format!("<{}@acme.example>", sent["id"].as_str().unwrap());
    assert_eq!(message["messageId"], id);
    assert_eq!((&sent["state"], &sent["attempts"]), (&json!("sent"), &json!(0)));
    assert_eq!(sent["sentAt"], "2026-06-05T08:02:00Z");
    assert_eq!(
        server.admin.call("admin.mail.update", json!({ "replyTo": null })).await["replyTo"],
        json!(null)
    );
    server.stop().await;
}

#[tokio::test]
async fn an_inactivated_license_writes_to_who_had_it_and_only_when_asked() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    let made = license(&server, "ann@example.com").await;
    let send = json!({ "license": made["id"], "send": true });
    let emptied = server.admin.call("admin.license.inactivate", send.clone()).await;
    assert_eq!(emptied["customer"], json!(null));
    let message = office.message().await;
    assert_eq!(message["to"], json!(["ann@example.com"]));
    let (text, old) = (message["text"].as_str().unwrap(), made["alias"].as_str().unwrap());
    assert!(text.contains(old) && !text.contains(emptied["alias"].as_str().unwrap()), "{text}");
    // Nobody has it any more, so nobody is told, and that is no mistake.
    server.admin.call("admin.license.inactivate", send).await;
    let other = license(&server, "bob@example.com").await;
    server.admin.call("admin.license.inactivate", json!({ "license": other["id"] })).await;
    until_queued(&server, 0).await;
    assert_eq!(letters(&server).await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_queued_and_the_desk_says_so() {
    let server = TestServer::start().await;
    let made = license(&server, "ann@example.com").await;
    suspend(&server, &made).await;
    let status = server.admin.call("admin.mail.status", json!({})).await;
    let off = json!({ "configured": false, "from": null, "replyTo": null, "queued": 0, "dead": 0,
        "problem": null });
    assert_eq!(status, off);
    let send = json!({ "license": made["id"], "send": true });
    let refused = server.admin.refused("admin.license.inactivate", send).await;
    let said = refused["message"].as_str().unwrap();
    assert!(said.contains("--smtp-url") && said.contains("--mail-from"), "{said}");
    server.stop().await;
}

#[tokio::test]
async fn what_is_previewed_is_what_is_sent() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    assert_eq!(server.admin.call("admin.mail.status", json!({})).await["from"], MAIL_FROM);
    let made = license(&server, "ann@example.com").await;
    let own = json!({ "template": "license_suspended", "subject": "Halt: {{ product }} für {{ name }}",
        "html": "<p>Hello <b>{{ name }}</b> &amp; {{ license.alias }}</p>\n" });
    let shown = server.admin.call("admin.template.update", own).await;
    assert_eq!(shown["customized"], json!(["subject", "html"]));
    let preview = json!({ "template": "license_suspended", "license": made["key"] });
    let preview = server.admin.call("admin.template.preview", preview).await;
    assert_eq!(preview["subject"], "Halt: Forms Pro für Ann");
    suspend(&server, &made).await;
    let message = office.message().await;
    for part in ["subject", "text", "html"] {
        assert_eq!(message[part], preview[part], "{part}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_template_that_is_switched_off_sends_nothing_until_it_is_on_again() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    let made = license(&server, "ann@example.com").await;
    let switch = async |enabled| {
        let call = json!({ "template": "license_suspended", "enabled": enabled });
        server.admin.call("admin.template.update", call).await
    };
    assert_eq!(switch(json!(false)).await["enabled"], false);
    suspend(&server, &made).await;
    assert_eq!(letters(&server).await.len(), 0);
    server.admin.call("admin.license.reinstate", json!({ "license": made["id"] })).await;
    assert_eq!(switch(json!(null)).await["enabled"], true);
    suspend(&server, &made).await;
    office.message().await;
    until_queued(&server, 0).await;
    assert_eq!(office.left().len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_letter_whose_wording_breaks_at_last_is_worded_as_built_in() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    // It holds for every sample, and not for this customer.
    let own = json!({ "template": "license_suspended",
        "text": "{% if name == \"Ann\" %}{{ license.nothing }}{% endif %}Own words." });
    server.admin.call("admin.template.update", own).await;
    suspend(&server, &license(&server, "ann@example.com").await).await;
    let text = office.message().await["text"].as_str().unwrap().to_owned();
    assert!(text.contains("is suspended"), "{text}");
    server.stop().await;
}
