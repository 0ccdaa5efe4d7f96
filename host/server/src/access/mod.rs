//! Who somebody is and what they may do where. Nothing gets at a tenant but by a [`Within`], and only this room makes one, after it has
//! looked the person's role up: there is no way to name a tenant without being somebody in it.

mod guest;
mod within;

pub(crate) use guest::Entry;
pub use guest::{Guest, In};
pub use samklang_store::Role;
pub use within::{Administrator, Approver, AtLeast, Includes, Operator, Viewer, Within};
