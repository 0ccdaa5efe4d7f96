//! A cycle: how it stands, what it waits for, and what persons decided about it.

use samklang_core::Owner;
use samklang_core::port::{
    CycleRecord, CycleState, Guarding as _, StepRecord, StepState, Store as _, StoreError, Window,
    WindowState,
};
use samklang_cycle::{Stop, StopCode};
use samklang_server::view::{self, CycleSummary, Look, Moment, Promotion, Step, Told, Wait};
use samklang_store::{DecisionRecord, TenantStore};
use serde_json::json;

use super::builds;
use super::place::{Place, Titles};
use super::tenants::Known;
use crate::failure::Failure;
use crate::installation::Premises;

/// Promotions that are shown.
const PROMOTIONS: u32 = 10_000;

/// For how long a promotion is remembered after its time, in milliseconds.
const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1000;

/// For how many milliseconds it is said that a promotion was not used in its time: 14 days.
pub(crate) const UNUSED_IS_TOLD: i64 = 14 * 24 * 60 * 60 * 1000;

/// Imports of which the usual time of arrival is made, and how few are too few.
const ARRIVALS: u32 = 15;
const FEW: usize = 3;

/// What to do about data that has not come where it can be delivered by hand.
const UPLOAD: &str =
    "deliver the file into the connection's inbox, or see that the system does; the cycle goes on by itself";

/// How a cycle stands.
pub(crate) struct Standing {
    pub(crate) cycle: Option<CycleRecord>,
    pub(crate) steps: Vec<StepRecord>,
    pub(crate) windows: Vec<Window>,
    pub(crate) decisions: Vec<DecisionRecord>,
    pub(crate) unsigned: Vec<String>,
    pub(crate) cases: u64,
    pub(crate) findings: u64,
}

/// How the newest cycle stands, or that one; none when there is no such cycle.
pub(crate) async fn standing(
    store: &TenantStore,
    premises: &Premises,
    id: Option<i64>,
) -> Result<Standing, Failure> {
    let cycle = match id {
        Some(id) => {
            let upto = store.cycles_before(Some(id.saturating_add(1)), 1).await?;
            upto.into_iter().next().filter(|cycle| cycle.id == id)
        }
        None => store.newest_cycle().await?,
    };
    let (mut steps, mut decisions) = (Vec::new(), Vec::new());
    if let Some(cycle) = &cycle {
        steps = store.steps(cycle.id).await?;
        decisions = store.decisions(cycle.id).await?;
    }
    Ok(Standing {
        steps,
        decisions,
        windows: store.promotions(PROMOTIONS).await?,
        unsigned: builds::unsigned_active(store, premises).await?,
        cases: store.open_cases().await?,
        findings: store.count_findings().await?,
        cycle,
    })
}

impl Standing {
    /// The step that the cycle waits with.
    pub(crate) fn stopped(&self) -> Option<(&StepRecord, Stop)> {
        let cycle = self.cycle.as_ref()?;
        matches!(
            cycle.state,
            CycleState::Halted | CycleState::Failed | CycleState::Incomplete
        )
        .then(|| stopped(&self.steps))
        .flatten()
    }
}

/// The step that cannot go on, and why.
pub(crate) fn stopped(steps: &[StepRecord]) -> Option<(&StepRecord, Stop)> {
    let step = steps
        .iter()
        .find(|step| matches!(step.state, StepState::Halted | StepState::Failed))?;
    let stop = step.message.as_deref().and_then(Stop::parse)?;
    Some((step, stop))
}

/// Why a step is done without having done anything.
pub(crate) fn note(step: &StepRecord) -> Option<Stop> {
    let kept = step
        .message
        .as_deref()
        .filter(|_| step.state == StepState::Done)?;
    Stop::parse(kept)
}

/// Puts what a guard has halted back into the message of its step: the examples are kept apart from it.
pub(crate) async fn refill(
    store: &TenantStore,
    cycle: i64,
    steps: &mut [StepRecord],
) -> Result<(), StoreError> {
    for step in steps.iter_mut().filter(|step| step.state == StepState::Halted) {
        let (Some(mut stop), Some(proposal)) = (
            step.message.as_deref().and_then(Stop::parse),
            store.proposal(cycle, step.position).await?,
        ) else {
            continue;
        };
        if let Some(place) = stop.detail.get_mut("proposal") {
            *place = json!(proposal);
            step.message = serde_json::to_string(&stop).ok();
        }
    }
    Ok(())
}

/// A window's state at a time: one whose time is over has expired, whether or not a run has noticed.
pub(crate) fn window_state(window: &Window, now: i64) -> &'static str {
    match window.state {
        WindowState::Open if window.closes <= now => WindowState::Expired.as_str(),
        state => state.as_str(),
    }
}

/// A promotion that was announced.
pub(crate) fn promotion(window: &Window, now: i64) -> Promotion {
    Promotion {
        connection: window.connection.clone(),
        state: window_state(window, now).to_owned(),
        opens: Moment(window.opens),
        closes: Moment(window.closes),
        who: window.who.clone(),
        reason: window.reason.clone(),
        used_in: window.used_in,
    }
}

/// A cycle at a glance.
pub(super) fn summary(cycle: &CycleRecord) -> CycleSummary {
    CycleSummary {
        id: cycle.id,
        kind: cycle.kind.as_str().to_owned(),
        state: cycle.state.as_str().to_owned(),
        started: Moment(cycle.started),
        ended: cycle.ended.map(Moment),
    }
}

/// What is to be known to say how a step looks.
pub(super) struct Hour {
    pub(super) now: i64,
    /// After how many milliseconds a step that waits is late.
    pub(super) late_after: i64,
    /// When the step could begin.
    pub(super) ready: i64,
}

fn look(step: &StepRecord, hour: &Hour) -> Look {
    match step.state {
        StepState::Pending | StepState::Released => Look::Pending,
        StepState::Running => Look::Running,
        StepState::Done => Look::Done,
        StepState::Halted => Look::Halted,
        StepState::Rejected => Look::Rejected,
        StepState::Failed => {
            let stop = step.message.as_deref().and_then(Stop::parse);
            let fault = stop.as_ref().and_then(fault);
            match fault.as_deref() {
                Some("waiting-for-data") if hour.now.saturating_sub(hour.ready) > hour.late_after => {
                    Look::Late
                }
                Some("waiting-for-data") => Look::Waiting,
                _ => Look::Failed,
            }
        }
    }
}

fn fault(stop: &Stop) -> Option<String> {
    stop.detail.get("fault")?.as_str().map(str::to_owned)
}

/// A word as it is kept in JSON.
pub(super) fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// What a cycle waits for. When data normally arrives is filled in by whoever can look.
pub(super) fn wait(step: &StepRecord, stop: &Stop, hour: &Hour, known: &Known, titles: &Titles) -> Wait {
    let look = look(step, hour);
    let fault = fault(stop).filter(|_| stop.code == StopCode::Fault);
    let connection = step.spec.connection.as_deref();
    // The connection alone knows that a person can bring what the system does not.
    let upload = fault.as_deref() == Some("waiting-for-data")
        && connection.is_some_and(|connection| known.takes_files(connection));
    let (owner, remedy) = if upload {
        (Owner::Operator, UPLOAD.to_owned())
    } else {
        (stop.owner, stop.remedy.clone())
    };
    let since = match look {
        Look::Waiting | Look::Late => Some(hour.ready),
        _ => step.ended.or(step.started),
    };
    Wait {
        position: step.position,
        kind: step.spec.kind.clone(),
        system: system(step, titles),
        connection: step.spec.connection.clone(),
        look,
        code: word(stop.code),
        fault,
        since: since.map(Moment),
        usual: None,
        not_before: (stop.after().zip(step.ended)).map(|(after, ended)| Moment(ended.saturating_add(after))),
        owner: word(owner),
        message: stop.message.clone(),
        remedy,
    }
}

fn system(step: &StepRecord, titles: &Titles) -> Option<String> {
    let connection = step.spec.connection.as_ref()?;
    Some(titles.get(connection).unwrap_or(connection).clone())
}

impl Place {
    /// A cycle as it is shown; none when there is none.
    pub(super) async fn cycle(&self, id: Option<i64>, now: i64) -> Result<Option<view::Cycle>, Failure> {
        let standing = standing(&self.store, &self.premises, id).await?;
        let Some(cycle) = &standing.cycle else {
            return Ok(None);
        };
        let steps = standing.steps.iter();
        let steps = steps.map(|step| self.step(step, &self.hour(cycle, &standing.steps, step, now)));
        let steps = steps.collect();
        let mut waits = standing.stopped().map(|(step, stop)| {
            let hour = self.hour(cycle, &standing.steps, step, now);
            wait(step, &stop, &hour, &self.known, &self.titles)
        });
        if let Some(wait) = waits
            .as_mut()
            .filter(|wait| matches!(wait.look, Look::Waiting | Look::Late))
        {
            wait.usual = self
                .usual(wait.connection.as_deref(), cycle.started)
                .await?
                .map(Moment);
        }
        let promotions = standing.windows.iter();
        let promotions = promotions.filter(|window| now.saturating_sub(window.closes) < REMEMBERED);
        Ok(Some(view::Cycle {
            summary: summary(cycle),
            steps,
            waits,
            decisions: standing.decisions.iter().map(decision).collect(),
            promotions: promotions.map(|window| promotion(window, now)).collect(),
            unsigned: standing.unsigned,
            cases: standing.cases,
            findings: standing.findings,
            quarantined: self.store.count_quarantined().await?,
        }))
    }

    pub(super) fn hour(
        &self,
        cycle: &CycleRecord,
        steps: &[StepRecord],
        step: &StepRecord,
        now: i64,
    ) -> Hour {
        let before = steps.iter().rfind(|other| other.position < step.position);
        Hour {
            now,
            late_after: self.known.plan.late_after,
            ready: before.and_then(|before| before.ended).unwrap_or(cycle.started),
        }
    }

    fn step(&self, step: &StepRecord, hour: &Hour) -> Step {
        Step {
            position: step.position,
            kind: step.spec.kind.clone(),
            system: system(step, &self.titles),
            connection: step.spec.connection.clone(),
            look: look(step, hour),
            attempt: step.attempt,
            started: step.started.map(Moment),
            ended: step.ended.map(Moment),
            counts: step.counts.into(),
            usage: (&step.usage).into(),
            told: note(step).map(|note| Told::new(&word(note.code), note.detail)),
            note: note(step).map(|note| note.message),
        }
    }

    /// When the data of a source normally arrives on that day: the middle of the times at which its last imports were done.
    async fn usual(&self, connection: Option<&str>, day: i64) -> Result<Option<i64>, Failure> {
        let Some(connection) = connection else {
            return Ok(None);
        };
        let zoned = |at: i64| {
            let at = jiff::Timestamp::from_millisecond(at).ok()?;
            Some(at.to_zoned(self.known.plan.zone.clone()))
        };
        let arrivals = self.store.arrivals(connection, ARRIVALS).await?;
        let mut times: Vec<jiff::civil::Time> = arrivals
            .into_iter()
            .filter_map(|at| Some(zoned(at)?.time()))
            .collect();
        if times.len() < FEW {
            return Ok(None);
        }
        times.sort_unstable();
        let usual = times
            .get(times.len() / 2)
            .zip(zoned(day))
            .and_then(|(time, day)| {
                let at = day
                    .date()
                    .to_datetime(*time)
                    .to_zoned(self.known.plan.zone.clone());
                Some(at.ok()?.timestamp().as_millisecond())
            });
        Ok(usual)
    }
}

fn decision(decision: &DecisionRecord) -> view::Decision {
    view::Decision {
        position: decision.position,
        verdict: decision.verdict.clone(),
        who: decision.who.clone(),
        at: Moment(decision.at),
        reason: decision.reason.clone(),
    }
}
