//! Persons, units and a group with everything that is known about them, and what would happen to them in the targets.

use std::collections::BTreeMap;

use samklang_server::view::{
    Attribute, Course, Entity, EntityJournal, EntityLink, EntityOperation, EntityTarget, Explained,
    Explanation, Held, Leaving, Life, Moment, OtherValue, Override, PlannedOperation, Referred, Request,
    Subject, Told, named,
};
use serde_json::{Value, json};

use super::cast::Cast;
use super::{DAY, HOUR, ago};

/// Nine persons, four schools, one group.
pub fn entities(cast: &Cast) -> Vec<Entity> {
    let persons = (0..9).map(|number| entity(cast, number, "person", &cast.person(number)));
    let units = (0..4).map(|number| entity(cast, 100 + number, "unit", &cast.school(number)));
    let group = entity(cast, 200, "group", "5A");
    persons.chain(units).chain([group]).collect()
}

fn entity(cast: &Cast, number: usize, kind: &str, name: &str) -> Entity {
    let leaving = number == 5;
    let object = format!("sis/{kind}/K{:04}", cast.from as usize + number);
    let mut attributes = vec![attribute("display_name", json!(name), &object)];
    if kind == "person" {
        attributes.extend([
            attribute(
                "username",
                json!(format!("u{:04}", cast.from as usize + number)),
                &object,
            ),
            attribute("national_id", json!("•••"), &object),
            attribute("birth_date", json!("2014-03-05"), &object),
            Attribute {
                refers_to: Some(cast.id(100 + number as u128 % 4)),
                referred: Some(Referred {
                    kind: "unit".to_owned(),
                    name: cast.school(number),
                }),
                ..attribute("school", json!(format!("unit {}", cast.school(number))), &object)
            },
            Attribute {
                others: vec![OtherValue {
                    value: json!("class of 5B"),
                    from: format!("hr/{kind}/E{number:03}"),
                    why: "sis is believed before hr".to_owned(),
                    told: Some(Told::new(
                        "believed-before",
                        json!({"winner": "sis", "loser": "hr"}),
                    )),
                }],
                ..attribute("class", json!(["5A", "Chess"]), &object)
            },
        ]);
    }
    Entity {
        id: cast.id(number as u128),
        kind: kind.to_owned(),
        state: if leaving { "leaving" } else { "active" }.to_owned(),
        name: name.to_owned(),
        course: course(cast, leaving, number == 1),
        attributes,
        links: vec![
            link(&object, "key"),
            link(&format!("ad/{kind}/CN={number}"), "username"),
        ],
        targets: vec![target("ad", "confirmed", name), target("canvas", "queued", name)],
        operations: operations_of(cast),
        journal: journal(&object),
        findings: if number == 2 {
            vec![subject(&object)]
        } else {
            Vec::new()
        },
    }
}

fn attribute(name: &str, value: Value, from: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        value,
        refers_to: None,
        referred: None,
        from: Some(from.to_owned()),
        template: Some(format!("{{{{ {name} }}}}")),
        others: Vec::new(),
    }
}

fn link(object: &str, rule: &str) -> EntityLink {
    EntityLink {
        object: object.to_owned(),
        rule: rule.to_owned(),
        since: ago(200 * DAY),
    }
}

fn course(cast: &Cast, leaving: bool, by_hand: bool) -> Course {
    Course {
        life: leaving.then(|| Life {
            state: "leaving".to_owned(),
            since: ago(20 * DAY),
            until: Some(Moment(ago(20 * DAY).0 + 30 * DAY)),
            cause: "no source has a place for the person".to_owned(),
            told: None,
        }),
        overrides: if by_hand {
            vec![Override {
                attribute: "display_name".to_owned(),
                value: json!("by hand"),
                who: cast.person(0),
                reason: "asked for at the desk".to_owned(),
                since: ago(3 * DAY),
                until: Some(Moment(ago(0).0 + 60 * DAY)),
            }]
        } else {
            Vec::new()
        },
        leaving: if leaving {
            vec![Leaving {
                object: "canvas/person/77".to_owned(),
                stage: "suspected".to_owned(),
                since: ago(DAY),
                due: Some(Moment(ago(0).0 + 6 * DAY)),
            }]
        } else {
            Vec::new()
        },
        requests: if by_hand {
            vec![Request {
                target: "library".to_owned(),
                who: cast.person(1),
                reason: "has a borrower's card".to_owned(),
                since: ago(HOUR),
            }]
        } else {
            Vec::new()
        },
    }
}

fn target(target: &str, state: &str, name: &str) -> EntityTarget {
    EntityTarget {
        target: target.to_owned(),
        class: "user".to_owned(),
        key: format!("{target}-7"),
        state: state.to_owned(),
        cycle: 411,
        attributes: BTreeMap::from([
            ("displayName".to_owned(), json!(name)),
            ("memberOf".to_owned(), json!(["5A", "Chess"])),
        ]),
    }
}

fn operations_of(cast: &Cast) -> Vec<EntityOperation> {
    let one = |cycle: i64, action: &str, state: &str, outcome| EntityOperation {
        id: format!("ad-{}-{cycle}", cast.from),
        cycle: cast.from + cycle,
        target: "ad".to_owned(),
        class: "user".to_owned(),
        action: action.to_owned(),
        key: "ad-7".to_owned(),
        state: state.to_owned(),
        changed: vec!["displayName".to_owned()],
        reason: "displayName differs".to_owned(),
        told: Some(Told::new("differs", json!({"attributes": ["displayName"]}))),
        outcome,
    };
    let refused = json!({"code": "constraint-violation", "message": "the name is too long"});
    vec![
        one(412, "update", "planned", None),
        one(400, "update", "refused", Some(refused)),
        one(12, "create", "done", Some(json!({"key": "ad-7"}))),
    ]
}

fn journal(object: &str) -> Vec<EntityJournal> {
    let one = |cycle: i64, event: &str, detail| EntityJournal {
        cycle,
        at: ago((413 - cycle) * DAY),
        event: event.to_owned(),
        detail,
    };
    vec![
        one(
            400,
            "changed",
            json!({"attributes": ["display_name"], "by": object}),
        ),
        one(12, "created", json!({"by": object})),
    ]
}

fn subject(object: &str) -> Subject {
    Subject {
        object: object.to_owned(),
        code: "incomplete".to_owned(),
        arguments: named(json!({"class": "user", "attributes": ["mail"]})),
        message: "class `user` cannot be without mail".to_owned(),
        remedy: "give the entity that value in a source".to_owned(),
    }
}

/// Several hundred operations of the newest plans.
pub fn operations(cast: &Cast) -> Vec<PlannedOperation> {
    let actions = ["create", "update", "update", "update", "delete"];
    let operations = (0..640).map(|number| {
        let (target, class) = [("ad", "user"), ("canvas", "user"), ("ad", "group")][number % 3];
        let action = actions[number % actions.len()];
        let changed: &[&str] = match action {
            "create" => &["displayName", "memberOf", "userPrincipalName"],
            "update" => &["memberOf"],
            _ => &[],
        };
        PlannedOperation {
            id: format!("{target}-{}-{number}", cast.from),
            target: target.to_owned(),
            class: class.to_owned(),
            action: action.to_owned(),
            key: format!("{class}-{number}"),
            entity: (number % 7 != 0).then(|| cast.id(number as u128 % 9)),
            state: if number % 50 == 0 { "deferred" } else { "planned" }.to_owned(),
            changed: changed.iter().map(|name| (*name).to_owned()).collect(),
            reason: match action {
                "create" => "it is in scope and the target has no object for it".to_owned(),
                _ => format!("{} is in {}", cast.person(number), cast.school(number)),
            },
            told: (action == "create").then(|| Told::new("missing", json!(null))),
        }
    });
    operations.collect()
}

/// Why an entity has what it has in a target.
pub fn explanation(entity: &Entity, target: &str) -> Explanation {
    let told = |class: &str, told: Told, words: &str| Explained {
        class: class.to_owned(),
        told,
        words: words.to_owned(),
        template: None,
        values: BTreeMap::new(),
        remedy: None,
        held: None,
    };
    let mut classes = vec![
        told(
            "user",
            Told::new(
                "present",
                json!({"key": "user-7", "state": "confirmed", "cycle": 1411}),
            ),
            "it has one: `user-7`, confirmed in cycle 1411",
        ),
        Explained {
            template: Some("{{ username }}".to_owned()),
            values: BTreeMap::from([("username".to_owned(), Value::Null)]),
            ..told(
                "card",
                Told::new("out-of-scope", Value::Null),
                "it is out of scope: the mapping's condition does not hold for it",
            )
        },
        Explained {
            held: Some(Held {
                cycle: Some(1412),
                kind: Some("import".to_owned()),
                system: Some("Visma Skole".to_owned()),
                since: Some(ago(HOUR)),
                words: "import sis of cycle 1412: no file has come".to_owned(),
            }),
            ..told(
                "mailbox",
                Told::new("waits", json!({"state": "planned", "cycle": 1412})),
                "it is planned in cycle 1412 and was not carried out yet (planned)",
            )
        },
        told(
            "folder",
            Told::new(
                "refused",
                json!({"words": "E17: that name is not allowed", "cycle": 1411}),
            ),
            "the target refused in cycle 1411: E17: that name is not allowed",
        ),
    ];
    let found = json!({
        "code": "incomplete", "arguments": {"class": "badge", "attributes": ["mail"]},
        "message": "class `badge` cannot be without mail", "remedy": "give the entity that value in a source",
    });
    classes.push(told(
        "badge",
        Told::new("found", found),
        "incomplete: class `badge` cannot be without mail",
    ));
    Explanation {
        sentences: vec![format!("{target} holds user-7 for {}", entity.name)],
        classes,
    }
}
