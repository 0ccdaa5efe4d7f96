//! Runs a workload in a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::ground::Ground;
use crate::receiver::Receiver;
use crate::workload::{Kind, Measured};

/// A call of this program for a workload.
pub(crate) struct Call<'a> {
    kind: Kind,
    folder: &'a Path,
    native: bool,
    receiver: Option<&'a Receiver>,
    components: &'a [PathBuf],
}

impl<'a> Call<'a> {
    pub(crate) fn new(kind: Kind, ground: &'a Ground) -> Self {
        Self {
            kind,
            folder: ground.folder(),
            native: false,
            receiver: None,
            components: &[],
        }
    }

    /// With connectors within the process.
    pub(crate) fn native(mut self) -> Self {
        self.native = true;
        self
    }

    /// With this target, whose certificate is to be believed.
    pub(crate) fn towards(mut self, receiver: &'a Receiver) -> Self {
        self.receiver = Some(receiver);
        self
    }

    /// With components to install.
    pub(crate) fn installing(mut self, components: &'a [PathBuf]) -> Self {
        self.components = components;
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Result<Measured> {
        let program = std::env::current_exe().context("this program does not know where it is")?;
        let name = clap::ValueEnum::to_possible_value(&self.kind).context("a workload without a name")?;
        let mut command = Command::new(program);
        command
            .arg("workload")
            .arg(name.get_name())
            .arg(self.folder)
            .stderr(Stdio::inherit());
        if self.native {
            command.arg("--native");
        }
        for component in self.components {
            command.arg("--component").arg(component);
        }
        if let Some(receiver) = self.receiver {
            command.env("SSL_CERT_FILE", receiver.certificate());
        }
        let output = command.output().context("the workload cannot be started")?;
        ensure!(
            output.status.success(),
            "the workload `{}` failed: {}",
            name.get_name(),
            output.status
        );
        let measured: Measured = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("the workload `{}` did not say what it took", name.get_name()))?;
        eprintln!("  {}", shown(name.get_name(), self.native, &measured));
        Ok(measured)
    }
}

/// One line for whoever watches, with the parts: where the time went.
fn shown(name: &str, native: bool, measured: &Measured) -> String {
    let way = if native { " (native)" } else { "" };
    let parts: Vec<String> = measured
        .parts
        .iter()
        .map(|part| format!("{} {:.3} s", part.name, part.seconds))
        .collect();
    let peak = measured.peak.map_or(0, |peak| peak >> 20);
    format!(
        "{name}{way}: {:.3} s, {peak} MiB [{}]",
        measured.seconds,
        parts.join(", ")
    )
}
