//! Whole cycles as an operator runs them: the real program, real connectors, and stand-ins for the systems on loopback.
//! Here is what the tests share; what is asserted stands in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod answer;
mod child;
mod installation;
mod private;
mod program;
mod registry;
mod tenant;

pub use answer::Answer;
pub use child::{Child, until};
pub use installation::installation;
pub use private::{Private, contains};
pub use program::{program, repository};
pub use registry::{OciRegistry, is_left_out};
pub use tenant::Tenant;
