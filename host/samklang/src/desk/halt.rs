//! What a guard has halted, what a person says to it, and the promotions that explain it.

use std::collections::BTreeMap;

use samklang_core::Attributes;
use samklang_core::connector::Action;
use samklang_core::guard::{
    Cell, Change, NoPromotion, Part as Halted, Proposal, Sample, Subject, Trip, What,
};
use samklang_core::port::{
    ChangeKind, Guarding as _, OperationRecord, OperationState, StagedChange, StepRecord, StepState,
    Store as _,
};
use samklang_server::view::{
    Halt, HaltChange, HaltCount, HaltPart, HaltPromotion, HaltSearch, HaltTrip, Moment, Page, Part, Ruling,
    Told, Verdict, VerdictKind,
};
use samklang_store::{Decided, TenantStore};

use super::history::mark;
use super::place::Place;
use crate::configuration::Fitted;
use crate::failure::Failure;

/// Changes that are read at a time, and at the most for one answer.
const PAGE: u32 = 500;
const LOOKED: u32 = 20_000;

/// Changes on a page, unless somebody wants another number.
const CHANGES: u32 = 50;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Announces a school-year promotion of a source, from now on for so many days; answers until when.
pub(crate) async fn announce(
    store: &TenantStore,
    fitted: &Fitted,
    name: &str,
    days: i64,
    (who, reason): (&str, &str),
    now: i64,
) -> Result<i64, Failure> {
    let tenant = &fitted.tenant;
    let Some(connection) = tenant.connections.get(name) else {
        return Err(Failure::Usage(format!(
            "{} has no connection `{name}`; it has: {}",
            tenant.name,
            Vec::from_iter(tenant.connections.keys().map(String::as_str)).join(", ")
        )));
    };
    let mut inbound = connection.mappings.inbound.values();
    if !inbound.any(|inbound| inbound.tells_year()) {
        return Err(Failure::Usage(format!(
            "nothing tells the school year of what `{name}` delivers, so no import could be seen to be a promotion; give a \
             mapping its year, such as\n  [connections.{name}.mappings.inbound.person]\n  year = \"{{{{ … }}}}\""
        )));
    }
    let closes = now.saturating_add(days.saturating_mul(DAY));
    store
        .announce_promotion(name, (now, closes), who, reason, now)
        .await?;
    Ok(closes)
}

/// What waits, and with what.
struct Waiting {
    cycle: i64,
    step: StepRecord,
    proposal: Proposal,
}

/// It takes two persons, and nothing tells that the second is another one.
pub(crate) fn same_origin(first: &str, second: &str) -> Failure {
    Failure::Usage(format!(
        "{first} has approved it already, and nothing tells that {second} is another person: one of the two came by a link that leads back to \
         the other, or both by links of one; it takes somebody who came by a link from the machine itself \
         (`samklang access link --role approver`), or signs in at a sign-in service"
    ))
}

impl Place {
    async fn waiting(&self) -> Result<Option<Waiting>, Failure> {
        let newest = self.store.cycles(1).await?.into_iter().next();
        let Some(cycle) = newest.filter(|cycle| cycle.ended.is_none()) else {
            return Ok(None);
        };
        let steps = self.store.steps(cycle.id).await?;
        let halted = steps.into_iter().find(|step| step.state == StepState::Halted);
        let Some(step) = halted else { return Ok(None) };
        let proposal = self.store.proposal(cycle.id, step.position).await?;
        Ok(proposal.map(|proposal| Waiting {
            cycle: cycle.id,
            step,
            proposal,
        }))
    }

    /// What a guard has halted in the newest cycle.
    pub(super) async fn halt(&self) -> Result<Option<Halt>, Failure> {
        let Some(waiting) = self.waiting().await? else {
            return Ok(None);
        };
        let Waiting {
            cycle,
            step,
            proposal,
        } = waiting;
        let digest = proposal.digest();
        let approved = self.store.decisions(cycle).await?.into_iter().rfind(|decision| {
            decision.verdict == "approved-one-of-two" && decision.digest.as_ref() == Some(&digest)
        });
        let parts = proposal.parts.iter();
        let refusal = proposal.promotion_refusal();
        Ok(Some(Halt {
            cycle,
            position: step.position,
            kind: step.spec.kind.clone(),
            since: step.ended.or(step.started).map(Moment),
            what: match proposal.what {
                What::Import => "import",
                What::Plan => "plan",
            }
            .to_owned(),
            digest,
            two_persons: proposal.hard(),
            approved_as: approved.as_ref().map(|decision| {
                if decision.ruling == samklang_store::Ruling::ReleaseAsPromotion.as_str() {
                    VerdictKind::ReleaseAsPromotion
                } else {
                    VerdictKind::Release
                }
            }),
            approved_by: approved.map(|decision| decision.who),
            no_promotion: refusal.as_ref().map(ToString::to_string),
            told: refusal.as_ref().and_then(|refusal| unlike(&refusal.why)),
            parts: parts.map(|(name, part)| self.part(name, part)).collect(),
        }))
    }

    fn part(&self, connection: &str, part: &Halted) -> HaltPart {
        let counts = part.counts.iter().map(|count| HaltCount {
            subject: subject(count.subject),
            class: count.class.clone(),
            cell: count.cell.clone(),
            change: count.change.clone().into(),
            count: count.count,
            of: count.of,
        });
        HaltPart {
            connection: connection.to_owned(),
            system: self.title(connection),
            accepted: part.accepted.map(Moment),
            first: part.first,
            announced: part.announced,
            trips: part.trips.iter().map(trip).collect(),
            counts: counts.collect(),
            further: part.further,
            sample: part
                .sample
                .iter()
                .map(|sample| change(connection, sample))
                .collect(),
            promotion: part.promotion.as_ref().map(|promotion| HaltPromotion {
                stay: promotion.years.stay,
                up: promotion.years.up,
                left: promotion.years.left,
                left_from_top: promotion.years.left_from_top,
                told: promotion.refusal().as_ref().and_then(unlike),
                refusal: promotion.refusal().map(|why| why.to_string()),
            }),
        }
    }

    /// Looks through all that was halted for a text.
    pub(super) async fn halted_changes(&self, text: &str, part: &Part) -> Result<HaltSearch, Failure> {
        let mut looking = Looking {
            text: text.trim().to_lowercase(),
            size: usize::try_from(part.size(CHANGES)).unwrap_or(usize::MAX),
            looked: 0,
            found: Page {
                items: Vec::new(),
                next: None,
            },
        };
        let Some(waiting) = self.waiting().await? else {
            return Ok(looking.done());
        };
        let fitted = self.fitted().await?;
        let after: Option<String> = mark(part)?;
        match waiting.proposal.what {
            What::Import => {
                for connection in waiting.proposal.parts.keys() {
                    self.through_import(&fitted, connection, after.as_deref(), &mut looking)
                        .await?;
                }
            }
            What::Plan => {
                for target in waiting.proposal.parts.keys() {
                    self.through_plan(&fitted, waiting.cycle, target, after.as_deref(), &mut looking)
                        .await?;
                }
            }
        }
        Ok(looking.done())
    }

    async fn through_import(
        &self,
        fitted: &Fitted,
        connection: &str,
        after: Option<&str>,
        looking: &mut Looking,
    ) -> Result<(), Failure> {
        let Some(configured) = fitted.tenant.connections.get(connection) else {
            return Ok(());
        };
        for (class, inbound) in &configured.mappings.inbound {
            let Some(mut from) = begin(after, connection, class) else {
                continue;
            };
            while !looking.full() {
                let page = self
                    .store
                    .staged_changes(connection, class, from.as_deref(), PAGE)
                    .await?;
                let Some(last) = page.last() else { break };
                from = Some(last.staged.key.clone());
                for staged in &page {
                    let change = staged_change(
                        connection,
                        staged,
                        &|name| inbound.uses().contains(name),
                        &|name| inbound.conceals(name),
                    );
                    looking.look(change, || format!("{connection}/{class}/{}", staged.staged.key));
                }
            }
        }
        Ok(())
    }

    async fn through_plan(
        &self,
        fitted: &Fitted,
        cycle: i64,
        target: &str,
        after: Option<&str>,
        looking: &mut Looking,
    ) -> Result<(), Failure> {
        let Some(configured) = fitted.tenant.connections.get(target) else {
            return Ok(());
        };
        let Some(mut from) = begin(after, target, "") else {
            return Ok(());
        };
        while !looking.full() {
            let drafted = [OperationState::Draft];
            let page = self
                .store
                .operations_in(cycle, target, &drafted, from.as_deref(), PAGE)
                .await?;
            let Some(last) = page.last() else { break };
            from = Some(last.operation.id.clone());
            for record in &page {
                let outbound = configured.mappings.outbound.get(&record.operation.class);
                let conceals = |name: &str| outbound.is_none_or(|outbound| outbound.conceals(name));
                let change = planned_change(record, &conceals);
                looking.look(change, || format!("{target}//{}", record.operation.id));
            }
        }
        Ok(())
    }

    /// Decides about it.
    pub(super) async fn decide(&self, verdict: &Verdict, now: i64) -> Result<Ruling, Failure> {
        let ruling = match verdict.verdict {
            VerdictKind::Release => samklang_store::Ruling::Release,
            VerdictKind::ReleaseAsPromotion => samklang_store::Ruling::ReleaseAsPromotion,
            VerdictKind::Reject => samklang_store::Ruling::Reject,
            VerdictKind::RejectSource => samklang_store::Ruling::RejectSource,
        };
        let made = samklang_store::Decision {
            verdict: ruling,
            who: &self.who,
            reason: &verdict.reason,
            digest: Some(&verdict.digest),
        };
        let store = self.premises.deciding(self.name()).await?;
        let (cycle, position, decided) = match store.decide_halt(&made, now).await? {
            Decided::Done { cycle, position } => (cycle, position, true),
            Decided::OneOfTwo { cycle, position } => (cycle, position, false),
            Decided::Nothing => {
                return Err(Failure::Busy(format!(
                    "nothing of {} waits for a decision any more",
                    self.name()
                )));
            }
            Decided::Replaced => {
                return Err(Failure::Busy(
                    "what waits by now is not what was looked at; look at it again".to_owned(),
                ));
            }
            Decided::SamePerson => {
                return Err(Failure::Usage(format!(
                    "{} has approved it already, and it takes two different persons",
                    self.who
                )));
            }
            Decided::SameOrigin(other) => {
                return Err(same_origin(&other, &self.who));
            }
            Decided::Unvouched => {
                return Err(Failure::Usage(format!(
                    "it takes two different persons, and {} came by a link: sign in at the sign-in service, which tells who is who",
                    self.who
                )));
            }
            Decided::NoPromotion(why) => {
                return Err(Failure::Usage(format!(
                    "it cannot be released as a promotion: {why}"
                )));
            }
        };
        Ok(Ruling {
            cycle,
            position,
            decided,
        })
    }
}

/// A search under way.
struct Looking {
    text: String,
    size: usize,
    looked: u32,
    found: Page<HaltChange>,
}

impl Looking {
    fn done(self) -> HaltSearch {
        HaltSearch {
            found: self.found,
            looked: self.looked.into(),
        }
    }

    fn full(&self) -> bool {
        self.found.next.is_some()
    }

    fn look(&mut self, change: HaltChange, place: impl FnOnce() -> String) {
        if self.full() {
            return;
        }
        self.looked += 1;
        if self.says(&change) {
            self.found.items.push(change);
        }
        if self.found.items.len() >= self.size || self.looked >= LOOKED {
            self.found.next = Some(place());
        }
    }

    fn says(&self, change: &HaltChange) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.text);
        let values = change.before.values().chain(change.after.values());
        has(&change.key)
            || has(&change.cell)
            || values.into_iter().any(|value| has(&crate::screen::plain(value)))
    }
}

/// Where to begin within a class when the search goes on after a place; none when the class lies before it.
fn begin(after: Option<&str>, connection: &str, class: &str) -> Option<Option<String>> {
    let Some(after) = after else { return Some(None) };
    let mut parts = after.splitn(3, '/');
    let place = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match (connection, class).cmp(&place) {
        std::cmp::Ordering::Less => None,
        std::cmp::Ordering::Equal => Some(parts.next().map(str::to_owned)),
        std::cmp::Ordering::Greater => Some(None),
    }
}

fn staged_change(
    connection: &str,
    change: &StagedChange,
    used: &dyn Fn(&str) -> bool,
    conceals: &dyn Fn(&str) -> bool,
) -> HaltChange {
    let staged = &change.staged;
    let before = change.former.as_ref().map(|former| &former.attributes);
    let after = staged.object.as_ref().map(|(_, attributes)| attributes);
    let differs = |name: &str| match (before, after) {
        (Some(before), Some(after)) => before.get(name) != after.get(name),
        _ => true,
    };
    let place = match (&change.former, staged.kind) {
        (Some(former), ChangeKind::Removed) => &former.place,
        _ => &staged.place,
    };
    let mut shown = shown(
        connection,
        (&staged.class, &staged.key, &place.cell),
        [before, after],
        &|name| used(name) && differs(name),
        conceals,
    );
    shown.change = staged.kind.as_str().to_owned();
    shown
}

fn planned_change(record: &OperationRecord, conceals: &dyn Fn(&str) -> bool) -> HaltChange {
    let operation = &record.operation;
    let (before, after) = match operation.action {
        Action::Create => (None, Some(&operation.desired)),
        Action::Delete => (Some(&record.before), None),
        Action::Update => (Some(&record.before), Some(&operation.desired)),
    };
    let changed = &operation.changed;
    let mut shown = shown(
        &record.connection,
        (&operation.class, &operation.key, ""),
        [before, after],
        &|name| changed.is_empty() || changed.iter().any(|changed| changed == name),
        conceals,
    );
    shown.change = operation.action.as_str().to_owned();
    shown
}

/// A change with what is sensitive masked, in the way that examples are.
fn shown(
    connection: &str,
    (class, key, cell): (&str, &str, &str),
    sides: [Option<&Attributes>; 2],
    wanted: &dyn Fn(&str) -> bool,
    conceals: &dyn Fn(&str) -> bool,
) -> HaltChange {
    let cell = Cell {
        subject: Subject::Person,
        class: class.to_owned(),
        cell: cell.to_owned(),
        learner: false,
    };
    change(
        connection,
        &Sample::of((&cell, &Change::Moved), key, sides, wanted, conceals),
    )
}

fn change(connection: &str, sample: &Sample) -> HaltChange {
    let values = |side: &Attributes| -> BTreeMap<String, serde_json::Value> {
        let values = side.iter();
        values
            .map(|(name, value)| (name.clone(), value.to_json()))
            .collect()
    };
    HaltChange {
        connection: connection.to_owned(),
        class: sample.class.clone(),
        key: sample.key.clone(),
        change: sample.change.clone().into(),
        cell: sample.cell.clone(),
        before: values(&sample.before),
        after: values(&sample.after),
    }
}

/// Why something is no promotion; a limit that it does not explain is shown as the others are.
fn unlike(why: &NoPromotion) -> Option<Told> {
    let mut told = Told::of(why)?;
    if let NoPromotion::Unexplained { trip: unexplained } = why {
        told.arguments
            .insert("trip".to_owned(), serde_json::to_value(trip(unexplained)).ok()?);
    }
    Some(told)
}

fn trip(trip: &Trip) -> HaltTrip {
    HaltTrip {
        subject: subject(trip.scope.subject),
        class: trip.scope.class.clone(),
        cell: trip.scope.cell.clone(),
        change: trip.change.clone().into(),
        count: trip.count,
        of: trip.of,
        limit: trip.limit.map(|limit| limit.count),
        percent: trip.limit.map(|limit| f64::from(limit.percent)),
        hard: trip.hard,
        words: trip.to_string(),
    }
}

fn subject(subject: Subject) -> String {
    super::cycle::word(subject)
}
