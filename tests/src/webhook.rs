//! A payment provider's end: events signed and sent as the provider does.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::{Client, Reply, TestServer};
use counterfoil_server::env::Env as _;

/// A provider that knows the secret of its webhook.
#[derive(Clone, Debug)]
pub struct Sender {
    client: Client,
    provider: String,
    secret: String,
    path: String,
}

impl Sender {
    /// One whose secret is connected by nobody yet.
    pub fn new(client: &Client, provider: &str, secret: &str) -> Self {
        let path = format!("/webhooks/{provider}");
        let (provider, secret) = (provider.to_owned(), secret.to_owned());
        Self { client: client.clone(), provider, secret, path }
    }

    /// One whose secret `owner` connects.
    pub async fn connected(owner: &Client, provider: &str, secret: &str) -> Self {
        let call = serde_json::json!({ "provider": provider, "secret": secret });
        owner.call("admin.payment.connect", call).await;
        Self::new(owner, provider, secret)
    }

    /// The same, sending somewhere else.
    #[must_use]
    pub fn to(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// The request that brings a body, signed at `at`, in seconds since 1970.
    pub fn request(&self, body: &str, at: i64) -> reqwest::RequestBuilder {
        let hex = |text: &str| format!("{:x}", HexBytes(&hmac(&self.secret, text)));
        let post = |path: &str| self.client.request("POST", path).body(body.to_owned());
        match self.provider.as_str() {
            "stripe" => {
                let signature = hex(&format!("{at}.{body}"));
                post(&self.path).header("stripe-signature", format!("t={at},v1={signature}"))
            }
            "paddle" => {
                let signature = hex(&format!("{at}:{body}"));
                post(&self.path).header("paddle-signature", format!("ts={at};h1={signature}"))
            }
            "lemonsqueezy" => post(&self.path).header("x-signature", hex(body)),
            "woocommerce" => {
                let signature = BASE64_STANDARD.encode(hmac(&self.secret, body));
                post(&self.path).header("x-wc-webhook-signature", signature)
            }
            _ => {
                let form = "application/x-www-form-urlencoded";
                post(&format!("{}?secret={}", self.path, self.secret)).header("content-type", form)
            }
        }
    }

    /// Sends an event, signed by the server's clock.
    pub async fn send(&self, server: &TestServer, body: &str) -> Reply {
        let at = server.env.now().unix();
        // Without the vendor's token: the signature is all that there is.
        let request = self.request(body, at);
        self.client.without_token().send(request).await
    }

    /// Sends an event that has to be taken.
    pub async fn tell(&self, server: &TestServer, event: &Value) {
        let reply = self.send(server, &event.to_string()).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, "{\"received\":true}"), "{event}");
    }
}

/// HMAC-SHA256.
fn hmac(secret: &str, text: &str) -> [u8; 32] {
    let mut mac: Hmac<Sha256> =
        Hmac::new_from_slice(secret.as_bytes()).expect("any length is a key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

struct HexBytes<'a>(&'a [u8]);

impl std::fmt::LowerHex for HexBytes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
