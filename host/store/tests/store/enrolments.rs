use samklang_core::catalogue::EntityKind;
use samklang_core::enrolment::{Category, EnrolmentResult, Finding, Numbers, Reason};
use samklang_core::port::{
    Drafted, EnrolmentRecord, Enrolments, FindingRecord, Shadow, ShadowState, ShadowWrite, Store,
};

use crate::material::{entity, id, keep, named, object, steps, write};
use crate::place::{Place, tenant};

pub fn result(ground: &str) -> EnrolmentResult {
    EnrolmentResult {
        units: Numbers {
            checked: 3,
            ok: 2,
            blocking: 1,
            needs_attention: 0,
        },
        users: Numbers::default(),
        findings: vec![Finding {
            category: Category::UnitBlocking,
            class: "unit".to_owned(),
            name: "North".to_owned(),
            target_key: Some("u1".to_owned()),
            source_key: None,
            reason: Reason::UnitOnlyInTarget,
            target: None,
            source: None,
            needs_attention: false,
        }],
        ground: ground.to_owned(),
    }
}

pub async fn checks_are_kept_and_former_ones_forgotten(place: &Place) {
    let (_installation, store) = tenant(place).await;
    assert_eq!(store.newest_check("mo").await.unwrap(), None);
    let first = store.keep_check("mo", 1, 2, &Ok(result("a"))).await.unwrap();
    let checked = store.newest_check("mo").await.unwrap().unwrap();
    assert_eq!((checked.id, checked.started, checked.finished), (first, 1, 2));
    assert_eq!(checked.outcome, Ok(result("a")));
    store.keep_check("other", 1, 2, &Ok(result("b"))).await.unwrap();
    let failed = Err("the line is dead".to_owned());
    store.keep_check("mo", 3, 4, &failed).await.unwrap();
    assert_eq!(store.newest_check("mo").await.unwrap().unwrap().outcome, failed);
    assert_eq!(
        store.newest_check("other").await.unwrap().unwrap().outcome,
        Ok(result("b"))
    );
}

pub async fn a_target_is_enrolled_once(place: &Place) {
    let (_installation, store) = tenant(place).await;
    assert_eq!(store.enrolment("mo").await.unwrap(), None);
    let check = store.keep_check("mo", 1, 2, &Ok(result("a"))).await.unwrap();
    let record = |who: &str| EnrolmentRecord {
        check,
        who: who.to_owned(),
        at: 5,
        left_out: 3,
        previewed: None,
    };
    let (anna, bo) = (record("anna"), record("bo"));
    let (one, other) = tokio::join!(
        store.enrol("mo", &anna, "agreed"),
        store.enrol("mo", &bo, "agreed")
    );
    assert_ne!(one.unwrap(), other.unwrap(), "two at once: one of them enrols");
    let kept = store.enrolment("mo").await.unwrap().unwrap();
    assert!(kept == anna || kept == bo, "{kept:?}");
    assert_eq!(store.enrolment("other").await.unwrap(), None);
    // The check on which it stands stays.
    store.keep_check("mo", 6, 7, &Ok(result("b"))).await.unwrap();
    store.keep_check("mo", 8, 9, &Ok(result("c"))).await.unwrap();
    let cycle = store.begin_cycle(&steps(), 10).await.unwrap().cycle;
    store.note_preview("mo", cycle).await.unwrap();
    store.note_preview("mo", cycle + 1).await.unwrap();
    assert_eq!(
        store.enrolment("mo").await.unwrap().unwrap().previewed,
        Some(cycle),
        "the first night is the first"
    );
}

pub async fn what_enrolment_looks_at(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let mut gone = entity(4, EntityKind::Unit, &[]);
    gone.state = samklang_core::catalogue::EntityState::Gone;
    let entities = vec![
        write(entity(3, EntityKind::Unit, &[])),
        write(entity(1, EntityKind::Unit, &[])),
        write(entity(2, EntityKind::Person, &[])),
        write(gone),
    ];
    keep(&store, entities, &["mo"]).await;
    assert_eq!(
        store.entities_of_kind(EntityKind::Unit, None, 9).await.unwrap(),
        [id(1), id(3)]
    );
    assert_eq!(
        store
            .entities_of_kind(EntityKind::Unit, Some(id(1)), 9)
            .await
            .unwrap(),
        [id(3)]
    );
    assert_eq!(
        store.entities_of_kind(EntityKind::Unit, None, 1).await.unwrap(),
        [id(1)]
    );
    let shadow = |key: &str, entity| {
        ShadowWrite::Put(Shadow {
            class: "user".to_owned(),
            key: key.to_owned(),
            entity,
            state: ShadowState::Confirmed,
            cycle,
            attributes: named(key),
            ours: Default::default(),
        })
    };
    let shadows = [shadow("b", None), shadow("a", None), shadow("c", Some(id(2)))];
    store.observe("mo", &shadows, &[]).await.unwrap();
    let keys =
        |shadows: Vec<Shadow>| -> Vec<String> { shadows.into_iter().map(|shadow| shadow.key).collect() };
    assert_eq!(
        keys(store.unowned("mo", "user", None, 9).await.unwrap()),
        ["a", "b"]
    );
    assert_eq!(
        keys(store.unowned("mo", "user", Some("a"), 9).await.unwrap()),
        ["b"]
    );
    let drafted = Drafted {
        findings: vec![FindingRecord {
            arguments: serde_json::Value::Null,
            object: object("mo", "user", "k"),
            entity: None,
            code: "key-differs".to_owned(),
            message: "m".to_owned(),
            remedy: "r".to_owned(),
        }],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    assert_eq!(store.found("mo", "key-differs").await.unwrap(), ["k"]);
    assert!(store.found("mo", "mapping").await.unwrap().is_empty());
    assert!(store.found("hr", "key-differs").await.unwrap().is_empty());
}
