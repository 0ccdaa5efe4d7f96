//! What a person or the program did, for the tenant's journal; what happened to entities in a cycle comes with the batches that did it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::StoreError;

/// Something that a person or the program did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who: a person as the program knows them, or `cycle`.
    pub who: String,
    /// What, as a stable word such as `released`, `linked`, `exported`.
    pub event: String,
    /// The cycle that it was about.
    pub cycle: Option<i64>,
    /// The entity that it was about.
    pub entity: Option<Uuid>,
    /// Why, in the person's words. It must hold no sensitive value.
    pub why: String,
    /// Further particulars; never those of sensitive attributes.
    pub detail: serde_json::Value,
}

impl Deed {
    /// The particulars as they are kept: the reason among them.
    #[must_use]
    pub fn particulars(&self) -> serde_json::Value {
        let mut members = match &self.detail {
            serde_json::Value::Object(members) => members.clone(),
            serde_json::Value::Null => serde_json::Map::new(),
            other => serde_json::Map::from_iter([("detail".to_owned(), other.clone())]),
        };
        if !self.why.is_empty() {
            members.insert("why".to_owned(), self.why.clone().into());
        }
        serde_json::Value::Object(members)
    }
}

/// The journal, as far as deeds go.
pub trait Journal {
    /// Adds what was done, in one transaction. What a person does to the store is better added in the transaction that does it.
    fn note(&self, deeds: &[Deed]) -> impl Future<Output = Result<(), StoreError>> + Send;
}
