//! What webhooks carry: a body for what happened, and the headers that prove whose it is.
//!
//! ```text
//! webhook-id: evt_01KTBDX3BMZQ8V4T0R5E9W2YGC
//! webhook-timestamp: 1780646520
//! webhook-signature: v1,… v1a,…
//! {"type":"license.created","timestamp":"2026-06-05T08:02:00Z","data":{"id":"evt_…","actor":"tok_…",
//!  "from":null,"to":"active","data":{},"license":{…}}}
//! ```
//!
//! - `data` is the item of the history as `admin.events` has it, but that `license` is the license itself
//!   as it was right after, as `admin.license.get` shows it. In place of its `key` is a `maskedKey`.
//! - The signatures are those of Standard Webhooks 1.0: `v1` is HMAC-SHA256, `v1a` Ed25519, both over
//!   `id.timestamp.body`. While a secret is being replaced both sign.
//! - Another system's form goes by that system's rules, in its dialect.

use serde::Serialize;
use serde_json::{Map, Value};

use super::native::admin::license::{Around, LicenseView};
use super::native::admin::webhook::WebhookFormat;
use super::packedge::webhook as packedge;
use crate::base64url;
use crate::history::{Actor, Event};
use crate::id::{EventId, WebhookId};
use crate::key::LicenseKey;
use crate::lease::SigningKey;
use crate::license::{License, Status};
use crate::mac::hmac_sha256;
use crate::prelude::*;
use crate::time::Timestamp;

/// The type of an event that nothing happened for.
pub const TEST: &str = "webhook.test";

/// Seconds within which a receiver of our own form answers.
const SECONDS: u32 = 20;

/// What the text of a symmetric secret begins with.
const SECRET_PREFIX: &str = "whsec_";

/// What the text of a public key begins with.
const PUBLIC_KEY_PREFIX: &str = "whpk_";

/// Bytes that an imported secret may have.
const SECRET_BYTES: core::ops::RangeInclusive<usize> = 24..=64;

/// Something that happened to a license, with all that is told of it.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The item of the history.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What happened.
    pub event: &'a Event,
    /// The license as it is since.
    pub license: License,
    /// Its key.
    pub key: &'a LicenseKey,
    /// What it names.
    pub around: Around,
}

#[derive(Serialize)]
struct Message<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: Timestamp,
    data: T,
}

#[derive(Serialize)]
struct Happened<'a> {
    id: EventId,
    actor: String,
    from: Option<Status>,
    to: Status,
    data: &'a Map<String, Value>,
    license: Value,
}

#[derive(Serialize)]
struct Tested {
    id: EventId,
    webhook: WebhookId,
}

impl WebhookFormat {
    /// The body for what happened; `None`: this form has nothing for it.
    pub fn body(self, told: &Told<'_>) -> Option<String> {
        let Told { id, at, actor, event, license, key, around } = told;
        match self {
            Self::Standard => {
                let view = LicenseView::new(license.clone(), key, around.clone(), *at);
                let data = Happened {
                    id: *id,
                    actor: actor.to_string(),
                    from: event.from,
                    to: event.to,
                    data: &event.data,
                    license: masked(&view, key),
                };
                write(event.kind.word(), *at, data)
            }
            Self::Packedge => packedge::body(packedge::Told {
                event,
                at: *at,
                license,
                key: key.reveal(),
                email: around.customer.as_ref().map(|customer| &customer.email),
            }),
        }
    }

    /// The body of a test.
    pub fn test_body(self, id: EventId, webhook: WebhookId, at: Timestamp) -> Option<String> {
        match self {
            Self::Standard => write(TEST, at, Tested { id, webhook }),
            Self::Packedge => packedge::test_body(at),
        }
    }

    /// The headers that prove a body, by the secrets that hold at `at`, the newest first.
    pub fn headers(
        self,
        secrets: &[&SigningSecret],
        (id, at): (EventId, Timestamp),
        body: &str,
    ) -> Vec<(&'static str, String)> {
        match self {
            Self::Standard => {
                let signed = [&id.to_string(), ".", &at.unix().to_string(), ".", body].concat();
                let signatures: Vec<String> =
                    secrets.iter().flat_map(|secret| secret.sign(signed.as_bytes())).collect();
                vec![
                    ("webhook-id", id.to_string()),
                    ("webhook-timestamp", at.unix().to_string()),
                    ("webhook-signature", signatures.join(" ")),
                ]
            }
            // It has room for one signature.
            Self::Packedge => secrets
                .first()
                .map(|secret| packedge::signature(&secret.text, body))
                .map(|signature| (packedge::SIGNATURE_HEADER, signature))
                .into_iter()
                .collect(),
        }
    }

    /// Whether what was not taken is sent again by itself.
    pub const fn retries(self) -> bool {
        matches!(self, Self::Standard)
    }

    /// Whether only HTTPS will do.
    pub const fn needs_https(self) -> bool {
        matches!(self, Self::Packedge)
    }

    /// Whether there are signatures by which a public key is known.
    pub const fn has_public_key(self) -> bool {
        matches!(self, Self::Standard)
    }

    /// Seconds within which a receiver answers.
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Standard => SECONDS,
            Self::Packedge => packedge::SECONDS,
        }
    }
}

fn write(kind: &'static str, at: Timestamp, data: impl Serialize) -> Option<String> {
    serde_json::to_string(&Message { kind, timestamp: at, data }).ok()
}

/// The license without its key.
fn masked(view: &LicenseView, key: &LicenseKey) -> Value {
    let mut license = serde_json::to_value(view).unwrap_or_default();
    if let Some(members) = license.as_object_mut() {
        members.remove("key");
        members.insert("maskedKey".to_owned(), key.masked().into());
    }
    license
}

/// What a webhook's messages are signed with: a secret that its receiver has too, and a pair of keys
/// of which the receiver has one.
#[derive(Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct SigningSecret {
    text: String,
    seed: [u8; 32],
}

impl core::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

impl SigningSecret {
    /// Grows of random bytes.
    pub fn make(shared: [u8; 32], seed: [u8; 32]) -> Self {
        Self { text: [SECRET_PREFIX, &base64url::write_padded(&shared)].concat(), seed }
    }

    /// Takes over a secret that receivers of this form have already; the pair of keys is new.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence.
    pub fn import(text: &str, seed: [u8; 32], format: WebhookFormat) -> Result<Self, &'static str> {
        let secret = Self { text: text.to_owned(), seed };
        let fits = match format {
            WebhookFormat::Standard => {
                secret.shared().is_some_and(|bytes| SECRET_BYTES.contains(&bytes.len()))
            }
            WebhookFormat::Packedge => text.len() > SECRET_PREFIX.len(),
        };
        if fits && text.starts_with(SECRET_PREFIX) {
            Ok(secret)
        } else {
            Err(match format {
                WebhookFormat::Standard => "must be `whsec_` and base 64 of 24 to 64 bytes",
                WebhookFormat::Packedge => "must begin with `whsec_`",
            })
        }
    }

    /// The secret that the receiver has too.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The public key, as receivers take it; `None`: the seed is of a key that nobody should trust.
    pub fn public_key(&self) -> Option<String> {
        let key = SigningKey::from_seed(&self.seed).ok()?;
        let bytes = key.public().to_bytes();
        Some([PUBLIC_KEY_PREFIX, &base64url::write_padded(&bytes)].concat())
    }

    fn shared(&self) -> Option<Vec<u8>> {
        base64url::read_padded(self.text.strip_prefix(SECRET_PREFIX)?)
    }

    /// Its signatures: `v1,…` and `v1a,…`.
    fn sign(&self, signed: &[u8]) -> Vec<String> {
        let symmetric = self.shared().map(|key| hmac_sha256(&key, signed).to_vec());
        let asymmetric = SigningKey::from_seed(&self.seed).ok();
        let asymmetric = asymmetric.map(|key| key.sign(signed).to_vec());
        [("v1,", symmetric), ("v1a,", asymmetric)]
            .into_iter()
            .filter_map(|(version, bytes)| {
                Some([version, &base64url::write_padded(&bytes?)].concat())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
