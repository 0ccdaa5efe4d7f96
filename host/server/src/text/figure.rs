//! Numbers, days and times as a language writes them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fluent_bundle::FluentValue;
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::{MD, T, YMD, YMDT};
use icu_datetime::input::{Date, DateTime, Time};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::Language;

/// Writes the figures of one language.
pub(super) struct Figures {
    decimal: DecimalFormatter,
    day: DateTimeFormatter<YMD>,
    short_day: DateTimeFormatter<MD>,
    time: DateTimeFormatter<T>,
    moment: DateTimeFormatter<YMDT>,
}

/// How a point in time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The day.
    Day,
    /// The day without its year.
    ShortDay,
    /// Hour and minute.
    Time,
    /// Day, hour and minute.
    Moment,
}

static ALL: LazyLock<Result<BTreeMap<Language, Figures>, String>> = LazyLock::new(|| {
    Language::ALL
        .into_iter()
        .map(|language| Ok((language, Figures::new(language)?)))
        .collect()
});

/// Writes numbers inside texts. It is a plain function per language because Fluent keeps no more.
pub(super) fn within_texts<M>(language: Language) -> fn(&FluentValue<'_>, &M) -> Option<String> {
    fn write<M, const PLACE: usize>(value: &FluentValue<'_>, _: &M) -> Option<String> {
        let FluentValue::Number(number) = value else {
            return None;
        };
        let figures = Figures::of(*Language::ALL.get(PLACE)?)?;
        Some(figures.tenths(number.value))
    }
    match language {
        Language::Danish => write::<M, 0>,
        Language::Bokmal => write::<M, 1>,
        Language::Swedish => write::<M, 2>,
        Language::English => write::<M, 3>,
        Language::Spanish => write::<M, 4>,
    }
}

impl Figures {
    /// Why the figures of some language cannot be written.
    pub(super) fn fault() -> Option<&'static str> {
        ALL.as_ref().err().map(String::as_str)
    }

    pub(super) fn of(language: Language) -> Option<&'static Self> {
        ALL.as_ref().ok()?.get(&language)
    }

    fn new(language: Language) -> Result<Self, String> {
        // What is English here is written as in Europe, where the day comes before the month.
        let tag = match language {
            Language::English => "en-GB",
            other => other.tag(),
        };
        let locale: Locale = tag.parse().map_err(|cause| format!("{tag}: {cause}"))?;
        let wrong = |cause: &dyn std::fmt::Display| format!("{tag}: {cause}");
        Ok(Self {
            decimal: DecimalFormatter::try_new(locale.clone().into(), Default::default())
                .map_err(|cause| wrong(&cause))?,
            day: DateTimeFormatter::try_new(locale.clone().into(), YMD::medium())
                .map_err(|cause| wrong(&cause))?,
            short_day: DateTimeFormatter::try_new(locale.clone().into(), MD::medium())
                .map_err(|cause| wrong(&cause))?,
            time: DateTimeFormatter::try_new(locale.clone().into(), T::hm())
                .map_err(|cause| wrong(&cause))?,
            moment: DateTimeFormatter::try_new(locale.into(), YMD::medium().with_time_hm())
                .map_err(|cause| wrong(&cause))?,
        })
    }

    pub(super) fn whole(&self, number: i64) -> String {
        self.decimal.format(&Decimal::from(number)).to_string()
    }

    /// A number with at most one digit after the mark.
    pub(super) fn tenths(&self, number: f64) -> String {
        let mut decimal: Decimal = format!("{number:.1}")
            .parse()
            .unwrap_or_else(|_| Decimal::from(0));
        decimal.trim_end();
        self.decimal.format(&decimal).to_string()
    }

    /// A point in time in milliseconds since 1970, in a zone.
    pub(super) fn moment(&self, milliseconds: i64, zone: &TimeZone, style: Style) -> String {
        let at = Timestamp::from_millisecond(milliseconds)
            .unwrap_or_default()
            .to_zoned(zone.clone());
        let Some(at) = plain(&at) else {
            return at.to_string();
        };
        match style {
            Style::Day => self.day.format(&at).to_string(),
            Style::ShortDay => self.short_day.format(&at).to_string(),
            Style::Time => self.time.format(&at).to_string(),
            Style::Moment => self.moment.format(&at).to_string(),
        }
    }
}

fn plain(at: &Zoned) -> Option<DateTime<icu_calendar::Iso>> {
    Some(DateTime {
        date: Date::try_new_iso(
            at.year().into(),
            at.month().try_into().ok()?,
            at.day().try_into().ok()?,
        )
        .ok()?,
        time: Time::try_new(
            at.hour().try_into().ok()?,
            at.minute().try_into().ok()?,
            at.second().try_into().ok()?,
            0,
        )
        .ok()?,
    })
}
