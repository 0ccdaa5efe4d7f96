//! How one attribute of a target comes about, and the compiling of it: every mistake that can be found without an entity is found here.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::EntityKind;
use crate::mapping::MappingError;
use crate::mapping::source::FieldSource;
use crate::mapping::template::Template;
use crate::mapping::unique::Unique;
use crate::mapping::vocabulary::{RELATIONS, Vocabulary, reference, relation};

#[derive(Debug)]
pub(super) enum Field {
    Value(Template),
    Target {
        class: String,
        of: String,
        optional: bool,
        /// The class stands for accounts, and the reference leads to whose they are.
        by_account: bool,
    },
    Each {
        relation: String,
        when: Option<Template>,
        item: Vec<(String, Field)>,
    },
    Unique(Unique),
}

impl Field {
    pub(super) fn templates<'a>(&'a self, found: &mut Vec<&'a Template>) {
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

/// Compiles the fields of one mapping, and gathers what they need beside the entity itself.
pub(super) struct Compiler<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) kinds: &'a BTreeMap<&'a str, EntityKind>,
    pub(super) mistakes: Vec<MappingError>,
    pub(super) gathers: BTreeSet<EntityKind>,
    pub(super) refers_to: BTreeSet<String>,
}

impl Compiler<'_> {
    pub(super) fn template(&mut self, place: &str, kind: EntityKind, text: &str) -> Option<Template> {
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
        if template.climbs() && matches!(kind, EntityKind::Person | EntityKind::Account) {
            self.gathers.insert(EntityKind::Person);
        }
        for path in template.paths() {
            self.gathers.extend(relations_on(kind, path));
        }
        for name in template.names() {
            if relation(kind, name).is_some() {
                continue;
            }
            if !self.vocabulary.knows(kind, name) && !also.contains(&name.as_str()) {
                self.mistakes.push(MappingError::unknown(
                    place,
                    &format!("attribute of a {}", kind.as_str()),
                    name,
                    self.vocabulary.names(kind),
                ));
            }
        }
    }

    pub(super) fn field(
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
                    Some(&mapped) if mapped == leads_to || by_account(leads_to, mapped) => {
                        let by_account = by_account(leads_to, mapped);
                        if by_account {
                            self.gathers.insert(leads_to);
                        }
                        // What may be missing need not be there first; without that, a unit that names its manager and a person who
                        // names a unit would wait for each other.
                        if !optional {
                            self.refers_to.insert(class.clone());
                        }
                        Some(Field::Target {
                            class: class.clone(),
                            of: of.clone(),
                            optional: *optional,
                            by_account,
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
                self.gathers.insert(found.owner());
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

/// Whether a reference to a person is one to the object of the person's account.
fn by_account(leads_to: EntityKind, mapped: EntityKind) -> bool {
    leads_to == EntityKind::Person && mapped == EntityKind::Account
}

/// The kinds whose relations a path such as `person.engagements` goes along, from an entity of a kind.
fn relations_on(kind: EntityKind, path: &str) -> BTreeSet<EntityKind> {
    let mut owners = BTreeSet::new();
    let mut at = kind;
    for step in path.split('.') {
        if let Some(relation) = relation(at, step) {
            owners.insert(relation.owner());
            break;
        }
        match reference(at, step) {
            Some(next) => at = next,
            None => break,
        }
    }
    owners
}
