//! The answers to `get` and `apply` against what was asked.

use std::collections::BTreeSet;

use samklang_core::connector::{Class, Description, Object, Operation, Outcome, Receipt};

use super::{Checked, class, fields};

/// The objects that `get` found among these keys.
pub(crate) fn objects(description: &Description, name: &str, keys: &[String], objects: &[Object]) -> Checked {
    let class = class(description, name)?;
    let mut awaited: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    for (number, object) in objects.iter().enumerate() {
        let place = |problem: String| format!("object {} of the class `{name}`: {problem}", number + 1);
        if !awaited.remove(object.key.as_str()) {
            return Err(place("its key was not asked for, or is there twice".to_owned()));
        }
        fields(class, &object.fields).map_err(place)?;
    }
    Ok(())
}

/// One outcome per operation.
pub(crate) fn outcomes(description: &Description, operations: &[Operation], outcomes: &[Outcome]) -> Checked {
    if operations.len() != outcomes.len() {
        return Err(format!(
            "{} outcomes for {} operations",
            outcomes.len(),
            operations.len()
        ));
    }
    for (number, (operation, outcome)) in operations.iter().zip(outcomes).enumerate() {
        let class = class(description, &operation.class)?;
        let checked = match outcome {
            Outcome::Done(given) | Outcome::Queued(given) => receipt(class, given),
            Outcome::Conflict(object) if object.key.is_empty() => {
                Err("the key of the conflicting object is empty".to_owned())
            }
            Outcome::Conflict(object) => fields(class, &object.fields),
            Outcome::Unchanged | Outcome::RetryLater { .. } | Outcome::Rejected(_) => Ok(()),
        };
        checked.map_err(|problem| format!("outcome {}: {problem}", number + 1))?;
    }
    Ok(())
}

fn receipt(class: &Class, receipt: &Receipt) -> Checked {
    if receipt.key.is_empty() {
        return Err("the key in the receipt is empty".to_owned());
    }
    fields(class, &receipt.assigned)
}
