//! `license.*`: what shipped software calls. The key is the credential.

use serde::{Deserialize, Serialize};

use super::{Defaulted, KeyText, Label, Reference, calls};
use crate::license::Mode;
use crate::text::{IdempotencyKey, Nonce};
use crate::time::Timestamp;
use crate::verdict::{ActivationView, Verdict};

calls! {
    /// `license.validate`: may this copy run here, now? Never an error for an unusable key.
    Validate "license.validate" Key -> Verdict {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: id, slug or permalink.
        product "product": Option<String>,
        /// Where it runs.
        identifier "identifier": Option<String>,
        /// The world that asks.
        mode "mode": Mode,
        /// To be seen again in the answer.
        nonce "nonce": Option<Nonce>,
        /// Whether to sign the verdict.
        lease "lease": Option<bool>,
    }

    /// `license.activate`: takes a place, or finds the one it has.
    Activate "license.activate" Key -> Activated {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: id, slug or permalink.
        product "product": Option<String>,
        /// Who takes the place.
        identifier "identifier": String,
        /// A label for it.
        name "name": Label,
        /// The activation whose place is handed over.
        replace "replace": Option<Reference>,
        /// The world that asks.
        mode "mode": Mode,
        /// To be seen again in the verdict.
        nonce "nonce": Option<Nonce>,
        /// Whether to sign the verdict.
        lease "lease": Option<bool>,
    }

    /// `license.deactivate`: gives a place back, by its identifier or its id.
    Deactivate "license.deactivate" Key -> Deactivated {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: id, slug or permalink.
        product "product": Option<String>,
        /// Who holds the place.
        identifier "identifier": Option<String>,
        /// The activation's id.
        activation "activation": Option<Reference>,
        /// The world that asks.
        mode "mode": Mode,
    }

    /// `license.use`: counts uses, all of them or none.
    Use "license.use" Key -> Used {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: id, slug or permalink.
        product "product": Option<String>,
        /// How many; 1 where nothing is said.
        amount "amount": Defaulted<1, 1_000_000, 1>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
        /// The world that asks.
        mode "mode": Mode,
    }

    /// `license.heartbeat`: keeps a floating place for another term.
    Heartbeat "license.heartbeat" Key -> Kept {
        /// The license key.
        key "key": KeyText,
        /// The product that asks: id, slug or permalink.
        product "product": Option<String>,
        /// The activation's id.
        activation "activation": Reference,
        /// The world that asks.
        mode "mode": Mode,
    }
}

/// What `license.activate` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
pub struct Deactivated {
    /// True.
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
pub struct Used {
    /// Uses counted so far.
    pub uses: u64,
    /// Most uses; null: unlimited.
    pub uses_limit: Option<u64>,
}

/// What `license.heartbeat` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The place.
    pub activation: ActivationView,
    /// When it frees itself without another heartbeat.
    pub expires_at: Option<Timestamp>,
}
