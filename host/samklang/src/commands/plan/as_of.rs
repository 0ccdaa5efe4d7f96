//! `samklang plan --as-of`: what the days until another one would bring, from what the catalogue holds now. Nothing is kept, read or sent.

use jiff::civil::Date;
use samklang_core::port::{Clock as _, OperationRecord, OperationState};
use samklang_cycle::forecast;
use serde_json::json;

use super::{Plan, Planned, SHOWN, open, operation_json, show, write};
use crate::commands::Context;
use crate::configuration::Use;
use crate::failure::{Exit, Failure};
use crate::wiring::SystemClock;

pub(super) async fn run(context: &Context, plan: &Plan, day: Date) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(&plan.dir).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let describe = |name: &str| {
        let opening = fitted.openings.get(name)?;
        Some(std::sync::Arc::clone(&opening.connector.description))
    };
    let mut file = plan.csv.as_deref().map(open).transpose()?;
    let mut planned = Planned::default();
    let mut unwritten = Ok(());
    forecast(
        &store,
        &describe,
        &fitted.tenant,
        SystemClock.now(),
        day,
        |target, operation| {
            let record = OperationRecord {
                cycle: 0,
                planned_in: 0,
                connection: target.to_owned(),
                operation: operation.operation.clone(),
                entity: operation.entity,
                state: OperationState::Draft,
                attempt: 0,
                reason: operation.reason.clone(),
                outcome: None,
                before: operation.before.clone(),
                ours: operation.ours.clone(),
            };
            if let (Some(file), Ok(())) = (&mut file, &unwritten) {
                unwritten = write(file, &record);
            }
            let operation = &record.operation;
            let key = (
                target.to_owned(),
                operation.class.clone(),
                operation.action.as_str(),
            );
            *planned.counts.entry(key).or_default() += 1;
            if planned.first.len() < SHOWN {
                planned.first.push(record);
            }
        },
    )
    .await?;
    unwritten?;
    if let Some(file) = &mut file {
        file.flush()
            .map_err(|cause| Failure::because("the CSV file cannot be written", cause))?;
    }
    let counts = planned.counts.iter().map(|((target, class, action), count)| {
        json!({ "target": target, "class": class, "action": action, "count": count })
    });
    screen.document(&json!({
        "tenant": fitted.tenant.name,
        "as_of": day.to_string(),
        "counts": counts.collect::<Vec<_>>(),
        "operations": planned.first.iter().map(operation_json).collect::<Vec<_>>(),
    }));
    screen.line(format!("what {} would plan on {day}", fitted.tenant.name));
    show(screen, &planned, plan.csv.as_deref());
    screen.line("\nnothing of this has been kept");
    Ok(Exit::Done)
}
