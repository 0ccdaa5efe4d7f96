//! A target connector for OS2sync, the service that writes a municipality's users and units to FK Organisation. It sends whole states,
//! which OS2sync queues; what became of them shows only when they are read back. The cleanup endpoints, which delete everything
//! that a list lacks, are never called.

pub use connector::Os2sync;
pub use settings::{Removal, Settings};

mod apply;
mod check;
mod connector;
mod description;
mod endpoint;
mod hierarchy;
mod order;
mod refusal;
mod rules;
mod settings;
mod shape;

samklang_sdk::export!(Os2sync);
