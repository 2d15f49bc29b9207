//! Replies: rendered by the server, parsed by the client.

use crate::prelude::*;
use serde::Serialize;

use super::{Activated, Code, Deactivated, Failure, Name, Reply, Standing, Terms, Validated};
use crate::identifier::ActivationType;
use crate::time::Timestamp;
use crate::wire::foreign::Members;
use crate::wire::{Response, read};

#[derive(Serialize)]
struct Data<T> {
    data: T,
}

/// The members of `activate` and `validate`, in the order in which LicenseDock writes them.
#[derive(Serialize)]
struct TermsBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<bool>,
    status: &'static str,
    license_key: &'a str,
    product: Option<&'a str>,
    plan: Option<&'a str>,
    activation_type: Option<ActivationType>,
    activation_limit: u32,
    activations_used: u32,
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier_activated: Option<bool>,
}

impl<'a> TermsBody<'a> {
    fn new(status: Standing, terms: &'a Terms) -> Self {
        Self {
            valid: None,
            status: status.word(),
            license_key: &terms.license_key,
            product: terms.product.as_deref(),
            plan: terms.plan.as_deref(),
            activation_type: terms.activation_type,
            activation_limit: terms.activation_limit,
            activations_used: terms.activations_used,
            expires_at: terms.expires_at,
            identifier: None,
            identifier_activated: None,
        }
    }
}

#[derive(Serialize)]
struct DeactivatedBody<'a> {
    status: &'static str,
    license_key: &'a str,
    identifier: &'a str,
    activations_used: u32,
}

#[derive(Serialize)]
struct UpdateBody {
    update_available: bool,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activations_used: Option<u32>,
}

pub(super) fn render(name: Option<Name>, reply: &Reply) -> Response {
    match reply {
        Reply::Activated(activated) => {
            let Activated { terms, identifier } = &**activated;
            let body = TermsBody::new(Standing::Active, terms);
            data(TermsBody { identifier: Some(identifier), ..body })
        }
        Reply::Validated(validated) => {
            let Validated { valid, status, terms, identifier_activated } = &**validated;
            data(TermsBody {
                valid: Some(*valid),
                identifier_activated: Some(*identifier_activated),
                ..TermsBody::new(*status, terms)
            })
        }
        Reply::Deactivated(Deactivated { license_key, identifier, activations_used }) => {
            let activations_used = *activations_used;
            data(DeactivatedBody {
                status: "deactivated",
                license_key,
                identifier,
                activations_used,
            })
        }
        Reply::Update { update_available } => {
            data(UpdateBody { update_available: *update_available })
        }
        Reply::Failed(failure) => {
            let plain = name == Some(Name::Download { plain: true });
            render_failure(failure, plain)
        }
    }
}

fn data(data: impl Serialize) -> Response {
    Response::json(200, &Data { data })
}

fn render_failure(failure: &Failure, plain: bool) -> Response {
    let (word, status, _) = failure.code.line();
    let response = if plain {
        Response::new(status, "text/plain", failure.message.clone())
    } else {
        let error = ErrorBody {
            code: word,
            message: &failure.message,
            activation_limit: failure.places.map(|(limit, _)| limit),
            activations_used: failure.places.map(|(_, used)| used),
        };
        Response::json(status, &FailureBody { error })
    };
    let response = if let Code::WrongMethod(allow) = &failure.code {
        response.with("allow", allow.as_str())
    } else {
        response
    };
    match failure.retry_after {
        Some(seconds) => response.with("retry-after", seconds.to_string()),
        None => response,
    }
}

pub(super) fn parse(name: Name, response: &Response) -> Option<Reply> {
    if response.status != 200 {
        let plain = name == Name::Download { plain: true };
        return parse_failure(response, plain).map(Reply::Failed);
    }
    let body = response.object()?;
    let data = Members(&body).object("data")?;
    match name {
        Name::Activate => {
            (data.text("status")? == Standing::Active.word()).then_some(())?;
            let identifier = data.string("identifier")?;
            Some(Reply::Activated(Box::new(Activated { terms: terms(data)?, identifier })))
        }
        Name::Validate => {
            let word = data.text("status")?;
            let status = Standing::ALL.into_iter().find(|standing| standing.word() == word)?;
            let valid = data.flag("valid")?;
            // "Valid" beside another status is nobody's answer.
            (valid == (status == Standing::Active)).then_some(())?;
            Some(Reply::Validated(Box::new(Validated {
                valid,
                status,
                terms: terms(data)?,
                identifier_activated: data.flag("identifier_activated")?,
            })))
        }
        Name::Deactivate => {
            (data.text("status")? == "deactivated").then_some(())?;
            Some(Reply::Deactivated(Deactivated {
                license_key: data.string("license_key")?,
                identifier: data.string("identifier")?,
                activations_used: data.number("activations_used")?,
            }))
        }
        Name::Updates => {
            data.flag("update_available").map(|update_available| Reply::Update { update_available })
        }
        Name::Download { .. } => None,
    }
}

fn terms(data: Members<'_>) -> Option<Terms> {
    Some(Terms {
        license_key: data.string("license_key")?,
        product: data.maybe("product", Members::string).ok()?,
        plan: data.maybe("plan", Members::string).ok()?,
        activation_type: data.maybe("activation_type", activation_type).ok()?,
        activation_limit: data.number("activation_limit")?,
        activations_used: data.number("activations_used")?,
        expires_at: data.maybe("expires_at", Members::time).ok()?,
    })
}

fn activation_type(data: Members<'_>, name: &str) -> Option<ActivationType> {
    read(data.0.get(name)?).ok()
}

fn parse_failure(response: &Response, plain: bool) -> Option<Failure> {
    let status = response.status;
    let retry_after = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
    if plain {
        let message = core::str::from_utf8(&response.body).ok()?.to_owned();
        let code = Code::PLAIN.iter().find(|code| {
            let (_, of_code, sentence) = code.line();
            of_code == status && (sentence == message || **code == Code::InvalidRequest)
        })?;
        return Some(Failure { code: code.clone(), message, places: None, retry_after });
    }
    let body = response.object()?;
    let error = Members(&body).object("error")?;
    let (word, message) = (error.text("code")?, error.string("message")?);
    let known = Code::PLAIN.iter().find(|code| {
        let (of_code, its_status, _) = code.line();
        of_code == word && its_status == status
    });
    let code = match (known, response.header("allow")) {
        (None, Some(allow)) if status == 405 => Code::WrongMethod(allow.to_owned()),
        (None, _) => Code::Other(word.to_owned(), status),
        (Some(code), _) => code.clone(),
    };
    let places = error.number("activation_limit").zip(error.number("activations_used"));
    Some(Failure { code, message, places, retry_after })
}
