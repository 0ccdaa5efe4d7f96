//! The program: configuration, wiring and commands. The only crate that knows all the others; what it decides itself is how
//! to say things to a person.

mod cli;
mod commands;
pub mod configuration;
mod failure;
mod installation;
mod private_file;
mod progress;
mod recording;
mod screen;
mod wiring;

pub use cli::{Arguments, main};
pub use failure::{Exit, Failure};
pub use installation::{Arrival, Premises};
pub use wiring::{Interrupt, OpenConnection, SystemClock, Wiring};
