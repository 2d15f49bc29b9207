//! What of Serial Sense's dialect no vector can show.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::foreign::{Body, Credential, Exchange, Incoming};
use counterfoil_core::wire::{Dialect, Response};
use counterfoil_server::auth::{self, Brought};
use counterfoil_server::ledger::Txn;
use counterfoil_server::limits::Limits;
use counterfoil_server::service::foreign;
use counterfoil_tests::{Client, Reply, TestServer};
use futures_util::future::{join, poll_immediate};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, mpsc};

/// Sells the product and imports both credentials.
async fn found(server: &TestServer) {
    let product = json!({ "slug": "demo", "name": "Demo", "keyFormat": "XXX-XXXX-XXXXX" });
    server.admin.call("admin.product.create", product).await;
    for (kind, secret, scopes) in [
        ("serialsense-apikey", "KEY", json!([])),
        ("serialsense-sig", "SIG", json!(["licenses:read", "licenses:write"])),
    ] {
        let token = json!({ "name": kind, "kind": kind, "secret": secret, "scopes": scopes, "product": "demo" });
        server.admin.call("admin.token.create", token).await;
    }
}

/// Makes a license for machines.
async fn issue(server: &TestServer, limit: u32) -> Value {
    let license =
        json!({ "product": "demo", "activationType": "device", "activationLimit": limit });
    server.admin.call("admin.license.create", license).await
}

fn request(client: &Client, call: &str, form: &str) -> reqwest::RequestBuilder {
    let request = client.request("POST", &format!("/serialsense/api/{call}"));
    let content_type = "application/x-www-form-urlencoded";
    request.header("content-type", content_type).body(form.to_owned())
}

async fn post(client: &Client, call: &str, form: &str) -> Reply {
    client.send(request(client, call, form)).await
}

/// The second line of an answer.
async fn ask(client: &Client, call: &str, form: &str) -> String {
    let reply = post(client, call, form).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let result = reply.body.strip_prefix("<license>\n").and_then(|rest| rest.strip_suffix('\n'));
    result.unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_machines_that_want_the_last_place_one_gets_it() {
    let server = TestServer::start().await;
    found(&server).await;
    for _ in 0..20 {
        let license = issue(&server, 2).await;
        let (code, alias) = (license["key"].as_str().unwrap(), license["alias"].as_str().unwrap());
        let activate = |machine: u8| {
            let (client, form) =
                (server.public.clone(), format!("apikey=KEY&code={code}&mach=m{machine}"));
            async move { ask(&client, "activate", &form).await }
        };
        assert_eq!(activate(0).await, alias);
        let both = (tokio::spawn(activate(1)), tokio::spawn(activate(2)));
        let answers = HashSet::from([both.0.await.unwrap(), both.1.await.unwrap()]);
        assert_eq!(answers, HashSet::from([alias.to_owned(), "F".to_owned()]));
        let mut running = Vec::new();
        for machine in 0..3 {
            let form = format!("apikey=KEY&code={alias}&mach=m{machine}");
            running.push(ask(&server.public, "auth", &form).await);
        }
        assert_eq!(running.iter().filter(|answer| *answer == "1").count(), 2, "{running:?}");
    }
    server.stop().await;
}

/// As old clients tell a code or an alias from anything else.
fn is_code(text: &str) -> bool {
    (13..=15).contains(&text.len()) && text.replace('-', "").len() == 12
}

#[tokio::test]
async fn new_codes_and_aliases_are_what_old_clients_take_for_some() {
    let server = TestServer::start().await;
    found(&server).await;
    let mut seen = HashSet::new();
    for number in 0..20 {
        let email = format!("email=c{number}@example.com");
        let alias = ask(&server.public, "create", &format!("sig=SIG&{email}")).await;
        let code = ask(&server.public, "get_license", &format!("sig=SIG&{email}")).await;
        let next = ask(&server.public, "inactivate", &format!("sig=SIG&code={code}")).await;
        let activate = format!("apikey=KEY&code={next}&mach=m");
        let renamed = ask(&server.public, "activate", &activate).await;
        for text in [alias, code, next, renamed] {
            assert!(is_code(&text), "{text}");
            assert!(seen.insert(text.clone()), "{text} came twice");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn without_mail_wanting_some_changes_no_answer() {
    let server = TestServer::start().await;
    found(&server).await;
    let alias = ask(&server.public, "create", "sig=SIG&email=a@example.com&send=1").await;
    assert!(is_code(&alias), "{alias}");
    let code = ask(&server.public, "get_license", "sig=SIG&email=a@example.com").await;
    let next = ask(&server.public, "inactivate", &format!("sig=SIG&code={code}&send=1")).await;
    assert!(is_code(&next) && next != code, "{next}");
    let license = server.admin.call("admin.license.get", json!({ "license": next })).await;
    assert_eq!((&license["customer"], &license["activationLimit"]), (&json!(null), &json!(1)));
    server.stop().await;
}

#[tokio::test]
async fn only_auth_counts_as_a_check() {
    let server = TestServer::start().await;
    found(&server).await;
    let license = issue(&server, 1).await;
    let (code, alias) = (license["key"].as_str().unwrap(), license["alias"].as_str().unwrap());
    ask(&server.public, "activate", &format!("apikey=KEY&code={code}&mach=m")).await;
    ask(&server.public, "get_data", &format!("apikey=KEY&code={alias}")).await;
    for (mach, answer) in [("m", "1"), ("n", "0")] {
        let form = format!("apikey=KEY&code={alias}&mach={mach}");
        assert_eq!(ask(&server.public, "auth", &form).await, answer);
    }
    // Nobody's, and nothing that could be asked.
    ask(&server.public, "auth", "apikey=KEY&code=ZZZ-0000-ZZZZZ&mach=m").await;
    ask(&server.public, "auth", &format!("apikey=KEY&code={alias}")).await;
    // What is counted is written when the server goes down, if not before.
    let folder = server.stop().await.unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let shown = server.admin.call("admin.license.get", json!({ "license": code })).await;
    assert_eq!(shown["checkCount"], 2);
    server.stop().await;
}

#[track_caller]
fn check_page(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(reply.body.starts_with("<!DOCTYPE html>"), "{reply:?}");
    assert!(reply.header("retry-after").is_some(), "{reply:?}");
}

#[tokio::test]
async fn what_the_store_cannot_tell_is_a_page_and_no_failure() {
    let server = TestServer::start().await;
    found(&server).await;
    let owner = json!({ "email": "a@example.com" });
    let license = json!({ "product": "demo", "activationType": "device", "customer": owner });
    let license = server.admin.call("admin.license.create", license).await;
    let (code, alias) = (license["key"].as_str().unwrap(), license["alias"].as_str().unwrap());
    server.damage_key(&license).await;
    for (call, form) in [
        ("activate", format!("apikey=KEY&code={code}&mach=m")),
        ("auth", format!("apikey=KEY&code={alias}&mach=m")),
        ("deactivate", format!("apikey=KEY&code={alias}&mach=m")),
        ("get_data", format!("apikey=KEY&code={alias}")),
        ("inactivate", format!("sig=SIG&code={code}")),
        ("get_license", "sig=SIG&email=a@example.com".to_owned()),
        ("email_exists", "sig=SIG&email=a@example.com".to_owned()),
        ("force_email_change", format!("sig=SIG&code={code}&email=b@example.com")),
        ("set_data", format!("sig=SIG&code={code}&data=x")),
    ] {
        check_page(&post(&server.public, call, &form).await, 503);
    }
    server.stop().await;
}

#[tokio::test]
async fn who_asks_too_much_gets_a_page_and_keeps_nobody_else_waiting() {
    let limits = Limits { calls_per_minute: 2, token_calls_per_minute: 3, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    found(&server).await;
    let license = issue(&server, 1).await;
    let alias = license["alias"].as_str().unwrap();
    let auth = async |ip: &str| {
        let form = format!("apikey=KEY&code={alias}&mach=m");
        let request = request(&server.public, "auth", &form).header("x-forwarded-for", ip);
        server.public.send(request).await
    };
    for _ in 0..2 {
        assert_eq!(auth("192.0.2.1").await.body, "<license>\n0\n");
    }
    check_page(&auth("192.0.2.1").await, 429);
    // All installations bring the same `apikey`.
    for ip in ["192.0.2.2", "192.0.2.3", "192.0.2.4"] {
        for _ in 0..2 {
            assert_eq!(auth(ip).await.body, "<license>\n0\n", "{ip}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_license_that_cannot_be_made_or_mailed_costs_no_other_job_its_commit() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let mut draws = 0;
    loop {
        server.env.run_out_after(draws);
        let (made, other) = create_beside_another_job(&server).await;
        server.env.run_out_after(u64::MAX);
        assert_eq!(other, Ok(()), "entropy ran out after {draws}");
        if made.is_ok() {
            break;
        }
        draws += 1;
    }
    assert!(draws > 7, "a customer, a license and a letter take more than {draws}");
    let list = server.admin.call("admin.license.list", json!({})).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    server.stop().await;
}

/// Makes a license and mails it, in one batch with a job that writes nothing.
async fn create_beside_another_job(
    server: &TestServer,
) -> (Result<Response, Refusal>, Result<(), Refusal>) {
    let app = server.server.app();
    let request = Incoming {
        method: "POST".to_owned(),
        path: "/api/create".to_owned(),
        query: String::new(),
        headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: Body::Bytes(b"sig=SIG&email=a@example.com&send=1".to_vec()),
    };
    let exchange: Arc<dyn Exchange> = Arc::from(Dialect::SerialSense.hear(request).unwrap());
    let Credential::Sent { kind, text, scope } = exchange.credential() else { panic!("no sig") };
    let brought = Brought { digest: auth::digest(&app.secret, text), kind: *kind, scope: *scope };
    let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let caller = foreign::Caller { ip, host: None, brought: Some(brought) };
    let ask = exchange.ask().unwrap();
    let (release, waiting) = mpsc::channel();
    let other = app.ledger.transact(move |_: &mut Txn<'_>| {
        waiting.recv().unwrap();
        Ok(())
    });
    let mut both = Box::pin(join(other, foreign::answer(app, caller, ask, &exchange)));
    // The writer holds the one until the other is in the same batch.
    assert!(poll_immediate(&mut both).await.is_none());
    release.send(()).unwrap();
    let (other, made) = both.await;
    (made, other)
}
