//! The index of days on which something begins or ends, so that a cycle finds by one query what has become due.

use jiff::civil::Date;
use samklang_core::mapping::turning_days;
use samklang_core::port::{EntityWrite, Validity};
use uuid::Uuid;

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Session};
use crate::reading::uuid;
use crate::tenant::TenantStore;

/// Days compare as text in this form.
fn span(days: (Date, Date)) -> (String, String) {
    let (from, to) = if days.0 <= days.1 { days } else { (days.1, days.0) };
    (from.to_string(), to.to_string())
}

impl Validity for TenantStore {
    async fn restale_due(
        &self,
        target: &str,
        days: (Date, Date),
        thing: &str,
        fingerprint: &str,
    ) -> Answer<()> {
        let number = self.give_connection(target).await?;
        let (from, to) = span(days);
        let mut session = self.writing().await?;
        let sql = "INSERT INTO stale (connection, entity, widened) \
                   SELECT DISTINCT $1, entity, 0 FROM due WHERE tenant = $2 AND day > $3 AND day <= $4 \
                   ON CONFLICT (connection, entity) DO UPDATE SET widened = 0 WHERE stale.widened = 1";
        session
            .run(sql, arguments![number, self.tenant, from, to])
            .await?;
        let sql = "INSERT INTO fingerprint (tenant, thing, value) VALUES ($1, $2, $3) \
                   ON CONFLICT (tenant, thing) DO UPDATE SET value = excluded.value";
        session
            .run(sql, arguments![self.tenant, thing, fingerprint])
            .await?;
        session.commit().await
    }

    async fn due(&self, days: (Date, Date), after: Option<Uuid>, limit: u32) -> Answer<Vec<Uuid>> {
        let (from, to) = span(days);
        let beyond = if after.is_some() { "AND entity > $5" } else { "" };
        let sql = format!(
            "SELECT DISTINCT entity FROM due WHERE tenant = $1 AND day > $2 AND day <= $3 {beyond} ORDER BY entity LIMIT $4"
        );
        let given = arguments![self.tenant, from, to, limit]
            .into_iter()
            .chain(after.map(Argument::from));
        let rows = self.reading().await?.rows(sql, given.collect::<Vec<_>>()).await?;
        rows.iter().map(|row| uuid(&row.octets(0)?, "due")).collect()
    }
}

impl TenantStore {
    /// Replaces the days on which these entities begin or end.
    pub(crate) async fn keep_due(&self, session: &mut Session, writes: &[&EntityWrite]) -> Answer<()> {
        let former: Vec<Uuid> = writes
            .iter()
            .filter(|write| !write.new)
            .map(|write| write.entity.id)
            .collect();
        let sql = "WITH v (entity) AS (VALUES {}) DELETE FROM due WHERE tenant = $1 AND entity IN (SELECT entity FROM v)";
        session
            .run_over(sql, List::of(&former), &arguments![self.tenant])
            .await?;
        let mut list = List::new(2, 0);
        for write in writes {
            for day in turning_days(&write.entity) {
                list.push(arguments![write.entity.id, day.to_string()]);
            }
        }
        let sql = "WITH v (entity, day) AS (VALUES {}) INSERT INTO due (tenant, day, entity) \
                   SELECT $1, day, entity FROM v WHERE true ON CONFLICT DO NOTHING";
        session.run_over(sql, list, &arguments![self.tenant]).await?;
        Ok(())
    }
}
