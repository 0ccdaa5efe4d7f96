//! Filters: which containers of a collection are returned. A filter is read once into a condition, nested filters into sets
//! of identifiers, and then asked for each object. An unknown key never gets here; the schema has refused it.

use super::kinds::{Ask, Kind};
use super::validity::Window;
use super::world::{Facts, World};
use apollo_compiler::response::{JsonMap, JsonValue};
use std::collections::HashSet;
use uuid::Uuid;

/// Where and when a filter is asked.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) world: &'a World,
    pub(super) version: u16,
    pub(super) now: i64,
}

/// What a state of an object has to fulfil.
enum Condition {
    Value(&'static str, HashSet<String>),
    Missing(&'static str),
    Target(&'static str, HashSet<Uuid>),
    NoTarget(&'static str),
    Contains(String),
    OneOf(HashSet<Uuid>),
    HasNoChild,
}

/// A filter that has been read.
pub(super) struct Filter {
    kind: Kind,
    pub(super) window: Window,
    uuids: Option<HashSet<Uuid>>,
    conditions: Vec<Condition>,
}

impl Filter {
    /// Reads a filter argument: absent and null restrict nothing and mean "now".
    pub(super) fn read(kind: Kind, argument: Option<&JsonValue>, ground: Ground<'_>) -> Result<Self, String> {
        let empty = JsonMap::new();
        let map = match argument {
            Some(JsonValue::Object(map)) => map,
            _ => &empty,
        };
        let window = Window::read(map, "from_date", "to_date", ground.now)?;
        let mut filter = Self {
            kind,
            window,
            uuids: None,
            conditions: Vec::new(),
        };
        for key in kind.filter_keys() {
            let Some(value) = map.get(key.name) else { continue };
            filter.add(key.ask, value, ground)?;
        }
        Ok(filter)
    }

    fn add(&mut self, ask: Ask, value: &JsonValue, ground: Ground<'_>) -> Result<(), String> {
        let null = value.is_null();
        let condition = match ask {
            Ask::Date => return Ok(()),
            Ask::Values("external_id") if null && ground.version >= 30 => Condition::Missing("external_id"),
            Ask::Nested("person", _) if null && self.kind == Kind::Manager && ground.version >= 25 => {
                Condition::NoTarget("person")
            }
            Ask::Parent if null => Condition::NoTarget("parent"),
            Ask::Child if null => Condition::HasNoChild,
            _ if null => return Ok(()),
            Ask::Uuids => {
                self.uuids = Some(uuids(value)?);
                return Ok(());
            }
            Ask::Values(attribute) => Condition::Value(attribute, texts(value)),
            Ask::Query => Condition::Contains(value.as_str().unwrap_or_default().to_lowercase()),
            Ask::Targets(reference) => Condition::Target(reference, uuids(value)?),
            Ask::TargetKeys(reference, target) => {
                let wanted = texts(value);
                let found = ground.world.all(target).filter(|uuid| {
                    ground
                        .world
                        .within(target, *uuid, Window::at(ground.now))
                        .any(|facts| facts.text("user_key").is_some_and(|key| wanted.contains(key)))
                });
                Condition::Target(reference, found.collect())
            }
            Ask::Nested(reference, target) => Condition::Target(
                reference,
                Self::read(target, Some(value), ground)?.matches(ground),
            ),
            Ask::Parent => Condition::Target(
                "parent",
                Self::read(Kind::OrgUnit, Some(value), ground)?.matches(ground),
            ),
            Ask::Child => {
                let nested = Self::read(Kind::OrgUnit, Some(value), ground)?;
                let parents = nested.matches(ground).into_iter();
                Condition::OneOf(
                    parents
                        .filter_map(|unit| ground.world.parent(unit, nested.window))
                        .collect(),
                )
            }
            Ask::Ancestor => {
                let nested = Self::read(Kind::OrgUnit, Some(value), ground)?;
                Condition::OneOf(below(nested.matches(ground), ground))
            }
            Ask::Descendant => {
                let nested = Self::read(Kind::OrgUnit, Some(value), ground)?;
                let matches = nested.matches(ground);
                let above: Vec<Uuid> = matches
                    .iter()
                    .flat_map(|unit| ground.world.ancestors(*unit, nested.window))
                    .collect();
                Condition::OneOf(matches.into_iter().chain(above).collect())
            }
        };
        self.conditions.push(condition);
        Ok(())
    }

    /// All objects that match.
    fn matches(&self, ground: Ground<'_>) -> HashSet<Uuid> {
        match &self.uuids {
            Some(uuids) => uuids
                .iter()
                .copied()
                .filter(|uuid| self.holds(*uuid, ground))
                .collect(),
            None => ground
                .world
                .all(self.kind)
                .filter(|uuid| self.holds(*uuid, ground))
                .collect(),
        }
    }

    /// Whether some state within the window fulfils all conditions.
    pub(super) fn holds(&self, uuid: Uuid, ground: Ground<'_>) -> bool {
        self.uuids.as_ref().is_none_or(|uuids| uuids.contains(&uuid))
            && self.states(uuid, ground).next().is_some()
    }

    /// The states within the window that fulfil all conditions.
    pub(super) fn states<'a>(&'a self, uuid: Uuid, ground: Ground<'a>) -> impl Iterator<Item = &'a Facts> {
        ground
            .world
            .within(self.kind, uuid, self.window)
            .filter(move |facts| {
                self.conditions
                    .iter()
                    .all(|condition| self.met(condition, uuid, facts, ground))
            })
    }

    /// The candidates in the order of their identifiers: the listed ones, else the whole collection.
    pub(super) fn candidates(&self, ground: Ground<'_>) -> Vec<Uuid> {
        match &self.uuids {
            Some(uuids) => {
                let mut listed: Vec<Uuid> = uuids.iter().copied().collect();
                listed.sort_unstable();
                listed
            }
            None => ground.world.all(self.kind).collect(),
        }
    }

    fn met(&self, condition: &Condition, uuid: Uuid, facts: &Facts, ground: Ground<'_>) -> bool {
        match condition {
            Condition::Value(name, wanted) => facts.text(name).is_some_and(|value| wanted.contains(value)),
            Condition::Missing(name) => facts.text(name).is_none(),
            Condition::Target(name, wanted) => {
                facts.targets(name).iter().any(|target| wanted.contains(target))
            }
            Condition::NoTarget(name) => facts.targets(name).is_empty(),
            Condition::Contains(part) => ["name", "user_key"].iter().any(|name| {
                facts
                    .text(name)
                    .is_some_and(|value| value.to_lowercase().contains(part))
            }),
            Condition::OneOf(wanted) => wanted.contains(&uuid),
            Condition::HasNoChild => {
                !ground
                    .world
                    .referring(Kind::OrgUnit, "parent", uuid)
                    .iter()
                    .any(|child| {
                        ground
                            .world
                            .within(Kind::OrgUnit, *child, self.window)
                            .next()
                            .is_some()
                    })
            }
        }
    }
}

/// The units and everything beneath them, whenever they were there.
fn below(units: HashSet<Uuid>, ground: Ground<'_>) -> HashSet<Uuid> {
    let mut found = units.clone();
    let mut open: Vec<Uuid> = units.into_iter().collect();
    while let Some(unit) = open.pop() {
        for child in ground.world.referring(Kind::OrgUnit, "parent", unit) {
            if found.insert(*child) {
                open.push(*child);
            }
        }
    }
    found
}

fn list(value: &JsonValue) -> &[JsonValue] {
    value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn texts(value: &JsonValue) -> HashSet<String> {
    list(value)
        .iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn uuids(value: &JsonValue) -> Result<HashSet<Uuid>, String> {
    list(value)
        .iter()
        .map(|value| {
            value
                .as_str()
                .and_then(|text| Uuid::try_parse(text).ok())
                .ok_or_else(|| {
                    format!("Value cannot represent a UUID: {value}. badly formed hexadecimal UUID string")
                })
        })
        .collect()
}
