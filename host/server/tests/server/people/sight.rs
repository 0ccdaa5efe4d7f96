//! What whom is shown.

use axum::http::StatusCode;
use samklang_server::{Language, Role};

use super::{Reader, at, between, cast};
use crate::stage::Stage;

/// Every page of these rooms.
fn pages() -> Vec<String> {
    let person = cast().id(0);
    let pages = [
        "/people".to_owned(),
        "/people?q=a".to_owned(),
        "/people?q=nobody-is-called-that".to_owned(),
        format!("/people/{person}"),
        format!("/people/{person}?explain=ad"),
        format!("/people/{}", cast().id(1)),
        format!("/people/{}?done=errand", cast().id(5)),
        format!("/people/{}", cast().id(101)),
        "/plan".to_owned(),
        "/plan?target=ad&action=update".to_owned(),
        "/plan?target=nothing".to_owned(),
        "/connections".to_owned(),
        "/history".to_owned(),
        "/history?usage=411".to_owned(),
        "/history?after=30".to_owned(),
        "/journal".to_owned(),
        format!("/journal?entity={person}"),
        "/journal?entity=anna".to_owned(),
    ];
    pages.iter().map(|page| at(page)).collect()
}

#[tokio::test]
async fn every_page_is_there_in_every_language_for_every_role() {
    let stage = Stage::new().await;
    for role in [Role::Viewer, Role::Operator, Role::Approver, Role::Administrator] {
        let reader = Reader::new(&stage, role).await;
        for address in pages() {
            for language in Language::ALL {
                let told = reader.read_in(&address, language.tag()).await;
                let page = told.text();
                assert_eq!(told.status, StatusCode::OK, "{address} {language:?}: {page}");
                assert!(page.contains(&format!("<html lang=\"{}\"", language.tag())));
                whole(&address, &page);
            }
        }
    }
}

/// A page holds nothing that its policy forbids, and is well made as far as can be told by counting.
fn whole(address: &str, page: &str) {
    assert!(!page.contains(" style="), "{address} has a style of its own");
    assert!(!page.contains("<style"), "{address} has a style of its own");
    for script in between(page, "<script", ">") {
        assert!(script.contains(" src=\"/assets/"), "{address}: <script{script}>");
    }
    for handler in [" onclick=", " onload=", " onchange=", "javascript:"] {
        assert!(!page.contains(handler), "{address}: {handler}");
    }
    for tag in [
        "div", "table", "section", "form", "details", "ul", "dl", "span", "p", "a",
    ] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(
            opened,
            page.matches(&format!("</{tag}>")).count(),
            "{address}: <{tag}>"
        );
    }
    let mut ids = between(page, " id=\"", "\"");
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{address}: an id occurs twice");
    for label in between(page, "<label for=\"", "\"") {
        assert!(
            ids.contains(&label),
            "{address}: the label for {label} has nothing"
        );
    }
}

#[tokio::test]
async fn each_role_is_offered_what_it_may_do() {
    let stage = Stage::new().await;
    // Somebody with a value set by hand, so that it can be taken back.
    let person = at(&format!("/people/{}", cast().id(1)));
    let forms = [
        (person.clone(), "/errand\"", Role::Operator),
        (person.clone(), "/by-hand\"", Role::Approver),
        (person.clone(), "name=\"back\" value=\"yes\"", Role::Approver),
        (person.clone(), "/export\"", Role::Administrator),
        (at("/connections"), "/connections/check\"", Role::Operator),
        (at("/connections"), "/files\"", Role::Operator),
        (at("/connections"), "/files/teachers.csv\"", Role::Administrator),
        (at("/connections"), "/builds\"", Role::Administrator),
        (at("/journal"), "/journal/retry\"", Role::Operator),
        (at("/journal"), "/journal/verify\"", Role::Viewer),
    ];
    for role in [Role::Viewer, Role::Operator, Role::Approver, Role::Administrator] {
        let reader = Reader::new(&stage, role).await;
        for (address, form, least) in &forms {
            let page = reader.read(address).await.text();
            assert_eq!(
                page.contains(form),
                role >= *least,
                "{address} {form} for {role:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_person_is_forgotten_only_once_it_is_gone() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Administrator).await;
    let person = at(&format!("/people/{}", cast().id(5)));
    assert!(
        !reader.read(&person).await.text().contains("/forget\""),
        "it is leaving"
    );
    stage
        .desk
        .change(cast().name, |truth| truth.entities[5].state = "gone".to_owned());
    assert!(reader.read(&person).await.text().contains("/forget\""));
}

#[tokio::test]
async fn nobody_but_a_person_is_forgotten() {
    let stage = Stage::new().await;
    stage.desk.change(cast().name, |truth| {
        for entity in &mut truth.entities {
            entity.state = "gone".to_owned();
        }
    });
    let reader = Reader::new(&stage, Role::Administrator).await;
    for (number, kind) in [(101, "unit"), (200, "group")] {
        let address = at(&format!("/people/{}", cast().id(number)));
        let page = reader.read(&address).await.text();
        assert!(
            !page.contains("/forget\"") && !page.contains("Forget the person"),
            "{kind}"
        );
        assert!(page.contains("/export\""), "{kind}");
        let form = [("reason", "gone"), ("acknowledge", "yes")];
        let told = reader.send(&format!("{address}/forget"), &form).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
        assert_eq!(
            super::asked(&stage, "forget_person"),
            Vec::<String>::new(),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn what_is_referred_to_is_told_in_the_readers_language() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let person = at(&format!("/people/{}", cast().id(0)));
    let unit = cast().id(100);
    let school = cast().school(0);
    for (language, kind) in [
        ("da", "Enhed"),
        ("nb", "Enhet"),
        ("sv", "Enhet"),
        ("en", "Unit"),
        ("es", "Unidad"),
    ] {
        let page = reader.read_in(&person, language).await.text();
        let link = between(
            &page,
            &format!("href=\"{}\"", at(&format!("/people/{unit}"))),
            "</td>",
        )[0];
        assert_eq!(
            link,
            format!(">{school}</a> <span class=\"tag\">{kind}</span>"),
            "{language}"
        );
    }
}

#[tokio::test]
async fn what_comes_from_data_is_text_and_no_markup() {
    let stage = Stage::new().await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'";
    stage.desk.change(cast().name, |truth| {
        let entity = &mut truth.entities[0];
        entity.name = evil.to_owned();
        entity.state = evil.to_owned();
        entity.kind = evil.to_owned();
        for attribute in &mut entity.attributes {
            attribute.value = serde_json::json!([evil, {evil: evil}]);
            attribute.from = Some(evil.to_owned());
            attribute.template = Some(evil.to_owned());
        }
        for target in &mut entity.targets {
            target.key = evil.to_owned();
            target
                .attributes
                .insert(evil.to_owned(), serde_json::json!({evil: [evil, [evil]]}));
        }
        for operation in &mut truth.operations {
            operation.reason = evil.to_owned();
            operation.key = evil.to_owned();
        }
        for connection in &mut truth.connections {
            connection.system = evil.to_owned();
            connection.settings = serde_json::json!({evil: evil});
            connection.files.push(crate::desk::lies(evil));
        }
        for entry in &mut truth.journal {
            entry.who = evil.to_owned();
            entry.detail = Some(serde_json::json!({evil: {evil: evil}}));
        }
        for aside in &mut truth.quarantine {
            aside.object = evil.to_owned();
        }
    });
    let reader = Reader::new(&stage, Role::Administrator).await;
    let question = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect::<String>();
    let asked = [
        at(&format!("/people?q={question}")),
        at(&format!("/plan?target={question}")),
        at(&format!("/journal?entity={question}")),
        at(&format!("/people/{}?done={question}", cast().id(0))),
    ];
    for address in pages().into_iter().chain(asked) {
        let told = reader.read(&address).await;
        let page = told.text();
        assert_eq!(told.status, StatusCode::OK, "{address}: {page}");
        assert!(!page.contains("<script>alert"), "{address}");
        assert!(!page.contains("<img src=x"), "{address}");
        whole(&address, &page);
    }
}

#[tokio::test]
async fn a_page_says_nothing_that_only_its_address_says() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    for page in ["/people", "/connections", "/journal"] {
        let told = reader.read(&at(&format!("{page}?done=call-this-number"))).await;
        assert!(!told.text().contains("notice-good"), "{page}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_page() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let absent = [
        at(&format!("/people/{}", cast().id(99))),
        at("/people/anna"),
        at(&format!("/people/{}?explain=nowhere", cast().id(0))),
        "/t/solborg/people".to_owned(),
    ];
    for address in absent {
        let told = reader.read(&address).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{address}");
        assert!(
            told.text().contains("<h1>There is no such page</h1>"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_target_is_explained_by_a_plain_link_and_in_place() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let person = at(&format!("/people/{}", cast().id(0)));
    let page = reader.read(&person).await.text();
    assert!(page.contains(&format!("href=\"{person}?explain=ad#target-ad\"")));
    assert!(!page.contains("It has the object user-7"));
    let page = reader.read(&format!("{person}?explain=ad")).await.text();
    let place = between(&page, "id=\"target-ad\"", "</section>")[0];
    assert!(
        place.contains("It has the object user-7, confirmed in cycle 1411."),
        "{place}"
    );
    assert!(
        !place.contains("hx-get"),
        "what is explained is not offered again"
    );
}

#[tokio::test]
async fn a_target_is_explained_in_the_readers_language() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let person = at(&format!("/people/{}?explain=ad", cast().id(0)));
    let page = reader.read_in(&person, "da").await.text();
    let place = between(&page, "id=\"target-ad\"", "</section>")[0];
    for sentence in [
        "Har objektet user-7, bekræftet i kørsel 1411.",
        "Den er ikke omfattet: betingelsen i opsætningen er ikke opfyldt.",
        "<code>{{ username }}</code>",
        "Brugernavn:",
        "Den er planlagt i kørsel 1412, men ikke udført endnu.",
        "Kørsel 1412 venter ved trinnet Import Visma Skole.",
        "Modtagersystemet afviste den i kørsel 1411. <q lang=\"en\">E17: that name is not allowed</q>",
        "Der mangler mail, som et objekt af slagsen badge ikke kan undvære.",
        "Giv værdien i en kilde",
    ] {
        assert!(place.contains(sentence), "{sentence}: {place}");
    }
    assert_eq!(
        place.matches("lang=\"en\"").count(),
        1,
        "only what the system said is in its own words: {place}"
    );
    for language in Language::ALL {
        let page = reader.read_in(&person, language.tag()).await.text();
        let place = between(&page, "id=\"target-ad\"", "</section>")[0];
        assert_eq!(place.matches("lang=\"en\"").count(), 1, "{language:?}: {place}");
    }
}

#[tokio::test]
async fn reasons_causes_and_findings_are_told_in_the_readers_language() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let page = reader
        .read_in(&at(&format!("/people/{}", cast().id(0))), "da")
        .await
        .text();
    assert!(page.contains("displayName er anderledes."), "{page}");
    assert!(page.contains("sis går forud for hr"), "{page}");
    let page = reader
        .read_in(&at(&format!("/people/{}", cast().id(2))), "da")
        .await
        .text();
    assert!(
        page.contains("Der mangler mail, som et objekt af slagsen user ikke kan undvære."),
        "{page}"
    );
    let page = reader.read_in(&at("/plan?action=create"), "da").await.text();
    assert!(
        page.contains("Den er omfattet, og modtagersystemet har intet objekt for den."),
        "{page}"
    );
    let page = reader.read_in(&at("/journal"), "da").await.text();
    assert!(
        page.contains("Skabelonen kan ikke regnes ud. <q lang=\"en\">no class</q>"),
        "{page}"
    );
    // What nobody has told by a code stays in the words that it was told in.
    let page = reader
        .read_in(&at(&format!("/people/{}", cast().id(5))), "da")
        .await
        .text();
    assert!(
        page.contains("<span lang=\"en\">no source has a place for the person</span>"),
        "{page}"
    );
}

#[tokio::test]
async fn support_is_for_those_who_have_a_role_in_all_tenants() {
    let stage = Stage::new().await;
    let own = Reader::new(&stage, Role::Administrator).await;
    for address in ["/support", "/support/samklang-support.json"] {
        assert_eq!(own.read(address).await.status, StatusCode::FORBIDDEN);
    }
    let all = Reader::everywhere(&stage).await;
    for language in Language::ALL {
        let told = all.read_in("/support", language.tag()).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text());
        whole("/support", &told.text());
        assert!(told.text().contains("6291456"), "what lies deeper is written too");
    }
    let file = all.read("/support/samklang-support.json").await;
    assert_eq!(file.json()["tenants"], 2);
    assert!(
        file.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
}
