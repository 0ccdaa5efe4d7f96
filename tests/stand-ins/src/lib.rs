//! Stand-in servers: what a connector talks to in a test when the real system cannot be had. Each is written from what is
//! known of the real system and never from a connector, keeps the real one's strictness, and can be told to fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "test support: a panic is the report"
)]

pub mod canvas;
mod clock;
pub mod identity;
pub mod os2mo;
pub mod os2sync;
pub mod server;
pub mod sts_organisation;
pub mod tls;
pub mod ws_trust;

pub use canvas::Canvas;
pub use os2mo::Os2mo;
pub use os2sync::Os2sync;
pub use server::{Fault, Recorded, StandIn};
pub use sts_organisation::StsOrganisation;
