use super::*;
use crate::id::CROCKFORD;
use crate::key::KeyEntropy;
use proptest::prelude::*;

fn key_of(slug: &str, seed: u64) -> String {
    let mut state = seed;
    let mut bytes = [0_u8; KeyEntropy::BYTES];
    for byte in &mut bytes {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *byte = (state >> 56) as u8;
    }
    KeyFormat::Counterfoil.make(slug, &KeyEntropy::new(bytes)).reveal().to_owned()
}

/// The number of the group that the character at `place` stands in.
fn group_at(key: &str, place: usize) -> u32 {
    u32::try_from(key[..place].matches('-').count()).unwrap()
}

#[track_caller]
fn check_caught(wrong: &str, groups: &[u32]) {
    let inspection = inspect(wrong, Some(&KeyFormat::Counterfoil));
    let group = inspection.problem.and_then(|problem| problem.group);
    assert!(
        !inspection.ok && group.is_some_and(|group| groups.contains(&group)),
        "{wrong}: {group:?}"
    );
}

#[test]
fn every_single_wrong_character_is_caught_and_located() {
    for seed in 0..40 {
        let key = key_of("acme-forms-pro", seed);
        for (place, original) in key.char_indices().filter(|(_, character)| *character != '-') {
            for replacement in CROCKFORD.iter().copied().map(char::from) {
                if replacement != original {
                    let mut wrong = key.clone();
                    wrong.replace_range(place..=place, &replacement.to_string());
                    check_caught(&wrong, &[group_at(&key, place)]);
                }
            }
        }
    }
}

#[test]
fn every_swap_of_neighbours_is_caught_and_located() {
    for seed in 0..200 {
        let key = key_of("acme-forms-pro", seed);
        let places: Vec<usize> = key
            .char_indices()
            .filter(|(_, character)| *character != '-')
            .map(|(at, _)| at)
            .collect();
        for pair in places.windows(2) {
            let mut bytes = key.clone().into_bytes();
            bytes.swap(pair[0], pair[1]);
            let wrong = String::from_utf8(bytes).unwrap();
            if wrong != key {
                check_caught(&wrong, &[group_at(&key, pair[0]), group_at(&key, pair[1])]);
            }
        }
    }
}

#[test]
fn swapped_groups_are_caught() {
    for seed in 0..200 {
        let key = key_of("acme-forms-pro", seed);
        for first in 1..5 {
            let mut parts: Vec<&str> = key.split('-').collect();
            parts.swap(first, first + 1);
            let first = u32::try_from(first).unwrap();
            check_caught(&parts.join("-"), &[0, first, first + 1]);
        }
    }
}

#[test]
fn a_right_key_is_recognised_however_it_is_typed() {
    for seed in 0..200 {
        let key = key_of("acme-forms-pro", seed);
        for typed in [
            key.clone(),
            format!("  {} ", key.to_lowercase()),
            key.replace('-', " "),
            key.replace('-', "\u{2013}"),
            key.replace('0', "O").replace('1', "l"),
        ] {
            let inspection = inspect(&typed, None);
            assert!(inspection.ok, "{typed}");
            assert_eq!(inspection.normalized, key);
            assert_eq!(inspection.format.as_deref(), Some("counterfoil"));
        }
        let unbroken = inspect(&key.replace('-', ""), Some(&KeyFormat::Counterfoil));
        assert_eq!(unbroken.normalized, key);
    }
}

#[test]
fn an_unfinished_key_is_incomplete_and_a_wrong_group_shows_before_the_end() {
    let key = key_of("acme-forms-pro", 7);
    for length in 5..key.len() {
        let inspection = inspect(&key[..length], None);
        let code = inspection.problem.map(|problem| problem.code);
        assert_eq!(code, Some(InspectionProblemCode::Incomplete), "{}", &key[..length]);
    }
    let mut wrong = key[..12].to_owned();
    let first = if wrong.remove(4) == '7' { '8' } else { '7' };
    wrong.insert(4, first);
    check_caught(&wrong, &[1]);
}

#[test]
fn a_missing_or_doubled_character_is_caught() {
    let key = key_of("acme-forms-pro", 3);
    for (place, character) in key.char_indices().filter(|(place, c)| *c != '-' && *place > 3) {
        let (mut short, mut long) = (key.clone(), key.clone());
        short.remove(place);
        long.insert(place, character);
        for wrong in [short, long] {
            let inspection = inspect(&wrong, None);
            assert_eq!(inspection.format.as_deref(), Some("counterfoil"), "{wrong}");
            check_caught(&wrong, &[group_at(&key, place)]);
        }
    }
}

#[test]
fn keys_of_other_systems_are_left_alone() {
    for key in ["CH-7K2P-9XQ4-LM83", "XLS-334A-86AF0", "ABCD1234-EFGH5678-IJKL9012-MNOP3456", "x"] {
        let inspection = inspect(&format!(" {key} "), None);
        assert_eq!((inspection.ok, inspection.normalized.as_str()), (true, key));
        assert_eq!(inspection.format, None);
    }
    let hex = inspect("a1b2c3d4-E5F6A7B8-C9D0E1F2-A3B4C5D6", None);
    assert_eq!(hex.format.as_deref(), Some("hex-4x8"));
    assert_eq!(hex.normalized, "a1b2c3d4-E5F6A7B8-C9D0E1F2-A3B4C5D6");
}

#[test]
fn a_given_format_is_held_to() {
    for (format, text, expected) in [
        ("hex-4x8", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6", Ok("A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6")),
        ("hex-4x8", "A1B2C3D4-E5F6A7", Err((Incomplete, Some(2)))),
        ("hex-4x8", "A1B2C3D4-E5F6A7BX", Err((InvalidCharacter, Some(2)))),
        ("hex-4x8", "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D60", Err((TooLong, Some(4)))),
        (r"C\H-XXXX-XXXX-XXXX", "ch-7k2p-9xq4-lm83", Ok("CH-7K2P-9XQ4-LM83")),
        (r"C\H-XXXX-XXXX-XXXX", "CH-7K2P-9XO4-LM83", Err((InvalidCharacter, Some(3)))),
        (r"C\H-XXXX-XXXX-XXXX", "CH-7K2P", Err((Incomplete, Some(2)))),
        (r"C\H-XXXX-XXXX-XXXX", "CH-7K2P-9XQ4-LM83A", Err((TooLong, Some(4)))),
        ("counterfoil", "  ", Err((Empty, None))),
    ] {
        let inspection = inspect(text, Some(&KeyFormat::parse(format).unwrap()));
        let found = match &inspection.problem {
            None => Ok(inspection.normalized.as_str()),
            Some(problem) => Err((problem.code, problem.group)),
        };
        assert_eq!(found, expected, "{text}");
        assert_eq!(inspection.ok, expected.is_ok());
    }
}

proptest! {
    #[test]
    fn any_text_is_inspected(text in "\\PC{0,80}", keyish in "[A-Za-z0-9 -]{0,50}") {
        let pattern = KeyFormat::parse(r"C\H-XXXX-XXXX-XXXX").unwrap();
        for format in [None, Some(&KeyFormat::Counterfoil), Some(&KeyFormat::Hex4x8), Some(&pattern)] {
            for text in [&text, &keyish] {
                let inspection = inspect(text, format);
                prop_assert_eq!(inspection.ok, inspection.problem.is_none());
            }
        }
    }
}
