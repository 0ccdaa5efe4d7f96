//! The API: what it says of mistakes, and lists in parts.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use samklang_server::{DeskError, Role};
use samklang_store::Scope;
use serde_json::{Value, json};

use crate::desk::{CASTS, Truth};
use crate::stage::{Stage, request};

const AT: &str = "/api/v1/tenants/nordvik";

#[tokio::test]
async fn mistakes_are_told_with_place_and_remedy() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    for (path, status, code, words) in [
        ("/api/v1/nowhere", 404, "absent", "/api/v1/openapi.json"),
        ("/api/v1/tenants/nordvik/nowhere", 404, "absent", "nowhere"),
        ("/api/v1/tenants/atlantis", 404, "absent", "atlantis"),
        ("/api/v1/tenants/nordvik/cases/12x", 400, "bad-request", "case"),
        (
            "/api/v1/tenants/nordvik/cases/-1",
            400,
            "bad-request",
            "less than 0",
        ),
        ("/api/v1/tenants/nordvik/cases/77777", 404, "absent", "case 77777"),
        (
            "/api/v1/tenants/nordvik/cases?limit=501",
            400,
            "bad-request",
            "`limit` has to be 1 to 500, and is 501",
        ),
        (
            "/api/v1/tenants/nordvik/cases?limit=many",
            400,
            "bad-request",
            "limit",
        ),
        (
            "/api/v1/tenants/nordvik/cases?lmit=5",
            400,
            "bad-request",
            "unknown field `lmit`",
        ),
        (
            "/api/v1/tenants/nordvik/cases?after=x",
            422,
            "refused",
            "no place in this list",
        ),
        (
            "/api/v1/tenants/nordvik/forecast?day=2027-02-30",
            400,
            "bad-request",
            "`day` has to be a date such as 2027-01-31",
        ),
        (
            "/api/v1/tenants/nordvik/connections/ad/mapping?class=user&sample=0",
            400,
            "bad-request",
            "`sample` has to be 1 to 50",
        ),
        (
            "/api/v1/tenants/nordvik/operations/a%20b",
            400,
            "bad-request",
            "letters",
        ),
        (
            "/api/v1/tenants/nordvik/operations/none",
            404,
            "absent",
            "operation `none`",
        ),
        (
            "/api/v1/tenants/nordvik/entities",
            400,
            "bad-request",
            "missing field `text`",
        ),
        ("/api/v1/tenants/nordvik/entities/1", 400, "bad-request", "entity"),
        (
            "/api/v1/tenants/nordvik/connections/UP",
            400,
            "bad-request",
            "lower-case",
        ),
        (
            "/api/v1/tenants/nordvik/connections/none",
            404,
            "absent",
            "`none`",
        ),
    ] {
        let told = stage.get(&anna, path).await;
        assert_eq!(
            (told.status.as_u16(), told.problem().as_str()),
            (status, code),
            "{path}: {}",
            told.text()
        );
        assert!(told.text().contains(words), "{path}: {}", told.text());
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read_say_why() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    let path = format!("{AT}/halt/decision");
    for (body, words) in [
        ("{\"verdict\": ", "EOF"),
        (
            "{\"verdict\": \"maybe\", \"reason\": \"x\", \"digest\": \"d\"}",
            "verdict",
        ),
        (
            "{\"verdict\": \"reject\", \"digest\": \"d\"}",
            "missing field `reason`",
        ),
        (
            "{\"verdict\": \"reject\", \"reason\": \" \", \"digest\": \"d\"}",
            "`reason` has to be",
        ),
        (
            "{\"verdict\": \"reject\", \"reason\": \"x\", \"digest\": \"d\", \"x\": 1}",
            "unknown field `x`",
        ),
        ("[]", "body"),
    ] {
        let asked = request(Method::POST, &anna, &path).header(header::CONTENT_TYPE, "application/json");
        let told = stage.ask(asked.body(Body::from(body)).unwrap()).await;
        assert_eq!(
            (told.status.as_u16(), told.problem().as_str()),
            (400, "bad-request"),
            "{body}"
        );
        assert!(
            told.text().contains(&words.replace('"', "\\\"")),
            "{body}: {}",
            told.text()
        );
    }
    let told = stage
        .ask(
            request(Method::POST, &anna, &path)
                .body(Body::from("{}"))
                .unwrap(),
        )
        .await;
    assert_eq!(
        (told.status.as_u16(), told.problem().as_str()),
        (415, "media-type")
    );
    let long = json!({"verdict": "reject", "reason": "x".repeat(200_000), "digest": "d"});
    let told = stage.post(&anna, &path, &long).await;
    assert_eq!(
        (told.status.as_u16(), told.problem().as_str()),
        (413, "too-large")
    );
    assert_eq!(stage.desk.calls(), []);
}

#[tokio::test]
async fn methods_that_are_not_there_say_which_are() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    let told = stage
        .send(Method::PUT, &anna, &format!("{AT}/cases"), &json!({}))
        .await;
    assert_eq!((told.status.as_u16(), told.problem().as_str()), (405, "method"));
    assert_eq!(told.header("allow"), Some("GET,HEAD"));
    assert!(told.text().contains("PUT cannot be done at"), "{}", told.text());
}

#[tokio::test]
async fn nobody_is_told_how_to_come_in() {
    let stage = Stage::new().await;
    let request = http::Request::builder().uri(AT).body(Body::empty()).unwrap();
    let told = stage.ask(request).await;
    assert_eq!(
        (told.status, told.problem().as_str()),
        (StatusCode::UNAUTHORIZED, "signed-out")
    );
    assert!(told.header("www-authenticate").unwrap().starts_with("Bearer"));
}

#[tokio::test]
async fn what_the_desk_cannot_do_is_a_problem_of_its_kind() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    let mistakes = vec!["tenants/nordvik.toml:3: `schedule`: …".to_owned()];
    for (error, status, code) in [
        (DeskError::Absent("there is none".to_owned()), 404, "absent"),
        (DeskError::Refused("say which".to_owned()), 422, "refused"),
        (DeskError::Moved("look again".to_owned()), 409, "moved"),
        (DeskError::Failed("the disk is full".to_owned()), 500, "failed"),
        (
            DeskError::Misconfigured {
                tenant: "nordvik".to_owned(),
                mistakes: mistakes.clone(),
            },
            422,
            "misconfigured",
        ),
    ] {
        stage.desk.fail_next(error);
        let told = stage.get(&anna, &format!("{AT}/plan")).await;
        assert_eq!((told.status.as_u16(), told.problem().as_str()), (status, code));
        let expected = if code == "misconfigured" {
            json!(mistakes)
        } else {
            Value::Null
        };
        assert_eq!(told.json()["mistakes"], expected);
    }
}

/// Every item of a list, by following `Link`.
async fn walk(stage: &Stage, token: &str, path: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next.take() {
        let told = stage.get(token, &path).await;
        assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.text());
        let part = told.json();
        items.extend(part["items"].as_array().unwrap().iter().cloned());
        let link = told.header("link").map(str::to_owned);
        assert_eq!(link.is_some(), part["next"].is_string(), "{path}");
        next = link.map(|link| {
            let target = link.strip_suffix("; rel=\"next\"").unwrap();
            target.trim_matches(['<', '>']).to_owned()
        });
        assert!(items.len() < 5000);
    }
    items
}

#[tokio::test]
async fn lists_are_walked_whole() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Viewer).await;
    let truth = Truth::of(&CASTS[0]);
    let open = truth
        .cases
        .iter()
        .filter(|case| case.question.state == "open")
        .count();
    let creates = truth
        .operations
        .iter()
        .filter(|one| one.action == "create" && one.target == "ad")
        .count();
    let leaving = truth
        .halted
        .iter()
        .filter(|change| format!("{change:?}").contains("7A"))
        .count();
    for (path, wanted, id) in [
        ("cycles?limit=7", truth.nights.len(), "/id"),
        ("cases?limit=50", open, "/id"),
        ("cases?all=true&limit=13", truth.cases.len(), "/id"),
        ("halt/changes?limit=100", truth.halted.len(), "/key"),
        ("halt/changes?text=7A&limit=3", leaving, "/key"),
        ("plan/operations?limit=500", truth.operations.len(), "/id"),
        ("plan/operations?target=ad&action=create&limit=11", creates, "/id"),
        ("forecast/operations?day=2027-08-01&limit=7", 40, "/id"),
        ("journal?limit=9", truth.journal.len(), "/entry"),
        ("findings?limit=7", truth.subjects.len(), "/object"),
        ("quarantine?limit=2", truth.quarantine.len(), "/object"),
    ] {
        let items = walk(&stage, &anna, &format!("{AT}/{path}")).await;
        let ids: BTreeSet<String> = items
            .iter()
            .map(|item| item.pointer(id).unwrap().to_string())
            .collect();
        assert!(wanted > 0, "{path}");
        assert_eq!((items.len(), ids.len()), (wanted, wanted), "{path}");
    }
}

#[tokio::test]
async fn one_sees_the_tenants_where_one_is_somebody() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Viewer).await;
    let staff = stage.person("Staff", Scope::All, Role::Viewer).await;
    let names = |items: Vec<Value>| items.iter().map(|item| item["name"].clone()).collect::<Vec<_>>();
    assert_eq!(
        names(walk(&stage, &anna, "/api/v1/tenants?limit=1").await),
        ["nordvik"]
    );
    assert_eq!(
        names(walk(&stage, &staff, "/api/v1/tenants?limit=1").await),
        ["nordvik", "solborg"]
    );
    let caller = stage.get(&anna, "/api/v1/caller").await.json();
    assert_eq!(caller["roles"], json!({"nordvik": "viewer"}));
    assert_eq!(caller["everywhere"], Value::Null);
    let page = async |who: &str| stage.get(who, "/support").await.status;
    assert_eq!(page(&anna).await, StatusCode::FORBIDDEN);
    assert_eq!(
        page(&staff).await,
        StatusCode::OK,
        "the page asks for what the API asks for"
    );
    assert_eq!(stage.get(&anna, "/api/v1/support").await.problem(), "forbidden");
    assert_eq!(stage.get(&staff, "/api/v1/support").await.status, StatusCode::OK);
}

/// What is asked of other systems in the tenant's name is somebody's deed, by the API and by the page alike.
#[tokio::test]
async fn a_check_is_kept_with_the_person() {
    let stage = Stage::new().await;
    let ola = stage
        .person("Ola", Scope::tenant("nordvik"), Role::Operator)
        .await;
    let target = Truth::of(&CASTS[0]).enrolments[0].connection.clone();
    for path in [
        format!("{AT}/connections/check"),
        "/t/nordvik/connections/check".to_owned(),
        format!("{AT}/enrolments/{target}/checks"),
        format!("/t/nordvik/enrolment/{target}/check"),
    ] {
        let told = stage.post(&ola, &path, &Value::Null).await;
        assert!(
            told.status.is_success() || told.status.is_redirection() || told.status == StatusCode::CONFLICT,
            "{path}: {}",
            told.text()
        );
    }
    let notes = stage.desk.calls().into_iter().filter(|call| call.deed == "note");
    let notes: Vec<_> = notes.map(|call| (call.who.unwrap(), call.detail)).collect();
    let of = |event: &str| {
        let begins = format!("{event} ");
        let own = notes
            .iter()
            .filter(|(who, detail)| who == "Ola" && detail.starts_with(&begins));
        own.count()
    };
    assert_eq!(of("connections-checked"), 2, "{notes:?}");
    assert!(of("enrolment-checked") >= 1, "{notes:?}");
}

/// Where a build came from names registries and folders of the house: it is for those who give builds, and not for whoever can sign in.
#[tokio::test]
async fn where_builds_came_from_is_for_those_who_give_them() {
    let stage = Stage::new().await;
    let from = "registry.example.org";
    for (role, told) in [
        (Role::Viewer, false),
        (Role::Approver, false),
        (Role::Administrator, true),
    ] {
        let somebody = stage.person_in("nordvik", role).await;
        for path in ["/api/v1/connectors", "/t/nordvik/connections"] {
            let text = stage.get(&somebody, path).await.text();
            assert!(text.contains("active-directory"), "{text}");
            assert_eq!(text.contains(from), told, "{role:?} {path}");
            assert!(!text.contains(">none<"), "{path}");
        }
    }
}

#[tokio::test]
async fn builds_are_looked_into_by_those_who_give_them() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    let ola = stage.person_in("nordvik", Role::Approver).await;
    let digest = format!("sha256:{:064x}", 0xc0ff_ee0c_u64);
    for path in [
        format!("/api/v1/connectors/{digest}"),
        format!("/api/v1/connectors/{digest}/verdict"),
    ] {
        assert_eq!(stage.get(&ola, &path).await.problem(), "forbidden");
        let told = stage.get(&anna, &path).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text());
    }
    assert_eq!(
        stage.get(&anna, "/api/v1/connectors/0123456789").await.problem(),
        "absent"
    );
    let path = format!("{AT}/connectors/active-directory/trials");
    let told = stage.post(&anna, &path, &json!({"digest": digest})).await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{}", told.text());
    let other = json!({"digest": format!("sha256:{:064x}", 0xc0ff_ee03_u64)});
    assert_eq!(stage.post(&anna, &path, &other).await.problem(), "refused");
    let path = format!("{AT}/connectors/none/trials");
    assert_eq!(
        stage
            .post(&anna, &path, &json!({"digest": digest}))
            .await
            .problem(),
        "absent"
    );
}

#[tokio::test]
async fn a_decision_is_about_what_was_looked_at() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    let halt = stage.get(&anna, &format!("{AT}/halt")).await.json();
    let path = format!("{AT}/halt/decision");
    let verdict =
        |digest: &Value| json!({"verdict": "release-as-promotion", "reason": "a new year", "digest": digest});
    let told = stage.post(&anna, &path, &verdict(&json!("b3:of another"))).await;
    assert_eq!((told.status.as_u16(), told.problem().as_str()), (409, "moved"));
    let told = stage.post(&anna, &path, &verdict(&halt["digest"])).await;
    assert_eq!(told.json()["decided"], true, "{}", told.text());
    assert_eq!(stage.get(&anna, &format!("{AT}/halt")).await.problem(), "absent");
    let decisions = stage.get(&anna, &format!("{AT}/cycle")).await.json()["decisions"].clone();
    assert_eq!(decisions[1]["verdict"], "released-as-promotion");
    assert!(
        decisions[1]["who"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("test"),
        "{decisions}"
    );
}

#[tokio::test]
async fn a_case_is_answered_and_taken_back() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    let case = Truth::of(&CASTS[0]).cases[0].clone();
    let path = format!("{AT}/cases/{}/answer", case.question.id);
    let answer = json!({"choice": "link", "candidate": case.candidates[1].id, "reason": "the same address"});
    let told = stage.post(&anna, &path, &answer).await.json();
    assert_eq!(
        (told["state"].clone(), told["chosen"].clone()),
        (json!("decided"), json!(case.candidates[1].name))
    );
    assert_eq!(stage.post(&anna, &path, &answer).await.problem(), "moved");
    let told = stage
        .send(Method::DELETE, &anna, &path, &json!({"reason": "a mistake"}))
        .await
        .json();
    assert_eq!(told["state"], "open");
}
