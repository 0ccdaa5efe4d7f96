//! From entities to operations: what would bring a target from its last known state to what the catalogue wants. A decision over what
//! it is given; it sends nothing and remembers nothing.

mod adopt;
mod bring;
mod leave;
mod policy;
mod seek;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::catalogue::{EntityKind, ObjectRef};
use crate::connector::{Action, Operation};
use crate::found::Found;
use crate::mapping::{Desired, FieldError, Graph, KeyRule, Outbound, TargetKeys};
use crate::matching::{CaseWrite, Verdicts};
use crate::port::{
    FindingRecord, JournalEntry, Leaving, LeavingWrite, Planned, Request, Shadow, ShadowWrite,
};
use crate::sentence::Reason;
use crate::value::{Attributes, Digest, Value};

pub use policy::{Create, Policies, Policy, Removal, Stage, Stages, Update};
pub use seek::{Holdings, Seeker, Sought, Suspect, Why, seek};

/// What planning for some entities stands on.
pub struct Ground<'a> {
    /// The entities with what hangs together with them.
    pub graph: Arc<Graph>,
    /// The target's mappings by class.
    pub outbound: &'a BTreeMap<String, Outbound>,
    /// The target's classes, those referred to first.
    pub order: &'a [String],
    /// Known objects that stand for these entities, or for those that hang together with them.
    pub by_entity: HashMap<(Uuid, String), Shadow>,
    /// Objects that stand for nobody as far as the target is known, but for these entities as the target is a source: by entity and class.
    pub by_link: HashMap<(Uuid, String), Shadow>,
    /// Known objects under keys that are wanted: class and key.
    pub by_key: HashMap<(String, String), Shadow>,
    /// How deep a unit lies, for targets that want parents first.
    pub depth: &'a HashMap<Uuid, i32>,
    /// How the target is to be treated.
    pub policies: &'a Policies,
    /// Objects whose entities have no place any more, by entity and class.
    pub leaving: HashMap<(Uuid, String), Leaving>,
    /// Who asked for objects of these entities in this target.
    pub requests: HashMap<Uuid, Request>,
    /// What entities that have no object in the target found there, by entity and class.
    pub sought: HashMap<(Uuid, String), Sought>,
    /// What persons said about objects of the target.
    pub verdicts: Verdicts,
    /// When, in milliseconds since 1970.
    pub now: i64,
    /// The target's name.
    pub target: &'a str,
    /// The cycle.
    pub cycle: i64,
}

/// What is planned for one entity.
#[derive(Debug, Default)]
pub struct PlannedFor {
    /// Operations.
    pub operations: Vec<Planned>,
    /// Objects of the target that stand for the entity from now on, or for nobody any more.
    pub adopted: Vec<ShadowWrite>,
    /// How far objects have come whose entities have no place any more.
    pub leaving: Vec<LeavingWrite>,
    /// What a person should see.
    pub findings: Vec<FindingRecord>,
    /// What a person is asked.
    pub cases: Vec<CaseWrite>,
    /// Rulings that have been followed.
    pub heeded: Vec<i64>,
    /// For the history of entities.
    pub journal: Vec<JournalEntry>,
    /// Objects about which there is nothing to see any more.
    pub cleared: Vec<ObjectRef>,
}

impl TargetKeys for Ground<'_> {
    fn key(&self, class: &str, entity: Uuid) -> Option<String> {
        let outbound = self.outbound.get(class)?;
        // A mapping that fails for the other entity is reported with that entity; here it only means that there is no key.
        if !outbound.in_scope(&self.graph, entity).unwrap_or(false) {
            return None;
        }
        let place = (entity, class.to_owned());
        let made = || outbound.key(&self.graph, entity).ok();
        let found = match self.sought.get(&place) {
            Some(Sought::Object(shadow, _)) => Some(&**shadow),
            _ => None,
        };
        let held = self.by_entity.get(&place);
        match (held.or(found), outbound.key_rule) {
            (Some(shadow), KeyRule::Renamed) => made().or_else(|| Some(shadow.key.clone())),
            (Some(shadow), _) => Some(shadow.key.clone()),
            (None, _) if self.by_link.contains_key(&place) => {
                self.by_link.get(&place).map(|shadow| shadow.key.clone())
            }
            // Nothing may refer to an object about which a person has yet to tell.
            (None, _) if matches!(self.sought.get(&place), Some(Sought::Asked(..) | Sought::Alone)) => None,
            (None, _) if self.makes(class, entity) => made(),
            // Nothing may refer to an object that nobody has asked for yet.
            (None, _) => None,
        }
    }
}

/// The desired objects of an entity, by class.
pub type DesiredObjects = Vec<(String, Result<Option<Desired>, FieldError>)>;

impl Ground<'_> {
    /// What the entity shall have in this target.
    #[must_use]
    pub fn desired(&self, id: Uuid) -> DesiredObjects {
        let Some(entity) = self.graph.entity(id) else {
            return Vec::new();
        };
        self.outbound
            .values()
            .filter(|outbound| outbound.entity == entity.kind)
            .map(|outbound| (outbound.class.clone(), outbound.desired(&self.graph, id, self)))
            .collect()
    }

    /// Whether an object of the class is made for the entity when it has none.
    fn makes(&self, class: &str, entity: Uuid) -> bool {
        self.policies.makes(class, self.requests.contains_key(&entity))
    }

    /// Lets the entities that are decided about later see what those before them took over.
    pub fn take_over(&mut self, planned: &PlannedFor) {
        for write in &planned.adopted {
            if let ShadowWrite::Put(shadow) = write
                && let Some(known) = self.by_key.get_mut(&(shadow.class.clone(), shadow.key.clone()))
            {
                known.entity = shadow.entity;
            }
        }
    }

    /// Decides about one entity.
    #[must_use]
    pub fn decide(&self, id: Uuid, desired: DesiredObjects) -> PlannedFor {
        let mut out = PlannedFor::default();
        for (class, desired) in desired {
            let Some(outbound) = self.outbound.get(&class) else {
                continue;
            };
            let shadow = self.by_entity.get(&(id, class.clone()));
            // It is for the question that was asked; when that is another by now, it is asked again.
            out.heeded
                .extend(self.verdicts.answered(id, &class).map(|ruling| ruling.id));
            match desired {
                Err(error) => {
                    let words = error.to_string();
                    out.findings
                        .push(self.finding(&class, id, shadow, &Found::Mapping { words }));
                }
                Ok(None) => {
                    if let Some(shadow) = shadow {
                        self.leave(id, outbound, shadow, &mut out);
                    }
                    out.cleared.push(self.place(&class, id, shadow));
                }
                Ok(Some(desired)) => self.bring(id, outbound, shadow, desired, &mut out),
            }
        }
        out
    }

    fn planned(
        &self,
        id: Uuid,
        outbound: &Outbound,
        action: Action,
        key: String,
        desired: Attributes,
        reason: Reason,
    ) -> Planned {
        let name = format!(
            "{}\n{}\n{}\n{key}\n{}",
            self.cycle,
            self.target,
            outbound.class,
            action.as_str()
        );
        let operation = Operation {
            id: Digest::of_bytes(name.as_bytes()).to_string(),
            action,
            class: outbound.class.clone(),
            key,
            desired,
            changed: Vec::new(),
        };
        Planned {
            rank: self.rank(&outbound.class, id, action),
            urgent: action == Action::Delete && of_a_person(outbound.entity),
            operation,
            entity: Some(id),
            reason,
            before: Attributes::new(),
            ours: Attributes::new(),
        }
    }

    /// What is referred to is made before what refers, parents before children; removal goes the other way round.
    fn rank(&self, class: &str, id: Uuid, action: Action) -> i32 {
        let place = self
            .order
            .iter()
            .position(|name| name == class)
            .unwrap_or(self.order.len());
        let place = i32::try_from(place).unwrap_or(i32::MAX / DEPTHS) * DEPTHS;
        let depth = self.depth.get(&id).copied().unwrap_or(0).min(DEPTHS - 1);
        if action == Action::Delete {
            i32::MAX - place - depth
        } else {
            place + depth
        }
    }

    fn place(&self, class: &str, id: Uuid, shadow: Option<&Shadow>) -> ObjectRef {
        ObjectRef {
            connection: self.target.to_owned(),
            class: class.to_owned(),
            key: shadow.map_or_else(|| id.to_string(), |shadow| shadow.key.clone()),
        }
    }

    fn finding(&self, class: &str, id: Uuid, shadow: Option<&Shadow>, found: &Found) -> FindingRecord {
        let again = TRIED_AGAIN.contains(&found.code()).then_some(id);
        FindingRecord {
            message: format!("entity {id}: {}", found.message()),
            ..found.about(self.place(class, id, shadow), again)
        }
    }
}

/// What may come right by itself, or by something that makes nothing stale; the rest is only told.
const TRIED_AGAIN: [&str; 4] = ["mapping", "incomplete", "unmatchable", "key-taken"];
/// Attributes that say that an object is in use, and those that say that it is not, in small letters.
const IN_USE: [&str; 4] = ["active", "enabled", "accountenabled", "isactive"];
const OUT_OF_USE: [&str; 5] = ["disabled", "suspended", "inactive", "archived", "blocked"];

/// Whether an attribute with this value says that its object is not in use.
#[must_use]
pub fn says_off(name: &str, value: &Value) -> bool {
    let lower = name.to_ascii_lowercase();
    let says = |flag: bool| match value {
        Value::Boolean(own) => *own == flag,
        Value::Text(own) => own.eq_ignore_ascii_case(if flag { "true" } else { "false" }),
        _ => false,
    };
    (IN_USE.contains(&lower.as_str()) && (says(false) || value.is_absent()))
        || (OUT_OF_USE.contains(&lower.as_str()) && says(true))
}

/// Whether an object of a target is not in use, as far as its attributes tell.
#[must_use]
pub fn is_shut_off(attributes: &Attributes) -> bool {
    attributes.iter().any(|(name, value)| says_off(name, value))
}

/// Whether what stands for such an entity is a person's: a person, or a person's place or access.
fn of_a_person(kind: EntityKind) -> bool {
    match kind {
        EntityKind::Person | EntityKind::Engagement | EntityKind::Membership | EntityKind::Account => true,
        EntityKind::Unit | EntityKind::Group => false,
    }
}

/// The deepest level of units that the order of operations tells apart.
const DEPTHS: i32 = 1_000;

/// Keeps a value that is there.
fn keep(attributes: &mut Attributes, name: &str, value: Value) {
    if !value.is_absent() {
        attributes.insert(name.to_owned(), value);
    }
}
