//! The server against a stand-in of the program: a [`desk::Rehearsal`] with two tenants and examples of everything.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    unreachable_pub,
    missing_docs,
    reason = "test support: a panic is the report"
)]

mod access;
mod api;
mod desk;
mod keyed;
mod news;
mod openapi;
mod pages;
mod people;
mod refusals;
mod rehearsal;
mod routes;
mod staff;
mod stage;
mod upload;
mod watch;
