//! counterfoil-core for JavaScript: the inside of the npm package `counterfoil`.
//!
//! Every export is a function on plain values: a JavaScript value comes in, the core's own
//! function runs, a JavaScript value goes out, of the very shape that the JSON wire would carry.
//! There is nothing to free and no state to lose. `js/` wraps this for people.

#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

mod crossing;
mod host;
#[cfg(target_family = "wasm")]
mod runtime;

use alloc::string::String;
use alloc::vec::Vec;

use counterfoil_core::identifier::NotAnIdentifier;
use counterfoil_core::key::{self, KeyFormat};
use counterfoil_core::refusal::WrongParameter;
use counterfoil_core::time::{NotATimestamp, Timestamp};
use counterfoil_core::verdict::Snapshot;
use counterfoil_core::wire::lease::{self, AskedLease, KeySet, KeySetProblem};
use counterfoil_core::wire::{
    self, AskedQuestion, CallProblem, Dialect, Outcome, QuestionProblem, Response, UnknownDialect,
    Unreadable,
};
use wasm_bindgen::prelude::*;

use crossing::{from_js, mistake, object_from_js, to_js, wrong};

/// Looks at a typed key without asking anybody.
///
/// # Errors
///
/// A JavaScript `Error` for a format that is none.
#[wasm_bindgen(skip_typescript)]
pub fn inspect(text: &str, format: Option<String>) -> Result<JsValue, JsValue> {
    let format = format.map(|format| KeyFormat::parse(&format)).transpose();
    let format = format.map_err(|problem| unusable(&["The key format ", &problem.text(), "."]))?;
    to_js(&key::inspect(text, format.as_ref()))
}

/// Writes the request for a call of a dialect.
///
/// # Errors
///
/// A JavaScript `Error` for an unknown dialect or call, or wrong parameters.
#[wasm_bindgen(js_name = buildRequest, skip_typescript)]
pub fn build_request(dialect: &str, call: &str, params: &JsValue) -> Result<JsValue, JsValue> {
    let dialect = dialect_named(dialect)?;
    let params = object_from_js(params).map_err(|problem| {
        unusable(&["The parameters must be an object of JSON values: ", &problem.problem(), "."])
    })?;
    let request = dialect.build_request(call, params);
    to_js(&request.map_err(|problem| match problem {
        CallProblem::Unknown => unknown_call(call),
        CallProblem::Wrong(problem) => wrong(&problem),
    })?)
}

/// Reads the response to a call of a dialect. Whatever the bytes are, there is an outcome.
///
/// # Errors
///
/// A JavaScript `Error` for an unknown dialect or call, or headers that are no object.
#[wasm_bindgen(js_name = parseResponse, skip_typescript)]
pub fn parse_response(
    dialect: &str,
    call: &str,
    status: u16,
    headers: &JsValue,
    body: Vec<u8>,
) -> Result<JsValue, JsValue> {
    let dialect = dialect_named(dialect)?;
    let headers = object_from_js(headers).map_err(|problem| {
        unusable(&["The headers must be an object of texts: ", &problem.problem(), "."])
    })?;
    let outcome = dialect.parse_response(call, &Response { status, headers, body });
    let outcome = outcome.ok_or_else(|| unknown_call(call))?;
    // A number beyond what JavaScript keeps exact is no answer that anybody could use.
    to_js(&outcome).or_else(|_| to_js(&Outcome::unrecognized()))
}

/// Judges a snapshot (null: no such key) at a moment, as the server would.
///
/// # Errors
///
/// A JavaScript `Error` for values that are no snapshot, question or RFC 3339 time, and for an
/// identifier that is none of the license's type.
#[wasm_bindgen(skip_typescript)]
pub fn judge(snapshot: &JsValue, question: &JsValue, now: &str) -> Result<JsValue, JsValue> {
    let unreadable = |problem: Unreadable| {
        unusable(&["The snapshot or question is unusable: ", &problem.problem(), "."])
    };
    let snapshot: Option<Snapshot> = from_js(snapshot).map_err(unreadable)?;
    let question: AskedQuestion = from_js(question).map_err(unreadable)?;
    let now: Timestamp = now
        .parse()
        .map_err(|NotATimestamp| unusable(&["The time must be an RFC 3339 timestamp."]))?;
    let verdict = wire::judge_asked(snapshot.as_ref(), &question, now, host::UNICODE);
    to_js(&verdict.map_err(|problem| match problem {
        QuestionProblem::Identifier(problem) => {
            mistake(NotAnIdentifier::WORD, &[&problem.message()])
        }
        QuestionProblem::Wrong(problem) => wrong(&problem),
    })?)
}

/// Looks whether a lease unlocks at `now`, in milliseconds since 1970. `jwks` is JSON, and `known`
/// says that the same text was the key set of a call before.
///
/// # Errors
///
/// A JavaScript `Error` for keys that are no key set, and for an option that has the wrong form.
#[wasm_bindgen(js_name = verifyLease, skip_typescript)]
pub fn verify_lease(
    text: &str,
    jwks: &str,
    known: bool,
    expected: &JsValue,
    now: f64,
) -> Result<JsValue, JsValue> {
    let jwks = wire::parse(jwks.as_bytes()).unwrap_or_default();
    let keys = if known { KeySet::read_again(&jwks) } else { KeySet::read(&jwks) };
    let keys = keys.map_err(|KeySetProblem(problem)| unusable(&["`jwks` ", problem, "."]))?;
    let expected: AskedLease = from_js(expected).map_err(|_| {
        unusable(&["The options of verifyLease must be texts, and `now` a number."])
    })?;
    to_js(&lease::check(text, &keys, &expected.as_expected(), host::UNICODE, seconds(now)))
}

/// The second in which a moment lies; what is no number is 1970.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` stops at the ends of i64, and a Timestamp at the ends of its own"
)]
const fn seconds(milliseconds: f64) -> Timestamp {
    Timestamp::from_unix((milliseconds as i64).div_euclid(1_000))
}

fn dialect_named(name: &str) -> Result<Dialect, JsValue> {
    name.parse().map_err(|UnknownDialect| {
        let names = Dialect::NAMES.join("\", \"");
        mistake("unknown_dialect", &["There is no such dialect: use one of \"", &names, "\"."])
    })
}

fn unknown_call(name: &str) -> JsValue {
    let rest = "\": use the last word of its path or method.";
    mistake("unknown_call", &["This dialect has no call \"", name, rest])
}

fn unusable(sentence: &[&str]) -> JsValue {
    mistake(WrongParameter::WORD, sentence)
}
