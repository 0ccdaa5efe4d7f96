//! The official schemas, where they are to be had.
#![allow(dead_code, reason = "each test uses its own part")]

use std::path::{Path, PathBuf};

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, request::coerce_variable_values};

/// The schema of a version. `None`, and one line that says so, where the schemas are not installed.
pub(crate) fn schema(version: u8) -> Option<Valid<Schema>> {
    let folder = std::env::var_os("SAMKLANG_SCHEMAS")
        .map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas"),
            PathBuf::from,
        )
        .join("os2mo");
    let file = folder.join(format!("schema.v{version}.graphql"));
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!(
            "no OS2MO schema in {}: queries are not checked against it (set SAMKLANG_SCHEMAS)",
            folder.display()
        );
        return None;
    };
    Some(Schema::parse_and_validate(text, file).expect("the official schema is valid"))
}

/// Whether a query is valid in a schema, with all faults as text when not.
pub(crate) fn validate(schema: &Valid<Schema>, text: &str) -> Result<Valid<ExecutableDocument>, String> {
    ExecutableDocument::parse_and_validate(schema, text, "query.graphql").map_err(|faults| faults.to_string())
}

/// Whether a whole request is valid: its text and the variables that go with it.
pub(crate) fn validate_request(schema: &Valid<Schema>, request: &serde_json::Value) -> Result<(), String> {
    let document = validate(schema, request["query"].as_str().expect("a query text"))?;
    let operation = document
        .operations
        .get(request["operationName"].as_str())
        .expect("the named operation");
    let variables = serde_json::from_value(request["variables"].clone()).expect("an object of variables");
    coerce_variable_values(schema, operation, &variables)
        .map(|_| ())
        .map_err(|fault| format!("{fault:?}"))
}
