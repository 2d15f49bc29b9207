//! What a foreign system's reply says, in the form that all dialects share. The members are those
//! of our own answers; what that system does not tell is null, or left out.

use crate::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::identifier::ActivationType;
use crate::time::Timestamp;
use crate::verdict::{ActivationStatus, Remedy, RemedyCode, VerdictStatus};

/// An answer. The members that the call does not have are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct ForeignAnswered {
    /// Always true.
    #[cfg_attr(feature = "typescript", ts(type = "true"))]
    pub ok: bool,
    /// Of calls that ask whether the copy may run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<ForeignVerdict>,
    /// Of calls that take, find or give back a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<ForeignActivation>,
    /// Whether the place was given back: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivated: Option<bool>,
    /// Places; 0 is unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation_limit: Option<u32>,
    /// Places taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activations_used: Option<u32>,
    /// Uses counted so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub uses: Option<u64>,
    /// A key that was made or found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// An alias that was made or found: it identifies, it cannot activate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// What the vendor keeps beside the license.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Of a question that is answered by yes or no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
    /// Whether something newer is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_available: Option<bool>,
    /// What the system tells of the sale, in its own members.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "Record<string, unknown>"))]
    pub purchase: Option<Value>,
}

/// The answer to "may this copy run here, now?", as far as a foreign system gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForeignVerdict {
    /// True exactly when `status` is `valid`.
    pub valid: bool,
    /// Why, or why not.
    pub status: VerdictStatus,
    /// A sentence for the person in front of the program.
    pub message: String,
    /// What to do about a "no".
    pub remedy: Option<Remedy>,
    /// The product, as the system names it.
    pub product: Option<String>,
    /// The plan, as the system names it.
    pub plan: Option<String>,
    /// RFC 3339; null: for ever, or not told.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub expires_at: Option<Timestamp>,
    /// What a place is taken by.
    pub activation_type: Option<ActivationType>,
    /// Places; 0 is unlimited.
    pub activation_limit: Option<u32>,
    /// Places taken.
    pub activations_used: Option<u32>,
    /// The asked identifier's place.
    pub activation: Option<ForeignActivation>,
    /// The active places, as far as they are told.
    pub activations: Vec<ForeignActivation>,
}

/// A place, as far as a foreign system tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ForeignActivation {
    /// The system's own id.
    pub id: Option<String>,
    /// What holds the place.
    pub identifier: Option<String>,
    /// Whether it holds its place.
    pub status: ActivationStatus,
    /// RFC 3339.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub activated_at: Option<Timestamp>,
}

impl ForeignAnswered {
    /// An answer without members yet.
    pub fn yes() -> Self {
        Self { ok: true, ..Self::default() }
    }
}

impl ForeignActivation {
    /// An active place of which nothing else is told.
    pub const fn active() -> Self {
        Self { id: None, identifier: None, status: ActivationStatus::Active, activated_at: None }
    }
}

impl ForeignVerdict {
    /// The verdict with this status, its sentence and remedy; nothing else is told yet.
    pub fn of(status: VerdictStatus) -> Self {
        let (message, remedy) = explain(status);
        Self {
            valid: status == VerdictStatus::Valid,
            status,
            message: message.to_owned(),
            remedy: remedy.map(|(code, text)| Remedy { code, text: text.to_owned() }),
            product: None,
            plan: None,
            expires_at: None,
            activation_type: None,
            activation_limit: None,
            activations_used: None,
            activation: None,
            activations: Vec::new(),
        }
    }
}

type Explained = (&'static str, Option<(RemedyCode, &'static str)>);

const fn explain(status: VerdictStatus) -> Explained {
    const CONTACT: (RemedyCode, &str) =
        (RemedyCode::ContactVendor, "Contact the vendor you bought it from.");
    match status {
        VerdictStatus::Valid => ("This license is valid.", None),
        VerdictStatus::Invalid => (
            "This license key is not valid.",
            Some((
                RemedyCode::EnterKey,
                "Check the key against the one you were sent and enter it again.",
            )),
        ),
        VerdictStatus::Revoked => ("This license was revoked.", Some(CONTACT)),
        VerdictStatus::Cancelled => ("This license was cancelled.", Some(CONTACT)),
        VerdictStatus::Disabled => ("This license was disabled by the vendor.", Some(CONTACT)),
        VerdictStatus::Suspended => ("This license is suspended.", Some(CONTACT)),
        VerdictStatus::Expired => (
            "This license has expired.",
            Some((RemedyCode::Renew, "Renew the license to use it again.")),
        ),
        VerdictStatus::NotActivated => (
            "This license is not activated here yet.",
            Some((RemedyCode::Activate, "Activate the license here.")),
        ),
    }
}
