//! Validity: windows, touching states, the day that older versions take away.

use super::{builder, data, error, server};
use samklang_municipality::{Employee, Municipality};
use serde_json::{Value, json};

/// A town some nights on, and the server that holds it as it is on the morning after.
fn later() -> (Municipality, super::Os2mo) {
    let town = Municipality::new(1, 1000).after_nights(3);
    let now = "2025-08-21T12:00:00+02:00".parse().unwrap();
    (town, builder(town).now(now).start_blocking().unwrap())
}

fn employee(town: &Municipality, wanted: impl Fn(&Employee) -> bool) -> Employee {
    town.employees_with_history()
        .find(|employee| wanted(employee))
        .unwrap()
}

fn states(
    server: &super::Os2mo,
    version: u16,
    collection: &str,
    uuid: uuid::Uuid,
    fields: &str,
) -> Vec<Value> {
    let query = format!(
        "{{ found: {collection}(filter: {{uuids: [\"{uuid}\"], from_date: null, to_date: null}}) {{ objects {{
           all: validities(start: null, end: null) {{ {fields} validity {{ from to }} }} }} }} }}"
    );
    let found = data(server, version, &query, json!({}));
    found["found"]["objects"][0]["all"].as_array().unwrap().clone()
}

#[test]
fn a_rename_is_two_touching_states() {
    let (town, server) = later();
    let renamed = employee(&town, |employee| {
        employee.former_name.is_some() && employee.left.is_none()
    });
    let found = states(&server, 29, "persons", renamed.person.uuid, "name");
    let (former, day) = renamed.former_name.clone().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["name"], former.full());
    assert_eq!(found[1]["name"], renamed.person.name.full());
    assert_eq!(found[0]["validity"]["from"], Value::Null);
    assert_eq!(found[0]["validity"]["to"], format!("{day}T00:00:00+02:00"));
    assert_eq!(found[0]["validity"]["to"], found[1]["validity"]["from"]);
    assert_eq!(found[1]["validity"]["to"], Value::Null);
    let query = format!(
        "{{ persons(filter: {{uuids: [\"{}\"]}}) {{ objects {{ current {{ name }} validities {{ name }} }} }} }}",
        renamed.person.uuid
    );
    let found = &data(&server, 29, &query, json!({}))["persons"]["objects"][0];
    assert_eq!(found["current"]["name"], renamed.person.name.full());
    assert_eq!(found["validities"], json!([{"name": renamed.person.name.full()}]));
}

#[test]
fn up_to_version_28_an_end_is_shown_a_day_early() {
    let (town, server) = later();
    let titled = employee(&town, |employee| {
        employee.left.is_none() && employee.engagements[0].former_title.is_some()
    });
    let uuid = titled.engagements[0].uuid;
    let day = titled.engagements[0].former_title.unwrap().1;
    let end = |version| states(&server, version, "engagements", uuid, "uuid")[0]["validity"]["to"].clone();
    assert_eq!(end(29), format!("{day}T00:00:00+02:00"));
    assert_eq!(end(28), format!("{}T00:00:00+02:00", day.yesterday().unwrap()));
}

#[test]
fn a_leaver_is_past_and_a_joiner_is_present() {
    let (town, server) = later();
    let gone = employee(&town, |employee| employee.left.is_some());
    let come = town.employee(gone.slot);
    assert_ne!(gone.person.uuid, come.person.uuid);
    let query = "query Present($uuids: [UUID!], $now: DateTime!) {
        persons(filter: {uuids: $uuids, from_date: $now, to_date: null}) { objects { uuid } } }";
    let variables =
        json!({"uuids": [gone.person.uuid, come.person.uuid], "now": "2025-08-21T12:00:00+02:00"});
    let found = data(&server, 29, query, variables);
    assert_eq!(
        found,
        json!({"persons": {"objects": [{"uuid": come.person.uuid}]}})
    );
    let ended = states(&server, 29, "engagements", gone.engagements[0].uuid, "user_key");
    assert_eq!(
        ended[0]["validity"]["to"],
        format!("{}T00:00:00+02:00", gone.left.unwrap())
    );
}

#[test]
fn windows_tell_omitted_from_null() {
    let server = server();
    let starter = Municipality::new(1, 300).employee(7).engagements[0].uuid;
    let count = |filter: &str| {
        let query =
            format!("{{ engagements(filter: {{uuids: [\"{starter}\"]{filter}}}) {{ objects {{ uuid }} }} }}");
        data(&server, 29, &query, json!({}))["engagements"]["objects"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count(""), 0, "now");
    assert_eq!(count(", to_date: null"), 1, "from now on");
    assert_eq!(count(", from_date: null, to_date: null"), 1, "ever");
    assert_eq!(count(", from_date: \"2035-08-01\""), 1, "the instant it starts");
    assert_eq!(
        count(", from_date: \"2035-07-31T23:59:59+02:00\""),
        0,
        "the second before"
    );
    assert_eq!(
        count(", from_date: null, to_date: \"2034-01-01\""),
        0,
        "until before it"
    );
    for (filter, message) in [
        (
            "from_date: null",
            "Cannot infer UNSET to_date from interval starting at -infinity",
        ),
        ("to_date: \"2020-01-01\"", "must be less than or equal to to_date"),
        (
            "from_date: \"2030-01-01\", to_date: \"2029-01-01\"",
            "must be less than or equal to to_date",
        ),
    ] {
        let query = format!("{{ engagements(filter: {{{filter}}}) {{ objects {{ uuid }} }} }}");
        let found = error(&server, 29, &query, json!({}));
        assert!(found.contains(message), "{found}");
    }
    let query = format!(
        "{{ engagements(filter: {{uuids: [\"{starter}\"], to_date: null}}) {{ objects {{
           current {{ uuid }} now: validities {{ uuid }} on: validities(end: null) {{ uuid }} }} }} }}"
    );
    let found = &data(&server, 29, &query, json!({}))["engagements"]["objects"][0];
    assert_eq!(
        found,
        &json!({"current": null, "now": [], "on": [{"uuid": starter}]})
    );
}

#[test]
fn nested_fields_do_not_inherit_the_dates() {
    let server = server();
    let starter = Municipality::new(1, 300).employee(7);
    let query = format!(
        "{{ persons(filter: {{uuids: [\"{}\"], from_date: null, to_date: null}}) {{ objects {{ current {{
           now: engagements_response {{ objects {{ uuid }} }}
           on: engagements_response(filter: {{to_date: null}}) {{ objects {{ uuid }} }} }} }} }} }}",
        starter.person.uuid
    );
    let found = &data(&server, 29, &query, json!({}))["persons"]["objects"][0]["current"];
    assert_eq!(found["now"]["objects"], json!([]));
    assert_eq!(found["on"]["objects"].as_array().unwrap().len(), 1);
}

#[test]
fn above_the_top_unit_is_the_organisation_until_version_27() {
    let server = builder(Municipality::new(1, 300))
        .versions(&[25, 28])
        .start_blocking()
        .unwrap();
    let query = "{ org_units(filter: {parent: null}) { objects { current { parent { uuid } parent_uuid
        parent_response { uuid current { uuid } } } } } org { uuid } }";
    let found = data(&server, 25, query, json!({}));
    let organisation = &found["org"]["uuid"];
    let top = &found["org_units"]["objects"][0]["current"];
    assert_eq!(top["parent"], Value::Null);
    assert_eq!(&top["parent_uuid"], organisation);
    assert_eq!(
        top["parent_response"],
        json!({"uuid": organisation, "current": null})
    );
    let top = &data(&server, 28, query, json!({}))["org_units"]["objects"][0]["current"];
    assert_eq!(
        top,
        &json!({"parent": null, "parent_uuid": null, "parent_response": null})
    );
}
