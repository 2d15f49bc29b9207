use super::*;
use proptest::prelude::*;

#[track_caller]
fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn known_instants_are_read_and_shown() {
    for (text, unix) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2000-02-29T12:00:00Z", 951_825_600),
        ("2027-06-04T00:00:00Z", 1_812_067_200),
        ("2038-01-19T03:14:08Z", 2_147_483_648),
        ("9999-12-31T23:59:59Z", LAST),
        ("0000-01-01T00:00:00Z", FIRST),
    ] {
        assert_eq!(at(text).unix(), unix, "{text}");
        assert_eq!(at(text).to_string(), text);
    }
}

#[test]
fn offsets_fractions_and_leap_seconds_are_read() {
    for (text, same_as) in [
        ("2026-06-04T12:21:00+02:00", "2026-06-04T10:21:00Z"),
        ("2026-06-03T22:51:00-11:30", "2026-06-04T10:21:00Z"),
        ("2026-06-04t10:21:00.999999z", "2026-06-04T10:21:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ] {
        assert_eq!(at(text), at(same_as), "{text}");
    }
}

#[test]
fn what_is_no_timestamp_is_refused() {
    for text in [
        "",
        "2026-06-04",
        "2026-06-04 10:21:00Z",
        "2026-06-04T10:21:00",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-06-04T24:00:00Z",
        "2026-06-04T10:60:00Z",
        "2026-06-04T10:21:61Z",
        "2026-06-04T10:21:00.Z",
        "2026-06-04T10:21:00+24:00",
        "2026-06-04T10:21:00Zz",
        "+026-06-04T10:21:00Z",
        "0000-01-01T00:00:00+01:00",
        "2026-06-04T10:21:00\u{b2}Z",
    ] {
        assert_eq!(text.parse::<Timestamp>(), Err(NotATimestamp), "{text}");
    }
}

#[test]
fn months_clamp_to_the_last_day_and_do_not_drift() {
    for (months, ends) in [
        (1, ["2026-02-28T08:30:00Z", "2026-03-31T08:30:00Z", "2026-04-30T08:30:00Z"]),
        (13, ["2027-02-28T08:30:00Z", "2028-03-31T08:30:00Z", "2029-04-30T08:30:00Z"]),
        (25, ["2028-02-29T08:30:00Z", "2030-03-31T08:30:00Z", "2032-04-30T08:30:00Z"]),
    ] {
        let mut end = at("2026-01-31T08:30:00Z");
        let term = Term::Months(months);
        assert_eq!(term.end(end), at(ends[0]));
        for next in ends {
            end = term.after(end, 31);
            assert_eq!(end, at(next));
        }
    }
    let end = Term::Days(30).end(at("2026-01-31T08:30:00Z"));
    assert_eq!(end, at("2026-03-02T08:30:00Z"));
    assert_eq!(Term::Days(30).after(end, 31), at("2026-04-01T08:30:00Z"));
}

#[test]
fn the_end_of_time_stops_and_does_not_wrap() {
    assert_eq!(Term::Months(u32::MAX).end(at("2026-01-31T08:30:00Z")).unix(), LAST);
    assert_eq!(Timestamp::from_unix(i64::MIN).to_string(), "0000-01-01T00:00:00Z");
}

proptest! {
    #[test]
    fn reading_what_was_shown_gives_the_same_instant(unix in FIRST..=LAST) {
        let shown = Timestamp::from_unix(unix);
        prop_assert_eq!(shown.to_string().parse(), Ok(shown));
    }

    #[test]
    fn a_day_later_is_the_next_date(unix in FIRST..LAST.saturating_sub(SECONDS_PER_DAY)) {
        let day = unix.div_euclid(SECONDS_PER_DAY);
        prop_assert_eq!(Date::of_day(day).day_number(), day);
        let (today, next) = (Date::of_day(day), Date::of_day(day.saturating_add(1)));
        let follows = next.day == today.day.saturating_add(1)
            || (next.day == 1 && today.day == days_in_month(today.year, today.month));
        prop_assert!(follows);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = text.parse::<Timestamp>();
    }
}
