//! Loads, type-checks, limits and runs connector components: the only room that knows WebAssembly. A connector runs in a
//! fresh instance per step, holds nothing but what its connection is granted, and can harm nothing but its own step: a
//! trap, a loop or a hunger for memory ends in a fault that says what happened, and the next step begins anew.

mod abi;
mod cache;
mod contract;
mod engine;
mod fault;
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod instance;
mod ldap;
mod limits;
mod loader;
mod log;
mod meter;
mod outbox;
mod sandbox;
mod session;
mod tape;
mod words;

pub use limits::Limits;
pub use loader::LoadError;
pub use sandbox::{Component, Sandbox, SandboxConfig, SandboxError};
pub use session::{OpenRequest, Session};
pub use tape::{Call, Exchange, Reel, Tape};
