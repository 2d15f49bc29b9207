//! The client's end of `license.*`: a JSON-RPC request to send, and what its response says.

use serde_json::{Map, Value};

use super::license::{
    Activate, Activated, Deactivate, Deactivated, Heartbeat, Kept, Lend, Lent, Use, Used, Validate,
};
use super::{Call, METHOD_PREFIX, Parameter, unknown};
use crate::prelude::*;
use crate::refusal::{Code, WrongParameter};
use crate::verdict::Verdict;
use crate::wire::reading::member;
use crate::wire::{Answered, Failed, Outcome, Request, Response, parse, read, write};

/// Where the calls are answered.
pub const PATH: &str = "/rpc";

/// The call's last word, as callers of every dialect name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenseCall {
    /// `license.validate`.
    Validate,
    /// `license.activate`.
    Activate,
    /// `license.deactivate`.
    Deactivate,
    /// `license.use`.
    Use,
    /// `license.lease`.
    Lease,
    /// `license.heartbeat`.
    Heartbeat,
}

impl LicenseCall {
    /// The call with this last word, or this whole name.
    pub fn named(name: &str) -> Option<Self> {
        match name.strip_prefix(METHOD_PREFIX).unwrap_or(name) {
            "validate" => Some(Self::Validate),
            "activate" => Some(Self::Activate),
            "deactivate" => Some(Self::Deactivate),
            "use" => Some(Self::Use),
            "lease" => Some(Self::Lease),
            "heartbeat" => Some(Self::Heartbeat),
            _ => None,
        }
    }
}

/// Writes the request for `call`.
///
/// # Errors
///
/// The first that is missing, wrong or unknown, exactly as the server would refuse it.
pub fn render_request(
    call: LicenseCall,
    mut params: Map<String, Value>,
) -> Result<Request, WrongParameter> {
    let (method, parameters) = match call {
        LicenseCall::Validate => described::<Validate>(),
        LicenseCall::Activate => described::<Activate>(),
        LicenseCall::Deactivate => described::<Deactivate>(),
        LicenseCall::Use => described::<Use>(),
        LicenseCall::Lease => described::<Lend>(),
        LicenseCall::Heartbeat => described::<Heartbeat>(),
    };
    let mut written = Map::new();
    for Parameter { name, rewrite } in parameters {
        let value = params.get_mut(*name).map(Value::take);
        if let Some(value) = rewrite(value).map_err(|problem| problem.of(name))? {
            written.insert((*name).to_owned(), value);
        }
    }
    let is_known = |name: &String| parameters.iter().any(|parameter| parameter.name == name);
    match params.keys().find(|name| !is_known(name)) {
        Some(name) => Err(unknown(name)),
        None => Ok(request(method, written)),
    }
}

/// All of a call that its client's end needs.
fn described<C: Call>() -> (&'static str, &'static [Parameter]) {
    (C::METHOD, C::PARAMETERS)
}

fn request(method: &str, params: Map<String, Value>) -> Request {
    // One call is in flight on one HTTP request, so the id tells nothing apart.
    let mut body = Map::new();
    body.insert("jsonrpc".to_owned(), "2.0".into());
    body.insert("id".to_owned(), 1.into());
    body.insert("method".to_owned(), method.into());
    body.insert("params".to_owned(), Value::Object(params));
    let mut headers = Map::new();
    for name in ["accept", "content-type"] {
        headers.insert(name.to_owned(), "application/json".into());
    }
    Request {
        method: "POST".to_owned(),
        path: PATH.to_owned(),
        headers,
        // A call has texts, whole numbers within reason, and yes or no.
        body: write(&body).ok(),
    }
}

/// Reads the response to `call`. Whatever the bytes are, there is an outcome.
pub fn parse_response(call: LicenseCall, response: &Response) -> Outcome {
    read_reply(call, response).unwrap_or_else(Outcome::unrecognized)
}

fn read_reply(call: LicenseCall, response: &Response) -> Option<Outcome> {
    let reply = parse(&response.body).ok()?;
    let member = |name| reply.get(name).filter(|value| !value.is_null());
    match (reply.get("jsonrpc")?.as_str()?, member("result"), member("error")) {
        ("2.0", Some(result), None) if response.status == 200 => {
            read_answer(call, result).map(|answered| Outcome::Answered(Box::new(answered)))
        }
        ("2.0", None, Some(error)) => read_error(error.as_object()?),
        _ => None,
    }
}

fn read_answer(call: LicenseCall, result: &Value) -> Option<Answered> {
    let answered = Answered { ok: true, ..Answered::default() };
    Some(match call {
        LicenseCall::Validate => Answered { verdict: Some(read_verdict(result)?), ..answered },
        LicenseCall::Activate => {
            let result: Activated = read(result).ok()?;
            Answered {
                verdict: Some(consistent(result.verdict)?),
                activation: Some(result.activation),
                created: Some(result.created),
                activation_limit: Some(result.activation_limit),
                activations_used: Some(result.activations_used),
                ..answered
            }
        }
        LicenseCall::Deactivate => {
            let result: Deactivated = read(result).ok()?;
            Answered {
                activation: Some(result.activation),
                deactivated: Some(result.deactivated),
                activation_limit: Some(result.activation_limit),
                activations_used: Some(result.activations_used),
                ..answered
            }
        }
        LicenseCall::Use => {
            let result: Used = read(result).ok()?;
            Answered { uses: Some(result.uses), uses_limit: Some(result.uses_limit), ..answered }
        }
        LicenseCall::Lease => {
            let result: Lent = read(result).ok()?;
            let expires_at = Some(Some(result.expires_at));
            Answered { lease: Some(result.lease), expires_at, ..answered }
        }
        LicenseCall::Heartbeat => {
            let result: Kept = read(result).ok()?;
            let expires_at = Some(result.expires_at);
            Answered { activation: Some(result.activation), expires_at, ..answered }
        }
    })
}

fn read_verdict(result: &Value) -> Option<Verdict> {
    read(result).ok().and_then(consistent)
}

/// A verdict that says `valid` beside another status is nobody's answer.
fn consistent(verdict: Verdict) -> Option<Verdict> {
    let says_valid = verdict.status == crate::verdict::VerdictStatus::Valid;
    (verdict.valid == says_valid).then_some(verdict)
}

fn read_error(error: &Map<String, Value>) -> Option<Outcome> {
    let (number, message) = (member(error, "code").ok()?, member(error, "message").ok()?);
    let data = |name| error.get("data").and_then(|data| data.get(name));
    let named = data("code").and_then(Value::as_str);
    let known = named.and_then(Code::by_word).or_else(|| Code::by_number(number));
    let mut failed = match (known, named) {
        (Some(code), _) => Outcome::refused(code, message),
        // A newer server's word is a refusal all the same.
        (None, Some(word)) => {
            let failed = Outcome::refused(Code { word: "", number }, message);
            Failed { code: word.to_owned(), ..failed }
        }
        (None, None) => return None,
    };
    failed.retry_after = data("retryAfter").and_then(|seconds| read(seconds).ok());
    failed.activations = data("activations").and_then(|list| read(list).ok());
    Some(Outcome::Failed(failed))
}
