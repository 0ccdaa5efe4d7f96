//! The description of the API (OpenAPI 3.1), made from the routes themselves. What holds for all of them, such as problems, is added here.

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::bounds::{Code, Name, Number};
use crate::problem::Problem;

/// What the description begins with.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Samklang",
        description = "Everything that the pages can do, and everything that the program can do about a tenant: what concerns files and keys of \
                       the machine stays with the program. An address holds a version; within a version members are added \
                       and none is renamed or removed. Times are RFC 3339 in UTC. Lists come in parts: give `next` of a part as `after`, or \
                       follow `Link`. What acts takes an `Idempotency-Key`: the same request with the same key is done once in 24 hours.",
        license(name = "MPL-2.0", identifier = "MPL-2.0")
    ),
    components(schemas(Problem, Code, Name, Number)),
    tags(
        (name = "tenants", description = "Who asks, and the tenants at a glance"),
        (name = "access", description = "Your tokens and sessions, and who may do what where"),
        (name = "cycles", description = "Cycles, and having one run"),
        (name = "halts", description = "What a guard has halted, and announced promotions"),
        (name = "cases", description = "Questions that a person answers"),
        (name = "enrolments", description = "Enrolment of targets"),
        (name = "entities", description = "Persons, units and whatever else the catalogue holds"),
        (name = "plans", description = "What would happen in the targets"),
        (name = "connections", description = "Connections, and files that arrive for them"),
        (name = "connectors", description = "Builds of connectors"),
        (name = "records", description = "The journal, what is set aside, what is over its time")
    )
)]
pub(super) struct Description;

/// Adds what holds for every operation, and writes the description.
pub(super) fn write(api: &utoipa::openapi::OpenApi) -> serde_json::Result<Value> {
    let mut api = serde_json::to_value(api)?;
    let secured = json!([{"token": []}, {"session": []}]);
    let methods = ["get", "put", "post", "delete", "patch"];
    let paths = api.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in methods {
            let operation = item.get_mut(method).and_then(Value::as_object_mut);
            if let Some(operation) = operation {
                describe(operation, path, method);
                operation.insert("security".to_owned(), secured.clone());
            }
        }
    }
    if let Some(components) = api.get_mut("components").and_then(Value::as_object_mut) {
        components.insert(
            "securitySchemes".to_owned(),
            json!({
                "token": {"type": "http", "scheme": "bearer", "description": "A token from the page of your account"},
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-samklang",
                    "description": "The session of a browser; what acts then needs the header `x-csrf-token` as well"
                }
            }),
        );
        components.insert("responses".to_owned(), problems());
    }
    Ok(api)
}

/// The problems that operations answer with, by status.
const PROBLEMS: [(&str, &str); 12] = [
    ("400", "The request cannot be read, or is out of bounds"),
    ("401", "Nobody is signed in"),
    ("403", "The role is not enough, or the form is not this session's"),
    ("404", "There is no such thing, or not for you"),
    ("409", "Something else came first"),
    ("413", "The body is too long"),
    ("415", "The body is of another kind than it has to be"),
    ("422", "It cannot be done; the detail says what would be right"),
    ("429", "Too many requests"),
    ("500", "It failed"),
    ("503", "The server is closing"),
    ("412", "There is one of this name, and it shall stay"),
];

fn problems() -> Value {
    let problems = PROBLEMS.iter().map(|(status, words)| {
        let body = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
        (
            format!("Problem{status}"),
            json!({"description": words, "content": body}),
        )
    });
    Value::Object(problems.collect())
}

/// Which problems an operation may answer with.
fn statuses(path: &str, method: &str) -> Vec<&'static str> {
    let mut statuses = vec!["400", "401", "429", "500", "503"];
    if path.contains('{') {
        statuses.extend(["403", "404", "422"]);
    }
    if path.ends_with("/support") {
        statuses.push("403");
    }
    if (path.contains("/access") || path.ends_with("/tokens")) && !path.contains('{') {
        statuses.extend(["403", "404", "422"]);
    }
    if method != "get" {
        statuses.extend(["409", "413", "415"]);
    }
    if method == "put" {
        statuses.push("412");
    }
    statuses
}

fn describe(operation: &mut Map<String, Value>, path: &str, method: &str) {
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        for parameter in parameters.iter_mut() {
            if let Some(schema) = parameter.get_mut("schema") {
                never_null(schema);
            }
        }
        if matches!(method, "post" | "delete" | "patch") {
            parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Has the request done once: the same request with the same key is answered as it was the first time",
                "schema": {"type": "string", "minLength": 16, "maxLength": 128, "pattern": "^[A-Za-z0-9_-]+$"}
            }));
        }
    }
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        for response in responses.values_mut() {
            if lists(response) {
                response["headers"] = json!({
                    "Link": {"description": "The next part, as `rel=\"next\"`", "schema": {"type": "string"}}
                });
            }
        }
        for status in statuses(path, method) {
            let problem = json!({"$ref": format!("#/components/responses/Problem{status}")});
            responses.insert(status.to_owned(), problem);
        }
    }
}

/// A query has no way to say null: what may be left out is left out.
fn never_null(schema: &mut Value) {
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(choices) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [only] = choices.as_slice() {
            *schema = only.clone();
        }
    }
}

/// The answer is a part of a list.
fn lists(response: &Value) -> bool {
    response
        .pointer("/content/application~1json/schema/$ref")
        .and_then(Value::as_str)
        .is_some_and(|name| name.contains("/Page_"))
}
