//! Erasing whatever is kept about entities, table by table. Which tables there are is held against the migrations by a test: a table
//! that comes has to say here what becomes of what it tells about somebody.

use std::collections::BTreeSet;

use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::ERASED;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
use crate::inspect::CLASSES;
use crate::tenant::TenantStore;

/// Connections of the tenant, for `connection IN`.
const CONNECTIONS: &str = "(SELECT n.id FROM connection n WHERE n.tenant = $1)";

/// What a row must be of to be erased with the entity in that column.
#[derive(Clone, Copy)]
enum Of {
    Tenant,
    Connection,
    Class,
}

/// Tables in which each row is about one entity, with the column that tells which. What others are found by comes first.
const ABOUT: [(&str, &str, Of); 13] = [
    ("stale", "entity", Of::Connection),
    ("leaving", "entity", Of::Connection),
    ("request", "entity", Of::Connection),
    ("quarantine", "entity", Of::Class),
    ("shadow", "entity", Of::Class),
    ("override", "entity", Of::Tenant),
    ("life", "entity", Of::Tenant),
    ("touched", "entity", Of::Tenant),
    ("candidate", "entity", Of::Tenant),
    ("reference", "origin", Of::Tenant),
    ("reference", "goal", Of::Tenant),
    ("unresolved", "entity", Of::Tenant),
    ("due", "entity", Of::Tenant),
];

/// What was swept away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Swept {
    /// Entries of the journal that lost their particulars.
    pub(crate) entries: u64,
    /// Operations.
    pub(crate) operations: u64,
}

/// An object by which somebody was known, with the number of its class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Traced {
    pub(crate) class: i64,
    pub(crate) object: ObjectRef,
}

impl TenantStore {
    /// Objects that stand or stood for these entities, in sources and targets. One that stands for somebody else by now is not theirs.
    pub(crate) async fn traces(&self, session: &mut Session, ids: &[Uuid]) -> Answer<BTreeSet<Traced>> {
        let mut traces = BTreeSet::new();
        for (table, unless) in [
            ("link", ""),
            ("shadow", ""),
            (
                "former",
                "AND NOT EXISTS (SELECT 1 FROM link l WHERE l.class = o.class AND l.key = o.key AND l.entity <> o.entity)",
            ),
        ] {
            let sql = format!(
                "WITH v (entity) AS (VALUES {{}}) SELECT o.class, n.name, c.name, o.key \
                 FROM v CROSS JOIN {table} o CROSS JOIN class c CROSS JOIN connection n \
                 WHERE o.entity = v.entity AND c.id = o.class AND n.id = c.connection AND n.tenant = $1 {unless}"
            );
            for (_, row) in session
                .rows_over(&sql, List::of(ids), &arguments![self.tenant])
                .await?
            {
                traces.insert(Traced {
                    class: row.integer(0)?,
                    object: ObjectRef {
                        connection: row.text(1)?,
                        class: row.text(2)?,
                        key: row.text(3)?,
                    },
                });
            }
        }
        Ok(traces)
    }

    /// Erases whatever is kept about these entities. The caller has made sure that they may be forgotten, and notes it.
    pub(crate) async fn erase(&self, session: &mut Session, ids: &[Uuid], now: i64) -> Answer<Swept> {
        let traces = self.traces(session, ids).await?;
        let mut swept = Swept::default();
        // What tells how much was erased has to stay: the journal is accounted for by it.
        let sql = "WITH v (entity) AS (VALUES {}) UPDATE journal SET detail = NULL \
                   WHERE tenant = $1 AND detail IS NOT NULL AND event <> $2 AND entity IN (SELECT entity FROM v)";
        swept.entries = session
            .run_over(sql, List::of(ids), &arguments![self.tenant, ERASED])
            .await?;
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) DELETE FROM operation \
             WHERE connection IN {CONNECTIONS} AND entity IN (SELECT entity FROM v)"
        );
        swept.operations = session
            .run_over(&sql, List::of(ids), &arguments![self.tenant])
            .await?;
        // A name stays kept from others for its time, but tells of nobody any more.
        let sql = "WITH v (entity) AS (VALUES {}) UPDATE allotment SET entity = NULL, released = coalesce(released, $2) \
                   WHERE tenant = $1 AND entity IN (SELECT entity FROM v)";
        session
            .run_over(sql, List::of(ids), &arguments![self.tenant, now])
            .await?;
        self.forget_findings(session, &traces, ids).await?;
        self.forget_cases(session, ids).await?;
        self.forget_examples(session, &traces, ids).await?;
        for (table, column, of) in ABOUT {
            let of = match of {
                Of::Tenant => "tenant = $1".to_owned(),
                Of::Connection => format!("connection IN {CONNECTIONS}"),
                Of::Class => format!("class IN {CLASSES}"),
            };
            let sql = format!(
                "WITH v (entity) AS (VALUES {{}}) DELETE FROM {table} WHERE {of} AND {column} IN (SELECT entity FROM v)"
            );
            session
                .run_over(&sql, List::of(ids), &arguments![self.tenant])
                .await?;
        }
        let sql =
            "WITH v (id) AS (VALUES {}) DELETE FROM entity WHERE tenant = $1 AND id IN (SELECT id FROM v)";
        session
            .run_over(sql, List::of(ids), &arguments![self.tenant])
            .await?;
        Ok(swept)
    }

    /// What was found about their objects and about those that were never made, and what those of targets are found by.
    async fn forget_findings(
        &self,
        session: &mut Session,
        traces: &BTreeSet<Traced>,
        ids: &[Uuid],
    ) -> Answer<()> {
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) DELETE FROM finding WHERE class IN {CLASSES} AND (class, key) IN \
             (SELECT q.class, q.key FROM v CROSS JOIN quarantine q WHERE q.entity = v.entity)"
        );
        session
            .run_over(&sql, List::of(ids), &arguments![self.tenant])
            .await?;
        for table in ["finding", "quarantine", "likeness"] {
            let mut list = List::new(2, traces.len());
            for trace in traces {
                list.push(arguments![trace.class, &trace.object.key]);
            }
            let sql = format!(
                "WITH v (class, key) AS (VALUES {{}}) DELETE FROM {table} WHERE (class, key) IN (SELECT class, key FROM v)"
            );
            session.run_over(&sql, list, &[]).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables that tell nothing about a person, or nothing that is a person's to have or to have erased.
    const NOBODYS: [(&str, &str); 37] = [
        ("tenant", "a name and a secret"),
        ("lease", "which worker is at it"),
        ("connection", "names and cursors"),
        ("class", "names"),
        ("cycle", "when it ran"),
        ("step", "counts; what it halted with is in the proposal"),
        ("decision", "what somebody who decides did, which is kept"),
        ("import", "counts and digests"),
        ("accepted", "digests"),
        ("marked_bad", "digests, and what somebody who decides did"),
        ("promotion", "what somebody who decides did"),
        ("enrolment", "what somebody who decides did"),
        ("baseline", "counts"),
        ("fingerprint", "digests of configuration"),
        ("finder", "names of rules"),
        ("chain", "hashes"),
        ("component", "connectors"),
        ("activation", "connectors, and what somebody who decides did"),
        ("running", "connectors"),
        ("installation", "a secret"),
        ("actor", "who works with the installation, in whatever tenants"),
        ("person", "the same"),
        ("person_role", "the same"),
        ("admission", "the same"),
        ("entrance", "the same"),
        ("session", "the same"),
        ("api_token", "the same"),
        ("access_entry", "what somebody who gives roles did"),
        (
            "keyed_request",
            "answers for a day, sealed with what only the one who asked has",
        ),
        ("schedule", "when what was begun"),
        ("wish", "what somebody asks for now, until it is done; sealed"),
        ("told", "states of cycles, and counts"),
        ("notice", "the same"),
        (
            "object",
            "what a source holds: nobody is forgotten whom one knows",
        ),
        ("link", "the same"),
        ("change", "the same: what waits has a link, or is nobody yet"),
        (
            "staged",
            "what a source delivers: nobody is forgotten whom one names again",
        ),
    ];

    /// Tables that are erased from by statements of their own.
    const APART: [&str; 11] = [
        "entity",
        "journal",
        "operation",
        "allotment",
        "finding",
        "likeness",
        "question",
        "ruling",
        "former",
        "proposal",
        "enrolment_check",
    ];

    #[test]
    fn every_table_says_what_becomes_of_what_it_tells_about_somebody() {
        let text = concat!(
            include_str!("../../migrations/sqlite/0001_truth.sql"),
            include_str!("../../migrations/sqlite/0002_access.sql"),
            include_str!("../../migrations/sqlite/0003_schedule.sql"),
            include_str!("../../migrations/sqlite/0004_idempotency.sql")
        );
        let tables: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next())
            .collect();
        let considered: Vec<&str> = NOBODYS
            .iter()
            .map(|(table, _)| *table)
            .chain(APART)
            .chain(ABOUT.iter().map(|(table, ..)| *table))
            .collect();
        for table in &tables {
            assert!(
                considered.contains(table),
                "`{table}` is new: if it can tell something about a person, have `person export` give it and `person forget` \
                 erase it, and add it to the test of both; if not, say here why"
            );
        }
        for table in considered {
            assert!(tables.contains(table), "`{table}` is no table any more");
        }
    }
}
