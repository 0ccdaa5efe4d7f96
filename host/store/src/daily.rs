//! What targets got in a day, and operations that are held over to another one.

use samklang_core::port::{Daily, OperationState};

use crate::argument::{List, arguments};
use crate::database::Answer;
use crate::reading::unsigned;
use crate::tenant::TenantStore;

/// Under which name it is kept what a target got: the newest day, and how many operations.
fn sent(target: &str) -> String {
    format!("sent/{target}")
}

impl Daily for TenantStore {
    async fn sent_on(&self, target: &str, day: &str) -> Answer<u64> {
        let kept = self.fingerprint_of(&sent(target)).await?;
        let of_day = kept.as_deref().and_then(|kept| kept.split_once(' '));
        let of_day = of_day.filter(|(of, _)| *of == day);
        Ok(of_day
            .and_then(|(_, count)| count.parse().ok())
            .unwrap_or_default())
    }

    async fn count_sent(&self, target: &str, day: &str, operations: u64) -> Answer<()> {
        let count = self.sent_on(target, day).await?.saturating_add(operations);
        let mut session = self.writing_part().await?;
        self.note_fingerprint(&mut session, &sent(target), &format!("{day} {count}"))
            .await?;
        session.commit().await
    }

    async fn hold_over(&self, target: &str, keep: u64) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let (planned, held) = (
            OperationState::Planned.as_str(),
            OperationState::HeldOver.as_str(),
        );
        let keep = i64::try_from(keep).unwrap_or(i64::MAX);
        let mut session = self.writing().await?;
        // Nothing of a plan need be written where there is room for all of it.
        let sql = "SELECT count(*) FROM operation WHERE connection = $1 AND state = $2";
        let row = session.row(sql, arguments![number, planned]).await?;
        if row.is_none_or(|row| row.integer(0).is_ok_and(|count| count <= keep)) {
            return Ok(());
        }
        let sql = "UPDATE operation SET state = $3 WHERE seq IN (SELECT seq FROM operation \
                   WHERE connection = $1 AND state = $2 ORDER BY urgent DESC, rank, seq LIMIT $4 OFFSET $5)";
        session
            .run(sql, arguments![number, planned, held, i64::MAX, keep])
            .await?;
        session.commit().await
    }

    async fn drop_moved(&self, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        let sql = "UPDATE operation SET state = $3 WHERE connection = $1 AND state = $2 AND entity IN \
                   (SELECT s.entity FROM stale s WHERE s.connection = $1)";
        let (held, dropped) = (
            OperationState::HeldOver.as_str(),
            OperationState::Dropped.as_str(),
        );
        session.run(sql, arguments![number, held, dropped]).await?;
        session.commit().await
    }

    async fn restale_held(&self, target: &str, classes: &[&str]) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut numbers = Vec::with_capacity(classes.len());
        for class in classes {
            numbers.extend(self.class(target, class).await?);
        }
        let mut session = self.writing().await?;
        let sql = "WITH v (class) AS (VALUES {}) INSERT INTO stale (connection, entity, widened) \
                   SELECT DISTINCT o.connection, o.entity, 0 FROM v CROSS JOIN operation o \
                   WHERE o.connection = $1 AND o.state = $2 AND o.class = v.class AND o.entity IS NOT NULL \
                   ON CONFLICT (connection, entity) DO UPDATE SET widened = 0";
        let held = OperationState::HeldOver.as_str();
        session
            .run_over(sql, List::of(numbers), &arguments![number, held])
            .await?;
        session.commit().await
    }

    async fn take_up(&self, cycle: i64, target: &str) -> Answer<()> {
        let Some(number) = self.connection(target).await? else {
            return Ok(());
        };
        let mut session = self.writing().await?;
        let sql = "UPDATE operation SET state = $3, cycle = $4 WHERE connection = $1 AND state = $2";
        let (held, planned) = (
            OperationState::HeldOver.as_str(),
            OperationState::Planned.as_str(),
        );
        session.run(sql, arguments![number, held, planned, cycle]).await?;
        session.commit().await
    }

    async fn held_over(&self, target: &str) -> Answer<u64> {
        let Some(number) = self.connection(target).await? else {
            return Ok(0);
        };
        let sql = "SELECT count(*) FROM operation WHERE connection = $1 AND state = $2";
        let held = OperationState::HeldOver.as_str();
        let row = self.reading().await?.row(sql, arguments![number, held]).await?;
        row.map_or(Ok(0), |row| unsigned(row.integer(0)?, "operation"))
    }
}
