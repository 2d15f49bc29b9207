//! What the pages say, before they are written.

use counterfoil_core::catalog::Price;
use counterfoil_core::time::{Term, Timestamp};
use counterfoil_core::wire::provider::minor_digits;
use serde_json::{Value, json};

use super::acts::Act;
use super::book::{Book, Payment, Sale, Session, Subscription};
use super::cards::{CARDS, Card, some_expiry};
use super::deliveries::{Delivery, SWITCHES, Try};
use super::prices::interval;

/// Most sessions and events of a page.
const SHOWN_MAX: usize = 100;

/// A session, to be paid.
pub(super) fn session(session: &Session, filled: Option<&Card>, now: Timestamp) -> Value {
    let cards = CARDS.iter().map(|card| {
        let is_filled = filled.is_some_and(|filled| filled.word == card.word);
        json!({ "word": card.word, "number": card.number, "does": card.does, "filled": is_filled })
    });
    let each =
        (session.quantity > 1).then(|| money(session.offer.price.amount, &session.offer.price));
    json!({
        "root": "../",
        "id": session.id,
        "status": session.status(now),
        "name": session.offer.name,
        "quantity": session.quantity,
        "each": each,
        "total": money(session.total, &session.offer.price),
        "every": session.offer.term.map(every),
        "email": session.email,
        "asks": session.confirming.as_ref().map(|(buyer, _)| &buyer.last4),
        "problem": session.problem,
        "cards": cards.collect::<Vec<_>>(),
        "filled": filled.map(|card| json!({
            "number": card.number,
            "expiry": some_expiry(now),
            "cvc": "123",
        })),
        "switches": switches(),
        "paid_url": session.paid_url(),
        "cancel_url": session.cancel_url,
    })
}

fn switches() -> Vec<Value> {
    let one = |switch: &super::deliveries::Switch| json!({ "field": switch.field, "label": switch.label, "does": switch.does });
    SWITCHES.iter().map(one).collect()
}

/// Everything that was made.
pub(super) fn overview(book: &Book, now: Timestamp) -> Value {
    let sessions = book.newest_first().take(SHOWN_MAX).map(|session| made(session, now));
    let events = book.deliveries.newest_first().take(SHOWN_MAX).map(delivery);
    json!({
        "root": "./",
        "now": time(now),
        "sessions": sessions.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
        "switches": switches(),
    })
}

fn made(session: &Session, now: Timestamp) -> Value {
    let sale = session.sale.as_ref();
    let email = sale.map(|sale| &sale.buyer.email).or(session.email.as_ref());
    let payments = sale.map(|sale| sale.payments.iter().rev());
    let subscription = sale.and_then(|sale| Some((sale, sale.subscription.as_ref()?)));
    json!({
        "id": session.id,
        "name": session.offer.name,
        "quantity": session.quantity,
        "total": money(session.total, &session.offer.price),
        "every": session.offer.term.map(every),
        "email": email,
        "status": session.status(now),
        "at": time(session.created_at),
        "payments": payments.into_iter().flatten().map(|it| payment(session, it)).collect::<Vec<_>>(),
        "subscription": subscription.map(|(sale, it)| subscribed(session, sale, it)),
    })
}

fn payment(session: &Session, payment: &Payment) -> Value {
    let dispute = payment.dispute.as_ref().map(|dispute| dispute.status);
    let state = match (payment.is_refunded, dispute) {
        (true, _) => "refunded",
        (false, None) => "paid",
        (false, Some("won")) => "dispute won",
        (false, Some("lost")) => "dispute lost",
        (false, Some(_)) => "disputed",
    };
    let acts = Act::OF_PAYMENT.into_iter().filter(|act| act.suits_payment(payment));
    let button = |act: Act| {
        let value = format!("{} {} {}", act.word(), session.id, payment.intent);
        json!({ "value": value, "label": act.label() })
    };
    json!({
        "id": payment.intent,
        "at": time(payment.at),
        "amount": money(session.total, &session.offer.price),
        "state": state,
        "acts": acts.map(button).collect::<Vec<_>>(),
    })
}

fn subscribed(session: &Session, sale: &Sale, subscription: &Subscription) -> Value {
    let acts = Act::OF_SUBSCRIPTION.into_iter();
    let acts = acts.filter(|act| act.suits_subscription(sale, subscription));
    let button = |act: Act| json!({ "value": format!("{} {}", act.word(), session.id), "label": act.label() });
    let state = match subscription.status() {
        "active" if subscription.called_off_at.is_some() => "ends with the period",
        "past_due" => "past due",
        other => other,
    };
    json!({
        "id": subscription.id,
        "state": state,
        "until": time(subscription.period.1),
        "acts": acts.map(button).collect::<Vec<_>>(),
    })
}

fn delivery(delivery: &Delivery) -> Value {
    let tries: Vec<Value> = delivery.tries.iter().map(attempt).collect();
    let is_taken = delivery.tries.back().is_some_and(|it| matches!(it.came, Ok(200..=299)));
    let (state, tone) = match (delivery.next_at, is_taken) {
        _ if delivery.is_under_way => ("on its way".to_owned(), "wait"),
        (None, true) => ("taken".to_owned(), "good"),
        (None, false) => ("not taken".to_owned(), "bad"),
        (Some(at), _) => (format!("next try {}", time(at)), "wait"),
    };
    json!({
        "id": delivery.event.id,
        "kind": delivery.event.kind,
        "tries": tries,
        "state": state,
        "tone": tone,
    })
}

fn attempt(attempt: &Try) -> Value {
    let (came, is_good) = match &attempt.came {
        Ok(status) => (status.to_string(), matches!(status, 200..=299)),
        Err(problem) => (problem.clone(), false),
    };
    json!({
        "at": time(attempt.at),
        "told": attempt.trouble.map(super::deliveries::Trouble::told),
        "came": came,
        "good": is_good,
    })
}

/// An amount of a price's currency, for people: `€49.00`.
fn money(amount: u64, price: &Price) -> String {
    let code = price.currency.as_str();
    let digits = minor_digits(code);
    let text = format!("{amount:0>width$}", width = digits.saturating_add(1));
    let (whole, part) =
        text.split_at_checked(text.len().saturating_sub(digits)).unwrap_or_default();
    let point = if digits > 0 { "." } else { "" };
    let sign = match code {
        "EUR" => "€".to_owned(),
        "USD" => "$".to_owned(),
        "GBP" => "£".to_owned(),
        code => format!("{code} "),
    };
    format!("{sign}{whole}{point}{part}")
}

/// How often something is paid: `every month`, `every 3 months`.
fn every(term: Term) -> String {
    match interval(term) {
        (unit, 1) => format!("every {unit}"),
        (unit, count) => format!("every {count} {unit}s"),
    }
}

/// A time for people, in UTC: `2026-06-05 08:02:00`.
fn time(at: Timestamp) -> String {
    at.to_string().replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterfoil_core::text::Currency;

    #[test]
    fn an_amount_is_written_in_its_currency_s_own_units() {
        for (amount, code, text) in [
            (4_900, "EUR", "€49.00"),
            (5, "USD", "$0.05"),
            (0, "GBP", "£0.00"),
            (4_900, "JPY", "JPY 4900"),
            (4_900, "KWD", "KWD 4.900"),
        ] {
            let price = Price { amount, currency: Currency::new(code).unwrap() };
            assert_eq!(money(amount, &price), text);
        }
    }

    #[test]
    fn a_term_is_told_in_the_largest_unit_that_is_whole() {
        for (term, text) in [
            (Term::Months(1), "every month"),
            (Term::Months(6), "every 6 months"),
            (Term::Months(12), "every year"),
            (Term::Months(24), "every 2 years"),
            (Term::Days(30), "every 30 days"),
        ] {
            assert_eq!(every(term), text);
        }
    }
}
