//! Where an entity is in its life, what persons set by hand for it, and what becomes of its objects in targets that it has left.

use samklang_core::catalogue::Entity;
use samklang_core::port::Lives as _;
use samklang_store::TenantStore;
use serde::Serialize;
use serde_json::Value;

use super::conceal::{CONCEALED, Sensitive, blot, blot_json};
use crate::failure::Failure;
use crate::screen::{Screen, Tone, rfc3339};

/// Where it is in its life, since when, and who decided.
#[derive(Debug, Serialize)]
pub(super) struct LifeLine {
    state: &'static str,
    since: String,
    /// When it is gone, for one that is leaving.
    until: Option<String>,
    cause: String,
}

/// A value that a person set.
#[derive(Debug, Serialize)]
pub(super) struct OverrideLine {
    attribute: String,
    value: Value,
    who: String,
    reason: String,
    since: String,
    until: Option<String>,
}

/// An object of a target that the entity has left.
#[derive(Debug, Serialize)]
pub(super) struct LeavingLine {
    object: String,
    stage: &'static str,
    since: String,
    /// When it comes further.
    due: Option<String>,
}

/// Somebody's wish that has not been fulfilled.
#[derive(Debug, Serialize)]
pub(super) struct RequestLine {
    target: String,
    who: String,
    reason: String,
    since: String,
}

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Course {
    life: Option<LifeLine>,
    overrides: Vec<OverrideLine>,
    leaving: Vec<LeavingLine>,
    requests: Vec<RequestLine>,
}

/// Puts it together.
pub(super) async fn course(
    store: &TenantStore,
    entity: &Entity,
    sensitive: &Sensitive,
    hidden: &[String],
) -> Result<Course, Failure> {
    let life = store.lives(&[entity.id]).await?.into_iter().next();
    let overrides = store
        .overrides(&[entity.id])
        .await?
        .into_iter()
        .map(|set| OverrideLine {
            value: if sensitive.canonical(entity.kind, &set.attribute) {
                CONCEALED.into()
            } else {
                blot_json(set.value.to_json(), hidden)
            },
            attribute: set.attribute,
            who: set.who,
            reason: blot(&set.reason, hidden),
            since: rfc3339(set.at),
            until: set.until.map(rfc3339),
        });
    let leaving = store
        .leaving_of(entity.id)
        .await?
        .into_iter()
        .map(|(target, leaving)| LeavingLine {
            object: blot(&format!("{target}/{}/{}", leaving.class, leaving.key), hidden),
            stage: leaving.stage.as_str(),
            since: rfc3339(leaving.since),
            due: leaving.due.map(rfc3339),
        });
    let requests = store
        .requests_of(entity.id)
        .await?
        .into_iter()
        .map(|(target, request)| RequestLine {
            target,
            who: request.who,
            reason: blot(&request.reason, hidden),
            since: rfc3339(request.at),
        });
    Ok(Course {
        life: life.map(|life| LifeLine {
            state: life.state.as_str(),
            since: rfc3339(life.since),
            until: life.due.map(rfc3339),
            cause: blot(&life.cause, hidden),
        }),
        overrides: overrides.collect(),
        leaving: leaving.collect(),
        requests: requests.collect(),
    })
}

/// Shows it.
pub(super) fn show(screen: Screen, course: &Course) {
    if let Some(life) = &course.life {
        let until = life
            .until
            .as_ref()
            .map_or_else(String::new, |until| format!(" until {until}"));
        screen.line(format!(
            "{}{until} since {}: {}",
            life.state, life.since, life.cause
        ));
    }
    let mut table = screen.new_table(&[]);
    for set in &course.overrides {
        let until = set
            .until
            .as_ref()
            .map_or_else(String::new, |until| format!(" until {until}"));
        table.add_row(vec![
            screen.cell(format!("{} is set by hand", set.attribute), Tone::Plain),
            screen.cell(format!("by {}{until}: {}", set.who, set.reason), Tone::Plain),
        ]);
    }
    for one in &course.leaving {
        let due = one
            .due
            .as_ref()
            .map_or_else(String::new, |due| format!(", further from {due}"));
        table.add_row(vec![
            screen.cell(&one.object, Tone::Plain),
            screen.cell(format!("{} since {}{due}", one.stage, one.since), Tone::Doubtful),
        ]);
    }
    for one in &course.requests {
        table.add_row(vec![
            screen.cell(format!("wanted in {}", one.target), Tone::Plain),
            screen.cell(
                format!("by {} since {}: {}", one.who, one.since, one.reason),
                Tone::Plain,
            ),
        ]);
    }
    if table.row_count() > 0 {
        screen.table(&table);
    }
}
