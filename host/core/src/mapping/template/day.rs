//! Days: how they are written, and whether something with a first and a last day holds on the day that is planned for.

use jiff::civil::Date;

/// A day in one of the forms that systems write: `2026-08-17`, with or without a time behind it, or `20260817`.
pub(in crate::mapping) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let date = match text.get(..10) {
        Some(date)
            if text.len() == 10
                || text
                    .get(10..11)
                    .is_some_and(|next| matches!(next, "T" | "t" | " ")) =>
        {
            date
        }
        _ => text,
    };
    let dashed;
    let date = if date.len() == 8 && date.bytes().all(|digit| digit.is_ascii_digit()) {
        dashed = format!("{}-{}-{}", date.get(..4)?, date.get(4..6)?, date.get(6..)?);
        &dashed
    } else {
        date
    };
    (date.len() == 10).then(|| date.parse().ok()).flatten()
}

/// Where a day lies beside the days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It holds.
    Current,
    /// It is yet to begin.
    Future,
    /// It has ended.
    Ended,
}

/// How a span stands on a day; without a first day it has always been, without a last one it has no end.
pub(super) fn standing(begin: Option<Date>, end: Option<Date>, on: Date) -> Standing {
    if end.is_some_and(|end| end < on) {
        Standing::Ended
    } else if begin.is_some_and(|begin| begin > on) {
        Standing::Future
    } else {
        Standing::Current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_day_are_read() {
        let expected: Date = "2026-08-17".parse().unwrap();
        for text in [
            "2026-08-17",
            "20260817",
            "2026-08-17T10:00:00+02:00",
            " 2026-08-17 ",
        ] {
            assert_eq!(day(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "17.08.2026",
            "2026-8-17",
            "2026-02-30",
            "2026-08-17x",
            "åååååååååå",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn both_days_of_a_span_are_in_it() {
        let at = |text: &str| day(text).unwrap();
        let span = |on: &str| standing(day("2026-08-01"), day("2026-08-31"), at(on));
        assert_eq!(span("2026-07-31"), Standing::Future);
        assert_eq!(span("2026-08-01"), Standing::Current);
        assert_eq!(span("2026-08-31"), Standing::Current);
        assert_eq!(span("2026-09-01"), Standing::Ended);
        assert_eq!(standing(None, None, at("2026-01-01")), Standing::Current);
    }
}
