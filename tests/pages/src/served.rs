//! The program as it serves an installation.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use samklang_cycles::program;

use crate::process::Process;
use crate::{Browser, Http};

/// A running server. It is killed when this value goes, unless it was stopped before.
#[derive(Debug)]
pub struct Served {
    process: Process,
    origin: String,
}

impl Served {
    /// Starts it.
    pub(crate) fn start(home: &Path, origin: &str) -> Self {
        let process = Process::start(
            "samklang serve",
            Command::new(program())
                .arg("serve")
                .arg("--home")
                .arg(home)
                .env_remove("SAMKLANG_HOME"),
            "see why above",
        );
        Self {
            process,
            origin: origin.to_owned(),
        }
    }

    /// The address of a path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// A client for its API.
    #[must_use]
    pub fn http(&self) -> Http {
        Http::new(&self.origin)
    }

    /// The one-time link for the first administrator, as it was printed.
    pub fn link(&mut self) -> String {
        let path = "/sign-in/link/";
        let secret = self.process.says(path);
        let secret = secret.split_whitespace().next().unwrap_or_default();
        format!("{}{path}{secret}", self.origin)
    }

    /// Waits until it is ready.
    pub async fn ready(&self) {
        let http = self.http();
        for _ in 0..600 {
            if http
                .try_get("/health/ready")
                .await
                .is_some_and(|reply| reply.status.is_success())
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server is not ready:\n{}", self.said());
    }

    /// The first administrator comes in by the link, under this name.
    pub async fn enter(&mut self, browser: &Browser, name: &str) {
        self.ready().await;
        browser.open(&self.link()).await;
        browser.fill_in("#name", name).await;
        browser.submit("main form button").await;
        browser.arrives("/").await;
    }

    /// Asks it to stop, as a service manager does, and sees that it ends well.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn stop(mut self) -> String {
        self.process.terminate();
        let status = self.process.end();
        let said = self.said();
        assert!(status.success(), "{status}\n{said}");
        said
    }

    /// What it has said so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.process.said().join("\n")
    }
}
