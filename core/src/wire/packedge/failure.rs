//! Failures: PackEdge tells them by a sentence, which is all that there is to branch on.

use crate::prelude::*;

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub code: Code,
    /// Seconds to wait, where waiting helps.
    pub retry_after: Option<u32>,
}

/// The failures, in one table: status and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// The body is no JSON object.
    InvalidJson,
    /// There is no license key.
    KeyRequired,
    /// There is no public key.
    PublicKeyRequired,
    /// There is no site.
    DomainRequired,
    /// There is neither a site nor an activation.
    PlaceRequired,
    /// There is no slug.
    SlugRequired,
    /// The public key is no product's.
    InvalidPublicKey,
    /// No such license key.
    KeyNotFound,
    /// The license is stopped for the time being.
    Suspended,
    /// The license has ended.
    Revoked,
    /// The license is past its date.
    Expired,
    /// Every place is taken.
    SeatLimitReached,
    /// The license is another product's.
    OtherProduct,
    /// The product is a draft, or archived: PackEdge says so, we have no such thing.
    ProductNotActive,
    /// The site holds no place.
    ActivationNotFound,
    /// The path is nobody's.
    NotFound,
    /// There is no good bearer key.
    Unauthorized,
    /// The bearer key lacks a scope.
    Forbidden,
    /// No such license id.
    LicenseNotFound,
    /// No such site id.
    SiteNotFound,
    /// No such product.
    ProductNotFound,
    /// No such plan.
    PlanNotFound,
    /// No such customer.
    CustomerNotFound,
    /// Nothing is published.
    ReleaseNotFound,
    /// The body is too large.
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// The server's own fault.
    Internal,
    /// A sentence that is not in this table, with its status.
    Other(String, u16),
}

impl Code {
    /// All that have a sentence of their own.
    pub(super) const ALL: &[Self] = &[
        Self::InvalidJson,
        Self::KeyRequired,
        Self::PublicKeyRequired,
        Self::DomainRequired,
        Self::PlaceRequired,
        Self::SlugRequired,
        Self::InvalidPublicKey,
        Self::KeyNotFound,
        Self::Suspended,
        Self::Revoked,
        Self::Expired,
        Self::SeatLimitReached,
        Self::OtherProduct,
        Self::ProductNotActive,
        Self::ActivationNotFound,
        Self::NotFound,
        Self::Unauthorized,
        Self::Forbidden,
        Self::LicenseNotFound,
        Self::SiteNotFound,
        Self::ProductNotFound,
        Self::PlanNotFound,
        Self::CustomerNotFound,
        Self::ReleaseNotFound,
        Self::TooLarge,
        Self::RateLimited,
        Self::Internal,
    ];

    /// The status and the sentence.
    pub(super) fn line(&self) -> (u16, &str) {
        match self {
            Self::InvalidJson => (400, "Invalid JSON body"),
            Self::KeyRequired => (400, "license_key is required"),
            Self::PublicKeyRequired => (400, "public_key is required"),
            Self::DomainRequired => (400, "Domain is required"),
            Self::PlaceRequired => (400, "Domain or activation_id required"),
            Self::SlugRequired => (400, "slug is required"),
            Self::InvalidPublicKey => (404, "Invalid public_key"),
            Self::KeyNotFound => (404, "License key not found"),
            Self::Suspended => (400, "License is suspended"),
            Self::Revoked => (400, "License is revoked"),
            Self::Expired => (400, "License has expired"),
            Self::SeatLimitReached => (400, "License seat limit reached"),
            Self::OtherProduct => (400, "License does not belong to this product"),
            Self::ProductNotActive => (400, "Product is not active"),
            Self::ActivationNotFound => (404, "Activation not found"),
            Self::NotFound => (404, "Not found"),
            Self::Unauthorized => (401, "Unauthorized"),
            Self::Forbidden => (403, "Forbidden"),
            Self::LicenseNotFound => (404, "License not found"),
            Self::SiteNotFound => (404, "Site not found"),
            Self::ProductNotFound => (404, "Product not found"),
            Self::PlanNotFound => (404, "Plan not found"),
            Self::CustomerNotFound => (404, "Customer not found"),
            Self::ReleaseNotFound => (404, "Release not found"),
            Self::TooLarge => (413, "Request body is too large"),
            Self::RateLimited => (429, "Too many requests"),
            Self::Internal => (500, "Internal server error"),
            Self::Other(sentence, status) => (*status, sentence),
        }
    }

    /// Whether it says how a license stands: where one is validated, that is a "no".
    pub(super) const fn is_verdict(&self) -> bool {
        matches!(
            self,
            Self::KeyNotFound
                | Self::Suspended
                | Self::Revoked
                | Self::Expired
                | Self::OtherProduct
                | Self::ProductNotActive
        )
    }

    /// Whether it says that a key is missing, or is none.
    pub(super) const fn is_about_keys(&self) -> bool {
        matches!(self, Self::KeyRequired | Self::PublicKeyRequired | Self::InvalidPublicKey)
    }
}

impl Failure {
    /// The failure with this code.
    pub(super) const fn of(code: Code) -> Self {
        Self { code, retry_after: None }
    }
}
