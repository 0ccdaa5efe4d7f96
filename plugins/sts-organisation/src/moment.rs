//! Moments and days. The register thinks in Danish days and writes moments with an offset; an open end is no moment but a word.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Denmark, as POSIX writes it. The rule has held since 1996, so no database is carried along.
const DENMARK: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
/// Some senders write a far day where they mean an open end.
const FAR_YEAR: i16 = 9000;
/// What is written is stamped so long ago, as all senders do: the register refuses the future, and clocks differ.
pub(crate) const MARGIN: SignedDuration = SignedDuration::from_mins(5);

fn denmark() -> TimeZone {
    TimeZone::posix(DENMARK).unwrap_or(TimeZone::UTC)
}

/// This moment.
pub(crate) fn now() -> Timestamp {
    // The host's clock writes what can be read.
    samklang_sdk::now().parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The Danish day of a moment.
pub(crate) fn day(moment: Timestamp) -> Date {
    moment.to_zoned(denmark()).date()
}

/// When a Danish day begins.
pub(crate) fn midnight(day: Date) -> Timestamp {
    day.to_zoned(denmark())
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// A moment in the register's writing.
pub(crate) fn written(moment: Timestamp) -> String {
    moment
        .to_zoned(denmark())
        .strftime("%Y-%m-%dT%H:%M:%S%.f%:z")
        .to_string()
}

/// A moment of `xs:dateTime`. Without an offset it is Danish time.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let local: DateTime = match text.parse() {
        Ok(local) => local,
        // The last day that there is lies beyond what a moment can be.
        Err(_) if text.starts_with("9999-") => return Some(Timestamp::MAX),
        Err(_) => return None,
    };
    Some(
        local
            .to_zoned(denmark())
            .map_or(Timestamp::MAX, |zoned| zoned.timestamp()),
    )
}

/// The last day before a moment that is an end, exclusive; none when it is so far that it means none.
pub(crate) fn last_day(end: Timestamp) -> Option<Date> {
    let day = day(end);
    if day.year() >= FAR_YEAR {
        return None;
    }
    // An end within a day leaves that day its own.
    if midnight(day) == end {
        day.yesterday().ok()
    } else {
        Some(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_danish() {
        assert_eq!(day(at("2026-03-01T23:30:00Z")).to_string(), "2026-03-02");
        assert_eq!(
            midnight("2026-03-02".parse().unwrap()),
            at("2026-03-01T23:00:00Z")
        );
        assert_eq!(
            midnight("2026-07-01".parse().unwrap()),
            at("2026-06-30T22:00:00Z")
        );
    }

    #[test]
    fn moments_are_written_and_read() {
        assert_eq!(written(at("2026-03-01T23:00:00Z")), "2026-03-02T00:00:00+01:00");
        assert_eq!(
            written(at("2026-06-30T22:00:00.25Z")),
            "2026-07-01T00:00:00.25+02:00"
        );
        assert_eq!(
            read("2026-03-02T00:00:00.000+01:00"),
            Some(at("2026-03-01T23:00:00Z"))
        );
        assert_eq!(read("2026-03-02T00:00:00"), Some(at("2026-03-01T23:00:00Z")));
        assert_eq!(read("9999-12-31T23:59:59+01:00"), Some(Timestamp::MAX));
        assert_eq!(read("soon"), None);
    }

    #[test]
    fn an_end_is_exclusive() {
        let last = |text: &str| last_day(at(text)).map(|day| day.to_string());
        assert_eq!(last("2026-03-01T23:00:00Z").as_deref(), Some("2026-03-01"));
        assert_eq!(last("2026-03-02T11:00:00Z").as_deref(), Some("2026-03-02"));
        assert_eq!(last("9999-12-30T00:00:00Z"), None);
    }
}
