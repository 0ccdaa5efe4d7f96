//! What the pages and notices say: texts by key in every language (Fluent), and figures as the language writes them.

mod figure;
#[cfg(test)]
mod keys;
mod language;

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};
use jiff::tz::TimeZone;

use figure::Figures;
pub(crate) use figure::Style;
pub use language::Language;

/// The texts of all languages.
pub struct Texts(BTreeMap<Language, FluentBundle<FluentResource>>);

/// The embedded texts do not hold together. It is a fault of the build.
#[derive(Debug, thiserror::Error)]
#[error("the texts of the pages cannot be used: {0}; install a whole build")]
pub struct TextError(String);

impl Texts {
    /// Reads the embedded texts.
    ///
    /// # Errors
    ///
    /// When they are not well-formed.
    pub fn new() -> Result<Self, TextError> {
        if let Some(fault) = Figures::fault() {
            return Err(TextError(fault.to_owned()));
        }
        let mut bundles = BTreeMap::new();
        for language in Language::ALL {
            let wrong = |what: String| TextError(format!("{}: {what}", language.tag()));
            let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
            // The marks that keep directions apart are for right-to-left scripts; here they would only show in searches.
            bundle.set_use_isolating(false);
            for source in language.sources() {
                let resource = FluentResource::try_new(source.to_owned())
                    .map_err(|(_, causes)| wrong(format!("{causes:?}")))?;
                bundle
                    .add_resource(resource)
                    .map_err(|causes| wrong(format!("{causes:?}")))?;
            }
            bundle.set_formatter(Some(figure::within_texts(language)));
            bundles.insert(language, bundle);
        }
        Ok(Self(bundles))
    }

    /// The text of a key; the key itself where there is none, which a test rules out for every key that is used.
    #[must_use]
    pub fn say(&self, language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        self.find(language, key, arguments).unwrap_or_else(|| {
            tracing::error!(key, language = language.tag(), "a text is missing");
            key.to_owned()
        })
    }

    /// The text of a key, if there is one and it is given all that it speaks of.
    #[must_use]
    pub fn tell(&self, language: Language, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let (text, mistakes) = self.write(language, key, Some(arguments))?;
        mistakes.is_empty().then_some(text)
    }

    fn write(
        &self,
        language: Language,
        key: &str,
        arguments: Option<&FluentArgs<'_>>,
    ) -> Option<(String, Vec<FluentError>)> {
        let bundle = self.0.get(&language)?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut mistakes = Vec::new();
        let text = bundle.format_pattern(pattern, arguments, &mut mistakes);
        Some((text.into_owned(), mistakes))
    }

    /// The text of a key, if there is one.
    #[must_use]
    pub fn find(&self, language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let (text, mistakes) = self.write(language, key, arguments)?;
        if !mistakes.is_empty() {
            tracing::error!(
                key,
                language = language.tag(),
                ?mistakes,
                "a text lacks something"
            );
        }
        Some(text)
    }

    /// A whole number.
    #[must_use]
    pub fn whole(&self, language: Language, number: i64) -> String {
        Figures::of(language).map_or_else(|| number.to_string(), |figures| figures.whole(number))
    }

    /// A number with at most one digit after the mark.
    #[must_use]
    pub fn tenths(&self, language: Language, number: f64) -> String {
        Figures::of(language).map_or_else(|| number.to_string(), |figures| figures.tenths(number))
    }

    /// A point in time in milliseconds since 1970, in a zone.
    pub(crate) fn moment(
        &self,
        language: Language,
        milliseconds: i64,
        zone: &TimeZone,
        style: Style,
    ) -> String {
        Figures::of(language).map_or_else(String::new, |figures| figures.moment(milliseconds, zone, style))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(language: Language) -> BTreeSet<String> {
        language
            .sources()
            .into_iter()
            .flat_map(str::lines)
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key.to_owned())
            .filter(|key| key.starts_with(|first: char| first.is_ascii_lowercase()))
            .collect()
    }

    #[test]
    fn every_language_says_the_same_things() {
        let english = keys(Language::English);
        for language in Language::ALL {
            let own = keys(language);
            let missing: Vec<_> = english.difference(&own).collect();
            let more: Vec<_> = own.difference(&english).collect();
            assert!(
                missing.is_empty() && more.is_empty(),
                "{language:?} lacks {missing:?} and has {more:?}"
            );
        }
    }

    #[test]
    fn figures_are_written_as_the_language_writes_them() {
        let texts = Texts::new().unwrap();
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let at = "2026-08-11T00:10:00Z"
            .parse::<jiff::Timestamp>()
            .unwrap()
            .as_millisecond();
        let written: Vec<_> = Language::ALL
            .into_iter()
            .map(|language| {
                format!(
                    "{} | {} | {} | {} | {}",
                    texts.whole(language, 1_234_567),
                    texts.tenths(language, 12.5),
                    texts.moment(language, at, &zone, Style::Moment),
                    texts.moment(language, at, &zone, Style::ShortDay),
                    texts.moment(language, at, &zone, Style::Time),
                )
            })
            .collect();
        assert_eq!(
            written,
            [
                "1.234.567 | 12,5 | 11. aug. 2026, 02.10 | 11. aug. | 02.10",
                "1\u{a0}234\u{a0}567 | 12,5 | 11. aug. 2026, 02:10 | 11. aug. | 02:10",
                "1\u{a0}234\u{a0}567 | 12,5 | 11 aug. 2026 02:10 | 11 aug. | 02:10",
                "1,234,567 | 12.5 | 11 Aug 2026, 02:10 | 11 Aug | 02:10",
                "1.234.567 | 12,5 | 11 ago 2026, 02:10 | 11 ago | 02:10",
            ]
        );
    }
}
