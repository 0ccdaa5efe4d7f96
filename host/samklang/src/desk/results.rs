//! What tasks found that is kept nowhere else: the newest of each, until the server ends.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use samklang_cycle::{Ended, Found, Links, Report};
use samklang_server::view::{BuildFound, BuildTrial, LinkCount, LinkFound, LinkJob, Moment};

use super::cycle::word;
use super::place::Place;
use super::refusal::why;
use crate::failure::Failure;

/// How many are told of which the same became.
const TOLD: usize = 200;

/// By tenant and connection or connector.
type Newest<T> = Mutex<BTreeMap<(String, String), T>>;

/// What tasks found.
#[derive(Default)]
pub(super) struct Results {
    link_jobs: Newest<LinkJob>,
    build_trials: Newest<BuildTrial>,
}

impl Results {
    /// Keeps what a link job found, or why it could not be done; nothing of one that was interrupted.
    pub(super) fn keep_link_job(
        &self,
        place: &Place,
        job: &samklang_cycle::LinkJob,
        done: Result<Option<&(Report, Links)>, &Failure>,
        now: i64,
    ) {
        let none = Links::default();
        let (report, links) = match done {
            Ok(Some((report, links))) => (Ok(report), links),
            Ok(None) => return,
            Err(failure) => (Err(failure), &none),
        };
        let failed = match report.map(|report| &report.ended) {
            Ok(Ended::Done | Ended::Planned) => None,
            Ok(Ended::Waiting(stop) | Ended::Failed(stop)) => {
                Some(format!("{}; {}", stop.message, stop.remedy))
            }
            Err(failure) => Some(why(failure)),
        };
        let newest = LinkJob {
            target: job.target.clone(),
            class: job.class.clone(),
            dry_run: job.tried,
            at: Moment(now),
            who: job.who.clone(),
            reason: job.reason.clone(),
            failed,
            counts: counts(links),
            told: told(links),
        };
        keep(&self.link_jobs, (place.name(), &job.target), newest);
    }

    /// Keeps what trying a build found, or why it could not be tried; nothing of a trial that was interrupted.
    pub(super) fn keep_build_trial(
        &self,
        place: &Place,
        (connector, digest): (&str, &str),
        done: Result<Option<&BuildFound>, &Failure>,
        now: i64,
    ) {
        let (found, failed) = match done {
            Ok(None) => return,
            Ok(Some(found)) => {
                let mut found = found.clone();
                found.differences.truncate(TOLD);
                (Some(found), None)
            }
            Err(failure) => (None, Some(why(failure))),
        };
        let newest = BuildTrial {
            connector: connector.to_owned(),
            digest: digest.to_owned(),
            at: Moment(now),
            who: place.who.clone(),
            failed,
            found,
        };
        keep(&self.build_trials, (place.name(), connector), newest);
    }

    /// The newest trial of a connector's builds.
    pub(super) fn build_trial(&self, tenant: &str, connector: &str) -> Option<BuildTrial> {
        newest(&self.build_trials, (tenant, connector))
    }

    /// The newest link job of a connection.
    pub(super) fn link_job(&self, tenant: &str, connection: &str) -> Option<LinkJob> {
        newest(&self.link_jobs, (tenant, connection))
    }
}

fn keep<T>(all: &Newest<T>, (tenant, what): (&str, &str), newest: T) {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.insert((tenant.to_owned(), what.to_owned()), newest);
}

fn newest<T: Clone>(all: &Newest<T>, (tenant, what): (&str, &str)) -> Option<T> {
    let all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.get(&(tenant.to_owned(), what.to_owned())).cloned()
}

fn counts(links: &Links) -> Vec<LinkCount> {
    let counts = links.counts.iter().flat_map(|(class, counts)| {
        counts.iter().map(|(found, count)| LinkCount {
            class: class.clone(),
            found: word(found),
            count: *count,
        })
    });
    counts.collect()
}

fn told(links: &Links) -> Vec<LinkFound> {
    let mut seen: BTreeMap<(&str, Found), usize> = BTreeMap::new();
    let first = links.told.iter().filter(|looked| {
        let count = seen.entry((looked.class.as_str(), looked.found)).or_default();
        *count = count.saturating_add(1);
        *count <= TOLD
    });
    let first = first.map(|looked| LinkFound {
        found: word(looked.found),
        class: looked.class.clone(),
        entity: looked.entity,
        keys: looked.keys.clone(),
        rule: looked.rule.clone(),
    });
    first.collect()
}
