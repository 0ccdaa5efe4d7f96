//! A GraphQL request from its body to its answer: parsed and validated against the version's schema, then executed. Every
//! outcome is an HTTP 200; what went wrong is in the body.

use super::resolve::{Root, Scope};
use apollo_compiler::ast::{Definition, Document, Selection, Value as Literal};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{GraphQLError, JsonMap};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Node, Schema};
use serde_json::{Value, json};

/// The body of a request.
pub(super) struct Request {
    query: String,
    variables: JsonMap,
    operation: Option<String>,
}

impl Request {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let variables = match body.get("variables") {
            None | Some(Value::Null) => JsonMap::new(),
            Some(variables) => serde_json::from_value(variables.clone()).ok()?,
        };
        let operation = match body.get("operationName") {
            None | Some(Value::Null) => None,
            Some(name) => Some(name.as_str()?.to_owned()),
        };
        Some(Self {
            query: body.get("query")?.as_str()?.to_owned(),
            variables,
            operation,
        })
    }
}

/// What a caller without a valid token gets.
pub(super) fn unauthenticated() -> Value {
    json!({"data": null, "errors": [{"message": "User is not authenticated"}]})
}

/// Answers a request.
pub(super) fn answer(schema: &Valid<Schema>, request: &Request, scope: Scope<'_>) -> Value {
    let document =
        match ExecutableDocument::parse_and_validate(schema, request.query.as_str(), "query.graphql") {
            Ok(document) => document,
            Err(invalid) => return failed(&messages(&invalid.errors)),
        };
    let run = || {
        let operation = document.operations.get(request.operation.as_deref())?;
        coerce_variable_values(schema, operation, &request.variables)
    };
    let variables = match run() {
        Ok(variables) => variables,
        Err(error) => return failed(&[error.to_graphql_error(&document.sources)]),
    };
    let document = without_missing(schema, &request.query, &variables).unwrap_or(document);
    let root = Root(scope);
    let execution = Execution::new(schema, &document)
        .enable_schema_introspection(true)
        .coerced_variable_values(&variables)
        .operation_name(request.operation.as_deref())
        .and_then(|execution| execution.execute_sync(&root));
    match execution {
        Ok(response) => {
            let mut body = json!({"data": response.data});
            let errors: Vec<GraphQLError> = response.errors.into_iter().map(in_own_words).collect();
            if !errors.is_empty() {
                body["errors"] = json!(errors);
            }
            body
        }
        Err(error) => failed(&[error.to_graphql_error(&document.sources)]),
    }
}

fn failed(errors: &[GraphQLError]) -> Value {
    json!({"data": null, "errors": errors})
}

/// A resolver's message without what the executor puts before it.
fn in_own_words(mut error: GraphQLError) -> GraphQLError {
    if let Some(message) = error.message.strip_prefix("resolver error: ") {
        error.message = message.to_owned();
    }
    error
}

/// The messages in the words of the reference implementation, with its single quotes. An unknown field leaves its parent
/// without a selection here, which the reference does not complain about.
fn messages(errors: &DiagnosticList) -> Vec<GraphQLError> {
    let all: Vec<GraphQLError> = errors
        .iter()
        .map(|diagnostic| {
            let mut error = diagnostic.unstable_to_json_compat();
            error.message = error.message.replace('"', "'");
            error
        })
        .collect();
    let unknown = all
        .iter()
        .any(|error| error.message.starts_with("Cannot query field"));
    let follows = |error: &GraphQLError| error.message.contains("must have a selection of subfields");
    all.into_iter()
        .filter(|error| !(unknown && follows(error)))
        .collect()
}

/// The document without the keys of input objects whose variable was not given. The specification has such a key absent;
/// the executor would hand it on as null, which OS2MO tells apart.
fn without_missing(
    schema: &Valid<Schema>,
    query: &str,
    given: &JsonMap,
) -> Option<Valid<ExecutableDocument>> {
    let mut document = Document::parse(query, "query.graphql").ok()?;
    for definition in &mut document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                prune(&mut operation.make_mut().selection_set, given)
            }
            Definition::FragmentDefinition(fragment) => prune(&mut fragment.make_mut().selection_set, given),
            _ => {}
        }
    }
    // The original was valid, and taking an optional key away keeps it so.
    document.to_executable(schema).ok().map(Valid::assume_valid)
}

fn prune(selections: &mut [Selection], given: &JsonMap) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                for argument in &mut field.arguments {
                    prune_value(&mut argument.make_mut().value, given);
                }
                prune(&mut field.selection_set, given);
            }
            Selection::InlineFragment(fragment) => prune(&mut fragment.make_mut().selection_set, given),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn prune_value(value: &mut Node<Literal>, given: &JsonMap) {
    match value.make_mut() {
        Literal::Object(fields) => {
            fields.retain(|(_, value)| {
                value
                    .as_variable()
                    .is_none_or(|name| given.contains_key(name.as_str()))
            });
            for (_, value) in fields {
                prune_value(value, given);
            }
        }
        Literal::List(values) => values.iter_mut().for_each(|value| prune_value(value, given)),
        _ => {}
    }
}
