//! `samklang connector list`, `inspect` and `install`.

use std::path::PathBuf;

use clap::Subcommand;
use samklang_core::connector::{Need, Writable};
use samklang_core::port::Clock as _;
use semver::Version;
use serde_json::json;

use super::Context;
use crate::configuration::Installed;
use crate::failure::{Exit, Failure};
use crate::installation::described;
use crate::screen::{Screen, Tone, grouped, moment, rfc3339};
use crate::wiring::SystemClock;

/// Commands about connectors.
#[derive(Debug, Subcommand)]
pub(crate) enum Connector {
    /// List the installed connectors.
    List,
    /// Show what a connector says of itself: classes, settings, what it asks for.
    Inspect {
        /// The name of an installed connector, with `@VERSION` if not the newest, or a file.
        #[arg(value_name = "NAME|FILE")]
        what: String,
    },
    /// Check a connector and install it.
    Install {
        /// The component: a .wasm file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(super) async fn run(context: &Context, connector: Connector) -> Result<Exit, Failure> {
    match connector {
        Connector::List => list(context).await,
        Connector::Inspect { what } => inspect(context, &what).await,
        Connector::Install { file } => install(context, &file).await,
    }
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let screen = context.screen;
    let premises = context.premises(None).await?;
    let mut documents = Vec::new();
    let mut table = screen.new_table(&["name", "version", "system", "vendor", "size", "installed"]);
    for record in premises.connectors().await? {
        let installed = described(&record)?;
        documents.push(json!({
            "name": record.name,
            "version": record.version,
            "system": installed.description.system,
            "vendor": installed.description.vendor,
            "digest": record.digest,
            "size": record.size,
            "installed": rfc3339(record.installed),
        }));
        table.add_row(vec![
            screen.cell(&record.name, Tone::Plain),
            screen.cell(&record.version, Tone::Plain),
            screen.cell(&installed.description.system, Tone::Plain),
            screen.cell(&installed.description.vendor, Tone::Plain),
            screen.cell(kilobytes(record.size), Tone::Plain),
            screen.cell(moment(record.installed), Tone::Faint),
        ]);
    }
    if documents.is_empty() {
        screen.line("no connector is installed; install one: samklang connector install FILE");
    } else {
        screen.table(&table);
    }
    screen.document(&json!({ "connectors": documents }));
    Ok(Exit::Done)
}

async fn install(context: &Context, file: &std::path::Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let premises = context.premises(None).await?;
    let (record, replaced) = premises.install(file, SystemClock.now()).await?;
    screen.document(&json!({
        "name": record.name,
        "version": record.version,
        "digest": record.digest,
        "size": record.size,
        "replaced": replaced,
    }));
    let instead = if replaced {
        "; it takes the place of another build of the same version"
    } else {
        ""
    };
    screen.line(format!(
        "{} {} is installed ({}){instead}",
        record.name,
        record.version,
        kilobytes(record.size)
    ));
    screen.line(format!(
        "what it offers and asks for: samklang connector inspect {}",
        record.name
    ));
    Ok(Exit::Done)
}

async fn inspect(context: &Context, what: &str) -> Result<Exit, Failure> {
    let premises = context.premises(None).await?;
    let file = std::path::Path::new(what);
    let installed = if file.is_file() {
        let component = premises.sandbox()?.load_file(file).await?;
        Installed {
            digest: component.digest().to_owned(),
            description: component.description().clone(),
        }
    } else {
        let (name, version) = what
            .split_once('@')
            .map_or((what, None), |(name, version)| (name, Some(version)));
        let all = premises.connectors().await?;
        let record = all
            .iter()
            .filter(|record| record.name == name && version.is_none_or(|version| record.version == version))
            .max_by_key(|record| Version::parse(&record.version).ok());
        match record {
            Some(record) => described(record)?,
            None => {
                let names: Vec<String> = all
                    .iter()
                    .map(|record| format!("{}@{}", record.name, record.version))
                    .collect();
                let names = if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                };
                return Err(Failure::Usage(format!(
                    "`{what}` is neither an installed connector nor a file; installed: {names}"
                )));
            }
        }
    };
    context
        .screen
        .document(&json!({ "digest": installed.digest, "description": *installed.description }));
    show(context.screen, &installed);
    Ok(Exit::Done)
}

fn show(screen: Screen, installed: &Installed) {
    let description = &installed.description;
    screen.line(format!(
        "{} {}: {}, by {}",
        description.name, description.version, description.system, description.vendor
    ));
    screen.line(format!("sha256 {}", installed.digest));
    screen.heading("asks for");
    for need in &description.needs {
        screen.line(match need {
            Need::Http {
                name,
                origin,
                purpose,
                ..
            } => format!("  http `{name}` to {origin}: {purpose}"),
            Need::Ldap {
                name,
                origin,
                purpose,
                ..
            } => format!("  ldap `{name}` to {origin}: {purpose}"),
            Need::Inbox(purpose) => format!("  inbox: {purpose}"),
            Need::Outbox(purpose) => format!("  outbox: {purpose}"),
        });
    }
    if description.needs.is_empty() {
        screen.line("  nothing");
    }
    screen.heading("settings");
    settings(screen, &description.settings);
    for class in &description.classes {
        let actions: Vec<&str> = class.actions.iter().map(|action| action.as_str()).collect();
        let mut can = if class.readable { vec!["read"] } else { Vec::new() };
        can.extend(actions);
        screen.heading(&format!("class {} ({})", class.name, can.join(", ")));
        screen.line(&class.summary);
        let mut table = screen.new_table(&["attribute", "kind", "", "what it is"]);
        for attribute in &class.attributes {
            let kind = serde_json::to_value(attribute.kind).ok();
            let kind = kind
                .as_ref()
                .and_then(serde_json::Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let mut marks = Vec::new();
            if attribute.name == class.key {
                marks.push("key");
            }
            if attribute.required {
                marks.push("required");
            }
            if attribute.sensitive {
                marks.push("sensitive");
            }
            if attribute.writable == Writable::OnCreate {
                marks.push("on create");
            }
            table.add_row(vec![
                screen.cell(&attribute.name, Tone::Plain),
                screen.cell(
                    if attribute.multi_valued {
                        format!("{kind}s")
                    } else {
                        kind
                    },
                    Tone::Faint,
                ),
                screen.cell(marks.join(", "), Tone::Faint),
                screen.cell(&attribute.summary, Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
}

fn settings(screen: Screen, schema: &str) {
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap_or_default();
    let Some(properties) = schema.get("properties").and_then(serde_json::Value::as_object) else {
        return screen.line("  none");
    };
    let required = |name: &str| {
        schema
            .get("required")
            .and_then(serde_json::Value::as_array)
            .is_some_and(|list| list.iter().any(|item| item == name))
    };
    let mut table = screen.new_table(&["setting", "", "what it is"]);
    for (name, property) in properties {
        let text = ["description", "title"]
            .iter()
            .find_map(|key| property.get(key)?.as_str())
            .unwrap_or_default();
        let mark = match property.get("default") {
            _ if required(name) => "required".to_owned(),
            Some(default) => format!("else {default}"),
            None => String::new(),
        };
        table.add_row(vec![
            screen.cell(name, Tone::Plain),
            screen.cell(mark, Tone::Faint),
            screen.cell(text, Tone::Plain),
        ]);
    }
    screen.table(&table);
}

fn kilobytes(size: u64) -> String {
    format!("{} kB", grouped(size.div_ceil(1000)))
}
