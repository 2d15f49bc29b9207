//! The developer API's requests: read by the server, written by a client.

use form_urlencoded::Serializer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::super::Code;
use super::super::request::{body, json as with_json, open_verb};
use super::{
    Action, Buyer, Call, End, LicenseFilter, Name, NewLicense, Page, Patch, SiteFilter, Standing,
};
use crate::prelude::*;
use crate::text::{Email, Name as PersonName, TextProblem};
use crate::time::{DAYS_MAX, Timestamp};
use crate::wire::Request;
use crate::wire::foreign::{Fields, Incoming, SEATS_UNLIMITED};

/// Items on a page where nothing is said, and at most.
const PAGE_SIZE: (u32, u32) = (20, 100);

const BULK: &str = "bulk";

const NOT_A_TIME: &str = "expiresAt must be an RFC 3339 date and time such as 2026-12-31T23:59:59Z";

/// The call for a path below `/v1`.
pub(in super::super) fn route(method: &str, path: &[&str]) -> Option<Name> {
    // Literal words go before ids.
    let is_id = |word: &str| word != BULK && open_verb(word).is_none();
    match (method, path) {
        ("GET", ["licenses"]) => Some(Name::ListLicenses),
        ("POST", ["licenses"]) => Some(Name::CreateLicense),
        ("POST", ["licenses", BULK]) => Some(Name::ChangeLicenses),
        ("GET", ["licenses", id]) if is_id(id) => Some(Name::GetLicense),
        ("PATCH", ["licenses", id]) if is_id(id) => Some(Name::UpdateLicense),
        ("DELETE", ["licenses", id]) if is_id(id) => Some(Name::DeleteLicense),
        ("POST", ["licenses", id, "revoke"]) if is_id(id) => Some(Name::RevokeLicense),
        ("POST", ["licenses", id, "regenerate"]) if is_id(id) => Some(Name::RegenerateLicense),
        ("GET", ["sites"]) => Some(Name::ListSites),
        ("POST", ["sites", BULK, "deactivate"]) => Some(Name::DeactivateSites),
        ("GET", ["sites", id]) if is_id(id) => Some(Name::GetSite),
        ("POST", ["sites", id, "deactivate"]) if is_id(id) => Some(Name::DeactivateSite),
        _ => None,
    }
}

pub(in super::super) fn read(name: Name, request: &Incoming) -> Result<Call, Code> {
    let id = || request.segments().into_iter().nth(2).unwrap_or_default();
    let fields = || body(request).ok_or(Code::InvalidJson);
    Ok(match name {
        Name::ListLicenses => Call::ListLicenses(license_filter(&request.query_fields())?),
        Name::GetLicense => Call::GetLicense(id()),
        Name::CreateLicense => Call::CreateLicense(Box::new(new_license(&fields()?)?)),
        Name::UpdateLicense => Call::UpdateLicense(id(), patch(&fields()?)?),
        Name::RevokeLicense => Call::RevokeLicense(id()),
        Name::DeleteLicense => Call::DeleteLicense(id()),
        Name::RegenerateLicense => Call::RegenerateLicense(id()),
        Name::ChangeLicenses => {
            let fields = fields()?;
            Call::ChangeLicenses(ids(&fields)?, action(&fields)?)
        }
        Name::ListSites => Call::ListSites(site_filter(&request.query_fields())?),
        Name::GetSite => Call::GetSite(id()),
        Name::DeactivateSite => Call::DeactivateSite(id()),
        Name::DeactivateSites => Call::DeactivateSites(ids(&fields()?)?),
    })
}

fn refused(sentence: &str) -> Code {
    Code::Other(sentence.to_owned(), 400)
}

/// Pages and sizes that are none are those that are assumed.
fn page(query: &Fields) -> Page {
    let (assumed, most) = PAGE_SIZE;
    let number = |name| query.text(name).and_then(|text| whole(text.trim()));
    Page {
        number: number("page").filter(|number| *number > 0).unwrap_or(1),
        size: number("per_page").filter(|size| *size > 0).unwrap_or(assumed).min(most),
    }
}

/// A number in digits. One that is larger than all that we count is the largest of those.
fn whole(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u32::MAX))
}

fn filled(fields: &Fields, name: &str) -> Option<String> {
    fields.filled(name).map(|text| text.trim().to_owned())
}

fn standing(word: &str) -> Result<Standing, Code> {
    Standing::named(word.trim()).ok_or_else(|| refused("Invalid status"))
}

fn license_filter(query: &Fields) -> Result<LicenseFilter, Code> {
    Ok(LicenseFilter {
        product_id: filled(query, "product_id"),
        customer_id: filled(query, "customer_id"),
        status: query.filled("status").map(standing).transpose()?,
        page: page(query),
    })
}

fn site_filter(query: &Fields) -> Result<SiteFilter, Code> {
    let is_active = match query.filled("status").map(str::trim) {
        None => None,
        Some("active") => Some(true),
        // One page of PackEdge's calls it so.
        Some("deactivated" | "inactive") => Some(false),
        Some(_) => return Err(refused("Invalid status")),
    };
    let (license_id, product_id) = (filled(query, "license_id"), filled(query, "product_id"));
    Ok(SiteFilter { license_id, product_id, is_active, page: page(query) })
}

fn new_license(fields: &Fields) -> Result<NewLicense, Code> {
    let product_id = filled(fields, "productId").ok_or_else(|| refused("productId is required"))?;
    let customer = match filled(fields, "customerId") {
        Some(id) => Buyer::Known(id),
        None => buyer(fields)?,
    };
    Ok(NewLicense {
        product_id,
        plan_id: filled(fields, "planId"),
        customer,
        seats: seats(fields)?,
        expires_at: end(fields)?,
    })
}

fn buyer(fields: &Fields) -> Result<Buyer, Code> {
    let email =
        fields.filled("customerEmail").ok_or_else(|| refused("customerEmail is required"))?;
    let email = Email::new(email).map_err(|problem| wrong("customerEmail", problem))?;
    let name = fields.filled("customerName").map(PersonName::new).transpose();
    let name = name.map_err(|problem| wrong("customerName", problem))?;
    Ok(Buyer::ByEmail(email, name))
}

fn wrong(name: &str, problem: TextProblem) -> Code {
    refused(&[name, " ", problem.0].concat())
}

fn not_from_1_to(name: &str, most: u64) -> Code {
    refused(&[name, " must be a whole number from 1 to ", &most.to_string()].concat())
}

fn seats(fields: &Fields) -> Result<Option<u32>, Code> {
    let Some(value) = fields.0.get("seats").filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let seats = value.as_u64().and_then(|seats| u32::try_from(seats).ok());
    let seats = seats.filter(|seats| (1..=SEATS_UNLIMITED).contains(seats));
    seats.map(Some).ok_or_else(|| not_from_1_to("seats", SEATS_UNLIMITED.into()))
}

fn end(fields: &Fields) -> Result<End, Code> {
    match fields.0.get("expiresAt") {
        None => Ok(End::Kept),
        Some(Value::Null) => Ok(End::Never),
        Some(value) => {
            let at = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
            at.map(End::At).ok_or_else(|| refused(NOT_A_TIME))
        }
    }
}

fn patch(fields: &Fields) -> Result<Patch, Code> {
    let status = match fields.0.get("status") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let status = standing(value.as_str().unwrap_or_default())?;
            // Only time brings a license past its date.
            if status == Standing::Expired {
                return Err(refused("Invalid status"));
            }
            Some(status)
        }
    };
    Ok(Patch { status, seats: seats(fields)?, expires_at: end(fields)? })
}

/// The ids; what is no text is nobody's id.
fn ids(fields: &Fields) -> Result<Vec<String>, Code> {
    let ids = fields.0.get("ids").and_then(Value::as_array);
    let ids = ids.ok_or_else(|| refused("ids is required"))?;
    Ok(ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn action(fields: &Fields) -> Result<Action, Code> {
    match fields.filled("action").map(str::trim) {
        Some("revoke") => Ok(Action::Revoke),
        Some("suspend") => Ok(Action::Suspend),
        Some("activate") => Ok(Action::Activate),
        Some("extend") => {
            let days = fields.0.get("extendDays").and_then(Value::as_u64);
            let days = days.filter(|days| (1..=DAYS_MAX).contains(days));
            let days = days.and_then(|days| u32::try_from(days).ok());
            days.map(Action::Extend).ok_or_else(|| not_from_1_to("extendDays", DAYS_MAX))
        }
        Some(_) => Err(refused("Invalid action")),
        None => Err(refused("action is required")),
    }
}

/// A text as a part of a path.
pub(in super::super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub(in super::super) fn write(call: &Call) -> Request {
    let of = |id: &str, rest: &str| ["/v1/licenses/", &segment(id), rest].concat();
    let of_site = |id: &str, rest: &str| ["/v1/sites/", &segment(id), rest].concat();
    match call {
        Call::ListLicenses(filter) => {
            let status = filter.status.map(Standing::word);
            let LicenseFilter { product_id, customer_id, page, .. } = filter;
            let query = [
                ("product_id", product_id.as_deref()),
                ("customer_id", customer_id.as_deref()),
                ("status", status),
            ];
            list("/v1/licenses", &query, *page)
        }
        Call::GetLicense(id) => Request::new("GET", of(id, "")),
        Call::CreateLicense(new) => with_json("POST", "/v1/licenses".to_owned(), created(new)),
        Call::UpdateLicense(id, patch) => with_json("PATCH", of(id, ""), patched(patch)),
        Call::RevokeLicense(id) => Request::new("POST", of(id, "/revoke")),
        Call::DeleteLicense(id) => Request::new("DELETE", of(id, "")),
        Call::RegenerateLicense(id) => Request::new("POST", of(id, "/regenerate")),
        Call::ChangeLicenses(ids, action) => {
            let mut members = Map::new();
            members.insert("ids".to_owned(), json!(ids));
            let word = match action {
                Action::Revoke => "revoke",
                Action::Suspend => "suspend",
                Action::Activate => "activate",
                Action::Extend(days) => {
                    members.insert("extendDays".to_owned(), (*days).into());
                    "extend"
                }
            };
            members.insert("action".to_owned(), word.into());
            with_json("POST", "/v1/licenses/bulk".to_owned(), members)
        }
        Call::ListSites(SiteFilter { license_id, product_id, is_active, page }) => {
            let status = is_active.map(super::reply::site_status);
            let query = [
                ("license_id", license_id.as_deref()),
                ("product_id", product_id.as_deref()),
                ("status", status),
            ];
            list("/v1/sites", &query, *page)
        }
        Call::GetSite(id) => Request::new("GET", of_site(id, "")),
        Call::DeactivateSite(id) => Request::new("POST", of_site(id, "/deactivate")),
        Call::DeactivateSites(ids) => {
            let mut members = Map::new();
            members.insert("ids".to_owned(), json!(ids));
            with_json("POST", "/v1/sites/bulk/deactivate".to_owned(), members)
        }
    }
}

fn list(path: &str, filter: &[(&str, Option<&str>)], page: Page) -> Request {
    let mut query = Serializer::new(String::new());
    for (name, value) in filter {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.append_pair("page", &page.number.to_string());
    query.append_pair("per_page", &page.size.to_string());
    Request::new("GET", [path, "?", &query.finish()].concat())
}

fn created(new: &NewLicense) -> Map<String, Value> {
    let (id, email, name) = match &new.customer {
        Buyer::Known(id) => (Some(id), None, None),
        Buyer::ByEmail(email, name) => (None, Some(email), name.as_ref()),
    };
    let members = [
        ("productId", json!(new.product_id)),
        ("planId", json!(new.plan_id)),
        ("customerId", json!(id)),
        ("customerEmail", json!(email)),
        ("customerName", json!(name)),
        ("seats", json!(new.seats)),
    ];
    let there = members.into_iter().filter(|(_, value)| !value.is_null());
    there.map(|(name, value)| (name.to_owned(), value)).chain(ends(new.expires_at)).collect()
}

/// The member that says when a license ends; `null`: never.
fn ends(end: End) -> Option<(String, Value)> {
    let value = match end {
        End::Kept => return None,
        End::Never => Value::Null,
        End::At(at) => json!(at),
    };
    Some(("expiresAt".to_owned(), value))
}

fn patched(patch: &Patch) -> Map<String, Value> {
    let mut members = Map::new();
    if let Some(status) = patch.status {
        members.insert("status".to_owned(), status.word().into());
    }
    if let Some(seats) = patch.seats {
        members.insert("seats".to_owned(), seats.into());
    }
    members.extend(ends(patch.expires_at));
    members
}
