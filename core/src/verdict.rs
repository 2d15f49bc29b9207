//! The answer to "may this copy run here, now?".

use alloc::borrow::Cow;
use serde::{Deserialize, Serialize};

use crate::catalog::ProductNames;
use crate::id::ActivationId;
use crate::identifier::{ActivationType, Identifier};
use crate::license::{Activation, License, Mode, Status};
use crate::prelude::*;
use crate::text::{Nonce, Slug};
use crate::time::Timestamp;

/// Most activations that an answer lists.
pub const ACTIVATIONS_SHOWN_MAX: usize = 100;

/// A license with what is needed to judge it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The license.
    pub license: License,
    /// Its product.
    pub product: ProductNames,
    /// Its plan's slug.
    pub plan: Option<Slug>,
    /// Its active activations, oldest first: one more than [`ACTIVATIONS_SHOWN_MAX`], or all. Of a
    /// license with floating places always all, because any of them may have lapsed.
    pub activations: Vec<Activation>,
    /// Active activations beyond those that a question or command names.
    pub named: Vec<Activation>,
}

impl Snapshot {
    /// The facts at `now`: floating places whose time ran out are no longer taken.
    pub fn at(&self, now: Timestamp) -> Cow<'_, Self> {
        if self.lapsed(now).next().is_none() {
            return Cow::Borrowed(self);
        }
        let mut present = self.clone();
        present.license.activations_used = self.used(now);
        present.activations.retain(|activation| !activation.has_lapsed(now));
        Cow::Owned(present)
    }

    /// Places taken at `now`.
    pub fn used(&self, now: Timestamp) -> u32 {
        let lapsed = u32::try_from(self.lapsed(now).count()).unwrap_or(u32::MAX);
        self.license.activations_used.saturating_sub(lapsed)
    }

    /// The activations that hold their place at `now`, of those that [`Self::activations`] has.
    pub fn present(&self, now: Timestamp) -> impl Iterator<Item = &Activation> {
        let floating = self.license.terms.floating.is_some();
        self.activations.iter().filter(move |activation| !floating || !activation.has_lapsed(now))
    }

    /// The floating activations whose time ran out, and which are stored as active all the same.
    pub fn lapsed(&self, now: Timestamp) -> impl Iterator<Item = &Activation> {
        let floating = self.license.terms.floating.is_some();
        let among = if floating { self.activations.as_slice() } else { &[] };
        among.iter().filter(move |activation| activation.has_lapsed(now))
    }

    /// The active activation of this identifier.
    pub fn active(&self, identifier: &Identifier) -> Option<&Activation> {
        self.activations
            .iter()
            .chain(&self.named)
            .find(|activation| activation.identifier == *identifier)
    }

    /// The active activation with this id.
    pub fn active_by_id(&self, id: ActivationId) -> Option<&Activation> {
        self.activations.iter().chain(&self.named).find(|activation| activation.id == id)
    }
}

/// What is asked about a license.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The product that asks: id, slug or permalink.
    pub product: Option<String>,
    /// Where it runs; without it only the license is judged.
    pub identifier: Option<Identifier>,
    /// To be seen again in the answer.
    pub nonce: Option<Nonce>,
}

/// Where a verdict says that a license stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum VerdictStatus {
    /// No such key, or another product's.
    Invalid,
    /// Taken back for good.
    Revoked,
    /// Called off for good.
    Cancelled,
    /// Switched off by the vendor.
    Disabled,
    /// Stopped for the time being.
    Suspended,
    /// Past its date.
    Expired,
    /// Good, but the identifier holds no place.
    NotActivated,
    /// Good, and here.
    Valid,
}

/// What somebody can do about a "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RemedyCode {
    /// Type the key again.
    EnterKey,
    /// Pay for another term.
    Renew,
    /// Take a place.
    Activate,
    /// Give a place back first.
    FreeAPlace,
    /// Nobody but the vendor can help.
    ContactVendor,
}

/// A remedy: what to branch on, and what to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remedy {
    /// The stable word.
    pub code: RemedyCode,
    /// A sentence for the person in front of the program.
    pub text: String,
}

/// An activation as the holder of a key sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PublicActivation"))]
pub struct ActivationView {
    /// `act_…`; enough to give the place back.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: ActivationId,
    /// What holds the place. Another person's seat is masked: `a…@example.com`.
    pub identifier: String,
    /// What the customer calls it.
    pub name: Option<String>,
    /// Whether it holds its place.
    pub status: ActivationStatus,
    /// RFC 3339.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub activated_at: Timestamp,
    /// RFC 3339; when a floating place frees itself, else null.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub expires_at: Option<Timestamp>,
}

/// Whether an activation holds its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ActivationStatus {
    /// It does.
    Active,
    /// It gave it back.
    Deactivated,
}

impl ActivationStatus {
    /// The status of an activation at `now`.
    pub fn of(activation: &Activation, now: Timestamp) -> Self {
        if activation.is_active(now) { Self::Active } else { Self::Deactivated }
    }
}

impl ActivationView {
    /// The activation as it is, for whoever may see it whole.
    pub fn whole(activation: &Activation) -> Self {
        Self {
            id: activation.id,
            identifier: activation.identifier.as_str().to_owned(),
            name: activation.name.as_ref().map(|name| name.as_str().to_owned()),
            status: match activation.deactivated_at {
                None => ActivationStatus::Active,
                Some(_) => ActivationStatus::Deactivated,
            },
            activated_at: activation.activated_at,
            expires_at: activation.expires_at,
        }
    }

    /// The activation as somebody sees it who has the key and stands at `here`.
    pub fn to_key_holder(
        activation: &Activation,
        kind: ActivationType,
        here: Option<&Identifier>,
    ) -> Self {
        let mut view = Self::whole(activation);
        if kind == ActivationType::Seat && here != Some(&activation.identifier) {
            view.identifier = activation.identifier.masked();
        }
        view
    }
}

/// The answer to "may this copy run here, now?".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// True exactly when `status` is `valid`.
    pub valid: bool,
    /// Why, or why not.
    pub status: VerdictStatus,
    /// A sentence for the person in front of the program.
    pub message: String,
    /// What to do about a "no".
    pub remedy: Option<Remedy>,
    /// Live or test.
    pub mode: Option<Mode>,
    /// The product's slug.
    pub product: Option<String>,
    /// The plan's slug.
    pub plan: Option<String>,
    /// RFC 3339; null: for ever.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub expires_at: Option<Timestamp>,
    /// RFC 3339; after a failed payment, the instant from which it is suspended.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub grace_until: Option<Timestamp>,
    /// What a place is taken by.
    pub activation_type: Option<ActivationType>,
    /// Places; 0 is unlimited.
    pub activation_limit: Option<u32>,
    /// Places taken.
    pub activations_used: Option<u32>,
    /// The asked identifier's place.
    pub activation: Option<ActivationView>,
    /// The active places, oldest first, 100 at most.
    pub activations: Vec<ActivationView>,
    /// What the license unlocks.
    pub entitlements: Vec<String>,
    /// RFC 3339; when the answer was given.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub checked_at: Timestamp,
    /// The question's.
    pub nonce: Option<String>,
    /// The signed form of this verdict, when asked for.
    pub lease: Option<String>,
}

/// Answers `question` about `snapshot` (`None`: no such key) at `now`.
pub fn judge(snapshot: Option<&Snapshot>, question: &Question, now: Timestamp) -> Verdict {
    let of_product = |snapshot: &&Snapshot| {
        question.product.as_ref().is_none_or(|product| snapshot.product.is_called(product))
    };
    // Another product's key gets the very answer of an unknown one: it gives nothing away.
    let Some(snapshot) = snapshot.filter(of_product) else {
        return invalid(question, now);
    };
    let license = &snapshot.license;
    let here = question.identifier.as_ref();
    let activation = here.and_then(|here| {
        // Not by `Snapshot::at`: a verdict is asked for too often to copy a license.
        let mut active = snapshot.present(now).chain(&snapshot.named);
        active.find(|activation| activation.identifier == *here)
    });
    let status = match license.status(now) {
        Status::Revoked => VerdictStatus::Revoked,
        Status::Cancelled => VerdictStatus::Cancelled,
        Status::Disabled => VerdictStatus::Disabled,
        Status::Suspended => VerdictStatus::Suspended,
        Status::Expired => VerdictStatus::Expired,
        Status::Active if here.is_some() && activation.is_none() => VerdictStatus::NotActivated,
        Status::Active => VerdictStatus::Valid,
    };
    let view = |activation: &Activation| {
        ActivationView::to_key_holder(activation, license.terms.activation_type, here)
    };
    let (message, remedy) = explain(status, snapshot, now);
    Verdict {
        valid: status == VerdictStatus::Valid,
        status,
        message: message.to_owned(),
        remedy,
        mode: Some(license.mode),
        product: Some(snapshot.product.slug.as_str().to_owned()),
        plan: snapshot.plan.as_ref().map(|slug| slug.as_str().to_owned()),
        expires_at: license.expires_at,
        grace_until: license.grace_until,
        activation_type: Some(license.terms.activation_type),
        activation_limit: Some(license.terms.activation_limit),
        activations_used: Some(snapshot.used(now)),
        activation: activation.map(view),
        activations: snapshot.present(now).take(ACTIVATIONS_SHOWN_MAX).map(view).collect(),
        entitlements: license
            .terms
            .entitlements
            .iter()
            .map(|word| word.as_str().to_owned())
            .collect(),
        checked_at: now,
        nonce: question.nonce.as_ref().map(|nonce| nonce.as_str().to_owned()),
        lease: None,
    }
}

/// The same for every unknown key, whatever it is unknown for.
const NOT_A_KEY: &str = "This license key is not valid.";

fn invalid(question: &Question, now: Timestamp) -> Verdict {
    Verdict {
        valid: false,
        status: VerdictStatus::Invalid,
        message: NOT_A_KEY.to_owned(),
        remedy: Some(remedy(
            RemedyCode::EnterKey,
            "Check the key against the one you were sent and enter it again.",
        )),
        mode: None,
        product: None,
        plan: None,
        expires_at: None,
        grace_until: None,
        activation_type: None,
        activation_limit: None,
        activations_used: None,
        activation: None,
        activations: Vec::new(),
        entitlements: Vec::new(),
        checked_at: now,
        nonce: question.nonce.as_ref().map(|nonce| nonce.as_str().to_owned()),
        lease: None,
    }
}

fn remedy(code: RemedyCode, text: &str) -> Remedy {
    Remedy { code, text: text.to_owned() }
}

fn explain(
    status: VerdictStatus,
    snapshot: &Snapshot,
    now: Timestamp,
) -> (&'static str, Option<Remedy>) {
    let license = &snapshot.license;
    let contact =
        || Some(remedy(RemedyCode::ContactVendor, "Contact the vendor you bought it from."));
    match status {
        VerdictStatus::Valid => ("This license is valid.", None),
        VerdictStatus::Revoked => ("This license was revoked.", contact()),
        VerdictStatus::Cancelled => ("This license was cancelled.", contact()),
        VerdictStatus::Disabled => ("This license was disabled by the vendor.", contact()),
        VerdictStatus::Suspended
            if license.holds.is_empty() && !license.holds_at(now).is_empty() =>
        {
            (
                "This license is suspended because a payment failed.",
                Some(remedy(RemedyCode::Renew, "Update the payment details to use it again.")),
            )
        }
        VerdictStatus::Suspended => ("This license is suspended.", contact()),
        VerdictStatus::Expired => (
            "This license has expired.",
            Some(remedy(RemedyCode::Renew, "Renew the license to use it again.")),
        ),
        VerdictStatus::NotActivated if license.has_place_beside(snapshot.used(now)) => (
            "This license is not activated here yet.",
            Some(remedy(RemedyCode::Activate, "Activate the license here.")),
        ),
        VerdictStatus::NotActivated => (
            "This license is not activated here, and all its places are in use.",
            Some(remedy(
                RemedyCode::FreeAPlace,
                "Free a place that is no longer used, then activate here.",
            )),
        ),
        // `judge` answers an unknown key before it comes here.
        VerdictStatus::Invalid => (NOT_A_KEY, None),
    }
}
