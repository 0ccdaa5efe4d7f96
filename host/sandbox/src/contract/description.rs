//! What a connector says of itself must be sound before anything is built on it.

use std::collections::BTreeSet;

use samklang_core::connector::{Class, Description, Kind, Need};

use super::Checked;

/// Checks a description by itself.
pub(crate) fn check(description: &Description) -> Checked {
    name(&description.name)?;
    if description.version.split(['-', '+']).next().is_none_or(|core| {
        core.split('.').count() != 3 || core.split('.').any(|part| part.is_empty() || !part.bytes().all(|octet| octet.is_ascii_digit()))
    }) {
        return Err(format!("the version `{}` is not of the form of SemVer 2.0.0", description.version));
    }
    unique("class", description.classes.iter().map(|class| class.name.as_str()))?;
    description.classes.iter().try_for_each(|declared| class(description, declared))?;
    unique("need", description.needs.iter().filter_map(|need| match need {
        Need::Http { name, .. } => Some(name.as_str()),
        _ => None,
    }))?;
    match serde_json::from_str::<serde_json::Value>(&description.settings) {
        Ok(serde_json::Value::Object(_)) => {}
        Ok(_) => return Err("the schema of the settings is not a JSON object".to_owned()),
        Err(error) => return Err(format!("the schema of the settings is not JSON: {error}")),
    }
    let writes = description.classes.iter().any(|class| !class.actions.is_empty());
    if writes && description.limits.operations_per_apply == 0 {
        return Err("a class can be written, but the limit of operations per apply is zero".to_owned());
    }
    Ok(())
}

fn name(name: &str) -> Checked {
    let sound = !name.is_empty()
        && !name.starts_with('-')
        && name.bytes().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-');
    if sound { Ok(()) } else { Err(format!("the name `{name}` is not of lower-case letters, digits and hyphens")) }
}

fn class(description: &Description, class: &Class) -> Checked {
    let place = |problem: String| format!("the class `{}`: {problem}", class.name);
    unique("attribute", class.attributes.iter().map(|attribute| attribute.name.as_str())).map_err(place)?;
    match class.attribute(&class.key) {
        None => return Err(place(format!("its key `{}` is not among its attributes", class.key))),
        Some(key) if key.kind != Kind::Text || key.multi_valued => {
            return Err(place(format!("its key `{}` is not a single text", class.key)));
        }
        Some(_) => {}
    }
    for attribute in &class.attributes {
        if attribute.multi_valued && attribute.kind != Kind::Text {
            return Err(place(format!("the attribute `{}` is multi-valued, but not of the kind text", attribute.name)));
        }
        if let Some(other) = &attribute.refers_to
            && description.class(other).is_none()
        {
            return Err(place(format!("the attribute `{}` refers to the class `{other}`, which is not declared", attribute.name)));
        }
    }
    Ok(())
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Checked {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.is_empty() {
            return Err(format!("a {what} has no name"));
        }
        if !seen.insert(name) {
            return Err(format!("the {what} `{name}` is declared twice"));
        }
    }
    Ok(())
}
