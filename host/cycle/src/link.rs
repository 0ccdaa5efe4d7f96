//! A link job: what a target holds already is matched with the entities that have nothing there, and the matches are linked. Nothing is
//! written to the target; what is linked follows the catalogue from the next export on. Done again, it links nothing more.
//!
//! It is a cycle of its own: the target is read back, then each class is gone through. Tried out, the same is found and nothing is kept.

mod found;

use std::collections::HashMap;

use roaring::RoaringTreemap;
use samklang_core::journal::Event;
use samklang_core::mapping::{KeyRule, Outbound};
use samklang_core::matching::{CaseKind, Rule, RuleSource, Unmatched};
use samklang_core::plan::{Ground, PlannedFor, Seeker, Sought, Why, seek};
use samklang_core::port::{Clock, Connectors, Counts, Deed, Drafted, Shadow, StepRecord, StepSpec, Store};
use uuid::Uuid;

use self::found::looked;
use crate::errand::ErrandError;
use crate::gather::gather;
use crate::import::PAGE;
use crate::search::Search;
use crate::stop::Early;
use crate::tenant::Connection;
use crate::worker::{Mode, Report, Step, Worker};

pub use found::{Found, Links, Looked};

/// The kind of step that makes links, and that only looks for them.
pub(crate) const LINK: &str = "link";
pub(crate) const LINK_TRIED: &str = "link-tried";

/// Entities that look for their objects at a time.
const BATCH: u32 = 512;

/// What a link job is to do.
#[derive(Debug, Clone)]
pub struct LinkJob {
    /// The target.
    pub target: String,
    /// The class, when it is not every class.
    pub class: Option<String>,
    /// Nothing is kept; what would be is told.
    pub tried: bool,
    /// Who wants it.
    pub who: String,
    /// Why.
    pub reason: String,
}

/// Why a link job was not run.
#[derive(Debug, thiserror::Error)]
pub enum LinkJobError {
    /// There is nothing to link.
    #[error("{0}")]
    NoTarget(String),
    /// A cycle has not ended, the store failed, or another worker has the cycle.
    #[error(transparent)]
    Errand(#[from] ErrandError),
}

/// Whether a cycle with these steps is a link job's.
pub(crate) fn is_link_job(steps: &[StepRecord]) -> bool {
    steps
        .iter()
        .any(|step| [LINK, LINK_TRIED].contains(&step.spec.kind.as_str()))
}

/// By which rules a class is linked: its own, or else its key.
fn rules(outbound: &Outbound) -> Vec<Rule> {
    if outbound.matching.is_empty() && outbound.key_rule != KeyRule::Given {
        vec![Rule::of(&RuleSource::plain(&outbound.key_attribute))]
    } else {
        outbound.matching.clone()
    }
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// Runs a link job. One that is interrupted is taken up by the next run.
    ///
    /// # Errors
    ///
    /// When the connection is no target or nothing can be found in it, a cycle has not ended, the store fails, or another worker has the
    /// cycle. What goes wrong within the job is in the report instead.
    pub async fn run_link_job(&self, job: &LinkJob) -> Result<(Report, Links), LinkJobError> {
        self.linkable(job)?;
        if let Some(newest) = self.store.cycles(1).await.map_err(ErrandError::from)?.first()
            && newest.ended.is_none()
        {
            return Err(ErrandError::Unfinished { cycle: newest.id }.into());
        }
        let step = |kind: &str| StepSpec {
            kind: kind.to_owned(),
            connection: Some(job.target.clone()),
        };
        let steps = [step("feedback"), step(if job.tried { LINK_TRIED } else { LINK })];
        let now = self.clock.now();
        let begun = self
            .store
            .begin_cycle(&steps, now)
            .await
            .map_err(ErrandError::from)?;
        if begun.resumed {
            self.store.release_lease().await.map_err(ErrandError::from)?;
            return Err(ErrandError::Unfinished { cycle: begun.cycle }.into());
        }
        if !job.tried {
            let deed = Deed {
                at: now,
                who: job.who.clone(),
                event: Event::LinkJob.into(),
                cycle: Some(begun.cycle),
                entity: None,
                why: job.reason.clone(),
                detail: serde_json::json!({ "target": job.target, "class": job.class }),
            };
            self.store.note(&[deed]).await.map_err(ErrandError::from)?;
        }
        let found = std::sync::Mutex::new(Links::default());
        let report = self
            .finish_with(begun, Mode::Run, None, Some((job, &found)))
            .await
            .map_err(ErrandError::from)?;
        let found = found
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok((report, found))
    }

    fn linkable(&self, job: &LinkJob) -> Result<(), LinkJobError> {
        let name = &job.target;
        let refuse = |cause: String| Err(LinkJobError::NoTarget(cause));
        let Some(connection) = self.connection(name) else {
            let known: Vec<&str> = self.tenant.connections.keys().map(String::as_str).collect();
            return refuse(format!(
                "there is no connection `{name}`; there are: {}",
                known.join(", ")
            ));
        };
        let outbound = &connection.mappings.outbound;
        if outbound.is_empty() {
            return refuse(format!(
                "`{name}` is no target; objects of sources are linked by every `samklang run`"
            ));
        }
        if let Some(class) = &job.class
            && !outbound.contains_key(class)
        {
            let known: Vec<&str> = outbound.keys().map(String::as_str).collect();
            return refuse(format!(
                "`{name}` has no mapped class `{class}`; there are: {}",
                known.join(", ")
            ));
        }
        let among = |class: &str| job.class.as_deref().is_none_or(|only| only == class);
        if outbound
            .iter()
            .all(|(class, outbound)| !among(class) || rules(outbound).is_empty())
        {
            return refuse(format!(
                "the target `{name}` makes its keys by itself, and no rule says what else its objects are found by; write one, such as \
                 `[connections.{name}.mappings.outbound.CLASS]` with `match = [\"ATTRIBUTE\"]`"
            ));
        }
        Ok(())
    }

    /// `link`: goes through every entity that has no object in the target.
    pub(crate) async fn link(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
        class: Option<&str>,
        links: &mut Links,
    ) -> Result<Counts, Early> {
        let tried = step.spec.kind == LINK_TRIED;
        let mut counts = Counts::default();
        for (of, outbound) in &connection.mappings.outbound {
            let rules = rules(outbound);
            if class.is_some_and(|class| class != of) || rules.is_empty() {
                continue;
            }
            let mut finder = outbound.finder();
            finder.rules.extend(rules.iter().map(|rule| rule.by.clone()));
            self.store.find_by(name, of, &finder).await?;
            // What a job that is tried out would have linked is taken for those that come after.
            let mut taken = RoaringTreemap::new();
            let mut after = None;
            loop {
                let ids = self.store.entities_of_kind(outbound.entity, after, BATCH).await?;
                let Some(&last) = ids.last() else { break };
                after = Some(last);
                counts.read += ids.len() as u64;
                let found = self
                    .finds(step, name, connection, (outbound, &rules), &ids)
                    .await?;
                let mut drafted = Drafted {
                    now: self.clock.now(),
                    ..Drafted::default()
                };
                let mut linked = Vec::new();
                for (id, sought, planned) in found {
                    let sought = if tried {
                        self.not_twice(name, of, sought, &mut taken).await?
                    } else {
                        sought
                    };
                    links.note(looked(of, id, &sought));
                    if matches!(sought, Sought::Object(..)) {
                        counts.added += 1;
                        linked.push(id);
                    }
                    drafted.shadows.extend(planned.adopted);
                    drafted.leaving.extend(planned.leaving);
                    drafted.cases.extend(planned.cases);
                    drafted.heeded.extend(planned.heeded);
                    drafted.journal.extend(planned.journal);
                    drafted.cleared.extend(planned.cleared);
                }
                if !tried {
                    // What is linked is brought up to date by the next export.
                    drafted.stale.push((name.to_owned(), linked));
                    self.store.draft(step.cycle, name, &drafted).await?;
                }
                self.store.renew_lease(self.clock.now()).await?;
                self.progress.count(step.spec, &counts);
            }
            self.unclaimed(name, of, &taken, links).await?;
        }
        Ok(counts)
    }

    /// What those of these entities find that have a place in the target and nothing there.
    async fn finds(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
        (outbound, rules): (&Outbound, &[Rule]),
        ids: &[Uuid],
    ) -> Result<Vec<(Uuid, Sought, PlannedFor)>, Early> {
        let mappings = &connection.mappings.outbound;
        let now = self.clock.now();
        let day = self.tenant.calendar.day(now);
        let gathered = gather(self.store, &self.tenant.vocabulary, mappings, day, ids).await?;
        let mut by_entity: HashMap<(Uuid, String), Shadow> = HashMap::new();
        for shadow in self.store.shadows_of(name, &gathered.ids).await? {
            if let Some(entity) = shadow.entity {
                by_entity.insert((entity, shadow.class.clone()), shadow);
            }
        }
        let by_link = match connection.mappings.inbound.is_empty() {
            true => HashMap::new(),
            false => self.linked(name, ids, &by_entity).await?,
        };
        let search = Search {
            store: self.store,
            target: name,
            outbound: mappings,
            policies: &connection.policy,
        };
        let verdicts = search.verdicts(ids, &HashMap::new()).await?;
        let mut seekers = Vec::new();
        for &id in ids {
            let place = (id, outbound.class.clone());
            if by_entity.contains_key(&place)
                || by_link.contains_key(&place)
                || !outbound.in_scope(&gathered.graph, id).unwrap_or(false)
            {
                continue;
            }
            // What cannot be evaluated is told by the next plan.
            if let Ok(values) = outbound.likeness(rules, &gathered.graph, id, self.store.matching()) {
                seekers.push(Seeker {
                    entity: id,
                    class: &outbound.class,
                    rules,
                    values,
                    unmatched: Unmatched::Create,
                    makes: false,
                });
            }
        }
        let holdings = search.holdings(&seekers, &verdicts).await?;
        let sought = seek(seekers, &holdings, &verdicts);
        let ground = Ground {
            graph: gathered.graph,
            outbound: mappings,
            order: &[],
            by_entity,
            by_key: HashMap::new(),
            by_link,
            depth: &HashMap::new(),
            policies: &connection.policy,
            leaving: HashMap::new(),
            requests: HashMap::new(),
            sought,
            verdicts,
            now,
            target: name,
            cycle: step.cycle,
        };
        let found = ids.iter().filter_map(|&id| {
            let sought = ground.sought.get(&(id, outbound.class.clone()))?.clone();
            Some((id, sought, ground.link(id, outbound)))
        });
        Ok(found.collect())
    }

    /// An object is linked once, also when nothing is kept.
    async fn not_twice(
        &self,
        name: &str,
        class: &str,
        sought: Sought,
        taken: &mut RoaringTreemap,
    ) -> Result<Sought, Early> {
        let Sought::Object(shadow, why) = sought else {
            return Ok(sought);
        };
        let number = self.store.shadow_numbers(name, class, &[&shadow.key]).await?;
        let number = number.into_iter().flatten().next();
        if number.is_some_and(|number| !taken.insert(number)) {
            let suspect = samklang_core::plan::Suspect {
                rule: match &why {
                    Why::Rule(rule) => rule.clone(),
                    Why::Decided(_, who, _) => who.clone(),
                },
                shadow: *shadow,
                near: false,
                holder: None,
            };
            return Ok(Sought::Asked(CaseKind::LinkedToAnother, vec![suspect]));
        }
        Ok(Sought::Object(shadow, why))
    }

    /// Objects of the class that stand for nobody after all.
    async fn unclaimed(
        &self,
        name: &str,
        class: &str,
        taken: &RoaringTreemap,
        links: &mut Links,
    ) -> Result<(), Early> {
        let mut after = 0;
        loop {
            let seen = |number| taken.contains(number);
            let page = self.store.unseen_shadows(name, class, after, PAGE, &seen).await?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = *last;
            for (_, shadow) in page.into_iter().filter(|(_, shadow)| shadow.entity.is_none()) {
                links.note(Looked {
                    found: Found::Unclaimed,
                    class: class.to_owned(),
                    entity: None,
                    keys: vec![shadow.key],
                    rule: None,
                });
            }
        }
    }
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// A step of a link job, with what it found for whoever waits for it; a job that is taken up by a run has nobody who does.
    pub(crate) async fn link_step(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
    ) -> Result<Counts, Early> {
        let mut links = Links::default();
        let class = step.job.and_then(|(job, _)| job.class.as_deref());
        let done = self.link(step, name, connection, class, &mut links).await;
        if let Some((_, told)) = step.job {
            *told.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = links;
        }
        done
    }
}
