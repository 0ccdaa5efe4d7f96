//! Time as OS2MO has it: half-open validities, windows whose omitted and null ends mean different things, and the date that
//! versions up to 28 show one day early. Instants are whole seconds since 1970.

use apollo_compiler::response::{JsonMap, JsonValue};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Europe/Copenhagen by its rule, so that no time zone database is needed.
pub(super) fn copenhagen() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a valid rule")
}

/// Local midnight of a day.
pub(super) fn midnight(day: Date) -> i64 {
    day.to_zoned(copenhagen())
        .expect("a day within reach")
        .timestamp()
        .as_second()
}

/// An instant as the API writes it: local time with its offset.
pub(super) fn written(second: i64) -> String {
    let zoned = Timestamp::from_second(second)
        .expect("an instant within reach")
        .to_zoned(copenhagen());
    zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The end of a validity as that version shows it.
pub(super) fn written_end(second: i64, version: u16) -> String {
    if version >= 29 {
        return written(second);
    }
    let zoned = Timestamp::from_second(second)
        .expect("an instant within reach")
        .to_zoned(copenhagen());
    written(zoned.saturating_sub(1.day()).timestamp().as_second())
}

/// Reads a `DateTime`: with an offset, local without one, local midnight for a bare date.
pub(super) fn read(text: &str) -> Result<i64, String> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.as_second());
    }
    if let Ok(local) = text.parse::<DateTime>()
        && let Ok(zoned) = local.to_zoned(copenhagen())
    {
        return Ok(zoned.timestamp().as_second());
    }
    Err(format!(
        "Value cannot represent a DateTime: \"{text}\". Invalid isoformat string: '{text}'"
    ))
}

/// When a state is true: from `from` until just before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Validity {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
}

impl Validity {
    /// Whether the state counts as present on the calendar day of that instant.
    pub(super) fn on_day(&self, now: i64) -> bool {
        let zoned = Timestamp::from_second(now)
            .expect("an instant within reach")
            .to_zoned(copenhagen());
        let begin = midnight(zoned.date());
        let end = midnight(zoned.date().saturating_add(1.day()));
        self.from.is_none_or(|from| from < end) && self.to.is_none_or(|to| to > begin)
    }
}

/// A closed span of time, or one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    start: Option<i64>,
    end: Option<i64>,
}

impl Window {
    /// The window that two keys of a filter or two arguments span.
    pub(super) fn read(map: &JsonMap, start: &str, end: &str, now: i64) -> Result<Self, String> {
        let value = |key: &str| match map.get(key) {
            None => Ok(None),
            Some(JsonValue::Null) => Ok(Some(None)),
            Some(JsonValue::String(text)) => read(text.as_str()).map(|instant| Some(Some(instant))),
            Some(other) => Err(format!("Value cannot represent a DateTime: {other}")),
        };
        let window = match (value(start)?, value(end)?) {
            (None, None) => Self {
                start: Some(now),
                end: Some(now),
            },
            (Some(None), None) => {
                return Err("Cannot infer UNSET to_date from interval starting at -infinity".to_owned());
            }
            (Some(Some(start)), None) => Self {
                start: Some(start),
                end: Some(start),
            },
            (None, Some(end)) => Self {
                start: Some(now),
                end,
            },
            (Some(start), Some(end)) => Self { start, end },
        };
        match (window.start, window.end) {
            (Some(start), Some(end)) if start > end => Err(format!(
                "from_date {} must be less than or equal to to_date {}",
                written(start),
                written(end)
            )),
            _ => Ok(window),
        }
    }

    /// The instant "now".
    pub(super) const fn at(now: i64) -> Self {
        Self {
            start: Some(now),
            end: Some(now),
        }
    }

    /// Whether a state is true at some time within.
    pub(super) fn overlaps(&self, validity: &Validity) -> bool {
        let begun = match (validity.from, self.end) {
            (Some(from), Some(end)) => from <= end,
            _ => true,
        };
        let lasting = match (validity.to, self.start) {
            (Some(to), Some(start)) => to > start,
            _ => true,
        };
        begun && lasting
    }
}
