//! Whole cycles of the real program with real connectors against stand-ins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a panic is the report"
)]

mod active_directory;
mod administration;
mod delivery;
mod domain;
mod faults;
mod fk_organisation;
mod malformed;
mod organisation;
mod out_of_tree;
mod privacy;
mod recording;
mod roster;
mod school;
