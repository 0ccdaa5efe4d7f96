//! Changes as correlation sees them: an object, and what it says.

use crate::catalogue::{Contribution, ObjectRef};
use crate::mapping::{FieldError, Inbound};
use crate::port::{Change, ChangeKind};

/// A change with what its object says.
#[derive(Debug)]
pub struct Mapped<'a> {
    /// The change's number.
    pub seq: i64,
    /// The object.
    pub object: ObjectRef,
    /// The mapping of its class.
    pub inbound: &'a Inbound,
    /// What it says.
    pub says: Says,
    /// It has not changed, but what is made of it may have.
    pub anew: bool,
    /// It is gone, and not merely out of its mapping's scope.
    pub removed: bool,
}

/// What an object says.
#[derive(Debug)]
pub enum Says {
    /// This, about an entity.
    Contribution(Contribution),
    /// Nothing: it is gone, or the mapping's condition does not hold.
    Nothing,
    /// It cannot be mapped.
    Unclear(FieldError),
}

/// Maps a change.
#[must_use]
pub fn map(change: Change, inbound: &Inbound) -> Mapped<'_> {
    let removed = change.attributes.is_none();
    let says = match change.attributes {
        None => Says::Nothing,
        Some(attributes) => match inbound.contribution(attributes) {
            Ok(Some(contribution)) => Says::Contribution(contribution),
            Ok(None) => Says::Nothing,
            Err(error) => Says::Unclear(error),
        },
    };
    Mapped {
        seq: change.seq,
        object: change.object,
        inbound,
        says,
        anew: change.kind == ChangeKind::Remapped,
        removed,
    }
}
