//! What becomes of a cycle that could not go on: tried again by itself, or left to a person.

use crate::desk::DeskError;
use crate::run::RunEnd;
use crate::view::Wait;

const MINUTE: i64 = 60_000;
/// The longest pause between two attempts.
const LONGEST: i64 = 15 * MINUTE;

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

    /// The pause before it is tried again after that many attempts, in milliseconds; none when only a person can help.
    pub(crate) fn pause(self, attempts: u32) -> Option<i64> {
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
