//! What reconciliation reads: changes that wait, links, and entities. The lists of what has to be looked at again are kept here: changes to
//! reconcile, and entities that are stale for a target.

use std::collections::BTreeMap;

use samklang_core::catalogue::{Entity, EntityKind, Link, ObjectRef};
use samklang_core::port::{Change, ChangeKind, StoreError};
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Row, Session};
use crate::findings::Origin;
use crate::reading::{corrupt, entity_state, unsigned, uuid, word};
use crate::sealed::{Place, Seals};
use crate::stretch::Reading;
use crate::tenant::TenantStore;

impl TenantStore {
    pub(crate) async fn fingerprint_of(&self, thing: &str) -> Answer<Option<String>> {
        let sql = "SELECT value FROM fingerprint WHERE tenant = $1 AND thing = $2";
        let row = self
            .reading()
            .await?
            .row(sql, arguments![self.tenant, thing])
            .await?;
        row.map(|row| row.text(0)).transpose()
    }

    pub(crate) async fn note_fingerprint(
        &self,
        session: &mut Session,
        thing: &str,
        value: &str,
    ) -> Answer<()> {
        let sql = "INSERT INTO fingerprint (tenant, thing, value) VALUES ($1, $2, $3) \
                   ON CONFLICT (tenant, thing) DO UPDATE SET value = excluded.value";
        session.run(sql, arguments![self.tenant, thing, value]).await?;
        Ok(())
    }

    pub(crate) async fn remap_class(
        &self,
        (connection, class): (&str, &str),
        rank: i32,
        (thing, fingerprint): (&str, &str),
    ) -> Answer<()> {
        let number = self.give_class(connection, class).await?;
        let mut session = self.writing().await?;
        // After a first import every object waits anyway, and counting is much cheaper than meeting each.
        let sql = "SELECT (SELECT count(*) FROM object WHERE class = $1) \
                   - (SELECT count(*) FROM change WHERE class = $1 AND rank = $2 AND kind = $3)";
        let added = ChangeKind::Added.as_str();
        let row = session.row(sql, arguments![number, rank, added]).await?;
        if row.is_none_or(|row| row.integer(0).is_ok_and(|others| others != 0)) {
            // An object that waits already keeps what happened to it: the new mapping will be used anyway.
            let sql = "INSERT INTO change (tenant, class, key, rank, kind) \
                       SELECT $2, class, key, $3, $4 FROM object WHERE class = $1 ORDER BY id \
                       ON CONFLICT (class, key) DO UPDATE SET rank = excluded.rank WHERE change.rank <> excluded.rank";
            let remapped = ChangeKind::Remapped.as_str();
            session
                .run(sql, arguments![number, self.tenant, rank, remapped])
                .await?;
        }
        self.note_fingerprint(&mut session, thing, fingerprint).await?;
        session.commit().await
    }

    pub(crate) async fn restale_kinds(
        &self,
        target: &str,
        kinds: &[EntityKind],
        (thing, fingerprint): (&str, &str),
    ) -> Answer<()> {
        let number = self.give_connection(target).await?;
        let mut session = self.writing().await?;
        let sql = "INSERT INTO stale (connection, entity, widened) \
                   SELECT $1, id, 0 FROM entity WHERE tenant = $2 AND kind = $3 \
                   ON CONFLICT (connection, entity) DO UPDATE SET widened = 0";
        for kind in kinds {
            session
                .run(sql, arguments![number, self.tenant, kind.as_str()])
                .await?;
        }
        self.note_fingerprint(&mut session, thing, fingerprint).await?;
        session.commit().await
    }

    pub(crate) async fn recall_due(&self, ranks: &BTreeMap<(String, String), i32>, now: i64) -> Answer<()> {
        let mut by_class = Vec::new();
        for ((connection, class), rank) in ranks {
            if let Some(number) = self.class(connection, class).await? {
                by_class.push((number, *rank));
            }
        }
        let mut session = self.writing().await?;
        let sql = "WITH v (class) AS (VALUES {}) INSERT INTO change (tenant, class, key, rank, kind) \
                   SELECT DISTINCT $1, o.class, o.key, 0, $2 FROM v CROSS JOIN quarantine q CROSS JOIN object o \
                   WHERE q.class = v.class AND q.origin = $3 AND q.due <= $4 \
                   AND o.class = q.class AND o.key = q.key ON CONFLICT (class, key) DO NOTHING";
        let classes = List::of(by_class.iter().map(|(class, _)| *class));
        let given = arguments![
            self.tenant,
            ChangeKind::Remapped.as_str(),
            Origin::Source.as_str(),
            now
        ];
        session.run_over(sql, classes, &given).await?;
        let mut list = List::new(2, by_class.len());
        for (class, rank) in by_class {
            list.push(arguments![class, rank]);
        }
        let sql = "WITH v (class, rank) AS (VALUES {}) \
                   UPDATE change SET rank = v.rank FROM v WHERE change.class = v.class AND change.rank <> v.rank";
        session.run_over(sql, list, &[]).await?;
        session.commit().await
    }

    pub(crate) async fn waiting(&self, after: Option<(i32, i64)>, limit: u32) -> Answer<Vec<Change>> {
        let beyond = if after.is_some() {
            "AND (c.rank, c.seq) > ($3, $4)"
        } else {
            ""
        };
        let sql = format!(
            "SELECT c.seq, c.class, c.key, c.kind, o.body, c.rank FROM change c \
             LEFT JOIN object o ON o.class = c.class AND o.key = c.key \
             WHERE c.tenant = $1 {beyond} ORDER BY c.rank, c.seq LIMIT $2"
        );
        let mut given = arguments![self.tenant, limit].to_vec();
        if let Some((rank, seq)) = after {
            given.extend(arguments![rank, seq]);
        }
        // What is beyond a change that waits is the same before and after the batch that is being written.
        let mut session = match after {
            Some(_) if self.database.reads_apart() => Reading::Apart(self.database.read().await?),
            _ => self.reading().await?,
        };
        let rows = session.rows(sql, given).await?;
        drop(session);
        let mut changes = Vec::with_capacity(rows.len());
        for row in &rows {
            let seq = row.integer(0)?;
            let object = self.object(row.integer(1)?, row.text(2)?).await?;
            let kind = word(&row.text(3)?, ChangeKind::parse, || format!("change {seq}"))?;
            let attributes = match (kind, row.maybe_octets(4)?) {
                (ChangeKind::Removed, _) => None,
                (_, Some(body)) => {
                    let at = Place::Object(row.integer(1)?, &object.key);
                    Some(
                        self.seals
                            .read_attributes(at, body, || format!("object {object}"))?,
                    )
                }
                (_, None) => return Err(corrupt(format!("change {seq}"), format!("{object} is not there"))),
            };
            changes.push(Change {
                seq,
                rank: unsigned(row.integer(5)?, "change")?,
                object,
                kind,
                attributes,
            });
        }
        Ok(changes)
    }

    pub(crate) async fn links_to(&self, objects: &[ObjectRef]) -> Answer<Vec<Link>> {
        let list = self.class_and_key(objects).await?;
        let sql = "WITH v (n, class, key) AS (VALUES {#}) \
                   SELECT v.n, l.entity, l.rule, l.since, l.contribution, l.class FROM v CROSS JOIN link l \
                   WHERE l.class = v.class AND l.key = v.key";
        let rows = self.reading().await?.rows_over(sql, list, &[]).await?;
        rows.iter()
            .map(|(first, row)| {
                let object = objects.get(first + unsigned::<usize>(row.integer(0)?, "link")?);
                let object = object
                    .ok_or_else(|| corrupt("table link", "an answer nobody asked for"))?
                    .clone();
                link(&self.seals, object, row, 1)
            })
            .collect()
    }

    pub(crate) async fn links_from(&self, entities: &[Uuid]) -> Answer<Vec<Link>> {
        let sql = "WITH v (entity) AS (VALUES {}) \
                   SELECT l.class, l.key, l.entity, l.rule, l.since, l.contribution, l.class \
                   FROM v CROSS JOIN link l CROSS JOIN class c CROSS JOIN connection n \
                   WHERE l.entity = v.entity AND c.id = l.class AND n.id = c.connection AND n.tenant = $1";
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(entities), &arguments![self.tenant])
            .await?;
        let mut links = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            let object = self.object(row.integer(0)?, row.text(1)?).await?;
            links.push(link(&self.seals, object, row, 2)?);
        }
        Ok(links)
    }

    /// A list of class number and key. An object of a class that has no number gets one that nothing has.
    pub(crate) async fn class_and_key(&self, objects: &[ObjectRef]) -> Answer<List> {
        let mut list = List::new(2, objects.len());
        for object in objects {
            let class = self.class(&object.connection, &object.class).await?.unwrap_or(-1);
            list.push(arguments![class, &object.key]);
        }
        Ok(list)
    }

    pub(crate) async fn entities_of(&self, ids: &[Uuid]) -> Answer<Vec<Entity>> {
        let sql = "WITH v (id) AS (VALUES {}) \
                   SELECT e.id, e.kind, e.state, e.body FROM v CROSS JOIN entity e \
                   WHERE e.tenant = $1 AND e.id = v.id";
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(ids), &arguments![self.tenant])
            .await?;
        rows.iter().map(|(_, row)| entity(&self.seals, row)).collect()
    }

    pub(crate) async fn awaiting_of(&self, objects: &[ObjectRef]) -> Answer<Vec<Uuid>> {
        // Mostly nobody waits for anything, and then nobody need be asked for.
        let sql = "SELECT 1 FROM unresolved WHERE tenant = $1 LIMIT 1";
        let waits = self.reading().await?.row(sql, arguments![self.tenant]).await?;
        if waits.is_none() {
            return Ok(Vec::new());
        }
        let list = self.class_and_key(objects).await?;
        let sql = "WITH v (class, key) AS (VALUES {}) SELECT DISTINCT u.entity FROM v CROSS JOIN unresolved u \
                   WHERE u.class = v.class AND u.key = v.key AND u.tenant = $1";
        let rows = self
            .reading()
            .await?
            .rows_over(sql, list, &arguments![self.tenant])
            .await?;
        let mut entities = rows
            .iter()
            .map(|(_, row)| uuid(&row.octets(0)?, "unresolved"))
            .collect::<Answer<Vec<_>>>()?;
        entities.sort_unstable();
        entities.dedup();
        Ok(entities)
    }
}

/// Makes entities stale for a target. An entity that was only widened in counts from now on by itself.
pub(crate) async fn make_stale(session: &mut Session, connection: i64, ids: &[Uuid]) -> Answer<()> {
    // PostgreSQL refuses a statement that would change one row twice.
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let sql = "WITH v (entity) AS (VALUES {}) INSERT INTO stale (connection, entity, widened) \
               SELECT $1, entity, 0 FROM v WHERE true \
               ON CONFLICT (connection, entity) DO UPDATE SET widened = 0 WHERE stale.widened = 1";
    session
        .run_over(sql, List::of(ids), &arguments![connection])
        .await?;
    Ok(())
}

/// Reads a link whose columns begin there: entity, rule, since, contribution, class.
fn link(seals: &Seals, object: ObjectRef, row: &Row, column: usize) -> Answer<Link> {
    let entity = uuid(&row.octets(column)?, "link")?;
    let at = Place::Link(row.integer(column + 4)?, &object.key);
    let what = || format!("link of {object}");
    let contribution = seals.read_contribution(at, row.octets(column + 3)?, what)?;
    Ok(Link {
        entity,
        rule: row.text(column + 1)?,
        since: row.integer(column + 2)?,
        contribution,
        object,
    })
}

/// Reads an entity: id, kind, state, body.
pub(crate) fn entity(seals: &Seals, row: &Row) -> Result<Entity, StoreError> {
    let id = uuid(&row.octets(0)?, "entity")?;
    let place = || format!("entity {id}");
    let substance = seals.read_entity(id, row.octets(3)?, place)?;
    Ok(Entity {
        id,
        kind: word(&row.text(1)?, EntityKind::parse, place)?,
        state: word(&row.text(2)?, entity_state, place)?,
        values: substance.values,
        references: substance.references,
        provenance: substance.provenance,
    })
}
