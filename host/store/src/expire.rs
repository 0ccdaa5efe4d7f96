//! Erasing what is over its time: a batch of one class in one transaction, with the entry of the journal that says so. What is alive is
//! never looked at: entities are found by the day on which they went, history by its own day.

use std::collections::BTreeMap;

use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::enrolment::Category;
use samklang_core::journal::{ERASED, Event};
use samklang_core::port::{ChangeKind, Deed, Expiry, Occasion, RETAINED, StoreError};
use samklang_core::retention::{Due, Erased, Kept};
use serde_json::json;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
use crate::forget::{OWN, ended};
use crate::inspect::CLASSES;
use crate::reading::{unsigned, uuid};
use crate::tenant::TenantStore;

/// Up to which entry the particulars of the journal have been looked at.
const LOOKED_AT: &str = "retention/journal";

/// An object that is there: in a snapshot, linked, or in a target. Of table `o`.
const IS_THERE: &str = "(EXISTS (SELECT 1 FROM object x WHERE x.class = o.class AND x.key = o.key) \
                        OR EXISTS (SELECT 1 FROM link x WHERE x.class = o.class AND x.key = o.key) \
                        OR EXISTS (SELECT 1 FROM shadow x WHERE x.class = o.class AND x.key = o.key))";

impl Expiry for TenantStore {
    async fn expire(&self, due: &Due, occasion: &Occasion<'_>, limit: u32) -> Result<Erased, StoreError> {
        let mut session = self.writing().await?;
        let at = &mut session;
        let mut erased = match due.kept {
            Kept::Gone(kind) => return self.expire_entities(session, (kind, due), occasion, limit).await,
            Kept::Operations => self.expire_operations(at, due.before, limit).await?,
            Kept::Cases => self.expire_cases(at, due.before, limit).await?,
            Kept::Former => {
                let which = format!("since <= $2 AND class IN {CLASSES}");
                self.expire_rows(at, ("former", "class, key"), &which, due.before, limit)
                    .await?
            }
            Kept::Names => {
                let which = "tenant = $1 AND released <= $2";
                self.expire_rows(
                    at,
                    ("allotment", "tenant, scope, folded"),
                    which,
                    due.before,
                    limit,
                )
                .await?
            }
            Kept::Journal => self.expire_journal(at, due.before, limit).await?,
        };
        if erased.count > 0 {
            if due.kept == Kept::Journal {
                erased.entries = erased.count;
            }
            let deed = deed(due, occasion, None, erased);
            self.keep_deeds(at, &[deed]).await?;
        }
        session.commit().await?;
        Ok(erased)
    }

    async fn note_retained(&self, day: &str) -> Result<(), StoreError> {
        let mut session = self.writing().await?;
        self.note_fingerprint(&mut session, RETAINED, day).await?;
        session.commit().await
    }

    async fn expired(&self, due: &Due) -> Result<u64, StoreError> {
        let mut session = self.reading().await?;
        let at = &mut session;
        let given = arguments![self.tenant, due.before].to_vec();
        let count = |sql: String| format!("SELECT count(*) FROM {sql}");
        let sqls = match due.kept {
            Kept::Gone(kind) => vec![count(format!("life l CROSS JOIN entity e {}", gone(kind)))],
            Kept::Operations => vec![count(format!("operation o WHERE {}", self.old_operations()))],
            Kept::Cases => old_cases()
                .map(|(table, _, which)| count(format!("{table} o WHERE {which}")))
                .into(),
            Kept::Former => vec![count(format!("former WHERE since <= $2 AND class IN {CLASSES}"))],
            Kept::Names => vec![count("allotment WHERE tenant = $1 AND released <= $2".to_owned())],
            Kept::Journal => {
                let after = self.looked_at(at).await?;
                vec![count(format!(
                    "journal WHERE tenant = $1 AND seq > {after} AND detail IS NOT NULL AND event <> '{ERASED}' \
                     AND seq < coalesce((SELECT min(y.seq) FROM journal y WHERE y.tenant = $1 AND y.seq > {after} \
                     AND y.at > $2), {})",
                    i64::MAX
                ))]
            }
        };
        let mut total = 0;
        for sql in sqls {
            let row = at.row(sql, given.clone()).await?;
            total += row.map_or(Ok(0), |row| unsigned::<u64>(row.integer(0)?, "count"))?;
        }
        Ok(total)
    }
}

/// What the journal says of something that was erased because its time was over.
fn deed(due: &Due, occasion: &Occasion<'_>, entity: Option<Uuid>, erased: Erased) -> Deed {
    Deed {
        at: occasion.now,
        who: occasion.who.to_owned(),
        event: Event::Erased.into(),
        cycle: occasion.cycle,
        entity,
        why: "its time was over".to_owned(),
        detail: json!({
            "what": due.kept.as_str(), "days": due.period / (24 * 60 * 60 * 1000), "before": due.before,
            "count": erased.count, "entries": erased.entries, "operations": erased.operations,
        }),
    }
}

/// Which entities of a kind, of tables `l` and `e`, are over their time and hold nobody up.
fn gone(kind: EntityKind) -> String {
    let gone = EntityState::Gone.as_str();
    let free = |id: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM link x WHERE x.entity = {id} AND x.class IN {CLASSES}) \
             AND NOT EXISTS (SELECT 1 FROM shadow x WHERE x.entity = {id} AND x.class IN {CLASSES}) \
             AND NOT EXISTS (SELECT 1 FROM operation x JOIN connection n ON n.id = x.connection \
             WHERE n.tenant = $1 AND x.entity = {id} AND x.state NOT IN ({})) \
             AND NOT EXISTS (SELECT 1 FROM former x CROSS JOIN staged s WHERE x.entity = {id} \
             AND s.class = x.class AND s.key = x.key AND s.kind <> '{}' AND x.class IN {CLASSES})",
            ended(),
            ChangeKind::Removed.as_str()
        )
    };
    let own = OWN.map(|own| format!("'{}'", own.as_str())).join(", ");
    let holds = match kind {
        // Whatever was of a person alone goes with the person, and has to be free as well.
        EntityKind::Person => format!(
            "AND f.kind IN ({own}) AND NOT (f.state = '{gone}' AND {})",
            free("f.id")
        ),
        _ => String::new(),
    };
    format!(
        "WHERE l.tenant = $1 AND l.state = '{gone}' AND l.since <= $2 \
         AND e.tenant = $1 AND e.id = l.entity AND e.kind = '{}' AND e.state = '{gone}' AND {} \
         AND NOT EXISTS (SELECT 1 FROM reference r CROSS JOIN entity f WHERE r.tenant = $1 AND r.goal = l.entity \
         AND f.tenant = $1 AND f.id = r.origin {holds})",
        kind.as_str(),
        free("l.entity")
    )
}

/// Of which tables cases consist: table, what tells rows apart, and which are over their time. An answer that says to leave an object alone
/// stands as long as the object is there, and so does whatever was decided about it.
fn old_cases() -> [(&'static str, &'static str, String); 3] {
    [
        (
            "question",
            "id",
            format!(
                "o.closed <= $2 AND o.state <> 'open' AND o.class IN {CLASSES} AND (o.state = 'withdrawn' \
                 OR (o.side = 'source' AND o.choice IN ('link', 'create')) OR NOT {IS_THERE})"
            ),
        ),
        (
            "ruling",
            "id",
            format!(
                "o.at <= $2 AND o.class IN {CLASSES} AND NOT {IS_THERE} AND NOT EXISTS \
                 (SELECT 1 FROM former x WHERE x.class = o.class AND x.key = o.key AND x.since > $2)"
            ),
        ),
        (
            "proposal",
            "cycle, position",
            "o.at <= $2 AND o.cycle IN (SELECT c.id FROM cycle c WHERE c.tenant = $1 AND c.ended IS NOT NULL)".to_owned(),
        ),
    ]
}

impl TenantStore {
    /// Which operations are over their time: those of cycles that ended before it.
    fn old_operations(&self) -> String {
        format!(
            "o.connection IN (SELECT n.id FROM connection n WHERE n.tenant = $1) AND o.state IN ({}) \
             AND o.cycle <= (SELECT max(c.id) FROM cycle c WHERE c.tenant = $1 AND c.ended <= $2)",
            ended()
        )
    }

    async fn expire_entities(
        &self,
        mut session: Session,
        (kind, due): (EntityKind, &Due),
        occasion: &Occasion<'_>,
        limit: u32,
    ) -> Answer<Erased> {
        let at = &mut session;
        let sql = format!(
            "SELECT l.entity FROM life l CROSS JOIN entity e {} ORDER BY l.since, l.entity LIMIT $3",
            gone(kind)
        );
        let rows = at.rows(sql, arguments![self.tenant, due.before, limit]).await?;
        let roots = rows
            .iter()
            .map(|row| uuid(&row.octets(0)?, "life"))
            .collect::<Answer<Vec<Uuid>>>()?;
        if roots.is_empty() {
            return Ok(Erased::default());
        }
        // What goes with each of them.
        let mut of: BTreeMap<Uuid, Uuid> = roots.iter().map(|root| (*root, *root)).collect();
        if kind == EntityKind::Person {
            let own = OWN.map(|own| format!("'{}'", own.as_str())).join(", ");
            let sql = format!(
                "WITH v (id) AS (VALUES {{}}) SELECT r.origin, r.goal FROM v CROSS JOIN reference r CROSS JOIN entity e \
                 WHERE r.tenant = $1 AND r.goal = v.id AND e.tenant = $1 AND e.id = r.origin AND e.kind IN ({own})"
            );
            for (_, row) in at
                .rows_over(&sql, List::of(&roots), &arguments![self.tenant])
                .await?
            {
                of.insert(
                    uuid(&row.octets(0)?, "reference")?,
                    uuid(&row.octets(1)?, "reference")?,
                );
            }
        }
        let ids: Vec<Uuid> = of.keys().copied().collect();
        let entries = self.entries_of(at, &of).await?;
        let swept = self.erase(at, &ids, occasion.now).await?;
        let deeds: Vec<Deed> = roots
            .iter()
            .map(|root| {
                let one = Erased {
                    count: 1,
                    entries: entries.get(root).copied().unwrap_or_default(),
                    ..Erased::default()
                };
                deed(due, occasion, Some(*root), one)
            })
            .collect();
        self.keep_deeds(at, &deeds).await?;
        session.commit().await?;
        Ok(Erased {
            count: roots.len() as u64,
            entries: swept.entries,
            operations: swept.operations,
            more: roots.len() as u64 >= u64::from(limit),
        })
    }

    /// How many entries of the journal each loses, with what goes with it.
    async fn entries_of(
        &self,
        session: &mut Session,
        of: &BTreeMap<Uuid, Uuid>,
    ) -> Answer<BTreeMap<Uuid, u64>> {
        let sql = "WITH v (entity) AS (VALUES {}) SELECT j.entity, count(*) FROM v CROSS JOIN journal j \
                   WHERE j.tenant = $1 AND j.entity = v.entity AND j.detail IS NOT NULL AND j.event <> $2 GROUP BY j.entity";
        let rows = session
            .rows_over(sql, List::of(of.keys()), &arguments![self.tenant, ERASED])
            .await?;
        let mut entries: BTreeMap<Uuid, u64> = BTreeMap::new();
        for (_, row) in rows {
            let entity = uuid(&row.octets(0)?, "journal")?;
            let root = of.get(&entity).copied().unwrap_or(entity);
            *entries.entry(root).or_default() += unsigned::<u64>(row.integer(1)?, "count")?;
        }
        Ok(entries)
    }

    async fn expire_operations(&self, session: &mut Session, before: i64, limit: u32) -> Answer<Erased> {
        let sql = format!(
            "DELETE FROM operation WHERE seq IN (SELECT o.seq FROM operation o WHERE {} LIMIT $3)",
            self.old_operations()
        );
        let count = session.run(sql, arguments![self.tenant, before, limit]).await?;
        Ok(Erased {
            count,
            operations: count,
            more: count >= u64::from(limit),
            ..Erased::default()
        })
    }

    async fn expire_cases(&self, session: &mut Session, before: i64, limit: u32) -> Answer<Erased> {
        let mut erased = Erased::default();
        for (table, id, which) in old_cases() {
            let row = format!("({id})");
            let columns = id.split(", ").map(|column| format!("o.{column}"));
            let columns = columns.collect::<Vec<_>>().join(", ");
            let sql = format!(
                "DELETE FROM {table} WHERE {row} IN (SELECT {columns} FROM {table} o WHERE {which} LIMIT $3)"
            );
            let count = session.run(sql, arguments![self.tenant, before, limit]).await?;
            erased.count += count;
            erased.more |= count >= u64::from(limit);
        }
        // Of a check before an enrolment the counts stay, and what it found about units.
        for (id, connection, _, finished, mut result) in self.checks(session).await? {
            let users = |category| matches!(category, Category::UserOk | Category::UserNotSyncable);
            let found = result.findings.len();
            result.findings.retain(|finding| !users(finding.category));
            if finished <= before && result.findings.len() < found {
                self.write_check(session, (id, connection), &result).await?;
                erased.count += 1;
            }
        }
        Ok(erased)
    }

    /// Rows of a table of its own.
    async fn expire_rows(
        &self,
        session: &mut Session,
        (table, id): (&str, &str),
        which: &str,
        before: i64,
        limit: u32,
    ) -> Answer<Erased> {
        let sql =
            format!("DELETE FROM {table} WHERE ({id}) IN (SELECT {id} FROM {table} WHERE {which} LIMIT $3)");
        let count = session.run(sql, arguments![self.tenant, before, limit]).await?;
        Ok(Erased {
            count,
            more: count >= u64::from(limit),
            ..Erased::default()
        })
    }

    async fn looked_at(&self, session: &mut Session) -> Answer<i64> {
        let sql = "SELECT value FROM fingerprint WHERE tenant = $1 AND thing = $2";
        let row = session.row(sql, arguments![self.tenant, LOOKED_AT]).await?;
        Ok(row
            .map_or(Ok(String::new()), |row| row.text(0))?
            .parse()
            .unwrap_or(0))
    }

    /// Particulars go in the order of the chain, up to the first entry that is not old enough; where that was is remembered, so that a night
    /// looks at what has come of age since the one before.
    async fn expire_journal(&self, session: &mut Session, before: i64, limit: u32) -> Answer<Erased> {
        let after = self.looked_at(session).await?;
        let sql = "SELECT seq, at FROM journal WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows = session.rows(sql, arguments![self.tenant, after, limit]).await?;
        let (mut upto, mut old) = (after, 0_u64);
        for row in &rows {
            if row.integer(1)? > before {
                break;
            }
            upto = row.integer(0)?;
            old += 1;
        }
        if upto == after {
            return Ok(Erased::default());
        }
        // What tells how much was erased has to stay: the journal is accounted for by it.
        let sql = "UPDATE journal SET detail = NULL WHERE tenant = $1 AND seq > $2 AND seq <= $3 AND event <> $4 \
                   AND detail IS NOT NULL";
        let count = session
            .run(sql, arguments![self.tenant, after, upto, ERASED])
            .await?;
        self.note_fingerprint(session, LOOKED_AT, &upto.to_string())
            .await?;
        Ok(Erased {
            count,
            more: old >= u64::from(limit),
            ..Erased::default()
        })
    }
}
