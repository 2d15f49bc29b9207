//! The client's end of `license.*`: a JSON-RPC request to send, and what its response says.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::license::{Activate, Activated, Deactivate, Deactivated, Use, Used, Validate};
use super::{Call, METHOD_PREFIX};
use crate::refusal::{Code, Refusal};
use crate::verdict::{ActivationView, Verdict};
use crate::wire::{Answered, Outcome, Request, Response, read};

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
}

impl LicenseCall {
    /// The call with this last word, or this whole name.
    pub fn named(name: &str) -> Option<Self> {
        match name.strip_prefix(METHOD_PREFIX).unwrap_or(name) {
            "validate" => Some(Self::Validate),
            "activate" => Some(Self::Activate),
            "deactivate" => Some(Self::Deactivate),
            "use" => Some(Self::Use),
            _ => None,
        }
    }
}

/// Writes the request for `call`.
///
/// # Errors
///
/// `invalid_params`, exactly as the server would refuse them.
pub fn render_request(call: LicenseCall, params: Map<String, Value>) -> Result<Request, Refusal> {
    match call {
        LicenseCall::Validate => render::<Validate>(params),
        LicenseCall::Activate => render::<Activate>(params),
        LicenseCall::Deactivate => render::<Deactivate>(params),
        LicenseCall::Use => render::<Use>(params),
    }
}

fn render<C: Call>(params: Map<String, Value>) -> Result<Request, Refusal> {
    let params = C::read(params)?.write();
    // One call is in flight on one HTTP request, so the id tells nothing apart.
    let mut body = Map::new();
    body.insert("jsonrpc".to_owned(), "2.0".into());
    body.insert("id".to_owned(), 1.into());
    body.insert("method".to_owned(), C::METHOD.into());
    body.insert("params".to_owned(), Value::Object(params));
    let mut headers = Map::new();
    for name in ["accept", "content-type"] {
        headers.insert(name.to_owned(), "application/json".into());
    }
    Ok(Request {
        method: "POST".to_owned(),
        path: PATH.to_owned(),
        headers,
        body: Value::Object(body).to_string(),
    })
}

/// Reads the response to `call`. Whatever the bytes are, there is an outcome.
pub fn parse_response(call: LicenseCall, response: &Response) -> Outcome {
    read_reply(call, response).unwrap_or_else(Outcome::unrecognized)
}

#[derive(Deserialize)]
struct Reply {
    jsonrpc: String,
    result: Option<Value>,
    error: Option<ErrorObject>,
}

#[derive(Deserialize)]
struct ErrorObject {
    code: i32,
    message: String,
    data: Option<Value>,
}

fn read_reply(call: LicenseCall, response: &Response) -> Option<Outcome> {
    let reply: Reply = read(serde_json::from_slice(&response.body).ok()?).ok()?;
    match (reply.jsonrpc.as_str(), reply.result, reply.error) {
        ("2.0", Some(result), None) if response.status == 200 => {
            read_answer(call, result).map(|answered| Outcome::Answered(Box::new(answered)))
        }
        ("2.0", None, Some(error)) => Some(read_error(error)),
        _ => None,
    }
}

fn read_answer(call: LicenseCall, result: Value) -> Option<Answered> {
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
    })
}

fn read_verdict(result: Value) -> Option<Verdict> {
    read(result).ok().and_then(consistent)
}

/// A verdict that says `valid` beside another status is nobody's answer.
fn consistent(verdict: Verdict) -> Option<Verdict> {
    let says_valid = verdict.status == crate::verdict::VerdictStatus::Valid;
    (verdict.valid == says_valid).then_some(verdict)
}

fn read_error(error: ErrorObject) -> Outcome {
    let data = error.data.unwrap_or_default();
    let named = data.get("code").and_then(Value::as_str);
    let known = named.and_then(Code::by_word).or_else(|| Code::by_number(error.code));
    let mut failed = match (known, named) {
        (Some(code), _) => Outcome::refused(code, error.message),
        // A newer server's word is a refusal all the same.
        (None, Some(word)) => {
            let unknown = Code { word: "", number: error.code };
            let failed = Outcome::refused(unknown, error.message);
            crate::wire::Failed { code: word.to_owned(), ..failed }
        }
        (None, None) => return Outcome::unrecognized(),
    };
    let seconds = data.get("retryAfter").and_then(Value::as_u64);
    failed.retry_after = seconds.and_then(|seconds| u32::try_from(seconds).ok());
    let activations = data.get("activations").cloned();
    failed.activations = activations.and_then(|list| read::<Vec<ActivationView>>(list).ok());
    Outcome::Failed(failed)
}
