//! `cargo xtask test`: everything the tests need is there, then they all run: natively, with components, on both databases.

use std::path::Path;

use anyhow::{Result, bail};

use crate::active_directory::{self, Domain};
use crate::postgres::{self, Cluster};
use crate::workspace::Workspace;
use crate::{components, debian, is_there, pages, wasm_target};

/// The variable that tells tests what was left out on purpose, separated by commas. Without it, what is missing is an error.
const WITHOUT: &str = "SAMKLANG_TEST_WITHOUT";

/// The variable that tells tests where the connectors are that were built for them.
const COMPONENTS: &str = "SAMKLANG_COMPONENTS";

/// What to leave out, and what to pass on.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Leaves out the tests that need PostgreSQL.
    #[arg(long)]
    without_postgres: bool,
    /// Leaves out the tests that need Samba, as an Active Directory.
    #[arg(long)]
    without_samba: bool,
    /// Leaves out the tests that need xmllint.
    #[arg(long)]
    without_xmllint: bool,
    /// Leaves out the tests that need xmlsec1.
    #[arg(long)]
    without_xmlsec1: bool,
    /// Leaves out the tests that need a registry of connectors.
    #[arg(long)]
    without_registry: bool,
    /// Leaves out the tests that need a browser.
    #[arg(long)]
    without_browser: bool,
    /// Leaves out the tests that need a mail server.
    #[arg(long)]
    without_mail: bool,
    /// Leaves out the tests that need schemathesis.
    #[arg(long)]
    without_schemathesis: bool,
    /// Passed on to `cargo nextest run` or `cargo test`, such as the name of a test or `-p samklang-core`. Documentation
    /// tests are left out then.
    #[arg(last = true)]
    arguments: Vec<String>,
}

impl Options {
    fn left_out(&self) -> String {
        let all = [
            ("postgres", self.without_postgres),
            ("samba", self.without_samba),
            ("xmllint", self.without_xmllint),
            ("xmlsec1", self.without_xmlsec1),
            ("registry", self.without_registry),
            ("browser", self.without_browser),
            ("mail", self.without_mail),
            ("schemathesis", self.without_schemathesis),
        ];
        let left_out: Vec<&str> = all
            .iter()
            .filter_map(|&(name, without)| without.then_some(name))
            .collect();
        left_out.join(",")
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    wasm_target::ensure()?;
    let connectors = components::build(workspace)?;
    if options.without_xmllint {
        eprintln!("left out: documents against their XML schemas (--without-xmllint)");
    } else if !is_there("xmllint") {
        debian::install(&["libxml2-utils"], "xmllint", "--without-xmllint")?;
    }
    if options.without_xmlsec1 {
        eprintln!("left out: signatures as another program verifies them (--without-xmlsec1)");
    } else if !is_there("xmlsec1") {
        debian::install(&["xmlsec1"], "xmlsec1", "--without-xmlsec1")?;
    }
    if options.without_registry {
        eprintln!("left out: connectors out of a registry (--without-registry)");
    } else if !is_there("docker-registry") {
        debian::install(&["docker-registry"], "an OCI registry", "--without-registry")?;
    }
    if options.without_browser {
        eprintln!("left out: the pages in a browser ({})", pages::BROWSER);
    } else {
        pages::browser(workspace)?;
    }
    if options.without_mail {
        eprintln!("left out: notices by mail ({})", pages::MAIL);
    } else {
        pages::mail(workspace)?;
    }
    if options.without_schemathesis {
        eprintln!(
            "left out: the API against its own description ({})",
            pages::SCHEMATHESIS
        );
    } else {
        pages::schemathesis(workspace)?;
    }
    let cluster = if options.without_postgres {
        eprintln!("left out: the store on PostgreSQL ({})", postgres::FLAG);
        None
    } else {
        Some(Cluster::start(workspace.target())?)
    };
    let domain = if options.without_samba {
        eprintln!(
            "left out: cycles with a real Active Directory ({})",
            active_directory::FLAG
        );
        None
    } else {
        Some(Domain::start(workspace.target())?)
    };
    let whole = run_all(workspace, options, &connectors, cluster.as_ref(), domain.as_ref());
    let documented = if options.arguments.is_empty() {
        run_documented(workspace)
    } else {
        Ok(())
    };
    drop(cluster);
    drop(domain);
    match (whole, documented) {
        (Ok(()), Ok(())) => Ok(()),
        (Err(error), Ok(())) | (Ok(()), Err(error)) => Err(error),
        (Err(one), Err(other)) => bail!("{one:#}; {other:#}"),
    }
}

fn run_all(
    workspace: &Workspace,
    options: &Options,
    connectors: &Path,
    cluster: Option<&Cluster>,
    domain: Option<&Domain>,
) -> Result<()> {
    let nextest = workspace.cargo().args(["nextest", "--version"]).succeeds();
    let cargo = if nextest {
        workspace.cargo().args(["nextest", "run", "--no-fail-fast"])
    } else {
        workspace
            .cargo()
            .args(["test", "--no-fail-fast", "--all-targets"])
    };
    let chosen = options
        .arguments
        .iter()
        .any(|argument| argument == "-p" || argument.starts_with("--package"));
    // With the whole workspace the program is built along with its own tests, and nobody need build it again.
    let cargo = if chosen {
        cargo
    } else {
        let program = workspace
            .target()
            .join("debug/samklang")
            .with_extension(std::env::consts::EXE_EXTENSION);
        cargo.arg("--workspace").env("SAMKLANG_BIN", program)
    };
    let cargo = cargo.args(&options.arguments);
    let cargo = match cluster {
        Some(cluster) => cargo.env(postgres::VARIABLE, cluster.url()),
        None => cargo.without_env(postgres::VARIABLE),
    };
    let cargo = match domain {
        Some(domain) => cargo
            .env(active_directory::VARIABLE, domain.url())
            .env(active_directory::AUTHORITY, domain.authority()),
        None => cargo
            .without_env(active_directory::VARIABLE)
            .without_env(active_directory::AUTHORITY),
    };
    cargo
        .env(WITHOUT, options.left_out())
        .env(COMPONENTS, connectors)
        .run()
}

fn run_documented(workspace: &Workspace) -> Result<()> {
    workspace
        .cargo()
        .args(["test", "--workspace", "--doc", "--no-fail-fast"])
        .run()
}
