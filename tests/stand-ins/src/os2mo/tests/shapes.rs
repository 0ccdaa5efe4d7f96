//! The queries integrations really send, whole.

use super::{NOW, data, server};
use serde_json::{Value, json};

const UNITS: &str = "
query Units($top: UUID!, $limit: int, $cursor: Cursor, $now: DateTime!) {
  org_units(limit: $limit, cursor: $cursor, filter: {ancestor: {uuids: [$top]}, from_date: $now, to_date: null}) {
    objects { uuid validities(start: $now, end: null) {
      user_key name parent_response { uuid }
      unit_type_response { uuid current { user_key name } }
      unit_level_response { uuid current { user_key } }
      unit_hierarchy_response { uuid current { user_key name } }
      time_planning_response { uuid }
      addresses_response(filter: {from_date: $now, to_date: null}) { objects { uuid
        validities(start: $now, end: null) { value value2 name
          address_type_response { uuid current { user_key scope } }
          visibility_response { current { scope } } validity { from to } } } }
      itusers_response { objects { uuid current { user_key external_id itsystem_response { uuid current { name } } } } }
      kles_response { objects { uuid current { kle_number_response { uuid current { user_key } }
        kle_aspects_response { objects { uuid current { name } } } } } }
      managers_response { objects { uuid current { person_response { uuid } manager_type_response { uuid }
        validity { from to } } } }
      validity { from to } } }
    page_info { next_cursor } } }";

const PERSONS: &str = "
query Persons($limit: int, $cursor: Cursor, $now: DateTime!) {
  persons(limit: $limit, cursor: $cursor, filter: {from_date: $now, to_date: null}) {
    objects { uuid validities(start: $now, end: null) {
      user_key name given_name surname nickname cpr_number validity { from to }
      engagements_response(filter: {from_date: $now, to_date: null}) { objects { uuid
        validities(start: $now, end: null) { user_key is_primary fraction org_unit_response { uuid }
          job_function_response { uuid current { user_key name } } validity { from to } }
        ever: validities(start: null, end: null) { validity { from } } } }
      itusers_response(filter: {from_date: $now, to_date: null}) { objects { uuid
        validities(start: $now, end: null) { user_key external_id itsystem_response { uuid current { user_key } }
          engagements_responses { objects { uuid } } validity { from to } } } }
      addresses_response(filter: {from_date: $now, to_date: null}) { objects { uuid
        validities(start: $now, end: null) { value address_type_response { current { user_key scope } }
          visibility_response { current { scope } } validity { from to } } } } } }
    page_info { next_cursor } } }";

fn top(server: &super::Os2mo) -> String {
    let found = data(
        server,
        29,
        "{ org_units(filter: {parent: null}) { objects { uuid } } }",
        json!({}),
    );
    let objects = found["org_units"]["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 1);
    objects[0]["uuid"].as_str().unwrap().to_owned()
}

fn all(objects: &Value) -> &Vec<Value> {
    objects["objects"].as_array().unwrap()
}

#[test]
fn units_come_with_all_that_belongs_to_them() {
    let server = server();
    for version in [25, 28, 29, 30] {
        let found = data(
            &server,
            version,
            UNITS,
            json!({"top": top(&server), "limit": 500, "now": NOW}),
        );
        let units = all(&found["org_units"]);
        let municipality = samklang_municipality::Municipality::new(1, 300);
        assert_eq!(units.len() as u64, municipality.unit_count());
        let state = |unit: &Value| unit["validities"][0].clone();
        assert!(
            units
                .iter()
                .all(|unit| all(&state(unit)["addresses_response"]).len() == 3)
        );
        assert!(
            units
                .iter()
                .all(|unit| !all(&state(unit)["kles_response"]).is_empty())
        );
        let managers: Vec<Value> = units
            .iter()
            .map(|unit| all(&state(unit)["managers_response"])[0]["current"].clone())
            .collect();
        assert!(
            managers
                .iter()
                .any(|manager| manager["person_response"]["uuid"].is_string())
        );
        assert!(
            managers
                .iter()
                .any(|manager| manager.is_object() && manager["person_response"].is_null())
        );
        assert!(
            units
                .iter()
                .any(|unit| !all(&state(unit)["itusers_response"]).is_empty())
        );
    }
}

#[test]
fn persons_come_with_engagements_accounts_and_addresses() {
    let server = server();
    let found = data(&server, 30, PERSONS, json!({"now": NOW}));
    let persons = all(&found["persons"]);
    let municipality = samklang_municipality::Municipality::new(1, 300);
    assert_eq!(persons.len() as u64, municipality.size().employees);
    let expected = municipality.employee(7);
    let person = persons
        .iter()
        .find(|person| person["uuid"] == expected.person.uuid.to_string())
        .unwrap();
    let state = &person["validities"][0];
    assert_eq!(state["name"], expected.person.name.full());
    assert_eq!(state["cpr_number"], expected.person.danish_number);
    // A future starter: known to a window without end, though nothing of it is current.
    let engagement = &all(&state["engagements_response"])[0];
    assert_eq!(
        engagement["validities"][0]["validity"],
        json!({"from": "2035-08-01T00:00:00+02:00", "to": null})
    );
    assert_eq!(engagement["ever"].as_array().unwrap().len(), 1);
    let scopes: Vec<&Value> = persons
        .iter()
        .flat_map(|person| all(&person["validities"][0]["addresses_response"]))
        .map(|address| &address["validities"][0]["visibility_response"]["current"]["scope"])
        .collect();
    assert!(scopes.contains(&&json!("SECRET")) && scopes.contains(&&Value::Null));
    let two = persons.iter().filter(|person| {
        let accounts = all(&person["validities"][0]["itusers_response"]);
        let directory = accounts
            .iter()
            .filter(|account| account["validities"][0]["itsystem_response"]["current"]["user_key"] == "AD");
        directory.count() == 2
    });
    assert!(two.count() > 0, "nobody has two accounts in one system");
}

#[test]
fn the_owner_of_anything_is_found_with_unbounded_dates() {
    let server = server();
    let query = "query Owner($uuid: UUID!) { addresses(filter: {uuids: [$uuid], from_date: null, to_date: null}) {
        objects { validities(start: null, end: null) { person_response { uuid } org_unit_response { uuid } } } } }";
    let list =
        "{ addresses { objects { uuid current { person_response { uuid } org_unit_response { uuid } } } } }";
    let found = data(&server, 29, list, json!({}));
    let address = all(&found["addresses"]).first().unwrap().clone();
    let owner = data(&server, 29, query, json!({"uuid": address["uuid"]}));
    assert_eq!(
        owner["addresses"]["objects"][0]["validities"][0],
        address["current"]
    );
    let nobody = json!({"uuid": "00000000-0000-4000-8000-000000000000"});
    assert_eq!(
        data(&server, 29, query, nobody),
        json!({"addresses": {"objects": []}})
    );
}

#[test]
fn classes_are_found_by_their_facet() {
    let server = server();
    let query = "query Classes($facet: String!) { classes(filter: {facet: {user_keys: [$facet]}}) {
        objects { uuid current { user_key name scope } } page_info { next_cursor } } }";
    let found = data(&server, 25, query, json!({"facet": "visibility"}));
    let mut scopes: Vec<&str> = all(&found["classes"])
        .iter()
        .map(|class| class["current"]["scope"].as_str().unwrap())
        .collect();
    scopes.sort_unstable();
    assert_eq!(scopes, ["INTERNAL", "PUBLIC", "SECRET"]);
}

#[test]
fn a_client_can_ask_who_it_is() {
    let server = server();
    let found = data(
        &server,
        30,
        "query Me { me { actor { uuid } roles } version { mo_version } }",
        json!({}),
    );
    assert!(found["me"]["actor"]["uuid"].is_string());
    assert!(
        found["me"]["roles"]
            .as_array()
            .unwrap()
            .contains(&json!("read_employee"))
    );
    assert!(found["version"]["mo_version"].is_string());
}

#[test]
fn the_older_style_gives_objects() {
    let server = server();
    let query = "{ employees(filter: {from_date: null, to_date: null}) { objects { uuid objects { name cpr_no
        engagements { user_key org_unit { uuid name } job_function { name } } itusers { user_key itsystem { name } }
        addresses { value address_type { scope } visibility { scope } } } } }
        org_units { objects { current { name parent { name } parent_uuid unit_type { user_key } managers {
        person { name } } kles { kle_number { user_key } } children { uuid } child_count } } } }";
    let found = data(&server, 22, query, json!({}));
    let names = all(&found["employees"])
        .iter()
        .filter(|person| person["objects"][0]["name"].is_string());
    assert!(names.count() > 30);
    let unit = &all(&found["org_units"])[0]["current"];
    assert!(
        unit["kles"][0]["kle_number"]["user_key"].is_string(),
        "one class up to version 22: {unit}"
    );
    let newer = data(
        &server,
        25,
        "{ kles { objects { current { kle_number { user_key } } } } }",
        json!({}),
    );
    assert!(newer["kles"]["objects"][0]["current"]["kle_number"].is_array());
}
