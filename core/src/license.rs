//! A license and its places, as stored, and what the stored facts say at a moment.

use core::net::IpAddr;
use serde::{Deserialize, Serialize};

use crate::alias::Alias;
use crate::catalog::Terms;
use crate::id::{ActivationId, CustomerId, LicenseId, PlanId, ProductId, VendorId};
use crate::identifier::Identifier;
use crate::metadata::Metadata;
use crate::prelude::*;
use crate::text::{Email, Name};
use crate::time::Timestamp;

/// Two worlds that never meet: what is sold, and what is tried out.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Mode {
    /// Real sales.
    #[default]
    Live,
    /// Trials of the vendor's own.
    Test,
}

/// Most floating places of a license, also of an unlimited one.
pub const FLOATING_PLACES_MAX: u32 = 10_000;

/// One sale's right to use one product. Its key is not here: the store keeps that sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct License {
    /// Its id.
    pub id: LicenseId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Live or test.
    pub mode: Mode,
    /// Its public name.
    pub alias: Alias,
    /// What it is for.
    pub product: ProductId,
    /// On which plan it was sold.
    pub plan: Option<PlanId>,
    /// Who holds it.
    pub customer: Option<CustomerId>,
    /// The terms, copied from the plan and then the license's own.
    pub terms: Terms,
    /// Places taken. INVARIANT: equals the number of activations that were not given back; floating
    /// ones that lapsed are among them until somebody takes a place.
    pub activations_used: u32,
    /// Uses counted. INVARIANT: `license.use` never takes it past the limit.
    pub uses: u64,
    /// When it was issued.
    pub created_at: Timestamp,
    /// First instant at which it no longer holds.
    pub expires_at: Option<Timestamp>,
    /// After a failed payment: the instant from which it is suspended.
    pub grace_until: Option<Timestamp>,
    /// Reversible stops, in order, each once.
    pub holds: Vec<Hold>,
    /// The irreversible stop. INVARIANT: once set it stays.
    pub end: Option<End>,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// A reversible stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Hold {
    /// A payment failed and its grace is over. Never stored: [`License::holds_at`] adds it.
    Payment,
    /// The buyer disputes the payment.
    Dispute,
    /// The vendor stopped it.
    Manual,
    /// The vendor switched it off.
    Disabled,
}

/// An irreversible stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum End {
    /// Refunded, charged back, or taken back by the vendor.
    Revoked,
    /// Called off by the vendor.
    Cancelled,
}

/// What the stored facts say at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Status {
    /// Usable.
    Active,
    /// Past its date.
    Expired,
    /// Stopped by a hold other than `disabled`.
    Suspended,
    /// Switched off.
    Disabled,
    /// Taken back for good.
    Revoked,
    /// Called off for good.
    Cancelled,
}

impl Status {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Disabled => "disabled",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
        }
    }
}

impl License {
    /// The status at `now`: an end, then the `disabled` hold, then any other, then the date.
    pub fn status(&self, now: Timestamp) -> Status {
        match self.end {
            Some(End::Revoked) => Status::Revoked,
            Some(End::Cancelled) => Status::Cancelled,
            None if self.holds.contains(&Hold::Disabled) => Status::Disabled,
            None if !self.holds.is_empty() || self.grace_is_over(now) => Status::Suspended,
            // A payment that failed is not a date that passed: the grace outlasts it.
            None if self.grace_until.is_none() && self.is_past_its_date(now) => Status::Expired,
            None => Status::Active,
        }
    }

    /// The holds at `now`: the stored ones, and `payment` once the grace is over.
    pub fn holds_at(&self, now: Timestamp) -> Vec<Hold> {
        let payment = self.grace_is_over(now).then_some(Hold::Payment);
        payment.into_iter().chain(self.holds.iter().copied()).collect()
    }

    /// Places that can be taken at once; 0 is unlimited. Floating ones never are: each call looks
    /// at all of them.
    pub fn places(&self) -> u32 {
        match (self.terms.activation_limit, self.terms.floating) {
            (limit, None) => limit,
            (0, Some(_)) => FLOATING_PLACES_MAX,
            (limit, Some(_)) => limit.min(FLOATING_PLACES_MAX),
        }
    }

    /// Whether one more identifier finds a place.
    pub fn has_free_place(&self) -> bool {
        self.has_place_beside(self.activations_used)
    }

    /// Whether another place can be taken where so many are.
    pub fn has_place_beside(&self, used: u32) -> bool {
        self.places() == 0 || used < self.places()
    }

    /// Lays a hold on it; tells whether that is news. Holds are kept in order, each once.
    pub fn lay(&mut self, hold: Hold) -> bool {
        match self.holds.binary_search(&hold) {
            Ok(_) => false,
            Err(place) => {
                self.holds.insert(place, hold);
                true
            }
        }
    }

    /// Lifts a hold; tells whether that is news.
    pub fn lift(&mut self, hold: Hold) -> bool {
        let before = self.holds.len();
        self.holds.retain(|other| *other != hold);
        self.holds.len() < before
    }

    fn grace_is_over(&self, now: Timestamp) -> bool {
        self.grace_until.is_some_and(|until| until <= now)
    }

    fn is_past_its_date(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// One identifier holding one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activation {
    /// Its id.
    pub id: ActivationId,
    /// What holds the place.
    pub identifier: Identifier,
    /// What the customer calls it.
    pub name: Option<Name>,
    /// Where the call that made it came from.
    pub ip: Option<IpAddr>,
    /// Since when it holds the place.
    pub activated_at: Timestamp,
    /// When the place was given back.
    pub deactivated_at: Option<Timestamp>,
    /// When its software last asked for the place.
    pub last_seen_at: Timestamp,
    /// First instant at which a floating place is free again.
    pub expires_at: Option<Timestamp>,
}

impl Activation {
    /// Whether it holds its place at `now`.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.deactivated_at.is_none() && !self.has_lapsed(now)
    }

    /// Whether it is a floating place whose time ran out.
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        self.deactivated_at.is_none() && self.expires_at.is_some_and(|at| at <= now)
    }
}

/// When and from where `license.validate` last asked about a license, and how often it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckCounters {
    /// The last time.
    pub last_at: Option<Timestamp>,
    /// The caller's address.
    pub last_ip: Option<IpAddr>,
    /// How often.
    pub count: u64,
}

/// Who bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Whose customer.
    pub vendor: VendorId,
    /// Live or test.
    pub mode: Mode,
    /// The address, as it was first given.
    pub email: Email,
    /// The name.
    pub name: Option<Name>,
    /// When it was first seen.
    pub created_at: Timestamp,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::id::IdNumber;

    /// One of which nothing is known but that it is active.
    pub(crate) fn license() -> License {
        let id = IdNumber::from_raw(1);
        License {
            id: LicenseId::new(id),
            vendor: VendorId::new(id),
            mode: Mode::Live,
            alias: Alias::make([0; 16]),
            product: ProductId::new(id),
            plan: None,
            customer: None,
            terms: Terms::default(),
            activations_used: 0,
            uses: 0,
            created_at: Timestamp::from_unix(0),
            expires_at: None,
            grace_until: None,
            holds: Vec::new(),
            end: None,
            metadata: Metadata::default(),
        }
    }

    #[test]
    fn an_end_outranks_holds_and_disabled_outranks_other_holds_and_holds_outrank_the_date() {
        let now = Timestamp::from_unix(1_000);
        let past = Some(now);
        for (end, holds, expires_at, status) in [
            (None, vec![], None, Status::Active),
            (None, vec![], past, Status::Expired),
            (None, vec![Hold::Dispute], past, Status::Suspended),
            (None, vec![Hold::Manual, Hold::Disabled], past, Status::Disabled),
            (Some(End::Cancelled), vec![Hold::Disabled], past, Status::Cancelled),
            (Some(End::Revoked), vec![Hold::Disabled], past, Status::Revoked),
        ] {
            let license = License { expires_at, holds, end, ..license() };
            assert_eq!(license.status(now), status);
        }
    }

    #[test]
    fn the_very_instant_of_expiry_counts_as_past() {
        let license = License { expires_at: Some(Timestamp::from_unix(1_000)), ..license() };
        assert_eq!(license.status(Timestamp::from_unix(999)), Status::Active);
        assert_eq!(license.status(Timestamp::from_unix(1_000)), Status::Expired);
    }

    #[test]
    fn grace_keeps_a_license_active_past_its_date_and_then_suspends_it() {
        let license = License {
            expires_at: Some(Timestamp::from_unix(1_000)),
            grace_until: Some(Timestamp::from_unix(2_000)),
            ..license()
        };
        let in_grace = Timestamp::from_unix(1_999);
        let after = Timestamp::from_unix(2_000);
        assert_eq!(license.status(in_grace), Status::Active);
        assert_eq!(license.holds_at(in_grace), []);
        assert_eq!(license.status(after), Status::Suspended);
        assert_eq!(license.holds_at(after), [Hold::Payment]);
    }
}
