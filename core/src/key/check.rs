//! Check symbols of the `counterfoil` key format.
//!
//! A symbol is an element of GF(32). In a group of five data symbols and one check symbol the sum
//! of `weight × symbol` must equal a constant of that group. All weights differ and none is zero,
//! so one wrong symbol and one swap of neighbours each leave a sum that is off: the *syndrome*.
//!
//! The constant holds the group's place, which catches swapped groups, and a sum over the prefix.
//! A wrong group therefore has a syndrome of its own, while a wrong prefix gives every group the
//! same one. That is how an error is located.

use crate::id::CROCKFORD;

/// Data symbols in a group.
pub(super) const DATA: usize = 5;
/// Symbols in a group: the data and one check symbol.
pub(super) const GROUP: usize = 6;
/// Groups in a key: 5 × 5 × 5 = 125 random bits.
pub(super) const GROUPS: usize = 5;

/// One of the 32 symbols, as its number.
pub(super) type Symbol = u8;

/// The symbol that a person means by `character`. Crockford's reading: case does not matter,
/// O is zero, I and L are one.
pub(super) fn read(character: char) -> Option<Symbol> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = CROCKFORD.iter().position(|symbol| char::from(*symbol) == upper)?;
    Symbol::try_from(place).ok()
}

/// How a symbol is written.
pub(super) fn write(symbol: Symbol) -> char {
    CROCKFORD.get(usize::from(symbol)).copied().map_or('0', char::from)
}

/// The check symbol for five data symbols.
pub(super) fn check_symbol(prefix: &[Symbol], group: usize, data: &[Symbol]) -> Symbol {
    // The last weight times the check symbol must cancel what the data leaves; addition in a
    // field of characteristic two is its own inverse.
    let open = weighted_sum(data, 0) ^ constant(prefix, group);
    (0..32).find(|symbol| multiply(*symbol, power(DATA)) == open).unwrap_or(0)
}

/// Zero when the group is right.
pub(super) fn syndrome(prefix: &[Symbol], group: usize, symbols: &[Symbol]) -> Symbol {
    weighted_sum(symbols, 0) ^ constant(prefix, group)
}

fn constant(prefix: &[Symbol], group: usize) -> Symbol {
    let place = Symbol::try_from(group).unwrap_or(0) & 31;
    weighted_sum(prefix, GROUP) ^ place
}

fn weighted_sum(symbols: &[Symbol], first_power: usize) -> Symbol {
    symbols.iter().enumerate().fold(0, |sum, (place, symbol)| {
        sum ^ multiply(*symbol, power(place.saturating_add(first_power)))
    })
}

/// The primitive element 2 raised to `exponent`: 31 distinct non-zero weights.
fn power(exponent: usize) -> Symbol {
    (0..exponent % 31).fold(1, |product, _| multiply(product, 2))
}

/// Multiplication modulo x⁵ + x² + 1, which is primitive.
fn multiply(left: Symbol, right: Symbol) -> Symbol {
    let (mut left, mut right, mut product) = (left, right, 0);
    while right != 0 {
        if right & 1 == 1 {
            product ^= left;
        }
        right >>= 1;
        left <<= 1;
        if left & 0b10_0000 != 0 {
            left ^= 0b10_0101;
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn the_weights_are_distinct_and_not_zero() {
        let mut weights: Vec<Symbol> = (0..31).map(power).collect();
        weights.sort_unstable();
        assert_eq!(weights, (1..32).collect::<Vec<Symbol>>());
    }

    #[test]
    fn a_checked_group_has_no_syndrome() {
        let prefix = [10, 15, 22];
        for seed in 0..1_000_u32 {
            let mut symbols: Vec<Symbol> = (0..5)
                .map(|place| {
                    (seed.wrapping_mul(2_654_435_761) >> (place * 5)).to_le_bytes()[0] & 31
                })
                .collect();
            symbols.push(check_symbol(&prefix, 3, &symbols));
            assert_eq!(syndrome(&prefix, 3, &symbols), 0);
            assert_ne!(syndrome(&prefix, 4, &symbols), 0, "a group in another place is caught");
        }
    }
}
