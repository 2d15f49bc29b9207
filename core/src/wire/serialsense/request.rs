//! Requests: read by the server, written by the client.

use crate::prelude::*;

use super::{Asked, Call, DATA_CHARS_MAX, EMAIL_CHARS_MAX, MACH_BYTES_MAX, Name, Problem};
use crate::text::{Email, TextProblem, count_chars};
use crate::wire::Request;
use crate::wire::foreign::{Body, Fields, Form, Incoming};

pub(super) fn route(request: &Incoming) -> Result<Name, Problem> {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let name = match *segments {
        ["api"] => None,
        ["api", call] => Some(Name::called(call).ok_or(Problem::UnknownCall)?),
        _ => return Err(Problem::UnknownCall),
    };
    if request.method != "POST" {
        return Err(Problem::WrongMethod);
    }
    if request.body == Body::Broken {
        return Err(Problem::Malformed);
    }
    let in_field = || fields(request).text("call").and_then(Name::called);
    name.or_else(in_field).ok_or(Problem::UnknownCall)
}

/// The fields of the body. What does not come in parts is read as URL-encoded, whatever it is
/// called.
pub(super) fn fields(request: &Incoming) -> Fields {
    match &request.body {
        Body::Bytes(bytes) => Fields::from_form(bytes),
        Body::Multipart(parts) => Fields::from_pairs(parts.iter().cloned()),
        Body::Broken => Fields::default(),
    }
}

pub(super) fn credential(name: Name, fields: &Fields) -> Option<String> {
    trimmed(fields, name.credential())
}

/// The call; `None` when a field that it needs is missing or wrong.
pub(super) fn read(name: Name, request: &Incoming) -> Option<Call> {
    let fields = fields(request);
    let code = || trimmed(&fields, "code");
    let email = || email(fields.text("email")?).ok();
    let send = fields.0.contains_key("send");
    let asked = match name {
        Name::Activate => Asked::Activate { code: code()?, mach: mach(&fields)? },
        Name::Auth => Asked::Auth { alias: code()?, mach: mach(&fields)? },
        Name::Deactivate => Asked::Deactivate { alias: code()?, mach: mach(&fields)? },
        Name::GetData => Asked::GetData { alias: code()? },
        Name::Inactivate => Asked::Inactivate { code: code()?, send },
        Name::Create => Asked::Create {
            email: email()?,
            max: max(&fields)?,
            data: data(fields.text("data").unwrap_or_default())?,
            send,
        },
        Name::GetLicense => Asked::GetLicense { email: email()? },
        Name::EmailExists => Asked::EmailExists { email: email()? },
        Name::ForceEmailChange => Asked::ForceEmailChange { code: code()?, email: email()? },
        Name::SetData => Asked::SetData { code: code()?, data: data(fields.text("data")?)? },
    };
    Some(Call { credential: credential(name, &fields)?, asked })
}

/// A text without white space around it; `None` when nothing is left.
fn trimmed(fields: &Fields, name: &str) -> Option<String> {
    let text = trim(fields.text(name)?);
    (!text.is_empty()).then(|| text.to_owned())
}

fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_ascii_whitespace())
}

/// A machine. Old clients send `uname`'s line with its end.
fn mach(fields: &Fields) -> Option<String> {
    let fits = |mach: &String| mach.len() <= MACH_BYTES_MAX && is_whole(mach);
    trimmed(fields, "mach").filter(fits)
}

/// An e-mail address.
pub(super) fn email(text: &str) -> Result<Email, TextProblem> {
    let email = Email::new(text)?;
    if count_chars(email.as_str()) > EMAIL_CHARS_MAX {
        return Err(TextProblem("must be at most 48 characters long"));
    }
    Ok(email)
}

/// Places: a number in plain digits, 1 where nothing is said.
fn max(fields: &Fields) -> Option<u32> {
    let Some(text) = fields.text("max") else { return Some(1) };
    // A plus sign is no digit, but part of what a number parses from.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|max| is_plain && *max > 0)
}

/// Data that can be given back byte for byte.
pub(super) fn data(text: &str) -> Option<String> {
    let is_kept = is_whole(text) && text.chars().count() <= DATA_CHARS_MAX;
    is_kept.then(|| text.to_owned())
}

/// Whether a text is as it was sent: what is no UTF-8 was replaced by this character.
fn is_whole(text: &str) -> bool {
    !text.contains(char::REPLACEMENT_CHARACTER)
}

pub(super) fn write(call: &Call) -> Request {
    let Call { credential, asked } = call;
    let name = asked.name();
    let mut form = Form::default();
    let mut add = |name: &str, value: &str| form.add(name, value);
    add(name.credential(), credential);
    match asked {
        Asked::Activate { code, mach }
        | Asked::Auth { alias: code, mach }
        | Asked::Deactivate { alias: code, mach } => {
            add("code", code);
            add("mach", mach);
        }
        Asked::GetData { alias: code } | Asked::Inactivate { code, .. } => add("code", code),
        Asked::Create { email, max, data, .. } => {
            add("email", email.as_str());
            add("max", &max.to_string());
            if !data.is_empty() {
                add("data", data);
            }
        }
        Asked::GetLicense { email } | Asked::EmailExists { email } => add("email", email.as_str()),
        Asked::ForceEmailChange { code, email } => {
            add("code", code);
            add("email", email.as_str());
        }
        Asked::SetData { code, data } => {
            add("code", code);
            add("data", data);
        }
    }
    if let Asked::Inactivate { send: true, .. } | Asked::Create { send: true, .. } = asked {
        add("send", "1");
    }
    let content_type = "application/x-www-form-urlencoded";
    Request::new("POST", ["/api/", name.word()].concat())
        .with("content-type", content_type)
        .carrying(form.finish())
}
