//! The order in which sources name their objects, and how they cut it into pages, says nothing: also where objects are doubtful.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use std::collections::BTreeMap;

use proptest::prelude::*;
use samklang_core::matching::CaseState;
use samklang_cycle::Ended;
use world::World;

const SCHOOL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id"]
[inbound.person.attributes]
display_name = "{{ name }}"
email = "{{ mail }}"
national_id = "{{ number }}"
"#;

const PAYROLL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id", "email"]
[inbound.person.attributes]
display_name = "{{ name }}"
email = "{{ mail }}"
national_id = "{{ number }}"
"#;

const ROOM: &str = r#"
[outbound.person]
entity = "person"
key = "{{ id }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
"#;

/// What a source delivers in a night: key, name, number and mail, where many agree and some differ in case alone.
type Night = Vec<(u8, u8, String, String)>;

fn night() -> impl Strategy<Value = Night> {
    proptest::collection::vec((0..9_u8, 0..3_u8, "[nN][0-3]", "[mM][0-3]@x"), 0..10)
}

/// What comes of some nights: the target, and what is asked.
type End = (world::Objects, Vec<(String, String, Vec<String>)>);

async fn end(nights: &[(Night, Night)], page: usize, backwards: bool) -> End {
    let mut tenant = world::tenant(SCHOOL, PAYROLL, ROOM);
    let all = samklang_core::guard::Limit {
        count: 1_000,
        percent: 100,
        hard_percent: None,
    };
    let wide = samklang_core::guard::Limits {
        removed: all,
        added: all,
        key_changed: all,
        changed: all,
        ..samklang_core::guard::Limits::of(samklang_core::guard::Subject::Person)
    };
    for connection in tenant.connections.values_mut() {
        let person = samklang_core::guard::Subject::Person;
        connection.guard.limits.insert(person, wide.clone());
    }
    let world = World::of(tenant).await;
    for nights in nights {
        for (source, night) in [("school", &nights.0), ("payroll", &nights.1)] {
            // Somebody stays, so that nothing is ever emptied.
            let stays = (99, 0, "n99".to_owned(), "m99@x".to_owned());
            let rows: BTreeMap<u8, _> = night.iter().chain([&stays]).map(|row| (row.0, row)).collect();
            world.systems.with(source, |system| {
                (system.page, system.backwards) = (page, backwards);
                system.objects.clear();
            });
            for (key, (_, name, number, mail)) in rows {
                let (key, name) = (format!("k{key}"), format!("Name {name}"));
                world.put(
                    source,
                    "person",
                    &key,
                    &[("name", &name), ("number", number), ("mail", mail)],
                );
            }
        }
        assert_eq!(world.run().await.ended, Ended::Done);
    }
    let cases = world.store().await.cases(&[CaseState::Open], 99).await.unwrap();
    let mut asked: Vec<_> = cases
        .into_iter()
        .map(|case| {
            let mut whom: Vec<String> = case
                .candidates
                .iter()
                .map(|one| format!("{:?}", one.entity))
                .collect();
            whom.sort();
            (case.object.to_string(), case.kind.as_str().to_owned(), whom)
        })
        .collect();
    asked.sort();
    (world.objects("room"), asked)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn doubtful_objects_end_alike_in_whatever_order_they_come(
        nights in proptest::collection::vec((night(), night()), 1..4), page in 1_usize..9
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (plain, other) = runtime.block_on(async {
            (end(&nights, 100, false).await, end(&nights, page, true).await)
        });
        prop_assert_eq!(plain, other);
    }
}
