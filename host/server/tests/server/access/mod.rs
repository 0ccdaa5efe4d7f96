//! Who comes in, and what they may do then.

mod door;
mod provider;
mod roles;
mod sign_in;
mod tokens;
pub mod visitor;
