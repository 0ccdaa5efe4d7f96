//! Imports: objects are staged, and become the snapshot in one transaction. An import that has not arrived whole is never made
//! the snapshot, whoever asks.

use std::collections::{BTreeMap, HashMap};

use samklang_core::port::{ChangeKind, Counts, ImportRecord, ImportState, Known, Staged, StoreError};

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Session};
use crate::guarding::{move_baseline, note_accepted, read_place};
use crate::reading::{corrupt, digest, json, maybe_uuid, numbers, to_json, unsigned, word};
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// Numbers that are asked about at a time when a whole class is gone through.
const NUMBERS: i64 = 10_000;

/// The classes of a connection, for `class IN`.
const CLASSES: &str = "(SELECT id FROM class WHERE connection = $1)";

impl TenantStore {
    pub(crate) async fn begin_importing(&self, cycle: i64, connection: &str) -> Answer<()> {
        let number = self.give_connection(connection).await?;
        let mut session = self.writing().await?;
        session
            .run(
                format!("DELETE FROM staged WHERE class IN {CLASSES}"),
                arguments![number],
            )
            .await?;
        let sql = "INSERT INTO import (connection, cycle, state, counts, classes, cursor) \
                   VALUES ($1, $2, $3, $4, '{}', NULL) \
                   ON CONFLICT (connection) DO UPDATE SET cycle = excluded.cycle, state = excluded.state, \
                   counts = excluded.counts, classes = excluded.classes, cursor = NULL, content = NULL, delivered = NULL, \
                   arrived = NULL, promotion = NULL";
        let counts = to_json(&Counts::default())?;
        let reading = ImportState::Reading.as_str();
        session
            .run(sql, arguments![number, cycle, reading, counts])
            .await?;
        session.commit().await
    }

    pub(crate) async fn known_of(
        &self,
        connection: &str,
        class: &str,
        keys: &[&str],
    ) -> Answer<Vec<Option<Known>>> {
        let mut answer = vec![None; keys.len()];
        let Some(number) = self.class(connection, class).await? else {
            return Ok(answer);
        };
        let sql = "WITH v (n, key) AS (VALUES {#}) SELECT v.n, o.id, o.digest FROM v CROSS JOIN object o \
                   WHERE o.class = $1 AND o.key = v.key";
        let list = List::of(keys.iter().copied());
        for (first, row) in self
            .reading()
            .await?
            .rows_over(sql, list, &arguments![number])
            .await?
        {
            let place = unsigned::<usize>(row.integer(0)?, "object")?;
            let id = row.integer(1)?;
            if let Some(known) = answer.get_mut(first + place) {
                *known = Some(Known {
                    id: unsigned(id, "object")?,
                    digest: digest(row.octets(2)?, || format!("object {id}"))?,
                });
            }
        }
        Ok(answer)
    }

    pub(crate) async fn stage_objects(&self, connection: &str, staged: &[Staged]) -> Answer<()> {
        let mut classes: HashMap<&str, i64> = HashMap::new();
        let mut list = List::new(7, staged.len());
        for one in staged {
            let class = match classes.get(one.class.as_str()) {
                Some(number) => *number,
                None => {
                    let number = self.give_class(connection, &one.class).await?;
                    classes.insert(&one.class, number);
                    number
                }
            };
            let (digest, body) = match &one.object {
                Some((digest, values)) => {
                    let body = self.seals.attributes(Place::Object(class, &one.key), values)?;
                    (Some(digest.0.to_vec()), Some(body))
                }
                None => (None, None),
            };
            let place = one.place.to_text();
            list.push(arguments![
                class,
                &one.key,
                one.kind.as_str(),
                digest,
                body,
                place,
                one.identity
            ]);
        }
        let mut session = self.writing_part().await?;
        let sql = "INSERT INTO staged (class, key, kind, digest, body, place, identity) VALUES {} \
                   ON CONFLICT (class, key) DO NOTHING";
        let kept = session.run_over(sql, list, &[]).await?;
        if kept == staged.len() as u64 {
            return session.commit().await;
        }
        drop(session);
        Err(self.repeated(&classes, staged).await?)
    }

    /// Which key was handed over twice: one that is among those staged before, or twice among these.
    async fn repeated(&self, classes: &HashMap<&str, i64>, staged: &[Staged]) -> Answer<StoreError> {
        let mut list = List::new(2, staged.len());
        let mut seen = std::collections::HashSet::new();
        let mut twice = None;
        for one in staged {
            list.push(arguments![classes.get(one.class.as_str()).copied(), &one.key]);
            if !seen.insert((&one.class, &one.key)) && twice.is_none() {
                twice = Some(one);
            }
        }
        let sql = "WITH v (n, class, key) AS (VALUES {#}) SELECT v.n FROM v CROSS JOIN staged s \
                   WHERE s.class = v.class AND s.key = v.key ORDER BY v.n LIMIT 1";
        let before = self.reading().await?.rows_over(sql, list, &[]).await?;
        let before = match before.first() {
            Some((first, row)) => staged.get(first + unsigned::<usize>(row.integer(0)?, "staged")?),
            None => None,
        };
        Ok(before.or(twice).map_or_else(
            || corrupt("table staged", "rows were not kept though their keys are new"),
            |one| StoreError::RepeatedKey {
                class: one.class.clone(),
                key: one.key.clone(),
            },
        ))
    }

    pub(crate) async fn stage_unseen<S: Fn(u64) -> bool + Send + Sync>(
        &self,
        connection: &str,
        classes: &[String],
        seen: &S,
    ) -> Answer<BTreeMap<String, u64>> {
        let mut answer = BTreeMap::new();
        let mut numbers = Vec::new();
        for class in classes {
            answer.insert(class.clone(), 0);
            if let Some(number) = self.class(connection, class).await? {
                numbers.push((class, number));
            }
        }
        let mut session = self.writing().await?;
        for (class, number) in numbers {
            let staged = stage_unseen_of(&mut session, number, seen).await?;
            answer.insert(class.clone(), staged);
        }
        session.commit().await?;
        Ok(answer)
    }

    pub(crate) async fn snapshot_sizes(&self, connection: &str) -> Answer<BTreeMap<String, u64>> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(BTreeMap::new());
        };
        let sql = "SELECT c.name, (SELECT count(*) FROM object o WHERE o.class = c.id) FROM class c WHERE c.connection = $1";
        let rows = self.reading().await?.rows(sql, arguments![number]).await?;
        let mut sizes = BTreeMap::new();
        for row in rows {
            let size: u64 = unsigned(row.integer(1)?, "object")?;
            if size > 0 {
                sizes.insert(row.text(0)?, size);
            }
        }
        Ok(sizes)
    }

    pub(crate) async fn settle_importing(
        &self,
        connection: &str,
        counts: Counts,
        classes: &BTreeMap<String, Counts>,
        cursor: Option<&str>,
    ) -> Answer<()> {
        let number = self.give_connection(connection).await?;
        let mut session = self.writing().await?;
        let sql =
            "UPDATE import SET state = $2, counts = $3, classes = $4, cursor = $5 WHERE connection = $1";
        let (counts, classes) = (to_json(&counts)?, to_json(classes)?);
        let state = ImportState::Staged.as_str();
        session
            .run(sql, arguments![number, state, counts, classes, cursor])
            .await?;
        session.commit().await
    }

    pub(crate) async fn import_of(&self, connection: &str) -> Answer<Option<ImportRecord>> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(None);
        };
        let sql = "SELECT state, counts, classes, cursor FROM import WHERE connection = $1";
        let Some(row) = self.reading().await?.row(sql, arguments![number]).await? else {
            return Ok(None);
        };
        let place = || format!("import of `{connection}`");
        Ok(Some(ImportRecord {
            state: word(&row.text(0)?, ImportState::parse, place)?,
            counts: json(&row.text(1)?, place)?,
            classes: json(&row.text(2)?, place)?,
            cursor: row.maybe_text(3)?,
        }))
    }

    pub(crate) async fn staged_of(&self, connection: &str, limit: u32) -> Answer<Vec<Staged>> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "SELECT c.name, s.key, s.kind, s.digest, s.body, s.class, s.place, s.identity FROM staged s JOIN class c ON c.id = s.class \
             WHERE s.class IN {CLASSES} ORDER BY s.id LIMIT $2"
        );
        let rows = self.reading().await?.rows(sql, arguments![number, limit]).await?;
        rows.iter()
            .map(|row| {
                let (class, key) = (row.text(0)?, row.text(1)?);
                let place = || format!("staged object {connection}/{class}/{key}");
                let object = match (row.maybe_octets(3)?, row.maybe_octets(4)?) {
                    (Some(octets), Some(body)) => {
                        let at = Place::Object(row.integer(5)?, &key);
                        Some((
                            digest(octets, place)?,
                            self.seals.read_attributes(at, body, place)?,
                        ))
                    }
                    _ => None,
                };
                let kind = word(&row.text(2)?, ChangeKind::parse, place)?;
                Ok(Staged {
                    place: read_place(row.maybe_text(6)?, place)?,
                    identity: maybe_uuid(row, 7, "staged")?,
                    class: class.clone(),
                    key: key.clone(),
                    kind,
                    object,
                })
            })
            .collect()
    }

    pub(crate) async fn accept(&self, connection: &str, ranks: &BTreeMap<String, i32>) -> Answer<()> {
        let number = self.give_connection(connection).await?;
        let mut session = self.writing().await?;
        let sql = "SELECT state FROM import WHERE connection = $1";
        let state = session
            .row(sql, arguments![number])
            .await?
            .map(|row| row.text(0))
            .transpose()?;
        match state.as_deref().and_then(ImportState::parse) {
            // Done before, by a run that was lost before it could say so.
            Some(ImportState::Accepted) => return session.commit().await,
            Some(ImportState::Staged) => {}
            _ => {
                let cause = format!(
                    "the import of `{connection}` has not arrived whole and cannot become the snapshot; import again"
                );
                return Err(StoreError::Database(cause.into()));
            }
        }
        let sql = "SELECT id, name FROM class WHERE connection = $1 ORDER BY id";
        for row in session.rows(sql, arguments![number]).await? {
            let rank = ranks.get(&row.text(1)?).copied();
            accept_class(&mut session, self.tenant, row.integer(0)?, rank).await?;
        }
        let sql = "UPDATE import SET state = $2 WHERE connection = $1";
        session
            .run(sql, arguments![number, ImportState::Accepted.as_str()])
            .await?;
        let sql = "UPDATE connection SET cursor = (SELECT i.cursor FROM import i WHERE i.connection = $1) WHERE id = $1";
        session.run(sql, arguments![number]).await?;
        note_accepted(&mut session, number).await?;
        session.commit().await
    }

    pub(crate) async fn discard_importing(&self, connection: &str) -> Answer<()> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        discard_staged(&mut session, number).await?;
        session.commit().await
    }

    pub(crate) async fn cursor_of(&self, connection: &str) -> Answer<Option<String>> {
        let sql = "SELECT cursor FROM connection WHERE tenant = $1 AND name = $2";
        let row = self
            .reading()
            .await?
            .row(sql, arguments![self.tenant, connection])
            .await?;
        row.map_or(Ok(None), |row| row.maybe_text(0))
    }
}

/// Throws away what is staged of a connection, and the import with it unless it is the snapshot already.
pub(crate) async fn discard_staged(session: &mut Session, connection: i64) -> Answer<()> {
    session
        .run(
            format!("DELETE FROM staged WHERE class IN {CLASSES}"),
            arguments![connection],
        )
        .await?;
    let sql = "DELETE FROM import WHERE connection = $1 AND state <> $2";
    session
        .run(sql, arguments![connection, ImportState::Accepted.as_str()])
        .await?;
    Ok(())
}

/// Stages as removed the objects of a class that were not seen. It goes by key, because the index of the keys alone answers that;
/// the numbers come as one text, because a row for each would cost more than finding them.
async fn stage_unseen_of<S: Fn(u64) -> bool>(session: &mut Session, class: i64, seen: &S) -> Answer<u64> {
    let mut staged = 0;
    let mut after: Option<String> = None;
    loop {
        let beyond = if after.is_some() { "AND key > $3" } else { "" };
        let sql = format!(
            "SELECT max(key), string_agg(CAST(id AS TEXT), ',') FROM \
             (SELECT id, key FROM object WHERE class = $1 {beyond} ORDER BY key LIMIT $2) AS part"
        );
        let given = [
            Some(Argument::from(class)),
            Some(NUMBERS.into()),
            after.map(Argument::from),
        ];
        let row = session.row(sql, given.into_iter().flatten()).await?;
        let Some(row) = row else { return Ok(staged) };
        let (Some(last), Some(text)) = (row.maybe_text(0)?, row.maybe_text(1)?) else {
            return Ok(staged);
        };
        let found = numbers(&text, "object")?.into_iter();
        let missing = found
            .filter(|number| !seen(*number))
            .map(|number| i64::try_from(number).ok());
        let sql = "WITH v (id) AS (VALUES {}) INSERT INTO staged (class, key, kind) \
                   SELECT o.class, o.key, $1 FROM v CROSS JOIN object o WHERE o.id = v.id \
                   ON CONFLICT (class, key) DO NOTHING";
        staged += session
            .run_over(sql, List::of(missing), &arguments![ChangeKind::Removed.as_str()])
            .await?;
        after = Some(last);
    }
}

/// Makes what is staged of a class the snapshot, and puts the changes on the list to be reconciled when the class has a rank.
/// A change that waits already gives way to the newer one.
async fn accept_class(session: &mut Session, tenant: i64, class: i64, rank: Option<i32>) -> Answer<()> {
    move_baseline(session, class).await?;
    session
        .run(
            "DELETE FROM object WHERE id IN (SELECT o.id FROM staged s CROSS JOIN object o \
             WHERE s.class = $1 AND s.kind = $2 AND o.class = s.class AND o.key = s.key)",
            arguments![class, ChangeKind::Removed.as_str()],
        )
        .await?;
    session
        .run(
            "INSERT INTO object (class, key, digest, body, place) SELECT class, key, digest, body, place FROM staged \
             WHERE class = $1 AND body IS NOT NULL \
             ON CONFLICT (class, key) DO UPDATE SET digest = excluded.digest, body = excluded.body, place = excluded.place",
            arguments![class],
        )
        .await?;
    session
        .run(
            "DELETE FROM change WHERE class = $1 \
             AND EXISTS (SELECT 1 FROM staged s WHERE s.class = $1 AND s.key = change.key)",
            arguments![class],
        )
        .await?;
    if let Some(rank) = rank {
        // By identity and not as they came: the order of rows says nothing, and the catalogue lies in this order.
        session
            .run(
                "INSERT INTO change (tenant, class, key, rank, kind) \
                 SELECT $2, class, key, $3, kind FROM staged WHERE class = $1 \
                 ORDER BY CASE kind WHEN $4 THEN 0 WHEN $5 THEN 1 ELSE 2 END, identity, key",
                arguments![
                    class,
                    tenant,
                    rank,
                    ChangeKind::Removed.as_str(),
                    ChangeKind::Changed.as_str()
                ],
            )
            .await?;
    }
    session
        .run("DELETE FROM staged WHERE class = $1", arguments![class])
        .await?;
    Ok(())
}
