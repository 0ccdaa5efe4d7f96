//! Applies the rows of one import to the world. A row that breaks a rule leaves a message and changes nothing.
//!
//! Fields edited by hand stay as they are unless the import overrides stickiness; Canvas says nothing about what it kept.

mod grouping;
mod people;
mod teaching;

use std::collections::BTreeMap;

use super::Settings;
use super::files::{Message, Row, Table};
use super::imports::Params;
use super::schema::{FILE_TYPES, FileType};
use super::world::{Class, World};

pub(super) type Statistics = BTreeMap<&'static str, BTreeMap<&'static str, u64>>;

pub(super) struct Applier<'a> {
    pub(super) world: &'a mut World,
    pub(super) settings: &'a Settings,
    pub(super) params: &'a Params,
    pub(super) import: u64,
    /// The file being read.
    pub(super) file: String,
    pub(super) now: String,
    pub(super) messages: Vec<Message>,
    pub(super) statistics: Statistics,
    /// Rows imported, by kind.
    pub(super) counts: BTreeMap<&'static str, u64>,
}

/// Why a row was not imported; `None` when it was left out without a word.
pub(super) type Refusal = Option<String>;

fn refuse<T>(text: impl Into<String>) -> Result<T, Refusal> {
    Err(Some(text.into()))
}

impl Applier<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let kind = &FILE_TYPES[table.kind];
        self.file.clone_from(&table.name);
        for row in table.rows() {
            let done = check(kind, row).map_err(Some).and_then(|()| match kind.name {
                "change_sis_id" => self.change_sis_id(row),
                "account" => self.account(row),
                "term" => self.term(row),
                "course" => self.course(row),
                "section" => self.section(row),
                "xlist" => self.xlist(row),
                "user" => self.user(row),
                "login" => self.login(row),
                "enrollment" => self.enrollment(row),
                "admin" => self.admin(row),
                "group_category" => self.group_category(row),
                "group" => self.group(row),
                "group_membership" => self.membership(row),
                "user_observer" => self.observer(row),
                _ => self.tag(kind.name, row),
            });
            match done {
                Ok(()) => *self.counts.entry(kind.counts).or_default() += 1,
                Err(Some(text)) => self
                    .messages
                    .push(Message::warning(&table.name, Some(row.number), text)),
                Err(None) => {}
            }
        }
    }

    /// Says something about a row that was imported all the same.
    fn remark(&mut self, row: Row<'_>, text: String) {
        self.messages
            .push(Message::warning(&self.file, Some(row.number), text));
    }

    fn count(&mut self, class: &'static str, what: &'static str) {
        *self.statistics.entry(class).or_default().entry(what).or_default() += 1;
    }

    fn add(&mut self, class: Class, state: &'static str) -> u64 {
        let now = self.now.clone();
        self.count(class.statistics(), "created");
        self.world.table_mut(class).add(&now, state)
    }

    fn touch(&mut self, class: Class, id: u64) {
        self.world.table_mut(class).of_mut(id).sis_import = Some(self.import);
    }

    /// Sets or clears a field, unless it was edited by hand.
    fn set(&mut self, class: Class, id: u64, field: &'static str, value: Option<&str>) {
        if !self.may_set(class, id, field) {
            return;
        }
        let record = self.world.table_mut(class).of_mut(id);
        let changed = record.text(field) != value;
        match value {
            Some(value) => record.texts.insert(field, value.to_owned()),
            None => record.texts.remove(field),
        };
        self.stick(class, id, field, changed);
    }

    fn may_set(&self, class: Class, id: u64, field: &str) -> bool {
        self.params.override_stickiness || !self.world.table(class).of(id).sticky.contains(field)
    }

    fn stick(&mut self, class: Class, id: u64, field: &'static str, changed: bool) {
        let sticky = &mut self.world.table_mut(class).of_mut(id).sticky;
        if self.params.override_stickiness && self.params.clear_stickiness {
            sticky.remove(field);
        } else if self.params.override_stickiness && self.params.add_stickiness && changed {
            sticky.insert(field);
        }
    }

    /// As [`Applier::set`], but a blank keeps what is there.
    fn set_given(&mut self, class: Class, id: u64, field: &'static str, value: Option<&str>) {
        if value.is_some() {
            self.set(class, id, field, value);
        }
    }

    pub(super) fn set_state(&mut self, class: Class, id: u64, state: &'static str) {
        let record = self.world.table_mut(class).of_mut(id);
        let old = std::mem::replace(&mut record.state, state);
        if old == state {
            return;
        }
        let what = match (old, state) {
            (_, "deleted") => "deleted",
            (_, "completed") => "concluded",
            (_, "inactive" | "suspended") => "deactivated",
            ("deleted" | "completed", _) => "restored",
            _ => return,
        };
        self.count(class.statistics(), what);
    }

    /// Deletes all live records of `class` that belong to `id`.
    fn delete_linked(&mut self, class: Class, to: &'static str, id: u64) {
        for linked in self.world.table(class).linked(to, id).to_vec() {
            self.set_state(class, linked, "deleted");
        }
    }

    fn integration(&mut self, class: Class, id: u64, row: Row<'_>) {
        if let Some(integration_id) = row.get("integration_id") {
            self.world
                .table_mut(class)
                .set_integration(id, Some(integration_id));
        }
    }

    fn find_or_add(&mut self, class: Class, sis_id: &str, state: &'static str) -> u64 {
        if let Some(found) = self.world.table(class).by_sis(sis_id) {
            return found;
        }
        let id = self.add(class, state);
        self.world.table_mut(class).set_sis(id, Some(sis_id));
        id
    }
}

/// What holds for every kind: required columns, groups of which one is required, closed lists.
fn check(kind: &FileType, row: Row<'_>) -> Result<(), String> {
    let id = kind
        .columns
        .iter()
        .find(|(_, flags)| flags.contains('r'))
        .map_or("", |(name, _)| name);
    let name = kind.noun.split_once(' ').map_or(kind.noun, |(_, name)| name);
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for &(column, flags) in kind.columns {
        if flags.starts_with("any") {
            groups.entry(flags).or_default().push(column);
        }
    }
    for columns in groups.values() {
        if columns.iter().all(|column| row.get(column).is_none()) {
            return Err(format!("No {} given for {}", columns.join(" or "), kind.noun));
        }
    }
    for &(column, flags) in kind.columns {
        if !flags.contains('r')
            || column == "status"
            || kind.blank.contains(&column)
            || row.get(column).is_some()
        {
            continue;
        }
        return Err(match row.get(id) {
            Some(id) => format!("No {column} given for {name} {id}"),
            None => format!("No {column} given for {}", kind.noun),
        });
    }
    let of = row
        .get(id)
        .map_or_else(|| kind.noun.to_owned(), |id| format!("{name} {id}"));
    for &(column, allowed) in kind.values {
        let value = row.get(column);
        let given = value.is_some_and(|value| allowed.contains(&value));
        if given || (value.is_none() && column != "status") {
            continue;
        }
        return Err(match value {
            Some(value) if kind.name != "user" || column != "status" => {
                format!("Improper {column} \"{value}\" for {of}")
            }
            _ => format!("Improper {column} for {of}"),
        });
    }
    Ok(())
}
