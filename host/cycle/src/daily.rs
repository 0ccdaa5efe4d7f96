//! What a target gets in a day. What is planned beyond that is held over, what takes away what persons have last of all: it waits as it is,
//! approved as it was, unless its ground moves, and the next day's cycle sends it before anything is planned twice.

use samklang_core::Owner;
use samklang_core::port::{Clock, Connectors, OperationRecord, OperationState, StepSpec, Store, StoreError};

use crate::stop::{Stop, StopCode};
use crate::tenant::Connection;
use crate::worker::{Step, Worker};

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// The day that is counted.
    fn today(&self) -> String {
        self.tenant.calendar.day(self.clock.now()).to_string()
    }

    /// Holds over what is planned beyond what the target gets today. What one person asked for is done whatever the limit.
    pub(crate) async fn hold_over(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
    ) -> Result<(), StoreError> {
        let (Some(limit), None) = (connection.daily_operations, step.errand) else {
            return Ok(());
        };
        let sent = self.store.sent_on(name, &self.today()).await?;
        self.store
            .hold_over(name, u64::from(limit).saturating_sub(sent))
            .await
    }

    /// Counts what is about to be sent. An operation that is sent again counts once.
    pub(crate) async fn count_sent(
        &self,
        name: &str,
        connection: &Connection,
        operations: &[OperationRecord],
    ) -> Result<(), StoreError> {
        let fresh = operations
            .iter()
            .filter(|record| record.state == OperationState::Planned && record.attempt == 0)
            .count();
        if connection.daily_operations.is_none() || fresh == 0 {
            return Ok(());
        }
        self.store.count_sent(name, &self.today(), fresh as u64).await
    }

    /// What a person should know of an export that is done: what is held over.
    pub(crate) async fn left_for_another_day(&self, spec: &StepSpec) -> Result<Option<Stop>, StoreError> {
        let name = spec.connection.as_deref().unwrap_or_default();
        let limit = self
            .connection(name)
            .and_then(|connection| connection.daily_operations);
        let (Some(limit), "export") = (limit, spec.kind.as_str()) else {
            return Ok(None);
        };
        let held = self.store.held_over(name).await?;
        Ok((held > 0).then(|| Stop {
            code: StopCode::DailyLimit,
            message: format!(
                "{name} gets {limit} operations a day; {held} that are planned wait for another day, those that take away what \
                 persons have before all others"
            ),
            owner: Owner::Operator,
            remedy: "nothing, the next days' cycles send them; raise `daily_operations` when that takes too long".to_owned(),
            detail: serde_json::json!({ "limit": limit, "held_over": held }),
        }))
    }
}
