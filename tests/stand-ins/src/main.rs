//! Runs one stand-in until interrupted.
fn main() {}
