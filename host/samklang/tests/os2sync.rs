//! Every setting of OS2MO's export to OS2sync has its equivalent: a settings.json is imported, the tenant that comes of it is fitted to the real
//! connectors' descriptions, and OS2MO's objects go through its mappings.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod described;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use described::described;
use samklang::configuration::{Fitted, Tenant, Use};
use samklang_core::catalogue::{Entity, EntityState};
use samklang_core::mapping::{Graph, Mappings, TargetKeys};
use samklang_core::{Attributes, Value};
use samklang_os2mo::Os2mo;
use samklang_os2sync::Os2sync;
use samklang_sdk::Connector as _;
use serde_json::{Value as Json, json};
use uuid::Uuid;

const TOP: &str = "3f0c8a52-0000-4000-8000-0000000000c0";
const SCHOOL: &str = "3f0c8a52-0000-4000-8000-0000000000c1";
const TEAM: &str = "3f0c8a52-0000-4000-8000-0000000000c2";
const OUTSIDE: &str = "3f0c8a52-0000-4000-8000-0000000000d0";
const ANNE: &str = "3f0c8a52-0000-4000-8000-0000000000a1";
const BENT: &str = "3f0c8a52-0000-4000-8000-0000000000a2";

/// Runs the import of a settings file's text in a folder.
fn import(folder: &Path, settings: &str, arguments: &[&str]) -> Output {
    std::fs::write(folder.join("settings.json"), settings).unwrap();
    Command::new(env!("CARGO_BIN_EXE_samklang"))
        .args(["import-settings", "os2sync", "settings.json", "korsbaek"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The settings of a municipality with these of its own.
fn settings(own: Json) -> Json {
    let mut settings = json!({
        "municipality.cvr": "11111111",
        "municipality.name": "Korsbæk Kommune",
        "mora.base": "https://mo.kommune.example",
        "os2sync.api_url": "http://os2sync.kommune.example:5000/api",
        "os2sync.top_unit_uuid": TOP,
        "crontab.RUN_OS2SYNC": true,
    });
    for (key, value) in own.as_object().unwrap() {
        settings[key] = value.clone();
    }
    settings
}

fn imported(own: Json) -> (Json, Fitted) {
    let folder = tempfile::tempdir().unwrap();
    let output = import(folder.path(), &settings(own).to_string(), &["--json"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let installed = [described(Os2mo::describe()), described(Os2sync::describe())];
    let tenant = Tenant::read(&folder.path().join("korsbaek")).unwrap_or_else(|error| panic!("{error}"));
    let fitted = tenant
        .fit(&Vec::from(installed).into(), Use::Look)
        .unwrap_or_else(|error| panic!("{error}"));
    (serde_json::from_slice(&output.stdout).unwrap(), fitted)
}

/// The sample of a section of the connector's README.
fn sample(heading: &str) -> String {
    let readme = include_str!("../../../plugins/os2sync/README.md");
    let section = readme.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let block = section.split("```toml\n").nth(1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// A tenant with the connectors' own mappings, and what a section of the README changes in them.
fn sampled(heading: &str) -> Fitted {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"
        tenant = "korsbaek"
        steps = ["import os2mo", "compare", "reconcile", "export os2sync"]
        [connections.os2mo]
        connector = "os2mo"
        role = "source"
        settings.url = "https://mo.kommune.example"
        grants.http = ["https://mo.kommune.example"]
        [connections.os2sync]
        connector = "os2sync"
        role = "target"
        settings = {{ url = "https://os2sync.kommune.example", cvr = "11111111" }}
        grants.http = ["https://os2sync.kommune.example"]
        {}"#,
        sample(heading)
    );
    std::fs::write(folder.path().join("samklang.toml"), text).unwrap();
    let installed = [described(Os2mo::describe()), described(Os2sync::describe())];
    let tenant = Tenant::read(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    tenant
        .fit(&Vec::from(installed).into(), Use::Look)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// OS2MO's objects: class, key and attributes.
type Objects = Vec<(&'static str, String, Json)>;

fn address(uuid: &str, kind: &str, scope: &str, name: &str) -> Json {
    json!({"uuid": uuid, "type": kind, "type_name": kind, "type_uuid": format!("{kind}-uuid"), "scope": scope, "name": name,
           "value": name, "public": true, "visibility": null, "state": "current"})
}

fn class_uuid(number: u32) -> String {
    format!("0a0a0a0a-0000-4000-8000-{number:012}")
}

/// The same with a class.
fn classed(uuid: &str, number: u32, scope: &str, name: &str) -> Json {
    let mut address = address(uuid, "x", scope, name);
    address["type_uuid"] = class_uuid(number).into();
    address
}

fn account(system: &str, name: &str) -> Json {
    json!({"uuid": format!("{system}/{name}"), "user_key": name, "system_name": system, "system": system,
           "system_uuid": format!("{system}-system"), "state": "current"})
}

fn unit(uuid: &str, parent: Option<&str>) -> (&'static str, String, Json) {
    let attributes = json!({"uuid": uuid, "user_key": &uuid[34..], "name": format!("Unit {}", &uuid[34..]), "parent": parent,
                            "level_uuid": class_uuid(1), "type_uuid": class_uuid(2), "state": "current"});
    ("unit", uuid.to_owned(), attributes)
}

fn person(uuid: &str) -> (&'static str, String, Json) {
    let attributes = json!({"uuid": uuid, "user_key": "anne", "name": "Anne Hjorth", "given_name": "Anne", "surname": "Hjorth",
                            "cpr_number": "0101901234", "state": "current", "itusers": [account("Active Directory", "annehj")]});
    ("employee", uuid.to_owned(), attributes)
}

fn engagement(number: u32, person: &str, unit: &str, job: &str) -> (&'static str, String, Json) {
    let uuid = class_uuid(900 + number);
    let attributes = json!({"uuid": uuid, "person": person, "unit": unit, "job_function_name": job, "is_primary": false,
                            "begin": "2020-01-01", "state": "current"});
    ("engagement", uuid, attributes)
}

/// A school under the top, a team in it, a unit outside; Anne works in the team, Bent outside.
fn municipality() -> Objects {
    vec![
        unit(TOP, None),
        unit(SCHOOL, Some(TOP)),
        unit(TEAM, Some(SCHOOL)),
        unit(OUTSIDE, None),
        person(ANNE),
        person(BENT),
        engagement(1, ANNE, TEAM, "Pædagog"),
        engagement(2, BENT, OUTSIDE, "Gartner"),
    ]
}

fn set(objects: &mut Objects, key: &str, attribute: &str, value: Json) {
    let object = objects.iter_mut().find(|(_, of, _)| of == key).unwrap();
    object.2[attribute] = value;
}

struct Keys<'a>(&'a Mappings, &'a Arc<Graph>);

impl TargetKeys for Keys<'_> {
    fn key(&self, class: &str, entity: Uuid) -> Option<String> {
        let outbound = self.0.outbound.get(class)?;
        outbound.in_scope(self.1, entity).ok().filter(|place| *place)?;
        outbound.key(self.1, entity).ok()
    }
}

/// What the tenant sends of these objects, by class and key.
fn sent(fitted: &Fitted, objects: &Objects) -> BTreeMap<(String, String), Json> {
    let source = &fitted.tenant.connections["os2mo"].mappings;
    let target = &fitted.tenant.connections["os2sync"].mappings;
    let id = |class: &str, key: &str| Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{class}/{key}").as_bytes());
    let mut graph = Graph::new(
        Arc::clone(&fitted.tenant.vocabulary),
        jiff::civil::date(2026, 8, 17),
    );
    let mut ids = Vec::new();
    for (class, key, object) in objects {
        let inbound = &source.inbound[*class];
        let attributes: Attributes = object
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), Value::from_json(value.clone())))
            .filter(|(_, value)| !value.is_absent())
            .collect();
        let said = inbound
            .contribution(attributes)
            .unwrap_or_else(|error| panic!("{error}"))
            .unwrap();
        let entity = id(class, key);
        ids.push(entity);
        graph.insert(Entity {
            id: entity,
            kind: inbound.entity,
            state: EntityState::Active,
            values: said.values,
            references: said
                .references
                .into_iter()
                .filter(|(_, (class, key))| objects.iter().any(|(of, known, _)| of == class && known == key))
                .map(|(name, (class, key))| (name, id(&class, &key)))
                .collect(),
            provenance: BTreeMap::new(),
        });
    }
    let graph = Arc::new(graph);
    let mut sent = BTreeMap::new();
    for outbound in target.outbound.values() {
        for &entity in &ids {
            let desired = outbound
                .desired(&graph, entity, &Keys(target, &graph))
                .unwrap_or_else(|error| panic!("{error}"));
            if let Some(desired) = desired {
                let present: serde_json::Map<String, Json> = desired
                    .attributes
                    .iter()
                    .filter(|(_, value)| !value.is_absent())
                    .map(|(name, value)| (name.clone(), value.to_json()))
                    .collect();
                sent.insert((outbound.class.clone(), desired.key), Json::Object(present));
            }
        }
    }
    sent
}

/// The user or unit that is sent under this key.
#[track_caller]
fn one(own: Json, objects: &Objects, class: &str, key: &str) -> Json {
    let sent = sent(&imported(own).1, objects);
    let place = (class.to_owned(), key.to_owned());
    sent.get(&place)
        .unwrap_or_else(|| panic!("{place:?} is not among {:?}", sent.keys()))
        .clone()
}

fn keys(own: Json, objects: &Objects) -> Vec<String> {
    sent(&imported(own).1, objects)
        .into_keys()
        .map(|(_, key)| key)
        .collect()
}

#[test]
fn only_what_lies_below_the_top_unit_is_sent() {
    let (document, fitted) = imported(json!({}));
    assert_eq!(fitted.tenant.name, "korsbaek-kommune");
    assert_eq!(document["ignored"], json!(["crontab.RUN_OS2SYNC"]));
    let sent = sent(&fitted, &municipality());
    let keys: Vec<&str> = sent.keys().map(|(_, key)| key.as_str()).collect();
    assert_eq!(keys, [TOP, SCHOOL, TEAM, ANNE]);
    assert_eq!(
        sent[&("user".to_owned(), ANNE.to_owned())],
        json!({"UserId": "annehj", "Name": "Anne Hjorth", "Positions": [{"Name": "Pædagog", "OrgUnitUuid": TEAM}]})
    );
    assert_eq!(
        sent[&("orgUnit".to_owned(), TEAM.to_owned())],
        json!({"Name": "Unit c2", "ParentOrgUnitUuid": SCHOOL})
    );
    assert!(
        sent[&("orgUnit".to_owned(), TOP.to_owned())]
            .get("ParentOrgUnitUuid")
            .is_none()
    );
    assert_eq!(fitted.openings["os2sync"].settings["root_unit"], TOP);
    assert_eq!(fitted.openings["os2sync"].settings["cvr"], "11111111");
    assert_eq!(
        fitted.openings["os2mo"].settings["url"],
        "https://mo.kommune.example"
    );
}

#[test]
fn only_engagements_that_hold_are_positions() {
    let mut objects = municipality();
    let mut ended = engagement(3, ANNE, SCHOOL, "Vikar");
    ended.2["end"] = "2026-08-16".into();
    let mut future = engagement(4, ANNE, SCHOOL, "Leder");
    future.2["begin"] = "2026-08-18".into();
    objects.extend([
        ended,
        future,
        engagement(5, ANNE, OUTSIDE, "Gartner"),
        engagement(6, ANNE, TOP, "Afløser"),
    ]);
    let user = one(json!({}), &objects, "user", ANNE);
    assert_eq!(
        user["Positions"],
        json!([{"Name": "Afløser", "OrgUnitUuid": TOP}, {"Name": "Pædagog", "OrgUnitUuid": TEAM}])
    );
    let own = engagement(1, ANNE, TEAM, "Pædagog").1;
    let mut leaving = municipality();
    set(&mut leaving, &own, "end", "2026-08-16".into());
    assert!(
        !keys(json!({}), &leaving).contains(&ANNE.to_owned()),
        "no position, no user"
    );
}

#[test]
fn the_cpr_number_is_sent_when_asked_for() {
    assert!(one(json!({}), &municipality(), "user", ANNE).get("Cpr").is_none());
    let with = one(json!({"os2sync.xfer_cpr": true}), &municipality(), "user", ANNE);
    assert_eq!(with["Cpr"], "0101901234");
    let mut without = municipality();
    set(&mut without, ANNE, "cpr_number", Json::Null);
    assert!(
        one(json!({"os2sync_xfer_cpr": "true"}), &without, "user", ANNE)
            .get("Cpr")
            .is_none()
    );
}

#[test]
fn scope_classes_are_an_order_and_no_filter() {
    let mut objects = municipality();
    let mut secret = classed("0", 1, "PHONE", "secret");
    secret["public"] = false.into();
    let addresses = json!([
        secret,
        classed("1", 3, "PHONE", "third"),
        classed("2", 2, "PHONE", "second"),
        classed("3", 2, "PHONE", "later"),
        classed("4", 9, "EMAIL", "a@k.example"),
    ]);
    set(&mut objects, ANNE, "addresses", addresses);
    let phone = |classes: &[u32]| {
        let classes: Vec<String> = classes.iter().map(|number| class_uuid(*number)).collect();
        let own =
            json!({"os2sync.phone_scope_classes": classes, "os2sync.email_scope_classes": [class_uuid(7)]});
        one(own, &objects, "user", ANNE)
    };
    assert_eq!(phone(&[])["PhoneNumber"], "third", "the lowest UUID");
    assert_eq!(
        phone(&[1, 2])["PhoneNumber"],
        "second",
        "the best class, of those the lowest UUID; secret ones do not count"
    );
    assert_eq!(
        phone(&[9])["PhoneNumber"],
        "third",
        "a class that is not listed comes last and still counts"
    );
    assert_eq!(phone(&[])["Email"], "a@k.example");
}

#[test]
fn ignored_units_are_left_out_and_what_is_below_them_is_not() {
    let mut objects = municipality();
    set(&mut objects, SCHOOL, "level_uuid", class_uuid(7).into());
    objects.push(engagement(7, ANNE, SCHOOL, "Leder"));
    let own = json!({"os2sync.ignored.unit_levels": [class_uuid(7)], "os2sync_ignored_unit_types": [class_uuid(8)]});
    assert_eq!(keys(own.clone(), &objects), [TOP, TEAM, ANNE]);
    assert_eq!(
        one(own.clone(), &objects, "orgUnit", TEAM)["ParentOrgUnitUuid"],
        SCHOOL
    );
    let positions = one(own.clone(), &objects, "user", ANNE)["Positions"].to_string();
    assert!(
        positions.contains(SCHOOL),
        "positions there are sent: {positions}"
    );
    set(&mut objects, TEAM, "type_uuid", class_uuid(8).into());
    assert_eq!(keys(own, &objects), [TOP, ANNE]);
}

#[test]
fn managers_are_sent_when_asked_for() {
    let mut objects = municipality();
    let manager = |person: Option<&str>| json!({"person": person, "state": "current"});
    set(
        &mut objects,
        TEAM,
        "managers",
        json!([manager(None), manager(Some(ANNE)), manager(Some(BENT))]),
    );
    assert!(
        one(json!({}), &objects, "orgUnit", TEAM)
            .get("ManagerUuid")
            .is_none()
    );
    let own = json!({"os2sync.sync_managers": true});
    assert_eq!(
        one(own.clone(), &objects, "orgUnit", TEAM)["ManagerUuid"],
        ANNE,
        "the first; a vacant office is none"
    );
    let (document, _) = imported(own);
    assert!(
        document["left"].to_string().contains("several managers"),
        "{document}"
    );
}

#[test]
fn templates_make_names_and_user_ids() {
    let own = json!({"os2sync.templates": {
        "person.name": "{% if nickname %}{{ nickname_givenname }} {{ nickname_surname }}{% else %}{{ givenname }} {{ surname }}{% endif %}",
        "person.user_id": "{{ person.givenname | lower }}-{{ user_key }}",
    }});
    let mut objects = municipality();
    assert_eq!(one(own.clone(), &objects, "user", ANNE)["Name"], "Anne Hjorth");
    assert_eq!(
        one(own.clone(), &objects, "user", ANNE)["UserId"],
        "annehj",
        "an account beats the template"
    );
    for (attribute, value) in [
        ("nickname", "Ann H"),
        ("nickname_given_name", "Ann"),
        ("nickname_surname", "H"),
    ] {
        set(&mut objects, ANNE, attribute, value.into());
    }
    for accounts in [
        json!([]),
        json!([account("Active Directory", "a"), account("Active Directory", "b")]),
    ] {
        set(&mut objects, ANNE, "itusers", accounts);
        let user = one(own.clone(), &objects, "user", ANNE);
        assert_eq!(
            (&user["Name"], &user["UserId"]),
            (&json!("Ann H"), &json!("anne-anne"))
        );
        let plain = one(json!({}), &objects, "user", ANNE);
        assert_eq!(plain["UserId"], ANNE, "without account and template the UUID");
    }
}

#[test]
fn another_it_system_can_give_the_user_id() {
    let mut objects = municipality();
    set(
        &mut objects,
        ANNE,
        "itusers",
        json!([account("Active Directory", "ad"), account("Omada", "om")]),
    );
    let own = json!({"os2sync_user_key_it_system_name": "Omada"});
    assert_eq!(one(own, &objects, "user", ANNE)["UserId"], "om");
}

#[test]
fn uuids_come_from_the_earliest_listed_system() {
    let cases: [(&[&str], &[&str], &str); 7] = [
        (&[], &["F", "A"], "own"),
        (&["F"], &["F"], "F"),
        (&["F"], &["A"], "own"),
        (&["F", "A"], &["F", "A"], "F"),
        (&["A", "F"], &["F", "A"], "A"),
        (&["F", "A"], &["A"], "A"),
        (&["F"], &[], "own"),
    ];
    let fk = |object: &str, system: &str| {
        Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{object}{system}").as_bytes()).to_string()
    };
    for (listed, accounts, expected) in cases {
        let mut objects = municipality();
        let of = |object: &str| -> Json {
            accounts
                .iter()
                .map(|system| account(system, &fk(object, system)))
                .collect()
        };
        for unit in [TEAM, SCHOOL] {
            set(&mut objects, unit, "itusers", of(unit));
        }
        set(&mut objects, ANNE, "itusers", of(ANNE));
        let own = json!({"os2sync_uuid_from_it_systems": listed, "os2sync.sync_managers": true});
        set(
            &mut objects,
            TEAM,
            "managers",
            json!([{"person": ANNE, "state": "current"}]),
        );
        let want = |object: &str| {
            if expected == "own" {
                object.to_owned()
            } else {
                fk(object, expected)
            }
        };
        let user = one(own.clone(), &objects, "user", &want(ANNE));
        assert_eq!(
            user["Positions"][0]["OrgUnitUuid"],
            want(TEAM),
            "{listed:?} {accounts:?}"
        );
        let team = one(own.clone(), &objects, "orgUnit", &want(TEAM));
        assert_eq!(team["ParentOrgUnitUuid"], want(SCHOOL));
        assert_eq!(team["ManagerUuid"], want(ANNE));
        let systems: Vec<String> = accounts
            .iter()
            .filter(|system| !listed.contains(system))
            .map(|system| format!("{system}-system"))
            .collect();
        let sent: Vec<String> = team["ItSystems"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|system| system.as_str().unwrap().to_owned())
            .collect();
        let mut sorted = systems;
        sorted.sort_unstable();
        assert_eq!(
            sent, sorted,
            "systems that give UUIDs are no IT systems of the unit"
        );
    }
}

#[test]
fn the_addresses_of_units_go_where_the_table_says() {
    let mut objects = municipality();
    let mut hidden = address("9", "Post", "EMAIL", "last@k.example");
    hidden["public"] = false.into();
    let addresses = json!([
        address("1", "Email", "EMAIL", "first@k.example"),
        address("2", "EAN", "EAN", "5798000000000"),
        address("3", "Phone", "PHONE", "12345678"),
        address("4", "Adresse", "DAR", "Rådhusgade 1"),
        address("5", "P", "PNUMBER", "1001234567"),
        address("6", "ContactOpenHours", "TEXT", "9-15"),
        address("7", "DtrId", "TEXT", "dtr"),
        address("8", "Other", "TEXT", "ignored"),
        hidden,
    ]);
    set(&mut objects, TEAM, "addresses", addresses);
    assert_eq!(
        one(json!({}), &objects, "orgUnit", TEAM),
        json!({"Name": "Unit c2", "ParentOrgUnitUuid": SCHOOL, "Email": "last@k.example", "Ean": "5798000000000",
               "PhoneNumber": "12345678", "Post": "Rådhusgade 1", "Location": "1001234567", "ContactOpenHours": "9-15", "DtrId": "dtr"})
    );
}

#[test]
fn kle_numbers_are_tasks_or_are_split_by_aspect() {
    let mut objects = municipality();
    let mark = |number: &str, aspects: &[&str]| json!({"number_uuid": number, "aspects": aspects});
    let marks = json!([
        mark("k2", &["Udførende"]),
        mark("k1", &["Ansvarlig"]),
        mark("k3", &["Indsigt"]),
        mark("k2", &["Udførende"])
    ]);
    set(&mut objects, TEAM, "kles", marks);
    let all = one(json!({}), &objects, "orgUnit", TEAM);
    assert_eq!(
        (&all["Tasks"], all.get("ContactForTasks")),
        (&json!(["k1", "k2", "k3"]), None)
    );
    let split = one(
        json!({"os2sync.use_contact_for_tasks": true}),
        &objects,
        "orgUnit",
        TEAM,
    );
    assert_eq!(
        (&split["Tasks"], &split["ContactForTasks"]),
        (&json!(["k2"]), &json!(["k1"]))
    );
    assert!(
        one(json!({}), &objects, "orgUnit", SCHOOL).get("Tasks").is_none(),
        "empty lists are not sent"
    );
}

#[test]
fn the_place_of_work_is_an_address_of_the_unit_of_the_primary_position() {
    let mut objects = municipality();
    objects.push(engagement(8, ANNE, SCHOOL, "Afløser"));
    let at = |name: &str| {
        json!([
            address("1", "Post", "DAR", "elsewhere"),
            address("2", "Arbejdssted", "DAR", name)
        ])
    };
    set(&mut objects, TEAM, "addresses", at("Team"));
    set(&mut objects, SCHOOL, "addresses", at("School"));
    let own = json!({"os2sync.employee_engagement_address": ["Findes ikke", "Arbejdssted"]});
    let place = |objects: &Objects| one(own.clone(), objects, "user", ANNE)["Location"].clone();
    assert_eq!(place(&objects), "School", "the first position by job function");
    let team = engagement(1, ANNE, TEAM, "").1;
    set(&mut objects, &team, "is_primary", true.into());
    assert_eq!(place(&objects), "Team", "the single primary one");
    let school = engagement(8, ANNE, SCHOOL, "").1;
    set(&mut objects, &school, "is_primary", true.into());
    assert_eq!(place(&objects), "School", "of two primary ones none");
    assert!(one(json!({}), &objects, "user", ANNE).get("Location").is_none());
}

#[test]
fn texts_are_cut() {
    let mut objects = municipality();
    set(&mut objects, TEAM, "name", "å".repeat(300).into());
    set(&mut objects, ANNE, "surname", "å".repeat(300).into());
    let length = |value: &Json| value.as_str().unwrap().chars().count();
    assert_eq!(length(&one(json!({}), &objects, "orgUnit", TEAM)["Name"]), 200);
    assert_eq!(
        length(&one(json!({}), &objects, "user", ANNE)["Name"]),
        100,
        "FK Organisation takes no more"
    );
    let own = json!({"os2sync.truncate_length": 20});
    assert_eq!(length(&one(own.clone(), &objects, "orgUnit", TEAM)["Name"]), 20);
    assert_eq!(
        length(&one(own, &objects, "user", ANNE)["Name"]),
        36,
        "a UUID has to fit"
    );
}

#[test]
fn what_is_not_carried_over_is_listed_with_what_there_is_instead() {
    let own = json!({"os2sync.hash_cache": "/opt/dipex/hash", "os2sync.use_lc_db": true, "os2sync.ca_verify_os2mo": false,
                     "os2sync.log_level": 10, "os2sync.autowash": true, "os2sync.frobnicate": 1});
    let folder = tempfile::tempdir().unwrap();
    let output = import(folder.path(), &settings(own.clone()).to_string(), &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "wrote korsbaek/samklang.toml",
        "carried over",
        "not carried over",
        "os2sync.frobnicate",
        "settings of other programs",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let (document, _) = imported(own);
    let left: Vec<&str> = document["left"]
        .as_array()
        .unwrap()
        .iter()
        .map(|left| {
            assert!(
                !left["why"].as_str().unwrap().is_empty() && !left["instead"].as_str().unwrap().is_empty()
            );
            left["setting"].as_str().unwrap()
        })
        .collect();
    for setting in [
        "os2sync_autowash",
        "os2sync_hash_cache",
        "os2sync_use_lc_db",
        "os2sync.frobnicate",
    ] {
        assert!(left.contains(&setting), "{setting} is not in {left:?}");
    }
    assert!(left.iter().any(|setting| setting.contains("ca_verify_os2mo")));
    assert!(left.iter().any(|setting| setting.contains("log_level")));
    let again = import(folder.path(), &settings(json!({})).to_string(), &[]);
    assert_eq!(again.status.code(), Some(2), "a folder is never overwritten");
}

#[test]
fn a_person_with_several_accounts_is_several_users() {
    let mut objects = municipality();
    objects.push(engagement(3, ANNE, SCHOOL, "Leder"));
    let posts = [engagement(1, ANNE, TEAM, "").1, engagement(3, ANNE, SCHOOL, "").1];
    let ituser = |number: u32, name: &str, guid: &str, engagements: &[&String]| {
        let attributes = json!({"uuid": class_uuid(number), "user_key": name, "external_id": guid, "system": "Active Directory",
                                "system_name": "Active Directory", "person": ANNE, "engagements": engagements, "state": "current"});
        ("ituser", class_uuid(number), attributes)
    };
    let guids = ["guid-1", "guid-2", "guid-3"];
    objects.extend([
        ituser(801, "annehj", guids[0], &[&posts[0]]),
        ituser(802, "annehj-l", guids[1], &[&posts[1], &posts[0]]),
        ituser(803, "adm-annehj", guids[2], &[]),
    ]);
    let mut of_account = address("1", "Email", "EMAIL", "leder@k.example");
    of_account["ituser"] = class_uuid(802).into();
    let addresses = json!([address("0", "Email", "EMAIL", "anne@k.example"), of_account]);
    set(&mut objects, ANNE, "addresses", addresses);
    let fk = json!({"uuid": "fk", "user_key": guids[1], "external_id": "fk-2", "system": "FK-ORG-UUID",
                    "system_name": "FK-ORG-UUID", "state": "current"});
    set(
        &mut objects,
        ANNE,
        "itusers",
        json!([account("Active Directory", "annehj"), fk]),
    );
    set(
        &mut objects,
        TEAM,
        "managers",
        json!([{"person": ANNE, "state": "current"}]),
    );
    let sent = sent(&sampled("A user for each account"), &objects);
    let users: BTreeMap<&str, &Json> = sent
        .iter()
        .filter(|((class, _), _)| class == "user")
        .map(|((_, key), user)| (key.as_str(), user))
        .collect();
    let position =
        |name: &str, unit: &str| json!({"Name": name, "OrgUnitUuid": unit, "StartDate": "2020-01-01"});
    assert_eq!(
        users,
        BTreeMap::from([
            (
                "guid-1",
                &json!({"UserId": "annehj", "Name": "Anne Hjorth", "Positions": [position("Pædagog", TEAM)]})
            ),
            (
                "fk-2",
                &json!({"UserId": "annehj-l", "Name": "Anne Hjorth", "Email": "leder@k.example",
                        "Positions": [position("Leder", SCHOOL), position("Pædagog", TEAM)]})
            ),
        ])
    );
    let manager = sent[&("orgUnit".to_owned(), TEAM.to_owned())]["ManagerUuid"].clone();
    assert!(manager == "guid-1" || manager == "fk-2", "{manager}");
}

#[test]
fn bad_input_names_key_cause_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let said = |text: &str| {
        let output = import(folder.path(), text, &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(!folder.path().join("korsbaek").exists(), "nothing is written");
        String::from_utf8(output.stderr).unwrap()
    };
    for (text, parts) in [
        ("{", vec!["it is not JSON"]),
        ("[]", vec!["it holds a list, not an object"]),
        (
            "{}",
            vec![
                "`municipality.cvr`: it is missing; give",
                "`os2sync.top_unit_uuid`: it is missing; give",
            ],
        ),
    ] {
        let said = said(text);
        for part in parts {
            assert!(said.contains(part), "{part} is not in {said}");
        }
    }
    let said = said(
        &settings(json!({
            "municipality.cvr": "1", "mora.base": "mo", "os2sync.xfer_cpr": "maybe", "os2sync.phone_scope_classes": ["x"],
            "os2sync.ignored.unit_types": "x", "os2sync.truncate_length": -1, "os2sync.top_unit_uuid": "top",
            "os2sync.templates": {"person.name": "{{ nickname", "person.nmae": ""},
        }))
        .to_string(),
    );
    for part in [
        "`municipality.cvr`: it has not eight digits",
        "`mora.base`: it is no address; write it as http",
        "`os2sync.xfer_cpr`: it holds text; write true or false",
        "`os2sync.phone_scope_classes`: it holds `x`, which is no UUID",
        "`os2sync.ignored.unit_types`: it holds text; write a list of texts",
        "`os2sync.truncate_length`: it is no number of characters",
        "`os2sync.top_unit_uuid`: it is no UUID",
        "`os2sync.templates.person.name`: syntax error",
        "`os2sync.templates.person.nmae`: there is no such template; there is: person.name, perhaps",
    ] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
}
