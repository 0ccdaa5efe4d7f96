//! What the mapping gives for an entity: whether it has a place in the target, under which key, and with which attributes.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::field::Field;
use super::{Desired, Outbound, TargetKeys};
use crate::mapping::FieldError;
use crate::mapping::graph::Graph;
use crate::mapping::inbound::text_of;
use crate::value::{Attributes, Value};

impl Outbound {
    /// Whether an entity of the graph shall have an object of this class.
    ///
    /// # Errors
    ///
    /// When the condition cannot be evaluated for it.
    pub fn in_scope(&self, graph: &Arc<Graph>, id: Uuid) -> Result<bool, FieldError> {
        let Some(entity) = graph.entity(id) else {
            return Ok(false);
        };
        if entity.kind != self.entity || !entity.state.is_present() {
            return Ok(false);
        }
        if !self.scope.passes(graph, id) {
            return Ok(false);
        }
        self.when.as_ref().map_or(Ok(true), |when| {
            when.holds(&graph.scope(id))
                .map_err(|error| self.error("when", error.cause))
        })
    }

    /// The key of the object that an entity shall have, made by the mapping.
    ///
    /// # Errors
    ///
    /// When it cannot be evaluated, or gives nothing.
    pub fn key(&self, graph: &Arc<Graph>, id: Uuid) -> Result<String, FieldError> {
        let key = self
            .key
            .evaluate(&graph.scope(id))
            .map_err(|error| self.error("key", error.cause))?;
        text_of(&key).ok_or_else(|| self.error("key", "it gives no text for this entity".to_owned()))
    }

    /// The object that an entity shall have; `None` when it shall have none.
    ///
    /// # Errors
    ///
    /// When a template cannot be evaluated for it.
    pub fn desired(
        &self,
        graph: &Arc<Graph>,
        id: Uuid,
        keys: &dyn TargetKeys,
    ) -> Result<Option<Desired>, FieldError> {
        if !self.in_scope(graph, id)? {
            return Ok(None);
        }
        let key = match keys.key(&self.class, id) {
            Some(key) => key,
            None => self.key(graph, id)?,
        };
        let mut attributes = BTreeMap::new();
        for (name, field) in &self.fields {
            match self.value(name, field, graph, id, keys)? {
                Some(value) => drop(attributes.insert(name.clone(), value)),
                None => return Ok(None),
            }
        }
        Ok(Some(Desired { key, attributes }))
    }

    /// The value of a field; `None` when a reference that must be there leads to nobody.
    pub(super) fn value(
        &self,
        name: &str,
        field: &Field,
        graph: &Arc<Graph>,
        id: Uuid,
        keys: &dyn TargetKeys,
    ) -> Result<Option<Value>, FieldError> {
        match field {
            Field::Value(template) => template
                .evaluate(&graph.scope(id))
                .map(Some)
                .map_err(|error| self.error(&format!("attributes.{name}"), error.cause)),
            Field::Target {
                class,
                of,
                optional,
                by_account,
            } => {
                let key = graph.follow(id, of).and_then(|entity| {
                    if *by_account {
                        let mut accounts = graph.related(entity.id, "accounts");
                        accounts.find_map(|account| keys.key(class, account.id))
                    } else {
                        keys.key(class, entity.id)
                    }
                });
                Ok(match key {
                    Some(key) => Some(Value::Text(key)),
                    None if *optional => Some(Value::Absent),
                    None => None,
                })
            }
            Field::Unique(unique) => graph.allotted(id, &unique.scope).map_or_else(
                |cause| Err(self.error(&format!("attributes.{name}"), cause.to_owned())),
                |found| Ok(Some(Value::Text(found.to_owned()))),
            ),
            Field::Each { relation, when, item } => {
                let mut records = Vec::new();
                'related: for related in graph.related(id, relation) {
                    if let Some(when) = when
                        && !when
                            .holds(&graph.scope(related.id))
                            .map_err(|error| self.error(&format!("attributes.{name}.when"), error.cause))?
                    {
                        continue;
                    }
                    let mut record = Attributes::new();
                    for (member, field) in item {
                        match self.value(&format!("{name}.item.{member}"), field, graph, related.id, keys)? {
                            Some(Value::Absent) => {}
                            Some(value) => drop(record.insert(member.clone(), value)),
                            None => continue 'related,
                        }
                    }
                    records.push(serde_json::to_value(record).unwrap_or_default());
                }
                // The order of relations is an accident of identity; sorted by content, a list changes only with its records.
                records.sort_by_key(ToString::to_string);
                Ok(Some(Value::Structure(records.into()).canonical()))
            }
        }
    }

    /// What differs in the object of an entity once it is deactivated.
    ///
    /// # Errors
    ///
    /// When a template cannot be evaluated for it.
    pub fn deactivated(
        &self,
        graph: &Arc<Graph>,
        id: Uuid,
        keys: &dyn TargetKeys,
    ) -> Result<BTreeMap<String, Value>, FieldError> {
        let mut attributes = BTreeMap::new();
        for (name, field) in &self.deactivated {
            let value = self.value(name, field, graph, id, keys)?.unwrap_or_default();
            attributes.insert(name.clone(), value);
        }
        Ok(attributes)
    }

    pub(super) fn error(&self, field: &str, cause: String) -> FieldError {
        FieldError {
            field: format!("outbound.{}.{field}", self.class),
            cause,
        }
    }
}
