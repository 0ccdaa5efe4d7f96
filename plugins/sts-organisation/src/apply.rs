//! Carrying out operations, one object at a time. Each is read before it is written, so an operation that is repeated changes nothing, and
//! what else the register knows of an object stays. When the register as a whole is out of order the rest of the batch is not sent.

mod address;
mod function;
mod unit;
mod user;

use std::time::Duration;

use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::description::{BRUGER, ENHED, LEDER, STILLING};
use crate::order;
use crate::organisation;
use crate::pen::Pen;
use crate::put::{Put, Writer};
use crate::refusal::{ABSENT, OK, STATE};
use crate::register::Register;
use crate::registration::Registration;
use crate::rules;
use crate::service::Service;
use crate::settings::{Removal, Settings};

/// After what concerned the register as a whole.
const LATER: Duration = Duration::from_mins(2);

pub(crate) fn apply(
    register: &Register,
    settings: &Settings,
    operations: &[Operation],
) -> Result<Vec<Outcome>, Error> {
    if operations.is_empty() {
        return Ok(Vec::new());
    }
    let organisation = organisation::identify(register, settings)?;
    let mut outcomes: Vec<Option<Outcome>> = operations.iter().map(|_| None).collect();
    let mut stopped: Option<Outcome> = None;
    let mut answered = false;
    for at in order::order(operations) {
        let (Some(operation), Some(outcome)) = (operations.get(at), outcomes.get_mut(at)) else {
            continue;
        };
        if let Some(stopped) = &stopped {
            *outcome = Some(stopped.clone());
            continue;
        }
        // The day may change within a long batch.
        let writer = Writer {
            register,
            pen: Pen::new(organisation),
        };
        match one(&writer, settings, operation) {
            Ok(done) => {
                answered = true;
                *outcome = Some(done);
            }
            // Nothing was carried out before, and this can be repeated: the whole call has failed.
            Err(Stop::Error(error)) if !answered => return Err(error),
            Err(Stop::Error(error)) => {
                let pause = if let Error::RateLimited(pause) = error {
                    pause
                } else {
                    LATER
                };
                let later = Outcome::retry_later(pause, error.to_string());
                *outcome = Some(later.clone());
                stopped = Some(later);
            }
            Err(Stop::Outcome(refused)) => {
                answered = true;
                *outcome = Some(refused);
            }
        }
    }
    let missing = || Error::Internal("an operation has no outcome".into());
    outcomes
        .into_iter()
        .map(|outcome| outcome.ok_or_else(missing))
        .collect()
}

/// Why an operation is not carried out to its end.
#[derive(Debug)]
enum Stop {
    /// It concerns the register as a whole.
    Error(Error),
    /// It concerns this object alone.
    Outcome(Outcome),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::Outcome(Outcome::Rejected(rejection))
    }
}

fn one(writer: &Writer<'_>, settings: &Settings, operation: &Operation) -> Result<Outcome, Stop> {
    match (operation.class.as_str(), operation.action) {
        (ENHED, Action::Delete) => remove(writer, settings, Service::OrganisationEnhed, operation),
        (BRUGER, Action::Delete) => remove(writer, settings, Service::Bruger, operation),
        (STILLING | LEDER, Action::Delete) => function::remove(writer, settings, operation),
        (ENHED, _) => unit::write(writer, operation),
        (BRUGER, _) => user::write(writer, operation),
        (STILLING | LEDER, _) => function::write(writer, operation),
        (class, _) => Err(Error::Unsupported(format!("the register has no class {class}")).into()),
    }
}

/// The UUID that the key of a unit or user is.
fn uuid(operation: &Operation) -> Result<Uuid, Rejection> {
    Uuid::try_parse(&operation.key).map_err(|_| rules::refuse("UUID", "the key is no UUID: map one in `key`"))
}

/// Writes an object, noting whether anything changed.
fn put(
    writer: &Writer<'_>,
    service: Service,
    uuid: Uuid,
    current: Option<Registration>,
    changed: &mut bool,
    change: impl Fn(&mut Registration),
) -> Result<(), Stop> {
    match writer.put(service, uuid, current, change)? {
        Put::Unchanged => Ok(()),
        Put::Written => {
            *changed = true;
            Ok(())
        }
        Put::Refused(status) => Err(Stop::Outcome(status.outcome(service.path())?)),
    }
}

fn settled(key: String, operation: &Operation, changed: bool) -> Outcome {
    // An object under another key than was proposed has to be told, also when it was there before.
    if changed || key != operation.key {
        Outcome::done(key)
    } else {
        Outcome::Unchanged
    }
}

fn remove(
    writer: &Writer<'_>,
    settings: &Settings,
    service: Service,
    operation: &Operation,
) -> Result<Outcome, Stop> {
    let Ok(uuid) = Uuid::try_parse(&operation.key) else {
        // Such an object was never sent.
        return Ok(Outcome::Unchanged);
    };
    take_away(writer, settings, service, uuid, operation)
}

/// Removes an object in the way that the settings say.
fn take_away(
    writer: &Writer<'_>,
    settings: &Settings,
    service: Service,
    uuid: Uuid,
    operation: &Operation,
) -> Result<Outcome, Stop> {
    let Some(current) = writer.read(service, uuid)? else {
        return Ok(Outcome::Unchanged);
    };
    let status = match settings.removal {
        Removal::Passivate => writer.register.passivate(service, uuid)?,
        Removal::Deactivate => {
            let mut changed = current.clone();
            writer.pen.deactivate(&mut changed);
            if changed == current {
                return Ok(Outcome::Unchanged);
            }
            writer.register.amend(service, uuid, &changed)?
        }
    };
    match status.code {
        OK => Ok(Outcome::done(&operation.key)),
        // It went in between.
        ABSENT | STATE => Ok(Outcome::Unchanged),
        _ => Ok(status.outcome(service.path())?),
    }
}
