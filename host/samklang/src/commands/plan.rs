//! `samklang plan`: the cycle up to its plans. Nothing is sent to any target, and the next run carries out exactly these
//! plans.

mod as_of;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use samklang_core::port::OperationRecord;
use samklang_cycle::{Ended, Mode};
use serde_json::{Value, json};

use super::{Context, report};
use crate::desk::run::Ready;
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, Tone};

/// Operations that are shown.
const SHOWN: usize = 20;

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Write every operation to this file, too.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Show what would be planned on this day (YYYY-MM-DD), from what is known now; nothing of it is kept.
    #[arg(long, value_name = "DAY")]
    as_of: Option<jiff::civil::Date>,
}

/// What is planned: counts of everything, and the first operations.
#[derive(Default)]
struct Planned {
    counts: BTreeMap<(String, String, &'static str), u64>,
    first: Vec<OperationRecord>,
}

pub(super) async fn run(context: &Context, plan: &Plan) -> Result<Exit, Failure> {
    if let Some(day) = plan.as_of {
        return as_of::run(context, plan, day).await;
    }
    let screen = context.screen;
    let ready = context.ready(&plan.dir).await?;
    let mut file = plan.csv.as_deref().map(open).transpose()?;
    let Some(mut outcome) = ready.run(&context.audience(), Mode::Plan).await? else {
        screen.document(&json!({ "tenant": ready.tenant.name, "ended": "interrupted" }));
        return Ok(Exit::Failed);
    };
    report::refill(&ready.store, outcome.cycle, &mut outcome.steps).await?;
    let planned = gather(&ready, outcome.cycle, file.as_mut()).await?;
    if let (Some(file), Some(path)) = (&mut file, &plan.csv) {
        file.flush()
            .map_err(|cause| Failure::because(format!("{} cannot be written", path.display()), cause))?;
    }
    let mut document = report::report_json(&ready.tenant.name, &outcome, &ready.unsigned);
    if let Value::Object(members) = &mut document {
        let counts = planned.counts.iter().map(|((target, class, action), count)| {
            json!({ "target": target, "class": class, "action": action, "count": count })
        });
        members.insert("counts".to_owned(), counts.collect());
        members.insert(
            "operations".to_owned(),
            planned.first.iter().map(operation_json).collect(),
        );
    }
    screen.document(&document);
    screen.line(format!("cycle {} of {}\n", outcome.cycle, ready.tenant.name));
    report::steps(screen, &outcome.steps);
    show(screen, &planned, plan.csv.as_deref());
    match &outcome.ended {
        Ended::Waiting(stop) | Ended::Failed(stop) => {
            let stopped = report::stopped(&outcome.steps);
            let (step, stop) = match &stopped {
                Some((step, whole)) => (Some(*step), whole),
                None => (None, stop),
            };
            report::stop(screen, step, stop, &plan.dir.display().to_string());
        }
        Ended::Planned => screen.line(format!(
            "\nnothing has been sent; `samklang run {}` carries out exactly this plan",
            plan.dir.display()
        )),
        Ended::Done => screen.line("\nthe cycle had nothing left to plan and is done"),
    }
    Ok(report::exit(&outcome.ended))
}

/// Goes through every planned operation of the cycle, one page in memory at a time.
async fn gather(
    ready: &Ready,
    cycle: i64,
    mut file: Option<&mut csv::Writer<std::fs::File>>,
) -> Result<Planned, Failure> {
    let mut planned = Planned::default();
    let seen = ready.planned(cycle, |record| {
        if let Some(file) = &mut file {
            write(file, &record)?;
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
        Ok(())
    });
    seen.await?;
    Ok(planned)
}

fn show(screen: Screen, planned: &Planned, csv: Option<&Path>) {
    if planned.counts.is_empty() {
        return screen.line("\nno operation is planned");
    }
    screen.heading("planned");
    let mut table = screen.new_table(&["target", "class", "action", "count"]);
    for ((target, class, action), count) in &planned.counts {
        let mut row: Vec<_> = [target.as_str(), class.as_str(), *action]
            .map(|text| screen.cell(text, Tone::Plain))
            .into();
        row.push(screen.number(*count));
        table.add_row(row);
    }
    screen.table(&table);
    let all: u64 = planned.counts.values().sum();
    if all > planned.first.len() as u64 {
        screen.heading(&format!("the first {} operations", planned.first.len()));
    } else {
        screen.heading("operations");
    }
    let mut table = screen.new_table(&["action", "object", "reason"]);
    for record in &planned.first {
        let operation = &record.operation;
        table.add_row(vec![
            screen.cell(operation.action.as_str(), Tone::Plain),
            screen.cell(
                format!("{}/{}/{}", record.connection, operation.class, operation.key),
                Tone::Plain,
            ),
            screen.cell(&record.reason, Tone::Plain),
        ]);
    }
    screen.table(&table);
    match csv {
        Some(path) => screen.line(format!("\nall {all} operations are in {}", path.display())),
        None if all > planned.first.len() as u64 => screen.line("\n`--csv FILE` writes all of them"),
        None => {}
    }
}

fn operation_json(record: &OperationRecord) -> Value {
    let operation = &record.operation;
    json!({
        "target": record.connection,
        "class": operation.class,
        "action": operation.action.as_str(),
        "key": operation.key,
        "entity": record.entity,
        "changed": operation.changed,
        "reason": record.reason.to_string(),
        "id": operation.id,
    })
}

fn open(path: &Path) -> Result<csv::Writer<std::fs::File>, Failure> {
    let unwritable = |cause: &dyn std::fmt::Display| {
        Failure::Usage(format!("{} cannot be written: {cause}", path.display()))
    };
    let file = std::fs::File::create(path).map_err(|cause| unwritable(&cause))?;
    let mut writer = csv::Writer::from_writer(file);
    let header = [
        "target", "class", "action", "key", "entity", "changed", "reason", "id",
    ];
    writer.write_record(header).map_err(|cause| unwritable(&cause))?;
    Ok(writer)
}

fn write(file: &mut csv::Writer<std::fs::File>, record: &OperationRecord) -> Result<(), Failure> {
    let operation = &record.operation;
    let entity = record.entity.map(|entity| entity.to_string()).unwrap_or_default();
    let changed = operation.changed.join(" ");
    let reason = record.reason.to_string();
    let fields = [
        record.connection.as_str(),
        &operation.class,
        operation.action.as_str(),
        &operation.key,
        &entity,
        &changed,
        &reason,
        &operation.id,
    ];
    file.write_record(fields)
        .map_err(|cause| Failure::because("the CSV file cannot be written", cause))
}
