//! Carrying out operations: one request each, since OS2sync takes one object at a time. Taken over is not done: a 200 means that the
//! object stands in OS2sync's queue, so the outcome is `queued`.
//!
//! Sending the same state twice leads to the same state, so an operation whose answer was lost is simply to be tried again. When OS2sync
//! as a whole is out of order the rest of the batch is not sent.

use std::time::Duration;

use samklang_sdk::http::{Failure, Response};
use samklang_sdk::prelude::*;

use crate::endpoint::Endpoint;
use crate::order::{self, ORG_UNIT, USER};
use crate::settings::{Removal, Settings};
use crate::shape::{OrgUnit, User, WireUser};
use crate::{refusal, rules};

/// After what only concerned one object.
const SOON: Duration = Duration::from_mins(5);
/// After what concerned OS2sync as a whole. Its own scheduler pauses up to two minutes when FK Organisation is down.
const LATER: Duration = Duration::from_mins(2);

pub(crate) fn apply(
    endpoint: &Endpoint,
    settings: &Settings,
    operations: &[Operation],
) -> Result<Vec<Outcome>, Error> {
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
        match one(endpoint, settings, operation) {
            Ok(done) => {
                answered = true;
                *outcome = Some(done);
            }
            // Nothing was sent before, or nothing but this: the whole call has failed.
            Err(error) if !answered => return Err(error),
            Err(error) => {
                let pause = if let Error::RateLimited(pause) = error {
                    pause
                } else {
                    LATER
                };
                let later = Outcome::retry_later(pause, error.to_string());
                *outcome = Some(later.clone());
                stopped = Some(later);
            }
        }
    }
    let missing = || Error::Internal("an operation has no outcome".into());
    outcomes
        .into_iter()
        .map(|outcome| outcome.ok_or_else(missing))
        .collect()
}

/// One operation. An error concerns OS2sync as a whole.
fn one(endpoint: &Endpoint, settings: &Settings, operation: &Operation) -> Result<Outcome, Error> {
    let key = operation.key.to_ascii_lowercase();
    let class = operation.class.as_str();
    if !matches!(class, ORG_UNIT | USER) {
        return Err(Error::Unsupported(format!("OS2sync has no class {class}")));
    }
    if operation.action == Action::Delete {
        return remove(endpoint, settings, class, &key);
    }
    // What does not fit the class is this object's fault, and not to be repeated in words: it may be personal.
    let misfit = |_| Rejection {
        code: String::new(),
        message: format!(
            "an attribute of the {class} has a value of the wrong kind: compare the mapping with the class"
        ),
        attribute: None,
    };
    let body = if class == USER {
        let user = operation.desired_as::<User>().map_err(misfit);
        user.and_then(|user| rules::user(user, &key))
            .map(|user| serde_json::to_value(WireUser::from(user)))
    } else {
        let unit = operation.desired_as::<OrgUnit>().map_err(misfit);
        unit.and_then(|unit| rules::unit(unit, &key, settings))
            .map(serde_json::to_value)
    };
    let body = match body {
        Ok(body) => body.map_err(|cause| Error::Internal(format!("a {class} cannot be JSON: {cause}")))?,
        Err(rejection) => return Ok(Outcome::Rejected(rejection)),
    };
    let mut request = endpoint
        .post(&format!("/api/{class}"))
        .query("priority", settings.priority);
    if settings.bypass_cache {
        request = request.query("bypassCache", true);
    }
    judge(request.json(&body).send()?, key, false)
}

fn remove(endpoint: &Endpoint, settings: &Settings, class: &str, key: &str) -> Result<Outcome, Error> {
    if !crate::settings::is_uuid(key) {
        // Such an object was never sent.
        return Ok(Outcome::Unchanged);
    }
    if class == ORG_UNIT && settings.root_unit.as_deref() == Some(key) {
        let why = "the unit in /root_unit is never removed: everything hangs on it";
        return Ok(Outcome::rejected_for("Uuid", "", why));
    }
    let request = match settings.delete {
        Removal::Delete => endpoint.delete(&format!("/api/{class}/{key}")),
        Removal::Passivate => endpoint.post(&format!("/api/{class}/passiver/{key}")),
    };
    judge(request.send()?, key.to_owned(), true)
}

/// What an answer means for one object.
fn judge(response: Response, key: String, removed: bool) -> Result<Outcome, Error> {
    if response.status == 500 {
        // An unhandled fault in OS2sync, with a page for an answer. It may concern this object alone.
        let why = "OS2sync failed on this object (500): its log says why";
        return Ok(Outcome::retry_later(SOON, why));
    }
    match response.ok() {
        Ok(_) => Ok(Outcome::queued(key)),
        Err(Failure::Refused(refused)) if refused.status == 400 => {
            Ok(Outcome::Rejected(refusal::rejection(&refused.text())))
        }
        Err(Failure::Refused(refused)) if refused.status == 404 && removed => Ok(Outcome::Unchanged),
        Err(Failure::Refused(refused)) if matches!(refused.status, 404 | 405) => Err(Error::invalid_setting(
            "/url",
            format!("{refused}: OS2sync is not at this address"),
        )),
        Err(Failure::Refused(refused)) => Ok(Outcome::rejected(
            refused.status.to_string(),
            "OS2sync refused the request",
        )),
        Err(Failure::Error(error)) => Err(error),
    }
}
