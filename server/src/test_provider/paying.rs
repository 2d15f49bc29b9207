//! What the forms of the pages do.

use counterfoil_core::text::Email;
use counterfoil_core::wire::foreign::Fields;

use super::acts::{Act, Making};
use super::answer::Answer;
use super::book::{Book, Buyer, Session};
use super::cards::{Course, Entered};
use super::deliveries::{Deliveries, Switches};
use super::names::Names;
use super::pages;
use super::{TestProvider, session_url};
use crate::service::App;

/// What banks say whose buyer does not confirm.
const NOT_CONFIRMED: &str = "We are unable to authenticate your payment method. Please choose a \
    different payment method and try again.";

/// Most characters of a name on a card.
const NAME_CHARS_MAX: usize = 100;

/// Takes what was entered on the page of a session.
pub(crate) fn pay(app: &App, provider: &TestProvider, id: &str, body: &[u8]) -> Answer {
    let fields = Fields::from_form(body);
    with_open(app, provider, id, |session, deliveries, names| {
        let now = app.env.now();
        let text = |name| fields.text(name).unwrap_or_default();
        let entered = Entered { number: text("number"), expiry: text("expiry"), cvc: text("cvc") };
        let (course, last4) = entered.judge(now);
        let email = session.email.as_deref().unwrap_or_else(|| text("email").trim());
        let Ok(email) = Email::new(email) else {
            session.problem = Some("Your email address is incomplete.");
            return;
        };
        let name: String = text("name").trim().chars().take(NAME_CHARS_MAX).collect();
        let name = Some(name).filter(|name| !name.is_empty());
        let buyer = Buyer { email: email.as_str().to_owned(), name, last4 };
        let switches = Switches::of(&fields);
        session.confirming = None;
        session.problem = None;
        match course {
            Course::Fails(sentence) => session.problem = Some(sentence),
            Course::Asks => session.confirming = Some((buyer, switches)),
            Course::Pays => {
                let url = session_url(app, &session.id);
                let events = Making { names, now }.sell(session, buyer, &url);
                deliveries.post(session.vendor, events, &switches, now);
            }
        }
    })
}

/// Takes what the buyer answered their bank.
pub(crate) fn confirm(app: &App, provider: &TestProvider, id: &str, body: &[u8]) -> Answer {
    let fields = Fields::from_form(body);
    with_open(app, provider, id, |session, deliveries, names| {
        let Some((buyer, switches)) = session.confirming.take() else { return };
        if fields.text("answer") != Some("confirm") {
            session.problem = Some(NOT_CONFIRMED);
            return;
        }
        let now = app.env.now();
        let url = session_url(app, &session.id);
        let events = Making { names, now }.sell(session, buyer, &url);
        deliveries.post(session.vendor, events, &switches, now);
    })
}

/// Does something with a session that can be paid, and leads on: whoever has paid goes where that
/// leads, also when they ask again, and whoever has not goes back to the page.
fn with_open(
    app: &App,
    provider: &TestProvider,
    id: &str,
    does: impl FnOnce(&mut Session, &mut Deliveries, &mut Names),
) -> Answer {
    let Ok(mut names) = Names::draw(&*app.env) else { return unavailable("../../") };
    let mut book = provider.book();
    let Some((session, deliveries)) = book.change(id) else {
        return pages::nothing("../../");
    };
    if session.is_open(app.env.now()) {
        does(session, deliveries, &mut names);
    }
    let to = match session.sale {
        Some(_) => session.paid_url(),
        // To what is asked now, which a phone shows below what is bought.
        None => format!("../{id}#how"),
    };
    drop(book);
    provider.news.notify_one();
    Answer::SeeOther(to)
}

/// Does what a button of the overview says.
pub(crate) fn act(app: &App, provider: &TestProvider, body: &[u8]) -> Answer {
    let fields = Fields::from_form(body);
    let Ok(mut names) = Names::draw(&*app.env) else { return unavailable("./") };
    let switches = Switches::of(&fields);
    let wanted: Vec<&str> = fields.text("act").unwrap_or_default().split(' ').collect();
    let done = match wanted.as_slice() {
        ["again", event] => provider.book().deliveries.again(event, app.env.now()),
        [word, session, payment @ ..] if payment.len() < 2 => {
            let making = Making { names: &mut names, now: app.env.now() };
            let payment = payment.first().copied();
            done(&mut provider.book(), making, (word, session, payment), &switches).is_some()
        }
        _ => false,
    };
    provider.news.notify_one();
    if done { Answer::SeeOther("./".to_owned()) } else { pages::too_late() }
}

fn done(
    book: &mut Book,
    mut making: Making<'_>,
    (word, session, payment): (&str, &str, Option<&str>),
    switches: &Switches,
) -> Option<()> {
    let (session, deliveries) = book.change(session)?;
    let of = |acts: [Act; 4]| acts.into_iter().find(|act| act.word() == word);
    let events = match payment {
        None => making.with_subscription(of(Act::OF_SUBSCRIPTION)?, session)?,
        Some(payment) => making.with_payment(of(Act::OF_PAYMENT)?, session, payment)?,
    };
    deliveries.post(session.vendor, events, switches, making.now);
    Some(())
}

fn unavailable(root: &str) -> Answer {
    pages::message(503, root, "The test provider cannot answer now. Try again.")
}
