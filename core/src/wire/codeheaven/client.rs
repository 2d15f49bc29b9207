//! The client's end: calls from parameters, and what replies say.

use super::{
    Call, Code, CodeHeaven, Failure, License, NO_ACTIVATION, NO_LICENSE, Name, Reply, Seat,
    Standing, Validated,
};
use crate::prelude::*;
use crate::verdict::VerdictStatus;
use crate::wire::foreign::{
    Asking, ForeignActivation, ForeignAnswered, ForeignVerdict, Params, limit_of,
};
use crate::wire::{CallProblem, Failed, Outcome};

impl Asking for CodeHeaven {
    fn named(text: &str) -> Option<Name> {
        match text {
            "validate" => Some(Name::Validate),
            "activate" => Some(Name::Activate),
            "deactivate" => Some(Name::Deactivate),
            "updates" => Some(Name::Updates),
            "download" => Some(Name::Download),
            _ => None,
        }
    }

    fn build(name: Name, mut params: Params) -> Result<Call, CallProblem> {
        let license = License {
            vendor_key: params.required(&["vendorKey"]),
            license_key: params.required(&["licenseKey", "key"]),
        };
        let domain = params.required(&["domain", "identifier"]);
        let call = match name {
            Name::Validate => {
                Call::Validate { license, domain, product: params.text(&["product"]) }
            }
            Name::Activate => Call::Activate { license, domain },
            Name::Deactivate => Call::Deactivate { license, domain },
            Name::Updates => Call::Updates {
                license,
                domain,
                product: params.text(&["product"]),
                installed_version: params.required(&["installedVersion"]),
            },
            Name::Download => Call::Download {
                license,
                domain,
                product: params.text(&["product"]),
                version: params.required(&["version"]),
            },
            Name::Nothing { .. } => return Err(CallProblem::Unknown),
        };
        params.end()?;
        Ok(call)
    }

    fn outcome(name: Name, reply: Reply) -> Outcome {
        let mut answered = ForeignAnswered::yes();
        match reply {
            Reply::Validated(validated) => answered.verdict = Some(verdict(validated)),
            Reply::Activated(activated) => {
                let mut seats = activated.seats.iter();
                let seat = seats.find(|seat| seat.domain == activated.domain);
                answered.activation_limit = Some(limit_of(activated.seat_limit));
                answered.activations_used = u32::try_from(activated.seats.len()).ok();
                answered.activation = Some(ForeignActivation {
                    activated_at: seat.map(|seat| seat.activated_at),
                    identifier: Some(activated.domain),
                    ..ForeignActivation::active()
                });
            }
            Reply::Deactivated { .. } => answered.deactivated = Some(true),
            Reply::Updates(updates) => answered.update_available = Some(updates.has_update),
            Reply::Failed(failure) => return refused(name, failure),
        }
        Outcome::Foreign(Box::new(answered))
    }
}

fn verdict(validated: Validated) -> ForeignVerdict {
    let Validated { standing, product, expires_at, seats, seat_limit } = validated;
    let status = match standing {
        Standing::Invalid => return ForeignVerdict::of(VerdictStatus::Invalid),
        Standing::Valid => VerdictStatus::Valid,
        Standing::Expired => VerdictStatus::Expired,
        Standing::DomainNotActivated => VerdictStatus::NotActivated,
        Standing::Revoked => VerdictStatus::Revoked,
    };
    let mut verdict = ForeignVerdict::of(status);
    verdict.product = product;
    verdict.expires_at = expires_at;
    verdict.activation_limit = Some(limit_of(seat_limit));
    verdict.activations_used = u32::try_from(seats.len()).ok();
    verdict.activations = seats.into_iter().map(activation).collect();
    verdict
}

fn activation(seat: Seat) -> ForeignActivation {
    ForeignActivation {
        identifier: Some(seat.domain),
        activated_at: Some(seat.activated_at),
        ..ForeignActivation::active()
    }
}

fn refused(name: Name, failure: Failure) -> Outcome {
    let Failure { code, message, retry_after } = failure;
    let (word, retryable) = match &code {
        Code::InvalidRequest | Code::WrongMethod(_) | Code::TooLarge => ("invalid_request", false),
        Code::MissingVendorKey | Code::InvalidVendorKey | Code::Other(_, 401) => {
            ("unauthorized", false)
        }
        // What was taken back, and whatever else stops it, has this one word.
        Code::LicenseInvalid => ("license_revoked", false),
        Code::Expired => ("license_expired", false),
        Code::DomainNotActivated => ("activation_not_found", false),
        Code::NotFound => (missing(name, &message), false),
        Code::SeatLimitExceeded => ("seat_limit_exceeded", false),
        Code::RateLimited => ("rate_limited", true),
        Code::InternalError => ("internal_error", true),
        Code::Unavailable => ("unavailable", true),
        Code::Other(word, status) => (word.as_str(), *status >= 500 || *status == 429),
    };
    Failed::new(word, message, retryable).after(retry_after)
}

/// What is not there. Two calls have nothing but the license that could be missing; of the others
/// the sentence tells, where it is one of ours.
fn missing(name: Name, message: &str) -> &'static str {
    match (name, message) {
        (Name::Activate | Name::Updates, _) | (_, NO_LICENSE) => "license_not_found",
        (_, NO_ACTIVATION) => "activation_not_found",
        _ => "not_found",
    }
}
