//! Unique names: who holds which, and who held it.

use samklang_core::mapping::{Allotment, folded};
use samklang_core::port::Allotments;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Row, Session};
use crate::reading::maybe_uuid;
use crate::tenant::TenantStore;

/// The columns that [`allotment`] reads.
const COLUMNS: &str = "a.name, a.entity, a.since, a.released";

impl Allotments for TenantStore {
    async fn allotments_of(&self, scope: &str, entities: &[Uuid]) -> Answer<Vec<Allotment>> {
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) SELECT {COLUMNS} FROM v CROSS JOIN allotment a \
             WHERE a.tenant = $1 AND a.scope = $2 AND a.entity = v.entity"
        );
        self.allotments(&sql, scope, List::of(entities)).await
    }

    async fn holders(&self, scope: &str, folded: &[String]) -> Answer<Vec<Allotment>> {
        let sql = format!(
            "WITH v (folded) AS (VALUES {{}}) SELECT {COLUMNS} FROM v CROSS JOIN allotment a \
             WHERE a.tenant = $1 AND a.scope = $2 AND a.folded = v.folded"
        );
        self.allotments(&sql, scope, List::of(folded)).await
    }

    async fn reserve(&self, found: &[Allotment]) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = "WITH v (scope, folded, name, entity, since, released) AS (VALUES {}) \
                   INSERT INTO allotment (tenant, scope, folded, name, entity, since, released) \
                   SELECT $1, scope, folded, name, entity, since, released FROM v \
                   WHERE NOT EXISTS (SELECT 1 FROM allotment a WHERE a.tenant = $1 AND a.scope = v.scope \
                   AND a.entity = v.entity AND a.released IS NULL) \
                   ON CONFLICT (tenant, scope, folded) DO NOTHING";
        session
            .run_over(sql, rows(found), &arguments![self.tenant])
            .await?;
        session.commit().await
    }
}

impl TenantStore {
    async fn allotments(&self, sql: &str, scope: &str, list: List) -> Answer<Vec<Allotment>> {
        let rows = self
            .reading()
            .await?
            .rows_over(sql, list, &arguments![self.tenant, scope])
            .await?;
        rows.iter().map(|(_, row)| allotment(scope, row)).collect()
    }
}

/// Keeps what was decided about names, in the transaction of what uses them.
pub(crate) async fn keep_allotments(session: &mut Session, tenant: i64, kept: &[Allotment]) -> Answer<()> {
    let sql = "WITH v (scope, folded, name, entity, since, released) AS (VALUES {}) \
               INSERT INTO allotment (tenant, scope, folded, name, entity, since, released) \
               SELECT $1, scope, folded, name, entity, since, released FROM v WHERE true \
               ON CONFLICT (tenant, scope, folded) DO UPDATE SET name = excluded.name, entity = excluded.entity, \
               since = excluded.since, released = excluded.released";
    session.run_over(sql, rows(kept), &arguments![tenant]).await?;
    Ok(())
}

fn rows(allotments: &[Allotment]) -> List {
    let mut list = List::new(6, allotments.len());
    for allotment in allotments {
        list.push(arguments![
            &allotment.scope,
            folded(&allotment.name),
            &allotment.name,
            allotment.entity,
            allotment.since,
            allotment.released,
        ]);
    }
    list
}

fn allotment(scope: &str, row: &Row) -> Answer<Allotment> {
    Ok(Allotment {
        scope: scope.to_owned(),
        name: row.text(0)?,
        entity: maybe_uuid(row, 1, "allotment")?,
        since: row.integer(2)?,
        released: row.maybe_integer(3)?,
    })
}
