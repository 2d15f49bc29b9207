//! Points in time and terms between them. There is no `now()` here: callers pass it in.
//!
//! A [`Timestamp`] counts whole UTC seconds, because that is all the wire carries. Calendar
//! arithmetic is that of the proleptic Gregorian calendar, without leap seconds.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::prelude::*;
use crate::schema::described;

/// A whole second of UTC between the years 0000 and 9999, as seconds since 1970.
///
/// Shown and read as RFC 3339: `2026-06-04T10:21:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

described!(Timestamp {
    "description": "An RFC 3339 timestamp. Answers give whole seconds of UTC; requests may use any \
        offset, and what they give below a second is cut off.",
    "type": "string",
    "format": "date-time",
    "examples": ["2026-06-04T10:21:00Z"],
});

/// What was not an RFC 3339 timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATimestamp;

const SECONDS_PER_DAY: i64 = 86_400;
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

impl Timestamp {
    /// The second that lies `seconds` after 1970-01-01T00:00:00Z, held within the years 0000 to
    /// 9999 that RFC 3339 can write.
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < FIRST {
            Self(FIRST)
        } else if seconds > LAST {
            Self(LAST)
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z; negative before.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Whole days since 1970-01-01, each of which begins at midnight UTC.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(SECONDS_PER_DAY)
    }

    /// The midnight (UTC) at which a day begins.
    #[must_use]
    pub const fn of_day(day: i64) -> Self {
        Self::from_unix(day.saturating_mul(SECONDS_PER_DAY))
    }

    /// This time moved by `seconds`, stopping at the first and the last second there is.
    #[must_use]
    pub const fn saturating_add(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// This time moved by whole days.
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        self.saturating_add((days as i64).saturating_mul(SECONDS_PER_DAY))
    }

    /// This time moved back by whole days.
    #[must_use]
    pub const fn minus_days(self, days: u32) -> Self {
        self.saturating_add((days as i64).saturating_mul(SECONDS_PER_DAY).saturating_neg())
    }

    /// This time moved by calendar months. A day the target month does not have becomes its last:
    /// one month after 31 January is 28 or 29 February.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        self.months_later(months, self.date().day)
    }

    /// The day of the month, 1–31.
    #[must_use]
    pub fn day_of_month(self) -> u8 {
        // A calendar's days fit.
        u8::try_from(self.date().day).unwrap_or(1)
    }

    /// Whether it is that day of the month, or the last day of a month that has none such.
    #[must_use]
    pub fn is_day_of_month(self, day: u8) -> bool {
        self.months_later(0, i64::from(day)) == self
    }

    fn date(self) -> Date {
        Date::of_day(self.day())
    }

    /// The same time of day, `months` later, on that day of the month or the month's last.
    fn months_later(self, months: u32, day: i64) -> Self {
        let date = self.date();
        let month_index = date
            .year
            .saturating_mul(12)
            .saturating_add(date.month.saturating_sub(1))
            .saturating_add(i64::from(months));
        let year = month_index.div_euclid(12);
        let month = month_index.rem_euclid(12).saturating_add(1);
        let day = day.min(days_in_month(year, month));
        let seconds_of_day = self.0.rem_euclid(SECONDS_PER_DAY);
        Self::from_unix(
            Date { year, month, day }
                .day_number()
                .saturating_mul(SECONDS_PER_DAY)
                .saturating_add(seconds_of_day),
        )
    }
}

/// Most months of a term. A thousand years: longer ones are typing errors, for ever is no term.
pub const MONTHS_MAX: u64 = 12_000;
/// Most days of a term.
pub const DAYS_MAX: u64 = 365_000;

/// How long a plan lasts: calendar months, or days of 24 hours.
///
/// On the wire `{"months": 12}` or `{"days": 30}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Term {
    /// Calendar months, clamped to the month's last day.
    Months(u32),
    /// Days of 24 hours.
    Days(u32),
}

described!(Term {
    "description": "How long a license lasts: calendar months, clamped to the month's last day, or \
        days of 24 hours.",
    "type": "object",
    "oneOf": [
        {
            "properties": {
                "months": { "type": "integer", "minimum": 1, "maximum": MONTHS_MAX },
            },
            "required": ["months"],
            "additionalProperties": false,
        },
        {
            "properties": {
                "days": { "type": "integer", "minimum": 1, "maximum": DAYS_MAX },
            },
            "required": ["days"],
            "additionalProperties": false,
        },
    ],
    "examples": [{ "months": 12 }],
});

impl Term {
    /// The end of the term that begins at `start`.
    pub fn end(self, start: Timestamp) -> Timestamp {
        self.after(start, start.day_of_month())
    }

    /// The end of the term that follows one which ended at `end`. Months end on the day
    /// `anchor_day`, or on their last: counting from the anchor, not from the last end, keeps
    /// 31 January, 28 February, 31 March from drifting to the 28th.
    pub fn after(self, end: Timestamp, anchor_day: u8) -> Timestamp {
        match self {
            Self::Months(months) => end.months_later(months, i64::from(anchor_day)),
            Self::Days(days) => end.plus_days(days),
        }
    }
}

/// A calendar date; month and day count from one.
///
/// Its arithmetic wraps, which it never comes to: there are ten thousand years, and saturating takes
/// a multiplication of twice the width in the wasm module.
struct Date {
    year: i64,
    month: i64,
    day: i64,
}

/// Days in 400 Gregorian years, after which the calendar repeats itself.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01. Years that begin in March put the leap day last.
const EPOCH_FROM_MARCH_0000: i64 = 719_468;

impl Date {
    fn of_day(day_number: i64) -> Self {
        let shifted = day_number.wrapping_add(EPOCH_FROM_MARCH_0000);
        let era = shifted.div_euclid(DAYS_PER_ERA);
        let of_era = shifted.rem_euclid(DAYS_PER_ERA);
        let leap_corrected = of_era
            .wrapping_sub(of_era.div_euclid(1_460))
            .wrapping_add(of_era.div_euclid(36_524))
            .wrapping_sub(of_era.div_euclid(146_096));
        let year_of_era = leap_corrected.div_euclid(365);
        let of_year = of_era.wrapping_sub(days_before_year(year_of_era));
        let march_month = of_year.wrapping_mul(5).wrapping_add(2).div_euclid(153);
        let day = of_year.wrapping_sub(days_before_march_month(march_month)).wrapping_add(1);
        let month = if march_month < 10 {
            march_month.wrapping_add(3)
        } else {
            march_month.wrapping_sub(9)
        };
        let year =
            era.wrapping_mul(400).wrapping_add(year_of_era).wrapping_add(i64::from(month <= 2));
        Self { year, month, day }
    }

    fn day_number(&self) -> i64 {
        let march_year = self.year.wrapping_sub(i64::from(self.month <= 2));
        let era = march_year.div_euclid(400);
        let year_of_era = march_year.rem_euclid(400);
        let march_month = self.month.wrapping_add(9).rem_euclid(12);
        era.wrapping_mul(DAYS_PER_ERA)
            .wrapping_add(days_before_year(year_of_era))
            .wrapping_add(days_before_march_month(march_month))
            .wrapping_add(self.day)
            .wrapping_sub(1)
            .wrapping_sub(EPOCH_FROM_MARCH_0000)
    }
}

fn days_before_year(year_of_era: i64) -> i64 {
    year_of_era
        .wrapping_mul(365)
        .wrapping_add(year_of_era.div_euclid(4))
        .wrapping_sub(year_of_era.div_euclid(100))
}

/// Days of a March-first year that lie before its month `march_month`, 0 being March: the lengths
/// 31 30 31 30 31 repeat, which is 153 days in five months.
fn days_before_march_month(march_month: i64) -> i64 {
    march_month.wrapping_mul(153).wrapping_add(2).div_euclid(5)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What a time is written into.
const TEMPLATE: [u8; 20] = *b"0000-00-00T00:00:00Z";

impl Timestamp {
    /// Writes the time into a copy of the template.
    fn write(self, text: &mut [u8; TEMPLATE.len()]) -> &str {
        let Date { year, month, day } = self.date();
        let of_day = self.0.rem_euclid(SECONDS_PER_DAY);
        let numbers = [
            year.div_euclid(100),
            year.rem_euclid(100),
            month,
            day,
            of_day.div_euclid(3_600),
            of_day.div_euclid(60).rem_euclid(60),
            of_day.rem_euclid(60),
        ];
        for (place, number) in PLACES.into_iter().zip(numbers) {
            let digit = |number: i64| u8::try_from(number).map_or(b'0', |n| n.saturating_add(b'0'));
            if let Some([tens, ones]) = text.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
                *tens = digit(number.div_euclid(10));
                *ones = digit(number.rem_euclid(10));
            }
        }
        core::str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.write(&mut TEMPLATE.clone()))
    }
}

/// Where the two digits of century, year, month, day, hour, minute and second stand.
const PLACES: [usize; 7] = [0, 2, 5, 8, 11, 14, 17];

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    /// Reads RFC 3339 with any offset; a fraction of a second is cut off, a leap second reads as
    /// the second before it.
    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let mut rest = text.as_bytes();
        let year = digits(&mut rest, 4)?;
        literal(&mut rest, b"-")?;
        let month = digits(&mut rest, 2)?;
        literal(&mut rest, b"-")?;
        let day = digits(&mut rest, 2)?;
        literal(&mut rest, b"Tt")?;
        let (hour, minute) = hour_and_minute(&mut rest)?;
        literal(&mut rest, b":")?;
        let second = digits(&mut rest, 2)?;
        skip_fraction(&mut rest)?;
        let offset = offset_seconds(&mut rest)?;
        let in_range = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && second <= 60
            && rest.is_empty();
        if !in_range {
            return Err(NotATimestamp);
        }
        let seconds = Date { year, month, day }
            .day_number()
            .wrapping_mul(SECONDS_PER_DAY)
            .wrapping_add(hour.wrapping_mul(3_600))
            .wrapping_add(minute.wrapping_mul(60))
            .wrapping_add(second.min(59))
            .wrapping_sub(offset);
        if (FIRST..=LAST).contains(&seconds) { Ok(Self(seconds)) } else { Err(NotATimestamp) }
    }
}

fn digits(rest: &mut &[u8], count: usize) -> Result<i64, NotATimestamp> {
    let (head, tail) = rest.split_at_checked(count).ok_or(NotATimestamp)?;
    *rest = tail;
    head.iter().try_fold(0_i64, |number, &byte| {
        if byte.is_ascii_digit() {
            Ok(number.wrapping_mul(10).wrapping_add(i64::from(byte.wrapping_sub(b'0'))))
        } else {
            Err(NotATimestamp)
        }
    })
}

fn literal(rest: &mut &[u8], allowed: &[u8]) -> Result<u8, NotATimestamp> {
    let (&first, tail) = rest.split_first().ok_or(NotATimestamp)?;
    *rest = tail;
    if allowed.contains(&first) { Ok(first) } else { Err(NotATimestamp) }
}

fn hour_and_minute(rest: &mut &[u8]) -> Result<(i64, i64), NotATimestamp> {
    let hour = digits(rest, 2)?;
    literal(rest, b":")?;
    let minute = digits(rest, 2)?;
    if hour <= 23 && minute <= 59 { Ok((hour, minute)) } else { Err(NotATimestamp) }
}

fn skip_fraction(rest: &mut &[u8]) -> Result<(), NotATimestamp> {
    let Some(mut tail) = rest.strip_prefix(b".") else {
        return Ok(());
    };
    digits(&mut tail, 1)?;
    while let Some((b'0'..=b'9', after)) = tail.split_first() {
        tail = after;
    }
    *rest = tail;
    Ok(())
}

fn offset_seconds(rest: &mut &[u8]) -> Result<i64, NotATimestamp> {
    let sign = match literal(rest, b"Zz+-")? {
        b'+' => 1,
        b'-' => -1,
        _ => return Ok(0),
    };
    let (hours, minutes) = hour_and_minute(rest)?;
    Ok(hours.wrapping_mul(60).wrapping_add(minutes).wrapping_mul(60).wrapping_mul(sign))
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            // Not by `Display`: the wasm module has none of its machinery.
            serializer.serialize_str(self.write(&mut TEMPLATE.clone()))
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(|NotATimestamp| {
                serde::de::Error::custom("not an RFC 3339 timestamp such as 2026-06-04T10:21:00Z")
            })
        } else {
            i64::deserialize(deserializer).map(Self::from_unix)
        }
    }
}

#[cfg(test)]
mod tests;
