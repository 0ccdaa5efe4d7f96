//! What a person decides about a halted step. No lease is needed: a halted cycle has no worker, and the transaction itself sees that
//! the step still waits, and with what, so that one decision is taken once and about nothing else.

mod second;

use samklang_core::guard::Proposal;
use samklang_core::port::{CycleState, Deed, OperationState, StepState, StoreError};
use serde_json::json;

use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::import::discard_staged;
use crate::reading::{json as read_json, unsigned};
use crate::tenant::TenantStore;
use second::Second;

/// A step that waits for a person.
struct Halt {
    cycle: i64,
    position: u32,
    kind: String,
    connection: Option<String>,
    proposal: Option<Proposal>,
}

/// The answer of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// It passes, once.
    Release,
    /// It passes as a school-year promotion, once.
    ReleaseAsPromotion,
    /// It is thrown away.
    Reject,
    /// It is thrown away, and what was delivered is not to be imported again.
    RejectSource,
}

impl Ruling {
    /// The word for stores and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "released",
            Self::ReleaseAsPromotion => "released-as-promotion",
            Self::Reject => "rejected",
            Self::RejectSource => "rejected-source-bad",
        }
    }
}

/// Approval of a release that takes two persons.
const APPROVED: &str = "approved-one-of-two";

/// A person's decision.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// The answer.
    pub verdict: Ruling,
    /// Who.
    pub who: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The digest of what the person looked at; nothing else is decided about. Without one, whatever waits.
    pub digest: Option<&'a str>,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Nothing waits.
    Nothing,
    /// Something else waits by now.
    Replaced,
    /// It is noted; a second person has to say the same: the same ruling about the same.
    OneOfTwo {
        /// The cycle.
        cycle: i64,
        /// The step's position.
        position: u32,
    },
    /// The same person has said so already; another one has to.
    SamePerson,
    /// It takes two persons, and nothing tells this one from that one, who has said so already: the one came by a link of the other, or both
    /// by links of a third.
    SameOrigin(String),
    /// It takes two persons, and this one came by a link, while the sign-in service tells who is who.
    Unvouched,
    /// It cannot pass as a promotion; why.
    NoPromotion(String),
    /// It is decided.
    Done {
        /// The cycle.
        cycle: i64,
        /// The step's position.
        position: u32,
    },
}

/// What a person decided about a halted step, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRecord {
    /// The step's position in its cycle.
    pub position: u32,
    /// `released`, `released-as-promotion`, `approved-one-of-two`, `rejected` or `rejected-source-bad`.
    pub verdict: String,
    /// What the person said: `released`, `released-as-promotion`, `rejected` or `rejected-source-bad`. Of two, both say the same.
    pub ruling: String,
    /// Why, in the person's words.
    pub reason: String,
    /// Who.
    pub who: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The digest of what was decided about.
    pub digest: Option<String>,
    /// The limits that were exceeded, by connection, as JSON.
    pub counts: Option<serde_json::Value>,
}

impl TenantStore {
    /// What persons decided about the steps of a cycle, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decisions(&self, cycle: i64) -> Result<Vec<DecisionRecord>, StoreError> {
        let sql = "SELECT d.position, d.verdict, d.reason, d.who, d.at, d.digest, d.counts, d.ruling \
                   FROM decision d JOIN cycle c ON c.id = d.cycle \
                   WHERE c.tenant = $1 AND c.id = $2 ORDER BY d.id";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, cycle])
            .await?;
        rows.iter()
            .map(|row| {
                let counts = row.maybe_text(6)?;
                let place = || format!("a decision of cycle {cycle}");
                Ok(DecisionRecord {
                    position: unsigned(row.integer(0)?, "decision")?,
                    verdict: row.text(1)?,
                    ruling: row.text(7)?,
                    reason: row.text(2)?,
                    who: row.text(3)?,
                    at: row.integer(4)?,
                    digest: row.maybe_text(5)?,
                    counts: counts.map(|text| read_json(&text, place)).transpose()?,
                })
            })
            .collect()
    }

    /// Keeps a person's decision about what a guard has halted, and does what it says: a released step may go on, a rejected one ends its
    /// cycle, and the staged import or the draft of the plan is thrown away. What exceeds a hard limit is released by two persons.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decide_halt(&self, decision: &Decision<'_>, now: i64) -> Result<Decided, StoreError> {
        let mut session = self.deciding().await?;
        let Some(halt) = self.halted(&mut session).await? else {
            return Ok(Decided::Nothing);
        };
        let digest = halt.proposal.as_ref().map(Proposal::digest);
        if decision.digest.is_some() && decision.digest != digest.as_deref() {
            return Ok(Decided::Replaced);
        }
        let (cycle, position) = (halt.cycle, halt.position);
        match decision.verdict {
            Ruling::Release | Ruling::ReleaseAsPromotion => {
                if decision.verdict == Ruling::ReleaseAsPromotion {
                    let refusal = match &halt.proposal {
                        Some(proposal) => proposal.promotion_refusal().map(|why| why.to_string()),
                        None => Some("nothing is known of what was halted".to_owned()),
                    };
                    if let Some(why) = refusal {
                        return Ok(Decided::NoPromotion(why));
                    }
                }
                if halt.proposal.as_ref().is_some_and(Proposal::hard) {
                    match self
                        .second(&mut session, &halt, digest.as_deref(), decision)
                        .await?
                    {
                        Second::Counts => {}
                        Second::IsFirst => {
                            self.record(&mut session, &halt, decision, APPROVED, now).await?;
                            session.commit().await?;
                            return Ok(Decided::OneOfTwo { cycle, position });
                        }
                        Second::Not(why) => return Ok(why),
                    }
                }
                self.record(&mut session, &halt, decision, decision.verdict.as_str(), now)
                    .await?;
                set_step(&mut session, &halt, StepState::Released, None).await?;
                let sql = "UPDATE cycle SET state = $2 WHERE id = $1";
                session
                    .run(sql, arguments![cycle, CycleState::Running.as_str()])
                    .await?;
            }
            Ruling::Reject | Ruling::RejectSource => {
                self.record(&mut session, &halt, decision, decision.verdict.as_str(), now)
                    .await?;
                if decision.verdict == Ruling::RejectSource {
                    self.mark_bad(&mut session, &halt, decision.reason).await?;
                }
                self.throw_away(&mut session, &halt).await?;
                set_step(&mut session, &halt, StepState::Rejected, Some(now)).await?;
                let sql = "UPDATE cycle SET state = $2, ended = $3 WHERE id = $1";
                session
                    .run(sql, arguments![cycle, CycleState::Rejected.as_str(), now])
                    .await?;
            }
        }
        session.commit().await?;
        Ok(Decided::Done { cycle, position })
    }

    async fn mark_bad(&self, session: &mut Session, halt: &Halt, reason: &str) -> Answer<()> {
        let parts = halt.proposal.iter().flat_map(|proposal| &proposal.parts);
        for (name, part) in parts {
            let sql = "INSERT INTO marked_bad (connection, content, reason) \
                       SELECT id, $3, $4 FROM connection WHERE tenant = $1 AND name = $2 \
                       ON CONFLICT (connection, content) DO UPDATE SET reason = excluded.reason";
            session
                .run(sql, arguments![self.tenant, name, &part.content, reason])
                .await?;
        }
        Ok(())
    }

    async fn throw_away(&self, session: &mut Session, halt: &Halt) -> Answer<()> {
        match &halt.connection {
            // What halts without a connection is the comparison of all imports of the cycle: either all of them count or none.
            None => {
                let sql = "SELECT id FROM connection WHERE tenant = $1";
                for row in session.rows(sql, arguments![self.tenant]).await? {
                    discard_staged(session, row.integer(0)?).await?;
                }
            }
            Some(connection) if halt.kind == "import" => {
                let sql = "SELECT id FROM connection WHERE tenant = $1 AND name = $2";
                if let Some(row) = session.row(sql, arguments![self.tenant, connection]).await? {
                    discard_staged(session, row.integer(0)?).await?;
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
        Ok(())
    }

    /// Keeps a decision, and notes it in the journal.
    async fn record(
        &self,
        session: &mut Session,
        halt: &Halt,
        decision: &Decision<'_>,
        verdict: &str,
        now: i64,
    ) -> Answer<()> {
        let digest = halt.proposal.as_ref().map(Proposal::digest);
        let exceeded = halt.proposal.as_ref().map(|proposal| {
            let trips = proposal
                .parts
                .iter()
                .map(|(name, part)| (name.clone(), json!(part.trips)));
            serde_json::Value::Object(trips.collect())
        });
        let Decision { who, reason, .. } = decision;
        let sql = "INSERT INTO decision (cycle, position, verdict, reason, who, at, digest, counts, ruling) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let counts = exceeded.as_ref().map(serde_json::Value::to_string);
        let decided = arguments![
            halt.cycle,
            halt.position,
            verdict,
            *reason,
            *who,
            now,
            digest.clone(),
            counts,
            decision.verdict.as_str()
        ];
        session.run(sql, decided).await?;
        let step = match &halt.connection {
            Some(connection) => format!("{} {connection}", halt.kind),
            None => halt.kind.clone(),
        };
        let deed = Deed {
            at: now,
            who: (*who).to_owned(),
            event: verdict.to_owned(),
            cycle: Some(halt.cycle),
            entity: None,
            why: (*reason).to_owned(),
            detail: json!({ "step": step, "digest": digest, "exceeded": exceeded, "ruling": decision.verdict.as_str() }),
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
        let sql = "SELECT s.position, s.kind, s.connection, p.body FROM step s \
                   LEFT JOIN proposal p ON p.cycle = s.cycle AND p.position = s.position \
                   WHERE s.cycle = $1 AND s.state = $2 ORDER BY s.position";
        let row = session
            .row(sql, arguments![cycle, StepState::Halted.as_str()])
            .await?;
        row.map(|row| {
            let body = row.maybe_octets(3)?;
            Ok(Halt {
                cycle,
                position: unsigned(row.integer(0)?, "step")?,
                kind: row.text(1)?,
                connection: row.maybe_text(2)?,
                proposal: body.map(|body| self.open_proposal(cycle, body)).transpose()?,
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
