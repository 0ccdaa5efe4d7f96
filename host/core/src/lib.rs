//! Values, classes, deltas, entities, plans, and the decisions about them. Pure: nothing here reads a clock, a file or a
//! socket, so every decision can be tested by its input alone.

pub mod absence;
pub mod catalogue;
pub mod connector;
pub mod enrolment;
pub mod fault;
pub mod found;
pub mod guard;
pub mod journal;
pub mod key;
pub mod mapping;
pub mod matching;
pub mod plan;
pub mod port;
pub mod reconcile;
pub mod redact;
pub mod retention;
pub mod retry;
pub mod sentence;
pub mod value;

pub use connector::Description;
pub use fault::{Fault, FaultKind, Owner};
pub use value::{Attributes, Digest, Value};
