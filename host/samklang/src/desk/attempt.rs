//! What another build would change: it is held against the laws of the contract, and the tenant's next plan is made twice, with the build that
//! runs and with the other one, each on a copy of what is kept. Sources are read and targets looked at; nothing is sent, and the copies are
//! thrown away.

use std::collections::BTreeMap;

use samklang_core::value::Digest;
use samklang_cycle::{Ended, Mode, breaches};
use samklang_server::view::{BuildBreach, BuildFound, PlanDifference, PlanDifferences};
use samklang_store::ConnectorRecord;

use super::cycle::stopped;
use super::difference;
use super::giving::connections;
use super::run::{Audience, Ready};
use crate::configuration::{Fitted, Tenant, Use, step_words};
use crate::failure::Failure;
use crate::installation::{Premises, described};

/// A plan: what is done to each object, by target, class and key.
type Operations = BTreeMap<(String, String, String), Planned>;

/// One operation, as far as two plans are held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Planned {
    action: &'static str,
    changed: Vec<String>,
    desired: Digest,
}

/// Tries a build in a tenant; none when it was interrupted.
pub(crate) async fn attempt(
    tenant: &Tenant,
    premises: &Premises,
    record: &ConnectorRecord,
    audience: &Audience,
) -> Result<Option<BuildFound>, Failure> {
    let folder = tenant.folder();
    let of_it = connections(tenant, &record.name)?;
    let offer = premises.offer(tenant).await?;
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
            broken = laws(&copy, Tenant::read(folder)?.fit(&offer, Use::Work)?, &of_it).await?;
        } else {
            let first = of_it.first().and_then(|name| fitted.openings.get(name));
            described_now = first.map(|opening| opening.connector.clone());
        }
        match plan(audience, &copy, fitted, other).await? {
            Some(plan) => plans.push(plan),
            None => return Ok(None),
        }
    }
    let [now, then] = plans.as_slice() else {
        return Ok(None);
    };
    let changes = match described_now {
        Some(now) => difference::between(&now.description, &described(record)?.description),
        None => Vec::new(),
    };
    let differences = differences(now, then);
    Ok(Some(BuildFound {
        version: record.version.clone(),
        changes,
        breaches: broken,
        counts: counts(&differences),
        differences,
    }))
}

/// Holds the other build against the laws of the contract, in every connection that would run it.
async fn laws(copy: &Premises, fitted: Fitted, connections: &[String]) -> Result<Vec<BuildBreach>, Failure> {
    let store = copy.tenant(&fitted.tenant.name).await?;
    let ready = Ready::of(copy, store, fitted)?;
    let mut found = Vec::new();
    for connection in connections {
        let breaches = breaches(&ready.wiring, connection).await.map_err(|fault| {
            Failure::Failed(format!(
                "the other build cannot do its work: {fault}\n  {}",
                fault.kind.remedy()
            ))
        })?;
        found.extend(breaches.into_iter().map(|breach| BuildBreach {
            connection: connection.clone(),
            class: breach.class,
            message: breach.message,
        }));
    }
    Ok(found)
}

/// Plans on a copy; none when it was interrupted. What stops the plan with the build that runs would stop it anyway.
async fn plan(
    audience: &Audience,
    copy: &Premises,
    fitted: Fitted,
    other: bool,
) -> Result<Option<Operations>, Failure> {
    let store = copy.tenant(&fitted.tenant.name).await?;
    let ready = Ready::of(copy, store, fitted)?;
    let Some(outcome) = ready.run(audience, Mode::Plan).await? else {
        return Ok(None);
    };
    if let Ended::Waiting(stop) | Ended::Failed(stop) = &outcome.ended {
        let whose = if other {
            "with the other build"
        } else {
            "with the build that runs"
        };
        let step = stopped(&outcome.steps).map(|(step, _)| step_words(&step.spec));
        return Err(Failure::Failed(format!(
            "{whose} the plan stops at `{}`: {}\n  {}",
            step.unwrap_or_default(),
            stop.message,
            stop.remedy
        )));
    }
    let mut operations = Operations::new();
    let seen = ready.planned(outcome.cycle, |record| {
        let operation = record.operation;
        let desired = serde_json::to_vec(&operation.desired)
            .map_err(|cause| Failure::because("an operation cannot be compared", cause))?;
        let planned = Planned {
            action: operation.action.as_str(),
            changed: operation.changed,
            desired: Digest::of_bytes(&desired),
        };
        operations.insert((record.connection, operation.class, operation.key), planned);
        Ok(())
    });
    seen.await?;
    Ok(Some(operations))
}

/// What is in one plan only, or otherwise in the other.
fn differences(now: &Operations, then: &Operations) -> Vec<PlanDifference> {
    let mut told = Vec::new();
    for (place, planned) in then {
        match now.get(place) {
            None => told.push((place, "only with it", planned)),
            Some(before) if before != planned => told.push((place, "otherwise with it", planned)),
            Some(_) => {}
        }
    }
    for (place, planned) in now {
        if !then.contains_key(place) {
            told.push((place, "only without it", planned));
        }
    }
    told.sort_by(|one, other| one.0.cmp(other.0));
    let told = told.into_iter();
    told.map(|((target, class, key), word, planned)| PlanDifference {
        target: target.clone(),
        class: class.clone(),
        key: key.clone(),
        difference: word.to_owned(),
        action: planned.action.to_owned(),
        changed: planned.changed.clone(),
    })
    .collect()
}

/// How many there are of each sort.
fn counts(differences: &[PlanDifference]) -> Vec<PlanDifferences> {
    let mut counts: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    for one in differences {
        *counts
            .entry((&one.target, &one.class, &one.difference))
            .or_default() += 1;
    }
    let counts = counts.into_iter();
    counts
        .map(|((target, class, difference), count)| PlanDifferences {
            target: target.to_owned(),
            class: class.to_owned(),
            difference: difference.to_owned(),
            count,
        })
        .collect()
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
        let told = differences(&now, &then);
        let told: Vec<(&str, &str)> = told
            .iter()
            .map(|one| (one.key.as_str(), one.difference.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("gone", "only without it"),
                ("new", "only with it"),
                ("other", "otherwise with it"),
            ]
        );
    }
}
