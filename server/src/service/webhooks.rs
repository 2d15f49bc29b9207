//! Webhooks at the desk: where events are sent, and what became of them.

use counterfoil_core::id::{DeliveryId, ProductId, WebhookId};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::webhook::{
    AttemptView, CreateWebhook, DeleteWebhook, DeliveryDetail, DeliveryStatus, DeliveryView,
    DisabledFor, ListDeliveries, ListWebhooks, OVERLAP_HOURS, RedeliverEvent, ShowDelivery,
    TestWebhook, UpdateWebhook, WebhookFormat, WebhookView,
};
use counterfoil_core::wire::native::{Reference, WholeNumber};
use counterfoil_core::wire::webhook::{SigningSecret, TEST};

use super::desk::{Desk, part};
use super::listing::page;
use super::{App, catalog};
use crate::env::random;
use crate::ledger::{
    Attempt, DeliveryRow, LedgerError, List, Lists, Rows, Target, Txn, View, WEBHOOKS_MAX,
    WebhookRow, Webhooks,
};
use crate::webhooks;

/// Most secrets before the present one that sign as well.
const PREVIOUS_MAX: usize = 3;

const SECONDS_PER_HOUR: i64 = 3_600;

/// Makes a webhook.
///
/// # Errors
///
/// `invalid_params` for a URL where nothing may be sent, for a secret that is none, and for one webhook
/// too many; `not_found` for the product; `forbidden` for another product than the caller's.
pub fn create(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &CreateWebhook,
) -> Result<WebhookView, Refusal> {
    let product = product_for(desk, txn, call.product.as_ref())?;
    let url = judged(desk, &call.url, call.format)?;
    if txn.webhooks_of(desk.by.vendor, desk.by.mode)?.len() >= WEBHOOKS_MAX {
        let problem = format!("is one too many: there are {WEBHOOKS_MAX}, delete one first");
        return Err(Refusal::invalid_params("url", problem));
    }
    let secret = match &call.secret {
        Some(text) => SigningSecret::import(text.reveal(), random(desk.env)?, call.format)
            .map_err(|problem| Refusal::invalid_params("secret", problem))?,
        None => SigningSecret::make(random(desk.env)?, random(desk.env)?),
    };
    let id = WebhookId::new(txn.next_id(desk.now, random(desk.env)?));
    let target = Target { url, secret, previous: Vec::new() };
    let row = WebhookRow {
        id,
        vendor: desk.by.vendor,
        mode: desk.by.mode,
        product,
        format: call.format,
        events: call.events.clone(),
        description: call.description.clone(),
        disabled: None,
        failing_since: None,
        created_at: desk.now,
        sealed: target.seal(id, desk.secret, random(desk.env)?)?,
    };
    txn.put_webhook(&row)?;
    Ok(WebhookView { secret: Some(target.secret.reveal().to_owned()), ..show(desk, row, &target) })
}

/// The one product of the webhook to make: that of the call, or of a caller who sees no other.
fn product_for(
    desk: &Desk<'_>,
    rows: &impl Rows,
    named: Option<&Reference>,
) -> Result<Option<ProductId>, Refusal> {
    let named = named.map(|name| catalog::product(rows, desk.by, name)).transpose()?;
    Ok(named.map(|product| product.names.id).or(desk.by.product))
}

/// The URL, if something may be sent there.
fn judged(desk: &Desk<'_>, text: &str, format: WebhookFormat) -> Result<String, Refusal> {
    let text = text.trim();
    let judged = desk.webhook_rules.judge(text, format);
    judged.map_err(|problem| Refusal::invalid_params("url", problem))?;
    Ok(text.to_owned())
}

/// The caller's webhook with this id.
fn hook(desk: &Desk<'_>, rows: &impl Webhooks, name: &Reference) -> Result<WebhookRow, Refusal> {
    let id = name.0.parse::<WebhookId>().ok();
    let row = id.map(|id| rows.webhook(id)).transpose()?.flatten();
    row.filter(|row| sees(desk, row)).ok_or(Refusal::NotFound { kind: "webhook" })
}

fn sees(desk: &Desk<'_>, row: &WebhookRow) -> bool {
    (row.vendor, row.mode) == (desk.by.vendor, desk.by.mode)
        && (desk.by.product.is_none() || row.product == desk.by.product)
}

/// The webhook as the desk shows it, without its secret.
fn show(desk: &Desk<'_>, row: WebhookRow, target: &Target) -> WebhookView {
    let mut ends = target.previous.iter().map(|(_, until)| *until);
    let public_key = row.format.has_public_key().then(|| target.secret.public_key());
    WebhookView {
        id: row.id,
        secret: None,
        public_key: public_key.flatten(),
        url: target.url.clone(),
        events: row.events,
        description: row.description,
        format: row.format,
        product: row.product,
        mode: row.mode,
        enabled: row.disabled.is_none(),
        disabled_for: row.disabled.map(|(reason, _)| reason),
        disabled_at: row.disabled.map(|(_, at)| at),
        failing_since: row.failing_since,
        previous_secret_until: ends.next().filter(|until| desk.now < *until),
        created_at: row.created_at,
    }
}

/// Lists webhooks, newest first, without their secrets.
///
/// # Errors
///
/// Only when the store fails.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &ListWebhooks,
) -> Result<Page<WebhookView>, Refusal> {
    let hooks = List::webhooks(desk.by.vendor, desk.by.mode);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(hooks, part)?),
        |number| {
            let row = view.webhook(WebhookId::new(number))?;
            let row = row.ok_or(LedgerError::Dangling("webhook"))?;
            if !sees(desk, &row) {
                return Ok(None);
            }
            let target = row.target(desk.secret)?;
            Ok(Some(show(desk, row, &target)))
        },
    )
}

/// Changes a webhook.
///
/// # Errors
///
/// `not_found`; `invalid_params` for a URL where nothing may be sent.
pub fn update(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &UpdateWebhook,
) -> Result<WebhookView, Refusal> {
    let before = hook(desk, txn, &call.webhook)?;
    let known = before.target(desk.secret)?;
    let (mut after, mut target) = (before.clone(), known.clone());
    if let Some(url) = &call.url.0 {
        target.url = judged(desk, url, before.format)?;
    }
    let rotates = call.rotate_secret == Some(true);
    if rotates {
        let overlap = call.overlap_hours.map_or(OVERLAP_HOURS, WholeNumber::small);
        rotate(desk, &mut target, (before.format, overlap))?;
    } else if call.overlap_hours.is_some() {
        let problem = "says something only together with `rotateSecret: true`";
        return Err(Refusal::invalid_params("overlapHours", problem));
    }
    if let Some(events) = &call.events.0 {
        after.events.clone_from(events);
    }
    if let Some(description) = &call.description.0 {
        after.description.clone_from(description);
    }
    match (call.enabled.0, before.disabled) {
        (Some(true), Some(_)) => (after.disabled, after.failing_since) = (None, None),
        (Some(false), None) => after.disabled = Some((DisabledFor::Manual, desk.now)),
        (None, _) | (Some(true), None) | (Some(false), Some(_)) => {}
    }
    if target != known {
        after.sealed = target.seal(after.id, desk.secret, random(desk.env)?)?;
    }
    if after != before {
        txn.put_webhook(&after)?;
    }
    let secret = rotates.then(|| target.secret.reveal().to_owned());
    Ok(WebhookView { secret, ..show(desk, after, &target) })
}

/// Gives a webhook a new secret, and lets the old one sign as well for some hours. In a form that
/// has room for one signature it does not.
fn rotate(
    desk: &Desk<'_>,
    target: &mut Target,
    (format, overlap_hours): (WebhookFormat, u32),
) -> Result<(), Refusal> {
    let new = SigningSecret::make(random(desk.env)?, random(desk.env)?);
    let old = std::mem::replace(&mut target.secret, new);
    let seconds = i64::from(overlap_hours).saturating_mul(SECONDS_PER_HOUR);
    if seconds == 0 || !format.has_public_key() {
        // Whoever ends a secret at once does not mean to leave older ones.
        target.previous.clear();
        return Ok(());
    }
    target.previous.retain(|(_, until)| desk.now < *until);
    target.previous.insert(0, (old, desk.now.saturating_add(seconds)));
    target.previous.truncate(PREVIOUS_MAX);
    Ok(())
}

/// Ends a webhook. What waits for it is sent no more.
///
/// # Errors
///
/// `not_found`.
pub fn delete(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &DeleteWebhook,
) -> Result<WebhookView, Refusal> {
    let row = hook(desk, txn, &call.webhook)?;
    let target = row.target(desk.secret)?;
    txn.remove_webhook(&row)?;
    Ok(show(desk, row, &target))
}

/// Queues a test.
///
/// # Errors
///
/// `not_found`; `invalid_params` for a webhook that is switched off.
pub fn test(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &TestWebhook,
) -> Result<DeliveryView, Refusal> {
    let hook = hook(desk, txn, &call.webhook)?;
    if hook.disabled.is_some() {
        let problem = "is switched off: set its `enabled` first";
        return Err(Refusal::invalid_params("webhook", problem));
    }
    let stamp = desk.stamp()?;
    let queued = txn.put_test(&hook, stamp)?;
    Ok(show_delivery(desk, &hook, &queued.ok_or(LedgerError::Dangling("test"))?))
}

/// Lists what was sent to a webhook or waits to be, newest first.
///
/// # Errors
///
/// `not_found`.
pub fn deliveries(
    desk: &Desk<'_>,
    view: &View,
    call: &ListDeliveries,
) -> Result<Page<DeliveryView>, Refusal> {
    let hook = hook(desk, view, &call.webhook)?;
    let deliveries = List::deliveries(hook.id, call.status);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(deliveries, part)?),
        |number| {
            let row = view.delivery(DeliveryId::new(number))?;
            let row = row.ok_or(LedgerError::Dangling("delivery"))?;
            Ok(Some(show_delivery(desk, &hook, &row)))
        },
    )
}

fn show_delivery(desk: &Desk<'_>, hook: &WebhookRow, row: &DeliveryRow) -> DeliveryView {
    // Of one that was altered from outside there is nothing to show: it was given up.
    let attempts = row.contents(desk.secret).map(|contents| contents.attempts);
    let is_due = row.status == DeliveryStatus::Pending && hook.disabled.is_none();
    DeliveryView {
        id: row.id,
        webhook: row.webhook,
        event: row.event,
        kind: row.kind.map_or(TEST, |kind| kind.word()).to_owned(),
        license: row.license,
        status: row.status,
        attempts: attempts.unwrap_or_default().into_iter().map(show_attempt).collect(),
        created_at: row.created_at,
        next_attempt_at: is_due.then_some(row.next_at),
    }
}

/// The delivery with this id, and its webhook, if that is the caller's.
fn own_delivery(
    desk: &Desk<'_>,
    rows: &impl Webhooks,
    name: &Reference,
) -> Result<(DeliveryRow, WebhookRow), Refusal> {
    let id = name.0.parse::<DeliveryId>().ok();
    let row = id.map(|id| rows.delivery(id)).transpose()?.flatten();
    let hook = row.as_ref().map(|row| rows.webhook(row.webhook)).transpose()?.flatten();
    let hook = hook.filter(|hook| sees(desk, hook));
    row.zip(hook).ok_or(Refusal::NotFound { kind: "delivery" })
}

/// Shows a delivery with what is sent.
///
/// # Errors
///
/// `not_found`.
pub fn delivery(
    desk: &Desk<'_>,
    view: &View,
    call: &ShowDelivery,
) -> Result<DeliveryDetail, Refusal> {
    let (row, hook) = own_delivery(desk, view, &call.delivery)?;
    let body = row.contents(desk.secret)?.body;
    Ok(DeliveryDetail { delivery: show_delivery(desk, &hook, &row), body })
}

fn show_attempt(attempt: Attempt) -> AttemptView {
    let Attempt { at, duration, status, response, problem } = attempt;
    AttemptView { at, duration, status, response, problem }
}

/// Sends a delivery once more.
///
/// # Errors
///
/// `not_found`; `invalid_params` while its webhook is switched off.
pub fn redeliver(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &RedeliverEvent,
) -> Result<DeliveryView, Refusal> {
    let (row, hook) = own_delivery(desk, txn, &call.delivery)?;
    if hook.disabled.is_some() {
        let problem = "belongs to a webhook that is switched off: set its `enabled` first";
        return Err(Refusal::invalid_params("delivery", problem));
    }
    let pending = DeliveryStatus::Pending;
    let row = DeliveryRow { status: pending, failures: 0, next_at: desk.now, ..row };
    let shown = show_delivery(desk, &hook, &row);
    txn.put_delivery(&row)?;
    Ok(shown)
}

/// How much waits to be sent to everybody's webhooks, and for how many seconds the first is overdue.
///
/// # Errors
///
/// Only when the store fails.
pub fn waiting(app: &App) -> Result<(u64, i64), LedgerError> {
    let now: Timestamp = app.env.now();
    webhooks::waiting(&app.ledger, now)
}
