//! `license.*`: what shipped software calls. The key is the credential.

use serde::{Deserialize, Serialize};

use super::{Defaulted, KeyText, Label, Reference, WholeNumber, calls};
use crate::license::Mode;
use crate::prelude::*;
use crate::text::{IdempotencyKey, Nonce};
use crate::time::Timestamp;
use crate::verdict::{ActivationView, Verdict};

/// Longest life of a lease that a customer can ask for, in seconds: the longest `leaseDays`.
pub const LEASE_SECONDS_MAX: u64 = 90 * 86_400;

calls! {
    /// `license.validate`: may this copy run here, now?
    ///
    /// Never an error for an unusable or unknown key: the verdict says what is wrong and what to
    /// do. Counted as a check of the license.
    Validate "license.validate" Key -> Verdict | invalid_identifier {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: its id, slug or permalink. A key of another product is invalid then.
        product "product": Option<String>,
        /// Where it runs, in any spelling. Without it only the license is judged.
        identifier "identifier": Option<String>,
        /// The world that asks; a key of the other one is unknown.
        mode "mode": Mode,
        /// To be seen again in the answer, so that nobody can play an old one back.
        nonce "nonce": Option<Nonce>,
        /// Whether to sign the verdict, a "no" too: its `lease` can be checked where nobody can be asked.
        lease "lease": Option<bool>,
    }

    /// `license.activate`: takes a place, or finds the one it has.
    ///
    /// An identifier that is active already gets its own activation back, also when every place
    /// is taken.
    Activate "license.activate" Key -> Activated
        | license_not_found | product_mismatch | license_stopped | invalid_identifier
        | seat_limit_exceeded | activation_not_found {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: its id, slug or permalink. A key of another product is refused then.
        product "product": Option<String>,
        /// Who takes the place: a domain, device, seat or instance, by the license's activation type.
        identifier "identifier": String,
        /// A label for it. An empty one keeps the label that there is.
        name "name": Label,
        /// The activation of this license whose place is handed over in the same step.
        replace "replace": Option<Reference>,
        /// The world that asks; a key of the other one is unknown.
        mode "mode": Mode,
        /// To be seen again in the verdict, so that nobody can play an old one back.
        nonce "nonce": Option<Nonce>,
        /// Whether to sign the verdict, a "no" too: its `lease` can be checked where nobody can be asked.
        lease "lease": Option<bool>,
    }

    /// `license.deactivate`: gives a place back.
    ///
    /// Name the place by `identifier` or by `activation`, not both. Allowed whatever the license's
    /// status: a place can always be given back.
    Deactivate "license.deactivate" Key -> Deactivated
        | license_not_found | product_mismatch | invalid_identifier | activation_not_found {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: its id, slug or permalink. A key of another product is refused then.
        product "product": Option<String>,
        /// Who holds the place, in any spelling.
        identifier "identifier": Option<String>,
        /// The activation's id.
        activation "activation": Option<Reference>,
        /// The world that asks; a key of the other one is unknown.
        mode "mode": Mode,
    }

    /// `license.use`: counts uses, all of them or none.
    ///
    /// It never counts above the license's limit. Giving back is the vendor's.
    Use "license.use" Key -> Used
        | license_not_found | product_mismatch | license_stopped | uses_limit_exceeded {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: its id, slug or permalink. A key of another product is refused then.
        product "product": Option<String>,
        /// How many.
        amount "amount": Defaulted<1, 1_000_000, 1>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
        /// The world that asks; a key of the other one is unknown.
        mode "mode": Mode,
    }

    /// `license.lease`: the signed form of a verdict, to be trusted offline until it runs out.
    ///
    /// It ends with the license, with the grace of an overdue payment and with a floating place at
    /// the latest. A license that is not valid is refused.
    Lend "license.lease" Key -> Lent
        | license_not_found | product_mismatch | license_stopped | invalid_identifier
        | activation_not_found {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: its id, slug or permalink. A key of another product is refused then.
        product "product": Option<String>,
        /// Where it is to hold, in any spelling: a place that is active. Without it only the license
        /// is judged, and the lease is good for no place in particular.
        identifier "identifier": Option<String>,
        /// How long it is wanted, in seconds: no longer than the plan's `leaseDays`, which is also
        /// what it is where nothing is said.
        ttl "ttl": Option<WholeNumber<60, LEASE_SECONDS_MAX>>,
        /// The world that asks; a key of the other one is unknown.
        mode "mode": Mode,
        /// To be seen again in the lease, so that nobody can play an old one back.
        nonce "nonce": Option<Nonce>,
    }

    /// `license.heartbeat`: keeps a floating place for another term.
    ///
    /// Only for licenses whose plan has `floating`: an activation that is silent for its `ttl` gives
    /// its place back, and must be activated anew.
    Heartbeat "license.heartbeat" Key -> Kept
        | license_not_found | product_mismatch | license_stopped | activation_not_found {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: its id, slug or permalink. A key of another product is refused then.
        product "product": Option<String>,
        /// The activation's id.
        activation "activation": Reference,
        /// The world that asks; a key of the other one is unknown.
        mode "mode": Mode,
    }
}

/// What `license.activate` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Activated {
    /// The identifier's activation.
    pub activation: ActivationView,
    /// Whether it is new.
    pub created: bool,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// Places taken.
    pub activations_used: u32,
    /// What `license.validate` would say now.
    pub verdict: Verdict,
}

/// What `license.deactivate` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deactivated {
    /// Always true.
    pub deactivated: bool,
    /// The activation that ended.
    pub activation: ActivationView,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// Places taken.
    pub activations_used: u32,
}

/// What `license.use` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Used {
    /// Uses counted so far.
    pub uses: u64,
    /// Most uses; null: unlimited.
    pub uses_limit: Option<u64>,
}

/// What `license.lease` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lent {
    /// The lease: a compact JWS, signed by one of the vendor's published keys.
    pub lease: String,
    /// First instant at which it holds no longer.
    pub expires_at: Timestamp,
}

/// What `license.heartbeat` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Kept {
    /// The place.
    pub activation: ActivationView,
    /// When it frees itself without another heartbeat.
    pub expires_at: Option<Timestamp>,
}
