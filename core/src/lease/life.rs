//! How long a lease holds.

use crate::license::License;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// Life of a signed "no", in seconds: long enough to arrive.
pub const NO_SECONDS: i64 = 300;

/// Longest life of a lease that the vendor signs by hand, in days.
pub const VENDOR_DAYS_MAX: u32 = 3_660;

/// How long somebody wants a lease.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// As long as the plan's `leaseDays` says.
    #[default]
    Plan,
    /// This many seconds.
    Seconds(u32),
}

/// The first instant at which a lease on `verdict`, signed at `now`, holds no longer.
///
/// It never outlives what it speaks of: the license's date or, while a payment is overdue, the end
/// of its grace, and a floating place. A "no" lives for [`NO_SECONDS`].
pub fn ends_at(
    license: Option<&License>,
    verdict: &Verdict,
    wanted: Life,
    now: Timestamp,
) -> Timestamp {
    let Some(license) = license.filter(|_| verdict.valid) else {
        return now.saturating_add(NO_SECONDS);
    };
    let wanted = match wanted {
        Life::Plan => now.plus_days(license.terms.lease_days),
        Life::Seconds(seconds) => now.saturating_add(i64::from(seconds)),
    };
    // A failed payment outlasts the date, and ends what would still have run.
    let license_ends = license.grace_until.or(license.expires_at);
    let place_ends = verdict.activation.as_ref().and_then(|activation| activation.expires_at);
    [license_ends, place_ends].into_iter().flatten().fold(wanted, Timestamp::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ProductNames;
    use crate::license::tests::license;
    use crate::prelude::*;
    use crate::text::Slug;
    use crate::verdict::{ActivationStatus, ActivationView, Question, Snapshot, judge};

    const NOW: Timestamp = Timestamp::from_unix(1_780_000_000);

    fn verdict(license: &License) -> Verdict {
        let names =
            ProductNames { slug: Slug::new("acme").unwrap(), id: license.product, permalink: None };
        let snapshot = Snapshot {
            license: license.clone(),
            product: names,
            plan: None,
            activations: Vec::new(),
            named: Vec::new(),
        };
        judge(Some(&snapshot), &Question::default(), NOW)
    }

    fn end(license: &License, verdict: &Verdict, wanted: Life) -> Timestamp {
        ends_at(Some(license), verdict, wanted, NOW)
    }

    #[test]
    fn a_lease_lives_as_long_as_the_plan_says_and_never_past_what_it_speaks_of() {
        let in_seconds = |seconds| Some(NOW.saturating_add(seconds));
        let day = 86_400;
        for (expires_at, grace_until, wanted, lives) in [
            (None, None, Life::Plan, 7 * day),
            (None, None, Life::Seconds(60), 60),
            (in_seconds(day), None, Life::Plan, day),
            (in_seconds(day), None, Life::Seconds(60), 60),
            // Overdue: past its date and good until the grace ends, and not a second longer.
            (in_seconds(-5), in_seconds(100), Life::Plan, 100),
            (in_seconds(30 * day), in_seconds(100), Life::Plan, 100),
            (in_seconds(day), in_seconds(9 * day), Life::Plan, 7 * day),
        ] {
            let license = License { expires_at, grace_until, ..license() };
            let verdict = verdict(&license);
            assert!(verdict.valid);
            assert_eq!(end(&license, &verdict, wanted), NOW.saturating_add(lives));
        }
    }

    #[test]
    fn a_lease_ends_with_its_floating_place() {
        let license = license();
        let mut verdict = verdict(&license);
        verdict.activation = Some(ActivationView {
            id: "act_00000000000000000000000001".parse().unwrap(),
            identifier: "example.com".to_owned(),
            name: None,
            status: ActivationStatus::Active,
            activated_at: NOW,
            expires_at: Some(NOW.saturating_add(900)),
        });
        assert_eq!(end(&license, &verdict, Life::Plan), NOW.saturating_add(900));
    }

    #[test]
    fn a_no_lives_for_five_minutes_whatever_was_wanted() {
        let license = License { expires_at: Some(NOW), ..license() };
        let no = verdict(&license);
        assert_eq!(end(&license, &no, Life::Seconds(86_400)), NOW.saturating_add(NO_SECONDS));
        assert_eq!(ends_at(None, &no, Life::Plan, NOW), NOW.saturating_add(NO_SECONDS));
    }
}
