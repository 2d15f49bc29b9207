//! Things as Stripe tells of them, in the form of its API of 2026.

use counterfoil_core::time::Timestamp;
use serde_json::{Value, json};

use super::book::{Dispute, Invoice, Payment, Sale, Session, Subscription};

/// The version of the API whose forms these are.
pub(super) const API_VERSION: &str = "2026-05-27.dahlia";

/// Days in which a bank wants to hear something.
const EVIDENCE_DAYS: u32 = 7;

/// A session, as it stands at `now`; `url` is where it is paid.
pub(super) fn session(session: &Session, url: &str, now: Timestamp) -> Value {
    let sale = session.sale.as_ref();
    let buyer = sale.map(|sale| &sale.buyer);
    let subscription = sale.and_then(|sale| sale.subscription.as_ref());
    // The payment of a subscription is its invoice's.
    let payment = sale.filter(|_| subscription.is_none()).and_then(|sale| sale.payments.first());
    json!({
        "id": session.id,
        "object": "checkout.session",
        "amount_subtotal": session.total,
        "amount_total": session.total,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "cancel_url": session.cancel_url,
        "client_reference_id": session.reference,
        "created": session.created_at.unix(),
        "currency": session.offer.currency(),
        "customer": sale.map(|sale| &sale.customer),
        "customer_details": buyer.map(|buyer| json!({
            "address": address(),
            "business_name": null,
            "email": buyer.email,
            "individual_name": null,
            "name": buyer.name,
            "phone": null,
            "tax_exempt": "none",
            "tax_ids": [],
        })),
        "customer_email": session.email,
        "discounts": [],
        "expires_at": session.expires_at().unix(),
        "invoice": subscription.map(|subscription| &subscription.invoice.id),
        "livemode": false,
        "metadata": session.metadata,
        "mode": session.mode(),
        "payment_intent": payment.map(|payment| &payment.intent),
        "payment_link": null,
        "payment_method_types": ["card"],
        "payment_status": session.payment_status(),
        "status": session.status(now),
        "subscription": subscription.map(|subscription| &subscription.id),
        "success_url": session.success_url,
        "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
        "ui_mode": "hosted",
        "url": session.is_open(now).then_some(url),
    })
}

fn address() -> Value {
    json!({ "city": null, "country": null, "line1": null, "line2": null, "postal_code": null,
        "state": null })
}

/// A paid session, of which things are told.
#[derive(Clone, Copy)]
pub(super) struct Paid<'a> {
    pub(super) session: &'a Session,
    pub(super) sale: &'a Sale,
}

impl Paid<'_> {
    /// The payment, before it is divided into tries.
    pub(super) fn payment_intent(self, payment: &Payment) -> Value {
        let Self { session, sale } = self;
        let invoice = payment.invoice.as_ref().map(|(_, invoice)| invoice);
        json!({
            "id": payment.intent,
            "object": "payment_intent",
            "amount": session.total,
            "amount_received": session.total,
            "capture_method": "automatic_async",
            "confirmation_method": "automatic",
            "created": payment.at.unix(),
            "currency": session.offer.currency(),
            "customer": sale.customer,
            "description": invoice.map(|_| "Subscription payment"),
            "latest_charge": payment.charge,
            "livemode": false,
            "metadata": {},
            "payment_details": { "customer_reference": null, "order_reference": invoice },
            "payment_method_types": ["card"],
            "status": "succeeded",
        })
    }

    /// The try that succeeded.
    pub(super) fn charge(self, payment: &Payment) -> Value {
        let Self { session, sale } = self;
        let refunded = if payment.is_refunded { session.total } else { 0 };
        json!({
            "id": payment.charge,
            "object": "charge",
            "amount": session.total,
            "amount_captured": session.total,
            "amount_refunded": refunded,
            "billing_details": {
                "address": address(),
                "email": sale.buyer.email,
                "name": sale.buyer.name,
                "phone": null,
            },
            "captured": true,
            "created": payment.at.unix(),
            "currency": session.offer.currency(),
            "customer": sale.customer,
            "disputed": payment.dispute.is_some(),
            "failure_code": null,
            "livemode": false,
            "metadata": {},
            "outcome": { "network_status": "approved_by_network", "type": "authorized" },
            "paid": true,
            "payment_intent": payment.intent,
            "payment_method_details": card(&sale.buyer.last4),
            "receipt_email": null,
            "refunded": payment.is_refunded,
            "status": "succeeded",
        })
    }

    pub(super) fn dispute(self, payment: &Payment, dispute: &Dispute) -> Value {
        json!({
            "id": dispute.id,
            "object": "dispute",
            "amount": self.session.total,
            "balance_transactions": [],
            "charge": payment.charge,
            "created": dispute.at.unix(),
            "currency": self.session.offer.currency(),
            "evidence": {},
            "evidence_details": {
                "due_by": dispute.at.plus_days(EVIDENCE_DAYS).unix(),
                "has_evidence": false,
                "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": false,
            "livemode": false,
            "metadata": {},
            "payment_intent": payment.intent,
            "reason": "fraudulent",
            "status": dispute.status,
        })
    }

    pub(super) fn subscription(self, subscription: &Subscription) -> Value {
        let Self { session, sale } = self;
        let unix = |at: Option<Timestamp>| at.map(Timestamp::unix);
        let (start, end) = subscription.period;
        let asked = subscription.called_off_at.is_some() || subscription.ended_at.is_some();
        let list = format!("/v1/subscription_items?subscription={}", subscription.id);
        json!({
            "id": subscription.id,
            "object": "subscription",
            "billing_cycle_anchor": subscription.started_at.unix(),
            "cancel_at": subscription.called_off_at.map(|_| end.unix()),
            "cancel_at_period_end": subscription.called_off_at.is_some(),
            "canceled_at": unix(subscription.called_off_at.or(subscription.ended_at)),
            "cancellation_details": {
                "comment": null,
                "feedback": null,
                "reason": asked.then_some("cancellation_requested"),
            },
            "collection_method": "charge_automatically",
            "created": subscription.started_at.unix(),
            "currency": session.offer.currency(),
            "customer": sale.customer,
            "discounts": [],
            "ended_at": unix(subscription.ended_at),
            "items": {
                "object": "list",
                "data": [{
                    "id": subscription.item,
                    "object": "subscription_item",
                    "created": subscription.started_at.unix(),
                    "current_period_end": end.unix(),
                    "current_period_start": start.unix(),
                    "metadata": {},
                    "price": session.offer.object(),
                    "quantity": session.quantity,
                    "subscription": subscription.id,
                }],
                "has_more": false,
                "total_count": 1,
                "url": list,
            },
            "latest_invoice": subscription.invoice.id,
            "livemode": false,
            "metadata": {},
            "start_date": subscription.started_at.unix(),
            "status": subscription.status(),
            "trial_end": null,
            "trial_start": null,
        })
    }

    /// The subscription's newest invoice.
    pub(super) fn invoice(self, subscription: &Subscription) -> Value {
        let Self { session, sale } = self;
        let invoice = &subscription.invoice;
        let is_paid = invoice.paid_at.is_some();
        let paid = if is_paid { session.total } else { 0 };
        let reason = if invoice.number == 1 { "subscription_create" } else { "subscription_cycle" };
        let prefix: String = sale.customer.chars().skip(4).take(8).collect();
        json!({
            "id": invoice.id,
            "object": "invoice",
            "amount_due": session.total,
            "amount_overpaid": 0,
            "amount_paid": paid,
            "amount_remaining": session.total.saturating_sub(paid),
            "attempt_count": invoice.tries,
            "attempted": true,
            "auto_advance": !is_paid,
            "billing_reason": reason,
            "collection_method": "charge_automatically",
            "created": invoice.created_at.unix(),
            "currency": session.offer.currency(),
            "customer": sale.customer,
            "customer_email": sale.buyer.email,
            "customer_name": sale.buyer.name,
            "discounts": [],
            "lines": {
                "object": "list",
                "data": [self.line(subscription, invoice)],
                "has_more": false,
                "total_count": 1,
                "url": format!("/v1/invoices/{}/lines", invoice.id),
            },
            "livemode": false,
            "metadata": {},
            "number": format!("{}-{:04}", prefix.to_ascii_uppercase(), invoice.number),
            "parent": {
                "quote_details": null,
                "subscription_details": { "metadata": {}, "subscription": subscription.id },
                "type": "subscription_details",
            },
            "period_end": invoice.created_at.unix(),
            "period_start": invoice.created_at.unix(),
            "status": if is_paid { "paid" } else { "open" },
            "status_transitions": {
                "finalized_at": invoice.created_at.unix(),
                "marked_uncollectible_at": null,
                "paid_at": invoice.paid_at.map(Timestamp::unix),
                "voided_at": null,
            },
            "subtotal": session.total,
            "total": session.total,
            "total_taxes": [],
        })
    }

    fn line(self, subscription: &Subscription, invoice: &Invoice) -> Value {
        let Self { session, .. } = self;
        let offer = &session.offer;
        let (start, end) = invoice.period;
        json!({
            "id": invoice.line,
            "object": "line_item",
            "amount": session.total,
            "currency": offer.currency(),
            "description": format!("{} × {}", session.quantity, offer.name),
            "discount_amounts": [],
            "discountable": true,
            "discounts": [],
            "invoice": invoice.id,
            "livemode": false,
            "metadata": {},
            "parent": {
                "invoice_item_details": null,
                "subscription_item_details": {
                    "invoice_item": null,
                    "proration": false,
                    "proration_details": { "credited_items": null },
                    "subscription": subscription.id,
                    "subscription_item": subscription.item,
                },
                "type": "subscription_item_details",
            },
            "period": { "end": end.unix(), "start": start.unix() },
            "pricing": {
                "price_details": { "price": offer.price_name(), "product": offer.product_name() },
                "type": "price_details",
                "unit_amount_decimal": offer.price.amount.to_string(),
            },
            "quantity": session.quantity,
            "taxes": [],
        })
    }

    /// What says which payment paid an invoice.
    pub(super) fn invoice_payment(self, payment: &Payment) -> Option<Value> {
        let (id, invoice) = payment.invoice.as_ref()?;
        let Self { session, .. } = self;
        Some(json!({
            "id": id,
            "object": "invoice_payment",
            "amount_paid": session.total,
            "amount_requested": session.total,
            "created": payment.at.unix(),
            "currency": session.offer.currency(),
            "invoice": invoice,
            "is_default": true,
            "livemode": false,
            "payment": { "payment_intent": payment.intent, "type": "payment_intent" },
            "status": "paid",
            "status_transitions": { "canceled_at": null, "paid_at": payment.at.unix() },
        }))
    }
}

fn card(last4: &str) -> Value {
    json!({
        "card": { "brand": "visa", "country": "US", "funding": "credit", "last4": last4,
            "network": "visa" },
        "type": "card",
    })
}

/// Something that happened, as it is sent.
pub(super) fn event(id: &str, kind: &str, object: &Value, at: Timestamp) -> String {
    let event = json!({
        "id": id,
        "object": "event",
        "api_version": API_VERSION,
        "created": at.unix(),
        "data": { "object": object },
        "livemode": false,
        "pending_webhooks": 1,
        "request": { "id": null, "idempotency_key": null },
        "type": kind,
    });
    event.to_string()
}
