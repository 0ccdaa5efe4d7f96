//! Octets of any kind against each place where those of guests, of remote systems and of files enter the host.
//!
//! A target is a function over octets that panics when the host breaks a promise; a panic anywhere in the process, an overflow of the
//! stack, and whatever does not end, count as well. Each is used in three ways: a test runs the inputs in `corpus/`, so that nothing that
//! was mended comes back; `cargo xtask fuzz` looks for new ones, guided by coverage; and `cargo xtask fuzz --repeat FILE TARGET` runs one
//! again. What connectors read (files, a system's XML) is a guest's business and not here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

mod component;
mod configuration;
mod contract;
mod filter;
mod http;
mod ldap;
mod mapping;
mod oracle;
mod origin;
mod parts;
mod scene;
mod settings;
mod template;

use std::panic::resume_unwind;
use std::thread;

/// One place where octets enter.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of its folder in `corpus/`.
    pub name: &'static str,
    run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 10] = [
    Target::new("component", component::run),
    Target::new("configuration", configuration::run),
    Target::new("contract", contract::run),
    Target::new("filter", filter::run),
    Target::new("http", http::run),
    Target::new("ldap", ldap::run),
    Target::new("mapping", mapping::run),
    Target::new("origin", origin::run),
    Target::new("settings", settings::run),
    Target::new("template", template::run),
];

/// As small as the stacks of the threads that the host works on.
const STACK: usize = 2 << 20;

impl Target {
    const fn new(name: &'static str, run: fn(&[u8])) -> Self {
        Self { name, run }
    }

    /// The target of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// Hands it an input.
    ///
    /// # Panics
    ///
    /// When the host breaks a promise.
    pub fn run(&self, octets: &[u8]) {
        thread::scope(|scope| {
            let thread = thread::Builder::new()
                .stack_size(STACK)
                .name(self.name.to_owned());
            let running = thread
                .spawn_scoped(scope, || (self.run)(octets))
                .expect("a thread can be started");
            if let Err(panic) = running.join() {
                resume_unwind(panic);
            }
        });
    }
}
