//! Calls a program, shows the call, and makes its failure an error that names it.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, anyhow, bail};

/// A call of a program.
#[derive(Debug)]
pub(crate) struct Tool(Command);

impl Tool {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self(Command::new(program))
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.0.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.0.env_remove(name);
        self
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// Shows the call, and waits for it to succeed.
    pub(crate) fn run(mut self) -> Result<()> {
        let shown = self.shown();
        eprintln!("+ {shown}");
        let status = self.0.status().map_err(|cause| not_started(&shown, &cause))?;
        if !status.success() {
            bail!("`{shown}` failed: {status}");
        }
        Ok(())
    }

    /// The same for a program that a person interrupts: that is its to answer, and this program goes on until it has come to its end.
    pub(crate) fn run_until_interrupted(self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let mut ended = tokio::task::spawn_blocking(|| self.run());
            loop {
                tokio::select! {
                    ended = &mut ended => return ended?,
                    interrupted = tokio::signal::ctrl_c() => interrupted?,
                }
            }
        })
    }

    /// The same for Samklang's own program: `false` when it waits for a person.
    pub(crate) fn run_or_wait(mut self) -> Result<bool> {
        let shown = self.shown();
        eprintln!("+ {shown}");
        let status = self.0.status().map_err(|cause| not_started(&shown, &cause))?;
        match status.code() {
            Some(0) => Ok(true),
            Some(3) => Ok(false),
            _ => bail!("`{shown}` failed: {status}"),
        }
    }

    /// Shows the call, and gives what it writes to its standard output.
    pub(crate) fn read(mut self) -> Result<String> {
        let shown = self.shown();
        eprintln!("+ {shown}");
        let output = self
            .0
            .stderr(Stdio::inherit())
            .output()
            .map_err(|cause| not_started(&shown, &cause))?;
        if !output.status.success() {
            bail!("`{shown}` failed: {}", output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not write UTF-8"))
    }

    /// Waits for it to succeed, and shows call and output only when it does not.
    pub(crate) fn quietly(self) -> Result<String> {
        let shown = self.shown();
        let output = self.output().map_err(|cause| not_started(&shown, &cause))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned()
                + &String::from_utf8_lossy(&output.stdout);
            bail!("`{shown}` failed: {}\n{}", output.status, said.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Whether it can be called and succeeds. It says nothing.
    pub(crate) fn succeeds(self) -> bool {
        self.output().is_ok_and(|output| output.status.success())
    }

    /// The call itself, for whoever needs more of it.
    pub(crate) fn into_command(self) -> Command {
        self.0
    }

    fn output(mut self) -> std::io::Result<Output> {
        self.0.stdin(Stdio::null()).output()
    }

    fn shown(&self) -> String {
        let words = std::iter::once(self.0.get_program()).chain(self.0.get_args());
        words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    }
}

fn not_started(shown: &str, cause: &std::io::Error) -> anyhow::Error {
    if cause.kind() == ErrorKind::NotFound {
        anyhow!("`{shown}` cannot be called: the program is not installed")
    } else {
        anyhow!("`{shown}` cannot be called: {cause}")
    }
}
