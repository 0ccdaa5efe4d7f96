//! A class's mapping made ready: every mistake in it is told at once.

use std::collections::{BTreeMap, BTreeSet};

use super::field::{Compiler, Field};
use super::{KeyRule, Outbound, likeness};
use crate::catalogue::EntityKind;
use crate::connector::{Class, Description, Writable};
use crate::mapping::source::OutboundSource;
use crate::mapping::template::Template;
use crate::mapping::vocabulary::{Vocabulary, relation};
use crate::mapping::{MappingError, fingerprint};
use crate::matching::Rule;

impl Outbound {
    pub(in crate::mapping) fn compile(
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
        let compiled = Self {
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
            replaces: class.replaces,
            on_create: named(|attribute| attribute.writable == Writable::OnCreate).collect(),
            matching: source.matching.iter().flatten().map(Rule::of).collect(),
            unmatched: source.unmatched.unwrap_or_default(),
            sensitive: named(|attribute| attribute.sensitive)
                .chain(made_of_sensitive(fields.iter().chain(&deactivated), vocabulary))
                .collect(),
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
        };
        let mut mistakes = likeness::mistakes(&compiled, &place);
        if compiled.replaces && compiled.needs_sight() && !class.gettable {
            mistakes.push(MappingError::new(
                format!("{place}.overwrite"),
                format!("an update puts the whole object in place, and objects of class `{name}` cannot be looked at before"),
                "let the catalogue have every attribute: leave `overwrite` out",
            ));
        }
        if mistakes.is_empty() {
            Ok(compiled)
        } else {
            Err(mistakes)
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

/// The attributes of a target that are made of what must not be shown, by whichever way the template comes to it.
fn made_of_sensitive<'a>(
    fields: impl Iterator<Item = &'a (String, Field)> + 'a,
    vocabulary: &'a Vocabulary,
) -> impl Iterator<Item = String> + 'a {
    let tells = |field: &Field| {
        let mut templates = Vec::new();
        field.templates(&mut templates);
        let mentioned = |word: &str| templates.iter().any(|template| template.mentions(word));
        vocabulary.sensitive().any(mentioned)
    };
    fields
        .filter(move |(_, field)| tells(field))
        .map(|(name, _)| name.clone())
}
