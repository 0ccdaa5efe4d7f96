//! Browsers that watch the cycle of a tenant: each a connection on which the server tells what goes on.

use std::io::{BufRead, BufReader};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::client::Client;

/// The longest wait until each of them sees something.
const PATIENCE: Duration = Duration::from_secs(30);

/// Those who watch.
#[derive(Debug)]
pub(super) struct Watchers(Vec<Watcher>);

#[derive(Debug)]
struct Watcher {
    stream: TcpStream,
    heard: Arc<AtomicU64>,
    reads: JoinHandle<()>,
}

impl Watchers {
    /// So many begin to watch; each of them sees the cycle as it is.
    pub(super) fn begin(client: &Client, path: &str, number: usize) -> Result<Self> {
        let mut watchers = Vec::with_capacity(number);
        for _ in 0..number {
            let connection = client.follow(path)?;
            let stream = connection.get_ref().try_clone()?;
            let heard = Arc::new(AtomicU64::new(0));
            let count = Arc::clone(&heard);
            let reads = thread::Builder::new()
                .stack_size(64 << 10)
                .spawn(move || hear(connection, &count))
                .context("another thread is not to be had")?;
            watchers.push(Watcher { stream, heard, reads });
        }
        let watchers = Self(watchers);
        let since = Instant::now();
        while watchers.least() == 0 && number > 0 {
            ensure!(since.elapsed() < PATIENCE, "somebody who watches sees nothing");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(watchers)
    }

    /// How much whoever saw least has seen.
    pub(super) fn least(&self) -> u64 {
        let heard = self.0.iter().map(|watcher| watcher.heard.load(Ordering::Relaxed));
        heard.min().unwrap_or_default()
    }

    /// They go.
    pub(super) fn end(self) {
        for watcher in self.0 {
            // Either the connection is closed, or it was closed before.
            let _closed = watcher.stream.shutdown(Shutdown::Both);
            let _ended = watcher.reads.join();
        }
    }
}

/// Counts events until the connection ends.
fn hear(mut connection: BufReader<TcpStream>, count: &AtomicU64) {
    let mut line = Vec::new();
    while connection.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        if line.starts_with(b"event:") {
            count.fetch_add(1, Ordering::Relaxed);
        }
        line.clear();
    }
}
