//! What the program costs as a server of many tenants, and how quickly its pages are there: measured from outside, on the program itself.

mod client;
mod crowd;
mod errand;
mod estate;
mod program;
mod watch;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use client::Client;
use estate::{CONNECTIONS, Estate};
use program::Served;
use watch::Watchers;

use crate::figure::{Bound, Figure, Row, Unit};
use crate::receiver::Receiver;
use crate::suite::{Scale, grouped, mebibytes};
use crate::workload::median;

/// How much is measured of the server.
#[derive(Debug)]
pub(crate) struct Extent {
    /// Tenants of the installation.
    pub(crate) tenants: usize,
    /// Cycles that run at once.
    pub(crate) at_once: usize,
    /// Persons who are new in each of these.
    persons: u64,
    /// Browsers that watch.
    watchers: usize,
    /// Cycles that they see, one a second.
    cycles: u32,
    /// How often the overview is asked for.
    requests: usize,
    /// How long the server rests before its memory is looked at.
    rest: Duration,
}

impl Extent {
    pub(crate) const FULL: Self = Self {
        tenants: 300,
        at_once: 50,
        persons: 2_500,
        watchers: 100,
        cycles: 20,
        requests: 200,
        rest: Duration::from_secs(10),
    };
    pub(crate) const QUICK: Self = Self {
        tenants: 6,
        at_once: 3,
        persons: 200,
        watchers: 5,
        cycles: 3,
        requests: 20,
        rest: Duration::from_secs(1),
    };
}

/// How many cycles run at once unless many do.
const FEW: usize = 2;

/// A cycle begins so often while somebody watches.
const BEAT: Duration = Duration::from_secs(1);

/// Requests that are not counted, because what they need is still being fetched.
const WARM_UP: usize = 20;

/// Measures the server.
pub(crate) fn rows(
    scale: &Scale,
    folder: &Path,
    receiver: &Receiver,
    components: &[PathBuf],
) -> Result<Vec<Row>> {
    let extent = &scale.server;
    eprintln!(
        "the server, {} tenants of {CONNECTIONS} connections",
        extent.tenants
    );
    let estate = Estate::lay(folder, receiver.url(), extent.tenants)?;
    estate.allow(FEW)?;
    estate.install(components)?;
    let mut served = Served::start(&estate, receiver)?;
    let mut client = Client::by_link(estate.address(), &served.link()?)?;
    let worked = after_work(&estate, extent, &served, &mut client)?;
    served.stop()?;
    let served = Served::start(&estate, receiver)?;
    let mut rows = vec![
        at_rest(scale, &served, &mut client, worked)?,
        overview(scale, &mut client)?,
        watched(scale, &estate, &served, &mut client)?,
    ];
    served.stop()?;
    rows.push(crowded(scale, &estate, receiver, &mut client)?);
    Ok(rows)
}

/// Has a cycle of each tenant run; what the server holds afterwards, in MiB.
fn after_work(estate: &Estate, extent: &Extent, served: &Served, client: &mut Client) -> Result<f64> {
    for tenant in estate.tenants() {
        errand::begin(client, tenant)?;
    }
    for tenant in estate.tenants() {
        errand::wait(client, tenant, None)?;
    }
    thread::sleep(extent.rest);
    let worked = mebibytes(served.memory()?.now);
    eprintln!("  at rest after a cycle of each: {worked:.0} MiB");
    Ok(worked)
}

fn at_rest(scale: &Scale, served: &Served, client: &mut Client, worked: f64) -> Result<Row> {
    const LOOKS: usize = 5;
    for _ in 0..LOOKS {
        client.page("/")?;
    }
    thread::sleep(scale.server.rest);
    let memory = served.memory()?;
    eprintln!("  at rest: {:.0} MiB", mebibytes(memory.now));
    let told = |size| Figure::new(size, Unit::Mebibytes, None);
    Ok(Row::new(
        format!(
            "the server at rest with {} tenants of {CONNECTIONS} connections each, after a few looks at the overview; the most \
             that it ever held; at rest in the server that ran a cycle of each before",
            scale.server.tenants
        ),
        vec![
            Figure::new(
                mebibytes(memory.now),
                Unit::Mebibytes,
                scale.goal(Bound::AtMost(250.0)),
            ),
            told(mebibytes(memory.most)),
            told(worked),
        ],
    ))
}

fn overview(scale: &Scale, client: &mut Client) -> Result<Row> {
    let extent = &scale.server;
    let mut took = Vec::with_capacity(extent.requests);
    for number in 0..WARM_UP + extent.requests {
        let since = Instant::now();
        client.page("/")?;
        if number >= WARM_UP {
            took.push(since.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let of_hundred = percentile(&mut took, 95);
    let middle = median(took);
    eprintln!("  overview: {of_hundred:.1} ms, {middle:.1} ms in the middle");
    Ok(Row::new(
        format!(
            "the overview of {} tenants, {} times over loopback: the 95th of a hundred; the median",
            extent.tenants, extent.requests
        ),
        vec![
            Figure::new(of_hundred, Unit::Milliseconds, scale.goal(Bound::AtMost(50.0))),
            Figure::new(middle, Unit::Milliseconds, None),
        ],
    ))
}

fn watched(scale: &Scale, estate: &Estate, served: &Served, client: &mut Client) -> Result<Row> {
    let extent = &scale.server;
    let tenant = estate.tenants().first().context("there is no tenant")?;
    let mut costs = Vec::new();
    let mut step = 0;
    let mut least = u64::MAX;
    for _ in 0..scale.runs {
        let mut stretch = |number: usize| -> Result<(f64, f64)> {
            let watchers = Watchers::begin(client, &format!("/t/{tenant}/live"), number)?;
            let mut before = None;
            let (used, since) = (served.processor()?, Instant::now());
            for cycle in 1..=extent.cycles {
                step += 1;
                estate.promote(tenant, &format!("Trin {step}"))?;
                before = errand::begin(client, tenant)?;
                thread::sleep((BEAT * cycle).saturating_sub(since.elapsed()));
            }
            errand::wait(client, tenant, before)?;
            let measured = (served.processor()? - used, since.elapsed().as_secs_f64());
            if number > 0 {
                least = least.min(watchers.least());
            }
            watchers.end();
            Ok(measured)
        };
        let (alone, _) = stretch(0)?;
        let (seen, seconds) = stretch(extent.watchers)?;
        costs.push((seen - alone) / seconds * 100.0);
        eprintln!("  watched: {seen:.2} s of processor time in {seconds:.1} s, unwatched {alone:.2} s");
    }
    ensure!(
        least > u64::from(extent.cycles),
        "whoever watched saw only {least} events of {} cycles",
        extent.cycles
    );
    Ok(Row::new(
        format!(
            "{} browsers that watch the cycles of a tenant, one a second: the processor time of the server that they cost; the \
             fewest events that one of them was sent in {} cycles",
            extent.watchers, extent.cycles
        ),
        vec![
            Figure::new(median(costs), Unit::Percent, scale.goal(Bound::AtMost(5.0))),
            Figure::new(least as f64, Unit::Events, None),
        ],
    ))
}

fn crowded(scale: &Scale, estate: &Estate, receiver: &Receiver, client: &mut Client) -> Result<Row> {
    let extent = &scale.server;
    let (busy, others) = estate
        .tenants()
        .split_at_checked(extent.at_once)
        .context("there are fewer tenants than cycles at once")?;
    let resting = others.first().context("no tenant rests")?;
    for tenant in busy {
        estate.deliver(tenant, extent.persons, None)?;
    }
    estate.allow(extent.at_once)?;
    let served = Served::start(estate, receiver)?;
    let seen = crowd::look_around(client, busy, resting)?;
    served.stop()?;
    let (slowest, kind) = seen
        .pages
        .iter()
        .copied()
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .context("no page was asked for")?;
    let mut took: Vec<f64> = seen.pages.iter().map(|(seconds, _)| seconds * 1000.0).collect();
    let of_hundred = percentile(&mut took, 95);
    eprintln!(
        "  {} cycles at once: {:.0} s, {} pages, {of_hundred:.1} ms, the slowest {:.1} ms ({kind})",
        extent.at_once,
        seen.seconds,
        took.len(),
        slowest * 1000.0
    );
    for (kind, took) in by_kind(&seen.pages) {
        let (number, slowest) = (took.len(), took.last().copied().unwrap_or_default());
        eprintln!(
            "    {kind}: {number}, {:.1} ms in the middle, the slowest {slowest:.1} ms",
            median(took)
        );
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    Ok(Row::new(
        format!(
            "{} cycles at once on {cores} cores, {} new persons each ({:.0} s together), and {} pages of every kind meanwhile: the \
             slowest ({kind}); the 95th of a hundred",
            extent.at_once,
            grouped(extent.persons),
            seen.seconds,
            grouped(took.len() as u64)
        ),
        vec![
            Figure::new(
                slowest * 1000.0,
                Unit::Milliseconds,
                scale.goal(Bound::AtMost(200.0)),
            ),
            Figure::new(of_hundred, Unit::Milliseconds, None),
        ],
    ))
}

/// How long the pages of each kind took, in milliseconds, the slowest last.
fn by_kind(pages: &[(f64, &'static str)]) -> BTreeMap<&'static str, Vec<f64>> {
    let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (seconds, kind) in pages {
        kinds.entry(kind).or_default().push(seconds * 1000.0);
    }
    kinds.values_mut().for_each(|took| took.sort_by(f64::total_cmp));
    kinds
}

/// The value that so many of a hundred do not exceed. The values are sorted for it.
fn percentile(values: &mut [f64], of_hundred: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() * of_hundred).div_ceil(100).saturating_sub(1);
    values.get(place).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let mut values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&mut values, 95).to_bits(), 190_f64.to_bits());
        assert_eq!(percentile(&mut [7.0], 95).to_bits(), 7_f64.to_bits());
        assert!(percentile(&mut [], 95).is_nan());
    }
}
