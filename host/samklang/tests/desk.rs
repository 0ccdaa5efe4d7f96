//! The program as the server sees it: what is kept in a tenant, shown and decided about through the desk.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

mod place;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use place::Place;
use samklang::configuration::Home;
use samklang::{Office, Premises};
use samklang_core::catalogue::{Entity, EntityKind, EntityState, ObjectRef};
use samklang_core::connector::{Action, Operation};
use samklang_core::guard::{Change, Limit, Part as Halted, Proposal, Scope, Subject, Trip, What};
use samklang_core::matching::{Candidate, CaseKind, CaseWrite, Side};
use samklang_core::port::{
    Counts, CycleState, Drafted, EntityWrite, Guarding as _, Planned, Reconciled, Shadow, ShadowState,
    ShadowWrite, StepSpec, StepState, Store as _,
};
use samklang_core::{Attributes, Owner, Value};
use samklang_cycle::{Stop, StopCode};
use samklang_server::view::{CaseAnswer, LinkWish, Look, MappingQuestion, Part, Verdict, VerdictKind};
use samklang_server::{
    Administrator, Approver, Desk as _, DeskError, Follower, Operator, RunEnd, Task, Viewer, Within,
};
use samklang_store::TenantStore;
use serde_json::json;
use uuid::Uuid;

const KARI: Uuid = Uuid::from_bytes([1; 16]);

/// A tenant in the folder of the tenants that are served, and the desk over it.
async fn office() -> (Place, Office) {
    let place = Place::new();
    std::fs::create_dir_all(place.path().join("home/tenants")).unwrap();
    place.text(0, &["init", "nordvik"]);
    std::fs::rename(
        place.path().join("nordvik"),
        place.path().join("home/tenants/nordvik"),
    )
    .unwrap();
    let file = place.path().join("home/tenants/nordvik/samklang.toml");
    std::fs::write(&file, "tenant = \"nordvik\"\ntitle = \"Nordvik kommune\"\nsteps = [\"reconcile\"]\nschedule = \"30 4 * * *\"\n").unwrap();
    let home = Home::find(Some(&place.path().join("home")), None, &|_| None).unwrap();
    let office = Office::new(Premises::open(home).await.unwrap()).unwrap();
    (place, office)
}

async fn store(place: &Place) -> TenantStore {
    let key = std::fs::read_to_string(place.path().join("home/tenants/nordvik/tenant.key")).unwrap();
    let key = samklang_core::key::TenantKey::parse(&key).unwrap();
    let url = format!("sqlite:{}", place.path().join("home/samklang.db").display());
    let installation = samklang_store::Installation::open(&url, samklang_store::Worker::new("test"));
    let keys = samklang_core::key::Keyring::new(key, Vec::new());
    installation
        .await
        .unwrap()
        .tenant("nordvik", &keys)
        .await
        .unwrap()
}

fn viewer() -> Within<Viewer> {
    Within::in_test("nordvik", "kari")
}

fn approver(who: &str) -> Within<Approver> {
    Within::in_test("nordvik", who)
}

fn step(kind: &str, connection: Option<&str>) -> StepSpec {
    StepSpec {
        kind: kind.to_owned(),
        connection: connection.map(str::to_owned),
    }
}

fn proposal(hard: bool) -> Proposal {
    let trip = Trip {
        scope: Scope {
            subject: Subject::Person,
            class: Some("person".to_owned()),
            cell: Some("north".to_owned()),
        },
        change: Change::Removed,
        count: 7,
        of: 10,
        limit: Some(Limit {
            count: 5,
            percent: 10,
            hard_percent: None,
        }),
        hard,
    };
    let part = Halted {
        content: "b".to_owned(),
        baseline: Some("a".to_owned()),
        accepted: Some(500),
        first: false,
        announced: false,
        trips: vec![trip],
        counts: Vec::new(),
        further: 0,
        sample: Vec::new(),
        promotion: None,
    };
    Proposal {
        what: What::Import,
        parts: BTreeMap::from([("sas".to_owned(), part)]),
    }
}

/// A cycle whose comparison a guard has halted.
async fn halt(store: &TenantStore, hard: bool) -> i64 {
    let steps = [
        step("import", Some("sas")),
        step("compare", None),
        step("reconcile", None),
    ];
    let cycle = store.begin_cycle(&steps, 1_000).await.unwrap().cycle;
    store.begin_step(cycle, 0, 1_000).await.unwrap();
    store
        .settle_step(cycle, 0, StepState::Done, Counts::default(), None, 2_000)
        .await
        .unwrap();
    let proposal = proposal(hard);
    store.keep_proposal(cycle, 1, &proposal, 3_000).await.unwrap();
    let stop = Stop {
        code: StopCode::Guard,
        message: proposal.message(),
        owner: Owner::Operator,
        remedy: "look at it".to_owned(),
        detail: json!({ "proposal": proposal }),
    };
    let stop = serde_json::to_string(&stop).unwrap();
    store.begin_step(cycle, 1, 2_500).await.unwrap();
    store
        .settle_step(cycle, 1, StepState::Halted, Counts::default(), Some(&stop), 3_000)
        .await
        .unwrap();
    store.set_cycle(cycle, CycleState::Halted, 3_000).await.unwrap();
    store.release_lease().await.unwrap();
    cycle
}

fn verdict(digest: &str) -> Verdict {
    Verdict {
        verdict: VerdictKind::Release,
        reason: "it is meant".to_owned(),
        digest: digest.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halted_cycle_is_shown_and_released_once() {
    let (place, office) = office().await;
    let cycle = halt(&store(&place).await, false).await;
    let plans = office.tenants().await;
    assert_eq!(
        (plans[0].title.as_str(), plans[0].schedule.len()),
        ("Nordvik kommune", 1)
    );
    let summary = office.summary(&viewer()).await.unwrap();
    assert_eq!(summary.cycle.unwrap().state, "halted");
    let waits = summary.waits.unwrap();
    assert_eq!(
        (waits.look, waits.code.as_str(), waits.owner.as_str()),
        (Look::Halted, "guard", "operator")
    );
    let all = office.summaries(&[viewer()]).await.unwrap();
    assert_eq!((all.len(), all[0].waits.as_ref()), (1, Some(&waits)));

    let shown = office.cycle(&viewer(), None).await.unwrap().unwrap();
    let looks: Vec<Look> = shown.steps.iter().map(|step| step.look).collect();
    assert_eq!(looks, [Look::Done, Look::Halted, Look::Pending]);
    assert_eq!(shown.waits.as_ref(), Some(&waits));
    let halt = office.halt(&viewer()).await.unwrap().unwrap();
    assert_eq!(
        (halt.cycle, halt.what.as_str(), halt.two_persons),
        (cycle, "import", false)
    );
    assert_eq!(
        (halt.parts[0].trips[0].count, halt.parts[0].trips[0].percent),
        (7, Some(10.0))
    );

    let other = office
        .decide(&approver("anna"), &verdict("another"))
        .await
        .unwrap_err();
    assert!(
        matches!(&other, DeskError::Moved(text) if text.contains("look at it again")),
        "{other}"
    );
    let ruling = office
        .decide(&approver("anna"), &verdict(&halt.digest))
        .await
        .unwrap();
    assert!(ruling.decided && ruling.position == 1);
    assert_eq!(office.halt(&viewer()).await.unwrap(), None);
    assert!(matches!(
        office.decide(&approver("anna"), &verdict(&halt.digest)).await,
        Err(DeskError::Moved(_))
    ));
    let decided = office
        .cycle(&viewer(), Some(cycle))
        .await
        .unwrap()
        .unwrap()
        .decisions;
    assert_eq!(
        (decided[0].who.as_str(), decided[0].verdict.as_str()),
        ("anna", "released")
    );
    assert_eq!(office.cycle(&viewer(), Some(cycle + 1)).await.unwrap(), None);
    assert_eq!(office.premises().components_in_use(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hard_limit_takes_two_different_persons() {
    let (place, office) = office().await;
    halt(&store(&place).await, true).await;
    let halt = office.halt(&viewer()).await.unwrap().unwrap();
    assert!(halt.two_persons && halt.approved_by.is_none());
    let first = office
        .decide(&approver("anna"), &verdict(&halt.digest))
        .await
        .unwrap();
    assert!(!first.decided);
    let halt = office.halt(&viewer()).await.unwrap().unwrap();
    assert_eq!(halt.approved_by.as_deref(), Some("anna"));
    assert_eq!(halt.approved_as, Some(VerdictKind::Release));
    let same = office.decide(&approver("anna"), &verdict(&halt.digest)).await;
    assert!(matches!(same, Err(DeskError::Refused(text)) if text.contains("two different persons")));
    let second = office
        .decide(&approver("ole"), &verdict(&halt.digest))
        .await
        .unwrap();
    assert!(second.decided);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_reads_nothing_that_is_sealed_and_what_is_not_there_is_said() {
    let (place, office) = office().await;
    halt(&store(&place).await, false).await;
    // Another key opens nothing, and the tenant is seen at a glance all the same.
    let key = place.path().join("home/tenants/nordvik/tenant.key");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    let summary = office.summary(&viewer()).await.unwrap();
    assert!(summary.waits.is_some());
    assert!(matches!(office.halt(&viewer()).await, Err(DeskError::Failed(_))));
    let nobody: Within<Viewer> = Within::in_test("nowhere", "kari");
    assert!(matches!(
        office.cycle(&nobody, None).await,
        Err(DeskError::Absent(_))
    ));

    // A file that has changed is read anew, also one that holds mistakes.
    let file = place.path().join("home/tenants/nordvik/samklang.toml");
    std::fs::write(
        &file,
        "tenant = \"nordvik\"\nsteps = []\nschedule = \"every night\"\n",
    )
    .unwrap();
    let broken = office.tenants().await[0].broken.clone().unwrap();
    assert!(
        broken.contains("samklang.toml:3") && broken.contains("time_zone"),
        "{broken}"
    );
    std::fs::write(&file, "tenant = ").unwrap();
    let broken = office.summary(&viewer()).await.unwrap().broken.unwrap();
    assert!(broken.contains("not TOML"), "{broken}");
}

fn asked(key: &str) -> CaseWrite {
    CaseWrite {
        object: ObjectRef {
            connection: "sas".to_owned(),
            class: "person".to_owned(),
            key: key.to_owned(),
        },
        kind: CaseKind::NearMiss,
        side: Side::Source,
        entity: None,
        name: "Kari Berg".to_owned(),
        candidates: vec![Candidate {
            entity: Some(KARI),
            key: None,
            name: "Kari Bergh".to_owned(),
            rule: "username".to_owned(),
            near: true,
            holder: None,
            agrees: Vec::new(),
            differs: Vec::new(),
        }],
        since: None,
        at: 1_000,
    }
}

/// A tenant that knows Kari, and is asked whether three objects are hers.
async fn fill(store: &TenantStore) {
    let cycle = store
        .begin_cycle(&[step("reconcile", None)], 1_000)
        .await
        .unwrap()
        .cycle;
    let values: Attributes = [("display_name".to_owned(), Value::Text("Kari Bergh".to_owned()))].into();
    let batch = Reconciled {
        now: 1_000,
        entities: vec![EntityWrite {
            entity: Entity {
                id: KARI,
                kind: EntityKind::Person,
                state: EntityState::Active,
                provenance: BTreeMap::new(),
                values,
                references: BTreeMap::new(),
            },
            new: true,
            matches: Vec::new(),
            unresolved: Vec::new(),
        }],
        cases: ["p1", "p2", "p3"].map(asked).to_vec(),
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    store.set_cycle(cycle, CycleState::Done, 2_000).await.unwrap();
    store.release_lease().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_and_the_answer_taken_back() {
    let (place, office) = office().await;
    fill(&store(&place).await).await;
    let part = |after: Option<String>| Part {
        after,
        limit: Some(2),
    };
    let first = office.cases(&viewer(), false, &part(None)).await.unwrap();
    assert_eq!(first.items.len(), 2);
    let rest = office.cases(&viewer(), false, &part(first.next)).await.unwrap();
    assert_eq!((rest.items.len(), rest.next), (1, None));
    let id = rest.items[0].id;
    let answer = |choice: &str, candidate: Option<String>| CaseAnswer {
        choice: choice.to_owned(),
        candidate,
        reason: "I know her".to_owned(),
    };
    let anna = approver("anna");
    let wrong = office.answer_case(&anna, id, &answer("delete", None)).await;
    assert!(matches!(wrong, Err(DeskError::Refused(text)) if text.contains("link, create, ignore")));
    let unsaid = office.answer_case(&anna, id, &answer("link", None)).await;
    assert!(matches!(unsaid, Err(DeskError::Refused(_))));
    let shown = office.case(&viewer(), id).await.unwrap();
    assert_eq!(shown.choices, ["link", "create", "ignore"]);
    let named = Some(shown.candidates[0].id.clone());
    let answered = office
        .answer_case(&anna, id, &answer("link", named.clone()))
        .await
        .unwrap();
    assert!(answered.undoable);
    assert_eq!(
        (answered.question.state.as_str(), answered.who.as_deref()),
        ("decided", Some("anna"))
    );
    assert!(matches!(
        office.answer_case(&anna, id, &answer("link", named)).await,
        Err(DeskError::Moved(_))
    ));
    let undone = office
        .undo_case(&approver("ole"), id, "it was her sister")
        .await
        .unwrap();
    assert_eq!((undone.question.state.as_str(), undone.undoable), ("open", false));
    let journal = office.journal(&viewer(), None, &Part::default()).await.unwrap();
    assert_eq!(
        (journal.items[0].event.as_str(), journal.items[0].who.as_str()),
        ("case-undone", "ole")
    );
    let missing = office.case(&viewer(), 999).await;
    assert!(matches!(missing, Err(DeskError::Absent(_))));
}

/// Notes what it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Follower for Notes {
    fn step(&self, spec: &StepSpec, state: StepState) {
        self.0
            .lock()
            .unwrap()
            .push(format!("{} {}", spec.kind, state.as_str()));
    }
    fn count(&self, _: &StepSpec, _: &Counts) {}
    fn stopped(&self) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cycles_and_errands_are_run_unless_somebody_else_is_at_work() {
    let (place, office) = office().await;
    let kept = store(&place).await;
    fill(&kept).await;
    let ole: Within<Operator> = Within::in_test("nordvik", "ole");
    let notes = Arc::new(Notes::default());
    let follower: Arc<dyn Follower> = Arc::clone(&notes) as Arc<dyn Follower>;
    let end = office
        .run(&ole, &Task::Cycle, Arc::clone(&follower))
        .await
        .unwrap();
    assert_eq!(end, RunEnd::Done);
    assert!(notes.0.lock().unwrap().contains(&"reconcile done".to_owned()));
    let errand = Task::Errand {
        entity: KARI,
        target: None,
        distribute: false,
        reason: "she cannot wait".to_owned(),
    };
    assert_eq!(
        office.run(&ole, &errand, Arc::clone(&follower)).await.unwrap(),
        RunEnd::Done
    );
    let history = office.history(&viewer(), &Part::default()).await.unwrap();
    assert_eq!(history.items.len(), 3);
    let journal = office.journal(&viewer(), None, &Part::default()).await.unwrap();
    let said = journal
        .items
        .iter()
        .find(|entry| entry.event == "cycle-begun")
        .unwrap();
    assert_eq!(said.who, "ole");

    kept.hold(jiff::Timestamp::now().as_millisecond()).await.unwrap();
    let busy = office.run(&ole, &Task::Cycle, follower).await;
    assert!(
        matches!(&busy, Err(DeskError::Moved(text)) if text.contains("another worker")),
        "{busy:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_paged_operation_by_operation() {
    let (place, office) = office().await;
    let kept = store(&place).await;
    let cycle = kept
        .begin_cycle(&[step("export", Some("mo"))], 1_000)
        .await
        .unwrap()
        .cycle;
    let operation = |number: u8, action: Action| Planned {
        operation: Operation {
            id: format!("op-{number}"),
            class: "users".to_owned(),
            action,
            key: format!("user-{number}"),
            desired: Attributes::new(),
            changed: Vec::new(),
        },
        entity: Some(KARI),
        rank: i32::from(number),
        urgent: false,
        reason: "it is missing".into(),
        before: Attributes::new(),
        ours: Attributes::new(),
    };
    let operations = (1..=5).map(|number| operation(number, Action::Create));
    let drafted = Drafted {
        now: 1_000,
        operations: operations.chain([operation(6, Action::Delete)]).collect(),
        ..Drafted::default()
    };
    kept.draft(cycle, "mo", &drafted).await.unwrap();
    kept.settle_plan("mo").await.unwrap();
    kept.release_lease().await.unwrap();
    let plan = office.plan(&viewer()).await.unwrap();
    let counts: Vec<(&str, u64)> = plan
        .counts
        .iter()
        .map(|count| (count.action.as_str(), count.count))
        .collect();
    assert_eq!(
        (plan.cycle, plan.open, counts),
        (Some(cycle), true, vec![("create", 5), ("delete", 1)])
    );
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let part = Part {
            after,
            limit: Some(2),
        };
        let page = office
            .operations(&viewer(), None, Some("create"), &part)
            .await
            .unwrap();
        ids.extend(page.items.into_iter().map(|operation| operation.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(ids, ["op-1", "op-2", "op-3", "op-4", "op-5"]);
    let story = office.explain_operation(&viewer(), "op-6").await.unwrap();
    assert_eq!(
        (story.action.as_str(), story.state.as_str(), story.entity),
        ("delete", "planned", Some(KARI))
    );
    let part = Part::default();
    let none = office
        .operations(&viewer(), Some("ad"), None, &part)
        .await
        .unwrap();
    assert!(none.items.is_empty() && none.next.is_none());
    assert!(matches!(
        office.operations(&viewer(), None, Some("explode"), &part).await,
        Err(DeskError::Refused(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_said_to_be_somebody_and_the_journal_tells_who_said_so() {
    let (place, office) = office().await;
    let kept = store(&place).await;
    fill(&kept).await;
    let cycle = kept.begin_cycle(&[], 3_000).await.unwrap().cycle;
    let drafted = Drafted {
        shadows: vec![ShadowWrite::Put(Shadow {
            class: "users".to_owned(),
            key: "user-1".to_owned(),
            entity: Some(KARI),
            state: ShadowState::Confirmed,
            cycle,
            attributes: Attributes::new(),
            ours: Attributes::new(),
        })],
        ..Drafted::default()
    };
    kept.draft(cycle, "mo", &drafted).await.unwrap();
    kept.set_cycle(cycle, CycleState::Done, 4_000).await.unwrap();
    kept.release_lease().await.unwrap();
    let (anna, wish) = (approver("anna"), |object: &str| LinkWish {
        object: object.to_owned(),
        reason: "I know her".to_owned(),
    });
    let said = office
        .unlink(&anna, KARI, &wish("mo/users/user-1"))
        .await
        .unwrap();
    assert_eq!((said.choice.as_str(), said.who.as_str()), ("apart", "anna"));
    let said = office.link(&anna, KARI, &wish("mo/users/user-1")).await.unwrap();
    assert_eq!((said.choice.as_str(), said.entity), ("link", KARI));
    let journal = office
        .journal(&viewer(), Some(KARI), &Part::default())
        .await
        .unwrap();
    let newest = &journal.items[0];
    assert_eq!(
        (newest.event.as_str(), newest.who.as_str()),
        ("link-decided", "anna")
    );
    for (object, words) in [
        ("mo/users/user-2", "no system is known to hold mo/users/user-2"),
        ("mo/users", "names no object"),
    ] {
        let refused = office.link(&anna, KARI, &wish(object)).await;
        assert!(
            matches!(&refused, Err(DeskError::Refused(text)) if text.contains(words)),
            "{refused:?}"
        );
    }
    let nobody = office
        .link(&anna, Uuid::from_bytes([9; 16]), &wish("mo/users/user-1"))
        .await;
    assert!(matches!(nobody, Err(DeskError::Absent(_))), "{nobody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_what_is_not_there_says_so() {
    let (place, office) = office().await;
    let kept = store(&place).await;
    fill(&kept).await;
    let (ole, anna): (Within<Operator>, Within<Administrator>) = (
        Within::in_test("nordvik", "ole"),
        Within::in_test("nordvik", "anna"),
    );
    let absent = |answer: Option<DeskError>| matches!(answer, Some(DeskError::Absent(_)));
    let question = MappingQuestion {
        class: "users".to_owned(),
        key: None,
        sample: None,
    };
    assert!(absent(office.explain_operation(&viewer(), "op-9").await.err()));
    assert!(absent(office.try_mapping(&viewer(), "mo", &question).await.err()));
    assert!(absent(office.link_job(&viewer(), "mo").await.err()));
    assert!(absent(office.build_trial(&anna, "csv").await.err()));
    assert!(absent(office.inspect_build("0123456789").await.err()));
    assert!(absent(office.verify_build("0123456789").await.err()));
    assert!(matches!(
        office.inspect_build("0123").await,
        Err(DeskError::Refused(_))
    ));
    assert!(matches!(
        office.source_object(&ole, "sas/person/4711").await,
        Err(DeskError::Refused(_))
    ));
    let day = "2027-08-01".parse().unwrap();
    assert_eq!(office.forecast(&viewer(), day).await.unwrap().counts, []);
    let page = office
        .forecast_operations(&viewer(), day, None, None, &Part::default())
        .await
        .unwrap();
    assert!(page.items.is_empty() && page.next.is_none());
    assert_eq!(office.erase(&ole).await.unwrap(), []);
    kept.hold(jiff::Timestamp::now().as_millisecond()).await.unwrap();
    assert!(matches!(office.erase(&ole).await, Err(DeskError::Moved(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn support_is_told_nothing_about_persons() {
    let (place, office) = office().await;
    fill(&store(&place).await).await;
    let told = office.support().await.unwrap();
    assert_eq!(
        (&told["cycles"]["states"]["done"], &told["store"]["tenants"]),
        (&json!(1), &json!(1))
    );
    assert!(!told.to_string().contains("Kari"), "{told}");
    let printed = place.json(0, &["support"]);
    assert_eq!(printed["tenants"], told["tenants"]);
    office.ready().await.unwrap();
}
