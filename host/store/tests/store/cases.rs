//! Cases and rulings.

use samklang_core::catalogue::{EntityKind, EntityState, ObjectRef};
use samklang_core::matching::{Candidate, CaseKind, CaseState, CaseWrite, Choice, Side};
use samklang_core::port::{Cases as _, ChangeKind, CycleState, Reconciled, Store as _};
use samklang_store::{Answered, TenantStore, Wanted};

use crate::material::{entity, id, import, keep, link, object, staged, steps, write};
use crate::place::{Place, keys, tenant};

pub fn case(key: &str, candidates: &[u8], at: i64) -> CaseWrite {
    let candidates = candidates.iter().map(|&number| Candidate {
        entity: Some(id(number)),
        key: None,
        name: format!("entity {number}"),
        rule: "username".to_owned(),
        near: true,
        holder: None,
        agrees: vec!["name".to_owned()],
        differs: Vec::new(),
    });
    CaseWrite {
        object: object("hr", "person", key),
        kind: CaseKind::NearMiss,
        side: Side::Source,
        entity: None,
        name: key.to_owned(),
        candidates: candidates.collect(),
        since: None,
        at,
    }
}

async fn keep_cases(store: &TenantStore, cases: Vec<CaseWrite>, cleared: Vec<ObjectRef>, at: i64) {
    let batch = Reconciled {
        now: at,
        cases,
        cleared,
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
}

pub fn decided(choice: Choice, entity: Option<u8>) -> Answered<'static> {
    Answered {
        choice,
        entity: entity.map(id),
        who: "anna",
        reason: "I know him",
        at: 50,
    }
}

const EVERY: [CaseState; 3] = [CaseState::Open, CaseState::Decided, CaseState::Withdrawn];

pub async fn a_case_is_opened_once_withdrawn_and_opened_again(place: &Place) {
    let (installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let a = object("hr", "person", "a");
    for at in [10, 11] {
        keep_cases(
            &store,
            vec![case("a", &[1, 2], at), case("b", &[1], at)],
            vec![],
            at,
        )
        .await;
    }
    let cases = store.cases(&[CaseState::Open], 9).await.unwrap();
    assert_eq!(cases.len(), 2);
    assert_eq!(store.open_cases().await.unwrap(), 2);
    let first = cases.iter().find(|case| case.object == a).unwrap();
    assert_eq!((first.opened, first.candidates.len()), (10, 2));
    assert_eq!(store.case(first.id).await.unwrap().as_ref(), Some(first));
    assert_eq!(
        store.asked(&[a.clone(), object("hr", "x", "a")]).await.unwrap(),
        std::slice::from_ref(&a)
    );
    keep_cases(&store, vec![], vec![a.clone()], 12).await;
    let withdrawn = store.case(first.id).await.unwrap().unwrap();
    assert_eq!(
        (withdrawn.state, withdrawn.closed),
        (CaseState::Withdrawn, Some(12))
    );
    assert!(store.asked(&[a]).await.unwrap().is_empty());
    keep_cases(&store, vec![case("a", &[3], 13)], vec![], 13).await;
    let again = store.case(first.id).await.unwrap().unwrap();
    assert_eq!(
        (again.state, again.opened, again.closed),
        (CaseState::Open, 13, None)
    );
    let mut other_kind = case("a", &[3], 14);
    other_kind.kind = CaseKind::Ambiguous;
    keep_cases(&store, vec![other_kind], vec![], 14).await;
    assert_eq!(
        store.case(first.id).await.unwrap().unwrap().state,
        CaseState::Withdrawn,
        "it is another question now"
    );
    assert_eq!(store.cases(&EVERY, 9).await.unwrap().len(), 3);
    let other = installation.tenant("oslo", &keys()).await.unwrap();
    assert!(other.cases(&EVERY, 9).await.unwrap().is_empty());
    assert_eq!(other.case(first.id).await.unwrap(), None);
}

pub async fn a_case_is_decided_once_and_stays_so_while_the_question_is_the_same(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    let settled = store
        .changes(9)
        .await
        .unwrap()
        .iter()
        .map(|change| change.seq)
        .collect();
    let batch = Reconciled {
        settled,
        cases: vec![case("a", &[1, 2], 10)],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let seen = store.cases(&EVERY, 9).await.unwrap().remove(0);
    // What the person saw is not what is asked any more.
    keep_cases(&store, vec![case("a", &[1, 2, 3], 11)], vec![], 11).await;
    let link = decided(Choice::Link, Some(2));
    assert!(!store.decide_case(&seen, &seen.object, &link, None).await.unwrap());
    let seen = store.case(seen.id).await.unwrap().unwrap();
    assert!(
        store
            .decide_case(&seen, &seen.object, &link, Some("entity 2"))
            .await
            .unwrap()
    );
    assert!(!store.decide_case(&seen, &seen.object, &link, None).await.unwrap());
    keep_cases(
        &store,
        vec![case("a", &[2, 1, 3], 12)],
        vec![seen.object.clone()],
        12,
    )
    .await;
    let kept = store.case(seen.id).await.unwrap().unwrap();
    assert_eq!(
        (kept.state, kept.choice),
        (CaseState::Decided, Some(Choice::Link))
    );
    assert_eq!(
        (kept.who.as_deref(), kept.reason.as_deref()),
        (Some("anna"), Some("I know him"))
    );
    assert_eq!(
        (kept.chosen.as_deref(), kept.closed),
        (Some("entity 2"), Some(50))
    );
    // It is looked at again until it has been followed.
    let ranks = [(("hr".to_owned(), "person".to_owned()), 6)].into();
    store.recall_cases(&ranks).await.unwrap();
    let waiting = store.changes(9).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let rulings = store.rulings(std::slice::from_ref(&seen.object)).await.unwrap();
    assert_eq!(rulings.len(), 1);
    assert_eq!(
        (rulings[0].choice, rulings[0].entity),
        (Choice::Link, Some(id(2)))
    );
    let batch = Reconciled {
        settled: vec![waiting[0].seq],
        heeded: vec![rulings[0].id],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    store.recall_cases(&ranks).await.unwrap();
    assert!(store.changes(9).await.unwrap().is_empty());
    assert_eq!(
        store.rulings(std::slice::from_ref(&seen.object)).await.unwrap(),
        rulings,
        "it is still there"
    );
    keep_cases(&store, vec![case("a", &[4], 13)], vec![], 13).await;
    let again = store.case(seen.id).await.unwrap().unwrap();
    assert_eq!(
        (again.state, again.choice, again.who),
        (CaseState::Open, None, None)
    );
    store.recall_cases(&ranks).await.unwrap();
    assert_eq!(
        store.changes(9).await.unwrap().len(),
        1,
        "an open case is looked at in every cycle"
    );
}

pub async fn objects_that_are_gone_are_remembered(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    keep(&store, vec![write(entity(5, EntityKind::Person, &[]))], &[]).await;
    let a = object("hr", "person", "a");
    let gone = Reconciled {
        unlinked: vec![a.clone()],
        former: vec![(a.clone(), id(5))],
        ..Reconciled::default()
    };
    store.keep_reconciled(&gone, &[]).await.unwrap();
    assert_eq!(store.former(&[id(5), id(6)]).await.unwrap(), [(a.clone(), id(5))]);
    let back = Reconciled {
        links: vec![link(a, 6)],
        ..Reconciled::default()
    };
    store.keep_reconciled(&back, &[]).await.unwrap();
    assert!(
        store.former(&[id(5)]).await.unwrap().is_empty(),
        "it is there again"
    );
}

pub async fn a_ruling_about_an_object(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    let a = object("hr", "person", "a");
    assert!(store.holds(&a).await.unwrap());
    assert!(!store.holds(&object("hr", "person", "b")).await.unwrap());
    assert!(!store.holds(&object("hr", "course", "a")).await.unwrap());
    store.rule(&a, &decided(Choice::Apart, Some(7))).await.unwrap();
    store.rule(&a, &decided(Choice::Create, None)).await.unwrap();
    let rulings = store
        .rulings(&[a.clone(), object("hr", "person", "b")])
        .await
        .unwrap();
    let choices: Vec<_> = rulings
        .iter()
        .map(|ruling| (ruling.choice, ruling.entity))
        .collect();
    assert_eq!(choices, [(Choice::Apart, Some(id(7))), (Choice::Create, None)]);
    assert_eq!((rulings[0].object.clone(), rulings[0].at), (a, 50));
}

pub async fn whom_is_forgotten_is_in_no_case(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let mut person = entity(5, EntityKind::Person, &[]);
    keep(&store, vec![write(person.clone())], &[]).await;
    let (own, other, lent) = (
        object("hr", "person", "own"),
        object("hr", "person", "other"),
        object("hr", "person", "lent"),
    );
    let mut in_target = case("moved", &[6], 10);
    (in_target.side, in_target.entity) = (Side::Target, Some(id(5)));
    let batch = Reconciled {
        now: 10,
        cases: vec![
            case("own", &[6, 7], 10),
            case("other", &[5, 6], 10),
            case("lent", &[6], 10),
            in_target,
        ],
        former: vec![(own.clone(), id(5)), (lent.clone(), id(5))],
        links: vec![link(lent.clone(), 6)],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let asked = store.cases(&EVERY, 9).await.unwrap();
    let about_other = asked.iter().find(|case| case.object == other).unwrap();
    let chosen = Candidate::identity(&about_other.candidates[0]);
    assert_eq!(chosen, id(5).to_string());
    let answer = decided(Choice::Link, Some(5));
    assert!(
        store
            .decide_case(about_other, &other, &answer, Some(chosen.as_str()))
            .await
            .unwrap()
    );
    store.rule(&own, &decided(Choice::Create, None)).await.unwrap();
    store.rule(&lent, &decided(Choice::Apart, Some(7))).await.unwrap();
    assert_eq!(store.former(&[id(5)]).await.unwrap(), [(own.clone(), id(5))]);
    person.state = EntityState::Gone;
    keep(&store, vec![write(person)], &[]).await;
    store.forget(id(5), "asked for", "kari", 30).await.unwrap();

    let mut left = store.cases(&EVERY, 9).await.unwrap();
    left.sort_by(|a, b| a.object.cmp(&b.object));
    let objects: Vec<&ObjectRef> = left.iter().map(|case| &case.object).collect();
    assert_eq!(
        objects,
        [&lent, &other],
        "what was asked about the forgotten is gone"
    );
    let candidates: Vec<_> = left[1].candidates.iter().map(|found| found.entity).collect();
    assert_eq!(candidates, [Some(id(6))]);
    assert_eq!(
        (
            left[1].state,
            left[1].chosen.as_deref(),
            left[1].who.as_deref(),
            left[1].reason.as_deref()
        ),
        (CaseState::Decided, None, Some("anna"), Some("")),
        "that somebody answered stays"
    );
    let rulings = store.rulings(&[own, other, lent]).await.unwrap();
    let about: Vec<_> = rulings.iter().map(|ruling| ruling.entity).collect();
    assert_eq!(about, [Some(id(7))]);
    assert!(store.former(&[id(5)]).await.unwrap().is_empty());
}

pub async fn an_answer_is_taken_back_until_a_cycle_follows_it(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    keep_cases(&store, vec![case("a", &[1, 2], 10)], vec![], 10).await;
    let open = store.cases(&EVERY, 9).await.unwrap().remove(0);
    assert!(!store.can_undo(&open).await.unwrap());
    let linked = decided(Choice::Link, Some(1));
    let chosen = id(1).to_string();
    assert!(
        store
            .decide_case(&open, &open.object, &linked, Some(&chosen))
            .await
            .unwrap()
    );
    let answered = store.case(open.id).await.unwrap().unwrap();
    // The cycle that is at work may be following the answer just now.
    assert!(store.can_undo(&answered).await.unwrap());
    store.set_cycle(cycle, CycleState::Done, 60).await.unwrap();
    store.release_lease().await.unwrap();
    assert!(
        store
            .undo_case(&answered, ("ole", "it was the other one"), 70)
            .await
            .unwrap()
    );
    let again = store.case(open.id).await.unwrap().unwrap();
    assert_eq!(
        (again.state, again.choice, again.who.as_deref()),
        (CaseState::Open, None, None)
    );
    assert!(
        store
            .rulings(std::slice::from_ref(&open.object))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!store.undo_case(&again, ("ole", "twice"), 71).await.unwrap());
    let journal = store.journal_entries(&Wanted::default(), 1).await.unwrap();
    assert_eq!(
        (journal[0].event.as_str(), journal[0].who.as_str()),
        ("case-undone", "ole")
    );

    // Once a step has begun that follows answers, the answer stands.
    assert!(
        store
            .decide_case(&again, &again.object, &linked, Some(&chosen))
            .await
            .unwrap()
    );
    let cycle = store.begin_cycle(&steps(), 80).await.unwrap().cycle;
    store.begin_step(cycle, 1, 82).await.unwrap();
    store.release_lease().await.unwrap();
    let answered = store.case(open.id).await.unwrap().unwrap();
    assert!(!store.can_undo(&answered).await.unwrap());
    assert!(!store.undo_case(&answered, ("ole", "too late"), 83).await.unwrap());
}

pub async fn cases_come_page_by_page(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let cases = ["a", "b", "c", "d", "e"].map(|key| case(key, &[1], if key < "c" { 10 } else { 20 }));
    keep_cases(&store, cases.to_vec(), vec![], 10).await;
    let all = store.cases(&EVERY, 9).await.unwrap();
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = store.cases_after(&EVERY, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.opened, last.id));
        paged.extend(page);
    }
    assert_eq!(paged, all);
}
