//! Forgetting in what is kept of many at once: examples of what a guard halted, and what a check before an enrolment found. Both are
//! sealed, so that each is opened, and written anew without those who are to be forgotten. Their digests are over counts and contents
//! that stay.

use std::collections::BTreeSet;

use samklang_core::enrolment::{EnrolmentResult, Finding};
use samklang_core::guard::{Proposal, Sample};
use uuid::Uuid;

use super::erase::Traced;
use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::reading::{json, to_json};
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// An example of what a guard halted, with the cycle and the connection.
pub(crate) type Example = (i64, String, Sample);

/// What a check found about somebody, with the target and when it ended.
pub(crate) type Checked = (String, i64, Finding);

/// Whether an example is of one of these objects.
fn shows(traces: &BTreeSet<Traced>, connection: &str, sample: &Sample) -> bool {
    traces.iter().any(|trace| {
        let object = &trace.object;
        object.connection == connection && object.class == sample.class && object.key == sample.key
    })
}

/// Whether a finding of a check is about one of these entities or their objects.
fn tells(traces: &BTreeSet<Traced>, ids: &[Uuid], finding: &Finding) -> bool {
    let keys = [&finding.target_key, &finding.source_key];
    keys.into_iter().flatten().any(|key| {
        traces.iter().any(|trace| trace.object.key == *key) || ids.iter().any(|id| id.to_string() == *key)
    })
}

impl TenantStore {
    pub(super) async fn forget_examples(
        &self,
        session: &mut Session,
        traces: &BTreeSet<Traced>,
        ids: &[Uuid],
    ) -> Answer<()> {
        for (cycle, position, mut proposal) in self.proposals(session).await? {
            let mut struck = false;
            for (connection, part) in &mut proposal.parts {
                let before = part.sample.len();
                part.sample.retain(|sample| !shows(traces, connection, sample));
                struck |= part.sample.len() < before;
            }
            if struck {
                let body = self
                    .seals
                    .octets(Place::Proposal(cycle), to_json(&proposal)?.as_bytes())?;
                let sql = "UPDATE proposal SET body = $3 WHERE cycle = $1 AND position = $2";
                session.run(sql, arguments![cycle, position, body]).await?;
            }
        }
        for (id, connection, _, _, mut result) in self.checks(session).await? {
            let before = result.findings.len();
            result.findings.retain(|finding| !tells(traces, ids, finding));
            if result.findings.len() < before {
                self.write_check(session, (id, connection), &result).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn write_check(
        &self,
        session: &mut Session,
        (id, connection): (i64, i64),
        result: &EnrolmentResult,
    ) -> Answer<()> {
        let sealed = self
            .seals
            .octets(Place::Check(connection), to_json(result)?.as_bytes())?;
        let sql = "UPDATE enrolment_check SET result = $2 WHERE id = $1";
        session.run(sql, arguments![id, sealed]).await?;
        Ok(())
    }

    /// What guards halted, with cycle and position.
    async fn proposals(&self, session: &mut Session) -> Answer<Vec<(i64, i64, Proposal)>> {
        let sql = "SELECT p.cycle, p.position, p.body FROM proposal p JOIN cycle c ON c.id = p.cycle \
                   WHERE c.tenant = $1 ORDER BY p.cycle, p.position";
        let rows = session.rows(sql, arguments![self.tenant]).await?;
        rows.iter()
            .map(|row| {
                let cycle = row.integer(0)?;
                Ok((cycle, row.integer(1)?, self.open_proposal(cycle, row.octets(2)?)?))
            })
            .collect()
    }

    /// What checks found: number, connection, its name, when it ended.
    pub(crate) async fn checks(
        &self,
        session: &mut Session,
    ) -> Answer<Vec<(i64, i64, String, i64, EnrolmentResult)>> {
        let sql = "SELECT e.id, e.connection, n.name, e.finished, e.result FROM enrolment_check e \
                   JOIN connection n ON n.id = e.connection WHERE n.tenant = $1 AND e.result IS NOT NULL ORDER BY e.id";
        let rows = session.rows(sql, arguments![self.tenant]).await?;
        rows.iter()
            .map(|row| {
                let (id, connection) = (row.integer(0)?, row.integer(1)?);
                let what = || format!("enrolment check {id}");
                let text = self
                    .seals
                    .read_text(Place::Check(connection), row.octets(4)?, what)?;
                let result = json(&text, what)?;
                Ok((id, connection, row.text(2)?, row.integer(3)?, result))
            })
            .collect()
    }

    /// What examples and checks tell about these entities and objects.
    pub(crate) async fn examples_of(
        &self,
        session: &mut Session,
        traces: &BTreeSet<Traced>,
        ids: &[Uuid],
    ) -> Answer<(Vec<Example>, Vec<Checked>)> {
        let (mut examples, mut checked) = (Vec::new(), Vec::new());
        for (cycle, _, proposal) in self.proposals(session).await? {
            for (connection, part) in proposal.parts {
                let of_it = part.sample.into_iter();
                let of_it = of_it.filter(|sample| shows(traces, &connection, sample));
                examples.extend(of_it.map(|sample| (cycle, connection.clone(), sample)));
            }
        }
        for (_, _, target, at, result) in self.checks(session).await? {
            let of_it = result.findings.into_iter();
            let of_it = of_it.filter(|finding| tells(traces, ids, finding));
            checked.extend(of_it.map(|finding| (target.clone(), at, finding)));
        }
        Ok((examples, checked))
    }
}
