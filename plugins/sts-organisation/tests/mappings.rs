//! The default mappings set only what the classes have, name only what they have, and their templates bear an entity that has nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

use minijinja::{Environment, UndefinedBehavior, Value as Engine};
use samklang_sdk::Writable;
use samklang_sdk::prelude::*;
use samklang_sts_organisation::StsOrganisation;

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
    "kind",
    "manager",
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
    "it_systems",
];
const ENGAGEMENT: &[&str] = &[
    "id",
    "uuid",
    "person",
    "unit",
    "job_function",
    "role",
    "kind",
    "begin",
    "end",
];

/// A template over an entity with these attributes; all others that it may have are none.
fn render(template: &str, names: &[&str], has: &[(&str, &str)]) -> String {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.add_function("ended", || false);
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

fn mappings() -> toml::Table {
    StsOrganisation::describe().mappings.parse().unwrap()
}

fn outbound(class: &str) -> toml::Table {
    mappings()["outbound"][class].as_table().unwrap().clone()
}

/// The names that the entities of a class have.
fn names(class: &str) -> &'static [&'static str] {
    match class {
        "Bruger" => PERSON,
        "Stilling" => ENGAGEMENT,
        _ => UNIT,
    }
}

#[test]
fn only_what_can_be_set_is_set() {
    for class in StsOrganisation::describe().classes {
        let attributes = outbound(&class.name)["attributes"].as_table().unwrap().clone();
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
        assert!(
            !attributes.contains_key("CPR"),
            "numbers of persons are sent where somebody asks for it"
        );
    }
}

#[test]
fn every_template_bears_an_entity_that_has_nothing() {
    for class in StsOrganisation::describe().classes {
        let mapping = outbound(&class.name);
        let attributes = mapping["attributes"].as_table().unwrap().values();
        for template in attributes.chain(mapping.values()).filter_map(toml::Value::as_str) {
            if template.contains('{') {
                render(template, names(&class.name), &[]);
            }
        }
    }
}

#[test]
fn what_is_read_is_named_as_it_is() {
    for (class, mapping) in mappings()["inbound"].as_table().unwrap() {
        let description = StsOrganisation::describe();
        let class = description
            .classes
            .iter()
            .find(|known| known.name == *class)
            .unwrap();
        let own: Vec<&str> = class
            .attributes
            .iter()
            .map(|attribute| attribute.name.as_str())
            .collect();
        for field in mapping["attributes"].as_table().unwrap().values() {
            let template = field
                .as_str()
                .or_else(|| field.get("key").and_then(toml::Value::as_str))
                .unwrap();
            render(template, &own, &[]);
        }
    }
}

#[test]
fn types_and_titles_take_what_there_is() {
    let field = |class: &str, name: &str, has: &[(&str, &str)]| {
        let attributes = outbound(class)["attributes"].as_table().unwrap().clone();
        render(attributes[name].as_str().unwrap(), names(class), has)
    };
    let kind = |kind: &str| field("OrganisationEnhed", "Enhedstype", &[("kind", kind)]);
    assert_eq!(
        (&*kind("team"), &*kind("Skole"), &*kind("")),
        ("Team", "Afdeling", "Afdeling")
    );
    assert_eq!(
        field("Stilling", "FunktionNavn", &[("role", "employee")]),
        "employee"
    );
    let both = [("mobile", "1"), ("phone", "2")];
    assert_eq!(
        (
            field("Bruger", "Phone", &both),
            field("Bruger", "Landline", &both)
        ),
        ("1".into(), "2".into())
    );
}

#[test]
fn only_persons_with_an_engagement_are_users_and_only_units_with_one_have_a_manager() {
    let when = |class: &str| render(outbound(class)["when"].as_str().unwrap(), names(class), &[]);
    assert_eq!(when("Bruger"), "False");
    assert_eq!(when("Leder"), "");
}

#[test]
fn the_samples_of_the_readme_name_what_there_is() {
    let description = StsOrganisation::describe();
    let readme = include_str!("../README.md");
    let mut samples = 0;
    for block in readme.split("```toml\n").skip(1) {
        let sample: toml::Table = block.split("```").next().unwrap().parse().unwrap();
        let mappings = sample["connections"]["fk"]["mappings"].as_table().unwrap();
        for (direction, classes) in mappings {
            for (class, mapping) in classes.as_table().unwrap() {
                let class = description
                    .classes
                    .iter()
                    .find(|known| known.name == *class)
                    .unwrap();
                let own: Vec<&str> = class
                    .attributes
                    .iter()
                    .map(|attribute| attribute.name.as_str())
                    .collect();
                for (name, template) in mapping["attributes"].as_table().unwrap() {
                    assert!(direction == "inbound" || own.contains(&name.as_str()), "{name}");
                    let context = if direction == "inbound" {
                        &own[..]
                    } else {
                        names(&class.name)
                    };
                    let has = [("Navn", "Anne Hjorth Holm")];
                    let given = direction == "inbound" && name == "given_name";
                    // Whoever and wherever a position is for is there when it is sent.
                    if direction == "inbound" {
                        assert_eq!(
                            render(template.as_str().unwrap(), context, &has) == "Anne Hjorth",
                            given
                        );
                        render(template.as_str().unwrap(), context, &[]);
                    }
                    samples += 1;
                }
            }
        }
    }
    assert_eq!(samples, 4);
    assert!(readme.contains("CPR = \"{{ national_id }}\""));
}
