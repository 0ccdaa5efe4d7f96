//! Every number that bounds a connector, in one type, each with its reason.
//!
//! A limit belongs to one step of one connection. Reaching it ends that step with a fault that names the limit; nothing
//! else is affected.

use std::time::Duration;

/// What one step of one connection may use. Start from [`Limits::default`] and change what the connection needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory of all instances together, in octets. Growth beyond it is refused, so that a language's runtime can
    /// report it in its own words.
    pub memory: usize,
    /// Processor time of the whole step. A million rows take seconds.
    pub cpu: Duration,
    /// The longest that one call may take, waiting included. One page or one batch of operations, over a slow network.
    pub call: Duration,
    /// Elements of all tables together: function pointers, mostly.
    pub table_elements: usize,
    /// Tables. A Python component has one per shared library.
    pub tables: usize,
    /// Core instances. A Python component has about one per shared library.
    pub instances: usize,
    /// Memories.
    pub memories: usize,
    /// Resources that are open at once: files, requests, streams.
    pub handles: usize,
    /// Octets that one call may copy into the host. A page of a thousand rows has about one million.
    pub hostcall_octets: usize,
    /// Octets kept of what a connector writes to its standard output and error; the last ones.
    pub output: usize,
    /// Lines of log per step; further ones are dropped and counted.
    pub log_lines: u64,
    /// Octets of one line of log; the rest is cut off.
    pub log_line: usize,
    /// Rows of one read. The greatest register of persons has some millions; what goes on beyond never ends.
    pub rows: u64,
    /// Octets that the outbox may hold. A file of a whole municipality has some hundred million.
    pub outbox_octets: u64,
    /// Files and folders that the outbox may hold.
    pub outbox_files: u64,
    /// Pages without a row, one after another, before a read counts as one that never ends.
    pub empty_pages: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            cpu: Duration::from_secs(300),
            call: Duration::from_secs(300),
            table_elements: 200_000,
            tables: 512,
            instances: 512,
            memories: 16,
            handles: 10_000,
            hostcall_octets: 64 << 20,
            output: 16 << 10,
            log_lines: 2_000,
            log_line: 2_000,
            rows: 50_000_000,
            outbox_octets: 4 << 30,
            outbox_files: 10_000,
            empty_pages: 1_000,
        }
    }
}

impl Limits {
    /// For `describe`, which only hands over constants.
    pub(crate) fn for_description(self) -> Self {
        Self {
            cpu: self.cpu.min(Duration::from_secs(10)),
            call: self.call.min(Duration::from_secs(20)),
            ..self
        }
    }
}
