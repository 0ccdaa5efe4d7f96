//! A tenant in a folder of its own, with an installation of its own, and the program called on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use samklang_municipality::{Municipality, write_pifu};
use tempfile::TempDir;

use crate::installation::{copy, installation};
use crate::{Answer, Child, Private, program};

/// A tenant.
#[derive(Debug)]
pub struct Tenant {
    root: TempDir,
    private: Arc<Private>,
    authority: Option<String>,
}

impl Tenant {
    /// A tenant with this configuration and the installation of all connectors.
    ///
    /// # Panics
    ///
    /// When its folder cannot be made.
    #[must_use]
    pub fn new(configuration: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        copy(installation(), &root.path().join("home"));
        let tenant = Self {
            root,
            private: Arc::default(),
            authority: None,
        };
        std::fs::create_dir_all(tenant.folder().join("secrets")).unwrap();
        tenant.configure(configuration);
        let key = "5a".repeat(32);
        std::fs::write(tenant.folder().join("tenant.key"), &key).unwrap();
        tenant.private.secret(&key);
        tenant
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.root.path().join("nordvik")
    }

    /// Its installation.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Writes its configuration.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn configure(&self, configuration: &str) {
        std::fs::write(self.folder().join("samklang.toml"), configuration).unwrap();
    }

    /// Adds tables to its configuration.
    ///
    /// # Panics
    ///
    /// When it cannot be read or written.
    pub fn add(&self, tables: &str) {
        let file = self.folder().join("samklang.toml");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{before}\n{tables}")).unwrap();
    }

    /// Keeps a secret for it, which the program must never say.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn secret(&self, name: &str, secret: &str) {
        self.private.secret(secret);
        std::fs::write(self.folder().join("secrets").join(name), secret).unwrap();
    }

    /// Lets the machine trust the authority in this file, and no other.
    pub fn trust(&mut self, authority: &str) {
        self.authority = Some(authority.to_owned());
    }

    /// What the program must never say.
    #[must_use]
    pub fn private(&self) -> &Private {
        &self.private
    }

    /// Puts a file into the inbox of a connection.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn deliver(&self, connection: &str, name: &str, content: &[u8]) {
        let inbox = self.folder().join(connection).join("inbox");
        std::fs::create_dir_all(&inbox).unwrap();
        std::fs::write(inbox.join(name), content).unwrap();
    }

    /// Delivers a municipality's extract in place of the last one.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn deliver_pifu(&self, connection: &str, municipality: &Municipality) {
        self.private.know(municipality);
        let mut extract = Vec::new();
        write_pifu(municipality, &mut extract).unwrap();
        self.deliver(connection, "extract.xml", &extract);
    }

    /// Calls a command of the program on the tenant's folder and waits for its end.
    ///
    /// # Panics
    ///
    /// When the program cannot be started, or says something private.
    #[track_caller]
    pub fn call(&self, command: &str, arguments: &[&str]) -> Answer {
        let answer = self.give(command, arguments);
        self.private.look(&answer.call, &answer.stdout);
        self.private.look(&answer.call, &answer.stderr);
        answer
    }

    /// The same for a command that gives what is private to whoever has a right to it.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    #[must_use]
    pub fn give(&self, command: &str, arguments: &[&str]) -> Answer {
        let output = self
            .command(command, arguments)
            .output()
            .expect("the program can be started");
        Answer {
            call: format!("samklang {command} {}", arguments.join(" ")),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the cycle, for the report.
    #[track_caller]
    pub fn run(&self) -> Answer {
        self.call("run", &["--json", "-v"])
    }

    /// Starts a run of the cycle and does not wait.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    #[must_use]
    pub fn start(&self) -> Child {
        let mut command = self.command("run", &[]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Child::start(command, Arc::clone(&self.private))
    }

    fn command(&self, command: &str, arguments: &[&str]) -> Command {
        let mut call = Command::new(program());
        // A command may consist of two words, such as `journal show`.
        call.args(command.split(' '))
            .arg(self.folder())
            .args(arguments)
            .arg("--home")
            .arg(self.home());
        call.env_remove("SAMKLANG_HOME").stdin(Stdio::null());
        if let Some(authority) = &self.authority {
            call.env("SSL_CERT_FILE", authority);
        }
        call
    }

    /// Calls the program about its installation.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    #[track_caller]
    pub fn connector(&self, arguments: &[&str]) -> Answer {
        let mut call = Command::new(program());
        call.arg("connector")
            .args(arguments)
            .arg("--home")
            .arg(self.home());
        let output = call.output().expect("the program can be started");
        Answer {
            call: format!("samklang connector {}", arguments.join(" ")),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Copies a folder with everything in it.
    pub fn copy(from: &Path, to: &Path) {
        copy(from, to);
    }
}
