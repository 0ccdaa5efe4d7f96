//! A throw-away PostgreSQL server on a free loopback port, for the tests.
//!
//! It is stopped when it goes out of scope, and also by the kernel when this program dies. It keeps nothing on disk that has
//! to last. As root the server runs as another user, for it refuses to run as root.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::tool::Tool;
use crate::{debian, is_there};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The flag that does without.
pub(crate) const FLAG: &str = "--without-postgres";

/// What the folders of clusters begin with.
const PREFIX: &str = "postgres-";

/// The variable that tells tests where the server is.
pub(crate) const VARIABLE: &str = "SAMKLANG_TEST_POSTGRES";

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Child,
    programs: Programs,
    folder: PathBuf,
    user: Option<User>,
    port: u16,
}

impl Cluster {
    /// Installs PostgreSQL where it is missing, and starts a server with an empty cluster under that folder.
    pub(crate) fn start(under: &Path) -> Result<Self> {
        let programs = match Programs::find() {
            Some(programs) => programs,
            None => {
                debian::install(&["postgresql"], "PostgreSQL", FLAG)?;
                Programs::find().context("PostgreSQL was installed, but its programs cannot be found")?
            }
        };
        let user = if debian::is_root() {
            Some(User::find()?)
        } else {
            None
        };
        sweep(&programs, under, user);
        let folder = place(under, user)?;
        let result = Self::start_in(programs, folder.clone(), user);
        result.inspect_err(|_| drop(fs::remove_dir_all(&folder)))
    }

    fn start_in(programs: Programs, folder: PathBuf, user: Option<User>) -> Result<Self> {
        let data = folder.join("data");
        eprintln!("+ a PostgreSQL cluster in {}", data.display());
        let initdb = Tool::new(programs.path("initdb"))
            .args([
                "--auth=trust",
                "--username=samklang",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&data);
        let mut initdb = as_user(initdb, user, &folder);
        let output = initdb.output().context("initdb cannot be called")?;
        if !output.status.success() {
            bail!(
                "initdb failed: {}\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let log = folder.join("log");
        for attempt in 1.. {
            let port = free_port()?;
            let server = serve(&programs, &data, port, user, &folder, &log)?;
            let mut cluster = Self {
                server,
                programs: programs.clone(),
                folder: folder.clone(),
                user,
                port,
            };
            match cluster.wait() {
                Ok(()) => return Ok(cluster),
                // Somebody else may have taken the port in between.
                Err(_) if attempt < 3 => {}
                Err(error) => {
                    let said = fs::read_to_string(&log).unwrap_or_default();
                    return Err(error.context(format!("PostgreSQL did not start; it says:\n{}", said.trim())));
                }
            }
            // Not stopped by `Drop`, which would remove the folder.
            cluster.stop();
            std::mem::forget(cluster);
        }
        unreachable!("the third attempt returns")
    }

    /// Where tests find it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://samklang@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        let port = self.port.to_string();
        loop {
            if let Some(status) = self.server.try_wait()? {
                bail!("the server ended: {status}");
            }
            let ready =
                Tool::new(self.programs.path("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port]);
            if ready.succeeds() {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("it does not answer on port {port} after {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn stop(&mut self) {
        let stop = Tool::new(self.programs.path("pg_ctl"))
            .args(["stop", "--silent", "--wait", "--mode=immediate", "--pgdata"])
            .arg(self.folder.join("data"));
        let stopped = as_user(stop, self.user, &self.folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if !stopped {
            drop(self.server.kill());
        }
        drop(self.server.wait());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// The folder with PostgreSQL's programs.
#[derive(Debug, Clone)]
struct Programs(PathBuf);

impl Programs {
    /// Debian keeps them apart from the path, one folder per version: the newest, else those in the path.
    fn find() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten();
        let newest = versions
            .filter_map(|entry| {
                Some((
                    entry.file_name().to_str()?.parse::<u32>().ok()?,
                    entry.path().join("bin"),
                ))
            })
            .filter(|(_, folder)| folder.join("initdb").exists() && folder.join("postgres").exists())
            .max();
        if let Some((_, folder)) = newest {
            return Some(Self(folder));
        }
        let path = std::env::var_os("PATH")?;
        let all = ["initdb", "postgres", "pg_ctl", "pg_isready"];
        std::env::split_paths(&path)
            .find(|folder| all.iter().all(|program| folder.join(program).exists()))
            .map(Self)
    }

    fn path(&self, program: &str) -> PathBuf {
        self.0.join(program)
    }
}

/// The user that the server runs as.
#[derive(Debug, Clone, Copy)]
struct User {
    user: u32,
    group: u32,
}

impl User {
    fn find() -> Result<Self> {
        let id = |name: &str, which: &str| {
            Tool::new("id")
                .args([which, name])
                .quietly()
                .ok()?
                .parse::<u32>()
                .ok()
        };
        let user = |name: &str| {
            Some(Self {
                user: id(name, "-u")?,
                group: id(name, "-g")?,
            })
        };
        user("postgres").or_else(|| user("nobody")).with_context(|| {
            format!("PostgreSQL refuses to run as root, and there is no user postgres: make one, or leave it out with {FLAG}")
        })
    }
}

fn serve(
    programs: &Programs,
    data: &Path,
    port: u16,
    user: Option<User>,
    folder: &Path,
    log: &Path,
) -> Result<Child> {
    let postgres = programs.path("postgres");
    // The kernel ends the server when this program dies, however it dies.
    let server = if is_there("setpriv") {
        Tool::new("setpriv")
            .args(["--pdeathsig", "INT", "--"])
            .arg(postgres)
    } else {
        Tool::new(postgres)
    };
    let server = server
        .arg("-D")
        .arg(data)
        .args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    let settings = [
        "unix_socket_directories=",
        "max_connections=200",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
    ];
    let server = settings
        .iter()
        .fold(server, |server, setting| server.args(["-c", setting]));
    let log = fs::File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
    let mut server = as_user(server, user, folder);
    server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    server.spawn().context("the PostgreSQL server cannot be started")
}

#[cfg(unix)]
fn as_user(tool: Tool, user: Option<User>, folder: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = tool.within(folder).into_command();
    if let Some(User { user, group }) = user {
        command.uid(user).gid(group);
    }
    command
}

#[cfg(not(unix))]
fn as_user(tool: Tool, _: Option<User>, folder: &Path) -> Command {
    tool.within(folder).into_command()
}

/// Removes what is left of servers that were killed.
fn sweep(programs: &Programs, under: &Path, user: Option<User>) {
    for entry in fs::read_dir(under).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let status = Tool::new(programs.path("pg_ctl"))
            .args(["status", "--pgdata"])
            .arg(entry.path().join("data"));
        let status = as_user(status, user, &entry.path()).output();
        // 0 says that a server runs there.
        if status.is_ok_and(|output| !output.status.success()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// A fresh folder under that one, or among the temporary files when the user cannot get there.
fn place(under: &Path, user: Option<User>) -> Result<PathBuf> {
    fs::create_dir_all(under).with_context(|| format!("{} cannot be made", under.display()))?;
    let mut last = None;
    for parent in [under.to_owned(), std::env::temp_dir()] {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent);
        let folder = folder
            .with_context(|| format!("{} cannot be written", parent.display()))?
            .keep();
        give(&folder, user)?;
        let reached = as_user(Tool::new("pwd"), user, &folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if reached {
            return Ok(folder);
        }
        drop(fs::remove_dir_all(&folder));
        last = Some(folder);
    }
    bail!(
        "the user that PostgreSQL runs as cannot get to {}",
        last.unwrap_or_default().display()
    )
}

#[cfg(unix)]
fn give(folder: &Path, user: Option<User>) -> Result<()> {
    let Some(User { user, group }) = user else {
        return Ok(());
    };
    std::os::unix::fs::chown(folder, Some(user), Some(group))
        .with_context(|| format!("{} cannot be given away", folder.display()))
}

#[cfg(not(unix))]
fn give(_: &Path, _: Option<User>) -> Result<()> {
    Ok(())
}

/// A port that nobody listens on at this moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")
        .context("no free port on 127.0.0.1")?
        .local_addr()?
        .port())
}
