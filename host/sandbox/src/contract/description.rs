//! What a connector says of itself must be sound before anything is built on it.

use std::collections::BTreeSet;

use samklang_core::connector::{Class, CredentialKind, Description, Kind, Need};

use super::Checked;

/// Checks a description by itself.
pub(crate) fn check(description: &Description) -> Checked {
    name(&description.name)?;
    if description.version.split(['-', '+']).next().is_none_or(|core| {
        core.split('.').count() != 3
            || core
                .split('.')
                .any(|part| part.is_empty() || !part.bytes().all(|octet| octet.is_ascii_digit()))
    }) {
        return Err(format!(
            "the version `{}` is not of the form of SemVer 2.0.0",
            description.version
        ));
    }
    unique(
        "class",
        description.classes.iter().map(|class| class.name.as_str()),
    )?;
    description
        .classes
        .iter()
        .try_for_each(|declared| class(description, declared))?;
    unique("need", description.needs.iter().filter_map(Need::name))?;
    description.needs.iter().try_for_each(credentials)?;
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
        && name
            .bytes()
            .all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-');
    if sound {
        Ok(())
    } else {
        Err(format!(
            "the name `{name}` is not of lower-case letters, digits and hyphens"
        ))
    }
}

fn class(description: &Description, class: &Class) -> Checked {
    let place = |problem: String| format!("the class `{}`: {problem}", class.name);
    unique(
        "attribute",
        class.attributes.iter().map(|attribute| attribute.name.as_str()),
    )
    .map_err(place)?;
    match class.attribute(&class.key) {
        None => {
            return Err(place(format!(
                "its key `{}` is not among its attributes",
                class.key
            )));
        }
        Some(key) if key.kind != Kind::Text || key.multi_valued => {
            return Err(place(format!("its key `{}` is not a single text", class.key)));
        }
        Some(_) => {}
    }
    for attribute in &class.attributes {
        if attribute.multi_valued && attribute.kind != Kind::Text {
            return Err(place(format!(
                "the attribute `{}` is multi-valued, but not of the kind text",
                attribute.name
            )));
        }
        if let Some(other) = &attribute.refers_to
            && description.class(other).is_none()
        {
            return Err(place(format!(
                "the attribute `{}` refers to the class `{other}`, which is not declared",
                attribute.name
            )));
        }
    }
    Ok(())
}

/// A need accepts what its protocol can carry.
fn credentials(need: &Need) -> Checked {
    let fits = |kind: &CredentialKind| match need {
        Need::Http { .. } => !matches!(kind, CredentialKind::LdapBind | CredentialKind::SigningKey),
        Need::Ldap { .. } => *kind == CredentialKind::LdapBind,
        Need::Signing { .. } | Need::Inbox(_) | Need::Outbox(_) => true,
    };
    if need.credentials().iter().all(fits) {
        Ok(())
    } else {
        Err(format!(
            "the need `{}` accepts a kind of credential that is another protocol's",
            need.name().unwrap_or_default()
        ))
    }
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Checked {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.is_empty() {
            return Err(format!("one {what} has no name"));
        }
        if !seen.insert(name) {
            return Err(format!("the {what} `{name}` is declared twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use samklang_core::connector::{Attribute, SystemLimits, Writable};

    use super::*;

    fn attribute(name: &str) -> Attribute {
        Attribute {
            name: name.to_owned(),
            kind: Kind::Text,
            multi_valued: false,
            required: false,
            sensitive: false,
            writable: Writable::Never,
            refers_to: None,
            summary: String::new(),
        }
    }

    fn sound() -> Description {
        let person = Class {
            name: "person".to_owned(),
            summary: String::new(),
            key: "id".to_owned(),
            attributes: vec![attribute("id"), attribute("name")],
            readable: true,
            gettable: false,
            replaces: false,
            actions: vec![samklang_core::connector::Action::Create],
        };
        Description {
            name: "os2mo-2".to_owned(),
            version: "1.2.3-rc.1+build".to_owned(),
            vendor: String::new(),
            system: String::new(),
            classes: vec![person],
            settings: "{}".to_owned(),
            mappings: String::new(),
            needs: Vec::new(),
            limits: SystemLimits {
                operations_per_apply: 1,
                requests_per_second: None,
            },
            reads_changes: false,
        }
    }

    /// What is wrong after one thing has been changed.
    fn wrong(change: impl FnOnce(&mut Description)) -> String {
        let mut description = sound();
        change(&mut description);
        check(&description).unwrap_err()
    }

    #[test]
    fn a_sound_description_passes() {
        assert_eq!(check(&sound()), Ok(()));
    }

    #[test]
    fn each_unsoundness_is_named() {
        for name in ["", "OS2MO", "-x", "å", "a b"] {
            assert!(
                wrong(|given| given.name = name.to_owned()).contains("lower-case letters"),
                "{name}"
            );
        }
        for version in ["", "1", "1.2", "1.2.x", "v1.2.3", "1.2.3.4"] {
            assert!(
                wrong(|given| given.version = version.to_owned()).contains("SemVer"),
                "{version}"
            );
        }
        assert!(wrong(|given| given.settings = "[]".to_owned()).contains("not a JSON object"));
        assert!(wrong(|given| given.settings = "{".to_owned()).contains("not JSON"));
        assert!(
            wrong(|given| given.limits.operations_per_apply = 0).contains("operations per apply is zero")
        );
        assert!(
            wrong(|given| given.classes.push(given.classes[0].clone()))
                .contains("`person` is declared twice")
        );
        let need = |credentials| Need::Ldap {
            name: "directory".to_owned(),
            origin: "{url}".to_owned(),
            credentials,
            purpose: String::new(),
        };
        assert!(
            wrong(|given| given.needs = vec![need(vec![CredentialKind::Basic])])
                .contains("another protocol's")
        );
        assert!(
            wrong(|given| given.needs = vec![need(vec![CredentialKind::LdapBind]), need(Vec::new())])
                .contains("need `directory` is declared twice")
        );
        let class = |change: fn(&mut Class)| wrong(|given| change(&mut given.classes[0]));
        assert!(class(|class| class.key = "uuid".to_owned()).contains("its key `uuid` is not among"));
        assert!(class(|class| class.attributes[0].kind = Kind::Integer).contains("not a single text"));
        assert!(class(|class| class.attributes[1].name = "id".to_owned()).contains("`id` is declared twice"));
        assert!(class(|class| class.attributes[1].name.clear()).contains("one attribute has no name"));
        assert!(
            class(|class| class.attributes[1].refers_to = Some("unit".to_owned()))
                .contains("refers to the class `unit`")
        );
        let multiple_dates = class(|class| {
            class.attributes[1].multi_valued = true;
            class.attributes[1].kind = Kind::Date;
        });
        assert!(
            multiple_dates.contains("multi-valued, but not of the kind text"),
            "{multiple_dates}"
        );
    }
}
