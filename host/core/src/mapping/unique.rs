//! Unique names: an account name that is made of a person's name, is nobody else's, and stays.
//!
//! A name belongs to a scope (`username`), in which no two active entities ever hold the same one, compared without regard to case. An
//! entity keeps its name, also when what it was made of changes; the name of one that is gone is kept from others for a time. Which
//! names are held is told by the store; what is decided here is kept in the transaction that uses it.

mod allotting;
mod pattern;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use allotting::{Allotted, Allotting, Request};
pub use pattern::Unique;

/// A unique name as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UniqueSource {
    /// Templates, tried in order. The last one is tried with a growing number after that, which it may place by `n`.
    pub unique: Vec<String>,
    /// Within what the name is unique; the attribute's name when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// As many characters as a name may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// Characters that are left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub forbidden: String,
    /// Names that nobody gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<String>,
    /// For how long the name of an entity that is gone is kept from others.
    #[serde(default = "a_year")]
    pub reuse_after_days: u32,
    /// A name that the patterns would not give any more is replaced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub renew: bool,
}

fn a_year() -> u32 {
    365
}

/// A name that an entity holds, or held, in a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allotment {
    /// The scope.
    pub scope: String,
    /// The name.
    pub name: String,
    /// Who holds it; none when an account of a target has it that belongs to nobody.
    pub entity: Option<Uuid>,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// When it was given up, in milliseconds since 1970.
    pub released: Option<i64>,
}

/// A name as it is compared.
#[must_use]
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}
