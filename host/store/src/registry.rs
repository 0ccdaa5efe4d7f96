//! The builds of connectors that are installed. They belong to the installation: every tenant may activate any of them.

use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::Row;
use crate::installation::Installation;
use crate::reading::unsigned;

/// A build of a connector that is installed.
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
    /// Where it came from: a file, or a reference into a registry.
    pub origin: String,
    /// The signature that came with it, as minisign writes it.
    pub signature: Option<String>,
    /// The name of the trusted key that it was signed with when it was installed.
    pub signer: Option<String>,
}

const COLUMNS: &str = "digest, name, version, description, size, installed, origin, signature, signer";

impl Installation {
    /// Notes an installed build. The same build again is noted as installed last.
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
            origin,
            signature,
            signer,
        } = connector;
        // A new row, so that the one installed last is also the last one of its name.
        let sql = "DELETE FROM component WHERE digest = $1";
        session.run(sql, arguments![digest]).await?;
        let sql = format!("INSERT INTO component ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        let size = i64::try_from(*size).unwrap_or(i64::MAX);
        session
            .run(
                sql,
                arguments![
                    digest,
                    name,
                    version,
                    description,
                    size,
                    *installed,
                    origin,
                    signature.clone(),
                    signer.clone()
                ],
            )
            .await?;
        session.commit().await
    }

    /// Every installed build, by name and in the order of installation.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn connectors(&self) -> Result<Vec<ConnectorRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM component ORDER BY name, id");
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        rows.iter().map(connector).collect()
    }

    /// Takes a build out, unless a tenant runs it. Answers who does: tenant and connection.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_connector(&self, digest: &str) -> Result<Vec<(String, String)>, StoreError> {
        let mut session = self.database.write().await?;
        let sql = "SELECT t.name, n.name FROM connection n JOIN tenant t ON t.id = n.tenant \
                   WHERE $1 = (SELECT a.digest FROM activation a WHERE a.connection = n.id ORDER BY a.id DESC LIMIT 1) \
                   OR (EXISTS (SELECT 1 FROM running r WHERE r.connection = n.id AND r.digest = $1) \
                   AND EXISTS (SELECT 1 FROM cycle c WHERE c.tenant = n.tenant AND c.ended IS NULL)) \
                   ORDER BY t.name, n.name";
        let rows = session.rows(sql, arguments![digest]).await?;
        let run = rows
            .iter()
            .map(|row| Ok((row.text(0)?, row.text(1)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        if run.is_empty() {
            let sql = "DELETE FROM component WHERE digest = $1";
            session.run(sql, arguments![digest]).await?;
            session.commit().await?;
        }
        Ok(run)
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
        origin: row.text(6)?,
        signature: row.maybe_text(7)?,
        signer: row.maybe_text(8)?,
    })
}
