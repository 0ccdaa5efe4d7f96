//! Connections, what they may reach, and the builds of their connectors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use samklang_core::port::{Store as _, Usage};
use samklang_server::view::{
    Activated, Build, BuildWish, Connection, CredentialPart, Finding, Grant, GrantUse, InboxFile, Installed,
    Moment,
};
use samklang_store::ConnectorRecord;
use serde_json::{Map, Value};

use super::cycle::word;
use super::giving;
use super::grants;
use super::place::Place;
use crate::configuration::{self, Opening, Tenant};
use crate::failure::Failure;
use crate::installation::{Premises, described};
use crate::wiring::written;

/// Files of an inbox that are named.
const FILES: usize = 100;

/// What stands in place of a setting that is secret.
const MASK: &str = "••••••";

/// The builds that are installed.
pub(super) async fn installed(premises: &Premises) -> Result<Vec<Installed>, Failure> {
    let records = premises.connectors().await?.into_iter();
    records.map(shown).collect()
}

/// An installed build as people see it.
pub(super) fn shown(record: ConnectorRecord) -> Result<Installed, Failure> {
    let description = described(&record)?.description;
    Ok(Installed {
        system: description.system.clone(),
        vendor: description.vendor.clone(),
        name: record.name,
        version: record.version,
        digest: record.digest,
        size: record.size,
        installed: Moment(record.installed),
        origin: Some(record.origin),
        signer: record.signer,
    })
}

impl Place {
    /// The connections, in the order of the configuration.
    pub(super) async fn connections(&self) -> Result<Vec<Connection>, Failure> {
        let tenant = self.written()?;
        let fitted = self.fitted().await?;
        let signers: BTreeMap<String, Option<String>> = {
            let records = self.premises.connectors().await?.into_iter();
            records.map(|record| (record.digest, record.signer)).collect()
        };
        let (cycles, uses) = grants::uses(&self.store).await?;
        let usage = self.usage().await?;
        let mut connections = Vec::new();
        for connection in tenant.connections() {
            let Some(opening) = fitted.openings.get(connection.name()) else {
                continue;
            };
            let shown = grants::grants(opening).into_iter();
            let shown = shown.map(|grant| {
                let none = grants::Uses::default();
                let place = (connection.name().to_owned(), grant.place.clone());
                let used = uses.get(&place).unwrap_or(&none);
                Grant {
                    remark: grants::remark(&grant, used, cycles),
                    used: used.newest.map(|newest| GrantUse {
                        requests: used.requests,
                        last: Moment(newest),
                    }),
                    place: grant.place,
                    purpose: grant.purpose,
                    asked: grant.asked,
                    granted: grant.granted,
                }
            });
            let used = usage.get(connection.name()).map(Into::into).unwrap_or_default();
            let grants = shown.collect();
            connections.push(self.shown(connection, opening, (grants, used), &signers));
        }
        Ok(connections)
    }

    fn shown(
        &self,
        connection: &configuration::Connection,
        opening: &Opening,
        (grants, usage): (Vec<Grant>, samklang_server::view::Usage),
        signers: &BTreeMap<String, Option<String>>,
    ) -> Connection {
        let connector = &opening.connector;
        let schema: Value = serde_json::from_str(&connector.description.settings).unwrap_or_default();
        let credentials = connection.credential_kinds();
        Connection {
            name: connection.name().to_owned(),
            system: self.title(connection.name()),
            connector: connector.description.name.clone(),
            version: connector.description.version.clone(),
            digest: connector.digest.clone(),
            signer: signers.get(&connector.digest).cloned().flatten(),
            role: connection.role_word().to_owned(),
            fixed: connection.version().is_some(),
            settings: masked(connection.settings(), &schema),
            credentials: credentials
                .map(|(need, kind)| CredentialPart {
                    need: need.to_owned(),
                    kind: kind.to_owned(),
                })
                .collect(),
            grants,
            usage,
            inbox: opening.grants.inbox,
            files: if opening.grants.inbox {
                files(&opening.inbox)
            } else {
                Vec::new()
            },
            enrolment: connection.enrolment(),
        }
    }

    /// What the steps of each connection used in the newest cycle.
    async fn usage(&self) -> Result<BTreeMap<String, Usage>, Failure> {
        let mut usage: BTreeMap<String, Usage> = BTreeMap::new();
        if let Some(cycle) = self.store.newest_for_all().await? {
            for step in self.store.steps(cycle.id).await? {
                if let Some(connection) = step.spec.connection {
                    usage.entry(connection).or_default().add(&step.usage);
                }
            }
        }
        Ok(usage)
    }

    /// Whether there is such a connection.
    pub(super) fn connection(&self, name: &str) -> Result<(), Failure> {
        let tenant = self.written()?;
        let is_known = tenant.connections().iter().any(|known| known.name() == name);
        is_known
            .then_some(())
            .ok_or_else(|| Failure::Absent(format!("{} has no connection `{name}`", self.name())))
    }

    /// Looks whether a cycle can run, and asks each system.
    pub(super) async fn check(&self) -> Result<Vec<Finding>, Failure> {
        let checked = super::check::check(self.written()?, &self.premises, &|_| {}).await?;
        let found = checked.found.into_iter();
        Ok(found
            .map(|(connection, finding)| Finding {
                connection: Some(connection),
                severity: word(finding.severity),
                message: finding.message,
                remedy: finding.remedy,
            })
            .collect())
    }

    /// The builds that the connections were given, newest first.
    pub(super) async fn builds(&self) -> Result<Vec<Build>, Failure> {
        let versions: BTreeMap<String, String> = {
            let records = self.premises.connectors().await?.into_iter();
            records.map(|record| (record.digest, record.version)).collect()
        };
        let mut builds = Vec::new();
        for connection in self.written()?.connections() {
            let given = self.store.activations(connection.name()).await?.into_iter();
            builds.extend(given.map(|record| Build {
                version: versions.get(&record.digest).cloned(),
                connection: record.connection,
                digest: record.digest,
                at: Moment(record.at),
                who: record.who,
                reason: record.reason,
            }));
        }
        builds.sort_by_key(|build| std::cmp::Reverse(build.at));
        Ok(builds)
    }

    /// Has a connector's connections run a build, or go back to the one before.
    pub(super) async fn give_build(
        &self,
        connector: &str,
        wish: &BuildWish,
    ) -> Result<Vec<Activated>, Failure> {
        let tenant: Tenant = self.written()?;
        let builds = match &wish.digest {
            Some(digest) => {
                let meant = format!("{connector}@{digest}");
                giving::all(&tenant, &giving::find(&self.premises, &meant).await?)?
            }
            None => giving::former(&tenant, &self.premises, &self.store, connector).await?,
        };
        let said = (self.who.as_str(), wish.reason.as_str());
        let given = giving::give(tenant, &self.premises, &self.store, builds, said).await?;
        Ok(given
            .into_iter()
            .map(|one| Activated {
                connection: one.connection,
                version: one.now.map(|record| record.version),
                digest: one.digest,
                before: one.before.map(|record| record.digest),
                changes: one.changes,
            })
            .collect())
    }

    /// Whether the tenant's connections can be given builds of a connector.
    pub(super) fn may_give(&self, connector: &str) -> Result<(), Failure> {
        let tenant = self.written()?;
        let is_known = tenant
            .connections()
            .iter()
            .any(|known| known.connector() == connector);
        if !is_known {
            return Err(Failure::Absent(format!(
                "no connection of {} has the connector `{connector}`",
                self.name()
            )));
        }
        giving::connections(&tenant, connector).map(drop)
    }

    /// Where a file that arrives for a connection is to be put.
    pub(super) fn inbox(&self, name: &str) -> Result<PathBuf, Failure> {
        let tenant = self.written()?;
        let connection = tenant
            .connections()
            .iter()
            .find(|connection| connection.name() == name);
        let connection = connection
            .ok_or_else(|| Failure::Absent(format!("{} has no connection `{name}`", self.name())))?;
        if !connection.grants().inbox {
            return Err(Failure::Usage(format!(
                "`{name}` takes no files; it does with `inbox = true` in `[connections.{name}.grants]`"
            )));
        }
        Ok(self.known.folder.join(name).join("inbox"))
    }
}

/// The files in a folder, the newest first.
fn files(folder: &Path) -> Vec<InboxFile> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let files = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let name = entry.file_name().into_string().ok()?;
        let about = entry.metadata().ok()?;
        let arrived = Moment(written(&about)?);
        (about.is_file() && !name.starts_with('.')).then_some(InboxFile {
            name,
            octets: about.len(),
            arrived,
        })
    });
    let mut files: Vec<_> = files.collect();
    files.sort_unstable_by(|one, other| {
        let newest = other.arrived.0.cmp(&one.arrived.0);
        newest.then_with(|| one.name.cmp(&other.name))
    });
    files.truncate(FILES);
    files
}

/// Settings without the values of those that the connector's schema says are secret.
fn masked(settings: &Value, schema: &Value) -> Value {
    let secret = schema.get("writeOnly") == Some(&Value::Bool(true))
        || schema.get("format").and_then(Value::as_str) == Some("password");
    if secret {
        return MASK.into();
    }
    let none = Value::Null;
    match settings {
        Value::Object(members) => {
            let properties = schema.get("properties").unwrap_or(&none);
            let members = members.iter().map(|(name, value)| {
                let schema = properties.get(name).unwrap_or(&none);
                (name.clone(), masked(value, schema))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let schema = schema.get("items").unwrap_or(&none);
            items.iter().map(|item| masked(item, schema)).collect()
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_schema_calls_secret_is_masked_wherever_it_stands() {
        let schema = json!({ "properties": {
            "url": {}, "code": { "writeOnly": true },
            "rooms": { "items": { "properties": { "pin": { "format": "password" } } } },
        } });
        let settings = json!({ "url": "https://x", "code": 7, "rooms": [{ "name": "a", "pin": "1" }] });
        assert_eq!(
            masked(&settings, &schema),
            json!({ "url": "https://x", "code": MASK, "rooms": [{ "name": "a", "pin": MASK }] })
        );
    }
}
