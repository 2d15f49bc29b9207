//! Requests: read by the server, written by the client.

use crate::prelude::*;
use serde_json::{Map, Value};

use super::{Call, Code, Failure, License, NO_LICENSE, Name, VENDOR_KEY};
use crate::identifier::NotAnIdentifier;
use crate::wire::foreign::{Fields, Form, Incoming, no_site, push_segment};
use crate::wire::{Request, write as text_of};

pub(super) fn route(request: &Incoming) -> Name {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (name, method) = match segments.strip_prefix(&["v1", "licenses"]) {
        Some(["validate"]) => (Name::Validate, "POST"),
        Some([_, "domains"]) => (Name::Activate, "POST"),
        Some([_, "domains", _]) => (Name::Deactivate, "DELETE"),
        Some([_, "updates"]) => (Name::Updates, "GET"),
        Some([_, "download"]) => (Name::Download, "GET"),
        Some(_) | None => return Name::Nothing { allow: None },
    };
    if request.method == method { name } else { Name::Nothing { allow: Some(method) } }
}

pub(super) fn read(name: Name, request: &Incoming) -> Result<Call, Failure> {
    match name {
        Name::Validate => {
            let fields = body(request)?;
            let license_key = required(&fields, "licenseKey")?.trim();
            Ok(Call::Validate {
                license: license(request, license_key),
                domain: domain(required(&fields, "domain")?)?,
                product: product(&fields)?,
            })
        }
        Name::Activate => {
            let fields = body(request)?;
            let domain = domain(required(&fields, "domain")?)?;
            Ok(Call::Activate { license: license_in_path(request)?, domain })
        }
        Name::Deactivate => {
            let domain = domain(&request.segments().pop().unwrap_or_default())?;
            Ok(Call::Deactivate { license: license_in_path(request)?, domain })
        }
        Name::Updates => {
            let fields = request.query_fields();
            let product = product(&fields)?;
            let installed_version = required(&fields, "installedVersion")?.trim().to_owned();
            let domain = domain(required(&fields, "domain")?)?;
            let license = license_in_path(request)?;
            Ok(Call::Updates { license, domain, product, installed_version })
        }
        Name::Download => {
            let fields = request.query_fields();
            let product = product(&fields)?;
            let version = required(&fields, "version")?.trim().to_owned();
            let domain = domain(required(&fields, "domain")?)?;
            Ok(Call::Download { license: license_in_path(request)?, domain, product, version })
        }
        Name::Nothing { allow: Some(method) } => {
            Err(Failure::of(Code::WrongMethod(method.to_owned())))
        }
        Name::Nothing { allow: None } => Err(Failure::of(Code::NotFound)),
    }
}

fn body(request: &Incoming) -> Result<Fields, Failure> {
    Fields::from_json(request.bytes()).ok_or_else(|| Failure::invalid("body"))
}

fn required<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Failure> {
    fields.filled(name).ok_or_else(|| Failure::invalid(name))
}

/// A blank one asks for nothing.
fn product(fields: &Fields) -> Result<Option<String>, Failure> {
    let product = fields.strict("product").map_err(|_| Failure::invalid("product"))?;
    let product = product.map(str::trim).filter(|product| !product.is_empty());
    Ok(product.map(str::to_owned))
}

/// A domain of which something is left.
fn domain(text: &str) -> Result<String, Failure> {
    if no_site(text) == Some(NotAnIdentifier::Empty) {
        Err(Failure::invalid("domain"))
    } else {
        Ok(text.trim().to_owned())
    }
}

fn license(request: &Incoming, license_key: &str) -> License {
    let vendor_key = request.header(VENDOR_KEY).unwrap_or_default().to_owned();
    License { vendor_key, license_key: license_key.to_owned() }
}

fn license_in_path(request: &Incoming) -> Result<License, Failure> {
    let segments = request.segments();
    let key = segments.get(2).map(|key| key.trim()).filter(|key| !key.is_empty());
    // White space is nobody's key.
    let key = key.ok_or_else(|| Failure::saying(Code::NotFound, NO_LICENSE))?;
    Ok(license(request, key))
}

pub(super) fn write(call: &Call) -> Request {
    let (license, request) = match call {
        Call::Validate { license, domain, product } => {
            let mut body = Map::new();
            body.insert("licenseKey".to_owned(), license.license_key.as_str().into());
            body.insert("domain".to_owned(), domain.as_str().into());
            if let Some(product) = product {
                body.insert("product".to_owned(), product.as_str().into());
            }
            (license, posting("/v1/licenses/validate".to_owned(), &body))
        }
        Call::Activate { license, domain } => {
            let mut body = Map::new();
            body.insert("domain".to_owned(), domain.as_str().into());
            (license, posting(path(license, "domains"), &body))
        }
        Call::Deactivate { license, domain } => {
            let mut path = path(license, "domains/");
            push_segment(&mut path, domain);
            (license, Request::new("DELETE", path))
        }
        Call::Updates { license, domain, product, installed_version } => {
            let version = ("installedVersion", installed_version.as_str());
            (license, getting(path(license, "updates?"), (product.as_deref(), version, domain)))
        }
        Call::Download { license, domain, product, version } => {
            let version = ("version", version.as_str());
            (license, getting(path(license, "download?"), (product.as_deref(), version, domain)))
        }
    };
    request.with(VENDOR_KEY, &license.vendor_key)
}

fn path(license: &License, rest: &str) -> String {
    let mut path = "/v1/licenses/".to_owned();
    push_segment(&mut path, &license.license_key);
    path.push('/');
    path.push_str(rest);
    path
}

fn posting(path: String, body: &Map<String, Value>) -> Request {
    let request = Request::new("POST", path).with("content-type", "application/json");
    // Texts can always be written.
    request.carrying(text_of(body).unwrap_or_default())
}

fn getting(
    path: String,
    (product, version, domain): (Option<&str>, (&str, &str), &str),
) -> Request {
    let mut query = Form::default();
    query.maybe("product", product);
    query.add(version.0, version.1);
    query.add("domain", domain);
    Request::new("GET", [path, query.finish()].concat())
}
