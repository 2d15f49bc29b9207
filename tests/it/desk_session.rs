//! In and out of the desk: the cookie, what it is good for, and how it ends.

use counterfoil_server::Options;
use counterfoil_server::ledger::Rows;
use counterfoil_server::limits::Limits;
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{ADMIN_TOKEN, Binary, Client, Reply, Socket, TestServer, options};
use serde_json::{Value, json};

mod modes;

/// Seconds for which a link is good, and a session.
const LINK: i64 = 30 * 60;
const SESSION: i64 = 12 * 60 * 60;

/// Signs in or out; `origin` is what a browser would say of the page.
async fn ask(client: &Client, method: &str, (cookie, origin): (&str, &str), body: &Value) -> Reply {
    let mut request = client.request(method, "/admin/session");
    for (name, value) in [("cookie", cookie), ("origin", origin)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    let request = request.header("content-type", "application/json");
    client.send(request.body(body.to_string())).await
}

async fn sign_in(server: &TestServer, body: &Value) -> Reply {
    ask(&server.public, "POST", ("", &own(server)), body).await
}

/// The cookie that a reply sets, without its attributes.
fn cookie(reply: &Reply) -> String {
    let line = reply.header("set-cookie").unwrap();
    line.split(';').next().unwrap().to_owned()
}

/// Signs in by a token, and gives the cookie.
async fn cookie_for(server: &TestServer, token: &str) -> String {
    let reply = sign_in(server, &json!({ "token": token })).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
    cookie(&reply)
}

fn own(server: &TestServer) -> String {
    server.server.public_url().to_owned()
}

/// The number of the error of a call with a cookie; 0: it was answered.
async fn call(server: &TestServer, cookie: &str, origin: &str) -> i64 {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "admin.license.list", "params": {} });
    let mut request = server.public.request("POST", "/rpc").header("cookie", cookie);
    if !origin.is_empty() {
        request = request.header("origin", origin);
    }
    let request = request.header("content-type", "application/json");
    let reply = server.public.send(request.body(body.to_string())).await.json();
    reply["error"]["code"].as_i64().unwrap_or(0)
}

async fn make_token(server: &TestServer, params: Value) -> (String, String) {
    let made = server.admin.call("admin.token.create", params).await;
    (made["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned())
}

async fn code_for(server: &TestServer, vendor: &str) -> String {
    let order = Order::MakeAdminLink { vendor: vendor.to_owned(), public_url: String::new() };
    let made = carry_out(server.server.app(), order).await.unwrap();
    let link = made["link"].as_str().unwrap();
    let (page, code) = link.split_once("#code=").unwrap();
    assert_eq!(page, format!("{}/admin/", own(server)));
    code.to_owned()
}

#[tokio::test]
async fn a_token_opens_a_session_whose_cookie_no_script_sees() {
    let server = TestServer::start().await;
    let reply = sign_in(&server, &json!({ "token": format!(" {ADMIN_TOKEN}\n") })).await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    let line = reply.header("set-cookie").unwrap();
    let (value, attributes) = line.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/; Max-Age=43200");
    assert!(value.starts_with("counterfoil_desk=cf_desk_") && value.len() > 80, "{value}");
    assert_eq!(call(&server, value, &own(&server)).await, 0);
    let shown = ask(&server.public, "GET", (value, ""), &Value::Null).await.json();
    assert_eq!(shown["session"]["vendor"]["name"], "default");
    assert_eq!(shown["session"]["token"]["scopes"], json!(["*"]));
    assert_eq!(shown["session"]["token"]["mode"], "live");
    assert_eq!(shown["session"]["expiresAt"], "2026-06-05T20:02:00Z");
    assert!(shown["session"]["token"].get("token").is_none(), "its text is nobody's business");
    let nobody = ask(&server.public, "GET", ("", ""), &Value::Null).await;
    assert_eq!((nobody.status, nobody.json()), (200, json!({ "session": null })));
    server.stop().await;
}

#[tokio::test]
async fn the_cookie_counts_only_where_the_servers_own_page_asks() {
    let server = TestServer::start().await;
    let cookie = cookie_for(&server, ADMIN_TOKEN).await;
    let own = own(&server);
    let port = own.rsplit_once(':').unwrap().1;
    for (origin, refused) in [
        (own.as_str(), 0),
        (&own.to_uppercase().replace("HTTP", "http"), 0),
        ("", 401),
        ("null", 401),
        ("https://evil.example", 401),
        (&format!("{own}.evil.example"), 401),
        (&format!("http://localhost:{port}"), 401),
        ("http://127.0.0.1", 401),
        ("http://127.0.0.1:1", 401),
    ] {
        assert_eq!(call(&server, &cookie, origin).await, refused, "{origin:?}");
    }
    // As a token it is none, and a token is no cookie.
    let value = cookie.split_once('=').unwrap().1;
    let as_token = server.public.with_token(value);
    assert_eq!(as_token.refused("admin.license.list", json!({})).await["code"], 401);
    let as_cookie = format!("counterfoil_desk={ADMIN_TOKEN}");
    assert_eq!(call(&server, &as_cookie, &own).await, 401);
    assert_eq!(call(&server, &format!("a=b; {cookie}; c=d"), &own).await, 0);
    server.stop().await;
}

#[tokio::test]
async fn who_shows_a_token_is_taken_by_that_and_not_by_the_cookie() {
    let server = TestServer::start().await;
    let cookie = cookie_for(&server, ADMIN_TOKEN).await;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "admin.license.list", "params": {} });
    let request = server.public.request("POST", "/rpc").header("origin", own(&server));
    let request = request.header("authorization", "Bearer nobody").header("cookie", cookie);
    let request = request.header("content-type", "application/json").body(body.to_string());
    assert_eq!(server.public.send(request).await.json()["error"]["code"], 401);
    server.stop().await;
}

#[tokio::test]
async fn another_page_neither_signs_in_nor_out() {
    let server = TestServer::start().await;
    let cookie = cookie_for(&server, ADMIN_TOKEN).await;
    let token = json!({ "token": ADMIN_TOKEN });
    for method in ["POST", "DELETE", "GET"] {
        let reply = ask(&server.public, method, (&cookie, "https://evil.example"), &token).await;
        assert_eq!(reply.status, 403, "{method}");
        assert_eq!(reply.header("set-cookie"), None);
    }
    assert_eq!(ask(&server.public, "DELETE", (&cookie, ""), &token).await.status, 204);
    assert_eq!(call(&server, &cookie, &own(&server)).await, 0, "nobody said where that came from");
    server.stop().await;
}

#[tokio::test]
async fn a_session_ends_by_its_time_by_signing_out_and_with_its_token() {
    let server = TestServer::start().await;
    let own = own(&server);
    let (id, token) = make_token(&server, json!({ "name": "a", "scopes": ["*"] })).await;
    let short = json!({ "name": "b", "scopes": ["*"], "expiresAt": "2026-06-05T09:02:00Z" });
    let (_, ending) = make_token(&server, short).await;
    let first = cookie_for(&server, &token).await;
    let second = cookie_for(&server, &token).await;
    let reply = sign_in(&server, &json!({ "token": ending })).await;
    assert!(reply.header("set-cookie").unwrap().contains("Max-Age=3600"));
    let third = cookie(&reply);
    let out = ask(&server.public, "DELETE", (&first, &own), &Value::Null).await;
    let gone = "counterfoil_desk=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0";
    assert_eq!((out.status, out.header("set-cookie")), (204, Some(gone)));
    assert_eq!(call(&server, &first, &own).await, 401);
    assert_eq!(call(&server, &second, &own).await, 0, "one's end is no other's");
    assert_eq!(call(&server, &third, &own).await, 0);
    server.env.step(3_600);
    assert_eq!(call(&server, &third, &own).await, 401);
    server.admin.call("admin.token.revoke", json!({ "token": id })).await;
    assert_eq!(call(&server, &second, &own).await, 401);
    let last = cookie_for(&server, ADMIN_TOKEN).await;
    server.env.step(SESSION - 1);
    assert_eq!(call(&server, &last, &own).await, 0);
    server.env.step(1);
    assert_eq!(call(&server, &last, &own).await, 401);
    let shown = ask(&server.public, "GET", (&last, &own), &Value::Null).await.json();
    assert_eq!(shown, json!({ "session": null }));
    server.stop().await;
}

#[tokio::test]
async fn a_session_may_what_its_token_may() {
    let server = TestServer::start().await;
    let reads = json!({ "name": "reads", "scopes": ["licenses:read"], "mode": "test" });
    let (_, token) = make_token(&server, reads).await;
    let cookie = cookie_for(&server, &token).await;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "admin.product.create",
        "params": { "slug": "p", "name": "P" } });
    let request = server.public.request("POST", "/rpc").header("origin", own(&server));
    let request = request.header("cookie", cookie).header("content-type", "application/json");
    let reply = server.public.send(request.body(body.to_string())).await.json();
    assert_eq!(reply["error"]["data"], json!({ "code": "forbidden", "scope": "products:write" }));
    server.stop().await;
}

#[tokio::test]
async fn a_link_signs_in_once_and_for_half_an_hour() {
    let server = TestServer::start().await;
    let redeem = async |code: &str| sign_in(&server, &json!({ "code": code })).await;
    let code = code_for(&server, "default").await;
    assert!(code.len() >= 32 && code.bytes().all(|byte| byte.is_ascii_hexdigit()), "{code}");
    let opened = redeem(&code).await;
    assert_eq!(opened.status, 204);
    assert_eq!(call(&server, &cookie(&opened), &own(&server)).await, 0);
    let used = redeem(&code).await;
    let late = code_for(&server, "default").await;
    server.env.step(LINK - 1);
    let in_time = code_for(&server, "default").await;
    server.env.step(1);
    for code in [&late, "", "0", &"f".repeat(40), &code.to_uppercase()] {
        let reply = redeem(code).await;
        assert_eq!((reply.status, &reply.body), (401, &used.body), "nobody can tell why");
        assert_eq!(reply.header("set-cookie"), None);
    }
    assert_eq!(redeem(&in_time).await.status, 204);
    server.stop().await;
}

#[tokio::test]
async fn a_link_stands_for_a_token_that_may_everything_and_makes_one_only_where_none_is() {
    let server = TestServer::start().await;
    let tokens = async || {
        let listed = server.admin.call("admin.token.list", json!({})).await;
        listed["items"].as_array().unwrap().clone()
    };
    let before = tokens().await;
    make_token(&server, json!({ "name": "newer", "scopes": ["*"] })).await;
    let reply = sign_in(&server, &json!({ "code": code_for(&server, "default").await })).await;
    let shown = ask(&server.public, "GET", (&cookie(&reply), ""), &Value::Null).await.json();
    assert_eq!(shown["session"]["token"]["id"], before[0]["id"], "the oldest");

    // A vendor who lost every token gets back in, and can make lasting ones.
    let order = Order::CreateVendor { name: "Other".to_owned(), hosts: Vec::new() };
    let other = carry_out(server.server.app(), order).await.unwrap();
    let theirs = server.public.with_token(other["token"].as_str().unwrap());
    let admin = theirs.call("admin.token.list", json!({})).await["items"][0]["id"].clone();
    theirs.call("admin.token.revoke", json!({ "token": admin })).await;
    for _ in 0..2 {
        let reply = sign_in(&server, &json!({ "code": code_for(&server, "Other").await })).await;
        let shown = ask(&server.public, "GET", (&cookie(&reply), ""), &Value::Null).await.json();
        assert_eq!(shown["session"]["vendor"], json!({ "id": other["id"], "name": "Other" }));
        assert_eq!(shown["session"]["token"]["expiresAt"], Value::Null);
    }
    let order = Order::ListTokens { vendor: "Other".to_owned() };
    let listed = carry_out(server.server.app(), order).await.unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "the second link found the first's");
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_sign_in_is_told_how_one_is_made() {
    let server = TestServer::start().await;
    for (body, status) in [
        (json!({ "token": "nobody" }), 401),
        (json!({ "token": "" }), 401),
        (json!({ "token": 5 }), 400),
        (json!({ "token": ADMIN_TOKEN, "code": "0" }), 400),
        (json!({}), 400),
        (json!([]), 400),
        (json!({ "password": "hunter2" }), 400),
        (json!({ "token": "x".repeat(5_000) }), 413),
    ] {
        let reply = sign_in(&server, &body).await;
        assert_eq!(reply.status, status, "{body}");
        assert_eq!(reply.header("set-cookie"), None);
    }
    let request = server.public.request("POST", "/admin/session").body("token=x");
    assert_eq!(server.public.send(request).await.status, 415);
    let put = server.public.send(server.public.request("PUT", "/admin/session")).await;
    assert_eq!((put.status, put.header("allow")), (405, Some("GET, POST, DELETE")));
    server.stop().await;
}

#[tokio::test]
async fn what_programs_carry_in_the_open_signs_in_nowhere() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let public = json!({ "name": "k", "scopes": ["*"], "product": "p", "secret": "pk_open",
        "kind": "packedge-public-key" });
    make_token(&server, public).await;
    assert_eq!(sign_in(&server, &json!({ "token": "pk_open" })).await.status, 401);
    server.stop().await;
}

#[tokio::test]
async fn a_socket_is_opened_by_the_cookie_too_and_ends_with_its_session() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let (id, token) = make_token(&server, json!({ "name": "a", "scopes": ["*"] })).await;
    let cookie = cookie_for(&server, &token).await;
    let mut foreign = Socket::connect_from(&server, &cookie, "https://evil.example").await;
    assert_eq!(foreign.ask("admin.events", json!({})).await["error"]["code"], 401);
    let mut socket = Socket::connect_from(&server, &cookie, &own(&server)).await;
    assert!(socket.ask("admin.events", json!({})).await["result"].is_u64());
    server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    assert_eq!(socket.next().await["params"]["result"]["type"], "license.created");
    server.admin.call("admin.token.revoke", json!({ "token": id })).await;
    server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    assert_eq!(socket.next().await["params"]["error"]["code"], 401);
    server.stop().await;
}

#[tokio::test]
async fn behind_a_proxy_the_cookie_is_for_encrypted_connections_only() {
    let folder = tempfile::tempdir().unwrap();
    let public_url = Some("https://licenses.example.com".to_owned());
    let trusted_proxies = "127.0.0.1".parse().unwrap();
    let options =
        Options { public_url, trusted_proxies, ..options(folder.path(), Some(ADMIN_TOKEN)) };
    let server = TestServer::start_with(options).await;
    let token = json!({ "token": ADMIN_TOKEN });
    for (forwarded, host, origin, status) in [
        ("192.0.2.1", "licenses.example.com", "https://licenses.example.com", 204),
        ("192.0.2.1", "other.example.com", "https://other.example.com", 204),
        ("192.0.2.1", "other.example.com", "http://other.example.com", 403),
        ("192.0.2.1", "other.example.com", "https://licenses.example.com", 204),
        ("192.0.2.1", "other.example.com", "https://third.example.com", 403),
    ] {
        let request = server.public.request("POST", "/admin/session").header("origin", origin);
        let request = request.header("x-forwarded-for", forwarded).header("x-forwarded-host", host);
        let request = request.header("content-type", "application/json").body(token.to_string());
        let reply = server.public.send(request).await;
        assert_eq!(reply.status, status, "{origin} at {host}");
        let line = reply.header("set-cookie");
        assert!(line.is_none_or(|line| line.ends_with("; Secure")), "{line:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_guesses_is_not_listened_to_for_a_while() {
    let limits = Limits { failed_tokens_per_minute: 2, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    let code = code_for(&server, "default").await;
    let cookie = cookie_for(&server, ADMIN_TOKEN).await;
    let knock = async |ip: &str, body: Value| {
        let request = server.public.request("POST", "/admin/session").header("x-forwarded-for", ip);
        let request = request.header("content-type", "application/json").body(body.to_string());
        server.public.send(request).await
    };
    assert_eq!(knock("192.0.2.1", json!({ "token": "guess" })).await.status, 401);
    assert_eq!(knock("192.0.2.1", json!({ "code": "guess" })).await.status, 401);
    let barred = knock("192.0.2.1", json!({ "token": ADMIN_TOKEN })).await;
    assert_eq!((barred.status, barred.header("retry-after")), (429, Some("30")));
    assert_eq!(knock("192.0.2.1", json!({ "code": code })).await.status, 429, "nor is it used up");
    assert_eq!(knock("192.0.2.2", json!({ "code": code })).await.status, 204, "another's guesses");
    server.env.step(30);
    assert_eq!(knock("192.0.2.1", json!({ "token": ADMIN_TOKEN })).await.status, 204);
    // A page that does not know yet that its session is over guesses nothing.
    for _ in 0..5 {
        call(&server, "counterfoil_desk=cf_desk_over", &own(&server)).await;
    }
    assert_eq!(call(&server, &cookie, &own(&server)).await, 0);
    server.stop().await;
}

#[tokio::test]
async fn what_ended_is_forgotten() {
    let server = TestServer::start().await;
    let first = cookie_for(&server, ADMIN_TOKEN).await;
    let secret = &server.server.app().secret;
    let digest = secret.desk_session_digest(first.split_once('=').unwrap().1);
    let code = secret.desk_code_digest(&code_for(&server, "default").await);
    let kept = || {
        let view = server.server.app().ledger.view();
        (view.desk_session(&digest).unwrap().is_some(), view.desk_code(&code).unwrap().is_some())
    };
    assert_eq!(kept(), (true, true));
    server.env.step(SESSION);
    cookie_for(&server, ADMIN_TOKEN).await;
    assert_eq!(kept(), (false, false));
    server.stop().await;
}

#[tokio::test]
async fn a_link_is_printed_while_the_server_runs_and_before() {
    let folder = tempfile::tempdir().unwrap();
    let link = async |args: &[&str]| {
        let output = Binary::command(folder.path()).args(args).output().await.unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert!(link(&["admin-link"]).await.2.contains("there is no store"));
    let binary = Binary::start(folder.path()).await;
    let client = binary.public();
    let (_, running, said) = link(&["admin-link"]).await;
    assert!(said.starts_with("It signs in once, until "), "{said}");
    let (page, code) = running.trim_end().split_once("#code=").unwrap();
    assert_eq!(page, client.request("GET", "/admin/").build().unwrap().url().as_str());
    let reply = ask(&client, "POST", ("", ""), &json!({ "code": code })).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
    assert!(!link(&["admin-link", "--vendor", "nobody"]).await.0);
    binary.terminate();
    let (_, log) = binary.wait().await;
    assert!(!log.contains(code), "no log holds the code");
    let (_, stopped, _) = link(&["admin-link", "--public-url", "https://l.example"]).await;
    let code = stopped.trim_end().strip_prefix("https://l.example/admin/#code=").unwrap();
    let binary = Binary::start(folder.path()).await;
    let reply = ask(&binary.public(), "POST", ("", ""), &json!({ "code": code })).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
    binary.terminate();
    binary.wait().await;
}
