//! Where the rooms meet: the cycle's ports over sandbox, egress and the operating system.

mod clock;
mod connectors;
mod interrupt;
pub(crate) mod worker;

pub use clock::SystemClock;
pub(crate) use clock::written;
pub use connectors::{OpenConnection, Wiring};
pub use interrupt::Interrupt;
