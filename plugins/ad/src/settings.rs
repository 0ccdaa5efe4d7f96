//! What an operator sets.

use samklang_sdk::ldap::Dn;
use samklang_sdk::prelude::*;

/// The schema that the host checks settings against.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// The connection's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where a domain controller is.
    #[serde(rename = "url")]
    pub(crate) _url: String,
    /// The part of the directory that counts; the whole domain when absent.
    #[serde(default)]
    pub(crate) base: Option<String>,
    /// Where users are made that the mapping gives no place, from the base on.
    #[serde(default)]
    pub(crate) users: String,
    /// The same for groups.
    #[serde(default)]
    pub(crate) groups: String,
    /// What a user name is completed with to a principal name.
    #[serde(default)]
    pub(crate) upn_suffix: Option<String>,
    /// What becomes of users that are removed.
    #[serde(default)]
    pub(crate) removal: Removal,
    /// Where removed users are moved to, from the base on.
    #[serde(default)]
    pub(crate) removed: Option<String>,
    /// The attribute that holds the id of what an object stands for.
    #[serde(default = "anchor")]
    pub(crate) anchor: String,
    /// Which users count, beside those that always do.
    #[serde(default)]
    pub(crate) user_filter: Option<String>,
    /// Whether a read tells from where to go on.
    #[serde(default)]
    pub(crate) changes: bool,
    /// Entries that are asked for at a time.
    #[serde(default = "page_size")]
    pub(crate) page_size: u32,
    /// Whether new users have to choose a password of their own.
    #[serde(default = "yes")]
    pub(crate) must_change_password: bool,
}

/// What becomes of users that are removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Removal {
    /// They are disabled and stay where they are.
    #[default]
    Disable,
    /// They are disabled and moved.
    Move,
    /// They are deleted.
    Delete,
}

fn anchor() -> String {
    "adminDescription".to_owned()
}

fn page_size() -> u32 {
    500
}

fn yes() -> bool {
    true
}

impl Settings {
    /// What a schema cannot say.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let paths = [
            ("/base", self.base.as_deref()),
            ("/users", Some(self.users.as_str())),
            ("/groups", Some(self.groups.as_str())),
            ("/removed", self.removed.as_deref()),
        ];
        for (pointer, path) in paths {
            if path.is_some_and(|path| Dn::parse(path).is_none()) {
                let reason = "is not a distinguished name such as `OU=Skoler,OU=Ansatte`";
                return Err(Error::invalid_setting(pointer, reason));
            }
        }
        if self.removal == Removal::Move && self.removed.as_deref().is_none_or(str::is_empty) {
            let reason = "is missing: with `removal` as `move` it names the OU for removed users";
            return Err(Error::invalid_setting("/removed", reason));
        }
        if self
            .user_filter
            .as_deref()
            .is_some_and(|filter| !filter.starts_with('(') || !filter.ends_with(')'))
        {
            let reason = "is not a filter such as `(employeeType=*)`";
            return Err(Error::invalid_setting("/user_filter", reason));
        }
        Ok(self)
    }
}
