//! What a connector says of itself, for people.

use samklang_core::connector::{Need, Writable};

use crate::configuration::Installed;
use crate::screen::{Screen, Tone, grouped};

pub(super) fn show(screen: Screen, installed: &Installed) {
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
            Need::Signing { name, purpose } => format!("  signing `{name}`: {purpose}"),
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

pub(super) fn kilobytes(size: u64) -> String {
    format!("{} kB", grouped(size.div_ceil(1000)))
}
