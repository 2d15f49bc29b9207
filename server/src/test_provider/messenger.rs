//! Takes events to the webhook, one after the other, beside everything else.

use counterfoil_core::id::VendorId;
use counterfoil_core::wire::native::admin::webhook::WebhookFormat;
use std::sync::Arc;
use tokio::sync::oneshot;

use super::TestProvider;
use super::credentials::other_secret;
use super::deliveries::{Next, Parcel, Trouble, Try};
use crate::secret::{to_hex, webhook_digest};
use crate::service::App;
use crate::webhooks::post::{Message, Sender};
use crate::webhooks::{Rules, SystemResolver};

/// How old a signature is that is too old.
const STALE_SECONDS: i64 = 600;

/// Sends until told to stop.
pub(crate) struct Messenger {
    app: App,
    provider: Arc<TestProvider>,
    sender: Sender,
}

impl Messenger {
    /// That of the test provider, if there is one.
    pub(crate) fn of(app: &App) -> Option<Self> {
        let provider = Arc::clone(app.test_provider.as_ref()?);
        // It goes to this very machine and nowhere else.
        let rules = Rules { allow_private: true };
        let sender = Sender::new(rules, Arc::new(SystemResolver), Arc::clone(&app.env));
        Some(Self { app: app.clone(), provider, sender })
    }

    /// Sends what is due, over and over, until `stop` fires.
    pub(crate) async fn run(self, mut stop: oneshot::Receiver<()>) {
        tokio::select! {
            () = self.carry() => {}
            _ = &mut stop => {}
        }
    }

    async fn carry(&self) {
        let Self { app, provider, .. } = self;
        loop {
            let next = provider.book().deliveries.next(app.env.now());
            match next {
                Next::Send(parcel) => {
                    let landed = self.send(&parcel).await;
                    let now = app.env.now();
                    provider.book().deliveries.landed(&parcel.event, landed, now);
                }
                Next::Wait(at) => tokio::select! {
                    () = app.env.reaches(at) => {}
                    () = provider.news.notified() => {}
                },
                Next::Rest => provider.news.notified().await,
            }
        }
    }

    async fn send(&self, parcel: &Parcel) -> Try {
        let at = self.app.env.now();
        let Parcel { vendor, body, trouble, .. } = parcel;
        let (vendor, trouble) = (*vendor, *trouble);
        if trouble == Some(Trouble::Dropped) {
            return Try { at, trouble, came: Err("It never arrived.".to_owned()) };
        }
        let age = if trouble == Some(Trouble::Stale) { STALE_SECONDS } else { 0 };
        let signed_at = at.unix().saturating_sub(age);
        let message = Message {
            url: format!("{}/webhooks/stripe/{vendor}", self.provider.origin),
            format: WebhookFormat::Standard,
            headers: vec![("stripe-signature", self.signature((vendor, trouble), signed_at, body))],
            body: body.clone(),
        };
        let answer = self.sender.send(message, at).await;
        let problem = answer.problem.unwrap_or_default();
        Try { at, trouble, came: answer.status.ok_or(problem) }
    }

    /// The header that proves a body, signed at a second since 1970.
    fn signature(&self, to: (VendorId, Option<Trouble>), at: i64, body: &str) -> String {
        let (vendor, trouble) = to;
        let secret = &self.app.secret;
        let secret = if trouble == Some(Trouble::WrongSecret) {
            other_secret(secret, vendor)
        } else {
            self.provider.webhook_secret(secret, vendor)
        };
        let digest = webhook_digest(&secret, &[format!("{at}.").as_bytes(), body.as_bytes()]);
        format!("t={at},v1={}", to_hex(&digest).as_str())
    }
}
