//! The index by which objects of targets are found: whoever writes an object keeps it right, and no value can be read from it.

use samklang_core::Value;
use samklang_core::catalogue::ObjectRef;
use samklang_core::matching::{CaseKind, CaseState, CaseWrite, Choice, Finder, MatchValue, Side};
use samklang_core::port::{
    Cases as _, Drafted, Keys as _, Like, OperationState, Settled, Shadow, ShadowWrite, Store as _,
    Targets as _,
};
use samklang_store::{Answered, TenantStore};
use uuid::Uuid;

use crate::material::{id, object, planned, settled, shadow, steps};
use crate::place::{Place, tenant};

fn by(rules: &[&[&str]]) -> Finder {
    Finder {
        key: "id".to_owned(),
        rules: rules
            .iter()
            .map(|rule| rule.iter().map(|&name| name.to_owned()).collect())
            .collect(),
    }
}

fn account(key: &str, number: &str, mail: &str) -> ShadowWrite {
    let text = |text: &str| Value::Text(text.to_owned());
    ShadowWrite::Put(Shadow {
        attributes: [
            ("number".to_owned(), text(number)),
            ("mail".to_owned(), text(mail)),
        ]
        .into(),
        ..shadow(key, None)
    })
}

/// The keys of the objects that a rule finds, those that are equal as they stand marked.
async fn found(store: &TenantStore, rule: &str, value: &str) -> Vec<(String, bool)> {
    let wanted = MatchValue::of(rule, &[value.to_owned()], store.matching());
    let likes = store
        .likes("mo", "users", rule, std::slice::from_ref(&wanted.folded))
        .await
        .unwrap();
    let mut found: Vec<(String, bool)> = likes
        .into_iter()
        .map(|Like { exact, key, .. }| (key, exact == wanted.exact))
        .collect();
    found.sort();
    found
}

fn one(key: &str, equal: bool) -> (String, bool) {
    (key.to_owned(), equal)
}

pub async fn objects_are_found_by_their_values_whoever_writes_them(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    // What was there before anybody asked by what it is found.
    let before = [account("a", "17", "Kari@x"), account("b", "18", "ola@x")];
    store.observe("mo", &before, &[]).await.unwrap();
    assert_eq!(found(&store, "number", "17").await, []);
    let finder = by(&[&["number"], &["mail"], &["id"]]);
    for _ in 0..2 {
        store.find_by("mo", "users", &finder).await.unwrap();
        assert_eq!(found(&store, "number", "17").await, [one("a", true)]);
        assert_eq!(found(&store, "mail", "kari@x").await, [one("a", false)]);
        assert_eq!(found(&store, "id", "b").await, [one("b", true)]);
    }
    // Whoever writes an object keeps the index with it: reading back, a look before planning, a plan, and an operation.
    store
        .observe("mo", &[account("c", "17", "c@x")], &[])
        .await
        .unwrap();
    assert_eq!(
        found(&store, "number", "17").await,
        [one("a", true), one("c", true)]
    );
    store.see("mo", &[account("a", "19", "kari@x")]).await.unwrap();
    assert_eq!(found(&store, "number", "17").await, [one("c", true)]);
    assert_eq!(found(&store, "mail", "kari@x").await, [one("a", true)]);
    let drafted = Drafted {
        shadows: vec![account("b", "20", "ola@x")],
        operations: vec![planned("op", None, 0)],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    assert_eq!(found(&store, "number", "18").await, []);
    assert_eq!(found(&store, "number", "20").await, [one("b", true)]);
    store.settle_plan("mo").await.unwrap();
    let done = Settled {
        shadows: vec![
            ShadowWrite::Remove("users".to_owned(), "c".to_owned()),
            account("d", "17", "d@x"),
        ],
        ..settled("op", OperationState::Done)
    };
    store.settle("mo", &[done]).await.unwrap();
    assert_eq!(found(&store, "number", "17").await, [one("d", true)]);
    assert_eq!(found(&store, "mail", "c@x").await, []);
    // Values are kept as hashes.
    let plain = store
        .likes("mo", "users", "number", &["17".to_owned()])
        .await
        .unwrap();
    assert_eq!(plain, []);
    // Other rules, and none.
    store.find_by("mo", "users", &by(&[&["mail"]])).await.unwrap();
    assert_eq!(found(&store, "number", "17").await, []);
    assert_eq!(found(&store, "mail", "d@x").await, [one("d", true)]);
    store.find_by("mo", "users", &by(&[])).await.unwrap();
    assert_eq!(found(&store, "mail", "d@x").await, []);
    assert_eq!(
        store
            .likes("mo", "groups", "number", &["17".to_owned()])
            .await
            .unwrap(),
        []
    );
}

pub async fn an_index_of_many_objects_is_made_part_by_part(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let many: Vec<ShadowWrite> = (0..4_500)
        .map(|number| account(&format!("u{number}"), &format!("n{}", number / 2), "m"))
        .collect();
    store.observe("mo", &many, &[]).await.unwrap();
    store.find_by("mo", "users", &by(&[&["number"]])).await.unwrap();
    for number in [0, 1_999, 2_000, 4_001, 4_499] {
        let place = number / 2 * 2;
        let mut both = [
            one(&format!("u{place}"), true),
            one(&format!("u{}", place + 1), true),
        ];
        both.sort();
        assert_eq!(found(&store, "number", &format!("n{}", number / 2)).await, both);
    }
}

pub async fn whom_a_person_decided_about_in_a_target_is_planned_for_again(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let stale = async || -> Vec<Uuid> { store.stale("mo", None, 99).await.unwrap() };
    let question = |number: u8| CaseWrite {
        object: object("mo", "users", &id(number).to_string()),
        kind: CaseKind::NearMiss,
        side: Side::Target,
        entity: Some(id(number)),
        name: "Kari".to_owned(),
        candidates: Vec::new(),
        since: None,
        at: 5,
    };
    let drafted = Drafted {
        cases: vec![question(1), question(2)],
        shadows: vec![ShadowWrite::Put(shadow("held", Some(3)))],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    store.settle_plan("mo").await.unwrap();
    assert!(stale().await.is_empty());
    store.stale_by_cases("mo").await.unwrap();
    assert_eq!(stale().await, [id(1), id(2)]);
    // What the plan clears is withdrawn, and only that.
    let cleared = Drafted {
        cleared: vec![question(2).object],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &cleared).await.unwrap();
    let open = store.cases(&[CaseState::Open], 9).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].entity, open[0].side), (Some(id(1)), Side::Target));
    store.settle_plan("mo").await.unwrap();
    // The object of another is hers: both are planned for.
    let decided = Answered {
        choice: Choice::Link,
        entity: Some(id(1)),
        who: "anna",
        reason: "seen",
        at: 9,
    };
    let held = ObjectRef {
        key: "held".to_owned(),
        ..open[0].object.clone()
    };
    assert!(
        store
            .decide_case(&open[0], &held, &decided, Some("held"))
            .await
            .unwrap()
    );
    store.stale_by_cases("mo").await.unwrap();
    assert_eq!(stale().await, [id(1), id(3)]);
    let rulings = store.rulings_of("mo", &[id(1), id(2)]).await.unwrap();
    assert_eq!(rulings.len(), 1);
    assert_eq!((&rulings[0].object, rulings[0].entity), (&held, Some(id(1))));
    assert_eq!(store.rulings_of("hr", &[id(1)]).await.unwrap(), []);
    // Another word about the same object is found by whomever it was about.
    let apart = Answered {
        choice: Choice::Apart,
        entity: Some(id(3)),
        ..decided
    };
    store.rule(&held, &apart).await.unwrap();
    assert_eq!(store.rulings_of("mo", &[id(3)]).await.unwrap().len(), 2);
    let heeded: Vec<i64> = store
        .rulings_of("mo", &[id(3)])
        .await
        .unwrap()
        .iter()
        .map(|ruling| ruling.id)
        .collect();
    let heeds = Drafted {
        heeded,
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &heeds).await.unwrap();
    store.settle_plan("mo").await.unwrap();
    store.stale_by_cases("mo").await.unwrap();
    assert!(
        stale().await.is_empty(),
        "what was followed is not looked at again"
    );
}
