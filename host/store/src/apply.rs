//! What applying and reading back keep: where operations are, what became of them, and the shadows that follow from it.

use samklang_core::catalogue::ObjectRef;
use samklang_core::port::{OperationRecord, OperationState, Settled, Shadow, ShadowWrite};
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::Answer;
use crate::findings::{Origin, clear_findings, keep_findings};
use crate::plan::{OPERATION, SHADOW, write_shadows, written};
use crate::quarantine::{free_done, put_in_quarantine};
use crate::reading::{numbers, unsigned};
use crate::reconcile::make_stale;
use crate::sealed::Place;
use crate::targets::end_requests;
use crate::tenant::TenantStore;

/// Numbers that are asked about at a time when a whole class is gone through.
const NUMBERS: i64 = 10_000;

impl TenantStore {
    pub(crate) async fn operations_for(
        &self,
        target: &str,
        states: &[OperationState],
        limit: u32,
        of_one_rank: bool,
    ) -> Answer<Vec<OperationRecord>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(Vec::new());
        };
        // One state at a time: the index has each state in the order that is asked for, and several would have to be sorted.
        let sql = format!(
            "SELECT {OPERATION}, o.rank, o.seq FROM operation o \
             WHERE o.connection = $1 AND o.state = $2 ORDER BY o.rank, o.seq LIMIT $3"
        );
        let mut session = self.reading().await?;
        let mut found = Vec::new();
        for state in states {
            for row in session
                .rows(sql.as_str(), arguments![number, state.as_str(), limit])
                .await?
            {
                found.push((row.integer(16)?, row.integer(17)?, row));
            }
        }
        drop(session);
        found.sort_unstable_by_key(|(rank, seq, _)| (*rank, *seq));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        if let Some(&(lowest, ..)) = found.first().filter(|_| of_one_rank) {
            found.retain(|(rank, ..)| *rank == lowest);
        }
        let mut operations = Vec::with_capacity(found.len());
        for (_, _, row) in &found {
            operations.push(self.operation(row).await?);
        }
        Ok(operations)
    }

    pub(crate) async fn undefer(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        let sql = "UPDATE operation SET state = $3 WHERE connection = $1 AND state = $2";
        let (deferred, planned) = (
            OperationState::Deferred.as_str(),
            OperationState::Planned.as_str(),
        );
        session.run(sql, arguments![number, deferred, planned]).await?;
        session.commit().await
    }

    pub(crate) async fn note_sent(&self, target: &str, ids: &[String]) -> Answer<()> {
        let number = self.give_connection(target).await?;
        let mut session = self.writing().await?;
        let sql = "WITH v (id) AS (VALUES {}) UPDATE operation SET state = $2, attempt = attempt + 1 \
                   WHERE connection = $1 AND id IN (SELECT id FROM v)";
        let sent = OperationState::Sent.as_str();
        session
            .run_over(sql, List::of(ids), &arguments![number, sent])
            .await?;
        session.commit().await
    }

    pub(crate) async fn settle_operations(&self, target: &str, settled: &[Settled]) -> Answer<()> {
        let number = self.give_connection(target).await?;
        let shadows: Vec<&ShadowWrite> = settled.iter().flat_map(|one| &one.shadows).collect();
        let findings: Vec<_> = settled.iter().filter_map(|one| one.finding.as_ref()).collect();
        let mut objects = written(target, shadows.iter().copied());
        objects.extend(findings.iter().map(|finding| finding.object.clone()));
        let classes = self.give_classes(&objects).await?;
        let mut list = List::new(3, settled.len());
        for one in settled {
            let outcome = self.seals.json(Place::Outcome(number, &one.id), &one.outcome)?;
            list.push(arguments![&one.id, one.state.as_str(), outcome]);
        }
        let ids = || List::of(settled.iter().map(|one| &one.id));
        let mut session = self.writing().await?;
        let sql = "WITH v (id, state, outcome) AS (VALUES {}) \
                   UPDATE operation SET state = v.state, outcome = v.outcome FROM v \
                   WHERE operation.connection = $1 AND operation.id = v.id";
        session.run_over(sql, list, &arguments![number]).await?;
        end_requests(&mut session, number, ids()).await?;
        write_shadows(
            &mut session,
            (&self.seals, &self.matching),
            target,
            shadows,
            &classes,
        )
        .await?;
        let journal = settled.iter().filter_map(|one| one.journal.as_ref());
        self.keep_journal(&mut session, journal).await?;
        // What applying found before about the objects of these operations is answered by what became of them now.
        let sql = "WITH v (id) AS (VALUES {}) DELETE FROM finding WHERE id IN \
                   (SELECT f.id FROM v CROSS JOIN operation o CROSS JOIN finding f WHERE o.connection = $1 AND o.id = v.id \
                   AND f.class = o.class AND f.key = o.key AND f.origin = $2)";
        session
            .run_over(sql, ids(), &arguments![number, Origin::Target.as_str()])
            .await?;
        let about: Vec<&ObjectRef> = findings.iter().map(|finding| &finding.object).collect();
        clear_findings(&mut session, about, &classes, Origin::Target).await?;
        keep_findings(
            &mut session,
            &self.seals,
            findings.iter().copied(),
            &classes,
            Origin::Target,
        )
        .await?;
        free_done(&mut session, number, ids()).await?;
        let now = settled.iter().map(|one| one.at).max().unwrap_or_default();
        put_in_quarantine(&mut session, findings, &classes, (Origin::Target, now)).await?;
        session.commit().await
    }

    pub(crate) async fn keep_observed(
        &self,
        target: &str,
        shadows: &[ShadowWrite],
        stale: &[Uuid],
    ) -> Answer<()> {
        let number = self.give_connection(target).await?;
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
        make_stale(&mut session, number, stale).await?;
        session.commit().await
    }

    pub(crate) async fn numbers_of_shadows(
        &self,
        target: &str,
        class: &str,
        keys: &[&str],
    ) -> Answer<Vec<Option<u64>>> {
        let mut answer = vec![None; keys.len()];
        let Some(number) = self.class(target, class).await? else {
            return Ok(answer);
        };
        let sql = "WITH v (n, key) AS (VALUES {#}) SELECT v.n, s.id FROM v CROSS JOIN shadow s \
                   WHERE s.class = $1 AND s.key = v.key";
        let list = List::of(keys.iter().copied());
        for (first, row) in self
            .reading()
            .await?
            .rows_over(sql, list, &arguments![number])
            .await?
        {
            let place: usize = unsigned(row.integer(0)?, "shadow")?;
            if let Some(place) = answer.get_mut(first + place) {
                *place = Some(unsigned(row.integer(1)?, "shadow")?);
            }
        }
        Ok(answer)
    }

    pub(crate) async fn shadows_unseen<S: Fn(u64) -> bool + Send + Sync>(
        &self,
        target: &str,
        class: &str,
        after: u64,
        limit: u32,
        seen: &S,
    ) -> Answer<Vec<(u64, Shadow)>> {
        let Some(class) = self.class(target, class).await? else {
            return Ok(Vec::new());
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut unseen: Vec<i64> = Vec::new();
        let mut after = i64::try_from(after).unwrap_or(i64::MAX);
        let mut session = self.reading().await?;
        while unseen.len() < limit {
            let sql = "SELECT max(id), string_agg(CAST(id AS TEXT), ',') FROM \
                       (SELECT id FROM shadow WHERE class = $1 AND id > $2 ORDER BY id LIMIT $3) AS part";
            let Some(row) = session.row(sql, arguments![class, after, NUMBERS]).await? else {
                break;
            };
            let (Some(last), Some(text)) = (row.maybe_integer(0)?, row.maybe_text(1)?) else {
                break;
            };
            let mut found: Vec<u64> = numbers(&text, "shadow")?;
            found.retain(|number| !seen(*number));
            found.sort_unstable();
            unseen.extend(found.into_iter().filter_map(|number| i64::try_from(number).ok()));
            after = last;
        }
        unseen.truncate(limit);
        let sql = format!(
            "WITH v (id) AS (VALUES {{}}) SELECT s.id, {SHADOW} FROM v CROSS JOIN shadow s WHERE s.id = v.id"
        );
        let rows = session.rows_over(&sql, List::of(unseen), &[]).await?;
        drop(session);
        let mut shadows = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            shadows.push((unsigned(row.integer(0)?, "shadow")?, self.shadow(row, 1).await?.1));
        }
        shadows.sort_unstable_by_key(|(number, _): &(u64, Shadow)| *number);
        Ok(shadows)
    }
}
