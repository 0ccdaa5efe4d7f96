//! `cargo xtask demo`: whole cycles of a made-up municipality between stand-ins for real systems, as an operator would see
//! them: nothing here that the program's own commands do not do.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use samklang_municipality::{Employee, Municipality, Twin, write_pifu};
use samklang_stand_ins::canvas::Pace;
use samklang_stand_ins::{Canvas, Os2mo, Os2sync};

use crate::tool::Tool;
use crate::workspace::Workspace;
use crate::{components, generate, wasm_target};

/// The nights that are shown: what is told of each, and how many nights old the municipality is by then.
const NIGHTS: [(&str, u32); 3] = [
    ("the first import", 0),
    ("nothing has changed", 0),
    ("a few changes, a leaver and a new name among them", 1),
];

/// Who decides about what is halted, in turn.
const DECIDERS: [&str; 2] = ["astrid", "odd"];

/// More than the guards of one night ask for: each source, and the plan of each target, by two persons.
const DECISIONS: usize = 10;

/// How the demonstration runs.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Keeps the stand-ins running afterwards, until interrupted.
    #[arg(long)]
    keep: bool,
    /// Serves the tenant's pages afterwards, with the stand-ins running, until interrupted.
    #[arg(long)]
    serve: bool,
    /// How many persons live in the municipality.
    #[arg(long, default_value_t = 1000)]
    persons: u64,
    /// What it grows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    wasm_target::ensure()?;
    let connectors = components::build(workspace)?;
    let program = components::build_host(workspace, false)?;
    let samklang = Samklang::afresh(program, &workspace.target().join("demo"))?;
    let systems = Systems::start(options)?;
    samklang.install(workspace, &connectors)?;
    samklang.init(&systems)?;
    let mut municipality = options.municipality();
    for (night, (what, age)) in (1..).zip(NIGHTS) {
        eprintln!("\nnight {night}: {what}");
        municipality = options.municipality().after_nights(age);
        systems.os2mo.replace(&municipality);
        samklang.deliver(&municipality)?;
        samklang.for_tenant("run")?;
    }
    samklang.show_a_near_miss(&municipality)?;
    eprintln!("\nnight 7: a new school year, which the guard does not let pass unasked");
    municipality = municipality.after_school_years(1);
    systems.os2mo.replace(&municipality);
    samklang.deliver(&municipality)?;
    samklang.run_and_decide("the schools have moved their classes up")?;
    eprintln!(
        "\nwhat would keep OS2sync from being enrolled, whether the journal is as it was written, and where a person's values come from"
    );
    samklang
        .call("enrol")
        .arg("check")
        .arg(&samklang.tenant)
        .arg("os2sync")
        .run_or_wait()?;
    samklang
        .call("journal")
        .arg("verify")
        .arg(&samklang.tenant)
        .run()?;
    if let Some(employee) = most_to_tell(&municipality) {
        samklang
            .call("explain")
            .arg(&samklang.tenant)
            .arg(employee.person.uuid.to_string())
            .run()?;
    }
    samklang.say_where_to_look(&systems, &municipality);
    if options.serve {
        return samklang.serve();
    }
    eprintln!("With `cargo xtask demo --serve` you look at all of it in a browser, and decide there.");
    if options.keep {
        eprintln!("\nthe stand-ins go on until you press Ctrl-C: `plan` and `run` find somebody to speak to");
        std::thread::park();
    } else {
        eprintln!(
            "With `cargo xtask demo --keep` the stand-ins go on, and `plan` and `run` find somebody to speak to."
        );
    }
    Ok(())
}

impl Options {
    fn municipality(&self) -> Municipality {
        Municipality::new(self.seed, self.persons)
    }
}

/// The systems of the municipality, which end with this value.
struct Systems {
    os2mo: Os2mo,
    os2sync: Os2sync,
    canvas: Canvas,
}

impl Systems {
    /// They let in what the program's own demonstration settings send.
    fn start(options: &Options) -> Result<Self> {
        let quick = Duration::from_millis(200);
        let os2mo = Os2mo::builder()
            .client("integration_hub", "secret")
            .start_blocking()
            .context("the OS2mo stand-in does not start")?;
        os2mo.replace(&options.municipality());
        let os2sync = Os2sync::builder().api_key("stand-in-key").tick(quick);
        let os2sync = os2sync
            .start_blocking()
            .context("the OS2sync stand-in does not start")?;
        let canvas = Canvas::builder().pace(Pace::Every(quick));
        let canvas = canvas
            .start_blocking()
            .context("the Canvas stand-in does not start")?;
        eprintln!(
            "os2mo at {}, os2sync at {}, canvas at {}",
            os2mo.url(),
            os2sync.url(),
            canvas.url()
        );
        Ok(Self {
            os2mo,
            os2sync,
            canvas,
        })
    }
}

/// The program, with an installation and a tenant of its own.
struct Samklang {
    program: PathBuf,
    home: PathBuf,
    tenant: PathBuf,
}

impl Samklang {
    fn afresh(program: PathBuf, folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
        }
        let home = folder.join("home");
        fs::create_dir_all(&home).with_context(|| format!("{} cannot be made", home.display()))?;
        // What is built here has no vendor who signs it.
        let settings = home.join("installation.toml");
        let address = free_address().context("no port is to be had")?;
        let text = format!(
            "[trust]\nunsigned = true\n\n[server]\nlisten = \"{address}\"\naddress = \"http://{address}\"\n"
        );
        fs::write(&settings, text).with_context(|| format!("{} cannot be written", settings.display()))?;
        Ok(Self {
            program,
            // Where a server looks for its tenants.
            tenant: home.join("tenants/nordvik"),
            home,
        })
    }

    fn call(&self, command: &str) -> Tool {
        Tool::new(&self.program)
            .arg("--home")
            .arg(&self.home)
            .arg(command)
    }

    fn install(&self, workspace: &Workspace, connectors: &Path) -> Result<()> {
        for connector in workspace.connectors() {
            let component = connectors.join(format!("{}.wasm", connector.name));
            self.call("connector").arg("add").arg(component).run()?;
        }
        Ok(())
    }

    fn init(&self, systems: &Systems) -> Result<()> {
        let call = self.call("init").arg(&self.tenant).args(["--example", "demo"]);
        call.args(["--os2mo", &systems.os2mo.url()])
            .args(["--os2sync", &systems.os2sync.url()])
            .args(["--canvas", &systems.canvas.url()])
            .run()
    }

    /// The school administration system delivers its file.
    fn deliver(&self, municipality: &Municipality) -> Result<()> {
        let inbox = self.tenant.join("sas/inbox");
        fs::create_dir_all(&inbox).with_context(|| format!("{} cannot be made", inbox.display()))?;
        generate::to(&inbox.join("pifu.xml"), |file| write_pifu(municipality, file))
    }

    fn for_tenant(&self, command: &str) -> Result<()> {
        self.call(command).arg(&self.tenant).run()
    }

    /// A pupil is entered anew in the school's lists, with the user name in another case: is it the same person? The program asks and goes on
    /// with the rest; a person looks and answers, and the next night does what was decided.
    fn show_a_near_miss(&self, municipality: &Municipality) -> Result<()> {
        let twin = Twin::of(municipality).context("the municipality has no pupils")?;
        eprintln!("\nnight 4: the school gives a pupil the user name {}", twin.name);
        self.deliver_text(&twin.named)?;
        self.for_tenant("run")?;
        eprintln!(
            "\nnight 5: the pupil is entered anew, as {}: the same, or somebody else?",
            twin.name.to_uppercase()
        );
        self.deliver_text(&twin.doubled)?;
        self.for_tenant("run")?;
        let (case, candidate) = self.one_case()?;
        self.call("case").arg("show").arg(&self.tenant).arg(&case).run()?;
        let decide = self.call("case").arg("decide").arg(&self.tenant).arg(&case);
        decide
            .args(["--link", &candidate])
            .args(["--reason", "the school has entered the same pupil twice"])
            .run()?;
        eprintln!("\nnight 6: what was decided is done");
        self.for_tenant("run")?;
        self.call("case").arg("list").arg(&self.tenant).arg("--all").run()
    }

    /// The one case that is open, and its candidate.
    fn one_case(&self) -> Result<(String, String)> {
        let listed = self
            .call("case")
            .arg("list")
            .arg(&self.tenant)
            .arg("--json")
            .read()?;
        let listed: serde_json::Value =
            serde_json::from_str(&listed).context("the program does not list its cases")?;
        let text = |case: &serde_json::Value, place: &str| {
            let text = case.pointer(place).and_then(serde_json::Value::as_str);
            text.map(str::to_owned)
        };
        let near = |case: &&serde_json::Value| text(case, "/kind").as_deref() == Some("near-miss");
        let cases = listed.pointer("/cases").and_then(serde_json::Value::as_array);
        let case = cases
            .and_then(|cases| cases.iter().find(near))
            .context("nobody is asked about the pupil")?;
        let number = case.pointer("/id").context("the case has no number")?;
        let candidate = text(case, "/candidates/0/entity").context("the case has no candidate")?;
        Ok((number.to_string(), candidate))
    }

    fn deliver_text(&self, extract: &str) -> Result<()> {
        let inbox = self.tenant.join("sas/inbox");
        generate::to(&inbox.join("pifu.xml"), |file| {
            std::io::Write::write_all(file, extract.as_bytes())
        })
    }

    /// The cycle of a night on which persons have to decide: what the guard halts is let pass, by a second person where a hard limit
    /// asks for two.
    fn run_and_decide(&self, reason: &str) -> Result<()> {
        for person in DECIDERS.iter().cycle().take(DECISIONS) {
            if self.call("run").arg(&self.tenant).run_or_wait()? {
                return Ok(());
            }
            let release = self.call("release").arg(&self.tenant);
            release.args(["--reason", reason, "--by", person]).run_or_wait()?;
        }
        bail!("the cycle still waits after {DECISIONS} decisions")
    }

    /// Serves the pages until somebody interrupts it. The program tells where they are, and the link that lets the first person in.
    fn serve(&self) -> Result<()> {
        eprintln!(
            "\nthe pages are served, and the stand-ins go on, until you press Ctrl-C; open the link that follows"
        );
        self.call("serve").run_until_interrupted()
    }

    fn say_where_to_look(&self, systems: &Systems, municipality: &Municipality) {
        let (users, units) = (systems.os2sync.users().len(), systems.os2sync.units().len());
        eprintln!(
            "\nCanvas now has {} users; OS2sync has {users} users and {units} units.",
            systems.canvas.users().len()
        );
        let (program, home, tenant) = (self.program.display(), self.home.display(), self.tenant.display());
        eprintln!("The tenant's settings are {tenant}/samklang.toml. Look around with:");
        for command in ["status", "history"] {
            eprintln!("  {program} --home {home} {command} {tenant}");
        }
        if let Some(employee) = most_to_tell(municipality) {
            eprintln!(
                "  {program} --home {home} explain {tenant} {}",
                employee.person.uuid
            );
        }
    }
}

/// An address of this machine where nobody listens now.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))?.local_addr()
}

/// Whoever has a new name has the most to tell.
fn most_to_tell(municipality: &Municipality) -> Option<Employee> {
    let renamed = municipality
        .employees()
        .find(|employee| employee.former_name.is_some());
    renamed.or_else(|| municipality.employees().next())
}
