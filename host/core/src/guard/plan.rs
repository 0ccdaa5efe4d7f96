//! Counts what a plan would do to a target, operation by operation: creations, removals, objects shut off, identifiers changed, and each
//! attribute that changes.

use super::limits::{Change, Subject};
use super::sample::{Kept, Sample};
use super::tally::{Cell, Counted};
use crate::connector::{Action, Operation};
use crate::mapping::Outbound;
use crate::plan::says_off;
use crate::value::{Attributes, Digest, Value};

/// A count under way.
#[derive(Debug, Default)]
pub struct PlanTally {
    counted: Counted,
    examples: Kept<Example>,
    /// The sum of the digests of the operations, which does not depend on their order.
    content: u128,
    operations: u64,
}

/// An operation that is an example of what a plan would do. What is there now has to be looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The class.
    pub class: String,
    /// The key.
    pub key: String,
    /// The kind of change that it is an example of.
    pub change: Change,
    after: Option<Attributes>,
    changed: Vec<String>,
}

/// What was counted of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedPlan {
    /// By class and kind of change.
    pub counted: Counted,
    /// What tells this plan from any other, whatever the order of its operations.
    pub content: String,
    /// Examples.
    pub examples: Vec<Example>,
}

impl PlanTally {
    /// Counts one operation.
    pub fn note(&mut self, outbound: &Outbound, operation: &Operation) {
        self.operations += 1;
        let text = serde_json::to_string(operation).unwrap_or_default();
        let digest = u128::from_le_bytes(Digest::of_bytes(text.as_bytes()).0);
        self.content = self.content.wrapping_add(digest);
        match operation.action {
            Action::Create => self.add(outbound, operation, Change::Added),
            Action::Delete => self.add(outbound, operation, Change::Removed),
            Action::Update => {
                if shuts_off(operation) {
                    // Counted among the removed as well: a plan does not pass by shutting half of them off and removing the rest.
                    self.add(outbound, operation, Change::Removed);
                    self.add(outbound, operation, Change::Deactivated);
                }
                if operation.changed.iter().any(|name| outbound.identifies(name)) {
                    self.add(outbound, operation, Change::KeyChanged);
                }
                for name in &operation.changed {
                    self.add(outbound, operation, Change::Attribute(name.clone()));
                }
            }
        }
    }

    fn add(&mut self, outbound: &Outbound, operation: &Operation, change: Change) {
        let Operation {
            class, key, desired, ..
        } = operation;
        self.examples.offer(class, &change, key, || Example {
            class: class.clone(),
            key: key.clone(),
            change: change.clone(),
            after: (operation.action != Action::Delete).then(|| desired.clone()),
            changed: operation.changed.clone(),
        });
        self.counted.add(cell(outbound), change, 1);
    }

    /// What was counted.
    #[must_use]
    pub fn finish(self) -> CountedPlan {
        let Self {
            counted,
            examples,
            content,
            operations,
        } = self;
        CountedPlan {
            counted,
            content: format!("{content:032x}-{operations}"),
            examples: examples.all(),
        }
    }
}

impl Example {
    /// The example beside what is there now.
    #[must_use]
    pub fn beside(&self, outbound: &Outbound, before: Option<&Attributes>) -> Sample {
        Sample::of(
            (&cell(outbound), &self.change),
            &self.key,
            [before, self.after.as_ref()],
            &|name| self.changed.is_empty() || self.changed.iter().any(|changed| changed == name),
            &|name| outbound.conceals(name),
        )
    }
}

/// A plan is not counted by cell: a target has none.
fn cell(outbound: &Outbound) -> Cell {
    Cell {
        subject: Subject::of(outbound.entity),
        class: outbound.class.clone(),
        cell: String::new(),
        learner: false,
    }
}

fn shuts_off(operation: &Operation) -> bool {
    operation
        .changed
        .iter()
        .any(|name| says_off(name, operation.desired.get(name).unwrap_or(&Value::Absent)))
}
