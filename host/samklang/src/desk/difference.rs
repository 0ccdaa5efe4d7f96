//! What two builds of a connector say differently of themselves, for whoever is to take one for the other.

use std::collections::BTreeMap;

use samklang_core::Description;
use samklang_core::connector::{Class, Need};

/// The differences, one sentence each: what is asked for first, since that is what a person has to grant.
pub(crate) fn between(before: &Description, now: &Description) -> Vec<String> {
    let mut found = Vec::new();
    let needs = |description: &Description| -> BTreeMap<String, String> {
        description.needs.iter().map(need).collect()
    };
    compare(
        "asks for",
        "asks no more for",
        &needs(before),
        &needs(now),
        &mut found,
    );
    for (name, (_, told)) in changed(&needs(before), &needs(now)) {
        found.push(format!("asks for {name} otherwise: {told}"));
    }
    let settings = |description: &Description| -> BTreeMap<String, String> {
        let schema: serde_json::Value = serde_json::from_str(&description.settings).unwrap_or_default();
        let properties = schema.get("properties").and_then(serde_json::Value::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, property)| (format!("the setting `{name}`"), property.to_string()))
            .collect()
    };
    compare("has", "lacks", &settings(before), &settings(now), &mut found);
    for name in changed(&settings(before), &settings(now)).keys() {
        found.push(format!("{name} is another"));
    }
    let classes = |description: &Description| -> BTreeMap<String, String> {
        let classes = description.classes.iter();
        classes
            .map(|class| (format!("the class `{}`", class.name), String::new()))
            .collect()
    };
    compare("has", "lacks", &classes(before), &classes(now), &mut found);
    for class in &now.classes {
        if let Some(former) = before.class(&class.name) {
            of_class(former, class, &mut found);
        }
    }
    if before.mappings != now.mappings {
        found.push("its own mappings are others: what they change is seen by `samklang plan`".to_owned());
    }
    found
}

fn need(need: &Need) -> (String, String) {
    match need {
        Need::Http { name, origin, .. } => (format!("http `{name}`"), origin.clone()),
        Need::Ldap { name, origin, .. } => (format!("ldap `{name}`"), origin.clone()),
        Need::Signing { name, .. } => (format!("signing `{name}`"), String::new()),
        Need::Inbox(_) => ("the inbox".to_owned(), String::new()),
        Need::Outbox(_) => ("the outbox".to_owned(), String::new()),
    }
}

fn of_class(before: &Class, now: &Class, found: &mut Vec<String>) {
    let attributes = |class: &Class| -> BTreeMap<String, String> {
        let attributes = class.attributes.iter();
        attributes
            .map(|attribute| {
                let told = serde_json::json!([
                    attribute.kind,
                    attribute.multi_valued,
                    attribute.required,
                    attribute.sensitive,
                    attribute.writable,
                    attribute.refers_to,
                ]);
                (format!("`{}.{}`", class.name, attribute.name), told.to_string())
            })
            .collect()
    };
    compare("has", "lacks", &attributes(before), &attributes(now), found);
    for name in changed(&attributes(before), &attributes(now)).keys() {
        found.push(format!(
            "{name} is another: kind, required, sensitive or writable"
        ));
    }
    if before.key != now.key {
        found.push(format!(
            "the key of `{}` is `{}`, no longer `{}`",
            now.name, now.key, before.key
        ));
    }
    if (before.readable, before.gettable, before.replaces, &before.actions)
        != (now.readable, now.gettable, now.replaces, &now.actions)
    {
        found.push(format!("what can be done with `{}` is another", now.name));
    }
}

fn compare(
    gained: &str,
    lost: &str,
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
    found: &mut Vec<String>,
) {
    let beyond = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| -> Vec<String> {
        one.keys()
            .filter(|name| !other.contains_key(*name))
            .cloned()
            .collect()
    };
    found.extend(
        beyond(now, before)
            .into_iter()
            .map(|name| format!("{gained} {name}")),
    );
    found.extend(
        beyond(before, now)
            .into_iter()
            .map(|name| format!("{lost} {name}")),
    );
}

/// What is in both and not the same.
fn changed(
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> BTreeMap<String, (String, String)> {
    now.iter()
        .filter_map(|(name, told)| {
            let former = before.get(name).filter(|former| *former != told)?;
            Some((name.clone(), (former.clone(), told.clone())))
        })
        .collect()
}
