//! What forms do, and that a form that is not taken loses nothing.

use axum::http::StatusCode;
use samklang_server::{DeskError, Role};

use super::{Reader, asked, at, cast};
use crate::stage::{Stage, Told};

const REASON: &str = "the parents called & it is \"urgent\"";
const WRITTEN: &str = "the parents called &amp; it is &quot;urgent&quot;";

fn person(number: u128) -> String {
    at(&format!("/people/{}", cast().id(number)))
}

fn led_to(told: &Told) -> &str {
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text());
    told.header("location").unwrap()
}

#[tokio::test]
async fn somebody_is_synchronised_now() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Operator).await;
    let told = reader
        .send(
            &format!("{}/errand", person(0)),
            &[("target", "ad"), ("distribute", "yes"), ("reason", REASON)],
        )
        .await;
    assert_eq!(led_to(&told), format!("{}?done=errand", person(0)));
    for _ in 0..200 {
        if !asked(&stage, "run").is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let run = asked(&stage, "run").concat();
    assert!(
        run.contains("Errand") && run.contains("Some(\"ad\")") && run.contains("distribute: true"),
        "{run}"
    );
    assert!(
        reader
            .read(led_to(&told))
            .await
            .text()
            .contains("The synchronisation has begun.")
    );
}

#[tokio::test]
async fn a_value_is_set_by_hand_and_taken_back() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Approver).await;
    let form = format!("{}/by-hand", person(0));
    let fields = [
        ("attribute", "display_name"),
        ("value", "Anna Ø."),
        ("until", "2027-01-01"),
        ("reason", REASON),
    ];
    let told = reader.send(&form, &fields).await;
    let page = reader.read(led_to(&told)).await.text();
    assert!(page.contains("Anna Ø.") && page.contains(WRITTEN));
    assert!(asked(&stage, "set_by_hand")[0].contains("Some(\"2027-01-01\")"));
    let fields = [("attribute", "display_name"), ("back", "yes"), ("reason", REASON)];
    let told = reader.send(&form, &fields).await;
    assert_eq!(led_to(&told), format!("{}?done=taken-back", person(0)));
    assert!(asked(&stage, "set_by_hand")[1].contains("value: None"));
    assert!(!reader.read(&person(0)).await.text().contains("Anna Ø."));
}

#[tokio::test]
async fn an_empty_value_is_a_value() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Approver).await;
    let fields = [
        ("attribute", "class"),
        ("value", ""),
        ("until", ""),
        ("reason", "none"),
    ];
    led_to(&reader.send(&format!("{}/by-hand", person(0)), &fields).await);
    let wish = asked(&stage, "set_by_hand").concat();
    assert!(
        wish.contains("value: Some(String(\"\"))") && wish.contains("until: None"),
        "{wish}"
    );
}

#[tokio::test]
async fn everything_is_handed_out_and_a_person_who_is_gone_forgotten() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Administrator).await;
    let told = reader.send(&format!("{}/export", person(5)), &[]).await;
    assert_eq!(told.json()["entity"]["name"], cast().people[5]);
    assert!(
        told.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    assert_eq!(told.header("cache-control"), Some("no-store"));

    stage
        .desk
        .change(cast().name, |truth| truth.entities[5].state = "gone".to_owned());
    let form = format!("{}/forget", person(5));
    let told = reader.send(&form, &[("reason", REASON)]).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text().contains(WRITTEN), "the reason is not lost");
    assert!(
        asked(&stage, "forget_person").is_empty(),
        "nobody is forgotten without the box"
    );
    let told = reader
        .send(&form, &[("reason", REASON), ("acknowledge", "yes")])
        .await;
    assert_eq!(led_to(&told), at("/people?done=forgotten"));
    assert!(
        reader
            .read(led_to(&told))
            .await
            .text()
            .contains("The person is forgotten.")
    );
    assert_eq!(reader.read(&person(5)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_taken_comes_back_with_what_was_typed() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Administrator).await;
    let connector = [
        ("connector", "active-directory"),
        ("digest", "sha256:ffff"),
        ("reason", REASON),
    ];
    let forms: [(String, &[(&str, &str)]); 4] = [
        (
            format!("{}/by-hand", person(0)),
            &[("attribute", "shoe_size"), ("value", "41"), ("reason", REASON)],
        ),
        (
            format!("{}/by-hand", person(1)),
            &[
                ("attribute", "shoe_size"),
                ("value", "41"),
                ("until", "2027-02-03"),
                ("reason", REASON),
            ],
        ),
        (at("/builds"), &connector),
        (
            at("/builds"),
            &[
                ("connector", "active-directory"),
                ("back", "yes"),
                ("reason", REASON),
            ],
        ),
    ];
    for (address, fields) in forms {
        if fields.contains(&("back", "yes")) {
            let none = DeskError::Refused("there is no build before".to_owned());
            stage.desk.change(cast().name, |_| {});
            stage.desk.fail_next(none);
        }
        let told = reader.send(&address, fields).await;
        let page = told.text();
        assert!(told.status.is_client_error(), "{address}: {}", told.status);
        assert!(page.contains(WRITTEN), "{address}: {page}");
        assert!(page.contains("role=\"alert\""), "{address}");
        assert!(page.contains("<details open>"), "{address}");
        for (name, value) in fields {
            if ["value", "until", "attribute"].contains(name) {
                assert!(page.contains(&format!("value=\"{value}\"")), "{address}: {name}");
            }
        }
        // What leads on from here leads to a page, not to where only forms go.
        let back = super::between(&page, "name=\"back\" value=\"/", "\"")[0];
        assert_eq!(
            reader.read(&format!("/{back}")).await.status,
            StatusCode::OK,
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_form_without_a_reason_is_not_taken() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Administrator).await;
    let long = "x".repeat(1_001);
    for reason in ["", "  ", &long] {
        for form in ["errand", "by-hand"] {
            let fields = [("attribute", "class"), ("value", "5B"), ("reason", reason)];
            let told = reader.send(&format!("{}/{form}", person(0)), &fields).await;
            assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        }
    }
    assert!(asked(&stage, "set_by_hand").is_empty());
    assert!(asked(&stage, "run").is_empty());
}

#[tokio::test]
async fn whoever_may_not_cannot_by_sending_the_form_either() {
    let stage = Stage::new().await;
    let viewer = Reader::new(&stage, Role::Viewer).await;
    let operator = Reader::new(&stage, Role::Operator).await;
    let approver = Reader::new(&stage, Role::Approver).await;
    let cases = [
        (&viewer, format!("{}/errand", person(0))),
        (&viewer, at("/connections/check")),
        (&viewer, at("/journal/retry")),
        (&operator, format!("{}/by-hand", person(0))),
        (&approver, format!("{}/export", person(0))),
        (&approver, format!("{}/forget", person(0))),
        (&approver, at("/builds")),
        (&approver, "/t/solborg/builds".to_owned()),
    ];
    for (reader, address) in cases {
        let told = reader
            .send(&address, &[("reason", REASON), ("connector", "csv")])
            .await;
        let other = address.contains("solborg");
        assert_eq!(
            told.status,
            if other {
                StatusCode::NOT_FOUND
            } else {
                StatusCode::FORBIDDEN
            },
            "{address}"
        );
    }
    let told = viewer.deliver(&at("/connections/sis/files"), "a.csv", "x").await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn connections_are_checked_and_each_finding_stands_at_its_own() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Operator).await;
    let told = reader.send(&at("/connections/check"), &[]).await;
    let page = told.text();
    assert_eq!(told.status, StatusCode::OK);
    let section =
        |name: &str| super::between(&page, &format!("id=\"connection-{name}\""), "</section>")[0].to_owned();
    assert!(section("ad").contains("the server does not know this password"));
    assert!(section("sis").contains("the newest file is three days old"));
    assert!(section("hr").contains("The check found nothing."));
    assert!(page.contains("has no retention time of its own"));
}

#[tokio::test]
async fn a_file_is_delivered_and_it_is_said_when_it_replaces_one() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Operator).await;
    let form = at("/connections/sis/files");
    let told = reader.deliver(&form, "elever æøå.csv", "first").await;
    assert_eq!(led_to(&told), at("/connections?done=file"));
    let page = reader.read(led_to(&told)).await.text();
    assert!(page.contains("The file has arrived. A cycle") && page.contains("elever æøå.csv"));
    assert!(page.contains("A file of the same name is replaced."));
    let file = stage.desk.inbox_of(cast().name, "sis").join("elever æøå.csv");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "first");

    let told = reader.deliver(&form, "elever æøå.csv", "second").await;
    assert_eq!(led_to(&told), at("/connections?done=file-replaced"));
    let page = reader.read(led_to(&told)).await.text();
    assert!(
        page.contains("has taken the place of the one of its name"),
        "{page}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "second");

    for name in ["", "..", "a/b.csv", ".hidden"] {
        let told = reader.deliver(&form, name, "x").await;
        assert!(told.status.is_client_error(), "{name:?}: {}", told.status);
    }
    let long = "x".repeat(crate::stage::UPLOAD as usize + 1);
    let told = reader.deliver(&form, "long.csv", &long).await;
    assert_eq!(told.status, StatusCode::PAYLOAD_TOO_LARGE);
    let told = reader.deliver(&at("/connections/ad/files"), "a.csv", "x").await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_build_is_activated_and_taken_back() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Administrator).await;
    let page = reader.read(&at("/connections")).await.text();
    let builds = super::between(&page, "<option value=\"sha256:", "\"");
    let other = format!("sha256:{}", builds[0]);
    let fields = [
        ("connector", "active-directory"),
        ("digest", other.as_str()),
        ("reason", REASON),
    ];
    let told = reader.send(&at("/builds"), &fields).await;
    let led = led_to(&told).to_owned();
    assert!(led.starts_with(&at("/connections?done=build&given=")), "{led}");
    let page = reader.read(&led).await.text();
    assert!(page.contains(WRITTEN), "the builds' history has it");
    let told = super::between(&page, "id=\"activated\"", "</section>")[0];
    assert!(told.contains("the class user has a new attribute mail"), "{told}");
    let elsewhere = led.replace(cast().name, "solborg");
    let all = Reader::everywhere(&stage).await;
    assert!(!all.read(&elsewhere).await.text().contains("id=\"activated\""));
    assert!(
        !reader
            .read(&at("/connections?done=build"))
            .await
            .text()
            .contains("id=\"activated\"")
    );
    let fields = [
        ("connector", "active-directory"),
        ("back", "yes"),
        ("reason", REASON),
    ];
    let told = reader.send(&at("/builds"), &fields).await;
    assert!(led_to(&told).starts_with(&at("/connections?done=build-back&given=")));
    assert!(asked(&stage, "give_build")[1].contains("digest: None"));
}

#[tokio::test]
async fn a_journal_is_verified_and_what_is_set_aside_tried_again() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Operator).await;
    let told = reader.send(&at("/journal/verify"), &[]).await;
    assert!(told.text().contains("The journal is as it was written."));
    let told = reader
        .send(&at("/journal/retry"), &[("object", "sis/pupil/Z0001")])
        .await;
    assert_eq!(led_to(&told), at("/journal?done=retry#aside"));
    assert_eq!(asked(&stage, "retry"), ["Some(\"sis/pupil/Z0001\")"]);
    let told = reader
        .send(&at("/journal/retry"), &[("object", "sis/pupil/none")])
        .await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    led_to(&reader.send(&at("/journal/retry"), &[]).await);
    assert!(
        reader
            .read(&at("/journal"))
            .await
            .text()
            .contains("Nothing is set aside.")
    );
}
