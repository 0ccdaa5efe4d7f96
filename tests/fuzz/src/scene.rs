//! What targets about mappings and settings stand in: a connector's description, a few entities, and their tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::connector::{
    Action, Attribute, Class, CredentialKind, Description, Kind, Need, SystemLimits, Writable,
};
use samklang_core::mapping::{Graph, Table, Tables, Vocabulary};
use samklang_core::{Attributes, Value};
use serde_json::json;
use uuid::Uuid;

/// The person whom templates are about.
pub(crate) const PERSON: Uuid = Uuid::from_u128(1);

/// A connector `any` with the classes `person` and `team`, which can be read and written.
pub(crate) fn description() -> Description {
    let attribute = |name: &str, kind, multi_valued, refers_to: Option<&str>| Attribute {
        name: name.to_owned(),
        kind,
        multi_valued,
        required: false,
        sensitive: name == "number",
        writable: Writable::Always,
        refers_to: refers_to.map(str::to_owned),
        summary: String::new(),
    };
    let class = |name: &str, attributes| Class {
        name: name.to_owned(),
        summary: String::new(),
        key: "id".to_owned(),
        attributes,
        readable: true,
        gettable: true,
        replaces: false,
        actions: vec![Action::Create, Action::Update, Action::Delete],
    };
    let text = |name: &str| attribute(name, Kind::Text, false, None);
    Description {
        name: "any".to_owned(),
        version: "1.0.0".to_owned(),
        vendor: String::new(),
        system: String::new(),
        classes: vec![
            class(
                "person",
                vec![
                    text("id"),
                    text("name"),
                    text("number"),
                    attribute("mails", Kind::Text, true, None),
                    attribute("age", Kind::Integer, false, None),
                    attribute("more", Kind::Structure, false, None),
                    attribute("team", Kind::Text, false, Some("team")),
                ],
            ),
            class(
                "team",
                vec![
                    text("id"),
                    text("name"),
                    attribute("parent", Kind::Text, false, Some("team")),
                ],
            ),
        ],
        settings: r#"{"type": "object"}"#.to_owned(),
        mappings: String::new(),
        needs: vec![Need::Http {
            name: "api".to_owned(),
            origin: "{url}".to_owned(),
            credentials: vec![CredentialKind::Bearer, CredentialKind::Basic],
            purpose: String::new(),
        }],
        limits: SystemLimits {
            operations_per_apply: 100,
            requests_per_second: None,
        },
        reads_changes: false,
    }
}

/// Tables that templates may look things up in.
pub(crate) fn tables() -> Tables {
    let titles = Table::new([("teacher".to_owned(), json!("Lærer"))]);
    let schools = Table::new([("1".to_owned(), json!({ "code": "A1", "city": "Voss" }))]);
    Tables::from([
        ("titles".to_owned(), Arc::new(titles)),
        ("schools".to_owned(), Arc::new(schools)),
    ])
}

/// A person of these values with two engagements in a unit beneath another.
pub(crate) fn graph(vocabulary: Vocabulary, values: Attributes) -> Arc<Graph> {
    let mut graph = Graph::new(Arc::new(vocabulary), jiff::civil::date(2026, 8, 17));
    let entity = |id: u128, kind, values, references: &[(&str, u128)]| Entity {
        id: Uuid::from_u128(id),
        kind,
        state: EntityState::Active,
        values,
        references: references
            .iter()
            .map(|(name, to)| ((*name).to_owned(), Uuid::from_u128(*to)))
            .collect(),
        provenance: BTreeMap::new(),
    };
    let texts = |pairs: &[(&str, &str)]| -> Attributes {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), Value::Text((*value).to_owned())))
            .collect()
    };
    graph.insert(entity(1, EntityKind::Person, values, &[]));
    graph.insert(entity(2, EntityKind::Unit, texts(&[("name", "Skole")]), &[]));
    graph.insert(entity(
        3,
        EntityKind::Unit,
        texts(&[("name", "Kontor")]),
        &[("parent", 2)],
    ));
    for (id, begin) in [(4, "2020-01-01"), (5, "2026-08-18")] {
        let values = texts(&[("begin", begin), ("job_function", "teacher")]);
        graph.insert(entity(
            id,
            EntityKind::Engagement,
            values,
            &[("person", 1), ("unit", 3)],
        ));
    }
    Arc::new(graph)
}

/// A JSON object as attributes; what is none has no attributes.
pub(crate) fn attributes(json: &str) -> Attributes {
    let Ok(serde_json::Value::Object(members)) = serde_json::from_str(json) else {
        return Attributes::new();
    };
    let values = members
        .into_iter()
        .map(|(name, json)| (name, Value::from_json(json)));
    values.filter(|(_, value)| !value.is_absent()).collect()
}
