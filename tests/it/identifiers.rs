//! The server's tables for names outside ASCII.

use counterfoil_core::identifier::{ActivationType, Identifier};
use counterfoil_server::service::to_ascii;

/// The npm package's tests put the same names through JavaScript's `URL`.
const NAMES: &str = include_str!("../vectors/names.json");

#[test]
fn names_outside_ascii_become_what_browsers_make_of_them() {
    let cases: Vec<(String, Option<String>)> = serde_json::from_str(NAMES).unwrap();
    assert!(cases.len() > 10);
    for (text, expected) in cases {
        let found = Identifier::new(ActivationType::Domain, &text, to_ascii);
        assert_eq!(found.ok().as_ref().map(Identifier::as_str), expected.as_deref(), "{text}");
    }
}
