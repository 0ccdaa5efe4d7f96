//! Whole cycles between systems in memory.

#![allow(clippy::unwrap_used, reason = "test support: a panic is the report")]

mod world;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use proptest::prelude::*;
use samklang_core::Value;
use samklang_core::connector::Action;
use samklang_core::matching::{CaseKind, CaseState};
use samklang_cycle::{Ended, Mode, Quiet, StopCode, Worker};
use samklang_store::{Installation, Ruling};
use world::{DAY, World};

fn counts(report: &samklang_cycle::Report, kind: &str) -> samklang_core::port::Counts {
    report
        .steps
        .iter()
        .find(|step| step.spec.kind == kind)
        .unwrap()
        .counts
}

#[tokio::test]
async fn calls_of_one_rank_are_under_way_together_and_those_of_another_wait() {
    let world = World::new().await;
    world.school(195);
    world.systems.with("room", |system| {
        system.wants_company = Some("person".to_owned());
    });
    world.run().await;
    let at_one_time = world.systems.with("room", |system| system.at_one_time.clone());
    let most = at_one_time.iter().map(Vec::len).max();
    assert!(most > Some(1) && most <= Some(4), "{most:?}");
    for together in &at_one_time {
        assert!(together.iter().all(|class| *class == together[0]), "{together:?}");
    }
}

#[tokio::test]
async fn what_the_source_says_arrives_and_a_second_cycle_does_nothing() {
    let world = World::new().await;
    world.school(5);
    let first = world.run().await;
    assert_eq!(first.ended, Ended::Done);
    assert_eq!(counts(&first, "import").added, 12);
    assert_eq!(counts(&first, "export").done, 7);
    let room = world.objects("room");
    assert_eq!(
        room[&("person".to_owned(), "p3".to_owned())]["name"],
        Value::Text("Person 3".to_owned())
    );
    assert_eq!(
        room[&("team".to_owned(), "0".to_owned())]["parent"],
        Value::Text("a".to_owned())
    );
    world.applied();
    let second = world.run().await;
    assert_eq!(second.ended, Ended::Done);
    assert_eq!(
        (counts(&second, "import").added, counts(&second, "import").changed),
        (0, 0)
    );
    assert_eq!(counts(&second, "export").planned, 0);
    assert_eq!(world.applied(), []);
}

#[tokio::test]
async fn a_parent_is_made_before_its_children_and_a_team_before_its_persons() {
    let world = World::new().await;
    world.school(4);
    world.run().await;
    let order: Vec<String> = world.applied().into_iter().map(|(_, _, key)| key).collect();
    assert_eq!(order.get(..2), Some(["a".to_owned(), "0".to_owned()].as_slice()));
}

#[tokio::test]
async fn exactly_what_changed_flows() {
    let world = World::new().await;
    world.school(6);
    world.run().await;
    world.applied();
    world.put(
        "school",
        "person",
        "p1",
        &[("name", "New Name"), ("number", "n1")],
    );
    world.take("school", "person", "p2");
    world.take("school", "place", "p2-a");
    world.put("school", "person", "p9", &[("name", "Joiner"), ("number", "n9")]);
    world.put("school", "place", "p9-a", &[("person", "p9"), ("team", "a")]);
    let report = world.run().await;
    assert_eq!(report.ended, Ended::Done);
    let mut applied = world.applied();
    applied.sort_by(|one, other| one.2.cmp(&other.2));
    let expected = [
        (Action::Update, "p1"),
        (Action::Delete, "p2"),
        (Action::Create, "p9"),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(action, key)| (action, "person".to_owned(), key.to_owned()))
        .collect();
    assert_eq!(applied, expected);
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(world.applied(), []);
}

#[tokio::test]
async fn a_value_that_goes_away_is_cleared() {
    let world = World::new().await;
    world.put("school", "team", "a", &[("name", "Whole")]);
    world.put(
        "school",
        "person",
        "p",
        &[("name", "Åse"), ("mail", "a@example.org")],
    );
    world.put("school", "place", "x", &[("person", "p"), ("team", "a")]);
    world.run().await;
    world.put("school", "person", "p", &[("name", "Åse")]);
    world.run().await;
    let room = world.objects("room");
    assert!(!room[&("person".to_owned(), "p".to_owned())].contains_key("mail"));
}

#[tokio::test]
async fn a_read_that_fails_half_way_leaves_everything_and_is_taken_up() {
    let world = World::new().await;
    world.school(8);
    world.run().await;
    let before = world.objects("room");
    world.systems.with("school", |system| {
        system.page = 2;
        system.misdeeds.read_fails_after = Some(3);
    });
    world.put("school", "person", "p1", &[("name", "Changed"), ("number", "n1")]);
    let failed = world.run().await;
    let Ended::Failed(stop) = &failed.ended else {
        panic!("{failed:?}")
    };
    assert_eq!(stop.code, StopCode::Fault);
    assert!(
        stop.message
            .contains("school: import: memory 1.0.0: unreachable: the line is dead"),
        "{}",
        stop.message
    );
    assert_eq!(world.objects("room"), before);
    world
        .systems
        .with("school", |system| system.misdeeds.read_fails_after = None);
    let again = world.run().await;
    assert!(again.resumed);
    assert_eq!(again.ended, Ended::Done);
    assert_eq!(counts(&again, "import").changed, 1);
    assert_eq!(counts(&again, "import").removed, 0);
}

#[tokio::test]
async fn a_count_that_is_not_the_hosts_own_is_refused() {
    let world = World::new().await;
    world.school(3);
    world
        .systems
        .with("school", |system| system.misdeeds.lies_about_count = true);
    let Ended::Failed(stop) = world.run().await.ended else {
        panic!("it passed")
    };
    assert_eq!(stop.code, StopCode::Refused);
    assert_eq!(
        stop.message,
        "school: the read ended as complete with 4 objects of class `person`, but 3 arrived"
    );
}

#[tokio::test]
async fn a_key_that_comes_twice_is_refused() {
    for second_run in [false, true] {
        let world = World::new().await;
        world.school(3);
        if second_run {
            world.run().await;
        }
        world
            .systems
            .with("school", |system| system.misdeeds.repeats = true);
        let Ended::Failed(stop) = world.run().await.ended else {
            panic!("it passed")
        };
        assert_eq!(
            stop.message,
            "school: class `person` holds the key `p0` twice in one read"
        );
    }
}

#[tokio::test]
async fn too_many_removals_halt_until_somebody_decides() {
    let world = World::new().await;
    world.school(100);
    world.run().await;
    let before = world.objects("room");
    for number in 0..40 {
        world.take("school", "person", &format!("p{number}"));
    }
    let halted = world.run().await;
    let Ended::Waiting(stop) = &halted.ended else {
        panic!("{halted:?}")
    };
    assert_eq!(
        stop.message,
        "the guard halted the import: school: 40 of 100 objects of class `person` would be removed (40 %, limit 20 and 5 %)"
    );
    assert_eq!(world.objects("room"), before);
    assert!(
        matches!(world.run().await.ended, Ended::Waiting(_)),
        "it still waits"
    );
    // Rejected, the cycle is over and the next one reads anew.
    world.decide(Ruling::Reject, "the file was cut").await;
    world.school(100);
    let next = world.run().await;
    assert_eq!(next.ended, Ended::Done);
    assert_eq!(counts(&next, "import").removed, 0);
    // Released, exactly that goes through; the plan that follows from it has its own guard.
    for number in 0..40 {
        world.take("school", "person", &format!("p{number}"));
    }
    assert!(matches!(world.run().await.ended, Ended::Waiting(_)));
    world.decide(Ruling::Release, "they moved").await;
    let Ended::Waiting(stop) = world.run().await.ended else {
        panic!("the plan passed unasked")
    };
    assert!(
        stop.message
            .starts_with("the guard halted the plan: room: 40 of 100 objects of class `person`"),
        "{}",
        stop.message
    );
    assert_eq!(world.objects("room"), before);
    world.decide(Ruling::Release, "they moved").await;
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(world.objects("room").len(), before.len() - 40);
}

#[tokio::test]
async fn to_lose_everything_halts() {
    let world = World::new().await;
    world.school(3);
    world.run().await;
    world.systems.with("school", |system| system.objects.clear());
    assert!(matches!(world.run().await.ended, Ended::Waiting(_)));
}

#[tokio::test]
async fn a_refused_object_stops_nothing_else_and_is_tried_again() {
    let world = World::new().await;
    world.school(4);
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.insert("p2".to_owned()));
    let report = world.run().await;
    assert_eq!(report.ended, Ended::Done);
    assert_eq!(
        (counts(&report, "export").done, counts(&report, "export").refused),
        (5, 1)
    );
    let findings = world.store().await.findings(10).await.unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0].message,
        "the target refuses it: E17: that name is not allowed (attribute `name`)"
    );
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.clear());
    let report = world.run().await;
    assert_eq!(counts(&report, "export").done, 1);
    assert!(world.store().await.findings(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_put_off_is_tried_again_after_the_time_asked_for() {
    let world = World::new().await;
    world.school(4);
    world.systems.with("room", |system| {
        system.misdeeds.puts_off = 6;
        system.misdeeds.off_for = std::time::Duration::from_millis(5);
    });
    let report = world.run().await;
    assert_eq!(
        (counts(&report, "export").done, counts(&report, "export").refused),
        (6, 0)
    );
    assert!(world.clock.0.load(std::sync::atomic::Ordering::Relaxed) >= 5);
}

#[tokio::test]
async fn what_wants_much_time_is_left_to_the_next_cycle() {
    let world = World::new().await;
    world.school(4);
    world.systems.with("room", |system| {
        system.misdeeds.puts_off = 1;
        system.misdeeds.off_for = std::time::Duration::from_secs(600);
    });
    let report = world.run().await;
    assert_eq!(
        (counts(&report, "export").done, counts(&report, "export").refused),
        (5, 1)
    );
    assert_eq!(
        world.clock.0.load(std::sync::atomic::Ordering::Relaxed),
        0,
        "nobody waits for it"
    );
    assert_eq!(counts(&world.run().await, "export").done, 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_read_back_and_not_repeated() {
    let world = World::new().await;
    world.school(4);
    world
        .systems
        .with("room", |system| system.misdeeds.answer_lost = true);
    assert!(matches!(world.run().await.ended, Ended::Failed(_)));
    assert_eq!(world.run().await.ended, Ended::Done);
    let applied = world.applied();
    let mut once = applied.clone();
    once.sort_by(|one, other| (&one.1, &one.2).cmp(&(&other.1, &other.2)));
    once.dedup();
    assert_eq!(applied.len(), once.len(), "{applied:?}");
}

#[tokio::test]
async fn what_somebody_changes_in_the_target_is_noted_and_brought_right() {
    let world = World::new().await;
    world.school(4);
    world.run().await;
    world.put("room", "person", "p1", &[("name", "Somebody Else")]);
    world.take("room", "person", "p2");
    let noticed = world.run().await;
    assert_eq!(
        (
            counts(&noticed, "feedback").changed,
            counts(&noticed, "feedback").removed
        ),
        (1, 1)
    );
    world.applied();
    let mended = world.run().await;
    assert_eq!(counts(&mended, "export").done, 2);
    assert_eq!(
        world.objects("room")[&("person".to_owned(), "p1".to_owned())]["name"],
        Value::Text("Person 1".to_owned())
    );
}

#[tokio::test]
async fn what_the_target_holds_already_is_adopted_and_what_is_foreign_stays() {
    let world = World::new().await;
    world.school(2);
    world.put("room", "person", "p1", &[("name", "Old Name")]);
    world.put("room", "person", "stranger", &[("name", "Not Ours")]);
    world.run().await;
    let applied = world.applied();
    assert!(
        applied.contains(&(Action::Update, "person".to_owned(), "p1".to_owned())),
        "{applied:?}"
    );
    assert!(
        world
            .objects("room")
            .contains_key(&("person".to_owned(), "stranger".to_owned()))
    );
}

#[tokio::test]
async fn a_queue_gets_one_cycle_to_do_its_work() {
    let world = World::new().await;
    world.school(2);
    world.systems.with("room", |system| system.misdeeds.queues = true);
    let report = world.run().await;
    assert_eq!(counts(&report, "feedback").removed, 0, "it has not had its time");
    world
        .systems
        .with("room", |system| system.misdeeds.queues = false);
    let report = world.run().await;
    assert_eq!(counts(&report, "feedback").removed, 4, "the queue did nothing");
    assert_eq!(counts(&world.run().await, "export").done, 4);
}

#[tokio::test]
async fn a_plan_is_carried_out_as_it_was_shown() {
    let world = World::new().await;
    world.school(3);
    let planned = world.try_run(Mode::Plan).await.unwrap();
    assert_eq!(planned.ended, Ended::Planned);
    assert_eq!(counts(&planned, "export").planned, 5);
    assert_eq!(world.objects("room").len(), 0);
    world.put(
        "school",
        "person",
        "p1",
        &[("name", "Too Late"), ("number", "n1")],
    );
    let run = world.run().await;
    assert!(run.resumed);
    assert_eq!(counts(&run, "export").done, 5);
    assert_eq!(
        world.objects("room")[&("person".to_owned(), "p1".to_owned())]["name"],
        Value::Text("Person 1".to_owned())
    );
}

const PAYROLL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id"]
[inbound.person.attributes]
national_id = "{{ number }}"
email = "{{ mail }}"
display_name = "{{ name }}"
"#;

const ROOM_BY_ID: &str = r#"
[outbound.person]
entity = "person"
key = "{{ national_id }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
"#;

const ROOM_BY_UUID: &str = r#"
[outbound.person]
entity = "person"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
"#;

#[tokio::test]
async fn two_sources_speak_of_one_person_and_the_first_is_believed() {
    let world = World::with(PAYROLL, ROOM_BY_ID).await;
    world.put(
        "school",
        "person",
        "p1",
        &[("name", "From School"), ("number", "n1")],
    );
    world.put(
        "payroll",
        "person",
        "77",
        &[
            ("name", "From Payroll"),
            ("number", "n1"),
            ("mail", "m@example.org"),
        ],
    );
    assert_eq!(world.run().await.ended, Ended::Done);
    let room = world.objects("room");
    assert_eq!(room.len(), 1);
    let person = &room[&("person".to_owned(), "n1".to_owned())];
    assert_eq!(person["name"], Value::Text("From School".to_owned()));
    assert_eq!(person["mail"], Value::Text("m@example.org".to_owned()));
    // When the first falls silent the second is heard, and the person stays.
    world.take("school", "person", "p1");
    world.put(
        "school",
        "person",
        "p2",
        &[("name", "Somebody"), ("number", "n2")],
    );
    world.run().await;
    let room = world.objects("room");
    assert_eq!(
        room[&("person".to_owned(), "n1".to_owned())]["name"],
        Value::Text("From Payroll".to_owned())
    );
}

#[tokio::test]
async fn two_objects_of_one_class_never_become_one_entity() {
    let world = World::with("", ROOM_BY_UUID).await;
    world.put("school", "person", "p1", &[("name", "One"), ("number", "n1")]);
    world.put("school", "person", "p2", &[("name", "Other"), ("number", "n1")]);
    world.put("school", "person", "p3", &[("name", "Third"), ("number", "n3")]);
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(world.objects("room").len(), 2, "the rest goes on");
    let store = world.store().await;
    let cases = store.cases(&[CaseState::Open], 10).await.unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].kind, CaseKind::LinkedToAnother);
    assert_eq!(cases[0].candidates[0].holder.as_deref(), Some("school/person/p1"));
    // Once the other is mended at its source, the object finds its place by itself.
    world.put("school", "person", "p1", &[("name", "One"), ("number", "n7")]);
    world.run().await;
    world.pass(DAY);
    world.run().await;
    assert_eq!(world.store().await.open_cases().await.unwrap(), 0);
}

#[tokio::test]
async fn who_comes_back_under_another_key_is_the_same() {
    let world = World::with("", ROOM_BY_ID).await;
    world.put("school", "person", "p1", &[("name", "One"), ("number", "n1")]);
    world.put("school", "person", "p2", &[("name", "Two"), ("number", "n2")]);
    world.run().await;
    world.applied();
    world.take("school", "person", "p1");
    world.put("school", "person", "moved", &[("name", "One"), ("number", "n1")]);
    world.run().await;
    assert_eq!(world.applied(), [], "nothing that counts has changed");
}

/// Everything that a run leaves behind: the target, and what the next run would do.
async fn end(world: &World) -> (world::Objects, u64) {
    let after = world.run().await;
    assert_eq!(after.ended, Ended::Done);
    (world.objects("room"), counts(&after, "export").planned)
}

fn night(world: &World) {
    world.put(
        "school",
        "person",
        "p1",
        &[("name", "New Name"), ("number", "n1")],
    );
    world.take("school", "person", "p2");
    world.take("school", "place", "p2-a");
    world.put("school", "team", "b", &[("name", "Third"), ("parent", "0")]);
    world.put("school", "place", "p3-b", &[("person", "p3"), ("team", "b")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_cut_off_anywhere_ends_like_an_undisturbed_one() {
    let undisturbed = World::new().await;
    undisturbed.school(6);
    undisturbed.run().await;
    night(&undisturbed);
    undisturbed.run().await;
    let expected = end(&undisturbed).await;
    assert_eq!(expected.1, 0);
    let mut cut_off = 0;
    // Every point at the beginning, where steps begin and end, and further on ever more widely spaced ones.
    for polls in (0_usize..).map(|step| step + step * step / 40) {
        let world = World::new().await;
        world.school(6);
        world.run().await;
        night(&world);
        if finishes_within(&world, polls).await {
            break;
        }
        cut_off += 1;
        let report = world.run().await;
        assert_eq!(report.ended, Ended::Done, "after {polls} polls");
        assert_eq!(end(&world).await, expected, "after {polls} polls");
    }
    assert!(cut_off > 20, "it was cut off at {cut_off} points only");
}

/// Polls a run this often and then drops it where it stands, as a killed process would.
async fn finishes_within(world: &World, polls: usize) -> bool {
    let store = world.store().await;
    let worker = Worker {
        store: &store,
        connectors: &world.systems,
        clock: &world.clock,
        tenant: &world.tenant,
        progress: &Quiet,
    };
    let mut run = pin!(worker.run(Mode::Run));
    for _ in 0..polls {
        if let Poll::Ready(report) = run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            report.unwrap();
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_micros(200)).await;
    }
    false
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_writes_nothing() {
    let world = World::new().await;
    world.school(2);
    let old = world.store().await;
    samklang_core::port::Store::begin_cycle(&old, &world.tenant.steps, 0)
        .await
        .unwrap();
    world.run().await;
    let error = samklang_core::port::Store::begin_import(&old, 1, "school")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "this worker's lease has passed to another worker; nothing was written"
    );
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let world = World::new().await;
    world.school(3);
    world.run().await;
    let installation: &Installation = &world.installation;
    let other = installation.tenant("elsewhere", &world::keys()).await.unwrap();
    assert!(
        samklang_core::port::Store::snapshot_size(&other, "school")
            .await
            .unwrap()
            .is_empty()
    );
    assert!(other.find_entities("Person", 10).await.unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_order_of_rows_and_pages_does_not_matter(page in 1_usize..9, backwards in any::<bool>(), persons in 1_u32..8) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let plain = World::new().await;
            plain.school(persons);
            plain.run().await;
            let other = World::new().await;
            other.school(persons);
            other.systems.with("school", |system| { system.page = page; system.backwards = backwards; });
            other.run().await;
            assert_eq!(plain.objects("room"), other.objects("room"));
            assert_eq!(end(&other).await.1, 0);
        });
    }
}
