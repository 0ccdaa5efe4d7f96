//! A folder with an installation and tenants, and the program called in it as a person or a script calls it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "test support: a panic is the report, and each file of tests uses its own part"
)]

use std::path::Path;
use std::process::{Command, Output};

use samklang_core::key::{Keyring, TenantKey};
use samklang_store::{Installation, Worker};
use serde_json::Value;

pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_samklang"))
            .args(arguments)
            .current_dir(self.path())
            .env("SAMKLANG_HOME", self.path().join("home"))
            .env_remove("XDG_DATA_HOME")
            .output()
            .unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self, exit: i32, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    #[track_caller]
    pub(crate) fn text(&self, exit: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let shown = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(output.status.code(), Some(exit), "{shown}");
        assert!(!shown.contains('\u{1b}'), "colour off a terminal: {shown}");
        shown
    }

    pub(crate) async fn store(&self) -> samklang_store::TenantStore {
        let key = std::fs::read_to_string(self.path().join("nordvik/tenant.key")).unwrap();
        let key = TenantKey::parse(&key).unwrap();
        std::fs::create_dir_all(self.path().join("home")).unwrap();
        let url = format!("sqlite:{}", self.path().join("home/samklang.db").display());
        Installation::open(&url, Worker::new("test"))
            .await
            .unwrap()
            .tenant("nordvik", &Keyring::new(key, Vec::new()))
            .await
            .unwrap()
    }
}

/// The names of a document's members.
pub(crate) fn members(document: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
