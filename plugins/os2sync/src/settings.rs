//! The settings of a connection.

use samklang_sdk::prelude::*;

/// The settings' JSON Schema.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// The settings, as the operator writes them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where OS2sync is, with or without `/api`.
    pub url: String,
    /// The municipality's CVR number.
    pub cvr: String,
    /// The place in OS2sync's queue; a lower number comes earlier.
    #[serde(default = "priority")]
    pub priority: u32,
    /// Lets OS2sync write users that are the same as last time.
    #[serde(default)]
    pub bypass_cache: bool,
    /// What a removal is.
    #[serde(default)]
    pub delete: Removal,
    /// The one unit without a parent. It is never removed, and no other unit may be without a parent.
    pub root_unit: Option<String>,
    /// How long to wait for the hierarchy, in seconds.
    #[serde(default = "hierarchy_wait")]
    pub hierarchy_wait_seconds: u32,
}

/// What a removal is in FK Organisation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Removal {
    /// The object becomes inactive and can be read still.
    #[default]
    Delete,
    /// The object is passivated and can no longer be read.
    Passivate,
}

fn priority() -> u32 {
    10
}

fn hierarchy_wait() -> u32 {
    600
}

impl Settings {
    /// Settings that can be used, the URL without `/api`.
    ///
    /// # Errors
    /// [`Error::InvalidSettings`] with every setting that cannot be used.
    pub(crate) fn checked(mut self) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, reason: &str| {
            faults.push(InvalidSetting {
                pointer: pointer.into(),
                reason: reason.into(),
            });
        };
        let rest = self
            .url
            .strip_prefix("https://")
            .or_else(|| self.url.strip_prefix("http://"));
        match rest {
            Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#']) => {}
            _ => fault(
                "/url",
                "write it as http:// or https:// and a host name, without ? and #",
            ),
        }
        if self.cvr.len() != 8 || !self.cvr.bytes().all(|digit| digit.is_ascii_digit()) {
            fault("/cvr", "a CVR number has eight digits");
        }
        if let Some(root) = &mut self.root_unit {
            root.make_ascii_lowercase();
            if !is_uuid(root) {
                fault(
                    "/root_unit",
                    "not a UUID such as 3f0c8a52-0000-4000-8000-0000000000c0",
                );
            }
        }
        if !faults.is_empty() {
            return Err(Error::InvalidSettings(faults));
        }
        let plain = self.url.trim_end_matches('/').len();
        self.url.truncate(plain);
        let api = self.url.len().saturating_sub("/api".len());
        if self
            .url
            .get(api..)
            .is_some_and(|end| end.eq_ignore_ascii_case("/api"))
        {
            self.url.truncate(api);
        }
        Ok(self)
    }
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

    fn settings(url: &str) -> Settings {
        serde_json::from_value(serde_json::json!({"url": url, "cvr": "11111111"})).unwrap()
    }

    #[test]
    fn the_url_is_the_same_with_and_without_api() {
        let urls = [
            "http://os2sync:5000",
            "http://os2sync:5000/",
            "http://os2sync:5000/api",
            "http://os2sync:5000/API/",
        ];
        for url in urls {
            assert_eq!(
                settings(url).checked().unwrap().url,
                "http://os2sync:5000",
                "{url}"
            );
        }
        assert_eq!(
            settings("https://k.example/os2sync/api").checked().unwrap().url,
            "https://k.example/os2sync"
        );
    }

    #[test]
    fn every_fault_is_named_with_its_pointer() {
        let wrong = Settings {
            cvr: "1111-1111".into(),
            root_unit: Some("top".into()),
            ..settings("os2sync")
        };
        let Err(Error::InvalidSettings(faults)) = wrong.checked() else {
            panic!("not refused")
        };
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/url", "/cvr", "/root_unit"]);
    }
}
