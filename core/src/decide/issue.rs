//! Making a license.

use super::Change;
use crate::alias::Alias;
use crate::catalog::{Plan, Product, Terms};
use crate::decide::Decision;
use crate::history::{Event, EventKind};
use crate::id::{CustomerId, LicenseId, VendorId};
use crate::identifier::ActivationType;
use crate::license::{License, Mode};
use crate::metadata::Metadata;
use crate::text::Name;
use crate::time::Timestamp;

/// On whose behalf a license is made, of what, and under which names.
#[derive(Clone, Debug)]
pub struct Issuer<'a> {
    /// Whose license it is.
    pub vendor: VendorId,
    /// Live or test.
    pub mode: Mode,
    /// What it is for.
    pub product: &'a Product,
    /// On which plan.
    pub plan: Option<&'a Plan>,
    /// Who gets it.
    pub customer: Option<CustomerId>,
}

/// Where a license departs from its plan.
#[derive(Clone, Debug, Default)]
pub struct Issue {
    /// Instead of the end of the plan's term.
    pub expires_at: Option<Timestamp>,
    /// Instead of the plan's.
    pub activation_type: Option<ActivationType>,
    /// Instead of the plan's.
    pub activation_limit: Option<u32>,
    /// Instead of the plan's.
    pub entitlements: Option<Vec<Name>>,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Makes a license that holds from `now` on. Without a plan: one domain, no expiry.
pub fn issue(
    issuer: &Issuer<'_>,
    wanted: &Issue,
    (id, alias): (LicenseId, Alias),
    now: Timestamp,
) -> Decision<License> {
    let plan = issuer.plan;
    let terms = plan.map_or_else(Terms::default, |plan| plan.terms.clone());
    let end_of_term = plan.and_then(|plan| plan.term).map(|term| term.end(now, 1));
    let license = License {
        id,
        vendor: issuer.vendor,
        mode: issuer.mode,
        alias,
        product: issuer.product.names.id,
        plan: plan.map(|plan| plan.id),
        customer: issuer.customer,
        terms: Terms {
            activation_type: wanted.activation_type.unwrap_or(terms.activation_type),
            activation_limit: wanted.activation_limit.unwrap_or(terms.activation_limit),
            entitlements: wanted.entitlements.clone().unwrap_or(terms.entitlements),
            uses_limit: terms.uses_limit,
            lease_days: terms.lease_days,
            floating: terms.floating,
        },
        activations_used: 0,
        uses: 0,
        created_at: now,
        expires_at: wanted.expires_at.or(end_of_term),
        grace_until: None,
        holds: Vec::new(),
        end: None,
        metadata: wanted.metadata.clone(),
    };
    let created = Event {
        from: None,
        ..Event::new(EventKind::LicenseCreated, &license, &license, now)
            .with("product", issuer.product.names.id.to_string())
            .with("plan", plan.map(|plan| plan.id.to_string()))
            .with("customer", issuer.customer.map(|customer| customer.to_string()))
    };
    Decision {
        changes: vec![Change::License(license.clone())],
        events: vec![created],
        answer: license,
    }
}
