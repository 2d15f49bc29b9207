//! Why a call is refused: a stable code, a number and a sentence, in one table.
//!
//! A refusal is somebody's mistake or a license's state. It is not a verdict: `license.validate`
//! answers a bad license with a value, and only commands are refused.

use serde_json::{Map, Value, json};

use crate::identifier::NotAnIdentifier;
use crate::license::Status;
use crate::prelude::*;
use crate::verdict::ActivationView;

/// Why a call is refused, with what its caller needs to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The body is not JSON.
    Unparsable,
    /// The JSON is no JSON-RPC request.
    InvalidRequest,
    /// A subscription, asked for where nothing can be sent later.
    NeedsSocket,
    /// No such method.
    MethodNotFound,
    /// A parameter is missing, unknown, or wrong.
    InvalidParams(WrongParameter),
    /// The body is larger than this many bytes.
    BodyTooLarge(u32),
    /// The batch has more calls than this.
    BatchTooLarge(u32),
    /// No token, or not a valid one.
    Unauthorized,
    /// Not the code of a link that signs in: unknown, used or too old.
    StaleLink,
    /// An old service's credential whose time is over. It is told apart for those services that do.
    StaleToken,
    /// The token lacks this scope.
    Forbidden {
        /// The missing scope.
        scope: String,
    },
    /// The license is past its date.
    LicenseExpired,
    /// The license is stopped for the time being.
    LicenseSuspended,
    /// The vendor switched the license off.
    LicenseDisabled,
    /// The license was taken back for good.
    LicenseRevoked,
    /// The license was called off for good.
    LicenseCancelled,
    /// The key is another product's.
    ProductMismatch,
    /// No such license.
    LicenseNotFound,
    /// No such active activation on this license.
    ActivationNotFound,
    /// No such thing of this kind.
    NotFound {
        /// `product`, `plan`, …
        kind: &'static str,
    },
    /// The server sends no mail, and the call is about sending some.
    NoMail,
    /// Every place is taken.
    SeatLimitExceeded {
        /// Places.
        limit: u32,
        /// Places taken.
        used: u32,
        /// Who takes them, 100 at most.
        activations: Vec<ActivationView>,
    },
    /// So many uses are not left.
    UsesLimitExceeded {
        /// Most uses.
        limit: u64,
        /// Uses counted so far.
        used: u64,
    },
    /// Something else already has this.
    Conflict {
        /// The member whose value is taken.
        field: &'static str,
    },
    /// The license has ended, and takes this command no more.
    InvalidTransition {
        /// Where it stands.
        from: Status,
        /// What was wanted: `suspend`, `update`, …
        command: &'static str,
    },
    /// The idempotency key was used for a call with other parameters.
    IdempotencyConflict,
    /// The text is no identifier of the license's type.
    InvalidIdentifier(NotAnIdentifier),
    /// The caller asked too much in too short a time.
    RateLimited {
        /// Seconds after which the next call is answered.
        retry_after: u32,
    },
    /// The server cannot answer now.
    Unavailable {
        /// Seconds after which asking again makes sense.
        retry_after: u32,
    },
}

/// A parameter that is missing, unknown, or wrong: all that a client's end refuses on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongParameter {
    /// The member's name, dotted where it is nested.
    pub field: String,
    /// The end of a sentence that begins with the member's name.
    pub problem: String,
}

impl WrongParameter {
    /// The stable word.
    pub const WORD: &str = "invalid_params";

    /// What is wrong with the member of this name.
    pub fn new(field: &str, problem: impl Into<String>) -> Self {
        Self { field: field.to_owned(), problem: problem.into() }
    }

    /// One sentence for a person.
    pub fn message(&self) -> String {
        let Self { field, problem } = self;
        ["The parameter `", field, "` ", problem, "."].concat()
    }
}

/// Seconds after which a server that cannot answer is worth asking again.
pub const RETRY_AFTER_SECONDS: u32 = 5;

/// Every code there is: the word to branch on, the number, and what a client may do.
///
/// Written once; the server renders from it and the client reads by it.
pub const CODES: &[Code] = &[
    Code::new("parse_error", -32_700),
    Code::new("invalid_request", -32_600),
    Code::new("method_not_found", -32_601),
    Code::new("invalid_params", -32_602),
    Code::new("body_too_large", -32_007),
    Code::new("batch_too_large", -32_010),
    Code::new("internal_error", -32_603),
    Code::new("unauthorized", 401),
    Code::new("forbidden", 403),
    Code::new("license_expired", 403),
    Code::new("license_suspended", 403),
    Code::new("license_disabled", 403),
    Code::new("license_revoked", 403),
    Code::new("license_cancelled", 403),
    Code::new("product_mismatch", 403),
    Code::new("license_not_found", 404),
    Code::new("activation_not_found", 404),
    Code::new("not_found", 404),
    Code::new("seat_limit_exceeded", 409),
    Code::new("uses_limit_exceeded", 409),
    Code::new("conflict", 409),
    Code::new("idempotency_conflict", 409),
    Code::new("invalid_transition", 409),
    Code::new("invalid_identifier", 422),
    Code::new("rate_limited", 429),
    Code::new("unavailable", 503),
];

/// One line of [`CODES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable word.
    pub word: &'static str,
    /// The JSON-RPC error number; above zero it follows HTTP.
    pub number: i32,
}

impl Code {
    const fn new(word: &'static str, number: i32) -> Self {
        Self { word, number }
    }

    /// The line with this word.
    pub fn by_word(word: &str) -> Option<Self> {
        CODES.iter().copied().find(|code| code.word == word)
    }

    /// The only line with this number, where there is only one.
    pub fn by_number(number: i32) -> Option<Self> {
        let mut lines = CODES.iter().copied().filter(|code| code.number == number);
        let first = lines.next();
        if lines.next().is_some() { None } else { first }
    }

    /// Whether the same call may succeed later without anybody changing it.
    pub fn is_retryable(self) -> bool {
        matches!(self.word, "rate_limited" | "unavailable" | "internal_error")
    }
}

impl Refusal {
    /// A wrong parameter.
    pub fn invalid_params(field: &str, problem: impl Into<String>) -> Self {
        Self::InvalidParams(WrongParameter::new(field, problem))
    }

    /// The server cannot answer now.
    pub const fn unavailable() -> Self {
        Self::Unavailable { retry_after: RETRY_AFTER_SECONDS }
    }

    /// The refusal of a command on a license that is not active; `None` for an active one.
    pub const fn of_status(status: Status) -> Option<Self> {
        match status {
            Status::Active => None,
            Status::Expired => Some(Self::LicenseExpired),
            Status::Suspended => Some(Self::LicenseSuspended),
            Status::Disabled => Some(Self::LicenseDisabled),
            Status::Revoked => Some(Self::LicenseRevoked),
            Status::Cancelled => Some(Self::LicenseCancelled),
        }
    }

    /// The stable word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unparsable => "parse_error",
            Self::InvalidRequest | Self::NeedsSocket => "invalid_request",
            Self::MethodNotFound => "method_not_found",
            Self::InvalidParams(_) => WrongParameter::WORD,
            Self::BodyTooLarge(_) => "body_too_large",
            Self::BatchTooLarge(_) => "batch_too_large",
            Self::Unauthorized | Self::StaleLink | Self::StaleToken => "unauthorized",
            Self::Forbidden { .. } => "forbidden",
            Self::LicenseExpired => "license_expired",
            Self::LicenseSuspended => "license_suspended",
            Self::LicenseDisabled => "license_disabled",
            Self::LicenseRevoked => "license_revoked",
            Self::LicenseCancelled => "license_cancelled",
            Self::ProductMismatch => "product_mismatch",
            Self::LicenseNotFound => "license_not_found",
            Self::ActivationNotFound => "activation_not_found",
            Self::NotFound { .. } | Self::NoMail => "not_found",
            Self::SeatLimitExceeded { .. } => "seat_limit_exceeded",
            Self::UsesLimitExceeded { .. } => "uses_limit_exceeded",
            Self::Conflict { .. } => "conflict",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::InvalidTransition { .. } => "invalid_transition",
            Self::InvalidIdentifier(_) => NotAnIdentifier::WORD,
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
        }
    }

    /// The JSON-RPC error number.
    pub fn number(&self) -> i32 {
        Code::by_word(self.word()).map_or(-32_603, |code| code.number)
    }

    /// One sentence for a person, that says what to do next.
    pub fn message(&self) -> String {
        match self {
            Self::Unparsable => "The body is not valid JSON: send one JSON-RPC 2.0 request.".into(),
            Self::InvalidRequest => {
                r#"This is no JSON-RPC 2.0 request: send {"jsonrpc":"2.0","id":1,"method":…,"params":{…}}."#.into()
            }
            Self::NeedsSocket => {
                "This call is a subscription: open a WebSocket to `/rpc` and send it there.".into()
            }
            Self::MethodNotFound => "There is no such method: check its name.".into(),
            Self::InvalidParams(wrong) => wrong.message(),
            Self::BodyTooLarge(limit) => format!("The body is too large: send at most {limit} bytes."),
            Self::BatchTooLarge(limit) => {
                format!("The batch has too many calls: send at most {limit} at once.")
            }
            Self::Unauthorized => {
                "This call needs a valid token: send it as `Authorization: Bearer <token>`.".into()
            }
            Self::StaleLink => "The link was used or is too old: ask for a new one.".into(),
            Self::StaleToken => "The token's time is over: use another one.".into(),
            Self::Forbidden { scope } => {
                format!("The token lacks the scope `{scope}`: use one that has it.")
            }
            Self::LicenseExpired => "The license has expired: renew it to go on.".into(),
            Self::LicenseSuspended => "The license is suspended: contact the vendor.".into(),
            Self::LicenseDisabled => "The license is disabled: contact the vendor.".into(),
            Self::LicenseRevoked => "The license was revoked: contact the vendor.".into(),
            Self::LicenseCancelled => {
                "The license was cancelled: contact the vendor.".into()
            }
            Self::ProductMismatch => {
                "The license key is for another product: enter this product's key.".into()
            }
            Self::LicenseNotFound => "There is no such license: check the key.".into(),
            Self::ActivationNotFound => {
                "There is no such activation on this license: it may have been freed already.".into()
            },
            Self::NotFound { kind } => format!("There is no such {kind}: check its id or slug."),
            Self::NoMail => {
                "This server sends no mail: ask whoever sold you the license; an operator sets `--smtp-url`.".into()
            }
            Self::SeatLimitExceeded { limit, .. } => format!(
                "All {limit} places of this license are in use: free one, or replace it by its id."
            ),
            Self::UsesLimitExceeded { limit, used } => {
                format!("The license allows {limit} uses and {used} are counted: ask for fewer.")
            }
            Self::Conflict { field } => {
                format!("The `{field}` is taken already: choose another one.")
            }
            Self::IdempotencyConflict => {
                "This idempotency key was used with other parameters: take a new key.".into()
            }
            Self::InvalidTransition { from, .. } => {
                format!("The license is {}, for good: issue another one.", from.word())
            }
            Self::InvalidIdentifier(reason) => reason.message(),
            Self::RateLimited { retry_after } => {
                format!("Too many calls came from here: try again in {retry_after} s.")
            }
            Self::Unavailable { retry_after } => {
                format!("The server cannot answer now: try again in {retry_after} s.")
            }
        }
    }

    /// The error's `data`: the word, and what the caller needs to go on.
    pub fn data(&self) -> Map<String, Value> {
        let mut data = Map::new();
        data.insert("code".to_owned(), self.word().into());
        let mut add = |name: &str, value: Value| data.insert(name.to_owned(), value);
        match self {
            Self::InvalidParams(WrongParameter { field, problem }) => {
                add("field", field.as_str().into());
                add("problem", problem.as_str().into());
            }
            Self::BodyTooLarge(limit) | Self::BatchTooLarge(limit) => {
                add("limit", (*limit).into());
            }
            Self::Forbidden { scope } => {
                add("scope", scope.as_str().into());
            }
            Self::NotFound { kind } => {
                add("kind", (*kind).into());
            }
            Self::NoMail => {
                add("kind", "mail".into());
            }
            Self::SeatLimitExceeded { limit, used, activations } => {
                add("limit", (*limit).into());
                add("used", (*used).into());
                add("activations", json!(activations));
            }
            Self::UsesLimitExceeded { limit, used } => {
                add("limit", (*limit).into());
                add("used", (*used).into());
            }
            Self::Conflict { field } => {
                add("field", (*field).into());
            }
            Self::InvalidTransition { from, command } => {
                add("from", from.word().into());
                add("command", (*command).into());
            }
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after } => {
                add("retryAfter", (*retry_after).into());
            }
            Self::Unparsable
            | Self::InvalidRequest
            | Self::NeedsSocket
            | Self::MethodNotFound
            | Self::Unauthorized
            | Self::StaleLink
            | Self::StaleToken
            | Self::LicenseExpired
            | Self::LicenseSuspended
            | Self::LicenseDisabled
            | Self::LicenseRevoked
            | Self::LicenseCancelled
            | Self::ProductMismatch
            | Self::LicenseNotFound
            | Self::ActivationNotFound
            | Self::IdempotencyConflict
            | Self::InvalidIdentifier(_) => {}
        }
        data
    }
}

impl From<WrongParameter> for Refusal {
    fn from(wrong: WrongParameter) -> Self {
        Self::InvalidParams(wrong)
    }
}

impl From<NotAnIdentifier> for Refusal {
    fn from(reason: NotAnIdentifier) -> Self {
        Self::InvalidIdentifier(reason)
    }
}
