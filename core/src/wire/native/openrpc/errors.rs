//! What each error means, and how one looks.

use serde_json::{Value, json};

use crate::identifier::NotAnIdentifier;
use crate::license::Status;
use crate::prelude::*;
use crate::refusal::{Code, RETRY_AFTER_SECONDS, Refusal};

/// When each code of [`crate::refusal::CODES`] is given. A test holds that none is left out.
const MEANINGS: &[(&str, &str)] = &[
    ("parse_error", "The body is not valid JSON."),
    (
        "invalid_request",
        "The JSON is no JSON-RPC 2.0 request, or it is a subscription's and did not come over a WebSocket.",
    ),
    ("method_not_found", "There is no method of this name."),
    (
        "invalid_params",
        "A parameter is missing, unknown or wrong; `data.field` names it and `data.problem` says why.",
    ),
    (
        "body_too_large",
        "The body is larger than `data.limit` bytes. With a valid token it may be larger than without.",
    ),
    ("batch_too_large", "The batch has more than `data.limit` calls."),
    ("internal_error", "The server made a mistake and has logged it."),
    ("unauthorized", "There is no token, or it is not valid any more."),
    ("forbidden", "The token lacks the scope that `data.scope` names."),
    ("license_expired", "The license is past its date, so it cannot be used until it is renewed."),
    (
        "license_suspended",
        "The license is stopped for the time being, by its vendor or for a payment.",
    ),
    ("license_disabled", "The vendor switched the license off."),
    ("license_revoked", "The license was taken back for good."),
    ("license_cancelled", "The license was called off for good."),
    ("product_mismatch", "The license is for another product than the one that asks."),
    (
        "license_not_found",
        "There is no such license for this caller: unknown, another vendor's, or of the other mode.",
    ),
    ("activation_not_found", "The license has no such active activation."),
    ("not_found", "There is no such thing of the kind that `data.kind` names."),
    (
        "seat_limit_exceeded",
        "All places are taken: `data.used` of `data.limit`, by `data.activations`. Freeing one by its id makes room.",
    ),
    (
        "uses_limit_exceeded",
        "So many uses are not left: `data.used` of `data.limit` are counted. Nothing was counted now.",
    ),
    ("conflict", "Something else already has the value of the member that `data.field` names."),
    (
        "idempotency_conflict",
        "The idempotency key was used within 24 hours for the same method with other parameters.",
    ),
    (
        "invalid_transition",
        "The license has ended, `data.from` says how, and takes `data.command` no more.",
    ),
    ("invalid_identifier", "The text is no identifier of the license's activation type."),
    (
        "rate_limited",
        "There were too many calls; after `data.retryAfter` seconds there may be more.",
    ),
    (
        "unavailable",
        "The server cannot answer now; after `data.retryAfter` seconds it is worth asking again. It says nothing about the license.",
    ),
];

pub(super) fn meaning(word: &str) -> &'static str {
    MEANINGS.iter().find(|(held, _)| *held == word).map_or("", |(_, meaning)| meaning)
}

/// The error as it is sent, with figures that stand for any.
pub(super) fn object(code: Code) -> Value {
    let sample = samples().into_iter().find(|refusal| refusal.word() == code.word);
    let (message, data) = match &sample {
        Some(refusal) => (refusal.message(), Value::Object(refusal.data())),
        None => (meaning(code.word).to_owned(), json!({ "code": code.word })),
    };
    json!({ "code": code.number, "message": message, "data": data })
}

pub(super) fn explained(code: Code) -> Value {
    json!({ "meaning": meaning(code.word), "retryable": code.is_retryable() })
}

fn samples() -> Vec<Refusal> {
    vec![
        Refusal::Unparsable,
        Refusal::InvalidRequest,
        Refusal::MethodNotFound,
        Refusal::invalid_params("key", "is missing"),
        Refusal::BodyTooLarge(65_536),
        Refusal::BatchTooLarge(20),
        Refusal::Unauthorized,
        Refusal::Forbidden { scope: "licenses:write".to_owned() },
        Refusal::LicenseExpired,
        Refusal::LicenseSuspended,
        Refusal::LicenseDisabled,
        Refusal::LicenseRevoked,
        Refusal::LicenseCancelled,
        Refusal::ProductMismatch,
        Refusal::LicenseNotFound,
        Refusal::ActivationNotFound,
        Refusal::NotFound { kind: "product" },
        Refusal::SeatLimitExceeded { limit: 3, used: 3, activations: Vec::new() },
        Refusal::UsesLimitExceeded { limit: 100, used: 100 },
        Refusal::Conflict { field: "slug" },
        Refusal::IdempotencyConflict,
        Refusal::InvalidTransition { from: Status::Revoked, command: "suspend" },
        Refusal::InvalidIdentifier(NotAnIdentifier::Empty),
        Refusal::RateLimited { retry_after: RETRY_AFTER_SECONDS },
        Refusal::Unavailable { retry_after: RETRY_AFTER_SECONDS },
    ]
}
