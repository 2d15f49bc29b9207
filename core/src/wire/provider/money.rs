//! Amounts of money, in the currency's minor units.

use crate::catalog::Price;
use crate::prelude::*;
use crate::text::Currency;

/// Currencies without minor units, by ISO 4217.
const WHOLE: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF",
];

/// Those with a thousand of them.
const THOUSANDS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// How many digits a currency's minor units take: 2 for `EUR`, 0 for `JPY`. In capitals.
pub fn minor_digits(code: &str) -> usize {
    if WHOLE.contains(&code) || code == "XPF" {
        0
    } else if THOUSANDS.contains(&code) {
        3
    } else {
        2
    }
}

/// So much of a currency, given in minor units and in any case; `None` for no currency.
pub(super) fn price(amount: u64, currency: &str) -> Option<Price> {
    let currency = Currency::new(&currency.to_ascii_uppercase()).ok()?;
    Some(Price { amount, currency })
}

/// So much of a currency, given as `49.00`; `None` for what is no amount, or finer than its units.
pub(super) fn decimal(amount: &str, currency: &str) -> Option<Price> {
    let code = currency.to_ascii_uppercase();
    let digits = minor_digits(&code);
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) {
        return None;
    }
    let kept: String = part.chars().chain(core::iter::repeat('0')).take(digits).collect();
    // What is finer than the currency must be nothing.
    part.chars().skip(digits).all(|digit| digit == '0').then_some(())?;
    price(format!("{whole}{kept}").parse().ok()?, &code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_counted_in_its_currency_s_own_units() {
        for (amount, currency, units) in [
            ("49.00", "eur", Some(4_900)),
            ("49", "EUR", Some(4_900)),
            ("49.5", "EUR", Some(4_950)),
            ("49.500", "EUR", Some(4_950)),
            ("0.005", "EUR", None),
            ("4900", "JPY", Some(4_900)),
            ("4900.00", "jpy", Some(4_900)),
            ("1.234", "KWD", Some(1_234)),
            ("-1.00", "EUR", None),
            ("", "EUR", None),
            (".5", "EUR", None),
            ("1e3", "EUR", None),
            ("99999999999999999999", "EUR", None),
            ("1.00", "euro", None),
        ] {
            let price = decimal(amount, currency);
            assert_eq!(price.map(|price| price.amount), units, "{amount} {currency}");
        }
    }
}
