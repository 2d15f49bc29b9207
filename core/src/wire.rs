//! What is said on the wire: requests and responses as plain data, one file for each dialect.
//!
//! A dialect is written once and used from both ends: the server parses requests and renders
//! responses, a client renders requests and parses responses. Nothing here opens a connection.

pub mod codeheaven;
mod dialect;
pub mod foreign;
pub mod gumroad;
pub mod lease;
pub mod licensedock;
pub mod native;
pub mod packedge;
mod parsing;
pub mod provider;
mod reading;
pub mod serialsense;
#[cfg(feature = "typescript")]
pub mod typescript;
pub mod webhook;
mod writing;

pub use codeheaven::CodeHeaven;
pub use dialect::{CallProblem, Dialect, UnknownDialect};
pub use gumroad::Gumroad;
pub use licensedock::LicenseDock;
pub use packedge::PackEdge;
pub use parsing::{NotJson, parse};
pub use reading::{Mistake, Readable, Unreadable, read};
pub use serialsense::SerialSense;
pub use writing::{Unwritable, write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::identifier::{ActivationType, Identifier, NotAnIdentifier, Unicode};
use crate::license::Mode;
use crate::prelude::*;
use crate::refusal::{Code, WrongParameter};
use crate::text::Nonce;
use crate::time::Timestamp;
use crate::verdict::{ActivationView, Question, Snapshot, Verdict, judge};
use foreign::ForeignAnswered;

/// An HTTP request for any client to send: `{"method": "POST", "path": "/rpc", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// From the server's root on, with the query.
    pub path: String,
    /// Texts, by lower-case name.
    #[cfg_attr(feature = "typescript", ts(type = "Record<string, string>"))]
    pub headers: Map<String, Value>,
    /// The text to send; null for none, as `fetch` has it.
    pub body: Option<String>,
}

/// An HTTP response as any client got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Texts, by name in any case.
    pub headers: Map<String, Value>,
    /// The bytes that came.
    pub body: Vec<u8>,
}

/// The token in the value of an `Authorization` header, trimmed; the scheme in any case.
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        let (headers, body) = (Map::new(), None);
        Self { method: method.to_owned(), path: path.into(), headers, body }
    }

    /// The same with another header, under its lower-case name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.into());
        self
    }

    /// The same with this body.
    #[must_use]
    pub fn carrying(self, body: String) -> Self {
        Self { body: Some(body), ..self }
    }
}

impl Response {
    /// A response with a body of this type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut headers = Map::new();
        headers.insert("content-type".to_owned(), content_type.into());
        Self { status, headers, body: body.into() }
    }

    /// A response with a value as JSON, its members in the order of their declaration.
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        Self::new(status, "application/json", serde_json::to_vec(body).unwrap_or_default())
    }

    /// The same with another header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.headers.insert(name.to_owned(), value.into());
        self
    }

    /// The members of the JSON object that the body is.
    pub fn object(&self) -> Option<Map<String, Value>> {
        match parse(&self.body) {
            Ok(Value::Object(members)) => Some(members),
            Ok(_) | Err(NotJson) => None,
        }
    }

    /// A header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_str())
    }
}

/// What a response says, in one form for every dialect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(untagged))]
pub enum Outcome {
    /// An answer; a verdict among them may well be a "no".
    Answered(Box<Answered>),
    /// An answer of a foreign system.
    Foreign(Box<ForeignAnswered>),
    /// No answer.
    Failed(Failed),
}

/// An answer. The members that the call does not have are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Answered {
    /// Always true.
    #[cfg_attr(feature = "typescript", ts(type = "true"))]
    pub ok: bool,
    /// Of `validate` and `activate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub verdict: Option<Verdict>,
    /// Of `activate`, `deactivate` and `heartbeat`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub activation: Option<ActivationView>,
    /// Of `activate`: whether the activation is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub created: Option<bool>,
    /// Of `deactivate`: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub deactivated: Option<bool>,
    /// Of `activate` and `deactivate`: places; 0 is unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub activation_limit: Option<u32>,
    /// Of `activate` and `deactivate`: places taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub activations_used: Option<u32>,
    /// Of `use`: uses counted so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub uses: Option<u64>,
    /// Of `use`: most uses; null: unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number | null"))]
    pub uses_limit: Option<Option<u64>>,
    /// Of `lease`: the lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub lease: Option<String>,
    /// Of `lease` and `heartbeat`: RFC 3339; when the lease ends, when the place frees itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "string | null"))]
    pub expires_at: Option<Option<Timestamp>>,
}

/// No answer: a refusal, or bytes that are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Failed {
    /// Always false.
    #[cfg_attr(feature = "typescript", ts(type = "false"))]
    pub ok: bool,
    /// The stable word; `unrecognized_response` for bytes that are no valid reply.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// Whether asking again later makes sense. It says nothing about the license.
    pub retryable: bool,
    /// Seconds to wait first, where the server said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub retry_after: Option<u32>,
    /// Of `seat_limit_exceeded`: who takes the places.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub activations: Option<Vec<ActivationView>>,
}

impl Outcome {
    /// The outcome of bytes that are no valid reply: somebody else answered, or half of it is
    /// missing. The license may well be fine, so asking again makes sense.
    pub fn unrecognized() -> Self {
        let message = "The answer did not come from a license server: try again later.";
        Self::Failed(Failed::new("unrecognized_response", message.to_owned(), true))
    }

    /// The outcome of a refusal with this code.
    pub fn refused(code: Code, message: String) -> Failed {
        Failed::new(code.word, message, code.is_retryable())
    }
}

impl Failed {
    /// No answer, for this reason; nothing else is told yet.
    pub fn new(code: &str, message: String, retryable: bool) -> Self {
        let (code, retry_after, activations) = (code.to_owned(), None, None);
        Self { ok: false, code, message, retryable, retry_after, activations }
    }

    /// As an outcome, with the seconds to wait where the server said so.
    #[must_use]
    pub fn after(mut self, retry_after: Option<u32>) -> Outcome {
        self.retry_after = retry_after;
        Outcome::Failed(self)
    }
}

/// What a snapshot is asked, as text: for explaining a verdict where no server is at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct AskedQuestion {
    /// The product that asks: id, slug or permalink.
    pub product: Option<String>,
    /// Where it runs.
    pub identifier: Option<String>,
    /// To be seen again in the answer.
    pub nonce: Option<String>,
    /// The world that asks; the other one's license is unknown.
    pub mode: Option<Mode>,
}

/// Why a question cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionProblem {
    /// The text is no identifier of the license's type.
    Identifier(NotAnIdentifier),
    /// A member is wrong.
    Wrong(WrongParameter),
}

impl From<NotAnIdentifier> for QuestionProblem {
    fn from(problem: NotAnIdentifier) -> Self {
        Self::Identifier(problem)
    }
}

impl From<WrongParameter> for QuestionProblem {
    fn from(problem: WrongParameter) -> Self {
        Self::Wrong(problem)
    }
}

impl AskedQuestion {
    /// The question as it is judged, for a license whose places are of type `kind`.
    ///
    /// # Errors
    ///
    /// [`QuestionProblem`] for what is no identifier of the type, and for a nonce that is too long.
    pub fn resolve(
        &self,
        kind: ActivationType,
        unicode: Unicode,
    ) -> Result<Question, QuestionProblem> {
        let identifier = self.identifier.as_deref();
        let nonce = self.nonce.as_deref();
        Ok(Question {
            product: self.product.clone(),
            identifier: identifier.map(|text| Identifier::new(kind, text, unicode)).transpose()?,
            nonce: nonce
                .map(Nonce::new)
                .transpose()
                .map_err(|problem| WrongParameter::new("nonce", problem.0))?,
        })
    }
}

/// What `license.validate` says about `snapshot` at `now`, without a server.
///
/// # Errors
///
/// Those of [`AskedQuestion::resolve`].
pub fn judge_asked(
    snapshot: Option<&Snapshot>,
    asked: &AskedQuestion,
    now: Timestamp,
    unicode: Unicode,
) -> Result<Verdict, QuestionProblem> {
    let mode = asked.mode.unwrap_or_default();
    let snapshot = snapshot.filter(|snapshot| snapshot.license.mode == mode);
    let question = match snapshot {
        Some(snapshot) => asked.resolve(snapshot.license.terms.activation_type, unicode)?,
        // Nothing is known about an unknown key, so nothing about its identifiers either.
        None => AskedQuestion { identifier: None, ..asked.clone() }
            .resolve(ActivationType::Device, unicode)?,
    };
    Ok(judge(snapshot, &question, now))
}
