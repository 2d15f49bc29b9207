//! What is answered: Stripe's API in JSON, people in HTML.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An answer.
#[derive(Debug)]
pub(crate) enum Answer {
    /// JSON, of the API.
    Json {
        /// The HTTP status.
        status: u16,
        /// The text.
        body: String,
        /// Whether it was given before, under the same idempotency key.
        is_replayed: bool,
    },
    /// A page.
    Page {
        /// The HTTP status.
        status: u16,
        /// The text.
        html: String,
        /// Another site to which a form of the page leads, as an origin.
        leads_to: Option<String>,
    },
    /// Somewhere else: a URL, from where the request went or a whole one.
    SeeOther(String),
}

/// Why a call of the API is refused, as Stripe says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) code: Option<&'static str>,
    pub(super) message: String,
    pub(super) param: Option<String>,
}

impl Problem {
    /// Something about a parameter.
    pub(super) fn of(param: &str, message: impl Into<String>) -> Self {
        let param = Some(param.to_owned());
        Self { param, ..Self::new(400, message) }
    }

    /// Something about the request.
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, kind: "invalid_request_error", code: None, message, param: None }
    }

    /// The same, with a word for programs.
    pub(super) fn coded(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        let Problem { status, kind, code, message, param } = problem;
        let members = [
            ("type", Some(kind.to_owned())),
            ("code", code.map(str::to_owned)),
            ("message", Some(message)),
            ("param", param),
        ];
        let members = members.into_iter().filter_map(|(name, text)| Some((name, text?)));
        let error: BTreeMap<&str, String> = members.collect();
        Self::Json { status, body: json!({ "error": error }).to_string(), is_replayed: false }
    }
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self::Json { status: 200, body: value.to_string(), is_replayed: false }
    }
}
