//! The filters, tests and functions that every template has beside the engine's own. All of them are pure; what has no value comes out of
//! them as no value. An error never repeats the value that it is about, because findings are kept and shown.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use minijinja::value::{Kwargs, Object, Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

use super::ascii::{Style, ascii};
use super::convert::from_json;
use super::day::{Standing, day, standing};
use super::identity::{Country, Doubt, Identity, identity};
use super::kept;
use super::phone;
use super::table::Tables;
use crate::mapping::graph;

/// What filters ask the surroundings of a template for, by names that no template can write.
pub(super) enum Hidden {
    /// The tables that the template uses.
    Tables,
    /// The day that is planned for.
    AsOf,
    /// What the template is about.
    Itself,
}

impl Hidden {
    const WORDS: [(&str, Self); 3] = [
        ("$tables", Self::Tables),
        ("$as_of", Self::AsOf),
        ("$itself", Self::Itself),
    ];

    pub(super) fn parse(name: &str) -> Option<Self> {
        if !name.starts_with('$') {
            return None;
        }
        Self::WORDS
            .into_iter()
            .find(|(word, _)| *word == name)
            .map(|(_, hidden)| hidden)
    }
}

/// The tables of a template, on their way to a filter.
#[derive(Debug)]
pub(super) struct Shelf(pub(super) Arc<Tables>);

impl Object for Shelf {}

/// What one evaluation may use: about as many instructions, items and octets together, and so no more memory than some ten million octets.
/// Templates come with connectors as well, and none may keep the host busy or fill its memory. A loop over a thousand engagements takes
/// some ten thousand.
const FUEL: u64 = 1_000_000;

/// The engine. What has no value is written as nothing, never as the word "none".
pub(super) static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    engine.set_formatter(|output, state, value| {
        if value.is_none() {
            Ok(())
        } else {
            minijinja::escape_formatter(output, state, value)
        }
    });
    engine.add_function("first", |values: Rest<Value>| {
        values.0.into_iter().find(present).unwrap_or_default_none()
    });
    engine.add_filter(kept::FILTER, kept::filter);
    engine.add_filter("ascii", ascii_filter);
    engine.add_filter("digits", |value: Value| {
        text(&value).map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>())
    });
    engine.add_filter("phone", phone_filter);
    engine.add_test("phone", |value: Value, country: String| {
        Ok::<_, Error>(phone_filter(value, country)?.is_some())
    });
    engine.add_filter("national_id", national_id_filter);
    engine.add_test("national_id", |value: Value, country: String| {
        Ok::<_, Error>(match number(&value, &country, None)? {
            Some(read) => matches!(read, Ok(_) | Err(Doubt::Century)),
            None => false,
        })
    });
    engine.add_filter("birth_date", birth_date_filter);
    engine.add_filter("lookup", lookup_filter);
    engine.add_filter("date", date_filter);
    engine.add_filter("current", |state: &State<'_, '_>, list: Value| {
        let mut held = Vec::new();
        if present(&list) {
            for item in list.try_iter()? {
                if stands(state, &item)? == Standing::Current {
                    held.push(item);
                }
            }
        }
        Ok::<_, Error>(held)
    });
    for (word, wanted) in [
        ("current", Standing::Current),
        ("future", Standing::Future),
        ("ended", Standing::Ended),
    ] {
        engine.add_test(word, move |state: &State<'_, '_>, value: Value| {
            Ok::<_, Error>(stands(state, &value)? == wanted)
        });
        engine.add_function(word, move |state: &State<'_, '_>| {
            Ok::<_, Error>(stands(state, &itself(state)?)? == wanted)
        });
    }
    engine.add_test("below", |value: Value, unit: String| below(&value, &unit));
    engine.add_function("below", |state: &State<'_, '_>, unit: String| {
        below(&itself(state)?, &unit)
    });
    engine.add_filter("ranked", ranked_filter);
    engine.add_test("containing", |list: Value, wanted: Value| {
        present(&list)
            && list
                .try_iter()
                .is_ok_and(|mut items| items.any(|item| item == wanted))
    });
    engine.add_filter("within", |list: Value, unit: String| {
        let mut held = Vec::new();
        if present(&list) {
            for item in list.try_iter()? {
                if below(&item, &unit)? {
                    held.push(item);
                }
            }
        }
        Ok::<_, Error>(held)
    });
    engine.add_function("allotted", |state: &State<'_, '_>, scope: String| {
        Ok::<_, Error>(graph::allotted(&itself(state)?, &scope))
    });
    engine
});

trait OrNone {
    fn unwrap_or_default_none(self) -> Value;
}

impl OrNone for Option<Value> {
    fn unwrap_or_default_none(self) -> Value {
        self.unwrap_or_else(|| Value::from(()))
    }
}

pub(super) fn wrong(cause: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, cause.into())
}

/// Whether there is a value: neither undefined nor none nor empty.
fn present(value: &Value) -> bool {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => false,
        // An entity is a map that does not tell its length.
        ValueKind::String | ValueKind::Seq | ValueKind::Bytes => value.len() != Some(0),
        _ => true,
    }
}

/// A value as text; a number in digits.
fn text(value: &Value) -> Option<String> {
    present(value).then(|| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// What the template is about.
fn itself(state: &State<'_, '_>) -> Result<Value, Error> {
    state
        .lookup("$itself")
        .filter(|value| !value.is_undefined())
        .ok_or_else(|| wrong("only outbound templates are about an entity"))
}

fn as_of(state: &State<'_, '_>) -> Option<Date> {
    day(state.lookup("$as_of")?.as_str()?)
}

fn stands(state: &State<'_, '_>, value: &Value) -> Result<Standing, Error> {
    let on = as_of(state).ok_or_else(|| {
        wrong("which day is planned for is known in outbound templates only; map `begin` and `end` instead")
    })?;
    let bound = |name: &str| -> Result<Option<Date>, Error> {
        let bound = value.get_attr(name)?;
        match text(&bound) {
            None => Ok(None),
            Some(text) => day(&text)
                .map(Some)
                .ok_or_else(|| wrong(format!("`{name}` is no day such as 2026-08-17"))),
        }
    };
    Ok(standing(bound("begin")?, bound("end")?, on))
}

fn below(value: &Value, unit: &str) -> Result<bool, Error> {
    if !present(value) {
        return Ok(false);
    }
    graph::below(value, unit)
        .ok_or_else(|| wrong("only a unit, a group, an engagement, a membership or a person is below a unit"))
}

fn word<T: Copy>(what: &str, word: &str, words: &[(&str, T)]) -> Result<T, Error> {
    words
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
            wrong(format!(
                "there is no {what} `{word}`; there is: {}",
                known.join(", ")
            ))
        })
}

fn ascii_filter(value: Value, options: Kwargs) -> Result<Option<String>, Error> {
    let style = options
        .get::<Option<String>>("style")?
        .unwrap_or_else(|| "danish".to_owned());
    options.assert_all_used()?;
    let style = word("style", &style, &Style::WORDS)?;
    Ok(text(&value).map(|text| ascii(&text, style)))
}

fn phone_filter(value: Value, country: String) -> Result<Option<String>, Error> {
    if phone::countries().all(|known| known != country) {
        let known: Vec<&str> = phone::countries().collect();
        return Err(wrong(format!(
            "there is no country `{country}`; there is: {}",
            known.join(", ")
        )));
    }
    Ok(text(&value).and_then(|text| phone::e164(&text, &country)))
}

fn number(value: &Value, country: &str, by: Option<Date>) -> Result<Option<Result<Identity, Doubt>>, Error> {
    let country = word("country", country, &Country::WORDS)?;
    Ok(text(value).map(|text| identity(&text, country, by)))
}

fn by(state: &State<'_, '_>, options: &Kwargs) -> Result<Option<Date>, Error> {
    let Some(by) = options.get::<Option<Value>>("by")? else {
        return Ok(as_of(state));
    };
    let said = by.to_string();
    let full = if said.len() == 4 {
        format!("{said}-12-31")
    } else {
        said
    };
    day(&full)
        .map(Some)
        .ok_or_else(|| wrong("`by` is neither a day such as 2026-08-17 nor a year"))
}

fn national_id_filter(
    state: &State<'_, '_>,
    value: Value,
    country: String,
    options: Kwargs,
) -> Result<Option<String>, Error> {
    let style = options
        .get::<Option<String>>("style")?
        .unwrap_or_else(|| "plain".to_owned());
    let by = by(state, &options)?;
    options.assert_all_used()?;
    let written = word("style", &style, &[("plain", false), ("written", true)])?;
    match number(&value, &country, by)? {
        Some(Ok(found)) if written => Ok(Some(found.written(by))),
        Some(Ok(found)) => Ok(Some(found.plain)),
        Some(Err(Doubt::Century)) => Err(century()),
        Some(Err(Doubt::Invalid)) | None => Ok(None),
    }
}

fn century() -> Error {
    wrong(
        "a number of ten digits does not tell its century: say a year when its holder was alive, as in by=2026",
    )
}

fn birth_date_filter(
    state: &State<'_, '_>,
    value: Value,
    country: String,
    options: Kwargs,
) -> Result<Option<String>, Error> {
    let by = by(state, &options)?;
    options.assert_all_used()?;
    match number(&value, &country, by)? {
        Some(Ok(found)) => Ok(found.birth.map(|birth| birth.to_string())),
        Some(Err(Doubt::Century)) => Err(century()),
        Some(Err(Doubt::Invalid)) | None => Ok(None),
    }
}

fn lookup_filter(
    state: &State<'_, '_>,
    value: Value,
    table: String,
    default: Rest<Value>,
) -> Result<Value, Error> {
    let shelf = state.lookup("$tables");
    let rows = shelf
        .as_ref()
        .and_then(|shelf| shelf.downcast_object_ref::<Shelf>())
        .and_then(|shelf| shelf.0.get(&table))
        .ok_or_else(|| wrong(format!("there is no table `{table}`")))?;
    let found = text(&value).map(|key| rows.get(&key).map(from_json));
    // A default of none counts as one.
    match (found, default.0.into_iter().next()) {
        (Some(Some(found)), _) => Ok(found),
        (None | Some(None), Some(default)) => Ok(default),
        (None, None) => Ok(Value::from(())),
        (Some(None), None) => Err(wrong(format!(
            "table `{table}` has no row for this value: add one, or say what counts instead, as in lookup(\"{table}\", none)"
        ))),
    }
}

fn date_filter(value: Value, form: Option<String>, options: Kwargs) -> Result<Option<String>, Error> {
    let from = options.get::<Option<String>>("from")?;
    options.assert_all_used()?;
    let Some(text) = text(&value) else { return Ok(None) };
    let date = match &from {
        Some(from) => Date::strptime(from, &text).ok(),
        None => day(&text),
    };
    let date = date.ok_or_else(|| match &from {
        Some(from) => wrong(format!("it is no day in the form {from}")),
        None => wrong("it is no day such as 2026-08-17; say its form, as in date(from='%d.%m.%Y')"),
    })?;
    match form {
        None => Ok(Some(date.to_string())),
        Some(form) => jiff::fmt::strtime::format(&form, date)
            .map(Some)
            .map_err(|cause| wrong(format!("a day cannot be written as {form}: {cause}"))),
    }
}

fn ranked_filter(
    list: Value,
    member: String,
    order: Vec<String>,
    options: Kwargs,
) -> Result<Vec<Value>, Error> {
    let only = options.get::<Option<bool>>("only")?.unwrap_or(false);
    options.assert_all_used()?;
    if !present(&list) {
        return Ok(Vec::new());
    }
    let mut ranked: Vec<(usize, Value)> = Vec::new();
    for item in list.try_iter()? {
        let word = text(&item.get_attr(&member)?);
        let rank = word.and_then(|word| order.iter().position(|known| *known == word));
        if rank.is_some() || !only {
            ranked.push((rank.unwrap_or(order.len()), item));
        }
    }
    // Within a rank the order stays, which for records of a source is that of their identity.
    ranked.sort_by_key(|(rank, _)| *rank);
    Ok(ranked.into_iter().map(|(_, item)| item).collect())
}
