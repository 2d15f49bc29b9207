//! Activations, as the desk sees and changes them.

use core::net::IpAddr;
use serde::{Deserialize, Serialize};

use super::Page;
use crate::id::{ActivationId, LicenseId};
use crate::license::Activation;
use crate::prelude::*;
use crate::text::IdempotencyKey;
use crate::time::Timestamp;
use crate::verdict::ActivationStatus;
use crate::wire::native::{Cursor, Label, ListLimit, Reference, calls};

calls! {
    /// `admin.activation.list`: lists a license's activations, newest first.
    ///
    /// Also those that gave their place back.
    ListActivations "admin.activation.list" LicensesRead -> Page<AdminActivation> | license_not_found {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Only those that hold their place, or only those that do not.
        status "status": Option<ActivationStatus>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.activation.add`: takes a place for somebody, beyond the limit if need be.
    ///
    /// An identifier that is active already gets its own activation back. A license that is not active
    /// takes nobody.
    AddActivation "admin.activation.add" LicensesWrite -> AdminActivation | license_not_found | invalid_transition | license_expired | license_suspended | license_disabled | invalid_identifier {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Who takes the place: a domain, device, seat or instance, by the license's activation type.
        identifier "identifier": String,
        /// A label for it. An empty one keeps the label that there is.
        name "name": Label,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.activation.remove`: gives a place back.
    ///
    /// Again: succeeds and changes nothing.
    RemoveActivation "admin.activation.remove" LicensesWrite -> AdminActivation | activation_not_found {
        /// The activation: its id.
        activation "activation": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// An activation as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Activation"))]
pub struct AdminActivation {
    /// Its id.
    pub id: ActivationId,
    /// The license whose place it takes.
    pub license: LicenseId,
    /// Who takes the place, in the one spelling that the server compares.
    pub identifier: String,
    /// A label for it; null: none.
    pub name: Option<String>,
    /// Whether it holds its place now.
    pub status: ActivationStatus,
    /// From where it was made; null: at the desk.
    pub ip: Option<IpAddr>,
    /// Since when it holds its place.
    pub activated_at: Timestamp,
    /// When it gave its place back; null: it did not.
    pub deactivated_at: Option<Timestamp>,
    /// When its software last asked for the place.
    pub last_seen_at: Timestamp,
    /// First instant at which a floating place is free again; null: the place does not float.
    pub expires_at: Option<Timestamp>,
}

impl AdminActivation {
    /// The activation as it stands at `now`: a floating one that lapsed has given its place back.
    pub fn new(license: LicenseId, activation: &Activation, now: Timestamp) -> Self {
        let lapsed = activation.has_lapsed(now).then(|| activation.given_back(now));
        let activation = lapsed.as_ref().unwrap_or(activation);
        Self {
            id: activation.id,
            license,
            identifier: activation.identifier.as_str().to_owned(),
            name: activation.name.as_ref().map(|name| name.as_str().to_owned()),
            status: ActivationStatus::of(activation, now),
            ip: activation.ip,
            activated_at: activation.activated_at,
            deactivated_at: activation.deactivated_at,
            last_seen_at: activation.last_seen_at,
            expires_at: activation.expires_at,
        }
    }
}
