//! The settings of a connection and what follows from them.

use jiff::ToSpan;
use samklang_sdk::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::queries::Generation;
use crate::validity::{self, Ends};

/// The settings' JSON Schema.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// The settings, as the operator writes them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where OS2MO is: scheme and host, and a path only where a proxy adds one.
    pub url: String,
    /// The version of the GraphQL API.
    #[serde(default = "version")]
    pub version: u8,
    /// Units that are not this one or below it are not read.
    pub root_unit: Option<String>,
    /// Objects per page.
    #[serde(default = "page_size")]
    pub page_size: u32,
    /// The day to read as of, in place of now.
    pub as_of: Option<String>,
    /// How many days ahead coming states are read. All of them when absent, none when 0.
    pub future_days: Option<u32>,
    /// Also reads addresses whose visibility is SECRET.
    #[serde(default)]
    pub secret_addresses: bool,
}

fn version() -> u8 {
    29
}

fn page_size() -> u32 {
    500
}

/// The versions that this connector speaks.
pub(crate) const VERSIONS: std::ops::RangeInclusive<u8> = 22..=30;

impl Settings {
    /// Settings that can be used, with what differs only in writing made the same.
    ///
    /// # Errors
    /// [`Error::InvalidSettings`] with every setting that cannot be used.
    pub(crate) fn checked(mut self) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, reason: String| {
            faults.push(InvalidSetting {
                pointer: pointer.into(),
                reason,
            });
        };
        match origin_and_path(&self.url) {
            None => fault("/url", "write it as https:// and a host name".into()),
            Some((_, path)) if path.contains("/graphql") => {
                fault(
                    "/url",
                    "leave out /graphql and the version: they are added".into(),
                );
            }
            Some((_, path)) if path.contains(['?', '#']) => {
                fault("/url", "leave out everything from ? or # on".into());
            }
            Some(_) => self.url.truncate(self.url.trim_end_matches('/').len()),
        }
        if !VERSIONS.contains(&self.version) {
            fault(
                "/version",
                format!("choose from {} to {}", VERSIONS.start(), VERSIONS.end()),
            );
        }
        if self.page_size == 0 {
            fault("/page_size", "0 would read nothing; 500 is usual".into());
        }
        if let Some(root) = &mut self.root_unit {
            root.make_ascii_lowercase();
            if !is_uuid(root) {
                fault(
                    "/root_unit",
                    "not a UUID such as 3f0c8a52-0000-4000-8000-0000000000c0".into(),
                );
            }
        }
        if let Some(cause) = self.as_of.as_deref().and_then(|day| validity::moment(day).err()) {
            fault("/as_of", format!("{cause}; write YYYY-MM-DD"));
        }
        if faults.is_empty() {
            Ok(self)
        } else {
            Err(Error::InvalidSettings(faults))
        }
    }

    pub(crate) fn generation(&self) -> Generation {
        Generation::of(self.version)
    }

    pub(crate) fn ends(&self) -> Ends {
        Ends::of(self.version)
    }

    /// Up to version 27 the parent of a top unit is the root organisation, which is no unit.
    pub(crate) fn organisation_is_parent(&self) -> bool {
        self.version <= 27
    }
}

/// The span of time that a read looks at.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) from: String,
    pub(crate) to: Json,
    pub(crate) moment: jiff::Timestamp,
}

impl Window {
    /// The window of a read that begins at `now` (RFC 3339).
    pub(crate) fn of(settings: &Settings, now: &str) -> Result<Self, Error> {
        let from = settings.as_of.as_deref().unwrap_or(now).to_owned();
        let fault = |cause: String| Error::Internal(format!("the window of the read: {cause}"));
        let moment = validity::moment(&from).map_err(fault)?;
        let to = match settings.future_days {
            // Null is "without end"; to leave it out would mean "this moment only".
            None => Json::Null,
            Some(0) => json!(from),
            Some(days) => {
                let day = validity::day(moment).map_err(fault)?;
                let last = day
                    .checked_add(i64::from(days).days())
                    .map_err(|cause| fault(cause.to_string()))?;
                json!(last.to_string())
            }
        };
        Ok(Self { from, to, moment })
    }

    /// A filter for objects that have a state in the window.
    pub(crate) fn filter(&self) -> Map<String, Json> {
        let mut filter = Map::new();
        filter.insert("from_date".into(), json!(self.from));
        filter.insert("to_date".into(), self.to.clone());
        filter
    }
}

/// A URL of HTTP, cut behind its host and port. `None` when it is none.
fn origin_and_path(url: &str) -> Option<(&str, &str)> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    (at > 0).then(|| url.split_at(url.len() - rest.len() + at))
}

/// A text is a UUID with hyphens, in small or capital letters.
pub(crate) fn is_uuid(text: &str) -> bool {
    let hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, letter): (usize, char)| {
        if hyphen(at) {
            letter == '-'
        } else {
            letter.is_ascii_hexdigit()
        }
    };
    text.len() == 36 && text.char_indices().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(json: Json) -> Result<Settings, Error> {
        serde_json::from_value::<Settings>(json).unwrap().checked()
    }

    #[test]
    fn every_fault_is_named_with_its_pointer() {
        let wrong = json!({"url": "https://mo.example/graphql/v25", "version": 31, "page_size": 0,
            "root_unit": "top", "as_of": "monday"});
        let Err(Error::InvalidSettings(faults)) = settings(wrong) else {
            panic!("not refused")
        };
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            ["/url", "/version", "/page_size", "/root_unit", "/as_of"]
        );
    }

    #[test]
    fn the_url_loses_its_slash_and_the_root_its_capitals() {
        let root = "3F0C8A52-0000-4000-8000-0000000000C0";
        let settings = settings(json!({"url": "https://mo.example/", "root_unit": root})).unwrap();
        assert_eq!(settings.url, "https://mo.example");
        assert_eq!(settings.root_unit, Some(root.to_ascii_lowercase()));
        assert_eq!((settings.version, settings.page_size), (29, 500));
    }

    #[test]
    fn the_window_is_open_unless_it_is_told_to_close() {
        let window = |json: Json| Window::of(&settings(json).unwrap(), "2026-03-02T10:00:00Z").unwrap();
        assert_eq!(window(json!({"url": "https://mo.example"})).to, Json::Null);
        let bounded = window(json!({"url": "https://mo.example", "as_of": "2026-08-01", "future_days": 30}));
        assert_eq!(
            (bounded.from.as_str(), &bounded.to),
            ("2026-08-01", &json!("2026-08-31"))
        );
        let now = window(json!({"url": "https://mo.example", "future_days": 0}));
        assert_eq!(now.to, json!("2026-03-02T10:00:00Z"));
    }
}
