//! Reads against canned answers: paging, validity, both generations of texts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

mod sdl;
mod server;

use samklang_sdk::prelude::*;
use samklang_sdk::testing;
use serde_json::{Value as Json, json};
use server::{cell, id, page, read_page, serve};

fn settings(version: u8) -> Json {
    json!({"url": "https://mo.example", "version": version})
}

/// A unit with its states, as versions from 25 on give it.
fn unit(uuid: &str, states: &[(&str, Option<&str>, Option<&str>)]) -> Json {
    let states: Vec<Json> = states
        .iter()
        .map(|(name, from, to)| {
            json!({"uuid": uuid, "user_key": "U", "name": name, "parent_response": null,
                "unit_type_response": {"uuid": id("b1"), "current": {"user_key": "daginst", "name": "Daginstitution", "scope": null}},
                "unit_level_response": {"uuid": id("b2"), "current": null}, "unit_hierarchy_response": null,
                "time_planning_response": null, "addresses_response": {"objects": []}, "itusers_response": {"objects": []},
                "managers_response": {"objects": []}, "kles_response": {"objects": []}, "validity": {"from": from, "to": to}})
        })
        .collect();
    let span: Vec<Json> = states
        .iter()
        .map(|state| json!({"validity": state["validity"]}))
        .collect();
    json!({"uuid": uuid, "validities": states, "span": span})
}

fn engagement(uuid: &str, states: &[(&str, &str, Option<&str>)], span: Json) -> Json {
    let states: Vec<Json> = states
        .iter()
        .map(|(job, from, to)| {
            json!({"uuid": uuid, "user_key": "12345", "is_primary": true, "fraction": 37, "extension_1": "", "extension_3": "Leder",
                "person_response": {"uuid": id("a1")}, "org_unit_response": {"uuid": id("c1")},
                "job_function_response": {"uuid": id("d1"), "current": {"user_key": job, "name": job, "scope": null}},
                "engagement_type_response": {"uuid": id("d2"), "current": {"user_key": "ansat", "name": "Ansat", "scope": null}},
                "primary_response": null, "validity": {"from": from, "to": to}})
        })
        .collect();
    json!({"uuid": uuid, "validities": states, "span": span})
}

#[test]
fn pages_are_read_to_the_end_whatever_their_size() {
    let answer = |_: &str, variables: &Json| {
        let (objects, next) = match variables["cursor"].as_str() {
            None => (
                json!([
                    unit(&id("1"), &[("One", None, None)]),
                    unit(&id("2"), &[("Two", None, None)])
                ]),
                Some("p2"),
            ),
            Some("p2") => (json!([]), Some("p3")),
            Some("p3") => (
                json!([
                    unit(&id("3"), &[("Three", None, None)]),
                    json!({"uuid": id("4"), "validities": [], "span": []})
                ]),
                Some("p4"),
            ),
            Some("p4") => (json!([]), None),
            other => panic!("cursor {other:?}"),
        };
        json!({"data": page("org_units", objects, next)})
    };
    let settings = json!({"url": "https://mo.example/", "page_size": 2});
    let (collected, asked) = serve(settings, answer, |connector| {
        testing::read_all(connector, &["unit"])
    });
    let names: Vec<_> = collected
        .column("unit", "name")
        .iter()
        .map(server::plain)
        .collect();
    assert_eq!(names, ["One", "Two", "Three"]);
    assert_eq!(collected.completion.objects, [("unit".to_owned(), 3)]);
    assert_eq!(asked.len(), 4);
    let first = asked[0]["variables"].as_object().unwrap();
    assert!(!first.contains_key("cursor"), "no cursor is not the same as null");
    assert_eq!(
        (&first["limit"], &first["from"]),
        (&json!(2), &json!(server::NOW))
    );
    assert_eq!(
        first["filter"],
        json!({"from_date": server::NOW, "to_date": null})
    );
    assert!(
        first.contains_key("to") && first["to"].is_null(),
        "an open window is an explicit null"
    );
}

#[test]
fn a_cursor_that_comes_back_ends_the_read_as_invalid_data() {
    let answer = |_: &str, _: &Json| json!({"data": page("classes", json!([]), Some("again"))});
    let read = |connector: &samklang_os2mo::Os2mo| {
        testing::try_read(connector, &["class"], Extent::Full).map(|_| ())
    };
    let (result, asked) = serve(settings(29), answer, read);
    assert!(matches!(result, Err(Error::InvalidData { .. })), "{result:?}");
    assert_eq!(asked.len(), 2);
}

#[test]
fn the_present_state_is_the_row_and_the_coming_one_is_announced() {
    let states = [
        (
            "Old",
            Some("2020-01-01T00:00:00+01:00"),
            Some("2026-08-01T00:00:00+02:00"),
        ),
        ("New", Some("2026-08-01T00:00:00+02:00"), None),
    ];
    let collected = read_page(
        settings(29),
        "unit",
        page("org_units", json!([unit(&id("1"), &states)]), None),
    );
    let cell = |column| cell(&collected, "unit", column);
    assert_eq!(
        (cell("name"), cell("state"), cell("changes")),
        (json!("Old"), json!("current"), json!("2026-08-01"))
    );
    assert_eq!((cell("begin"), cell("end")), (json!("2020-01-01"), Json::Null));
    assert_eq!(
        (cell("type"), cell("type_name"), cell("level"), cell("level_uuid")),
        (
            json!("daginst"),
            json!("Daginstitution"),
            Json::Null,
            json!(id("b2"))
        )
    );
    assert_eq!(cell("addresses"), json!([]));
}

#[test]
fn what_is_yet_to_begin_is_a_row_that_says_so() {
    let states = [("Coming", Some("2026-08-01T00:00:00+02:00"), None)];
    let collected = read_page(
        settings(29),
        "unit",
        page("org_units", json!([unit(&id("1"), &states)]), None),
    );
    assert_eq!(cell(&collected, "unit", "state"), json!("future"));
    assert_eq!(cell(&collected, "unit", "begin"), json!("2026-08-01"));
}

#[test]
fn an_end_is_the_same_day_in_version_28_and_29() {
    let span = |to: &str| json!([{"validity": {"from": "2020-08-01T00:00:00+02:00", "to": to}}]);
    let of = |version, to: &str| {
        let objects = json!([engagement(
            &id("e1"),
            &[("paed", "2020-08-01T00:00:00+02:00", Some(to))],
            span(to)
        )]);
        read_page(
            settings(version),
            "engagement",
            page("engagements", objects, None),
        )
    };
    let (old, new) = (
        of(28, "2026-07-31T00:00:00+02:00"),
        of(29, "2026-08-01T00:00:00+02:00"),
    );
    assert_eq!(old, new);
    assert_eq!(cell(&new, "engagement", "end"), json!("2026-07-31"));
}

#[test]
fn a_change_of_job_function_ends_no_engagement() {
    let states = [
        (
            "paed",
            "2026-01-01T00:00:00+01:00",
            Some("2026-04-01T00:00:00+02:00"),
        ),
        (
            "leder",
            "2026-04-01T00:00:00+02:00",
            Some("2026-12-01T00:00:00+01:00"),
        ),
    ];
    let span = json!([{"validity": {"from": "2015-08-01T00:00:00+02:00", "to": "2016-08-01T00:00:00+02:00"}},
        {"validity": {"from": "2019-08-01T00:00:00+02:00", "to": "2026-01-01T00:00:00+01:00"}},
        {"validity": {"from": states[0].1, "to": states[0].2}}, {"validity": {"from": states[1].1, "to": states[1].2}}]);
    let collected = read_page(
        settings(29),
        "engagement",
        page("engagements", json!([engagement(&id("e1"), &states, span)]), None),
    );
    let cell = |column| cell(&collected, "engagement", column);
    assert_eq!(
        (cell("job_function"), cell("changes")),
        (json!("paed"), json!("2026-04-01"))
    );
    assert_eq!(
        (cell("first_begin"), cell("begin"), cell("end")),
        (json!("2015-08-01"), json!("2019-08-01"), json!("2026-11-30"))
    );
    assert_eq!(
        (cell("extension_1"), cell("extension_3"), cell("fraction")),
        (Json::Null, json!("Leder"), json!(37))
    );
}

fn address(uuid: &str, value: &str, scope: &str, visibility: Json) -> Json {
    json!({"uuid": uuid, "validities": [{"uuid": uuid, "user_key": value, "value": value, "value2": null, "name": value,
        "address_type_response": {"uuid": id("f1"), "current": {"user_key": "Tlf", "name": "Telefon", "scope": scope}},
        "visibility_response": visibility, "engagement_response": null, "ituser_response": null,
        "validity": {"from": "2020-01-01T00:00:00+01:00", "to": null}}]})
}

fn employee() -> Json {
    let secret =
        json!({"uuid": id("9"), "current": {"user_key": "hemmelig", "name": "Hemmelig", "scope": "SECRET"}});
    let expired = json!({"uuid": id("8"), "current": null});
    let public = json!({"uuid": id("7"), "current": {"user_key": "off", "name": "Off", "scope": "PUBLIC"}});
    json!({"uuid": id("a1"), "span": [{"validity": {"from": null, "to": null}}], "validities": [{
        "uuid": id("a1"), "user_key": "annehj", "name": "Anne Hjorth", "given_name": "Anne", "surname": "Hjorth",
        "nickname": "", "nickname_given_name": null, "nickname_surname": null, "cpr_number": "0101901234", "seniority": null,
        "addresses_response": {"objects": [address(&id("33"), "33", "PHONE", public), address(&id("31"), "31", "PHONE", secret),
            address(&id("32"), "32", "PHONE", Json::Null), address(&id("34"), "34", "PHONE", expired)]},
        "itusers_response": {"objects": [{"uuid": id("41"), "validities": [{"uuid": id("41"), "user_key": "annehj",
            "external_id": "guid", "itsystem_response": {"uuid": id("42"), "current": {"user_key": "AD", "name": "Active Directory"}},
            "engagements_responses": {"objects": [{"uuid": id("e2")}, {"uuid": id("e1")}]}, "primary_response": null,
            "validity": {"from": "2020-08-01T00:00:00+02:00", "to": null}}]}]},
        "manager_roles_response": {"objects": []},
        "engagements_response": {"objects": [engagement(&id("e1"), &[("paed", "2026-08-01T00:00:00+02:00", None)],
            json!([{"validity": {"from": "2026-08-01T00:00:00+02:00", "to": null}}]))]},
        "validity": {"from": null, "to": null}}]})
}

#[test]
fn an_employee_carries_what_belongs_to_it() {
    let collected = read_page(
        settings(29),
        "employee",
        page("persons", json!([employee()]), None),
    );
    let cell = |column| cell(&collected, "employee", column);
    assert_eq!(
        (cell("cpr_number"), cell("nickname"), cell("begin")),
        (json!("0101901234"), Json::Null, Json::Null)
    );
    let engagements = cell("engagements");
    assert_eq!(
        (&engagements[0]["state"], &engagements[0]["begin"]),
        (&json!("future"), &json!("2026-08-01"))
    );
    let accounts = cell("itusers");
    assert_eq!(
        (&accounts[0]["system_name"], &accounts[0]["external_id"]),
        (&json!("Active Directory"), &json!("guid"))
    );
    assert_eq!(accounts[0]["engagements"], json!([id("e1"), id("e2")]));
}

#[test]
fn secret_addresses_stay_out_unless_asked_for() {
    let values = |settings: Json| {
        let collected = read_page(settings, "employee", page("persons", json!([employee()]), None));
        let addresses = cell(&collected, "employee", "addresses");
        let values: Vec<_> = addresses
            .as_array()
            .unwrap()
            .iter()
            .map(|address| (address["value"].clone(), address["public"].clone()))
            .collect();
        values
    };
    assert_eq!(
        values(settings(29)),
        [(json!("32"), json!(true)), (json!("33"), json!(true))]
    );
    let all = values(json!({"url": "https://mo.example", "secret_addresses": true}));
    assert_eq!(
        all,
        [
            (json!("31"), json!(false)),
            (json!("32"), json!(true)),
            (json!("33"), json!(true)),
            (json!("34"), json!(false))
        ]
    );
}

/// The same unit as `page` of version 25 and of version 22.
fn unit_of_both_generations() -> (Json, Json) {
    let validity = json!({"from": "2020-01-01T00:00:00+01:00", "to": null});
    let kind = json!({"user_key": "Tlf", "name": "Telefon", "scope": "PHONE"});
    let with = |uuid: &str, mut known: Json| {
        known["uuid"] = json!(uuid);
        known
    };
    let head = |parent: (&str, Json)| {
        let mut unit = json!({"uuid": id("c1"), "user_key": "U", "name": "Dagtilbud", "unit_hierarchy_response": null,
            "unit_level_response": null, "time_planning_response": null, "itusers_response": [], "validity": validity});
        unit[parent.0] = parent.1;
        unit
    };
    let number = json!({"user_key": "27.00.00", "name": "Social", "scope": null});
    let aspect = json!({"user_key": "u", "name": "Udførende", "scope": null});
    let mut current = head(("parent_response", json!({"uuid": id("0")})));
    current["itusers_response"] = json!({"objects": []});
    current["unit_type_response"] =
        json!({"uuid": id("b1"), "current": {"user_key": "afd", "name": "Afdeling", "scope": null}});
    current["addresses_response"] = json!({"objects": [{"uuid": id("31"), "validities": [{"uuid": id("31"), "user_key": "x", "value": "88", "value2": null, "name": null,
        "address_type_response": {"uuid": id("f1"), "current": kind}, "visibility_response": null, "engagement_response": null, "ituser_response": null, "validity": validity}]}]});
    current["managers_response"] = json!({"objects": [{"uuid": id("51"), "validities": [{"uuid": id("51"), "user_key": "m", "person_response": null,
        "org_unit_response": {"uuid": id("c1")}, "manager_type_response": null, "manager_level_response": null,
        "responsibilities_response": {"objects": [{"uuid": id("52"), "current": {"user_key": "ledelse", "name": "L", "scope": null}}]}, "validity": validity}]}]});
    current["kles_response"] = json!({"objects": [{"uuid": id("61"), "validities": [{"uuid": id("61"),
        "kle_number_response": {"uuid": id("62"), "current": number}, "kle_aspects_response": {"objects": [{"uuid": id("63"), "current": aspect}]}, "validity": validity}]}]});
    let mut legacy = head(("parent_uuid", json!(id("0"))));
    legacy["unit_type_response"] = with(
        &id("b1"),
        json!({"user_key": "afd", "name": "Afdeling", "scope": null}),
    );
    legacy["addresses_response"] = json!([{"uuid": id("31"), "user_key": "x", "value": "88", "value2": null, "name": null,
        "address_type_response": with(&id("f1"), kind.clone()), "visibility_response": null, "engagement_uuid": null, "validity": validity}]);
    legacy["managers_response"] = json!([{"uuid": id("51"), "user_key": "m", "employee_uuid": null, "org_unit_uuid": id("c1"), "manager_type_response": null,
        "manager_level_response": null, "responsibilities_response": [with(&id("52"), json!({"user_key": "ledelse", "name": "L", "scope": null}))], "validity": validity}]);
    legacy["kles_response"] = json!([{"uuid": id("61"), "kle_number_response": with(&id("62"), number.clone()),
        "kle_aspects_response": [with(&id("63"), aspect.clone())], "validity": validity}]);
    let wrap = |state: Json| {
        let mut data = page(
            "org_units",
            json!([{"uuid": id("c1"), "validities": [state], "span": [{"validity": validity}]}]),
            None,
        );
        data["org"] = json!({"uuid": id("0")});
        data
    };
    (wrap(current), wrap(legacy))
}

#[test]
fn both_generations_give_the_same_row() {
    let (current, mut legacy) = unit_of_both_generations();
    let current = read_page(settings(25), "unit", current);
    assert_eq!(current, read_page(settings(22), "unit", legacy.clone()));
    // Version 23 made the KLE number a list.
    let mark =
        &mut legacy["org_units"]["objects"][0]["validities"][0]["kles_response"][0]["kle_number_response"];
    *mark = json!([mark.take()]);
    assert_eq!(current, read_page(settings(23), "unit", legacy));
    let cell = |column| cell(&current, "unit", column);
    assert_eq!(cell("kles")[0]["number"], json!("27.00.00"));
    assert_eq!(cell("kles")[0]["aspects"], json!(["Udførende"]));
    assert_eq!(
        (
            &cell("managers")[0]["person"],
            &cell("managers")[0]["responsibilities"]
        ),
        (&Json::Null, &json!(["ledelse"]))
    );
    assert_eq!(
        (&cell("addresses")[0]["name"], &cell("addresses")[0]["public"]),
        (&json!("88"), &json!(true))
    );
}

#[test]
fn the_root_organisation_is_nobodys_parent_up_to_version_27() {
    let (current, legacy) = unit_of_both_generations();
    for (version, data) in [(27, current.clone()), (22, legacy)] {
        assert_eq!(
            cell(&read_page(settings(version), "unit", data), "unit", "parent"),
            Json::Null,
            "version {version}"
        );
    }
    // From 28 on a parent is a unit, whatever its UUID.
    assert_eq!(
        cell(&read_page(settings(28), "unit", current), "unit", "parent"),
        json!(id("0"))
    );
}

#[test]
fn the_server_chooses_below_the_root_where_it_can() {
    let empty = |operation: &str, _: &Json| {
        let collection = match operation {
            "UnitPage" => "org_units",
            "EngagementPage" => "engagements",
            "ManagerPage" => "managers",
            _ => "persons",
        };
        json!({"data": page(collection, json!([]), None)})
    };
    let settings =
        json!({"url": "https://mo.example", "root_unit": id("c0"), "as_of": "2026-08-01", "future_days": 10});
    let classes = ["unit", "engagement", "manager", "employee"];
    let (_, asked) = serve(settings, empty, |connector| {
        testing::read_all(connector, &classes)
    });
    let window = json!({"from_date": "2026-08-01", "to_date": "2026-08-11"});
    let with = |name: &str, inner: Json| {
        let mut filter = window.clone();
        filter[name] = inner;
        filter
    };
    let below = with("uuids", json!([id("c0")]));
    assert_eq!(asked[0]["variables"]["filter"], with("ancestor", below.clone()));
    assert_eq!(
        asked[1]["variables"]["filter"],
        with("org_unit", with("ancestor", below))
    );
    assert_eq!(asked[2]["variables"]["filter"], asked[1]["variables"]["filter"]);
    assert_eq!(asked[3]["variables"]["filter"], window);
}

#[test]
fn the_connector_chooses_below_the_root_where_the_server_cannot() {
    let unit = |uuid: &str, above: &[&str]| {
        let ancestors: Vec<_> = above.iter().map(|above| json!({"uuid": id(above)})).collect();
        json!({"uuid": id(uuid), "span": [], "validities": [{"uuid": id(uuid), "user_key": uuid, "name": uuid, "parent_uuid": null, "ancestors": ancestors,
            "validity": {"from": "2020-01-01T00:00:00+01:00", "to": null}}]})
    };
    let mut data = page(
        "org_units",
        json!([
            unit("c0", &["99"]),
            unit("c1", &["c0", "99"]),
            unit("99", &[]),
            unit("c2", &["99"])
        ]),
        None,
    );
    data["org"] = json!({"uuid": id("0")});
    let settings = json!({"url": "https://mo.example", "version": 22, "root_unit": id("c0")});
    let collected = read_page(settings, "unit", data);
    let names: Vec<_> = collected
        .column("unit", "name")
        .iter()
        .map(server::plain)
        .collect();
    assert_eq!(names, ["c0", "c1"]);
}

#[test]
fn spans_of_engagements_reach_employees_of_the_older_texts() {
    let validity = json!({"from": "2026-01-01T00:00:00+01:00", "to": null});
    let data = page(
        "employees",
        json!([{"uuid": id("a1"), "span": [], "validities": [{"uuid": id("a1"), "user_key": "a", "name": "A B", "given_name": "A", "surname": "B",
        "engagements_response": [{"uuid": id("e1"), "user_key": "1", "employee_uuid": id("a1"), "org_unit_uuid": id("c1"), "validity": validity}],
        "engagements_span": [{"uuid": id("e1"), "validity": {"from": "2019-01-01T00:00:00+01:00", "to": "2025-12-31T00:00:00+01:00"}}, {"uuid": id("e1"), "validity": validity}],
        "validity": {"from": null, "to": null}}]}]),
        None,
    );
    let collected = read_page(settings(22), "employee", data);
    let engagements = cell(&collected, "employee", "engagements");
    assert_eq!(
        (&engagements[0]["begin"], &engagements[0]["unit"]),
        (&json!("2019-01-01"), &json!(id("c1")))
    );
}

#[test]
fn single_objects_are_fetched_by_uuid() {
    let answer = |_: &str, variables: &Json| {
        assert_eq!(variables["filter"]["uuids"], json!([id("c1"), id("c9")]));
        json!({"data": page("org_units", json!([unit(&id("c1"), &[("One", None, None)])]), None)})
    };
    let keys = [id("c1").to_uppercase(), "no uuid".to_owned(), id("c9")];
    let (objects, asked) = serve(settings(29), answer, |connector| {
        connector.get("unit", &keys).unwrap()
    });
    assert_eq!(objects.len(), 1);
    assert_eq!(
        (objects[0].key.as_str(), objects[0].text("name")),
        (id("c1").as_str(), Some("One"))
    );
    assert_eq!(asked.len(), 1);
    let (none, asked) = serve(
        settings(29),
        |_, _| panic!("asked"),
        |connector| connector.get("unit", &["no uuid".to_owned()]).unwrap(),
    );
    assert!(
        none.is_empty() && asked.is_empty(),
        "an empty list would match nothing anyway"
    );
}

#[test]
fn what_the_server_cannot_mean_is_invalid_data_with_its_place() {
    let answer = |_: &str, _: &Json| json!({"data": page("org_units", json!([unit(&id("c1"), &[("One", Some("soon"), None)])]), None)});
    let read =
        |connector: &samklang_os2mo::Os2mo| testing::try_read(connector, &["unit"], Extent::Full).map(|_| ());
    let (result, _) = serve(settings(29), answer, read);
    let Err(Error::InvalidData { place, .. }) = result else {
        panic!("{result:?}")
    };
    assert_eq!(place, format!("unit {}", id("c1")));
}

#[test]
fn the_description_is_right() {
    testing::check_description::<samklang_os2mo::Os2mo>();
}
