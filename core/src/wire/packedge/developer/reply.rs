//! The developer API's replies: rendered by the server, parsed by a client.

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::Product;
use super::super::reply::Millis;
use super::{
    Activation, Customer, License, Meta, Name, Page, Reply, Site, SiteOfLicense, Standing, Updated,
    Whole,
};
use crate::prelude::*;
use crate::wire::Response;
use crate::wire::foreign::Members;

/// What a site's status is called.
pub(super) const fn site_status(is_active: bool) -> &'static str {
    if is_active { "active" } else { "deactivated" }
}

#[derive(Serialize)]
struct Enveloped<T> {
    data: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<MetaBody>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MetaBody {
    page: u32,
    per_page: u32,
    total: u32,
    total_pages: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LicenseBody<'a> {
    id: &'a str,
    license_key: &'a str,
    product_id: &'a str,
    customer_id: Option<&'a str>,
    plan_id: Option<&'a str>,
    status: &'static str,
    seats: u32,
    activated_count: u32,
    expires_at: Option<Millis>,
    created_at: Millis,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    around: Option<AroundBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AroundBody<'a> {
    updated_at: Millis,
    product: ProductBody<'a>,
    customer: Option<CustomerBody<'a>>,
    activations: Vec<ActivationBody<'a>>,
}

#[derive(Serialize)]
struct ProductBody<'a> {
    id: Option<&'a str>,
    name: &'a str,
    slug: &'a str,
}

#[derive(Serialize)]
struct CustomerBody<'a> {
    id: &'a str,
    email: &'a str,
    name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivationBody<'a> {
    id: &'a str,
    domain: &'a str,
    status: &'static str,
    activated_at: Millis,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdatedBody<'a> {
    id: &'a str,
    license_key: &'a str,
    status: &'static str,
    seats: u32,
    expires_at: Option<Millis>,
    updated_at: Millis,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SiteBody<'a> {
    id: &'a str,
    license_id: &'a str,
    url: &'a str,
    status: &'static str,
    ip: Option<&'a str>,
    activated_at: Millis,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    around: Option<SiteAroundBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SiteAroundBody<'a> {
    /// Not kept.
    user_agent: Option<&'a str>,
    license: SiteLicenseBody<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SiteLicenseBody<'a> {
    id: &'a str,
    license_key: &'a str,
    product_id: &'a str,
}

#[derive(Serialize)]
struct AffectedBody {
    affected: u32,
}

#[derive(Serialize)]
struct DoneBody {
    message: &'static str,
}

pub(in super::super) fn render(name: Name, reply: &Reply) -> Response {
    match reply {
        Reply::Licenses(items, meta) => {
            list(items.iter().map(|license| license_body(license, None)).collect(), *meta)
        }
        Reply::License(license) => one(license_body(license, None)),
        Reply::Whole(whole) => one(license_body(&whole.license, Some(around(whole)))),
        Reply::Updated(updated) => one(UpdatedBody {
            id: &updated.id,
            license_key: &updated.license_key,
            status: updated.status.word(),
            seats: updated.seats,
            expires_at: updated.expires_at.map(Millis),
            updated_at: Millis(updated.updated_at),
        }),
        Reply::Affected(affected) => one(AffectedBody { affected: *affected }),
        Reply::Sites(items, meta) => {
            list(items.iter().map(|site| site_body(site, None)).collect(), *meta)
        }
        Reply::Site(SiteOfLicense { site, license_key, product_id }) => {
            let license = SiteLicenseBody { id: &site.license_id, license_key, product_id };
            one(site_body(site, Some(SiteAroundBody { user_agent: None, license })))
        }
        Reply::Done => one(DoneBody { message: name.done() }),
    }
}

fn one(data: impl Serialize) -> Response {
    Response::json(200, &Enveloped { data, meta: None })
}

fn list<T: Serialize>(data: Vec<T>, meta: Meta) -> Response {
    let Page { number: page, size: per_page } = meta.page;
    let meta = MetaBody { page, per_page, total: meta.total, total_pages: meta.pages() };
    Response::json(200, &Enveloped { data, meta: Some(meta) })
}

fn license_body<'a>(license: &'a License, around: Option<AroundBody<'a>>) -> LicenseBody<'a> {
    LicenseBody {
        id: &license.id,
        license_key: &license.license_key,
        product_id: &license.product_id,
        customer_id: license.customer_id.as_deref(),
        plan_id: license.plan_id.as_deref(),
        status: license.status.word(),
        seats: license.seats,
        activated_count: license.activated_count,
        expires_at: license.expires_at.map(Millis),
        created_at: Millis(license.created_at),
        around,
    }
}

fn around(whole: &Whole) -> AroundBody<'_> {
    let Product { id, name, slug } = &whole.product;
    let activation = |one: &'_ Activation| -> (Millis, &'static str) {
        (Millis(one.activated_at), site_status(one.is_active))
    };
    AroundBody {
        updated_at: Millis(whole.updated_at),
        product: ProductBody { id: id.as_deref(), name, slug },
        customer: whole.customer.as_ref().map(|customer| CustomerBody {
            id: &customer.id,
            email: &customer.email,
            name: customer.name.as_deref(),
        }),
        activations: whole
            .activations
            .iter()
            .map(|one| {
                let (activated_at, status) = activation(one);
                ActivationBody { id: &one.id, domain: &one.domain, status, activated_at }
            })
            .collect(),
    }
}

fn site_body<'a>(site: &'a Site, around: Option<SiteAroundBody<'a>>) -> SiteBody<'a> {
    SiteBody {
        id: &site.id,
        license_id: &site.license_id,
        url: &site.url,
        status: site_status(site.is_active),
        ip: site.ip.as_deref(),
        activated_at: Millis(site.activated_at),
        around,
    }
}

pub(in super::super) fn parse(name: Name, body: &Map<String, Value>) -> Option<Reply> {
    let members = Members(body);
    match name {
        Name::ListLicenses => Some(Reply::Licenses(items(body, license)?, meta(members)?)),
        Name::ListSites => Some(Reply::Sites(items(body, site)?, meta(members)?)),
        Name::GetLicense => {
            let data = members.object("data")?;
            let customer = data.maybe("customer", |data, name| customer(data.object(name)?));
            Some(Reply::Whole(Box::new(Whole {
                license: license(data)?,
                updated_at: data.time("updatedAt")?,
                product: product(data.object("product")?)?,
                customer: customer.ok()?,
                activations: array(data.0, "activations", activation)?,
            })))
        }
        Name::CreateLicense | Name::RegenerateLicense => {
            license(members.object("data")?).map(Reply::License)
        }
        Name::UpdateLicense => {
            let data = members.object("data")?;
            Some(Reply::Updated(Updated {
                id: data.string("id")?,
                license_key: data.string("licenseKey")?,
                status: standing(data)?,
                seats: data.number("seats")?,
                expires_at: data.maybe("expiresAt", Members::time).ok()?,
                updated_at: data.time("updatedAt")?,
            }))
        }
        Name::ChangeLicenses | Name::DeactivateSites => {
            Some(Reply::Affected(members.object("data")?.number("affected")?))
        }
        Name::GetSite => {
            let data = members.object("data")?;
            let license = data.object("license")?;
            Some(Reply::Site(SiteOfLicense {
                site: site(data)?,
                license_key: license.string("licenseKey")?,
                product_id: license.string("productId")?,
            }))
        }
        Name::RevokeLicense | Name::DeleteLicense | Name::DeactivateSite => {
            members.object("data")?.text("message").map(|_| Reply::Done)
        }
    }
}

fn items<T>(body: &Map<String, Value>, read: impl Fn(Members<'_>) -> Option<T>) -> Option<Vec<T>> {
    array(body, "data", read)
}

fn array<T>(
    members: &Map<String, Value>,
    name: &str,
    read: impl Fn(Members<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let items = members.get(name)?.as_array()?;
    items.iter().map(|item| read(Members(item.as_object()?))).collect()
}

fn meta(body: Members<'_>) -> Option<Meta> {
    let meta = body.object("meta")?;
    let page = Page { number: meta.number("page")?, size: meta.number("perPage")? };
    Some(Meta { page, total: meta.number("total")? })
}

fn standing(data: Members<'_>) -> Option<Standing> {
    Standing::named(data.text("status")?)
}

fn license(data: Members<'_>) -> Option<License> {
    Some(License {
        id: data.string("id")?,
        license_key: data.string("licenseKey")?,
        product_id: data.string("productId")?,
        customer_id: data.maybe("customerId", Members::string).ok()?,
        plan_id: data.maybe("planId", Members::string).ok()?,
        status: standing(data)?,
        seats: data.number("seats")?,
        activated_count: data.number("activatedCount")?,
        expires_at: data.maybe("expiresAt", Members::time).ok()?,
        created_at: data.time("createdAt")?,
    })
}

fn product(data: Members<'_>) -> Option<Product> {
    let id = data.maybe("id", Members::string).ok()?;
    Some(Product { id, name: data.string("name")?, slug: data.string("slug")? })
}

fn customer(data: Members<'_>) -> Option<Customer> {
    let name = data.maybe("name", Members::string).ok()?;
    Some(Customer { id: data.string("id")?, email: data.string("email")?, name })
}

/// Whether a site holds its place; one page of PackEdge's calls the others `inactive`.
fn is_active(data: Members<'_>) -> Option<bool> {
    match data.text("status")? {
        "active" => Some(true),
        "deactivated" | "inactive" => Some(false),
        _ => None,
    }
}

fn activation(data: Members<'_>) -> Option<Activation> {
    Some(Activation {
        id: data.string("id")?,
        domain: data.string("domain")?,
        is_active: is_active(data)?,
        activated_at: data.time("activatedAt")?,
    })
}

fn site(data: Members<'_>) -> Option<Site> {
    let license_id = data.string("licenseId").or_else(|| data.object("license")?.string("id"))?;
    Some(Site {
        id: data.string("id")?,
        license_id,
        url: data.string("url")?,
        is_active: is_active(data)?,
        ip: data.maybe("ip", Members::string).ok()?,
        activated_at: data.time("activatedAt")?,
    })
}
