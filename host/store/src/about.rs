//! What lies in the store about one entity beside what the cycle reads of it, for whoever has a right to know all of it. Only reads.

use samklang_core::Attributes;
use samklang_core::catalogue::ObjectRef;
use samklang_core::mapping::Allotment;
use samklang_core::matching::{Candidate, CaseRecord, CaseState, Ruling};
use samklang_core::port::{
    Cases as _, ChangeKind, FindingRecord, Leaving, Life, Lives as _, Quarantined, Request, StoreError,
};
use samklang_core::reconcile::Override;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
use crate::forget::{Checked, Example, Traced};
use crate::inspect::CLASSES;
use crate::reading::word;
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// Findings, cases and waiting objects that are looked through.
const ALL: u32 = u32::MAX;

/// What lies about one entity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct About {
    /// Objects that stood for it and are gone.
    pub former: Vec<ObjectRef>,
    /// What sources say of its objects in imports that are not accepted yet.
    pub staged: Vec<(ObjectRef, ChangeKind, Option<Attributes>)>,
    /// Objects of it that wait to be reconciled.
    pub waiting: Vec<ObjectRef>,
    /// Where it is in its life; none when it has always been active.
    pub life: Option<Life>,
    /// Values that persons set by hand.
    pub overrides: Vec<Override>,
    /// By which rules it is found; of the values only keyed hashes are kept.
    pub found_by: Vec<String>,
    /// Unique names.
    pub names: Vec<Allotment>,
    /// Objects that it refers to and that stand for nothing.
    pub unresolved: Vec<ObjectRef>,
    /// Days on which something of it begins or ends.
    pub days: Vec<String>,
    /// Objects of targets that are taken away by and by, with their targets.
    pub leaving: Vec<(String, Leaving)>,
    /// What was asked for, with the targets.
    pub requests: Vec<(String, Request)>,
    /// Targets whose planners have yet to look at it.
    pub stale: Vec<String>,
    /// It has yet to be worked out anew.
    pub touched: bool,
    /// Questions about its objects.
    pub cases: Vec<CaseRecord>,
    /// Questions about others in which it is a candidate: the case, and what is said of it there.
    pub candidate_in: Vec<(i64, CaseState, Candidate)>,
    /// What persons decided about its objects, or about others with regard to it.
    pub rulings: Vec<Ruling>,
    /// Its objects in quarantine.
    pub quarantined: Vec<Quarantined>,
    /// What was found about its objects.
    pub findings: Vec<FindingRecord>,
    /// Examples of what guards halted.
    pub examples: Vec<Example>,
    /// What checks before enrolments found.
    pub checks: Vec<Checked>,
}

impl TenantStore {
    /// Whatever lies in the store about an entity beside itself, its links, its objects, its operations and its journal.
    ///
    /// # Errors
    ///
    /// When the database fails, or something cannot be read.
    pub async fn about(&self, entity: Uuid) -> Result<About, StoreError> {
        let ids = [entity];
        let mut about = About {
            former: self
                .former(&ids)
                .await?
                .into_iter()
                .map(|(object, _)| object)
                .collect(),
            life: self.lives(&ids).await?.pop(),
            overrides: self.overrides(&ids).await?,
            leaving: self.leaving_of(entity).await?,
            requests: self.requests_of(entity).await?,
            ..About::default()
        };
        let mut session = self.reading().await?;
        let traces = self.traces(&mut session, &ids).await?;
        (about.examples, about.checks) = self.examples_of(&mut session, &traces, &ids).await?;
        drop(session);
        let traces: Vec<Traced> = traces.into_iter().collect();
        let objects: Vec<ObjectRef> = traces.iter().map(|trace| trace.object.clone()).collect();
        self.add_rows(&mut about, entity).await?;
        self.add_objects(&mut about, &traces).await?;
        let of_it = |object: &ObjectRef| objects.contains(object);
        for case in self
            .cases(&[CaseState::Open, CaseState::Decided, CaseState::Withdrawn], ALL)
            .await?
        {
            if case.entity == Some(entity) || of_it(&case.object) {
                about.cases.push(case);
            } else {
                let (id, state) = (case.id, case.state);
                let named = case.candidates.into_iter();
                let named = named.filter(|candidate| candidate.entity == Some(entity));
                about
                    .candidate_in
                    .extend(named.map(|candidate| (id, state, candidate)));
            }
        }
        about.rulings = self.rulings_about(entity, &objects).await?;
        about.quarantined = self.quarantined(ALL).await?;
        about
            .quarantined
            .retain(|one| one.finding.entity == Some(entity) || of_it(&one.finding.object));
        about.findings = self.findings(ALL).await?;
        about.findings.retain(|finding| {
            of_it(&finding.object)
                || about
                    .quarantined
                    .iter()
                    .any(|one| one.finding.object == finding.object)
        });
        Ok(about)
    }

    async fn rulings_about(&self, entity: Uuid, objects: &[ObjectRef]) -> Answer<Vec<Ruling>> {
        let sql = format!("SELECT class, key FROM ruling WHERE class IN {CLASSES} AND entity = $2");
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, entity])
            .await?;
        let mut about = objects.to_vec();
        for row in &rows {
            about.push(self.object(row.integer(0)?, row.text(1)?).await?);
        }
        about.sort();
        about.dedup();
        let mut rulings = self.rulings(&about).await?;
        // About an object of another's only what regards this one.
        rulings.retain(|ruling| ruling.entity == Some(entity) || objects.contains(&ruling.object));
        Ok(rulings)
    }

    async fn add_rows(&self, about: &mut About, entity: Uuid) -> Answer<()> {
        let mut session = self.reading().await?;
        let given = arguments![self.tenant, entity];
        let texts = async |session: &mut Session, sql: &str| -> Answer<Vec<String>> {
            let rows = session.rows(sql, given.clone()).await?;
            rows.iter().map(|row| row.text(0)).collect()
        };
        let sql = "SELECT DISTINCT rule FROM candidate WHERE tenant = $1 AND entity = $2 ORDER BY rule";
        about.found_by = texts(&mut session, sql).await?;
        let sql = "SELECT day FROM due WHERE tenant = $1 AND entity = $2 ORDER BY day";
        about.days = texts(&mut session, sql).await?;
        let sql = "SELECT n.name FROM stale s JOIN connection n ON n.id = s.connection \
                   WHERE n.tenant = $1 AND s.entity = $2 ORDER BY n.name";
        about.stale = texts(&mut session, sql).await?;
        let sql = "SELECT 1 FROM touched WHERE tenant = $1 AND entity = $2";
        about.touched = session.row(sql, given.clone()).await?.is_some();
        let sql = "SELECT scope, name, since, released FROM allotment WHERE tenant = $1 AND entity = $2 ORDER BY scope, since";
        for row in session.rows(sql, given.clone()).await? {
            about.names.push(Allotment {
                scope: row.text(0)?,
                name: row.text(1)?,
                entity: Some(entity),
                since: row.integer(2)?,
                released: row.maybe_integer(3)?,
            });
        }
        let sql = "SELECT class, key FROM unresolved WHERE tenant = $1 AND entity = $2 ORDER BY class, key";
        let rows = session.rows(sql, given.clone()).await?;
        drop(session);
        for row in &rows {
            about
                .unresolved
                .push(self.object(row.integer(0)?, row.text(1)?).await?);
        }
        Ok(())
    }

    async fn add_objects(&self, about: &mut About, traces: &[Traced]) -> Answer<()> {
        let mut list = List::new(2, traces.len());
        for trace in traces {
            list.push(arguments![trace.class, &trace.object.key]);
        }
        let sql = "WITH v (class, key) AS (VALUES {}) SELECT s.class, s.key, s.kind, s.body FROM v CROSS JOIN staged s \
                   WHERE s.class = v.class AND s.key = v.key";
        let rows = self.reading().await?.rows_over(sql, list.clone(), &[]).await?;
        for (_, row) in &rows {
            let class = row.integer(0)?;
            let object = self.object(class, row.text(1)?).await?;
            let what = || format!("staged object {object}");
            let kind = word(&row.text(2)?, ChangeKind::parse, what)?;
            let body = row
                .maybe_octets(3)?
                .map(|body| {
                    let at = Place::Object(class, &object.key);
                    self.seals.read_attributes(at, body, what)
                })
                .transpose()?;
            about.staged.push((object, kind, body));
        }
        let sql = "WITH v (class, key) AS (VALUES {}) SELECT c.class, c.key FROM v CROSS JOIN change c \
                   WHERE c.class = v.class AND c.key = v.key";
        let rows = self.reading().await?.rows_over(sql, list, &[]).await?;
        for (_, row) in &rows {
            about
                .waiting
                .push(self.object(row.integer(0)?, row.text(1)?).await?);
        }
        Ok(())
    }
}
