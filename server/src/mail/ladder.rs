//! When what did not work is tried again: later each time, and never all at one moment.

use crate::jitter::with_jitter;

/// Seconds between one attempt and the next: about three days in all. After the last the letter is
/// dead.
const LETTER: [u32; 9] = [60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400];

/// Seconds for which the mail server is left alone when it is not there or does not let us in. The
/// last holds from then on.
const QUEUE: [u32; 6] = [15, 30, 60, 120, 300, 600];

/// Seconds until a letter that was refused so many times is tried again; `None`: never.
pub(super) fn letter_waits(attempts: u32, entropy: [u8; 4]) -> Option<i64> {
    let step = usize::try_from(attempts.checked_sub(1)?).ok()?;
    LETTER.get(step).map(|seconds| with_jitter(*seconds, entropy))
}

/// Seconds until the mail server is asked again after so many failures in a row.
pub(super) fn queue_waits(failures: u32, entropy: [u8; 4]) -> i64 {
    let step = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    let seconds = QUEUE.get(step).or(QUEUE.last()).copied().unwrap_or_default();
    with_jitter(seconds, entropy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_tried_for_three_days_and_then_no_more() {
        let waits = |attempts, entropy| letter_waits(attempts, entropy);
        let sum: i64 = (1..=9).map(|attempts| waits(attempts, [0; 4]).unwrap()).sum();
        assert_eq!(sum, 253_260, "70 hours");
        assert_eq!(waits(10, [0; 4]), None);
        assert_eq!(waits(u32::MAX, [0; 4]), None);
        assert_eq!(waits(1, [0; 4]), Some(60));
        for entropy in [[255; 4], [7; 4], [0, 0, 0, 1]] {
            assert!((60..=75).contains(&waits(1, entropy).unwrap()));
        }
    }

    #[test]
    fn the_mail_server_is_asked_every_ten_minutes_in_the_end() {
        assert_eq!(queue_waits(1, [0; 4]), 15);
        assert_eq!(queue_waits(6, [0; 4]), 600);
        assert_eq!(queue_waits(u32::MAX, [0; 4]), 600);
    }
}
