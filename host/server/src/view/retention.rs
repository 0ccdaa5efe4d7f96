//! Erasing what is over its time.

use serde::Serialize;
use utoipa::ToSchema;

/// What was erased of one sort because its time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Erased {
    /// What, such as `gone.person` or `operations`.
    pub what: String,
    /// How much of it.
    pub count: u64,
    /// Entries of the journal whose particulars went with it.
    pub entries: u64,
    /// Operations that went with it.
    pub operations: u64,
    /// There is more, which the next days erase, or the same done again.
    pub more: bool,
}
