//! One run: operations become one import, and what Canvas says of it becomes one outcome per operation.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use samklang_sdk::{Action, Error, Operation, Outcome, log};

use crate::Canvas;
use crate::batch::Batch;
use crate::import::{self, End, Message};
use crate::key::{EnrollmentKey, split};
use crate::settings::UserEnd;
use crate::sheet::{Sheet, zip};

/// How long to leave Canvas alone while another import is under way.
const BUSY: Duration = Duration::from_mins(2);
/// How long after an import failed: Canvas itself lets about ten minutes pass after one that was aborted.
const FAILED: Duration = Duration::from_mins(10);

/// What became of an operation so far.
enum Fate {
    /// It has rows, and this key when they are taken over.
    Sent(String),
    /// The same as of that operation, which removes what this object is part of, and the object with it.
    Follows(usize, String),
    Settled(Outcome),
}

pub(crate) fn apply(canvas: &Canvas, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
    if operations.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(running) = import::under_way(&canvas.state.api)? {
        let busy = Outcome::retry_later(BUSY, format!("SIS import {running} is under way in Canvas"));
        return Ok(vec![busy; operations.len()]);
    }
    let mut batch = Batch::new(canvas);
    let removals = Removals::of(canvas, operations);
    let mut fates = Vec::with_capacity(operations.len());
    for (number, operation) in operations.iter().enumerate() {
        fates.push(match removals.leader(operation) {
            Some(leader) => Fate::Follows(leader, operation.key.clone()),
            None => match batch.add(number, operation)? {
                Ok(key) => Fate::Sent(key),
                Err(outcome) => Fate::Settled(outcome),
            },
        });
    }
    let sheets = batch.into_sheets();
    if sheets.is_empty() {
        return Ok(outcomes(fates, |_, key| Outcome::done(key)));
    }
    let end = import::run(&canvas.state.api, &canvas.settings, &zip(&sheets)?)?;
    let outcomes = judge(end, &sheets, fates)?;
    let settle = |(operation, outcome): (&Operation, Outcome)| match outcome {
        Outcome::Rejected(_) if operation.action == Action::Delete && is_gone(canvas, operation)? => {
            Ok(Outcome::Unchanged)
        }
        outcome => Ok(outcome),
    };
    operations.iter().zip(outcomes).map(settle).collect()
}

/// Whether an object whose removal Canvas refused is not there, such as one that went with what it was part of.
fn is_gone(canvas: &Canvas, operation: &Operation) -> Result<bool, Error> {
    match operation.class.as_str() {
        "groups" => Ok(canvas.state.group_name(&operation.key)?.is_none()),
        "group_memberships" => match split(&operation.key) {
            Some([group, _]) => Ok(canvas.state.group_name(&group)?.is_none()),
            None => Ok(true),
        },
        class => Ok(canvas.state.object(class, &operation.key)?.is_none()),
    }
}

/// The operations that remove something with all that is part of it. Canvas works through enrollments after courses and
/// sections, and would refuse rows about what has gone with these.
struct Removals<'a>(HashMap<(&'a str, &'a str), usize>);

impl<'a> Removals<'a> {
    fn of(canvas: &Canvas, operations: &'a [Operation]) -> Self {
        let takes_along = |class: &str| match class {
            "courses" | "sections" | "groups" => true,
            "users" => canvas.settings.delete == UserEnd::Deleted,
            _ => false,
        };
        let removals = operations
            .iter()
            .enumerate()
            .filter(|(_, operation)| operation.action == Action::Delete);
        let removals = removals.filter(|(_, operation)| takes_along(&operation.class));
        Self(
            removals
                .map(|(number, of)| ((of.class.as_str(), of.key.as_str()), number))
                .collect(),
        )
    }

    fn leader(&self, operation: &Operation) -> Option<usize> {
        if operation.action != Action::Delete {
            return None;
        }
        let find = |class: &str, key: &str| self.0.get(&(class, key)).copied();
        match operation.class.as_str() {
            "enrollments" => {
                let key = EnrollmentKey::parse(&operation.key)?;
                let place = if key.in_section { "sections" } else { "courses" };
                find(place, &key.place).or_else(|| find("users", &key.user))
            }
            "group_memberships" => {
                let [group, user]: [String; 2] = split(&operation.key)?;
                find("groups", &group).or_else(|| find("users", &user))
            }
            _ => None,
        }
    }
}

fn outcomes(fates: Vec<Fate>, mut sent: impl FnMut(usize, String) -> Outcome) -> Vec<Outcome> {
    let mut followers = Vec::new();
    let mut outcomes: Vec<_> = fates
        .into_iter()
        .enumerate()
        .map(|(number, fate)| match fate {
            Fate::Sent(key) => sent(number, key),
            Fate::Settled(outcome) => outcome,
            Fate::Follows(leader, key) => {
                followers.push((number, leader, key));
                Outcome::Unchanged
            }
        })
        .collect();
    for (number, leader, key) in followers {
        let outcome = match outcomes.get(leader) {
            Some(Outcome::Done(_)) => Outcome::done(key),
            Some(Outcome::Queued(_)) => Outcome::queued(key),
            Some(Outcome::Unchanged) => Outcome::Unchanged,
            _ => Outcome::retry_later(BUSY, "what it is part of could not be removed"),
        };
        if let Some(place) = outcomes.get_mut(number) {
            *place = outcome;
        }
    }
    outcomes
}

fn judge(end: End, sheets: &[Sheet], fates: Vec<Fate>) -> Result<Vec<Outcome>, Error> {
    match end {
        End::Unfinished(import) => {
            log::warn(format!(
                "SIS import {import} takes longer than the settings allow; a later read shows its end"
            ));
            Ok(outcomes(fates, |_, key| Outcome::queued(key)))
        }
        End::Imported(messages) => {
            let said = Said::of(&messages, sheets);
            Ok(outcomes(fates, |number, key| match said.rows.get(&number) {
                Some(message) => Outcome::rejected("", *message),
                // Something is wrong with the file, and Canvas does not say with which rows: a read-back will tell.
                None if said.files.contains(&number) => Outcome::queued(key),
                None => Outcome::done(key),
            }))
        }
        End::Failed {
            import,
            state,
            messages,
        } => {
            let said = Said::of(&messages, sheets);
            if said.rows.is_empty() {
                let about = messages
                    .first()
                    .map_or("Canvas gives no reason", |message| &message.message);
                return Err(Error::invalid_data(
                    format!("SIS import {import}"),
                    format!("{state}: {about}"),
                ));
            }
            let why = format!("SIS import {import} ended as {state}");
            Ok(outcomes(fates, |number, _| match said.rows.get(&number) {
                Some(message) => Outcome::rejected(&state, *message),
                None => Outcome::retry_later(FAILED, &why),
            }))
        }
    }
}

/// Messages by operation.
struct Said<'a> {
    /// The first message about a row of the operation.
    rows: HashMap<usize, &'a str>,
    /// Operations with a row in a file that a message without a row speaks of.
    files: HashSet<usize>,
}

impl<'a> Said<'a> {
    fn of(messages: &'a [Message], sheets: &[Sheet]) -> Self {
        let mut said = Self {
            rows: HashMap::new(),
            files: HashSet::new(),
        };
        let by_name: HashMap<String, &Sheet> = sheets.iter().map(|sheet| (sheet.name(), sheet)).collect();
        for message in messages {
            let file = message.file.as_deref().unwrap_or_default();
            let sheet = by_name.get(file.rsplit('/').next().unwrap_or_default());
            let operation = sheet.and_then(|sheet| sheet.operation(message.row?));
            match (operation, sheet) {
                (Some(operation), _) => {
                    said.rows.entry(operation).or_insert(&message.message);
                }
                (None, Some(sheet)) => said.files.extend(sheet.operations()),
                (None, None) => said.files.extend(sheets.iter().flat_map(Sheet::operations)),
            }
        }
        if !said.files.is_empty() {
            log::warn("Canvas has messages about whole files of the import; see SIS imports there");
        }
        said
    }
}
