//! From operations to one import, and from what Canvas says of it to one outcome per operation.
//!
//! An operation that cannot become a row is refused by itself; it never keeps the others from going.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use samklang_sdk::{Action, Error, Operation, Outcome, Value, log};

use crate::Canvas;
use crate::import::{self, End, Message};
use crate::key::{EnrollmentKey, join, split};
use crate::settings::UserEnd;
use crate::sheet::{Line, Sheet, one_line, zip};
use crate::tables::{Key, TABLES, Table, table};

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

/// A removal of one row: the cells that the file requires.
type Cells = Vec<(&'static str, String)>;

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

struct Batch<'a> {
    canvas: &'a Canvas,
    live: Vec<Sheet>,
    removals: Vec<Sheet>,
    seen: HashSet<(&'static str, String)>,
}

impl<'a> Batch<'a> {
    fn new(canvas: &'a Canvas) -> Self {
        let sheets = |removals| TABLES.iter().map(|table| Sheet::new(table, removals)).collect();
        Self {
            canvas,
            live: sheets(false),
            removals: sheets(true),
            seen: HashSet::new(),
        }
    }

    /// Makes rows of an operation and says the object's key, or what becomes of it without any.
    fn add(&mut self, number: usize, operation: &Operation) -> Result<Result<String, Outcome>, Error> {
        let Some(table) = table(&operation.class) else {
            return Ok(Err(Outcome::rejected(
                "",
                format!("there is no class {}", operation.class),
            )));
        };
        if !self.seen.insert((table.class, operation.key.clone())) {
            // In one import the order of rows about the same object would not be that of the operations.
            let why = "another operation on this object goes first";
            return Ok(Err(Outcome::retry_later(Duration::ZERO, why)));
        }
        if operation.action == Action::Delete {
            let Some(cells) = self.removal(table, &operation.key)? else {
                return Ok(Err(Outcome::Unchanged));
            };
            self.remove(number, table, &cells);
            return Ok(Ok(operation.key.clone()));
        }
        let (line, set) = match self.line(number, table, operation) {
            Ok(line) => line,
            Err(outcome) => return Ok(Err(outcome)),
        };
        let key = key_of(table, &line).unwrap_or_else(|| operation.key.clone());
        if key != operation.key && operation.action == Action::Update {
            // What a composite key is made of has changed: in Canvas that is another object.
            if let Some(cells) = self.removal(table, &operation.key)? {
                self.remove(number, table, &cells);
            }
        }
        if let Some(sheet) = self
            .live
            .iter_mut()
            .find(|sheet| sheet.table.class == table.class)
        {
            sheet.add(line, set);
        }
        Ok(Ok(key))
    }

    /// The row of an object that is to be there, and the columns that it says something about.
    fn line(
        &self,
        number: usize,
        table: &'static Table,
        operation: &Operation,
    ) -> Result<(Line, Vec<usize>), Outcome> {
        let mut cells = vec![String::new(); table.columns.len()];
        let mut set = Vec::with_capacity(operation.desired.len());
        for (name, value) in &operation.desired {
            if matches!(table.key, Key::Composite(key) | Key::Column(key) if key == name) {
                continue;
            }
            let Some(at) = table.column(name) else {
                return Err(Outcome::rejected_for(
                    name,
                    "",
                    format!("the class {} does not have it", table.class),
                ));
            };
            let text = cell(value)
                .ok_or_else(|| Outcome::rejected_for(name, "", "is neither text, number nor truth"))?;
            set.push(at);
            if let Some(cell) = cells.get_mut(at) {
                *cell = text;
            }
        }
        let mut default = |name: &str, value: &str| {
            let at = table.column(name)?;
            cells.get_mut(at).filter(|cell| cell.is_empty()).map(|cell| {
                value.clone_into(cell);
                at
            })
        };
        if let Key::Column(key) = table.key {
            default(key, &one_line(&operation.key));
        }
        default("status", table.live);
        if table.class == "users"
            && let Some(provider) = &self.canvas.settings.authentication_provider_id
        {
            // A blank would clear it, so it is sent every time.
            set.extend(default("authentication_provider_id", provider));
        }
        let line = Line {
            operation: number,
            cells,
        };
        check(table, &line)?;
        Ok((line, set))
    }

    /// What the row of a removal says; `None` when there is nothing to remove.
    fn removal(&self, table: &'static Table, key: &str) -> Result<Option<Cells>, Error> {
        match table.key {
            Key::Composite(_) if table.class == "enrollments" => Ok(EnrollmentKey::parse(key).map(|key| {
                let place = if key.in_section { "section_id" } else { "course_id" };
                vec![(place, key.place), ("user_id", key.user), ("role", key.role)]
            })),
            Key::Composite(_) => {
                Ok(split(key).map(|[group, user]: [String; 2]| vec![("group_id", group), ("user_id", user)]))
            }
            Key::Column(column) if table.class == "groups" => {
                let name = self.canvas.state.group_name(key)?;
                Ok(name.map(|name| vec![(column, key.to_owned()), ("name", one_line(&name))]))
            }
            Key::Column(_) => {
                let Some(object) = self.canvas.state.object(table.class, key)? else {
                    return Ok(None);
                };
                let wanted = table
                    .columns
                    .iter()
                    .filter(|column| table.always(column) && column.name != "status");
                let cells =
                    wanted.filter_map(|column| Some((column.name, cell(object.value(column.name)?)?)));
                Ok(Some(cells.collect()))
            }
        }
    }

    fn remove(&mut self, number: usize, table: &'static Table, said: &Cells) {
        let status = match table.class {
            "users" => self.canvas.settings.delete.status(),
            "enrollments" => self.canvas.settings.delete_enrollment.status(),
            _ => table.gone,
        };
        let cell = |name: &str| match name {
            "status" => status.to_owned(),
            _ => said
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, text)| text.clone())
                .unwrap_or_default(),
        };
        let cells = table.columns.iter().map(|column| cell(column.name)).collect();
        let set: Vec<_> = said.iter().filter_map(|(name, _)| table.column(name)).collect();
        if let Some(sheet) = self
            .removals
            .iter_mut()
            .find(|sheet| sheet.table.class == table.class)
        {
            sheet.add(
                Line {
                    operation: number,
                    cells,
                },
                set,
            );
        }
    }

    fn into_sheets(self) -> Vec<Sheet> {
        let mut sheets: Vec<_> = self
            .live
            .into_iter()
            .chain(self.removals)
            .filter(|sheet| !sheet.is_empty())
            .collect();
        sheets.iter_mut().for_each(Sheet::put_parents_first);
        sheets
    }
}

/// A value as a cell. Absent is blank.
fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Absent => Some(String::new()),
        Value::Text(text) => Some(one_line(text)),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Bytes(_) | Value::Texts(_) | Value::Structure(_) => None,
    }
}

fn column<'a>(table: &Table, line: &'a Line, name: &str) -> &'a str {
    table
        .column(name)
        .and_then(|at| line.cells.get(at))
        .map(String::as_str)
        .unwrap_or_default()
}

/// The key of an object whose key is made of its columns.
fn key_of(table: &Table, line: &Line) -> Option<String> {
    let cell = |name| column(table, line, name);
    match table.class {
        "enrollments" => {
            let key = EnrollmentKey::new(
                cell("section_id"),
                cell("course_id"),
                cell("user_id"),
                cell("role"),
            );
            Some(key.text())
        }
        "group_memberships" => Some(join(&[cell("group_id"), cell("user_id")])),
        _ => None,
    }
}

/// Refuses by name what Canvas would refuse by a row's number.
fn check(table: &Table, line: &Line) -> Result<(), Outcome> {
    let lacks = |name: &str| Err(Outcome::rejected_for(name, "", "is required and has no value"));
    for required in table.columns.iter().filter(|column| column.required) {
        if column(table, line, required.name).trim().is_empty() {
            return lacks(required.name);
        }
    }
    let nowhere = table.class == "enrollments"
        && column(table, line, "section_id").is_empty()
        && column(table, line, "course_id").is_empty();
    if nowhere {
        return lacks("section_id");
    }
    let status = column(table, line, "status");
    if !table.statuses.contains(&status) {
        let known = table.statuses.join(", ");
        return Err(Outcome::rejected_for(
            "status",
            "",
            format!("is {status:?} where Canvas knows {known}"),
        ));
    }
    Ok(())
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
