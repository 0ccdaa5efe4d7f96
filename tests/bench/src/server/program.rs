//! The program itself as it serves an installation, in a process whose memory and time can be told.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::client::Client;
use super::estate::Estate;
use crate::machine::{self, Memory};
use crate::receiver::Receiver;

/// The longest that it may take to be ready, and to end: cycles come to a settled point first.
const PATIENCE: Duration = Duration::from_secs(90);

/// The path by which somebody comes in.
const LINK: &str = "/sign-in/link/";

/// A running server. It is killed when this value goes, unless it was stopped before.
#[derive(Debug)]
pub(super) struct Served {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

/// A call of the program, which is built beside this one.
pub(super) fn program() -> Result<Command> {
    let this = std::env::current_exe().context("this program does not know where it is")?;
    let program: PathBuf = this
        .with_file_name("samklang")
        .with_extension(std::env::consts::EXE_EXTENSION);
    ensure!(
        program.is_file(),
        "{} is not there: `cargo xtask bench` builds it, by itself `cargo build --release --package samklang` does",
        program.display()
    );
    let mut command = Command::new(program);
    command.env_remove("SAMKLANG_HOME");
    Ok(command)
}

impl Served {
    /// Starts it, and waits until it is ready.
    pub(super) fn start(estate: &Estate, receiver: &Receiver) -> Result<Self> {
        let mut child = program()?
            .arg("serve")
            .arg("--home")
            .arg(estate.home())
            .env("SSL_CERT_FILE", receiver.certificate())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the program cannot be started")?;
        let said = Arc::default();
        listen(child.stdout.take(), &said);
        listen(child.stderr.take(), &said);
        let mut served = Self { child, said };
        let mut client = Client::of(estate.address());
        let since = Instant::now();
        while !client
            .get("/health/ready")
            .is_ok_and(|answer| answer.status == 200)
        {
            served.goes_on(since, "is not ready")?;
            thread::sleep(Duration::from_millis(20));
        }
        Ok(served)
    }

    /// The path of the link that lets the first administrator in.
    pub(super) fn link(&mut self) -> Result<String> {
        let since = Instant::now();
        loop {
            let secret = self.said().iter().find_map(|line| {
                let (_, rest) = line.split_once(LINK)?;
                rest.split_whitespace().next().map(str::to_owned)
            });
            if let Some(secret) = secret {
                return Ok(format!("{LINK}{secret}"));
            }
            self.goes_on(since, "tells no link that lets somebody in")?;
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// How much memory it holds, and has held.
    pub(super) fn memory(&self) -> Result<Memory> {
        machine::memory_of(self.child.id())
            .context("the system does not tell how much memory the server holds")
    }

    /// How many seconds of processor time it has used.
    pub(super) fn processor(&self) -> Result<f64> {
        let seconds = machine::processor_time_of(self.child.id());
        seconds.context("the system does not tell how much processor time the server has used")
    }

    /// Asks it to stop, as a service manager does, and waits for that.
    pub(super) fn stop(mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).context("the server cannot be stopped")?;
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(
                    status.success(),
                    "the server ended badly: {status}\n{}",
                    self.last()
                );
                return Ok(());
            }
            ensure!(
                since.elapsed() < PATIENCE,
                "the server does not stop:\n{}",
                self.last()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn goes_on(&mut self, since: Instant, what: &str) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the server ended: {status}\n{}", self.last());
        }
        ensure!(since.elapsed() < PATIENCE, "the server {what}:\n{}", self.last());
        Ok(())
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn last(&self) -> String {
        let said = self.said();
        said.get(said.len().saturating_sub(20)..)
            .unwrap_or_default()
            .join("\n")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Either it has ended, or it is in nobody's way.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Keeps what it says, so that it never waits for somebody to read it.
fn listen(output: Option<impl Read + Send + 'static>, said: &Arc<Mutex<Vec<String>>>) {
    let Some(output) = output else { return };
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            said.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
}
