//! What explanations need beside what the cycle reads. Only reads.

use samklang_core::catalogue::ObjectRef;
use samklang_core::port::{OperationRecord, StoreError};
use uuid::Uuid;

use crate::argument::arguments;
use crate::plan::OPERATION;
use crate::reading::maybe_uuid;
use crate::tenant::TenantStore;

/// An object of a snapshot, whether or not it stands for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownObject {
    /// The object.
    pub object: ObjectRef,
    /// The entity that it stands for.
    pub entity: Option<Uuid>,
    /// It waits to be reconciled.
    pub waits: bool,
}

impl TenantStore {
    /// Objects with this key, of any source.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn objects_with_key(&self, key: &str, limit: u32) -> Result<Vec<KnownObject>, StoreError> {
        let sql = "SELECT o.class, l.entity, (SELECT count(*) FROM change w WHERE w.class = o.class AND w.key = o.key) \
                   FROM object o LEFT JOIN link l ON l.class = o.class AND l.key = o.key \
                   WHERE o.class IN (SELECT c.id FROM class c JOIN connection n ON n.id = c.connection WHERE n.tenant = $1) \
                   AND o.key = $2 ORDER BY o.class LIMIT $3";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, key, limit])
            .await?;
        let mut objects = Vec::with_capacity(rows.len());
        for row in &rows {
            objects.push(KnownObject {
                object: self.object(row.integer(0)?, key.to_owned()).await?,
                entity: maybe_uuid(row, 1, "link")?,
                waits: row.integer(2)? > 0,
            });
        }
        Ok(objects)
    }

    /// Whether the target's planner has yet to look at the entity.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn awaits_plan(&self, target: &str, entity: Uuid) -> Result<bool, StoreError> {
        let Some(number) = self.connection(target).await? else {
            return Ok(true);
        };
        let sql = "SELECT entity FROM stale WHERE connection = $1 AND entity = $2";
        let row = self.reading().await?.row(sql, arguments![number, entity]).await?;
        Ok(row.is_some())
    }

    /// The operation of that id, whichever target it is for.
    ///
    /// # Errors
    ///
    /// When the database fails, or the operation cannot be read.
    pub async fn operation_with_id(&self, id: &str) -> Result<Option<OperationRecord>, StoreError> {
        let sql = format!(
            "SELECT {OPERATION} FROM operation o JOIN connection n ON n.id = o.connection \
             WHERE n.tenant = $1 AND o.id = $2 ORDER BY o.seq DESC LIMIT 1"
        );
        match self
            .reading()
            .await?
            .row(sql, arguments![self.tenant, id])
            .await?
        {
            Some(row) => Ok(Some(self.operation(&row).await?)),
            None => Ok(None),
        }
    }
}
