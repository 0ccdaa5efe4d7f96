//! A real OCI registry on a free port of this machine, for as long as it is held.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a registry may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether tests that need this are left out on purpose, which is said then.
#[must_use]
pub fn is_left_out(what: &str) -> bool {
    let without = std::env::var("SAMKLANG_TEST_WITHOUT").unwrap_or_default();
    let left_out = without.split(',').any(|left_out| left_out == what);
    if left_out {
        eprintln!("without {what}, as SAMKLANG_TEST_WITHOUT asks");
    }
    left_out
}

/// A running registry. Stops when dropped.
#[derive(Debug)]
pub struct OciRegistry {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl OciRegistry {
    /// Starts one, empty; none when it is to be left out.
    ///
    /// # Panics
    ///
    /// When the program is not there, or does not answer.
    #[must_use]
    pub fn start() -> Option<Self> {
        if is_left_out("registry") {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let file = folder.path().join("config.yml");
        let config = format!(
            "version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {} }} }}\nhttp: {{ addr: \"127.0.0.1:{port}\" }}\n",
            folder.path().join("data").display()
        );
        std::fs::write(&file, config).unwrap();
        let child = Command::new("docker-registry")
            .arg("serve")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "docker-registry cannot be started ({error}): install it (Debian, Ubuntu: `sudo apt-get install docker-registry`), \
                     or leave it out: SAMKLANG_TEST_WITHOUT=registry"
                )
            });
        let registry = Self {
            child,
            port,
            _folder: folder,
        };
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(since.elapsed() < PATIENCE, "docker-registry does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(registry)
    }

    /// Host and port.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for OciRegistry {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
