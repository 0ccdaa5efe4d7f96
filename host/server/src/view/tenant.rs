//! A tenant among others.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Wait};

/// A tenant at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TenantSummary {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its newest cycle for everybody, or whatever has not ended; none before the first.
    pub cycle: Option<CycleSummary>,
    /// A cycle or an errand is at work just now.
    pub running: bool,
    /// What the cycle waits for.
    pub waits: Option<Wait>,
    /// What is halted takes two persons, and one of them has released it: another one is waited for.
    pub one_of_two: bool,
    /// When the next cycle begins by itself; none without a schedule.
    pub next: Option<Moment>,
    /// Questions that are open.
    pub cases: u64,
    /// School-year promotions whose time ended lately without an import that made use of them.
    pub unused_promotions: Vec<UnusedPromotion>,
    /// Why the tenant's configuration cannot be used; none when it can.
    pub broken: Option<String>,
}

/// A school-year promotion that was announced, and whose time has ended without its being used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnusedPromotion {
    /// The source.
    pub connection: String,
    /// What people call the source's system.
    pub system: String,
    /// When its time ended.
    pub closed: Moment,
}

/// A cycle at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CycleSummary {
    /// Its number.
    pub id: i64,
    /// `whole` for everybody; `errand` for one entity that a person wanted synchronised now, `link` for linking. What is not for everybody
    /// is in the history, and never stands for how the tenant is once it has ended.
    pub kind: String,
    /// `running`, `halted`, `failed`, `incomplete`, `done`, `rejected`.
    pub state: String,
    /// When it began.
    pub started: Moment,
    /// When it ended.
    pub ended: Option<Moment>,
}
