//! Connections, the builds of their connectors, and what these may reach.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Moment, Usage};

/// A connection of a tenant.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Connection {
    /// Its name.
    pub name: String,
    /// What people call its system.
    pub system: String,
    /// The connector's name.
    pub connector: String,
    /// The version that it runs.
    pub version: String,
    /// The build that it runs.
    pub digest: String,
    /// Who signed it; none when nobody did.
    pub signer: Option<String>,
    /// `source`, `target`, `both`.
    pub role: String,
    /// The version stands in the configuration, so that no other can be activated.
    pub fixed: bool,
    /// Its settings; whatever is secret is masked.
    #[schema(value_type = Value)]
    pub settings: serde_json::Value,
    /// Its credentials, without what is secret about them.
    pub credentials: Vec<CredentialPart>,
    /// What it asks for, is granted and uses.
    pub grants: Vec<Grant>,
    /// What its steps used in the newest cycle.
    pub usage: Usage,
    /// It takes files: the page offers to upload one.
    pub inbox: bool,
    /// Files that lie in its inbox, those that arrived last first.
    pub files: Vec<InboxFile>,
    /// Its target is written only once it is enrolled.
    pub enrolment: bool,
}

/// A file in an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InboxFile {
    /// Its name.
    pub name: String,
    /// How long it is, in octets.
    pub octets: u64,
    /// When it arrived, or was written last.
    pub arrived: Moment,
}

/// A credential, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CredentialPart {
    /// The need that it serves.
    pub need: String,
    /// Its kind.
    pub kind: String,
}

/// Something that a connector may reach.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Grant {
    /// An origin, a key, `inbox` or `outbox`.
    pub place: String,
    /// What the connector wants it for.
    pub purpose: String,
    /// The connector asks for it.
    pub asked: bool,
    /// The operator grants it.
    pub granted: bool,
    /// Its use.
    pub used: Option<GrantUse>,
    /// What a person should do about it; empty when nothing.
    pub remark: String,
}

/// Use of a grant in the newest cycles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GrantUse {
    /// How often.
    pub requests: u64,
    /// When last.
    pub last: Moment,
}

/// What a look at a connection found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// The connection; none when it is about the tenant.
    pub connection: Option<String>,
    /// `note`, `warning`, `failure`.
    pub severity: String,
    /// What was found.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A build of a connector that is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Installed {
    /// The connector's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What its system is called.
    pub system: String,
    /// Who makes it.
    pub vendor: String,
    /// Its digest.
    pub digest: String,
    /// Its size in octets.
    pub size: u64,
    /// When it was installed.
    pub installed: Moment,
    /// Where it came from, for those who give builds to tenants; none for others.
    pub origin: Option<String>,
    /// Who signed it; none when nobody did.
    pub signer: Option<String>,
}

impl Installed {
    /// As it is told to somebody: where a build came from may name what is inside the house, and is for those who give builds.
    pub(crate) fn told(self, gives_builds: bool) -> Self {
        Self {
            origin: self.origin.filter(|_| gives_builds),
            ..self
        }
    }
}

/// A build that a connection was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Build {
    /// The connection.
    pub connection: String,
    /// The digest.
    pub digest: String,
    /// The version; none when it is not installed any more.
    pub version: Option<String>,
    /// When.
    pub at: Moment,
    /// Who.
    pub who: String,
    /// Why.
    pub reason: String,
}

/// A person's wish that a connector's connections run a build, or go back to the one before.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildWish {
    /// The digest, or its beginning; none to go back.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub digest: Option<String>,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}

/// What a connection runs from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Activated {
    /// The connection.
    pub connection: String,
    /// The version.
    pub version: Option<String>,
    /// The build.
    pub digest: String,
    /// The build before.
    pub before: Option<String>,
    /// What the new build says of itself that the old one did not, in English.
    pub changes: Vec<String>,
}
