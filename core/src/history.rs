//! What happened to a license, as its history keeps it.
//!
//! A decision says what happened; whoever keeps the history adds when, by whom, and in which
//! order. There is never a key in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{ActivationId, CustomerId, TokenId};
use crate::json_text;
use crate::lease::Lease;
use crate::license::{Activation, License, Status};
use crate::prelude::*;
use crate::text::Reason;
use crate::time::Timestamp;

/// One thing that happened to a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// The license's status before it; `None`: there was no license.
    pub from: Option<Status>,
    /// The status after it.
    pub to: Status,
    /// What else there is to know.
    #[serde(with = "json_text")]
    pub data: Map<String, Value>,
}

/// What can happen. A store keeps the place in this list: new ones come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum EventKind {
    /// The license was made.
    #[serde(rename = "license.created")]
    LicenseCreated,
    /// Its terms, customer or metadata were changed by hand.
    #[serde(rename = "license.updated")]
    LicenseUpdated,
    /// It was stopped.
    #[serde(rename = "license.suspended")]
    LicenseSuspended,
    /// It was let go again.
    #[serde(rename = "license.reinstated")]
    LicenseReinstated,
    /// It was switched off.
    #[serde(rename = "license.disabled")]
    LicenseDisabled,
    /// It was switched on again.
    #[serde(rename = "license.enabled")]
    LicenseEnabled,
    /// It was taken back for good.
    #[serde(rename = "license.revoked")]
    LicenseRevoked,
    /// It was called off for good.
    #[serde(rename = "license.cancelled")]
    LicenseCancelled,
    /// It got a new key.
    #[serde(rename = "license.rotated")]
    LicenseRotated,
    /// It was emptied, to be given to somebody else.
    #[serde(rename = "license.inactivated")]
    LicenseInactivated,
    /// Uses were counted, or given back.
    #[serde(rename = "license.used")]
    LicenseUsed,
    /// A place was taken.
    #[serde(rename = "activation.created")]
    ActivationCreated,
    /// A place got another label.
    #[serde(rename = "activation.renamed")]
    ActivationRenamed,
    /// A place was given back.
    #[serde(rename = "activation.deactivated")]
    ActivationDeactivated,
    /// A floating place was not needed any more.
    #[serde(rename = "activation.expired")]
    ActivationExpired,
    /// Another term was paid.
    #[serde(rename = "license.renewed")]
    LicenseRenewed,
    /// Its date passed, or was taken for past because its subscription is over.
    #[serde(rename = "license.expired")]
    LicenseExpired,
    /// Its date is near, and nobody is going to pay for another term by themselves.
    #[serde(rename = "license.expiring")]
    LicenseExpiring,
    /// A payment failed, and the grace began.
    #[serde(rename = "payment.failed")]
    PaymentFailed,
    /// Its subscription will not be renewed.
    #[serde(rename = "subscription.cancelled")]
    SubscriptionCancelled,
    /// Its subscription is over.
    #[serde(rename = "subscription.expired")]
    SubscriptionExpired,
    /// The payment side reported something that makes no difference to it.
    #[serde(rename = "billing.recorded")]
    BillingRecorded,
    /// A lease was signed at the desk or the portal, to be carried where nobody can be asked.
    #[serde(rename = "lease.issued")]
    LeaseIssued,
}

impl EventKind {
    /// Every kind, in the order of the list.
    pub const ALL: [Self; 23] = [
        Self::LicenseCreated,
        Self::LicenseUpdated,
        Self::LicenseSuspended,
        Self::LicenseReinstated,
        Self::LicenseDisabled,
        Self::LicenseEnabled,
        Self::LicenseRevoked,
        Self::LicenseCancelled,
        Self::LicenseRotated,
        Self::LicenseInactivated,
        Self::LicenseUsed,
        Self::ActivationCreated,
        Self::ActivationRenamed,
        Self::ActivationDeactivated,
        Self::ActivationExpired,
        Self::LicenseRenewed,
        Self::LicenseExpired,
        Self::LicenseExpiring,
        Self::PaymentFailed,
        Self::SubscriptionCancelled,
        Self::SubscriptionExpired,
        Self::BillingRecorded,
        Self::LeaseIssued,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LicenseCreated => "license.created",
            Self::LicenseUpdated => "license.updated",
            Self::LicenseSuspended => "license.suspended",
            Self::LicenseReinstated => "license.reinstated",
            Self::LicenseDisabled => "license.disabled",
            Self::LicenseEnabled => "license.enabled",
            Self::LicenseRevoked => "license.revoked",
            Self::LicenseCancelled => "license.cancelled",
            Self::LicenseRotated => "license.rotated",
            Self::LicenseInactivated => "license.inactivated",
            Self::LicenseUsed => "license.used",
            Self::ActivationCreated => "activation.created",
            Self::ActivationRenamed => "activation.renamed",
            Self::ActivationDeactivated => "activation.deactivated",
            Self::ActivationExpired => "activation.expired",
            Self::LicenseRenewed => "license.renewed",
            Self::LicenseExpired => "license.expired",
            Self::LicenseExpiring => "license.expiring",
            Self::PaymentFailed => "payment.failed",
            Self::SubscriptionCancelled => "subscription.cancelled",
            Self::SubscriptionExpired => "subscription.expired",
            Self::BillingRecorded => "billing.recorded",
            Self::LeaseIssued => "lease.issued",
        }
    }
}

/// Days before its end at which a license is said to expire soon.
pub const EXPIRING_DAYS: u32 = 7;

/// What the history has told of a license's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Told {
    /// The last status that was told.
    pub status: Status,
    /// Whether there is nothing to tell of its end coming near: it was told, or never was far.
    pub expiring: bool,
}

impl Told {
    /// What is told of a license by making it.
    pub fn of_new(license: &License, now: Timestamp) -> Self {
        Self { status: license.status(now), expiring: is_near(license, now) }
    }

    /// What is told after a change of the license. It may have moved the end; a status that it left
    /// as it was is not told by it, for it may have been decided on by an older clock.
    #[must_use]
    pub fn after_change(self, before: &License, after: &License, now: Timestamp) -> Self {
        let status = after.status(now);
        let moved = before.expires_at != after.expires_at;
        Self {
            status: if before.status(now) == status { self.status } else { status },
            expiring: if moved { is_near(after, now) } else { self.expiring },
        }
    }

    /// From when on a license with this end is said to expire soon.
    pub const fn expiring_from(end: Timestamp) -> Timestamp {
        end.minus_days(EXPIRING_DAYS)
    }
}

fn is_near(license: &License, now: Timestamp) -> bool {
    license.expires_at.is_some_and(|at| Told::expiring_from(at) <= now)
}

/// Who did it. A store keeps the place in this list: new ones come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Whoever had the key.
    Key,
    /// Whoever had this token.
    Token(TokenId),
    /// Nobody: time did, or the server by itself.
    System,
    /// The customer who holds the license.
    Customer(CustomerId),
    /// A payment provider, by its webhook.
    Payments,
}

impl core::fmt::Display for Actor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Key => f.write_str("key"),
            Self::Token(id) => id.fmt(f),
            Self::System => f.write_str("system"),
            Self::Customer(id) => id.fmt(f),
            Self::Payments => f.write_str("payments"),
        }
    }
}

impl Event {
    /// Something that happened to a license at `now`, which was `before` and is `after`.
    pub fn new(kind: EventKind, before: &License, after: &License, now: Timestamp) -> Self {
        Self { kind, from: Some(before.status(now)), to: after.status(now), data: Map::new() }
    }

    /// Something that happened to one of its places.
    pub fn about(
        kind: EventKind,
        activation: &Activation,
        license: &License,
        now: Timestamp,
    ) -> Self {
        Self::new(kind, license, license, now)
            .with("activation", activation.id.to_string())
            .with("identifier", activation.identifier.as_str())
            .with("name", activation.name.as_ref().map(crate::text::Name::as_str))
    }

    /// A lease on it was given out.
    pub fn lease_issued(lease: &Lease, license: &License, now: Timestamp) -> Self {
        let place = lease.verdict.activation.as_ref();
        Self::new(EventKind::LeaseIssued, license, license, now)
            .with("lease", lease.id.as_str())
            .with("identifier", place.map(|place| place.identifier.as_str()))
            .with("expiresAt", lease.expires_at.to_string())
    }

    /// This event with something more to know.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// This event with the reason that was given.
    #[must_use]
    pub fn because(self, reason: Option<&Reason>) -> Self {
        self.with("reason", reason.map(Reason::as_str))
    }

    /// This event with the activation that took the place over.
    #[must_use]
    pub fn replaced_by(self, id: ActivationId) -> Self {
        self.with("replacedBy", id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_written_as_its_word() {
        for (place, kind) in EventKind::ALL.into_iter().enumerate() {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
            assert_eq!(kind as usize, place, "none is left out");
        }
    }
}
