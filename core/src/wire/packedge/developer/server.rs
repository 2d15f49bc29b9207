//! The server's end of the developer API.

use super::super::{Code, Failure, Product, Reply as AnyReply};
use super::{
    Action, Activation, Buyer, Call, Customer, End, License, LicenseFilter, Meta, Name, NewLicense,
    Page, Patch, Reply, Site, SiteFilter, SiteOfLicense, Standing, Updated, Whole,
};
use crate::decide::Stop;
use crate::identifier::ActivationType;
use crate::license::Status;
use crate::prelude::*;
use crate::refusal::{Refusal, WrongParameter};
use crate::wire::foreign::{
    Ask, Bulk, BuyerWanted, Command, Credential, Done, EachChange, EndWanted, Errand, Incoming,
    Job, LicenseWanted, LicensesWanted, ListedLicense, ListedPlace, Lookup, Mark, PageWanted,
    PlacesWanted, Query, Record, Revised, limit_of, seats_told,
};
use crate::wire::native::Scope;
use crate::wire::native::admin::token::TokenKind;

/// What `DELETE` leaves behind: such a license is in no list of this API.
const DELETED: Mark = Mark { member: "packedge", word: "deleted" };

pub(in super::super) const fn label(name: Name) -> &'static str {
    match name {
        Name::ListLicenses => "packedge.licenses.list",
        Name::GetLicense => "packedge.licenses.get",
        Name::CreateLicense => "packedge.licenses.create",
        Name::UpdateLicense => "packedge.licenses.update",
        Name::RevokeLicense => "packedge.licenses.revoke",
        Name::DeleteLicense => "packedge.licenses.delete",
        Name::RegenerateLicense => "packedge.licenses.regenerate",
        Name::ChangeLicenses => "packedge.licenses.bulk",
        Name::ListSites => "packedge.sites.list",
        Name::GetSite => "packedge.sites.get",
        Name::DeactivateSite => "packedge.sites.deactivate",
        Name::DeactivateSites => "packedge.sites.bulk",
    }
}

pub(in super::super) fn credential(name: Name, request: &Incoming) -> Credential {
    let scope = match name {
        Name::ListLicenses | Name::GetLicense | Name::ListSites | Name::GetSite => {
            Scope::LicensesRead
        }
        Name::CreateLicense
        | Name::UpdateLicense
        | Name::RevokeLicense
        | Name::DeleteLicense
        | Name::RegenerateLicense
        | Name::ChangeLicenses
        | Name::DeactivateSite
        | Name::DeactivateSites => Scope::LicensesWrite,
    };
    request.bearer().map_or(Credential::Missing, |text| Credential::Sent {
        kind: TokenKind::PackedgeApiKey,
        text: text.to_owned(),
        scope,
    })
}

pub(in super::super) fn ask(call: &Call) -> Ask {
    match call {
        Call::ListLicenses(filter) => lookup(Lookup::ListLicenses(licenses_wanted(filter))),
        Call::GetLicense(id) => lookup(Lookup::ShowLicense(id.clone())),
        Call::CreateLicense(new) => job(Job::Make(Box::new(license_wanted(new)))),
        Call::UpdateLicense(id, patch) => job(Job::Revise(id.clone(), revised(patch))),
        Call::RevokeLicense(id) => job(Job::End(id.clone())),
        Call::DeleteLicense(id) => job(Job::Hide(id.clone())),
        Call::RegenerateLicense(id) => job(Job::Rotate(id.clone())),
        Call::ChangeLicenses(ids, action) => bulk(ids, each(*action)),
        Call::ListSites(filter) => lookup(Lookup::ListPlaces(places_wanted(filter))),
        Call::GetSite(id) => lookup(Lookup::ShowPlace(id.clone())),
        Call::DeactivateSite(id) => job(Job::GiveBack(id.clone())),
        Call::DeactivateSites(ids) => bulk(ids, EachChange::GiveBack),
    }
}

const fn lookup(wanted: Lookup) -> Ask {
    Ask::Query(Query::Lookup(Errand { hidden: DELETED, wanted }))
}

const fn job(wanted: Job) -> Ask {
    Ask::Command(Command::Job(Errand { hidden: DELETED, wanted }))
}

fn bulk(ids: &[String], change: EachChange) -> Ask {
    let ids = ids.iter().cloned().collect();
    Ask::Bulk(Errand { hidden: DELETED, wanted: Bulk { ids, change } })
}

const fn page_wanted(page: Page) -> PageWanted {
    PageWanted { number: page.number, size: page.size }
}

fn licenses_wanted(filter: &LicenseFilter) -> LicensesWanted {
    let statuses: &[Status] = match filter.status {
        None => &[],
        Some(Standing::Active) => &[Status::Active],
        Some(Standing::Expired) => &[Status::Expired],
        Some(Standing::Suspended) => &[Status::Suspended, Status::Disabled],
        Some(Standing::Revoked) => &[Status::Revoked, Status::Cancelled],
    };
    LicensesWanted {
        product: filter.product_id.clone(),
        customer: filter.customer_id.clone(),
        statuses: statuses.to_vec(),
        page: page_wanted(filter.page),
    }
}

fn places_wanted(filter: &SiteFilter) -> PlacesWanted {
    PlacesWanted {
        license: filter.license_id.clone(),
        product: filter.product_id.clone(),
        is_active: filter.is_active,
        page: page_wanted(filter.page),
    }
}

fn license_wanted(new: &NewLicense) -> LicenseWanted {
    let buyer = match &new.customer {
        Buyer::Known(id) => BuyerWanted::Known(id.clone()),
        Buyer::ByEmail(email, name) => BuyerWanted::ByEmail(email.clone(), name.clone()),
    };
    LicenseWanted {
        product: new.product_id.clone(),
        plan: new.plan_id.clone(),
        buyer,
        // Where nothing is said it is the plan's number, and one without a plan.
        activation_limit: new.seats.map(limit_of),
        end: end_wanted(new.expires_at),
    }
}

const fn end_wanted(end: End) -> EndWanted {
    match end {
        End::Kept => EndWanted::Kept,
        End::Never => EndWanted::Never,
        End::At(at) => EndWanted::At(at),
    }
}

/// What it takes to let a license go, whichever way it was stopped. A dispute is not ours to end.
const LET_GO: &[Stop] = &[Stop::Reinstate, Stop::Enable];

fn revised(patch: &Patch) -> Revised {
    Revised {
        activation_limit: patch.seats.map(limit_of),
        end: end_wanted(patch.expires_at),
        stops: match patch.status {
            None | Some(Standing::Expired) => &[],
            Some(Standing::Active) => LET_GO,
            Some(Standing::Suspended) => &[Stop::Suspend],
            Some(Standing::Revoked) => &[Stop::Revoke],
        },
    }
}

const fn each(action: Action) -> EachChange {
    match action {
        Action::Revoke => EachChange::Stop(&[Stop::Revoke]),
        Action::Suspend => EachChange::Stop(&[Stop::Suspend]),
        Action::Activate => EachChange::Stop(LET_GO),
        Action::Extend(days) => EachChange::Extend(days),
    }
}

pub(in super::super) fn tell(call: &Call, done: &Done) -> AnyReply {
    let reply = match (call, done) {
        (Call::ListLicenses(filter), Done::Licenses(items, total)) => {
            Reply::Licenses(items.iter().map(license).collect(), meta(filter.page, *total))
        }
        (Call::GetLicense(_), Done::Record(record)) => Reply::Whole(Box::new(whole(record))),
        (Call::UpdateLicense(..), Done::License(listed)) => Reply::Updated(updated(listed)),
        (Call::CreateLicense(_) | Call::RegenerateLicense(_), Done::License(listed)) => {
            Reply::License(license(listed))
        }
        (Call::ChangeLicenses(..) | Call::DeactivateSites(_), Done::Count(count)) => {
            Reply::Affected(small(*count))
        }
        (
            Call::RevokeLicense(_) | Call::DeleteLicense(_) | Call::DeactivateSite(_),
            Done::License(_),
        ) => Reply::Done,
        (Call::ListSites(filter), Done::Places(items, total)) => {
            Reply::Sites(items.iter().map(site).collect(), meta(filter.page, *total))
        }
        (Call::GetSite(_), Done::Place(listed)) => Reply::Site(SiteOfLicense {
            site: site(listed),
            license_key: listed.key.reveal().to_owned(),
            product_id: listed.product.to_string(),
        }),
        // What was not done must not read as if it were.
        _ => return AnyReply::Failed(Failure::of(Code::Internal)),
    };
    AnyReply::Developer(Box::new(reply))
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn meta(page: Page, total: usize) -> Meta {
    Meta { page, total: small(total) }
}

pub(in super::super) const fn standing(status: Status) -> Standing {
    match status {
        Status::Active => Standing::Active,
        Status::Expired => Standing::Expired,
        Status::Suspended | Status::Disabled => Standing::Suspended,
        Status::Revoked | Status::Cancelled => Standing::Revoked,
    }
}

fn license(listed: &ListedLicense) -> License {
    let ListedLicense { license, key, status, .. } = listed;
    License {
        id: license.id.to_string(),
        license_key: key.reveal().to_owned(),
        product_id: license.product.to_string(),
        customer_id: license.customer.map(|customer| customer.to_string()),
        plan_id: license.plan.map(|plan| plan.to_string()),
        status: standing(*status),
        seats: seats_told(license.terms.activation_limit),
        activated_count: license.activations_used,
        expires_at: license.expires_at,
        created_at: license.created_at,
    }
}

fn updated(listed: &ListedLicense) -> Updated {
    let License { id, license_key, status, seats, expires_at, .. } = license(listed);
    Updated { id, license_key, status, seats, expires_at, updated_at: listed.updated_at }
}

fn whole(record: &Record) -> Whole {
    let Record { license: listed, product, customer, places, now } = record;
    let kind = listed.license.terms.activation_type;
    Whole {
        license: license(listed),
        updated_at: listed.updated_at,
        product: Product {
            id: Some(product.names.id.to_string()),
            name: product.name.as_str().to_owned(),
            slug: product.names.slug.as_str().to_owned(),
        },
        customer: customer.as_ref().map(|customer| Customer {
            id: customer.id.to_string(),
            email: customer.email.as_str().to_owned(),
            name: customer.name.as_ref().map(|name| name.as_str().to_owned()),
        }),
        activations: places
            .iter()
            .map(|place| Activation {
                id: place.id.to_string(),
                domain: url(kind, place.identifier.as_str()),
                is_active: place.is_active(*now),
                activated_at: place.activated_at,
            })
            .collect(),
    }
}

/// A site as PackEdge shows it. What was sent is not kept, only what it is compared as.
fn url(kind: ActivationType, identifier: &str) -> String {
    match kind {
        ActivationType::Domain => ["https://", identifier].concat(),
        ActivationType::Device | ActivationType::Seat | ActivationType::Instance => {
            identifier.to_owned()
        }
    }
}

fn site(listed: &ListedPlace) -> Site {
    let ListedPlace { activation, is_active, kind, license, .. } = listed;
    Site {
        id: activation.id.to_string(),
        license_id: license.to_string(),
        url: url(*kind, activation.identifier.as_str()),
        is_active: *is_active,
        ip: activation.ip.map(|ip| ip.to_string()),
        activated_at: activation.activated_at,
    }
}

pub(in super::super) fn refuse(name: Name, refusal: &Refusal) -> AnyReply {
    if let Refusal::InvalidParams(WrongParameter { field, problem }) = refusal {
        let sentence = [field.as_str(), " ", problem].concat();
        return AnyReply::Failed(Failure::of(Code::Other(sentence, 400)));
    }
    let kind = if let Refusal::NotFound { kind } = refusal { kind } else { "" };
    let code = match (refusal.word(), kind) {
        // However it has ended, it is revoked here.
        ("invalid_transition", _) if name == Name::RevokeLicense => {
            return AnyReply::Developer(Box::new(Reply::Done));
        }
        ("invalid_transition", _) => Code::Revoked,
        ("unauthorized", _) => Code::Unauthorized,
        ("forbidden", _) => Code::Forbidden,
        ("license_not_found", _) => Code::LicenseNotFound,
        ("activation_not_found", _) => Code::SiteNotFound,
        (_, "product") => Code::ProductNotFound,
        (_, "plan") => Code::PlanNotFound,
        (_, "customer") => Code::CustomerNotFound,
        _ => Code::Internal,
    };
    AnyReply::Failed(Failure::of(code))
}
