//! Lists page by page, also while they change under the reader.

use super::{builder, data, server};
use samklang_municipality::Municipality;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PAGE: &str = "query Page($limit: int, $cursor: Cursor, $filter: EmployeeFilter) {
    employees(limit: $limit, cursor: $cursor, filter: $filter) { objects { uuid } page_info { next_cursor } } }";

/// All identifiers and the sizes of the pages they came in.
fn read(server: &super::Os2mo, version: u16, limit: u64, filter: &Value) -> (Vec<String>, Vec<usize>) {
    let (mut uuids, mut sizes, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let variables = json!({"limit": limit, "cursor": cursor, "filter": filter});
        let page = data(server, version, PAGE, variables)["employees"].clone();
        let objects = page["objects"].as_array().unwrap();
        uuids.extend(
            objects
                .iter()
                .map(|object| object["uuid"].as_str().unwrap().to_owned()),
        );
        sizes.push(objects.len());
        cursor = page["page_info"]["next_cursor"].clone();
        if cursor.is_null() {
            return (uuids, sizes);
        }
    }
}

#[test]
fn pages_cover_the_list_once_and_end_in_either_style() {
    let town = Municipality::new(1, 300);
    let server = builder(town).start_blocking().unwrap();
    let all = town.size().employees;
    assert!(all.is_multiple_of(23), "{all} must divide into full pages");
    for (version, last) in [(25, 0), (28, 23), (30, 23)] {
        let (uuids, sizes) = read(&server, version, 23, &Value::Null);
        assert_eq!(uuids.len() as u64, all);
        assert_eq!(uuids.iter().collect::<BTreeSet<_>>().len() as u64, all);
        assert!(uuids.is_sorted());
        assert_eq!(sizes.last(), Some(&last), "version {version}");
    }
    let server = builder(town).empty_last_page(true).start_blocking().unwrap();
    assert_eq!(read(&server, 30, 23, &Value::Null).1.last(), Some(&0));
}

#[test]
fn no_limit_is_everything_and_zero_is_nothing() {
    let server = server();
    let whole = data(&server, 29, PAGE, json!({"limit": null}))["employees"].clone();
    assert_eq!(
        whole["objects"].as_array().unwrap().len() as u64,
        Municipality::new(1, 300).size().employees
    );
    assert_eq!(whole["page_info"]["next_cursor"], Value::Null);
    let none = data(&server, 29, PAGE, json!({"limit": 0}))["employees"].clone();
    assert_eq!(none, json!({"objects": [], "page_info": {"next_cursor": null}}));
}

#[test]
fn sparse_pages_fall_short_while_more_follow() {
    let town = Municipality::new(1, 1000).after_nights(30);
    let now = "2025-10-01T12:00:00+02:00".parse().unwrap();
    let server = builder(town)
        .now(now)
        .sparse_pages(true)
        .start_blocking()
        .unwrap();
    let (uuids, sizes) = read(&server, 30, 2, &Value::Null);
    assert_eq!(uuids.len() as u64, town.size().employees);
    assert!(
        sizes.iter().rev().skip(1).any(|size| *size < 2),
        "no page fell short: {sizes:?}"
    );
}

#[test]
fn a_night_between_two_pages_changes_what_follows() {
    let town = Municipality::new(1, 1000);
    let server = builder(town).start_blocking().unwrap();
    let page =
        |cursor: Value| data(&server, 29, PAGE, json!({"limit": 10, "cursor": cursor}))["employees"].clone();
    let first = page(Value::Null);
    let other = Municipality::new(2, 1000);
    server.replace(&other);
    let second = page(first["page_info"]["next_cursor"].clone());
    let last = first["objects"][9]["uuid"].as_str().unwrap();
    let known: BTreeSet<String> = other
        .employees()
        .map(|employee| employee.person.uuid.to_string())
        .collect();
    for object in second["objects"].as_array().unwrap() {
        let uuid = object["uuid"].as_str().unwrap();
        assert!(uuid > last && known.contains(uuid));
    }
}
