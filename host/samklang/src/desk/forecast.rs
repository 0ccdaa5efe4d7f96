//! What the days until another one would bring, from what the catalogue holds now. Nothing is kept, read or sent.

use std::sync::Arc;

use jiff::civil::Date;
use samklang_core::port::{OperationRecord, OperationState};
use samklang_server::view::{Forecast, Page, Part, PlannedOperation};
use samklang_store::TenantStore;

use super::history::mark;
use super::place::Place;
use super::plan::{Kinds, OPERATIONS, counted, meant, operation};
use crate::configuration::Fitted;
use crate::failure::Failure;

/// Hands over every operation that would be planned on a day, target by target.
pub(crate) async fn forecast(
    store: &TenantStore,
    fitted: &Fitted,
    now: i64,
    day: Date,
    mut see: impl FnMut(OperationRecord),
) -> Result<(), Failure> {
    let describe = |name: &str| {
        let opening = fitted.openings.get(name)?;
        Some(Arc::clone(&opening.connector.description))
    };
    samklang_cycle::forecast(store, &describe, &fitted.tenant, now, day, |target, planned| {
        see(OperationRecord {
            cycle: 0,
            planned_in: 0,
            connection: target.to_owned(),
            operation: planned.operation.clone(),
            entity: planned.entity,
            state: OperationState::Draft,
            attempt: 0,
            reason: planned.reason.clone(),
            outcome: None,
            before: planned.before.clone(),
            ours: planned.ours.clone(),
        });
    })
    .await?;
    Ok(())
}

impl Place {
    /// It, in numbers.
    pub(super) async fn forecast(&self, day: Date, now: i64) -> Result<Forecast, Failure> {
        let fitted = self.fitted().await?;
        let mut kinds = Kinds::new();
        forecast(&self.store, &fitted, now, day, |record| {
            let action = record.operation.action.as_str();
            let kind = (record.connection, record.operation.class, action);
            *kinds.entry(kind).or_default() += 1;
        })
        .await?;
        Ok(Forecast {
            day: day.to_string(),
            counts: counted(kinds),
        })
    }

    /// Its operations; of one target and one action, when these are named.
    pub(super) async fn forecast_operations(
        &self,
        (day, now): (Date, i64),
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Result<Page<PlannedOperation>, Failure> {
        let only = action.map(meant).transpose()?;
        let first: u64 = mark(part)?.unwrap_or_default();
        let end = first.saturating_add(u64::from(part.size(OPERATIONS)));
        let fitted = self.fitted().await?;
        let (mut items, mut seen) = (Vec::new(), 0_u64);
        forecast(&self.store, &fitted, now, day, |record| {
            let is_wanted = target.is_none_or(|target| record.connection == target)
                && only.is_none_or(|only| record.operation.action == only);
            if !is_wanted {
                return;
            }
            if (first..end).contains(&seen) {
                items.push(operation(&fitted, record));
            }
            seen = seen.saturating_add(1);
        })
        .await?;
        Ok(Page {
            items,
            next: (seen > end).then(|| end.to_string()),
        })
    }
}
