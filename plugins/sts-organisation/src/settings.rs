//! The settings of a connection.

use samklang_sdk::prelude::*;
use uuid::Uuid;

/// The settings' JSON Schema.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// The settings, as the operator writes them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The environment's address, up to the names of the services.
    pub url: String,
    /// The municipality's CVR number.
    pub cvr: String,
    /// The municipality's Organisation in the register; looked up by the CVR number when absent.
    pub organisation_uuid: Option<Uuid>,
    /// Also reads positions and managers whose time is still to come.
    #[serde(default = "future_positions")]
    pub future_positions: bool,
    /// What a removal is.
    #[serde(default)]
    pub removal: Removal,
    /// Lets a read start where the last one ended.
    #[serde(default)]
    pub changes: bool,
}

/// What a removal is in the register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Removal {
    /// The object becomes Inaktiv and its relations end.
    #[default]
    Deactivate,
    /// The object's life ends; it can no longer be read.
    Passivate,
}

fn future_positions() -> bool {
    true
}

impl Settings {
    /// Settings that can be used, the URL without a slash at its end.
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
        if !rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#']))
        {
            fault("/url", "write it as https:// and a host name, without ? and #");
        }
        if self.cvr.len() != 8 || !self.cvr.bytes().all(|digit| digit.is_ascii_digit()) {
            fault("/cvr", "a CVR number has eight digits");
        }
        if !faults.is_empty() {
            return Err(Error::InvalidSettings(faults));
        }
        let plain = self.url.trim_end_matches('/').len();
        self.url.truncate(plain);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_named_with_its_pointer() {
        let wrong = serde_json::json!({"url": "sts", "cvr": "1111"});
        let Err(Error::InvalidSettings(faults)) =
            serde_json::from_value::<Settings>(wrong).unwrap().checked()
        else {
            panic!("not refused")
        };
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/url", "/cvr"]);
    }

    #[test]
    fn the_slash_at_the_end_does_not_matter() {
        let with = serde_json::json!({"url": "https://o.example/organisation/", "cvr": "11111111"});
        let settings = serde_json::from_value::<Settings>(with)
            .unwrap()
            .checked()
            .unwrap();
        assert_eq!(settings.url, "https://o.example/organisation");
    }
}
