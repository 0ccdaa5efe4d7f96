//! What is so in a tenant, as far as people are told of it: only what changed since they were told last.

use serde::{Deserialize, Serialize};

use crate::desk::DeskError;
use crate::run::Stopped;
use crate::view::{Look, TenantSummary, UnusedPromotion, Wait};

/// What time may mend is told once it has failed this often.
const PATIENCE: u32 = 3;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// A guard halted the cycle: a person decides.
    Halted,
    /// It takes two persons, and one of them has released it: another one is asked.
    Second,
    /// The cycle cannot go on.
    Failed,
    /// What the cycle waits for is late.
    Late,
    /// The configuration holds mistakes.
    Broken,
    /// The configuration, which held mistakes, can be used again.
    Mended,
    /// It goes on, or is done, after one of these.
    Recovered,
    /// There are more open questions than before.
    Cases,
    /// A school-year promotion that was announced has not been used in its time.
    Unused,
}

impl Kind {
    /// The word for it, as webhooks tell it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Halted => "halted",
            Self::Second => "second",
            Self::Failed => "failed",
            Self::Late => "late",
            Self::Broken => "broken",
            Self::Mended => "mended",
            Self::Recovered => "recovered",
            Self::Cases => "cases",
            Self::Unused => "unused-promotion",
        }
    }
}

/// The step that something is about. It holds no word of a connector's, which could be about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Its kind.
    pub(crate) kind: String,
    /// Its connection.
    pub(crate) connection: Option<String>,
    /// What people call the connection's system.
    pub(crate) system: Option<String>,
    /// Why it stopped, by its stable code.
    pub(crate) code: String,
    /// Who can act.
    pub(crate) owner: String,
}

impl Place {
    /// Where imports of a source are compared with the one before.
    pub(crate) fn comparing(promotion: &UnusedPromotion) -> Self {
        Self {
            kind: "compare".to_owned(),
            connection: Some(promotion.connection.clone()),
            system: Some(promotion.system.clone()),
            code: Kind::Unused.as_str().to_owned(),
            owner: "operator".to_owned(),
        }
    }

    fn of(wait: &Wait) -> Self {
        Self {
            kind: wait.kind.clone(),
            connection: wait.connection.clone(),
            system: wait.system.clone(),
            code: wait.fault.clone().unwrap_or_else(|| wait.code.clone()),
            owner: wait.owner.clone(),
        }
    }
}

/// How a tenant's cycle is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// All is well.
    Well,
    /// It will show.
    Open,
    /// Somebody should know.
    Trouble(Trouble),
}

/// What somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: Kind,
    /// Tells it from other trouble.
    pub(crate) mark: String,
    pub(crate) place: Option<Place>,
}

impl Condition {
    fn trouble(kind: Kind, which: impl std::fmt::Display, place: Option<Place>) -> Self {
        Self::Trouble(Trouble {
            kind,
            mark: format!("{}:{which}", kind.as_str()),
            place,
        })
    }

    /// By what is to be seen of the tenant and how its last task stopped.
    pub(crate) fn of(summary: &TenantSummary, stopped: &Stopped) -> Self {
        if summary.broken.is_some() {
            return Self::trouble(Kind::Broken, "configuration", None);
        }
        let may_mend = stopped.tried_again && stopped.attempts < PATIENCE;
        match &stopped.error {
            Some(DeskError::Misconfigured { .. }) => {
                return Self::trouble(Kind::Broken, "configuration", None);
            }
            Some(_) if may_mend => return Self::Open,
            Some(_) => return Self::trouble(Kind::Failed, "program", None),
            None => {}
        }
        let cycle = summary.cycle.as_ref();
        if let Some(wait) = &summary.waits {
            let place = Place::of(wait);
            let connection = place.connection.as_deref().unwrap_or_default();
            let which = format!("{}:{connection}:{}", place.kind, place.code);
            return match wait.look {
                Look::Halted => {
                    // Each halt wants a decision of its own.
                    let number = cycle.map_or(0, |cycle| cycle.id);
                    let kind = if summary.one_of_two {
                        Kind::Second
                    } else {
                        Kind::Halted
                    };
                    Self::trouble(kind, format_args!("{number}:{}", wait.position), Some(place))
                }
                Look::Late => Self::trouble(Kind::Late, which, Some(place)),
                Look::Failed if !may_mend => Self::trouble(Kind::Failed, which, Some(place)),
                _ => Self::Open,
            };
        }
        match cycle.map(|cycle| cycle.state.as_str()) {
            Some("done" | "rejected") => Self::Well,
            Some("incomplete") => {
                let place = stopped.wait.as_deref().map(Place::of);
                let connection = place.as_ref().and_then(|place| place.connection.clone());
                Self::trouble(
                    Kind::Failed,
                    format_args!("target:{}", connection.unwrap_or_default()),
                    place,
                )
            }
            Some("failed") if !may_mend => Self::trouble(Kind::Failed, "cycle", None),
            _ => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::material::{summary, wait};

    fn condition(state: &str, waits: Option<Wait>, stopped: &Stopped) -> Condition {
        let mut summary = summary("nordvik");
        if let Some(cycle) = &mut summary.cycle {
            cycle.state = state.into();
        }
        summary.waits = waits;
        Condition::of(&summary, stopped)
    }

    fn told(condition: &Condition) -> Option<(Kind, &str)> {
        match condition {
            Condition::Trouble(trouble) => Some((trouble.kind, trouble.mark.as_str())),
            _ => None,
        }
    }

    #[test]
    fn people_are_told_what_they_can_do_something_about() {
        let stopped = Stopped::default();
        let tried = |attempts| Stopped {
            tried_again: true,
            attempts,
            ..Stopped::default()
        };
        let halted = condition("halted", Some(wait("guard", None)), &stopped);
        assert_eq!(told(&halted), Some((Kind::Halted, "halted:1:0")));
        let mut second = summary("nordvik");
        (second.waits, second.one_of_two) = (Some(wait("guard", None)), true);
        let second = Condition::of(&second, &stopped);
        assert_eq!(
            told(&second),
            Some((Kind::Second, "second:1:0")),
            "another person is asked when the first has said yes"
        );
        let refused = condition("failed", Some(wait("fault", Some("unauthorised"))), &stopped);
        assert_eq!(
            told(&refused),
            Some((Kind::Failed, "failed:import:ist:unauthorised"))
        );
        let away = wait("fault", Some("unreachable"));
        assert_eq!(
            condition("failed", Some(away.clone()), &tried(2)),
            Condition::Open
        );
        let away = condition("failed", Some(away), &tried(3));
        assert_eq!(told(&away), Some((Kind::Failed, "failed:import:ist:unreachable")));
        let mut data = wait("fault", Some("waiting-for-data"));
        assert_eq!(
            condition("running", Some(data.clone()), &tried(9)),
            Condition::Open
        );
        data.look = Look::Late;
        let late = condition("running", Some(data), &tried(9));
        assert_eq!(
            told(&late),
            Some((Kind::Late, "late:import:ist:waiting-for-data"))
        );
        for state in ["done", "rejected"] {
            assert_eq!(condition(state, None, &stopped), Condition::Well);
        }
        let target = Stopped {
            wait: Some(Box::new(wait("fault", Some("unreachable")))),
            ..Stopped::default()
        };
        let target = condition("incomplete", None, &target);
        assert_eq!(told(&target), Some((Kind::Failed, "failed:target:ist")));
        assert_eq!(condition("running", None, &stopped), Condition::Open);
    }

    #[test]
    fn what_keeps_a_cycle_from_running_at_all_is_told_too() {
        let error = |error, tried_again, attempts| Stopped {
            error: Some(error),
            tried_again,
            attempts,
            wait: None,
        };
        let moved = DeskError::Moved("another worker has it".into());
        assert_eq!(
            condition("done", None, &error(moved.clone(), true, 1)),
            Condition::Open
        );
        let moved = condition("done", None, &error(moved, true, 3));
        assert_eq!(told(&moved), Some((Kind::Failed, "failed:program")));
        let mistakes = DeskError::Misconfigured {
            tenant: "nordvik".into(),
            mistakes: Vec::new(),
        };
        let broken = condition("done", None, &error(mistakes, false, 1));
        assert_eq!(told(&broken), Some((Kind::Broken, "broken:configuration")));
    }
}
