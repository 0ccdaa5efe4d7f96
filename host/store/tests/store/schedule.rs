//! What the server keeps of its own doing.

use samklang_store::{Handled, Handling, KeptWish, Schedule, SeenTo, Telling, Wish};

use crate::place::Place;

const NIGHT: Wish<'_> = Wish {
    tenant: "nordvik",
    task: r#"{"task":"cycle"}"#,
    who: "samklang",
    at: 20,
};

async fn handle(schedule: &Schedule, before: Option<i64>, until: i64, wish: Option<&Wish<'_>>) -> SeenTo {
    let handling = Handling {
        before,
        until,
        timetable: "nightly",
        wish,
    };
    schedule.handle("nordvik", &handling).await.unwrap()
}

fn nightly(until: i64) -> (String, Handled) {
    let timetable = "nightly".to_owned();
    ("nordvik".to_owned(), Handled { until, timetable })
}

/// Of two processes that see a time come, one begins what is due: the other finds that it was seen to.
pub async fn a_time_is_seen_to_by_one(place: &Place) {
    let installation = place.open().await;
    let schedule = installation.schedule();
    let two = tokio::join!(
        handle(&schedule, None, 10, None),
        handle(&schedule, None, 11, None)
    );
    let first = match two {
        (SeenTo::Here(None), SeenTo::Elsewhere) => 10,
        (SeenTo::Elsewhere, SeenTo::Here(None)) => 11,
        _ => panic!("{two:?}"),
    };
    for before in [Some(first + 1), None] {
        let seen = handle(&schedule, before, 20, Some(&NIGHT)).await;
        assert_eq!(seen, SeenTo::Elsewhere);
    }
    assert_eq!(schedule.handled().await.unwrap(), [nightly(first)]);
    assert_eq!(schedule.wanted().await.unwrap(), [], "nothing of it is kept");
    let seen = handle(&schedule, Some(first), 20, Some(&NIGHT)).await;
    assert!(matches!(seen, SeenTo::Here(Some(_))), "{seen:?}");
    schedule.forget("nordvik").await.unwrap();
    assert_eq!(schedule.handled().await.unwrap(), []);
    assert_eq!(schedule.wanted().await.unwrap().len(), 1);
}

pub async fn what_is_handled_and_wanted_is_kept_in_one(place: &Place) {
    let installation = place.open().await;
    let schedule = installation.schedule();
    assert_eq!(schedule.handled().await.unwrap(), []);
    assert_eq!(schedule.wanted().await.unwrap(), []);
    assert_eq!(handle(&schedule, None, 10, None).await, SeenTo::Here(None));
    let cycle = NIGHT;
    let SeenTo::Here(Some(first)) = handle(&schedule, Some(10), 20, Some(&cycle)).await else {
        panic!("it is kept");
    };
    let plan = Wish {
        tenant: "solborg",
        task: r#"{"task":"plan"}"#,
        who: "anna",
        at: 25,
    };
    let second = schedule.want(&plan).await.unwrap();
    assert_eq!(handle(&schedule, Some(20), 30, None).await, SeenTo::Here(None));
    assert_eq!(schedule.handled().await.unwrap(), [nightly(30)]);
    let kept = |id: i64, wish: &Wish<'_>, begun| KeptWish {
        id,
        tenant: wish.tenant.to_owned(),
        task: wish.task.to_owned(),
        who: wish.who.to_owned(),
        at: wish.at,
        begun,
    };
    assert!(first < second, "in the order in which they were asked for");
    assert_eq!(
        schedule.wanted().await.unwrap(),
        [kept(first, &cycle, None), kept(second, &plan, None)],
        "to look again takes nothing back that is wanted"
    );
    schedule.begin(first, 40).await.unwrap();
    assert_eq!(schedule.wanted().await.unwrap()[0], kept(first, &cycle, Some(40)));
    schedule.settle(first).await.unwrap();
    schedule.settle(first).await.unwrap();
    assert_eq!(schedule.wanted().await.unwrap(), [kept(second, &plan, None)]);
}

fn halted<'a>(mark: Option<&'a str>, at: i64, ways: &'a [&'a str]) -> Telling<'a> {
    Telling {
        tenant: "nordvik",
        subject: "trouble",
        mark,
        at,
        ways,
        body: "{}",
    }
}

pub async fn what_was_told_is_kept_with_its_notices(place: &Place) {
    let installation = place.open().await;
    let notices = installation.notices();
    notices
        .tell(&halted(Some("halted:1"), 10, &["mail", "webhook"]))
        .await
        .unwrap();
    notices
        .tell(&halted(Some("halted:2"), 20, &["mail"]))
        .await
        .unwrap();
    assert_eq!(
        notices.told("nordvik").await.unwrap(),
        [("trouble".to_owned(), "halted:2".to_owned())]
    );
    assert_eq!(notices.told("solborg").await.unwrap(), []);
    let all = notices.all_told().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all["nordvik"], notices.told("nordvik").await.unwrap());
    let due = notices.due(15, 9).await.unwrap();
    let ways: Vec<&str> = due.iter().map(|notice| notice.way.as_str()).collect();
    assert_eq!(ways, ["mail", "webhook"], "what is due, oldest first");
    assert_eq!(notices.due(20, 9).await.unwrap().len(), 3);
    notices.tell(&halted(None, 30, &[])).await.unwrap();
    assert_eq!(notices.told("nordvik").await.unwrap(), []);
    assert_eq!(
        notices.due(30, 9).await.unwrap().len(),
        3,
        "what was told is told"
    );
}

pub async fn a_notice_is_tried_again_until_it_is_given_up(place: &Place) {
    let installation = place.open().await;
    let notices = installation.notices();
    assert_eq!(notices.next_due().await.unwrap(), None);
    notices
        .tell(&halted(Some("halted:1"), 10, &["mail"]))
        .await
        .unwrap();
    let id = notices.due(10, 1).await.unwrap()[0].id;
    notices
        .undelivered(id, "no such host", 11, Some(70))
        .await
        .unwrap();
    assert_eq!(notices.due(69, 9).await.unwrap(), []);
    assert_eq!(notices.next_due().await.unwrap(), Some(70));
    let waiting = &notices.due(70, 9).await.unwrap()[0];
    assert_eq!((waiting.failures, waiting.made), (1, 10));
    let failure = notices.last_failure("nordvik").await.unwrap().unwrap();
    assert_eq!(
        (failure.failure.as_str(), failure.at, failure.due),
        ("no such host", 11, Some(70))
    );
    notices.undelivered(id, "refused", 71, None).await.unwrap();
    assert_eq!(notices.due(i64::MAX, 9).await.unwrap(), []);
    let failure = notices.last_failure("nordvik").await.unwrap().unwrap();
    assert_eq!((failure.failure.as_str(), failure.due), ("refused", None));
    let month = 31 * 24 * 3_600_000;
    notices.tell(&halted(None, month, &["mail"])).await.unwrap();
    assert_eq!(
        notices.last_failure("nordvik").await.unwrap(),
        None,
        "seen for long enough"
    );
    let id = notices.due(month, 9).await.unwrap()[0].id;
    notices.delivered(id).await.unwrap();
    assert_eq!(notices.next_due().await.unwrap(), None);
}
