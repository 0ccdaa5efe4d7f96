//! A build that faults before it has brought a cycle to its end is taken back by itself, and the former one takes the night over.
//!
//! Only what a person gave a connection is taken back, and only when the fault is the build's own: a system that does not answer is no reason,
//! and what the host took back itself is never taken back again, so that two bad builds do not alternate.

use std::collections::BTreeMap;
use std::path::Path;

use samklang_core::Owner;
use samklang_core::port::{Clock as _, CycleKind, CycleRecord, CycleState, StepState, Store as _};
use samklang_cycle::{Report, Stop, StopCode};
use samklang_store::ActivationRecord;
use serde_json::{Value, json};

use crate::configuration::{Tenant, Use, short, step_words};
use crate::desk::builds;
use crate::failure::Failure;
use crate::installation::Premises;
use crate::wiring::SystemClock;

/// Cycles among which one is looked for that a build has brought to its end.
const CYCLES: u32 = 100;

/// A build that was taken back.
pub(crate) struct FellBack {
    connection: String,
    from: String,
    to: String,
    why: String,
}

impl FellBack {
    /// For machines.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "connection": self.connection, "from": self.from, "to": self.to, "why": self.why })
    }

    /// For people.
    pub(crate) fn told(&self) -> String {
        format!(
            "{} went back from the build {} to {}, which it ran before: {}",
            self.connection,
            short(&self.from),
            short(&self.to),
            self.why
        )
    }
}

/// Takes back the builds whose own faults stopped a run. Answers which; with any, the tenant is to be run once more.
pub(crate) async fn fall_back(
    folder: &Path,
    premises: &Premises,
    outcome: &Report,
) -> Result<Vec<FellBack>, Failure> {
    let faults = own_faults(outcome);
    if faults.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = Tenant::read(folder)?;
    let store = premises.tenant(tenant.name()).await?;
    let cycles = store.cycles(CYCLES).await?;
    let installed = premises.connectors().await?;
    let mut fallen = Vec::new();
    for (connection, why) in faults {
        let given = store.activations(&connection).await?;
        let is_there =
            |record: &ActivationRecord| installed.iter().any(|known| known.digest == record.digest);
        let Some((from, to)) = on_trial(&given, &cycles, is_there) else {
            continue;
        };
        fallen.push(FellBack {
            from: from.digest.clone(),
            to: to.digest.clone(),
            connection,
            why,
        });
    }
    if fallen.is_empty() {
        return Ok(fallen);
    }
    // The former build has to go with the configuration as it is now, or the night is no better off.
    let mut offer = premises.offer_unlocked(tenant.name()).await?;
    for one in &fallen {
        offer.active.insert(one.connection.clone(), one.to.clone());
        if let Some(running) = offer.running.get_mut(&one.connection) {
            running.clone_from(&one.to);
        }
    }
    let fitted = match tenant.fit(&offer, Use::Look) {
        Ok(fitted) => fitted,
        Err(mistaken) => {
            tracing::warn!(
                "a build faults and is not taken back, because the former one does not go with samklang.toml: {mistaken}"
            );
            return Ok(Vec::new());
        }
    };
    let now = SystemClock.now();
    for one in &fallen {
        let build = BTreeMap::from([(one.connection.clone(), one.to.clone())]);
        let reason = format!("the newer build faulted: {}", one.why);
        store.fall_back(&build, builds::ITSELF, &reason, now).await?;
        tracing::warn!(
            connection = one.connection,
            from = one.from,
            to = one.to,
            "a build was taken back"
        );
    }
    builds::lock(&fitted).write(folder)?;
    Ok(fallen)
}

/// The connections whose steps failed by a fault of the connector's own, with what it was.
fn own_faults(outcome: &Report) -> Vec<(String, String)> {
    let failed = outcome
        .steps
        .iter()
        .filter(|step| step.state == StepState::Failed);
    failed
        .filter_map(|step| {
            let stop = step.message.as_deref().and_then(Stop::parse)?;
            let own = stop.code == StopCode::Fault && stop.owner == Owner::ConnectorVendor;
            let connection = step.spec.connection.clone().filter(|_| own)?;
            let fault = stop
                .detail
                .get("fault")
                .and_then(Value::as_str)
                .unwrap_or_default();
            Some((connection, format!("{fault} in `{}`", step_words(&step.spec))))
        })
        .collect()
}

/// The build that a connection was given and that has yet to bring a cycle to its end, and the one that it ran before.
fn on_trial<'a>(
    given: &'a [ActivationRecord],
    cycles: &[CycleRecord],
    is_there: impl Fn(&ActivationRecord) -> bool,
) -> Option<(&'a ActivationRecord, &'a ActivationRecord)> {
    let now = given.first().filter(|now| now.who != builds::ITSELF)?;
    let proved = |cycle: &CycleRecord| {
        cycle.kind == CycleKind::Whole && cycle.state == CycleState::Done && cycle.started >= now.at
    };
    if cycles.iter().any(proved) {
        return None;
    }
    let before = given.iter().find(|record| record.digest != now.digest)?;
    is_there(before).then_some((now, before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(digest: &str, who: &str, at: i64) -> ActivationRecord {
        ActivationRecord {
            connection: "people".to_owned(),
            digest: digest.to_owned(),
            at,
            who: who.to_owned(),
            reason: String::new(),
        }
    }

    fn cycle(state: CycleState, started: i64) -> CycleRecord {
        CycleRecord {
            id: started,
            kind: CycleKind::Whole,
            state,
            started,
            ended: None,
        }
    }

    fn to(given: &[ActivationRecord], cycles: &[CycleRecord]) -> Option<String> {
        on_trial(given, cycles, |record| record.digest != "gone").map(|(_, before)| before.digest.clone())
    }

    #[test]
    fn a_build_is_on_trial_until_a_cycle_that_began_with_it_is_done() {
        let both = [given("new", "kari", 20), given("old", builds::ITSELF, 10)];
        assert_eq!(to(&both, &[]), Some("old".to_owned()));
        assert_eq!(to(&both, &[cycle(CycleState::Done, 15)]), Some("old".to_owned()));
        assert_eq!(
            to(&both, &[cycle(CycleState::Failed, 25)]),
            Some("old".to_owned())
        );
        assert_eq!(to(&both, &[cycle(CycleState::Done, 25)]), None);
    }

    #[test]
    fn nothing_is_taken_back_that_the_host_gave_or_without_a_build_to_go_back_to() {
        let own = [given("old", builds::ITSELF, 30), given("new", "kari", 20)];
        assert_eq!(to(&own, &[]), None);
        assert_eq!(to(&[given("first", "kari", 10)], &[]), None);
        assert_eq!(
            to(&[given("new", "kari", 20), given("gone", "kari", 10)], &[]),
            None
        );
        assert_eq!(
            to(&[given("same", "kari", 20), given("same", "kari", 10)], &[]),
            None
        );
    }
}
