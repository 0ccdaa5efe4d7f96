//! The stand-in's own strictness, asked over HTTP as a connector would.

mod access;
#[path = "../../tests/client/mod.rs"]
mod client;
mod official;
mod paging;
mod shapes;
mod strictness;
mod time;

use super::{Builder, Os2mo};
use client::client;
use jiff::Timestamp;
use samklang_municipality::Municipality;
use serde_json::{Value, json};

/// Noon of the municipality's first day.
const NOW: &str = "2025-08-18T12:00:00+02:00";

fn builder(municipality: Municipality) -> Builder {
    let now: Timestamp = NOW.parse().unwrap();
    Os2mo::builder()
        .municipality(municipality)
        .client("integration_hub", "secret")
        .now(now)
}

fn server() -> Os2mo {
    builder(Municipality::new(1, 300)).start_blocking().unwrap()
}

fn sign_in(server: &Os2mo) -> String {
    let answer = client()
        .post(format!(
            "{}/realms/mo/protocol/openid-connect/token",
            server.auth_url()
        ))
        .body("grant_type=client_credentials&client_id=integration_hub&client_secret=secret")
        .header("content-type", "application/x-www-form-urlencoded")
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

fn post(server: &Os2mo, version: u16, token: Option<&str>, body: &Value) -> reqwest::blocking::Response {
    let request = client()
        .post(format!("{}/graphql/v{version}", server.url()))
        .json(body);
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
    .send()
    .unwrap()
}

/// The answer to a query; every GraphQL outcome is a 200.
fn ask(server: &Os2mo, version: u16, query: &str, variables: Value) -> Value {
    let token = sign_in(server);
    let answer = post(
        server,
        version,
        Some(&token),
        &json!({"query": query, "variables": variables}),
    );
    assert_eq!(answer.status(), 200);
    answer.json().unwrap()
}

/// The data of a query that must not fail.
fn data(server: &Os2mo, version: u16, query: &str, variables: Value) -> Value {
    let answer = ask(server, version, query, variables);
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    answer["data"].clone()
}

/// The first error of a query that must fail.
fn error(server: &Os2mo, version: u16, query: &str, variables: Value) -> String {
    let answer = ask(server, version, query, variables);
    assert_eq!(answer["data"], Value::Null, "{answer:#}");
    answer["errors"][0]["message"].as_str().unwrap().to_owned()
}
