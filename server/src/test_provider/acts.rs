//! What can happen to a sale, and the events that tell of it, in the order in which Stripe makes
//! them.

use counterfoil_core::time::Timestamp;
use serde_json::Value;

use super::book::{
    Buyer, DISPUTED, Dispute, Invoice, PAYMENTS_MAX, Payment, Sale, Session, Subscription,
};
use super::deliveries::Event;
use super::names::Names;
use super::objects::{self, Paid};

/// Something to do with a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Renew,
    FailRenewal,
    CallOff,
    End,
    Refund,
    Dispute,
    Win,
    Lose,
}

impl Act {
    /// Those of a subscription.
    pub(super) const OF_SUBSCRIPTION: [Self; 4] =
        [Self::Renew, Self::FailRenewal, Self::CallOff, Self::End];

    /// Those of a payment.
    pub(super) const OF_PAYMENT: [Self; 4] = [Self::Refund, Self::Dispute, Self::Win, Self::Lose];

    /// The word by which a form names it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Renew => "renew",
            Self::FailRenewal => "fail",
            Self::CallOff => "cancel",
            Self::End => "end",
            Self::Refund => "refund",
            Self::Dispute => "dispute",
            Self::Win => "win",
            Self::Lose => "lose",
        }
    }

    /// What its button says.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Renew => "Renew",
            Self::FailRenewal => "Fail the renewal",
            Self::CallOff => "Cancel at the end",
            Self::End => "End now",
            Self::Refund => "Refund",
            Self::Dispute => "Open a dispute",
            Self::Win => "Win the dispute",
            Self::Lose => "Lose the dispute",
        }
    }

    /// Whether a subscription can be treated so now.
    pub(super) fn suits_subscription(self, sale: &Sale, subscription: &Subscription) -> bool {
        let goes_on = subscription.ended_at.is_none();
        let renews = goes_on && subscription.called_off_at.is_none();
        match self {
            Self::Renew | Self::FailRenewal => renews && sale.payments.len() < PAYMENTS_MAX,
            Self::CallOff => renews,
            Self::End => goes_on,
            Self::Refund | Self::Dispute | Self::Win | Self::Lose => false,
        }
    }

    /// Whether a payment can be treated so now.
    pub(super) fn suits_payment(self, payment: &Payment) -> bool {
        let is_ours = !payment.is_refunded && payment.dispute.is_none();
        match self {
            Self::Refund => {
                let is_won = payment.dispute.as_ref().is_some_and(|it| it.status == "won");
                is_ours || is_won && !payment.is_refunded
            }
            Self::Dispute => is_ours,
            Self::Win | Self::Lose => payment.is_disputed(),
            Self::Renew | Self::FailRenewal | Self::CallOff | Self::End => false,
        }
    }
}

/// What making events takes.
pub(super) struct Making<'a> {
    pub(super) names: &'a mut Names,
    pub(super) now: Timestamp,
}

impl Making<'_> {
    fn event(&mut self, kind: &'static str, object: &Value) -> Event {
        let id = self.names.next("evt_");
        let body = objects::event(&id, kind, object, self.now);
        Event { id, kind, body }
    }

    /// Lets a session be paid. `url` is where it was.
    pub(super) fn sell(&mut self, session: &mut Session, buyer: Buyer, url: &str) -> Vec<Event> {
        let customer = self.names.next("cus_");
        let mut sale = Sale { customer, buyer, payments: Vec::new(), subscription: None };
        sale.subscription = session.offer.term.map(|term| {
            let period = (self.now, term.end(self.now));
            Subscription {
                id: self.names.next("sub_"),
                item: self.names.next("si_"),
                term,
                started_at: self.now,
                period,
                invoice: Invoice { paid_at: Some(self.now), ..self.invoice(1, period) },
                called_off_at: None,
                ended_at: None,
            }
        });
        let invoice = sale.subscription.as_ref().map(|it| it.invoice.id.clone());
        self.take_money(&mut sale, session.total, invoice);
        session.sale = Some(sale);
        session.confirming = None;
        session.problem = None;
        let Some(sale) = &session.sale else { return Vec::new() };
        let paid = Paid { session, sale };
        let mut events = self.of_money(paid, sale.payments.last());
        if let Some(subscription) = &sale.subscription {
            let told = paid.subscription(subscription);
            events.push(self.event("customer.subscription.created", &told));
            events.extend(self.of_invoice(paid, subscription));
        }
        let told = objects::session(session, url, self.now);
        events.push(self.event("checkout.session.completed", &told));
        events
    }

    fn invoice(&mut self, number: usize, period: (Timestamp, Timestamp)) -> Invoice {
        Invoice {
            id: self.names.next("in_"),
            line: self.names.next("il_"),
            number,
            period,
            created_at: self.now,
            tries: 1,
            paid_at: None,
        }
    }

    /// Nothing is taken for what costs nothing.
    fn take_money(&mut self, sale: &mut Sale, total: u64, invoice: Option<String>) {
        if total == 0 {
            return;
        }
        sale.payments.push(Payment {
            intent: self.names.next("pi_"),
            charge: self.names.next("ch_"),
            invoice: invoice.map(|invoice| (self.names.next("inpay_"), invoice)),
            at: self.now,
            is_refunded: false,
            dispute: None,
        });
    }

    fn of_money(&mut self, paid: Paid<'_>, payment: Option<&Payment>) -> Vec<Event> {
        let Some(payment) = payment else { return Vec::new() };
        vec![
            self.event("charge.succeeded", &paid.charge(payment)),
            self.event("payment_intent.succeeded", &paid.payment_intent(payment)),
        ]
    }

    fn of_invoice(&mut self, paid: Paid<'_>, subscription: &Subscription) -> Vec<Event> {
        let mut events = vec![self.event("invoice.paid", &paid.invoice(subscription))];
        let payment = paid.sale.payments.last().and_then(|it| paid.invoice_payment(it));
        events.extend(payment.map(|told| self.event("invoice_payment.paid", &told)));
        events
    }

    /// Does something with a subscription; `None`: it cannot be done now.
    pub(super) fn with_subscription(
        &mut self,
        act: Act,
        session: &mut Session,
    ) -> Option<Vec<Event>> {
        let total = session.total;
        let sale = session.sale.as_mut()?;
        let subscription = sale.subscription.as_ref()?;
        if !act.suits_subscription(sale, subscription) {
            return None;
        }
        let subscription = sale.subscription.as_mut()?;
        match act {
            Act::Renew | Act::FailRenewal => self.bill(subscription),
            Act::CallOff => subscription.called_off_at = Some(self.now),
            Act::End => subscription.ended_at = Some(self.now),
            Act::Refund | Act::Dispute | Act::Win | Act::Lose => return None,
        }
        if act == Act::Renew {
            subscription.invoice.paid_at = Some(self.now);
            subscription.period = subscription.invoice.period;
            let invoice = Some(subscription.invoice.id.clone());
            self.take_money(sale, total, invoice);
        }
        self.of_subscription(act, session)
    }

    /// The invoice that is not paid yet is tried again, else the next one is made.
    fn bill(&mut self, subscription: &mut Subscription) {
        if subscription.invoice.paid_at.is_none() {
            subscription.invoice.tries = subscription.invoice.tries.saturating_add(1);
        } else {
            let number = subscription.invoice.number.saturating_add(1);
            subscription.invoice = self.invoice(number, subscription.next_period());
        }
    }

    fn of_subscription(&mut self, act: Act, session: &Session) -> Option<Vec<Event>> {
        let sale = session.sale.as_ref()?;
        let subscription = sale.subscription.as_ref()?;
        let paid = Paid { session, sale };
        let told = paid.subscription(subscription);
        if act == Act::End {
            return Some(vec![self.event("customer.subscription.deleted", &told)]);
        }
        let changed = self.event("customer.subscription.updated", &told);
        let mut events = Vec::new();
        if act == Act::Renew {
            events.extend(self.of_money(paid, sale.payments.last()));
            events.push(changed);
            events.extend(self.of_invoice(paid, subscription));
        } else {
            if act == Act::FailRenewal {
                events.push(self.event("invoice.payment_failed", &paid.invoice(subscription)));
            }
            events.push(changed);
        }
        Some(events)
    }

    /// Does something with a payment; `None`: it cannot be done now.
    pub(super) fn with_payment(
        &mut self,
        act: Act,
        session: &mut Session,
        intent: &str,
    ) -> Option<Vec<Event>> {
        let payments = &mut session.sale.as_mut()?.payments;
        let payment = payments.iter_mut().find(|payment| payment.intent == intent)?;
        if !act.suits_payment(payment) {
            return None;
        }
        match act {
            Act::Refund => payment.is_refunded = true,
            Act::Dispute => {
                let id = self.names.next("du_");
                payment.dispute = Some(Dispute { id, at: self.now, status: DISPUTED });
            }
            Act::Win => payment.dispute.as_mut()?.status = "won",
            Act::Lose => payment.dispute.as_mut()?.status = "lost",
            Act::Renew | Act::FailRenewal | Act::CallOff | Act::End => return None,
        }
        let sale = session.sale.as_ref()?;
        let payment = sale.payments.iter().find(|payment| payment.intent == intent)?;
        let paid = Paid { session, sale };
        let event = match (act, &payment.dispute) {
            (Act::Dispute, Some(dispute)) => {
                self.event("charge.dispute.created", &paid.dispute(payment, dispute))
            }
            (Act::Win | Act::Lose, Some(dispute)) => {
                self.event("charge.dispute.closed", &paid.dispute(payment, dispute))
            }
            _ => self.event("charge.refunded", &paid.charge(payment)),
        };
        Some(vec![event])
    }
}
