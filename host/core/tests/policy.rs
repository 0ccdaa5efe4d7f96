//! Policies of targets, over a target in memory: whatever the policy, a plan that is carried out leaves nothing to plan.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod system;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use proptest::prelude::*;
use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::connector::{Action, Description, Writable};
use samklang_core::mapping::{Graph, MappingSource, Mappings, Outbound, Vocabulary};
use samklang_core::matching::{CaseKind, Choice, Ruling, Verdicts};
use samklang_core::plan::{Create, Ground, PlannedFor, Policies, Policy, Removal, Stage, Stages, Update};
use samklang_core::port::{Leaving, LeavingWrite, Request, Shadow, ShadowState, ShadowWrite};
use samklang_core::{Attributes, Value};
use system::{description, texts};
use uuid::Uuid;

const PERSON: &str = r#"
[outbound.person]
entity = "person"
when = "{{ nickname != 'away' }}"
key = "{{ username }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
number = "{{ employee_number }}"
places = "{{ phone }}"
[outbound.person.overwrite]
mail = "when-present"
number = "never"
places = "ours"
[outbound.person.deactivated]
name = "gone: {{ display_name }}"
"#;

const ID: Uuid = Uuid::from_u128(7);

/// A target of one class, and what is known of it.
struct Target {
    outbound: BTreeMap<String, Outbound>,
    policies: Policies,
    objects: BTreeMap<String, Attributes>,
    shadows: BTreeMap<String, Shadow>,
    leaving: Option<Leaving>,
    asked: bool,
    rulings: Vec<Ruling>,
    now: i64,
}

impl Target {
    fn new(policy: Policy) -> Self {
        Self::of(policy, &description())
    }

    fn of(policy: Policy, description: &Description) -> Self {
        let source: MappingSource = toml::from_str(PERSON).unwrap();
        Self {
            outbound: Mappings::compile_outbound(&source, description, &Vocabulary::default()).unwrap(),
            policies: Policies {
                all: policy,
                classes: BTreeMap::new(),
            },
            objects: BTreeMap::new(),
            shadows: BTreeMap::new(),
            leaving: None,
            asked: false,
            rulings: Vec::new(),
            now: 1_000,
        }
    }

    fn plan(&self, entity: &Entity) -> PlannedFor {
        let mut graph = Graph::new(Arc::new(Vocabulary::default()), jiff::civil::date(2026, 8, 17));
        graph.insert(entity.clone());
        let order = vec!["person".to_owned()];
        let depth = HashMap::new();
        let mut ground = Ground {
            graph: Arc::new(graph),
            outbound: &self.outbound,
            order: &order,
            by_entity: HashMap::new(),
            by_key: HashMap::new(),
            by_link: HashMap::new(),
            depth: &depth,
            policies: &self.policies,
            leaving: HashMap::new(),
            requests: HashMap::new(),
            sought: HashMap::new(),
            verdicts: Verdicts::new(self.rulings.clone()),
            now: self.now,
            target: "room",
            cycle: 1,
        };
        if let Some(leaving) = &self.leaving {
            ground.leaving.insert((ID, "person".to_owned()), leaving.clone());
        }
        if self.asked {
            let request = Request {
                entity: ID,
                who: "kari".to_owned(),
                reason: "a loan".to_owned(),
                at: 1,
            };
            ground.requests.insert(ID, request);
        }
        for shadow in self.shadows.values() {
            if let Some(entity) = shadow.entity {
                ground
                    .by_entity
                    .insert((entity, "person".to_owned()), shadow.clone());
            }
            ground
                .by_key
                .insert(("person".to_owned(), shadow.key.clone()), shadow.clone());
        }
        let desired = ground.desired(ID);
        ground.decide(ID, desired)
    }

    fn put(&mut self, write: ShadowWrite) {
        match write {
            ShadowWrite::Put(shadow) => drop(self.shadows.insert(shadow.key.clone(), shadow)),
            ShadowWrite::Remove(_, key) => drop(self.shadows.remove(&key)),
        }
    }

    /// Carries a plan out as a target and the host do.
    fn apply(&mut self, planned: &PlannedFor) {
        for write in planned.adopted.clone() {
            self.put(write);
        }
        for write in &planned.leaving {
            self.leaving = match write {
                LeavingWrite::Put(leaving) => Some(leaving.clone()),
                LeavingWrite::End(..) => None,
            };
        }
        for one in &planned.operations {
            let operation = &one.operation;
            self.objects.remove(&operation.key);
            self.shadows.remove(&operation.key);
            if operation.action == Action::Delete {
                self.leaving = None;
                continue;
            }
            let key = match operation.desired.get("id").and_then(Value::as_text) {
                Some(key) if operation.changed.contains(&"id".to_owned()) => key.to_owned(),
                _ => operation.key.clone(),
            };
            self.objects.insert(key.clone(), operation.desired.clone());
            self.put(ShadowWrite::Put(Shadow {
                class: "person".to_owned(),
                key,
                entity: Some(ID),
                state: ShadowState::Confirmed,
                cycle: 1,
                attributes: operation.desired.clone(),
                ours: one.ours.clone(),
            }));
        }
    }

    fn cycle(&mut self, entity: &Entity) -> PlannedFor {
        let planned = self.plan(entity);
        self.apply(&planned);
        let again = self.plan(entity);
        assert_eq!(again.operations, [], "a second cycle plans nothing");
        assert_eq!(again.adopted, [], "and notes nothing");
        planned
    }

    /// Somebody changes the object in the target, and the host reads it back.
    fn change(&mut self, key: &str, attributes: &[(&str, &str)]) {
        let attributes = texts(attributes);
        self.objects.insert(key.to_owned(), attributes.clone());
        let shadow = self.shadows.get(key).cloned();
        self.put(ShadowWrite::Put(Shadow {
            class: "person".to_owned(),
            key: key.to_owned(),
            entity: shadow.as_ref().and_then(|shadow| shadow.entity),
            state: ShadowState::Confirmed,
            cycle: 1,
            attributes,
            ours: shadow.map(|shadow| shadow.ours).unwrap_or_default(),
        }));
    }
}

fn person(values: &[(&str, &str)]) -> Entity {
    let mut values = texts(values);
    values
        .entry("username".to_owned())
        .or_insert_with(|| Value::Text("kari".to_owned()));
    Entity {
        id: ID,
        kind: EntityKind::Person,
        state: EntityState::Active,
        values,
        references: BTreeMap::new(),
        provenance: BTreeMap::new(),
    }
}

fn gone(entity: &Entity) -> Entity {
    Entity {
        state: EntityState::Gone,
        ..entity.clone()
    }
}

fn actions(planned: &PlannedFor) -> Vec<Action> {
    planned
        .operations
        .iter()
        .map(|one| one.operation.action)
        .collect()
}

#[test]
fn an_object_on_request_is_made_when_somebody_asks_and_the_reason_is_theirs() {
    let mut target = Target::new(Policy {
        create: Create::OnRequest,
        ..Policy::default()
    });
    let kari = person(&[("display_name", "Kari")]);
    assert!(target.cycle(&kari).operations.is_empty());
    target.asked = true;
    let planned = target.cycle(&kari);
    assert_eq!(actions(&planned), [Action::Create]);
    assert_eq!(
        planned.operations[0].reason.to_string(),
        "kari asked for it: a loan"
    );
}

#[test]
fn a_linked_only_target_never_takes_over_an_object_by_its_key() {
    let kari = person(&[("display_name", "Kari")]);
    for (update, create, adopts, findings) in [
        (Update::All, Create::Always, true, 0),
        (Update::Linked, Create::Always, false, 1),
        (Update::Linked, Create::OnRequest, false, 0),
    ] {
        let mut target = Target::new(Policy {
            create,
            update,
            ..Policy::default()
        });
        target.change("kari", &[("name", "Somebody")]);
        let planned = target.cycle(&kari);
        assert_eq!(actions(&planned) == [Action::Update], adopts);
        assert_eq!(planned.findings.len(), findings);
        assert_eq!(target.shadows["kari"].entity.is_some(), adopts);
    }
}

#[test]
fn what_is_gone_passes_through_its_stages_and_comes_back_as_the_same() {
    let mut target = Target::new(Policy {
        gone: Some(Stages {
            suspected: 10,
            disable_after: Some(70),
            remove_after: Some(900),
        }),
        ..Policy::default()
    });
    let kari = person(&[("display_name", "Kari"), ("email", "k@example.org")]);
    target.cycle(&kari);
    let left = target.now;
    assert!(target.cycle(&gone(&kari)).operations.is_empty());
    assert_eq!(target.leaving.as_ref().unwrap().stage, Stage::Missing);
    assert_eq!(target.leaving.as_ref().unwrap().due, Some(left + 10));
    target.now = left + 10;
    assert!(target.cycle(&gone(&kari)).operations.is_empty());
    assert_eq!(target.leaving.as_ref().unwrap().stage, Stage::Suspected);
    target.now = left + 70;
    let planned = target.cycle(&gone(&kari));
    assert_eq!(actions(&planned), [Action::Update]);
    assert_eq!(planned.operations[0].operation.changed, ["name"]);
    assert_eq!(
        planned.operations[0].before["name"],
        Value::Text("Kari".to_owned())
    );
    assert_eq!(
        target.objects["kari"]["name"],
        Value::Text("gone: Kari".to_owned())
    );
    assert_eq!(
        target.objects["kari"]["mail"],
        Value::Text("k@example.org".to_owned())
    );
    // Back again: the same object, as it was.
    let planned = target.cycle(&kari);
    assert_eq!(actions(&planned), [Action::Update]);
    assert!(
        planned.operations[0]
            .reason
            .to_string()
            .starts_with("it has come back"),
        "{}",
        planned.operations[0].reason
    );
    assert_eq!(target.leaving, None);
    assert_eq!(target.objects["kari"]["name"], Value::Text("Kari".to_owned()));
    // Away for good.
    let left = target.now;
    target.cycle(&gone(&kari));
    target.now = left + 900;
    assert_eq!(actions(&target.cycle(&gone(&kari))), [Action::Delete]);
    assert!(target.objects.is_empty() && target.leaving.is_none());
}

#[test]
fn what_is_let_go_stays_as_it_is_and_stands_for_nobody() {
    let mut target = Target::new(Policy {
        update: Update::Linked,
        delete: Removal::Detach,
        ..Policy::default()
    });
    let kari = person(&[("display_name", "Kari")]);
    target.cycle(&kari);
    let before = target.objects.clone();
    assert!(target.cycle(&gone(&kari)).operations.is_empty());
    assert_eq!(target.objects, before);
    assert_eq!(target.shadows["kari"].entity, None);
    let changed = person(&[("display_name", "Kari Changed")]);
    assert!(
        target.cycle(&changed).operations.is_empty(),
        "no update reaches it any more"
    );
}

#[test]
fn who_is_asked_about_stays_until_somebody_answers() {
    let mut target = Target::new(Policy {
        delete: Removal::Ask,
        ..Policy::default()
    });
    let kari = person(&[("display_name", "Kari")]);
    target.cycle(&kari);
    for _ in 0..2 {
        let planned = target.cycle(&gone(&kari));
        assert!(planned.operations.is_empty());
        assert_eq!(planned.cases.len(), 1, "as long as nobody has answered");
        assert_eq!(
            (planned.cases[0].kind, planned.cases[0].object.key.as_str()),
            (CaseKind::Removal, "kari")
        );
    }
}

#[test]
fn an_answer_about_who_goes_is_followed_for_that_departure_alone() {
    for (choice, done, there) in [
        (Choice::Delete, vec![Action::Delete], false),
        (Choice::Deactivate, vec![Action::Update], true),
        (Choice::Detach, vec![], true),
        (Choice::Keep, vec![], true),
    ] {
        let mut target = Target::new(Policy {
            delete: Removal::Ask,
            ..Policy::default()
        });
        let kari = person(&[("display_name", "Kari")]);
        target.cycle(&kari);
        let asked = target.cycle(&gone(&kari)).cases.remove(0);
        target.rulings.push(Ruling {
            id: 1,
            object: asked.object.clone(),
            choice,
            entity: asked.entity,
            ground: asked.ground(),
            who: "anna".to_owned(),
            reason: "as agreed".to_owned(),
            at: target.now,
        });
        target.now += 50;
        let planned = target.cycle(&gone(&kari));
        assert_eq!((actions(&planned), planned.cases.len()), (done, 0), "{choice:?}");
        assert_eq!(planned.heeded, [1], "{choice:?}");
        assert_eq!(target.objects.contains_key("kari"), there, "{choice:?}");
        // Who comes back and leaves again is asked about again.
        target.cycle(&kari);
        target.now += 50;
        let planned = target.cycle(&gone(&kari));
        assert_eq!(
            (actions(&planned), planned.cases.len()),
            (vec![], 1),
            "{choice:?}"
        );
        assert_ne!(planned.cases[0].ground(), asked.ground());
    }
}

#[test]
fn an_object_gets_a_new_key_where_the_target_lets_it_and_the_old_one_is_told_where_not() {
    let renames = |writable: Writable| {
        let mut description = description();
        let class = description
            .classes
            .iter_mut()
            .find(|class| class.name == "person")
            .unwrap();
        class
            .attributes
            .iter_mut()
            .find(|one| one.name == "id")
            .unwrap()
            .writable = writable;
        description
    };
    let kari = person(&[("display_name", "Kari")]);
    let married = person(&[("display_name", "Kari"), ("username", "kari2")]);
    let mut target = Target::of(Policy::default(), &renames(Writable::Always));
    target.cycle(&kari);
    let planned = target.cycle(&married);
    let operation = &planned.operations[0].operation;
    assert_eq!(
        (operation.action, operation.key.as_str()),
        (Action::Update, "kari")
    );
    assert_eq!(operation.changed, ["id"]);
    assert_eq!(target.objects.keys().collect::<Vec<_>>(), ["kari2"]);
    let mut target = Target::of(Policy::default(), &renames(Writable::OnCreate));
    target.cycle(&kari);
    let planned = target.cycle(&married);
    assert!(planned.operations.is_empty());
    assert_eq!(planned.findings[0].code, "key-differs");
    assert!(
        planned.findings[0].message.contains("under the key `kari2`"),
        "{}",
        planned.findings[0].message
    );
    let mut target = Target::of(Policy::default(), &renames(Writable::Never));
    target.cycle(&kari);
    assert!(
        target.cycle(&married).findings.is_empty(),
        "the target makes its keys itself"
    );
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let word = |count: usize| 0..count;
    (
        word(3),
        word(3),
        word(5),
        proptest::option::of((0_i64..5, 5_i64..10, 10_i64..20)),
    )
        .prop_map(|(create, update, delete, gone)| Policy {
            create: Create::WORDS[create].1,
            update: Update::WORDS[update].1,
            delete: Removal::WORDS[delete].1,
            gone: gone.map(|(suspected, disable, remove)| Stages {
                suspected,
                disable_after: Some(disable),
                remove_after: Some(remove),
            }),
        })
}

/// What happens between two cycles.
#[derive(Debug, Clone)]
enum Event {
    Says(String, String, String, String),
    Leaves,
    OutOfScope,
    Asked,
    Edited(String, String, String),
    Time(i64),
}

fn any_event() -> impl Strategy<Value = Event> {
    let word = || "[a-c]?";
    prop_oneof![
        (word(), word(), word(), word()).prop_map(|(a, b, c, d)| Event::Says(a, b, c, d)),
        Just(Event::Leaves),
        Just(Event::OutOfScope),
        Just(Event::Asked),
        (word(), word(), word()).prop_map(|(a, b, c)| Event::Edited(a, b, c)),
        (1_i64..12).prop_map(Event::Time),
    ]
}

proptest! {
    #[test]
    fn a_plan_reaches_what_is_wanted_under_every_policy_and_a_second_cycle_plans_nothing(
        policy in any_policy(), events in proptest::collection::vec(any_event(), 1..14)
    ) {
        let mut target = Target::new(policy);
        let mut entity = person(&[("display_name", "a")]);
        for event in events {
            let before = target.objects.clone();
            match event {
                Event::Says(name, mail, number, phone) => {
                    entity = person(&[("display_name", &name), ("email", &mail), ("employee_number", &number), ("phone", &phone)]);
                    entity.values.retain(|_, value| *value != Value::Text(String::new()));
                }
                Event::Leaves => entity = gone(&entity),
                Event::OutOfScope => drop(entity.values.insert("nickname".to_owned(), Value::Text("away".to_owned()))),
                Event::Asked => target.asked = true,
                Event::Edited(name, mail, places) => {
                    if target.objects.contains_key("kari") {
                        let edited: Vec<(&str, &str)> = [("name", &name), ("mail", &mail), ("places", &places)]
                            .into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, text.as_str())).collect();
                        target.change("kari", &edited);
                    }
                }
                Event::Time(passed) => target.now += passed,
            }
            let edited = target.objects.clone();
            let planned = target.cycle(&entity);
            let present = entity.state == EntityState::Active && !entity.values.contains_key("nickname");
            for action in actions(&planned) {
                match action {
                    Action::Create => {
                        prop_assert!(present && policy.create != Create::Never);
                        prop_assert!(policy.create == Create::Always || target.asked);
                    }
                    Action::Delete => prop_assert!(!present && policy.delete == Removal::Delete && !edited.is_empty()),
                    Action::Update if present => prop_assert!(policy.update != Update::Never),
                    Action::Update => prop_assert!(policy.gone.is_some() || policy.delete == Removal::Deactivate),
                }
            }
            let linked = target.shadows.get("kari").is_some_and(|shadow| shadow.entity.is_some());
            if present && linked && policy.update != Update::Never {
                let object = &target.objects["kari"];
                prop_assert_eq!(object.get("name"), entity.values.get("display_name"));
                if let Some(mail) = entity.values.get("email") {
                    prop_assert_eq!(object.get("mail"), Some(mail));
                }
            }
            if present && policy.create == Create::Always {
                prop_assert!(target.objects.contains_key("kari"));
            }
            prop_assert!(target.objects.len() <= 1);
            drop(before);
        }
    }
}
