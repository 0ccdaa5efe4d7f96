//! What a target class shall hold: desired objects, made of entities.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::graph::Graph;
use super::inbound::text_of;
use super::overwrite::Overwrite;
use super::scope::ScopeSource;
use super::source::{FieldSource, OutboundSource};
use super::template::Template;
use super::trial::{Trial, Tried, inputs, tried};
use super::unique::Unique;
use super::vocabulary::{IDENTIFIERS, RELATIONS, SENSITIVE, Vocabulary, reference, relation};
use super::{FieldError, MappingError, fingerprint};
use crate::catalogue::EntityKind;
use crate::connector::{Action, Class, Description, Writable};
use crate::value::{Attributes, Value};

/// A compiled outbound mapping of one class.
#[derive(Debug)]
pub struct Outbound {
    /// The target class.
    pub class: String,
    /// The kind of entity that its objects stand for.
    pub entity: EntityKind,
    /// Attributes without which an object cannot be.
    pub required: Vec<String>,
    /// Attributes that are set on create only.
    pub on_create: BTreeSet<String>,
    /// What can be done to its objects.
    pub actions: Vec<Action>,
    /// The name of the key attribute.
    pub key_attribute: String,
    /// What becomes of an object whose entity would have another key by now.
    pub key_rule: KeyRule,
    /// Whose an attribute is, where it is not simply the catalogue's.
    pub overwrite: BTreeMap<String, Overwrite>,
    /// Changes whenever what it produces may change.
    pub fingerprint: String,
    /// The scopes of unique names that it uses.
    pub scopes: BTreeSet<String>,
    /// What it produces may be another thing on each day.
    pub by_day: bool,
    /// Classes of the target that its objects cannot be without, by the mapping.
    pub refers_to: BTreeSet<String>,
    /// Kinds whose entities must be gathered together with those that refer to them.
    pub gathers: BTreeSet<EntityKind>,
    /// Attributes that the target itself holds to be sensitive.
    sensitive: BTreeSet<String>,
    /// Whether it looks at the units above.
    pub climbs: bool,
    scope: ScopeSource,
    when: Option<Template>,
    key: Template,
    fields: Vec<(String, Field)>,
    deactivated: Vec<(String, Field)>,
}

/// What becomes of an object whose entity would have another key by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRule {
    /// It gets the new key.
    Renamed,
    /// It keeps its key, which is said.
    Kept,
    /// The target makes the keys; the mapping only proposes them.
    Given,
}

#[derive(Debug)]
enum Field {
    Value(Template),
    Target {
        class: String,
        of: String,
        optional: bool,
    },
    Each {
        relation: String,
        when: Option<Template>,
        item: Vec<(String, Field)>,
    },
    Unique(Unique),
}

impl Field {
    fn templates<'a>(&'a self, found: &mut Vec<&'a Template>) {
        match self {
            Self::Value(template) => found.push(template),
            Self::Target { .. } => {}
            Self::Unique(unique) => found.extend(unique.patterns()),
            Self::Each { when, item, .. } => {
                found.extend(when);
                for (_, field) in item {
                    field.templates(found);
                }
            }
        }
    }
}

/// What an attribute of a target is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made<'a> {
    /// These canonical attributes.
    Values(&'a BTreeSet<String>),
    /// The entity that this reference leads to.
    Reference(&'a str),
}

/// An object as the catalogue wants it in a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    /// Its key.
    pub key: String,
    /// Every attribute that the mapping sets, also those without a value.
    pub attributes: BTreeMap<String, Value>,
}

/// Finds the key of the object of a class that stands for an entity in the target.
pub trait TargetKeys {
    /// The key, or none when the entity has no such object and shall have none.
    fn key(&self, class: &str, entity: Uuid) -> Option<String>;
}

impl Outbound {
    pub(super) fn compile(
        name: &str,
        source: &OutboundSource,
        description: &Description,
        vocabulary: &Vocabulary,
        kinds: &BTreeMap<&str, EntityKind>,
    ) -> Result<Self, Vec<MappingError>> {
        let place = format!("outbound.{name}");
        let Some(class) = description.class(name).filter(|class| !class.actions.is_empty()) else {
            let writable = description
                .classes
                .iter()
                .filter(|class| !class.actions.is_empty())
                .map(|class| class.name.as_str());
            return Err(vec![MappingError::unknown(
                place,
                "class to write",
                name,
                writable,
            )]);
        };
        let (Some(entity), Some(key)) = (source.entity, source.key.as_ref()) else {
            return Err(vec![MappingError::new(
                place,
                "`entity` or `key` is missing",
                "such as entity = \"person\", key = \"{{ uuid }}\"",
            )]);
        };
        let mut compiler = Compiler {
            vocabulary,
            kinds,
            mistakes: Vec::new(),
            gathers: BTreeSet::new(),
            refers_to: BTreeSet::new(),
        };
        let when = source
            .when
            .as_ref()
            .and_then(|text| compiler.template(&format!("{place}.when"), entity, text));
        let key = compiler.template(&format!("{place}.key"), entity, key);
        if let Some(key) = &key
            && let Some(relation) = key.names().iter().find(|name| relation(entity, name).is_some())
        {
            compiler.mistakes.push(MappingError::new(
                format!("{place}.key"),
                format!("a key cannot hang on the relation `{relation}`"),
                "make it of the entity's own attributes or of `id`",
            ));
        }
        let mut fields = Vec::new();
        for (attribute, field) in &source.attributes {
            let place = format!("{place}.attributes.{attribute}");
            if let Err(mistake) = writable(class, attribute, &place) {
                compiler.mistakes.push(mistake);
            }
            if let Some(field) = compiler.field(&place, entity, field, true) {
                fields.push((attribute.clone(), field));
            }
        }
        let names = |names: &mut dyn Iterator<Item = &String>, part: &str| -> Vec<MappingError> {
            names
                .filter(|name| !source.attributes.contains_key(*name))
                .map(|name| {
                    MappingError::unknown(
                        format!("{place}.{part}"),
                        "mapped attribute",
                        name,
                        source.attributes.keys().map(String::as_str),
                    )
                })
                .collect()
        };
        let require = source.require.clone().unwrap_or_default();
        compiler
            .mistakes
            .extend(names(&mut source.overwrite.keys(), "overwrite"));
        compiler.mistakes.extend(names(&mut require.iter(), "require"));
        // What the mapping does not set could not be taken back when somebody returns.
        compiler
            .mistakes
            .extend(names(&mut source.deactivated.keys(), "deactivated"));
        let mut deactivated = Vec::new();
        for (attribute, field) in &source.deactivated {
            if let Some(field) =
                compiler.field(&format!("{place}.deactivated.{attribute}"), entity, field, true)
            {
                deactivated.push((attribute.clone(), field));
            }
        }
        let (Some(key), true) = (key, compiler.mistakes.is_empty()) else {
            return Err(compiler.mistakes);
        };
        let mut templates: Vec<&Template> = when.iter().chain([&key]).collect();
        for (_, field) in fields.iter().chain(&deactivated) {
            field.templates(&mut templates);
        }
        let templates_climb = templates.iter().any(|template| template.climbs());
        let scope = source.scope.clone().unwrap_or_default();
        compiler.gathers.extend(scope.gathers(entity));
        let fingerprint = fingerprint(source, templates.iter().copied());
        let mut scopes: BTreeSet<String> = templates
            .iter()
            .flat_map(|template| template.scopes().iter().cloned())
            .collect();
        scopes.extend(fields.iter().filter_map(|(_, field)| match field {
            Field::Unique(unique) => Some(unique.scope.clone()),
            _ => None,
        }));
        let by_day = templates
            .iter()
            .any(|template| template.names().contains("as_of"));
        let named = |test: fn(&crate::connector::Attribute) -> bool| {
            class
                .attributes
                .iter()
                .filter(move |attribute| test(attribute))
                .map(|attribute| attribute.name.clone())
        };
        Ok(Self {
            class: name.to_owned(),
            entity,
            required: named(|attribute| attribute.required)
                .filter(|name| *name != class.key)
                .chain(require)
                .collect(),
            key_rule: match class.attribute(&class.key) {
                Some(key) if key.writable == Writable::Always => KeyRule::Renamed,
                Some(key) if key.required || key.writable == Writable::OnCreate => KeyRule::Kept,
                _ => KeyRule::Given,
            },
            overwrite: source.overwrite.clone(),
            on_create: named(|attribute| attribute.writable == Writable::OnCreate).collect(),
            sensitive: named(|attribute| attribute.sensitive).collect(),
            actions: class.actions.clone(),
            key_attribute: class.key.clone(),
            fingerprint,
            by_day,
            scopes,
            refers_to: compiler.refers_to,
            gathers: compiler.gathers,
            climbs: scope.climbs() || templates_climb,
            scope,
            when,
            key,
            fields,
            deactivated,
        })
    }

    /// Whether the mapping says what a deactivated object is like.
    #[must_use]
    pub fn deactivates(&self) -> bool {
        !self.deactivated.is_empty()
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

    /// Whose an attribute is.
    #[must_use]
    pub fn overwrite(&self, attribute: &str) -> &Overwrite {
        self.overwrite.get(attribute).unwrap_or(&Overwrite::Always)
    }

    /// Whether what the target holds takes part in what its objects shall hold.
    #[must_use]
    pub fn needs_sight(&self) -> bool {
        self.overwrite.values().any(Overwrite::needs_sight)
    }

    /// The attributes that are unique names.
    pub fn unique_names(&self) -> impl Iterator<Item = (&str, &Unique)> {
        self.fields.iter().filter_map(|(name, field)| match field {
            Field::Unique(unique) => Some((name.as_str(), unique)),
            _ => None,
        })
    }

    /// Whether the mapping sets this attribute of the target.
    #[must_use]
    pub fn sets(&self, attribute: &str) -> bool {
        self.fields.iter().any(|(name, _)| name == attribute)
    }

    /// What each attribute of the target is made of.
    pub fn made(&self) -> impl Iterator<Item = (&str, Made<'_>)> {
        self.fields.iter().filter_map(|(name, field)| {
            let made = match field {
                Field::Value(template) => Made::Values(template.names()),
                Field::Target { of, .. } => Made::Reference(of),
                // What a unique name is made of does not tell what it is.
                Field::Each { .. } | Field::Unique(_) => return None,
            };
            Some((name.as_str(), made))
        })
    }

    /// Whether the attribute of the target is made of what identifies an entity.
    #[must_use]
    pub fn identifies(&self, attribute: &str) -> bool {
        self.fields.iter().any(|(name, field)| match field {
            Field::Value(template) => {
                name == attribute
                    && template
                        .names()
                        .iter()
                        .any(|name| IDENTIFIERS.contains(&name.as_str()))
            }
            Field::Unique(_) => name == attribute,
            Field::Target { .. } | Field::Each { .. } => false,
        })
    }

    /// Whether an attribute of the target must not be shown.
    #[must_use]
    pub fn conceals(&self, attribute: &str) -> bool {
        let sensitive =
            |names: &BTreeSet<String>| names.iter().any(|name| SENSITIVE.contains(&name.as_str()));
        self.sensitive.contains(attribute)
            || self.made().any(|(name, made)| {
                name == attribute && matches!(made, Made::Values(names) if sensitive(names))
            })
    }

    /// Whether the attribute of the target tells who somebody is: an identifier, or an e-mail address.
    #[must_use]
    pub fn tells_who(&self, attribute: &str) -> bool {
        self.identifies(attribute)
            || self.made().any(|(name, made)| {
                name == attribute && matches!(made, Made::Values(names) if names.contains("email"))
            })
    }

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
    fn value(
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
            Field::Target { class, of, optional } => {
                let key = graph.follow(id, of).and_then(|entity| keys.key(class, entity.id));
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

    /// What each field gives for an entity, also where the condition does not hold.
    #[must_use]
    pub fn trial(&self, graph: &Arc<Graph>, id: Uuid, keys: &dyn TargetKeys) -> Trial {
        let scope = graph.scope(id);
        let field = |(name, field): &(String, Field)| {
            let result = self
                .value(name, field, graph, id, keys)
                .map_err(|error| error.cause)
                .and_then(|value| {
                    value.ok_or_else(|| "what it refers to has no place in the target".to_owned())
                });
            let (template, inputs) = match field {
                Field::Value(template) => (template.source().to_owned(), inputs(template, &scope)),
                Field::Target { class, of, .. } => (format!("{class} of {of}"), BTreeMap::new()),
                Field::Each { relation, .. } => (format!("each of {relation}"), BTreeMap::new()),
                Field::Unique(unique) => (
                    unique
                        .patterns()
                        .map(Template::source)
                        .collect::<Vec<_>>()
                        .join(" | "),
                    unique
                        .patterns()
                        .flat_map(|pattern| inputs(pattern, &scope))
                        .collect(),
                ),
            };
            Tried {
                field: format!("attributes.{name}"),
                template,
                inputs,
                result,
            }
        };
        Trial {
            when: self.when.as_ref().map(|when| tried("when", when, &scope)),
            key: Some(tried("key", &self.key, &scope)),
            fields: self.fields.iter().map(field).collect(),
        }
    }

    fn error(&self, field: &str, cause: String) -> FieldError {
        FieldError {
            field: format!("outbound.{}.{field}", self.class),
            cause,
        }
    }
}

fn writable(class: &Class, attribute: &str, place: &str) -> Result<(), MappingError> {
    match class.attribute(attribute) {
        Some(found) if found.writable == Writable::Never => Err(MappingError::new(
            place,
            "the target sets this attribute by itself",
            "remove it from the mapping",
        )),
        Some(_) => Ok(()),
        None => Err(MappingError::unknown(
            place,
            &format!("attribute of class `{}`", class.name),
            attribute,
            class.attributes.iter().map(|attribute| attribute.name.as_str()),
        )),
    }
}

struct Compiler<'a> {
    vocabulary: &'a Vocabulary,
    kinds: &'a BTreeMap<&'a str, EntityKind>,
    mistakes: Vec<MappingError>,
    gathers: BTreeSet<EntityKind>,
    refers_to: BTreeSet<String>,
}

impl Compiler<'_> {
    fn template(&mut self, place: &str, kind: EntityKind, text: &str) -> Option<Template> {
        let template = match Template::compile(text, self.vocabulary.tables()) {
            Ok(template) => template,
            Err(error) => {
                self.mistakes
                    .push(MappingError::new(place, error.to_string(), ""));
                return None;
            }
        };
        self.known(place, kind, &template, &[]);
        Some(template)
    }

    /// Notes the names of a template that mean nothing, and what the others need.
    fn known(&mut self, place: &str, kind: EntityKind, template: &Template, also: &[&str]) {
        if template.climbs() && kind == EntityKind::Person {
            self.gathers.insert(kind);
        }
        for name in template.names() {
            if let Some(relation) = relation(kind, name) {
                self.gathers.insert(relation.from);
            } else if !self.vocabulary.knows(kind, name) && !also.contains(&name.as_str()) {
                self.mistakes.push(MappingError::unknown(
                    place,
                    &format!("attribute of a {}", kind.as_str()),
                    name,
                    self.vocabulary.names(kind),
                ));
            }
        }
    }

    fn field(
        &mut self,
        place: &str,
        kind: EntityKind,
        field: &FieldSource,
        each_allowed: bool,
    ) -> Option<Field> {
        match field {
            FieldSource::Template(text) => self.template(place, kind, text).map(Field::Value),
            FieldSource::Target {
                reference: class,
                of,
                optional,
            } => {
                let Some(leads_to) = reference(kind, of) else {
                    self.mistakes.push(MappingError::new(
                        place,
                        format!("`{of}` of a {} leads to no entity", kind.as_str()),
                        "name an attribute that refers to one, such as person, unit, group or parent",
                    ));
                    return None;
                };
                match self.kinds.get(class.as_str()) {
                    Some(&mapped) if mapped == leads_to => {
                        // What may be missing need not be there first; without that, a unit that names its manager and a person who
                        // names a unit would wait for each other.
                        if !optional {
                            self.refers_to.insert(class.clone());
                        }
                        Some(Field::Target {
                            class: class.clone(),
                            of: of.clone(),
                            optional: *optional,
                        })
                    }
                    Some(&mapped) => {
                        self.mistakes.push(MappingError::new(
                            place,
                            format!(
                                "class `{class}` stands for a {}, but `{of}` leads to a {}",
                                mapped.as_str(),
                                leads_to.as_str()
                            ),
                            "",
                        ));
                        None
                    }
                    None => {
                        self.mistakes.push(MappingError::unknown(
                            place,
                            "mapped class",
                            class,
                            self.kinds.keys().copied(),
                        ));
                        None
                    }
                }
            }
            FieldSource::Each { each, when, item } if each_allowed => {
                let Some(found) = relation(kind, each) else {
                    let known = RELATIONS
                        .iter()
                        .filter(|relation| relation.from == kind)
                        .map(|relation| relation.name);
                    self.mistakes.push(MappingError::unknown(
                        place,
                        &format!("relation of a {}", kind.as_str()),
                        each,
                        known,
                    ));
                    return None;
                };
                self.gathers.insert(kind);
                let when = when
                    .as_ref()
                    .and_then(|text| self.template(&format!("{place}.when"), found.to, text));
                let item = item
                    .iter()
                    .filter_map(|(member, field)| {
                        let field = self.field(&format!("{place}.item.{member}"), found.to, field, false)?;
                        Some((member.clone(), field))
                    })
                    .collect();
                Some(Field::Each {
                    relation: each.clone(),
                    when,
                    item,
                })
            }
            FieldSource::Unique(source) if each_allowed => {
                let attribute = place.rsplit('.').next().unwrap_or(place);
                let unique = match Unique::compile(attribute, source, self.vocabulary.tables()) {
                    Ok(unique) => unique,
                    Err(causes) => {
                        self.mistakes.extend(
                            causes
                                .into_iter()
                                .map(|cause| MappingError::new(place, cause, "")),
                        );
                        return None;
                    }
                };
                for pattern in unique.patterns() {
                    self.known(&format!("{place}.unique"), kind, pattern, &["n"]);
                }
                Some(Field::Unique(unique))
            }
            FieldSource::Unique(_) => {
                self.mistakes.push(MappingError::new(
                    place,
                    "a record of a list cannot have a unique name",
                    "make it an attribute of the object, and use `allotted(\"…\")` with its scope here",
                ));
                None
            }
            FieldSource::Each { .. } => {
                self.mistakes.push(MappingError::new(
                    place,
                    "a record cannot hold a list of records",
                    "",
                ));
                None
            }
            FieldSource::Object { .. } => {
                self.mistakes.push(MappingError::new(
                    place,
                    "`reference` with `key` is for inbound mappings",
                    "use `reference` with `of`",
                ));
                None
            }
        }
    }
}

/// The classes of a target in the order in which objects are to be made: what is referred to, by the class itself or by its mapping, comes
/// before what refers. A circle is cut where it is met.
#[must_use]
pub fn target_order(description: &Description, outbound: &BTreeMap<String, Outbound>) -> Vec<String> {
    let referred_to = |name: &str| {
        let declared = description.class(name).into_iter().flat_map(|class| {
            class
                .attributes
                .iter()
                .filter_map(|attribute| attribute.refers_to.clone())
        });
        let mapped = outbound
            .get(name)
            .into_iter()
            .flat_map(|outbound| outbound.refers_to.iter().cloned());
        declared.chain(mapped).collect::<Vec<_>>()
    };
    let mut order = Vec::new();
    for class in &description.classes {
        visit(&class.name, &referred_to, &mut order, &mut Vec::new());
    }
    order
}

fn visit(
    name: &str,
    referred_to: &dyn Fn(&str) -> Vec<String>,
    order: &mut Vec<String>,
    path: &mut Vec<String>,
) {
    if order.iter().chain(path.iter()).any(|known| known == name) {
        return;
    }
    path.push(name.to_owned());
    for target in referred_to(name) {
        visit(&target, referred_to, order, path);
    }
    order.push(name.to_owned());
    path.pop();
}
