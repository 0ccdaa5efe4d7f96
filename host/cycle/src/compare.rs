//! `compare`: lets the guard judge what the imports of this cycle would take away, and makes them the snapshots. Either all of
//! them pass or none is accepted.

use std::collections::BTreeMap;

use samklang_core::Owner;
use samklang_core::guard::Loss;
use samklang_core::port::{Clock, Connectors, Counts, ImportState, Store};
use serde_json::json;

use crate::stop::{Early, Stop, StopCode};
use crate::worker::{Step, Worker};

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn compare(&self, step: &Step<'_>) -> Result<Counts, Early> {
        let mut sum = Counts::default();
        let mut waiting = Vec::new();
        let mut over = BTreeMap::new();
        for (name, connection) in &self.tenant.connections {
            let Some(import) = self
                .store
                .import(name)
                .await?
                .filter(|import| import.state == ImportState::Staged)
            else {
                continue;
            };
            let before = self.store.snapshot_size(name).await?;
            let losses: BTreeMap<String, Loss> = import
                .classes
                .iter()
                .map(|(class, counts)| {
                    let before = before.get(class).copied().unwrap_or(0);
                    (
                        class.clone(),
                        Loss {
                            before,
                            removed: counts.removed,
                        },
                    )
                })
                .collect();
            let judged = connection.guard.judge(&losses);
            if !judged.is_empty() {
                over.insert(name.clone(), judged);
            }
            sum.added += import.counts.added;
            sum.changed += import.counts.changed;
            sum.removed += import.counts.removed;
            waiting.push((name, connection));
        }
        if !over.is_empty() && !step.released {
            return Err(Early::Halt(halt("import", &over)));
        }
        for (name, connection) in waiting {
            let ranks = connection
                .mappings
                .inbound
                .iter()
                .map(|(class, inbound)| (class.clone(), inbound.entity.rank()))
                .collect();
            self.store.accept_import(name, &ranks).await?;
        }
        Ok(sum)
    }
}

/// What the guard says of losses by connection and class.
pub(crate) fn halt(what: &str, over: &BTreeMap<String, BTreeMap<String, Loss>>) -> Stop {
    let cells: Vec<String> = over
        .iter()
        .flat_map(|(name, classes)| {
            classes.iter().map(move |(class, loss)| {
                format!(
                    "{name}: {} of {} objects of class `{class}` would be removed",
                    loss.removed, loss.before
                )
            })
        })
        .collect();
    Stop {
        code: StopCode::Guard,
        message: format!("the guard halted the {what}: {}", cells.join("; ")),
        owner: Owner::Operator,
        remedy: "look whether this is meant; then `samklang release DIR --reason …` lets exactly this pass, \
                 `samklang reject DIR --reason …` throws it away"
            .to_owned(),
        detail: json!({ "losses": over }),
    }
}
