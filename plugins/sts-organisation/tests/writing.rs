//! What is written, what stays as it is, and what the register's refusals become.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

mod world;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Response};
use samklang_stand_ins::StsOrganisation as Register;
use samklang_stand_ins::sts_organisation::Agreement;
use samklang_stand_ins::sts_organisation::fixtures::{always, period};
use samklang_stand_ins::sts_organisation::names::Service;
use serde_json::{Value as Json, json};
use world::{CVR, address, between, counting, empty, id, korsbaek, on, operation, read_all, rows};

const UNIT_EMAIL: &str = "2b670843-ce42-411a-8fb5-311dfdd5caf0";
const UNIT_CONTACT: &str = "639a3ed9-86b0-4968-825b-434666cf6220";
const USER_EMAIL: &str = "5d13e891-162a-456b-abf2-fd9b864df96d";

fn unit(change: Json) -> Json {
    let mut unit = json!({"EnhedNavn": "Dagtilbud", "Overordnet": id("c0"), "Enhedstype": "Afdeling"});
    unit.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    unit
}

fn user(change: Json) -> Json {
    let mut user = json!({"BrugerNavn": "annehj", "Navn": "Anne Hjorth"});
    user.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    user
}

fn position(change: Json) -> Json {
    let mut position = json!({"FunktionNavn": "Pædagog", "Enhed": id("c1"), "Bruger": id("a1")});
    position
        .as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    position
}

fn apply(register: &Rc<Register>, operations: &[Operation]) -> Vec<Outcome> {
    on(register, json!({}), |connector| {
        connector.apply(operations).unwrap()
    })
}

fn apply_one(register: &Rc<Register>, operation: Operation) -> Outcome {
    let [outcome] = apply(register, &[operation]).try_into().unwrap();
    outcome
}

#[track_caller]
fn refused(register: &Rc<Register>, operation: Operation) -> String {
    let Outcome::Rejected(rejection) = apply_one(register, operation) else {
        panic!("not rejected")
    };
    assert!(!rejection.message.is_empty());
    rejection.attribute.unwrap_or(rejection.code)
}

/// How many objects there are of each kind.
fn counts(register: &Register) -> [usize; 5] {
    let services = [
        Service::OrganisationEnhed,
        Service::Bruger,
        Service::Person,
        Service::Adresse,
        Service::OrganisationFunktion,
    ];
    services.map(|service| register.registrations(service).len())
}

fn everything() -> Vec<Operation> {
    vec![
        operation(
            Action::Create,
            "Leder",
            id("c1"),
            json!({"Enhed": id("c1"), "Bruger": id("a1")}),
        ),
        operation(
            Action::Create,
            "Stilling",
            id("e1"),
            position(json!({"Fra": "2026-02-01", "Til": "2026-12-31"})),
        ),
        operation(
            Action::Create,
            "Bruger",
            id("a1"),
            user(
                json!({"CPR": "010190-1234", "Email": "a@k.example", "Phone": null, "Brugertype": "intern"}),
            ),
        ),
        operation(
            Action::Create,
            "OrganisationEnhed",
            id("c1"),
            unit(json!({
                "Email": "d@k.example", "Post": "Hovedgaden 1 & 3", "PostSecondary": "Biveien 2", "Ean": null,
                "Opgaver": [id("d1"), id("d2")], "ItSystemer": [id("d5")], "BrugervendtNoegle": "dag",
            })),
        ),
        operation(
            Action::Create,
            "OrganisationEnhed",
            id("c0"),
            json!({"EnhedNavn": "Korsbæk Kommune", "Overordnet": null, "Enhedstype": "Afdeling"}),
        ),
    ]
}

#[test]
fn what_is_written_is_read_back_and_written_once() {
    let (register, organisation) = empty();
    let outcomes = apply(&register, &everything());
    let Outcome::Done(manager) = &outcomes[0] else {
        panic!("{outcomes:?}")
    };
    assert_ne!(
        manager.key,
        id("c1").to_string(),
        "a manager has a UUID of its own"
    );
    let keys: Vec<_> = ["e1", "a1", "c1", "c0"]
        .iter()
        .map(|end| Outcome::done(id(end).to_string()))
        .collect();
    assert_eq!(outcomes[1..], keys[..]);
    register.set_root(organisation, id("c0"));
    let all = ["OrganisationEnhed", "Bruger", "Stilling", "Leder"];
    let read = read_all(&register, json!({}), &all);
    assert_eq!(
        rows(&read, "OrganisationEnhed", "UUID")[&id("c1").to_string()],
        json!({
            "UUID": id("c1"), "EnhedNavn": "Dagtilbud", "BrugervendtNoegle": "dag", "Overordnet": id("c0"),
            "Enhedstype": "Afdeling", "Email": "d@k.example", "Post": "Hovedgaden 1 & 3", "PostSecondary": "Biveien 2",
            "Opgaver": [id("d1"), id("d2")], "ItSystemer": [id("d5")], "Leder": id("a1"),
        })
    );
    let anne = rows(&read, "Bruger", "UUID")[&id("a1").to_string()].clone();
    assert_eq!(
        (&anne["Navn"], &anne["CPR"], &anne["Email"], &anne["Brugertype"]),
        (
            &json!("Anne Hjorth"),
            &json!("0101901234"),
            &json!("a@k.example"),
            &json!("intern")
        )
    );
    assert_eq!(
        rows(&read, "Stilling", "Id")[&id("e1").to_string()],
        json!({
            "Id": id("e1"), "UUID": id("e1"), "FunktionNavn": "Pædagog", "BrugervendtNoegle": id("e1"),
            "Enhed": id("c1"), "Bruger": id("a1"), "Fra": "2026-02-01", "Til": "2026-12-31",
        })
    );
    assert_eq!(
        rows(&read, "Leder", "Id")[&manager.key]["Bruger"],
        json!(id("a1"))
    );

    // The same again: nothing is sent, nothing is made, and the manager is found under its own key.
    let before = counts(&register);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let again = between(&register, json!({}), counting(&seen), |connector| {
        connector.apply(&everything()).unwrap()
    });
    assert_eq!(again[0], outcomes[0]);
    assert!(
        again[1..].iter().all(|outcome| *outcome == Outcome::Unchanged),
        "{again:?}"
    );
    assert_eq!(counts(&register), before);
    let writes = ["importer", "ret", "passiver", "opret", "slet"];
    let wrote = |asked: &String| writes.iter().any(|write| asked.ends_with(&format!("/{write}")));
    assert!(!seen.borrow().iter().any(wrote), "{:?}", seen.borrow());
}

#[test]
fn addresses_and_persons_come_before_users_and_users_before_functions() {
    let (register, _) = empty();
    let seen = Rc::new(RefCell::new(Vec::new()));
    between(&register, json!({}), counting(&seen), |connector| {
        connector.apply(&everything()).unwrap()
    });
    let imported: Vec<String> = seen
        .borrow()
        .iter()
        .filter_map(|asked| asked.strip_suffix("/importer").map(str::to_owned))
        .collect();
    let expected = [
        "organisationenhed",
        "adresse",
        "adresse",
        "adresse",
        "organisationenhed",
        "adresse",
        "person",
        "bruger",
        "organisationfunktion",
        "organisationfunktion",
    ];
    assert_eq!(imported, expected);
}

#[test]
fn an_update_changes_what_it_says_and_leaves_the_rest() {
    let (register, _) = korsbaek();
    let contact = register.add_address(
        (Service::OrganisationEnhed, id("c1")),
        UNIT_CONTACT.parse().unwrap(),
        "x",
        "Borgerservice",
    );
    let mail = register.add_address(
        (Service::OrganisationEnhed, id("c1")),
        UNIT_EMAIL.parse().unwrap(),
        "x",
        "old@k.example",
    );
    register.advance(Duration::from_hours(24));
    let change =
        unit(json!({"EnhedNavn": "Dagtilbud og skoler", "Overordnet": id("c2"), "Email": "new@k.example"}));
    let update = || operation(Action::Update, "OrganisationEnhed", id("c1"), change.clone());
    assert_eq!(
        apply_one(&register, update()),
        Outcome::done(id("c1").to_string())
    );
    assert_eq!(apply_one(&register, update()), Outcome::Unchanged);
    let (now, unit) = (
        register.now(),
        register
            .registration(Service::OrganisationEnhed, id("c1"))
            .unwrap(),
    );
    assert_eq!(
        unit.text("EnhedNavn", now).as_deref(),
        Some("Dagtilbud og skoler")
    );
    assert_eq!(
        unit.text("BrugervendtNoegleTekst", now).as_deref(),
        Some("dagtilbud")
    );
    assert_eq!(
        unit.related("Overordnet", now).next().unwrap().reference(),
        Some(id("c2"))
    );
    let held = |role: &str| address(&register, Service::OrganisationEnhed, id("c1"), role);
    assert_eq!(
        held(UNIT_CONTACT).as_deref(),
        Some("Borgerservice"),
        "nobody said anything of it"
    );
    assert_eq!(held(UNIT_EMAIL).as_deref(), Some("new@k.example"));
    // Addresses of others are never changed, since others may refer to them.
    let text = |uuid| {
        register
            .registration(Service::Adresse, uuid)
            .unwrap()
            .text("AdresseTekst", now)
            .unwrap()
    };
    assert_eq!(
        (text(mail), text(contact)),
        ("old@k.example".into(), "Borgerservice".into())
    );
    let ended = unit
        .relations
        .iter()
        .find(|relation| relation.reference() == Some(mail))
        .unwrap();
    assert_eq!(
        ended.period.to,
        Some("2026-03-03T00:00:00+01:00".parse().unwrap())
    );

    // Ours are: no second object is made of another value, and an empty one ends the relation.
    let addresses = counts(&register)[3];
    let with = |value: Json| {
        operation(
            Action::Update,
            "OrganisationEnhed",
            id("c1"),
            json!({"Email": value}),
        )
    };
    apply_one(&register, with(json!("newer@k.example")));
    assert_eq!(held(UNIT_EMAIL).as_deref(), Some("newer@k.example"));
    assert_eq!(counts(&register)[3], addresses);
    apply_one(&register, with(Json::Null));
    assert_eq!(held(UNIT_EMAIL), None);
    apply_one(&register, with(json!("back@k.example")));
    assert_eq!(
        (held(UNIT_EMAIL).as_deref(), counts(&register)[3]),
        (Some("back@k.example"), addresses)
    );
}

#[test]
fn an_equal_address_of_somebody_else_is_good_enough() {
    let (register, _) = korsbaek();
    register.add_address(
        (Service::Bruger, id("a1")),
        USER_EMAIL.parse().unwrap(),
        "x",
        "a@k.example",
    );
    let before = counts(&register);
    let same = operation(
        Action::Update,
        "Bruger",
        id("a1"),
        user(json!({"Email": "a@k.example"})),
    );
    assert_eq!(apply_one(&register, same), Outcome::Unchanged);
    assert_eq!(counts(&register), before);
}

#[test]
fn a_person_is_changed_where_it_is_and_never_loses_what_is_hidden() {
    let (register, _) = korsbaek();
    let person = register.registration(Service::Bruger, id("a1")).unwrap();
    let person = person
        .related("TilknyttedePersoner", register.now())
        .next()
        .unwrap()
        .reference()
        .unwrap();
    let married = || {
        operation(
            Action::Update,
            "Bruger",
            id("a1"),
            user(json!({"Navn": "Anne Hjorth Holm"})),
        )
    };
    assert_eq!(
        apply_one(&register, married()),
        Outcome::done(id("a1").to_string())
    );
    let now = register.now();
    let registered = register.registration(Service::Person, person).unwrap();
    assert_eq!(
        registered.text("NavnTekst", now).as_deref(),
        Some("Anne Hjorth Holm")
    );
    assert_eq!(
        registered.text("CPR-NummerTekst", now).as_deref(),
        Some("0101901234"),
        "nobody said anything of it"
    );
    register.set_agreement(
        CVR,
        Some(Agreement {
            edits: true,
            sees_names: false,
            sees_cpr: false,
        }),
    );
    assert_eq!(
        refused(
            &register,
            operation(Action::Update, "Bruger", id("a1"), user(json!({})))
        ),
        "Navn"
    );
    let whole = user(json!({"CPR": "0101901234"}));
    let whole = operation(Action::Update, "Bruger", id("a1"), whole);
    assert_eq!(
        apply_one(&register, whole),
        Outcome::done(id("a1").to_string()),
        "nothing could be lost"
    );
}

#[test]
fn removal_deactivates_and_a_return_revives() {
    let (register, _) = korsbaek();
    let remove = |class: &str, end: &str| operation(Action::Delete, class, id(end), json!({}));
    let operations = [
        remove("OrganisationEnhed", "c2"),
        remove("Bruger", "a1"),
        remove("Stilling", "f1"),
    ];
    let done: Vec<_> = ["c2", "a1", "f1"]
        .iter()
        .map(|end| Outcome::done(id(end).to_string()))
        .collect();
    assert_eq!(apply(&register, &operations), done);
    assert_eq!(apply(&register, &operations), vec![Outcome::Unchanged; 3]);
    let now = register.now();
    for (service, end) in [
        (Service::OrganisationEnhed, "c2"),
        (Service::Bruger, "a1"),
        (Service::OrganisationFunktion, "f1"),
    ] {
        let registered = register.registration(service, id(end)).expect("its life goes on");
        assert!(!registered.is_active(now), "{end}");
        assert!(
            registered
                .relations
                .iter()
                .all(|relation| !relation.period.holds(now)),
            "{end}"
        );
    }
    assert_eq!(
        apply(
            &register,
            &[
                remove("Bruger", "99"),
                operation(Action::Delete, "Bruger", "annehj", json!({}))
            ]
        ),
        vec![Outcome::Unchanged; 2]
    );
    let again = operation(Action::Create, "Bruger", id("a1"), user(json!({})));
    assert_eq!(apply_one(&register, again), Outcome::done(id("a1").to_string()));
    let back = operation(Action::Create, "Stilling", id("f1"), position(json!({})));
    assert_eq!(apply_one(&register, back), Outcome::done(id("f1").to_string()));
    let read = read_all(&register, json!({}), &["Bruger", "Stilling"]);
    assert_eq!(
        rows(&read, "Bruger", "UUID")[&id("a1").to_string()]["Navn"],
        "Anne Hjorth"
    );
    assert_eq!(
        rows(&read, "Stilling", "Id")[&id("f1").to_string()]["Fra"],
        "2026-03-02"
    );
}

#[test]
fn removal_ends_a_life_where_the_settings_say_so() {
    let (register, _) = korsbaek();
    let remove = operation(Action::Delete, "Bruger", id("a1"), json!({}));
    let settings = || json!({"removal": "passivate"});
    let apply = |operation: &Operation| {
        on(&register, settings(), |connector| {
            connector
                .apply(std::slice::from_ref(operation))
                .unwrap()
                .remove(0)
        })
    };
    assert_eq!(apply(&remove), Outcome::done(id("a1").to_string()));
    assert!(register.registration(Service::Bruger, id("a1")).is_none());
    assert_eq!(apply(&remove), Outcome::Unchanged);
    let again = operation(Action::Create, "Bruger", id("a1"), user(json!({})));
    assert_eq!(apply(&again), Outcome::done(id("a1").to_string()));
    assert_eq!(
        register.registration(Service::Bruger, id("a1")).unwrap().life,
        "Importeret"
    );
}

#[test]
fn who_is_faster_does_not_matter() {
    let (register, organisation) = korsbaek();
    // It is made by somebody else between our reading and our writing.
    let mut once = false;
    let made: world::Before = Box::new(move |request, register| {
        let text = String::from_utf8_lossy(&request.body);
        if text.contains("ImportInput")
            && request.url.contains("/bruger/")
            && !std::mem::replace(&mut once, true)
        {
            register.add_user(organisation, id("a7"), "other", "Other", None);
        }
        None
    });
    let create = operation(Action::Create, "Bruger", id("a7"), user(json!({})));
    let outcome = between(&register, json!({}), made, |connector| {
        connector.apply(&[create]).unwrap().remove(0)
    });
    assert_eq!(outcome, Outcome::done(id("a7").to_string()));
    let now = register.now();
    assert_eq!(
        register
            .registration(Service::Bruger, id("a7"))
            .unwrap()
            .text("BrugerNavn", now)
            .as_deref(),
        Some("annehj")
    );
    // It is passivated in between.
    let mut once = false;
    let gone: world::Before = Box::new(move |request, register| {
        let text = String::from_utf8_lossy(&request.body);
        if text.contains("RetInput")
            && request.url.contains("/organisationenhed/")
            && !std::mem::replace(&mut once, true)
        {
            register.change(Service::OrganisationEnhed, id("c1"), |unit| {
                unit.life = "Passiveret"
            });
        }
        None
    });
    let update = operation(
        Action::Update,
        "OrganisationEnhed",
        id("c1"),
        unit(json!({"EnhedNavn": "New"})),
    );
    let outcome = between(&register, json!({}), gone, |connector| {
        connector.apply(&[update]).unwrap().remove(0)
    });
    assert_eq!(outcome, Outcome::done(id("c1").to_string()));
    assert!(
        register
            .registration(Service::OrganisationEnhed, id("c1"))
            .is_some()
    );
}

#[test]
fn a_function_follows_its_user_unit_and_days() {
    let (register, _) = korsbaek();
    let update = |class: &str, end: &str, desired: Json| operation(Action::Update, class, id(end), desired);
    register.advance(Duration::from_hours(24));
    assert_eq!(
        apply_one(
            &register,
            update("Leder", "f9", json!({"Enhed": id("c1"), "Bruger": id("a1")}))
        ),
        Outcome::done(id("f9").to_string())
    );
    let managers = rows(&read_all(&register, json!({}), &["Leder"]), "Leder", "Id");
    assert_eq!(managers[&id("f9").to_string()]["Bruger"], json!(id("a1")));
    let read = || {
        rows(&read_all(&register, json!({}), &["Stilling"]), "Stilling", "Id")[&id("f1").to_string()].clone()
    };
    let steps = [
        position(json!({"Enhed": id("c2")})),
        position(json!({"Fra": "2026-04-01"})),
        position(json!({"Fra": "2019-08-01", "Til": "2026-06-30"})),
        position(json!({"Fra": "2019-08-01", "Til": null, "FunktionNavn": "Leder af natten"})),
    ];
    for step in steps {
        assert_eq!(
            apply_one(&register, update("Stilling", "f1", step.clone())),
            Outcome::done(id("f1").to_string())
        );
        assert_eq!(
            apply_one(&register, update("Stilling", "f1", step.clone())),
            Outcome::Unchanged,
            "{step}"
        );
        let found = read();
        for (name, wanted) in step.as_object().unwrap() {
            assert_eq!(found.get(name).unwrap_or(&Json::Null), wanted, "{step}");
        }
    }
    // What has ended already stays as it was said.
    let ended = || {
        update(
            "Stilling",
            "f1",
            position(json!({"Fra": "2025-01-01", "Til": "2025-12-31"})),
        )
    };
    assert_eq!(apply_one(&register, ended()), Outcome::done(id("f1").to_string()));
    assert_eq!(apply_one(&register, ended()), Outcome::Unchanged);
}

#[test]
fn a_function_of_several_is_changed_for_one_of_them() {
    let (register, organisation) = korsbaek();
    let key = |user: &str| format!("{}/{}", id("f3"), id(user));
    let of = |change: Json| {
        let mut desired = json!({"FunktionNavn": "Sagsbehandler", "Enhed": id("c2"), "Bruger": id("a2")});
        desired
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        operation(Action::Update, "Stilling", key("a2"), desired)
    };
    assert_eq!(apply_one(&register, of(json!({}))), Outcome::Unchanged);
    assert_eq!(
        apply_one(&register, of(json!({"Til": "2026-05-31"}))),
        Outcome::done(key("a2"))
    );
    let read = || rows(&read_all(&register, json!({}), &["Stilling"]), "Stilling", "Id");
    assert_eq!(read()[&key("a2")]["Til"], "2026-05-31");
    assert!(read()[&key("a3")].get("Til").is_none(), "the other one stays");
    assert_eq!(refused(&register, of(json!({"Enhed": id("c1")}))), "Id");
    assert_eq!(refused(&register, of(json!({"FunktionNavn": "Other"}))), "Id");
    assert_eq!(
        refused(
            &register,
            operation(Action::Delete, "Stilling", id("f3"), json!({}))
        ),
        "Id"
    );
    let remove = operation(Action::Delete, "Stilling", key("a2"), json!({}));
    assert_eq!(apply_one(&register, remove.clone()), Outcome::done(key("a2")));
    assert_eq!(apply_one(&register, remove), Outcome::Unchanged);
    assert!(
        read().contains_key(&id("f3").to_string()),
        "one is left, who has it alone"
    );
    let later = period(Some("2026-06-01T00:00:00+02:00"), None);
    register.add_function(
        organisation,
        id("f6"),
        Some("Vagt"),
        id("c1"),
        &[(id("a1"), always()), (id("a2"), later)],
    );
    let remove = operation(
        Action::Delete,
        "Stilling",
        format!("{}/{}", id("f6"), id("a1")),
        json!({}),
    );
    assert_ne!(apply_one(&register, remove), Outcome::Unchanged);
}

#[test]
fn what_cannot_be_is_refused_with_its_attribute() {
    let (register, _) = korsbaek();
    let create = |class: &str, desired: Json| operation(Action::Create, class, id("e9"), desired);
    let long = "x".repeat(201);
    let before = counts(&register);
    assert_eq!(
        refused(
            &register,
            operation(Action::Create, "Bruger", "annehj", user(json!({})))
        ),
        "UUID"
    );
    assert_eq!(
        refused(
            &register,
            create("OrganisationEnhed", unit(json!({"EnhedNavn": null})))
        ),
        "EnhedNavn"
    );
    assert_eq!(
        refused(
            &register,
            create("OrganisationEnhed", unit(json!({"EnhedNavn": long})))
        ),
        "EnhedNavn"
    );
    assert_eq!(
        refused(
            &register,
            create("OrganisationEnhed", unit(json!({"Overordnet": id("e9")})))
        ),
        "Overordnet"
    );
    assert_eq!(
        refused(
            &register,
            create("OrganisationEnhed", unit(json!({"Enhedstype": "Office"})))
        ),
        "Enhedstype"
    );
    assert_eq!(
        refused(
            &register,
            create("OrganisationEnhed", unit(json!({"Opgaver": ["KLE"]})))
        ),
        "Opgaver"
    );
    let secondary = json!({"Post": null, "PostSecondary": "Biveien 2"});
    assert_eq!(
        refused(&register, create("OrganisationEnhed", unit(secondary))),
        "PostSecondary"
    );
    assert_eq!(
        refused(&register, create("Bruger", json!({"BrugerNavn": "x"}))),
        "Navn"
    );
    assert_eq!(
        refused(&register, create("Bruger", user(json!({"CPR": "12"})))),
        "CPR"
    );
    assert_eq!(
        refused(
            &register,
            create("Bruger", user(json!({"BrugervendtNoegle": "0101901234"})))
        ),
        "BrugervendtNoegle"
    );
    assert_eq!(
        refused(&register, create("Bruger", user(json!({"Location": "a\u{1}b"})))),
        "Location"
    );
    assert_eq!(
        refused(
            &register,
            create("Stilling", position(json!({"Bruger": "annehj"})))
        ),
        "Bruger"
    );
    assert_eq!(
        refused(&register, create("Stilling", position(json!({"Enhed": null})))),
        "Enhed"
    );
    assert_eq!(
        refused(
            &register,
            create("Stilling", position(json!({"Fra": "2026-02-31"})))
        ),
        "Fra"
    );
    let backwards = position(json!({"Fra": "2026-03-01", "Til": "2026-02-01"}));
    assert_eq!(refused(&register, create("Stilling", backwards)), "Til");
    assert_eq!(counts(&register), before);
}

#[test]
fn what_the_register_refuses_is_told_and_what_concerns_all_stops_the_batch() {
    let (register, _) = korsbaek();
    // A unit of another authority.
    let other = register.add_authority("22222222", "Andeby Kommune");
    register.add_unit(other, id("c7"), "Foreign", None);
    let foreign = || operation(Action::Update, "OrganisationEnhed", id("c7"), unit(json!({})));
    let own = |name: &str| {
        operation(
            Action::Update,
            "OrganisationEnhed",
            id("c1"),
            unit(json!({"EnhedNavn": name})),
        )
    };
    let all = on(&register, json!({}), |connector| {
        connector.apply(&[foreign(), own("x")])
    });
    assert!(matches!(all, Err(Error::Unauthorised(text)) if text.contains("role to edit")));
    let answer = |code: i64| -> world::Before {
        Box::new(move |request, register| {
            let text = String::from_utf8_lossy(&request.body);
            let kind = request.header("content-type").unwrap();
            let (status, reply) = register.respond(request.path(), kind, &request.body);
            let code = format!(">{code}</StatusKode><FejlbeskedTekst>value 'Anne' 0101901234");
            let reply = if text.contains("RetInput") {
                reply.replace(">20</StatusKode><FejlbeskedTekst>OK", &code)
            } else {
                reply
            };
            Some(Response::new(status).with_body(reply))
        })
    };
    let one = |code: i64, name: &str| {
        between(&register, json!({}), answer(code), |connector| {
            connector.apply(&[own(name)]).unwrap().remove(0)
        })
    };
    let Outcome::Rejected(rejection) = one(40, "a") else {
        panic!("not rejected")
    };
    assert!(
        rejection.code == "40"
            && !rejection.message.contains("Anne")
            && !rejection.message.contains("0101901234")
    );
    assert!(matches!(one(45, "b"), Outcome::RetryLater(_)));
    assert!(matches!(one(47, "c"), Outcome::Rejected(rejection) if rejection.code == "47"));
    // The register breaks down after the first of two.
    let down: world::Before =
        Box::new(|request, _| request.url.contains("/bruger/").then(|| Response::new(503)));
    let operations = [
        own("d"),
        operation(Action::Update, "Bruger", id("a1"), user(json!({}))),
        operation(Action::Update, "Bruger", id("a2"), user(json!({}))),
    ];
    let outcomes = between(&register, json!({}), down, |connector| {
        connector.apply(&operations).unwrap()
    });
    assert_eq!(outcomes[0], Outcome::done(id("c1").to_string()));
    assert!(
        matches!(
            (&outcomes[1], &outcomes[2]),
            (Outcome::RetryLater(_), Outcome::RetryLater(_))
        ),
        "{outcomes:?}"
    );
    let down: world::Before = Box::new(|_, _| Some(Response::new(503)));
    let nothing = between(&register, json!({}), down, |connector| {
        connector.apply(&operations)
    });
    assert!(matches!(nothing, Err(Error::Unreachable(_))));
}

#[test]
fn nothing_personal_is_logged() {
    let (register, _) = korsbaek();
    let ((), lines) = testing::logged(|| {
        apply(&register, &everything());
        read_all(
            &register,
            json!({}),
            &["OrganisationEnhed", "Bruger", "Stilling", "Leder"],
        );
    });
    assert!(
        !lines
            .iter()
            .any(|(_, line)| line.contains("Anne") || line.contains("010190")),
        "{lines:?}"
    );
}
