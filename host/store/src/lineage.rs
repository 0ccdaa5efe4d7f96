//! Units that moved in their tree, and what below them has to be looked at again because of that; accounts, which are looked at again with
//! their persons.

use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::port::{EntityWrite, Lineage};
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
use crate::reading::uuid;
use crate::tenant::TenantStore;

/// What stands in `stale.widened` for an entity that is stale by itself and moved.
const MOVED: i64 = 2;

impl Lineage for TenantStore {
    async fn widen_below(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        // The units below; what refers to them (engagements, groups); the groups' memberships; the persons of all those.
        let sql = "WITH RECURSIVE below (id) AS (\
                   SELECT s.entity FROM stale s WHERE s.connection = $1 AND s.widened = $3 \
                   UNION SELECT r.origin FROM below b CROSS JOIN reference r \
                   WHERE r.tenant = $2 AND r.goal = b.id AND r.attribute = 'parent'), \
                   near (id) AS (SELECT id FROM below UNION SELECT r.origin FROM below b CROSS JOIN reference r \
                   WHERE r.tenant = $2 AND r.goal = b.id AND r.attribute = 'unit'), \
                   members (id) AS (SELECT id FROM near UNION SELECT r.origin FROM near n CROSS JOIN reference r \
                   WHERE r.tenant = $2 AND r.goal = n.id AND r.attribute = 'group'), \
                   persons (id) AS (SELECT id FROM members UNION SELECT r.goal FROM members m CROSS JOIN reference r \
                   WHERE r.tenant = $2 AND r.origin = m.id AND r.attribute = 'person') \
                   INSERT INTO stale (connection, entity, widened) SELECT $1, id, 1 FROM persons WHERE true \
                   ON CONFLICT (connection, entity) DO NOTHING";
        session.run(sql, arguments![number, self.tenant, MOVED]).await?;
        session.commit().await
    }

    async fn widen_accounts(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        let hops = [
            "SELECT $1, a.id, 1 FROM stale s CROSS JOIN reference r CROSS JOIN entity a \
             WHERE s.connection = $1 AND r.tenant = $2 AND r.goal = s.entity AND r.attribute = 'person' \
             AND a.tenant = $2 AND a.id = r.origin AND a.kind = 'account'",
            "SELECT $1, m.origin, 1 FROM stale s CROSS JOIN entity a CROSS JOIN reference r CROSS JOIN reference m \
             WHERE s.connection = $1 AND a.tenant = $2 AND a.id = s.entity AND a.kind = 'account' \
             AND r.tenant = $2 AND r.origin = a.id AND r.attribute = 'person' \
             AND m.tenant = $2 AND m.goal = r.goal AND m.attribute = 'manager'",
        ];
        self.widen_by(&mut session, number, &hops).await?;
        session.commit().await
    }
}

impl TenantStore {
    /// Of these units, those whose place in the tree will be another one, or that come or go. To be asked before they are kept.
    pub(crate) async fn moving(&self, session: &mut Session, writes: &[&EntityWrite]) -> Answer<Vec<Uuid>> {
        let units: Vec<&&EntityWrite> = writes
            .iter()
            .filter(|write| write.entity.kind == EntityKind::Unit)
            .collect();
        let ids: Vec<Uuid> = units.iter().map(|write| write.entity.id).collect();
        let sql = "WITH v (id) AS (VALUES {}) SELECT r.origin, r.goal FROM v CROSS JOIN reference r \
                   WHERE r.tenant = $1 AND r.origin = v.id AND r.attribute = 'parent'";
        let rows = session
            .rows_over(sql, List::of(&ids), &arguments![self.tenant])
            .await?;
        let mut parents = std::collections::HashMap::new();
        for (_, row) in &rows {
            parents.insert(
                uuid(&row.octets(0)?, "reference")?,
                uuid(&row.octets(1)?, "reference")?,
            );
        }
        Ok(units
            .into_iter()
            .filter(|write| {
                let entity = &write.entity;
                write.new
                    || entity.state == EntityState::Gone
                    || entity.references.get("parent") != parents.get(&entity.id)
            })
            .map(|write| write.entity.id)
            .collect())
    }

    /// Notes that stale units have moved.
    pub(crate) async fn note_moved(
        &self,
        session: &mut Session,
        connection: i64,
        moved: &[Uuid],
    ) -> Answer<()> {
        let sql = "WITH v (entity) AS (VALUES {}) UPDATE stale SET widened = $2 \
                   WHERE connection = $1 AND entity IN (SELECT entity FROM v)";
        session
            .run_over(sql, List::of(moved), &arguments![connection, MOVED])
            .await?;
        Ok(())
    }
}
