//! What another build would change: it is held against the laws of the contract, and the tenant's next plan is made twice, with the build that runs and with the other one, each on a copy of
//! what is kept. Sources are read and targets looked at; nothing is sent, and the copies are thrown away.

use std::collections::BTreeMap;
use std::path::Path;

use samklang_core::port::OperationState;
use samklang_core::value::Digest;
use samklang_cycle::{Breach, Ended, Mode, breaches};
use serde_json::json;

use crate::commands::{Context, report};
use crate::configuration::{Tenant, Use, short};
use crate::desk::difference;
use crate::desk::giving::{connections, find};
use crate::desk::run::Ready;
use crate::failure::{Exit, Failure};
use crate::installation::{Premises, described};
use crate::screen::Tone;

/// Differences that are shown.
const SHOWN: usize = 20;

/// Operations that are read at a time.
const PAGE: u32 = 1000;

/// A plan: what is done to each object, by target, class and key.
type Operations = BTreeMap<(String, String, String), Planned>;

/// One operation, as far as two plans are held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Planned {
    action: &'static str,
    changed: Vec<String>,
    desired: Digest,
}

pub(super) async fn run(context: &Context, folder: &Path, what: &str) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(folder).await?;
    let record = find(&premises, what).await?;
    let of_it = connections(&tenant, &record.name)?;
    let offer = premises.offer(&tenant).await?;
    if !offer.running.is_empty() {
        return Err(Failure::Usage(format!(
            "a cycle of {} is not finished, so that there is no next plan yet; finish it: samklang run {}",
            tenant.name(),
            folder.display()
        )));
    }
    let copies =
        tempfile::tempdir().map_err(|cause| Failure::because("no folder for copies can be made", cause))?;
    let mut plans = Vec::new();
    let mut described_now = None;
    let mut broken = Vec::new();
    let tenant_name = tenant.name().to_owned();
    for (place, other) in [("now", false), ("then", true)] {
        let place = copies.path().join(place);
        std::fs::create_dir(&place)
            .map_err(|cause| Failure::because(format!("{} cannot be made", place.display()), cause))?;
        let copy = premises.copied(&place).await?;
        let mut offer = offer.clone();
        if other {
            let build = |connection: &String| (connection.clone(), record.digest.clone());
            offer.active.extend(of_it.iter().map(build));
        }
        let fitted = Tenant::read(folder)?.fit(&offer, Use::Work)?;
        if other {
            broken = laws(
                &copy,
                &tenant_name,
                Tenant::read(folder)?.fit(&offer, Use::Work)?,
                &of_it,
            )
            .await?;
        } else {
            let first = of_it.first().and_then(|name| fitted.openings.get(name));
            described_now = first.map(|opening| opening.connector.clone());
        }
        match plan(context, &copy, fitted, other).await? {
            Some(plan) => plans.push(plan),
            None => return Ok(Exit::Failed),
        }
    }
    let [now, then] = plans.as_slice() else {
        return Ok(Exit::Failed);
    };
    let changes = match described_now {
        Some(now) => difference::between(&now.description, &described(&record)?.description),
        None => Vec::new(),
    };
    let told = differences(now, then);
    let mut counts: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    for (place, word, _) in &told {
        *counts.entry((&place.0, &place.1, word)).or_default() += 1;
    }
    screen.document(&json!({
        "tenant": tenant.name(),
        "connector": record.name,
        "version": record.version,
        "digest": record.digest,
        "changes": changes,
        "breaches": broken.iter().map(|(connection, breach)| {
            json!({ "connection": connection, "class": breach.class, "message": breach.message })
        }).collect::<Vec<_>>(),
        "counts": counts.iter().map(|((target, class, word), count)| {
            json!({ "target": target, "class": class, "difference": word, "count": count })
        }).collect::<Vec<_>>(),
        "differences": told.iter().take(SHOWN).map(|((target, class, key), word, planned)| {
            json!({ "target": target, "class": class, "key": key, "difference": word, "action": planned.action, "changed": planned.changed })
        }).collect::<Vec<_>>(),
    }));
    screen.line(format!(
        "{} {} ({}):",
        record.name,
        record.version,
        short(&record.digest)
    ));
    for change in &changes {
        screen.line(format!("  {change}"));
    }
    for (connection, breach) in &broken {
        screen.line(format!(
            "it breaks the contract in {connection}, {}: {}",
            breach.class, breach.message
        ));
    }
    let exit = if broken.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    };
    if told.is_empty() {
        screen.line("the next plan would be the same");
        return Ok(exit);
    }
    for ((target, class, word), count) in &counts {
        screen.line(format!("{target}, {class}: {count} {word}"));
    }
    let mut table = screen.new_table(&["", "action", "object", "attributes"]);
    for ((target, class, key), word, planned) in told.iter().take(SHOWN) {
        table.add_row(vec![
            screen.cell(word, Tone::Plain),
            screen.cell(planned.action, Tone::Plain),
            screen.cell(format!("{target}/{class}/{key}"), Tone::Plain),
            screen.cell(planned.changed.join(", "), Tone::Faint),
        ]);
    }
    screen.table(&table);
    Ok(exit)
}

/// Holds the other build against the laws of the contract, in every connection that would run it.
async fn laws(
    copy: &Premises,
    tenant: &str,
    fitted: crate::configuration::Fitted,
    connections: &[String],
) -> Result<Vec<(String, Breach)>, Failure> {
    let store = copy.tenant(tenant).await?;
    let ready = Ready::of(copy, store, fitted)?;
    let mut found = Vec::new();
    for connection in connections {
        let breaches = breaches(&ready.wiring, connection).await.map_err(|fault| {
            Failure::Failed(format!(
                "the other build cannot do its work: {fault}\n  {}",
                fault.kind.remedy()
            ))
        })?;
        found.extend(breaches.into_iter().map(|breach| (connection.clone(), breach)));
    }
    Ok(found)
}

/// Plans on a copy; none when it was interrupted. What stops the plan with the build that runs would stop it anyway.
async fn plan(
    context: &Context,
    copy: &Premises,
    fitted: crate::configuration::Fitted,
    other: bool,
) -> Result<Option<Operations>, Failure> {
    let store = copy.tenant(&fitted.tenant.name).await?;
    let ready = Ready::of(copy, store, fitted)?;
    let Some(outcome) = ready.run(&context.audience(), Mode::Plan).await? else {
        return Ok(None);
    };
    if let Ended::Waiting(stop) | Ended::Failed(stop) = &outcome.ended {
        let whose = if other {
            "with the other build"
        } else {
            "with the build that runs"
        };
        let step =
            report::stopped(&outcome.steps).map(|(step, _)| crate::configuration::step_words(&step.spec));
        return Err(Failure::Failed(format!(
            "{whose} the plan stops at `{}`: {}\n  {}",
            step.unwrap_or_default(),
            stop.message,
            stop.remedy
        )));
    }
    let mut operations = Operations::new();
    for target in ready.tenant.connections.keys() {
        let mut after: Option<String> = None;
        loop {
            let states = [OperationState::Planned];
            let page = ready
                .store
                .operations_in(outcome.cycle, target, &states, after.as_deref(), PAGE)
                .await?;
            let Some(last) = page.last() else { break };
            after = Some(last.operation.id.clone());
            for record in page {
                let operation = record.operation;
                let desired = serde_json::to_vec(&operation.desired)
                    .map_err(|cause| Failure::because("an operation cannot be compared", cause))?;
                let planned = Planned {
                    action: operation.action.as_str(),
                    changed: operation.changed,
                    desired: Digest::of_bytes(&desired),
                };
                operations.insert((target.clone(), operation.class, operation.key), planned);
            }
        }
    }
    Ok(Some(operations))
}

/// What is in one plan only, or otherwise in the other.
fn differences(
    now: &Operations,
    then: &Operations,
) -> Vec<((String, String, String), &'static str, Planned)> {
    let mut told = Vec::new();
    for (place, planned) in then {
        match now.get(place) {
            None => told.push((place.clone(), "only with it", planned.clone())),
            Some(before) if before != planned => {
                told.push((place.clone(), "otherwise with it", planned.clone()))
            }
            Some(_) => {}
        }
    }
    for (place, planned) in now {
        if !then.contains_key(place) {
            told.push((place.clone(), "only without it", planned.clone()));
        }
    }
    told.sort_by(|one, other| one.0.cmp(&other.0));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_two_plans_is_told_once() {
        let planned = |action, desired: &str| Planned {
            action,
            changed: Vec::new(),
            desired: Digest::of_bytes(desired.as_bytes()),
        };
        let plan = |operations: &[(&str, Planned)]| -> Operations {
            let place = |key: &str| ("canvas".to_owned(), "users".to_owned(), key.to_owned());
            operations
                .iter()
                .map(|(key, planned)| (place(key), planned.clone()))
                .collect()
        };
        let now = plan(&[
            ("same", planned("update", "x")),
            ("gone", planned("delete", "")),
            ("other", planned("update", "a")),
        ]);
        let then = plan(&[
            ("same", planned("update", "x")),
            ("new", planned("create", "y")),
            ("other", planned("update", "b")),
        ]);
        let told: Vec<(String, &str)> = differences(&now, &then)
            .into_iter()
            .map(|(place, word, _)| (place.2, word))
            .collect();
        assert_eq!(
            told,
            [
                ("gone".to_owned(), "only without it"),
                ("new".to_owned(), "only with it"),
                ("other".to_owned(), "otherwise with it"),
            ]
        );
    }
}
