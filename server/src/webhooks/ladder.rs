//! When what was not taken is sent again: later each time, and never all at one moment.

use counterfoil_core::time::Timestamp;
use std::time::UNIX_EPOCH;

use crate::jitter::with_jitter;

/// Seconds between one attempt and the next, as Standard Webhooks proposes them: about three days in
/// all. After the last the delivery has failed.
const STEPS: [u32; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Longest time that a receiver may ask for, in seconds.
const ASKED_MAX: i64 = 86_400;

/// Seconds until what failed so often is sent again, not before the receiver asked for it; `None`:
/// never.
pub(super) fn waits(failures: u32, asked: Option<i64>, entropy: [u8; 4]) -> Option<i64> {
    let step = usize::try_from(failures.checked_sub(1)?).ok()?;
    let seconds = with_jitter(*STEPS.get(step)?, entropy);
    Some(asked.map_or(seconds, |asked| seconds.max(asked.min(ASKED_MAX))))
}

/// Seconds that a `Retry-After` asks for at `now`: it has a number of them, or a date.
pub(super) fn asked(header: &str, now: Timestamp) -> Option<i64> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(header.parse().unwrap_or(i64::MAX));
    }
    let date = httpdate::parse_http_date(header).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let left = i64::try_from(date.as_secs()).ok()?.saturating_sub(now.unix());
    Some(left.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_tried_for_three_days_and_then_no_more() {
        let sum: i64 = (1..=9).map(|failures| waits(failures, None, [0; 4]).unwrap()).sum();
        assert_eq!(sum, 272_105, "75 hours, 35 minutes and 5 seconds");
        for failures in [0, 10, u32::MAX] {
            assert_eq!(waits(failures, None, [0; 4]), None);
        }
        for entropy in [[255; 4], [7; 4], [0, 0, 0, 1]] {
            assert!((300..=375).contains(&waits(2, None, entropy).unwrap()));
        }
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_ever() {
        assert_eq!(waits(1, Some(60), [0; 4]), Some(60));
        assert_eq!(waits(2, Some(60), [0; 4]), Some(300));
        assert_eq!(waits(1, Some(i64::MAX), [0; 4]), Some(86_400));
        assert_eq!(waits(10, Some(60), [0; 4]), None);
        let now: Timestamp = "2026-06-05T08:02:00Z".parse().unwrap();
        for (header, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("99999999999999999999", Some(i64::MAX)),
            ("Fri, 05 Jun 2026 08:03:30 GMT", Some(90)),
            ("Fri, 05 Jun 2026 08:00:00 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            assert_eq!(asked(header, now), seconds, "{header}");
        }
    }
}
