//! A run that is under way and may be killed.

use std::io::{BufRead, BufReader, Read};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{Answer, Private};

/// The longest that a test waits for something to happen.
const PATIENCE: Duration = Duration::from_secs(240);

/// Waits until something holds.
///
/// # Panics
///
/// When it does not within some minutes.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A run of the program.
#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    said: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<String>>,
    private: Arc<Private>,
}

impl Child {
    pub(crate) fn start(mut command: Command, private: Arc<Private>) -> Self {
        let mut process = command.spawn().expect("the program can be started");
        let said = Arc::new(Mutex::new(String::new()));
        let stderr = process.stderr.take().expect("a pipe");
        let mut stdout = process.stdout.take().expect("a pipe");
        let heard = Arc::clone(&said);
        let readers = vec![
            std::thread::spawn(move || {
                let mut all = String::new();
                stdout.read_to_string(&mut all).expect("text");
                all
            }),
            std::thread::spawn(move || {
                for line in BufReader::new(stderr).lines() {
                    let line = line.expect("text");
                    let mut said = heard.lock().unwrap();
                    said.push_str(&line);
                    said.push('\n');
                }
                String::new()
            }),
        ];
        Self {
            process,
            said,
            readers,
            private,
        }
    }

    /// Waits until it has said this on its standard error, or has ended; whether it said it.
    pub fn says(&mut self, line: &str) -> bool {
        let mut ended = false;
        until(&format!("the program says {line}"), || {
            if self.said.lock().unwrap().contains(line) {
                return true;
            }
            ended = self.has_ended();
            ended
        });
        self.said.lock().unwrap().contains(line)
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.process.try_wait().expect("the process is ours").is_some()
    }

    /// Kills it on the spot, as `kill -9` does, and waits for its end.
    pub fn kill(mut self) -> Answer {
        self.process.kill().expect("the process is ours");
        self.end()
    }

    /// Waits for its end.
    pub fn end(mut self) -> Answer {
        let status = self.process.wait().expect("the process is ours");
        let mut readers = self
            .readers
            .drain(..)
            .map(|reader| reader.join().expect("no panic"));
        let stdout = readers.next().unwrap_or_default();
        drop(readers.next());
        drop(readers);
        let stderr = self.said.lock().unwrap().clone();
        self.private.look("a run", &stdout);
        self.private.look("a run", &stderr);
        Answer {
            call: "samklang run".to_owned(),
            code: status.code(),
            stdout,
            stderr,
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A test that failed leaves no process behind.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
