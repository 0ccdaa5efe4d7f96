//! The pages as people use them: in a real Chromium, served by the real program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is the report"
)]

mod cycle;
mod everybody;
mod interface;
mod judges;
mod languages;
mod notices;
mod stopping;
mod story;
