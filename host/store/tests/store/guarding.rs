use std::collections::BTreeMap;

use samklang_core::guard::{
    Baseline, Change, Part, Place as Where, Plausibility, Promotable, Proposal, Scope, Subject, Trip, What,
};
use samklang_core::port::{
    ChangeKind, Counts, CycleState, Guarding, ImportNote, Staged, StepState, Store, WindowState,
};
use samklang_store::{
    Access, Decided, Decision, Entrance, Identity, Installation, Promised, Role, Ruling, Scope as Reach,
    TenantStore,
};

use crate::material::{named, settle_and_accept, staged, steps};
use crate::place::{Place, tenant};

fn within(key: &str, kind: ChangeKind, cell: &str, year: Option<i32>) -> Staged {
    Staged {
        place: Where {
            cell: cell.to_owned(),
            year,
        },
        ..staged("person", key, kind)
    }
}

fn note(content: &str) -> ImportNote {
    ImportNote {
        content: content.to_owned(),
        delivered: Some(70),
        arrived: 80,
        window: None,
    }
}

async fn accept(store: &TenantStore, cycle: i64, objects: &[Staged], note: &ImportNote) {
    store.begin_import(cycle, "hr").await.unwrap();
    store.stage("hr", objects).await.unwrap();
    store.note_import("hr", note).await.unwrap();
    settle_and_accept(store).await;
}

async fn counts(store: &TenantStore) -> Vec<(String, Option<i32>, u64)> {
    let baseline = store.baseline("hr").await.unwrap();
    baseline
        .into_iter()
        .map(|(class, place, objects)| {
            assert_eq!(class, "person");
            (place.cell, place.year, objects)
        })
        .collect()
}

pub async fn the_baseline_moves_with_the_snapshot(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    assert_eq!(store.accepted("hr").await.unwrap(), None);
    let first = [
        within("a", ChangeKind::Added, "north", Some(1)),
        within("b", ChangeKind::Added, "north", Some(1)),
        within("c", ChangeKind::Added, "south", None),
        within("d", ChangeKind::Added, "", None),
    ];
    accept(&store, cycle, &first, &note("one")).await;
    let named = |cell: &str, year, objects| (cell.to_owned(), year, objects);
    assert_eq!(
        counts(&store).await,
        [
            named("", None, 1),
            named("south", None, 1),
            named("north", Some(1), 2)
        ]
    );
    let second = [
        within("a", ChangeKind::Changed, "south", Some(2)),
        within("b", ChangeKind::Removed, "", None),
        within("e", ChangeKind::Added, "north", None),
    ];
    accept(&store, cycle, &second, &note("two")).await;
    let mut now = counts(&store).await;
    now.sort();
    assert_eq!(
        now,
        [
            named("", None, 1),
            named("north", None, 1),
            named("south", None, 1),
            named("south", Some(2), 1)
        ]
    );
    let accepted = store.accepted("hr").await.unwrap().unwrap();
    assert_eq!((accepted.cycle, accepted.content.as_str()), (cycle, "two"));
    assert_eq!((accepted.delivered, accepted.arrived), (Some(70), 80));
    // Told in another way, everything is counted anew.
    let objects = store.snapshot("hr", "person", None, 2).await.unwrap();
    assert_eq!(
        objects.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
        ["a", "c"]
    );
    let further = store.snapshot("hr", "person", Some("c"), 9).await.unwrap();
    let places: Vec<(String, Where)> = objects
        .into_iter()
        .chain(further)
        .map(|(key, _)| {
            let cell = if key == "e" {
                String::new()
            } else {
                "all".to_owned()
            };
            (key, Where { cell, year: None })
        })
        .collect();
    store.replace("hr", "person", &places).await.unwrap();
    store
        .recount("hr", "person", "place/hr/person", "f")
        .await
        .unwrap();
    assert_eq!(counts(&store).await, [named("", None, 1), named("all", None, 3)]);
    assert_eq!(
        store.fingerprint("place/hr/person").await.unwrap().as_deref(),
        Some("f")
    );
}

pub async fn staged_changes_stand_beside_what_they_change(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let first = [
        within("a", ChangeKind::Added, "north", Some(1)),
        within("b", ChangeKind::Added, "", None),
    ];
    accept(&store, cycle, &first, &note("one")).await;
    store.begin_import(cycle, "hr").await.unwrap();
    assert_eq!(
        store.import_note("hr").await.unwrap(),
        None,
        "the former note is not this import's"
    );
    let second = [
        within("c", ChangeKind::Added, "south", None),
        within("a", ChangeKind::Changed, "south", Some(2)),
        within("b", ChangeKind::Removed, "", None),
    ];
    store.stage("hr", &second).await.unwrap();
    let page = store.staged_changes("hr", "person", None, 2).await.unwrap();
    let keys: Vec<&str> = page.iter().map(|change| change.staged.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(page[0].staged, second[1]);
    let former = page[0].former.as_ref().unwrap();
    assert_eq!(former.attributes, named("a"));
    assert_eq!(former.place, first[0].place);
    assert_eq!(page[1].staged.object, None);
    let rest = store.staged_changes("hr", "person", Some("b"), 2).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].former, None);
    assert!(
        store
            .staged_changes("hr", "unit", None, 2)
            .await
            .unwrap()
            .is_empty()
    );
}

fn proposal(content: &str, hard: bool) -> Proposal {
    let trip = Trip {
        scope: Scope {
            subject: Subject::Person,
            class: Some("person".to_owned()),
            cell: None,
        },
        change: Change::Removed,
        count: 50,
        of: 100,
        limit: None,
        hard,
    };
    let (counts, further) = Part::counts(&Default::default(), &Baseline::default());
    let part = Part {
        content: content.to_owned(),
        baseline: None,
        accepted: None,
        first: false,
        announced: false,
        trips: vec![trip],
        counts,
        further,
        sample: Vec::new(),
        promotion: None,
    };
    Proposal {
        what: What::Import,
        parts: BTreeMap::from([("hr".to_owned(), part)]),
    }
}

/// A cycle whose comparison is halted with that.
async fn halted(store: &TenantStore, proposal: &Proposal) -> i64 {
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store.begin_import(cycle, "hr").await.unwrap();
    store.keep_proposal(cycle, 1, proposal, 5).await.unwrap();
    let counts = Counts::default();
    store
        .settle_step(cycle, 1, StepState::Halted, counts, None, 5)
        .await
        .unwrap();
    store.set_cycle(cycle, CycleState::Halted, 5).await.unwrap();
    store.release_lease().await.unwrap();
    cycle
}

async fn decide(store: &TenantStore, verdict: Ruling, who: &str, digest: Option<&str>) -> Decided {
    let decision = Decision {
        verdict,
        who,
        reason: "seen",
        digest,
    };
    store.decide_halt(&decision, 9).await.unwrap()
}

pub async fn a_decision_is_about_what_was_looked_at(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let (first, second) = (proposal("one", false), proposal("two", false));
    let cycle = halted(&store, &first).await;
    assert_eq!(store.proposal(cycle, 1).await.unwrap(), Some(first.clone()));
    assert_eq!(store.released(cycle, 1).await.unwrap(), None);
    halted(&store, &second).await;
    assert_eq!(
        decide(&store, Ruling::Release, "anna", Some(&first.digest())).await,
        Decided::Replaced
    );
    let no = decide(&store, Ruling::ReleaseAsPromotion, "anna", None).await;
    assert!(matches!(no, Decided::NoPromotion(_)), "{no:?}");
    assert_eq!(
        decide(&store, Ruling::Release, "anna", Some(&second.digest())).await,
        Decided::Done { cycle, position: 1 }
    );
    assert_eq!(store.released(cycle, 1).await.unwrap(), Some(second.digest()));
    let decisions = store.decisions(cycle).await.unwrap();
    assert_eq!(decisions.len(), 1, "what did not come about is not kept");
    assert_eq!(decisions[0].digest, Some(second.digest()));
    assert_eq!(decisions[0].counts.as_ref().unwrap()["hr"][0]["count"], 50);
}

pub async fn a_hard_limit_takes_two_persons(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = halted(&store, &proposal("one", true)).await;
    let release = |who| decide(&store, Ruling::Release, who, None);
    assert_eq!(release("anna").await, Decided::OneOfTwo { cycle, position: 1 });
    assert_eq!(store.steps(cycle).await.unwrap()[1].state, StepState::Halted);
    assert_eq!(release("anna").await, Decided::SamePerson);
    // Another content: whoever approved the former one has not approved this.
    halted(&store, &proposal("two", true)).await;
    assert_eq!(release("bo").await, Decided::OneOfTwo { cycle, position: 1 });
    assert_eq!(release("anna").await, Decided::Done { cycle, position: 1 });
    assert_eq!(store.steps(cycle).await.unwrap()[1].state, StepState::Released);
    let verdicts: Vec<String> = store
        .decisions(cycle)
        .await
        .unwrap()
        .into_iter()
        .map(|decision| decision.verdict)
        .collect();
    assert_eq!(
        verdicts,
        ["approved-one-of-two", "approved-one-of-two", "released"]
    );
}

/// The first yes keeps what was said: who releases and who has it pass as a promotion do not say the same, whoever comes second.
pub async fn two_persons_say_the_same(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let mut proposal = proposal("one", true);
    let years = Plausibility {
        stay: 10,
        up: 10,
        left: 0,
        left_from_top: 0,
    };
    for part in proposal.parts.values_mut() {
        part.promotion = Some(Promotable {
            years,
            remaining: Vec::new(),
        });
    }
    let cycle = halted(&store, &proposal).await;
    let say = |who, ruling| decide(&store, ruling, who, None);
    let (first, done) = (
        Decided::OneOfTwo { cycle, position: 1 },
        Decided::Done { cycle, position: 1 },
    );
    assert_eq!(say("anna", Ruling::Release).await, first);
    assert_eq!(say("bo", Ruling::ReleaseAsPromotion).await, first);
    assert_eq!(store.steps(cycle).await.unwrap()[1].state, StepState::Halted);
    assert_eq!(say("bo", Ruling::ReleaseAsPromotion).await, Decided::SamePerson);
    assert_eq!(
        say("anna", Ruling::ReleaseAsPromotion).await,
        done,
        "who sees it differently by now may join the other"
    );
    let kept: Vec<(String, String)> = store
        .decisions(cycle)
        .await
        .unwrap()
        .into_iter()
        .map(|decision| (decision.verdict, decision.ruling))
        .collect();
    let kept: Vec<(&str, &str)> = kept
        .iter()
        .map(|(verdict, ruling)| (verdict.as_str(), ruling.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            ("approved-one-of-two", "released"),
            ("approved-one-of-two", "released-as-promotion"),
            ("released-as-promotion", "released-as-promotion"),
        ]
    );
}

/// Somebody who came by a link of that one, and says to be called so.
async fn came(access: &Access, by: &str, name: &str) {
    let entrance = Entrance {
        scope: Reach::All,
        role: Role::Administrator,
        who: by.to_owned(),
        expires: 99,
    };
    let secret = access.make_link(&entrance, 1).await.unwrap();
    let known = access.use_link(secret.tell(), name, 2).await.unwrap().unwrap();
    assert_eq!(known.person.handle, name);
}

/// Somebody for whom the sign-in service vouches.
async fn vouched(access: &Access, name: &str) {
    let (issuer, subject) = ("https://id.example".to_owned(), name.to_owned());
    let to = Promised::Subject {
        issuer: issuer.clone(),
        subject: subject.clone(),
    };
    let promise = access.promise(&to, &Reach::All, Role::Approver, "anna", 3);
    promise.await.unwrap();
    let identity = Identity {
        issuer,
        subject,
        name: name.to_owned(),
        verified_mail: None,
    };
    assert_eq!(
        access.arrive(&identity, 4).await.unwrap().unwrap().person.handle,
        name
    );
}

/// Who is asked for the second yes has to learn that there was a first: it is seen at a glance, and gone again when something else is halted.
pub async fn a_first_of_two_is_seen_at_a_glance(place: &Place) {
    let (installation, store) = tenant(place).await;
    let one_of_two = async || {
        let glances = installation.glances(None).await.unwrap();
        glances.into_values().next().unwrap().one_of_two
    };
    halted(&store, &proposal("one", true)).await;
    assert!(!one_of_two().await);
    decide(&store, Ruling::Release, "anna", None).await;
    assert!(one_of_two().await);
    halted(&store, &proposal("two", true)).await;
    assert!(!one_of_two().await, "nobody has released this");
}

async fn hard(place: &Place) -> (Installation, TenantStore, i64) {
    let (installation, store) = tenant(place).await;
    let cycle = halted(&store, &proposal("one", true)).await;
    (installation, store, cycle)
}

/// An administrator makes links and comes by them under any name: none of those names is a second person, nor are two of them two. Whoever
/// came by a link from the machine itself is somebody else.
pub async fn who_came_by_one_s_own_link_is_no_second_person(place: &Place) {
    let (installation, store, cycle) = hard(place).await;
    let access = installation.access();
    for (by, name) in [
        ("samklang", "anna"),
        ("anna", "sock"),
        ("sock", "puppet"),
        ("anna", "other"),
        ("samklang", "bo"),
    ] {
        came(&access, by, name).await;
    }
    let release = |who| decide(&store, Ruling::Release, who, None);
    assert_eq!(release("puppet").await, Decided::OneOfTwo { cycle, position: 1 });
    for who in ["anna", "sock", "other"] {
        assert_eq!(
            release(who).await,
            Decided::SameOrigin("puppet".to_owned()),
            "{who}"
        );
    }
    assert_eq!(
        store.decisions(cycle).await.unwrap().len(),
        1,
        "nothing of it is kept"
    );
    assert_eq!(release("bo").await, Decided::Done { cycle, position: 1 });
}

/// Where a sign-in service tells who is who, it is asked: somebody whom it vouches for and who also came by a link is one person, and whom
/// it vouches for are as many as they are, whoever let them in.
pub async fn where_somebody_vouches_only_the_vouched_are_two(place: &Place) {
    let (installation, store, cycle) = hard(place).await;
    let access = installation.access();
    came(&access, "samklang", "anna").await;
    let release = |who| decide(&store, Ruling::Release, who, None);
    let first = Decided::OneOfTwo { cycle, position: 1 };
    assert_eq!(release("anna").await, first, "nobody is vouched for yet");
    vouched(&access, "kari").await;
    vouched(&access, "ola").await;
    came(&access, "samklang", "bo").await;
    assert_eq!(release("bo").await, Decided::Unvouched);
    assert_eq!(
        release("kari").await,
        first,
        "what was said by a link counts no more"
    );
    assert_eq!(release("ola").await, Decided::Done { cycle, position: 1 });
}

pub async fn a_bad_delivery_is_known_again(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = halted(&store, &proposal("one", false)).await;
    let done = Decided::Done { cycle, position: 1 };
    assert_eq!(decide(&store, Ruling::RejectSource, "anna", None).await, done);
    assert_eq!(
        store.marked_bad("hr", "one").await.unwrap().as_deref(),
        Some("seen")
    );
    assert_eq!(store.marked_bad("hr", "two").await.unwrap(), None);
    assert_eq!(
        store.decisions(cycle).await.unwrap()[0].verdict,
        "rejected-source-bad"
    );
}

pub async fn a_promotion_is_used_once_or_expires(place: &Place) {
    let (installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let announce = |opens, closes| store.announce_promotion("hr", (opens, closes), "anna", "august", 1);
    announce(0, 50).await.unwrap();
    let second = announce(10, 90).await.unwrap();
    let unused = async || {
        let glances = installation.glances(None).await.unwrap();
        glances.into_values().next().unwrap().unused
    };
    let states = |windows: Vec<samklang_core::port::Window>| -> Vec<WindowState> {
        windows.into_iter().map(|window| window.state).collect()
    };
    assert_eq!(
        states(store.promotions(9).await.unwrap()),
        [WindowState::Open, WindowState::Expired],
        "the newer one takes the place of the former"
    );
    assert_eq!(unused().await, [("hr".to_owned(), 90)]);
    assert!(store.windows(5).await.unwrap().is_empty(), "it is not open yet");
    let open = store.windows(20).await.unwrap();
    assert_eq!((open["hr"].id, open["hr"].who.as_str()), (second, "anna"));
    let by_it = ImportNote {
        window: Some(second),
        ..note("one")
    };
    accept(&store, cycle, &[staged("person", "a", ChangeKind::Added)], &by_it).await;
    let window = store.promotions(1).await.unwrap().remove(0);
    assert_eq!((window.state, window.used_in), (WindowState::Used, Some(cycle)));
    assert!(store.windows(21).await.unwrap().is_empty());
    assert_eq!(unused().await, []);
    announce(0, 50).await.unwrap();
    assert!(store.windows(50).await.unwrap().is_empty());
    assert_eq!(store.promotions(1).await.unwrap()[0].state, WindowState::Expired);
}
