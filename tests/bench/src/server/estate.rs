//! An installation of many tenants to be served: each with as many connections as a municipality has, and a question that waits for somebody.

use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use samklang_municipality::{Snapshot, write_people_csv};

use super::program::program;
use crate::ground::FILE;

/// Sources and targets of a tenant.
const SOURCES: usize = 8;
const TARGETS: usize = 2;
pub(super) const CONNECTIONS: usize = SOURCES + TARGETS;

/// How many persons each tenant begins with.
const PERSONS: u64 = 12;

/// Where a person's title stands in a line.
const TITLE: usize = 10;

/// The installation.
#[derive(Debug)]
pub(super) struct Estate {
    home: PathBuf,
    address: SocketAddr,
    tenants: Vec<String>,
}

impl Estate {
    /// Lays out so many tenants, each with data in its sources, whose targets are all at that address.
    pub(super) fn lay(folder: &Path, target: &str, tenants: usize) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is to be had")?;
        let estate = Self {
            home: folder.to_owned(),
            address: listener.local_addr()?,
            tenants: (1..=tenants).map(|number| format!("t{number:03}")).collect(),
        };
        let (first, others) = (list(PERSONS, None, true)?, list(PERSONS, None, false)?);
        for tenant in &estate.tenants {
            let folder = estate.folder(tenant);
            for source in 1..=SOURCES {
                let inbox = estate.inbox(tenant, source);
                fs::create_dir_all(&inbox).with_context(|| unmade(&inbox))?;
                write(&inbox.join(FILE), if source == 1 { &first } else { &others })?;
            }
            // A tenant that is measured holds nobody's data: any key will do.
            write(&folder.join("tenant.key"), &"5a".repeat(32))?;
            write(&folder.join("samklang.toml"), &settings(tenant, target))?;
        }
        Ok(estate)
    }

    /// Has so many cycles run at once from the next start on.
    pub(super) fn allow(&self, at_once: usize) -> Result<()> {
        let address = self.address;
        // What is built here has no vendor who signs it.
        let text = format!(
            "[trust]\nunsigned = true\n\n[server]\nlisten = \"{address}\"\naddress = \"http://{address}\"\n\
             cycles_at_once = {at_once}\n"
        );
        write(&self.home.join("installation.toml"), &text)
    }

    /// Installs connectors.
    pub(super) fn install(&self, components: &[PathBuf]) -> Result<()> {
        for component in components {
            let output = program()?
                .args(["connector", "add"])
                .arg(component)
                .arg("--home")
                .arg(&self.home)
                .output()
                .context("the program cannot be started")?;
            ensure!(
                output.status.success(),
                "{} cannot be installed: {}",
                component.display(),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }

    /// The first source of a tenant delivers so many persons; with a title, everybody has that one.
    pub(super) fn deliver(&self, tenant: &str, persons: u64, title: Option<&str>) -> Result<()> {
        write(&self.inbox(tenant, 1).join(FILE), &list(persons, title, true)?)
    }

    /// Everybody of a tenant has another title.
    pub(super) fn promote(&self, tenant: &str, title: &str) -> Result<()> {
        self.deliver(tenant, PERSONS, Some(title))
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// Where the server listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn tenants(&self) -> &[String] {
        &self.tenants
    }

    fn folder(&self, tenant: &str) -> PathBuf {
        self.home.join("tenants").join(tenant)
    }

    fn inbox(&self, tenant: &str, source: usize) -> PathBuf {
        self.folder(tenant).join(format!("people{source}")).join("inbox")
    }
}

/// The settings of a tenant. Its guards bear what the measurements change at once.
fn settings(tenant: &str, target: &str) -> String {
    let sources = (1..=SOURCES).map(|number| format!("people{number}"));
    let targets = (1..=TARGETS).map(|number| format!("receiver{number}"));
    let steps: Vec<String> = sources
        .clone()
        .map(|source| format!("\"import {source}\""))
        .chain(["\"compare\"".to_owned(), "\"reconcile\"".to_owned()])
        .chain(targets.clone().map(|target| format!("\"export {target}\"")))
        .collect();
    let guard = |connection: &str| {
        format!(
            "[connections.{connection}.guard.person]\nadded = {{ count = 1000000 }}\nchanged = {{ count = 1000000 }}\n"
        )
    };
    let mut text = format!("tenant = \"{tenant}\"\nsteps = [{}]\n", steps.join(", "));
    for source in sources {
        let guard = guard(&source);
        let _infallible = write!(
            text,
            "\n[connections.{source}]\nconnector = \"csv\"\nrole = \"source\"\n\
             [connections.{source}.settings]\nfile = \"{FILE}\"\n\
             [connections.{source}.grants]\ninbox = true\n{guard}"
        );
    }
    for connection in targets {
        let guard = guard(&connection);
        let _infallible = write!(
            text,
            "\n[connections.{connection}]\nconnector = \"receiver\"\nrole = \"target\"\n\
             [connections.{connection}.settings]\nurl = \"{target}\"\n\
             [connections.{connection}.grants]\nhttp = [\"{target}\"]\n{guard}"
        );
    }
    text
}

/// The list of so many persons. With a twin, one of them comes once more, as another with the same user name in capitals: a question for somebody.
fn list(persons: u64, title: Option<&str>, twin: bool) -> Result<String> {
    let mut text = Vec::new();
    write_people_csv(persons, Snapshot::First, &mut text)?;
    let text = String::from_utf8(text)?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Some(title) = title {
        for line in lines.iter_mut().skip(1) {
            // No value of the list holds a comma.
            let mut fields: Vec<&str> = line.split(',').collect();
            if let Some(field) = fields.get_mut(TITLE) {
                *field = title;
            }
            *line = fields.join(",");
        }
    }
    if twin {
        let of = lines.get(2).context("the list is shorter than meant")?;
        lines.push(of.replacen("5a", "5b", 1).replacen(",u", ",U", 1));
    }
    Ok(lines.join("\r\n") + "\r\n")
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn unmade(folder: &Path) -> String {
    format!("{} cannot be made", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_differs_in_titles_and_by_a_twin() {
        let plain = list(5, None, false).unwrap();
        let titled = list(5, Some("Rektor 7"), true).unwrap();
        let (plain, titled): (Vec<_>, Vec<_>) = (plain.lines().collect(), titled.lines().collect());
        assert_eq!((plain.len(), titled.len()), (6, 7));
        assert_eq!(plain[0], titled[0]);
        assert_eq!(plain[0].split(',').nth(TITLE), Some("title"));
        for (before, after) in plain.iter().zip(&titled).skip(1) {
            let (before, after) = (before.split(','), after.split(','));
            let differs: Vec<_> = before
                .zip(after)
                .enumerate()
                .filter(|(_, (one, other))| one != other)
                .collect();
            assert!(matches!(differs[..], [(TITLE, (_, "Rektor 7"))]), "{differs:?}");
        }
        assert!(
            titled[6].starts_with("5b000000-0000-4000-8000-000000000001,U0000001,"),
            "{}",
            titled[6]
        );
    }

    #[test]
    fn settings_of_a_tenant_are_sound() {
        let text = settings("t001", "https://127.0.0.1:1");
        let source = samklang::configuration::Source::new(Path::new("samklang.toml"), text);
        let tenant = samklang::configuration::Tenant::parse(Path::new("."), source)
            .unwrap()
            .sound()
            .unwrap();
        assert_eq!(tenant.connections().len(), CONNECTIONS);
    }
}
