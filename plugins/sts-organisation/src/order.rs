//! The order in which the operations of a batch are sent: units before users before functions, parents before their children, and what is
//! removed last, the other way round. Readers of the register expect that what something refers to is there.

use std::collections::{HashMap, HashSet};

use samklang_sdk::prelude::*;

use crate::description::{BRUGER, ENHED};

/// Positions in `operations`, in the order to send.
pub(crate) fn order(operations: &[Operation]) -> Vec<usize> {
    let given: Vec<usize> = (0..operations.len()).collect();
    let mut seen = HashSet::new();
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
            return (6, 0);
        };
        let depth = depths
            .get(&operation.key.to_ascii_lowercase())
            .copied()
            .unwrap_or_default();
        match (operation.action == Action::Delete, operation.class.as_str()) {
            (false, ENHED) => (0, depth),
            (false, BRUGER) => (1, 0),
            (false, _) => (2, 0),
            (true, BRUGER) => (4, 0),
            (true, ENHED) => (5, 0),
            (true, _) => (3, 0),
        }
    });
    ordered
}

/// How many of a unit's ancestors are sent in the same batch, by key.
fn depths(operations: &[Operation]) -> HashMap<String, usize> {
    let units = operations
        .iter()
        .filter(|operation| operation.class == ENHED && operation.action != Action::Delete);
    let parents: HashMap<String, Option<String>> = units
        .map(|unit| {
            (
                unit.key.to_ascii_lowercase(),
                unit.text("Overordnet").map(str::to_ascii_lowercase),
            )
        })
        .collect();
    let depth = |key: &String| {
        let mut depth = 0;
        let mut above = parents.get(key).and_then(Option::as_ref);
        // A circle is the catalogue's fault; it must not hang the batch.
        while let Some(parent) = above.filter(|parent| parents.contains_key(*parent) && depth < parents.len())
        {
            depth += 1;
            above = parents.get(parent).and_then(Option::as_ref);
        }
        depth
    };
    parents.keys().map(|key| (key.clone(), depth(key))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(action: Action, class: &str, key: &str, parent: Option<&str>) -> Operation {
        let parent = parent.map(|parent| ("Overordnet".to_owned(), Value::from(parent)));
        Operation {
            id: "1".into(),
            action,
            class: class.into(),
            key: key.into(),
            desired: parent.into_iter().collect(),
            changed: Vec::new(),
        }
    }

    #[test]
    fn what_is_referred_to_comes_first_and_goes_last() {
        let operations = [
            operation(Action::Delete, ENHED, "u9", None),
            operation(Action::Delete, BRUGER, "b9", None),
            operation(Action::Delete, "Stilling", "s9", None),
            operation(Action::Create, "Stilling", "s1", None),
            operation(Action::Update, BRUGER, "b1", None),
            operation(Action::Create, ENHED, "u2", Some("U1")),
            operation(Action::Create, ENHED, "u1", None),
        ];
        assert_eq!(order(&operations), [6, 5, 4, 3, 2, 1, 0]);
        let twice = [
            operation(Action::Delete, BRUGER, "b", None),
            operation(Action::Create, BRUGER, "B", None),
        ];
        assert_eq!(order(&twice), [0, 1]);
    }
}
