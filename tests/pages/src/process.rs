//! A program beside the test, which tells on its standard output that it is ready, and goes on telling.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The longest that a program may take to be ready or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. It is killed when this value goes, and with it whatever it has started.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts it. What it says on both outputs is kept by line.
    pub(crate) fn start(name: &str, command: &mut Command, remedy: &str) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|cause| panic!("{name} cannot be started: {cause}; {remedy}"));
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        listen(child.stdout.take().expect("a pipe"), Arc::clone(&said));
        listen(child.stderr.take().expect("a pipe"), Arc::clone(&said));
        Self {
            name: name.to_owned(),
            child,
            said,
        }
    }

    /// What it has said so far.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Waits for a line with this in it, and gives what comes after it in the line.
    #[track_caller]
    pub(crate) fn says(&mut self, part: &str) -> String {
        let since = Instant::now();
        loop {
            let said = self.said();
            if let Some((_, rest)) = said.iter().find_map(|line| line.split_once(part)) {
                return rest.trim().to_owned();
            }
            let ended = self.child.try_wait().expect("the process is ours");
            assert!(
                ended.is_none() && since.elapsed() < PATIENCE,
                "{} does not say `{part}` ({}):\n{}",
                self.name,
                ended.map_or("it runs".to_owned(), |status| status.to_string()),
                said.join("\n")
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks it to end, as a service manager does.
    pub(crate) fn terminate(&self) {
        kill_process(self.id(), Signal::TERM).expect("the process is ours");
    }

    fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the process is ours") {
                return status;
            }
            assert!(
                since.elapsed() < PATIENCE,
                "{} does not end:\n{}",
                self.name,
                self.said().join("\n")
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It is the first of its group, which bears its id.
        let _ = kill_process_group(self.id(), Signal::KILL);
        drop(self.child.wait());
    }
}

fn listen(output: impl std::io::Read + Send + 'static, said: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let Ok(line) = line else { return };
            said.lock().unwrap().push(line);
        }
    });
}

/// A port of the loopback address that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
