//! A target of the plainest kind, for measuring what an export costs beside the target's own work: each object is one
//! `PUT` or `DELETE` with a small JSON body, sent one after the other, as a first version of a connector would do it.

use samklang_sdk::http::{Client, segment};
use samklang_sdk::prelude::*;
use serde_json::{Map, Value as Json};

const ATTRIBUTES: [&str; 9] = [
    "username",
    "given_name",
    "family_name",
    "display_name",
    "email",
    "phone",
    "title",
    "unit",
    "status",
];

const SETTINGS: &str = r#"{
    "type": "object",
    "additionalProperties": false,
    "required": ["url"],
    "properties": { "url": { "type": "string", "description": "Where the target answers." } }
}"#;

/// What the operator sets.
#[derive(Debug, Deserialize)]
pub struct Settings {
    url: String,
}

/// The connector.
#[derive(Debug)]
pub struct Receiver {
    client: Client,
}

impl Connector for Receiver {
    type Settings = Settings;

    fn describe() -> Description {
        let attributes =
            ATTRIBUTES.map(|name| Attribute::text(name, format!("The account's {name}.")).writable());
        let account = Class::new("account", "An account.")
            .attribute(Attribute::text("id", "What the account is known by.").on_create())
            .key("id")
            .attributes(attributes)
            .actions([Action::Create, Action::Update, Action::Delete]);
        Description::new(
            "receiver",
            env!("CARGO_PKG_VERSION"),
            "Samklang",
            "A receiver of accounts",
        )
        .class(account)
        .settings_schema(SETTINGS)
        .mappings(include_str!("mappings.toml"))
        .need(Need::http("api", "{url}", "Send the accounts."))
        .limits(500, None)
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            client: Client::new(settings.url),
        })
    }

    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        operations.iter().map(|operation| self.send(operation)).collect()
    }
}

impl Receiver {
    fn send(&self, operation: &Operation) -> Result<Outcome, Error> {
        let path = format!("/accounts/{}", segment(&operation.key));
        let request = match operation.action {
            Action::Delete => self.client.delete(path),
            Action::Create | Action::Update => self
                .client
                .put(path)
                .json(&operation.desired_as::<Map<String, Json>>()?),
        };
        request.send()?.ok()?;
        Ok(Outcome::done(operation.key.clone()))
    }
}

samklang_sdk::export!(Receiver);
