//! Whatever the bytes are: what fuzzers send through the dialects, and CI sends again.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::foreign::{Body, Credential, Fields, Incoming};
use counterfoil_core::wire::{Dialect, Response};
use serde_json::Map;

/// Every name that a program may call a call by.
const CALLS: [&str; 24] = [
    "activate",
    "auth",
    "check",
    "create",
    "deactivate",
    "decrement_uses_count",
    "disable",
    "download",
    "downloads",
    "email_exists",
    "enable",
    "force_email_change",
    "get_data",
    "get_license",
    "heartbeat",
    "inactivate",
    "lease",
    "rotate",
    "set_data",
    "update_check",
    "updates",
    "use",
    "validate",
    "verify",
];

/// Reads `input` as a request, as far as it is one, and takes it through the server's end of a
/// dialect. The first line is method and path, then come headers, then after an empty line the
/// body; a method in small letters makes that a form in parts.
pub fn request(dialect: Dialect, input: &[u8]) {
    let (head, body) = split(input);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split('\n');
    let mut first = lines.next().unwrap_or_default().splitn(2, ' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
    };
    let in_parts = method.starts_with(|first: char| first.is_ascii_lowercase());
    let request = Incoming {
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: lines.filter_map(header).collect(),
        body: if in_parts { parts(body) } else { Body::Bytes(body.to_vec()) },
    };
    let Some(exchange) = dialect.hear(request) else { return };
    let _ = exchange.label();
    check(exchange.preflight());
    if let Credential::Sent { text, .. } = exchange.credential() {
        assert!(text.len() <= input.len().saturating_mul(3), "a credential is what was sent");
    }
    check(exchange.ask().err());
    let refusals = [
        Refusal::Unauthorized,
        Refusal::LicenseNotFound,
        Refusal::RateLimited { retry_after: 7 },
        Refusal::unavailable(),
        Refusal::BodyTooLarge(1),
    ];
    for refusal in refusals {
        check(Some(exchange.refuse(&refusal)));
    }
}

/// Reads `input` as a response to every call of a dialect: status in three digits, headers, an empty
/// line, the body.
pub fn response(dialect: Dialect, input: &[u8]) {
    let (head, body) = split(input);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split('\n');
    let status = lines.next().and_then(|line| line.trim().parse().ok()).unwrap_or(200);
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().into()))
    };
    let headers: Map<_, _> = lines.filter_map(header).collect();
    let response = Response { status, headers, body: body.to_vec() };
    for call in CALLS {
        if let Some(outcome) = dialect.parse_response(call, &response) {
            assert!(serde_json::to_value(&outcome).is_ok(), "{call}: {outcome:?}");
        }
        if let Some(Fields(params)) = Fields::from_json(body) {
            let _ = dialect.build_request(call, params);
        }
    }
}

fn split(input: &[u8]) -> (&[u8], &[u8]) {
    let end = input.windows(2).position(|pair| pair == b"\n\n");
    end.map_or((input, &[][..]), |end| {
        let (head, rest) = input.split_at(end);
        (head, rest.get(2..).unwrap_or_default())
    })
}

fn parts(body: &[u8]) -> Body {
    let text = String::from_utf8_lossy(body);
    let part = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    text.split('\n').map(part).collect::<Option<_>>().map_or(Body::Broken, Body::Multipart)
}

fn check(response: Option<Response>) {
    if let Some(response) = response {
        assert!((200..600).contains(&response.status), "{response:?}");
    }
}
