//! The default mapping sets only what the classes have, its templates bear an entity that has nothing, and the documentation tells all
//! settings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report; a missing member is a failed test"
)]

use minijinja::{Environment, UndefinedBehavior, Value as Engine};
use samklang_ad::ActiveDirectory;
use samklang_sdk::Writable;
use samklang_sdk::prelude::*;

const PERSON: &[&str] = &[
    "id",
    "username",
    "given_name",
    "family_name",
    "display_name",
    "email",
    "phone",
    "mobile",
    "employee_number",
    "student_number",
    "n",
];
const UNIT: &[&str] = &["id", "name", "phone"];
const GROUP: &[&str] = &["id", "name", "short_name", "description", "n"];

/// A template over an entity with these attributes; all others that it may have are none.
fn render(template: &str, names: &[&str], has: &[(&str, &str)]) -> String {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_formatter(|output, state, value| match value.is_none() {
        true => Ok(()),
        false => minijinja::escape_formatter(output, state, value),
    });
    engine.add_filter("ascii", |text: String| text.replace('å', "aa").replace('ø', "oe"));
    let value = |name: &str| match has.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => Engine::from(*text),
        None => Engine::from(()),
    };
    let context = Engine::from_pairs(names.iter().map(|name| (*name, value(name))));
    let rendered = engine.render_str(template, context);
    rendered.unwrap_or_else(|fault| panic!("{template}: {fault:#}"))
}

fn mappings() -> toml::Table {
    ActiveDirectory::describe().mappings.parse().unwrap()
}

fn templates(value: &toml::Value, found: &mut Vec<String>) {
    match value {
        toml::Value::String(text) if text.contains("{{") => found.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|value| templates(value, found)),
        toml::Value::Table(table) => table.values().for_each(|value| templates(value, found)),
        _ => {}
    }
}

#[test]
fn only_what_can_be_set_is_set() {
    for class in ActiveDirectory::describe().classes {
        let attributes = mappings()["outbound"][&class.name]["attributes"]
            .as_table()
            .unwrap()
            .clone();
        for name in attributes.keys() {
            let known = class.attributes.iter().find(|attribute| attribute.name == *name);
            assert!(
                known.is_some_and(|attribute| attribute.writable != Writable::Never),
                "{}.{name}",
                class.name
            );
        }
        let required = class.attributes.iter().filter(|attribute| attribute.required);
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
fn only_what_is_read_is_mapped() {
    let description = ActiveDirectory::describe();
    for (class, mapping) in mappings()["inbound"].as_table().unwrap() {
        let class = description
            .classes
            .iter()
            .find(|known| known.name == *class)
            .unwrap();
        let names: Vec<&str> = class
            .attributes
            .iter()
            .map(|attribute| attribute.name.as_str())
            .collect();
        let mut found = Vec::new();
        templates(mapping, &mut found);
        for template in found {
            render(&template, &names, &[]);
        }
    }
}

#[test]
fn every_template_bears_an_entity_that_has_nothing() {
    for (class, names) in [("ou", UNIT), ("user", PERSON), ("group", GROUP)] {
        let mut found = Vec::new();
        templates(&mappings()["outbound"][class]["attributes"], &mut found);
        assert!(!found.is_empty());
        for template in found.iter().filter(|template| !template.contains("name[:64]")) {
            render(template, names, &[]);
        }
    }
}

#[test]
fn account_names_are_short_and_of_letters_that_are_allowed() {
    let name = mappings()["outbound"]["user"]["attributes"]["sAMAccountName"]
        .as_table()
        .unwrap()
        .clone();
    assert_eq!(name["max_length"].as_integer(), Some(20));
    let forbidden = name["forbidden"].as_str().unwrap();
    for letter in "\"/\\[]:;|=,+*?<>@".chars() {
        assert!(forbidden.contains(letter), "{letter}");
    }
    let patterns: Vec<&str> = name["unique"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    let kari = [("given_name", "Kåri"), ("family_name", "øst"), ("n", "2")];
    assert_eq!(render(patterns[1], PERSON, &kari), "kaari.oest");
    assert_eq!(render(patterns[2], PERSON, &kari), "kaari.oest2");
    assert_eq!(render(patterns[0], PERSON, &[("username", "ko")]), "ko");
}

#[test]
fn the_documentation_has_every_setting_and_no_other() {
    let schema: serde_json::Value = serde_json::from_str(&ActiveDirectory::describe().settings).unwrap();
    let mut known: Vec<&str> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let readme = include_str!("../README.md");
    let table = readme
        .split("| setting |")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let mut told: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    known.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, known);
    // What stands in the table as a default is the schema's.
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let default = schema["properties"][cells[0].trim_matches('`')].get("default");
        if let Some(default) = default.filter(|default| *default != "") {
            let text = default
                .as_str()
                .map_or_else(|| default.to_string(), str::to_owned);
            assert_eq!(cells[1].trim_matches('`'), text, "{line}");
        }
    }
}
