//! From entities to operations: what would bring a target from its last known state to what the catalogue wants. A decision over what
//! it is given; it sends nothing and remembers nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::catalogue::{EntityState, ObjectRef};
use crate::connector::{Action, Operation};
use crate::mapping::{Desired, FieldError, Graph, Outbound, TargetKeys};
use crate::port::{FindingRecord, Planned, Shadow, ShadowWrite};
use crate::value::{Attributes, Digest, Value};

/// What a target does when an entity has no place in it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnGone {
    /// The object is removed, in the way that the target calls removal.
    #[default]
    Delete,
    /// The object stays as it is.
    Keep,
}

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
    /// Known objects under keys that are wanted: class and key.
    pub by_key: HashMap<(String, String), Shadow>,
    /// How deep a unit lies, for targets that want parents first.
    pub depth: &'a HashMap<Uuid, i32>,
    /// What becomes of an object whose entity has no place any more.
    pub on_gone: OnGone,
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
    /// Objects found in the target that stand for the entity from now on.
    pub adopted: Vec<ShadowWrite>,
    /// What a person should see.
    pub findings: Vec<FindingRecord>,
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
        match self.by_entity.get(&(entity, class.to_owned())) {
            Some(shadow) => Some(shadow.key.clone()),
            None => outbound.key(&self.graph, entity).ok(),
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

    /// Decides about one entity.
    #[must_use]
    pub fn decide(&self, id: Uuid, desired: DesiredObjects) -> PlannedFor {
        let mut out = PlannedFor::default();
        for (class, desired) in desired {
            let Some(outbound) = self.outbound.get(&class) else {
                continue;
            };
            let shadow = self.by_entity.get(&(id, class.clone()));
            match desired {
                Err(error) => out.findings.push(self.finding(
                    &class,
                    id,
                    shadow,
                    "mapping",
                    error.to_string(),
                    "mend the template or the values it uses; the object stays as it is until then",
                )),
                Ok(None) => {
                    if let Some(shadow) = shadow {
                        self.delete(id, shadow, &mut out);
                    }
                    out.cleared.push(self.place(&class, id, shadow));
                }
                Ok(Some(desired)) => self.bring(id, outbound, shadow, desired, &mut out),
            }
        }
        out
    }

    fn bring(
        &self,
        id: Uuid,
        outbound: &Outbound,
        shadow: Option<&Shadow>,
        desired: Desired,
        out: &mut PlannedFor,
    ) {
        let class = &outbound.class;
        let missing: Vec<&str> = outbound
            .required
            .iter()
            .filter(|name| desired.attributes.get(*name).is_none_or(Value::is_absent))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            out.findings.push(self.finding(
                class,
                id,
                shadow,
                "incomplete",
                format!("class `{class}` cannot be without {}", missing.join(", ")),
                "give the entity that value in a source, or map another one; nothing is sent until then",
            ));
            return;
        }
        let found = shadow.or_else(|| self.by_key.get(&(class.clone(), desired.key.clone())));
        let Some(found) = found else {
            if outbound.actions.contains(&Action::Create) {
                let present = present(&desired.attributes);
                out.operations.push(self.planned(
                    id,
                    outbound,
                    Action::Create,
                    desired.key,
                    present,
                    Vec::new(),
                    "it is in scope and the target has no object for it".to_owned(),
                ));
            }
            out.cleared.push(self.place(class, id, shadow));
            return;
        };
        if let Some(other) = found.entity.filter(|&other| other != id) {
            out.findings.push(self.finding(
                class,
                id,
                shadow,
                "key-taken",
                format!(
                    "the key `{}` of class `{class}` stands for {other} already",
                    desired.key
                ),
                "see that the key of the mapping is different for every entity",
            ));
            return;
        }
        let changed: Vec<String> = desired
            .attributes
            .iter()
            .filter(|(name, value)| {
                !outbound.on_create.contains(*name)
                    && **name != outbound.key_attribute
                    && found.attributes.get(*name).unwrap_or(&Value::Absent) != *value
            })
            .map(|(name, _)| name.clone())
            .collect();
        if found.entity.is_none() {
            out.adopted.push(ShadowWrite::Put(Shadow {
                entity: Some(id),
                cycle: self.cycle,
                ..found.clone()
            }));
        }
        if !changed.is_empty() && outbound.actions.contains(&Action::Update) {
            let reason = format!(
                "{} differ{}",
                changed.join(", "),
                if changed.len() == 1 { "s" } else { "" }
            );
            out.operations.push(self.planned(
                id,
                outbound,
                Action::Update,
                found.key.clone(),
                present(&desired.attributes),
                changed,
                reason,
            ));
        }
        out.cleared.push(self.place(class, id, shadow));
    }

    fn delete(&self, id: Uuid, shadow: &Shadow, out: &mut PlannedFor) {
        let Some(outbound) = self.outbound.get(&shadow.class) else {
            return;
        };
        if self.on_gone == OnGone::Keep || !outbound.actions.contains(&Action::Delete) {
            return;
        }
        let gone = self
            .graph
            .entity(id)
            .is_none_or(|entity| entity.state == EntityState::Gone);
        let reason = if gone {
            "no source speaks of it any more"
        } else {
            "it is out of the target's scope"
        };
        out.operations.push(self.planned(
            id,
            outbound,
            Action::Delete,
            shadow.key.clone(),
            Attributes::new(),
            Vec::new(),
            reason.to_owned(),
        ));
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "these are the parts of an operation, each used once"
    )]
    fn planned(
        &self,
        id: Uuid,
        outbound: &Outbound,
        action: Action,
        key: String,
        desired: Attributes,
        changed: Vec<String>,
        reason: String,
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
            changed,
        };
        Planned {
            rank: self.rank(&outbound.class, id, action),
            operation,
            entity: Some(id),
            reason,
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

    fn finding(
        &self,
        class: &str,
        id: Uuid,
        shadow: Option<&Shadow>,
        code: &str,
        message: String,
        remedy: &str,
    ) -> FindingRecord {
        FindingRecord {
            object: self.place(class, id, shadow),
            code: code.to_owned(),
            message: format!("entity {id}: {message}"),
            remedy: remedy.to_owned(),
        }
    }
}

/// The deepest level of units that the order of operations tells apart.
const DEPTHS: i32 = 1_000;

fn present(attributes: &BTreeMap<String, Value>) -> Attributes {
    attributes
        .iter()
        .filter(|(_, value)| !value.is_absent())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
