//! A connection's tables: connector, role, settings, grants, credentials, guard, policy and mappings.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use samklang_core::guard::Guard;
use samklang_core::mapping::MappingSource;
use samklang_core::plan::Policies;
use samklang_cycle::Role;
use samklang_egress::{CredentialSettings, GrantSettings, Origin, Protocol, ProxySettings};

use super::credential;
use super::document::{Content, Node};
use super::guard;
use super::limits::{self, Bounds};
use super::mapping;
use super::mistake::{Mistake, Mistakes};
use super::policy;
use super::section::{Placed, Section};
use super::tenant::plain_name;

const ROLES: [(&str, Role); 3] = [
    ("source", Role::Source),
    ("target", Role::Target),
    ("both", Role::Both),
];

/// The word of a role.
pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::Source => "source",
        Role::Target => "target",
        Role::Both => "both",
    }
}

/// Whether a connection is imported from.
pub(super) fn reads(role: Role) -> bool {
    matches!(role, Role::Source | Role::Both)
}

/// Whether a connection is exported to.
pub(super) fn writes(role: Role) -> bool {
    matches!(role, Role::Target | Role::Both)
}

/// A connection, as far as the file alone tells.
#[derive(Debug)]
pub struct Connection {
    pub(super) name: String,
    pub(super) node: Node,
    title: Option<String>,
    pub(super) connector: Placed<String>,
    pub(super) version: Option<Placed<String>>,
    pub(super) role: Role,
    pub(super) settings: serde_json::Value,
    pub(super) grants: GrantSettings,
    pub(super) credentials: BTreeMap<String, CredentialSettings>,
    pub(super) bounds: Bounds,
    pub(super) proxy: Option<ProxySettings>,
    pub(super) guard: Guard,
    pub(super) policy: Policies,
    pub(super) in_flight: Option<u32>,
    pub(super) daily_operations: Option<u32>,
    pub(super) enrolment: bool,
    pub(super) mappings: MappingSource,
}

impl Connection {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The word of its role.
    #[must_use]
    pub fn role_word(&self) -> &'static str {
        word(self.role)
    }

    /// What it is used for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// What people call its system; none when the file does not say.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Whether its target is written only once it is enrolled.
    #[must_use]
    pub fn enrolment(&self) -> bool {
        self.enrolment
    }

    /// Its credentials: the need that each serves, and its kind.
    pub fn credential_kinds(&self) -> impl Iterator<Item = (&str, &str)> {
        let tables = self.node.get("credentials").map_or(&[][..], Node::entries);
        tables
            .iter()
            .filter_map(|(need, table)| match &table.get("kind")?.content {
                Content::Text(kind) => Some((need.as_str(), kind.as_str())),
                _ => None,
            })
    }

    /// Its settings, as they are written.
    #[must_use]
    pub fn settings(&self) -> &serde_json::Value {
        &self.settings
    }

    /// The connector that it uses.
    #[must_use]
    pub fn connector(&self) -> &str {
        &self.connector.value
    }

    /// The version that the file names.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_ref().map(|version| version.value.as_str())
    }

    /// Where the key of a setting stands; the pointer leads to the table that holds it.
    pub(super) fn key_of(&self, pointer: &str, key: &str) -> Range<usize> {
        let parts = ["settings"]
            .into_iter()
            .chain(pointer.split('/').skip(1))
            .chain([key]);
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
    plain_name(
        "connection",
        &Placed {
            value: name.to_owned(),
            span: node.key.clone(),
        },
        mistakes,
    );
    let table = format!("connections.{name}");
    let known = [
        "title",
        "connector",
        "version",
        "role",
        "settings",
        "grants",
        "credentials",
        "limits",
        "proxy",
        "guard",
        "enrolment",
        "policy",
        "in_flight",
        "daily_operations",
        "mappings",
    ];
    let section = Section::new(node, &table, &known, mistakes)?;
    let title = section.text("title", mistakes).map(|title| title.value);
    let connector = section.required("connector", "\"pifu-ims\"", mistakes);
    let version = section.text("version", mistakes);
    if section.get("role").is_none() {
        mistakes.add(
            Mistake::new("missing-key", section.key(), format!("`[{table}]` lacks `role`"))
                .remedy("add `role = \"source\"`, `\"target\"` or `\"both\"`"),
        );
    }
    let role = section.word("role", &ROLES, mistakes);
    let settings = match section.get("settings") {
        None => serde_json::json!({}),
        Some(node) if matches!(node.content, Content::Table(_)) => node.to_json(),
        Some(node) => {
            mistakes.add(
                Mistake::new(
                    "kind",
                    node.span.clone(),
                    format!("`settings` is {}, not a table", node.kind()),
                )
                .remedy(format!(
                    "write it as a table of its own, under `[{table}.settings]`"
                )),
            );
            serde_json::json!({})
        }
    };
    let grants = grants(&section, mistakes);
    let credentials = credential::read(&section, folder, mistakes);
    let bounds = limits::read(&section, mistakes);
    let proxy = proxy(&section, folder, mistakes);
    let guard = guard::read(&section, mistakes);
    let policy = policy::read(&section, mistakes);
    let in_flight = section.one_up_to(IN_FLIGHT_MOST, "in_flight", mistakes);
    let daily_operations = section.one_up_to(u32::MAX, "daily_operations", mistakes);
    let enrolment = enrolment(&section, role, mistakes);
    let mappings = mapping::read(&section, mistakes);
    Some(Connection {
        name: name.to_owned(),
        node: node.clone(),
        title,
        connector: connector?,
        version,
        role: role?,
        settings,
        grants,
        credentials,
        bounds,
        proxy,
        guard,
        policy,
        in_flight,
        daily_operations,
        enrolment,
        mappings,
    })
}

/// The most calls that one target gets at a time.
const IN_FLIGHT_MOST: u32 = 64;

fn grants(connection: &Section<'_>, mistakes: &mut Mistakes) -> GrantSettings {
    let table = format!("{}.grants", connection.name());
    let Some(node) = connection.get("grants") else {
        return GrantSettings::default();
    };
    let Some(section) = Section::new(
        node,
        &table,
        &["http", "ldap", "signing", "inbox", "outbox"],
        mistakes,
    ) else {
        return GrantSettings::default();
    };
    let mut origins = |protocol: Protocol| {
        let mut origins = Vec::new();
        for text in section.texts(protocol.key(), mistakes) {
            match Origin::granted(protocol, &text.value) {
                Ok(_) => origins.push(text.value),
                Err(cause) => {
                    mistakes.add(Mistake::new("grant", text.span, cause.to_string()));
                }
            }
        }
        origins
    };
    GrantSettings {
        http: origins(Protocol::Http),
        ldap: origins(Protocol::Ldap),
        signing: section
            .texts("signing", mistakes)
            .into_iter()
            .map(|need| need.value)
            .collect(),
        inbox: section.flag("inbox", mistakes).unwrap_or_default(),
        outbox: section.flag("outbox", mistakes).unwrap_or_default(),
    }
}

/// The proxy that the connection's requests go through.
fn proxy(connection: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Option<ProxySettings> {
    let table = format!("{}.proxy", connection.name());
    let node = connection.get("proxy")?;
    let section = Section::new(node, &table, &["url", "username", "password"], mistakes)?;
    let url = section.required("url", "\"http://proxy.kommune.example:3128\"", mistakes);
    let account = match (section.get("username"), section.get("password")) {
        (None, None) => None,
        _ => {
            let name = section.required("username", "\"samklang\"", mistakes);
            let password = credential::secret(&section, "password", folder, mistakes);
            Some((name?.value, password?))
        }
    };
    let url = url?;
    match ProxySettings::new(&url.value, account) {
        Ok(proxy) => Some(proxy),
        Err(cause) => {
            // Whoever writes a URL here may have written the password with it.
            mistakes.add(Mistake::new("proxy", url.span, cause.to_string()).blotted());
            None
        }
    }
}

/// Whether a target is not written before it is enrolled.
fn enrolment(connection: &Section<'_>, role: Option<Role>, mistakes: &mut Mistakes) -> bool {
    let required = connection.word("enrolment", &[("required", true)], mistakes);
    if let (Some(true), Some(Role::Source), Some(node)) = (required, role, connection.get("enrolment")) {
        mistakes.add(
            Mistake::new(
                "role",
                node.span.clone(),
                "a source is not enrolled: nothing is written there",
            )
            .remedy("leave the line out, or make the connection a target"),
        );
    }
    required.unwrap_or_default()
}
