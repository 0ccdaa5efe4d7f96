//! FK Organisation behind the queue: one registry per municipality, full state on each update, soft deletion.
//!
//! Its limits are narrower than the queue's; what breaks them fails here, after the API has said 200.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::Settings;
use super::objects::{OrgUnit, Person, Position, User};
use super::queue::{Kind, Operation};

/// A user as FK has it.
#[derive(Debug, Clone)]
pub struct FkUser {
    /// The municipality that wrote it.
    pub cvr: String,
    /// What a read gives.
    pub user: User,
    /// False after a delete.
    pub active: bool,
}

/// A unit as FK has it.
#[derive(Debug, Clone)]
pub struct FkUnit {
    /// The municipality that wrote it.
    pub cvr: String,
    /// What a read gives.
    pub unit: OrgUnit,
    /// False after a delete.
    pub active: bool,
}

#[derive(Debug, Default)]
pub(super) struct Fk {
    users: BTreeMap<String, FkUser>,
    units: BTreeMap<String, FkUnit>,
    refused: HashMap<String, String>,
    unreachable: bool,
}

impl Fk {
    pub(super) fn users(&self) -> Vec<FkUser> {
        self.users.values().cloned().collect()
    }

    pub(super) fn units(&self) -> Vec<FkUnit> {
        self.units.values().cloned().collect()
    }

    pub(super) fn find_user(&self, uuid: &str) -> Option<&FkUser> {
        self.users.get(&uuid.to_lowercase())
    }

    pub(super) fn find_unit(&self, uuid: &str) -> Option<&FkUnit> {
        self.units.get(&uuid.to_lowercase())
    }

    pub(super) fn active_users<'a>(&'a self, cvr: &'a str) -> impl Iterator<Item = &'a FkUser> {
        self.users
            .values()
            .filter(move |user| user.active && user.cvr == cvr)
    }

    pub(super) fn active_units<'a>(&'a self, cvr: &'a str) -> impl Iterator<Item = &'a FkUnit> {
        self.units
            .values()
            .filter(move |unit| unit.active && unit.cvr == cvr)
    }

    pub(super) fn refuse(&mut self, uuid: &str, text: &str) {
        self.refused.insert(uuid.to_lowercase(), text.to_owned());
    }

    pub(super) fn set_reachable(&mut self, reachable: bool) {
        self.unreachable = !reachable;
    }

    pub(super) fn reachable(&self) -> bool {
        !self.unreachable
    }

    /// What stands in the way of writing `uuid` for `cvr`.
    pub(super) fn admit(&self, cvr: &str, uuid: &str, settings: &Settings) -> Result<(), String> {
        let known = if settings.municipalities.is_empty() && settings.cvr.is_none() {
            cvr.len() == 8 && cvr.bytes().all(|byte| byte.is_ascii_digit())
        } else {
            settings.cvr.as_deref() == Some(cvr) || settings.municipalities.iter().any(|known| known == cvr)
        };
        if !known {
            return Err(format!("no municipality uuid is known for cvr {cvr}"));
        }
        if let Some(text) = self.refused.get(uuid) {
            return Err(text.clone());
        }
        if Uuid::try_parse(uuid).is_err() {
            return Err(format!("'{uuid}' is not a uuid"));
        }
        Ok(())
    }

    pub(super) fn write_user(
        &mut self,
        cvr: &str,
        uuid: &str,
        wanted: &User,
        today: &str,
    ) -> Result<(), String> {
        let person = wanted.person.clone().unwrap_or_default();
        limit("person name", person.name.as_deref(), 100)?;
        limit("user key", wanted.text("ShortKey"), 50)?;
        limit("user name", wanted.text("UserId"), 200)?;
        for (field, text) in &wanted.texts {
            if !["ShortKey", "UserId"].contains(field) {
                limit("address text", Some(text), 200)?;
            }
        }
        let before = self.users.get(uuid);
        let mut user = wanted.clone();
        user.uuid = Some(uuid.to_owned());
        user.status = 1;
        user.is_robot = false;
        let old_key = before.and_then(|before| before.user.texts.get("ShortKey").cloned());
        keep_short_key(&mut user.texts, old_key);
        let before_positions = before
            .and_then(|before| before.user.positions.as_deref())
            .unwrap_or_default();
        let mut positions = Vec::new();
        for position in wanted.positions.iter().flatten() {
            limit("function name", position.name.as_deref(), 200)?;
            positions.push(dated(position, before_positions, today));
        }
        user.positions = Some(positions);
        let old_person = before.and_then(|before| before.user.person.as_ref()?.uuid.clone());
        user.person = Some(Person {
            uuid: person
                .uuid
                .clone()
                .or(old_person)
                .or_else(|| Some(Uuid::new_v4().to_string())),
            ..person
        });
        self.users.insert(
            uuid.to_owned(),
            FkUser {
                cvr: cvr.to_owned(),
                user,
                active: true,
            },
        );
        Ok(())
    }

    pub(super) fn write_unit(
        &mut self,
        cvr: &str,
        uuid: &str,
        wanted: &OrgUnit,
        settings: &Settings,
    ) -> Result<(), String> {
        limit("unit name", wanted.text("Name"), 200)?;
        limit("user key", wanted.text("ShortKey"), 50)?;
        for text in wanted.texts.values() {
            limit("address text", Some(text), 200)?;
        }
        let mut unit = wanted.clone();
        unit.uuid = Some(uuid.to_owned());
        let old_key = self
            .units
            .get(uuid)
            .and_then(|before| before.unit.texts.get("ShortKey").cloned());
        keep_short_key(&mut unit.texts, old_key);
        if settings.disable_payout_units {
            unit.texts.remove("PayoutUnitUuid");
        }
        if !unit.texts.contains_key("Post") {
            unit.texts.remove("PostSecondary");
        }
        unit.texts
            .retain(|field, _| !settings.ignored_addresses.iter().any(|ignored| ignored == field));
        for list in unit.lists.values_mut() {
            list.get_or_insert_default();
        }
        if settings.disable_tasks {
            unit.lists.insert("Tasks", Some(Vec::new()));
        }
        if settings.disable_contact_places {
            unit.lists.insert("ContactForTasks", Some(Vec::new()));
            unit.lists.insert("ContactPlaces", Some(Vec::new()));
        }
        self.units.insert(
            uuid.to_owned(),
            FkUnit {
                cvr: cvr.to_owned(),
                unit,
                active: true,
            },
        );
        Ok(())
    }

    /// Deletes softly, so that the object stays readable without its relations, or passivates, so that reads no longer find
    /// it. Nothing to end is no error.
    pub(super) fn end(&mut self, kind: Kind, operation: Operation, uuid: &str) {
        match (kind, operation) {
            (Kind::User, Operation::Passiver) => {
                self.users.remove(uuid);
            }
            (Kind::Unit, Operation::Passiver) => {
                self.units.remove(uuid);
            }
            (Kind::User, _) => {
                if let Some(found) = self.users.get_mut(uuid) {
                    found.active = false;
                    found.user.status = 2;
                    found.user.positions = Some(Vec::new());
                    found.user.person = Some(Person::default());
                }
            }
            (Kind::Unit, _) => {
                if let Some(found) = self.units.get_mut(uuid) {
                    found.active = false;
                    found.unit.texts.remove("ParentOrgUnitUuid");
                }
            }
        }
    }
}

fn limit(what: &str, text: Option<&str>, most: usize) -> Result<(), String> {
    match text {
        Some(text) if text.chars().count() > most => Err(format!("FK: {what} is longer than {most}")),
        _ => Ok(()),
    }
}

/// The key is not state of the registration: FK keeps its own, and makes one where there is none.
fn keep_short_key(texts: &mut super::objects::Texts, before: Option<String>) {
    texts
        .entry("ShortKey")
        .or_insert_with(|| before.unwrap_or_else(|| Uuid::new_v4().to_string()));
}

/// A position without a start keeps the one it has in FK, or starts today.
fn dated(wanted: &Position, before: &[Position], today: &str) -> Position {
    let mut position = wanted.clone();
    if position.start.is_none() {
        let same = before
            .iter()
            .find(|old| old.unit == wanted.unit && old.name == wanted.name && old.stop == wanted.stop);
        position.start = same
            .and_then(|old| old.start.clone())
            .or_else(|| Some(today.to_owned()));
    }
    position
}
