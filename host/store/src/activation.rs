//! Which build of its connector each connection of a tenant runs, and which ones its unfinished cycle began with.

use std::collections::BTreeMap;

use samklang_core::journal::Event;
use samklang_core::port::{Deed, StoreError};

use crate::argument::arguments;
use crate::database::Row;
use crate::tenant::TenantStore;

/// A build that a connection was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationRecord {
    /// The connection.
    pub connection: String,
    /// The digest of the build.
    pub digest: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who gave it.
    pub who: String,
    /// Why.
    pub reason: String,
}

impl TenantStore {
    /// The build that each connection runs.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn active(&self) -> Result<BTreeMap<String, ActivationRecord>, StoreError> {
        let sql = "SELECT n.name, a.digest, a.activated, a.who, a.reason FROM connection n \
                   JOIN activation a ON a.connection = n.id WHERE n.tenant = $1 ORDER BY a.id";
        let rows = self.reading().await?.rows(sql, arguments![self.tenant]).await?;
        rows.iter()
            .map(|row| activation(row).map(|record| (record.connection.clone(), record)))
            .collect()
    }

    /// The builds that a connection was given, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn activations(&self, connection: &str) -> Result<Vec<ActivationRecord>, StoreError> {
        let sql = "SELECT n.name, a.digest, a.activated, a.who, a.reason FROM connection n \
                   JOIN activation a ON a.connection = n.id \
                   WHERE n.tenant = $1 AND n.name = $2 ORDER BY a.id DESC";
        let given = arguments![self.tenant, connection];
        let rows = self.reading().await?.rows(sql, given).await?;
        rows.iter().map(activation).collect()
    }

    /// Gives connections their builds, all of them or none. An unfinished cycle goes on with those that it began with.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn activate(
        &self,
        builds: &BTreeMap<String, String>,
        who: &str,
        reason: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.give_builds(builds, (who, reason), now, false).await
    }

    /// Gives connections other builds, of which an unfinished cycle makes use as well: those that it began with cannot go on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn fall_back(
        &self,
        builds: &BTreeMap<String, String>,
        who: &str,
        reason: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.give_builds(builds, (who, reason), now, true).await
    }

    async fn give_builds(
        &self,
        builds: &BTreeMap<String, String>,
        (who, reason): (&str, &str),
        now: i64,
        at_once: bool,
    ) -> Result<(), StoreError> {
        let before = self.active().await?;
        let mut numbers = Vec::with_capacity(builds.len());
        for (connection, digest) in builds {
            numbers.push((self.give_connection(connection).await?, connection, digest));
        }
        let mut session = self.deciding().await?;
        let mut deeds = Vec::with_capacity(numbers.len());
        for (number, connection, digest) in numbers {
            let sql = "INSERT INTO activation (connection, digest, activated, who, reason) VALUES ($1, $2, $3, $4, $5)";
            session
                .run(sql, arguments![number, digest, now, who, reason])
                .await?;
            if at_once {
                let sql = "UPDATE running SET digest = $2 WHERE connection = $1";
                session.run(sql, arguments![number, digest]).await?;
            }
            let former = before.get(connection).map(|former| former.digest.clone());
            deeds.push(Deed {
                at: now,
                who: who.to_owned(),
                event: Event::ConnectorActivated.into(),
                cycle: None,
                entity: None,
                why: reason.to_owned(),
                detail: serde_json::json!({ "connection": connection, "build": digest, "before": former }),
            });
        }
        self.keep_deeds(&mut session, &deeds).await?;
        session.commit().await
    }

    /// The builds that the unfinished cycle began with; nothing when there is none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn running_builds(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let sql = "SELECT n.name, r.digest FROM running r JOIN connection n ON n.id = r.connection \
                   WHERE n.tenant = $1 AND EXISTS (SELECT 1 FROM cycle c WHERE c.tenant = $1 AND c.ended IS NULL)";
        let rows = self.reading().await?.rows(sql, arguments![self.tenant]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }

    /// Notes with which builds the next cycle begins; an unfinished one keeps its own.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn begin_with(&self, builds: &BTreeMap<String, String>) -> Result<(), StoreError> {
        let mut numbers = Vec::with_capacity(builds.len());
        for (connection, digest) in builds {
            numbers.push((self.give_connection(connection).await?, digest));
        }
        let mut session = self.deciding().await?;
        let unfinished = "SELECT 1 FROM cycle WHERE tenant = $1 AND ended IS NULL";
        if session.row(unfinished, arguments![self.tenant]).await?.is_some() {
            return Ok(());
        }
        let sql = "DELETE FROM running WHERE connection IN (SELECT id FROM connection WHERE tenant = $1)";
        session.run(sql, arguments![self.tenant]).await?;
        for (number, digest) in numbers {
            let sql = "INSERT INTO running (connection, digest) VALUES ($1, $2)";
            session.run(sql, arguments![number, digest]).await?;
        }
        session.commit().await
    }
}

fn activation(row: &Row) -> Result<ActivationRecord, StoreError> {
    Ok(ActivationRecord {
        connection: row.text(0)?,
        digest: row.text(1)?,
        at: row.integer(2)?,
        who: row.text(3)?,
        reason: row.text(4)?,
    })
}
