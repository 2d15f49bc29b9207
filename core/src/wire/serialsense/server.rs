//! The server's end: what Serial Sense's calls come down to, and its words for what came of them.

use super::{Asked, Call, Name, Page, Problem, Reply, SerialSense, request};
use crate::identifier::ActivationType;
use crate::license::Status;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::wire::foreign::{
    Answering, Ask, Change, Command, Credential, Incoming, Kept, NewLicense, Query, Told, Which,
    kept,
};
use crate::wire::native::Scope;
use crate::wire::native::admin::token::TokenKind;

/// Where in a license's metadata its data is kept.
const DATA: (&str, &str) = ("serialsense", "data");

impl Answering for SerialSense {
    const LABEL: &'static str = "serialsense";
    const LABELS: &'static [&'static str] = &[
        "serialsense.activate",
        "serialsense.auth",
        "serialsense.deactivate",
        "serialsense.get_data",
        "serialsense.inactivate",
        "serialsense.create",
        "serialsense.get_license",
        "serialsense.email_exists",
        "serialsense.force_email_change",
        "serialsense.set_data",
        "serialsense.unknown",
    ];

    fn label(name: Option<Name>) -> &'static str {
        match name {
            Some(Name::Activate) => "serialsense.activate",
            Some(Name::Auth) => "serialsense.auth",
            Some(Name::Deactivate) => "serialsense.deactivate",
            Some(Name::GetData) => "serialsense.get_data",
            Some(Name::Inactivate) => "serialsense.inactivate",
            Some(Name::Create) => "serialsense.create",
            Some(Name::GetLicense) => "serialsense.get_license",
            Some(Name::EmailExists) => "serialsense.email_exists",
            Some(Name::ForceEmailChange) => "serialsense.force_email_change",
            Some(Name::SetData) => "serialsense.set_data",
            None => "serialsense.unknown",
        }
    }

    fn credential(name: Name, request: &Incoming) -> Credential {
        let Some(text) = request::credential(name, &request::fields(request)) else {
            return Credential::Missing;
        };
        let (kind, scope) = match name {
            Name::Activate | Name::Auth | Name::Deactivate | Name::GetData => {
                (TokenKind::SerialsenseApikey, Scope::Key)
            }
            Name::GetLicense | Name::EmailExists => {
                (TokenKind::SerialsenseSig, Scope::LicensesRead)
            }
            Name::Inactivate | Name::Create | Name::ForceEmailChange | Name::SetData => {
                (TokenKind::SerialsenseSig, Scope::LicensesWrite)
            }
        };
        Credential::Sent { kind, text, scope }
    }

    fn ask(call: &Call) -> Ask {
        match &call.asked {
            Asked::Activate { code, mach } => Ask::Command(Command::Activate {
                license: by_code(code),
                identifier: mach.clone(),
                name: None,
            }),
            Asked::Auth { alias, mach } => Ask::Query(Query::Look {
                license: by_alias(alias),
                identifier: Some(mach.clone()),
                is_check: true,
            }),
            Asked::Deactivate { alias, mach } => Ask::Command(Command::Deactivate {
                license: by_alias(alias),
                identifier: Some(mach.clone()),
                activation: None,
            }),
            Asked::GetData { alias } => Ask::Query(Query::Look {
                license: by_alias(alias),
                identifier: None,
                is_check: false,
            }),
            Asked::Inactivate { code, send } => change(code, Change::Inactivate { send: *send }),
            Asked::Create { email, max, data, send } => {
                Ask::Command(Command::Create(Box::new(NewLicense {
                    email: email.clone(),
                    activation_type: ActivationType::Device,
                    activation_limit: *max,
                    kept: (!data.is_empty()).then(|| keep(data)),
                    send: *send,
                })))
            }
            Asked::GetLicense { email } | Asked::EmailExists { email } => {
                Ask::Query(Query::OldestOf { email: email.clone() })
            }
            Asked::ForceEmailChange { code, email } => {
                change(code, Change::Customer(email.clone()))
            }
            Asked::SetData { code, data } => change(code, Change::Keep(keep(data))),
        }
    }

    fn tell(call: &Call, told: &Told) -> Reply {
        // Each of these calls asks the store for something.
        let Some(facts) = told.facts() else { return unavailable(None) };
        let is_active = facts.status() == Status::Active;
        match &call.asked {
            Asked::Activate { .. } | Asked::Create { .. } => {
                Reply::Result(facts.license.alias.as_str().to_owned())
            }
            Asked::Auth { .. } if is_active && facts.place.is_some() => Reply::Yes,
            Asked::GetData { .. } if is_active => {
                let data = kept(&facts.license.metadata, DATA.0, DATA.1);
                Reply::Result(data.unwrap_or_default().to_owned())
            }
            Asked::Auth { .. } | Asked::GetData { .. } => Reply::No,
            Asked::Inactivate { .. } | Asked::GetLicense { .. } => {
                Reply::Result(facts.key.reveal().to_owned())
            }
            Asked::Deactivate { .. }
            | Asked::EmailExists { .. }
            | Asked::ForceEmailChange { .. }
            | Asked::SetData { .. } => Reply::Yes,
        }
    }

    fn refuse(name: Option<Name>, _: &Incoming, refusal: &Refusal) -> Reply {
        match (refusal.word(), refusal) {
            ("rate_limited", Refusal::RateLimited { retry_after }) => {
                let retry_after = Some(*retry_after);
                Reply::Page(Page { problem: Problem::RateLimited, retry_after })
            }
            (_, Refusal::Unavailable { retry_after }) => unavailable(Some(*retry_after)),
            ("body_too_large", _) => Reply::Page(Page::of(Problem::TooLarge)),
            // Only a wrong alias is a failure: whoever has no place has given it back.
            ("activation_not_found" | "invalid_identifier", _)
                if name == Some(Name::Deactivate) =>
            {
                Reply::Yes
            }
            (word, _) if is_no(word) => Reply::No,
            _ => unavailable(None),
        }
    }
}

fn by_code(code: &str) -> Which {
    Which::KeyInAnyCase(code.to_owned())
}

fn by_alias(alias: &str) -> Which {
    Which::Alias(alias.to_ascii_uppercase())
}

fn change(code: &str, change: Change) -> Ask {
    Ask::Command(Command::Change { license: by_code(code), change })
}

fn keep(data: &str) -> Kept {
    let (dialect, member) = DATA;
    Kept { dialect, member, text: data.to_owned() }
}

const fn unavailable(retry_after: Option<u32>) -> Reply {
    Reply::Page(Page { problem: Problem::Unavailable, retry_after })
}

/// Whether a refusal is an answer. Whatever is not must never look like one.
fn is_no(word: &str) -> bool {
    matches!(
        word,
        "unauthorized"
            | "forbidden"
            | "invalid_params"
            | "invalid_identifier"
            | "invalid_transition"
            | "conflict"
            | "license_not_found"
            | "activation_not_found"
            | "not_found"
            | "product_mismatch"
            | "license_expired"
            | "license_suspended"
            | "license_disabled"
            | "license_revoked"
            | "license_cancelled"
            | "seat_limit_exceeded"
    )
}
