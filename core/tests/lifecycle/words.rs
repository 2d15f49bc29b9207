//! What a license's life is called: the words that callers branch on and people read.

use counterfoil_core::history::Actor;
use counterfoil_core::id::{IdNumber, TokenId};
use counterfoil_core::license::Status;
use counterfoil_core::refusal::Refusal;

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
        (Actor::Token(token), token.to_string()),
    ] {
        assert_eq!(actor.to_string(), shown);
    }
}
