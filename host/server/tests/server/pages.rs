//! The pages of the night, as a browser gets them: in every language, well-formed, for every role, and what their forms do.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures_util::StreamExt as _;
use samklang_server::Role;
use samklang_server::view::Look;

use crate::access::visitor::{House, Told, Visitor};
use crate::desk::Rehearsal;

/// The pages of a tenant, with a case of each kind.
const PAGES: &[&str] = &[
    "/t/nordvik",
    "/t/nordvik/history/411",
    "/t/nordvik/halt",
    "/t/nordvik/halt?find=skole",
    "/t/nordvik/halt?find=nothing-like-it",
    "/t/nordvik/cases",
    "/t/nordvik/cases?all=true&after=50",
    "/t/nordvik/cases/300",
    "/t/nordvik/cases/299",
    "/t/nordvik/cases/298",
    "/t/nordvik/cases/297",
    "/t/nordvik/cases/296",
    "/t/nordvik/cases/295",
    "/t/nordvik/cases/294",
    "/t/nordvik/enrolment",
    "/t/nordvik/findings",
    "/t/nordvik/findings?after=50",
];

/// Elements without an end.
const VOID: &[&str] = &["meta", "link", "input", "img", "br", "hr", "path", "circle"];

/// What is wrong with a page, by the rules that all pages keep.
fn flaws(html: &str) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let (mut ids, mut labels, mut fields) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = html;
    while let Some((_, from)) = rest.split_once('<') {
        let Some((tag, after)) = from.split_once('>') else {
            flaws.push("a tag does not end".to_owned());
            break;
        };
        rest = after;
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(opened) if opened == name => {}
                other => flaws.push(format!("</{name}> ends {other:?}")),
            }
            continue;
        }
        let name = tag.split([' ', '\n', '/']).next().unwrap();
        let value = |attribute: &str| {
            let (_, from) = tag.split_once(&format!(" {attribute}=\""))?;
            from.split('"').next()
        };
        if tag.contains(" style=") || tag.contains(" onclick=") || name == "style" {
            flaws.push(format!("a style or a script stands in the page: {tag}"));
        }
        if name == "script" && value("src").is_none() {
            flaws.push("a script stands in the page".to_owned());
        }
        ids.extend(value("id"));
        if name == "label" {
            labels.extend(value("for"));
        }
        let hidden = value("type") == Some("hidden");
        if matches!(name, "input" | "select" | "textarea") && !hidden && !open.contains(&"label") {
            fields.push(value("id").unwrap_or("without an id"));
        }
        if name == "form" && value("method") == Some("post") {
            let form = after.split("</form>").next().unwrap();
            if !form.contains("name=\"csrf\"") {
                flaws.push(format!("a form does not say whose session it is of: {tag}"));
            }
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    if !open.is_empty() {
        flaws.push(format!("{open:?} do not end"));
    }
    for field in fields {
        if !labels.contains(&field) {
            flaws.push(format!("the field {field:?} has no label"));
        }
    }
    ids.sort_unstable();
    flaws.extend(
        ids.windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| format!("the id {:?} is there twice", pair[0])),
    );
    flaws
}

async fn read(visitor: &mut Visitor, path: &str, language: &str) -> Told {
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, language);
    visitor.send(request.body(Body::empty()).unwrap()).await
}

fn deeds(desk: &Rehearsal, deed: &str) -> Vec<String> {
    let calls = desk.calls().into_iter();
    calls
        .filter(|call| call.deed == deed)
        .map(|call| call.detail)
        .collect()
}

/// The value of a hidden field.
fn hidden(page: &Told, name: &str) -> String {
    let (_, from) = page
        .body
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    from.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_page_is_sound_in_every_language_and_for_every_role() {
    let house = House::new().await;
    for role in [Role::Viewer, Role::Operator, Role::Approver, Role::Administrator] {
        let mut visitor = house.came("Karen Holm", "nordvik", role).await;
        for language in ["da", "nb", "sv", "en", "es"] {
            for path in PAGES {
                let page = read(&mut visitor, path, language).await;
                assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
                assert!(
                    page.body.contains(&format!("<html lang=\"{language}\">")),
                    "{path}"
                );
                assert_eq!(flaws(&page.body), Vec::<String>::new(), "{path} in {language}");
            }
        }
    }
}

#[tokio::test]
async fn a_role_is_offered_what_it_may_do_and_no_more() {
    let house = House::new().await;
    let offers = [
        ("/t/nordvik", "/t/nordvik/run\"", Role::Operator),
        ("/t/nordvik", "/t/nordvik/connections/check\"", Role::Operator),
        ("/t/nordvik", "/t/nordvik/connections/sis/files\"", Role::Operator),
        ("/t/nordvik", "/t/nordvik/promotions\"", Role::Approver),
        ("/t/nordvik/halt", "name=\"verdict\"", Role::Approver),
        ("/t/nordvik/cases/300", "name=\"choice\"", Role::Approver),
        ("/t/nordvik/cases/297", "/undo\"", Role::Approver),
        (
            "/t/nordvik/enrolment",
            "/enrolment/canvas/check\"",
            Role::Operator,
        ),
        ("/t/nordvik/enrolment", "name=\"acknowledge\"", Role::Approver),
    ];
    for role in [Role::Viewer, Role::Operator, Role::Approver, Role::Administrator] {
        let mut visitor = house.came("Karen Holm", "nordvik", role).await;
        for (path, mark, least) in offers {
            let page = visitor.get(path).await.body;
            assert_eq!(page.contains(mark), role >= least, "{mark} for {role:?}");
        }
    }
    let mut viewer = house.came("Ole Lund", "nordvik", Role::Viewer).await;
    for path in ["/t/nordvik/run", "/t/nordvik/halt", "/t/nordvik/cases/300"] {
        let told = viewer
            .post(path, &[("task", "cycle"), ("reason", "because")])
            .await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(deeds(&house.desk, "decide").is_empty());
}

#[tokio::test]
async fn a_search_that_has_found_nothing_yet_leads_on() {
    let house = House::new().await;
    house.desk.change("nordvik", |truth| {
        truth.looks_on = Some("1".to_owned());
    });
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Viewer).await;
    let page = read(&mut visitor, "/t/nordvik/halt?find=skole", "da").await.body;
    assert!(
        page.contains("Intet fundet endnu:") && page.contains("og der er flere"),
        "{page}"
    );
    assert!(!page.contains("Intet i det standsede passer."), "{page}");
    let next = "/t/nordvik/halt?find=skole&amp;after=1#search";
    let next = page.replace("&#x2f;", "/").contains(next);
    assert!(next && page.contains(">Søg videre</a>"), "{page}");
    let page = read(&mut visitor, "/t/nordvik/halt?find=nothing-like-it&after=1", "da")
        .await
        .body;
    assert!(page.contains("Intet i det standsede passer."), "{page}");
    assert!(page.contains("Til den første side"), "{page}");
}

/// Lets the cycle wait with a fault of a source.
fn stop(house: &House, fault: &str, owner: &str) {
    house.desk.change("nordvik", |truth| {
        let wait = truth.cycle.waits.as_mut().unwrap();
        (wait.kind, wait.code, wait.fault) =
            ("import".to_owned(), "fault".to_owned(), Some(fault.to_owned()));
        (wait.system, wait.look) = (Some("Visma Flyt".to_owned()), Look::Waiting);
        wait.owner = owner.to_owned();
    });
}

#[tokio::test]
async fn what_is_waited_for_is_said_in_the_readers_language() {
    let house = House::new().await;
    stop(&house, "waiting-for-data", "system");
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Approver).await;
    let page = read(&mut visitor, "/t/nordvik", "da").await.body;
    let said = "Venter på data fra Visma Flyt";
    assert!(page.contains(said), "{page}");
    assert!(
        page.contains("De, der står for Visma Flyt, skal handle."),
        "{page}"
    );
    assert!(
        page.contains("Kørslen fortsætter af sig selv, når data kommer."),
        "{page}"
    );
    assert!(page.contains("nordvik/412/5"), "{page}");
    assert!(
        !page.contains("Du kan handle") && !page.contains("eller upload den"),
        "nobody but the system's own people can act"
    );
}

#[tokio::test]
async fn who_can_act_and_where_is_told_to_whoever_may_only_read() {
    let house = House::new().await;
    let command = "look whether this is meant; then `samklang release DIR --reason …` lets exactly this pass";
    house.desk.change("nordvik", |truth| {
        truth.cycle.waits.as_mut().unwrap().remedy = command.to_owned()
    });
    let mut viewer = house.came("Ole Lund", "nordvik", Role::Viewer).await;
    let mut approver = house.came("Karen Holm", "nordvik", Role::Approver).await;
    for (language, who, place) in [
        (
            "da",
            "En godkender i kommunen skal afgøre det.",
            "siden med det standsede",
        ),
        (
            "nb",
            "En godkjenner i kommunen må avgjøre det.",
            "siden med det som er stanset",
        ),
        (
            "sv",
            "En godkännare i kommunen måste besluta.",
            "sidan med det stoppade",
        ),
        (
            "en",
            "An approver of the tenant has to decide.",
            "the page of what is halted",
        ),
        (
            "es",
            "Debe decidir un aprobador del municipio.",
            "la página de lo detenido",
        ),
    ] {
        let page = read(&mut viewer, "/t/nordvik", language).await.body;
        assert!(page.contains(who) && page.contains(place), "{page}");
        assert!(!page.contains("samklang release"), "{page}");
        let page = read(&mut approver, "/t/nordvik", language).await.body;
        assert!(
            !page.contains("samklang release") && !page.contains(place),
            "{page}"
        );
    }
    house.desk.change("nordvik", |truth| {
        let wait = truth.cycle.waits.as_mut().unwrap();
        (wait.code, wait.fault) = ("fault".to_owned(), Some("unauthorised".to_owned()));
        wait.remedy = "grant it the right to read groups".to_owned();
    });
    let page = read(&mut viewer, "/t/nordvik", "da").await.body;
    assert!(page.contains("under ”Handlinger” på denne side"), "{page}");
    assert!(!page.contains("the right to read groups"), "{page}");
    let page = read(&mut approver, "/t/nordvik", "da").await.body;
    assert!(page.contains("grant it the right to read groups"), "{page}");
}

#[tokio::test]
async fn whoever_can_deliver_the_file_that_is_waited_for_is_told_so() {
    let house = House::new().await;
    stop(&house, "waiting-for-data", "operator");
    let mut operator = house.came("Karen Holm", "nordvik", Role::Operator).await;
    let page = read(&mut operator, "/t/nordvik", "da").await.body;
    let act = "Sørg for, at Visma Flyt afleverer sin fil, eller upload den her på siden.";
    assert!(page.contains("Du kan handle.") && page.contains(act), "{page}");
    let mut viewer = house.came("Ole Lund", "nordvik", Role::Viewer).await;
    let page = read(&mut viewer, "/t/nordvik", "da").await.body;
    assert!(page.contains("En operatør i kommunen kan handle."), "{page}");
    assert!(!page.contains("Du kan handle."), "{page}");
}

#[tokio::test]
async fn what_can_be_done_about_a_fault_is_said_whoever_has_to_act() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Operator).await;
    let texts = [
        (
            "unauthorised",
            "operator",
            "Du kan handle.",
            "Forny adgangsoplysningerne",
        ),
        (
            "unreachable",
            "system",
            "De, der står for Visma Flyt, skal handle.",
            "Det prøves igen af sig selv.",
        ),
        (
            "rate-limited",
            "system",
            "De, der står for Visma Flyt, skal handle.",
            "når pausen er forbi",
        ),
        (
            "invalid-data",
            "system",
            "De, der står for Visma Flyt, skal handle.",
            "Få data leveret på ny fra Visma Flyt",
        ),
        (
            "trap",
            "connector-vendor",
            "Leverandøren af konnektoren til Visma Flyt skal handle.",
            "Send meddelelsen herunder til leverandøren.",
        ),
        (
            "out-of-memory",
            "connector-vendor",
            "Leverandøren af konnektoren til Visma Flyt skal handle.",
            "Hæv forbindelsens grænse",
        ),
    ];
    for (fault, owner, who, act) in texts {
        stop(&house, fault, owner);
        let page = read(&mut visitor, "/t/nordvik", "da").await.body;
        assert!(page.contains(who), "{fault}: {page}");
        assert!(page.contains(act), "{fault}: {page}");
    }
}

#[tokio::test]
async fn support_is_sent_the_steps_and_no_word_about_a_person() {
    let house = House::new().await;
    stop(&house, "internal", "support");
    house.desk.change("nordvik", |truth| {
        let wait = truth.cycle.waits.as_mut().unwrap();
        wait.message = "Ida Nygård, born 2012-04-01, has no school".to_owned();
        let step = truth.cycle.steps.first_mut().unwrap();
        step.note = Some("Ida Nygård was left out".to_owned());
    });
    let mut viewer = house.came("Ole Lund", "nordvik", Role::Viewer).await;
    let page = read(&mut viewer, "/t/nordvik/history/411", "da").await.body;
    assert!(
        page.replace("&#x2f;", "/")
            .contains("href=\"/t/nordvik/history/411/steps.json\" download>Hent forløbet"),
        "{page}"
    );
    let log = viewer.get("/t/nordvik/history/411/steps.json").await;
    assert_eq!(log.status, StatusCode::OK, "{}", log.body);
    assert!(!log.body.contains("Ida Nygård"), "{}", log.body);
    let told: serde_json::Value = serde_json::from_str(&log.body).unwrap();
    assert_eq!(told["cycle"]["id"], 411);
    assert_eq!(told["waits"]["reference"], "nordvik/411/5");
    assert_eq!(told["waits"]["fault"], "internal");
    assert_eq!(told["steps"].as_array().map(Vec::len), Some(9));
    assert_eq!(told["connections"][0]["connector"], "school-files");
    assert!(told.get("decisions").is_none());
    for nowhere in ["7", "x"] {
        let told = viewer
            .get(&format!("/t/nordvik/history/{nowhere}/steps.json"))
            .await;
        assert_eq!(told.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn forms_of_the_cycle_do_what_they_say() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Approver).await;
    house.desk.hold();
    let told = visitor.post("/t/nordvik/run", &[("task", "plan")]).await;
    assert_eq!(
        (told.status, told.location()),
        (StatusCode::SEE_OTHER, "/t/nordvik?done=plan")
    );
    let again = visitor.post("/t/nordvik/run", &[("task", "plan")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("role=\"alert\""), "{}", again.body);
    house.desk.let_go();
    let told = visitor.post("/t/nordvik/connections/check", &[]).await;
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(flaws(&told.body), Vec::<String>::new());
    let wrong = [("connection", "sis"), ("days", "400"), ("reason", "A < B & C")];
    let told = visitor.post("/t/nordvik/promotions", &wrong).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.body.contains("A &lt; B &amp; C</textarea>"), "{}", told.body);
    let right = [
        ("connection", "sis"),
        ("days", "10"),
        ("reason", "the school year changes"),
    ];
    let told = visitor.post("/t/nordvik/promotions", &right).await;
    assert_eq!(told.location(), "/t/nordvik?done=promotion");
    assert_eq!(deeds(&house.desk, "announce").len(), 1);
}

#[tokio::test]
async fn a_file_of_the_form_lands_in_the_inbox() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Operator).await;
    let csrf = visitor.csrf().await.unwrap();
    let form = |name: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--x\r\nContent-Disposition: form-data; \
             name=\"from\"\r\n\r\ncycle\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\nid;name\r\n1;Anna\r\n--x--\r\n"
        )
    };
    let send = |body: String| {
        Request::post("/t/nordvik/connections/sis/files")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap()
    };
    let told = visitor.send(send(form("elever.csv"))).await;
    assert_eq!(
        (told.status, told.location()),
        (StatusCode::SEE_OTHER, "/t/nordvik?done=file"),
        "{}",
        told.body
    );
    let file = house.desk.inbox_of("nordvik", "sis").join("elever.csv");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "id;name\r\n1;Anna");
    let told = visitor.send(send(form("elever.csv"))).await;
    assert_eq!(told.location(), "/t/nordvik?done=file-replaced");
    let page = visitor.get(told.location()).await.body;
    assert!(
        page.contains("has taken the place of the one of its name"),
        "{page}"
    );
    assert!(page.contains("<code>elever.csv</code>"), "{page}");
    let told = visitor.send(send(form("../x"))).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert!(
        told.body.contains("role=\"alert\"") && told.body.contains("What you can do"),
        "{}",
        told.body
    );
    assert_eq!(
        hidden(&told, "back"),
        "/t/nordvik",
        "what leads on leads to a page"
    );
    let told = visitor.send(send(form(""))).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_decision_is_about_what_was_looked_at() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Approver).await;
    let page = visitor.get("/t/nordvik/halt").await;
    let digest = hidden(&page, "digest");
    let stale = [
        ("digest", "b3:0"),
        ("verdict", "release"),
        ("reason", "the school year changes"),
    ];
    let told = visitor.post("/t/nordvik/halt", &stale).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(
        told.body.contains("the school year changes</textarea>"),
        "{}",
        told.body
    );
    assert!(
        told.body.contains(&format!("value=\"{digest}\"")),
        "the page shows how it is now"
    );
    let silent = [
        ("digest", digest.as_str()),
        ("verdict", "reject"),
        ("reason", "  "),
    ];
    let told = visitor.post("/t/nordvik/halt", &silent).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [
        ("digest", digest.as_str()),
        ("verdict", "release-as-promotion"),
        ("reason", "the school year changes"),
    ];
    let told = visitor.post("/t/nordvik/halt", &right).await;
    assert_eq!(
        (told.status, told.location()),
        (StatusCode::SEE_OTHER, "/t/nordvik")
    );
    let decided = deeds(&house.desk, "decide");
    assert!(
        decided.last().unwrap().contains("ReleaseAsPromotion"),
        "{decided:?}"
    );
    let page = visitor.get("/t/nordvik/halt").await;
    assert!(page.body.contains("Nothing is halted"), "{}", page.body);
}

#[tokio::test]
async fn it_takes_two_where_it_says_so() {
    let house = House::new().await;
    let mut first = house.came("Karen Holm", "solborg", Role::Approver).await;
    let mut second = house.came("Ole Lund", "solborg", Role::Approver).await;
    let page = first.get("/t/solborg/halt").await;
    let digest = hidden(&page, "digest");
    let yes = [
        ("digest", digest.as_str()),
        ("verdict", "release"),
        ("reason", "it is right"),
    ];
    let told = first.post("/t/solborg/halt", &yes).await;
    assert_eq!(told.location(), "/t/solborg/halt?first=true");
    let page = first.get("/t/solborg/halt").await;
    assert!(page.body.contains("You have said yes"), "{}", page.body);
    let told = second.post("/t/solborg/halt", &yes).await;
    assert_eq!(told.location(), "/t/solborg");
}

#[tokio::test]
async fn a_case_is_answered_and_the_answer_taken_back() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Approver).await;
    let page = visitor.get("/t/nordvik/cases/300").await;
    let (_, from) = page.body.split_once("value=\"link:").unwrap();
    let choice = format!("link:{}", from.split('"').next().unwrap());
    let told = visitor
        .post("/t/nordvik/cases/300", &[("choice", choice.as_str())])
        .await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
    let answer = [("choice", choice.as_str()), ("reason", "the same address")];
    let told = visitor.post("/t/nordvik/cases/300", &answer).await;
    assert_eq!(told.location(), "/t/nordvik/cases/300", "{}", told.body);
    let told = visitor.post("/t/nordvik/cases/300", &answer).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "it is answered already");
    let told = visitor
        .post("/t/nordvik/cases/300/undo", &[("reason", "a mistake")])
        .await;
    assert_eq!(told.status, StatusCode::SEE_OTHER);
    assert_eq!(deeds(&house.desk, "undo_case"), ["300 a mistake"]);
    assert_eq!(
        visitor.get("/t/nordvik/cases/none").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_target_is_enrolled_for_good_with_the_acknowledgement() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Approver).await;
    let page = visitor.get("/t/nordvik/enrolment").await;
    let (check, left_out) = (hidden(&page, "check"), hidden(&page, "acknowledge"));
    let bare = [("check", check.as_str()), ("final", "yes"), ("reason", "agreed")];
    let told = visitor.post("/t/nordvik/enrolment/canvas", &bare).await;
    assert_eq!(
        told.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "without the acknowledgement"
    );
    let whole = [bare.as_slice(), &[("acknowledge", left_out.as_str())]].concat();
    let told = visitor.post("/t/nordvik/enrolment/canvas", &whole).await;
    assert_eq!(told.location(), "/t/nordvik/enrolment", "{}", told.body);
    assert!(
        deeds(&house.desk, "enrol")
            .iter()
            .any(|wish| wish.contains("agreed"))
    );
    let told = visitor.post("/t/nordvik/enrolment/library/check", &[]).await;
    assert_eq!(told.location(), "/t/nordvik/enrolment", "{}", told.body);
}

#[tokio::test]
async fn a_page_of_targets_notices_by_itself_that_a_check_begins_and_ends() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Operator).await;
    house.desk.hold();
    // The page is there before anybody asks for a check.
    let page = visitor.get("/t/nordvik/enrolment").await.body;
    assert!(!page.contains("The check is under way"), "{page}");
    assert!(page.contains("hx-trigger=\"sse:check-library\""), "{page}");
    let (_, from) = page.split_once("sse-connect=\"").unwrap();
    let stream = from.split('"').next().unwrap().to_owned();
    let told = visitor.post("/t/nordvik/enrolment/library/check", &[]).await;
    assert_eq!(told.location(), "/t/nordvik/enrolment", "{}", told.body);
    let response = visitor
        .open(Request::get(&stream).body(Body::empty()).unwrap())
        .await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    let mut next = async || {
        let octets = events.next().await.unwrap().unwrap();
        String::from_utf8(octets.to_vec()).unwrap()
    };
    let begun = next().await;
    assert!(begun.ends_with("event: check-library\ndata:\n\n"), "{begun}");
    assert!(!begun.contains("check-canvas"), "{begun}");
    let page = visitor.get("/t/nordvik/enrolment").await.body;
    assert_eq!(page.matches("The check is under way").count(), 1, "{page}");
    assert!(
        !page.contains("/enrolment/library/check\""),
        "it is not asked for twice"
    );
    house.desk.let_go();
    let ended = next().await;
    assert!(ended.contains("event: check-library\n"), "{ended}");
    let page = visitor.get("/t/nordvik/enrolment").await.body;
    assert!(!page.contains("The check is under way"), "{page}");
    // Whoever comes again says what it was told last.
    let (_, last) = ended.split_once("id: ").unwrap();
    let again = Request::get(&stream).header("last-event-id", last.lines().next().unwrap());
    let response = visitor.open(again.body(Body::empty()).unwrap()).await;
    let mut events = response.into_body().into_data_stream();
    house.desk.hold();
    visitor.post("/t/nordvik/enrolment/os2mo/check", &[]).await;
    let octets = events.next().await.unwrap().unwrap();
    let first = String::from_utf8(octets.to_vec()).unwrap();
    assert!(
        first.contains("check-os2mo") && !first.contains("check-library"),
        "{first}"
    );
    house.desk.let_go();
}

#[tokio::test]
async fn what_a_person_should_see_to_is_a_list_that_opens() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Viewer).await;
    let page = visitor.get("/t/nordvik").await.body;
    for (address, said) in [
        ("/t/nordvik/findings", "3 objects that a person should see to"),
        (
            "/t/nordvik/journal#aside",
            "7 objects are set aside and tried again",
        ),
    ] {
        assert!(
            page.contains(&format!("<a href=\"{address}\">{said}</a>")),
            "{page}"
        );
    }
    let page = visitor.get("/t/nordvik/findings").await.body;
    assert_eq!(page.matches("is in no source").count(), 50, "{page}");
    assert!(
        page.contains("/people?q=S0000/0\""),
        "the key may hold a slash: {page}"
    );
    assert_eq!(
        page.matches("/people?q=").count(),
        49,
        "a key that is concealed is not searched for"
    );
    assert!(
        page.contains("/t/nordvik/findings?after=50\" rel=\"next\""),
        "{page}"
    );
    let page = visitor.get("/t/nordvik/findings?after=50").await.body;
    assert_eq!(page.matches("is in no source").count(), 10, "{page}");
    house.desk.change("nordvik", |truth| truth.subjects.clear());
    let page = visitor.get("/t/nordvik/findings").await.body;
    assert!(page.contains("There are no objects to see to."), "{page}");
}

#[tokio::test]
async fn a_language_is_kept_and_leads_nowhere_else() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Viewer).await;
    let told = visitor
        .post("/language", &[("language", "da"), ("back", "/t/nordvik/cases")])
        .await;
    assert_eq!(told.location(), "/t/nordvik/cases");
    assert!(told.set_cookie()[0].contains("Max-Age=31536000"));
    assert!(
        visitor
            .get("/t/nordvik/cases")
            .await
            .body
            .contains("<html lang=\"da\">")
    );
    for back in ["//example.org", "https://example.org", ""] {
        let told = visitor
            .post("/language", &[("language", "sv"), ("back", back)])
            .await;
        assert_eq!(told.location(), "/", "{back}");
    }
    let told = visitor.post("/language", &[("language", "tlh")]).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn who_watches_sees_the_steps_and_what_becomes_of_them() {
    let house = House::new().await;
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Approver).await;
    let response = visitor
        .open(Request::get("/t/nordvik/live").body(Body::empty()).unwrap())
        .await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    let mut next = async || {
        let octets = events.next().await.unwrap().unwrap();
        String::from_utf8(octets.to_vec()).unwrap()
    };
    let first = next().await;
    assert!(first.starts_with("event: steps\ndata: "), "{first}");
    assert!(!first.contains("<form"), "nothing that is typed in is replaced");
    house
        .desk
        .change("nordvik", |truth| truth.cycle.steps[2].look = Look::Done);
    house.desk.hold();
    visitor.post("/t/nordvik/run", &[("task", "cycle")]).await;
    let mut said = next().await;
    while !said.contains("event: said") {
        said = next().await;
    }
    assert!(said.contains("Bibliofil: Done"), "{said}");
    house.desk.let_go();
}
