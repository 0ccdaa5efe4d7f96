//! A part of the catalogue in memory: some entities with what hangs together with them, as templates see it.

use std::collections::HashMap;
use std::sync::Arc;

use minijinja::value::Object;
use uuid::Uuid;

use super::template::{Scope, to_engine};
use super::vocabulary::{Vocabulary, reference, relation};
use crate::catalogue::Entity;
use crate::value::Value;

/// Entities, and which of them refer to which.
#[derive(Debug)]
pub struct Graph {
    entities: HashMap<Uuid, Entity>,
    referring: HashMap<(Uuid, String), Vec<Uuid>>,
    vocabulary: Arc<Vocabulary>,
}

impl Graph {
    /// An empty part.
    #[must_use]
    pub fn new(vocabulary: Arc<Vocabulary>) -> Self {
        Self {
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

    /// The active entities to which a relation leads.
    pub fn related(&self, from: Uuid, name: &str) -> impl Iterator<Item = &Entity> {
        self.entities
            .get(&from)
            .and_then(|entity| relation(entity.kind, name))
            .and_then(|relation| Some((relation, self.referring.get(&(from, relation.by.to_owned()))?)))
            .into_iter()
            .flat_map(move |(relation, ids)| {
                ids.iter()
                    .filter_map(|id| self.entities.get(id))
                    .filter(move |entity| entity.kind == relation.to && entity.state.is_present())
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
}

impl Object for Place {
    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        self.name(key.as_str()?)
    }
}
