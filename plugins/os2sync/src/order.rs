//! The order in which the operations of a batch are sent: units before users, parents before their children, and what is removed last.
//! Readers of FK Organisation expect a unit to be there before something refers to it.

use std::collections::{HashMap, HashSet};

use samklang_sdk::prelude::*;

/// The name of the class of units.
pub(crate) const ORG_UNIT: &str = "orgUnit";
/// The name of the class of users.
pub(crate) const USER: &str = "user";

/// Positions in `operations`, in the order to send.
pub(crate) fn order(operations: &[Operation]) -> Vec<usize> {
    let mut seen = HashSet::new();
    let given: Vec<usize> = (0..operations.len()).collect();
    if !operations
        .iter()
        .all(|operation| seen.insert((operation.class.as_str(), operation.key.to_ascii_lowercase())))
    {
        // Operations on one object mean something only in the order in which they were given.
        return given;
    }
    let depths = depths(operations);
    let mut ordered = given;
    ordered.sort_by_key(|&at| {
        let Some(operation) = operations.get(at) else {
            return (4, 0);
        };
        match (operation.action, operation.class.as_str()) {
            (Action::Delete, ORG_UNIT) => (3, 0),
            (Action::Delete, _) => (2, 0),
            (_, ORG_UNIT) => (
                0,
                depths
                    .get(&operation.key.to_ascii_lowercase())
                    .copied()
                    .unwrap_or_default(),
            ),
            _ => (1, 0),
        }
    });
    ordered
}

/// How many of a unit's ancestors are sent in the same batch, by key.
fn depths(operations: &[Operation]) -> HashMap<String, usize> {
    let units = operations
        .iter()
        .filter(|operation| operation.class == ORG_UNIT && operation.action != Action::Delete);
    let parents: HashMap<String, Option<String>> = units
        .map(|unit| {
            (
                unit.key.to_ascii_lowercase(),
                unit.text("ParentOrgUnitUuid").map(str::to_ascii_lowercase),
            )
        })
        .collect();
    let depth = |key: &String| {
        let mut depth = 0;
        let mut above = parents.get(key).and_then(Option::as_ref);
        // A circle is the catalogue's fault and FK's to refuse; it must not hang the batch.
        while let Some(parent) = above.filter(|parent| parents.contains_key(*parent) && depth < parents.len())
        {
            depth += 1;
            above = parents.get(parent).and_then(Option::as_ref);
        }
        depth
    };
    parents.keys().map(|key| (key.clone(), depth(key))).collect()
}
