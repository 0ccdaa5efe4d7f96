//! Carrying out operations. Objects are made, brought to what is desired, moved, and removed one by one; memberships of one group go together.
//!
//! What a lost answer leaves behind is found again: an object that bears the operation's key as its anchor has been made already. When
//! the domain controller as a whole is out of order the rest of the batch is not sent.

mod memberships;
mod place;
mod remove;
mod state;
mod write;

use std::time::Duration;

use samklang_sdk::ldap::Failure;
use samklang_sdk::prelude::*;

use crate::description::Kind;
use crate::directory::Directory;
use crate::refusal;

/// After what concerned the domain controller as a whole.
const LATER: Duration = Duration::from_mins(1);

/// What ends one operation before its time: an outcome of its own, or what the directory said.
pub(crate) enum Halt {
    Outcome(Outcome),
    Failure(Failure),
}

impl<T: Into<Failure>> From<T> for Halt {
    fn from(failure: T) -> Self {
        Self::Failure(failure.into())
    }
}

/// A value that cannot be used.
pub(crate) fn wrong(attribute: &str, why: &str) -> Halt {
    Halt::Outcome(Outcome::rejected_for(attribute, "", why))
}

pub(crate) fn apply(directory: &Directory, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
    let mut outcomes: Vec<Option<Outcome>> = operations.iter().map(|_| None).collect();
    let mut answered = false;
    let mut stopped = None;
    for (operation, outcome) in operations.iter().zip(&mut outcomes) {
        let kind = Kind::of(&operation.class)?;
        if kind == Kind::Membership {
            continue;
        }
        *outcome = Some(match &stopped {
            Some(stopped) => Outcome::clone(stopped),
            None => match one(directory, kind, operation) {
                Ok(outcome) => {
                    answered = true;
                    outcome
                }
                // Nothing was changed before: the whole call has failed.
                Err(error) if !answered => return Err(error),
                Err(error) => stopped
                    .insert(Outcome::retry_later(LATER, error.to_string()))
                    .clone(),
            },
        });
    }
    memberships::apply(directory, operations, &mut outcomes, answered, stopped)?;
    let missing = || Error::Internal("an operation has no outcome".into());
    outcomes
        .into_iter()
        .map(|outcome| outcome.ok_or_else(missing))
        .collect()
}

/// One operation. An error concerns the domain controller as a whole.
fn one(directory: &Directory, kind: Kind, operation: &Operation) -> Result<Outcome, Error> {
    let done = match operation.action {
        Action::Create => write::create(directory, kind, operation),
        Action::Update => write::update(directory, kind, operation),
        Action::Delete => remove::remove(directory, kind, &operation.key),
    };
    settled(done)
}

/// What became of it, as the contract says it.
fn settled(done: Result<Outcome, Halt>) -> Result<Outcome, Error> {
    match done {
        Ok(outcome) | Err(Halt::Outcome(outcome)) => Ok(outcome),
        Err(Halt::Failure(Failure::Refused(refusal))) => Ok(refusal::outcome(&refusal, None)),
        Err(Halt::Failure(Failure::Error(error))) => Err(error),
    }
}
