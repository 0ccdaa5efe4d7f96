//! Taking an answer back, as long as no cycle has followed it: then nothing but the question itself knows of it.

use samklang_core::journal::Event;
use samklang_core::matching::{CaseRecord, CaseState, Choice};
use samklang_core::port::{Deed, StoreError};

use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::inspect::CLASSES;
use crate::tenant::TenantStore;

/// Steps that follow answers.
const FOLLOWS: &str = "('reconcile', 'export', 'fetch', 'link')";

impl TenantStore {
    /// Whether the answer to a case can still be taken back: nobody has followed it, and no step has begun since that could.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn can_undo(&self, case: &CaseRecord) -> Result<bool, StoreError> {
        self.unheeded(&mut *self.reading().await?, case).await
    }

    async fn unheeded(&self, session: &mut Session, case: &CaseRecord) -> Answer<bool> {
        if case.state != CaseState::Decided {
            return Ok(false);
        }
        let sql = format!(
            "SELECT 1 FROM question q JOIN ruling r ON r.class = q.class AND (r.key = q.key OR r.key = q.chosen) \
             AND r.at = q.closed AND r.choice = q.choice AND r.who = q.who AND r.ground = q.ground \
             WHERE q.class IN {CLASSES} AND q.id = $2 AND q.state = 'decided' AND r.heeded = 0 AND NOT EXISTS \
             (SELECT 1 FROM cycle c JOIN step s ON s.cycle = c.id WHERE c.tenant = $1 AND s.started >= q.closed \
             AND s.kind IN {FOLLOWS})"
        );
        Ok(session
            .row(sql, arguments![self.tenant, case.id])
            .await?
            .is_some())
    }

    /// Takes the answer to a case back and opens the case again. Answers whether that was possible.
    ///
    /// # Errors
    ///
    /// When another worker has the tenant's cycle, which may be following the answer just now, or the database fails.
    pub async fn undo_case(
        &self,
        case: &CaseRecord,
        (who, reason): (&str, &str),
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut session = self.deciding().await?;
        self.take_lease(&mut session, now).await?;
        if !self.unheeded(&mut session, case).await? {
            return Ok(false);
        }
        let sql = "DELETE FROM ruling WHERE heeded = 0 AND EXISTS (SELECT 1 FROM question q WHERE q.id = $1 \
                   AND ruling.class = q.class AND (ruling.key = q.key OR ruling.key = q.chosen) \
                   AND ruling.at = q.closed AND ruling.choice = q.choice AND ruling.who = q.who \
                   AND ruling.ground = q.ground)";
        session.run(sql, arguments![case.id]).await?;
        let sql = "UPDATE question SET state = 'open', closed = NULL, choice = NULL, chosen = NULL, who = NULL, \
                   reason = NULL WHERE id = $1";
        session.run(sql, arguments![case.id]).await?;
        let deed = Deed {
            at: now,
            who: who.to_owned(),
            event: Event::CaseUndone.into(),
            cycle: None,
            entity: case.entity,
            why: reason.to_owned(),
            detail: serde_json::json!({
                "case": case.id, "kind": case.kind.as_str(), "object": case.object.to_string(),
                "choice": case.choice.map(Choice::as_str),
            }),
        };
        self.keep_deeds(&mut session, &[deed]).await?;
        let sql = "UPDATE lease SET holder = NULL, expires = 0 WHERE tenant = $1";
        session.run(sql, arguments![self.tenant]).await?;
        session.commit().await?;
        Ok(true)
    }
}
