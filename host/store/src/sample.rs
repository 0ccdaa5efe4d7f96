//! Objects and entities to try a mapping on: by key, or some of many. Only reads.

use samklang_core::Attributes;
use samklang_core::catalogue::EntityKind;
use samklang_core::port::StoreError;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::reading::uuid;
use crate::sealed::Place;
use crate::tenant::TenantStore;

impl TenantStore {
    /// Objects of a class in the snapshot, by key; those that are not there are left out.
    ///
    /// # Errors
    ///
    /// When the database fails, or an object cannot be read.
    pub async fn objects_by_key(
        &self,
        connection: &str,
        class: &str,
        keys: &[String],
    ) -> Result<Vec<(String, Attributes)>, StoreError> {
        let Some(number) = self.class(connection, class).await? else {
            return Ok(Vec::new());
        };
        let sql = "WITH v (key) AS (VALUES {}) SELECT o.key, o.body FROM v CROSS JOIN object o \
                   WHERE o.class = $1 AND o.key = v.key";
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(keys), &arguments![number])
            .await?;
        let mut objects = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            let key = row.text(0)?;
            let body = self.body(number, &key, row.octets(1)?, (connection, class))?;
            objects.push((key, body));
        }
        objects.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(objects)
    }

    /// Some objects of a class in the snapshot: those with the smallest digests, which has nothing to do with what they are.
    ///
    /// # Errors
    ///
    /// When the database fails, or an object cannot be read.
    pub async fn sample_objects(
        &self,
        connection: &str,
        class: &str,
        count: u32,
    ) -> Result<Vec<(String, Attributes)>, StoreError> {
        let Some(number) = self.class(connection, class).await? else {
            return Ok(Vec::new());
        };
        let sql = "SELECT key, body FROM object WHERE class = $1 ORDER BY digest LIMIT $2";
        let rows = self.reading().await?.rows(sql, arguments![number, count]).await?;
        rows.iter()
            .map(|row| {
                let key = row.text(0)?;
                let body = self.body(number, &key, row.octets(1)?, (connection, class))?;
                Ok((key, body))
            })
            .collect()
    }

    fn body(
        &self,
        number: i64,
        key: &str,
        octets: Vec<u8>,
        (connection, class): (&str, &str),
    ) -> Result<Attributes, StoreError> {
        self.seals
            .read_attributes(Place::Object(number, key), octets, || {
                format!("object {connection}/{class}/{key}")
            })
    }

    /// Some active entities of a kind: those with the smallest identities, which has nothing to do with what they are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sample_entities(&self, kind: EntityKind, count: u32) -> Result<Vec<Uuid>, StoreError> {
        let sql =
            "SELECT id FROM entity WHERE tenant = $1 AND kind = $2 AND state = 'active' ORDER BY id LIMIT $3";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, kind.as_str(), count])
            .await?;
        rows.iter().map(|row| uuid(&row.octets(0)?, "entity")).collect()
    }
}
