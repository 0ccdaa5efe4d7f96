//! Cycles that were, and tenants at a glance.

use std::collections::BTreeMap;

use samklang_core::port::{Counts, CycleRecord, StepRecord, Store as _, Usage};
use samklang_cycle::Stop;
use samklang_server::view::{Moment, Night, Page, Part, TenantSummary, UnusedPromotion};
use samklang_store::{Glance, TenantStore};

use super::cycle::{Hour, UNUSED_IS_TOLD, summary, wait};
use super::place::{Place, Titles};
use super::tenants::Known;
use crate::failure::Failure;

/// Cycles on a page, unless somebody wants another number.
const CYCLES: u32 = 30;

/// A cycle of the history.
pub(crate) struct Past {
    pub(crate) cycle: CycleRecord,
    /// Objects as its imports saw them, operations as its exports did.
    pub(crate) counts: Counts,
    pub(crate) usage: Usage,
}

/// Cycles, newest first: those before this one, or all.
pub(crate) async fn past(store: &TenantStore, before: Option<i64>, limit: u32) -> Result<Vec<Past>, Failure> {
    let cycles = store.cycles_before(before, limit).await?;
    let mut past = Vec::with_capacity(cycles.len());
    for cycle in cycles {
        let steps = store.steps(cycle.id).await?;
        let mut usage = Usage::default();
        steps.iter().for_each(|step| usage.add(&step.usage));
        past.push(Past {
            counts: sum(&steps),
            usage,
            cycle,
        });
    }
    Ok(past)
}

fn sum(steps: &[StepRecord]) -> Counts {
    let mut sum = Counts::default();
    for step in steps {
        let Counts {
            read,
            added,
            changed,
            removed,
            planned,
            done,
            refused,
        } = step.counts;
        match step.spec.kind.as_str() {
            "import" => {
                sum.read += read;
                sum.added += added;
                sum.changed += changed;
                sum.removed += removed;
            }
            "export" => {
                sum.planned += planned;
                sum.done += done;
                sum.refused += refused;
            }
            _ => {}
        }
    }
    sum
}

/// Where a part of a list begins, as it was given with the one before.
pub(super) fn mark<T: std::str::FromStr>(part: &Part) -> Result<Option<T>, Failure> {
    let parse = |text: &String| {
        let wrong = || Failure::Usage(format!("`{text}` is no `after` that a list has given as `next`"));
        text.parse().map_err(|_| wrong())
    };
    part.after.as_ref().map(parse).transpose()
}

/// A page of items of which one more was asked for than it holds.
pub(super) fn page<T, V>(
    mut items: Vec<T>,
    size: u32,
    next: impl FnOnce(&T) -> String,
    view: impl FnMut(T) -> V,
) -> Page<V> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| more).map(next);
    Page {
        items: items.into_iter().map(view).collect(),
        next,
    }
}

impl Place {
    /// A part of the history.
    pub(super) async fn history(&self, part: &Part) -> Result<Page<Night>, Failure> {
        let size = part.size(CYCLES);
        let past = past(&self.store, mark(part)?, size.saturating_add(1)).await?;
        let night = |past: Past| Night {
            summary: summary(&past.cycle),
            counts: past.counts.into(),
            usage: (&past.usage).into(),
        };
        Ok(page(past, size, |past| past.cycle.id.to_string(), night))
    }
}

/// A tenant at a glance, without what the server alone knows.
pub(super) fn glance(known: &Known, glance: Option<&Glance>, titles: &Titles, now: i64) -> TenantSummary {
    let plan = &known.plan;
    let cycle = glance.and_then(|glance| glance.cycle.as_ref());
    let waits = glance.zip(cycle).and_then(|(glance, cycle)| {
        let step = glance.stopped.as_ref()?;
        let stop = step.message.as_deref().and_then(Stop::parse)?;
        let hour = Hour {
            now,
            late_after: plan.late_after,
            ready: glance.ready.unwrap_or(cycle.started),
        };
        Some(wait(step, &stop, &hour, known, titles))
    });
    TenantSummary {
        name: plan.name.clone(),
        title: plan.title.clone(),
        cycle: cycle.map(summary),
        running: false,
        waits,
        one_of_two: glance.is_some_and(|glance| glance.one_of_two),
        next: None,
        cases: glance.map_or(0, |glance| glance.cases),
        unused_promotions: glance.map_or_else(Vec::new, |glance| unused(glance, titles, now)),
        broken: plan.broken.clone(),
    }
}

/// Promotions whose time ended lately without their being used.
fn unused(glance: &Glance, titles: &Titles, now: i64) -> Vec<UnusedPromotion> {
    let ended = glance
        .unused
        .iter()
        .filter(|(_, closes)| (now - UNUSED_IS_TOLD..=now).contains(closes));
    ended
        .map(|(connection, closes)| UnusedPromotion {
            connection: connection.clone(),
            system: titles.get(connection).unwrap_or(connection).clone(),
            closed: Moment(*closes),
        })
        .collect()
}

/// What connectors call their systems, by connector.
pub(super) type Systems = BTreeMap<String, String>;
