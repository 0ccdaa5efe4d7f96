//! Builds of connectors: what one says of itself, whether it is the one that was installed, and what another one would change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Installed, Moment};

/// A build and what it says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BuildDescription {
    /// The build.
    pub build: Installed,
    /// Its classes, settings and what it asks for, in the shape of the command `connector inspect`.
    #[schema(value_type = Value)]
    pub description: serde_json::Value,
}

/// Whether an installed build is the one that was added, and trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BuildVerdict {
    /// The connector's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its digest.
    pub digest: String,
    /// Where it came from.
    pub origin: String,
    /// It is the one that was added, and its signature holds.
    pub sound: bool,
    /// Who signed it, as far as that holds; none when nobody did.
    pub signer: Option<String>,
    /// What is wrong with it, and what to do.
    pub flaw: Option<String>,
}

/// A person's wish to know what another build would change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildTrialWish {
    /// The digest of the build, or its beginning.
    #[schema(min_length = 8, max_length = 100, pattern = r"^[A-Za-z0-9:-]+$")]
    pub digest: String,
}

/// What another build would change in a tenant's next plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BuildTrial {
    /// The connector.
    pub connector: String,
    /// The build that was tried.
    pub digest: String,
    /// When the trial ended.
    pub at: Moment,
    /// Who wanted it.
    pub who: String,
    /// Why it could not be tried; none when it was.
    pub failed: Option<String>,
    /// What came of it.
    pub found: Option<BuildFound>,
}

/// What came of trying a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BuildFound {
    /// Its version.
    pub version: String,
    /// What it says of itself that the one which runs does not, in English.
    pub changes: Vec<String>,
    /// The laws of the contract that it breaks.
    pub breaches: Vec<BuildBreach>,
    /// How much of the next plan would be otherwise.
    pub counts: Vec<PlanDifferences>,
    /// The first operations that would be.
    pub differences: Vec<PlanDifference>,
}

/// A law of the contract that a build breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BuildBreach {
    /// The connection in which it shows.
    pub connection: String,
    /// The class.
    pub class: String,
    /// What was found, and what would be right.
    pub message: String,
}

/// Operations that two plans do not have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanDifferences {
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// `only with it`, `otherwise with it`, `only without it`.
    pub difference: String,
    /// How many.
    pub count: u64,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanDifference {
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// The object's key.
    pub key: String,
    /// In which of the plans it is.
    pub difference: String,
    /// What is done.
    pub action: String,
    /// The attributes that change.
    pub changed: Vec<String>,
}
