//! The default mappings, evaluated as the host does it: strictly, with none for what an object lacks, and with empty lists absent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

use minijinja::{Environment, UndefinedBehavior};
use samklang_os2mo::Os2mo;
use samklang_sdk::prelude::*;
use serde_json::{Map, Value as Json, json};

fn mappings() -> toml::Table {
    Os2mo::describe().mappings.parse().unwrap()
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_formatter(|output, state, value| match value.is_none() {
        true => Ok(()),
        false => minijinja::escape_formatter(output, state, value),
    });
    engine
}

fn value(json: &Json) -> minijinja::Value {
    match json {
        Json::Null => minijinja::Value::from(()),
        Json::Bool(truth) => minijinja::Value::from(*truth),
        Json::Number(number) => minijinja::Value::from(number.as_i64().unwrap()),
        Json::String(text) => minijinja::Value::from(text.as_str()),
        Json::Array(items) => items.iter().map(value).collect(),
        Json::Object(members) => minijinja::Value::from_pairs(
            members
                .iter()
                .map(|(name, member)| (name.as_str(), value(member))),
        ),
    }
}

/// Every template of a class with the name of its attribute.
fn templates(class: &str) -> Vec<(String, String)> {
    let mappings = mappings();
    let mapping = &mappings["inbound"][class];
    let when = mapping
        .get("when")
        .map(|text| ("when".to_owned(), text.as_str().unwrap().to_owned()));
    let attributes = mapping["attributes"]
        .as_table()
        .unwrap()
        .iter()
        .map(|(name, field)| {
            let text = field.as_str().or_else(|| field.get("key")?.as_str()).unwrap();
            (name.clone(), text.to_owned())
        });
    when.into_iter().chain(attributes).collect()
}

/// What the templates of a class give for an object. What it lacks is none, as long as the class declares it.
fn evaluate(class: &str, object: Json) -> Map<String, Json> {
    let description = Os2mo::describe();
    let declared = description
        .classes
        .iter()
        .find(|known| known.name == class)
        .unwrap();
    let mut names: Json = declared
        .attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), Json::Null))
        .collect();
    for (name, value) in object.as_object().unwrap() {
        assert!(names.get(name).is_some(), "{class} has no attribute {name}");
        names[name] = value.clone();
    }
    let engine = engine();
    let texts = templates(class).into_iter().map(|(name, template)| {
        let text = engine
            .render_str(&template, value(&names))
            .unwrap_or_else(|fault| panic!("{class}.{name}: {fault:#}"));
        (name, Json::String(text))
    });
    texts.filter(|(_, text)| text != "").collect()
}

#[test]
fn every_template_bears_an_object_that_has_nothing() {
    for class in ["unit", "employee", "engagement", "ituser"] {
        let nothing = evaluate(class, json!({"uuid": "u"}));
        let allowed = |name: &str| matches!(name, "uuid" | "when" | "tasks" | "it_systems");
        assert!(nothing.keys().all(|name| allowed(name)), "{class}: {nothing:?}");
    }
}

#[test]
fn mapped_classes_and_references_are_there() {
    let description = Os2mo::describe();
    let known = |name: &str| {
        description
            .classes
            .iter()
            .any(|class| class.name == name && class.readable)
    };
    let mappings = mappings();
    for (class, mapping) in mappings["inbound"].as_table().unwrap() {
        assert!(known(class), "{class}");
        for (name, field) in mapping["attributes"].as_table().unwrap() {
            let target = field
                .get("reference")
                .map_or(class.as_str(), |target| target.as_str().unwrap());
            assert!(known(target), "{class}.{name} refers to {target}");
        }
    }
}

fn phone(name: &str, kind: &str, public: bool) -> Json {
    json!({"name": name, "value": name, "type": kind, "type_name": null, "scope": "PHONE", "public": public, "state": "current"})
}

fn account(name: &str, system: &str, state: &str) -> Json {
    json!({"user_key": name, "system_name": system, "state": state})
}

#[test]
fn a_person_has_the_public_addresses_of_each_scope() {
    let addresses = json!([phone("1", "Mobiltelefon", false), phone("2", "AD-Mobil", true), phone("3", "Kontor", true), phone("4", "Kontor", true),
        {"name": "a@k.example", "value": "a@k.example", "type": "m", "type_name": null, "scope": "EMAIL", "public": true, "state": "current"}]);
    let person = evaluate(
        "employee",
        json!({"uuid": "u", "cpr_number": "0101901234", "given_name": "Anne", "surname": "Hjorth",
        "name": "Anne Hjorth", "addresses": addresses}),
    );
    assert_eq!(
        (&person["mobile"], &person["phone"], &person["email"]),
        (&json!("2"), &json!("3"), &json!("a@k.example"))
    );
    assert_eq!(
        (&person["national_id"], &person["family_name"]),
        (&json!("0101901234"), &json!("Hjorth"))
    );
}

#[test]
fn a_user_name_needs_exactly_one_account_in_active_directory() {
    let username = |accounts: Json| {
        evaluate("employee", json!({"uuid": "u", "itusers": accounts}))
            .get("username")
            .cloned()
    };
    let ad = |name| account(name, "Active Directory", "current");
    assert_eq!(
        username(json!([account("x", "Omada", "current"), ad("annehj")])),
        Some(json!("annehj"))
    );
    assert_eq!(username(json!([ad("annehj"), ad("adm-annehj")])), None);
    assert_eq!(username(json!([account("x", "Omada", "current")])), None);
    assert_eq!(
        username(json!([
            ad("annehj"),
            account("new", "Active Directory", "future")
        ])),
        Some(json!("annehj"))
    );
}

#[test]
fn a_unit_has_the_manager_who_holds_office_now() {
    let managers = json!([{"person": null, "state": "current"}, {"person": "p1", "state": "future"}, {"person": "p2", "state": "current"}]);
    let kles = json!([{"number_uuid": "k2"}, {"number_uuid": "k1"}, {"number_uuid": "k2"}]);
    let unit = evaluate(
        "unit",
        json!({"uuid": "u", "managers": managers, "kles": kles, "level": "N1", "level_name": null, "parent": "p"}),
    );
    assert_eq!(
        (&unit["manager"], &unit["level"], &unit["parent"]),
        (&json!("p2"), &json!("N1"), &json!("p"))
    );
    assert_eq!(unit["tasks"], json!("['k2', 'k1']"));
}

#[test]
fn only_accounts_of_persons_that_hold_now_count() {
    let when = |object: Json| evaluate("ituser", object).remove("when");
    assert_eq!(
        when(json!({"uuid": "u", "person": "p", "state": "current"})),
        Some(json!("True"))
    );
    assert_eq!(
        when(json!({"uuid": "u", "person": "p", "state": "future"})),
        Some(json!("False"))
    );
    assert_ne!(
        when(json!({"uuid": "u", "person": null, "unit": "x", "state": "current"})),
        Some(json!("True"))
    );
}

#[test]
fn the_overrides_in_the_readme_work() {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once("```toml\n").unwrap();
    let overrides: toml::Table = rest.split_once("```").unwrap().0.parse().unwrap();
    let addresses = json!([{"type_uuid": "77aa…", "public": true, "name": "2"}, {"type_uuid": "0f3c…", "public": true, "name": "1"}]);
    let names = json!({"addresses": addresses, "itusers": [{"system_name": "Omada", "user_key": "o"}], "nickname": null, "name": "Anne Hjorth",
        "extension_3": null, "job_function_name": "Pædagog", "level_uuid": "2b1d…"});
    let expected = [
        ("phone", "1"),
        ("mobile", "1"),
        ("display_name", "Anne Hjorth"),
        ("username", "o"),
        ("job_function", "Pædagog"),
    ];
    for (name, expected) in expected {
        let find = |class: &str| overrides["inbound"].get(class)?.get("attributes")?.get(name);
        let template = find("employee")
            .or_else(|| find("engagement"))
            .and_then(toml::Value::as_str)
            .unwrap();
        let text = engine().render_str(template, value(&names));
        assert_eq!(
            text.unwrap_or_else(|fault| panic!("{name}: {fault:#}")),
            expected,
            "{name}"
        );
    }
    let when = overrides["inbound"]["unit"]["when"].as_str().unwrap();
    assert_eq!(engine().render_str(when, value(&names)).unwrap(), "False");
}
