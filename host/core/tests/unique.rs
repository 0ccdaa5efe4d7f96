//! Unique names: never two active holders, kept across runs, whatever the order and wherever a run is cut.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod system;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use proptest::prelude::*;
use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::mapping::{
    Allotment, Allotted, Allotting, Graph, MappingError, MappingSource, Mappings, Outbound, Request,
    Vocabulary, folded,
};
use system::{description, texts};
use uuid::Uuid;

const DAY: i64 = 24 * 60 * 60 * 1000;

fn compile(rule: &str) -> Result<Outbound, Vec<MappingError>> {
    let text = format!(
        "[outbound.person]\nentity = \"person\"\nkey = \"{{{{ id }}}}\"\n[outbound.person.attributes]\nname = {rule}\n"
    );
    let source: MappingSource = toml::from_str(&text).unwrap();
    let mut outbound = Mappings::compile_outbound(&source, &description(), &Vocabulary::default())?;
    Ok(outbound.remove("person").unwrap())
}

/// A store of names, and persons by number with their given and family names.
#[derive(Debug, Clone, Default)]
struct World {
    names: BTreeMap<String, Allotment>,
    persons: BTreeMap<u128, (String, String)>,
}

impl World {
    fn of(persons: &[(u128, &str, &str)]) -> Self {
        Self {
            names: BTreeMap::new(),
            persons: persons
                .iter()
                .map(|(id, given, family)| (*id, ((*given).to_owned(), (*family).to_owned())))
                .collect(),
        }
    }

    fn allot(
        &self,
        outbound: &Outbound,
        ids: &[u128],
        now: i64,
        present: &HashMap<u128, String>,
    ) -> Allotted {
        let (_, unique) = outbound.unique_names().next().unwrap();
        let mut graph = Graph::new(Arc::new(Vocabulary::default()), jiff::civil::date(2026, 8, 17));
        for (id, (given, family)) in &self.persons {
            graph.insert(Entity {
                id: Uuid::from_u128(*id),
                kind: EntityKind::Person,
                state: EntityState::Active,
                values: texts(&[("given_name", given), ("family_name", family)]),
                references: BTreeMap::new(),
                provenance: BTreeMap::new(),
            });
        }
        let graph = Arc::new(graph);
        let requests = ids
            .iter()
            .map(|&id| Request {
                entity: Uuid::from_u128(id),
                unique,
                scope: graph.scope(Uuid::from_u128(id)),
                present: present.get(&id).cloned(),
            })
            .collect();
        let ids: BTreeSet<Uuid> = ids.iter().map(|id| Uuid::from_u128(*id)).collect();
        let own: Vec<Allotment> = self
            .names
            .values()
            .filter(|allotment| allotment.entity.is_some_and(|entity| ids.contains(&entity)))
            .cloned()
            .collect();
        let mut allotting = Allotting::new(requests, &own, now);
        loop {
            let wanted = allotting.wanted();
            if wanted.is_empty() {
                return allotting.finish();
            }
            let holders = wanted
                .values()
                .flatten()
                .filter_map(|name| self.names.get(name).cloned())
                .collect();
            allotting.learn(holders);
        }
    }

    fn keep(&mut self, allotted: Allotted) {
        for allotment in allotted.kept {
            self.names.insert(folded(&allotment.name), allotment);
        }
    }

    /// Runs a batch and keeps it; answers the names in the order of the ids.
    fn run(&mut self, outbound: &Outbound, ids: &[u128], now: i64) -> Vec<String> {
        let allotted = self.allot(outbound, ids, now, &HashMap::new());
        let names = ids
            .iter()
            .map(|id| allotted.names[&(Uuid::from_u128(*id), "name".to_owned())].clone())
            .collect();
        self.keep(allotted);
        names
    }

    fn gone(&mut self, id: u128, now: i64) {
        for allotment in self.names.values_mut() {
            if allotment.entity == Some(Uuid::from_u128(id)) {
                allotment.released.get_or_insert(now);
            }
        }
    }

    fn holds(&self, id: u128) -> BTreeSet<&str> {
        self.names
            .values()
            .filter(|held| held.entity == Some(Uuid::from_u128(id)) && held.released.is_none())
            .map(|held| held.name.as_str())
            .collect()
    }
}

const RULE: &str = r#"{ unique = ["{{ given_name[:3] | lower | ascii }}{{ family_name[:3] | lower | ascii }}", "{{ given_name[:3] | lower | ascii }}{{ n }}"], max_length = 6, forbidden = " '", reserved = ["root"], reuse_after_days = 10 }"#;

#[test]
fn patterns_are_tried_in_order_and_then_numbered() {
    let outbound = compile(RULE).unwrap();
    let mut world = World::of(&[
        (1, "Anne", "Hjorth"),
        (2, "Annika", "Hjelm"),
        (3, "Annelise", "Hjort"),
        (4, "Åse", "Ås"),
    ]);
    let names = world.run(&outbound, &[4, 3, 2, 1], 0);
    assert_eq!(
        names,
        ["aaseaa", "ann2", "annhje", "annhjo"],
        "by identity, not by the order of rows"
    );
    assert_eq!(
        world.run(&outbound, &[1, 2, 3, 4], DAY),
        ["annhjo", "annhje", "ann2", "aaseaa"]
    );
}

#[test]
fn a_name_is_kept_when_its_person_is_renamed_unless_it_is_to_be_renewed() {
    let mut world = World::of(&[(1, "Anne", "Hjorth")]);
    let keeping = compile(RULE).unwrap();
    world.run(&keeping, &[1], 0);
    world.persons.insert(1, ("Berit".to_owned(), "Hjorth".to_owned()));
    assert_eq!(world.run(&keeping, &[1], DAY), ["annhjo"]);
    let renewing = compile(&RULE.replace("reuse_after_days", "renew = true, reuse_after_days")).unwrap();
    assert_eq!(world.run(&renewing, &[1], 2 * DAY), ["berhjo"]);
    assert_eq!(world.holds(1), BTreeSet::from(["berhjo"]));
    world.persons.insert(2, ("Anne".to_owned(), "Hjorth".to_owned()));
    assert_eq!(
        world.run(&renewing, &[2], 3 * DAY),
        ["ann2"],
        "the former name is kept from others"
    );
    assert_eq!(
        world.run(&renewing, &[1], 4 * DAY),
        ["berhjo"],
        "renewed once, it stays"
    );
}

#[test]
fn the_name_of_someone_who_is_gone_is_kept_for_the_time_and_for_their_return() {
    let outbound = compile(RULE).unwrap();
    let mut world = World::of(&[
        (1, "Anne", "Hjorth"),
        (2, "Anne", "Hjorth"),
        (3, "Anne", "Hjorth"),
    ]);
    world.run(&outbound, &[1], 0);
    world.gone(1, DAY);
    assert_eq!(
        world.run(&outbound, &[2], 10 * DAY),
        ["ann2"],
        "nine days later it is too soon"
    );
    let mut returned = world.clone();
    assert_eq!(returned.run(&outbound, &[1], 20 * DAY), ["annhjo"]);
    assert_eq!(returned.holds(1), BTreeSet::from(["annhjo"]));
    assert_eq!(
        world.run(&outbound, &[3], 11 * DAY),
        ["annhjo"],
        "ten days later it is free"
    );
    assert_eq!(
        world.run(&outbound, &[1], 20 * DAY),
        ["ann3"],
        "whoever comes back too late gets another"
    );
}

#[test]
fn what_the_target_holds_already_is_kept_and_never_given_away() {
    let outbound = compile(RULE).unwrap();
    let mut world = World::of(&[(1, "Anne", "Hjorth"), (2, "Anne", "Hjorth")]);
    world.names.insert(
        "annhjo".to_owned(),
        Allotment {
            scope: "name".to_owned(),
            name: "AnnHjo".to_owned(),
            entity: None,
            since: 0,
            released: None,
        },
    );
    let present = HashMap::from([(2, "AnnHjo".to_owned())]);
    let allotted = world.allot(&outbound, &[1, 2], 0, &present);
    let name = |id: u128| allotted.names[&(Uuid::from_u128(id), "name".to_owned())].as_str();
    assert_eq!((name(1), name(2)), ("ann2", "AnnHjo"));
}

#[test]
fn an_entity_without_a_name_says_why() {
    let outbound = compile(RULE).unwrap();
    let cause = |world: &World| {
        let failed = world.allot(&outbound, &[1], 0, &HashMap::new()).failed;
        failed[&(Uuid::from_u128(1), "name".to_owned())].clone()
    };
    assert_eq!(
        cause(&World::of(&[(1, " ", "'")])),
        "no pattern gives a name for this entity"
    );
    let mut world = World::of(&[(1, "An", "")]);
    let one = compile(r#"{ unique = ["{{ given_name }}"], max_length = 2 }"#).unwrap();
    for name in (2..10).map(|n| format!("a{n}")).chain(["an".to_owned()]) {
        world.names.insert(
            name.clone(),
            Allotment {
                scope: "name".to_owned(),
                name,
                entity: Some(Uuid::from_u128(99)),
                since: 0,
                released: None,
            },
        );
    }
    let failed = world.allot(&one, &[1], 0, &HashMap::new()).failed;
    let cause = &failed[&(Uuid::from_u128(1), "name".to_owned())];
    assert!(cause.contains("name"), "{cause}");
}

#[test]
fn reserved_names_are_nobodys_whatever_their_case() {
    let outbound = compile(r#"{ unique = ["{{ given_name }}"], reserved = ["Root"] }"#).unwrap();
    let mut world = World::of(&[(1, "ROOT", "x")]);
    assert_eq!(world.run(&outbound, &[1], 0), ["ROOT2"]);
}

#[test]
fn mistakes_in_a_rule_are_named() {
    let mistakes = |rule: &str| {
        compile(rule)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert!(
        mistakes("{ unique = [] }").contains("outbound.person.attributes.name: `unique` holds no pattern")
    );
    assert!(mistakes(r#"{ unique = ["a{{ n }}", "b"] }"#).contains("only the last pattern may count"));
    assert!(mistakes(r#"{ unique = ["{{ nmae }}"] }"#).contains("there is no attribute of a person `nmae`"));
    assert!(mistakes(r#"{ unique = ["{{ "] }"#).contains("syntax error"));
    let unknown = toml::from_str::<MappingSource>(
        "[outbound.person.attributes]\nname = { unique = [\"a\"], maxlength = 3 }\n",
    );
    assert!(
        unknown
            .unwrap_err()
            .to_string()
            .contains("unknown field `maxlength`")
    );
}

/// What happens to persons: they come or stay in a batch, are renamed, or leave.
#[derive(Debug, Clone)]
enum Event {
    Batch(Vec<u128>),
    Rename(u128, String),
    Leave(u128),
    /// A batch that is decided and then cut before it is kept.
    Cut(Vec<u128>),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let batch = || proptest::collection::vec(1_u128..12, 1..8);
    let one = prop_oneof![
        4 => batch().prop_map(Event::Batch),
        1 => batch().prop_map(Event::Cut),
        1 => (1_u128..12, "[ab]{1,3}").prop_map(|(id, name)| Event::Rename(id, name)),
        1 => (1_u128..12).prop_map(Event::Leave),
    ];
    proptest::collection::vec(one, 1..25)
}

proptest! {
    #[test]
    fn never_two_active_holders_and_a_name_stays(events in events(), renew: bool) {
        let rule = if renew { RULE.replace("max_length", "renew = true, max_length") } else { RULE.to_owned() };
        let outbound = compile(&rule).unwrap();
        let mut world = World::default();
        for id in 1..12 {
            world.persons.insert(id, ("ab"[..1 + usize::try_from(id % 2).unwrap()].to_owned(), "b".to_owned()));
        }
        let mut last: BTreeMap<u128, String> = BTreeMap::new();
        let mut now = 0;
        for event in events {
            now += DAY;
            match event {
                Event::Batch(ids) => {
                    let ids: Vec<u128> = BTreeSet::from_iter(ids).into_iter().collect();
                    let backwards: Vec<u128> = ids.iter().rev().copied().collect();
                    let same = world.clone().run(&outbound, &backwards, now);
                    let names = world.run(&outbound, &ids, now);
                    prop_assert_eq!(&names, &same.into_iter().rev().collect::<Vec<_>>(), "the order of rows");
                    for (id, name) in ids.iter().copied().zip(names) {
                        if let Some(before) = last.insert(id, name.clone())
                            && !renew
                        {
                            prop_assert_eq!(before, name);
                        }
                    }
                    let again = world.clone();
                    for id in &ids {
                        let mut world = again.clone();
                        prop_assert_eq!(&world.run(&outbound, &[*id], now)[0], &last[id], "a second run changes nothing");
                    }
                }
                Event::Cut(ids) => drop(world.allot(&outbound, &ids, now, &HashMap::new())),
                Event::Rename(id, name) => drop(world.persons.insert(id, (name, "b".to_owned()))),
                Event::Leave(id) => {
                    world.gone(id, now);
                    last.remove(&id);
                }
            }
            let mut holders: BTreeMap<String, Uuid> = BTreeMap::new();
            for held in world.names.values().filter(|held| held.released.is_none()) {
                prop_assert!(held.name.chars().count() <= 6);
                prop_assert!(holders.insert(folded(&held.name), held.entity.unwrap()).is_none());
            }
            for id in last.keys() {
                prop_assert_eq!(world.holds(*id).len(), 1, "one name for each");
            }
        }
    }
}

#[test]
fn who_comes_back_does_not_share_a_name_that_another_has_just_got() {
    let outbound = compile(&RULE.replace("max_length", "renew = true, max_length")).unwrap();
    let mut world = World::of(&[(1, "a", "b"), (2, "ab", "b")]);
    world.run(&outbound, &[1, 2], 0);
    world.gone(2, DAY);
    // The name of who left is anybody's by now, and both want it in one batch.
    world.persons.insert(1, ("ab".to_owned(), "b".to_owned()));
    let names = world.run(&outbound, &[1, 2], 400 * DAY);
    assert_ne!(names[0], names[1]);
    assert_eq!(world.run(&outbound, &[1, 2], 401 * DAY), names);
}

#[test]
fn renewing_does_not_give_up_a_high_number() {
    let outbound = compile(&RULE.replace("max_length", "renew = true, max_length")).unwrap();
    let mut world = World::default();
    for id in 1..40 {
        world.persons.insert(id, ("Anne".to_owned(), "Hjorth".to_owned()));
    }
    let ids: Vec<u128> = (1..40).collect();
    let names = world.run(&outbound, &ids, 0);
    assert_eq!(world.run(&outbound, &ids, DAY), names);
    assert_eq!(names.last().unwrap(), "ann39");
}
