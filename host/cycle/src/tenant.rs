//! A tenant as the cycle sees it: its connections with their compiled mappings, and its steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use samklang_core::guard::Guard;
use samklang_core::mapping::{Mappings, Vocabulary};
use samklang_core::plan::Policies;
use samklang_core::port::StepSpec;
use samklang_core::reconcile::Ownership;
use samklang_core::retention::Retention;
use uuid::Uuid;

/// One customer: its configuration, compiled.
#[derive(Debug)]
pub struct Tenant {
    /// Its name in the installation.
    pub name: String,
    /// What entities' identities are derived from; the same name gives the same identities.
    pub namespace: Uuid,
    /// The steps of its cycle, in order.
    pub steps: Vec<StepSpec>,
    /// Its connections by name.
    pub connections: BTreeMap<String, Connection>,
    /// Source connections in the order in which they are believed.
    pub sources: Vec<String>,
    /// Where an attribute has an order of its own, and how long entities stay after their last source.
    pub ownership: Ownership,
    /// How long what is no longer needed is kept.
    pub retention: Retention,
    /// The names that its templates may use.
    pub vocabulary: Arc<Vocabulary>,
    /// What day it is.
    pub calendar: Calendar,
}

/// What day it is for a tenant.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Where the tenant's days begin and end.
    pub zone: TimeZone,
    /// The day to plan for in place of today.
    pub as_of: Option<Date>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            as_of: None,
        }
    }
}

impl Calendar {
    /// The day that is planned for, at a moment in milliseconds since 1970.
    #[must_use]
    pub fn day(&self, now: i64) -> Date {
        self.as_of.unwrap_or_else(|| {
            let now = Timestamp::from_millisecond(now).unwrap_or_default();
            self.zone.to_datetime(now).date()
        })
    }
}

impl Tenant {
    /// The namespace of a tenant's name.
    #[must_use]
    pub fn namespace(name: &str) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("samklang:tenant:{name}").as_bytes())
    }

    /// The connections that hold what the catalogue wants.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.connections
            .iter()
            .filter(|(_, connection)| !connection.mappings.outbound.is_empty())
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// A connector configured in a tenant.
#[derive(Debug, Default)]
pub struct Connection {
    /// What it is for.
    pub role: Role,
    /// Its mappings.
    pub mappings: Mappings,
    /// How much an import or a plan may take away unasked.
    pub guard: Guard,
    /// How its target is to be treated.
    pub policy: Policies,
    /// How many calls with changes its target may get at a time, when the operator says so.
    pub in_flight: Option<u32>,
    /// How many operations its target gets in a day of the tenant, when the operator says so.
    pub daily_operations: Option<u32>,
    /// Its target is not written before it is enrolled.
    pub enrolment: bool,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It is read.
    #[default]
    Source,
    /// It is written.
    Target,
    /// Either.
    Both,
}
