//! Requests: read by the server, written by the client.

use crate::prelude::*;
use serde_json::Value;

use super::{BASE, Call, Code, Failure, License, Name, Reply, TEXT_CHARS_MAX};
use crate::wire::Request;
use crate::wire::foreign::{Body, Fields, Form, Incoming};

const KEY_IS_MISSING: &str = "Missing required parameter: license_key";
const DLID_IS_MISSING: &str = "Download ID (license key) is required";
const IDENTIFIER_IS_MISSING: &str = "Missing required parameter: identifier";

/// Joomla writes `&amp;` into some of its addresses.
const STRAY_DLID: &str = "amp;dlid";

pub(super) fn route(request: &Incoming) -> Result<Name, Reply> {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (name, method) = match segments.strip_prefix(&BASE) {
        Some(["licenses", "activate"]) => (Name::Activate, "POST"),
        Some(["licenses", "validate"]) => (Name::Validate, "POST"),
        Some(["licenses", "deactivate"]) => (Name::Deactivate, "POST"),
        Some(["updates", _]) => (Name::Updates, "GET"),
        Some(["downloads", _]) => {
            let query = request.query_fields();
            let plain = ["dlid", STRAY_DLID].iter().any(|name| query.text(name).is_some());
            (Name::Download { plain }, "GET")
        }
        Some(_) | None => return Err(Reply::Failed(Failure::of(Code::UnknownPath))),
    };
    if request.method == method {
        Ok(name)
    } else {
        Err(Reply::Failed(Failure::of(Code::WrongMethod(method.to_owned()))))
    }
}

pub(super) fn read(name: Name, request: &Incoming) -> Result<Call, Reply> {
    let call = match name {
        Name::Activate => body(request).and_then(|fields| read_activate(&fields)),
        Name::Validate => body(request).and_then(|fields| read_validate(&fields)),
        Name::Deactivate => body(request).and_then(|fields| read_deactivate(&fields)),
        Name::Updates => product_in_path(request).map(|product_id| Call::Updates { product_id }),
        Name::Download { plain } => read_download(request, plain),
    };
    call.map_err(Reply::Failed)
}

/// The fields of a POST: the body's, and the query's where those lack one.
fn body(request: &Incoming) -> Result<Fields, Failure> {
    let malformed = || Failure::invalid("Malformed request body");
    let bytes = request.bytes();
    let mut fields = match (&request.body, request.media_type().as_str()) {
        (Body::Broken, _) => return Err(malformed()),
        (Body::Multipart(parts), _) => Fields::from_pairs(parts.iter().cloned()),
        (Body::Bytes(_), "application/x-www-form-urlencoded") => Fields::from_form(bytes),
        (Body::Bytes(_), "application/json") => match bytes.trim_ascii() {
            [] => Fields::default(),
            bytes => Fields::from_json(bytes).ok_or_else(malformed)?,
        },
        (Body::Bytes(_), _) if bytes.trim_ascii_start().starts_with(b"{") => {
            Fields::from_json(bytes).ok_or_else(malformed)?
        }
        (Body::Bytes(_), _) => Fields::from_form(bytes),
    };
    fields.0.retain(|_, value| !value.is_null());
    Ok(fields.or(request.query_fields()))
}

/// A text that is there and is more than white space. A number is one, as it is in a form.
fn filled(fields: &Fields, name: &str) -> Result<Option<String>, Failure> {
    let text = match fields.0.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => return Err(malformed(name)),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn malformed(name: &str) -> Failure {
    Failure::invalid(format!("Malformed parameter: {name}"))
}

/// The key and the product of a call.
fn license(fields: &Fields, missing: &str) -> Result<License, Failure> {
    let mut license_key = None;
    for name in ["license_key", "dlid", STRAY_DLID] {
        if license_key.is_none() {
            license_key = filled(fields, name)?;
        }
    }
    let license_key = license_key.ok_or_else(|| Failure::invalid(missing))?;
    let product_id = filled(fields, "product_id")?.map(|id| id.parse());
    let product_id = product_id.transpose().map_err(|_| malformed("product_id"))?;
    Ok(License { license_key, product_id })
}

/// A text that is optional and not too long.
fn text(fields: &Fields, name: &str) -> Result<Option<String>, Failure> {
    match filled(fields, name)? {
        Some(text) if text.chars().count() > TEXT_CHARS_MAX => Err(malformed(name)),
        found => Ok(found),
    }
}

fn identifier(fields: &Fields) -> Result<String, Failure> {
    text(fields, "identifier")?.ok_or_else(|| Failure::invalid(IDENTIFIER_IS_MISSING))
}

fn read_activate(fields: &Fields) -> Result<Call, Failure> {
    Ok(Call::Activate {
        license: license(fields, KEY_IS_MISSING)?,
        identifier: identifier(fields)?,
        name: text(fields, "name")?,
    })
}

fn read_validate(fields: &Fields) -> Result<Call, Failure> {
    Ok(Call::Validate {
        license: license(fields, KEY_IS_MISSING)?,
        identifier: text(fields, "identifier")?,
    })
}

fn read_deactivate(fields: &Fields) -> Result<Call, Failure> {
    Ok(Call::Deactivate {
        license: license(fields, KEY_IS_MISSING)?,
        identifier: identifier(fields)?,
    })
}

fn product_in_path(request: &Incoming) -> Result<u64, Failure> {
    let segments = request.segments();
    let id = segments.last().and_then(|text| text.parse().ok());
    id.ok_or_else(|| malformed("product_id"))
}

fn read_download(request: &Incoming, plain: bool) -> Result<Call, Failure> {
    let fields = request.query_fields();
    let product_id = product_in_path(request)?;
    let missing = if plain { DLID_IS_MISSING } else { KEY_IS_MISSING };
    let License { license_key, .. } = license(&fields, missing)?;
    Ok(Call::Download {
        license: License { license_key, product_id: Some(product_id) },
        identifier: text(&fields, "identifier")?,
        plain,
    })
}

/// Form fields: every edition reads them.
pub(super) fn write(call: &Call) -> Request {
    let mut fields = Form::default();
    let mut add = |name: &str, value: Option<&str>| fields.maybe(name, value);
    let mut add_license = |license: &License| {
        add("license_key", Some(&license.license_key));
        add("product_id", license.product_id.map(|id| id.to_string()).as_deref());
    };
    match call {
        Call::Activate { license, identifier, name } => {
            add_license(license);
            add("identifier", Some(identifier));
            add("name", name.as_deref());
            post("activate", fields.finish())
        }
        Call::Validate { license, identifier } => {
            add_license(license);
            add("identifier", identifier.as_deref());
            post("validate", fields.finish())
        }
        Call::Deactivate { license, identifier } => {
            add_license(license);
            add("identifier", Some(identifier));
            post("deactivate", fields.finish())
        }
        Call::Updates { product_id } => get(&["updates/", &product_id.to_string()]),
        Call::Download { license, identifier, plain } => {
            add(if *plain { "dlid" } else { "license_key" }, Some(&license.license_key));
            add("identifier", identifier.as_deref());
            let product_id = license.product_id.unwrap_or_default();
            get(&["downloads/", &product_id.to_string(), "?", &fields.finish()])
        }
    }
}

fn post(call: &str, body: String) -> Request {
    let path = path(&["licenses/", call]);
    let content_type = "application/x-www-form-urlencoded";
    Request::new("POST", path).with("content-type", content_type).carrying(body)
}

fn get(rest: &[&str]) -> Request {
    Request::new("GET", path(rest))
}

fn path(rest: &[&str]) -> String {
    ["/", &BASE.join("/"), "/", &rest.concat()].concat()
}
