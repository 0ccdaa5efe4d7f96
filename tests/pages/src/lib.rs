//! The pages in a real browser, and what a test of them needs beside it: the program that serves them, a provider of identities, and
//! receivers for what the program sends. Everything runs on loopback, in folders of its own, and ends with the value that holds it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "test support: a panic is the report"
)]

mod axe;
mod browser;
mod devtools;
mod element;
mod http;
mod installation;
mod keyboard;
mod mail;
mod process;
mod provider;
mod served;
mod tools;
mod webhook;

pub use axe::{Axe, Violation};
pub use browser::{Browser, Width};
pub use http::{Http, Reply};
pub use installation::{Installation, TENANT, extract};
pub use mail::{Mail, MailReceiver};
pub use provider::{PEOPLE, Provider};
pub use served::Served;
pub use tools::{schemathesis, target};
pub use webhook::{Call, WebhookReceiver};
