//! Whatever is written after whatever, on whichever day: what is read is what was written last, and writing it again does nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

mod world;

use std::rc::Rc;
use std::time::Duration;

use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use samklang_sdk::prelude::*;
use samklang_stand_ins::StsOrganisation as Register;
use samklang_stand_ins::sts_organisation::names::Service;
use serde_json::{Value as Json, json};
use world::{id, korsbaek, on, operation};

/// What happens on a day.
#[derive(Debug, Clone)]
enum Step {
    /// The object shall be like this.
    Put(Json),
    /// It shall be gone.
    Remove,
    /// Somebody else gives it an address.
    Stranger(&'static str, &'static str),
}

fn text(values: &'static [&'static str]) -> impl Strategy<Value = Json> {
    prop_oneof![1 => Just(Json::Null), 3 => select(values).prop_map(|value| json!(value))]
}

fn unit() -> impl Strategy<Value = Json> {
    let uuids = || subsequence(vec![id("d1"), id("d2"), id("d3")], 0..=3);
    let parts = (
        text(&["a@k.example", "b@k.example"]),
        text(&["Hovedgaden 1", "Biveien 2"]),
        text(&["Biveien 2", "Tofta 3"]),
        select(vec![id("c0"), id("c2")]),
        select(vec!["Afdeling", "Team"]),
        uuids(),
        uuids(),
        subsequence(
            vec!["Email", "Post", "PostSecondary", "Opgaver", "Enhedstype"],
            0..=2,
        ),
    );
    parts.prop_map(|(mail, post, second, parent, kind, tasks, systems, silent)| {
        let second = if post.is_null() { Json::Null } else { second };
        let mut unit = json!({
            "EnhedNavn": "Dagtilbud", "Email": mail, "Post": post, "PostSecondary": second, "Overordnet": parent,
            "Enhedstype": kind, "Opgaver": tasks, "ItSystemer": systems,
        });
        unit.as_object_mut().unwrap().retain(|name, _| !silent.contains(&name.as_str()));
        unit
    })
}

/// A position whose days lie around the first days of March.
fn position() -> impl Strategy<Value = Json> {
    let day = |days: std::ops::Range<i8>| {
        days.prop_map(|days| Date::constant(2026, 3, 1).saturating_add(jiff::Span::new().days(days)))
    };
    let parts = (
        select(vec!["Pædagog", "Vikar"]),
        select(vec![id("c1"), id("c2")]),
        select(vec![id("a1"), id("a2")]),
        day(-20..12),
        prop::option::of(0..15_i64),
    );
    parts.prop_map(|(name, unit, user, first, length)| {
        let last = length.map(|days| first.saturating_add(jiff::Span::new().days(days)).to_string());
        json!({"FunktionNavn": name, "Enhed": unit, "Bruger": user, "Fra": first.to_string(), "Til": last})
    })
}

fn days(put: impl Strategy<Value = Json>) -> impl Strategy<Value = Vec<(u64, Step)>> {
    let step = prop_oneof![
        6 => put.prop_map(Step::Put),
        1 => Just(Step::Remove),
        1 => select(vec![("2b670843-ce42-411a-8fb5-311dfdd5caf0", "c@k.example"), ("80b610c6-314b-485a-a014-a9a1d7070bc4", "Biveien 2")])
            .prop_map(|(role, value)| Step::Stranger(role, value)),
    ];
    prop::collection::vec((0..3_u64, step), 1..6)
}

/// The attributes of an object, as far as a state names them; nothing when it is not there.
fn read(register: &Rc<Register>, class: &str, key: &str, names: &Json) -> Option<Json> {
    let found = on(register, json!({}), |connector| {
        connector.get(class, &[key.to_owned()]).unwrap()
    });
    let object = found.first()?;
    let value = |name: &String| match object.value(name) {
        Some(Value::Text(text)) => json!(text),
        Some(Value::Texts(texts)) => json!(texts),
        _ if names[name].is_array() => json!([]),
        _ => Json::Null,
    };
    let members = names
        .as_object()
        .unwrap()
        .keys()
        .map(|name| (name.clone(), value(name)));
    Some(Json::Object(members.collect()))
}

/// Lives through the days, and looks after each whether the object is as it shall be.
fn live(class: &str, key: &str, steps: &[(u64, Step)], holds: impl Fn(&Json, Date) -> bool) {
    let (register, _) = korsbaek();
    for (pause, step) in steps {
        register.advance(Duration::from_hours(24 * pause));
        let apply = |action: Action, desired: &Json| {
            let operation = operation(action, class, key, desired.clone());
            on(&register, json!({}), |connector| {
                connector.apply(&[operation]).unwrap().remove(0)
            })
        };
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(1));
        let today = register.now().to_zoned(zone).date();
        match step {
            Step::Put(desired) => {
                let all = json!({"Email": null, "Post": null, "PostSecondary": null, "Opgaver": [], "Enhedstype": null});
                let before = (class == "OrganisationEnhed")
                    .then(|| read(&register, class, key, &all))
                    .flatten();
                let first = apply(Action::Update, desired);
                if let Outcome::Rejected(rejection) = &first {
                    let alone =
                        desired.get("Post").is_none_or(Json::is_null) && !desired["PostSecondary"].is_null();
                    assert!(
                        alone && rejection.attribute.as_deref() == Some("PostSecondary"),
                        "{rejection:?}"
                    );
                    continue;
                }
                assert!(
                    matches!(first, Outcome::Done(_) | Outcome::Unchanged),
                    "{first:?}"
                );
                let read = read(&register, class, key, desired);
                assert_eq!(
                    read.as_ref(),
                    Some(desired).filter(|desired| holds(desired, today)),
                    "on {today}"
                );
                // What the mapping is silent of stays; but a second address does not stay without a first one.
                let no_post = desired.get("Post").is_some_and(Json::is_null);
                for (name, value) in before.iter().filter_map(Json::as_object).flatten() {
                    if desired.get(name).is_none() && !(no_post && name == "PostSecondary") {
                        let after = self::read(&register, class, key, &all).unwrap();
                        assert_eq!(after[name], *value, "{name} on {today}");
                    }
                }
                assert_eq!(apply(Action::Update, desired), Outcome::Unchanged, "on {today}");
            }
            Step::Remove => {
                apply(Action::Delete, &json!({}));
                assert_eq!(read(&register, class, key, &json!({})), None);
                assert_eq!(apply(Action::Delete, &json!({})), Outcome::Unchanged);
            }
            Step::Stranger(role, value) => {
                if class == "OrganisationEnhed" {
                    register.add_address(
                        (Service::OrganisationEnhed, id("c1")),
                        role.parse().unwrap(),
                        "7",
                        value,
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn units_are_what_was_written_last(steps in days(unit())) {
        live("OrganisationEnhed", &id("c1").to_string(), &steps, |_, _| true);
    }

    #[test]
    fn positions_are_what_was_written_last_while_they_last(steps in days(position())) {
        live("Stilling", &id("e1").to_string(), &steps, |desired, today| {
            desired["Til"].as_str().is_none_or(|last| last.parse::<Date>().unwrap() >= today)
        });
    }
}
