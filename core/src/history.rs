//! What happened to a license, as its history keeps it.
//!
//! A decision says what happened; whoever keeps the history adds when, by whom, and in which
//! order. There is never a key in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{ActivationId, CustomerId, TokenId};
use crate::json_text;
use crate::license::{Activation, License, Status};
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
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key => f.write_str("key"),
            Self::Token(id) => id.fmt(f),
            Self::System => f.write_str("system"),
            Self::Customer(id) => id.fmt(f),
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
