//! What the guard wants to know of an object: the cell and the school year it belongs to, what identifies it, which of its attributes
//! matter, and which must not be shown. A template that fails for an object tells nothing; it never stops an import.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::inbound::{Field, Inbound, Row, text_of};
use super::source::InboundSource;
use super::template::{Scope, Template};
use crate::catalogue::EntityKind;
use crate::connector::Class;
use crate::guard::Place;
use crate::value::{Attributes, Digest, Value};

/// Kinds of units that are schools, in small letters.
const SCHOOLS: [&str; 6] = ["school", "skole", "skola", "skóli", "koulu", "colegio"];

/// The guard's part of an inbound mapping.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) cell: Option<Template>,
    pub(super) year: Option<Template>,
    fingerprint: String,
    uses: BTreeSet<String>,
    concealed: BTreeSet<String>,
}

impl Judged {
    pub(super) fn new(class: &Class, source: &InboundSource) -> Self {
        let sensitive = class.attributes.iter().filter(|attribute| attribute.sensitive);
        let fingerprint = match (&source.cell, &source.year) {
            (None, None) => String::new(),
            both => Digest::of_bytes(format!("{both:?}").as_bytes()).to_string(),
        };
        Self {
            concealed: sensitive.map(|attribute| attribute.name.clone()).collect(),
            fingerprint,
            ..Self::default()
        }
    }

    /// The mapping makes something of what the template names.
    pub(super) fn uses(&mut self, template: &Template) {
        self.uses.extend(template.names().iter().cloned());
    }

    /// What the template names is not to be shown.
    pub(super) fn conceals(&mut self, template: &Template) {
        self.concealed.extend(template.names().iter().cloned());
    }
}

impl Inbound {
    /// Where an object belongs.
    #[must_use]
    pub fn place(&self, attributes: &Attributes) -> Place {
        let Judged { cell, year, .. } = &self.judged;
        if cell.is_none() && year.is_none() {
            return Place::default();
        }
        let value = |template: &Option<Template>| {
            let template = template.as_ref()?;
            self.evaluated(template, attributes)
        };
        let cell = match value(cell) {
            Some(Value::Texts(texts)) => texts.into_iter().next().unwrap_or_default(),
            Some(other) => text_of(&other).unwrap_or_default(),
            None => String::new(),
        };
        let year = match value(year) {
            Some(Value::Integer(year)) => i32::try_from(year).ok(),
            Some(Value::Text(year)) => year.trim().parse().ok(),
            _ => None,
        };
        Place { cell, year }
    }

    /// Whether the mapping tells the school year of its objects.
    #[must_use]
    pub fn tells_year(&self) -> bool {
        self.judged.year.is_some()
    }

    /// Changes with how cells and years are told; empty when they are not told.
    #[must_use]
    pub fn place_fingerprint(&self) -> &str {
        &self.judged.fingerprint
    }

    /// What identifies an object beside its key: matching attributes with their values.
    #[must_use]
    pub fn identifiers(&self, attributes: &Attributes) -> Vec<(String, String)> {
        self.fields
            .iter()
            .filter(|(name, _)| self.matching.iter().any(|rule| rule.by.contains(name)))
            .filter_map(|(name, field)| match field {
                Field::Value(template) => {
                    let value = self.evaluated(template, attributes)?;
                    Some((name.clone(), text_of(&value)?))
                }
                Field::Reference { .. } => None,
            })
            .collect()
    }

    /// The object of the person that an object belongs to: class and key.
    #[must_use]
    pub fn person_of(&self, attributes: &Attributes) -> Option<(String, String)> {
        self.fields.iter().find_map(|(name, field)| match field {
            Field::Reference { class, key } if name == "person" => {
                let key = self.evaluated(key, attributes)?;
                Some((class.clone(), text_of(&key)?))
            }
            _ => None,
        })
    }

    /// The object's attributes that the mapping makes something of.
    #[must_use]
    pub fn uses(&self) -> &BTreeSet<String> {
        &self.judged.uses
    }

    /// Whether an attribute of the object must not be shown.
    #[must_use]
    pub fn conceals(&self, attribute: &str) -> bool {
        self.judged.concealed.contains(attribute)
    }

    /// Whether the object is a school.
    #[must_use]
    pub fn is_school(&self, attributes: &Attributes) -> bool {
        self.entity == EntityKind::Unit
            && self
                .fields
                .iter()
                .filter(|(name, _)| name == "kind")
                .any(|(_, field)| match field {
                    Field::Value(template) => {
                        let kind = self.evaluated(template, attributes);
                        kind.as_ref()
                            .and_then(Value::as_text)
                            .is_some_and(|kind| SCHOOLS.contains(&kind.to_lowercase().as_str()))
                    }
                    Field::Reference { .. } => false,
                })
    }

    fn evaluated(&self, template: &Template, attributes: &Attributes) -> Option<Value> {
        if let Some(name) = template.attribute() {
            return Some(attributes.get(name).cloned().unwrap_or_default());
        }
        let scope: Arc<dyn Scope> = Arc::new(Row {
            attributes: attributes.clone(),
            declared: Arc::clone(&self.declared),
        });
        template.evaluate(&scope).ok()
    }
}
