//! The server's end: what Gumroad's calls come down to, and its words for what came of them.

use super::{Action, Call, Code, Failure, Gumroad, License, Name, Reply, Told};
use super::{purchase, request};
use crate::decide::Stop;
use crate::license::Hold;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::wire::foreign::{
    self, Answering, Ask, Change, Command, Cors, Credential, Facts, Incoming, Query, Which,
};
use crate::wire::native::Scope;
use crate::wire::native::admin::token::TokenKind;

impl Answering for Gumroad {
    const LABEL: &'static str = "gumroad";
    const LABELS: &'static [&'static str] = &[
        "gumroad.verify",
        "gumroad.enable",
        "gumroad.disable",
        "gumroad.decrement_uses_count",
        "gumroad.rotate",
        "gumroad.unknown",
    ];

    fn label(name: Option<Name>) -> &'static str {
        match name {
            Some(Name::Verify) => "gumroad.verify",
            Some(Name::Change(Action::Enable)) => "gumroad.enable",
            Some(Name::Change(Action::Disable)) => "gumroad.disable",
            Some(Name::Change(Action::Decrement)) => "gumroad.decrement_uses_count",
            Some(Name::Change(Action::Rotate)) => "gumroad.rotate",
            None => "gumroad.unknown",
        }
    }

    fn credential(name: Name, request: &Incoming) -> Credential {
        match name {
            // Some clients send one with every call: it is not looked at.
            Name::Verify => Credential::NotNeeded,
            Name::Change(_) => request::token(request).map_or(Credential::Missing, |text| {
                let kind = TokenKind::GumroadAccessToken;
                Credential::Sent { kind, text, scope: Scope::LicensesWrite }
            }),
        }
    }

    fn ask(call: &Call) -> Ask {
        let which = |license: &License| Which::KeyInAnyCase(license.license_key.clone());
        match call {
            Call::Verify { license, counts: true } => {
                Ask::Command(Command::Count { license: which(license) })
            }
            Call::Verify { license, counts: false } => Ask::Query(Query::Look {
                license: which(license),
                identifier: None,
                is_check: true,
            }),
            Call::Change { action, license, .. } => {
                let change = match action {
                    Action::Enable => Change::Stop(Stop::Enable),
                    Action::Disable => Change::Stop(Stop::Disable),
                    Action::Decrement => Change::Count(-1),
                    Action::Rotate => Change::Rotate,
                };
                Ask::Command(Command::Change { license: which(license), change })
            }
        }
    }

    fn check(call: &Call, facts: &Facts) -> Result<(), Reply> {
        let (Call::Verify { license, .. } | Call::Change { license, .. }) = call;
        let checked = check_product(license, facts).and_then(|()| check_access(facts));
        let checked = checked.and_then(|()| match call {
            Call::Verify { .. } => check_enabled(facts),
            Call::Change { .. } => Ok(()),
        });
        checked.map_err(Reply::from)
    }

    fn tell(_: &Call, told: &foreign::Told) -> Reply {
        match told.facts() {
            Some(facts) => Reply::Told(Box::new(Told {
                uses: Some(facts.license.uses),
                is_imported: false,
                record: purchase::purchase(facts),
            })),
            // Every call asks for a license.
            None => Code::InternalError.into(),
        }
    }

    fn refuse(_: Option<Name>, request: &Incoming, refusal: &Refusal) -> Reply {
        let retry_after = if let Refusal::RateLimited { retry_after }
        | Refusal::Unavailable { retry_after } = refusal
        {
            Some(*retry_after)
        } else {
            None
        };
        Reply::Failed(Failure { code: code(request, refusal), retry_after })
    }

    fn cors(request: &Incoming) -> Option<Cors> {
        let asked = request.header("access-control-request-headers").unwrap_or_default();
        let headers = if asked.is_empty() { "*" } else { asked }.to_owned();
        Some(Cors { methods: "GET, POST, PUT, DELETE", headers, preflight_status: 200 })
    }
}

fn code(request: &Incoming, refusal: &Refusal) -> Code {
    match refusal.word() {
        // What cannot be read is told before anybody asks who sent it.
        "unauthorized" | "forbidden" if request::fields(request).is_err() => Code::Unparsable,
        "unauthorized" if *refusal == Refusal::StaleToken => Code::ExpiredToken,
        "unauthorized" => Code::InvalidToken,
        "forbidden" => Code::Forbidden,
        "license_not_found" => Code::NoLicense,
        // Nothing changes a license that has ended, though one that was refunded still verifies.
        "invalid_transition" => Code::AccessRevoked,
        "body_too_large" => Code::TooLarge,
        "rate_limited" => Code::RateLimited,
        _ => Code::InternalError,
    }
}

/// Refuses the license of another product than is named, and of one that is not named well enough.
fn check_product(license: &License, facts: &Facts) -> Result<(), Code> {
    let product = &facts.product;
    let is_meant = match (&license.product_id, &license.permalink) {
        (Some(id), _) => purchase::is_id_of(product, id),
        (None, _) if purchase::kept(&product.metadata).is_true("requireProductId") => {
            return Err(Code::ProductIdNeeded(purchase::product_id(product)));
        }
        (None, Some(permalink)) => purchase::is_permalink_of(product, permalink),
        (None, None) => false,
    };
    if is_meant { Ok(()) } else { Err(Code::NoLicense) }
}

/// Refuses a license that the vendor ended. One that ended because the money went back tells so
/// itself.
fn check_access(facts: &Facts) -> Result<(), Code> {
    let is_ended = facts.license.end.is_some() && !purchase::money(facts).went_back;
    if is_ended { Err(Code::AccessRevoked) } else { Ok(()) }
}

/// Refuses a license that was switched off, also one whose money went back since.
fn check_enabled(facts: &Facts) -> Result<(), Code> {
    let is_off = |hold: &Hold| matches!(hold, Hold::Disabled | Hold::Manual);
    if facts.license.holds.iter().any(is_off) { Err(Code::Disabled) } else { Ok(()) }
}
