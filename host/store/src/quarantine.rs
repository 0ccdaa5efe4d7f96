//! Objects that cannot be mapped, matched or applied. A row exists as long as something is the matter; what became of the last attempt is in
//! the finding beside it.

use std::collections::BTreeSet;

use samklang_core::catalogue::ObjectRef;
use samklang_core::port::{FindingRecord, OperationState, Quarantine, Quarantined, StoreError};
use samklang_core::retry::pause;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
use crate::findings::{Origin, told};
use crate::inspect::CLASSES;
use crate::reading::{maybe_uuid, unsigned};
use crate::sealed::Place;
use crate::tenant::{Classes, TenantStore};

impl Quarantine for TenantStore {
    async fn withdraw(&self, target: &str) -> Answer<u64> {
        let Some(number) = self.connection(target).await? else {
            return Ok(0);
        };
        let (planned, deferred) = (
            OperationState::Planned.as_str(),
            OperationState::Deferred.as_str(),
        );
        let mut session = self.writing().await?;
        let sql = "INSERT INTO stale (connection, entity, widened) \
                   SELECT DISTINCT connection, entity, 0 FROM operation \
                   WHERE connection = $1 AND state IN ($2, $3) AND entity IS NOT NULL \
                   ON CONFLICT (connection, entity) DO UPDATE SET widened = 0";
        session.run(sql, arguments![number, planned, deferred]).await?;
        let sql = "UPDATE operation SET state = $4 WHERE connection = $1 AND state IN ($2, $3)";
        let dropped = OperationState::Dropped.as_str();
        let withdrawn = session
            .run(sql, arguments![number, planned, deferred, dropped])
            .await?;
        session.commit().await?;
        Ok(withdrawn)
    }
}

impl TenantStore {
    /// The objects in quarantine, those first that are tried again first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn quarantined(&self, limit: u32) -> Result<Vec<Quarantined>, StoreError> {
        self.quarantined_from(0, limit).await
    }

    /// How many objects are in quarantine.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn count_quarantined(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM quarantine WHERE class IN {CLASSES}");
        let row = self.reading().await?.row(sql, arguments![self.tenant]).await?;
        row.map_or(Ok(0), |row| unsigned(row.integer(0)?, "quarantine"))
    }

    /// The same as [`TenantStore::quarantined`], from this one on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn quarantined_from(&self, first: u32, limit: u32) -> Result<Vec<Quarantined>, StoreError> {
        let sql = "SELECT q.class, q.key, f.code, f.message, f.remedy, q.failures, q.since, q.due, q.entity \
                   FROM quarantine q JOIN class c ON c.id = q.class JOIN connection n ON n.id = c.connection \
                   JOIN finding f ON f.class = q.class AND f.key = q.key AND f.origin = q.origin \
                   WHERE n.tenant = $1 ORDER BY q.due, q.class, q.key, f.id LIMIT $2 OFFSET $3";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, limit, first])
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let class = row.integer(0)?;
            let object = self.object(class, row.text(1)?).await?;
            let what = || format!("finding about {object}");
            let kept = self
                .seals
                .read_text(Place::Finding(class, &object.key), row.octets(3)?, what)?;
            let (message, arguments) = told(kept);
            found.push(Quarantined {
                finding: FindingRecord {
                    code: row.text(2)?,
                    arguments,
                    message,
                    object,
                    remedy: row.text(4)?,
                    entity: maybe_uuid(row, 8, "quarantine")?,
                },
                failures: unsigned(row.integer(5)?, "quarantine")?,
                since: row.integer(6)?,
                due: row.integer(7)?,
            });
        }
        Ok(found)
    }

    /// Has an object tried again in the next cycle, or all of them; answers how many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn retry(&self, object: Option<&ObjectRef>) -> Result<u64, StoreError> {
        let number = match object {
            Some(object) => match self.class(&object.connection, &object.class).await? {
                Some(number) => Some((number, object.key.as_str())),
                None => return Ok(0),
            },
            None => None,
        };
        let mut session = self.deciding().await?;
        let retried = match number {
            Some((class, key)) => {
                let sql = "UPDATE quarantine SET due = 0 WHERE class = $1 AND key = $2";
                session.run(sql, arguments![class, key]).await?
            }
            None => {
                let sql = "UPDATE quarantine SET due = 0 WHERE class IN \
                           (SELECT c.id FROM class c JOIN connection n ON n.id = c.connection WHERE n.tenant = $1)";
                session.run(sql, arguments![self.tenant]).await?
            }
        };
        session.commit().await?;
        Ok(retried)
    }
}

/// Notes a failure of each of these objects, and when it is tried again.
pub(crate) async fn put_in_quarantine<'a>(
    session: &mut Session,
    findings: impl IntoIterator<Item = &'a FindingRecord> + Send,
    classes: &Classes,
    (origin, now): (Origin, i64),
) -> Answer<()> {
    let mut list = List::new(4, 0);
    let mut seen = BTreeSet::new();
    for finding in findings {
        let told_only = matches!(origin, Origin::Target) && finding.entity.is_none();
        if !told_only && seen.insert(&finding.object) {
            list.push(arguments![
                classes.of(&finding.object),
                &finding.object.key,
                origin.as_str(),
                finding.entity
            ]);
        }
    }
    let sql = "WITH v (class, key, origin, entity) AS (VALUES {}) \
               INSERT INTO quarantine (class, key, origin, entity, failures, since, due) \
               SELECT class, key, origin, entity, 1, $1, $2 FROM v WHERE true \
               ON CONFLICT (class, key, origin) DO UPDATE SET entity = excluded.entity, \
               failures = quarantine.failures + 1, due = $1 + CASE quarantine.failures \
               WHEN 1 THEN $3 WHEN 2 THEN $4 WHEN 3 THEN $5 ELSE $6 END";
    let given = arguments![
        now,
        now.saturating_add(pause(1)),
        pause(2),
        pause(3),
        pause(4),
        pause(5)
    ];
    session.run_over(sql, list, &given).await?;
    Ok(())
}

/// Lets objects out with which nothing is the matter any more.
pub(crate) async fn free(
    session: &mut Session,
    objects: &[ObjectRef],
    classes: &Classes,
    origin: Origin,
) -> Answer<()> {
    let mut list = List::new(2, objects.len());
    for object in objects {
        list.push(arguments![classes.of(object), &object.key]);
    }
    let sql = "WITH v (class, key) AS (VALUES {}) DELETE FROM quarantine \
               WHERE (class, key) IN (SELECT class, key FROM v) AND origin = $1";
    session.run_over(sql, list, &arguments![origin.as_str()]).await?;
    Ok(())
}

/// Lets the objects of operations out that are done.
pub(crate) async fn free_done(session: &mut Session, connection: i64, operations: List) -> Answer<()> {
    let sql = "WITH v (id) AS (VALUES {}) DELETE FROM quarantine WHERE origin = $3 AND (entity, class) IN \
               (SELECT o.entity, o.class FROM v CROSS JOIN operation o \
               WHERE o.connection = $1 AND o.id = v.id AND o.state = $2)";
    let done = OperationState::Done.as_str();
    session
        .run_over(
            sql,
            operations,
            &arguments![connection, done, Origin::Target.as_str()],
        )
        .await?;
    Ok(())
}

/// Lets the objects of entities out for which there is nothing to do in a target any more, and forgets what was found about them.
pub(crate) async fn free_settled(session: &mut Session, connection: i64, entities: &[Uuid]) -> Answer<()> {
    let given = arguments![connection, Origin::Target.as_str()];
    let sql = "WITH v (entity) AS (VALUES {}) DELETE FROM finding WHERE id IN \
               (SELECT f.id FROM v CROSS JOIN quarantine q CROSS JOIN class c CROSS JOIN finding f \
               WHERE q.entity = v.entity AND q.origin = $2 AND c.id = q.class AND c.connection = $1 \
               AND f.class = q.class AND f.key = q.key AND f.origin = $2)";
    session.run_over(sql, List::of(entities), &given).await?;
    let sql = "WITH v (entity) AS (VALUES {}) DELETE FROM quarantine WHERE origin = $2 \
               AND entity IN (SELECT entity FROM v) AND class IN (SELECT id FROM class WHERE connection = $1)";
    session.run_over(sql, List::of(entities), &given).await?;
    Ok(())
}
