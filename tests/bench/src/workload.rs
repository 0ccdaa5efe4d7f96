//! The workloads, each the whole work of a process: open the installation, run the steps, say what it took.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use samklang::configuration::{Fitted, Home, Tenant, Use};
use samklang::{Arrival, Failure, Interrupt, Premises, SystemClock, Wiring};
use samklang_core::connector::{Batch, Extent};
use samklang_core::port::{Clock as _, Connectors as _, Counts, Session as _, StepSpec};
use samklang_cycle::{Ended, Mode, Quiet, Report, Worker};
use samklang_sandbox::OpenRequest;
use samklang_store::TenantStore;
use serde::{Deserialize, Serialize};

use crate::connectors::{Systems, Way};
use crate::ground::{Ground, SOURCE, TARGET};
use crate::machine;
use crate::plain;

/// A workload and where it runs.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Workload {
    /// What is done.
    #[arg(value_enum)]
    pub(crate) kind: Kind,
    /// The tenant's folder.
    pub(crate) folder: PathBuf,
    /// Runs the connector within the process instead of the sandbox.
    #[arg(long)]
    pub(crate) native: bool,
    /// Components to install.
    #[arg(long)]
    pub(crate) component: Vec<PathBuf>,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Connectors are installed.
    Install,
    /// A source is read and compared.
    Compare,
    /// A source is read and compared, and the catalogue brought to it.
    Import,
    /// A source is read, the catalogue brought to it, and the target planned for.
    Plan,
    /// The target is planned for and written.
    Export,
    /// A connector is loaded from the cache, and instances of it are started.
    Start,
    /// A PIFU-IMS file is read.
    Pifu,
    /// A plain program compares the same list.
    Plain,
}

/// What a workload took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// All of it, from the opening of the installation to the end of the last step.
    pub(crate) seconds: f64,
    /// The most memory, in octets, where the system tells.
    pub(crate) peak: Option<u64>,
    /// The most memory of a connector's instance, in octets, where that is asked.
    #[serde(default)]
    pub(crate) guest: Option<u64>,
    /// Its parts.
    pub(crate) parts: Vec<Part>,
}

/// A part of a workload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Part {
    /// What.
    pub(crate) name: String,
    /// How long.
    pub(crate) seconds: f64,
    /// What it counted.
    pub(crate) counts: Counts,
}

impl Measured {
    /// What the step of that kind counted.
    pub(crate) fn counts(&self, kind: &str) -> Counts {
        self.parts
            .iter()
            .find(|part| part.name.split_whitespace().next() == Some(kind))
            .map(|part| part.counts)
            .unwrap_or_default()
    }
}

/// Runs it, and writes what it took as JSON.
pub(crate) fn run(workload: &Workload) -> Result<()> {
    // As the program does it.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ground = Ground::at(&workload.folder);
    let measured = runtime.block_on(async {
        match workload.kind {
            Kind::Install => install(&ground, &workload.component).await,
            Kind::Start => start(&ground).await,
            Kind::Pifu => pifu(&ground, &workload.component).await,
            Kind::Plain => plain::compare(&ground),
            _ => steps(workload, &ground).await,
        }
    })?;
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

async fn install(ground: &Ground, components: &[PathBuf]) -> Result<Measured> {
    let since = Instant::now();
    let premises = premises(ground).await?;
    for component in components {
        let arrival = Arrival {
            octets: std::fs::read(component)?,
            origin: component.display().to_string(),
            signature: None,
        };
        premises.install(arrival, SystemClock.now()).await.map_err(said)?;
    }
    Ok(Measured {
        seconds: since.elapsed().as_secs_f64(),
        peak: machine::peak_memory(),
        guest: None,
        parts: Vec::new(),
    })
}

async fn start(ground: &Ground) -> Result<Measured> {
    const LOADS: usize = 15;
    const STARTS: usize = 300;
    let mut open = open(ground).await?;
    let digest = &open
        .fitted
        .openings
        .get(SOURCE)
        .context("the source is not configured")?
        .connector
        .digest;
    let path = open.premises.home().component(digest);
    let mut loads = Vec::new();
    for _ in 0..LOADS {
        let sandbox = open.premises.sandbox(&[]).map_err(said)?;
        let since = Instant::now();
        sandbox
            .load_file(&path)
            .await
            .map_err(|fault| anyhow!("{fault}"))?;
        loads.push(since.elapsed().as_secs_f64());
    }
    let wiring = open.wiring()?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let since = Instant::now();
        let session = wiring
            .open(SOURCE, "measure")
            .await
            .map_err(|fault| anyhow!("{fault}"))?;
        starts.push(since.elapsed().as_secs_f64());
        drop(session);
    }
    let part = |name: &str, seconds| Part {
        name: name.to_owned(),
        seconds,
        counts: Counts::default(),
    };
    // The first one loads the component as well.
    let starts = median(starts.split_off(1));
    Ok(Measured {
        seconds: starts,
        peak: machine::peak_memory(),
        guest: None,
        parts: vec![part("load", median(loads)), part("start", starts)],
    })
}

/// Reads the file in the inbox through the component, page by page, and drops what comes.
async fn pifu(ground: &Ground, components: &[PathBuf]) -> Result<Measured> {
    let since = Instant::now();
    let premises = premises(ground).await?;
    let sandbox = premises.sandbox(&[]).map_err(said)?;
    let path = components.first().context("no component is named")?;
    let fault = |fault: samklang_core::Fault| anyhow!("{fault}");
    let component = sandbox.load_file(path).await.map_err(fault)?;
    let classes: Vec<String> = component
        .description()
        .classes
        .iter()
        .filter(|class| class.readable)
        .map(|class| class.name.clone())
        .collect();
    let mut request = OpenRequest::new(SOURCE, "measure", serde_json::json!({}));
    request.grants.inbox = true;
    request.inbox = Some(ground.inbox());
    let mut session = component.open(request).await.map_err(fault)?;
    session.read(&classes, &Extent::Full).await.map_err(fault)?;
    let mut counts = Counts::default();
    while let Batch::Page(page) = session.next(1_000).await.map_err(fault)? {
        counts.read += page.rows.len() as u64;
    }
    let seconds = since.elapsed().as_secs_f64();
    Ok(Measured {
        seconds,
        peak: machine::peak_memory(),
        guest: Some(session.usage().peak_memory),
        parts: vec![Part {
            name: "import".to_owned(),
            seconds,
            counts,
        }],
    })
}

async fn steps(workload: &Workload, ground: &Ground) -> Result<Measured> {
    let since = Instant::now();
    let mut open = open(ground).await?;
    let (mut steps, mut mode) = (
        vec![step("import", Some(SOURCE)), step("compare", None)],
        Mode::Run,
    );
    match workload.kind {
        Kind::Compare => {}
        Kind::Import => steps.push(step("reconcile", None)),
        Kind::Plan => {
            steps.extend([step("reconcile", None), step("export", Some(TARGET))]);
            mode = Mode::Plan;
        }
        Kind::Export => steps = vec![step("export", Some(TARGET))],
        Kind::Install | Kind::Start | Kind::Pifu | Kind::Plain => {
            return Err(anyhow!("this workload has no steps"));
        }
    }
    open.fitted.tenant.steps = steps;
    let store = open.store().await?;
    let way = if workload.native {
        Way::Native
    } else {
        Way::Component
    };
    let systems = Systems {
        wiring: open.wiring()?,
        source: way,
        target: way,
        inbox: ground.inbox(),
    };
    let worker = Worker {
        store: &store,
        connectors: &systems,
        clock: &SystemClock,
        tenant: &open.fitted.tenant,
        progress: &Quiet,
    };
    let mut parts = Vec::new();
    if workload.kind == Kind::Export {
        let before = Instant::now();
        let report = worker.run(Mode::Plan).await?;
        ensure!(
            report.ended == Ended::Planned,
            "the plan was not settled: {:?}",
            report.ended
        );
        let seconds = before.elapsed().as_secs_f64();
        parts.push(Part {
            name: "planning".to_owned(),
            seconds,
            counts: Counts::default(),
        });
    }
    let report = worker.run(mode).await?;
    let seconds = since.elapsed().as_secs_f64();
    let ended = if mode == Mode::Plan {
        Ended::Planned
    } else {
        Ended::Done
    };
    ensure!(
        report.ended == ended,
        "the cycle did not end as it should have: {:?}",
        report.ended
    );
    parts.extend(parts_of(&report));
    Ok(Measured {
        seconds,
        peak: machine::peak_memory(),
        guest: None,
        parts,
    })
}

fn step(kind: &str, connection: Option<&str>) -> StepSpec {
    StepSpec {
        kind: kind.to_owned(),
        connection: connection.map(str::to_owned),
    }
}

fn parts_of(report: &Report) -> impl Iterator<Item = Part> + '_ {
    report.steps.iter().map(|step| {
        let took = step.ended.unwrap_or_default() - step.started.unwrap_or_default();
        let seconds = took as f64 / 1000.0;
        Part {
            name: samklang::configuration::step_words(&step.spec),
            seconds,
            counts: step.counts,
        }
    })
}

/// A tenant with its installation, as the program opens them.
struct Open {
    premises: Premises,
    fitted: Fitted,
}

async fn open(ground: &Ground) -> Result<Open> {
    let tenant = Tenant::read(ground.folder())?;
    let keys = tenant.keys().fetch(ground.folder(), &|_| None)?;
    let premises = premises(ground).await?.with_keys(keys);
    let offer = premises.offer(&tenant).await.map_err(said)?;
    let fitted = tenant.fit(&offer, Use::Work)?;
    Ok(Open { premises, fitted })
}

async fn premises(ground: &Ground) -> Result<Premises> {
    Premises::open(home(&ground.home())?).await.map_err(said)
}

fn home(folder: &Path) -> Result<Home> {
    Ok(Home::find(Some(folder), None, &|_| None)?)
}

impl Open {
    async fn store(&self) -> Result<TenantStore> {
        self.premises.tenant(&self.fitted.tenant.name).await.map_err(said)
    }

    /// The connections. What they are opened with moves into them.
    fn wiring(&mut self) -> Result<Wiring> {
        let sandbox = self.premises.sandbox(&[]).map_err(said)?;
        let openings = std::mem::take(&mut self.fitted.openings);
        Ok(Wiring::new(
            sandbox,
            self.premises.home().clone(),
            openings,
            self.fitted.trust.clone(),
            Arc::new(Interrupt::default()),
        ))
    }
}

fn said(failure: Failure) -> anyhow::Error {
    anyhow!(failure.render(false))
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
