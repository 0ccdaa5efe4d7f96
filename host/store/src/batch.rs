//! What a batch of reconciliation leaves: links, entities, the indexes by which entities are found, their history, and who is stale for
//! it. It is kept whole or not at all.

use std::collections::BTreeSet;

use samklang_core::catalogue::{Link, ObjectRef};
use samklang_core::matching::Side;
use samklang_core::port::{EntityWrite, Reconciled};
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::cases::{heed, keep_former};
use crate::database::{Answer, Session};
use crate::findings::{Origin, clear_findings, keep_findings};
use crate::quarantine::{free, put_in_quarantine};
use crate::reconcile::make_stale;
use crate::sealed::Place;
use crate::tenant::{Classes, TenantStore};

impl TenantStore {
    pub(crate) async fn keep_batch(&self, batch: &Reconciled, targets: &[String]) -> Answer<()> {
        let objects = batch.links.iter().map(|link| &link.object);
        let objects = objects.chain(batch.entities.iter().flat_map(|write| &write.unresolved));
        let objects = objects.chain(batch.findings.iter().map(|finding| &finding.object));
        let objects = objects.chain(&batch.unlinked).chain(&batch.cleared);
        let objects = objects.chain(batch.cases.iter().map(|case| &case.object));
        let classes = self.give_classes(objects).await?;
        let mut connections = Vec::with_capacity(targets.len());
        for target in targets {
            connections.push(self.give_connection(target).await?);
        }
        let mut part = self.batching().await?;
        let at = &mut part.session;
        // What the next statement needs is sealed and laid out while the database is busy with this one.
        let entities = latest(&batch.entities, |write| write.entity.id);
        let links = self.link_rows(&batch.links, &classes)?;
        let (kept, rows) = tokio::join!(
            biased;
            async {
                self.settle_changes(at, &batch.settled).await?;
                drop_links(at, &batch.unlinked, &classes).await?;
                keep_links(at, links).await
            },
            async { self.entity_rows(&entities) }
        );
        kept?;
        let rows = rows?;
        let (kept, indexes) = tokio::join!(
            biased;
            keep_entities(at, rows),
            async { Indexes::of(&entities, &classes) }
        );
        kept?;
        let moved = self.moving(at, &entities).await?;
        self.keep_indexes(at, indexes).await?;
        self.keep_lives(at, &batch.lives, &batch.worked_out).await?;
        self.keep_due(at, &entities).await?;
        self.keep_journal(at, &batch.journal).await?;
        let about = batch
            .findings
            .iter()
            .map(|finding| &finding.object)
            .chain(&batch.cleared);
        clear_findings(at, about, &classes, Origin::Source).await?;
        keep_findings(at, &self.seals, &batch.findings, &classes, Origin::Source).await?;
        free(at, &batch.cleared, &classes, Origin::Source).await?;
        put_in_quarantine(at, &batch.findings, &classes, (Origin::Source, batch.now)).await?;
        self.keep_cases(
            at,
            Side::Source,
            (&batch.cases, &batch.cleared),
            &classes,
            batch.now,
        )
        .await?;
        keep_former(at, &batch.former, &classes, batch.now).await?;
        heed(at, &batch.heeded).await?;
        let ids: Vec<Uuid> = batch.entities.iter().map(|write| write.entity.id).collect();
        for connection in connections {
            make_stale(at, connection, &ids).await?;
            self.note_moved(at, connection, &moved).await?;
        }
        self.keep(part).await
    }

    /// Takes changes from the list. Those of a batch mostly follow on one another, and then nothing need be looked up.
    async fn settle_changes(&self, session: &mut Session, settled: &[i64]) -> Answer<()> {
        let (Some(&first), Some(&last)) = (settled.iter().min(), settled.iter().max()) else {
            return Ok(());
        };
        // The plus keeps SQLite from going through every change of the tenant instead of these.
        if last.abs_diff(first) + 1 == settled.len() as u64 {
            let sql = "DELETE FROM change WHERE seq BETWEEN $1 AND $2 AND +tenant = $3";
            session.run(sql, arguments![first, last, self.tenant]).await?;
        } else {
            let sql = "WITH v (seq) AS (VALUES {}) DELETE FROM change WHERE seq IN (SELECT seq FROM v) AND +tenant = $1";
            let list = List::of(settled.iter().copied());
            session.run_over(sql, list, &arguments![self.tenant]).await?;
        }
        Ok(())
    }

    fn link_rows(&self, links: &[Link], classes: &Classes) -> Answer<List> {
        let mut list = List::new(6, links.len());
        for link in latest(links, |link| &link.object) {
            let class = classes.of(&link.object);
            let at = Place::Link(class, &link.object.key);
            let contribution = self.seals.contribution(at, &link.contribution)?;
            list.push(arguments![
                class,
                &link.object.key,
                link.entity,
                &link.rule,
                link.since,
                contribution
            ]);
        }
        Ok(list)
    }

    fn entity_rows(&self, writes: &[&EntityWrite]) -> Answer<List> {
        let mut list = List::new(5, writes.len());
        for EntityWrite { entity, .. } in writes {
            list.push(arguments![
                self.tenant,
                entity.id,
                entity.kind.as_str(),
                entity.state.as_str(),
                self.seals.entity(entity)?,
            ]);
        }
        Ok(list)
    }

    /// Replaces what the entities are found by, what they refer to, and what they wait for.
    async fn keep_indexes(&self, session: &mut Session, indexes: Indexes) -> Answer<()> {
        let Indexes {
            former,
            matches,
            references,
            unresolved,
        } = indexes;
        for (table, column) in [
            ("candidate", "entity"),
            ("reference", "origin"),
            ("unresolved", "entity"),
        ] {
            let sql = format!(
                "WITH v (entity) AS (VALUES {{}}) \
                 DELETE FROM {table} WHERE tenant = $1 AND {column} IN (SELECT entity FROM v)"
            );
            session
                .run_over(&sql, List::of(&former), &arguments![self.tenant])
                .await?;
        }
        let tenant = arguments![self.tenant];
        let sql = "WITH v (kind, rule, folded, exact, entity) AS (VALUES {}) \
                   INSERT INTO candidate (tenant, kind, rule, folded, exact, entity) \
                   SELECT $1, kind, rule, folded, exact, entity FROM v";
        session.run_over(sql, matches, &tenant).await?;
        let sql = "WITH v (origin, attribute, goal) AS (VALUES {}) \
                   INSERT INTO reference (tenant, origin, attribute, goal) \
                   SELECT $1, origin, attribute, goal FROM v WHERE true \
                   ON CONFLICT (tenant, origin, attribute) DO UPDATE SET goal = excluded.goal";
        session.run_over(sql, references, &tenant).await?;
        let sql = "WITH v (entity, class, key) AS (VALUES {}) \
                   INSERT INTO unresolved (tenant, entity, class, key) \
                   SELECT $1, entity, class, key FROM v WHERE true ON CONFLICT DO NOTHING";
        session.run_over(sql, unresolved, &tenant).await?;
        Ok(())
    }
}

/// What entities are found by, refer to and wait for, in rows.
struct Indexes {
    /// Those that may have had others; what is new has nothing that could be replaced.
    former: Vec<Uuid>,
    matches: List,
    references: List,
    unresolved: List,
}

impl Indexes {
    fn of(writes: &[&EntityWrite], classes: &Classes) -> Self {
        let former = writes.iter().filter(|write| !write.new);
        let mut indexes = Self {
            former: former.map(|write| write.entity.id).collect(),
            matches: List::new(5, writes.len()),
            references: List::new(3, writes.len()),
            unresolved: List::new(3, 0),
        };
        for EntityWrite {
            entity,
            matches,
            unresolved,
            ..
        } in writes
        {
            for value in matches {
                indexes.matches.push(arguments![
                    entity.kind.as_str(),
                    &value.rule,
                    &value.folded,
                    &value.exact,
                    entity.id
                ]);
            }
            for (attribute, goal) in &entity.references {
                indexes.references.push(arguments![entity.id, attribute, goal]);
            }
            for object in unresolved {
                let class = classes.of(object);
                indexes.unresolved.push(arguments![entity.id, class, &object.key]);
            }
        }
        indexes
    }
}

async fn drop_links(session: &mut Session, unlinked: &[ObjectRef], classes: &Classes) -> Answer<()> {
    let mut list = List::new(2, unlinked.len());
    for object in unlinked {
        list.push(arguments![classes.of(object), &object.key]);
    }
    let sql = "WITH v (class, key) AS (VALUES {}) DELETE FROM link WHERE id IN \
               (SELECT l.id FROM v CROSS JOIN link l WHERE l.class = v.class AND l.key = v.key)";
    session.run_over(sql, list, &[]).await?;
    Ok(())
}

async fn keep_links(session: &mut Session, rows: List) -> Answer<()> {
    let sql = "INSERT INTO link (class, key, entity, rule, since, contribution) VALUES {} \
               ON CONFLICT (class, key) DO UPDATE SET entity = excluded.entity, rule = excluded.rule, \
               since = excluded.since, contribution = excluded.contribution";
    session.run_over(sql, rows, &[]).await?;
    Ok(())
}

async fn keep_entities(session: &mut Session, rows: List) -> Answer<()> {
    let sql = "INSERT INTO entity (tenant, id, kind, state, body) VALUES {} \
               ON CONFLICT (tenant, id) DO UPDATE SET kind = excluded.kind, state = excluded.state, \
               body = excluded.body";
    session.run_over(sql, rows, &[]).await?;
    Ok(())
}

/// Of several with one identity, the last. PostgreSQL refuses a statement that would write one row twice.
fn latest<'a, T, I: Ord>(items: &'a [T], identity: impl Fn(&'a T) -> I) -> Vec<&'a T> {
    let mut seen = BTreeSet::new();
    let mut latest: Vec<&T> = items
        .iter()
        .rev()
        .filter(|item| seen.insert(identity(item)))
        .collect();
    latest.reverse();
    latest
}
