//! What a person decides about a halted step. No lease is needed: a halted cycle has no worker, and the transaction itself sees that
//! the step still waits, so that one decision is taken once.

use samklang_core::port::{CycleState, Deed, OperationState, StepState, StoreError};

use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::import::discard_staged;
use crate::reading::unsigned;
use crate::tenant::TenantStore;

/// A step that waits for a person.
struct Halt {
    cycle: i64,
    position: u32,
    kind: String,
    connection: Option<String>,
}

/// What a person decided about a halted step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRecord {
    /// The step's position in its cycle.
    pub position: u32,
    /// `released` or `rejected`.
    pub verdict: String,
    /// Why, in the person's words.
    pub reason: String,
    /// Who.
    pub who: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl TenantStore {
    /// What persons decided about the steps of a cycle, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decisions(&self, cycle: i64) -> Result<Vec<DecisionRecord>, StoreError> {
        let sql = "SELECT d.position, d.verdict, d.reason, d.who, d.at FROM decision d JOIN cycle c ON c.id = d.cycle \
                   WHERE c.tenant = $1 AND c.id = $2 ORDER BY d.id";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, cycle])
            .await?;
        rows.iter()
            .map(|row| {
                Ok(DecisionRecord {
                    position: unsigned(row.integer(0)?, "decision")?,
                    verdict: row.text(1)?,
                    reason: row.text(2)?,
                    who: row.text(3)?,
                    at: row.integer(4)?,
                })
            })
            .collect()
    }

    /// Lets pass what a guard has halted: the step is released and its cycle may run on. Answers the cycle and the step's position, or
    /// none when nothing waits.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn release_halt(
        &self,
        reason: &str,
        who: &str,
        now: i64,
    ) -> Result<Option<(i64, u32)>, StoreError> {
        let mut session = self.database.write().await?;
        let Some(halt) = self.halted(&mut session).await? else {
            return Ok(None);
        };
        self.decide(&mut session, &halt, ("released", reason, who), now)
            .await?;
        set_step(&mut session, &halt, StepState::Released, None).await?;
        let sql = "UPDATE cycle SET state = $2 WHERE id = $1";
        session
            .run(sql, arguments![halt.cycle, CycleState::Running.as_str()])
            .await?;
        session.commit().await?;
        Ok(Some((halt.cycle, halt.position)))
    }

    /// Rejects what a guard has halted: the staged import is thrown away, or the draft of the plan dropped, and the cycle ends. Answers
    /// the cycle and the step's position, or none when nothing waits.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn reject_halt(
        &self,
        reason: &str,
        who: &str,
        now: i64,
    ) -> Result<Option<(i64, u32)>, StoreError> {
        let mut session = self.database.write().await?;
        let Some(halt) = self.halted(&mut session).await? else {
            return Ok(None);
        };
        self.decide(&mut session, &halt, ("rejected", reason, who), now)
            .await?;
        match &halt.connection {
            // What halts without a connection is the comparison of all imports of the cycle: either all of them count or none.
            None => {
                let sql = "SELECT id FROM connection WHERE tenant = $1";
                for row in session.rows(sql, arguments![self.tenant]).await? {
                    discard_staged(&mut session, row.integer(0)?).await?;
                }
            }
            Some(connection) if halt.kind == "import" => {
                let sql = "SELECT id FROM connection WHERE tenant = $1 AND name = $2";
                if let Some(row) = session.row(sql, arguments![self.tenant, connection]).await? {
                    discard_staged(&mut session, row.integer(0)?).await?;
                }
            }
            Some(connection) => {
                let sql = "UPDATE operation SET state = $4 WHERE state = $3 AND connection = \
                           (SELECT id FROM connection WHERE tenant = $1 AND name = $2)";
                let (draft, dropped) = (OperationState::Draft.as_str(), OperationState::Dropped.as_str());
                session
                    .run(sql, arguments![self.tenant, connection, draft, dropped])
                    .await?;
            }
        }
        set_step(&mut session, &halt, StepState::Rejected, Some(now)).await?;
        let sql = "UPDATE cycle SET state = $2, ended = $3 WHERE id = $1";
        session
            .run(sql, arguments![halt.cycle, CycleState::Rejected.as_str(), now])
            .await?;
        session.commit().await?;
        Ok(Some((halt.cycle, halt.position)))
    }

    async fn decide(
        &self,
        session: &mut Session,
        halt: &Halt,
        (verdict, reason, who): (&str, &str, &str),
        now: i64,
    ) -> Answer<()> {
        let sql = "INSERT INTO decision (cycle, position, verdict, reason, who, at) VALUES ($1, $2, $3, $4, $5, $6)";
        let decided = arguments![halt.cycle, halt.position, verdict, reason, who, now];
        session.run(sql, decided).await?;
        let step = match &halt.connection {
            Some(connection) => format!("{} {connection}", halt.kind),
            None => halt.kind.clone(),
        };
        let deed = Deed {
            at: now,
            who: who.to_owned(),
            event: verdict.to_owned(),
            cycle: Some(halt.cycle),
            entity: None,
            why: reason.to_owned(),
            detail: serde_json::json!({ "step": step }),
        };
        self.keep_deeds(session, &[deed]).await
    }

    async fn halted(&self, session: &mut Session) -> Answer<Option<Halt>> {
        // On PostgreSQL two persons could decide at once; the second waits here and then finds nothing.
        let sql = match session {
            Session::PostgresTransaction(_) => {
                "SELECT id FROM cycle WHERE tenant = $1 AND ended IS NULL FOR UPDATE"
            }
            _ => "SELECT id FROM cycle WHERE tenant = $1 AND ended IS NULL",
        };
        let Some(row) = session.row(sql, arguments![self.tenant]).await? else {
            return Ok(None);
        };
        let cycle = row.integer(0)?;
        let sql =
            "SELECT position, kind, connection FROM step WHERE cycle = $1 AND state = $2 ORDER BY position";
        let row = session
            .row(sql, arguments![cycle, StepState::Halted.as_str()])
            .await?;
        row.map(|row| {
            let position = unsigned(row.integer(0)?, "step")?;
            Ok(Halt {
                cycle,
                position,
                kind: row.text(1)?,
                connection: row.maybe_text(2)?,
            })
        })
        .transpose()
    }
}

async fn set_step(session: &mut Session, halt: &Halt, state: StepState, ended: Option<i64>) -> Answer<()> {
    let sql = "UPDATE step SET state = $3, ended = $4 WHERE cycle = $1 AND position = $2";
    session
        .run(sql, arguments![halt.cycle, halt.position, state.as_str(), ended])
        .await?;
    Ok(())
}
