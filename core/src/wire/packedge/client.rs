//! The client's end: calls from parameters, and what replies say. The developer API has none: its
//! key is the vendor's.

use super::request::{self, ACTIVATIONS, SITES};
use super::{
    Asked, Call, Code, Failure, License, Name, PackEdge, Place, Reply, Valid, Verb, reply,
};
use crate::prelude::*;
use crate::verdict::VerdictStatus;
use crate::wire::foreign::{
    Asking, ForeignActivation, ForeignAnswered, ForeignVerdict, Params, limit_of,
};
use crate::wire::{CallProblem, Failed, Outcome, Request, Response};

const SITE_NAMES: [&str; 4] = [SITES[1], SITES[0], SITES[2], "identifier"];
const ACTIVATION_NAMES: [&str; 3] = [ACTIVATIONS[0], ACTIVATIONS[1], "activation"];
const PRODUCT_NAMES: [&str; 2] = ["product_slug", "product"];

impl Asking for PackEdge {
    fn named(text: &str) -> Option<Name> {
        let verb = match text {
            "activate" => Verb::Activate,
            "deactivate" => Verb::Deactivate,
            "validate" => Verb::Validate,
            "check" => Verb::Check,
            _ => return None,
        };
        Some(Name::Public(verb))
    }

    /// With a public key the public API is asked, without one the open edge.
    fn build(name: Name, mut params: Params) -> Result<Call, CallProblem> {
        let verb = name.verb().ok_or(CallProblem::Unknown)?;
        let license = License {
            key: params.required(&["license_key", "key"]),
            public_key: params.text(&["public_key"]),
        };
        // Only the open edge asks for a product: a public key says which it is.
        let product_slug = params.text(&PRODUCT_NAMES);
        let product_slug = product_slug.filter(|_| license.public_key.is_none());
        let asked = match verb {
            Verb::Activate => {
                // PackEdge's places have no label.
                params.text(&["name"]);
                Asked::Activate { license, site: params.required(&SITE_NAMES) }
            }
            Verb::Deactivate => {
                let activation = match license.public_key {
                    Some(_) => params.text(&ACTIVATION_NAMES),
                    None => None,
                };
                let site = match activation {
                    Some(_) => params.text(&SITE_NAMES),
                    None => Some(params.required(&SITE_NAMES)),
                };
                Asked::Deactivate { license, place: Place { site, activation } }
            }
            Verb::Validate => {
                Asked::Validate { license, site: params.text(&SITE_NAMES), product_slug }
            }
            Verb::Check => {
                if license.public_key.is_none() {
                    params.refuse("public_key", "is missing");
                }
                Asked::Check { license, site: params.required(&SITE_NAMES) }
            }
        };
        params.end()?;
        Ok(Call::Application(asked))
    }

    fn asked(call: &Call) -> Option<Request> {
        match call {
            Call::Application(asked) => Some(request::write_asked(asked)),
            Call::Update { .. } | Call::Download { .. } | Call::Developer(_) => None,
        }
    }

    fn answered(name: Name, response: &Response) -> Option<Reply> {
        reply::parse_answered(name.verb()?, response)
    }

    fn outcome(name: Name, reply: Reply) -> Outcome {
        let answered = match reply {
            Reply::Activated { id, at } => ForeignAnswered {
                activation: Some(ForeignActivation {
                    id: Some(id),
                    activated_at: at,
                    ..ForeignActivation::active()
                }),
                ..ForeignAnswered::yes()
            },
            Reply::Deactivated => {
                ForeignAnswered { deactivated: Some(true), ..ForeignAnswered::yes() }
            }
            Reply::Valid(valid) => judged(good(*valid)),
            Reply::Checked(place) => ForeignAnswered {
                exists: Some(place.is_some()),
                activation: place.map(|(id, at)| ForeignActivation {
                    id: Some(id),
                    activated_at: Some(at),
                    ..ForeignActivation::active()
                }),
                ..ForeignAnswered::yes()
            },
            Reply::Developer(_) => return Outcome::unrecognized(),
            Reply::Failed(failure) => match no(name, &failure.code) {
                Some(verdict) => judged(verdict),
                None => return refused(failure),
            },
        };
        Outcome::Foreign(Box::new(answered))
    }
}

fn judged(verdict: ForeignVerdict) -> ForeignAnswered {
    ForeignAnswered { verdict: Some(verdict), ..ForeignAnswered::yes() }
}

fn good(valid: Valid) -> ForeignVerdict {
    let (used, limit) = valid.places.unzip();
    ForeignVerdict {
        product: valid.product.map(|product| product.slug),
        expires_at: valid.expires_at,
        activation_limit: limit.map(limit_of),
        activations_used: used,
        ..ForeignVerdict::of(VerdictStatus::Valid)
    }
}

/// The "no" that a failure is where a license is validated.
fn no(name: Name, code: &Code) -> Option<ForeignVerdict> {
    if name.verb() != Some(Verb::Validate) {
        return None;
    }
    let status = if *code == Code::Suspended {
        VerdictStatus::Suspended
    } else if *code == Code::Revoked {
        VerdictStatus::Revoked
    } else if *code == Code::Expired {
        VerdictStatus::Expired
    } else if code.is_verdict() || matches!(code, Code::Other(_, 200)) {
        // Among them a "no" for a reason that we do not know.
        VerdictStatus::Invalid
    } else {
        return None;
    };
    Some(ForeignVerdict::of(status))
}

fn refused(failure: Failure) -> Outcome {
    let Failure { code, retry_after } = failure;
    let (status, sentence) = code.line();
    let word = match &code {
        Code::KeyNotFound | Code::LicenseNotFound => "license_not_found",
        Code::Suspended => "license_suspended",
        Code::Revoked => "license_revoked",
        Code::Expired => "license_expired",
        Code::SeatLimitReached => "seat_limit_exceeded",
        Code::OtherProduct => "product_mismatch",
        Code::ActivationNotFound | Code::SiteNotFound => "activation_not_found",
        Code::InvalidPublicKey | Code::PublicKeyRequired | Code::Unauthorized => "unauthorized",
        Code::Forbidden => "forbidden",
        Code::ProductNotActive
        | Code::ProductNotFound
        | Code::PlanNotFound
        | Code::CustomerNotFound
        | Code::ReleaseNotFound => "not_found",
        Code::RateLimited => "rate_limited",
        Code::InvalidJson
        | Code::KeyRequired
        | Code::DomainRequired
        | Code::PlaceRequired
        | Code::SlugRequired
        | Code::NotFound
        | Code::TooLarge => "invalid_request",
        Code::Internal | Code::Other(_, 500..) => "internal_error",
        Code::Other(..) => "refused",
    };
    let retryable = status == 429 || status >= 500;
    let message = sentence.to_owned();
    let code = word.to_owned();
    Outcome::Failed(Failed { ok: false, code, message, retryable, retry_after, activations: None })
}
