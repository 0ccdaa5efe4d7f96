//! A part of the catalogue in memory: some entities with what hangs together with them, as templates see it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use minijinja::value::Object;
use uuid::Uuid;

use super::scope;
use super::template::{Scope, to_engine};
use super::vocabulary::{Vocabulary, reference, relation};
use crate::catalogue::{Entity, EntityKind};
use crate::value::Value;

/// Entities, and which of them refer to which.
#[derive(Debug, Clone)]
pub struct Graph {
    entities: HashMap<Uuid, Entity>,
    referring: HashMap<(Uuid, String), Vec<Uuid>>,
    vocabulary: Arc<Vocabulary>,
    as_of: Date,
    names: HashMap<(Uuid, String), Result<String, String>>,
}

impl Graph {
    /// An empty part, seen on a day.
    #[must_use]
    pub fn new(vocabulary: Arc<Vocabulary>, as_of: Date) -> Self {
        Self {
            as_of,
            names: HashMap::new(),
            entities: HashMap::new(),
            referring: HashMap::new(),
            vocabulary,
        }
    }

    /// Adds an entity; its references lead back to it as soon as they are asked for.
    pub fn insert(&mut self, entity: Entity) {
        if self.entities.contains_key(&entity.id) {
            return;
        }
        for (attribute, &to) in &entity.references {
            let referring = self.referring.entry((to, attribute.clone())).or_default();
            referring.push(entity.id);
            // Templates see relations in the order of identity, whichever way the part was gathered.
            referring.sort_unstable();
        }
        self.entities.insert(entity.id, entity);
    }

    /// Notes the name of an entity in a scope, or why it has none.
    pub fn allot(&mut self, entity: Uuid, scope: &str, name: Result<String, String>) {
        self.names.insert((entity, scope.to_owned()), name);
    }

    /// The name of an entity in a scope.
    ///
    /// # Errors
    ///
    /// Why it has none.
    pub fn allotted(&self, entity: Uuid, scope: &str) -> Result<&str, &str> {
        match self.names.get(&(entity, scope.to_owned())) {
            Some(Ok(name)) => Ok(name),
            Some(Err(cause)) => Err(cause),
            None => Err("it has been given no name there"),
        }
    }

    /// The entity, whether active or gone.
    #[must_use]
    pub fn entity(&self, id: Uuid) -> Option<&Entity> {
        self.entities.get(&id)
    }

    /// The active entity to which a reference attribute leads.
    #[must_use]
    pub fn follow(&self, from: Uuid, attribute: &str) -> Option<&Entity> {
        let to = self.entities.get(&from)?.references.get(attribute)?;
        self.entities.get(to).filter(|entity| entity.state.is_present())
    }

    /// A unit and the units above it, from the lowest to the highest. A circle is gone round once.
    pub fn ancestors(&self, unit: Uuid) -> impl Iterator<Item = &Entity> {
        let mut seen = HashSet::new();
        std::iter::successors(self.entity(unit), |below| self.follow(below.id, "parent"))
            .take_while(move |unit| seen.insert(unit.id))
    }

    /// Units that are referred to as parents and are not in this part.
    #[must_use]
    pub fn missing_parents(&self) -> BTreeSet<Uuid> {
        self.entities
            .values()
            .filter(|entity| entity.kind == EntityKind::Unit)
            .filter_map(|unit| unit.references.get("parent"))
            .filter(|parent| !self.entities.contains_key(*parent))
            .copied()
            .collect()
    }

    /// The active entities to which a relation leads.
    pub fn related(&self, from: Uuid, name: &str) -> impl Iterator<Item = &Entity> {
        self.entities
            .get(&from)
            .and_then(|entity| Some((entity, relation(entity.kind, name)?)))
            .and_then(|(entity, relation)| {
                let owner = match relation.through {
                    Some(through) => self.follow(from, through.reference)?.id,
                    None => from,
                };
                let referring = self.referring.get(&(owner, relation.by.to_owned()))?;
                let among = relation
                    .through
                    .and_then(|through| entity.values.get(through.among))
                    .filter(|among| !among.is_absent());
                Some((relation, among, referring))
            })
            .into_iter()
            .flat_map(move |(relation, among, ids)| {
                ids.iter()
                    .filter_map(|id| self.entities.get(id))
                    .filter(move |entity| entity.kind == relation.to && entity.state.is_present())
                    .filter(move |entity| among.is_none_or(|among| names(among, entity)))
            })
    }

    /// The names that a template over this entity sees.
    #[must_use]
    pub fn scope(self: &Arc<Self>, id: Uuid) -> Arc<dyn Scope> {
        Arc::new(Place {
            graph: Arc::clone(self),
            id,
        })
    }
}

/// One entity of a part, as templates see it.
#[derive(Debug)]
struct Place {
    graph: Arc<Graph>,
    id: Uuid,
}

impl Place {
    fn at(&self, entity: &Entity) -> minijinja::Value {
        minijinja::Value::from_object(Self {
            graph: Arc::clone(&self.graph),
            id: entity.id,
        })
    }

    fn name(&self, name: &str) -> Option<minijinja::Value> {
        let entity = self.graph.entity(self.id)?;
        if name == "id" {
            return Some(minijinja::Value::from(entity.id.to_string()));
        }
        if name == "as_of" {
            return Some(minijinja::Value::from(self.graph.as_of.to_string()));
        }
        if reference(entity.kind, name).is_some() {
            let to = self.graph.follow(self.id, name);
            return Some(to.map_or_else(|| to_engine(&Value::Absent), |to| self.at(to)));
        }
        if let Some(value) = entity.values.get(name) {
            return Some(to_engine(value));
        }
        if relation(entity.kind, name).is_some() {
            return Some(
                self.graph
                    .related(self.id, name)
                    .map(|related| self.at(related))
                    .collect(),
            );
        }
        self.graph
            .vocabulary
            .knows(entity.kind, name)
            .then(|| to_engine(&Value::Absent))
    }
}

impl Scope for Place {
    fn attribute(&self, name: &str) -> Option<&Value> {
        self.graph.entity(self.id)?.values.get(name)
    }

    fn lookup(&self, name: &str) -> Option<minijinja::Value> {
        self.name(name)
    }

    fn as_of(&self) -> Option<Date> {
        Some(self.graph.as_of)
    }

    fn itself(&self) -> Option<minijinja::Value> {
        self.graph.entity(self.id).map(|entity| self.at(entity))
    }
}

impl Object for Place {
    /// An entity is there, whatever it tells of itself: `{{ unit.name if unit }}`.
    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        self.name(key.as_str()?)
    }
}

/// Whether a list of UUIDs has the entity's.
fn names(list: &Value, entity: &Entity) -> bool {
    let uuid = entity.values.get("uuid").and_then(Value::as_text);
    uuid.is_some_and(|uuid| match list {
        Value::Texts(uuids) => uuids.iter().any(|known| known == uuid),
        other => other.as_text() == Some(uuid),
    })
}

/// The name that the entity of a template has in a scope; none when it has none.
pub(super) fn allotted(place: &minijinja::Value, scope: &str) -> Option<String> {
    let place = place.downcast_object_ref::<Place>()?;
    place.graph.allotted(place.id, scope).ok().map(str::to_owned)
}

/// Whether what a template names lies in the subtree of a unit; `None` when it names no entity.
pub(super) fn below(place: &minijinja::Value, unit: &str) -> Option<bool> {
    let place = place.downcast_object_ref::<Place>()?;
    Some(scope::below(&place.graph, place.id, unit))
}
