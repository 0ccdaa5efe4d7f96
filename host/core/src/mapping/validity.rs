//! The days on which an entity begins or ceases to hold.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::template::day;
use crate::catalogue::{Entity, EntityState};
use crate::value::Value;

/// The days on which an entity turns from what is to come to what is, and from what is to what was. An end is the last day on which it holds,
/// so what it ends is looked at on the day after. A value that is no day turns nothing; the mapping that asks for it says so.
#[must_use]
pub fn turning_days(entity: &Entity) -> BTreeSet<Date> {
    if entity.state == EntityState::Gone {
        return BTreeSet::new();
    }
    let bound = |name: &str| entity.values.get(name).and_then(Value::as_text).and_then(day);
    let end = bound("end").and_then(|end| end.checked_add(1.day()).ok());
    bound("begin").into_iter().chain(end).collect()
}
