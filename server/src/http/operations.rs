//! What whoever runs the server asks it: is it ready, and how does it fare.

use counterfoil_core::refusal::{RETRY_AFTER_SECONDS, Refusal};
use counterfoil_core::wire::native::Scope;
use http::header::{ALLOW, CACHE_CONTROL, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Method, StatusCode};

use super::{Reply, Site, reply, status_of, text};
use crate::auth;
use crate::gate::Context;
use crate::metrics::CONTENT_TYPE;
use crate::readiness;
use crate::service::{mail, webhooks};

/// Whether calls can be answered now.
pub(super) async fn readyz(site: &Site) -> Reply {
    let mut reply = match readiness::check(&site.app, &site.draining).await {
        Ok(()) => text(StatusCode::OK, "ready\n"),
        Err(problem) => {
            let mut reply = text(StatusCode::SERVICE_UNAVAILABLE, format!("{problem}\n"));
            let seconds = HeaderValue::from(RETRY_AFTER_SECONDS);
            reply.headers_mut().insert(RETRY_AFTER, seconds);
            reply
        }
    };
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// Every count, for callers on this machine and tokens that may read them.
pub(super) fn metrics(site: &Site, context: &Context, method: &Method) -> Reply {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut reply = text(StatusCode::METHOD_NOT_ALLOWED, "Use GET.\n");
        reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return reply;
    }
    if !context.caller.is_loopback
        && let Err(refusal) = may_read(site, context)
    {
        return refused(&refusal);
    }
    let metrics = &site.gate.metrics;
    let open = site.rpc.open_sockets();
    metrics.sockets.set(i64::try_from(open).unwrap_or(i64::MAX));
    let waiting = site.app.checks.waiting();
    metrics.checks_waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    // What cannot be read is as it was at the last look.
    if let Ok((queued, dead)) = mail::counts(&site.app) {
        metrics.mail_queued.set(i64::try_from(queued).unwrap_or(i64::MAX));
        metrics.mail_dead.set(i64::try_from(dead).unwrap_or(i64::MAX));
    }
    if let Ok((pending, late)) = webhooks::waiting(&site.app) {
        metrics.webhook_pending.set(i64::try_from(pending).unwrap_or(i64::MAX));
        metrics.webhook_lag.set(late);
    }
    let mut reply = reply(StatusCode::OK, CONTENT_TYPE, metrics.text());
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

fn may_read(site: &Site, context: &Context) -> Result<(), Refusal> {
    if let Some(retry_after) = context.account.barred() {
        return Err(Refusal::RateLimited { retry_after });
    }
    let view = site.app.ledger.view();
    auth::authorize(&*view, &context.caller, Scope::MetricsRead, site.app.env.now()).map(|_| ())
}

fn refused(refusal: &Refusal) -> Reply {
    let status = status_of(refusal);
    let mut reply = text(status, format!("{}\n", refusal.message()));
    let headers = reply.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Refusal::RateLimited { retry_after } | Refusal::Unavailable { retry_after } = refusal {
        headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    reply
}
