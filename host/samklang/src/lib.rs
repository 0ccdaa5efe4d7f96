//! The program: configuration, wiring and commands. The only crate that knows all the others; what it decides itself is how
//! to say things to a person.

pub mod configuration;
