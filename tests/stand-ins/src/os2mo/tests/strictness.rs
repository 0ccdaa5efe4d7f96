//! What the schema refuses, and what omitted, null and empty mean in filters.

use super::{builder, data, error, server};
use samklang_municipality::Municipality;
use serde_json::{Value, json};

fn count(server: &super::Os2mo, version: u16, collection: &str, filter: &str) -> usize {
    let query = format!("{{ found: {collection}(filter: {{{filter}}}) {{ objects {{ uuid }} }} }}");
    data(server, version, &query, json!({}))["found"]["objects"]
        .as_array()
        .unwrap()
        .len()
}

#[test]
fn what_the_version_does_not_have_is_a_validation_error() {
    let server = server();
    for (version, query) in [
        (29, "{ persons { objects { cprNumber } } }"),
        (
            29,
            "{ persons { objects { current { engagement_response { objects { uuid } } } } } }",
        ),
        (
            29,
            "{ itusers { objects { current { engagements_response { objects { uuid } } } } } }",
        ),
        (29, "{ persons(filter: {email: \"x\"}) { objects { uuid } } }"),
        (29, "{ persons(first: 10) { objects { uuid } } }"),
        (22, "{ persons { objects { uuid } } }"),
        (22, "{ me { roles } }"),
        (
            22,
            "{ employees { objects { current { engagements_response { objects { uuid } } } } } }",
        ),
        (
            22,
            "{ org_units(filter: {ancestor: {uuids: []}}) { objects { uuid } } }",
        ),
        (25, "{ itusers { objects { current { binding_type } } } }"),
        (
            29,
            "{ addresses { objects { current { person_response { uuid } } } ",
        ),
        (29, "mutation { employee_delete(uuid: \"x\") { uuid } }"),
    ] {
        let message = error(&server, version, query, json!({}));
        assert!(!message.is_empty(), "{query}");
    }
    let message = error(&server, 29, "{ persons { nodes { uuid } } }", json!({}));
    assert_eq!(
        message,
        "Cannot query field 'nodes' on type 'EmployeeResponsePaged'."
    );
}

#[test]
fn the_limit_is_of_a_type_named_int_in_lower_case() {
    let server = server();
    let query =
        |ty: &str| format!("query Page($limit: {ty}) {{ persons(limit: $limit) {{ objects {{ uuid }} }} }}");
    let message = error(&server, 29, &query("Int"), json!({"limit": 3}));
    assert!(message.contains("Int") && message.contains("int"), "{message}");
    let found = data(&server, 29, &query("int"), json!({"limit": 3}));
    assert_eq!(found["persons"]["objects"].as_array().unwrap().len(), 3);
    assert!(error(&server, 29, &query("int"), json!({"limit": "three"})).contains("int"));
}

#[test]
fn lists_restrict_unless_omitted_or_null() {
    let server = server();
    let all = count(&server, 29, "org_units", "");
    assert_eq!(
        count(&server, 29, "org_units", "uuids: null, user_keys: null"),
        all
    );
    assert_eq!(count(&server, 29, "org_units", "uuids: []"), 0);
    assert_eq!(count(&server, 29, "org_units", "user_keys: [\"U00000\"]"), 1);
    assert!(
        error(
            &server,
            29,
            "{ org_units(filter: {uuids: [\"no\"]}) { objects { uuid } } }",
            json!({})
        )
        .contains("UUID")
    );
}

#[test]
fn a_key_whose_variable_is_missing_is_omitted_and_not_null() {
    let server = server();
    let query = "query Units($parent: OrganisationUnitFilter, $from: DateTime, $to: DateTime) {
        org_units(filter: {parent: $parent, from_date: $from, to_date: $to}) { objects { uuid } } }";
    let units = |variables| {
        data(&server, 29, query, variables)["org_units"]["objects"]
            .as_array()
            .unwrap()
            .len()
    };
    let all = count(&server, 29, "org_units", "");
    assert_eq!(units(json!({})), all);
    assert_eq!(units(json!({"parent": null})), 1);
    assert_eq!(units(json!({"parent": {}})), all - 1);
    assert_eq!(
        units(json!({"from": null, "to": null})),
        all + 1,
        "with the closed one"
    );
    assert!(error(&server, 29, query, json!({"from": null})).starts_with("Cannot infer UNSET to_date"));
}

#[test]
fn the_tree_is_asked_downwards_by_ancestor_and_upwards_by_descendant() {
    let server = server();
    let municipality = Municipality::new(1, 300);
    let units: Vec<_> = municipality.units().collect();
    let team = units
        .iter()
        .find(|unit| unit.kind == samklang_municipality::UnitKind::Team)
        .unwrap();
    let department = &units[team.parent.unwrap() as usize];
    let beneath = units
        .iter()
        .filter(|unit| unit.parent == Some(department.index))
        .count();
    let by = |key: &str, unit: &samklang_municipality::Unit| {
        count(
            &server,
            29,
            "org_units",
            &format!("{key}: {{uuids: [\"{}\"]}}", unit.uuid),
        )
    };
    assert_eq!(by("ancestor", department), beneath + 1);
    assert_eq!(by("descendant", department), 3);
    assert_eq!(by("subtree", team), 4);
    assert_eq!(by("parent", department), beneath);
    assert_eq!(by("child", team), 1);
    let parents: std::collections::BTreeSet<_> = units.iter().filter_map(|unit| unit.parent).collect();
    assert_eq!(
        count(&server, 29, "org_units", "child: null"),
        units.len() - parents.len()
    );
}

#[test]
fn nulls_that_changed_their_meaning_with_a_version() {
    let server = builder(Municipality::new(1, 1000)).start_blocking().unwrap();
    let managers = count(&server, 29, "managers", "");
    let vacant = count(&server, 29, "managers", "employee: null");
    assert!(vacant > 0 && vacant < managers);
    assert_eq!(count(&server, 22, "managers", "employee: null"), managers);
    let accounts = count(&server, 30, "itusers", "");
    let without = count(&server, 30, "itusers", "external_ids: null");
    assert!(without > 0 && without < accounts);
    assert_eq!(count(&server, 29, "itusers", "external_ids: null"), accounts);
}

#[test]
fn relations_of_other_collections_filter_too() {
    let server = server();
    let municipality = Municipality::new(1, 300);
    let employee = municipality.employee(3);
    let by = |collection, key: &str, uuid: uuid::Uuid| {
        count(
            &server,
            29,
            collection,
            &format!("{key}: {{uuids: [\"{uuid}\"]}}, from_date: null, to_date: null"),
        )
    };
    assert_eq!(
        by("engagements", "employee", employee.person.uuid),
        employee.engagements.len()
    );
    assert_eq!(
        by("itusers", "employee", employee.person.uuid),
        employee.accounts.len()
    );
    let unit = municipality.unit(employee.unit);
    assert_eq!(by("kles", "org_unit", unit.uuid), unit.tasks.len());
    assert_eq!(by("managers", "org_unit", unit.uuid), 1);
    let mails = count(
        &server,
        29,
        "addresses",
        "address_type: {scope: [\"EMAIL\"]}, org_unit: {}",
    );
    assert_eq!(mails as u64, municipality.unit_count());
}

#[test]
fn introspection_is_answered() {
    let server = server();
    let found = data(
        &server,
        29,
        "{ __schema { queryType { name } } __type(name: \"int\") { kind } }",
        json!({}),
    );
    assert_eq!(found["__schema"]["queryType"]["name"], "Query");
    assert_eq!(found["__type"]["kind"], "SCALAR");
    assert_ne!(found, Value::Null);
}
