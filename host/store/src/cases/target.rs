//! Cases and rulings on the side of targets: what persons said about objects there, and whom the next plan has to look at for it.

use samklang_core::matching::Ruling;
use uuid::Uuid;

use super::RULING;
use crate::argument::{List, arguments};
use crate::database::Answer;
use crate::tenant::TenantStore;

impl TenantStore {
    pub(super) async fn rulings_in(&self, target: &str, entities: &[Uuid]) -> Answer<Vec<Ruling>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(Vec::new());
        };
        let of_target = "class IN (SELECT c.id FROM class c WHERE c.connection = $1)";
        let any = format!("SELECT 1 FROM ruling WHERE {of_target} LIMIT 1");
        if self
            .reading()
            .await?
            .row(any, arguments![number])
            .await?
            .is_none()
        {
            return Ok(Vec::new());
        }
        // What was said about an object counts whole: a later word may have given it to another entity.
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) SELECT DISTINCT {RULING} FROM v CROSS JOIN ruling o CROSS JOIN ruling r \
             WHERE o.entity = v.entity AND o.{of_target} AND r.class = o.class AND r.key = o.key ORDER BY r.id"
        );
        let rows = self
            .reading()
            .await?
            .rows_over(&sql, List::of(entities), &arguments![number])
            .await?;
        let mut rulings = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            rulings.push(self.ruling(row).await?);
        }
        Ok(rulings)
    }

    pub(super) async fn plan_again_by_cases(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let of_target = "class IN (SELECT c.id FROM class c WHERE c.connection = $1)";
        let mut session = self.writing().await?;
        // Whoever has an object that a person gave to another has to look for one again.
        for whose in [
            format!(
                "SELECT entity FROM question WHERE side = 'target' AND (state = 'open' OR choice = 'ignore') AND {of_target}"
            ),
            format!("SELECT entity FROM ruling WHERE heeded = 0 AND {of_target}"),
            format!(
                "SELECT s.entity FROM ruling r CROSS JOIN shadow s WHERE r.heeded = 0 AND r.{of_target} \
                 AND s.class = r.class AND s.key = r.key"
            ),
        ] {
            let sql = format!(
                "INSERT INTO stale (connection, entity, widened) SELECT DISTINCT $1, w.entity, 0 FROM ({whose}) w \
                 WHERE w.entity IS NOT NULL ON CONFLICT (connection, entity) DO UPDATE SET widened = 0"
            );
            session.run(sql, arguments![number]).await?;
        }
        session.commit().await
    }
}
