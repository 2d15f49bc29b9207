//! Ten thousand secrets go through the real binary, which logs all it can: none may show.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use counterfoil_server::env::Env;
use counterfoil_tests::{ADMIN_TOKEN, Binary, Client, SteppedEnv};
use futures_util::{SinkExt, StreamExt, stream};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// Calls in a body, which is what the server allows.
const BATCH: usize = 20;
/// Bodies under way at once, so that they share the writer's commits.
const AT_ONCE: usize = 32;
/// A log may show so many characters of a secret, and no more.
const SHOWN_MAX: usize = 4;

/// Everything, and by name what writes whole requests: even who asks for those gets none.
const TALKATIVE: &str = "trace,jsonrpsee-server=trace,jsonrpsee_server=trace,\
    jsonrpsee-core=trace,jsonrpsee_core::server=trace,tungstenite::protocol=trace,hyper::proto=trace";

const IMPORTED: usize = 2_500;
const GENERATED: usize = 1_000;
const HANDED_OUT: usize = 100;
const SEATED: usize = 800;
const UNSEATED: usize = 200;
const WRONG_KEYS: usize = 1_500;
const MISPLACED: usize = 700;
const MISSENT: usize = 300;
const TOKENS: usize = 420;
const SOCKETS: usize = 60;
const VISITORS: usize = 150;
const BROKEN: usize = 20;

/// What was planted so far.
struct Garden {
    entropy: SteppedEnv,
    /// Keys and tokens: neither in the log nor in the data.
    credentials: Vec<String>,
    /// E-mail addresses: not in the log.
    addresses: Vec<String>,
}

impl Garden {
    fn new() -> Self {
        let entropy = SteppedEnv::at("2026-06-05T08:02:00Z");
        Self { entropy, credentials: vec![ADMIN_TOKEN.to_owned()], addresses: Vec::new() }
    }

    fn random(&self) -> String {
        let mut bytes = [0; 10];
        self.entropy.fill(&mut bytes).unwrap();
        bytes.map(|byte| format!("{byte:02X}")).concat()
    }

    fn credential(&mut self) -> String {
        let secret = format!("PLNT-{}", self.random());
        self.credentials.push(secret.clone());
        secret
    }

    fn address(&mut self) -> String {
        let secret = format!("ann.{}@planted.example", self.random());
        self.addresses.push(secret.clone());
        secret
    }

    fn many(&mut self, count: usize, plant: fn(&mut Self) -> String) -> Vec<String> {
        (0..count).map(|_| plant(self)).collect()
    }
}

fn call(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

/// Sends calls in batches; gives the answers in no certain order.
async fn send(client: &Client, calls: Vec<Value>) -> Vec<Value> {
    let bodies: Vec<String> =
        calls.chunks(BATCH).map(|batch| Value::from(batch).to_string()).collect();
    let replies = stream::iter(bodies).map(|body| client.post(body)).buffer_unordered(AT_ONCE);
    let replies: Vec<Value> = replies.map(|reply| reply.json()).collect().await;
    replies.iter().flat_map(|reply| reply.as_array().unwrap().clone()).collect()
}

fn count_of(answers: &[Value], member: &str) -> usize {
    answers.iter().filter(|answer| answer.get(member).is_some()).count()
}

/// Keys and customers as a vendor brings them; gives the keys.
async fn import(admin: &Client, garden: &mut Garden) -> Vec<String> {
    admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let plan = json!({ "product": "p", "slug": "seats", "name": "Seats",
        "activationType": "seat", "activationLimit": 1 });
    admin.call("admin.plan.create", plan).await;
    let keys = garden.many(IMPORTED, Garden::credential);
    let imports = keys.iter().map(|key| {
        let customer = json!({ "email": garden.address() });
        let params = json!({ "product": "p", "plan": "seats", "key": key, "customer": customer });
        call("admin.license.create", &params)
    });
    let answers = send(admin, imports.collect()).await;
    assert_eq!(count_of(&answers, "result"), IMPORTED, "{:?}", answers[0]);
    keys
}

/// Keys that the server makes, and tells once more to who repeats the call.
async fn generate(admin: &Client, garden: &mut Garden) {
    let params = json!({ "product": "p", "quantity": GENERATED, "idempotencyKey": "once" });
    let made = admin.call("admin.license.create", params.clone()).await;
    assert_eq!(admin.call("admin.license.create", params).await, made);
    let keys = made["items"].as_array().unwrap().iter();
    garden.credentials.extend(keys.map(|item| item["key"].as_str().unwrap().to_owned()));
}

/// Keys that are sold, by mail too, and keys that are taken for the names of reports.
async fn sell(admin: &Client, keys: &[String], garden: &mut Garden) {
    let buying = json!({ "order": "o", "subscription": "s", "product": "p", "plan": "seats",
        "customer": { "email": garden.address() }, "quantity": GENERATED });
    let sold = admin.call("billing.orderCompleted", buying).await;
    let made = sold["licenses"].as_array().unwrap().iter();
    garden.credentials.extend(made.map(|license| license["key"].as_str().unwrap().to_owned()));
    for (method, about, name) in [
        ("billing.paymentFailed", json!({ "subscription": "s" }), "event"),
        ("billing.subscriptionRenewed", json!({ "subscription": "s" }), "invoice"),
        ("billing.refunded", json!({ "order": "unknown" }), "event"),
    ] {
        for key in [&keys[0], garden.credentials.last().unwrap()] {
            let mut report = about.clone();
            report[name] = json!(key);
            let refused = admin.refused(method, report).await;
            assert_eq!(refused["data"]["field"], name, "{method}");
        }
        admin.call(method, about).await;
    }
}

/// Tokens that the server makes and that a vendor brings, and keys that take the place of others.
async fn hand_out(admin: &Client, keys: &[String], garden: &mut Garden) {
    let made = (0..HANDED_OUT).map(|number| {
        let once = json!({ "name": "t", "scopes": [], "idempotencyKey": number.to_string() });
        call("admin.token.create", &once)
    });
    let brought = garden.many(HANDED_OUT, Garden::credential);
    let brought = brought.iter().map(|secret| {
        let params = json!({ "name": "t", "scopes": ["*"], "kind": "gumroad-access-token", "secret": secret });
        call("admin.token.create", &params)
    });
    let rotated = keys
        .iter()
        .rev()
        .take(HANDED_OUT)
        .map(|key| call("admin.license.rotate", &json!({ "license": key })));
    let answers = send(admin, made.chain(brought).chain(rotated).collect()).await;
    assert_eq!(count_of(&answers, "result"), 3 * HANDED_OUT, "{:?}", answers[0]);
    let shown = answers.iter().flat_map(|answer| {
        [&answer["result"]["token"], &answer["result"]["key"]].map(|secret| secret.as_str())
    });
    garden.credentials.extend(shown.flatten().map(str::to_owned));
}

/// Letters that nobody takes: to customers whose license is suspended.
async fn write_to(admin: &Client, keys: &[String]) {
    let before = admin.call("admin.mail.status", json!({})).await["queued"].as_u64().unwrap();
    let suspended = keys.iter().take(HANDED_OUT);
    let suspended = suspended.map(|key| call("admin.license.suspend", &json!({ "license": key })));
    let answers = send(admin, suspended.collect()).await;
    assert_eq!(count_of(&answers, "result"), HANDED_OUT, "{:?}", answers[0]);
    let status = admin.call("admin.mail.status", json!({})).await;
    let queued = status["queued"].as_u64().unwrap() - before;
    assert_eq!(usize::try_from(queued).unwrap(), HANDED_OUT);
}

/// People who take a place, and some who find it taken.
async fn seat(public: &Client, keys: &[String], garden: &mut Garden) {
    let mut activate = |key: &String| {
        call("license.activate", &json!({ "key": key, "identifier": garden.address() }))
    };
    let seated: Vec<Value> = keys.iter().take(SEATED).map(&mut activate).collect();
    let unseated: Vec<Value> = keys.iter().take(UNSEATED).map(&mut activate).collect();
    let answers = send(public, seated).await;
    assert_eq!(count_of(&answers, "result"), SEATED, "{:?}", answers[0]);
    let answers = send(public, unseated).await;
    assert_eq!(count_of(&answers, "error"), UNSEATED, "{:?}", answers[0]);
}

/// Keys that nobody has, and right calls that come to nothing.
async fn mistype(admin: &Client, garden: &mut Garden) {
    let taken = garden.credentials[1].clone();
    let keys = garden.many(WRONG_KEYS, Garden::credential);
    let calls = keys.iter().enumerate().map(|(at, key)| match at % 6 {
        0 => call("license.validate", &json!({ "key": key })),
        1 => call("license.activate", &json!({ "key": key, "identifier": "a.example" })),
        2 => call("license.deactivate", &json!({ "key": key, "identifier": "a.example" })),
        3 => call("license.use", &json!({ "key": key })),
        4 => call("admin.license.get", &json!({ "license": key })),
        _ => call("admin.license.create", &json!({ "product": key, "key": taken })),
    });
    let answers = send(admin, calls.collect()).await;
    assert_eq!(answers.len(), WRONG_KEYS);
}

/// Keys where none belongs, in calls that are JSON-RPC or nearly.
async fn misplace(admin: &Client, garden: &mut Garden) {
    let secrets = garden.many(MISPLACED, Garden::credential);
    let calls = secrets.iter().enumerate().map(|(at, secret)| match at % 10 {
        0 => call("license.validate", &json!({ "key": "k", secret.as_str(): 1 })),
        1 => call(secret, &json!({ "key": "k" })),
        2 => call(&format!("license.validate {secret}"), &json!({})),
        3 => call("license.validate", &json!([secret])),
        4 => call("license.validate", &json!({ "key": { "key": secret } })),
        5 => json!({ "jsonrpc": "2.0", "id": secret, "method": "license.nope" }),
        6 => json!({ "jsonrpc": secret, "id": 1, "method": "license.validate" }),
        7 => json!({ "jsonrpc": "2.0", "id": 1, "method": "license.validate", "params": secret }),
        8 => call("admin.plan.create", &json!({ "product": "p", "activationType": secret })),
        _ => call("admin.license.create", &json!({ "product": "p", "key": format!("é{secret}") })),
    });
    let answers = send(admin, calls.collect()).await;
    assert_eq!(count_of(&answers, "error"), MISPLACED);
}

/// Keys in what is no call at all: a broken body, the address, a header.
async fn missend(public: &Client, garden: &mut Garden) {
    let secrets = garden.many(MISSENT, Garden::credential);
    let requests = secrets.iter().enumerate().map(|(at, secret)| {
        let right = call("license.validate", &json!({ "key": secret })).to_string();
        let post =
            |path: &str| public.request("POST", path).header("content-type", "application/json");
        match at % 10 {
            0 => post("/rpc").body(secret.clone()),
            1 => post("/rpc").body(right.replace('}', "")),
            2 => post(&format!("/rpc?key={secret}&token={secret}")).body(right),
            3 => post(&format!("/{secret}")).body(right),
            4 => public.request("GET", &format!("/rpc?key={secret}")),
            5 => public.request("GET", &format!("/pkg/{secret}.js")),
            6 => public.request("POST", "/rpc").header("content-type", secret).body(right),
            7 => post("/rpc").header("x-license-key", secret).header("cookie", secret).body(right),
            8 => post("/rpc").body(format!("{right}{}", " ".repeat(70_000))),
            _ => public.request("PUT", "/rpc").header("origin", secret).body(right),
        }
    });
    let requests: Vec<_> = requests.collect();
    let replies = stream::iter(requests).map(|request| public.send(request));
    let statuses: Vec<u16> =
        replies.buffer_unordered(AT_ONCE).map(|reply| reply.status).collect().await;
    assert!([200, 404, 405, 413, 415].iter().all(|status| statuses.contains(status)));
}

/// A header that brings a token, in one of the forms that callers take for right.
fn authorization(at: usize, token: &str) -> String {
    match at % 6 {
        0 => format!("Bearer {token}"),
        1 => token.to_owned(),
        2 => format!("Basic {token}"),
        3 => format!("Bearer: {token}"),
        4 => format!("Bearer {ADMIN_TOKEN} {token}"),
        _ => format!("bearer \"{token}\", Token {token}"),
    }
}

/// Tokens that are none.
async fn knock(public: &Client, garden: &mut Garden) {
    let tokens = garden.many(TOKENS, Garden::credential);
    let body = call("admin.product.get", &json!({ "product": "p" })).to_string();
    let requests = tokens.iter().enumerate().map(|(at, token)| {
        let request = public.request("POST", "/rpc").header("content-type", "application/json");
        request.header("authorization", authorization(at, token)).body(body.clone())
    });
    let requests: Vec<_> = requests.collect();
    let replies = stream::iter(requests).map(|request| public.send(request));
    let replies: Vec<Value> =
        replies.buffer_unordered(AT_ONCE).map(|reply| reply.json()).collect().await;
    assert!(replies.iter().all(|reply| reply["error"]["code"] == 401));
}

/// Customers and strangers at the portal, with codes and sessions that are none.
async fn visit(public: &Client, garden: &mut Garden) {
    let known: Vec<String> = garden.addresses.iter().take(VISITORS).cloned().collect();
    let strangers = garden.many(VISITORS, Garden::address);
    let asking = known.iter().chain(&strangers);
    let asking = asking.map(|email| call("portal.signIn", &json!({ "email": email })));
    let answers = send(public, asking.collect()).await;
    assert_eq!(count_of(&answers, "result"), 2 * VISITORS, "{:?}", answers[0]);
    let codes = garden.many(VISITORS, Garden::credential);
    let codes = codes.iter().map(|code| call("portal.session", &json!({ "code": code })));
    let answers = send(public, codes.collect()).await;
    assert_eq!(count_of(&answers, "error"), VISITORS);
    let session = format!("cf_portal_{}", garden.credential());
    let visitor = public.with_token(&session);
    let names = garden.many(BATCH, Garden::credential);
    let renaming = names.iter().map(|name| {
        call("portal.rename", &json!({ "activation": name, "name": format!("é{name}") }))
    });
    assert_eq!(count_of(&send(&visitor, renaming.collect()).await, "error"), BATCH);
    garden.credentials.push(session);
}

/// Tokens and keys by web socket: in the request that opens it, and in its messages.
async fn call_by_socket(public: &Client, garden: &mut Garden) {
    for (at, token) in garden.many(SOCKETS / 2, Garden::credential).iter().enumerate() {
        let url = format!("{}/rpc?token={token}", public.url().replace("http:", "ws:"));
        let mut request = url.into_client_request().unwrap();
        let header = authorization(at, token).parse().unwrap();
        request.headers_mut().insert("authorization", header);
        let (mut socket, _) = connect_async(request).await.unwrap();
        let key = garden.credential();
        let right = call("license.validate", &json!({ "key": key }));
        let message = match at % 7 {
            0 => right.to_string(),
            1 => right.to_string().replace('}', ""),
            2 => json!([right, call(&key, &json!({})), key]).to_string(),
            3 => format!("{right}{}", " ".repeat(70_000)),
            // A library may tell which subscription it does not know.
            4 => call("admin.unsubscribeEvents", &json!({ "subscription": key })).to_string(),
            5 => call("admin.unsubscribeEvents", &json!([key])).to_string(),
            _ => call("license.validate", &json!({ "key": "k", key.as_str(): key })).to_string(),
        };
        socket.send(Message::text(message)).await.unwrap();
        assert!(socket.next().await.unwrap().unwrap().is_text());
        socket.close(None).await.unwrap();
    }
}

/// Keys in what is not even HTTP, or ends before it is whole.
async fn break_off(public: &Client, garden: &mut Garden) {
    let address = public.url().strip_prefix("http://").unwrap();
    for (at, secret) in garden.many(BROKEN, Garden::credential).iter().enumerate() {
        let upgrade = "connection: upgrade\r\nupgrade: websocket\r\n";
        let sent = match at % 5 {
            0 => format!("{secret}\r\n\r\n"),
            1 => format!("GET /rpc?key={secret} HTTP/9.9\r\n\r\n"),
            2 => format!("GET / HTTP/1.1\r\nauthorization {secret}\r\n\r\n"),
            3 => format!("POST /rpc HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\n{secret}"),
            _ => format!(
                "GET /rpc HTTP/1.1\r\nhost: x\r\n{upgrade}authorization: Bearer {secret}\r\n\r\n"
            ),
        };
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        // Until the server has seen the end too; how it says so is not the question.
        drop(stream.read_to_end(&mut Vec::new()).await);
    }
}

/// Finds what a text holds of these, but for the characters that may be shown.
fn finder(secrets: &[String]) -> AhoCorasick {
    let hidden = secrets.iter().map(|secret| secret.get(SHOWN_MAX..).unwrap());
    AhoCorasickBuilder::new().ascii_case_insensitive(true).build(hidden).unwrap()
}

fn check_log(log: &str, garden: &Garden) {
    let secrets = [garden.credentials.as_slice(), &garden.addresses].concat();
    assert!(secrets.len() >= 10_000, "{} secrets", secrets.len());
    let finder = finder(&secrets);
    assert!(secrets.iter().all(|secret| finder.is_match(secret)), "each would be found");
    let leaks: Vec<&str> = log.lines().filter(|line| finder.is_match(line)).collect();
    // One of each kind is enough to find the place.
    let first = leaks.first().map(|line| line.chars().take(600).collect::<String>());
    assert!(leaks.is_empty(), "{} lines of the log hold a secret: {}", leaks.len(), first.unwrap());
}

fn check_files(folder: &Path, garden: &Garden) {
    let finder = finder(&garden.credentials);
    let mut held = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let found = finder.find(&bytes).map(|found| found.pattern().as_usize());
        let found = found.map(|pattern| &garden.credentials[pattern]);
        assert!(found.is_none(), "{} holds {}", path.display(), found.unwrap());
        held.extend(bytes);
    }
    let customer = finder_of_one(&garden.addresses[0]);
    assert!(customer.is_match(&held), "the files are those that were written to");
}

fn finder_of_one(text: &str) -> AhoCorasick {
    AhoCorasick::new([text]).unwrap()
}

/// Plants everything, then looks for it; gives the log.
async fn plant_and_look(format: &str, filter: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    // A pipe that nobody reads meanwhile would fill up and stop the server.
    let logs = tempfile::tempdir().unwrap();
    let log = logs.path().join("log");
    let mut command = Binary::command(folder.path());
    command.env("COUNTERFOIL_LOG", filter).env("COUNTERFOIL_LOG_FORMAT", format);
    command.stderr(Stdio::from(File::create(&log).unwrap()));
    let mut garden = Garden::new();
    // Mail is written, and waits for a mail server that never says a word.
    let relay = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, password) = (relay.local_addr().unwrap(), garden.credential());
    command.env("COUNTERFOIL_SMTP_URL", format!("smtp://acme:{password}@{address}"));
    command.env("COUNTERFOIL_MAIL_FROM", "licenses@acme.example");
    let binary = Binary::start_command(&mut command).await;
    let (admin, public) = (binary.admin(), binary.public());
    let keys = import(&admin, &mut garden).await;
    generate(&admin, &mut garden).await;
    sell(&admin, &keys, &mut garden).await;
    seat(&public, &keys, &mut garden).await;
    write_to(&admin, &keys).await;
    hand_out(&admin, &keys, &mut garden).await;
    mistype(&admin, &mut garden).await;
    misplace(&admin, &mut garden).await;
    missend(&public, &mut garden).await;
    knock(&public, &mut garden).await;
    visit(&public, &mut garden).await;
    call_by_socket(&public, &mut garden).await;
    break_off(&public, &mut garden).await;
    drop(relay);
    binary.terminate();
    assert_eq!(binary.wait().await.0, Some(0));
    let log = fs::read_to_string(log).unwrap();
    check_files(folder.path(), &garden);
    check_log(&log, &garden);
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn no_planted_secret_is_in_a_log_for_people_or_in_the_data() {
    let log = plant_and_look("text", "trace").await;
    assert!(log.contains("going down"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_planted_secret_is_in_a_log_for_machines_or_in_the_data() {
    let log = plant_and_look("json", TALKATIVE).await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["level"] == "INFO"), "{log}");
}
