//! `billing.*`: what the payment side reports. Each call needs a token with the scope
//! `billing:write`, one that sees all products: an order may be for several.

use serde::{Deserialize, Serialize};

use super::admin::EXACT_MAX;
use super::admin::license::{LicenseView, NewCustomer, QUANTITY_MAX};
use super::{Defaulted, Flag, Reference, WholeNumber, calls};
use crate::prelude::*;
use crate::text::{Currency, IdempotencyKey, PaymentRef};
use crate::time::Timestamp;

calls! {
    /// `billing.orderCompleted`: makes the licenses that were paid for.
    ///
    /// They hold until `paidAt` and the plan's term. The same order, product and plan again changes
    /// nothing and is answered with the licenses as they are now; another product or plan of the order
    /// adds its own. What was reported of the order or the subscription before is taken into account now.
    OrderCompleted "billing.orderCompleted" BillingWrite -> Billed | not_found {
        /// The payment side's name for the order.
        order "order": PaymentRef,
        /// What was bought: a product's id, slug or permalink.
        product "product": Reference,
        /// On which terms: a plan of the product, by its id or slug.
        plan "plan": Reference,
        /// Who bought: the customer with this address, or a new one.
        customer "customer": NewCustomer,
        /// The payment side's name for what will go on paying.
        subscription "subscription": Option<PaymentRef>,
        /// How many licenses.
        quantity "quantity": Defaulted<1, QUANTITY_MAX, 1>,
        /// When it was paid; left out: now. Terms of months are counted from that day.
        paid_at "paidAt": Option<Timestamp>,
        /// What was paid, in the currency's minor units. Needs `currency`.
        price "price": Option<WholeNumber<0, EXACT_MAX>>,
        /// Of which currency, by its ISO 4217 code. Needs `price`.
        currency "currency": Option<Currency>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.subscriptionRenewed`: another term was paid.
    ///
    /// Moves the end of the subscription's licenses on by one term from where it is, wherever that is,
    /// and lifts the `payment` hold and the grace, unless a payment failed later than `paidAt`. One
    /// invoice counts once, whichever event reports it.
    SubscriptionRenewed "billing.subscriptionRenewed" BillingWrite -> Billed {
        /// The payment side's name for the subscription.
        subscription "subscription": PaymentRef,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// The bill that was paid.
        invoice "invoice": Option<PaymentRef>,
        /// When it was paid; left out: now.
        paid_at "paidAt": Option<Timestamp>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.paymentFailed`: a payment was due and was not made.
    ///
    /// The licenses stay active until `failedAt` and the plan's grace, and are suspended from then on.
    /// Further failures do not begin it anew; one that is older than the last payment makes no
    /// difference.
    PaymentFailed "billing.paymentFailed" BillingWrite -> Billed {
        /// The payment side's name for the subscription.
        subscription "subscription": PaymentRef,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// When it failed; left out: now.
        failed_at "failedAt": Option<Timestamp>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.paymentRecovered`: a payment that had failed was made after all.
    ///
    /// Lifts the `payment` hold and the grace, and moves the end on by one term.
    PaymentRecovered "billing.paymentRecovered" BillingWrite -> Billed {
        /// The payment side's name for the subscription.
        subscription "subscription": PaymentRef,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// The bill that was paid.
        invoice "invoice": Option<PaymentRef>,
        /// When it was paid; left out: now.
        paid_at "paidAt": Option<Timestamp>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.subscriptionCancelled`: the subscription will not be renewed.
    ///
    /// The licenses stay active until the end of what was paid. A later renewal resumes the
    /// subscription.
    SubscriptionCancelled "billing.subscriptionCancelled" BillingWrite -> Billed {
        /// The payment side's name for the subscription.
        subscription "subscription": PaymentRef,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.subscriptionExpired`: the subscription is over.
    ///
    /// The licenses end at `at` at the latest, and at once where a failed payment has stopped them; the
    /// `payment` hold and the grace are lifted. Whatever is reported of the subscription afterwards is
    /// recorded and changes nothing.
    SubscriptionExpired "billing.subscriptionExpired" BillingWrite -> Billed {
        /// The payment side's name for the subscription.
        subscription "subscription": PaymentRef,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// Since when it is over; left out: now.
        at "at": Option<Timestamp>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.refunded`: money was given back.
    ///
    /// All of it: the order's licenses are revoked, and every activation ends. A part: it is recorded.
    Refunded "billing.refunded" BillingWrite -> Billed {
        /// The payment side's name for the order.
        order "order": PaymentRef,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// Whether it was all of the money; left out: it was.
        full "full": Flag<true>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.disputeOpened`: the buyer disputes the payment.
    ///
    /// Lays the `dispute` hold on the order's licenses.
    DisputeOpened "billing.disputeOpened" BillingWrite -> Billed {
        /// The payment side's name for the order.
        order "order": PaymentRef,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `billing.disputeClosed`: the dispute was decided.
    ///
    /// Won: the `dispute` hold is lifted. Lost: the order's licenses are revoked.
    DisputeClosed "billing.disputeClosed" BillingWrite -> Billed {
        /// The payment side's name for the order.
        order "order": PaymentRef,
        /// Whether it went the vendor's way.
        won "won": bool,
        /// The payment side's name for saying so: the same event again changes nothing.
        event "event": Option<PaymentRef>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// What every report is answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Billed {
    /// The licenses that it concerns, as they are now.
    pub licenses: Vec<LicenseView>,
    /// Whether nobody knows the order or subscription yet: the report is kept for 30 days and taken
    /// into account when the order comes.
    pub parked: bool,
}
