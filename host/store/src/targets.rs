//! What is kept about how targets are treated: objects whose entities have gone, with the time at which they come further, and who asked
//! for what. Nothing here grows with the target's size: a row exists as long as something is the matter with an object.

use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::Event;
use samklang_core::matching::Finder;
use samklang_core::plan::Stage;
use samklang_core::port::{
    Deed, Leaving, LeavingWrite, Like, OperationState, Request, ShadowWrite, StoreError, Targets,
};
use serde_json::json;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Row, Session};
use crate::findings::Origin;
use crate::lives::deed;
use crate::plan::{write_shadows, written};
use crate::reading::{uuid, word};
use crate::tenant::{Classes, TenantStore};

impl Targets for TenantStore {
    async fn leaving(&self, target: &str, entities: &[Uuid]) -> Answer<Vec<Leaving>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(Vec::new());
        };
        let sql = "WITH v (entity) AS (VALUES {}) SELECT l.class, l.key, l.entity, l.since, l.stage, l.due \
                   FROM v CROSS JOIN leaving l WHERE l.entity = v.entity AND l.connection = $1";
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(entities), &arguments![number])
            .await?;
        let mut leaving = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            leaving.push(self.read_leaving(row).await?.1);
        }
        Ok(leaving)
    }

    async fn requests(&self, target: &str, entities: &[Uuid]) -> Answer<Vec<Request>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(Vec::new());
        };
        let sql = "WITH v (entity) AS (VALUES {}) SELECT r.entity, r.who, r.reason, r.at \
                   FROM v CROSS JOIN request r WHERE r.connection = $1 AND r.entity = v.entity";
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(entities), &arguments![number])
            .await?;
        rows.iter().map(|(_, row)| request(row)).collect()
    }

    async fn stale_by_clock(&self, target: &str, now: i64) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        let sql = "INSERT INTO stale (connection, entity, widened) \
                   SELECT DISTINCT connection, entity, 0 FROM leaving WHERE connection = $1 AND due <= $2 \
                   ON CONFLICT (connection, entity) DO UPDATE SET widened = 0";
        session.run(sql, arguments![number, now]).await?;
        let sql = "INSERT INTO stale (connection, entity, widened) \
                   SELECT DISTINCT c.connection, q.entity, 0 FROM class c CROSS JOIN quarantine q \
                   WHERE c.connection = $1 AND q.class = c.id AND q.origin = $2 AND q.due <= $3 \
                   AND q.entity IS NOT NULL ON CONFLICT (connection, entity) DO UPDATE SET widened = 0";
        session
            .run(sql, arguments![number, Origin::Target.as_str(), now])
            .await?;
        session.commit().await
    }

    async fn settle_part(&self, target: &str, entities: &[Uuid]) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        let sql = "WITH v (entity) AS (VALUES {}) UPDATE operation SET state = $3 \
                   WHERE connection = $1 AND state = $2 AND entity IN (SELECT entity FROM v)";
        let given = arguments![
            number,
            OperationState::HeldOver.as_str(),
            OperationState::Dropped.as_str()
        ];
        session.run_over(sql, List::of(entities), &given).await?;
        let sql = "UPDATE operation SET state = $3 WHERE connection = $1 AND state = $2";
        let (draft, planned) = (OperationState::Draft.as_str(), OperationState::Planned.as_str());
        session.run(sql, arguments![number, draft, planned]).await?;
        let sql = "WITH v (entity) AS (VALUES {}) DELETE FROM stale \
                   WHERE connection = $1 AND entity IN (SELECT entity FROM v)";
        session
            .run_over(sql, List::of(entities), &arguments![number])
            .await?;
        session.commit().await
    }

    async fn find_by(&self, target: &str, class: &str, finder: &Finder) -> Answer<()> {
        self.find_objects_by(target, class, finder).await
    }

    async fn likes(&self, target: &str, class: &str, rule: &str, folded: &[String]) -> Answer<Vec<Like>> {
        self.objects_like(target, class, rule, folded).await
    }

    async fn see(&self, target: &str, shadows: &[ShadowWrite]) -> Answer<()> {
        let classes = self.give_classes(&written(target, shadows)).await?;
        let mut session = self.writing().await?;
        write_shadows(
            &mut session,
            (&self.seals, &self.matching),
            target,
            shadows,
            &classes,
        )
        .await?;
        session.commit().await
    }
}

impl TenantStore {
    /// Objects of any target that stand for the entity and whose entity has no place there any more, with their targets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn leaving_of(&self, entity: Uuid) -> Result<Vec<(String, Leaving)>, StoreError> {
        let sql = "SELECT l.class, l.key, l.entity, l.since, l.stage, l.due FROM leaving l \
                   JOIN connection n ON n.id = l.connection WHERE n.tenant = $1 AND l.entity = $2 ORDER BY l.since";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, entity])
            .await?;
        let mut leaving = Vec::with_capacity(rows.len());
        for row in &rows {
            leaving.push(self.read_leaving(row).await?);
        }
        Ok(leaving)
    }

    /// What was asked for an entity, with the targets.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn requests_of(&self, entity: Uuid) -> Result<Vec<(String, Request)>, StoreError> {
        let sql = "SELECT r.entity, r.who, r.reason, r.at, n.name FROM request r \
                   JOIN connection n ON n.id = r.connection WHERE n.tenant = $1 AND r.entity = $2 ORDER BY r.at";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, entity])
            .await?;
        rows.iter().map(|row| Ok((row.text(4)?, request(row)?))).collect()
    }

    /// Notes that somebody asks for an object of an entity in these targets; the next plan for each heeds it. No lease is needed: it is
    /// one row per target, and a cycle under way sees it whole or not at all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ask(&self, request: &Request, targets: &[String]) -> Result<(), StoreError> {
        let mut numbers = Vec::with_capacity(targets.len());
        for target in targets {
            numbers.push(self.give_connection(target).await?);
        }
        let mut session = self.deciding().await?;
        for number in numbers {
            let Request {
                entity,
                who,
                reason,
                at,
            } = request;
            let sql = "INSERT INTO request (connection, entity, who, reason, at) SELECT $1, $2, $3, $4, $5 \
                       WHERE NOT EXISTS (SELECT 1 FROM shadow s JOIN class c ON c.id = s.class \
                       WHERE c.connection = $1 AND s.entity = $2) ON CONFLICT (connection, entity) DO UPDATE SET who = excluded.who, \
                       reason = excluded.reason, at = excluded.at";
            session
                .run(sql, arguments![number, entity, who, reason, *at])
                .await?;
            let sql = "INSERT INTO stale (connection, entity, widened) VALUES ($1, $2, 0) \
                       ON CONFLICT (connection, entity) DO UPDATE SET widened = 0";
            session.run(sql, arguments![number, entity]).await?;
        }
        let deed = Deed {
            detail: json!({ "targets": targets }),
            ..deed(
                Event::Requested,
                request.entity,
                (&request.who, &request.reason),
                request.at,
            )
        };
        self.keep_deeds(&mut session, &[deed]).await?;
        session.commit().await
    }

    async fn read_leaving(&self, row: &Row) -> Answer<(String, Leaving)> {
        let ObjectRef {
            connection,
            class,
            key,
        } = self.object(row.integer(0)?, row.text(1)?).await?;
        let leaving = Leaving {
            entity: uuid(&row.octets(2)?, "leaving")?,
            since: row.integer(3)?,
            stage: word(&row.text(4)?, Stage::parse, || {
                format!("leaving {connection}/{class}/{key}")
            })?,
            due: row.maybe_integer(5)?,
            class,
            key,
        };
        Ok((connection, leaving))
    }
}

fn request(row: &Row) -> Answer<Request> {
    Ok(Request {
        entity: uuid(&row.octets(0)?, "request")?,
        who: row.text(1)?,
        reason: row.text(2)?,
        at: row.integer(3)?,
    })
}

/// The objects that these writes are about.
pub(crate) fn left(target: &str, writes: &[LeavingWrite]) -> Vec<ObjectRef> {
    writes.iter().map(|write| place(target, write)).collect()
}

fn place(target: &str, write: &LeavingWrite) -> ObjectRef {
    let (class, key) = match write {
        LeavingWrite::Put(leaving) => (&leaving.class, &leaving.key),
        LeavingWrite::End(class, key) => (class, key),
    };
    ObjectRef {
        connection: target.to_owned(),
        class: class.clone(),
        key: key.clone(),
    }
}

/// Keeps how far objects have come whose entities have no place any more.
pub(crate) async fn keep_leaving(
    session: &mut Session,
    (target, number): (&str, i64),
    writes: &[LeavingWrite],
    classes: &Classes,
) -> Answer<()> {
    let (mut put, mut ended) = (List::new(7, 0), List::new(2, 0));
    for write in writes {
        let object = place(target, write);
        let class = classes.of(&object);
        match write {
            LeavingWrite::Put(leaving) => put.push(arguments![
                class,
                &leaving.key,
                number,
                leaving.entity,
                leaving.since,
                leaving.stage.as_str(),
                leaving.due,
            ]),
            LeavingWrite::End(_, key) => ended.push(arguments![class, key]),
        }
    }
    end_leaving(session, ended).await?;
    let sql = "INSERT INTO leaving (class, key, connection, entity, since, stage, due) VALUES {} \
               ON CONFLICT (class, key) DO UPDATE SET entity = excluded.entity, since = excluded.since, \
               stage = excluded.stage, due = excluded.due";
    session.run_over(sql, put, &[]).await?;
    Ok(())
}

/// Forgets what was asked for and has been made by these operations.
pub(crate) async fn end_requests(session: &mut Session, connection: i64, operations: List) -> Answer<()> {
    let sql = "WITH v (id) AS (VALUES {}) DELETE FROM request WHERE connection = $1 AND entity IN \
               (SELECT o.entity FROM v CROSS JOIN operation o WHERE o.connection = $1 AND o.id = v.id \
               AND o.action = 'create' AND o.state = $2)";
    session
        .run_over(
            sql,
            operations,
            &arguments![connection, OperationState::Done.as_str()],
        )
        .await?;
    Ok(())
}

/// Forgets how far these objects have come: class and key.
pub(crate) async fn end_leaving(session: &mut Session, objects: List) -> Answer<()> {
    let sql = "WITH v (class, key) AS (VALUES {}) DELETE FROM leaving \
               WHERE (class, key) IN (SELECT class, key FROM v)";
    session.run_over(sql, objects, &[]).await?;
    Ok(())
}
