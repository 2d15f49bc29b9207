//! The client's end: calls from parameters, and what replies say.

use serde_json::{Map, Value};

use super::{Action, Call, Code, Failure, Form, Gumroad, License, Name, Reply, Told};
use crate::prelude::*;
use crate::time::Timestamp;
use crate::verdict::VerdictStatus;
use crate::wire::foreign::{Asking, ForeignAnswered, ForeignVerdict, Members, Params, Wrong};
use crate::wire::{CallProblem, Failed, Outcome, write};

impl Asking for Gumroad {
    fn named(text: &str) -> Option<Name> {
        Name::by_word(text)
    }

    fn build(name: Name, mut params: Params) -> Result<Call, CallProblem> {
        let license = License {
            license_key: params.required(&["license_key", "key"]),
            product_id: params.text(&["product_id", "product"]),
            permalink: params.text(&["product_permalink"]),
        };
        let call = match name {
            Name::Verify => {
                let counts = params.flag(&["increment_uses_count"]);
                Call::Verify { license, counts: counts.unwrap_or(true) }
            }
            Name::Change(action) => {
                let access_token = Some(params.required(&["access_token"]));
                Call::Change { action, license, access_token }
            }
        };
        params.end()?;
        Ok(call)
    }

    fn outcome(name: Name, reply: Reply) -> Outcome {
        match reply {
            Reply::Told(told) => {
                let answered = answered(name, *told);
                answered.map_or_else(Outcome::unrecognized, |it| Outcome::Foreign(Box::new(it)))
            }
            Reply::Failed(failure) => match (name, said(&failure.code)) {
                (Name::Verify, Some(status)) => verdict(status),
                (Name::Verify | Name::Change(_), _) => refused(name, &failure),
            },
        }
    }
}

fn verdict(status: VerdictStatus) -> Outcome {
    let mut answered = ForeignAnswered::yes();
    answered.verdict = Some(ForeignVerdict::of(status));
    Outcome::Foreign(Box::new(answered))
}

/// The "no" that a failure of `verify` is; `None` for what says nothing about the license.
const fn said(code: &Code) -> Option<VerdictStatus> {
    match code {
        // "Not found" is Gumroad's way to say "not valid", whatever the text.
        Code::NoLicense | Code::Other(404, Form::Message, _) => Some(VerdictStatus::Invalid),
        Code::AccessRevoked => Some(VerdictStatus::Revoked),
        Code::Disabled => Some(VerdictStatus::Disabled),
        Code::Unparsable
        | Code::NotText(_)
        | Code::ProductIdNeeded(_)
        | Code::InvalidToken
        | Code::RevokedToken
        | Code::ExpiredToken
        | Code::Forbidden
        | Code::UnknownPath
        | Code::TooLarge
        | Code::RateLimited
        | Code::InternalError
        | Code::Other(..) => None,
    }
}

fn answered(name: Name, mut told: Told) -> Option<ForeignAnswered> {
    let mut answered = ForeignAnswered::yes();
    // What not every reader reads as it was meant is not told: nobody has so many uses.
    answered.uses = told.uses.filter(|uses| write(uses).is_ok());
    let mut record = Map::new();
    for (name, value) in &mut told.record {
        if write(value).is_ok() {
            record.insert(name.clone(), value.take());
        }
    }
    let purchase = Members(&record);
    match name {
        Name::Verify => answered.verdict = Some(judged(purchase).ok()?),
        Name::Change(Action::Rotate) => answered.key = Some(purchase.string("license_key")?),
        Name::Change(_) => {}
    }
    answered.purchase = Some(Value::Object(record));
    Some(answered)
}

/// What a purchase says of its license.
fn judged(purchase: Members<'_>) -> Result<ForeignVerdict, Wrong> {
    let flag = |name: &str| purchase.maybe(name, Members::flag).map(Option::unwrap_or_default);
    let charged_back = flag("chargebacked")? && !flag("dispute_won")?;
    let (ended, failed) =
        (time(purchase, "subscription_ended_at")?, time(purchase, "subscription_failed_at")?);
    let cancelled = time(purchase, "subscription_cancelled_at")?;
    let status = if flag("refunded")? {
        VerdictStatus::Revoked
    } else if charged_back || failed.is_some() {
        VerdictStatus::Suspended
    } else if ended.is_some() {
        VerdictStatus::Expired
    } else {
        VerdictStatus::Valid
    };
    let plan = purchase.text("variants").filter(|variants| !variants.is_empty());
    let mut verdict = ForeignVerdict::of(status);
    verdict.product = purchase.string("product_name");
    verdict.plan = plan.map(str::to_owned);
    verdict.expires_at = ended.or(cancelled);
    Ok(verdict)
}

/// A moment; an empty text is as good as none.
fn time(purchase: Members<'_>, name: &str) -> Result<Option<Timestamp>, Wrong> {
    if purchase.text(name) == Some("") { Ok(None) } else { purchase.maybe(name, Members::time) }
}

fn refused(name: Name, failure: &Failure) -> Outcome {
    let Failure { code, retry_after } = failure;
    let (word, retryable) = match code {
        Code::Unparsable => ("invalid_request", false),
        Code::NotText(_) | Code::ProductIdNeeded(_) => ("invalid_params", false),
        Code::AccessRevoked => ("license_revoked", false),
        Code::Disabled => ("license_disabled", false),
        Code::InvalidToken | Code::RevokedToken | Code::ExpiredToken => ("unauthorized", false),
        Code::Forbidden => ("forbidden", false),
        // So Gumroad's own server answers a seller about another one's license.
        Code::UnknownPath if name == Name::Verify => ("not_found", false),
        Code::NoLicense | Code::UnknownPath => ("license_not_found", false),
        Code::TooLarge => ("body_too_large", false),
        Code::RateLimited | Code::Other(429, ..) => ("rate_limited", true),
        Code::InternalError => ("unavailable", true),
        Code::Other(500.., ..) => ("internal_error", true),
        Code::Other(..) => ("refused", false),
    };
    Failed::new(word, code.text(), retryable).after(*retry_after)
}
