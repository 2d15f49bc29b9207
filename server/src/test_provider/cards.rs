//! Test cards: a number says what becomes of a payment. Nobody else's card is taken.

use counterfoil_core::time::Timestamp;

/// What becomes of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// It is paid.
    Pays,
    /// The bank asks the buyer first.
    Asks,
    /// It fails, as a sentence.
    Fails(&'static str),
}

/// A card that can be used here.
pub(super) struct Card {
    /// By which an address names it.
    pub(super) word: &'static str,
    /// As it is written on a card.
    pub(super) number: &'static str,
    /// What it does, for people.
    pub(super) does: &'static str,
    course: Course,
}

/// Every one.
pub(super) const CARDS: [Card; 4] = [
    Card { word: "pays", number: "4242 4242 4242 4242", does: "pays", course: Course::Pays },
    Card {
        word: "asks",
        number: "4000 0000 0000 3220",
        does: "asks to confirm",
        course: Course::Asks,
    },
    Card {
        word: "declined",
        number: "4000 0000 0000 0002",
        does: "is declined",
        course: Course::Fails("Your card was declined."),
    },
    Card {
        word: "insufficient",
        number: "4000 0000 0000 9995",
        does: "has too little money",
        course: Course::Fails("Your card has insufficient funds. Try a different card."),
    },
];

/// What was entered of a card.
#[derive(Clone, Copy)]
pub(super) struct Entered<'a> {
    pub(super) number: &'a str,
    pub(super) expiry: &'a str,
    pub(super) cvc: &'a str,
}

impl Entered<'_> {
    /// What comes of it, and the last digits.
    pub(super) fn judge(self, now: Timestamp) -> (Course, String) {
        let number = digits(self.number);
        let last4: String = number.chars().skip(number.len().saturating_sub(4)).collect();
        let card = CARDS.iter().find(|card| digits(card.number) == number);
        let course = match card {
            None => Course::Fails("Your card number is invalid."),
            Some(_) if !is_future(self.expiry, now) => {
                Course::Fails("Your card's expiration date is incomplete or in the past.")
            }
            Some(_) if !is_cvc(self.cvc) => {
                Course::Fails("Your card's security code is incomplete.")
            }
            Some(card) => card.course,
        };
        (course, last4)
    }
}

/// A number without what people write between its digits; anything else stays, and is no card's.
fn digits(text: &str) -> String {
    text.chars().filter(|one| !matches!(one, ' ' | '-')).collect()
}

fn is_cvc(text: &str) -> bool {
    let text = text.trim();
    matches!(text.len(), 3 | 4) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `12 / 34` or `12/2034` is this month or a later one.
fn is_future(text: &str, now: Timestamp) -> bool {
    let Some((month, year)) = text.split_once('/') else { return false };
    let (Ok(month @ 1..=12), Ok(year)) = (month.trim().parse::<u32>(), year.trim().parse::<u32>())
    else {
        return false;
    };
    let year = if year < 100 { year.saturating_add(2000) } else { year };
    (year, month) >= this_month(now)
}

fn this_month(now: Timestamp) -> (u32, u32) {
    let text = now.to_string();
    let mut parts = text.split('-').map_while(|part| part.parse().ok());
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// A date that a card may have for some years yet.
pub(super) fn some_expiry(now: Timestamp) -> String {
    let (year, _) = this_month(now);
    format!("12 / {:02}", year.saturating_add(3).rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_what_becomes_of_the_payment_once_the_rest_is_right() {
        let now: Timestamp = "2026-06-05T08:02:00Z".parse().unwrap();
        let pays = "4242424242424242";
        for (number, expiry, cvc, course, last4) in [
            (pays, "06/26", "123", Course::Pays, "4242"),
            (" 4242-4242 42424242 ", "12 / 2034", "1234", Course::Pays, "4242"),
            ("4000 0000 0000 3220", "07/26", "123", Course::Asks, "3220"),
            ("4000000000000002", "07/26", "123", Course::Fails("Your card was declined."), "0002"),
            (
                "4000000000009995",
                "07/26",
                "123",
                Course::Fails("Your card has insufficient funds. Try a different card."),
                "9995",
            ),
        ] {
            let entered = Entered { number, expiry, cvc };
            assert_eq!(entered.judge(now), (course, last4.to_owned()), "{number}");
        }
        for (number, expiry, cvc, word) in [
            ("4242424242424241", "07/26", "123", "number"),
            ("5555555555554444", "07/26", "123", "number"),
            ("", "07/26", "123", "number"),
            ("４２４２", "07/26", "123", "number"),
            (pays, "05/26", "123", "expiration"),
            (pays, "12/25", "123", "expiration"),
            (pays, "13/30", "123", "expiration"),
            (pays, "1230", "123", "expiration"),
            (pays, "", "123", "expiration"),
            (pays, "07/26", "12", "security code"),
            (pays, "07/26", "12345", "security code"),
            (pays, "07/26", "12a", "security code"),
        ] {
            let (course, _) = Entered { number, expiry, cvc }.judge(now);
            let says = matches!(course, Course::Fails(sentence) if sentence.contains(word));
            assert!(says, "{number} {expiry} {cvc}: {course:?}");
        }
        assert_eq!(some_expiry(now), "12 / 29");
    }
}
