//! Replies: rendered by the server, parsed by the client.

use super::{Name, Page, Problem, Reply};
use crate::key::LicenseKey;
use crate::prelude::*;
use crate::wire::Response;

/// The first line of every answer. It is never closed.
const HEADER: &str = "<license>";

pub(super) fn render(name: Option<Name>, reply: &Reply) -> Response {
    let result = match (reply, name) {
        (Reply::Page(page), _) => return render_page(*page),
        (Reply::Result(result), _) => Some(result.as_str()),
        (Reply::No, Some(name)) => Some(name.no()),
        (Reply::Yes, Some(name)) => name.yes(),
        (Reply::No | Reply::Yes, None) => None,
    };
    match result {
        Some(result) => {
            let body = [HEADER, "\n", result, "\n"].concat();
            Response::new(200, "text/plain; charset=utf-8", body)
        }
        // No call of this kind is answered so.
        None => render_page(Page::of(Problem::Unavailable)),
    }
}

fn render_page(Page { problem, retry_after }: Page) -> Response {
    let (status, _) = problem.line();
    let response = Response::new(status, "text/html; charset=utf-8", page(problem));
    let response =
        if problem == Problem::WrongMethod { response.with("allow", "POST") } else { response };
    match retry_after {
        Some(seconds) => response.with("retry-after", seconds.to_string()),
        None => response,
    }
}

fn page(problem: Problem) -> String {
    let (_, sentence) = problem.line();
    let parts = [
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>",
        sentence,
        "</title>\n<p>",
        sentence,
        "</p>\n</html>\n",
    ];
    parts.concat()
}

pub(super) fn parse(name: Name, response: &Response) -> Option<Reply> {
    let body = core::str::from_utf8(&response.body).ok()?;
    if response.status != 200 {
        return parse_page(response, body).map(Reply::Page);
    }
    let result = result_in(body)?;
    // Old clients trim; what is kept with a license is given back as it is.
    let result = if name == Name::GetData { result } else { result.trim() };
    if result == name.no() {
        return Some(Reply::No);
    }
    match name {
        // What says "no" is not documented of every call. Most say `F`, and these may have too.
        Name::Auth | Name::EmailExists if result == "F" => Some(Reply::No),
        Name::Auth
        | Name::Deactivate
        | Name::EmailExists
        | Name::ForceEmailChange
        | Name::SetData => (name.yes() == Some(result)).then_some(Reply::Yes),
        Name::Activate | Name::Create => is_alias(result).then(|| Reply::Result(result.to_owned())),
        Name::Inactivate | Name::GetLicense => {
            LicenseKey::new(result).is_ok().then(|| Reply::Result(result.to_owned()))
        }
        Name::GetData => Some(Reply::Result(result.to_owned())),
    }
}

/// What follows the first line, without the end of its own line; whichever ends they have.
fn result_in(body: &str) -> Option<&str> {
    let rest = body.strip_prefix(HEADER)?;
    match rest.strip_prefix("\r\n") {
        Some(rest) => Some(rest.strip_suffix("\r\n").unwrap_or(rest)),
        None => rest.strip_prefix('\n').map(|rest| rest.strip_suffix('\n').unwrap_or(rest)),
    }
}

/// As old clients know one: 12 characters beside 1 to 3 hyphens.
fn is_alias(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let hyphens = text.bytes().filter(|byte| *byte == b'-').count();
    is_plain && (1..=3).contains(&hyphens) && text.len() == hyphens.saturating_add(12)
}

/// Only pages that a server of ours writes: any other may be a captive portal's.
fn parse_page(response: &Response, body: &str) -> Option<Page> {
    let is_it = |problem: &Problem| problem.line().0 == response.status && page(*problem) == body;
    let problem = Problem::ALL.into_iter().find(is_it)?;
    let retry_after = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
    Some(Page { problem, retry_after })
}
