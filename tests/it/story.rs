//! The examples of the documentation, played in order on a fresh server.
//!
//! Clock and entropy are those of every test, so ids and keys repeat, and the answers are held byte
//! for byte. `COUNTERFOIL_BLESS=1` records them anew; where an id in an answer became another one,
//! the parameters of later steps follow it. Nothing in the story asks how often a license was
//! checked once one was: that is written a little later.
//!
//! Mail is written and goes nowhere. The code that a link holds is in no answer: recording reads it
//! from the letter.
//!
//! Webhooks lead to names that nobody has, so all that they are told is tried and fails.
//!
//! What a payment provider sends comes by its webhook: after the step that connects one, a purchase,
//! and after the step that opens a checkout, that it is paid.
//!
//! Subscriptions are played over a web socket. Their ids are jsonrpsee's and never the same, so the
//! recorded one stands for them.

mod subscription;

use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::admin::payment::ConnectPayments;
use counterfoil_core::wire::native::checkout::OpenCheckout;
use counterfoil_core::wire::native::openrpc::compact;
use counterfoil_core::wire::native::portal::OpenSession;
use counterfoil_server::Options;
use counterfoil_server::env::Env as _;
use counterfoil_server::ledger::{Rows as _, Webhooks};
use counterfoil_server::service::App;
use counterfoil_tests::{ADMIN_TOKEN, Sender, Socket, TestServer, in_time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt::Write;
use std::path::Path;

use subscription::Subscription;

const FILE: &str = "../core/src/wire/native/examples.json";

#[derive(Deserialize, Serialize)]
struct Step {
    method: String,
    name: String,
    /// Who calls, instead of the admin or nobody: a token that an earlier answer gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    params: Box<RawValue>,
    /// None yet, for a step that was just written.
    #[serde(default)]
    result: Option<Box<RawValue>>,
    /// What a subscription carries first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pushed: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Reply {
    result: Option<Box<RawValue>>,
}

/// What a step came to.
struct Played {
    result: Box<RawValue>,
    pushed: Option<Box<RawValue>>,
}

#[tokio::test]
async fn every_example_is_answered_as_the_documentation_shows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let recorded = compact(&std::fs::read_to_string(&path).unwrap());
    let mut steps: Vec<Step> = serde_json::from_str(&recorded).unwrap();
    let bless = std::env::var_os("COUNTERFOIL_BLESS").is_some_and(|value| value == "1");
    // Where customers are led to must not be the port of this run.
    let public_url = Some("https://licenses.example.com".to_owned());
    let server = TestServer::start_queueing_with(|options| Options {
        public_url,
        test_provider: true,
        ..options
    })
    .await;
    let mut subscription = Subscription::over(Socket::connect(&server, Some(ADMIN_TOKEN)).await);
    let mut moved = Vec::new();
    for step in &mut steps {
        let mut params = follow(step.params.get(), &moved);
        if bless && step.method == OpenSession::METHOD {
            // No answer tells the code: it is in the mail only.
            params = serde_json::json!({ "code": server.mailed_code().0 }).to_string();
        }
        step.token = step.token.take().map(|token| follow(&token, &moved));
        let was = step.result.take();
        let Played { result, pushed } = if Subscription::takes(&step.method) {
            subscription.play(&step.method, &params, was.as_deref().map(RawValue::get)).await
        } else {
            answer(&server, step, &params).await
        };
        if step.method == ConnectPayments::METHOD {
            sell(&server, &params).await;
        } else if step.method == OpenCheckout::METHOD {
            pay(&server, &parsed(result.get())).await;
        }
        for (was, is) in [(was, Some(&*result)), (step.pushed.take(), pushed.as_deref())] {
            let (was, is) = (text(was.as_deref()), text(is));
            if bless {
                find_moved(&parsed(was), &parsed(is), &mut moved);
            } else {
                let Step { method, name, .. } = step;
                assert_eq!(is, was, "{method}: {name}\n{MEANT}");
            }
        }
        step.params = RawValue::from_string(params).unwrap();
        (step.result, step.pushed) = (Some(result), pushed);
        until_told(&server).await;
        server.env.step(60);
        until_told(&server).await;
    }
    server.stop().await;
    if bless {
        std::fs::write(&path, indented(&serde_json::to_string(&steps).unwrap())).unwrap();
    }
}

/// Waits until nothing is due that webhooks are to be told: it draws entropy, too.
async fn until_told(server: &TestServer) {
    let App { ledger, env, .. } = server.server.app();
    let mut commits = ledger.commits();
    let told = async {
        while !ledger.view().webhooks_due(env.now(), 1).unwrap().is_empty() {
            commits.changed().await.unwrap();
        }
    };
    in_time(told).await;
}

/// Whoever has been connected sends a purchase: nobody else could.
async fn sell(server: &TestServer, params: &str) {
    let connected = parsed(params);
    let text = |name: &str| connected[name].as_str().unwrap().to_owned();
    let path = format!("vectors/payments/{}/session-of-a-price.json", text("provider"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let vector = parsed(&std::fs::read_to_string(path).unwrap());
    let sender = Sender::new(&server.admin, &text("provider"), &text("secret"));
    sender.tell(server, &vector["body"]).await;
}

/// The test provider says that a checkout is paid: a subscription began, and its first bill is paid.
async fn pay(server: &TestServer, checkout: &Value) {
    let app = server.server.app();
    let vendor = app.ledger.view().vendor_named("default").unwrap().unwrap().id;
    let secret = app.test_provider.as_ref().unwrap().webhook_secret(&app.secret, vendor);
    let sender = Sender::new(&server.admin, "stripe", &secret);
    let price = format!("price_test_{}", checkout["plan"]["id"].as_str().unwrap());
    let session = serde_json::json!({ "id": "cs_test_1", "object": "checkout.session",
        "mode": "subscription", "payment_status": "paid", "subscription": "sub_1", "invoice": "in_1",
        "client_reference_id": checkout["id"] });
    let invoice = serde_json::json!({ "id": "in_1", "object": "invoice", "currency": "eur",
        "billing_reason": "subscription_create", "customer_email": checkout["email"],
        "parent": { "subscription_details": { "subscription": "sub_1" } },
        "lines": { "data": [{ "amount": 12_900, "quantity": checkout["quantity"],
            "pricing": { "price_details": { "price": price } } }] } });
    for (kind, object) in [("checkout.session.completed", session), ("invoice.paid", invoice)] {
        let event = serde_json::json!({ "id": format!("evt_{kind}"), "object": "event",
            "type": kind, "livemode": false, "created": server.env.now().unix(),
            "data": { "object": object } });
        sender.tell(server, &event).await;
    }
}

const MEANT: &str = "If this is meant, record the story anew with COUNTERFOIL_BLESS=1.";

async fn answer(server: &TestServer, step: &Step, params: &str) -> Played {
    let Step { method, name, .. } = step;
    let client = match &step.token {
        Some(token) => server.public.with_token(token),
        None if method.starts_with("admin.") || method.starts_with("billing.") => {
            server.admin.clone()
        }
        None => server.public.clone(),
    };
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    let reply = client.post(body).await;
    let answer: Reply = serde_json::from_str(&reply.body).unwrap();
    let result = answer.result.unwrap_or_else(|| panic!("{method} ({name}): {}", reply.body));
    Played { result, pushed: None }
}

fn text(json: Option<&RawValue>) -> &str {
    json.map_or("", RawValue::get)
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

/// Every text that stood in an old answer and is another one in the new.
fn find_moved(old: &Value, new: &Value, moved: &mut Vec<(String, String)>) {
    match (old, new) {
        (Value::String(old), Value::String(new)) if old != new => {
            moved.push((old.clone(), new.clone()));
        }
        (Value::Array(old), Value::Array(new)) => {
            old.iter().zip(new).for_each(|(old, new)| find_moved(old, new, moved));
        }
        (Value::Object(old), Value::Object(new)) => {
            for (name, old) in old {
                find_moved(old, &new[name], moved);
            }
        }
        _ => {}
    }
}

fn follow(text: &str, moved: &[(String, String)]) -> String {
    moved.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}

/// Compact JSON with a line for each member, in the order it has.
fn indented(json: &str) -> String {
    let mut text = String::new();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut before = ' ';
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        let is_quote = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        let after = characters.peek().copied().unwrap_or(' ');
        match character {
            _ if is_quote => {
                quoted = !quoted;
                text.push(character);
            }
            _ if quoted => text.push(character),
            '{' | '[' if !matches!(after, '}' | ']') => {
                depth += 1;
                write!(text, "{character}\n{}", "  ".repeat(depth)).unwrap();
            }
            '}' | ']' if !matches!(before, '{' | '[') => {
                depth -= 1;
                write!(text, "\n{}{character}", "  ".repeat(depth)).unwrap();
            }
            ',' => write!(text, ",\n{}", "  ".repeat(depth)).unwrap(),
            ':' => text.push_str(": "),
            _ => text.push(character),
        }
        before = character;
    }
    text + "\n"
}
