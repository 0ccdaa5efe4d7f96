//! What the cycle asks of connectors and of the time of day.

use std::sync::Arc;

use crate::connector::{Batch, Description, Extent, Finding, Object, Operation, Outcome};
use crate::fault::Fault;

use super::Usage;

/// The connections of one tenant, each ready to be opened.
pub trait Connectors: Send + Sync {
    /// The work for one connection in one step.
    type Session: Session;

    /// What the connection's connector says of itself.
    ///
    /// # Errors
    ///
    /// When the connector cannot be loaded, or there is no such connection.
    fn describe(&self, connection: &str) -> Result<Arc<Description>, Fault>;

    /// When what the connection would read was delivered, in milliseconds since 1970, where the host can tell: the newest file of an inbox.
    /// The contract says nothing of it.
    fn delivered(&self, connection: &str) -> impl Future<Output = Option<i64>> + Send {
        let _ = connection;
        std::future::ready(None)
    }

    /// Opens a session: a fresh instance, with the connection's settings, grants and credentials.
    ///
    /// # Errors
    ///
    /// When the connector cannot be loaded or refuses the settings.
    fn open(&self, connection: &str, step: &str)
    -> impl Future<Output = Result<Self::Session, Fault>> + Send;

    /// What the connection's sessions have used since this was last asked. Sessions that are still open do not count yet.
    fn take_usage(&self, connection: &str) -> Usage {
        let _ = connection;
        Usage::default()
    }
}

/// The work for one connection in one step. After a fault the session is of no further use.
pub trait Session: Send {
    /// Looks whether the connection can work; changes nothing.
    ///
    /// # Errors
    ///
    /// Any fault of the connector.
    fn check(&mut self) -> impl Future<Output = Result<Vec<Finding>, Fault>> + Send;

    /// Begins to read objects of these classes. A session has at most one read under way; a new one ends the former.
    ///
    /// # Errors
    ///
    /// Any fault of the connector.
    fn read(&mut self, classes: &[String], extent: &Extent)
    -> impl Future<Output = Result<(), Fault>> + Send;

    /// The next batch of the read under way, at most `max` rows.
    ///
    /// # Errors
    ///
    /// Any fault of the connector.
    fn next(&mut self, max: u32) -> impl Future<Output = Result<Batch, Fault>> + Send;

    /// Fetches single objects; those that do not exist are left out.
    ///
    /// # Errors
    ///
    /// Any fault of the connector.
    fn get(
        &mut self,
        class: &str,
        keys: &[String],
    ) -> impl Future<Output = Result<Vec<Object>, Fault>> + Send;

    /// Carries out operations: one outcome each, in their order.
    ///
    /// # Errors
    ///
    /// Any fault of the connector; then it is unknown which operations took effect.
    fn apply(&mut self, operations: &[Operation])
    -> impl Future<Output = Result<Vec<Outcome>, Fault>> + Send;
}

/// The time of day. Tests bring their own.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;

    /// Waits.
    fn sleep(&self, duration: std::time::Duration) -> impl Future<Output = ()> + Send;
}
