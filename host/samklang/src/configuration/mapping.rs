//! A tenant's overrides of a connector's mappings: read from the file, joined with the defaults, and compiled, so that every
//! mistake that can be found without an object is found at its own line.

use std::collections::BTreeMap;

use samklang_core::Description;
use samklang_core::mapping::{InboundSource, MappingError, MappingSource, OutboundSource};
use serde::de::DeserializeOwned;

use super::connection::Connection;
use super::document::Node;
use super::mistake::{Mistake, Mistakes};
use super::section::Section;

/// Reads the overrides in a connection's table `mappings`.
pub(super) fn read(connection: &Section<'_>, mistakes: &mut Mistakes) -> MappingSource {
    let mut overrides = MappingSource::default();
    let Some(node) = connection.get("mappings") else {
        return overrides;
    };
    let table = format!("{}.mappings", connection.name());
    let Some(mappings) = Section::new(node, &table, &["inbound", "outbound"], mistakes) else {
        return overrides;
    };
    for (class, node) in mappings.get("inbound").map(Node::entries).unwrap_or_default() {
        let table = format!("{table}.inbound.{class}");
        let known = [
            "enabled",
            "entity",
            "when",
            "match",
            "unmatched",
            "contributes",
            "cell",
            "year",
            "attributes",
        ];
        let Some(section) = Section::new(node, &table, &known, mistakes) else {
            continue;
        };
        let source = InboundSource {
            enabled: section.flag("enabled", mistakes),
            entity: part(&section, "entity", mistakes),
            when: section.text("when", mistakes).map(|when| when.value),
            matching: part(&section, "match", mistakes),
            unmatched: part(&section, "unmatched", mistakes),
            contributes: part(&section, "contributes", mistakes),
            cell: section.text("cell", mistakes).map(|cell| cell.value),
            year: section.text("year", mistakes).map(|year| year.value),
            attributes: entries(&section, "attributes", mistakes),
        };
        overrides.inbound.insert(class.clone(), source);
    }
    for (class, node) in mappings.get("outbound").map(Node::entries).unwrap_or_default() {
        let table = format!("{table}.outbound.{class}");
        let known = [
            "enabled",
            "entity",
            "when",
            "scope",
            "key",
            "match",
            "unmatched",
            "attributes",
            "overwrite",
            "require",
            "deactivated",
        ];
        let Some(section) = Section::new(node, &table, &known, mistakes) else {
            continue;
        };
        let source = OutboundSource {
            enabled: section.flag("enabled", mistakes),
            entity: part(&section, "entity", mistakes),
            when: section.text("when", mistakes).map(|when| when.value),
            scope: part(&section, "scope", mistakes),
            key: section.text("key", mistakes).map(|key| key.value),
            matching: part(&section, "match", mistakes),
            unmatched: part(&section, "unmatched", mistakes),
            attributes: entries(&section, "attributes", mistakes),
            overwrite: entries(&section, "overwrite", mistakes),
            require: part(&section, "require", mistakes),
            deactivated: entries(&section, "deactivated", mistakes),
        };
        overrides.outbound.insert(class.clone(), source);
    }
    overrides
}

fn entries<T: DeserializeOwned>(
    class: &Section<'_>,
    table: &str,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, T> {
    let Some(node) = class.get(table) else {
        return BTreeMap::new();
    };
    node.entries()
        .iter()
        .filter_map(|(name, node)| Some((name.clone(), value(name, node, mistakes)?)))
        .collect()
}

fn part<T: DeserializeOwned>(section: &Section<'_>, key: &str, mistakes: &mut Mistakes) -> Option<T> {
    value(key, section.get(key)?, mistakes)
}

fn value<T: DeserializeOwned>(key: &str, node: &Node, mistakes: &mut Mistakes) -> Option<T> {
    match node.to_toml().try_into() {
        Ok(value) => Some(value),
        Err(cause) => {
            let cause: toml::de::Error = cause;
            let message = format!("`{key}` cannot be used: {}", cause.message());
            mistakes.add(Mistake::new("mapping", node.span.clone(), message));
            None
        }
    }
}

/// The connector's own mappings with the overrides.
pub(super) fn joined(
    connection: &Connection,
    description: &Description,
    mistakes: &mut Mistakes,
) -> Option<MappingSource> {
    match toml::from_str::<MappingSource>(&description.mappings) {
        Ok(defaults) => Some(defaults.overridden_by(&connection.mappings)),
        Err(cause) => {
            mistakes.add(vendors(connection, &cause.to_string()));
            None
        }
    }
}

/// Notes mistakes that compiling found, each where the tenant wrote it; those in the connector's own defaults at the
/// connector's name.
pub(super) fn note(connection: &Connection, found: Vec<MappingError>, mistakes: &mut Mistakes) {
    for error in found {
        let path: Vec<&str> = ["mappings"].into_iter().chain(error.place.split('.')).collect();
        if connection.node.has(&path) {
            let place = connection.node.place(path.iter().copied(), false);
            let mut mistake = Mistake::new("mapping", place, format!("{}: {}", error.place, error.cause));
            if !error.remedy.is_empty() {
                mistake = mistake.remedy(error.remedy);
            }
            mistakes.add(mistake);
        } else {
            mistakes.add(vendors(connection, &error.to_string()));
        }
    }
}

fn vendors(connection: &Connection, cause: &str) -> Mistake {
    let message = format!(
        "the mappings that `{}` brings do not work here: {cause}",
        connection.connector.value
    );
    Mistake::new("connector-mapping", connection.connector.span.clone(), message).remedy(format!(
        "override the field under `[connections.{}.mappings]`, or ask the connector's vendor",
        connection.name
    ))
}
