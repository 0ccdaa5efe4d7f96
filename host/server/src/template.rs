//! How pages look: the embedded templates, and what they can call.

use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentValue};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

use crate::assets;
use crate::text::{Language, Style, Texts};

/// The templates, ready to be filled in.
pub(crate) struct Templates(Environment<'static>);

/// A template of the build does not hold together.
#[derive(Debug, thiserror::Error)]
#[error("the templates of the pages cannot be used: {0:#}; install a whole build")]
pub struct TemplateError(#[from] Error);

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        /// Every template: its name and its text.
        pub(crate) const SOURCES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $name)))),+];
    };
}

templates! {
    "access.html",
    "account.html",
    "case.html",
    "cases.html",
    "connections.html",
    "cycle.html",
    "enrolment.html",
    "findings.html",
    "halt.html",
    "history.html",
    "icons.html",
    "journal.html",
    "layout.html",
    "link.html",
    "overview.html",
    "people.html",
    "person.html",
    "pieces.html",
    "plan.html",
    "problem.html",
    "sign-in.html",
    "signed-out.html",
    "steps.html",
    "support.html",
    "values.html",
    "work.html",
}

impl Templates {
    pub(crate) fn new(texts: Arc<Texts>) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        // A name that is not there is a mistake of the template: it is told, not passed over. Asking whether it is there is no mistake.
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        for (name, source) in SOURCES {
            environment.add_template(name, source)?;
        }
        environment.add_function("asset", |name: &str| {
            assets::address(name)
                .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no asset {name}")))
        });
        let shared = Arc::clone(&texts);
        environment.add_function("t", move |state: &State<'_, '_>, key: &str, named: Kwargs| {
            Ok::<_, Error>(shared.say(language(state), key, Some(&arguments(&named)?)))
        });
        let shared = Arc::clone(&texts);
        // The text of a key that depends on data, such as a code: the data itself where there is no such text.
        environment.add_function(
            "word",
            move |state: &State<'_, '_>, room: &str, code: &str, named: Kwargs| {
                let found = shared.find(
                    language(state),
                    &format!("{room}-{code}"),
                    Some(&arguments(&named)?),
                );
                Ok::<_, Error>(found.unwrap_or_else(|| code.to_owned()))
            },
        );
        let shared = Arc::clone(&texts);
        // A sentence that is known by its code and what it speaks of; nothing where there is no such text.
        environment.add_function("tell", move |state: &State<'_, '_>, room: &str, told: Value| {
            let code = told.get_attr("code").ok()?;
            let arguments = told.get_attr("arguments").ok()?;
            let key = format!("{room}-{}", code.as_str()?);
            shared.tell(language(state), &key, &spoken_of(&arguments))
        });
        let shared = Arc::clone(&texts);
        environment.add_filter("number", move |state: &State<'_, '_>, value: Value| {
            if let Ok(whole) = i64::try_from(value.clone()) {
                return shared.whole(language(state), whole);
            }
            f64::try_from(value.clone()).map_or_else(
                |_| value.to_string(),
                |number| shared.tenths(language(state), number),
            )
        });
        let shared = Arc::clone(&texts);
        environment.add_filter("octets", move |state: &State<'_, '_>, count: u64| {
            octets(&shared, language(state), count)
        });
        let shared = Arc::clone(&texts);
        // What systems say are texts; one that is a day or a point in time is written as such.
        environment.add_filter("dated", move |state: &State<'_, '_>, value: &str| {
            if let Ok(day) = value.parse::<Date>()
                && day.to_string() == value
                && let Ok(noon) = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC)
            {
                let noon = noon.timestamp().as_millisecond();
                return shared.moment(language(state), noon, &TimeZone::UTC, Style::Day);
            }
            match value.parse::<Timestamp>() {
                Ok(at) => shared.moment(language(state), at.as_millisecond(), &zone(state), Style::Moment),
                Err(_) => value.to_owned(),
            }
        });
        for (name, style) in [
            ("moment", Style::Moment),
            ("day", Style::Day),
            ("short_day", Style::ShortDay),
            ("time", Style::Time),
        ] {
            let shared = Arc::clone(&texts);
            environment.add_filter(
                name,
                move |state: &State<'_, '_>, value: Value, zone: Option<&str>| {
                    if value.is_none() || value.is_undefined() {
                        return Ok(String::new());
                    }
                    let at: Timestamp =
                        value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
                            Error::new(
                                ErrorKind::InvalidOperation,
                                format!("{value} is no point in time"),
                            )
                        })?;
                    let zone = match zone {
                        Some(zone) => TimeZone::get(zone).unwrap_or(TimeZone::UTC),
                        None => self::zone(state),
                    };
                    Ok(shared.moment(language(state), at.as_millisecond(), &zone, style))
                },
            );
        }
        Ok(Self(environment))
    }

    /// Fills a template in.
    pub(crate) fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        self.0.get_template(name)?.render(context)
    }
}

fn language(state: &State<'_, '_>) -> Language {
    state
        .lookup("language")
        .and_then(|tag| Language::of_tag(tag.as_str()?))
        .unwrap_or(Language::English)
}

fn arguments(named: &Kwargs) -> Result<FluentArgs<'static>, Error> {
    let mut arguments = FluentArgs::new();
    for name in named.args() {
        let value: Value = named.get(name)?;
        arguments.set(name.to_owned(), fluent(&value));
    }
    Ok(arguments)
}

/// What the number of something is called: it is a name, not an amount, and is not grouped.
const NUMBERED: [&str; 2] = ["cycle", "case"];

/// What a sentence speaks of. A list is written one after the other, and its length goes with it.
pub(crate) fn spoken_of(arguments: &Value) -> FluentArgs<'static> {
    let mut spoken = FluentArgs::new();
    for name in arguments.try_iter().into_iter().flatten() {
        let (Some(name), Ok(value)) = (name.as_str(), arguments.get_item(&name)) else {
            continue;
        };
        if value.kind() == ValueKind::Seq {
            let items: Vec<String> = value
                .try_iter()
                .into_iter()
                .flatten()
                .map(|item| item.to_string())
                .collect();
            spoken.set(format!("{name}_count"), items.len());
            spoken.set(name.to_owned(), items.join(", "));
        } else if NUMBERED.contains(&name) {
            spoken.set(name.to_owned(), value.to_string());
        } else if value.is_none() {
            spoken.set(name.to_owned(), String::new());
        } else {
            spoken.set(name.to_owned(), fluent(&value));
        }
    }
    spoken
}

fn zone(state: &State<'_, '_>) -> TimeZone {
    state
        .lookup("zone")
        .and_then(|zone| TimeZone::get(zone.as_str()?).ok())
        .unwrap_or(TimeZone::UTC)
}

/// So many octets in the unit that suits them (IEC 80000-13).
fn octets(texts: &Texts, language: Language, count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let Some(last) = count
        .checked_ilog2()
        .map(|bits| bits / 10)
        .filter(|place| *place > 0)
    else {
        return format!(
            "{} B",
            texts.whole(language, count.try_into().unwrap_or(i64::MAX))
        );
    };
    let place = last.min(4);
    let unit = UNITS.get(place as usize - 1).unwrap_or(&"TiB");
    // Tenths are counted whole, so that nothing is lost on the way through a float.
    let tenths = (u128::from(count) * 10) >> (10 * place);
    let number = f64::from(u32::try_from(tenths).unwrap_or(u32::MAX)) / 10.0;
    format!("{} {unit}", texts.tenths(language, number))
}

fn fluent(value: &Value) -> FluentValue<'static> {
    if value.kind() == ValueKind::Number {
        if let Ok(whole) = i64::try_from(value.clone()) {
            return whole.into();
        }
        if let Ok(number) = f64::try_from(value.clone()) {
            return number.into();
        }
    }
    FluentValue::String(value.to_string().into())
}
