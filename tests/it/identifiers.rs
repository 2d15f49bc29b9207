//! The server's tables for names outside ASCII.

use counterfoil_core::identifier::{ActivationType, Identifier};
use counterfoil_server::service::UNICODE;

/// The npm package's tests put the same names through what JavaScript has.
const NAMES: &str = include_str!("../vectors/names.json");
const SEATS: &str = include_str!("../vectors/seats.json");

fn normalised(kind: ActivationType, text: &str) -> Option<String> {
    let identifier = Identifier::new(kind, text, UNICODE).ok()?;
    Some(identifier.as_str().to_owned())
}

#[test]
fn names_outside_ascii_become_what_browsers_make_of_them() {
    let cases: Vec<(String, Option<String>)> = serde_json::from_str(NAMES).unwrap();
    assert!(cases.len() > 10);
    for (text, expected) in cases {
        assert_eq!(normalised(ActivationType::Domain, &text), expected, "{text}");
    }
}

#[test]
fn seats_outside_ascii_fold_as_browsers_fold_them() {
    let cases: Vec<(String, String)> = serde_json::from_str(SEATS).unwrap();
    assert!(cases.len() > 5);
    for (text, expected) in cases {
        assert_eq!(normalised(ActivationType::Seat, &text), Some(expected), "{text}");
    }
}
