//! Every route of the server with somebody who has no business there. The routes are the router's own, so that a new one is walked by itself.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use samklang_server::{Role, description};
use samklang_store::Scope;
use serde_json::{Value, json};

use crate::desk::CASTS;
use crate::stage::{Stage, request};

/// The routes and the methods that each takes, as the router itself tells them.
pub fn routes(stage: &Stage) -> BTreeMap<String, Vec<Method>> {
    let told = format!("{:?}", stage.router());
    // `RouteId(7): "/t/{tenant}"` in the one list, `RouteId(7): MethodRouter(… allow_header: Bytes(b"GET,HEAD") …` in the other.
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let mut allowed: BTreeMap<String, String> = BTreeMap::new();
    for part in told.split("RouteId(").skip(1) {
        let Some((id, rest)) = part.split_once("): ") else {
            continue;
        };
        if let Some(path) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
            // What comes again belongs to the answer where there is no route.
            paths.entry(id.to_owned()).or_insert_with(|| path.to_owned());
        } else if let Some((_, methods)) = rest.split_once("allow_header: ") {
            let methods = methods.split_once("b\"").map_or("", |(_, methods)| methods);
            let methods = methods.split('"').next().unwrap_or_default();
            allowed.entry(id.to_owned()).or_insert_with(|| methods.to_owned());
        }
    }
    let routes = paths.into_iter().map(|(id, path)| {
        let methods = allowed.get(&id).map(String::as_str).unwrap_or_default();
        let methods = methods.split(',').filter_map(|method| method.parse().ok());
        (path, methods.collect::<Vec<Method>>())
    });
    routes.collect()
}

/// An address of a route, in the first tenant.
pub fn address(route: &str) -> String {
    let truth = crate::desk::Truth::of(&CASTS[0]);
    let given = [
        ("{tenant}", "nordvik".to_owned()),
        ("{cycle}", "411".to_owned()),
        ("{case}", truth.cases[0].question.id.to_string()),
        ("{entity}", CASTS[0].id(0).to_string()),
        ("{connection}", "sis".to_owned()),
        ("{connector}", "active-directory".to_owned()),
        ("{target}", "ad".to_owned()),
        ("{file}", "elever.csv".to_owned()),
        ("{digest}", truth.connections[2].digest.clone()),
        ("{operation}", truth.operations[1].id.clone()),
    ];
    let mut address = route.to_owned();
    for (name, value) in given {
        address = address.replace(name, &value);
    }
    let entities = address.contains("/people/") || address.contains("/entities/");
    let id = if entities {
        CASTS[0].id(0).to_string()
    } else {
        truth.cases[0].question.id.to_string()
    };
    let mut whole = String::new();
    let mut rest = address.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        whole.push_str(before);
        whole.push_str(&id);
        rest = after.split_once('}').unwrap().1;
    }
    whole + rest
}

/// What an address of the API asks that cannot be left out.
pub fn question(route: &str) -> &'static str {
    if route.contains("/forecast") {
        return "?day=2027-08-01";
    }
    match route.rsplit('/').next().unwrap() {
        "entities" => "?text=anna",
        "mapping" => "?class=user",
        _ => "",
    }
}

#[tokio::test]
async fn the_router_tells_its_routes() {
    let stage = Stage::new().await;
    let routes = routes(&stage);
    assert!(
        routes["/api/v1/tenants/{tenant}"].contains(&Method::GET),
        "{routes:?}"
    );
    assert!(routes["/api/v1/tenants/{tenant}/halt/decision"].contains(&Method::POST));
    assert!(routes.contains_key("/"));
    let described = description().unwrap();
    for path in described["paths"].as_object().unwrap().keys() {
        assert!(routes.contains_key(path), "{path}");
    }
    let api = routes.keys().filter(|path| path.starts_with("/api/v1/"));
    let beside = ["/api/v1/openapi.json", "/api/v1/{*rest}"];
    for path in api.filter(|path| !beside.contains(&path.as_str())) {
        assert!(described["paths"].get(path).is_some(), "{path} is not described");
    }
}

#[tokio::test]
async fn nobody_gets_anything_of_a_tenant_where_they_are_nobody() {
    let stage = Stage::new().await;
    let stranger = stage.person_in("solborg", Role::Administrator).await;
    let mut walked = 0;
    for (route, methods) in routes(&stage) {
        let methods = if methods.is_empty() {
            vec![Method::GET, Method::POST, Method::PUT, Method::DELETE]
        } else {
            methods
        };
        for method in methods {
            for media in ["application/json", "application/x-www-form-urlencoded"] {
                let path = address(&route) + question(&route);
                stage.desk.forget_calls();
                let asked = request(method.clone(), &stranger, &path).header(header::CONTENT_TYPE, media);
                let body = if media.ends_with("json") {
                    json!({"reason": "out of curiosity"}).to_string()
                } else {
                    "reason=curiosity".to_owned()
                };
                let told = stage.ask(asked.body(Body::from(body)).unwrap()).await;
                walked += 1;
                let at = format!("{method} {path} as {media}: {} {}", told.status, told.text());
                if route.contains("{tenant}") {
                    assert_eq!(told.status, StatusCode::NOT_FOUND, "{at}");
                }
                let calls = stage.desk.calls();
                let there = calls
                    .iter()
                    .find(|call| call.tenant.as_deref() == Some("nordvik"));
                assert_eq!(there, None, "{at}");
                let text = told.text();
                for mark in CASTS[0].marks() {
                    assert!(!text.contains(mark), "{mark} in {at}");
                }
            }
        }
    }
    assert!(walked > 100, "{walked}");
}

#[tokio::test]
async fn a_stranger_without_a_name_gets_nothing() {
    let stage = Stage::new().await;
    for (route, methods) in routes(&stage)
        .into_iter()
        .filter(|(route, _)| route.contains("{tenant}"))
    {
        for method in methods {
            let path = address(&route);
            let asked = http::Request::builder().method(method).uri(&path);
            let told = stage.ask(asked.body(Body::empty()).unwrap()).await;
            assert!(
                told.status == StatusCode::UNAUTHORIZED || told.status.is_redirection(),
                "{path}: {}",
                told.status
            );
        }
    }
    assert_eq!(stage.desk.calls(), []);
}

/// A body that an operation takes.
pub fn body_for(path: &str, method: &str) -> Value {
    let rest = path.strip_prefix("/api/v1/tenants/{tenant}").unwrap_or(path);
    match (rest, method) {
        ("/runs", _) => json!({"task": "cycle"}),
        ("/halt/decision", _) => json!({"verdict": "reject", "reason": "wrong", "digest": "b3:1"}),
        ("/promotions", _) => json!({"connection": "sis", "reason": "a new year"}),
        ("/cases/{case}/answer", "post") => json!({"choice": "create", "reason": "nobody else"}),
        ("/enrolments/{connection}", _) => {
            json!({"check": 21, "acknowledge": 2, "final": true, "reason": "agreed"})
        }
        ("/entities/{entity}/overrides", _) => {
            json!({"attribute": "class", "value": "5B", "reason": "moved"})
        }
        ("/entities/{entity}/links", _) => json!({"object": "sis/person/4711", "reason": "the same"}),
        ("/connectors/{connector}/trials", _) => {
            json!({"digest": format!("sha256:{:064x}", 0xc0ff_ee0c_u64)})
        }
        ("/objects/errands", _) => json!({"object": "sis/person/4712", "reason": "asked for"}),
        ("/quarantine/retry", _) => json!({}),
        _ => json!({"reason": "because"}),
    }
}

#[tokio::test]
async fn a_role_that_is_too_low_does_nothing() {
    let described = description().unwrap();
    let roles = [Role::Viewer, Role::Operator, Role::Approver, Role::Administrator];
    let mut least: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        if !path.contains("{tenant}") || path.ends_with("/news") {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let verb: Method = method.to_uppercase().parse().unwrap();
            // What a former request has set going would mingle with this one.
            let stage = Stage::new().await;
            let mut needs = None;
            for role in roles {
                let person = stage.person_in("nordvik", role).await;
                let told = stage
                    .send(
                        verb.clone(),
                        &person,
                        &(address(path) + question(path)),
                        &body_for(path, method),
                    )
                    .await;
                if told.status == StatusCode::FORBIDDEN {
                    assert_eq!(told.problem(), "forbidden");
                    assert_eq!(stage.desk.calls(), [], "{verb} {path} as {role:?}");
                    assert_eq!(
                        needs, None,
                        "{verb} {path}: a lower role may and {role:?} may not"
                    );
                } else {
                    needs = needs.or(Some(role));
                }
            }
            let role = needs.unwrap().as_str().to_owned();
            if role != "viewer" {
                let rest = path.strip_prefix("/api/v1/tenants/{tenant}").unwrap();
                least.entry(role).or_default().push(format!("{verb} {rest}"));
            }
        }
    }
    let expected = BTreeMap::from([
        (
            "administrator".to_owned(),
            vec![
                "GET /connections/{connection}/inbox/{file}".to_owned(),
                "POST /connectors/{connector}/build".to_owned(),
                "GET /connectors/{connector}/trial".to_owned(),
                "POST /connectors/{connector}/trials".to_owned(),
                "GET /entities/{entity}/export".to_owned(),
                "POST /entities/{entity}/forget".to_owned(),
            ],
        ),
        (
            "approver".to_owned(),
            vec![
                "DELETE /cases/{case}/answer".to_owned(),
                "POST /cases/{case}/answer".to_owned(),
                "POST /enrolments/{connection}".to_owned(),
                "DELETE /entities/{entity}/links".to_owned(),
                "POST /entities/{entity}/links".to_owned(),
                "POST /entities/{entity}/overrides".to_owned(),
                "POST /halt/decision".to_owned(),
                "POST /promotions".to_owned(),
            ],
        ),
        (
            "operator".to_owned(),
            vec![
                "POST /connections/check".to_owned(),
                "PUT /connections/{connection}/inbox/{file}".to_owned(),
                "POST /connections/{connection}/link-jobs".to_owned(),
                "POST /enrolments/{connection}/checks".to_owned(),
                "POST /entities/{entity}/errands".to_owned(),
                "POST /objects/errands".to_owned(),
                "POST /quarantine/retry".to_owned(),
                "POST /retention/apply".to_owned(),
                "POST /runs".to_owned(),
            ],
        ),
    ]);
    assert_eq!(least, expected);
}

#[tokio::test]
async fn the_whole_desk_is_in_the_api() {
    let stage = Stage::new().await;
    let staff = stage.person("Staff", Scope::All, Role::Administrator).await;
    let described = description().unwrap();
    let mut asked = std::collections::BTreeSet::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        if path.ends_with("/news") {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let verb: Method = method.to_uppercase().parse().unwrap();
            let path_asked = address(path) + question(path);
            stage
                .send(verb, &staff, &path_asked, &body_for(path, method))
                .await;
            asked.extend(stage.desk.calls().into_iter().map(|call| call.deed));
        }
    }
    let source = include_str!("../../src/desk.rs");
    let methods = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("async fn "));
    let methods: Vec<&str> = methods.map(|line| line.split('(').next().unwrap()).collect();
    assert!(methods.len() > 30);
    // What the server asks by itself: who there is, whether the program answers, and having a task run, which the runner does later.
    for method in methods
        .iter()
        .filter(|method| !["tenants", "ready", "run"].contains(method))
    {
        assert!(asked.contains(method), "`{method}` is reached by no route");
    }
}
