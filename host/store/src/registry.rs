//! The connectors that are installed. They belong to the installation: every tenant may configure any of them.

use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::Row;
use crate::installation::Installation;
use crate::reading::unsigned;

/// A connector that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectorRecord {
    /// The digest of its component, by which the file is found.
    pub digest: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it says of itself, as JSON.
    pub description: String,
    /// The size of its component in octets.
    pub size: u64,
    /// When it was installed, in milliseconds since 1970.
    pub installed: i64,
}

const COLUMNS: &str = "digest, name, version, description, size, installed";

impl Installation {
    /// Notes an installed connector. The same name and version again takes the place of the former.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn register_connector(&self, connector: &ConnectorRecord) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let ConnectorRecord {
            digest,
            name,
            version,
            description,
            size,
            installed,
        } = connector;
        // A new row, so that the one installed last is also the last one of its name.
        let sql = "DELETE FROM component WHERE name = $1 AND version = $2";
        session.run(sql, arguments![name, version]).await?;
        let sql = format!("INSERT INTO component ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)");
        let size = i64::try_from(*size).unwrap_or(i64::MAX);
        session
            .run(
                sql,
                arguments![digest, name, version, description, size, *installed],
            )
            .await?;
        session.commit().await
    }

    /// Every installed connector, by name and in the order of installation.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn connectors(&self) -> Result<Vec<ConnectorRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM component ORDER BY name, id");
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        rows.iter().map(connector).collect()
    }

    /// The connector of that name and version; without a version, the one installed last.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn connector(
        &self,
        name: &str,
        version: Option<&str>,
    ) -> Result<Option<ConnectorRecord>, StoreError> {
        let mut session = self.database.read().await?;
        let row = match version {
            Some(version) => {
                let sql = format!("SELECT {COLUMNS} FROM component WHERE name = $1 AND version = $2");
                session.row(sql, arguments![name, version]).await?
            }
            None => {
                let sql = format!("SELECT {COLUMNS} FROM component WHERE name = $1 ORDER BY id DESC LIMIT 1");
                session.row(sql, arguments![name]).await?
            }
        };
        row.as_ref().map(connector).transpose()
    }
}

fn connector(row: &Row) -> Result<ConnectorRecord, StoreError> {
    Ok(ConnectorRecord {
        digest: row.text(0)?,
        name: row.text(1)?,
        version: row.text(2)?,
        description: row.text(3)?,
        size: unsigned(row.integer(4)?, "component")?,
        installed: row.integer(5)?,
    })
}
