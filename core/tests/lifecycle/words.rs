//! What a license's life is called: the words that callers branch on and people read.

use counterfoil_core::alias::Alias;
use counterfoil_core::decide::{self, Issue, Issuer, Stop};
use counterfoil_core::history::{Actor, EventKind};
use counterfoil_core::id::{CustomerId, IdNumber, LicenseId, TokenId};
use counterfoil_core::license::{Mode, Status};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Reason;
use counterfoil_core::time::Timestamp;

use crate::world::{MONTHS, USES};

#[test]
fn a_refusal_says_where_the_license_stands_in_the_wires_own_word() {
    for status in [
        Status::Active,
        Status::Expired,
        Status::Suspended,
        Status::Disabled,
        Status::Revoked,
        Status::Cancelled,
    ] {
        let data = Refusal::InvalidTransition { from: status, command: "suspend" }.data();
        assert_eq!(data["from"], serde_json::to_value(status).unwrap());
        assert_eq!(data["command"], "suspend");
    }
}

#[test]
fn whoever_did_something_is_named_and_a_token_by_its_id() {
    let token = TokenId::new(IdNumber::from_raw(7));
    for (actor, shown) in [
        (Actor::Key, "key".to_owned()),
        (Actor::System, "system".to_owned()),
        (Actor::Payments, "payments".to_owned()),
        (Actor::Token(token), token.to_string()),
    ] {
        assert_eq!(actor.to_string(), shown);
    }
}

#[test]
fn the_history_begins_with_a_license_that_was_not_and_tells_whose_it_was() {
    let now: Timestamp = "2026-01-31T09:00:00Z".parse().unwrap();
    let customer = CustomerId::new(IdNumber::from_raw(9));
    let issuer = Issuer {
        vendor: MONTHS.product.vendor,
        mode: Mode::Test,
        product: &MONTHS.product,
        plan: Some(&MONTHS.plans[1]),
        customer: Some(customer),
    };
    let names = (LicenseId::new(IdNumber::from_raw(3)), Alias::make([0; 16]));
    let issued = decide::issue(&issuer, &Issue::default(), names, now);
    let [created] = issued.events.as_slice() else { panic!("{:?}", issued.events) };
    assert_eq!((created.from, created.to), (None, Status::Active));
    assert_eq!(created.data["customer"], customer.to_string());
    assert_eq!(created.data["plan"], MONTHS.plans[1].id.to_string());
    let made = issued.answer;
    assert_eq!((made.mode, made.customer, made.created_at), (Mode::Test, Some(customer), now));
    assert_eq!(made.expires_at, Some("2027-01-31T09:00:00Z".parse().unwrap()));
    assert_eq!((made.terms.uses_limit, made.terms.activation_limit), (Some(USES), 2));
    let reason = Reason::new("asked for it").unwrap();
    let stopped = decide::stop((&made, None), Stop::Suspend, Some(&reason), now).unwrap();
    assert_eq!(stopped.events[0].data["reason"], "asked for it");
    let emptied = decide::inactivate(&made, Alias::make([1; 16]), now).unwrap();
    let [event] = emptied.events.as_slice() else { panic!("{:?}", emptied.events) };
    assert_eq!(event.kind, EventKind::LicenseInactivated);
    assert_eq!(
        (emptied.answer.customer, &event.data["customer"]),
        (None, &created.data["customer"])
    );
    assert_eq!(event.data["activationLimit"], 2);
}
