//! The tasks of a server.

use std::sync::Arc;

use samklang_cycle::{Ended, LinkJob, Mode, Quiet, Report};
use samklang_server::view::{BuildFound, Look, Moment, Wait};
use samklang_server::{Follower, RunEnd, Task};

use super::errand::{Errands, asked, fetched};
use super::{Audience, Ready, cycle};
use crate::desk::attempt::attempt;
use crate::desk::cycle::{stopped, wait};
use crate::desk::inspection;
use crate::desk::place::Place;
use crate::desk::results::Results;
use crate::failure::Failure;
use crate::wiring::SystemClock;
use samklang_core::port::{Clock as _, CycleKind, CycleRecord, CycleState};

/// Carries a task out, from beginning to end.
pub(in crate::desk) async fn carry_out(
    place: &Place,
    task: &Task,
    follower: Arc<dyn Follower>,
    results: &Results,
) -> Result<RunEnd, Failure> {
    let audience = Audience::Server(Arc::clone(&follower));
    let report = match task {
        Task::Cycle => {
            let ran = cycle(&place.known.folder, &place.premises, &audience).await?;
            ran.map(|ran| ran.report)
        }
        Task::Plan => ready(place).await?.run(&audience, Mode::Plan).await?,
        Task::Errand {
            entity,
            target,
            distribute,
            reason,
        } => {
            let ready = ready(place).await?;
            let errands = Errands {
                entity: *entity,
                target: target.as_deref(),
                distribute: *distribute,
                who: &place.who,
                reason,
            };
            let errand = asked(&ready, &errands).await?;
            ready.run_errand(&audience, &errand).await?
        }
        Task::Fetch { object, reason } => {
            let ready = ready(place).await?;
            let errand = fetched(&ready, object, (&place.who, reason)).await?;
            ready.run_errand(&audience, &errand).await?
        }
        Task::LinkJob {
            target,
            class,
            dry_run,
            reason,
        } => {
            let job = LinkJob {
                target: target.clone(),
                class: class.clone(),
                tried: *dry_run,
                who: place.who.clone(),
                reason: reason.clone(),
            };
            let done = async { ready(place).await?.run_link_job(&audience, &job).await }.await;
            results.keep_link_job(place, &job, done.as_ref().map(Option::as_ref), SystemClock.now());
            done?.map(|(report, _)| report)
        }
        Task::TryBuild { connector, digest } => {
            let found = try_build(place, digest, &Audience::Aside(follower)).await;
            let newest = found.as_ref().map(Option::as_ref);
            results.keep_build_trial(place, (connector, digest), newest, SystemClock.now());
            return Ok(found?.map_or(RunEnd::Interrupted, |_| RunEnd::Done));
        }
        Task::CheckEnrolment { connection } => {
            let ready = ready(place).await?;
            ready.worker(&Quiet).check_enrolment(connection).await?;
            return Ok(RunEnd::Done);
        }
    };
    Ok(report.map_or(RunEnd::Interrupted, |report| end(place, &report)))
}

async fn try_build(place: &Place, digest: &str, audience: &Audience) -> Result<Option<BuildFound>, Failure> {
    let record = inspection::build(&place.premises, digest).await?;
    attempt(&place.written()?, &place.premises, &record, audience).await
}

async fn ready(place: &Place) -> Result<Ready, Failure> {
    Ready::new(place.written()?, &place.premises).await
}

fn end(place: &Place, report: &Report) -> RunEnd {
    let stop = match &report.ended {
        Ended::Done => return RunEnd::Done,
        Ended::Planned => return RunEnd::Planned,
        Ended::Waiting(stop) | Ended::Failed(stop) => stop,
    };
    if let Some((step, stop)) = stopped(&report.steps) {
        let cycle = CycleRecord {
            id: report.cycle,
            kind: CycleKind::Whole,
            state: CycleState::Failed,
            started: step.started.unwrap_or_default(),
            ended: None,
        };
        let hour = place.hour(&cycle, &report.steps, step, SystemClock.now());
        return RunEnd::Stopped(Box::new(wait(step, &stop, &hour, &place.known, &place.titles)));
    }
    RunEnd::Stopped(Box::new(Wait {
        position: 0,
        kind: String::new(),
        connection: None,
        system: None,
        look: Look::Failed,
        code: crate::desk::cycle::word(stop.code),
        fault: None,
        since: Some(Moment(SystemClock.now())),
        usual: None,
        not_before: None,
        owner: crate::desk::cycle::word(stop.owner),
        message: stop.message.clone(),
        remedy: stop.remedy.clone(),
    }))
}
