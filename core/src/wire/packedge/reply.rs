//! Replies: rendered by the server, parsed by the client.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Code, Failure, Holder, Name, Product, Reply, Valid, Verb, developer};
use crate::prelude::*;
use crate::time::Timestamp;
use crate::wire::Response;
use crate::wire::foreign::Members;

/// A time with the milliseconds that we do not count.
pub(super) struct Millis(pub Timestamp);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = self.0.to_string();
        text.truncate(text.len().saturating_sub(1));
        text.push_str(".000Z");
        serializer.serialize_str(&text)
    }
}

#[derive(Serialize)]
struct ActivatedBody<'a> {
    success: bool,
    activation_id: &'a str,
}

/// The members of the public API's page, and those of its clients' types.
#[derive(Serialize)]
struct PublicActivatedBody<'a> {
    success: bool,
    site_id: &'a str,
    activated_at: Millis,
    activation_id: &'a str,
    #[serde(rename = "activationId")]
    activation: &'a str,
}

#[derive(Serialize)]
struct DeactivatedBody {
    success: bool,
    message: &'static str,
}

#[derive(Serialize)]
struct ValidBody<'a> {
    valid: bool,
    license: LicenseBody<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<ProductBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activations: Option<PlacesBody>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LicenseBody<'a> {
    key: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_count: Option<u32>,
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<Value>,
}

#[derive(Serialize)]
struct ProductBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    name: &'a str,
    slug: &'a str,
}

#[derive(Serialize)]
struct PlacesBody {
    used: u32,
    limit: u32,
}

#[derive(Serialize)]
struct CheckedBody<'a> {
    activated: bool,
    activation_id: Option<&'a str>,
    activated_at: Option<Millis>,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<bool>,
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
}

pub(super) fn render(name: Option<Name>, reply: &Reply) -> Response {
    match reply {
        Reply::Activated { id, at: None } => {
            Response::json(200, &ActivatedBody { success: true, activation_id: id })
        }
        Reply::Activated { id, at: Some(at) } => {
            let body = PublicActivatedBody {
                success: true,
                site_id: id,
                activated_at: Millis(*at),
                activation_id: id,
                activation: id,
            };
            Response::json(200, &body)
        }
        Reply::Deactivated => {
            let body = DeactivatedBody { success: true, message: "Activation deactivated" };
            Response::json(200, &body)
        }
        Reply::Valid(valid) => Response::json(200, &valid_body(valid)),
        Reply::Checked(place) => {
            let (id, at) = place.as_ref().map(|(id, at)| (id.as_str(), Millis(*at))).unzip();
            let activated = place.is_some();
            Response::json(200, &CheckedBody { activated, activation_id: id, activated_at: at })
        }
        Reply::Developer(reply) => match name {
            Some(Name::Developer(name)) => developer::reply::render(name, reply),
            _ => render_failure(name, &Failure::of(Code::Internal)),
        },
        Reply::Failed(failure) => render_failure(name, failure),
    }
}

fn valid_body(valid: &Valid) -> ValidBody<'_> {
    let (used, limit) = valid.places.unzip();
    let customer_id = match &valid.holder {
        Holder::Untold => None,
        Holder::Nobody => Some(Value::Null),
        Holder::Customer(id) => Some(id.as_str().into()),
    };
    let places = valid.places.filter(|_| customer_id.is_some());
    ValidBody {
        valid: true,
        license: LicenseBody {
            key: &valid.key,
            status: "active",
            seats: limit,
            activated_count: used,
            expires_at: valid.expires_at.map(Millis),
            customer_id,
        },
        product: valid.product.as_ref().map(|Product { id, name, slug }| ProductBody {
            id: id.as_deref(),
            name,
            slug,
        }),
        activations: places.map(|(used, limit)| PlacesBody { used, limit }),
    }
}

fn render_failure(name: Option<Name>, failure: &Failure) -> Response {
    let Failure { code, retry_after } = failure;
    let (status, sentence) = code.line();
    let validates = name.and_then(Name::verb) == Some(Verb::Validate);
    let is_verdict = validates && code.is_verdict();
    let is_no = is_verdict || matches!(code, Code::Other(_, 200)) || code.is_about_keys();
    let (status, valid) =
        (if is_verdict { 200 } else { status }, (validates && is_no).then_some(false));
    // In the body it is only where PackEdge has more than the sentence there.
    let told = retry_after.filter(|_| *code == Code::RateLimited);
    let body = FailureBody { valid, error: sentence, retry_after: told };
    let response = Response::json(status, &body);
    match retry_after {
        Some(seconds) => response.with("retry-after", seconds.to_string()),
        None => response,
    }
}

pub(super) fn parse(name: Name, response: &Response) -> Option<Reply> {
    if let Some(verb) = name.verb() {
        return parse_answered(verb, response);
    }
    let body = response.object()?;
    let members = Members(&body);
    if response.status != 200 || members.text("error").is_some() {
        let failure = parse_failure(response, members)?;
        return (response.status != 200).then_some(Reply::Failed(failure));
    }
    let Name::Developer(name) = name else { return None };
    developer::reply::parse(name, &body).map(|reply| Reply::Developer(Box::new(reply)))
}

/// As [`parse`], of what applications ask.
pub(super) fn parse_answered(verb: Verb, response: &Response) -> Option<Reply> {
    let body = response.object()?;
    let members = Members(&body);
    if response.status != 200 || members.text("error").is_some() {
        return parse_failure(response, members).map(Reply::Failed);
    }
    match verb {
        Verb::Activate => {
            members.flag("success")?.then_some(())?;
            let names = ["activation_id", "activationId", "site_id"];
            let id = names.iter().find_map(|name| members.string(name))?;
            let at = members.maybe("activated_at", Members::time).ok()?;
            Some(Reply::Activated { id, at })
        }
        Verb::Deactivate => members.flag("success")?.then_some(Reply::Deactivated),
        Verb::Validate => {
            members.flag("valid")?.then_some(())?;
            Some(Reply::Valid(Box::new(parse_valid(members)?)))
        }
        Verb::Check => {
            let id = members.maybe("activation_id", Members::string).ok()?;
            let at = members.maybe("activated_at", Members::time).ok()?;
            match (members.flag("activated")?, id.zip(at)) {
                (true, Some(place)) => Some(Reply::Checked(Some(place))),
                (false, None) => Some(Reply::Checked(None)),
                (true, None) | (false, Some(_)) => None,
            }
        }
    }
}

fn parse_valid(body: Members<'_>) -> Option<Valid> {
    let license = body.object("license")?;
    // "Valid" beside another status is nobody's answer.
    (license.text("status")? == "active").then_some(())?;
    let places = license.number("activatedCount").zip(license.number("seats"));
    let told = || {
        let places = body.object("activations")?;
        places.number("used").zip(places.number("limit"))
    };
    let holder = match license.0.get("customerId") {
        None => Holder::Untold,
        Some(Value::Null) => Holder::Nobody,
        Some(id) => Holder::Customer(id.as_str()?.to_owned()),
    };
    let product = body.maybe("product", |body, name| {
        let product = body.object(name)?;
        let id = product.maybe("id", Members::string).ok()?;
        Some(Product { id, name: product.string("name")?, slug: product.string("slug")? })
    });
    Some(Valid {
        key: license.string("key")?,
        places: places.or_else(told),
        expires_at: license.maybe("expiresAt", Members::time).ok()?,
        holder,
        product: product.ok()?,
    })
}

fn parse_failure(response: &Response, body: Members<'_>) -> Option<Failure> {
    let sentence = body.text("error")?;
    // A failure that says "yes" is nobody's answer.
    if ["valid", "success", "activated"].iter().any(|name| body.flag(name) == Some(true)) {
        return None;
    }
    // Nor is one with a good status that does not say "no": somebody in between may have made it.
    if response.status == 200 && body.flag("valid") != Some(false) {
        return None;
    }
    let header = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
    let retry_after = header.or_else(|| body.number("retry_after"));
    let status = response.status;
    let fits = |code: &Code| {
        let (its_status, its_sentence) = code.line();
        let is_fault = |status| status == 429 || status >= 500;
        // Which status goes with which sentence is nowhere written, but a fault is no "no".
        its_sentence == sentence && is_fault(its_status) == is_fault(status)
    };
    let known = Code::ALL.iter().find(|code| fits(code)).cloned();
    let code = match known {
        Some(code) => code,
        None if status == 429 => Code::RateLimited,
        None => Code::Other(sentence.to_owned(), status),
    };
    Some(Failure { code, retry_after })
}
