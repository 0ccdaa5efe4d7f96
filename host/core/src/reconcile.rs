//! From objects to entities: which entity an object stands for, and what its objects together say of an entity.
//!
//! A batch is decided in two steps, because the second needs what the first found out: [`correlate`] links objects,
//! [`merge`] works out the entities that are touched. Both are functions of what they are given and nothing else; objects are never
//! linked by a guess.

mod correlate;
mod merge;
mod ownership;
mod situation;

pub use correlate::{
    Candidates, Correlated, Doubt, Known, Mapped, Says, Setting, Suspect, correlate, map, wanted_candidates,
    wanted_holders,
};
pub use merge::{Grounds, Merged, merge};
pub use ownership::{BY_HAND, Order, Override, Ownership};
pub use situation::Situation;
