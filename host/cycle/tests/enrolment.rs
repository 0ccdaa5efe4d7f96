//! Enrolment in whole cycles: a target is not written before it is enrolled, and once it is, that is for good.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod world;

use std::sync::atomic::Ordering;

use samklang_core::connector::Action;
use samklang_core::enrolment::{EnrolmentResult, Reason, Refusal, VALID_FOR};
use samklang_core::port::{CheckRecord, EnrolmentRecord, Enrolments as _, StepState};
use samklang_cycle::{Ended, EnrolError, Mode, Quiet, Stop, StopCode, Worker};
use world::{Objects, World};

/// A school in a room that has to be enrolled and holds the same already; persons are known by user name there.
async fn world() -> World {
    let room = world::ROOM.replace(
        "mail = \"{{ email }}\"",
        "mail = \"{{ email }}\"\nnumber = \"{{ username }}\"",
    );
    let school = world::SCHOOL
        .replace("match = [\"national_id\"]", "match = [\"uuid\", \"national_id\"]")
        .replace(
            "national_id = \"{{ number }}\"",
            "username = \"{{ number }}\"\nnational_id = \"{{ number }}\"",
        );
    let mut world = World::made_of(&school, "", &room).await;
    world.tenant.connections.get_mut("room").unwrap().enrolment = true;
    world.school(6);
    // What the room holds before anybody synchronises it.
    world.put("room", "team", "a", &[("name", "Whole")]);
    world.put("room", "team", "0", &[("name", "Part"), ("parent", "a")]);
    for number in 0..6 {
        user(&world, &format!("p{number}"), number);
    }
    world
}

fn user(world: &World, key: &str, number: u32) {
    let (name, login) = (format!("Person {number}"), format!("n{number}"));
    world.put("room", "person", key, &[("name", &name), ("number", &login)]);
}

impl World {
    async fn check(&self) -> Result<CheckRecord, EnrolError> {
        let store = self.store().await;
        Worker {
            store: &store,
            connectors: &self.systems,
            clock: &self.clock,
            tenant: &self.tenant,
            progress: &Quiet,
        }
        .check_enrolment("room")
        .await
    }

    async fn confirm(&self, acknowledged: Option<u64>) -> Result<EnrolmentRecord, EnrolError> {
        let store = self.store().await;
        Worker {
            store: &store,
            connectors: &self.systems,
            clock: &self.clock,
            tenant: &self.tenant,
            progress: &Quiet,
        }
        .confirm_enrolment("room", ("anna", "agreed"), acknowledged)
        .await
    }

    async fn checked(&self) -> EnrolmentResult {
        self.check().await.unwrap().outcome.unwrap()
    }
}

fn reasons(result: &EnrolmentResult) -> Vec<(&str, Reason)> {
    let mut found: Vec<_> = result
        .findings
        .iter()
        .map(|finding| (finding.target_key.as_deref().unwrap_or("-"), finding.reason))
        .collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn nothing_is_written_before_enrolment_and_the_step_says_so() {
    let world = world().await;
    let before: Objects = world.objects("room");
    for _ in 0..2 {
        let report = world.run().await;
        assert_eq!(report.ended, Ended::Done);
        let export = report
            .steps
            .iter()
            .find(|step| step.spec.kind == "export")
            .unwrap();
        assert_eq!((export.state, export.counts.planned), (StepState::Done, 0));
        let note = Stop::parse(export.message.as_deref().unwrap()).unwrap();
        assert_eq!(note.code, StopCode::NotEnrolled);
        assert_eq!(
            note.message,
            "room is not enrolled; nothing was planned for it or sent to it"
        );
        assert!(note.remedy.contains("samklang enrol check DIR room"));
    }
    world.try_run(Mode::Plan).await.unwrap();
    assert_eq!(world.objects("room"), before);
    assert_eq!(world.applied(), []);
}

#[tokio::test]
async fn no_blocking_unit_and_three_users_who_do_not_match() {
    let world = world().await;
    for (key, number) in [("x1", 101), ("x2", 102), ("x3", 1)] {
        user(&world, key, number);
    }
    world.take("room", "person", "p1");
    world.run().await;
    let (systems, counts) = (
        (world.objects("room"), world.objects("school")),
        world.store().await.counts().await.unwrap(),
    );
    let result = world.checked().await;
    assert!(result.enrollable());
    assert_eq!((result.units.checked, result.units.ok), (2, 2));
    assert_eq!(
        (result.users.checked, result.users.ok, result.users.blocking),
        (8, 5, 3)
    );
    assert_eq!(
        reasons(&result),
        [
            ("x1", Reason::UserOnlyInTarget),
            ("x2", Reason::UserOnlyInTarget),
            ("x3", Reason::UserKeyDiffers)
        ]
    );
    // The check wrote nothing anywhere.
    assert_eq!((world.objects("room"), world.objects("school")), systems);
    assert_eq!(world.store().await.counts().await.unwrap(), counts);
    assert!(matches!(
        world.confirm(None).await,
        Err(EnrolError::Refused(Refusal::Unacknowledged(3)))
    ));
    let record = world.confirm(Some(3)).await.unwrap();
    assert_eq!((record.who.as_str(), record.left_out), ("anna", 3));
    assert_eq!(world.store().await.enrolment("room").await.unwrap(), Some(record));
}

#[tokio::test]
async fn a_team_only_in_the_target_stands_in_the_way_until_the_source_has_it() {
    let world = world().await;
    world.put("room", "team", "n", &[("name", "North")]);
    world.run().await;
    let result = world.checked().await;
    assert!(!result.enrollable());
    assert_eq!(reasons(&result), [("n", Reason::UnitOnlyInTarget)]);
    assert!(matches!(
        world.confirm(None).await,
        Err(EnrolError::Refused(Refusal::Blocked(1)))
    ));
    world.put("school", "team", "n", &[("name", "North"), ("parent", "")]);
    world.run().await;
    assert!(world.checked().await.enrollable());
    world.confirm(None).await.unwrap();
}

#[tokio::test]
async fn enrolment_is_done_once_and_for_good() {
    let world = world().await;
    world.run().await;
    assert!(matches!(world.confirm(None).await, Err(EnrolError::Unchecked(_))));
    world.check().await.unwrap();
    world.confirm(None).await.unwrap();
    for again in [world.confirm(None).await.map(drop), world.check().await.map(drop)] {
        let said = again.unwrap_err().to_string();
        assert!(
            said.starts_with("`room` is enrolled already, since check "),
            "{said}"
        );
    }
    // Whoever is second finds the row there.
    let second = EnrolmentRecord {
        check: 1,
        who: "bo".to_owned(),
        at: 0,
        left_out: 0,
        previewed: None,
    };
    let store = world.store().await;
    assert!(!store.enrol("room", &second, "agreed").await.unwrap());
    assert_eq!(store.enrolment("room").await.unwrap().unwrap().who, "anna");
}

#[tokio::test]
async fn only_a_young_result_whose_ground_is_the_same_is_confirmed() {
    let world = world().await;
    world.run().await;
    world.check().await.unwrap();
    world.clock.0.store(VALID_FOR, Ordering::Relaxed);
    assert!(matches!(
        world.confirm(None).await,
        Err(EnrolError::Refused(Refusal::Stale))
    ));
    world.check().await.unwrap();
    user(&world, "x1", 101);
    assert!(matches!(
        world.confirm(None).await,
        Err(EnrolError::Refused(Refusal::Changed))
    ));
    assert_eq!(world.store().await.enrolment("room").await.unwrap(), None);
    // What it found is the newest check, and can be looked at.
    let newest = world.store().await.newest_check("room").await.unwrap().unwrap();
    assert_eq!(newest.outcome.unwrap().users.blocking, 1);
    world.confirm(Some(1)).await.unwrap();
}

#[tokio::test]
async fn a_system_that_cannot_be_reached_fails_the_check() {
    let world = world().await;
    let never_read = world.check().await.unwrap().outcome.unwrap_err();
    assert!(
        never_read.contains("school has not been read yet"),
        "{never_read}"
    );
    world.run().await;
    for system in ["school", "room"] {
        world.systems.with(system, |system| system.misdeeds.down = true);
        let checked = world.check().await.unwrap();
        let cause = checked.outcome.unwrap_err();
        assert!(cause.contains("nobody answers"), "{cause}");
        assert!(matches!(world.confirm(None).await, Err(EnrolError::Failed(_))));
        world.systems.with(system, |system| system.misdeeds.down = false);
    }
    assert!(world.checked().await.enrollable());
}

#[tokio::test]
async fn the_first_night_keeps_its_plan_to_be_read_and_the_next_carries_it_out() {
    let world = world().await;
    world.put("room", "person", "p1", &[("name", "Old Name"), ("number", "n1")]);
    world.run().await;
    world.check().await.unwrap();
    world.confirm(None).await.unwrap();
    let before = world.objects("room");
    let first = world.run().await;
    assert_eq!(first.ended, Ended::Planned);
    assert_eq!(world.objects("room"), before);
    let store = world.store().await;
    let planned = store
        .operations_in(first.cycle, "room", &[], None, 99)
        .await
        .unwrap();
    assert!(
        planned
            .iter()
            .any(|one| one.operation.action == Action::Update && one.operation.key == "p1")
    );
    assert_eq!(
        store.enrolment("room").await.unwrap().unwrap().previewed,
        Some(first.cycle)
    );
    assert_eq!(
        world.try_run(Mode::Plan).await.unwrap().ended,
        Ended::Planned,
        "it can be read as often as one likes"
    );
    let second = world.run().await;
    assert_eq!((second.ended, second.cycle), (Ended::Done, first.cycle));
    assert_eq!(
        world.objects("room")[&("person".to_owned(), "p1".to_owned())]["name"],
        "Person 1".to_owned().into_value()
    );
    world.put(
        "school",
        "person",
        "p2",
        &[("name", "New Name"), ("number", "n2")],
    );
    assert_eq!(
        world.run().await.ended,
        Ended::Done,
        "from then on nights are ordinary"
    );
}

trait IntoValue {
    fn into_value(self) -> samklang_core::Value;
}

impl IntoValue for String {
    fn into_value(self) -> samklang_core::Value {
        samklang_core::Value::Text(self)
    }
}

#[tokio::test]
async fn users_whose_keys_differ_are_left_alone_and_taken_up_once_they_agree() {
    let world = world().await;
    // The room knows person 1 under another key, and somebody whom nobody else knows.
    world.take("room", "person", "p1");
    user(&world, "other", 1);
    user(&world, "guest", 77);
    world.run().await;
    assert_eq!(
        reasons(&world.checked().await),
        [
            ("guest", Reason::UserOnlyInTarget),
            ("other", Reason::UserKeyDiffers)
        ]
    );
    world.confirm(Some(2)).await.unwrap();
    for _ in 0..3 {
        world.run().await;
    }
    let persons = |world: &World| -> Vec<String> {
        let objects = world.objects("room").into_keys();
        objects
            .filter(|(class, _)| class == "person")
            .map(|(_, key)| key)
            .collect()
    };
    assert_eq!(
        persons(&world),
        ["guest", "other", "p0", "p2", "p3", "p4", "p5"],
        "nobody made, nobody removed"
    );
    let findings = world.store().await.findings(99).await.unwrap();
    let told = findings
        .iter()
        .find(|finding| finding.code == "key-differs")
        .unwrap();
    assert!(told.message.contains("under the key `other`"), "{}", told.message);
    // Its key is corrected in the target, and the next night takes it up without anybody doing anything.
    world.take("room", "person", "other");
    user(&world, "p1", 1);
    world.put("room", "person", "p1", &[("name", "Stale"), ("number", "n1")]);
    for _ in 0..2 {
        assert_eq!(world.run().await.ended, Ended::Done);
    }
    let (objects, findings) = (
        world.objects("room"),
        world.store().await.findings(99).await.unwrap(),
    );
    let name = &objects[&("person".to_owned(), "p1".to_owned())]["name"];
    assert_eq!(name, &"Person 1".to_owned().into_value());
    assert!(findings.iter().all(|finding| finding.code != "key-differs"));
}
