//! The client's end: calls from parameters, and what replies say.

use super::{Asked, Call, DATA_CHARS_MAX, Name, Page, Problem, Reply, SerialSense, request};
use crate::prelude::*;
use crate::refusal::WrongParameter;
use crate::text::{Email, count_chars};
use crate::verdict::VerdictStatus;
use crate::wire::foreign::{Asking, ForeignActivation, ForeignAnswered, ForeignVerdict, Params};
use crate::wire::{CallProblem, Failed, Outcome};

/// What each name of a parameter may be called instead.
const CODE: [&str; 2] = ["code", "key"];
const ALIAS: [&str; 3] = ["code", "alias", "key"];
const MACH: [&str; 2] = ["mach", "identifier"];

impl Asking for SerialSense {
    fn named(text: &str) -> Option<Name> {
        if text == "validate" { Some(Name::Auth) } else { Name::called(text) }
    }

    fn build(name: Name, mut params: Params) -> Result<Call, CallProblem> {
        let credential = params.required(&[name.credential()]);
        let asked = match name {
            Name::Activate => {
                Asked::Activate { code: params.required(&CODE), mach: params.required(&MACH) }
            }
            Name::Auth => {
                Asked::Auth { alias: params.required(&ALIAS), mach: params.required(&MACH) }
            }
            Name::Deactivate => {
                Asked::Deactivate { alias: params.required(&ALIAS), mach: params.required(&MACH) }
            }
            Name::GetData => Asked::GetData { alias: params.required(&ALIAS) },
            Name::Inactivate => {
                Asked::Inactivate { code: params.required(&CODE), send: send(&mut params) }
            }
            Name::Create => Asked::Create {
                email: email(&mut params)?,
                max: max(&mut params),
                data: data(&mut params).unwrap_or_default(),
                send: send(&mut params),
            },
            Name::GetLicense => Asked::GetLicense { email: email(&mut params)? },
            Name::EmailExists => Asked::EmailExists { email: email(&mut params)? },
            Name::ForceEmailChange => {
                Asked::ForceEmailChange { code: params.required(&CODE), email: email(&mut params)? }
            }
            Name::SetData => {
                let code = params.required(&CODE);
                let data = data(&mut params);
                if data.is_none() {
                    params.refuse("data", "is missing");
                }
                Asked::SetData { code, data: data.unwrap_or_default() }
            }
        };
        params.end()?;
        Ok(Call { credential, asked })
    }

    fn outcome(name: Name, reply: Reply) -> Outcome {
        let mut answered = ForeignAnswered::yes();
        match (name, reply) {
            (_, Reply::Page(page)) => return unasked(page),
            (Name::Auth, Reply::No) => {
                answered.verdict = Some(ForeignVerdict::of(VerdictStatus::Invalid));
            }
            (Name::Auth, _) => {
                let mut verdict = ForeignVerdict::of(VerdictStatus::Valid);
                verdict.activation = Some(ForeignActivation::active());
                answered.verdict = Some(verdict);
            }
            (Name::EmailExists, reply) => answered.exists = Some(reply == Reply::Yes),
            (name, Reply::No) => return refused(name),
            (Name::Deactivate, _) => answered.deactivated = Some(true),
            (Name::Activate | Name::Create, Reply::Result(alias)) => answered.alias = Some(alias),
            (Name::Inactivate | Name::GetLicense, Reply::Result(key)) => answered.key = Some(key),
            (Name::GetData, Reply::Result(data)) => answered.data = Some(data),
            (_, Reply::Yes | Reply::Result(_)) => {}
        }
        Outcome::Foreign(Box::new(answered))
    }
}

fn send(params: &mut Params) -> bool {
    params.flag(&["send"]).unwrap_or_default()
}

fn email(params: &mut Params) -> Result<Email, WrongParameter> {
    let text = params.required(&["email"]);
    request::email(&text).map_err(|problem| params.wrong("email", problem.0))
}

fn max(params: &mut Params) -> u32 {
    let max = u32::try_from(params.number(&["max", "activationLimit"]).unwrap_or(1));
    let max = max.unwrap_or_default();
    if max == 0 {
        params.refuse("max", "must be from 1 to 4294967295");
    }
    max
}

fn data(params: &mut Params) -> Option<String> {
    let data = params.text(&["data"]);
    if data.as_ref().is_some_and(|data| count_chars(data) > DATA_CHARS_MAX) {
        params.refuse("data", "must be at most 1024 characters long");
    }
    data
}

/// One word stands for every reason.
fn refused(name: Name) -> Outcome {
    let (code, message) = if name == Name::Create {
        (
            "invalid_request",
            "No license was made, and Serial Sense does not tell why: check the signature, the \
             e-mail address and the data.",
        )
    } else {
        (
            "license_not_found",
            "Refused, and Serial Sense does not tell why: the license may be unknown, stopped or \
             full, or the credential or another field wrong.",
        )
    };
    failed(code, message, None)
}

fn unasked(Page { problem, retry_after }: Page) -> Outcome {
    let code = match problem {
        Problem::Malformed | Problem::UnknownCall | Problem::WrongMethod | Problem::TooLarge => {
            "invalid_request"
        }
        Problem::RateLimited => "rate_limited",
        Problem::Unavailable => "unavailable",
    };
    failed(code, problem.line().1, retry_after)
}

fn failed(code: &str, message: &str, retry_after: Option<u32>) -> Outcome {
    let retryable = matches!(code, "rate_limited" | "unavailable");
    Failed::new(code, message.to_owned(), retryable).after(retry_after)
}
