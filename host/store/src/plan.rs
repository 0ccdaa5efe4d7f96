//! What planning reads and keeps: stale entities, shadows, and the draft that becomes the plan.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::{Action, Operation};
use samklang_core::key::MatchingKey;
use samklang_core::matching::Side;
use samklang_core::port::{
    Drafted, OperationRecord, OperationState, PlanCounts, Planned, Reference, Shadow, ShadowState,
    ShadowWrite,
};
use samklang_core::sentence::{Reason, Sentence as _};
use uuid::Uuid;

use crate::allotment::keep_allotments;
use crate::argument::{Argument, List, arguments};
use crate::cases::heed;
use crate::database::{Answer, Row, Session};
use crate::findings::{Origin, clear_findings, keep_findings};
use crate::likeness::keep_likenesses;
use crate::quarantine::{free_settled, put_in_quarantine};
use crate::reading::{action, json, maybe_uuid, to_json, unsigned, uuid, word};
use crate::reconcile::make_stale;
use crate::sealed::{Place, Seals};
use crate::targets::{end_leaving, keep_leaving, left};
use crate::tenant::{Classes, TenantStore};

/// The columns that [`TenantStore::operation`] reads, of table `o`.
pub(crate) const OPERATION: &str = "o.id, o.cycle, o.entity, o.class, o.action, o.key, o.desired, o.changed, o.state, \
                                    o.attempt, o.reason, o.outcome, o.connection, o.former, o.ours, o.planned_in";

/// The columns that [`TenantStore::shadow`] reads, of table `s`.
pub(crate) const SHADOW: &str = "s.class, s.key, s.entity, s.state, s.cycle, s.body, s.ours";

/// Operations that one statement makes the plan's.
const SETTLED: i64 = 10_000;

impl TenantStore {
    pub(crate) async fn widen(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        // Only what is stale by itself is widened; otherwise doing it again would go a hop further each time.
        let hops = [
            "SELECT $1, r.goal, 1 FROM stale s CROSS JOIN reference r \
             WHERE s.connection = $1 AND s.widened <> 1 AND r.tenant = $2 AND r.origin = s.entity",
            "SELECT $1, r.origin, 1 FROM stale s CROSS JOIN reference r \
             WHERE s.connection = $1 AND s.widened <> 1 AND r.tenant = $2 AND r.goal = s.entity",
            "SELECT $1, p.id, 1 FROM stale s CROSS JOIN reference r CROSS JOIN reference t CROSS JOIN entity p \
             WHERE s.connection = $1 AND s.widened <> 1 AND r.tenant = $2 AND r.goal = s.entity \
             AND t.tenant = $2 AND t.origin = r.origin AND t.goal <> s.entity \
             AND p.tenant = $2 AND p.id = t.goal AND p.kind = 'person'",
        ];
        self.widen_by(&mut session, number, &hops).await?;
        session.commit().await
    }

    /// Widens a target's list by what each of these selects of `$1`, the target, and `$2`, the tenant, one after the other.
    pub(crate) async fn widen_by(&self, session: &mut Session, number: i64, hops: &[&str]) -> Answer<()> {
        for hop in hops {
            let sql = format!(
                "INSERT INTO stale (connection, entity, widened) {hop} ON CONFLICT (connection, entity) DO NOTHING"
            );
            session.run(sql, arguments![number, self.tenant]).await?;
        }
        Ok(())
    }

    pub(crate) async fn stale_of(&self, target: &str, after: Option<Uuid>, limit: u32) -> Answer<Vec<Uuid>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(Vec::new());
        };
        let beyond = if after.is_some() { "AND entity > $3" } else { "" };
        let sql = format!("SELECT entity FROM stale WHERE connection = $1 {beyond} ORDER BY entity LIMIT $2");
        let given = [
            Some(Argument::from(number)),
            Some(limit.into()),
            after.map(Argument::from),
        ];
        let rows = self
            .reading()
            .await?
            .rows(sql, given.into_iter().flatten())
            .await?;
        rows.iter().map(|row| uuid(&row.octets(0)?, "stale")).collect()
    }

    pub(crate) async fn references_of(&self, entities: &[Uuid]) -> Answer<Vec<Reference>> {
        let mut session = self.reading().await?;
        // A reference between two of these would be found from both its ends.
        let among: BTreeSet<Uuid> = entities.iter().copied().collect();
        let mut references = Vec::new();
        for end in ["origin", "goal"] {
            let sql = format!(
                "WITH v (entity) AS (VALUES {{}}) SELECT r.origin, r.attribute, r.goal \
                 FROM v CROSS JOIN reference r WHERE r.tenant = $1 AND r.{end} = v.entity"
            );
            for (_, row) in session
                .rows_over(&sql, List::of(&among), &arguments![self.tenant])
                .await?
            {
                let from = uuid(&row.octets(0)?, "reference")?;
                let to = uuid(&row.octets(2)?, "reference")?;
                if end == "origin" || !among.contains(&from) {
                    references.push(Reference {
                        from,
                        attribute: row.text(1)?,
                        to,
                    });
                }
            }
        }
        Ok(references)
    }

    pub(crate) async fn shadows_for_entities(&self, target: &str, entities: &[Uuid]) -> Answer<Vec<Shadow>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) SELECT {SHADOW} FROM v CROSS JOIN shadow s CROSS JOIN class c \
             WHERE s.entity = v.entity AND c.id = s.class AND c.connection = $1 ORDER BY s.id"
        );
        let rows = self
            .reading()
            .await?
            .rows_over(&sql, List::of(entities), &arguments![number])
            .await?;
        let mut shadows = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            shadows.push(self.shadow(row, 0).await?.1);
        }
        Ok(shadows)
    }

    pub(crate) async fn shadows_by_key(
        &self,
        target: &str,
        class: &str,
        keys: &[String],
    ) -> Answer<Vec<Shadow>> {
        let Some(number) = self.class(target, class).await? else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "WITH v (key) AS (VALUES {{}}) SELECT {SHADOW} FROM v CROSS JOIN shadow s \
             WHERE s.class = $1 AND s.key = v.key"
        );
        let rows = self
            .reading()
            .await?
            .rows_over(&sql, List::of(keys), &arguments![number])
            .await?;
        let mut shadows = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            shadows.push(self.shadow(row, 0).await?.1);
        }
        Ok(shadows)
    }

    /// Reads a shadow whose columns begin there, with the connection that it is of.
    pub(crate) async fn shadow(&self, row: &Row, column: usize) -> Answer<(String, Shadow)> {
        let ObjectRef {
            connection,
            class,
            key,
        } = self.object(row.integer(column)?, row.text(column + 1)?).await?;
        let place = || format!("shadow {connection}/{class}/{key}");
        let shadow = Shadow {
            entity: maybe_uuid(row, column + 2, "shadow")?,
            state: word(&row.text(column + 3)?, ShadowState::parse, place)?,
            cycle: row.integer(column + 4)?,
            attributes: self.seals.read_attributes(
                Place::Shadow(row.integer(column)?, &key),
                row.octets(column + 5)?,
                place,
            )?,
            ours: self.seals.maybe_attributes(
                Place::Shared(row.integer(column)?, &key),
                row.maybe_octets(column + 6)?,
                place,
            )?,
            class: class.clone(),
            key: key.clone(),
        };
        Ok((connection, shadow))
    }

    pub(crate) async fn discard_drafts_for(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        let sql = "DELETE FROM operation WHERE connection = $1 AND state = $2";
        session
            .run(sql, arguments![number, OperationState::Draft.as_str()])
            .await?;
        session.commit().await
    }

    pub(crate) async fn add_drafts(&self, cycle: i64, target: &str, drafted: &Drafted) -> Answer<()> {
        let Drafted {
            now,
            operations,
            shadows,
            leaving,
            settled,
            findings,
            cleared,
            allotments,
            stale,
            cases,
            heeded,
            journal,
        } = drafted;
        let mut others = Vec::with_capacity(stale.len());
        for (other, entities) in stale {
            others.push((self.give_connection(other).await?, entities));
        }
        let number = self.give_connection(target).await?;
        let written = written(target, shadows);
        let named = operations
            .iter()
            .map(|planned| object(target, &planned.operation));
        let named: Vec<ObjectRef> = named.collect();
        let left = left(target, leaving);
        let about = findings.iter().map(|finding| &finding.object).chain(cleared);
        let asked = cases.iter().map(|case| &case.object);
        // Whom a person is asked about is not told about beside that.
        let about = about.chain(asked);
        let classes = self
            .give_classes(named.iter().chain(&written).chain(&left).chain(about.clone()))
            .await?;
        let mut list = List::new(14, operations.len());
        for (
            Planned {
                operation,
                entity,
                rank,
                urgent,
                reason,
                before,
                ours,
            },
            object,
        ) in operations.iter().zip(&named)
        {
            list.push(arguments![
                &operation.id,
                *entity,
                classes.of(object),
                operation.action.as_str(),
                &operation.key,
                self.seals
                    .attributes(Place::Desired(number, &operation.id), &operation.desired)?,
                to_json(&operation.changed)?,
                *rank,
                i64::from(*urgent),
                reason.kept(),
                OperationState::Draft.as_str(),
                0_i64,
                self.seals.if_any(Place::Former(number, &operation.id), before)?,
                self.seals.if_any(Place::Given(number, &operation.id), ours)?,
            ]);
        }
        let mut session = self.writing_part().await?;
        // An operation that has ended makes room for its like; one that is under way stays as it is.
        let sql = "WITH v (id) AS (VALUES {}) DELETE FROM operation \
                   WHERE connection = $1 AND id IN (SELECT id FROM v) AND state NOT IN ($2, $3)";
        let under_way = arguments![
            number,
            OperationState::Planned.as_str(),
            OperationState::Sent.as_str()
        ];
        let ids = operations.iter().map(|planned| &planned.operation.id);
        session.run_over(sql, List::of(ids), &under_way).await?;
        let sql = "WITH v (id, entity, class, action, key, desired, changed, rank, urgent, reason, state, attempt, former, ours) \
                   AS (VALUES {}) INSERT INTO operation \
                   (connection, cycle, planned_in, id, entity, class, action, key, desired, changed, rank, urgent, reason, state, \
                   attempt, former, ours) \
                   SELECT $1, $2, $2, id, entity, class, action, key, desired, changed, rank, urgent, reason, state, attempt, former, ours \
                   FROM v WHERE true ON CONFLICT (connection, id) DO NOTHING";
        session.run_over(sql, list, &arguments![number, cycle]).await?;
        write_shadows(
            &mut session,
            (&self.seals, &self.matching),
            target,
            shadows,
            &classes,
        )
        .await?;
        keep_leaving(&mut session, (target, number), leaving, &classes).await?;
        clear_findings(&mut session, about, &classes, Origin::Target).await?;
        keep_findings(&mut session, &self.seals, findings, &classes, Origin::Target).await?;
        free_settled(&mut session, number, settled).await?;
        put_in_quarantine(&mut session, findings, &classes, (Origin::Target, *now)).await?;
        keep_allotments(&mut session, self.tenant, allotments).await?;
        self.keep_cases(&mut session, Side::Target, (cases, cleared), &classes, *now)
            .await?;
        heed(&mut session, heeded).await?;
        self.keep_journal(&mut session, journal).await?;
        for (other, entities) in others {
            make_stale(&mut session, other, entities).await?;
        }
        session.commit().await
    }

    pub(crate) async fn shadow_sizes(&self, target: &str) -> Answer<BTreeMap<String, u64>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(BTreeMap::new());
        };
        let sql = "SELECT c.name, count(*) FROM class c JOIN shadow s ON s.class = c.id \
                   WHERE c.connection = $1 AND s.entity IS NOT NULL GROUP BY c.name";
        let rows = self.reading().await?.rows(sql, arguments![number]).await?;
        rows.iter()
            .map(|row| Ok((row.text(0)?, unsigned(row.integer(1)?, "shadow")?)))
            .collect()
    }

    pub(crate) async fn drafted_for(&self, target: &str) -> Answer<PlanCounts> {
        let Some(number) = self.connection(target).await? else {
            return Ok(PlanCounts::new());
        };
        let sql = "SELECT class, action, count(*) FROM operation \
                   WHERE connection = $1 AND state = $2 GROUP BY class, action";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![number, OperationState::Draft.as_str()])
            .await?;
        self.plan_counts(target, &rows).await
    }

    pub(crate) async fn planned_for(&self, cycle: i64, target: &str) -> Answer<PlanCounts> {
        let Some(number) = self.connection(target).await? else {
            return Ok(PlanCounts::new());
        };
        let sql = "SELECT class, action, count(*) FROM operation WHERE connection = $1 AND cycle = $2 \
                   AND state NOT IN ($3, $4) GROUP BY class, action";
        let (draft, dropped) = (OperationState::Draft.as_str(), OperationState::Dropped.as_str());
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![number, cycle, draft, dropped])
            .await?;
        self.plan_counts(target, &rows).await
    }

    pub(crate) async fn outcomes_for(
        &self,
        cycle: i64,
        target: &str,
    ) -> Answer<BTreeMap<OperationState, u64>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(BTreeMap::new());
        };
        let sql = "SELECT state, count(*) FROM operation WHERE connection = $1 AND cycle = $2 \
                   AND state NOT IN ($3, $4) GROUP BY state";
        let (draft, dropped) = (OperationState::Draft.as_str(), OperationState::Dropped.as_str());
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![number, cycle, draft, dropped])
            .await?;
        rows.iter()
            .map(|row| {
                let place = || format!("an operation for `{target}`");
                let state = word(&row.text(0)?, OperationState::parse, place)?;
                Ok((state, unsigned(row.integer(1)?, "operation")?))
            })
            .collect()
    }

    async fn plan_counts(&self, target: &str, rows: &[Row]) -> Answer<PlanCounts> {
        let mut counts = PlanCounts::new();
        for row in rows {
            let (_, class) = self
                .names
                .class_of(&self.database, self.tenant, row.integer(0)?)
                .await?;
            let action: Action = word(&row.text(1)?, action, || format!("an operation for `{target}`"))?;
            counts.insert((class, action), unsigned(row.integer(2)?, "operation")?);
        }
        Ok(counts)
    }

    pub(crate) async fn settle_draft(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        // Part by part, because SQLite remembers what a statement would have to undo.
        let sql = "UPDATE operation SET state = $3 WHERE seq IN \
                   (SELECT seq FROM operation WHERE connection = $1 AND state = $2 ORDER BY rank, seq LIMIT $4)";
        let (draft, planned) = (OperationState::Draft.as_str(), OperationState::Planned.as_str());
        while session
            .run(sql, arguments![number, draft, planned, SETTLED])
            .await?
            > 0
        {}
        // What somebody asked for after the draft was made, such as while its plan was halted, has yet to be planned for.
        let sql = "DELETE FROM stale WHERE connection = $1 AND NOT EXISTS (SELECT 1 FROM request r \
                   WHERE r.connection = $1 AND r.entity = stale.entity \
                   AND NOT EXISTS (SELECT 1 FROM shadow s JOIN class c ON c.id = s.class \
                   WHERE c.connection = $1 AND s.entity = r.entity) \
                   AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.entity = r.entity AND o.connection = $1 \
                   AND o.state IN ($2, $3, $4)))";
        let (sent, deferred) = (OperationState::Sent.as_str(), OperationState::Deferred.as_str());
        session
            .run(sql, arguments![number, planned, sent, deferred])
            .await?;
        session.commit().await
    }

    /// Reads an operation whose columns are [`OPERATION`].
    pub(crate) async fn operation(&self, row: &Row) -> Answer<OperationRecord> {
        let id = row.text(0)?;
        let ObjectRef {
            connection,
            class,
            key,
        } = self.object(row.integer(3)?, row.text(5)?).await?;
        let place = || format!("operation {id} for `{connection}`");
        let number = row.integer(12)?;
        let said = |sealed| self.seals.read_json(Place::Outcome(number, &id), sealed, place);
        let outcome = row.maybe_octets(11)?.map(said).transpose()?;
        let operation = Operation {
            action: word(&row.text(4)?, action, place)?,
            desired: self
                .seals
                .read_attributes(Place::Desired(number, &id), row.octets(6)?, place)?,
            changed: json(&row.text(7)?, place)?,
            id: id.clone(),
            class,
            key,
        };
        Ok(OperationRecord {
            cycle: row.integer(1)?,
            planned_in: row.integer(15)?,
            entity: maybe_uuid(row, 2, "operation")?,
            state: word(&row.text(8)?, OperationState::parse, place)?,
            attempt: unsigned(row.integer(9)?, "operation")?,
            reason: Reason::read(row.text(10)?),
            connection: connection.clone(),
            operation,
            before: self
                .seals
                .maybe_attributes(Place::Former(number, &id), row.maybe_octets(13)?, place)?,
            ours: self
                .seals
                .maybe_attributes(Place::Given(number, &id), row.maybe_octets(14)?, place)?,
            outcome,
        })
    }
}

/// The object of a target that an operation is about.
pub(crate) fn object(target: &str, operation: &Operation) -> ObjectRef {
    ObjectRef {
        connection: target.to_owned(),
        class: operation.class.clone(),
        key: operation.key.clone(),
    }
}

/// The objects that these writes are about.
pub(crate) fn written<'a>(target: &str, writes: impl IntoIterator<Item = &'a ShadowWrite>) -> Vec<ObjectRef> {
    let object = |class: &String, key: &String| ObjectRef {
        connection: target.to_owned(),
        class: class.clone(),
        key: key.clone(),
    };
    writes
        .into_iter()
        .map(|write| match write {
            ShadowWrite::Put(shadow) => object(&shadow.class, &shadow.key),
            ShadowWrite::Remove(class, key) => object(class, key),
        })
        .collect()
}

/// Writes shadows, as if one after the other: of several writes of one shadow the last one stays.
pub(crate) async fn write_shadows<'a>(
    session: &mut Session,
    (seals, key): (&Seals, &MatchingKey),
    target: &str,
    writes: impl IntoIterator<Item = &'a ShadowWrite> + Send,
    classes: &Classes,
) -> Answer<()> {
    let writes: Vec<&ShadowWrite> = writes.into_iter().collect();
    let objects = written(target, writes.iter().copied());
    let mut seen: BTreeSet<(i64, &str)> = BTreeSet::new();
    let (mut put, mut removed) = (List::new(7, writes.len()), List::new(2, 0));
    let latest = writes.iter().zip(&objects).rev();
    let mut latest: Vec<_> = latest
        .filter(|(_, object)| seen.insert((classes.of(object), object.key.as_str())))
        .collect();
    latest.reverse();
    let mut found_by: Vec<(i64, &ShadowWrite)> = Vec::with_capacity(latest.len());
    for (&write, object) in latest {
        let class = classes.of(object);
        found_by.push((class, write));
        match write {
            ShadowWrite::Put(shadow) => {
                let Shadow {
                    key,
                    entity,
                    state,
                    cycle,
                    attributes: values,
                    ours,
                    ..
                } = shadow;
                put.push(arguments![
                    class,
                    key,
                    *entity,
                    state.as_str(),
                    *cycle,
                    seals.attributes(Place::Shadow(class, key), values)?,
                    seals.if_any(Place::Shared(class, key), ours)?
                ]);
            }
            ShadowWrite::Remove(_, key) => removed.push(arguments![class, key]),
        }
    }
    let sql = "WITH v (class, key) AS (VALUES {}) DELETE FROM shadow WHERE id IN \
               (SELECT s.id FROM v CROSS JOIN shadow s WHERE s.class = v.class AND s.key = v.key)";
    session.run_over(sql, removed.clone(), &[]).await?;
    end_leaving(session, removed).await?;
    let sql = "INSERT INTO shadow (class, key, entity, state, cycle, body, ours) VALUES {} \
               ON CONFLICT (class, key) DO UPDATE SET entity = excluded.entity, state = excluded.state, \
               cycle = excluded.cycle, body = excluded.body, ours = excluded.ours";
    session.run_over(sql, put, &[]).await?;
    keep_likenesses(session, key, &found_by).await
}
