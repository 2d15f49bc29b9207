//! The module as text that compresses as well as its bytes do.
//!
//! Base 64 has no whole symbol for a byte, so what repeats in the module repeats no longer in the
//! text, and a server's compression finds a third less. Here every byte has its own one or two
//! characters: one where it is frequent. `js/compiled/inlined.ts` undoes it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Characters that mean nothing to JavaScript or HTML inside a literal.
fn alphabet() -> impl Iterator<Item = u8> + Clone {
    (b' '..=b'~').filter(|symbol| !br#""'`\$<"#.contains(symbol))
}

/// The alphabet's last symbols that stand for nothing alone: another one follows each.
const FIRST_OF_TWO: usize = 2;

/// Writes all byte values in hex, the frequent ones first, and then the bytes: each as the symbol
/// at its place in that list, or as two where there are not enough.
pub(super) fn pack(bytes: &[u8]) -> String {
    let mut values: Vec<u8> = (0..=u8::MAX).collect();
    let mut counts = BTreeMap::new();
    for byte in bytes {
        let count: &mut u32 = counts.entry(*byte).or_default();
        *count = count.saturating_add(1);
    }
    values.sort_by_key(|value| Reverse(counts.get(value).copied()));
    let order = values.iter().map(|value| format!("{value:02x}"));
    let symbols: BTreeMap<_, _> = values.iter().copied().zip(symbols()).collect();
    order.chain(bytes.iter().filter_map(|byte| symbols.get(byte).cloned())).collect()
}

/// One for each byte value, the short ones first.
fn symbols() -> Vec<String> {
    let alone = alphabet().count().saturating_sub(FIRST_OF_TWO);
    let single = alphabet().take(alone).map(|symbol| char::from(symbol).to_string());
    let double = alphabet().skip(alone).flat_map(|first| {
        alphabet().map(move |second| String::from_iter([char::from(first), char::from(second)]))
    });
    single.chain(double).take(256).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_symbol_of_its_own_and_none_begins_another() {
        let symbols = symbols();
        assert_eq!(symbols.len(), 256);
        for (place, symbol) in symbols.iter().enumerate() {
            let others = symbols.iter().skip(place + 1);
            assert!(others.clone().all(|other| !other.starts_with(symbol)), "{symbol}");
        }
    }

    #[test]
    fn frequent_bytes_are_written_with_one_character() {
        let packed = pack(&[7, 7, 7, 9, 9, 1]);
        let (order, written) = packed.split_at(512);
        assert!(order.starts_with("07090100"), "{order}");
        assert_eq!(written, "   !!#");
    }
}
