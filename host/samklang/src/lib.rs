//! The program: configuration, wiring and commands. The only crate that knows all the others; what it decides itself is how
//! to say things to a person.

// The future of a whole cycle is made of many, one within the other.
#![recursion_limit = "256"]

mod cli;
mod commands;
pub mod configuration;
mod desk;
mod failure;
mod installation;
mod log;
mod private_file;
mod progress;
mod recording;
mod screen;
mod wiring;

pub use cli::{Arguments, main};
pub use desk::Office;
pub use failure::{Exit, Failure};
pub use installation::{Arrival, Premises};
pub use wiring::{Interrupt, OpenConnection, SystemClock, Wiring};
