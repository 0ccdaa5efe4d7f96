//! `samklang mapping test`: what a class's mapping gives for chosen objects, value by value. Everything is taken from what is kept, no
//! system is asked and nothing is written.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use samklang_server::view::{MappingTrial, TriedObject};
use serde_json::json;

use super::Context;
use crate::configuration::Use;
use crate::desk::mapping;
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, Tone};

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

pub(super) async fn run(context: &Context, command: &Mapping) -> Result<Exit, Failure> {
    let Mapping::Test(test) = command;
    let (tenant, premises) = context.tenant(&test.dir).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let wanted = mapping::Test {
        connection: &test.connection,
        class: &test.class,
        keys: &test.keys,
        sample: test.sample,
    };
    let trial = mapping::test(&store, &fitted, &wanted).await?;
    context.screen.document(&json!({
        "tenant": fitted.tenant.name,
        "connection": trial.connection,
        "class": trial.class,
        "objects": trial.objects,
    }));
    for one in &trial.objects {
        show(context.screen, &trial, one);
    }
    let mut tried = trial.objects.iter().flat_map(TriedObject::tried);
    Ok(if tried.any(|tried| tried.error.is_some()) {
        Exit::Failed
    } else {
        Exit::Done
    })
}

fn show(screen: Screen, trial: &MappingTrial, one: &TriedObject) {
    let entity = one.entity.map(|id| id.to_string());
    screen.heading(&format!(
        "{} {}/{} {}{}",
        one.direction,
        trial.connection,
        trial.class,
        one.key.as_ref().or(entity.as_ref()).map_or("", String::as_str),
        if one.in_scope { "" } else { " (out of scope)" }
    ));
    let mut table = screen.new_table(&["field", "value", "template", "uses"]);
    for tried in one.tried() {
        let (value, tone) = match (&tried.error, &tried.value) {
            (Some(cause), _) => (format!("error: {cause}"), Tone::Bad),
            (None, serde_json::Value::Null) => (plain(&tried.value), Tone::Faint),
            (None, value) => (plain(value), Tone::Plain),
        };
        let uses = tried.inputs.iter();
        let uses: Vec<String> = uses
            .map(|(name, value)| format!("{name} = {}", plain(value)))
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

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "·".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
