//! The laws of the contract in other words than the host's, to hold what it lets in against.

use std::collections::BTreeSet;

use samklang_core::connector::{Attribute, Batch, Class, CredentialKind, Description, Kind, Need, Page};
use samklang_core::value::{Attributes, Value};

/// What holds, or the law that does not.
pub(crate) type Law = Result<(), &'static str>;

fn law(holds: bool, law: &'static str) -> Law {
    if holds { Ok(()) } else { Err(law) }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str> + Clone) -> bool {
    names.clone().count() == names.collect::<BTreeSet<_>>().len()
}

/// A description that is sound.
pub(crate) fn description(given: &Description) -> Law {
    let name = given.name.as_str();
    let letters = |text: &str| {
        text.chars()
            .all(|letter| "abcdefghijklmnopqrstuvwxyz0123456789-".contains(letter))
    };
    law(
        !name.is_empty() && letters(name) && !name.starts_with('-'),
        "names are of a-z, 0-9 and -",
    )?;
    let numbers = given
        .version
        .split_once(['-', '+'])
        .map_or(given.version.as_str(), |(numbers, _)| numbers);
    let numbers: Vec<&str> = numbers.split('.').collect();
    let number = |text: &&str| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
    law(
        numbers.len() == 3 && numbers.iter().all(number),
        "a version has three numbers",
    )?;
    law(
        distinct(given.classes.iter().map(|class| class.name.as_str())),
        "classes have names of their own",
    )?;
    law(
        distinct(given.needs.iter().filter_map(Need::name)),
        "needs have names of their own",
    )?;
    let named = given
        .needs
        .iter()
        .filter_map(Need::name)
        .all(|name| !name.is_empty());
    law(
        named && given.classes.iter().all(|class| !class.name.is_empty()),
        "everything has a name",
    )?;
    for need in &given.needs {
        let directory = need.credentials().contains(&CredentialKind::LdapBind);
        let other = need
            .credentials()
            .iter()
            .any(|kind| *kind != CredentialKind::LdapBind);
        match need {
            Need::Http { .. } => law(!directory, "a bind is for directories")?,
            Need::Ldap { .. } => law(!other, "a directory takes a bind")?,
            _ => {}
        }
    }
    for class in &given.classes {
        law(
            distinct(class.attributes.iter().map(|attribute| attribute.name.as_str())),
            "attributes have names of their own",
        )?;
        let keys: Vec<&Attribute> = class
            .attributes
            .iter()
            .filter(|attribute| attribute.name == class.key)
            .collect();
        let [key] = keys[..] else {
            return Err("a key is an attribute");
        };
        law(key.kind == Kind::Text && !key.multi_valued, "a key is one text")?;
        for attribute in &class.attributes {
            law(
                !attribute.multi_valued || attribute.kind == Kind::Text,
                "only texts are several",
            )?;
            let known = |other: &String| given.classes.iter().any(|class| class.name == *other);
            law(
                attribute.refers_to.as_ref().is_none_or(known),
                "what is referred to is there",
            )?;
        }
    }
    let settings: Result<serde_json::Map<String, serde_json::Value>, _> =
        serde_json::from_str(&given.settings);
    law(settings.is_ok(), "a schema is an object")
}

/// A page with rows or removed keys that was let in.
pub(crate) fn page(given: &Description, asked: &[String], full: bool, max: u32, page: &Page) -> Law {
    law(asked.contains(&page.class), "a page's class was asked for")?;
    law(
        page.rows.len() <= max as usize,
        "a page has no more rows than were asked for",
    )?;
    law(
        !full || page.removed.is_empty(),
        "nothing is removed in a full read",
    )?;
    law(
        page.removed.iter().all(|key| !key.is_empty()),
        "a removed key is one",
    )?;
    let Some(class) = given.classes.iter().find(|class| class.name == page.class) else {
        return Err("a page's class is declared");
    };
    if page.rows.is_empty() {
        return Ok(());
    }
    law(
        distinct(page.columns.iter().map(String::as_str)),
        "columns are distinct",
    )?;
    for row in &page.rows {
        law(
            row.len() == page.columns.len(),
            "a row has a value for each column",
        )?;
        for (column, value) in page.columns.iter().zip(row) {
            self::value(class, column, value)?;
            let keyed = matches!(value, Value::Text(text) if !text.is_empty());
            law(*column != class.key || keyed, "a row has a key")?;
        }
        law(page.columns.contains(&class.key), "a row has a key")?;
    }
    Ok(())
}

/// Fields that were let in.
pub(crate) fn fields(class: &Class, fields: &Attributes) -> Law {
    fields
        .iter()
        .try_for_each(|(name, given)| value(class, name, given))
}

fn value(class: &Class, name: &str, value: &Value) -> Law {
    let Some(attribute) = class.attributes.iter().find(|attribute| attribute.name == name) else {
        return Err("an attribute is declared");
    };
    let fits = match value {
        Value::Absent => true,
        Value::Text(text) => match attribute.kind {
            Kind::Text => !attribute.multi_valued,
            Kind::Date => shape(text) == "0000-00-00",
            Kind::Timestamp => is_timestamp(text),
            _ => false,
        },
        Value::Integer(_) => attribute.kind == Kind::Integer,
        Value::Boolean(_) => attribute.kind == Kind::Boolean,
        Value::Bytes(_) => attribute.kind == Kind::Bytes,
        Value::Texts(_) => attribute.kind == Kind::Text && attribute.multi_valued,
        Value::Structure(_) => attribute.kind == Kind::Structure,
    };
    law(fits, "a value is of the kind that is declared")
}

/// A text with every digit as `0`.
fn shape(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
        .collect()
}

fn is_timestamp(text: &str) -> bool {
    let shape = shape(text).to_ascii_uppercase();
    let offsets = ["Z", "+00:00", "-00:00"];
    let Some(moment) = offsets.iter().find_map(|offset| shape.strip_suffix(offset)) else {
        return false;
    };
    let (seconds, fraction) = moment.split_once('.').unwrap_or((moment, "0"));
    matches!(seconds, "0000-00-00T00:00:00" | "0000-00-00 00:00:00")
        && !fraction.is_empty()
        && fraction.chars().all(|digit| digit == '0')
}

/// What a batch counts.
pub(crate) fn rows(batch: &Batch) -> u64 {
    match batch {
        Batch::Page(page) => page.rows.len() as u64,
        Batch::Complete(_) => 0,
    }
}
