//! Who has a function, where and when. The time is what its state and its relations have in common.

use jiff::Timestamp;
use uuid::Uuid;

use crate::moment;
use crate::registration::{Registration, Relation};

/// One user in a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) user: Uuid,
    pub(crate) unit: Option<Uuid>,
    pub(crate) from: Timestamp,
    /// Exclusive.
    pub(crate) to: Timestamp,
}

impl Membership {
    pub(crate) fn first_day(&self) -> Option<String> {
        (self.from > Timestamp::MIN).then(|| moment::day(self.from).to_string())
    }

    pub(crate) fn last_day(&self) -> Option<String> {
        let last = if self.to == Timestamp::MAX {
            None
        } else {
            moment::last_day(self.to)
        };
        last.map(|day| day.to_string())
    }

    fn holds_at(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.to
    }
}

/// The users of a function, each once, in their own order: who has it now, and with `future` who will have it.
pub(crate) fn of(registration: &Registration, now: Timestamp, future: bool) -> Vec<Membership> {
    let named = |name: &'static str| {
        registration
            .relations
            .iter()
            .filter(move |relation| relation.name == name)
    };
    let mut found: Vec<Membership> = Vec::new();
    for state in registration.states.iter().filter(|state| state.active) {
        for user in named("TilknyttedeBrugere") {
            let Some(uuid) = user.uuid() else { continue };
            let mut units: Vec<Option<&Relation>> = named("TilknyttedeEnheder").map(Some).collect();
            if units.is_empty() {
                units.push(None);
            }
            for unit in units {
                let begins = [
                    Some(&state.virkning),
                    Some(&user.virkning),
                    unit.map(|unit| &unit.virkning),
                ];
                let membership = Membership {
                    user: uuid,
                    unit: unit.and_then(Relation::uuid),
                    from: begins
                        .iter()
                        .flatten()
                        .map(|virkning| virkning.begin())
                        .max()
                        .unwrap_or(Timestamp::MIN),
                    to: begins
                        .iter()
                        .flatten()
                        .map(|virkning| virkning.end())
                        .min()
                        .unwrap_or(Timestamp::MAX),
                };
                let counts = membership.holds_at(now) || future && membership.from > now;
                if membership.from < membership.to && counts {
                    found.push(membership);
                }
            }
        }
    }
    // Of one user's: what holds now before what is to come, then the earlier one.
    found.sort_by_key(|one| (one.user, !one.holds_at(now), one.from, one.unit));
    found.dedup_by_key(|one| one.user);
    found
}
