//! The client's end: calls from parameters, and what replies say.

use super::{Call, Code, Failure, License, LicenseDock, Name, Reply, Standing, Terms, Validated};
use crate::prelude::*;
use crate::verdict::VerdictStatus;
use crate::wire::foreign::{Asking, ForeignActivation, ForeignAnswered, ForeignVerdict, Params};
use crate::wire::{CallProblem, Failed, Outcome};

impl Asking for LicenseDock {
    fn named(text: &str) -> Option<Name> {
        match text {
            "activate" => Some(Name::Activate),
            "validate" => Some(Name::Validate),
            "deactivate" => Some(Name::Deactivate),
            "updates" => Some(Name::Updates),
            "downloads" => Some(Name::Download { plain: false }),
            _ => None,
        }
    }

    fn build(name: Name, mut params: Params) -> Result<Call, CallProblem> {
        let call = match name {
            Name::Activate => Call::Activate {
                license: license(&mut params),
                identifier: params.required(&["identifier"]),
                name: params.text(&["name"]),
            },
            Name::Validate => Call::Validate {
                license: license(&mut params),
                identifier: params.text(&["identifier"]),
            },
            Name::Deactivate => Call::Deactivate {
                license: license(&mut params),
                identifier: params.required(&["identifier"]),
            },
            Name::Updates => Call::Updates { product_id: product(&mut params) },
            Name::Download { plain } => Call::Download {
                license: License {
                    license_key: params.required(&["license_key", "key"]),
                    product_id: Some(product(&mut params)),
                },
                identifier: params.text(&["identifier"]),
                plain,
            },
        };
        params.end()?;
        Ok(call)
    }

    fn outcome(_: Name, reply: Reply) -> Outcome {
        let answered = match reply {
            Reply::Activated(activated) => ForeignAnswered {
                activation: Some(ForeignActivation {
                    identifier: Some(activated.identifier),
                    ..ForeignActivation::active()
                }),
                activation_limit: Some(activated.terms.activation_limit),
                activations_used: Some(activated.terms.activations_used),
                ..ForeignAnswered::yes()
            },
            Reply::Validated(validated) => {
                ForeignAnswered { verdict: Some(verdict(*validated)), ..ForeignAnswered::yes() }
            }
            Reply::Deactivated(deactivated) => ForeignAnswered {
                deactivated: Some(true),
                activations_used: Some(deactivated.activations_used),
                ..ForeignAnswered::yes()
            },
            Reply::Update { update_available } => ForeignAnswered {
                update_available: Some(update_available),
                ..ForeignAnswered::yes()
            },
            Reply::Failed(failure) => return refused(failure),
        };
        Outcome::Foreign(Box::new(answered))
    }
}

fn license(params: &mut Params) -> License {
    License {
        license_key: params.required(&["license_key", "key"]),
        product_id: params.number(&["product_id", "product"]),
    }
}

fn product(params: &mut Params) -> u64 {
    let id = params.number(&["product_id", "product"]);
    if id.is_none() {
        params.refuse("product_id", "is missing");
    }
    id.unwrap_or_default()
}

fn verdict(validated: Validated) -> ForeignVerdict {
    let Validated { status, terms, identifier_activated, .. } = validated;
    let status = match status {
        Standing::Active if !identifier_activated => VerdictStatus::NotActivated,
        Standing::Active => VerdictStatus::Valid,
        Standing::Expired => VerdictStatus::Expired,
        Standing::Suspended => VerdictStatus::Suspended,
        Standing::Revoked => VerdictStatus::Revoked,
        Standing::Cancelled => VerdictStatus::Cancelled,
        // What else is said of a key that nobody has is of no account.
        Standing::Invalid => return ForeignVerdict::of(VerdictStatus::Invalid),
    };
    let Terms {
        product,
        plan,
        activation_type,
        activation_limit,
        activations_used,
        expires_at,
        license_key: _,
    } = terms;
    ForeignVerdict {
        product,
        plan,
        expires_at,
        activation_type,
        activation_limit: Some(activation_limit),
        activations_used: Some(activations_used),
        ..ForeignVerdict::of(status)
    }
}

fn refused(failure: Failure) -> Outcome {
    let (word, retryable) = match &failure.code {
        Code::LicenseNotFound => ("license_not_found", false),
        // Which of four stops it is, LicenseDock does not say.
        Code::LicenseInactive => ("license_suspended", false),
        Code::LicenseExpired => ("license_expired", false),
        Code::ActivationLimitReached => ("seat_limit_exceeded", false),
        Code::ProductMismatch => ("product_mismatch", false),
        Code::ActivationNotFound | Code::NotActivated => ("activation_not_found", false),
        Code::DownloadNotFound => ("not_found", false),
        Code::InvalidRequest | Code::UnknownPath | Code::WrongMethod(_) | Code::TooLarge => {
            ("invalid_request", false)
        }
        Code::RateLimited => ("rate_limited", true),
        Code::InternalError => ("internal_error", true),
        // Later editions keep to themselves which of the two it is: no such key, or a stopped one.
        Code::Other(word, 403) if word == "LICENSE_INVALID" => ("license_not_found", false),
        Code::Other(word, 403) if word == "ACTIVATION_REQUIRED" => ("activation_not_found", false),
        Code::Other(word, status) => (word.as_str(), *status >= 500 || *status == 429),
    };
    Outcome::Failed(Failed {
        ok: false,
        code: word.to_owned(),
        message: failure.message,
        retryable,
        retry_after: failure.retry_after,
        activations: None,
    })
}
