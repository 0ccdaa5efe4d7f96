//! A mail server that keeps what it gets.

use std::process::Command;
use std::time::{Duration, Instant};

use samklang_cycles::is_left_out;
use serde_json::Value;

use crate::process::Process;
use crate::tools::{script, tool};

/// How long a mail may be under way.
const PATIENCE: Duration = Duration::from_secs(90);

/// What begins a line that tells of a mail.
const MAIL: &str = "mail ";

/// A mail that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom it was sent to.
    pub to: Vec<String>,
    /// Who says to have sent it.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// A running mail server. It ends with this value.
#[derive(Debug)]
pub struct MailReceiver {
    process: Process,
    port: u16,
}

impl MailReceiver {
    /// Starts one; none when mail is left out.
    #[must_use]
    pub fn start() -> Option<Self> {
        if is_left_out("mail") {
            return None;
        }
        let python = tool("mail/bin/python", "mail");
        let mut process = Process::start(
            "a mail server",
            Command::new(python).arg("-u").arg(script("mail.py")),
            "`cargo xtask test -- -p samklang-pages` installs it, or leave it out: SAMKLANG_TEST_WITHOUT=mail",
        );
        let port = process.says("port ").parse().expect("a port");
        Some(Self { process, port })
    }

    /// The port on the loopback address.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What has arrived so far.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let said = self.process.said();
        said.iter()
            .filter_map(|line| line.strip_prefix(MAIL))
            .map(|line| Mail::of(&serde_json::from_str(line).expect("a mail as a document")))
            .collect()
    }

    /// Waits until that many have arrived.
    #[track_caller]
    pub fn arrive(&self, number: usize) -> Vec<Mail> {
        let since = Instant::now();
        loop {
            let mails = self.mails();
            if mails.len() >= number {
                return mails;
            }
            assert!(
                since.elapsed() < PATIENCE,
                "waited in vain for {number} mails: {mails:?}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Mail {
    fn of(told: &Value) -> Self {
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let to = told["to"].as_array().into_iter().flatten();
        Self {
            to: to.filter_map(|one| one.as_str().map(str::to_owned)).collect(),
            from: text("from"),
            subject: text("subject"),
            text: text("text"),
        }
    }
}
