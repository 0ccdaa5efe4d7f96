//! Unique names, days that are due, what lies below a unit, and samples.

use samklang_core::Value;
use samklang_core::catalogue::EntityKind;
use samklang_core::mapping::Allotment;
use samklang_core::port::{
    Allotments as _, ChangeKind, Drafted, EntityWrite, Lineage as _, Store, Validity as _,
};
use samklang_store::TenantStore;

use crate::material::{entity, id, import, keep, staged, steps, write};
use crate::place::{Place, tenant};

fn allotment(name: &str, entity: Option<u8>, released: Option<i64>) -> Allotment {
    Allotment {
        scope: "username".to_owned(),
        name: name.to_owned(),
        entity: entity.map(id),
        since: 7,
        released,
    }
}

async fn holders(store: &TenantStore, names: &[&str]) -> Vec<Allotment> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut holders = store.holders("username", &names).await.unwrap();
    holders.sort_by(|one, other| one.name.cmp(&other.name));
    holders
}

pub async fn names_are_kept_with_the_draft_that_gives_them(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let drafted = Drafted {
        allotments: vec![allotment("Anne", Some(1), None), allotment("bent", Some(2), None)],
        stale: vec![("other".to_owned(), vec![id(1), id(2)])],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    assert_eq!(
        holders(&store, &["anne", "bent", "carl"]).await,
        [allotment("Anne", Some(1), None), allotment("bent", Some(2), None)]
    );
    assert!(
        store
            .holders("mail", &["anne".to_owned()])
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.stale("other", None, 9).await.unwrap(), [id(1), id(2)]);
    store.discard_drafts("mo").await.unwrap();
    let drafted = Drafted {
        allotments: vec![
            allotment("anne", Some(1), Some(9)),
            allotment("bent", Some(3), None),
        ],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    assert_eq!(
        store.allotments_of("username", &[id(1), id(2)]).await.unwrap(),
        [allotment("anne", Some(1), Some(9))],
        "what is kept takes the place of what was known under the name"
    );
}

pub async fn names_found_in_a_target_take_nothing_away(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    store
        .reserve(&[allotment("anne", Some(1), None), allotment("carl", None, None)])
        .await
        .unwrap();
    let found = [
        allotment("ANNE", Some(2), None),
        allotment("anne2", Some(1), None),
        allotment("Carl", Some(3), None),
        allotment("dina", None, None),
    ];
    for _ in 0..2 {
        store.reserve(&found).await.unwrap();
        assert_eq!(
            holders(&store, &["anne", "anne2", "carl", "dina"]).await,
            [
                allotment("anne", Some(1), None),
                allotment("carl", None, None),
                allotment("dina", None, None)
            ],
            "a held name stays, and who holds one gets no second"
        );
    }
}

fn spanned(number: u8, begin: &str, end: &str) -> EntityWrite {
    let mut engagement = entity(number, EntityKind::Engagement, &[("person", 90)]);
    for (name, day) in [("begin", begin), ("end", end)] {
        if !day.is_empty() {
            engagement
                .values
                .insert(name.to_owned(), Value::Text(day.to_owned()));
        }
    }
    write(engagement)
}

pub async fn what_is_due_is_found_by_its_day(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let all = vec![
        spanned(1, "2026-08-01", "2026-08-31"),
        spanned(2, "", "2026-08-15"),
        spanned(3, "soon", ""),
    ];
    keep(&store, all, &[]).await;
    let days = |from: &str, to: &str| (from.parse().unwrap(), to.parse().unwrap());
    let due = store
        .due(days("2026-07-31", "2026-08-16"), None, 9)
        .await
        .unwrap();
    assert_eq!(due, [id(1), id(2)]);
    let due = store
        .due(days("2026-07-31", "2026-08-16"), Some(id(1)), 9)
        .await
        .unwrap();
    assert_eq!(due, [id(2)]);
    let back = store
        .due(days("2026-09-01", "2026-08-16"), None, 9)
        .await
        .unwrap();
    assert_eq!(back, [id(1)], "backwards too: the day after the end");
    keep(
        &store,
        vec![EntityWrite {
            new: false,
            ..spanned(2, "", "2026-09-15")
        }],
        &[],
    )
    .await;
    for _ in 0..2 {
        store
            .restale_due("mo", days("2026-07-31", "2026-08-16"), "day/mo", "2026-08-16")
            .await
            .unwrap();
        assert_eq!(store.stale("mo", None, 9).await.unwrap(), [id(1)]);
        assert_eq!(
            store.fingerprint("day/mo").await.unwrap().as_deref(),
            Some("2026-08-16")
        );
    }
}

pub async fn what_lies_below_a_unit_that_moved_is_stale(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    // 1 <- 2 <- 3; 10 is engaged in 3 by 20; group 30 of 3 has 11 by membership 31; 40 is elsewhere with 12.
    let around = vec![
        write(entity(1, EntityKind::Unit, &[])),
        write(entity(2, EntityKind::Unit, &[("parent", 1)])),
        write(entity(3, EntityKind::Unit, &[("parent", 2)])),
        write(entity(40, EntityKind::Unit, &[("parent", 1)])),
        write(entity(10, EntityKind::Person, &[])),
        write(entity(11, EntityKind::Person, &[])),
        write(entity(12, EntityKind::Person, &[])),
        write(entity(20, EntityKind::Engagement, &[("unit", 3), ("person", 10)])),
        write(entity(
            21,
            EntityKind::Engagement,
            &[("unit", 40), ("person", 12)],
        )),
        write(entity(30, EntityKind::Group, &[("unit", 3)])),
        write(entity(
            31,
            EntityKind::Membership,
            &[("group", 30), ("person", 11)],
        )),
    ];
    keep(&store, around, &[]).await;
    let unit = |parent: u8| EntityWrite {
        new: false,
        ..write(entity(2, EntityKind::Unit, &[("parent", parent)]))
    };
    keep(&store, vec![unit(1)], &["mo"]).await;
    store.widen_below("mo").await.unwrap();
    assert_eq!(
        store.stale("mo", None, 99).await.unwrap(),
        [id(2)],
        "it changed and stays where it is"
    );
    keep(&store, vec![unit(40)], &["mo"]).await;
    // What makes it stale again does not hide that it moved.
    store.observe("mo", &[], &[id(2)]).await.unwrap();
    for _ in 0..2 {
        store.widen_below("mo").await.unwrap();
        assert_eq!(
            store.stale("mo", None, 99).await.unwrap(),
            [2, 3, 10, 11, 20, 30, 31].map(id)
        );
    }
}

pub async fn accounts_are_looked_at_again_with_their_persons(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let around = vec![
        write(entity(1, EntityKind::Unit, &[("manager", 10)])),
        write(entity(2, EntityKind::Unit, &[("manager", 11)])),
        write(entity(10, EntityKind::Person, &[])),
        write(entity(11, EntityKind::Person, &[])),
        write(entity(20, EntityKind::Engagement, &[("person", 10)])),
        write(entity(30, EntityKind::Account, &[("person", 10)])),
        write(entity(31, EntityKind::Account, &[("person", 10)])),
        write(entity(32, EntityKind::Account, &[("person", 11)])),
    ];
    keep(&store, around, &[]).await;
    let again = |write: EntityWrite| EntityWrite { new: false, ..write };
    let engagement = write(entity(20, EntityKind::Engagement, &[("person", 10)]));
    keep(&store, vec![again(engagement)], &["mo"]).await;
    store.widen_stale("mo").await.unwrap();
    for _ in 0..2 {
        store.widen_accounts("mo").await.unwrap();
        assert_eq!(
            store.stale("mo", None, 99).await.unwrap(),
            [1, 10, 20, 30, 31].map(id),
            "the person's accounts, and the unit that one of them leads; nobody else's"
        );
    }
}

pub async fn samples_are_of_what_is_there(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let objects: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|key| staged("person", key, ChangeKind::Added))
        .collect();
    import(&store, cycle, &objects).await;
    let found = store
        .objects_by_key("hr", "person", &["c".to_owned(), "a".to_owned(), "z".to_owned()])
        .await
        .unwrap();
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["a", "c"]);
    assert_eq!(found[0].1["name"], Value::Text("a".to_owned()));
    assert_eq!(store.sample_objects("hr", "person", 2).await.unwrap().len(), 2);
    assert!(store.sample_objects("hr", "unit", 2).await.unwrap().is_empty());
    keep(&store, vec![write(entity(5, EntityKind::Person, &[]))], &[]).await;
    assert_eq!(
        store.sample_entities(EntityKind::Person, 9).await.unwrap(),
        [id(5)]
    );
}
