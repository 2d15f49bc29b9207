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
    date(at).0[2]
}

/// Year, month and day, and the rest of the text.
fn date(at: Timestamp) -> ([u32; 3], String) {
    let text = at.to_string();
    let (date, time) = text.split_once('T').unwrap();
    let numbers: Vec<u32> = date.split('-').map(|number| number.parse().unwrap()).collect();
    (numbers.try_into().unwrap(), time.to_owned())
}

/// The end of the next term.
pub(crate) fn one_term_later(end: Timestamp, term: Term, anchor: u32) -> Timestamp {
    match term {
        Term::Days(days) => end.saturating_add(i64::from(days) * DAY),
        Term::Months(months) => {
            let ([mut year, mut month, _], time) = date(end);
            for _ in 0..months {
                (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            }
            // The last day that there is, from the anchor downwards.
            let read = |day| format!("{year:04}-{month:02}-{day:02}T{time}").parse();
            (1..=anchor).rev().find_map(|day| read(day).ok()).unwrap()
        }
    }
}
