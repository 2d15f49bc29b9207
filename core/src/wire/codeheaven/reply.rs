//! Replies: rendered by the server, parsed by the client.

use crate::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::{Activated, Code, Failure, Name, Reply, Seat, Standing, Updates, Validated};
use crate::time::Timestamp;
use crate::wire::Response;
use crate::wire::foreign::Members;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ValidatedBody<'a> {
    valid: bool,
    status: &'static str,
    product: Option<&'a str>,
    expires_at: Option<Timestamp>,
    activations: Vec<SeatBody<'a>>,
    seat_limit: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivatedBody<'a> {
    activated: bool,
    domain: &'a str,
    activations: Vec<SeatBody<'a>>,
    seat_limit: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SeatBody<'a> {
    domain: &'a str,
    activated_at: Timestamp,
}

impl<'a> SeatBody<'a> {
    fn of(seat: &'a Seat) -> Self {
        Self { domain: &seat.domain, activated_at: seat.activated_at }
    }
}

#[derive(Serialize)]
struct DeactivatedBody<'a> {
    deactivated: bool,
    domain: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdatesBody<'a> {
    product: &'a str,
    latest_version: &'a str,
    has_update: bool,
    changelog: [(); 0],
}

#[derive(Serialize)]
struct FailureBody<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
}

pub(super) fn render(reply: &Reply) -> Response {
    match reply {
        Reply::Validated(validated) => {
            let Validated { standing, product, expires_at, seats: taken, seat_limit } = validated;
            let body = ValidatedBody {
                valid: *standing == Standing::Valid,
                status: standing.word(),
                product: product.as_deref(),
                expires_at: *expires_at,
                activations: seats(taken),
                seat_limit: *seat_limit,
            };
            Response::json(200, &body)
        }
        Reply::Activated(Activated { domain, seats: taken, seat_limit }) => {
            let (activations, seat_limit) = (seats(taken), *seat_limit);
            let body = ActivatedBody { activated: true, domain, activations, seat_limit };
            Response::json(201, &body)
        }
        Reply::Deactivated { domain } => {
            Response::json(200, &DeactivatedBody { deactivated: true, domain })
        }
        Reply::Updates(Updates { product, latest_version, has_update }) => {
            let (has_update, changelog) = (*has_update, []);
            Response::json(200, &UpdatesBody { product, latest_version, has_update, changelog })
        }
        Reply::Failed(failure) => render_failure(failure),
    }
}

fn seats(seats: &[Seat]) -> Vec<SeatBody<'_>> {
    seats.iter().map(SeatBody::of).collect()
}

fn render_failure(failure: &Failure) -> Response {
    let (code, status, _) = failure.code.line();
    let error = ErrorBody { code, message: &failure.message };
    let mut response = Response::json(status, &FailureBody { error });
    if let Code::WrongMethod(allow) = &failure.code {
        response = response.with("allow", allow.as_str());
    }
    match failure.retry_after {
        Some(seconds) => response.with("retry-after", seconds.to_string()),
        None => response,
    }
}

pub(super) fn parse(name: Name, response: &Response) -> Option<Reply> {
    let success = if name == Name::Activate { 201 } else { 200 };
    let body = response.object()?;
    let body = Members(&body);
    if response.status != success {
        return parse_failure(response, body).map(Reply::Failed);
    }
    match name {
        Name::Validate => parse_validated(body).map(Reply::Validated),
        Name::Activate => {
            body.flag("activated")?.then_some(())?;
            Some(Reply::Activated(Activated {
                domain: body.string("domain")?,
                seats: parse_seats(body)?,
                seat_limit: body.number("seatLimit")?,
            }))
        }
        Name::Deactivate => {
            body.flag("deactivated")?.then_some(())?;
            Some(Reply::Deactivated { domain: body.string("domain")? })
        }
        Name::Updates => Some(Reply::Updates(Updates {
            product: body.string("product")?,
            latest_version: body.string("latestVersion")?,
            has_update: body.flag("hasUpdate")?,
        })),
        // Nobody knows how an address looks that is one.
        Name::Download | Name::Nothing { .. } => None,
    }
}

fn parse_validated(body: Members<'_>) -> Option<Validated> {
    let word = body.text("status")?;
    let standing = Standing::ALL.into_iter().find(|standing| standing.word() == word)?;
    // "Valid" beside another status is nobody's answer.
    (body.flag("valid")? == (standing == Standing::Valid)).then_some(())?;
    if standing == Standing::Invalid {
        // What else is said of a key that nobody has is of no account.
        return Some(Validated::unknown());
    }
    Some(Validated {
        standing,
        product: body.maybe("product", Members::string).ok()?,
        expires_at: body.maybe("expiresAt", Members::time).ok()?,
        seats: parse_seats(body)?,
        seat_limit: body.number("seatLimit")?,
    })
}

fn parse_seats(body: Members<'_>) -> Option<Vec<Seat>> {
    let seat = |value: &Value| {
        let seat = Members(value.as_object()?);
        Some(Seat { domain: seat.string("domain")?, activated_at: seat.time("activatedAt")? })
    };
    body.0.get("activations")?.as_array()?.iter().map(seat).collect()
}

fn parse_failure(response: &Response, body: Members<'_>) -> Option<Failure> {
    let status = response.status;
    // No failure has a status of success.
    (status >= 400).then_some(())?;
    let error = body.object("error")?;
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
    let retry_after = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
    Some(Failure { code, message, retry_after })
}
