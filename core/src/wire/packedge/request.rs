//! Requests: read by the server, written by the client.

use serde_json::{Map, Value};

use super::{Asked, Call, Code, License, Name, Place, Verb, developer};
use crate::prelude::*;
use crate::wire::foreign::{Fields, Incoming, no_site};
use crate::wire::{Request, write as text_of};

/// What a site is called, in the order in which the public API looks for it.
pub(super) const SITES: [&str; 3] = ["url", "domain", "site"];
/// The same in the open edge.
const OPEN_SITES: [&str; 3] = ["domain", "url", "site"];
/// What an activation is called.
pub(super) const ACTIVATIONS: [&str; 2] = ["activation_id", "site_id"];

pub(super) fn route(request: &Incoming) -> Option<Name> {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (name, method) = match segments.as_slice() {
        ["v1", "licenses", verb] if open_verb(verb).is_some() => {
            (Name::Open(open_verb(verb)?), "POST")
        }
        ["public", "v1", "licenses", "check"] => (Name::Public(Verb::Check), "POST"),
        ["public", "v1", "licenses", verb] => (Name::Public(open_verb(verb)?), "POST"),
        ["v1", "wp", "update-check"]
        | ["public", "v1", "wp", "update-check"]
        | ["public", "v1", "update", _] => (Name::Update, "GET"),
        ["v1", "download", _] => (Name::Download, "GET"),
        ["v1", rest @ ..] => {
            return developer::request::route(&request.method, rest).map(Name::Developer);
        }
        _ => return None,
    };
    (request.method == method).then_some(name)
}

/// What the open edge has; `check` came with the public API.
pub(super) fn open_verb(word: &str) -> Option<Verb> {
    match word {
        "activate" => Some(Verb::Activate),
        "deactivate" => Some(Verb::Deactivate),
        "validate" => Some(Verb::Validate),
        _ => None,
    }
}

/// The fields of a body, which is a JSON object.
pub(super) fn body(request: &Incoming) -> Option<Fields> {
    Fields::from_json(request.bytes())
}

/// The public key of a request: the body's, or the header's.
pub(super) fn public_key<'a>(request: &'a Incoming, fields: &'a Fields) -> Option<&'a str> {
    let header = || request.header("x-public-key").filter(|text| !text.is_empty());
    fields.filled("public_key").map(str::trim).or_else(header)
}

pub(super) fn read(name: Name, request: &Incoming) -> Result<Call, Code> {
    match name {
        Name::Open(verb) => {
            let fields = body(request).ok_or(Code::InvalidJson)?;
            let license = License { key: key(&fields)?, public_key: None };
            let product_slug = fields.filled("product_slug").map(str::to_owned);
            let activation = first(&fields, &ACTIVATIONS);
            let place = Place { site: site(&fields, &OPEN_SITES), activation };
            read_verb(verb, license, place, product_slug).map(Call::Application)
        }
        Name::Public(verb) => {
            let fields = body(request).ok_or(Code::InvalidJson)?;
            let public_key = public_key(request, &fields).ok_or(Code::PublicKeyRequired)?;
            let public_key = Some(public_key.to_owned());
            let license = License { key: key(&fields)?, public_key };
            let activation = first(&fields, &ACTIVATIONS);
            let place = Place { site: site(&fields, &SITES), activation };
            read_verb(verb, license, place, None).map(Call::Application)
        }
        Name::Update => {
            let segments = request.segments();
            let in_path = match segments.as_slice() {
                [.., update, slug] if update == "update" => Some(slug.clone()),
                _ => None,
            };
            let query = request.query_fields();
            let slug = in_path.or_else(|| query.text("slug").map(str::to_owned));
            let slug = slug.filter(|slug| !slug.trim().is_empty());
            slug.map(|slug| Call::Update { slug }).ok_or(Code::SlugRequired)
        }
        Name::Download => {
            let release = request.segments().pop().unwrap_or_default();
            Ok(Call::Download { release })
        }
        Name::Developer(name) => {
            let call = developer::request::read(name, request)?;
            Ok(Call::Developer(Box::new(call)))
        }
    }
}

fn key(fields: &Fields) -> Result<String, Code> {
    let key = fields.filled("license_key").ok_or(Code::KeyRequired)?;
    Ok(key.trim().to_owned())
}

/// The first of these that is there and more than white space.
fn first(fields: &Fields, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| fields.filled(name)).map(|text| text.trim().to_owned())
}

/// The first of these that names a site: one of which nothing is left, or too much, is as good as
/// missing.
fn site(fields: &Fields, names: &[&str]) -> Option<String> {
    let mut texts = names.iter().filter_map(|name| fields.filled(name)).map(str::trim);
    texts.find(|text| no_site(text).is_none()).map(str::to_owned)
}

fn read_verb(
    verb: Verb,
    license: License,
    place: Place,
    product_slug: Option<String>,
) -> Result<Asked, Code> {
    let Place { site, activation } = place;
    match verb {
        Verb::Activate => Ok(Asked::Activate { license, site: site.ok_or(Code::DomainRequired)? }),
        Verb::Check => Ok(Asked::Check { license, site: site.ok_or(Code::DomainRequired)? }),
        Verb::Validate => Ok(Asked::Validate { license, site, product_slug }),
        Verb::Deactivate if site.is_none() && activation.is_none() => Err(Code::PlaceRequired),
        Verb::Deactivate => Ok(Asked::Deactivate { license, place: Place { site, activation } }),
    }
}

/// As the plugins of the guides do.
pub(super) fn write(call: &Call) -> Request {
    match call {
        Call::Application(asked) => write_asked(asked),
        Call::Update { slug } => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("slug", slug);
            Request::new("GET", format!("/v1/wp/update-check?{}", query.finish()))
        }
        Call::Download { release } => {
            Request::new("GET", format!("/v1/download/{}", developer::request::segment(release)))
        }
        Call::Developer(call) => developer::request::write(call),
    }
}

pub(super) fn write_asked(asked: &Asked) -> Request {
    match asked {
        Asked::Activate { license, site } => {
            let field = if license.public_key.is_some() { "url" } else { "domain" };
            post("activate", license, &[(field, Some(site))])
        }
        Asked::Deactivate { license, place: Place { site, activation } } => {
            let members = [("domain", site.as_ref()), ("activation_id", activation.as_ref())];
            post("deactivate", license, &members)
        }
        Asked::Validate { license, site, product_slug } => {
            let members = [("domain", site.as_ref()), ("product_slug", product_slug.as_ref())];
            post("validate", license, &members)
        }
        Asked::Check { license, site } => post("check", license, &[("domain", Some(site))]),
    }
}

fn post(verb: &str, license: &License, members: &[(&str, Option<&String>)]) -> Request {
    let mut body = Map::new();
    let keys = [("license_key", Some(&license.key)), ("public_key", license.public_key.as_ref())];
    for (name, value) in keys.iter().chain(members) {
        if let Some(value) = value {
            body.insert((*name).to_owned(), Value::String((*value).clone()));
        }
    }
    let base = if license.public_key.is_some() { "/public" } else { "" };
    json("POST", [base, "/v1/licenses/", verb].concat(), body)
}

/// A request with a JSON body.
pub(super) fn json(method: &str, path: String, body: Map<String, Value>) -> Request {
    // A map of texts and whole numbers can always be written.
    let body = text_of(&Value::Object(body)).unwrap_or_default();
    Request::new(method, path).with("content-type", "application/json").carrying(body)
}
