//! Forgetting in cases, rulings and former objects: questions about the objects of whom is forgotten go as a whole; in questions
//! about others, the forgotten is no candidate any more. An open question is asked anew by the next reconciliation.

use std::collections::BTreeSet;

use samklang_core::matching::Candidate;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::cases::Asked;
use crate::database::{Answer, Session};
use crate::inspect::CLASSES;
use crate::reading::{corrupt, to_json};
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// Questions that are read at once.
const BATCH: u32 = 500;

impl TenantStore {
    /// Erases what cases, rulings and former objects tell about these entities.
    pub(super) async fn forget_cases(&self, session: &mut Session, ids: &[Uuid]) -> Answer<()> {
        // An object that stands for somebody else by now is not the forgotten's any more.
        let theirs = "SELECT f.class, f.key FROM v CROSS JOIN former f WHERE f.entity = v.entity \
                      AND NOT EXISTS (SELECT 1 FROM link l WHERE l.class = f.class AND l.key = f.key)";
        for table in ["question", "ruling"] {
            for which in [
                "entity IN (SELECT entity FROM v)".to_owned(),
                format!("(class, key) IN ({theirs})"),
            ] {
                let sql = format!(
                    "WITH v (entity) AS (VALUES {{}}) DELETE FROM {table} WHERE class IN {CLASSES} AND {which}"
                );
                session
                    .run_over(&sql, List::of(ids), &arguments![self.tenant])
                    .await?;
            }
        }
        self.strike_candidates(session, ids).await?;
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) DELETE FROM former WHERE class IN {CLASSES} AND entity IN (SELECT entity FROM v)"
        );
        session
            .run_over(&sql, List::of(ids), &arguments![self.tenant])
            .await?;
        Ok(())
    }

    /// Takes these entities out of what is asked about others. Whom a case names is sealed, so that every case is looked at; there
    /// are as many as persons are to answer.
    async fn strike_candidates(&self, session: &mut Session, ids: &[Uuid]) -> Answer<()> {
        let sql = format!(
            "SELECT id, class, key, asked, chosen FROM question WHERE class IN {CLASSES} AND id > $2 ORDER BY id LIMIT $3"
        );
        let mut after = 0;
        loop {
            let rows = session
                .rows(sql.as_str(), arguments![self.tenant, after, BATCH])
                .await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                let (id, class, key) = (row.integer(0)?, row.integer(1)?, row.text(2)?);
                after = id;
                let (place, name) = (Place::Case(class, &key), || format!("case {id}"));
                let asked = self.seals.read_json(place, row.octets(3)?, name)?;
                let mut asked: Asked =
                    serde_json::from_value(asked).map_err(|error| corrupt(name(), error))?;
                let (struck, left): (Vec<Candidate>, _) = asked
                    .candidates
                    .into_iter()
                    .partition(|candidate| candidate.entity.is_some_and(|entity| ids.contains(&entity)));
                if struck.is_empty() {
                    continue;
                }
                asked.candidates = left;
                let struck: BTreeSet<String> = struck.iter().map(Candidate::identity).collect();
                let chosen = row.maybe_text(4)?.is_some_and(|chosen| struck.contains(&chosen));
                let sealed = self.seals.octets(place, to_json(&asked)?.as_bytes())?;
                let run = if chosen {
                    "UPDATE question SET asked = $2, chosen = NULL, reason = '' WHERE id = $1"
                } else {
                    "UPDATE question SET asked = $2 WHERE id = $1"
                };
                session.run(run, arguments![id, sealed]).await?;
            }
        }
    }
}
