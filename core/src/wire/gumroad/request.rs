//! Requests: read by the server, written by the client.

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use super::{Call, Code, License, Name, Reply};
use crate::prelude::*;
use crate::wire::foreign::{Body, Fields, Form, Incoming};
use crate::wire::{NotJson, Request, parse};

const FORM: &str = "application/x-www-form-urlencoded";

/// The fields that `verify` wants to be texts, in the order in which they are looked at.
const TEXTS: [&str; 5] = ["license_key", "product_id", "product_permalink", "id", "link_id"];

/// Under which names `verify` finds a permalink; the first that is filled counts.
const PERMALINKS: [&str; 3] = ["id", "link_id", "product_permalink"];

/// Under which names a token comes, where it comes in no header.
const TOKENS: [&str; 2] = ["access_token", "bearer_token"];

pub(super) fn route(request: &Incoming) -> Result<Name, Reply> {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let path = segments.strip_prefix(&["api"]).unwrap_or(&segments);
    let word = match path {
        ["v2", "licenses", last] => last.strip_suffix(".json").unwrap_or(last),
        _ => "",
    };
    let name = Name::by_word(word).filter(|name| name.method() == method(request));
    name.ok_or_else(|| Code::UnknownPath.into())
}

/// The method; a POST may stand for a PUT, where forms and proxies know no other.
fn method(request: &Incoming) -> &str {
    if request.method != "POST" {
        return &request.method;
    }
    let body = if is_json(request) { None } else { body(request).ok() };
    let said = body.as_ref().and_then(|fields| fields.text("_method"));
    let said = said.or_else(|| request.header("x-http-method-override"));
    if said.is_some_and(|said| said.trim().eq_ignore_ascii_case("put")) { "PUT" } else { "POST" }
}

pub(super) fn read(name: Name, request: &Incoming) -> Result<Call, Reply> {
    let fields = fields(request).map_err(Reply::from)?;
    match name {
        Name::Verify => {
            let wrong = TEXTS.into_iter().find(|name| !is_text_or_blank(fields.0.get(*name)));
            if let Some(name) = wrong {
                return Err(Code::NotText(name.to_owned()).into());
            }
            let says_no = fields.0.get("increment_uses_count") == Some(&Value::Bool(false))
                || fields.text("increment_uses_count") == Some("false");
            Ok(Call::Verify { license: license(&fields, &PERMALINKS), counts: !says_no })
        }
        Name::Change(action) => Ok(Call::Change {
            action,
            license: license(&fields, &["product_permalink"]),
            access_token: token(request),
        }),
    }
}

/// The access token that a request brings: in its header, else among its fields.
pub(super) fn token(request: &Incoming) -> Option<String> {
    request.bearer().map(str::to_owned).or_else(|| {
        let fields = fields(request).ok()?;
        TOKENS.iter().find_map(|name| fields.filled(name)).map(str::to_owned)
    })
}

/// What a request asks with: the query's fields, and the body's where that lacks one.
pub(super) fn fields(request: &Incoming) -> Result<Fields, Code> {
    let body = body(request)?;
    Ok(nested(form_urlencoded::parse(request.query.as_bytes())).or(body))
}

fn body(request: &Incoming) -> Result<Fields, Code> {
    let bytes = request.bytes();
    match &request.body {
        Body::Broken => Err(Code::Unparsable),
        Body::Multipart(parts) => Ok(nested(parts.iter().map(|(name, value)| (name, value)))),
        Body::Bytes(_) if is_json(request) => json(bytes),
        Body::Bytes(_) if is_form(bytes) => Ok(nested(form_urlencoded::parse(bytes))),
        Body::Bytes(_) if request.media_type() == FORM => Err(Code::Unparsable),
        Body::Bytes(_) => Ok(Fields::default()),
    }
}

fn is_json(request: &Incoming) -> bool {
    request.media_type() == "application/json"
}

/// The members of a JSON object. Any other value has none, and so has no value at all.
fn json(bytes: &[u8]) -> Result<Fields, Code> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Fields::default());
    }
    match parse(bytes) {
        Ok(Value::Object(members)) => Ok(Fields(members)),
        Ok(_) => Ok(Fields::default()),
        Err(NotJson) => Err(Code::Unparsable),
    }
}

/// Whether bytes are a form: every `%` begins two hex digits, and what that makes is text.
fn is_form(bytes: &[u8]) -> bool {
    let mut escapes = bytes.split(|byte| *byte == b'%').skip(1);
    let are_hex =
        |rest: &[u8]| rest.iter().take(2).filter(|it| it.is_ascii_hexdigit()).count() == 2;
    escapes.all(are_hex) && percent_decode(bytes).decode_utf8().is_ok()
}

/// A form's fields. `a[b]=1` makes `a` something that is no text.
fn nested<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Fields {
    let pair = |(name, value): (N, V)| {
        let (name, value) = (name.as_ref(), value.as_ref());
        match name.split_once('[') {
            Some((outer, inner)) if !outer.is_empty() && inner.contains(']') => {
                (outer.to_owned(), Value::Object(Map::new()))
            }
            Some(_) | None => (name.to_owned(), value.into()),
        }
    };
    Fields(pairs.into_iter().map(pair).collect())
}

fn is_text_or_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false) | Value::String(_)) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Bool(true) | Value::Number(_) | Value::Object(_)) => false,
    }
}

fn license(fields: &Fields, permalinks: &[&str]) -> License {
    let permalink = permalinks.iter().find_map(|name| fields.filled(name));
    License {
        license_key: fields.text("license_key").unwrap_or_default().to_owned(),
        product_id: fields.filled("product_id").map(str::to_owned),
        permalink: permalink.map(str::to_owned),
    }
}

/// A form, as Gumroad's documentation sends it.
pub(super) fn write(call: &Call) -> Request {
    let mut form = Form::default();
    let mut add = |name: &str, value: Option<&str>| form.maybe(name, value);
    let (name, license) = match call {
        Call::Verify { license, .. } => (Name::Verify, license),
        Call::Change { action, license, access_token } => {
            add("access_token", access_token.as_deref());
            (Name::Change(*action), license)
        }
    };
    add("product_id", license.product_id.as_deref());
    add("product_permalink", license.permalink.as_deref());
    add("license_key", Some(&license.license_key));
    if matches!(call, Call::Verify { counts: false, .. }) {
        add("increment_uses_count", Some("false"));
    }
    let path = ["/v2/licenses/", name.word()].concat();
    Request::new(name.method(), path).with("content-type", FORM).carrying(form.finish())
}
