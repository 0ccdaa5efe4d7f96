//! When a state holds, in whole days of the municipality's own calendar.
//!
//! Versions up to 28 show the end of a validity as the last day on which it holds; from 29 on it is the moment at which it ends. Both
//! become *the last day*, so that an upgrade of the version changes no row. A state that ends at noon holds on that day. Offsets are
//! taken as the server writes them, which is Danish time; only a moment in UTC is converted.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

/// A validity as the server writes it. `from` is absent for what has always held, `to` for what holds until further notice.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Validity {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
}

/// What the end of a validity means in a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The last day on which it holds (up to version 28).
    LastDay,
    /// The moment at which it ends (from version 29 on).
    Moment,
}

impl Ends {
    pub(crate) fn of(version: u8) -> Self {
        if version <= 28 {
            Self::LastDay
        } else {
            Self::Moment
        }
    }
}

/// A span of days, both of them included; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) first: Option<Date>,
    pub(crate) last: Option<Date>,
    /// The exact beginning, which tells a coming state from the present one.
    pub(crate) begins: Option<Timestamp>,
}

impl Days {
    pub(crate) fn of(validity: &Validity, ends: Ends) -> Result<Self, String> {
        let from = validity.from.as_deref().map(parse).transpose()?;
        let last = match (validity.to.as_deref(), ends) {
            (None, _) => None,
            (Some(to), Ends::LastDay) => Some(parse(to)?.0.date()),
            (Some(to), Ends::Moment) => {
                let (local, _) = parse(to)?;
                let before = local
                    .checked_sub(1.nanosecond())
                    .map_err(|cause| format!("{to}: {cause}"))?;
                Some(before.date())
            }
        };
        Ok(Self {
            first: from.map(|(local, _)| local.date()),
            last,
            begins: from.map(|(_, moment)| moment),
        })
    }

    /// The unbroken span around `chosen`: neighbours that touch or overlap it belong to it.
    pub(crate) fn unbroken(chosen: Self, mut others: Vec<Self>) -> Self {
        let mut whole = chosen;
        others.sort_by_key(|days| days.first);
        for days in &others {
            if touches(&whole, days)
                && whole
                    .last
                    .is_some_and(|last| days.last.is_none_or(|other| other > last))
            {
                whole.last = days.last;
            }
        }
        for days in others.iter().rev() {
            if touches(days, &whole)
                && whole
                    .first
                    .is_some_and(|first| days.first.is_none_or(|other| other < first))
            {
                whole.first = days.first;
                whole.begins = days.begins;
            }
        }
        whole
    }
}

/// The earlier one reaches the day before the later one begins, or further.
fn touches(earlier: &Days, later: &Days) -> bool {
    match (earlier.last, later.first) {
        (Some(last), Some(first)) => {
            let begins_in_time = earlier.first.is_none_or(|begins| begins <= first);
            begins_in_time && last.tomorrow().is_ok_and(|next| first <= next)
        }
        (None, Some(first)) => earlier.first.is_none_or(|begins| begins <= first),
        (_, None) => false,
    }
}

/// The moment that a text of RFC 3339, or a date alone, means.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    parse(text).map(|(_, moment)| moment)
}

/// The Danish calendar day of a moment.
pub(crate) fn day(moment: Timestamp) -> Result<Date, String> {
    Ok(denmark()?.to_datetime(moment).date())
}

fn parse(text: &str) -> Result<(DateTime, Timestamp), String> {
    let pieces = Pieces::parse(text).map_err(|_| format!("{text:?} is no date and time"))?;
    let local = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    let offset = match pieces.offset() {
        Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
        Some(_) => Some(Offset::UTC),
        None => None,
    };
    let fault = |cause: jiff::Error| format!("{text:?}: {cause}");
    match offset {
        Some(offset) if offset != Offset::UTC => Ok((local, offset.to_timestamp(local).map_err(fault)?)),
        Some(offset) => {
            let moment = offset.to_timestamp(local).map_err(fault)?;
            Ok((denmark()?.to_datetime(moment), moment))
        }
        None => Ok((local, denmark()?.to_timestamp(local).map_err(fault)?)),
    }
}

/// Danish time by the rule of Directive 2000/84/EC; a connector has no time zone database.
fn denmark() -> Result<TimeZone, String> {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").map_err(|cause| format!("Danish time: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: Option<&str>, to: Option<&str>, ends: Ends) -> Days {
        let validity = Validity {
            from: from.map(Into::into),
            to: to.map(Into::into),
        };
        Days::of(&validity, ends).unwrap()
    }

    fn text(date: Option<Date>) -> String {
        date.map_or_else(|| "open".into(), |date| date.to_string())
    }

    #[test]
    fn both_ways_to_write_an_end_give_the_same_last_day() {
        let old = days(
            Some("2026-02-01T00:00:00+01:00"),
            Some("2026-03-31T00:00:00+02:00"),
            Ends::LastDay,
        );
        let new = days(
            Some("2026-02-01T00:00:00+01:00"),
            Some("2026-04-01T00:00:00+02:00"),
            Ends::Moment,
        );
        assert_eq!(old, new);
        assert_eq!(text(new.last), "2026-03-31");
    }

    #[test]
    fn a_state_that_ends_within_a_day_holds_on_that_day() {
        assert_eq!(
            text(days(None, Some("2026-04-01T12:00:00+02:00"), Ends::Moment).last),
            "2026-04-01"
        );
    }

    #[test]
    fn a_moment_in_utc_is_a_danish_day() {
        let summer = days(
            Some("2026-06-30T22:00:00Z"),
            Some("2026-07-31T22:00:00+00:00"),
            Ends::Moment,
        );
        assert_eq!(
            (text(summer.first), text(summer.last)),
            ("2026-07-01".into(), "2026-07-31".into())
        );
        assert_eq!(
            text(days(Some("2026-01-31T23:00:00Z"), None, Ends::Moment).first),
            "2026-02-01"
        );
    }

    #[test]
    fn a_date_alone_is_midnight_in_denmark() {
        assert_eq!(moment("2026-07-01").unwrap().to_string(), "2026-06-30T22:00:00Z");
        assert!(moment("yesterday").is_err());
    }

    #[test]
    fn an_unbroken_span_stops_at_a_gap() {
        let state = |from: Option<&str>, to: Option<&str>| days(from, to, Ends::LastDay);
        let gone = state(Some("2018-01-01"), Some("2018-12-31"));
        let first = state(Some("2020-08-01"), Some("2024-12-31"));
        let now = state(Some("2025-01-01"), Some("2026-12-31"));
        let coming = state(Some("2027-01-01"), None);
        let whole = Days::unbroken(now, vec![coming, gone, now, first]);
        assert_eq!(
            (text(whole.first), text(whole.last)),
            ("2020-08-01".into(), "open".into())
        );
        let later = state(Some("2028-01-01"), None);
        assert_eq!(text(Days::unbroken(now, vec![later]).last), "2026-12-31");
    }
}
