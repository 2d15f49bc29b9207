//! The public vectors of the old systems' dialects, through core's two ends and through a server.

mod beyond_vectors;

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::foreign::{Answering, Asking, Credential, Exchange, Incoming, hear};
use counterfoil_core::wire::{
    CodeHeaven, Dialect, Gumroad, LicenseDock, PackEdge, Request, Response, SerialSense,
};
use counterfoil_server::dialects::{BODY_BYTES_MAX, read_parts};
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{
    Client, ExchangeCase, Exchanged, Learned, Received, Sent, Step, TestServer, exchange_cases,
    holds,
};
use serde_json::{Value, json};

/// Runs a dialect's vectors through core: what is sent is understood, or refused by the reply that
/// is recorded; what is understood is understood again when a client writes it; what comes back is
/// parsed, and is the same bytes when it is rendered.
async fn check_core<D: Asking + Answering>(dialect: &str) {
    let cases = exchange_cases(dialect);
    assert!(cases.len() >= 10, "the vectors were found");
    for case in &cases {
        let samples = Learned(case.samples.clone());
        for exchange in exchanges(case) {
            let exchanged = filled(exchange, &samples);
            let note = format!("{dialect}: {}: {}", case.name, exchanged.request.path);
            check_request::<D>(&exchanged, &note).await;
            if let Some(client) = &exchanged.client {
                check_client(dialect, &exchanged, client, &note);
            }
        }
    }
}

fn exchanges(case: &ExchangeCase) -> impl Iterator<Item = &Exchanged> {
    case.steps.iter().filter_map(|step| match step {
        Step::Exchange(exchange) => Some(&**exchange),
        Step::Time { .. } | Step::Desk { .. } => None,
    })
}

fn filled(exchange: &Exchanged, known: &Learned) -> Exchanged {
    let Exchanged { request, response, client } = exchange.clone();
    let texts = |texts: std::collections::BTreeMap<String, String>| {
        texts.into_iter().map(|(name, text)| (name, known.fill(&text))).collect()
    };
    let sent = |sent: Sent| Sent {
        method: sent.method,
        path: known.fill(&sent.path),
        headers: texts(sent.headers),
        body: known.fill(&sent.body),
    };
    let client = client.map(|client| counterfoil_tests::ExchangeClient {
        call: client.call,
        outcome: known.fill_value(&client.outcome),
        params: client.params.map(|params| known.fill_value(&params)),
        builds: client.builds.map(sent),
    });
    let response = Received {
        status: response.status,
        headers: texts(response.headers),
        body: known.fill(&response.body),
    };
    Exchanged { request: sent(request), response, client }
}

async fn check_request<D: Asking + Answering>(exchanged: &Exchanged, note: &str) {
    let request = read_parts(exchanged.request.incoming()).await;
    let expected = &exchanged.response;
    let exchange = hear::<D>(request.clone());
    if let Some(preflight) = exchange.preflight() {
        assert!(says(&preflight, expected), "{note}: {preflight:?}");
        return;
    }
    let refusals = refused_unread(&*exchange, &request, expected);
    if !refusals.is_empty() {
        let replies: Vec<_> = refusals.iter().map(|refusal| exchange.refuse(refusal)).collect();
        let is_said = replies.iter().any(|reply| says(reply, expected));
        assert!(is_said, "{note}: {replies:?}");
    }
    let name = D::route(&request);
    let called = name.and_then(|name| Ok((name, D::read(name, &request)?)));
    match called {
        Ok((name, call)) => {
            let written = Incoming::from(&D::write(&call));
            assert_eq!(D::route(&written).as_ref(), Ok(&name), "{note}");
            assert_eq!(D::read(name, &written), Ok(call), "{note}");
            let response = exchanged.response.response();
            let reply = D::parse(name, &response).unwrap_or_else(|| panic!("{note}: no reply"));
            check_rendered(&D::render(Some(name), &reply), &exchanged.response, note);
        }
        Err(_) if !refusals.is_empty() => {}
        Err(reply) => {
            let name = D::route(&request).ok();
            check_rendered(&D::render(name, &reply), &exchanged.response, note);
        }
    }
}

/// What may have refused a request before what was sent was looked at, and did if there is any: a
/// body that is too large, and a credential that is missing or not good.
fn refused_unread(
    exchange: &dyn Exchange,
    request: &Incoming,
    expected: &Received,
) -> Vec<Refusal> {
    if request.bytes().len() > BODY_BYTES_MAX as usize {
        vec![Refusal::BodyTooLarge(BODY_BYTES_MAX)]
    } else if *exchange.credential() == Credential::Missing {
        vec![Refusal::Unauthorized]
    } else if expected.status == 401 {
        vec![Refusal::Unauthorized, Refusal::StaleToken]
    } else {
        Vec::new()
    }
}

/// Whether a response is the expected one, byte for byte, with the headers that are named.
fn says(response: &Response, expected: &Received) -> bool {
    response.status == expected.status
        && response.body == expected.body.as_bytes()
        && expected
            .headers
            .iter()
            .all(|(name, value)| response.header(name) == Some(value.as_str()))
}

fn check_rendered(rendered: &Response, expected: &Received, note: &str) {
    assert_eq!(String::from_utf8_lossy(&rendered.body), expected.body, "{note}");
    assert_eq!(rendered.status, expected.status, "{note}");
    if let Some(content_type) = expected.headers.get("content-type") {
        assert_eq!(rendered.header("content-type"), Some(content_type.as_str()), "{note}");
    }
}

/// The same by which the npm package's functions are run.
fn check_client(
    dialect: &str,
    exchanged: &Exchanged,
    client: &counterfoil_tests::ExchangeClient,
    note: &str,
) {
    let dialect: Dialect = dialect.parse().unwrap();
    let outcome = dialect.parse_response(&client.call, &exchanged.response.response()).unwrap();
    assert_eq!(serde_json::to_value(outcome).unwrap(), client.outcome, "{note}");
    if let (Some(params), Some(builds)) = (&client.params, &client.builds) {
        let built = dialect.build_request(&client.call, params.clone()).unwrap();
        let Sent { method, path, headers, body } = builds.clone();
        let headers = headers.into_iter().map(|(name, value)| (name, value.into())).collect();
        let body = (!body.is_empty()).then_some(body);
        assert_eq!(built, Request { method, path, headers, body }, "{note}");
    }
}

/// Runs a dialect's vectors through a server, over a socket, each on one of its own.
async fn check_server(dialect: &str) {
    for case in exchange_cases(dialect) {
        let server = TestServer::start_queueing().await;
        let mut known = Learned::default();
        for step in &case.steps {
            take(&server, dialect, step, (&mut known, &case.name)).await;
        }
        server.stop().await;
    }
}

async fn take(
    server: &TestServer,
    dialect: &str,
    step: &Step,
    (known, note): (&mut Learned, &str),
) {
    match step {
        Step::Time { at } => server.env.set(at),
        Step::Desk { desk, params, result, error, learn, by } => {
            let client = match by {
                Some(name) => &another(server, name, known).await,
                None => &server.admin,
            };
            let reply = client.ask(desk, known.fill_value(params)).await;
            match error {
                Some(word) => assert_eq!(reply["error"]["data"]["code"], json!(word), "{note}"),
                None => assert!(reply["error"].is_null(), "{note}: {desk}: {reply}"),
            }
            for (name, pointer) in learn {
                let learned = reply["result"].pointer(pointer).and_then(Value::as_str);
                let learned = learned.unwrap_or_else(|| panic!("{note}: {pointer}: {reply}"));
                known.0.insert(name.clone(), learned.to_owned());
            }
            if let Some(expected) = result {
                let expected = known.fill_value(expected);
                assert!(holds(&reply["result"], &expected), "{note}: {desk}: {reply}");
            }
        }
        Step::Exchange(exchange) => {
            let Sent { method, path, headers, body } = &exchange.request;
            let path = format!("/{dialect}{}", known.fill(path));
            let mut request = server.public.request(method, &path).body(known.fill(body));
            for (name, value) in headers {
                request = request.header(name, known.fill(value));
            }
            let reply = server.public.send(request).await;
            let Received { status, headers, body } = &exchange.response;
            assert!(known.learn(body, &reply.body), "{note}: {path}: expected {body}: {reply:?}");
            assert_eq!(reply.status, *status, "{note}: {path}: {reply:?}");
            for (name, value) in headers {
                let found = reply.header(name).unwrap_or_default();
                assert!(known.learn(value, found), "{note}: {path}: {name}: {reply:?}");
            }
        }
    }
}

/// What talks to a server with a token that was learned, or with another vendor's.
async fn another(server: &TestServer, name: &str, known: &mut Learned) -> Client {
    let of_token = format!("token of {name}");
    if !known.0.contains_key(&of_token) {
        let order = Order::CreateVendor { name: name.to_owned(), hosts: Vec::new() };
        let made = carry_out(server.server.app(), order).await.unwrap();
        known.0.insert(of_token.clone(), made["token"].as_str().unwrap().to_owned());
    }
    server.admin.with_token(&known.0[&of_token])
}

macro_rules! dialects {
    ($($name:ident: $dialect:ty,)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test]
            async fn every_vector_goes_through_both_ends_of_core() {
                check_core::<$dialect>(stringify!($name)).await;
            }

            #[tokio::test]
            async fn every_vector_is_answered_by_a_server_byte_for_byte() {
                check_server(stringify!($name)).await;
            }
        }
    )*};
}
dialects! {
    codeheaven: CodeHeaven,
    gumroad: Gumroad,
    licensedock: LicenseDock,
    packedge: PackEdge,
    serialsense: SerialSense,
}
