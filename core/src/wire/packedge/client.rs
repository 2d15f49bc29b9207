//! The client's end: calls from parameters, and what replies say. The developer API has none: its
//! key is the vendor's.

use super::request::{self, ACTIVATIONS, SITES};
use super::{
    Asked, Call, Code, Failure, License, Name, PackEdge, Place, Reply, Valid, Verb, reply,
};
use crate::prelude::*;
use crate::time::Timestamp;
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
        let mut answered = ForeignAnswered::yes();
        match reply {
            Reply::Activated { id, at } => answered.activation = Some(place(id, at)),
            Reply::Deactivated => answered.deactivated = Some(true),
            Reply::Valid(valid) => answered.verdict = Some(good(*valid)),
            Reply::Checked(found) => {
                answered.exists = Some(found.is_some());
                answered.activation = found.map(|(id, at)| place(id, Some(at)));
            }
            Reply::Developer(_) => return Outcome::unrecognized(),
            Reply::Failed(failure) => match no(name, &failure.code) {
                Some(verdict) => answered.verdict = Some(verdict),
                None => return refused(failure),
            },
        }
        Outcome::Foreign(Box::new(answered))
    }
}

fn place(id: String, activated_at: Option<Timestamp>) -> ForeignActivation {
    ForeignActivation { id: Some(id), activated_at, ..ForeignActivation::active() }
}

fn good(valid: Valid) -> ForeignVerdict {
    let (used, limit) = valid.places.unzip();
    let mut verdict = ForeignVerdict::of(VerdictStatus::Valid);
    verdict.product = valid.product.map(|product| product.slug);
    verdict.expires_at = valid.expires_at;
    verdict.activation_limit = limit.map(limit_of);
    verdict.activations_used = used;
    verdict
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
    Failed::new(word, sentence.to_owned(), retryable).after(retry_after)
}
