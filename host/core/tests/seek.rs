//! How entities find their objects in a target: whatever is there and whatever the rules, nothing is linked by a guess.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use samklang_core::catalogue::ObjectRef;
use samklang_core::key::MatchingKey;
use samklang_core::matching::{
    CaseKind, Choice, Finder, MatchValue, OnNone, OnOne, Rule, RuleSource, Ruling, Unmatched, Verdicts, fold,
};
use samklang_core::plan::{Holdings, Seeker, Sought, Why, seek};
use samklang_core::port::{Like, Shadow, ShadowState};
use samklang_core::{Attributes, Value};
use uuid::Uuid;

const CLASS: &str = "user";

fn secret() -> MatchingKey {
    MatchingKey::new(&[7; 32])
}

fn rule(by: &str) -> Rule {
    Rule::of(&RuleSource::plain(by))
}

fn entity(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Somebody with these values of `number` and `name`; none where they are empty.
#[derive(Debug, Clone)]
struct One {
    number: String,
    name: String,
}

fn one(number: &str, name: &str) -> One {
    One {
        number: number.to_owned(),
        name: name.to_owned(),
    }
}

impl One {
    fn attributes(&self) -> Attributes {
        [("number", &self.number), ("name", &self.name)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), Value::Text(text.clone())))
            .collect()
    }

    fn value(&self, rule: &Rule) -> Option<&str> {
        let text = if rule.name == "number" {
            &self.number
        } else {
            &self.name
        };
        Some(text.as_str()).filter(|text| !text.is_empty())
    }
}

fn finder(rules: &[Rule]) -> Finder {
    Finder {
        key: "id".to_owned(),
        rules: rules.iter().map(|rule| rule.by.clone()).collect(),
    }
}

/// A target that holds these, each with whom it stands for.
fn holdings<'a>(held: impl IntoIterator<Item = (String, &'a One, Option<Uuid>)>, rules: &[Rule]) -> Holdings {
    let mut holdings = Holdings::default();
    for (key, one, stands_for) in held {
        for MatchValue { rule, folded, exact } in finder(rules).values(&key, &one.attributes(), &secret()) {
            let like = Like {
                folded,
                exact,
                key: key.clone(),
            };
            holdings.add_like(CLASS, &rule, like);
        }
        holdings.add_object(Shadow {
            class: CLASS.to_owned(),
            key,
            entity: stands_for,
            state: ShadowState::Confirmed,
            cycle: 1,
            attributes: one.attributes(),
            ours: Attributes::new(),
        });
    }
    holdings
}

fn seeker<'a>(id: Uuid, one: &One, rules: &'a [Rule]) -> Seeker<'a> {
    let values = rules.iter().map(|rule| {
        let finder = finder(std::slice::from_ref(rule));
        Vec::from_iter(finder.values("", &one.attributes(), &secret()))
    });
    Seeker {
        entity: id,
        class: CLASS,
        rules,
        values: values.collect(),
        unmatched: Unmatched::Create,
        makes: true,
    }
}

fn found(held: &[(&str, One, Option<Uuid>)], who: &One, rules: &[Rule], verdicts: &Verdicts) -> Sought {
    let held = held.iter().map(|(key, one, of)| ((*key).to_owned(), one, *of));
    let seekers = vec![seeker(entity(1), who, rules)];
    seek(seekers, &holdings(held, rules), verdicts)
        .remove(&(entity(1), CLASS.to_owned()))
        .unwrap()
}

fn keys(sought: &Sought) -> (Option<CaseKind>, Vec<&str>) {
    match sought {
        Sought::Object(shadow, _) => (None, vec![&shadow.key]),
        Sought::Asked(kind, suspects) => {
            let keys = suspects.iter().map(|suspect| suspect.shadow.key.as_str());
            (Some(*kind), keys.collect())
        }
        Sought::Alone | Sought::Nothing => (None, Vec::new()),
    }
}

fn ruling(id: i64, key: &str, choice: Choice, of: Uuid, ground: &str) -> Ruling {
    Ruling {
        id,
        object: ObjectRef {
            connection: "ad".to_owned(),
            class: CLASS.to_owned(),
            key: key.to_owned(),
        },
        choice,
        entity: Some(of),
        ground: ground.to_owned(),
        who: "anna".to_owned(),
        reason: "I know them".to_owned(),
        at: 1,
    }
}

#[test]
fn rules_are_tried_in_order_and_each_answer_is_followed() {
    let rules = [rule("number"), rule("name")];
    let none = Verdicts::default();
    let kari = one("17", "kari");
    // The employee number comes before the user name.
    let held = [("a", one("17", "knord"), None), ("b", one("", "kari"), None)];
    let sought = found(&held, &kari, &rules, &none);
    assert!(
        matches!(&sought, Sought::Object(shadow, Why::Rule(rule)) if shadow.key == "a" && rule == "number")
    );
    assert_eq!(keys(&found(&held[1..], &kari, &rules, &none)), (None, vec!["b"]));
    assert_eq!(found(&[], &kari, &rules, &none), Sought::Nothing);
    let several = [("a", one("17", "x"), None), ("b", one("17", "y"), None)];
    assert_eq!(
        keys(&found(&several, &kari, &rules, &none)),
        (Some(CaseKind::Ambiguous), vec!["a", "b"])
    );
    let near = [("a", one("", "Kari"), None)];
    assert_eq!(
        keys(&found(&near, &kari, &rules, &none)),
        (Some(CaseKind::NearMiss), vec!["a"])
    );
    let others = [("a", one("17", ""), Some(entity(2)))];
    assert_eq!(
        keys(&found(&others, &kari, &rules, &none)),
        (Some(CaseKind::LinkedToAnother), vec!["a"])
    );
    // A rule may fold, and may ask.
    let folds = [Rule {
        fold: true,
        ..rule("name")
    }];
    assert_eq!(keys(&found(&near, &kari, &folds, &none)), (None, vec!["a"]));
    let asks = [Rule {
        one: OnOne::Case,
        ..rule("number")
    }];
    assert_eq!(
        keys(&found(&held, &kari, &asks, &none)),
        (Some(CaseKind::Found), vec!["a"])
    );
    for (none_found, expected) in [
        (OnNone::Ignore, Sought::Alone),
        (OnNone::Create, Sought::Nothing),
        (OnNone::Case, Sought::Asked(CaseKind::Absent, Vec::new())),
    ] {
        let first = Rule {
            none: none_found,
            ..rule("number")
        };
        let rules = [first, rule("name")];
        assert_eq!(
            found(&held[1..], &kari, &rules, &none),
            expected,
            "{none_found:?}"
        );
    }
}

#[test]
fn a_persons_word_comes_before_every_rule() {
    let rules = [rule("number")];
    let held = [("a", one("17", ""), None), ("b", one("18", ""), Some(entity(2)))];
    let kari = one("17", "");
    let link = Verdicts::new([ruling(4, "b", Choice::Link, entity(1), "")]);
    let sought = found(&held, &kari, &rules, &link);
    assert!(matches!(&sought, Sought::Object(shadow, Why::Decided(4, ..)) if shadow.key == "b"));
    let apart = Verdicts::new([ruling(4, "a", Choice::Apart, entity(1), "")]);
    assert_eq!(found(&held, &kari, &rules, &apart), Sought::Nothing);
    // What a person gave to somebody else is theirs, also before it is written down.
    let given = Verdicts::new([ruling(4, "a", Choice::Link, entity(3), "")]);
    let sought = found(&held, &kari, &rules, &given);
    assert_eq!(keys(&sought), (Some(CaseKind::LinkedToAnother), vec!["a"]));
    // What a person took from somebody is free.
    let taken = Verdicts::new([ruling(4, "b", Choice::Apart, entity(2), "")]);
    assert_eq!(
        keys(&found(&held, &one("18", ""), &rules, &taken)),
        (None, vec!["b"])
    );
}

#[test]
fn an_answer_holds_as_long_as_the_candidates_are_the_same() {
    let rules = [rule("name")];
    let held = [("a", one("", "Kari"), None), ("b", one("", "KARI"), None)];
    let kari = one("", "kari");
    let both = samklang_core::matching::ground(["a".to_owned(), "b".to_owned()]);
    let own = entity(1).to_string();
    for (choice, expected) in [(Choice::Create, Sought::Nothing), (Choice::Ignore, Sought::Alone)] {
        let verdicts = Verdicts::new([ruling(1, &own, choice, entity(1), &both)]);
        assert_eq!(found(&held, &kari, &rules, &verdicts), expected);
        let sought = found(&held[..1], &kari, &rules, &verdicts);
        assert_eq!(
            keys(&sought),
            (Some(CaseKind::NearMiss), vec!["a"]),
            "it is another question"
        );
    }
}

#[test]
fn an_object_is_found_once() {
    let rules = [rule("number")];
    let who = one("17", "");
    let held = [("a".to_owned(), &who, None)];
    let seekers = vec![seeker(entity(1), &who, &rules), seeker(entity(2), &who, &rules)];
    let sought = seek(seekers, &holdings(held, &rules), &Verdicts::default());
    let of = |id| keys(&sought[&(entity(id), CLASS.to_owned())]);
    assert_eq!(of(1), (None, vec!["a"]));
    assert_eq!(of(2), (Some(CaseKind::LinkedToAnother), vec!["a"]));
}

fn any_one() -> impl Strategy<Value = One> {
    ("(|1|2|3)", "(|kari|Kari|KARI|ola|Ola)").prop_map(|(number, name)| one(&number, &name))
}

fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    let any = ("(number|name)", any::<bool>()).prop_map(|(by, fold)| Rule { fold, ..rule(&by) });
    proptest::collection::vec(any, 1..4)
}

proptest! {
    #[test]
    fn nothing_is_linked_by_a_guess(
        held in proptest::collection::vec((any_one(), proptest::option::of(50_u128..53)), 0..6),
        seeking in proptest::collection::vec(any_one(), 1..5),
        rules in any_rules(),
    ) {
        let objects = || held.iter().enumerate().map(|(at, (one, of))| (format!("o{at}"), one, of.map(entity)));
        let seekers = || seeking.iter().zip(1..).map(|(one, id)| seeker(entity(id), one, &rules)).collect::<Vec<_>>();
        let sought = seek(seekers(), &holdings(objects(), &rules), &Verdicts::default());
        let backwards: Vec<_> = objects().collect::<Vec<_>>().into_iter().rev().collect();
        prop_assert_eq!(&sought, &seek(seekers(), &holdings(backwards, &rules), &Verdicts::default()));

        let objects: BTreeMap<String, (&One, Option<Uuid>)> =
            objects().map(|(key, one, of)| (key, (one, of))).collect();
        let mut linked: HashMap<&str, Uuid> = HashMap::new();
        for ((id, _), sought) in &sought {
            if let Sought::Object(shadow, _) = sought {
                prop_assert!(linked.insert(&shadow.key, *id).is_none(), "an object is found once");
                prop_assert_eq!(objects[&shadow.key].1, None, "what stands for another is never taken");
            }
        }
        for (who, number) in seeking.iter().zip(1..) {
            let id = entity(number);
            let sought = &sought[&(id, CLASS.to_owned())];
            let equal = |rule: &Rule, one: &One, folded: bool| match (who.value(rule), one.value(rule)) {
                (Some(ours), Some(theirs)) if rule.fold || folded => fold(ours) == fold(theirs),
                (ours, theirs) => ours.is_some() && ours == theirs,
            };
            let under = |rule: &Rule, folded: bool| -> BTreeSet<&str> {
                objects.iter().filter(|(_, (one, _))| equal(rule, one, folded)).map(|(key, _)| key.as_str()).collect()
            };
            let first = rules.iter().position(|rule| !under(rule, false).is_empty());
            let asked_before = &rules[..first.map_or(rules.len(), |first| first + 1)];
            let exact = first.map(|first| under(&rules[first], false)).unwrap_or_default();
            let near: BTreeSet<&str> = asked_before
                .iter()
                .flat_map(|rule| under(rule, true).difference(&under(rule, false)).copied().collect::<Vec<_>>())
                .filter(|key| !exact.contains(key))
                .collect();
            match sought {
                Sought::Object(shadow, _) => {
                    prop_assert_eq!(exact, BTreeSet::from([shadow.key.as_str()]), "one, and equal");
                    prop_assert!(near.is_empty(), "nothing that it could be as well");
                }
                Sought::Nothing => prop_assert!(exact.is_empty() && near.is_empty(), "nothing is passed over"),
                Sought::Asked(..) => prop_assert!(
                    exact.len() > 1
                        || !near.is_empty()
                        || exact.iter().all(|key| {
                            objects[*key].1.is_some() || linked.get(key).is_some_and(|other| *other != id)
                        }),
                    "nobody is asked without need"
                ),
                Sought::Alone => prop_assert!(false, "no rule says so"),
            }
        }
    }
}
