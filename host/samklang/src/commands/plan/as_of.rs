//! `samklang plan --as-of`: what the days until another one would bring, from what the catalogue holds now. Nothing is kept, read or sent.

use jiff::civil::Date;
use samklang_core::port::Clock as _;
use serde_json::json;

use super::{Plan, Planned, SHOWN, open, operation_json, show, write};
use crate::commands::Context;
use crate::configuration::Use;
use crate::desk::forecast::forecast;
use crate::failure::{Exit, Failure};
use crate::wiring::SystemClock;

pub(super) async fn run(context: &Context, plan: &Plan, day: Date) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(&plan.dir).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let mut file = plan.csv.as_deref().map(open).transpose()?;
    let mut planned = Planned::default();
    let mut unwritten = Ok(());
    forecast(&store, &fitted, SystemClock.now(), day, |record| {
        if let (Some(file), Ok(())) = (&mut file, &unwritten) {
            unwritten = write(file, &record);
        }
        let operation = &record.operation;
        let key = (
            record.connection.clone(),
            operation.class.clone(),
            operation.action.as_str(),
        );
        *planned.counts.entry(key).or_default() += 1;
        if planned.first.len() < SHOWN {
            planned.first.push(record);
        }
    })
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
