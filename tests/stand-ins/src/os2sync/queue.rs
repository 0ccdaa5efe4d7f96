//! The two queues and the scheduler that empties them: units before users, low priority numbers first, oldest first.
//!
//! The first batch of a round keeps only the newest row of a uuid; rows of different priority are never put in order of age,
//! so an old row of low urgency overwrites a newer urgent one. Both are the real service's ways.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::Settings;
use super::fk::Fk;
use super::objects::{OrgUnit, User};

/// Most users in one round.
const USERS_PER_ROUND: usize = 100;
/// How long the scheduler rests after a first, second and further temporary failure in a row, in seconds.
const PAUSES: [u64; 3] = [30, 60, 120];

/// Which queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `queue_orgunits`.
    Unit,
    /// `queue_users`.
    User,
}

/// What a row asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Write the full state.
    Update,
    /// End relations and set inactive.
    Delete,
    /// Make it disappear.
    Passiver,
}

/// A row in a queue.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which queue.
    pub kind: Kind,
    /// As sent, in the case it was sent.
    pub uuid: String,
    /// For whom.
    pub cvr: String,
    /// What to do.
    pub operation: Operation,
    /// Lower is sooner.
    pub priority: i64,
    pub(super) bypass_cache: bool,
    pub(super) body: Body,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    None,
    User(Box<User>),
    Unit(Box<OrgUnit>),
}

/// A row of `failure_users` or `failure_orgunits`.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The row that failed.
    pub row: Row,
    /// FK's words.
    pub error: String,
}

/// What one round did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// Unit rows written.
    pub units: usize,
    /// User rows written.
    pub users: usize,
    /// User rows skipped because nothing differed from the last success.
    pub skipped: usize,
    /// Rows dropped for a newer one of the same uuid in the first batch.
    pub superseded: usize,
    /// Rows that failed for good.
    pub failed: usize,
    /// Rows still waiting.
    pub left: usize,
    /// Set when FK could not be reached: how long the scheduler rests now.
    pub pause: Option<Duration>,
}

impl Round {
    pub(super) fn add(&mut self, other: &Self) {
        self.units += other.units;
        self.users += other.users;
        self.skipped += other.skipped;
        self.superseded += other.superseded;
        self.failed += other.failed;
        self.left = other.left;
        self.pause = other.pause;
    }
}

/// By priority, then by the order of arrival.
type Waiting = BTreeMap<(i64, u64), Row>;

#[derive(Debug, Default)]
pub(super) struct Queues {
    next: u64,
    units: Waiting,
    users: Waiting,
    last: HashMap<String, (String, Operation, Option<User>)>,
    successes: usize,
    failures: Vec<Failure>,
    failed_rounds: usize,
}

enum Outcome {
    Done,
    Skipped,
    Refused(String),
    Unreachable,
}

impl Queues {
    pub(super) fn push(&mut self, row: Row) {
        self.next += 1;
        let key = (row.priority, self.next);
        match row.kind {
            Kind::Unit => self.units.insert(key, row),
            Kind::User => self.users.insert(key, row),
        };
    }

    pub(super) fn waiting(&self) -> Vec<Row> {
        self.units.values().chain(self.users.values()).cloned().collect()
    }

    pub(super) fn successes(&self) -> usize {
        self.successes
    }

    pub(super) fn failures(&self) -> Vec<Failure> {
        self.failures.clone()
    }

    pub(super) fn run(&mut self, fk: &mut Fk, settings: &Settings, today: &str) -> Round {
        let mut round = Round::default();
        let reached = self.empty(Kind::Unit, usize::MAX, fk, settings, today, &mut round)
            && self.empty(Kind::User, USERS_PER_ROUND, fk, settings, today, &mut round);
        if reached {
            self.failed_rounds = 0;
        } else {
            let pause = PAUSES.get(self.failed_rounds).copied().unwrap_or(PAUSES[2]);
            round.pause = Some(Duration::from_secs(pause));
            self.failed_rounds += 1;
        }
        round.left = self.units.len() + self.users.len();
        round
    }

    /// Works through one queue; false when FK could not be reached.
    fn empty(
        &mut self,
        kind: Kind,
        most: usize,
        fk: &mut Fk,
        settings: &Settings,
        today: &str,
        round: &mut Round,
    ) -> bool {
        let mut taken = 0;
        while taken < most {
            let mut batch = Vec::new();
            while batch.len() < settings.threads.min(most - taken) {
                let queue = if kind == Kind::Unit {
                    &mut self.units
                } else {
                    &mut self.users
                };
                let Some((key, row)) = queue.pop_first() else {
                    break;
                };
                batch.push((key, row));
            }
            if batch.is_empty() {
                return true;
            }
            if taken == 0 {
                round.superseded += keep_newest(&mut batch);
            }
            taken += batch.len();
            let mut batch = batch.into_iter();
            while let Some((key, row)) = batch.next() {
                match self.process(&row, fk, settings, today) {
                    Outcome::Done if kind == Kind::Unit => round.units += 1,
                    Outcome::Done => round.users += 1,
                    Outcome::Skipped => round.skipped += 1,
                    Outcome::Refused(error) => {
                        round.failed += 1;
                        self.failures.push(Failure { row, error });
                    }
                    Outcome::Unreachable => {
                        let queue = if kind == Kind::Unit {
                            &mut self.units
                        } else {
                            &mut self.users
                        };
                        let mut row = row;
                        if kind == Kind::User {
                            row.priority = 20;
                        }
                        queue.insert((row.priority, key.1), row);
                        queue.extend(batch);
                        return false;
                    }
                }
            }
        }
        true
    }

    fn process(&mut self, row: &Row, fk: &mut Fk, settings: &Settings, today: &str) -> Outcome {
        let uuid = row.uuid.to_lowercase();
        if let (Body::User(user), false) = (&row.body, row.bypass_cache)
            && let Some((cvr, Operation::Update, Some(last))) = self.last.get(&uuid)
            && *cvr == row.cvr
            && user.same_as(last)
        {
            self.successes += 1;
            return Outcome::Skipped;
        }
        if !fk.reachable() {
            return Outcome::Unreachable;
        }
        let written =
            fk.admit(&row.cvr, &uuid, settings)
                .and_then(|()| match (row.kind, row.operation, &row.body) {
                    (Kind::User, _, Body::User(user)) => fk.write_user(&row.cvr, &uuid, user, today),
                    (Kind::Unit, _, Body::Unit(unit)) => fk.write_unit(&row.cvr, &uuid, unit, settings),
                    (kind, operation, _) => {
                        fk.end(kind, operation, &uuid);
                        Ok(())
                    }
                });
        match written {
            Err(error) => Outcome::Refused(error),
            Ok(()) => {
                self.successes += 1;
                if row.kind == Kind::User {
                    let user = if let Body::User(user) = &row.body {
                        Some((**user).clone())
                    } else {
                        None
                    };
                    self.last.insert(uuid, (row.cvr.clone(), row.operation, user));
                }
                Outcome::Done
            }
        }
    }
}

/// Drops all but the youngest row of each uuid; says how many went.
fn keep_newest(batch: &mut Vec<((i64, u64), Row)>) -> usize {
    let mut newest: HashMap<String, u64> = HashMap::new();
    for ((_, id), row) in batch.iter() {
        let youngest = newest.entry(row.uuid.to_lowercase()).or_default();
        *youngest = (*youngest).max(*id);
    }
    let before = batch.len();
    batch.retain(|((_, id), row)| newest[&row.uuid.to_lowercase()] == *id);
    before - batch.len()
}
