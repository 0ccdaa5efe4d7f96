//! From operations to the rows of one import. An operation that cannot become a row is refused by itself; it never keeps the
//! others from going.

use std::collections::HashSet;
use std::time::Duration;

use samklang_sdk::{Action, Error, Operation, Outcome, Value};

use crate::Canvas;
use crate::key::{EnrollmentKey, join, split};
use crate::sheet::{Line, Sheet, one_line};
use crate::tables::{Key, TABLES, Table, table};

/// A removal of one row: the cells that the file requires.
type Cells = Vec<(&'static str, String)>;

/// The rows of an import that is being put together.
pub(crate) struct Batch<'a> {
    canvas: &'a Canvas,
    live: Vec<Sheet>,
    removals: Vec<Sheet>,
    seen: HashSet<(&'static str, String)>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(canvas: &'a Canvas) -> Self {
        let sheets = |removals| TABLES.iter().map(|table| Sheet::new(table, removals)).collect();
        Self {
            canvas,
            live: sheets(false),
            removals: sheets(true),
            seen: HashSet::new(),
        }
    }

    /// Makes rows of an operation and says the object's key, or what becomes of it without any.
    pub(crate) fn add(
        &mut self,
        number: usize,
        operation: &Operation,
    ) -> Result<Result<String, Outcome>, Error> {
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

    pub(crate) fn into_sheets(self) -> Vec<Sheet> {
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
