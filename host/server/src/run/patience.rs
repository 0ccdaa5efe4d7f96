//! What becomes of a cycle that could not go on: tried again by itself, or left to a person.

use crate::desk::DeskError;
use crate::run::RunEnd;
use crate::view::Wait;

const MINUTE: i64 = 60_000;
/// The longest pause between two attempts.
const LONGEST: i64 = 15 * MINUTE;
/// The longest pause that a system is granted when it asks for one.
const GRANTED: i64 = 6 * 60 * MINUTE;

/// Who makes a stopped cycle go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GoesOn {
    /// Data that arrives; it is looked for again and again.
    Data,
    /// Time, as far as anybody knows.
    Time,
    /// A person.
    Person,
}

impl GoesOn {
    /// By what it waits for.
    pub(crate) fn of(wait: &Wait) -> Self {
        match wait.fault.as_deref() {
            Some("waiting-for-data") => Self::Data,
            Some("unreachable" | "rate-limited") => Self::Time,
            _ => Self::Person,
        }
    }

    /// By why it could not be run at all.
    pub(crate) fn after(error: &DeskError) -> Self {
        match error {
            // Another worker has it, or the store does not answer.
            DeskError::Moved(_) | DeskError::Failed(_) => Self::Time,
            DeskError::Absent(_) | DeskError::Refused(_) | DeskError::Misconfigured { .. } => Self::Person,
        }
    }

    /// By how it ended; none when it is at its end.
    pub(crate) fn from_end(end: &Result<RunEnd, DeskError>) -> Option<Self> {
        match end {
            Ok(RunEnd::Done | RunEnd::Planned) => None,
            Ok(RunEnd::Stopped(wait)) => Some(Self::of(wait)),
            // Nobody but the end of the server asks it to, and that comes before anything is tried again.
            Ok(RunEnd::Interrupted) => Some(Self::Time),
            Err(error) => Some(Self::after(error)),
        }
    }

    /// When it is tried again after that many attempts: not before the time for which the system asks, within bounds. None when only a person can
    /// help.
    pub(crate) fn due(self, attempts: u32, now: i64, not_before: Option<i64>) -> Option<i64> {
        let due = now.saturating_add(self.pause(attempts)?);
        let asked = not_before.map(|asked| asked.min(now.saturating_add(GRANTED)));
        Some(due.max(asked.unwrap_or(due)))
    }

    /// The pause before it is tried again after that many attempts, in milliseconds; none when only a person can help.
    fn pause(self, attempts: u32) -> Option<i64> {
        match self {
            Self::Person => None,
            Self::Data | Self::Time => {
                let doubled = 1_i64.checked_shl(attempts.saturating_sub(1)).unwrap_or(LONGEST);
                Some(doubled.saturating_mul(MINUTE).clamp(MINUTE, LONGEST))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::material::wait;

    #[test]
    fn what_time_or_data_mends_is_tried_again_ever_more_seldom() {
        let pauses = |goes_on: GoesOn| -> Vec<_> {
            [1, 2, 3, 4, 5, 6, 99]
                .map(|attempts| goes_on.pause(attempts))
                .into()
        };
        let growing = [1, 2, 4, 8, 15, 15, 15].map(|minutes| Some(minutes * MINUTE));
        for fault in ["waiting-for-data", "unreachable", "rate-limited"] {
            let stopped = Ok(RunEnd::Stopped(Box::new(wait("fault", Some(fault)))));
            assert_eq!(pauses(GoesOn::from_end(&stopped).unwrap()), growing, "{fault}");
        }
        let elsewhere = Err(DeskError::Moved("another worker has it".into()));
        assert_eq!(pauses(GoesOn::from_end(&elsewhere).unwrap()), growing);
    }

    #[test]
    fn a_system_is_left_alone_for_as_long_as_it_asks_within_bounds() {
        let due = |attempts, asked| GoesOn::Time.due(attempts, 0, asked).unwrap() / MINUTE;
        assert_eq!(due(1, Some(40 * MINUTE)), 40);
        assert_eq!(due(3, Some(1)), 4, "it asks for the least that it bears");
        assert_eq!(due(1, Some(48 * 60 * MINUTE)), 6 * 60, "and is asked again");
        assert_eq!(due(1, None), 1);
        assert_eq!(GoesOn::Person.due(1, 0, Some(MINUTE)), None);
    }

    #[test]
    fn what_a_person_has_to_mend_is_not() {
        for (code, fault) in [
            ("guard", None),
            ("refused", None),
            ("breaker", None),
            ("fault", Some("unauthorised")),
            ("fault", Some("invalid-settings")),
        ] {
            let goes_on = GoesOn::of(&wait(code, fault));
            assert_eq!(goes_on, GoesOn::Person, "{code} {fault:?}");
            assert_eq!(goes_on.pause(1), None);
        }
        let refused = GoesOn::after(&DeskError::Refused("no such target".into()));
        assert_eq!(refused.pause(1), None);
        assert_eq!(GoesOn::from_end(&Ok(RunEnd::Done)), None);
        assert_eq!(GoesOn::from_end(&Ok(RunEnd::Planned)), None);
    }
}
