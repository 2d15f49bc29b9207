//! The server's end: what LicenseDock's calls come down to, and its words for what came of them.

use super::{
    Activated, Call, Code, Deactivated, Failure, License, LicenseDock, Name, Reply, Standing,
    Terms, Validated,
};
use crate::identifier::NotAnIdentifier;
use crate::license::Status;
use crate::prelude::*;
use crate::refusal::{Refusal, WrongParameter};
use crate::text::NAME_BYTES_MAX;
use crate::wire::foreign::{
    Answering, Ask, Command, Credential, Facts, Incoming, Query, Told, Which,
};

impl Answering for LicenseDock {
    const LABEL: &'static str = "licensedock";
    const LABELS: &'static [&'static str] = &[
        "licensedock.activate",
        "licensedock.validate",
        "licensedock.deactivate",
        "licensedock.updates",
        "licensedock.downloads",
        "licensedock.unknown",
    ];
    /// 60 requests in 60 seconds for each address and endpoint.
    const CALLS_PER_MINUTE: Option<u32> = Some(60);

    fn label(name: Option<Name>) -> &'static str {
        match name {
            Some(Name::Activate) => "licensedock.activate",
            Some(Name::Validate) => "licensedock.validate",
            Some(Name::Deactivate) => "licensedock.deactivate",
            Some(Name::Updates) => "licensedock.updates",
            Some(Name::Download { .. }) => "licensedock.downloads",
            None => "licensedock.unknown",
        }
    }

    fn credential(_: Name, _: &Incoming) -> Credential {
        Credential::NotNeeded
    }

    fn ask(call: &Call) -> Ask {
        let which = |license: &License| Which::Key(license.license_key.clone());
        match call {
            Call::Activate { license, identifier, name } => Ask::Command(Command::Activate {
                license: which(license),
                identifier: identifier.clone(),
                name: name.as_deref().and_then(label),
            }),
            Call::Validate { license, identifier } => Ask::Query(Query::Look {
                license: which(license),
                identifier: identifier.clone(),
                is_check: true,
            }),
            Call::Deactivate { license, identifier } => Ask::Command(Command::Deactivate {
                license: which(license),
                identifier: Some(identifier.clone()),
                activation: None,
            }),
            // Releases are not kept yet, so nothing is published.
            Call::Updates { .. } => Ask::Nothing,
            Call::Download { license, identifier, .. } => Ask::Query(Query::Look {
                license: which(license),
                identifier: identifier.clone(),
                is_check: false,
            }),
        }
    }

    fn check(call: &Call, facts: &Facts) -> Result<(), Reply> {
        let found = match call {
            Call::Activate { license, .. } => {
                check_running(license, facts).and_then(|()| check_identifier(facts))
            }
            Call::Validate { license, .. } => {
                check_product(license, facts).and_then(|()| check_something(facts))
            }
            Call::Deactivate { license, .. } => {
                check_product(license, facts).and_then(|()| check_identifier(facts))
            }
            Call::Download { license, .. } => check_download(license, facts),
            Call::Updates { .. } => Ok(()),
        };
        found.map_err(Reply::Failed)
    }

    fn tell(call: &Call, told: &Told) -> Reply {
        let Some(facts) = told.facts() else { return Reply::Update { update_available: false } };
        match (call, told.activation()) {
            (Call::Activate { .. }, Some(activation)) => Reply::Activated(Box::new(Activated {
                terms: terms(facts),
                identifier: activation.identifier.as_str().to_owned(),
            })),
            (Call::Deactivate { .. }, Some(activation)) => Reply::Deactivated(Deactivated {
                license_key: facts.key.reveal().to_owned(),
                identifier: activation.identifier.as_str().to_owned(),
                activations_used: facts.license.activations_used,
            }),
            (Call::Download { .. }, _) => Reply::Failed(Failure::of(Code::DownloadNotFound)),
            _ => {
                let status = standing(facts.status());
                Reply::Validated(Box::new(Validated {
                    valid: status == Standing::Active,
                    status,
                    terms: terms(facts),
                    identifier_activated: facts.here.is_none() || facts.place.is_some(),
                }))
            }
        }
    }

    fn refuse(name: Option<Name>, _: &Incoming, refusal: &Refusal) -> Reply {
        let mut failure = Failure::of(code(name, refusal));
        if let Refusal::InvalidParams(WrongParameter { field, .. }) = refusal {
            failure = Failure::invalid(format!("Malformed parameter: {field}"));
        }
        if let Refusal::RateLimited { retry_after } | Refusal::Unavailable { retry_after } = refusal
        {
            failure.retry_after = Some(*retry_after);
        }
        if let Refusal::SeatLimitExceeded { limit, used, .. } = refusal {
            failure.places = Some((*limit, *used));
        }
        Reply::Failed(failure)
    }
}

/// A label as we keep them. A long one that LicenseDock would take is cut: it is only a label.
fn label(name: &str) -> Option<String> {
    let mut label = String::new();
    for letter in name.trim().chars().filter(|letter| !letter.is_control()) {
        if label.len().saturating_add(letter.len_utf8()) > NAME_BYTES_MAX {
            break;
        }
        label.push(letter);
    }
    Some(label).filter(|label| !label.trim().is_empty())
}

fn code(name: Option<Name>, refusal: &Refusal) -> Code {
    let is_download = matches!(name, Some(Name::Download { .. }));
    match refusal.word() {
        "license_not_found" => Code::LicenseNotFound,
        "license_expired" => Code::LicenseExpired,
        "license_suspended" | "license_disabled" | "license_revoked" | "license_cancelled" => {
            Code::LicenseInactive
        }
        "product_mismatch" => Code::ProductMismatch,
        "activation_not_found" if is_download => Code::NotActivated,
        "activation_not_found" => Code::ActivationNotFound,
        "body_too_large" => Code::TooLarge,
        "invalid_params" | "invalid_identifier" => Code::InvalidRequest,
        "seat_limit_exceeded" => Code::ActivationLimitReached,
        "rate_limited" => Code::RateLimited,
        _ => Code::InternalError,
    }
}

/// Refuses for a license that does not run, and for another product's in between: that is the
/// order of LicenseDock's checks.
fn check_running(license: &License, facts: &Facts) -> Result<(), Failure> {
    match facts.status() {
        Status::Active => check_product(license, facts),
        Status::Expired => {
            check_product(license, facts)?;
            Err(Failure::of(Code::LicenseExpired))
        }
        Status::Suspended | Status::Disabled | Status::Revoked | Status::Cancelled => {
            Err(Failure::of(Code::LicenseInactive))
        }
    }
}

fn check_product(license: &License, facts: &Facts) -> Result<(), Failure> {
    let Some(asked) = license.product_id else { return Ok(()) };
    let id = facts.product.external_id.as_ref().and_then(|id| id.as_str().parse().ok());
    if id == Some(asked) { Ok(()) } else { Err(Failure::of(Code::ProductMismatch)) }
}

/// Refuses what can be no identifier of the license.
fn check_identifier(facts: &Facts) -> Result<(), Failure> {
    match facts.here {
        Some(Err(_)) => Err(Failure::invalid("Malformed parameter: identifier")),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// Refuses an identifier that normalises to nothing. Whatever else is none is only not activated.
fn check_something(facts: &Facts) -> Result<(), Failure> {
    match facts.here {
        Some(Err(NotAnIdentifier::Empty)) => check_identifier(facts),
        Some(Err(NotAnIdentifier::NotAHost | NotAnIdentifier::TooLong) | Ok(_)) | None => Ok(()),
    }
}

/// Downloads ask for the date before the product.
fn check_download(license: &License, facts: &Facts) -> Result<(), Failure> {
    let anything = License { product_id: None, ..license.clone() };
    check_running(&anything, facts)?;
    check_product(license, facts)?;
    check_something(facts)?;
    if facts.here.is_some() && facts.place.is_none() {
        return Err(Failure::of(Code::NotActivated));
    }
    Ok(())
}

const fn standing(status: Status) -> Standing {
    match status {
        Status::Active => Standing::Active,
        Status::Expired => Standing::Expired,
        Status::Suspended | Status::Disabled => Standing::Suspended,
        Status::Revoked => Standing::Revoked,
        Status::Cancelled => Standing::Cancelled,
    }
}

fn terms(facts: &Facts) -> Terms {
    Terms {
        license_key: facts.key.reveal().to_owned(),
        product: Some(facts.product.name.as_str().to_owned()),
        plan: facts.plan.as_ref().map(|plan| plan.name.as_str().to_owned()),
        activation_type: Some(facts.license.terms.activation_type),
        activation_limit: facts.license.terms.activation_limit,
        activations_used: facts.license.activations_used,
        expires_at: facts.license.expires_at,
    }
}
