//! A connection's tables: connector, role, settings, grants, credentials, guard, policy and mappings.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use samklang_core::mapping::MappingSource;
use samklang_egress::{CredentialSettings, GrantSettings, Origin};

use super::credential;
use super::mapping;
use super::document::{Content, Node};
use super::mistake::{Mistake, Mistakes};
use super::section::{Placed, Section};
use super::tenant::plain_name;

/// What a connection is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is imported from.
    Source,
    /// It is exported to.
    Target,
    /// Both.
    Both,
}

impl Role {
    const WORDS: [(&str, Self); 3] = [("source", Self::Source), ("target", Self::Target), ("both", Self::Both)];

    /// The word for configuration and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
            Self::Both => "both",
        }
    }

    /// It is imported from.
    #[must_use]
    pub fn reads(self) -> bool {
        matches!(self, Self::Source | Self::Both)
    }

    /// It is exported to.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(self, Self::Target | Self::Both)
    }
}

/// Where a guard halts, as far as the tenant says other than the default.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GuardLimits {
    /// More than this many added.
    pub added: Option<u64>,
    /// And more than this share added.
    pub added_percent: Option<f64>,
    /// More than this many changed.
    pub changed: Option<u64>,
    /// And more than this share changed.
    pub changed_percent: Option<f64>,
    /// More than this many removed.
    pub removed: Option<u64>,
    /// And more than this share removed.
    pub removed_percent: Option<f64>,
}

/// What happens to a target's object whose entity is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delete {
    /// It is removed, in the way that the target calls removal.
    Delete,
    /// It is kept.
    #[default]
    Keep,
}

/// A connection, as far as the file alone tells.
#[derive(Debug)]
pub struct Connection {
    pub(super) name: String,
    pub(super) node: Node,
    pub(super) connector: Placed<String>,
    pub(super) version: Option<Placed<String>>,
    pub(super) role: Role,
    pub(super) settings: serde_json::Value,
    pub(super) grants: GrantSettings,
    pub(super) credentials: BTreeMap<String, CredentialSettings>,
    pub(super) guard: GuardLimits,
    pub(super) delete: Option<Delete>,
    pub(super) mappings: MappingSource,
}

impl Connection {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is used for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The connector that it uses.
    #[must_use]
    pub fn connector(&self) -> &str {
        &self.connector.value
    }

    /// Where the key of a setting stands; the pointer leads to the table that holds it.
    pub(super) fn key_of(&self, pointer: &str, key: &str) -> Range<usize> {
        let parts = ["settings"].into_iter().chain(pointer.split('/').skip(1)).chain([key]);
        self.node.place(parts, true)
    }

    /// What the operator grants it.
    #[must_use]
    pub fn grants(&self) -> &GrantSettings {
        &self.grants
    }
}

/// Reads a connection's table.
pub(super) fn read(name: &str, node: &Node, folder: &Path, mistakes: &mut Mistakes) -> Option<Connection> {
    plain_name("connection", &Placed { value: name.to_owned(), span: node.key.clone() }, mistakes);
    let table = format!("connections.{name}");
    let known =
        ["connector", "version", "role", "settings", "grants", "credentials", "guard", "policy", "mappings"];
    let section = Section::new(node, &table, &known, mistakes)?;
    let connector = section.required("connector", "\"pifu-ims\"", mistakes);
    let version = section.text("version", mistakes);
    if section.get("role").is_none() {
        mistakes.add(
            Mistake::new("missing-key", section.key(), format!("`[{table}]` lacks `role`"))
                .remedy("add `role = \"source\"`, `\"target\"` or `\"both\"`"),
        );
    }
    let role = section.word("role", &Role::WORDS, mistakes);
    let settings = match section.get("settings") {
        None => serde_json::json!({}),
        Some(node) if matches!(node.content, Content::Table(_)) => node.to_json(),
        Some(node) => {
            mistakes.add(
                Mistake::new("kind", node.span.clone(), format!("`settings` is {}, not a table", node.kind()))
                    .remedy(format!("write it as a table of its own, under `[{table}.settings]`")),
            );
            serde_json::json!({})
        }
    };
    let grants = grants(&section, mistakes);
    let credentials = credential::read(&section, folder, mistakes);
    let guard = guard(&section, mistakes);
    let delete = policy(&section, mistakes);
    let mappings = mapping::read(&section, mistakes);
    Some(Connection {
        name: name.to_owned(),
        node: node.clone(),
        connector: connector?,
        version,
        role: role?,
        settings,
        grants,
        credentials,
        guard,
        delete,
        mappings,
    })
}

fn grants(connection: &Section<'_>, mistakes: &mut Mistakes) -> GrantSettings {
    let table = format!("{}.grants", connection.name());
    let Some(node) = connection.get("grants") else { return GrantSettings::default() };
    let Some(section) = Section::new(node, &table, &["http", "inbox", "outbox"], mistakes) else {
        return GrantSettings::default();
    };
    let mut http = Vec::new();
    for text in section.texts("http", mistakes) {
        match Origin::granted(&text.value) {
            Ok(_) => http.push(text.value),
            Err(cause) => {
                mistakes.add(Mistake::new("grant", text.span, cause.to_string()));
            }
        }
    }
    GrantSettings {
        http,
        inbox: section.flag("inbox", mistakes).unwrap_or_default(),
        outbox: section.flag("outbox", mistakes).unwrap_or_default(),
    }
}

fn guard(connection: &Section<'_>, mistakes: &mut Mistakes) -> GuardLimits {
    let table = format!("{}.guard", connection.name());
    let known = ["added", "added_percent", "changed", "changed_percent", "removed", "removed_percent"];
    let section = connection.get("guard").and_then(|node| Section::new(node, &table, &known, mistakes));
    let Some(section) = section else { return GuardLimits::default() };
    GuardLimits {
        added: section.number("added", mistakes),
        added_percent: section.percent("added_percent", mistakes),
        changed: section.number("changed", mistakes),
        changed_percent: section.percent("changed_percent", mistakes),
        removed: section.number("removed", mistakes),
        removed_percent: section.percent("removed_percent", mistakes),
    }
}

fn policy(connection: &Section<'_>, mistakes: &mut Mistakes) -> Option<Delete> {
    let table = format!("{}.policy", connection.name());
    let section = Section::new(connection.get("policy")?, &table, &["delete"], mistakes)?;
    section.word("delete", &[("delete", Delete::Delete), ("keep", Delete::Keep)], mistakes)
}
