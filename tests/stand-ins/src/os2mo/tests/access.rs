//! Who is let in, and what the doors say.

use super::{ask, builder, client, data, post, server, sign_in};
use crate::server::Fault;
use samklang_municipality::Municipality;
use serde_json::{Value, json};
use std::time::Duration;

const PERSONS: &str = "{ persons { objects { uuid } } }";

fn token(url: &str, body: &str) -> (u16, Value) {
    let answer = client()
        .post(format!("{url}/auth/realms/mo/protocol/openid-connect/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.to_owned())
        .send()
        .unwrap();
    (answer.status().as_u16(), answer.json().unwrap())
}

#[test]
fn tokens_are_given_for_the_right_secret_only() {
    let server = server();
    let right = "grant_type=client_credentials&client_id=integration_hub&client_secret=secret";
    let (status, body) = token(&server.url(), right);
    assert_eq!(
        (status, &body["expires_in"], &body["token_type"]),
        (200, &json!(300), &json!("Bearer"))
    );
    assert_eq!(
        (body["refresh_expires_in"].clone(), body.get("refresh_token")),
        (json!(0), None)
    );
    let (status, body) = token(&server.url(), &right.replace("secret=secret", "secret=wrong"));
    assert_eq!((status, &body["error"]), (401, &json!("unauthorized_client")));
    assert!(body["error_description"].is_string());
    let (status, body) = token(&server.url(), &right.replace("client_credentials", "password"));
    assert_eq!((status, &body["error"]), (400, &json!("unsupported_grant_type")));
}

#[test]
fn without_a_valid_token_the_answer_is_a_200_that_says_so() {
    let server = server();
    let refused = json!({"data": null, "errors": [{"message": "User is not authenticated"}]});
    let token = sign_in(&server);
    for bearer in [None, Some("made-up")] {
        let answer = post(&server, 29, bearer, &json!({"query": PERSONS}));
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.json::<Value>().unwrap(), refused);
    }
    let answer: Value = post(&server, 29, Some(&token), &json!({"query": PERSONS}))
        .json()
        .unwrap();
    assert!(answer["data"].is_object());
    server.expire_tokens();
    let answer: Value = post(&server, 29, Some(&token), &json!({"query": PERSONS}))
        .json()
        .unwrap();
    assert_eq!(answer, refused);
}

#[test]
fn a_token_without_life_is_refused_at_once() {
    let server = builder(Municipality::new(1, 100))
        .token_lifetime(Duration::ZERO)
        .start_blocking()
        .unwrap();
    let answer = ask(&server, 29, PERSONS, json!({}));
    assert_eq!(answer["errors"][0]["message"], "User is not authenticated");
}

#[test]
fn a_role_is_asked_for_when_a_field_leads_to_a_collection() {
    let server = super::Os2mo::builder()
        .municipality(Municipality::new(1, 100))
        .client_with_roles("integration_hub", "secret", &["read_employee"])
        .start_blocking()
        .unwrap();
    assert!(data(&server, 29, PERSONS, json!({}))["persons"].is_object());
    let query =
        "{ persons(limit: 1) { objects { uuid current { engagements_response { objects { uuid } } } } } }";
    let answer = ask(&server, 29, query, json!({}));
    assert_eq!(answer["errors"][0]["message"], "No policy approved the access");
    let path = json!(["persons", "objects", 0, "current", "engagements_response"]);
    assert_eq!(answer["errors"][0]["path"], path);
    // The field may not be null, so null climbs to the nearest that may.
    assert_eq!(answer["data"]["persons"]["objects"][0]["current"], Value::Null);
    let answer = ask(&server, 29, "{ org_units { objects { uuid } } }", json!({}));
    assert_eq!(
        (&answer["data"], &answer["errors"][0]["path"]),
        (&Value::Null, &json!(["org_units"]))
    );
    // Nobody resolves the relation of an empty list.
    let query = query.replace("limit: 1", "filter: {uuids: []}");
    assert_eq!(
        data(&server, 29, &query, json!({})),
        json!({"persons": {"objects": []}})
    );
}

#[test]
fn versions_that_are_not_served_are_not_found() {
    let server = server();
    let token = sign_in(&server);
    for version in [1, 21, 23, 31] {
        assert_eq!(
            post(&server, version, Some(&token), &json!({"query": PERSONS})).status(),
            404
        );
    }
    let sdl = |path: &str| client().get(format!("{}{path}", server.url())).send().unwrap();
    let answer = sdl("/graphql/v29/schema.graphql");
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
    assert!(answer.text().unwrap().starts_with('#'));
    assert_eq!(sdl("/graphql/v21/schema.graphql").status(), 404);
}

#[test]
fn faults_befall_the_requests_they_are_meant_for() {
    let server = server();
    let token = sign_in(&server);
    server.fail_next(1, Fault::status(503));
    assert_eq!(
        post(&server, 29, Some(&token), &json!({"query": PERSONS})).status(),
        503
    );
    assert_eq!(
        post(&server, 29, Some(&token), &json!({"query": PERSONS})).status(),
        200
    );
    let asked = server
        .requests()
        .into_iter()
        .filter(|request| request.path == "/graphql/v29")
        .count();
    assert_eq!(asked, 2);
}
