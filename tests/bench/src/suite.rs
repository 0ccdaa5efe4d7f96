//! What is measured, in which order, against which goals.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use samklang_components::component;
use samklang_municipality::{Municipality, Snapshot, people_truth, write_pifu};

use crate::child::Call;
use crate::figure::{Bound, Figure, Row, Unit};
use crate::ground::{Columns, FILE, Ground};
use crate::receiver::Receiver;
use crate::server::{self, Extent};
use crate::workload::{Kind, Measured, median};

/// How much is measured.
#[derive(Debug)]
pub(crate) struct Scale {
    /// Persons of the smaller tenant.
    pub(crate) small: u64,
    /// Persons of the larger tenant.
    pub(crate) large: u64,
    /// Runs of what is short; the median counts.
    pub(crate) runs: usize,
    /// How much of the server.
    pub(crate) server: Extent,
    /// The goals are for this scale.
    goals: bool,
}

impl Scale {
    pub(crate) const FULL: Self = Self {
        small: 100_000,
        large: 1_000_000,
        runs: 3,
        server: Extent::FULL,
        goals: true,
    };
    pub(crate) const QUICK: Self = Self {
        small: 1_000,
        large: 10_000,
        runs: 1,
        server: Extent::QUICK,
        goals: false,
    };

    pub(crate) fn goal(&self, bound: Bound) -> Option<Bound> {
        self.goals.then_some(bound)
    }
}

/// Rows that are measured together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Group {
    /// A full import in which nothing changed.
    Unchanged,
    /// First import, export, second import, of the smaller tenant.
    Cycle,
    /// The same of the larger tenant, and how the costs grow.
    Growth,
    /// The start of an instance.
    Start,
    /// The memory of an instance that reads a large file.
    Pifu,
    /// What serving many tenants costs, and how quickly pages are there.
    Server,
}

pub(crate) fn run(scale: &Scale, only: Option<Group>) -> Result<Vec<Row>> {
    let wanted = |group| only.is_none_or(|only| only == group);
    let folder = tempfile::tempdir()?;
    let components = [component("csv-connector"), component("receiver-connector")];
    let receiver = Receiver::start(folder.path())?;
    let ground = |name: &str| lay(&folder.path().join(name), &receiver, &components);
    let mut rows = Vec::new();
    if wanted(Group::Unchanged) {
        rows.extend(unchanged(scale, &ground("unchanged")?)?);
    }
    if wanted(Group::Cycle) || wanted(Group::Growth) {
        let small = cycles(scale.small, scale.runs, &ground("small")?, &receiver, true)?;
        if wanted(Group::Cycle) {
            rows.extend(small.rows(scale));
        }
        if wanted(Group::Growth) {
            let large = cycles(scale.large, 1, &ground("large")?, &receiver, false)?;
            rows.extend(large.rows(scale));
            rows.extend(growth(scale, &small, &large));
        }
    }
    if wanted(Group::Start) {
        rows.extend(start(scale, &ground("start")?)?);
    }
    if wanted(Group::Pifu) {
        rows.push(pifu(scale, &ground("pifu")?)?);
    }
    if wanted(Group::Server) {
        rows.extend(server::rows(
            scale,
            &folder.path().join("server"),
            &receiver,
            &components,
        )?);
    }
    Ok(rows)
}

fn lay(folder: &Path, receiver: &Receiver, components: &[PathBuf]) -> Result<Ground> {
    let ground = Ground::lay(folder, Some(receiver.url()))?;
    Call::new(Kind::Install, &ground).installing(components).run()?;
    Ok(ground)
}

fn unchanged(scale: &Scale, ground: &Ground) -> Result<Vec<Row>> {
    let persons = scale.large;
    eprintln!("nothing changed, {persons} persons");
    ground.deliver(persons, Snapshot::First, Columns::Twelve)?;
    let first = Call::new(Kind::Compare, ground).run()?;
    ensure!(
        first.counts("compare").added == persons,
        "not every person was new at first: {first:?}"
    );
    let again = |call: Call<'_>| -> Result<Measured> {
        let measured = call.run()?;
        let counts = measured.counts("import");
        ensure!(
            (counts.read, counts.added, counts.changed, counts.removed) == (persons, 0, 0, 0),
            "something changed between two imports of the same file: {counts:?}"
        );
        Ok(measured)
    };
    let component = again(Call::new(Kind::Compare, ground))?;
    let native = again(Call::new(Kind::Compare, ground).native())?;
    let mut through = vec![Figure::new(
        count(persons) / component.seconds,
        Unit::PerSecond,
        scale.goal(Bound::AtLeast(200_000.0)),
    )];
    through.extend(memory(scale, 300.0, &component));
    let mut within = vec![
        Figure::new(native.seconds, Unit::Seconds, None),
        Figure::new(
            component.seconds / native.seconds,
            Unit::Times,
            Some(Bound::AtMost(2.5)),
        ),
    ];
    within.extend(
        native
            .peak
            .map(|peak| Figure::new(mebibytes(peak), Unit::Mebibytes, None)),
    );
    Ok(vec![
        Row::new(
            format!(
                "nothing changed: full import of {} persons (12 values each) through a component, compared with the snapshot",
                grouped(persons)
            ),
            through,
        ),
        Row::new(
            "cost of the boundary: the same through the connector compiled natively into the process; how many times its time the component takes",
            within,
        ),
    ])
}

/// First import, export and second import of one tenant; medians.
struct Cycles {
    persons: u64,
    first: Measured,
    export: Option<Measured>,
    second: Measured,
    /// The plain program's first and second comparison of the same lists.
    plain: (f64, f64),
}

fn cycles(persons: u64, runs: usize, ground: &Ground, receiver: &Receiver, over_tls: bool) -> Result<Cycles> {
    eprintln!("whole cycles, {persons} persons");
    let truth = people_truth(persons);
    let (mut first, mut export, mut second) = (Vec::new(), Vec::new(), Vec::new());
    let (mut plain_first, mut plain_second) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        ground.forget()?;
        Call::new(Kind::Install, ground)
            .installing(&installed(ground)?)
            .run()?;
        ground.deliver(persons, Snapshot::First, Columns::Twenty)?;
        let measured = Call::new(Kind::Import, ground).run()?;
        ensure!(
            measured.counts("reconcile").added == persons,
            "not every person was made: {measured:?}"
        );
        first.push(measured);
        plain_first.push(Call::new(Kind::Plain, ground).run()?.seconds);
        let call = Call::new(Kind::Export, ground);
        let measured = if over_tls {
            call.towards(receiver)
        } else {
            call.native()
        }
        .run()?;
        ensure!(
            measured.counts("export").done == persons,
            "not every person was exported: {measured:?}"
        );
        export.push(measured);
        ground.deliver(persons, Snapshot::Second, Columns::Twenty)?;
        let measured = Call::new(Kind::Plan, ground).run()?;
        let counts = measured.counts("import");
        ensure!(
            (counts.added, counts.changed, counts.removed) == (truth.created, truth.updated, truth.deleted),
            "the second import found something else than there is: {counts:?}"
        );
        let planned = measured.counts("export").planned;
        ensure!(
            planned == truth.created + truth.updated + truth.deleted,
            "the plan holds {planned} operations: {measured:?}"
        );
        second.push(measured);
        let measured = Call::new(Kind::Plain, ground).run()?;
        let counts = measured.counts("import");
        ensure!(
            (counts.added, counts.changed, counts.removed) == (truth.created, truth.updated, truth.deleted),
            "the plain program found something else than there is: {counts:?}"
        );
        plain_second.push(measured.seconds);
    }
    Ok(Cycles {
        persons,
        first: middle(first),
        export: over_tls.then(|| middle(export)),
        second: middle(second),
        plain: (median(plain_first), median(plain_second)),
    })
}

/// The components that the installation keeps, to be registered anew after everything was forgotten.
fn installed(ground: &Ground) -> Result<Vec<PathBuf>> {
    let folder = ground.home().join("connectors");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    Ok(files)
}

impl Cycles {
    fn rows(&self, scale: &Scale) -> Vec<Row> {
        let large = self.persons == scale.large;
        let (first, second, mib) = if large {
            (28.0, 6.0, 300.0)
        } else {
            (2.8, 1.4, 100.0)
        };
        let seconds = |measured: &Measured, goal| {
            let mut figures = vec![Figure::new(
                measured.seconds,
                Unit::Seconds,
                scale.goal(Bound::AtMost(goal)),
            )];
            figures.extend(memory(scale, mib, measured));
            figures
        };
        let persons = grouped(self.persons);
        let mut rows = vec![Row::new(
            format!(
                "first import of {persons} persons of 20 fields from CSV: connector, delta, guard, mapping, matching, merge, history, durable commit"
            ),
            seconds(&self.first, first),
        )];
        if let Some(export) = &self.export {
            let planning = export.parts.iter().find(|part| part.name == "planning");
            let planning = planning.map_or(0.0, |part| part.seconds);
            let mut figures = vec![Figure::new(
                export.seconds,
                Unit::Seconds,
                scale.goal(Bound::AtMost(9.0)),
            )];
            figures.extend(
                export
                    .peak
                    .map(|peak| Figure::new(mebibytes(peak), Unit::Mebibytes, None)),
            );
            rows.push(Row::new(
                format!(
                    "export of {persons} new persons to a target that answers at once over TLS, one request per person, \
                     four calls at a time (of which {planning:.1} s of planning)"
                ),
                figures,
            ));
        }
        rows.push(Row::new(
            format!("the second import of {persons} persons, 1 % changed, to the settled plan"),
            seconds(&self.second, second),
        ));
        let beside = |what: &str, measured: &Measured, plain: f64| {
            Row::new(
                format!(
                    "the {what} of {persons} persons beside a plain program that only compares the same list in SQLite: its \
                     time, and how many times that Samklang takes"
                ),
                vec![
                    Figure::new(plain, Unit::Seconds, None),
                    Figure::new(
                        measured.seconds / plain,
                        Unit::Times,
                        scale.goal(Bound::AtMost(1.0)),
                    ),
                ],
            )
        };
        rows.push(beside("first import", &self.first, self.plain.0));
        rows.push(beside("second import", &self.second, self.plain.1));
        rows
    }
}

fn growth(scale: &Scale, small: &Cycles, large: &Cycles) -> Vec<Row> {
    let times = |what: &str, small: &Measured, large: &Measured| {
        let persons = scale.large / scale.small;
        Row::new(
            format!("{what}: {persons} × the persons, so many times the time"),
            vec![Figure::new(
                large.seconds / small.seconds,
                Unit::Times,
                scale.goal(Bound::AtMost(11.0)),
            )],
        )
    };
    vec![
        times("the first import as the tenant grows", &small.first, &large.first),
        times(
            "the second import as the tenant grows",
            &small.second,
            &large.second,
        ),
    ]
}

fn start(scale: &Scale, ground: &Ground) -> Result<Vec<Row>> {
    eprintln!("start of an instance");
    let measured = Call::new(Kind::Start, ground).run()?;
    let load = measured
        .parts
        .iter()
        .find(|part| part.name == "load")
        .map_or(f64::NAN, |part| part.seconds);
    Ok(vec![
        Row::new(
            "start of a connector instance from the cache, its session opened",
            vec![Figure::new(
                measured.seconds * 1000.0,
                Unit::Milliseconds,
                Some(Bound::AtMost(1.0)),
            )],
        ),
        Row::new(
            format!(
                "loading a connector from the cache, once per process{}",
                if scale.goals { "" } else { " (few runs)" }
            ),
            vec![Figure::new(load * 1000.0, Unit::Milliseconds, None)],
        ),
    ])
}

/// Reads a PIFU-IMS file of at least this size through its component.
fn pifu(scale: &Scale, ground: &Ground) -> Result<Row> {
    const SAMPLE: u64 = 2_000;
    let wanted = if scale.goals { 300_000_000 } else { 3_000_000 };
    let mut sample = Vec::new();
    write_pifu(&Municipality::new(1, SAMPLE), &mut sample)?;
    // A little more, because the share of schools in the whole is not the same at every size.
    let persons = wanted * SAMPLE * 11 / (10 * sample.len() as u64);
    let file = ground.inbox().join("full.xml");
    write_pifu(
        &Municipality::new(1, persons),
        BufWriter::new(File::create(&file)?),
    )?;
    let size = std::fs::metadata(&file)?.len();
    eprintln!("a PIFU-IMS file of {} MB", size / 1_000_000);
    ensure!(
        size >= wanted,
        "the file has become smaller than meant: {size} octets"
    );
    std::fs::remove_file(ground.inbox().join(FILE)).or_else(|cause| {
        if cause.kind() == std::io::ErrorKind::NotFound {
            Ok(())
        } else {
            Err(cause)
        }
    })?;
    let measured = Call::new(Kind::Pifu, ground)
        .installing(&[component("samklang-pifu-ims")])
        .run()?;
    let guest = measured.guest.unwrap_or(u64::MAX);
    Ok(Row::new(
        format!(
            "memory of the PIFU-IMS connector's instance while it reads a file of {} MB with {} objects; time",
            size / 1_000_000,
            grouped(measured.counts("import").read)
        ),
        vec![
            Figure::new(mebibytes(guest), Unit::Mebibytes, scale.goal(Bound::AtMost(64.0))),
            Figure::new(measured.seconds, Unit::Seconds, None),
        ],
    ))
}

/// The measurement whose time is the median.
fn middle(mut measured: Vec<Measured>) -> Measured {
    let seconds = median(measured.iter().map(|one| one.seconds).collect());
    let at = measured
        .iter()
        .position(|one| one.seconds.total_cmp(&seconds).is_eq())
        .unwrap_or_default();
    measured.swap_remove(at)
}

fn memory(scale: &Scale, goal: f64, measured: &Measured) -> Option<Figure> {
    let peak = measured.peak?;
    Some(Figure::new(
        mebibytes(peak),
        Unit::Mebibytes,
        scale.goal(Bound::AtMost(goal)),
    ))
}

fn count(number: u64) -> f64 {
    number as f64
}

pub(crate) fn mebibytes(octets: u64) -> f64 {
    count(octets) / f64::from(1 << 20)
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
