//! What was sent to a target in an earlier cycle and never answered. The ground may have moved since: whoever was to be removed may have
//! come back. So it is looked up, and what did not take effect is planned anew with everything else; it is never simply sent again where
//! the target can be asked.

use samklang_core::Description;
use samklang_core::connector::Outcome;
use samklang_core::port::{Clock, Connectors, OperationState, Settled, Store};

use crate::apply::{READ_BACK, came_true, read_back};
use crate::stop::Early;
use crate::worker::Worker;

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// Settles what took effect and takes back what did not. What cannot be looked up stays as it is: the contract makes it harmless to
    /// send that again.
    pub(crate) async fn look_back(&self, name: &str, description: &Description) -> Result<(), Early> {
        let limit = u32::try_from(READ_BACK).unwrap_or(u32::MAX);
        loop {
            let mut unsure = self
                .store
                .operations(name, &[OperationState::Sent], limit)
                .await?;
            unsure.retain(|record| {
                let class = description.class(&record.operation.class);
                class.is_some_and(|class| class.gettable)
            });
            if unsure.is_empty() {
                break;
            }
            let mut session = self.connectors.open(name, "export").await?;
            let found = read_back(description, &mut session, &unsure).await?;
            let settled: Vec<Settled> = unsure
                .iter()
                .map(|record| {
                    let objects = found.get(&record.operation.class);
                    let outcome = objects.and_then(|objects| came_true(description, record, objects));
                    // What is put off is withdrawn below.
                    let outcome = outcome.unwrap_or_else(|| Outcome::RetryLater {
                        after: std::time::Duration::ZERO,
                        reason: "it did not take effect, and is planned anew".to_owned(),
                    });
                    self.settled((name, description), record, outcome, false)
                })
                .collect();
            self.store.settle(name, &settled).await?;
            self.store.renew_lease(self.clock.now()).await?;
        }
        self.store.withdraw(name).await?;
        Ok(())
    }
}
