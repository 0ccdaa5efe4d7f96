//! Requests to the GraphQL endpoint, and what the answers mean for the contract.
//!
//! Every outcome is HTTP 200, so the body decides: a fault with an `error_context` by its `error_key`, one without by its shape (`path`
//! means that a field could not be resolved, `locations` alone that the query was not accepted). A message is compared only with the two
//! fixed texts for which the server gives nothing else. Messages of resolved fields are never repeated: they may quote personal data.

use samklang_sdk::http::{Client, Failure};
use samklang_sdk::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use crate::queries::Query;
use crate::settings::Settings;

/// The answer to a request without a valid token.
const NOT_AUTHENTICATED: &str = "User is not authenticated";
/// The answer when a role is missing.
const NO_POLICY: &str = "No policy approved the access";

/// Speaks with the endpoint of one version.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    client: Client,
    version: u8,
}

#[derive(Debug, Deserialize)]
struct Faults {
    #[serde(default)]
    errors: Option<Vec<Fault>>,
}

#[derive(Debug, Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
    #[serde(default)]
    path: Option<Vec<Json>>,
    #[serde(default)]
    extensions: Option<Extensions>,
}

#[derive(Debug, Deserialize)]
struct Extensions {
    #[serde(default)]
    error_context: Option<ErrorContext>,
}

#[derive(Debug, Deserialize)]
struct ErrorContext {
    #[serde(default)]
    error_key: String,
}

#[derive(Debug, Deserialize)]
struct Data<T> {
    data: T,
}

impl Endpoint {
    pub(crate) fn new(settings: &Settings) -> Self {
        // A page of employees with all that belongs to them takes the server a while.
        let client = Client::new(&settings.url).timeout(std::time::Duration::from_mins(5));
        Self {
            client,
            version: settings.version,
        }
    }

    /// Sends a query and gives its data.
    pub(crate) fn ask<T: DeserializeOwned>(
        &self,
        query: Query,
        variables: &Map<String, Json>,
    ) -> Result<T, Error> {
        let body = json!({"query": query.text, "operationName": query.operation, "variables": variables});
        let response = self
            .client
            .post(format!("/graphql/v{}", self.version))
            .json(&body)
            .send()?;
        let response = response.ok().map_err(|failure| match failure {
            Failure::Refused(refused) if refused.status == 404 => Error::invalid_setting(
                "/version",
                format!(
                    "the server at this address has no GraphQL version {}: choose one that it serves",
                    self.version
                ),
            ),
            other => other.into(),
        })?;
        let faults: Faults = response.json()?;
        if let Some(error) = faults.errors.and_then(|faults| self.worst(query, &faults)) {
            return Err(error);
        }
        response.json::<Data<T>>().map(|data| data.data)
    }

    /// One error for all faults: a missing right tells the operator the most.
    fn worst(&self, query: Query, faults: &[Fault]) -> Option<Error> {
        let errors = faults.iter().map(|fault| self.error(query, fault));
        let mut errors: Vec<Error> = errors.collect();
        let at = errors
            .iter()
            .position(|error| matches!(error, Error::Unauthorised(_)))
            .unwrap_or(0);
        (at < errors.len()).then(|| errors.swap_remove(at))
    }

    fn error(&self, query: Query, fault: &Fault) -> Error {
        let operation = query.operation;
        let path: Vec<&str> = fault.path.iter().flatten().filter_map(Json::as_str).collect();
        let place = format!("{operation} at {}", path.join("."));
        if fault.message == NOT_AUTHENTICATED {
            return Error::Unauthorised("the server takes the request for one without a valid token".into());
        }
        if fault.message == NO_POLICY {
            let role = path.last().map_or("for the whole request", |field| role(field));
            return Error::Unauthorised(format!("the client lacks the role {role} ({place})"));
        }
        let context = fault
            .extensions
            .as_ref()
            .and_then(|extensions| extensions.error_context.as_ref());
        match context.map(|context| context.error_key.as_str()) {
            Some("E_UNAUTHORIZED") => {
                Error::Unauthorised(format!("{place} was answered with E_UNAUTHORIZED"))
            }
            Some("E_FORBIDDEN") => Error::Unauthorised(format!("{place} was answered with E_FORBIDDEN")),
            Some(key @ ("E_INTERNAL_ERROR" | "E_INTEGRATION_ERROR" | "E_UNKNOWN")) => {
                Error::Unreachable(format!("{place} was answered with {key}"))
            }
            Some(key @ ("E_INVALID_INPUT" | "E_INVALID_UUID" | "E_INVALID_TYPE")) => Error::Internal(
                format!("{place} was answered with {key}: the connector asks wrongly"),
            ),
            Some(key) => Error::invalid_data(place, format!("the server answered with {key}")),
            None if path.is_empty() => Error::Unsupported(format!(
                "the server does not accept {operation} in GraphQL version {}: {}; try another version in the settings",
                self.version, fault.message
            )),
            None => Error::invalid_data(place, "the server could not resolve this field"),
        }
    }
}

/// The realm role that a field needs.
pub(crate) fn role(field: &str) -> &'static str {
    match field {
        "org_units" | "org_unit_response" | "parent_response" | "ancestors" => "read_org_unit",
        "persons" | "employees" | "person_response" => "read_employee",
        "engagements"
        | "engagements_response"
        | "engagements_responses"
        | "engagement_response"
        | "engagements_span" => "read_engagement",
        "addresses" | "addresses_response" => "read_address",
        "itusers" | "itusers_response" | "ituser_response" => "read_ituser",
        "itsystem_response" | "it_system_response" => "read_itsystem",
        "managers" | "managers_response" | "manager_roles_response" => "read_manager",
        "kles_response" => "read_kle",
        "facet_response" => "read_facet",
        "org" => "read_org",
        _ => "read_class",
    }
}
