//! The key of its API and the secret of its webhook, each vendor's own. Both follow from the secret
//! file, so nothing is kept: whoever can read that file can tell them, and nobody else.

use counterfoil_core::id::VendorId;
use zeroize::Zeroizing;

use super::TestProvider;
use crate::secret::{Secret, to_hex};

/// What a key begins with, as Stripe's for tests do.
const KEY_PREFIX: &str = "sk_test_";

impl TestProvider {
    /// The key by which `vendor` uses the API: `sk_test_{vendor id}_{64 hex digits}`.
    pub fn api_key(&self, secret: &Secret, vendor: VendorId) -> Zeroizing<String> {
        let digest = to_hex(&secret.test_provider_digest(&format!("key {vendor}")));
        Zeroizing::new(format!("{KEY_PREFIX}{vendor}_{}", *digest))
    }

    /// The secret under which events for `vendor` are signed: `whsec_{64 hex digits}`.
    pub fn webhook_secret(&self, secret: &Secret, vendor: VendorId) -> Zeroizing<String> {
        signing_secret(secret, &format!("webhook {vendor}"))
    }

    /// Whose key a text says it is; whether it is that is [`crate::auth`]'s to say.
    pub fn vendor_of(&self, key: &str) -> Option<VendorId> {
        let (vendor, _) = key.strip_prefix(KEY_PREFIX)?.rsplit_once('_')?;
        vendor.parse().ok()
    }
}

/// A secret that nobody connects, under which nothing is believed.
pub(super) fn other_secret(secret: &Secret, vendor: VendorId) -> Zeroizing<String> {
    signing_secret(secret, &format!("other webhook {vendor}"))
}

fn signing_secret(secret: &Secret, purpose: &str) -> Zeroizing<String> {
    let digest = to_hex(&secret.test_provider_digest(purpose));
    Zeroizing::new(format!("whsec_{}", *digest))
}
