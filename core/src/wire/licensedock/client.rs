//! The client's end: calls from parameters, and what replies say.

use super::{Call, Code, Failure, License, LicenseDock, Name, Reply, Standing, Validated};
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
        let mut answered = ForeignAnswered::yes();
        match reply {
            Reply::Activated(activated) => {
                answered.activation = Some(ForeignActivation {
                    identifier: Some(activated.identifier),
                    ..ForeignActivation::active()
                });
                answered.activation_limit = Some(activated.terms.activation_limit);
                answered.activations_used = Some(activated.terms.activations_used);
            }
            Reply::Validated(validated) => answered.verdict = Some(verdict(*validated)),
            Reply::Deactivated(deactivated) => {
                answered.deactivated = Some(true);
                answered.activations_used = Some(deactivated.activations_used);
            }
            Reply::Update { update_available } => {
                answered.update_available = Some(update_available);
            }
            Reply::Failed(failure) => return refused(failure),
        }
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
    let mut verdict = ForeignVerdict::of(status);
    verdict.product = terms.product;
    verdict.plan = terms.plan;
    verdict.expires_at = terms.expires_at;
    verdict.activation_type = terms.activation_type;
    verdict.activation_limit = Some(terms.activation_limit);
    verdict.activations_used = Some(terms.activations_used);
    verdict
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
    Failed::new(word, failure.message, retryable).after(failure.retry_after)
}
