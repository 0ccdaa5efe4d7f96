//! When a tenant's cycle begins by itself: cron expressions, read by the clocks on its walls.
//!
//! What falls into the hour that is skipped in spring is due at once when the clocks have gone forward; what falls into the hour that comes
//! twice in autumn is due the first time it comes.

use cronexpr::{Crontab, MakeTimestamp, parse_crontab};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// An expression that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{expression}` is no schedule: {cause}; write minute, hour, day of the month, month and day of the week, such as `30 2 * * *`"
)]
pub struct TimetableError {
    /// The expression.
    pub expression: String,
    /// What is wrong with it.
    pub cause: String,
}

/// So many times by the wall are looked at for one in real time: more than there are minutes in an hour that comes twice.
const LOOKS: usize = 200;

/// When something is due.
#[derive(Debug, Clone)]
pub struct Timetable {
    expressions: Vec<Crontab>,
    zone: TimeZone,
}

impl Timetable {
    /// Reads expressions of five fields, in a time zone.
    ///
    /// # Errors
    ///
    /// When one of them is none.
    pub fn parse(expressions: &[String], zone: TimeZone) -> Result<Self, TimetableError> {
        let expressions = expressions.iter().map(|expression| {
            let wrong = |cause: String| TimetableError {
                expression: expression.clone(),
                cause,
            };
            let fields = expression.split_whitespace().count();
            if fields != 5 {
                return Err(wrong(format!("it has {fields} fields instead of 5")));
            }
            // Read in a zone without changes, so that it tells times by the wall, which are put into the real zone here.
            parse_crontab(&format!("{expression} UTC")).map_err(|error| wrong(error.to_string()))
        });
        Ok(Self {
            expressions: expressions.collect::<Result<_, _>>()?,
            zone,
        })
    }

    /// The first time after that point in time, both in milliseconds since 1970; none when there is none.
    #[must_use]
    pub fn next(&self, after: i64) -> Option<i64> {
        let after = Timestamp::from_millisecond(after).ok()?;
        let next = self
            .expressions
            .iter()
            .filter_map(|cron| self.next_of(cron, after));
        next.min().map(Timestamp::as_millisecond)
    }

    fn next_of(&self, cron: &Crontab, after: Timestamp) -> Option<Timestamp> {
        let mut wall = self.zone.to_datetime(after);
        // The wall may show an hour for the second time, of which everything was due the first time.
        for _ in 0..LOOKS {
            let from = wall.to_zoned(TimeZone::UTC).ok()?.timestamp();
            wall = cron.find_next(MakeTimestamp(from)).ok()?.datetime();
            let due = self.due(wall)?;
            if due > after {
                return Some(due);
            }
        }
        None
    }

    /// The point in time at which the wall shows that, or first shows something later.
    fn due(&self, wall: DateTime) -> Option<Timestamp> {
        let ambiguous = self.zone.to_ambiguous_timestamp(wall);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).ok(),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).ok(),
            AmbiguousOffset::Gap { after, .. } => {
                // With the offset from after the change it is a time before it.
                let before = after.to_timestamp(wall).ok()?;
                self.zone
                    .following(before)
                    .next()
                    .map(|change| change.timestamp())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copenhagen(expressions: &[&str]) -> Timetable {
        let expressions: Vec<String> = expressions.iter().map(|&text| text.to_owned()).collect();
        Timetable::parse(&expressions, TimeZone::get("Europe/Copenhagen").unwrap()).unwrap()
    }

    /// The times after that one, as the wall and its offset show them.
    fn times(timetable: &Timetable, after: &str, count: usize) -> Vec<String> {
        let mut after = after.parse::<Timestamp>().unwrap().as_millisecond();
        let mut times = Vec::new();
        for _ in 0..count {
            after = timetable.next(after).unwrap();
            let at = Timestamp::from_millisecond(after).unwrap();
            times.push(
                at.to_zoned(timetable.zone.clone())
                    .strftime("%d %H:%M %:z")
                    .to_string(),
            );
        }
        times
    }

    #[test]
    fn it_is_read_by_the_clocks_on_the_walls() {
        assert_eq!(
            times(&copenhagen(&["30 2 * * *"]), "2026-06-30T12:00:00Z", 2),
            ["01 02:30 +02:00", "02 02:30 +02:00"]
        );
        assert_eq!(
            times(&copenhagen(&["30 2 * * *"]), "2026-12-30T12:00:00Z", 1),
            ["31 02:30 +01:00"]
        );
        assert_eq!(
            times(
                &copenhagen(&["0 22 * * 1-5", "0 6 * * 1"]),
                "2026-07-03T19:00:00Z",
                4
            ),
            [
                "03 22:00 +02:00",
                "06 06:00 +02:00",
                "06 22:00 +02:00",
                "07 22:00 +02:00"
            ],
            "the sooner of several"
        );
    }

    #[test]
    fn what_is_skipped_in_spring_is_due_right_after() {
        assert_eq!(
            times(&copenhagen(&["30 2 * * *"]), "2026-03-28T12:00:00Z", 2),
            ["29 03:00 +02:00", "30 02:30 +02:00"]
        );
        assert_eq!(
            times(
                &copenhagen(&["0 3 * * *", "30 2 * * *", "0 2 * * *"]),
                "2026-03-28T12:00:00Z",
                2
            ),
            ["29 03:00 +02:00", "30 02:00 +02:00"],
            "several at once are one"
        );
        assert_eq!(
            times(&copenhagen(&["*/20 * * * *"]), "2026-03-29T00:30:00Z", 4),
            [
                "29 01:40 +01:00",
                "29 03:00 +02:00",
                "29 03:20 +02:00",
                "29 03:40 +02:00"
            ]
        );
    }

    #[test]
    fn what_comes_twice_in_autumn_is_due_once() {
        assert_eq!(
            times(&copenhagen(&["30 2 * * *"]), "2026-10-24T12:00:00Z", 2),
            ["25 02:30 +02:00", "26 02:30 +01:00"]
        );
        assert_eq!(
            times(&copenhagen(&["*/30 * * * *"]), "2026-10-24T23:50:00Z", 5),
            [
                "25 02:00 +02:00",
                "25 02:30 +02:00",
                "25 03:00 +01:00",
                "25 03:30 +01:00",
                "25 04:00 +01:00"
            ]
        );
        assert_eq!(
            times(&copenhagen(&["* * * * *"]), "2026-10-25T01:10:00Z", 1),
            ["25 03:00 +01:00"],
            "asked in the second of the two hours"
        );
    }

    #[test]
    fn what_is_no_schedule_is_named() {
        for (text, cause) in [
            ("at three", "2 fields"),
            ("61 2 * * *", ""),
            ("0 2 * * * Asia/Tokyo", "6 fields"),
        ] {
            let error = Timetable::parse(&[text.to_owned()], TimeZone::UTC).unwrap_err();
            let error = error.to_string();
            assert!(error.contains(text) && error.contains(cause), "{error}");
        }
        let never = Timetable::parse(&["0 0 30 2 *".to_owned()], TimeZone::UTC).unwrap();
        assert_eq!(never.next(0), None);
    }
}
