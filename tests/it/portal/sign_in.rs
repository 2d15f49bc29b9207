//! In and out: links, codes, sessions.

use counterfoil_server::ledger::Rows;
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::TestServer;
use serde_json::{Value, json};

use super::{found, licenses, sell, sign_in};

/// Seconds for which a link is good, and a session.
const LINK: i64 = 15 * 60;
const SESSION: i64 = 12 * 60 * 60;

#[tokio::test]
async fn the_answer_is_the_same_whether_anybody_has_the_address() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    sell(&server.admin, "ann@example.com").await;
    let ask = async |email: &str| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "portal.signIn",
            "params": { "email": email } });
        let reply = server.public.post(body.to_string()).await;
        (reply.status, reply.body)
    };
    let known = ask("ann@example.com").await;
    // Again and again too: nobody is told when no more links are mailed.
    for email in ["bob@example.com", "ann@example.com", "ANN@Example.com", "bob@example.com"] {
        for _ in 0..3 {
            assert_eq!(ask(email).await, known, "{email}");
        }
    }
    assert_eq!(known.1, r#"{"jsonrpc":"2.0","id":1,"result":{"sent":true}}"#);
    let letters = server.letters();
    assert!(letters.iter().all(|letter| letter.to.as_str() == "ann@example.com"));
    server.stop().await;
}

#[tokio::test]
async fn of_many_links_for_one_address_only_the_first_few_are_mailed() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    for email in ["ann@example.com", "bob@example.com"] {
        sell(&server.admin, email).await;
    }
    let ask = async |email: &str| {
        server.public.call("portal.signIn", json!({ "email": email })).await;
        server.letters().len()
    };
    for mailed in [1, 2, 3, 3, 3] {
        assert_eq!(ask("ann@example.com").await, mailed);
    }
    // One that was used counts all the same.
    let (code, _) = server.mailed_code();
    server.public.call("portal.session", json!({ "code": code })).await;
    assert_eq!(ask("ann@example.com").await, 3);
    assert_eq!(ask("bob@example.com").await, 4, "somebody else's are not counted");
    server.env.step(LINK);
    assert_eq!(ask("ann@example.com").await, 5);
    server.stop().await;
}

#[tokio::test]
async fn a_link_signs_in_once_and_for_a_quarter_of_an_hour() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    sell(&server.admin, "ann@example.com").await;
    let link = async || {
        server.public.call("portal.signIn", json!({ "email": "ann@example.com" })).await;
        server.mailed_code().0
    };
    let redeem =
        async |code: &str| server.public.ask("portal.session", json!({ "code": code })).await;
    let code = link().await;
    assert!(code.len() >= 32 && code.bytes().all(|byte| byte.is_ascii_hexdigit()), "{code}");
    let session = redeem(&code).await["result"].clone();
    assert_eq!(session["expiresAt"], "2026-06-05T20:02:00Z");
    let used = redeem(&code).await["error"].clone();
    let late = link().await;
    server.env.step(LINK - 1);
    let in_time = link().await;
    server.env.step(1);
    // Whether it was used, is too old, or never was: nobody can tell.
    for code in [&late, "", "0", &"f".repeat(40), &code.to_uppercase(), &"x".repeat(9_000)] {
        assert_eq!(redeem(code).await["error"], used);
    }
    assert_eq!(used["code"], 401);
    assert_eq!(used["data"], json!({ "code": "unauthorized" }));
    assert!(redeem(&in_time).await["result"].is_object());
    server.stop().await;
}

#[tokio::test]
async fn a_session_ends_by_its_time_by_signing_out_and_with_its_address() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let license = sell(&server.admin, "ann@example.com").await;
    let first = sign_in(&server, "ann@example.com", "live").await;
    let second = sign_in(&server, "ann@example.com", "live").await;
    assert_eq!(first.call("portal.signOut", json!({})).await, json!({ "signedOut": true }));
    for method in ["portal.licenses", "portal.signOut"] {
        assert_eq!(first.refused(method, json!({})).await["code"], 401);
    }
    assert_eq!(licenses(&second).await.len(), 1, "one's end is no other's");
    server.env.step(SESSION - 1);
    assert_eq!(licenses(&second).await.len(), 1);
    server.env.step(1);
    assert_eq!(second.refused("portal.licenses", json!({})).await["code"], 401);

    let third = sign_in(&server, "ann@example.com", "live").await;
    server.public.call("portal.signIn", json!({ "email": "ann@example.com" })).await;
    let (code, _) = server.mailed_code();
    let moved = json!({ "customer": license["customer"]["id"], "email": "ann@new.example" });
    server.admin.call("admin.customer.update", moved).await;
    // Whoever has the old address proves nothing by it any more.
    assert_eq!(third.refused("portal.licenses", json!({})).await["code"], 401);
    assert_eq!(server.public.refused("portal.session", json!({ "code": code })).await["code"], 401);
    let moved = sign_in(&server, "ann@new.example", "live").await;
    assert_eq!(licenses(&moved).await[0]["id"], license["id"]);
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_sends_no_mail_says_so_to_everybody_alike() {
    let server = TestServer::start().await;
    found(&server).await;
    sell(&server.admin, "ann@example.com").await;
    let known = server.public.refused("portal.signIn", json!({ "email": "ann@example.com" })).await;
    let unknown =
        server.public.refused("portal.signIn", json!({ "email": "bob@example.com" })).await;
    assert_eq!(known, unknown);
    assert_eq!(known["code"], 404);
    assert_eq!(known["data"], json!({ "code": "not_found", "kind": "mail" }));
    server.stop().await;
}

#[tokio::test]
async fn a_call_belongs_to_the_vendor_whose_host_name_it_came_to() {
    let trust = |options| counterfoil_server::Options {
        trusted_proxies: "127.0.0.1".parse().unwrap(),
        public_url: Some("https://licenses.example.com".to_owned()),
        ..options
    };
    let server = TestServer::start_queueing_with(trust).await;
    found(&server).await;
    let hosts = vec!["licenses.acme.example".to_owned()];
    let order = Order::CreateVendor { name: "Acme".to_owned(), hosts };
    let acme = carry_out(server.server.app(), order).await.unwrap();
    let desk = server.admin.with_token(acme["token"].as_str().unwrap());
    desk.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    sell(&server.admin, "ann@example.com").await;
    sell(&desk, "ann@example.com").await;
    let own = server.letters().len();
    let acme: Value = acme["id"].clone();
    for (header, host, is_acme) in [
        ("host", "licenses.acme.example", true),
        ("host", "LICENSES.acme.example:8787", true),
        ("x-forwarded-host", "licenses.acme.example", true),
        ("host", "elsewhere.example", false),
    ] {
        server.env.step(LINK);
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "portal.signIn",
            "params": { "email": "ann@example.com" } });
        let request = server.public.request("POST", "/rpc").header(header, host);
        let request = request.header("content-type", "application/json").body(body.to_string());
        assert_eq!(server.public.send(request).await.json()["result"]["sent"], true);
        let letter = server.letters().pop().unwrap();
        assert_eq!(letter.vendor.to_string() == acme, is_acme, "{header}: {host}");
        let link = letter.link.unwrap();
        assert!(link.starts_with("https://licenses.example.com/portal/#code="), "{link}");
    }
    assert_eq!(server.letters().len(), own + 4);
    server.stop().await;
}

#[tokio::test]
async fn no_code_and_no_session_is_in_the_data_file() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    sell(&server.admin, "ann@example.com").await;
    let asked = json!({ "email": "nobody@unknown.example" });
    server.public.call("portal.signIn", asked).await;
    server.public.call("portal.signIn", json!({ "email": "ann@example.com" })).await;
    let (code, _) = server.mailed_code();
    let session = server.public.call("portal.session", json!({ "code": code })).await;
    let token = session["token"].as_str().unwrap();
    server.public.call("portal.signIn", json!({ "email": "ann@example.com" })).await;
    let (unused, _) = server.mailed_code();
    let path = server.folder().join("k.redb");
    let folder = server.stop().await;
    let bytes = std::fs::read(path).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("ann@example.com"), "the file is the one written to");
    for secret in [&code, &unused, token, token.trim_start_matches("cf_portal_"), "unknown.example"]
    {
        assert!(!holds(secret), "{secret} lies in the file");
    }
    drop(folder);
}

#[tokio::test]
async fn what_ended_is_forgotten_as_new_is_kept() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    sell(&server.admin, "ann@example.com").await;
    let mut old = Vec::new();
    for _ in 0..3 {
        server.public.call("portal.signIn", json!({ "email": "ann@example.com" })).await;
        old.push(server.mailed_code().0);
    }
    let session = server.public.call("portal.session", json!({ "code": old[0] })).await;
    let app = server.server.app();
    let kept = || {
        let view = app.ledger.view();
        let codes = old
            .iter()
            .filter(|code| view.portal_code(&app.secret.code_digest(code)).unwrap().is_some());
        let token = app.secret.token_digest(session["token"].as_str().unwrap());
        (codes.count(), view.portal_session(&token).unwrap().is_some())
    };
    let ask = async || server.public.call("portal.signIn", json!({ "email": "b@c.example" })).await;
    ask().await;
    assert_eq!(kept(), (3, true), "while they are good they stay, used or not");
    server.env.step(LINK);
    ask().await;
    assert_eq!(kept(), (0, true));
    server.env.step(SESSION);
    ask().await;
    assert_eq!(kept(), (0, false));
    server.stop().await;
}
