//! `samklang mapping test`: what a class's mapping gives for chosen objects, value by value. Everything is taken from what is kept, no
//! system is asked and nothing is written.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use samklang_core::Value;
use samklang_core::mapping::{Inbound, Outbound, Trial, Tried};
use samklang_core::port::{Clock as _, Store as _};
use samklang_cycle::try_mapping;
use samklang_store::TenantStore;
use serde_json::json;
use uuid::Uuid;

use super::Context;
use crate::configuration::{Fitted, Use};
use crate::desk::people::conceal::{CONCEALED, Sensitive, blot, blot_json};
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, Tone};
use crate::wiring::SystemClock;

/// Entities that a key may mean.
const MEANT: u32 = 5;

/// The mappings of a tenant.
#[derive(Debug, Subcommand)]
pub(crate) enum Mapping {
    /// Show what comes out of a mapping for chosen objects, value by value.
    Test(Test),
}

/// Arguments of `mapping test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The connection whose mapping is tried.
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The class of the connection.
    #[arg(value_name = "CLASS")]
    class: String,
    /// Objects by key; for a target also an entity by UUID, user name or a part of a name.
    #[arg(value_name = "KEY", conflicts_with = "sample")]
    keys: Vec<String>,
    /// Some objects of many, without choosing.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    sample: u32,
}

/// A trial and what it is of.
struct Shown {
    direction: &'static str,
    of: String,
    entity: Option<Uuid>,
    trial: Trial,
    /// Texts that are never shown.
    secrets: Vec<String>,
}

pub(super) async fn run(context: &Context, mapping: &Mapping) -> Result<Exit, Failure> {
    let Mapping::Test(test) = mapping;
    let (tenant, premises) = context.tenant(&test.dir).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let sensitive = Sensitive::of(&fitted);
    let mappings = &fitted
        .tenant
        .connections
        .get(&test.connection)
        .ok_or_else(|| {
            let known: Vec<&str> = fitted.tenant.connections.keys().map(String::as_str).collect();
            Failure::Usage(format!(
                "there is no connection `{}`; there is: {}",
                test.connection,
                known.join(", ")
            ))
        })?
        .mappings;
    let inbound = mappings.inbound.get(&test.class);
    let outbound = mappings.outbound.get(&test.class);
    if inbound.is_none() && outbound.is_none() {
        let known: Vec<&str> = mappings
            .inbound
            .keys()
            .chain(mappings.outbound.keys())
            .map(String::as_str)
            .collect();
        return Err(Failure::Usage(format!(
            "the connection `{}` maps no class `{}`; it maps: {}",
            test.connection,
            test.class,
            known.join(", ")
        )));
    }
    let mut shown = Vec::new();
    if let Some(inbound) = inbound {
        shown.extend(try_inbound(&store, test, inbound, &fitted).await?);
    }
    if let Some(outbound) = outbound {
        shown.extend(try_outbound(&store, test, outbound, &fitted, &sensitive).await?);
    }
    if shown.is_empty() {
        return Err(Failure::Usage(if test.keys.is_empty() {
            format!(
                "there is nothing yet to try the class `{}` on: run an import first (`samklang plan`)",
                test.class
            )
        } else {
            format!("no object or entity is known by: {}", test.keys.join(", "))
        }));
    }
    let failed = shown
        .iter()
        .flat_map(|one| {
            one.trial
                .when
                .iter()
                .chain(&one.trial.key)
                .chain(&one.trial.fields)
        })
        .any(|tried| tried.result.is_err());
    let masks = Masks {
        test,
        inbound,
        sensitive: &sensitive,
    };
    context.screen.document(&json!({
        "tenant": fitted.tenant.name,
        "connection": test.connection,
        "class": test.class,
        "objects": shown.iter().map(|one| masks.json(one)).collect::<Vec<_>>(),
    }));
    for one in &shown {
        masks.show(context.screen, one);
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

async fn try_inbound(
    store: &TenantStore,
    test: &Test,
    inbound: &Inbound,
    fitted: &Fitted,
) -> Result<Vec<Shown>, Failure> {
    let objects = if test.keys.is_empty() {
        store
            .sample_objects(&test.connection, &test.class, test.sample)
            .await?
    } else {
        store
            .objects_by_key(&test.connection, &test.class, &test.keys)
            .await?
    };
    let description = fitted
        .openings
        .get(&test.connection)
        .map(|opening| &opening.connector.description);
    let secret = |name: &str| {
        description
            .and_then(|description| description.class(&test.class)?.attribute(name))
            .is_some_and(|attribute| attribute.sensitive)
    };
    Ok(objects
        .into_iter()
        .map(|(key, attributes)| Shown {
            direction: "inbound",
            of: key,
            entity: None,
            secrets: attributes
                .iter()
                .filter(|(name, _)| secret(name))
                .filter_map(|(_, value)| value.as_text().map(str::to_owned))
                .collect(),
            trial: inbound.trial(attributes),
        })
        .collect())
}

async fn try_outbound(
    store: &TenantStore,
    test: &Test,
    outbound: &Outbound,
    fitted: &Fitted,
    sensitive: &Sensitive,
) -> Result<Vec<Shown>, Failure> {
    let mut ids: Vec<Uuid> = Vec::new();
    if test.keys.is_empty() {
        ids = store.sample_entities(outbound.entity, test.sample).await?;
    } else {
        let shadows = store.shadows(&test.connection, &test.class, &test.keys).await?;
        ids.extend(shadows.into_iter().filter_map(|shadow| shadow.entity));
        for key in &test.keys {
            let meant = store.find_entities(key.trim(), MEANT).await?;
            ids.extend(
                meant
                    .into_iter()
                    .filter(|entity| entity.kind == outbound.entity)
                    .map(|entity| entity.id),
            );
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    let now = SystemClock.now();
    let trials = try_mapping(store, &fitted.tenant, now, &test.connection, &test.class, &ids).await?;
    let entities = store.entities(&ids).await?;
    Ok(trials
        .into_iter()
        .map(|(id, trial)| {
            let entity = entities.iter().find(|entity| entity.id == id);
            Shown {
                direction: "outbound",
                of: id.to_string(),
                entity: Some(id),
                secrets: entity.map(|entity| sensitive.texts(entity)).unwrap_or_default(),
                trial,
            }
        })
        .collect())
}

/// Shows trials without what is sensitive.
struct Masks<'a> {
    test: &'a Test,
    inbound: Option<&'a Inbound>,
    sensitive: &'a Sensitive,
}

impl Masks<'_> {
    /// Whether a field, or what it uses, is sensitive.
    fn secret(&self, one: &Shown, name: &str) -> bool {
        let name = name.strip_prefix("attributes.").unwrap_or(name);
        self.sensitive
            .native(&self.test.connection, &self.test.class, name)
            || (one.direction == "inbound"
                && self
                    .inbound
                    .is_some_and(|inbound| inbound.sensitive.contains(name)))
    }

    fn value(&self, one: &Shown, name: &str, value: &Value) -> serde_json::Value {
        if value.is_absent() {
            serde_json::Value::Null
        } else if self.secret(one, name) {
            CONCEALED.into()
        } else {
            blot_json(value.to_json(), &one.secrets)
        }
    }

    fn json(&self, one: &Shown) -> serde_json::Value {
        let tried = |tried: &Tried| {
            let inputs: serde_json::Map<String, serde_json::Value> = tried
                .inputs
                .iter()
                .map(|(name, value)| (name.clone(), self.value(one, name, value)))
                .collect();
            let (value, error) = match &tried.result {
                Ok(value) => (self.value(one, &tried.field, value), None),
                Err(cause) => (serde_json::Value::Null, Some(blot(cause, &one.secrets))),
            };
            json!({
                "field": tried.field,
                "template": tried.template,
                "inputs": inputs,
                "value": value,
                "error": error,
            })
        };
        json!({
            "direction": one.direction,
            "key": one.entity.is_none().then(|| blot(&one.of, &one.secrets)),
            "entity": one.entity,
            "in_scope": in_scope(&one.trial),
            "when": one.trial.when.as_ref().map(tried),
            "target_key": one.trial.key.as_ref().map(tried),
            "fields": one.trial.fields.iter().map(tried).collect::<Vec<_>>(),
        })
    }

    fn show(&self, screen: Screen, one: &Shown) {
        screen.heading(&format!(
            "{} {}/{} {}{}",
            one.direction,
            self.test.connection,
            self.test.class,
            blot(&one.of, &one.secrets),
            if in_scope(&one.trial) {
                ""
            } else {
                " (out of scope)"
            }
        ));
        let mut table = screen.new_table(&["field", "value", "template", "uses"]);
        let parts = one
            .trial
            .when
            .iter()
            .chain(&one.trial.key)
            .chain(&one.trial.fields);
        for tried in parts {
            let (value, tone) = match &tried.result {
                Ok(value) if value.is_absent() => ("·".to_owned(), Tone::Faint),
                Ok(value) => (plain(&self.value(one, &tried.field, value)), Tone::Plain),
                Err(cause) => (format!("error: {}", blot(cause, &one.secrets)), Tone::Bad),
            };
            let uses: Vec<String> = tried
                .inputs
                .iter()
                .map(|(name, value)| format!("{name} = {}", plain(&self.value(one, name, value))))
                .collect();
            let field = tried.field.strip_prefix("attributes.").unwrap_or(&tried.field);
            table.add_row(vec![
                screen.cell(field, Tone::Plain),
                screen.cell(value, tone),
                screen.cell(&tried.template, Tone::Faint),
                screen.cell(uses.join("\n"), Tone::Faint),
            ]);
        }
        screen.table(&table);
    }
}

/// Whether the condition holds.
fn in_scope(trial: &Trial) -> bool {
    trial.when.as_ref().is_none_or(|when| {
        when.result.as_ref().is_ok_and(|value| {
            !matches!(value, Value::Absent | Value::Boolean(false) | Value::Integer(0))
                && !matches!(value.as_text(), Some("false" | "False"))
        })
    })
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "·".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
