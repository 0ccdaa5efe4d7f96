//! Keeps people, units, groups and accounts in concord between systems.
fn main() {}
