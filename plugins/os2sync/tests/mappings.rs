//! The default mapping sets only what the classes have, and its templates bear an entity that has nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

use minijinja::{Environment, UndefinedBehavior, Value as Engine};
use samklang_os2sync::Os2sync;
use samklang_sdk::Writable;
use samklang_sdk::prelude::*;

const PERSON: &[&str] = &[
    "id",
    "uuid",
    "username",
    "given_name",
    "family_name",
    "display_name",
    "email",
    "phone",
    "mobile",
    "landline",
    "location",
    "engagements",
];
const UNIT: &[&str] = &[
    "id",
    "uuid",
    "name",
    "email",
    "phone",
    "landline",
    "url",
    "ean",
    "location",
    "post",
    "contact",
    "contact_open_hours",
    "phone_open_hours",
    "p_number",
    "dtr_id",
    "tasks",
    "contact_tasks",
    "it_systems",
];
const ENGAGEMENT: &[&str] = &["job_function", "role", "kind", "begin", "end"];

/// A template over an entity with these attributes; all others that it may have are none.
fn render(template: &str, names: &[&str], has: &[(&str, &str)]) -> String {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_formatter(|output, state, value| match value.is_none() {
        true => Ok(()),
        false => minijinja::escape_formatter(output, state, value),
    });
    let value = |name: &str| match has.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => Engine::from(*text),
        None if name == "engagements" => std::iter::empty::<Engine>().collect(),
        None => Engine::from(()),
    };
    let context = Engine::from_pairs(names.iter().map(|name| (*name, value(name))));
    engine
        .render_str(template, context)
        .unwrap_or_else(|fault| panic!("{template}: {fault:#}"))
}

fn mapping(class: &str) -> toml::Table {
    let mappings: toml::Table = Os2sync::describe().mappings.parse().unwrap();
    mappings["outbound"][class].as_table().unwrap().clone()
}

#[test]
fn only_what_can_be_set_is_set() {
    for class in Os2sync::describe().classes {
        let attributes = mapping(&class.name)["attributes"].as_table().unwrap().clone();
        for name in attributes.keys() {
            let known = class.attributes.iter().find(|attribute| attribute.name == *name);
            assert!(
                known.is_some_and(|attribute| attribute.writable == Writable::Always),
                "{}.{name}",
                class.name
            );
        }
        let required = class
            .attributes
            .iter()
            .filter(|attribute| attribute.required && attribute.name != class.key);
        for attribute in required {
            assert!(
                attributes.contains_key(&attribute.name),
                "{}.{} is required",
                class.name,
                attribute.name
            );
        }
    }
}

#[test]
fn every_template_bears_an_entity_that_has_nothing() {
    for (class, names) in [("orgUnit", UNIT), ("user", PERSON)] {
        let mapping = mapping(class);
        let attributes = mapping["attributes"].as_table().unwrap().values();
        for template in attributes
            .chain(mapping.values())
            .filter_map(toml::Value::as_str)
            .filter(|text| text.contains('{'))
        {
            render(template, names, &[]);
        }
    }
    let item = mapping("user")["attributes"]["Positions"]["item"]
        .as_table()
        .unwrap()
        .clone();
    for template in item.values().filter_map(toml::Value::as_str) {
        assert_eq!(render(template, ENGAGEMENT, &[]), "");
    }
}

#[test]
fn names_and_numbers_take_what_is_best() {
    let attributes = mapping("user")["attributes"].as_table().unwrap().clone();
    let user = |name: &str, has: &[(&str, &str)]| render(attributes[name].as_str().unwrap(), PERSON, has);
    assert_eq!(
        user("Name", &[("given_name", "Anne"), ("family_name", "Hjorth")]),
        "Anne Hjorth"
    );
    assert_eq!(
        user("Name", &[("display_name", "Anne H."), ("given_name", "Anne")]),
        "Anne H."
    );
    assert_eq!(user("UserId", &[("uuid", "u"), ("id", "i")]), "u");
    let both = [("mobile", "1"), ("phone", "2")];
    assert_eq!(
        (user("PhoneNumber", &both), user("Landline", &both)),
        ("1".into(), "2".into())
    );
    let one = [("phone", "2")];
    assert_eq!(
        (user("PhoneNumber", &one), user("Landline", &one)),
        ("2".into(), String::new())
    );
}

#[test]
fn only_persons_with_an_engagement_are_users() {
    let mapping = mapping("user");
    assert_eq!(render(mapping["when"].as_str().unwrap(), PERSON, &[]), "False");
}
