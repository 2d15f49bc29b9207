//! The developer API: what a vendor's own back end asks with a bearer key.
//!
//! - Success: 200, `{"data": …}`; lists add `"meta"` with the page and the totals.
//! - A license is revoked for good: nothing in this API brings it back.

pub(super) mod reply;
pub(super) mod request;
pub(super) mod server;

use crate::prelude::*;
use crate::text::{Email, Name as PersonName};
use crate::time::Timestamp;

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `GET /licenses`.
    ListLicenses,
    /// `GET /licenses/{id}`.
    GetLicense,
    /// `POST /licenses`.
    CreateLicense,
    /// `PATCH /licenses/{id}`.
    UpdateLicense,
    /// `POST /licenses/{id}/revoke`.
    RevokeLicense,
    /// `DELETE /licenses/{id}`.
    DeleteLicense,
    /// `POST /licenses/{id}/regenerate`.
    RegenerateLicense,
    /// `POST /licenses/bulk`.
    ChangeLicenses,
    /// `GET /sites`.
    ListSites,
    /// `GET /sites/{id}`.
    GetSite,
    /// `POST /sites/{id}/deactivate`.
    DeactivateSite,
    /// `POST /sites/bulk/deactivate`.
    DeactivateSites,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Lists licenses, newest first.
    ListLicenses(LicenseFilter),
    /// Shows a license.
    GetLicense(String),
    /// Makes a license.
    CreateLicense(Box<NewLicense>),
    /// Changes a license.
    UpdateLicense(String, Patch),
    /// Ends a license.
    RevokeLicense(String),
    /// Ends a license and shows it no more.
    DeleteLicense(String),
    /// Gives a license a new key.
    RegenerateLicense(String),
    /// Changes many licenses.
    ChangeLicenses(Vec<String>, Action),
    /// Lists sites, newest first.
    ListSites(SiteFilter),
    /// Shows a site.
    GetSite(String),
    /// Gives a site's place back.
    DeactivateSite(String),
    /// Gives the places of many sites back.
    DeactivateSites(Vec<String>),
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The page, from 1 on.
    pub number: u32,
    /// Items on each: 1 to 100.
    pub size: u32,
}

/// Which licenses to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseFilter {
    /// Those for this product.
    pub product_id: Option<String>,
    /// Those of this customer.
    pub customer_id: Option<String>,
    /// Those that stand so.
    pub status: Option<Standing>,
    /// Which part.
    pub page: Page,
}

/// Which sites to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFilter {
    /// Those of this license.
    pub license_id: Option<String>,
    /// Those for this product.
    pub product_id: Option<String>,
    /// Those that hold their places, or those that do not.
    pub is_active: Option<bool>,
    /// Which part.
    pub page: Page,
}

/// A license to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLicense {
    /// The product's id or slug.
    pub product_id: String,
    /// The plan's id or slug.
    pub plan_id: Option<String>,
    /// Who gets it.
    pub customer: Buyer,
    /// Places.
    pub seats: Option<u32>,
    /// What becomes of its date; kept: the plan says.
    pub expires_at: End,
}

/// Who gets a license.
#[derive(Clone, PartialEq, Eq)]
pub enum Buyer {
    /// The customer with this id, which goes before an address.
    Known(String),
    /// The customer with this address, who may be new and then has this name.
    ByEmail(Email, Option<PersonName>),
}

impl core::fmt::Debug for Buyer {
    /// Without the address and the name.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Known(id) => write!(f, "Known({id})"),
            Self::ByEmail(..) => f.write_str("ByEmail"),
        }
    }
}

/// What to change of a license.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Where it shall stand: anywhere but past its date.
    pub status: Option<Standing>,
    /// Places.
    pub seats: Option<u32>,
    /// What becomes of its date.
    pub expires_at: End,
}

/// What becomes of a license's date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It stays.
    #[default]
    Kept,
    /// It holds for ever: `null`.
    Never,
    /// It no longer holds from then on.
    At(Timestamp),
}

/// A change of many licenses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ends them.
    Revoke,
    /// Stops them.
    Suspend,
    /// Lets them go again.
    Activate,
    /// Moves their dates by so many days.
    Extend(u32),
}

/// Where a license stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Usable.
    Active,
    /// Past its date.
    Expired,
    /// Stopped for the time being.
    Suspended,
    /// Ended.
    Revoked,
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A page of licenses.
    Licenses(Vec<License>, Meta),
    /// A license.
    License(License),
    /// A license with all around it.
    Whole(Box<Whole>),
    /// A license as it was changed.
    Updated(Updated),
    /// How many were changed.
    Affected(u32),
    /// A page of sites.
    Sites(Vec<Site>, Meta),
    /// A site with its license.
    Site(SiteOfLicense),
    /// Done; the call's own sentence.
    Done,
}

/// What a list tells of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The page.
    pub page: Page,
    /// Items on all pages.
    pub total: u32,
}

/// A license.
#[derive(Clone, PartialEq, Eq)]
pub struct License {
    /// Its id.
    pub id: String,
    /// Its key.
    pub license_key: String,
    /// Its product.
    pub product_id: String,
    /// Its customer.
    pub customer_id: Option<String>,
    /// Its plan.
    pub plan_id: Option<String>,
    /// Where it stands.
    pub status: Standing,
    /// Places.
    pub seats: u32,
    /// Places taken.
    pub activated_count: u32,
    /// First instant at which it no longer holds.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl core::fmt::Debug for License {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "License({}, {:?})", self.id, self.status)
    }
}

/// A license with all around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The license.
    pub license: License,
    /// When something last happened to it.
    pub updated_at: Timestamp,
    /// Its product.
    pub product: super::Product,
    /// Its customer.
    pub customer: Option<Customer>,
    /// Its sites, newest first.
    pub activations: Vec<Activation>,
}

/// Who holds a license.
#[derive(Clone, PartialEq, Eq)]
pub struct Customer {
    /// The id.
    pub id: String,
    /// The address.
    pub email: String,
    /// The name.
    pub name: Option<String>,
}

impl core::fmt::Debug for Customer {
    /// Without the address and the name.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Customer({})", self.id)
    }
}

/// A site, as its license tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Its id.
    pub id: String,
    /// Where the software runs.
    pub domain: String,
    /// Whether it holds its place.
    pub is_active: bool,
    /// Since when.
    pub activated_at: Timestamp,
}

/// A license as it was changed.
#[derive(Clone, PartialEq, Eq)]
pub struct Updated {
    /// Its id.
    pub id: String,
    /// Its key.
    pub license_key: String,
    /// Where it stands.
    pub status: Standing,
    /// Places.
    pub seats: u32,
    /// First instant at which it no longer holds.
    pub expires_at: Option<Timestamp>,
    /// When something last happened to it.
    pub updated_at: Timestamp,
}

impl core::fmt::Debug for Updated {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Updated({}, {:?})", self.id, self.status)
    }
}

/// A site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its license.
    pub license_id: String,
    /// Where the software runs.
    pub url: String,
    /// Whether it holds its place.
    pub is_active: bool,
    /// From where it was activated.
    pub ip: Option<String>,
    /// Since when it holds its place.
    pub activated_at: Timestamp,
}

/// A site with its license.
#[derive(Clone, PartialEq, Eq)]
pub struct SiteOfLicense {
    /// The site.
    pub site: Site,
    /// The license's key.
    pub license_key: String,
    /// The license's product.
    pub product_id: String,
}

impl core::fmt::Debug for SiteOfLicense {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SiteOfLicense({:?})", self.site)
    }
}

impl Name {
    /// What the reply says where there is nothing else to say.
    pub(super) const fn done(self) -> &'static str {
        match self {
            Self::RevokeLicense => "License revoked",
            Self::DeleteLicense => "License deleted",
            Self::DeactivateSite => "Site deactivated",
            Self::ListLicenses
            | Self::GetLicense
            | Self::CreateLicense
            | Self::UpdateLicense
            | Self::RegenerateLicense
            | Self::ChangeLicenses
            | Self::ListSites
            | Self::GetSite
            | Self::DeactivateSites => "",
        }
    }
}

impl Standing {
    const ALL: [Self; 4] = [Self::Active, Self::Expired, Self::Suspended, Self::Revoked];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.word() == word)
    }
}

impl Meta {
    /// Pages there are.
    const fn pages(self) -> u32 {
        self.total.div_ceil(if self.page.size == 0 { 1 } else { self.page.size })
    }
}
