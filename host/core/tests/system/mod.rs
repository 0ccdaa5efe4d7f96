//! A connector's description to map against.

use std::collections::BTreeMap;

use samklang_core::connector::{Action, Attribute, Class, Description, Kind, SystemLimits, Writable};
use samklang_core::{Attributes, Value};

fn attribute(name: &str, refers_to: Option<&str>) -> Attribute {
    Attribute {
        name: name.to_owned(),
        kind: Kind::Text,
        multi_valued: false,
        required: false,
        sensitive: name == "number",
        writable: Writable::Always,
        refers_to: refers_to.map(str::to_owned),
        summary: String::new(),
    }
}

fn class(name: &str, attributes: &[(&str, Option<&str>)]) -> Class {
    Class {
        name: name.to_owned(),
        summary: String::new(),
        key: "id".to_owned(),
        attributes: attributes
            .iter()
            .map(|(name, refers_to)| attribute(name, *refers_to))
            .collect(),
        readable: true,
        gettable: true,
        replaces: false,
        actions: vec![Action::Create, Action::Update, Action::Delete],
    }
}

/// People, teams, who is in which, and who has which account.
pub(crate) fn description() -> Description {
    Description {
        name: "memory".to_owned(),
        version: "1.0.0".to_owned(),
        vendor: "tests".to_owned(),
        system: "memory".to_owned(),
        classes: vec![
            class(
                "place",
                &[("id", None), ("person", Some("person")), ("team", Some("team"))],
            ),
            class(
                "person",
                &[
                    ("id", None),
                    ("name", None),
                    ("mail", None),
                    ("number", None),
                    ("places", None),
                ],
            ),
            class(
                "team",
                &[
                    ("id", None),
                    ("name", None),
                    ("parent", Some("team")),
                    ("leader", Some("person")),
                ],
            ),
            class(
                "login",
                &[
                    ("id", None),
                    ("person", Some("person")),
                    ("name", None),
                    ("for", Some("place")),
                    ("places", None),
                ],
            ),
        ],
        settings: "{}".to_owned(),
        mappings: String::new(),
        needs: Vec::new(),
        limits: SystemLimits {
            operations_per_apply: 10,
            requests_per_second: None,
        },
        reads_changes: false,
    }
}

/// Attributes of texts.
pub(crate) fn texts(pairs: &[(&str, &str)]) -> Attributes {
    pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned())))
        .collect::<BTreeMap<_, _>>()
}
