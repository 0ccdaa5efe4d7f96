//! What a read gives of a register that holds what real ones hold.
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

use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Response};
use samklang_stand_ins::sts_organisation::Agreement;
use samklang_stand_ins::sts_organisation::fixtures::{
    always, named_relation, period, relation, role_relation, state,
};
use samklang_stand_ins::sts_organisation::names::{Service, TEAM, UNIT_ADDRESS};
use samklang_sts_organisation::StsOrganisation;
use serde_json::json;
use world::{CVR, between, counting, empty, id, korsbaek, on, read_all, rows};

const ALL: [&str; 4] = ["OrganisationEnhed", "Bruger", "Stilling", "Leder"];
const UNIT_EMAIL: &str = "2b670843-ce42-411a-8fb5-311dfdd5caf0";
const UNIT_POST: &str = "80b610c6-314b-485a-a014-a9a1d7070bc4";
const USER_PHONE: &str = "5ef6be2d-59f4-4652-a680-585929924ba9";

#[test]
fn the_description_holds_together() {
    testing::check_description::<StsOrganisation>();
}

#[test]
fn everything_is_read_with_what_it_refers_to() {
    let (register, _) = korsbaek();
    register.add_address(
        (Service::OrganisationEnhed, id("c1")),
        UNIT_EMAIL.parse().unwrap(),
        "1x",
        "dag@k.example",
    );
    register.add_address(
        (Service::OrganisationEnhed, id("c1")),
        UNIT_POST.parse().unwrap(),
        "2b",
        "Biveien 2",
    );
    register.add_address(
        (Service::OrganisationEnhed, id("c1")),
        UNIT_POST.parse().unwrap(),
        "1a",
        "Hovedgaden 1",
    );
    register.add_address(
        (Service::Bruger, id("a1")),
        USER_PHONE.parse().unwrap(),
        "1",
        "12345678",
    );
    register.change(Service::OrganisationEnhed, id("c1"), |unit| {
        let (task, role) = (id("e1"), "2a5f38d8-7092-4b3f-85cc-7e272c3c4bb0".parse().unwrap());
        let kind = "9870b51e-3bc0-4f98-8827-eba991dd89a9".parse().unwrap();
        let at = unit
            .relations
            .iter()
            .position(|relation| relation.node.name == "Tilhoerer")
            .unwrap();
        unit.relations
            .insert(at, role_relation("Opgaver", task, role, kind, "1", always()));
    });
    register.change(Service::OrganisationEnhed, id("c2"), |unit| {
        unit.relations
            .retain(|relation| relation.node.name != "Enhedstype");
        // By UUID, as the schema means it.
        unit.relations.insert(0, relation("Enhedstype", TEAM, always()));
    });
    let collected = read_all(&register, json!({}), &ALL);
    let units = rows(&collected, "OrganisationEnhed", "UUID");
    assert_eq!(units.len(), 3);
    assert_eq!(
        units[&id("c1").to_string()],
        json!({
            "UUID": id("c1"), "EnhedNavn": "Dagtilbud", "BrugervendtNoegle": "dagtilbud", "Overordnet": id("c0"),
            "Enhedstype": "Afdeling", "Email": "dag@k.example", "Post": "Hovedgaden 1", "PostSecondary": "Biveien 2",
            "Opgaver": [id("e1")], "Leder": id("a3"),
        })
    );
    assert_eq!(units[&id("c2").to_string()]["Enhedstype"], "Team");
    assert!(units[&id("c0").to_string()].get("Overordnet").is_none());
    let users = rows(&collected, "Bruger", "UUID");
    assert_eq!(users.len(), 3);
    let anne = &users[&id("a1").to_string()];
    assert_eq!(
        (&anne["BrugerNavn"], &anne["Navn"], &anne["CPR"], &anne["Phone"]),
        (
            &json!("annehj"),
            &json!("Anne Hjorth"),
            &json!("0101901234"),
            &json!("12345678")
        )
    );
    assert!(users[&id("a2").to_string()].get("CPR").is_none());
    let positions = rows(&collected, "Stilling", "Id");
    let keys: Vec<String> = positions.keys().cloned().collect();
    let shared = |user: &str| format!("{}/{}", id("f3"), id(user));
    assert_eq!(
        keys,
        [
            id("f1").to_string(),
            id("f2").to_string(),
            shared("a2"),
            shared("a3")
        ]
    );
    assert_eq!(
        positions[&id("f1").to_string()],
        json!({
            "Id": id("f1"), "UUID": id("f1"), "FunktionNavn": "Pædagog", "BrugervendtNoegle": id("f1"),
            "Enhed": id("c1"), "Bruger": id("a1"), "Fra": "2020-01-01",
        })
    );
    assert!(
        positions[&shared("a2")].get("UUID").is_none(),
        "what several share has no UUID for each"
    );
    let managers = rows(&collected, "Leder", "Id");
    assert_eq!(managers[&id("f9").to_string()]["Enhed"], json!(id("c1")));
    assert_eq!(collected.completion.cursor, None);
}

#[test]
fn what_does_not_count_is_left_out() {
    let (register, organisation) = korsbaek();
    let other = register.add_authority("22222222", "Andeby Kommune");
    register.add_unit(organisation, id("c5"), "Another tree", None);
    register.add_unit(organisation, id("c6"), "Below it", Some(id("c5")));
    register.add_unit(organisation, id("c7"), "Foreign", Some(id("c0")));
    register.change(Service::OrganisationEnhed, id("c7"), |unit| {
        unit.relations
            .retain(|relation| relation.node.name != "Tilhoerer");
        unit.relations.push(relation("Tilhoerer", other, always()));
    });
    register.add_unit(organisation, id("c8"), "Closed", Some(id("c0")));
    register.change(Service::OrganisationEnhed, id("c8"), |unit| {
        unit.states = vec![state(false, always())];
    });
    register.lay_bare(Service::OrganisationEnhed, id("c9"), organisation);
    register.change(Service::Bruger, id("a2"), |user| {
        user.states = vec![
            state(
                true,
                period(
                    Some("2020-01-01T00:00:00+01:00"),
                    Some("2026-03-01T00:00:00+01:00"),
                ),
            ),
            state(false, period(Some("2026-03-01T00:00:00+01:00"), None)),
        ];
    });
    register.change(Service::Bruger, id("a3"), |user| user.life = "Passiveret");
    register.change(Service::OrganisationFunktion, id("f2"), |function| {
        // An ended relation of several may still be shown.
        for relation in &mut function.relations {
            if relation.node.name == "TilknyttedeBrugere" {
                relation.period.to = Some("2026-03-01T00:00:00+01:00".parse().unwrap());
            }
        }
    });
    let (collected, lines) = testing::logged(|| read_all(&register, json!({}), &ALL));
    let keys = |class: &str, key: &str| rows(&collected, class, key).into_keys().collect::<Vec<_>>();
    assert_eq!(
        keys("OrganisationEnhed", "UUID"),
        ["c0", "c1", "c2"].map(|end| id(end).to_string())
    );
    assert_eq!(keys("Bruger", "UUID"), [id("a1").to_string()]);
    assert!(!keys("Stilling", "Id").contains(&id("f2").to_string()));
    assert!(
        lines
            .iter()
            .any(|(_, line)| line.starts_with("2 active units do not hang below")),
        "{lines:?}"
    );
}

#[test]
fn pages_are_gone_through_to_their_end() {
    for counts_all in [false, true] {
        let register = Rc::new(world::builder().counts_all(counts_all).start_blocking().unwrap());
        let organisation = register.add_authority(CVR, "Korsbæk Kommune");
        register.add_unit(organisation, id("c0"), "Top", None);
        for number in 0..1_020 {
            register.add_unit(
                organisation,
                id(&format!("c1{number:04}")),
                "Unit",
                Some(id("c0")),
            );
        }
        for number in 0..520 {
            register.add_user(
                organisation,
                id(&format!("a1{number:04}")),
                &format!("u{number}"),
                "N",
                None,
            );
        }
        let seen = Rc::new(RefCell::new(Vec::new()));
        let collected = between(&register, json!({}), counting(&seen), |connector| {
            testing::read_all(connector, &["OrganisationEnhed", "Bruger"])
        });
        let counts = [
            ("OrganisationEnhed".to_owned(), 1_021),
            ("Bruger".to_owned(), 520),
        ];
        assert_eq!(collected.completion.objects, counts);
        let asked = |name: &str| seen.borrow().iter().filter(|asked| *asked == name).count();
        assert!(
            asked("organisationssystem/fremsoegobjekthierarki") <= 5,
            "{:?}",
            seen.borrow()
        );
        assert_eq!(asked("bruger/list"), 11);
    }
}

#[test]
fn a_parent_that_slipped_past_the_pages_is_asked_for() {
    let (register, _) = korsbaek();
    let collected = between(
        &register,
        json!({}),
        Box::new(|request, register| {
            // As if it had been pushed from one page past the next.
            let (status, reply) = register.respond(
                request.path(),
                request.header("content-type").unwrap(),
                &request.body,
            );
            if !request.url.contains("organisationsystem") {
                return None;
            }
            let begin = reply.find("<FiltreretOejebliksbillede").unwrap_or(reply.len());
            let one = reply[begin..]
                .split("</FiltreretOejebliksbillede>")
                .find(|part| part.contains(&id("c1").to_string()) && part.contains("Dagtilbud"));
            let without = match one {
                Some(one) => reply.replace(&format!("{one}</FiltreretOejebliksbillede>"), ""),
                None => reply.clone(),
            };
            assert!(one.is_none() || without.len() < reply.len());
            Some(Response::new(status).with_body(without))
        }),
        |connector| testing::read_all(connector, &["OrganisationEnhed"]),
    );
    assert_eq!(collected.class("OrganisationEnhed").len(), 3);
}

#[test]
fn the_top_is_where_the_organisation_says() {
    let (register, organisation) = empty();
    register.add_unit(organisation, id("c0"), "One", None);
    let units = |register| {
        read_all(register, json!({}), &["OrganisationEnhed"])
            .class("OrganisationEnhed")
            .len()
    };
    assert_eq!(units(&register), 1, "the only one without a parent");
    register.add_unit(organisation, id("c1"), "Other", None);
    let fails = |register: &Rc<_>| {
        on(register, json!({}), |connector| {
            testing::try_read(connector, &["OrganisationEnhed"], Extent::Full)
        })
    };
    assert!(
        matches!(fails(&register), Err(Error::InvalidData { cause, .. }) if cause.contains("Overordnet"))
    );
    register.set_root(organisation, id("c1"));
    assert_eq!(units(&register), 1);
    register.change(Service::OrganisationEnhed, id("c1"), |unit| {
        unit.states = vec![state(false, always())]
    });
    assert!(matches!(fails(&register), Err(Error::InvalidData { cause, .. }) if cause.contains("not among")));
}

#[test]
fn time_is_taken_as_it_is_meant() {
    let (register, organisation) = korsbaek();
    let later = period(
        Some("2026-06-01T00:00:00+02:00"),
        Some("2026-09-01T00:00:00+02:00"),
    );
    register.add_function(
        organisation,
        id("f4"),
        Some("Afløser"),
        id("c1"),
        &[(id("a2"), later)],
    );
    let far = period(Some("2025-01-01T00:00:00+01:00"), Some("9999-12-30T00:00:00Z"));
    register.add_function(organisation, id("f5"), Some("Vagt"), id("c1"), &[(id("a2"), far)]);
    let with = rows(&read_all(&register, json!({}), &["Stilling"]), "Stilling", "Id");
    let coming = &with[&id("f4").to_string()];
    assert_eq!(
        (&coming["Fra"], &coming["Til"]),
        (&json!("2026-06-01"), &json!("2026-08-31"))
    );
    assert!(
        with[&id("f5").to_string()].get("Til").is_none(),
        "a far day is an open end"
    );
    let without = rows(
        &read_all(&register, json!({"future_positions": false}), &["Stilling"]),
        "Stilling",
        "Id",
    );
    assert!(!without.contains_key(&id("f4").to_string()) && without.contains_key(&id("f5").to_string()));
}

#[test]
fn what_is_hidden_is_absent() {
    let (register, _) = korsbaek();
    register.set_agreement(
        CVR,
        Some(Agreement {
            edits: false,
            sees_names: false,
            sees_cpr: false,
        }),
    );
    let users = rows(&read_all(&register, json!({}), &["Bruger"]), "Bruger", "UUID");
    let anne = &users[&id("a1").to_string()];
    assert!(anne.get("Navn").is_none() && anne.get("CPR").is_none() && anne["BrugerNavn"] == "annehj");
    let findings = on(&register, json!({}), |connector| connector.check().unwrap());
    let warned = |part: &str| {
        findings
            .iter()
            .any(|finding| finding.message.contains(part) && !finding.remedy.is_empty())
    };
    assert!(warned("SeNavn") && warned("SeCPR-nummer"), "{findings:?}");
}

#[test]
fn single_objects_are_read_as_they_are() {
    let (register, _) = korsbaek();
    register.change(Service::Bruger, id("a2"), |user| {
        user.states = vec![state(false, always())]
    });
    let get = |class: &str, keys: &[String]| {
        on(&register, json!({}), |connector| {
            connector.get(class, keys).unwrap()
        })
    };
    let units = get(
        "OrganisationEnhed",
        &[
            id("c1").to_string().to_uppercase(),
            id("c5").to_string(),
            "c".to_owned(),
        ],
    );
    let [unit] = &units[..] else { panic!("{units:?}") };
    assert_eq!(
        (unit.text("EnhedNavn"), unit.text("Leder")),
        (Some("Dagtilbud"), Some(&*id("a3").to_string()))
    );
    let users = get("Bruger", &[id("a1").to_string(), id("a2").to_string()]);
    assert_eq!(
        users.iter().map(|user| user.key.clone()).collect::<Vec<_>>(),
        [id("a1").to_string()]
    );
    let shared = format!("{}/{}", id("f3"), id("a2"));
    let positions = get(
        "Stilling",
        &[
            id("f1").to_string(),
            shared.clone(),
            id("f3").to_string(),
            id("f9").to_string(),
        ],
    );
    let mut keys: Vec<_> = positions.iter().map(|position| position.key.clone()).collect();
    keys.sort_unstable();
    assert_eq!(keys, [id("f1").to_string(), shared]);
}

#[test]
fn the_organisation_is_found_or_the_setting_is_named() {
    let (register, organisation) = korsbaek();
    let read = |settings| {
        on(&register, settings, |connector| {
            testing::try_read(connector, &["Bruger"], Extent::Full)
        })
    };
    assert!(read(json!({"organisation_uuid": organisation})).is_ok());
    let pointer = |settings| match read(settings) {
        Err(Error::InvalidSettings(faults)) => faults[0].pointer.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(pointer(json!({"cvr": "33333333"})), "/cvr");
    assert_eq!(
        pointer(json!({"organisation_uuid": id("99")})),
        "/organisation_uuid"
    );
}

#[test]
fn whoever_can_mend_it_is_named() {
    let (register, _) = korsbaek();
    let check = |before: world::Before| {
        let findings = between(&register, json!({}), before, |connector| {
            connector.check().unwrap()
        });
        (findings[0].severity, findings[0].message.clone())
    };
    let nothing = || -> world::Before { Box::new(|_, _| None) };
    assert_eq!(check(nothing()).0, Severity::Note);
    register.set_agreement(CVR, None);
    assert!(
        matches!(check(nothing()), (Severity::Failure, text) if text.contains("the municipality approves one"))
    );
    let fault = |code: &'static str, reason: &'static str| -> world::Before {
        Box::new(move |_, _| {
            let body = format!(
                r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{code}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"#
            );
            Some(Response::new(500).with_body(body))
        })
    };
    assert!(
        matches!(check(fault("5015", "Usercontext doesn't exist")), (_, text) if text.contains("CVR number"))
    );
    assert!(matches!(check(fault("wsse:FailedCheck", "")), (_, text) if text.contains("certificate")));
    assert!(matches!(
        check(Box::new(|_, _| Some(Response::new(401)))),
        (Severity::Failure, _)
    ));
    assert!(
        matches!(check(Box::new(|_, _| Some(Response::new(503)))), (Severity::Failure, text) if text.contains("unreachable"))
    );
    assert!(matches!(
        check(Box::new(|_, _| Some(Response::new(500).with_body("<html>")))),
        (Severity::Failure, _)
    ));
    assert!(matches!(
        check(Box::new(|_, _| Some(Response::new(200).with_body("<html/>")))),
        (Severity::Failure, _)
    ));
}

#[test]
fn what_goes_wrong_for_a_moment_is_tried_again() {
    let (register, _) = korsbaek();
    let mut failures = 0;
    let before: world::Before = Box::new(move |_, _| {
        failures += 1;
        (failures % 3 != 0).then(|| Response::new(502))
    });
    let collected = between(&register, json!({}), before, |connector| {
        testing::read_all(connector, &ALL)
    });
    assert_eq!(collected.class("Bruger").len(), 3);
    let always_down: world::Before = Box::new(|_, _| Some(Response::new(502)));
    let read = between(&register, json!({}), always_down, |connector| {
        testing::try_read(connector, &ALL, Extent::Full)
    });
    assert!(matches!(read, Err(Error::Unreachable(_))));
}

#[test]
fn an_answer_to_another_message_is_none() {
    let (register, _) = korsbaek();
    let mut first: Option<String> = None;
    let before: world::Before = Box::new(move |request, register| {
        let kind = request.header("content-type").unwrap();
        let (status, reply) = register.respond(request.path(), kind, &request.body);
        let reply = first.get_or_insert(reply).clone();
        Some(Response::new(status).with_body(reply))
    });
    let read = between(&register, json!({}), before, |connector| {
        testing::try_read(connector, &ALL, Extent::Full)
    });
    assert!(matches!(read, Err(Error::InvalidData { cause, .. }) if cause.contains("another message")));
}

#[test]
fn changes_are_read_within_a_day() {
    let (register, organisation) = korsbaek();
    let phone = register.add_address(
        (Service::Bruger, id("a1")),
        USER_PHONE.parse().unwrap(),
        "1",
        "12345678",
    );
    let settings = || json!({"changes": true});
    register.advance(std::time::Duration::from_hours(1));
    let cursor = read_all(&register, settings(), &ALL).completion.cursor.unwrap();
    let since = |cursor: &str| {
        on(&register, settings(), |connector| {
            testing::try_read(connector, &ALL, Extent::Since(cursor.to_owned()))
        })
    };
    assert!(since(&cursor).unwrap().rows.is_empty(), "nothing has changed");

    register.advance(std::time::Duration::from_hours(1));
    // A name corrected in place, an address corrected in place, a new user, one who left, a new manager, and a shared position that one of two has left.
    register.change(Service::Adresse, phone, |address| {
        let text = address.properties[0]
            .node
            .children
            .iter_mut()
            .find(|text| text.name == "AdresseTekst");
        text.unwrap().text = "87654321".into();
    });
    let person = register.registration(Service::Bruger, id("a3")).unwrap();
    let person = person
        .related("TilknyttedePersoner", register.now())
        .next()
        .unwrap()
        .reference();
    register.change(Service::Person, person.unwrap(), |person| {
        let name = person.properties[0]
            .node
            .children
            .iter_mut()
            .find(|text| text.name == "NavnTekst");
        name.unwrap().text = "Cille Dam Elm".into();
    });
    register.add_user(organisation, id("a4"), "dorte", "Dorte Elm", None);
    register.change(Service::Bruger, id("a2"), |user| {
        user.states = vec![state(false, always())]
    });
    register.change(Service::OrganisationFunktion, id("f3"), |function| {
        let left = Some(id("a2"));
        let entry = function
            .relations
            .iter_mut()
            .find(|relation| relation.reference() == left);
        entry.unwrap().period.to = Some("2026-03-02T00:00:00+01:00".parse().unwrap());
    });
    register.add_function(organisation, id("f8"), None, id("c2"), &[(id("a1"), always())]);
    let changes = since(&cursor).unwrap();
    let users = rows(&changes, "Bruger", "UUID");
    assert_eq!(
        users.keys().cloned().collect::<Vec<_>>(),
        [id("a3").to_string(), id("a4").to_string()],
        "an address corrected in place is found by the next full read"
    );
    assert_eq!(users[&id("a3").to_string()]["Navn"], "Cille Dam Elm");
    assert_eq!(changes.removed["Bruger"], [id("a2").to_string()]);
    let shared = |user: &str| format!("{}/{}", id("f3"), id(user));
    let positions = rows(&changes, "Stilling", "Id");
    assert!(
        positions.contains_key(&id("f3").to_string()),
        "the one who is left has it alone"
    );
    assert!(
        changes.removed["Stilling"].contains(&shared("a2"))
            && changes.removed["Stilling"].contains(&shared("a3"))
    );
    let units = rows(&changes, "OrganisationEnhed", "UUID");
    assert_eq!(units[&id("c2").to_string()]["Leder"], json!(id("a1")));
    assert_eq!(rows(&changes, "Leder", "Id").len(), 1);
    let next = changes.completion.cursor.unwrap();
    register.advance(std::time::Duration::from_hours(12));
    assert!(
        matches!(since(&next), Err(Error::ResyncRequired(_))),
        "a new day begins with a full read"
    );
    let off = on(&register, json!({}), |connector| {
        testing::try_read(connector, &ALL, Extent::Since(next.clone())).map(|_| ())
    });
    assert!(matches!(off, Err(Error::ResyncRequired(_))));
}

#[test]
fn another_name_for_a_type_is_told_as_it_is() {
    let (register, _) = korsbaek();
    register.change(Service::OrganisationEnhed, id("c2"), |unit| {
        unit.relations
            .retain(|relation| relation.node.name != "Enhedstype");
        unit.relations
            .insert(0, named_relation("Enhedstype", "urn:k:skole", always()));
        unit.relations.insert(
            0,
            role_relation(
                "Adresser",
                id("d9"),
                UNIT_EMAIL.parse().unwrap(),
                UNIT_ADDRESS,
                "1",
                always(),
            ),
        );
    });
    let units = rows(
        &read_all(&register, json!({}), &["OrganisationEnhed"]),
        "OrganisationEnhed",
        "UUID",
    );
    let unit = &units[&id("c2").to_string()];
    assert_eq!(unit["Enhedstype"], "urn:k:skole");
    assert!(
        unit.get("Email").is_none(),
        "an address that is not there says nothing"
    );
}
