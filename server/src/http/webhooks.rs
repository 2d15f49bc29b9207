//! `/webhooks/{provider}` and `/webhooks/{provider}/{vendor id}`: where payment providers send what
//! happened.
//!
//! The answer is for the provider's log, and for whoever sets the webhook up: 200 for all that was
//! kept, also when nothing came of it, so that nobody sends it again; a sentence for what was not.

use counterfoil_core::id::VendorId;
use counterfoil_core::refusal::{RETRY_AFTER_SECONDS, Refusal};
use counterfoil_core::wire::foreign::{Body, Incoming as Heard};
use counterfoil_core::wire::native::admin::payment::PaymentState;
use counterfoil_core::wire::provider::Provider;
use http::header::{ALLOW, HeaderValue};
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use super::body::{ReadError, read_body};
use super::{Reply, Site, close, json, later, text, without_body};
use crate::dialects;
use crate::gate::Context;
use crate::metrics::WebhookOutcome;
use crate::service::payments::{Received, Taken, Untaken, receive};

/// Where they lie.
const FOLDER: &str = "/webhooks/";

/// Most bytes of a body.
const BODY_BYTES_MAX: u32 = 1024 * 1024;

/// What a path asks for.
enum Asked {
    Webhook(Provider, Option<VendorId>),
    Nothing,
}

/// Whether a path lies where webhooks do.
pub(super) fn is_path(path: &str) -> bool {
    path.starts_with(FOLDER)
}

fn asked(path: &str) -> Asked {
    let rest = path.strip_prefix(FOLDER).unwrap_or_default().trim_end_matches('/');
    let (provider, vendor) = rest
        .split_once('/')
        .map_or((rest, None), |(one, other)| (one, Some(other.parse::<VendorId>())));
    match (provider.parse(), vendor.transpose()) {
        (Ok(provider), Ok(vendor)) => Asked::Webhook(provider, vendor),
        _ => Asked::Nothing,
    }
}

pub(super) async fn answer(site: &Site, context: &Context, request: Request<Incoming>) -> Reply {
    let Asked::Webhook(provider, vendor) = asked(request.uri().path()) else {
        let words: Vec<&str> = Provider::ALL.iter().map(|one| one.word()).collect();
        let hint = format!("There is nothing here. There are webhooks for {}.\n", words.join(", "));
        return without_body(request, text(StatusCode::NOT_FOUND, hint)).await;
    };
    if *request.method() != Method::POST {
        let mut reply = text(StatusCode::METHOD_NOT_ALLOWED, "Webhooks come by POST.\n");
        reply.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return without_body(request, reply).await;
    }
    if let Err(refusal) = site.gate.limiter.admit(&context.account, false) {
        return without_body(request, too_many(&refusal)).await;
    }
    let (head, body) = request.into_parts();
    let body = match read_body(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(error) => return unread(site, provider, error),
    };
    let request = Heard {
        method: head.method.as_str().to_owned(),
        path: String::new(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: dialects::texts(&head.headers),
        body: Body::Bytes(body.into()),
    };
    let host = context.host().map(str::to_owned);
    let taken = receive(&site.app, Received { provider, vendor, host, request }).await;
    site.gate.metrics.webhook(provider, outcome(&taken));
    log(provider, context, outcome(&taken));
    reply(&taken)
}

fn too_many(refusal: &Refusal) -> Reply {
    let seconds = if let Refusal::RateLimited { retry_after } = refusal { *retry_after } else { 1 };
    later(StatusCode::TOO_MANY_REQUESTS, refusal, seconds)
}

fn unread(site: &Site, provider: Provider, error: ReadError) -> Reply {
    let (status, sentence) = match error {
        ReadError::TooLarge { bytes, .. } => {
            site.gate.metrics.refused_body(bytes);
            (StatusCode::PAYLOAD_TOO_LARGE, "A webhook has at most 1 MiB.\n")
        }
        ReadError::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The body came too slowly.\n"),
        ReadError::Broken => (StatusCode::BAD_REQUEST, "The body could not be read.\n"),
    };
    site.gate.metrics.webhook(provider, WebhookOutcome::Unread);
    let mut reply = text(status, sentence);
    if !matches!(error, ReadError::TooLarge { drained: true, .. }) {
        close(&mut reply);
    }
    reply
}

const fn outcome(taken: &Result<Taken, Untaken>) -> WebhookOutcome {
    match taken {
        Ok(Taken::Kept(PaymentState::Applied)) => WebhookOutcome::Applied,
        Ok(Taken::Kept(PaymentState::Ignored)) => WebhookOutcome::Ignored,
        Ok(Taken::Kept(PaymentState::Parked)) => WebhookOutcome::Parked,
        Ok(Taken::Kept(PaymentState::Refused)) => WebhookOutcome::Refused,
        Ok(Taken::Repeated) => WebhookOutcome::Repeated,
        Ok(Taken::Greeted) => WebhookOutcome::Greeted,
        Err(Untaken::Unproved(_)) => WebhookOutcome::Unproved,
        Err(Untaken::WrongSignature) => WebhookOutcome::WrongSignature,
        Err(Untaken::Stale) => WebhookOutcome::Stale,
        Err(Untaken::NoVendor) => WebhookOutcome::NoVendor,
        Err(Untaken::Unavailable(_)) => WebhookOutcome::Unavailable,
    }
}

fn log(provider: Provider, context: &Context, outcome: WebhookOutcome) {
    let Context { caller, request_id, .. } = context;
    let (provider, outcome) = (provider.word(), outcome.word());
    tracing::debug!(provider, outcome, ip = %caller.ip, %request_id, "webhook");
}

fn reply(taken: &Result<Taken, Untaken>) -> Reply {
    match taken {
        Ok(taken) => {
            let is_kept = !matches!(taken, Taken::Greeted);
            json(StatusCode::OK, format!("{{\"received\":{is_kept}}}"))
        }
        Err(Untaken::Unproved(sentence)) => text(StatusCode::BAD_REQUEST, format!("{sentence}\n")),
        Err(Untaken::WrongSignature) => text(
            StatusCode::UNAUTHORIZED,
            "This is not signed under a secret that is connected: compare the webhook's secret \
             with that of `admin.payment.connect`, and see that nothing changes the body on its \
             way.\n",
        ),
        Err(Untaken::Stale) => text(
            StatusCode::BAD_REQUEST,
            "This was signed more than five minutes ago, or by a clock that is wrong: compare \
             this server's with the true time.\n",
        ),
        Err(Untaken::NoVendor) => text(StatusCode::NOT_FOUND, "There is no such vendor.\n"),
        Err(Untaken::Unavailable(refusal)) => {
            later(StatusCode::SERVICE_UNAVAILABLE, refusal, RETRY_AFTER_SECONDS)
        }
    }
}
