//! The description of the API, and answers held against it.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use samklang_server::{Role, description};
use samklang_store::Scope;
use serde_json::{Value, json};

use crate::stage::Stage;

/// Calls for each `$ref` within.
fn refs(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.insert(reference.clone());
            }
            members.values().for_each(|member| refs(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| refs(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_description_is_whole() {
    let stage = Stage::new().await;
    let request = Request::builder()
        .uri("/api/v1/openapi.json")
        .body(Body::empty())
        .unwrap();
    let told = stage.ask(request).await;
    assert_eq!(
        told.status,
        StatusCode::OK,
        "it is for everybody: {}",
        told.text()
    );
    let api = told.json();
    assert_eq!(api, description().unwrap());
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut found = BTreeSet::new();
    refs(&api, &mut found);
    assert!(found.len() > 30);
    for reference in found {
        let place = reference.strip_prefix('#').unwrap();
        assert!(api.pointer(place).is_some(), "{reference} leads nowhere");
    }
    let mut names = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(
                names.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{at}"
            );
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{at}");
            assert_eq!(operation["security"].as_array().unwrap().len(), 2, "{at}");
            let parameters = operation["parameters"].as_array().unwrap();
            let named: BTreeSet<&str> = (parameters.iter())
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            let wanted: BTreeSet<&str> = (path.split('{').skip(1))
                .map(|rest| rest.split('}').next().unwrap())
                .collect();
            assert_eq!(named, wanted, "{at}");
            let places: BTreeSet<_> = (parameters.iter())
                .map(|parameter| (parameter["in"].to_string(), parameter["name"].to_string()))
                .collect();
            assert_eq!(places.len(), parameters.len(), "{at} names a parameter twice");
            for parameter in parameters {
                bounded(&api, &parameter["schema"], &format!("{at} {}", parameter["name"]));
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                let problem = response.get("$ref").is_some();
                assert_eq!(problem, !status.starts_with('2'), "{at} {status}");
            }
        }
    }
}

/// What comes in has bounds.
fn bounded(api: &Value, schema: &Value, at: &str) {
    let reference = schema["$ref"].as_str().map(|reference| &reference[1..]);
    let schema = reference.map_or(schema, |place| api.pointer(place).unwrap());
    match schema["type"].as_str() {
        Some("string") => {
            let fixed = schema["format"] == "uuid" || schema["pattern"] == r"^\*$";
            assert!(
                fixed || schema["maxLength"].is_u64(),
                "{at} has no longest length: {schema}"
            );
        }
        Some("integer") => {
            assert!(
                schema["minimum"].is_number() && schema["maximum"].is_number(),
                "{at}: {schema}"
            );
        }
        Some("boolean") => {}
        other => panic!("{at} is {other:?}: {schema}"),
    }
}

/// Breaches of a schema of the description.
fn breaches(api: &Value, schema: &Value, answer: &Value) -> Vec<String> {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema],
        "components": api["components"],
    });
    let validator = jsonschema::validator_for(&whole).unwrap();
    let breaches = validator.iter_errors(answer);
    breaches
        .map(|breach| format!("{}: {breach}", breach.instance_path()))
        .collect()
}

#[tokio::test]
async fn answers_are_as_they_are_described() {
    let stage = Stage::new().await;
    let staff = stage.person("Staff", Scope::All, Role::Administrator).await;
    let api = description().unwrap();
    let mut held = 0;
    for (path, item) in api["paths"].as_object().unwrap() {
        if path.ends_with("/news") {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let verb: Method = method.to_uppercase().parse().unwrap();
            let address = crate::routes::address(path) + crate::routes::question(path);
            let told = stage
                .send(verb, &staff, &address, &crate::routes::body_for(path, method))
                .await;
            let at = format!("{method} {path}: {}", told.text());
            let response = &item[method]["responses"][told.status.as_str()];
            assert!(response.is_object(), "{} is not described: {at}", told.status);
            let place = response["$ref"].as_str().map(|reference| &reference[1..]);
            let response = place.map_or(response, |place| api.pointer(place).unwrap());
            let media = told.header("content-type").unwrap_or_default();
            let schema = &response["content"][media]["schema"];
            if told.body.is_empty() {
                assert!(response.get("content").is_none(), "{at}");
            } else {
                assert!(schema.is_object(), "{media} is not described: {at}");
                assert_eq!(breaches(&api, schema, &told.json()), Vec::<String>::new(), "{at}");
                held += 1;
            }
        }
    }
    assert!(held > 30, "{held}");
}

#[test]
fn the_documentation_names_every_address_and_problem() {
    let text = include_str!("../../../docs/api.md");
    let described = description().unwrap();
    let mut count = 0;
    for (path, item) in described["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let place = path.strip_prefix("/api/v1").unwrap();
            let line = format!("| `{} {place}` |", method.to_uppercase());
            assert!(text.contains(&line), "host/docs/api.md lacks {line}");
            count += 1;
        }
    }
    let lines = text.lines().filter(|line| {
        line.starts_with("| `") && line.split('`').nth(1).is_some_and(|first| first.contains(" /"))
    });
    assert_eq!(
        lines.count(),
        count,
        "host/docs/api.md names an address that there is not"
    );
    let kinds = described["components"]["schemas"]["Problem"]["properties"]["type"]["description"].as_str();
    for kind in kinds.unwrap().split('`').skip(3).step_by(2) {
        assert!(
            text.contains(&format!("| `{kind}` | ")),
            "host/docs/api.md does not say `{kind}`"
        );
    }
}
