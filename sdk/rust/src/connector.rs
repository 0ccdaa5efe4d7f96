//! The two traits that a connector implements. They say what the contract says, in Rust's words; the defaults are those of a
//! connector that can do nothing.

use serde::de::DeserializeOwned;

use crate::{Batch, Description, Error, Extent, Finding, Object, Operation, Outcome};

/// A connector at work for one connection.
pub trait Connector: Sized + 'static {
    /// The settings, in the shape of the JSON Schema that [`Connector::describe`] gives. The host has checked them against
    /// it; what a schema cannot say is for [`Connector::open`] to check.
    type Settings: DeserializeOwned;

    /// What the connector is. Always the same, without reaching for anything outside.
    fn describe() -> Description;

    /// Begins to work for a connection.
    ///
    /// # Errors
    /// [`Error::InvalidSettings`] when the settings cannot be used. Nothing should be reached for here: that is what
    /// [`Connector::check`] is for.
    fn open(settings: Self::Settings) -> Result<Self, Error>;

    /// Looks whether the connection can work. Changes nothing.
    ///
    /// # Errors
    /// Only when it cannot be told; what does not work is a [`Finding`].
    fn check(&self) -> Result<Vec<Finding>, Error> {
        Ok(Vec::new())
    }

    /// Begins to read these classes. [`Reading`](crate::Reading) and [`reader_of`](crate::reader_of) make readers of
    /// iterators.
    ///
    /// # Errors
    /// When nothing can be read at all, such as [`Error::WaitingForData`]; later errors come from the reader.
    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        let _ = (classes, extent);
        Err(Error::Unsupported("this connector does not read".into()))
    }

    /// Fetches single objects; those that do not exist are left out.
    ///
    /// # Errors
    /// When the system does not answer for all of them.
    fn get(&self, class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        let _ = (class, keys);
        Err(Error::Unsupported(
            "this connector does not fetch single objects".into(),
        ))
    }

    /// Carries out operations, in order: one outcome each, in the same order. The same operation may come twice.
    ///
    /// # Errors
    /// Only when it cannot be told which of them took effect.
    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        let _ = operations;
        Err(Error::Unsupported("this connector does not write".into()))
    }
}

/// A read that is under way.
pub trait Reader {
    /// The next rows, at most `max`, or that everything has been handed over. Not called again after
    /// [`Batch::Complete`] or an error.
    ///
    /// # Errors
    /// An error ends the read, and nothing of it is taken over.
    fn next(&mut self, max: usize) -> Result<Batch, Error>;
}
