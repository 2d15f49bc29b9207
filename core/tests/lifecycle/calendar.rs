//! Terms counted by hand: dates are read off their text, and months are walked one by one.

use counterfoil_core::sale::Sale;
use counterfoil_core::time::{Term, Timestamp};

use crate::world::DAY;

/// The day of the month that a term after `end` is counted from: the first payment's, unless the
/// end is one that the desk has set, or one that was not counted in months.
pub(crate) fn anchor(sale: &Sale, end: Timestamp) -> u32 {
    let by_desk = sale.anchor.counted_to != Some(end);
    let anchor = u32::from(sale.anchor.day);
    // A term of days ends on any day, and what follows is counted from there.
    let next_day = day(end.saturating_add(DAY));
    let is_on_anchor = day(end) == anchor || (day(end) < anchor && next_day == 1);
    if by_desk || !is_on_anchor { day(end) } else { anchor }
}

/// The day of the month.
pub(crate) fn day(at: Timestamp) -> u32 {
    at.to_string()[8..10].parse().unwrap()
}

/// The end of the next term.
pub(crate) fn one_term_later(end: Timestamp, term: Term, anchor: u32) -> Timestamp {
    match term {
        Term::Days(days) => end.saturating_add(i64::from(days) * DAY),
        Term::Months(months) => {
            let text = end.to_string();
            let (mut year, mut month): (u32, u32) =
                (text[..4].parse().unwrap(), text[5..7].parse().unwrap());
            for _ in 0..months {
                (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            }
            // The last day that there is, from the anchor downwards.
            let read = |day| format!("{year:04}-{month:02}-{day:02}{}", &text[10..]).parse();
            (1..=anchor).rev().find_map(|day| read(day).ok()).unwrap()
        }
    }
}
