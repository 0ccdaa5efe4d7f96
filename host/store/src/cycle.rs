//! The tenant's lease, its cycles and their steps. A cycle is unfinished until it has an end, and a tenant has at most one unfinished
//! cycle: the database itself refuses a second.

use std::time::Instant;

use samklang_core::journal::Event;
use samklang_core::port::{
    Begun, Counts, CycleKind, CycleRecord, CycleState, Deed, StepRecord, StepSpec, StepState, StoreError,
    Usage,
};

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Row, Session};
use crate::reading::{json, to_json, unsigned, word};
use crate::tenant::TenantStore;

/// What a cycle `c` is for. Its steps tell: those of an errand and of a link job are no others'.
pub(crate) const KIND: &str = "CASE WHEN EXISTS (SELECT 1 FROM step k WHERE k.cycle = c.id AND k.kind = 'fetch') THEN 'errand' \
                               WHEN EXISTS (SELECT 1 FROM step k WHERE k.cycle = c.id AND k.kind IN ('link', 'link-tried')) \
                               THEN 'link' ELSE 'whole' END";

/// Cycles `c` for everybody. What a person wanted done in between says nothing of how a tenant's nights are.
pub(crate) const FOR_ALL: &str = "NOT EXISTS (SELECT 1 FROM step k WHERE k.cycle = c.id \
                                  AND k.kind IN ('fetch', 'link', 'link-tried'))";

/// A cycle of the columns id, state, started, ended and [`KIND`], from there on.
pub(crate) fn record(row: &Row, from: usize) -> Answer<CycleRecord> {
    let id = row.integer(from)?;
    let place = || format!("cycle {id}");
    Ok(CycleRecord {
        id,
        state: word(&row.text(from + 1)?, CycleState::parse, place)?,
        started: row.integer(from + 2)?,
        ended: row.maybe_integer(from + 3)?,
        kind: word(&row.text(from + 4)?, CycleKind::parse, place)?,
    })
}

/// The time after a wait in the line of those who write, to the second: a lease is for what comes after it.
fn after(now: i64, asked: Instant) -> i64 {
    let waited = asked.elapsed().as_secs().saturating_mul(1000);
    now.saturating_add(i64::try_from(waited).unwrap_or(i64::MAX))
}

impl TenantStore {
    pub(crate) async fn take_cycle(&self, steps: &[StepSpec], now: i64) -> Answer<Begun> {
        let asked = Instant::now();
        let mut session = self.deciding().await?;
        let token = self.take_lease(&mut session, after(now, asked)).await?;
        let sql = "SELECT id, state FROM cycle WHERE tenant = $1 AND ended IS NULL";
        let begun = match session.row(sql, arguments![self.tenant]).await? {
            Some(row) => {
                let cycle = row.integer(0)?;
                self.take_up(&mut session, cycle, &row.text(1)?).await?;
                Begun { cycle, resumed: true }
            }
            None => Begun {
                cycle: self.insert_cycle(&mut session, steps, now).await?,
                resumed: false,
            },
        };
        if let Some(person) = &self.worker.person {
            let deed = Deed {
                at: now,
                who: person.clone(),
                event: if begun.resumed {
                    Event::CycleResumed
                } else {
                    Event::CycleBegun
                }
                .into(),
                cycle: Some(begun.cycle),
                entity: None,
                why: String::new(),
                detail: serde_json::Value::Null,
            };
            self.keep_deeds(&mut session, &[deed]).await?;
        }
        session.commit().await?;
        self.keep_token(Some(token));
        Ok(begun)
    }

    /// Takes the tenant's lease and nothing else, for what a person does that no cycle may run beside.
    ///
    /// # Errors
    ///
    /// When another worker has the tenant's cycle, or the database fails.
    pub async fn hold(&self, now: i64) -> Result<(), StoreError> {
        let asked = Instant::now();
        let mut session = self.deciding().await?;
        let token = self.take_lease(&mut session, after(now, asked)).await?;
        session.commit().await?;
        self.keep_token(Some(token));
        Ok(())
    }

    /// Takes the lease, unless a living holder has it. The token grows, except for the worker who has the lease already.
    pub(crate) async fn take_lease(&self, session: &mut Session, now: i64) -> Answer<i64> {
        let sql = match session {
            Session::PostgresTransaction(_) => {
                "SELECT holder, token, expires FROM lease WHERE tenant = $1 FOR UPDATE"
            }
            _ => "SELECT holder, token, expires FROM lease WHERE tenant = $1",
        };
        let (holder, former, expires) = match session.row(sql, arguments![self.tenant]).await? {
            Some(row) => (row.maybe_text(0)?, row.integer(1)?, row.integer(2)?),
            None => (None, 0, 0),
        };
        let mine = self.token() == Some(former) && holder.is_some();
        if let Some(holder) = holder
            && !mine
            && expires > now
            && (self.worker.is_alive)(&holder)
        {
            return Err(StoreError::Busy { holder });
        }
        let token = if mine { former } else { former + 1 };
        let sql = "UPDATE lease SET holder = $2, token = $3, expires = $4 WHERE tenant = $1";
        let expires = now.saturating_add(self.worker.lease);
        session
            .run(sql, arguments![self.tenant, &self.worker.name, token, expires])
            .await?;
        Ok(token)
    }

    /// Sets an unfinished cycle running again, unless a halted step waits for a person.
    async fn take_up(&self, session: &mut Session, cycle: i64, state: &str) -> Answer<()> {
        let state = word(state, CycleState::parse, || format!("cycle {cycle}"))?;
        if state == CycleState::Halted {
            let sql = "SELECT position FROM step WHERE cycle = $1 AND state = $2";
            if session
                .row(sql, arguments![cycle, StepState::Halted.as_str()])
                .await?
                .is_some()
            {
                return Ok(());
            }
        }
        let sql = "UPDATE cycle SET state = $2 WHERE id = $1";
        session
            .run(sql, arguments![cycle, CycleState::Running.as_str()])
            .await?;
        Ok(())
    }

    async fn insert_cycle(&self, session: &mut Session, steps: &[StepSpec], now: i64) -> Answer<i64> {
        let sql = "INSERT INTO cycle (tenant, state, started) VALUES ($1, $2, $3) RETURNING id";
        let row = session
            .row(sql, arguments![self.tenant, CycleState::Running.as_str(), now])
            .await?;
        let cycle = row.map_or(Ok(0), |row| row.integer(0))?;
        let counts = to_json(&Counts::default())?;
        let mut list = List::new(4, steps.len());
        for (position, step) in (0_i64..).zip(steps) {
            list.push(arguments![position, &step.kind, step.connection.clone(), &counts]);
        }
        let sql = "WITH v (position, kind, connection, counts) AS (VALUES {}) \
                   INSERT INTO step (cycle, position, kind, connection, state, counts) \
                   SELECT $1, position, kind, connection, $2, counts FROM v";
        session
            .run_over(sql, list, &arguments![cycle, StepState::Pending.as_str()])
            .await?;
        Ok(cycle)
    }

    pub(crate) async fn prolong(&self, now: i64) -> Answer<()> {
        if self.prolong_within(now).await? {
            return Ok(());
        }
        let asked = Instant::now();
        let mut session = self.writing_part().await?;
        let now = after(now, asked);
        // The row was read in this transaction already; PostgreSQL lets the share become a hold.
        let sql = "UPDATE lease SET expires = $2 WHERE tenant = $1";
        session
            .run(
                sql,
                arguments![self.tenant, now.saturating_add(self.worker.lease)],
            )
            .await?;
        session.commit().await
    }

    pub(crate) async fn give_back(&self) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = "UPDATE lease SET holder = NULL, expires = 0 WHERE tenant = $1";
        session.run(sql, arguments![self.tenant]).await?;
        session.commit().await?;
        self.keep_token(None);
        Ok(())
    }

    pub(crate) async fn steps_of(&self, cycle: i64) -> Answer<Vec<StepRecord>> {
        let sql = "SELECT position, kind, connection, s.state, attempt, s.started, s.ended, counts, message, usage \
                   FROM step s JOIN cycle c ON c.id = s.cycle WHERE c.tenant = $1 AND c.id = $2 ORDER BY position";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, cycle])
            .await?;
        rows.iter()
            .map(|row| {
                let position = unsigned(row.integer(0)?, "step")?;
                let place = || format!("step {position} of cycle {cycle}");
                Ok(StepRecord {
                    position,
                    spec: StepSpec {
                        kind: row.text(1)?,
                        connection: row.maybe_text(2)?,
                    },
                    state: word(&row.text(3)?, StepState::parse, place)?,
                    attempt: unsigned(row.integer(4)?, "step")?,
                    started: row.maybe_integer(5)?,
                    ended: row.maybe_integer(6)?,
                    counts: json(&row.text(7)?, place)?,
                    message: row.maybe_text(8)?,
                    usage: row
                        .maybe_text(9)?
                        .map_or_else(|| Ok(Usage::default()), |usage| json(&usage, place))?,
                })
            })
            .collect()
    }

    pub(crate) async fn begin(&self, cycle: i64, position: u32, now: i64) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = "UPDATE step SET state = $4, started = $5, ended = NULL, attempt = attempt + 1 \
                   WHERE cycle = (SELECT id FROM cycle WHERE tenant = $1 AND id = $2) AND position = $3";
        let running = StepState::Running.as_str();
        session
            .run(sql, arguments![self.tenant, cycle, position, running, now])
            .await?;
        session.commit().await
    }

    pub(crate) async fn settle_step_as(
        &self,
        (cycle, position): (i64, u32),
        state: StepState,
        counts: Counts,
        message: Option<&str>,
        now: i64,
    ) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = "UPDATE step SET state = $4, counts = $5, message = $6, ended = $7 \
                   WHERE cycle = (SELECT id FROM cycle WHERE tenant = $1 AND id = $2) AND position = $3";
        let counts = to_json(&counts)?;
        let arguments = arguments![self.tenant, cycle, position, state.as_str(), counts, message, now];
        session.run(sql, arguments).await?;
        session.commit().await
    }

    pub(crate) async fn keep_usage(&self, cycle: i64, position: u32, usage: &Usage) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = "UPDATE step SET usage = $4 \
                   WHERE cycle = (SELECT id FROM cycle WHERE tenant = $1 AND id = $2) AND position = $3";
        session
            .run(sql, arguments![self.tenant, cycle, position, to_json(usage)?])
            .await?;
        session.commit().await
    }

    pub(crate) async fn set_cycle_state(&self, cycle: i64, state: CycleState, now: i64) -> Answer<()> {
        let mut session = self.writing().await?;
        let ended = matches!(
            state,
            CycleState::Done | CycleState::Rejected | CycleState::Incomplete
        )
        .then_some(now);
        let sql = "UPDATE cycle SET state = $3, ended = $4 WHERE tenant = $1 AND id = $2";
        session
            .run(sql, arguments![self.tenant, cycle, state.as_str(), ended])
            .await?;
        session.commit().await
    }

    /// When the last imports of a source were done, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn arrivals(&self, connection: &str, limit: u32) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT s.ended FROM cycle c JOIN step s ON s.cycle = c.id WHERE c.tenant = $1 AND s.kind = 'import' \
                   AND s.connection = $2 AND s.state = $3 AND s.ended IS NOT NULL ORDER BY c.id DESC LIMIT $4";
        let given = arguments![self.tenant, connection, StepState::Done.as_str(), limit];
        let rows = self.reading().await?.rows(sql, given).await?;
        rows.iter().map(|row| row.integer(0)).collect()
    }

    /// Cycles, newest first: those before this one, or all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn cycles_before(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<CycleRecord>, StoreError> {
        let earlier = if before.is_some() { "AND c.id < $3" } else { "" };
        let sql = format!(
            "SELECT c.id, c.state, c.started, c.ended, {KIND} FROM cycle c WHERE c.tenant = $1 {earlier} \
             ORDER BY c.id DESC LIMIT $2"
        );
        let given = arguments![self.tenant, limit].into_iter();
        let given: Vec<Argument> = given.chain(before.map(Argument::from)).collect();
        let rows = self.reading().await?.rows(sql, given).await?;
        rows.iter().map(|row| record(row, 0)).collect()
    }

    /// The cycle that stands for how the tenant is: whatever has not ended, else the newest for everybody.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn newest_cycle(&self) -> Result<Option<CycleRecord>, StoreError> {
        self.newest(&format!("(c.ended IS NULL OR {FOR_ALL})")).await
    }

    /// The newest cycle for everybody, which has the tenant's plans.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn newest_for_all(&self) -> Result<Option<CycleRecord>, StoreError> {
        self.newest(FOR_ALL).await
    }

    async fn newest(&self, such: &str) -> Result<Option<CycleRecord>, StoreError> {
        let sql = format!(
            "SELECT c.id, c.state, c.started, c.ended, {KIND} FROM cycle c WHERE c.tenant = $1 AND {such} \
             ORDER BY c.id DESC LIMIT 1"
        );
        let row = self.reading().await?.row(sql, arguments![self.tenant]).await?;
        row.map(|row| record(&row, 0)).transpose()
    }
}
