//! The server's end: what Code Heaven's calls come down to, and its words for what came of them.

use super::{
    Activated, Call, Code, CodeHeaven, Failure, License, NO_ACTIVATION, NO_LICENSE, NO_RELEASE,
    Name, Reply, Seat, Standing, Updates, VENDOR_KEY, Validated,
};
use crate::identifier::ActivationType;
use crate::license::{Activation, Hold, Status};
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::wire::foreign::{
    Answering, Ask, Command, Credential, Facts, Incoming, Query, Told, Which, seats_told,
};
use crate::wire::native::Scope;
use crate::wire::native::admin::token::TokenKind;

impl Answering for CodeHeaven {
    const LABEL: &'static str = "codeheaven";
    const LABELS: &'static [&'static str] = &[
        "codeheaven.validate",
        "codeheaven.activate",
        "codeheaven.deactivate",
        "codeheaven.updates",
        "codeheaven.download",
        "codeheaven.unknown",
    ];

    fn label(name: Option<Name>) -> &'static str {
        match name {
            Some(Name::Validate) => "codeheaven.validate",
            Some(Name::Activate) => "codeheaven.activate",
            Some(Name::Deactivate) => "codeheaven.deactivate",
            Some(Name::Updates) => "codeheaven.updates",
            Some(Name::Download) => "codeheaven.download",
            Some(Name::Nothing { .. }) | None => "codeheaven.unknown",
        }
    }

    fn credential(_: Name, request: &Incoming) -> Credential {
        match request.header(VENDOR_KEY) {
            None | Some("") => Credential::Missing,
            Some(text) => Credential::Sent {
                kind: TokenKind::CodeheavenVendorKey,
                text: text.to_owned(),
                scope: Scope::Key,
            },
        }
    }

    fn ask(call: &Call) -> Ask {
        let which = |license: &License| Which::Key(license.license_key.clone());
        match call {
            Call::Validate { license, domain, .. } => Ask::Query(Query::Look {
                license: which(license),
                identifier: Some(domain.clone()),
                is_check: true,
            }),
            Call::Activate { license, domain } => Ask::Command(Command::Activate {
                license: which(license),
                identifier: domain.clone(),
                name: None,
            }),
            Call::Deactivate { license, domain } => Ask::Command(Command::Deactivate {
                license: which(license),
                identifier: Some(domain.clone()),
                activation: None,
            }),
            Call::Updates { license, domain, .. } | Call::Download { license, domain, .. } => {
                Ask::Query(Query::Look {
                    license: which(license),
                    identifier: Some(domain.clone()),
                    is_check: false,
                })
            }
        }
    }

    fn check(call: &Call, facts: &Facts) -> Result<(), Reply> {
        match call {
            // Another product's key is as good as nobody's, whatever else was sent with it.
            Call::Validate { product, .. } if !is_for(facts, product.as_deref()) => {
                Err(Reply::Validated(Validated::unknown()))
            }
            // What is no domain holds no seat, and that is what it is told, as of any other.
            Call::Validate { .. } => Ok(()),
            Call::Deactivate { .. } => check_domain(facts),
            Call::Activate { .. } => {
                check_domain(facts)?;
                match standing(facts) {
                    Standing::Valid | Standing::DomainNotActivated => Ok(()),
                    no @ (Standing::Invalid | Standing::Expired | Standing::Revoked) => {
                        Err(stopped(no))
                    }
                }
            }
            Call::Updates { product, .. } | Call::Download { product, .. } => {
                check_domain(facts)?;
                let is_for = is_for(facts, product.as_deref());
                let standing = if is_for { standing(facts) } else { Standing::Invalid };
                if standing == Standing::Valid { Ok(()) } else { Err(stopped(standing)) }
            }
        }
    }

    fn tell(call: &Call, told: &Told) -> Reply {
        let Some(facts) = told.facts() else { return failed(Failure::of(Code::InternalError)) };
        let domain = told.activation().map(|place| place.identifier.as_str().to_owned());
        match (call, domain) {
            (Call::Activate { .. }, Some(domain)) => Reply::Activated(Activated {
                domain,
                seats: seats(facts),
                seat_limit: seats_told(facts.license.terms.activation_limit),
            }),
            (Call::Deactivate { .. }, Some(domain)) => Reply::Deactivated { domain },
            // Releases are not kept yet, so nothing is published.
            (Call::Updates { installed_version, .. }, _) => Reply::Updates(Updates {
                product: slug(facts),
                latest_version: installed_version.clone(),
                has_update: false,
            }),
            (Call::Download { .. }, _) => failed(Failure::saying(Code::NotFound, NO_RELEASE)),
            (Call::Validate { .. } | Call::Activate { .. } | Call::Deactivate { .. }, _) => {
                Reply::Validated(Validated {
                    standing: standing(facts),
                    product: Some(slug(facts)),
                    expires_at: facts.license.expires_at,
                    seats: seats(facts),
                    seat_limit: seats_told(facts.license.terms.activation_limit),
                })
            }
        }
    }

    fn refuse(name: Option<Name>, request: &Incoming, refusal: &Refusal) -> Reply {
        if name == Some(Name::Validate) && *refusal == Refusal::LicenseNotFound {
            return Reply::Validated(Validated::unknown());
        }
        let mut failure = failure(request, refusal);
        if let Refusal::SeatLimitExceeded { limit, .. } = refusal {
            failure.message = format!(
                "All {limit} seats for this license are in use. Deactivate a domain to free one."
            );
        }
        if let Refusal::RateLimited { retry_after } = refusal {
            failure.message = format!("Too many requests. Retry in {retry_after} seconds.");
            failure.retry_after = Some(*retry_after);
        }
        if let Refusal::Unavailable { retry_after } = refusal {
            failure.retry_after = Some(*retry_after);
        }
        failed(failure)
    }
}

fn failure(request: &Incoming, refusal: &Refusal) -> Failure {
    let is_missing = request.header(VENDOR_KEY).is_none_or(str::is_empty);
    match refusal.word() {
        "unauthorized" if is_missing => Failure::of(Code::MissingVendorKey),
        "unauthorized" | "forbidden" => Failure::of(Code::InvalidVendorKey),
        // The old pages leave room for 403 `license_invalid`; here alone it is decided.
        "license_not_found" => Failure::saying(Code::NotFound, NO_LICENSE),
        "activation_not_found" => Failure::saying(Code::NotFound, NO_ACTIVATION),
        "license_expired" => Failure::of(Code::Expired),
        "license_suspended" | "license_disabled" | "license_revoked" | "license_cancelled"
        | "product_mismatch" => Failure::of(Code::LicenseInvalid),
        // Nothing else of what was sent can be wrong by then.
        "invalid_params" | "invalid_identifier" => Failure::invalid("domain"),
        "body_too_large" => Failure::of(Code::TooLarge),
        "seat_limit_exceeded" => Failure::of(Code::SeatLimitExceeded),
        "rate_limited" => Failure::of(Code::RateLimited),
        "unavailable" => Failure::of(Code::Unavailable),
        _ => Failure::of(Code::InternalError),
    }
}

const fn failed(failure: Failure) -> Reply {
    Reply::Failed(failure)
}

/// The refusal of a call, other than `validate`, on a license that stands so.
fn stopped(standing: Standing) -> Reply {
    failed(Failure::of(match standing {
        Standing::Expired => Code::Expired,
        Standing::DomainNotActivated => Code::DomainNotActivated,
        Standing::Invalid | Standing::Revoked | Standing::Valid => Code::LicenseInvalid,
    }))
}

fn is_for(facts: &Facts, product: Option<&str>) -> bool {
    product.is_none_or(|product| facts.product.names.is_called(product))
}

/// Refuses what is no domain, or nothing that the license could be activated for.
fn check_domain(facts: &Facts) -> Result<(), Reply> {
    match facts.here {
        Some(Err(_)) => Err(failed(Failure::invalid("domain"))),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// A license that waits for money is past its term, as far as its holder can do something about
/// it. For every other stop there is the one word that says: do not ask again.
fn standing(facts: &Facts) -> Standing {
    let waits_for_money =
        || facts.license.holds_at(facts.now).iter().all(|hold| *hold == Hold::Payment);
    match facts.status() {
        Status::Active if facts.place.is_some() => Standing::Valid,
        Status::Active => Standing::DomainNotActivated,
        Status::Expired => Standing::Expired,
        Status::Suspended if waits_for_money() => Standing::Expired,
        Status::Suspended | Status::Disabled | Status::Revoked | Status::Cancelled => {
            Standing::Revoked
        }
    }
}

fn slug(facts: &Facts) -> String {
    facts.product.names.slug.as_str().to_owned()
}

/// The places, oldest first; of those that one moment gave, by name. The asked one is always among
/// them. Of other people's seats, where it is people who hold them, nobody learns the name.
fn seats(facts: &Facts) -> Vec<Seat> {
    let asked = facts.place.as_ref();
    let is_told = |place: &Activation| facts.places.iter().any(|told| told.id == place.id);
    let beyond = asked.filter(|place| !is_told(place));
    let is_person = facts.license.terms.activation_type == ActivationType::Seat;
    let seat = |place: &Activation| Seat {
        domain: if is_person && asked.is_none_or(|asked| asked.id != place.id) {
            place.identifier.masked()
        } else {
            place.identifier.as_str().to_owned()
        },
        activated_at: place.activated_at,
    };
    let mut seats: Vec<Seat> = facts.places.iter().chain(beyond).map(seat).collect();
    seats.sort_by(|a, b| (a.activated_at, &a.domain).cmp(&(b.activated_at, &b.domain)));
    seats
}
