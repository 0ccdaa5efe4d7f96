//! What the server does by itself in a tenant.

use serde::Serialize;
use utoipa::ToSchema;

use super::Moment;

/// What the server does by itself in a tenant, and what it could not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Work {
    /// A task is at work, or waits for a place at work.
    pub running: bool,
    /// When the next cycle begins by itself; none without a schedule.
    pub next: Option<Moment>,
    /// When a cycle that waits is tried again by itself.
    pub tries_again: Option<Moment>,
    /// Why the last task could not be run at all; none when it could.
    pub error: Option<WorkError>,
    /// The newest notice that could not be delivered yet, for operators.
    pub untold: Option<Untold>,
}

/// Why a task could not be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkError {
    /// When.
    pub at: Moment,
    /// What happened, in English.
    pub message: String,
}

/// A notice that could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Untold {
    /// `mail` or `webhook`.
    pub way: String,
    /// When it failed last.
    pub at: Moment,
    /// What happened, in English.
    pub message: String,
    /// When it is tried again; none when that was given up.
    pub tries_again: Option<Moment>,
}
