//! What objects of one source class say about entities.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cell::Judged;
use super::source::{Contributes, FieldSource, InboundSource};
use super::template::{Scope, Template, to_engine};
use super::trial::{Trial, tried};
use super::vocabulary::{SENSITIVE, Vocabulary, reference};
use super::{FieldError, MappingError, fingerprint};
use crate::catalogue::{Contribution, EntityKind};
use crate::connector::Description;
use crate::matching::{Rule, RuleSource, Unmatched};
use crate::value::{Attributes, Value};

/// A compiled inbound mapping of one class.
#[derive(Debug)]
pub struct Inbound {
    /// The source class.
    pub class: String,
    /// The kind of entity that its objects speak about.
    pub entity: EntityKind,
    /// Rules by which an entity is found for a new object, tried in order.
    pub matching: Vec<Rule>,
    /// What happens to an object that no rule finds an entity for.
    pub unmatched: Unmatched,
    /// Canonical attributes that hold personal data in need of particular care.
    pub sensitive: BTreeSet<String>,
    /// How long the objects have a say.
    pub contributes: Contributes,
    /// Changes whenever what it produces may change.
    pub fingerprint: String,
    /// What the guard needs to know of an object.
    pub(super) judged: Judged,
    when: Option<Template>,
    pub(super) fields: Vec<(String, Field)>,
    pub(super) declared: Arc<BTreeSet<String>>,
}

#[derive(Debug)]
pub(super) enum Field {
    Value(Template),
    Reference { class: String, key: Template },
}

impl Inbound {
    pub(super) fn compile(
        name: &str,
        source: &InboundSource,
        description: &Description,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, Vec<MappingError>> {
        let place = format!("inbound.{name}");
        let Some(class) = description.class(name).filter(|class| class.readable) else {
            let readable = description
                .classes
                .iter()
                .filter(|class| class.readable)
                .map(|class| class.name.as_str());
            return Err(vec![MappingError::unknown(
                place,
                "class to read",
                name,
                readable,
            )]);
        };
        let Some(entity) = source.entity else {
            return Err(vec![MappingError::new(
                place,
                "`entity` is missing",
                "such as entity = \"person\"",
            )]);
        };
        let declared: BTreeSet<String> = class
            .attributes
            .iter()
            .map(|attribute| attribute.name.clone())
            .collect();
        let mut mistakes = Vec::new();
        let mut template = |place: String, text: &str| match Template::compile(text, vocabulary.tables()) {
            Ok(compiled) => {
                for unknown in compiled.names().iter().filter(|name| !declared.contains(*name)) {
                    mistakes.push(MappingError::unknown(
                        place.clone(),
                        &format!("attribute of class `{name}`"),
                        unknown,
                        declared.iter().map(String::as_str),
                    ));
                }
                Some(compiled)
            }
            Err(error) => {
                mistakes.push(MappingError::new(place, error.to_string(), ""));
                None
            }
        };
        let when = source
            .when
            .as_ref()
            .and_then(|text| template(format!("{place}.when"), text));
        let mut judged = Judged::new(class, source);
        judged.cell = source
            .cell
            .as_ref()
            .and_then(|text| template(format!("{place}.cell"), text));
        judged.year = source
            .year
            .as_ref()
            .and_then(|text| template(format!("{place}.year"), text));
        if let Some(when) = &when {
            judged.uses(when);
        }
        let mut fields = Vec::new();
        let mut references = Vec::new();
        let mut sensitive: BTreeSet<String> = SENSITIVE.iter().map(|&name| name.to_owned()).collect();
        for (attribute, field) in &source.attributes {
            let place = format!("{place}.attributes.{attribute}");
            match field {
                FieldSource::Template(text) => {
                    if let Some(compiled) = template(place, text) {
                        if compiled
                            .names()
                            .iter()
                            .any(|name| class.attribute(name).is_some_and(|attribute| attribute.sensitive))
                        {
                            sensitive.insert(attribute.clone());
                        }
                        judged.uses(&compiled);
                        if SENSITIVE.contains(&attribute.as_str()) {
                            judged.conceals(&compiled);
                        }
                        fields.push((attribute.clone(), Field::Value(compiled)));
                    }
                }
                FieldSource::Object {
                    reference: target,
                    key,
                } => {
                    if let Some(key) = template(format!("{place}.key"), key) {
                        judged.uses(&key);
                        fields.push((
                            attribute.clone(),
                            Field::Reference {
                                class: target.clone(),
                                key,
                            },
                        ));
                    }
                    references.push((place, attribute, target));
                }
                FieldSource::Target { .. } | FieldSource::Each { .. } | FieldSource::Unique(_) => {
                    references.push((place, attribute, attribute))
                }
            }
        }
        for (place, attribute, target) in references {
            if matches!(source.attributes.get(attribute), Some(FieldSource::Object { .. })) {
                if reference(entity, attribute).is_none() {
                    mistakes.push(MappingError::new(
                        place,
                        format!(
                            "`{attribute}` of a {} does not refer to an entity",
                            entity.as_str()
                        ),
                        "use a template",
                    ));
                } else if description.class(target).is_none() {
                    let classes = description.classes.iter().map(|class| class.name.as_str());
                    mistakes.push(MappingError::unknown(place, "class", target, classes));
                }
            } else {
                mistakes.push(MappingError::new(
                    place,
                    "`of`, `each` and `unique` are for outbound mappings",
                    "use a template, or `reference` with `key`",
                ));
            }
        }
        for attribute in source.attributes.keys() {
            vocabulary.add(entity, attribute);
        }
        for attribute in &sensitive {
            vocabulary.conceal(attribute);
        }
        let matching = rules(
            &place,
            source.matching.as_deref().unwrap_or_default(),
            &source.attributes,
            &mut mistakes,
        );
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let templates = when.iter().chain(fields.iter().map(|(_, field)| match field {
            Field::Value(template) | Field::Reference { key: template, .. } => template,
        }));
        // Cell and year are the guard's: to change them makes no entity stale.
        let judged_apart = InboundSource {
            cell: None,
            year: None,
            ..source.clone()
        };
        let fingerprint = fingerprint(&judged_apart, templates);
        Ok(Self {
            class: name.to_owned(),
            entity,
            matching,
            unmatched: source.unmatched.unwrap_or_default(),
            sensitive,
            contributes: source.contributes.unwrap_or_default(),
            judged,
            fingerprint,
            when,
            fields,
            declared: Arc::new(declared),
        })
    }

    /// What an object says; `None` when its condition does not hold.
    ///
    /// # Errors
    ///
    /// When a template cannot be evaluated for this object.
    pub fn contribution(&self, attributes: Attributes) -> Result<Option<Contribution>, FieldError> {
        let scope: Arc<dyn Scope> = Arc::new(Row {
            attributes,
            declared: Arc::clone(&self.declared),
        });
        let error = |field: &str, error: super::TemplateError| FieldError {
            field: format!("inbound.{}.{field}", self.class),
            cause: error.cause,
        };
        if let Some(when) = &self.when
            && !when.holds(&scope).map_err(|e| error("when", e))?
        {
            return Ok(None);
        }
        let mut contribution = Contribution::default();
        for (name, field) in &self.fields {
            match field {
                Field::Value(template) => {
                    let value = template
                        .evaluate(&scope)
                        .map_err(|e| error(&format!("attributes.{name}"), e))?;
                    if !value.is_absent() {
                        contribution.values.insert(name.clone(), value);
                    }
                }
                Field::Reference { class, key } => {
                    let key = key
                        .evaluate(&scope)
                        .map_err(|e| error(&format!("attributes.{name}.key"), e))?;
                    if let Some(key) = text_of(&key) {
                        contribution.references.insert(name.clone(), (class.clone(), key));
                    }
                }
            }
        }
        Ok(Some(contribution))
    }
}

impl Inbound {
    /// What each field gives for an object, also where the condition does not hold.
    #[must_use]
    pub fn trial(&self, attributes: Attributes) -> Trial {
        let scope: Arc<dyn Scope> = Arc::new(Row {
            attributes,
            declared: Arc::clone(&self.declared),
        });
        let field = |(name, field): &(String, Field)| match field {
            Field::Value(template) => tried(format!("attributes.{name}"), template, &scope),
            Field::Reference { class, key } => {
                let mut tried = tried(format!("attributes.{name}"), key, &scope);
                tried.template = format!("{class} {}", tried.template);
                tried
            }
        };
        Trial {
            when: self.when.as_ref().map(|when| tried("when", when, &scope)),
            key: None,
            fields: self.fields.iter().map(field).collect(),
        }
    }
}

/// The rules of a class, each over attributes that the mapping sets to plain values.
pub(super) fn rules(
    place: &str,
    written: &[RuleSource],
    attributes: &BTreeMap<String, FieldSource>,
    mistakes: &mut Vec<MappingError>,
) -> Vec<Rule> {
    let place = format!("{place}.match");
    let plain = || {
        attributes
            .iter()
            .filter(|(_, field)| matches!(field, FieldSource::Template(_)))
            .map(|(name, _)| name.as_str())
    };
    for rule in written {
        if rule.by.is_empty() {
            mistakes.push(MappingError::new(
                &place,
                "a rule compares nothing",
                "name an attribute in `by`",
            ));
        }
        for unknown in rule.by.iter().filter(|name| !plain().any(|known| known == *name)) {
            mistakes.push(MappingError::unknown(
                &place,
                "mapped attribute",
                unknown,
                plain(),
            ));
        }
    }
    written.iter().map(Rule::of).collect()
}

/// A value as a key or a matching value: text as it is, a number in digits, anything else is none.
#[must_use]
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An object's attributes. Those that its class declares and it lacks are none.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) attributes: Attributes,
    pub(super) declared: Arc<BTreeSet<String>>,
}

impl Scope for Row {
    fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name)
    }

    fn lookup(&self, name: &str) -> Option<minijinja::Value> {
        match self.attributes.get(name) {
            Some(value) => Some(to_engine(value)),
            None => self.declared.contains(name).then(|| to_engine(&Value::Absent)),
        }
    }
}
