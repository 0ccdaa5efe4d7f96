//! Doors for the fuzz targets, and for nobody else: the rules of the contract over values that no guest has to be built for.

use samklang_core::Description;
use samklang_core::connector::{Batch, Extent, Object, Operation, Outcome};

use crate::contract;
use crate::limits::Limits;

/// What is wrong with a description.
///
/// # Errors
///
/// When it is not sound; likewise below.
pub fn description(description: &Description) -> Result<(), String> {
    contract::description(description)
}

/// What is wrong with the objects that `get` gives for these keys.
///
/// # Errors
///
/// As [`description`].
pub fn objects(
    description: &Description,
    class: &str,
    keys: &[String],
    objects: &[Object],
) -> Result<(), String> {
    contract::objects(description, class, keys, objects)
}

/// What is wrong with the outcomes of these operations.
///
/// # Errors
///
/// As [`description`].
pub fn outcomes(
    description: &Description,
    operations: &[Operation],
    outcomes: &[Outcome],
) -> Result<(), String> {
    contract::outcomes(description, operations, outcomes)
}

/// One read from its first page to its completion.
pub struct ReadWatch(contract::ReadWatch);

impl ReadWatch {
    /// Of these classes.
    #[must_use]
    pub fn new(classes: &[String], extent: &Extent, limits: &Limits) -> Self {
        Self(contract::ReadWatch::new(classes, extent, limits))
    }

    /// What is wrong with the next batch.
    ///
    /// # Errors
    ///
    /// As [`description`].
    pub fn batch(&mut self, description: &Description, batch: &Batch, max: u32) -> Result<(), String> {
        self.0.batch(description, batch, max)
    }
}
