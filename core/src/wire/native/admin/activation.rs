//! Activations, as the desk sees and changes them.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

use super::Page;
use crate::id::{ActivationId, LicenseId};
use crate::license::Activation;
use crate::text::IdempotencyKey;
use crate::time::Timestamp;
use crate::verdict::ActivationStatus;
use crate::wire::native::{Cursor, Label, ListLimit, Reference, calls};

calls! {
    /// `admin.activation.list`: those of one license, newest first, also the ones that gave their
    /// place back.
    ListActivations "admin.activation.list" LicensesRead -> Page<AdminActivation> {
        /// Id, key or alias.
        license "license": Reference,
        /// Only those that hold their place, or only those that do not.
        status "status": Option<ActivationStatus>,
        /// How many; 50 where nothing is said.
        limit "limit": ListLimit,
        /// Where to go on.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.activation.add`: takes a place for somebody, beyond the limit if need be.
    AddActivation "admin.activation.add" LicensesWrite -> AdminActivation {
        /// Id, key or alias.
        license "license": Reference,
        /// Who takes the place.
        identifier "identifier": String,
        /// A label for it.
        name "name": Label,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.activation.remove`: gives a place back. Again: succeeds and writes nothing.
    RemoveActivation "admin.activation.remove" LicensesWrite -> AdminActivation {
        /// Its id.
        activation "activation": Reference,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// An activation as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the members are those of `Activation`")]
pub struct AdminActivation {
    pub id: ActivationId,
    pub license: LicenseId,
    pub identifier: String,
    pub name: Option<String>,
    pub status: ActivationStatus,
    pub ip: Option<IpAddr>,
    pub activated_at: Timestamp,
    pub deactivated_at: Option<Timestamp>,
    pub last_seen_at: Timestamp,
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
