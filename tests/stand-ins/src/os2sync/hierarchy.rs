//! Hierarchy jobs: started, not ready for a while, read once, gone. Unread ones vanish after an hour.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fk::Fk;
use super::objects::written;

/// When a job is ready.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// At this poll; 1 is the first.
    Polls(u32),
    /// This long after it was asked for.
    After(Duration),
}

#[derive(Debug)]
struct Job {
    started: Timestamp,
    polls: u32,
    result: Value,
}

#[derive(Debug, Default)]
pub(super) struct Jobs {
    jobs: HashMap<Uuid, Job>,
    failing: usize,
}

impl Jobs {
    pub(super) fn fail(&mut self, n: usize) {
        self.failing += n;
    }

    pub(super) fn start(&mut self, fk: &Fk, cvr: &str, only_units: bool, now: Timestamp) -> Uuid {
        let failed = self.failing > 0 || !fk.reachable();
        self.failing = self.failing.saturating_sub(1);
        let content = if failed {
            Value::Null
        } else {
            content(fk, cvr, only_units)
        };
        let result = json!({"Created": written(now), "Result": content, "Status": i32::from(failed)});
        let id = Uuid::new_v4();
        self.jobs.insert(
            id,
            Job {
                started: now,
                polls: 0,
                result,
            },
        );
        id
    }

    /// The result, the first time it is asked for when ready.
    pub(super) fn read(&mut self, id: Uuid, pace: Pace, now: Timestamp) -> Option<Value> {
        self.jobs.retain(|_, job| job.started + 1.hour() > now);
        let job = self.jobs.get_mut(&id)?;
        job.polls += 1;
        let ready = match pace {
            Pace::Polls(polls) => job.polls >= polls,
            Pace::After(wait) => job.started + wait <= now,
        };
        if !ready {
            return None;
        }
        self.jobs.remove(&id).map(|job| job.result)
    }
}

fn content(fk: &Fk, cvr: &str, only_units: bool) -> Value {
    let units: Vec<Value> = fk
        .active_units(cvr)
        .map(|found| {
            let unit = &found.unit;
            json!({"Uuid": unit.uuid, "Name": unit.text("Name"), "ParentOU": unit.text("ParentOrgUnitUuid")})
        })
        .collect();
    let users: Vec<Value> = if only_units {
        Vec::new()
    } else {
        fk.active_users(cvr).filter_map(user).collect()
    };
    json!({"OUs": units, "Users": users})
}

/// `None` for a user whose person has no name.
fn user(found: &super::FkUser) -> Option<Value> {
    let user = &found.user;
    let name = user
        .person
        .as_ref()?
        .name
        .as_deref()
        .filter(|name| !name.is_empty())?;
    let positions: Vec<Value> = user
        .positions
        .iter()
        .flatten()
        .map(|position| json!({"Uuid": position.unit, "Name": position.name}))
        .collect();
    Some(json!({
        "Uuid": user.uuid, "UserId": user.text("UserId"), "Name": name, "Positions": positions,
        "Email": user.text("Email"), "Telephone": user.text("PhoneNumber"), "Status": user.status,
    }))
}
