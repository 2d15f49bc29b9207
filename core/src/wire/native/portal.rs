//! `portal.*`: the customer's own view. A link that is mailed opens a session, and the session's
//! token shows and changes what is its customer's, and nothing else.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::admin::Page;
use super::admin::license::Named;
use super::license::{Deactivated, LEASE_SECONDS_MAX, Lent};
use super::{Cursor, Label, ListLimit, Param, Problem, Reference, WholeNumber, calls};
use crate::alias::Alias;
use crate::catalog::{Plan, Product};
use crate::id::{ActivationId, LicenseId, PlanId, ProductId};
use crate::identifier::ActivationType;
use crate::key::LicenseKey;
use crate::license::{Activation, Hold, License, Mode, Status};
use crate::prelude::*;
use crate::sale::Sale;
use crate::schema::described;
use crate::text::{Email, Name};
use crate::time::Timestamp;
use crate::verdict::{ActivationStatus, Snapshot};

calls! {
    /// `portal.signIn`: mails a customer a link that signs in once, within 15 minutes.
    ///
    /// The answer is the same whether anybody has the address. It is about customers of the vendor
    /// whose host name the call came to. Of many calls for one address in a short time only the
    /// first few are mailed. A server that sends no mail refuses every address alike: `not_found`
    /// of the kind `mail`.
    SignIn "portal.signIn" Anyone -> LinkSent | not_found {
        /// The customer's address.
        email "email": Email,
        /// The world whose customers are meant.
        mode "mode": Mode,
    }

    /// `portal.session`: opens a session with the code of a mailed link.
    ///
    /// A code is good once. What is unknown, used or too old is refused alike.
    OpenSession "portal.session" Anyone -> Session | unauthorized {
        /// What stands after `#code=` in the link.
        code "code": SignInCode,
    }

    /// `portal.licenses`: lists the customer's licenses, newest first, with keys and places.
    ///
    /// A part may hold fewer than `limit` items and still have a `nextCursor`: the last part is the
    /// one without.
    ListOwnLicenses "portal.licenses" Customer -> Page<OwnLicense> {
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `portal.deactivate`: gives a place back, whatever the license's status.
    DeactivateOwn "portal.deactivate" Customer -> Deactivated | activation_not_found {
        /// The activation: its id.
        activation "activation": Reference,
    }

    /// `portal.rename`: gives an active place another label, or none.
    RenameOwn "portal.rename" Customer -> OwnActivation | activation_not_found {
        /// The activation: its id.
        activation "activation": Reference,
        /// The label; null or an empty one: none.
        name "name": NewLabel,
    }

    /// `portal.rotate`: gives a license a new key.
    ///
    /// The old one is unknown from then on. Activations, alias and everything else stay.
    RotateOwn "portal.rotate" Customer -> OwnLicense | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
    }

    /// `portal.lease`: signs a lease on a license, to be carried where no network is.
    ///
    /// It can be as long as the plan's `leaseDays`; longer ones are the vendor's to sign.
    LendOwn "portal.lease" Customer -> Lent
        | license_not_found | license_stopped | invalid_identifier | activation_not_found {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Where it is to hold, in any spelling: a place that is active. Without it the lease is good
        /// for no place in particular.
        identifier "identifier": Option<String>,
        /// How long it is wanted, in seconds; where nothing is said as long as the plan's `leaseDays`.
        ttl "ttl": Option<WholeNumber<60, LEASE_SECONDS_MAX>>,
    }

    /// `portal.signOut`: ends the session that calls, at once.
    SignOut "portal.signOut" Customer -> SignedOut {
    }
}

/// The code of a mailed link, as it was sent. What can be none is as unknown as any other.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInCode(pub String);

impl core::fmt::Debug for SignInCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SignInCode(…)")
    }
}

impl Param for SignInCode {
    fn read(value: Value) -> Result<Self, Problem> {
        String::read(value).map(|text| Self(text.trim().to_owned()))
    }

    fn write(&self) -> Value {
        self.0.as_str().into()
    }
}

described!(SignInCode { "type": "string" });

/// A place's label to be: it must be said, and null or an empty one is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLabel(pub Option<Name>);

impl Param for NewLabel {
    fn null() -> Result<Self, Problem> {
        Ok(Self(None))
    }

    fn read(value: Value) -> Result<Self, Problem> {
        Label::read(value).map(|label| Self(label.0))
    }

    fn write(&self) -> Value {
        self.0.write()
    }

    fn member(&self) -> Option<Value> {
        Some(self.write())
    }
}

described!(NewLabel { "type": "string", "maxLength": crate::text::NAME_BYTES_MAX });

/// What `portal.signIn` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkSent {
    /// Always true: a link is on its way, if the address is a customer's.
    pub sent: bool,
}

/// What `portal.session` answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// The session's token, to be sent as `Authorization: Bearer …`.
    pub token: String,
    /// First instant at which it is good for nothing.
    pub expires_at: Timestamp,
}

impl core::fmt::Debug for Session {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Session(… until {})", self.expires_at)
    }
}

/// What `portal.signOut` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedOut {
    /// Always true.
    pub signed_out: bool,
}

/// A license as its customer sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnLicense {
    /// Its id.
    pub id: LicenseId,
    /// The customer's secret.
    pub key: String,
    /// Its public name.
    pub alias: Alias,
    /// Live or test.
    pub mode: Mode,
    /// What it is for.
    pub product: Named<ProductId>,
    /// On which plan it was sold; null: none.
    pub plan: Option<Named<PlanId>>,
    /// What the facts say now.
    pub status: Status,
    /// What stops it and can be put right by a payment or with the bank: `payment`, `dispute`. What
    /// the vendor laid on it is told by the status alone.
    pub holds: Vec<Hold>,
    /// The payment side's id of its subscription; null: none.
    pub subscription: Option<String>,
    /// Whether that is going to pay for another term; false once it was cancelled or is over.
    pub renews: bool,
    /// When it was issued.
    pub created_at: Timestamp,
    /// First instant at which it no longer holds; null: for ever.
    pub expires_at: Option<Timestamp>,
    /// After a failed payment: the instant from which it is suspended; null: no payment failed.
    pub grace_until: Option<Timestamp>,
    /// What takes a place.
    pub activation_type: ActivationType,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// Places taken.
    pub activations_used: u32,
    /// Who takes them: those that are active, the oldest first, 100 at most.
    pub activations: Vec<OwnActivation>,
    /// What it unlocks.
    pub entitlements: Vec<Name>,
}

/// It holds a key.
impl core::fmt::Debug for OwnLicense {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "OwnLicense({})", self.id)
    }
}

impl OwnLicense {
    /// The license as it stands at `now`: `snapshot` is that of the same moment.
    pub fn new(
        snapshot: Snapshot,
        key: &LicenseKey,
        (product, plan, sale): (Product, Option<Plan>, Option<Sale>),
        now: Timestamp,
    ) -> Self {
        let Snapshot { license, mut activations, .. } = snapshot;
        activations.truncate(crate::verdict::ACTIVATIONS_SHOWN_MAX);
        let told = |hold: &Hold| matches!(hold, Hold::Payment | Hold::Dispute);
        Self {
            id: license.id,
            key: key.reveal().to_owned(),
            status: license.status(now),
            holds: license.holds_at(now).into_iter().filter(told).collect(),
            product: Named { id: product.names.id, slug: product.names.slug, name: product.name },
            plan: plan.map(|plan| Named { id: plan.id, slug: plan.slug, name: plan.name }),
            renews: license.end.is_none() && sale.as_ref().is_some_and(Sale::is_renewing),
            subscription: sale
                .and_then(|sale| sale.subscription)
                .map(|one| one.id.as_str().to_owned()),
            activations: activations
                .iter()
                .map(|activation| OwnActivation::new(&license, activation, now))
                .collect(),
            alias: license.alias,
            mode: license.mode,
            created_at: license.created_at,
            expires_at: license.expires_at,
            grace_until: license.grace_until,
            activation_type: license.terms.activation_type,
            activation_limit: license.terms.activation_limit,
            activations_used: license.activations_used,
            entitlements: license.terms.entitlements,
        }
    }
}

/// An activation as the license's customer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnActivation {
    /// Its id.
    pub id: ActivationId,
    /// The license whose place it takes.
    pub license: LicenseId,
    /// Who takes the place, in the one spelling that the server compares.
    pub identifier: String,
    /// A label for it; null: none.
    pub name: Option<Name>,
    /// Whether it holds its place now.
    pub status: ActivationStatus,
    /// Since when it holds its place.
    pub activated_at: Timestamp,
    /// When its software last asked for the place.
    pub last_seen_at: Timestamp,
    /// First instant at which a floating place is free again; null: the place does not float.
    pub expires_at: Option<Timestamp>,
}

impl OwnActivation {
    /// The activation of `license` as it stands at `now`.
    pub fn new(license: &License, activation: &Activation, now: Timestamp) -> Self {
        Self {
            id: activation.id,
            license: license.id,
            identifier: activation.identifier.as_str().to_owned(),
            name: activation.name.clone(),
            status: ActivationStatus::of(activation, now),
            activated_at: activation.activated_at,
            last_seen_at: activation.last_seen_at,
            expires_at: activation.expires_at,
        }
    }
}
