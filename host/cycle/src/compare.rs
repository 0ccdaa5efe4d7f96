//! `compare`: lets the guards judge what the imports of this cycle change, and makes them the snapshots. Either all of them pass or none
//! is accepted. What is halted stays as it is until a person decides, or until the source delivers something else.

use std::collections::BTreeMap;

use samklang_core::Owner;
use samklang_core::guard::{
    Baseline, BaselineCell, Change, Counted, Observed, Part, Plausibility, Promotable, Proposal, Scope, Side,
    Subject, Tally, Trip, What, apart, judge,
};
use samklang_core::port::{
    Accepted, Clock, Connectors, Counts, ImportNote, ImportRecord, ImportState, Store, StoreError, Window,
};
use serde_json::json;

use crate::import::PAGE;
use crate::stop::{Early, Stop, StopCode};
use crate::tenant::Connection;
use crate::worker::{Step, Worker};

/// An import that waits to become the snapshot.
struct Waiting<'a> {
    name: &'a str,
    connection: &'a Connection,
    import: ImportRecord,
    note: ImportNote,
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn compare(&self, step: &Step<'_>) -> Result<Counts, Early> {
        let mut sum = Counts::default();
        let mut waiting = Vec::new();
        for (name, connection) in &self.tenant.connections {
            let import = self.store.import(name).await?;
            let Some(import) = import.filter(|import| import.state == ImportState::Staged) else {
                continue;
            };
            sum.added += import.counts.added;
            sum.changed += import.counts.changed;
            sum.removed += import.counts.removed;
            let note = self.store.import_note(name).await?.unwrap_or_default();
            waiting.push(Waiting {
                name,
                connection,
                import,
                note,
            });
        }
        let windows = self.store.windows(self.clock.now()).await?;
        let halted = self.store.proposal(step.cycle, step.position).await?;
        let released = match &halted {
            Some(proposal) if step.released => {
                self.store.released(step.cycle, step.position).await? == Some(proposal.digest())
            }
            _ => false,
        };
        let mut parts = BTreeMap::new();
        for one in &waiting {
            // To edit a limit releases nothing: the same content stays as it was judged, unless it was delivered anew.
            let accepted = self.store.accepted(one.name).await?;
            let is_old = accepted.is_some_and(|accepted| older(&accepted, &one.note).is_some());
            let before = halted
                .as_ref()
                .and_then(|proposal| proposal.parts.get(one.name))
                .filter(|part| part.content == one.note.content)
                .filter(|part| is_old || part.trips.iter().all(|trip| trip.change != Change::Older));
            let part = match before {
                Some(_) if released => None,
                Some(part) => Some(part.clone()),
                None => self.judged(one, windows.get(one.name)).await?,
            };
            parts.extend(part.map(|part| (one.name.to_owned(), part)));
        }
        if !parts.is_empty() {
            let proposal = Proposal {
                what: What::Import,
                parts,
            };
            return Err(self.halt(step, &proposal).await?);
        }
        // Who is believed first is looked at first, so that the others find what it says.
        let place = |name: &str| self.tenant.sources.iter().position(|source| source == name);
        waiting.sort_by_key(|one| place(one.name).unwrap_or(usize::MAX));
        for one in waiting {
            let inbound = &one.connection.mappings.inbound;
            let ranks = inbound
                .iter()
                .map(|(class, inbound)| (class.clone(), inbound.entity.rank()))
                .collect();
            self.store.accept_import(one.name, &ranks).await?;
        }
        Ok(sum)
    }

    /// What of an import a person has to look at; none when it passes.
    async fn judged(&self, one: &Waiting<'_>, window: Option<&Window>) -> Result<Option<Part>, Early> {
        let Waiting {
            name,
            connection,
            import,
            note,
        } = one;
        let Some(accepted) = self.store.accepted(name).await? else {
            return self.first(one).await;
        };
        let Counts {
            added,
            changed,
            removed,
            ..
        } = import.counts;
        if added + changed + removed == 0 {
            return Ok(None);
        }
        let baseline = self.baseline(name, connection).await?;
        let counted = self.counted(name, connection, &baseline).await?;
        let mut trips = judge(&connection.guard, &counted, &baseline);
        let older = older(&accepted, note);
        trips.splice(0..0, older.clone());
        if trips.is_empty() {
            return Ok(None);
        }
        let mut unexplained = apart(&connection.guard, &counted, &baseline);
        unexplained.splice(0..0, older);
        let promotion = baseline
            .cells()
            .iter()
            .any(|cell| cell.year.is_some())
            .then(|| Promotable {
                years: Plausibility::of(&counted, &baseline),
                remaining: unexplained,
            });
        if let (Some(window), Some(promotion)) = (window, &promotion)
            && promotion.refusal().is_none()
        {
            let note = ImportNote {
                window: Some(window.id),
                ..note.clone()
            };
            self.store.note_import(name, &note).await?;
            return Ok(None);
        }
        let (counts, further) = Part::counts(&counted, &baseline);
        Ok(Some(Part {
            content: note.content.clone(),
            baseline: Some(accepted.content),
            accepted: Some(accepted.arrived),
            first: false,
            announced: window.is_some(),
            trips,
            counts,
            further,
            sample: counted.samples,
            promotion,
        }))
    }

    /// A first import has nothing to be compared with: it passes, or a person approves it.
    async fn first(&self, one: &Waiting<'_>) -> Result<Option<Part>, Early> {
        if !one
            .connection
            .guard
            .asks_first(self.a_target_was_written().await?)
        {
            return Ok(None);
        }
        let mut counted = Counted::default();
        for (class, counts) in &one.import.classes {
            if let Some(inbound) = one.connection.mappings.inbound.get(class) {
                let cell = samklang_core::guard::Cell {
                    subject: Subject::of(inbound.entity),
                    class: class.clone(),
                    cell: String::new(),
                    learner: false,
                };
                counted.add(cell, Change::Added, counts.added);
            }
        }
        let (counts, further) = Part::counts(&counted, &Baseline::default());
        Ok(Some(Part {
            content: one.note.content.clone(),
            baseline: None,
            accepted: None,
            first: true,
            announced: false,
            trips: Vec::new(),
            counts,
            further,
            sample: Vec::new(),
            promotion: None,
        }))
    }

    async fn a_target_was_written(&self) -> Result<bool, StoreError> {
        for name in self.tenant.targets() {
            if self.was_written(&name).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn baseline(&self, name: &str, connection: &Connection) -> Result<Baseline, StoreError> {
        let kept = self.store.baseline(name).await?;
        let cells = kept.into_iter().filter_map(|(class, place, objects)| {
            let inbound = connection.mappings.inbound.get(&class)?;
            Some(BaselineCell {
                subject: Subject::of(inbound.entity),
                class,
                cell: place.cell,
                year: place.year,
                objects,
            })
        });
        Ok(Baseline::new(cells.collect()))
    }

    /// Counts what is staged, reading back only what it changes.
    async fn counted(
        &self,
        name: &str,
        connection: &Connection,
        baseline: &Baseline,
    ) -> Result<Counted, StoreError> {
        let mut tally = Tally::new(baseline);
        for (class, inbound) in &connection.mappings.inbound {
            let mut after: Option<String> = None;
            loop {
                let changes = self
                    .store
                    .staged_changes(name, class, after.as_deref(), PAGE)
                    .await?;
                let Some(last) = changes.last() else { break };
                after = Some(last.staged.key.clone());
                for change in &changes {
                    let before = change.former.as_ref().map(|former| Side {
                        attributes: &former.attributes,
                        place: &former.place,
                    });
                    let after = change.staged.object.as_ref().map(|(_, attributes)| Side {
                        attributes,
                        place: &change.staged.place,
                    });
                    tally.note(
                        inbound,
                        &Observed {
                            key: &change.staged.key,
                            before,
                            after,
                        },
                    );
                }
                self.store.renew_lease(self.clock.now()).await?;
            }
        }
        Ok(tally.finish())
    }

    /// Keeps what is halted; answers the halt.
    pub(crate) async fn halt(&self, step: &Step<'_>, proposal: &Proposal) -> Result<Early, StoreError> {
        self.store
            .keep_proposal(step.cycle, step.position, proposal, self.clock.now())
            .await?;
        Ok(Early::Halt(stop(proposal)))
    }

    /// Counts the snapshot anew where the configuration tells cells or school years in another way than before.
    pub(crate) async fn place_anew(&self, name: &str, connection: &Connection) -> Result<(), StoreError> {
        for (class, inbound) in &connection.mappings.inbound {
            let thing = format!("place/{name}/{class}");
            let kept = self.store.fingerprint(&thing).await?.unwrap_or_default();
            if kept == inbound.place_fingerprint() {
                continue;
            }
            let mut after: Option<String> = None;
            loop {
                let objects = self.store.snapshot(name, class, after.as_deref(), PAGE).await?;
                let Some((last, _)) = objects.last() else { break };
                after = Some(last.clone());
                let places: Vec<_> = objects
                    .iter()
                    .map(|(key, attributes)| (key.clone(), inbound.place(attributes)))
                    .collect();
                self.store.replace(name, class, &places).await?;
                self.store.renew_lease(self.clock.now()).await?;
            }
            self.store
                .recount(name, class, &thing, inbound.place_fingerprint())
                .await?;
        }
        Ok(())
    }
}

fn older(accepted: &Accepted, note: &ImportNote) -> Option<Trip> {
    let (before, now) = (accepted.delivered?, note.delivered?);
    (now < before).then_some(Trip {
        scope: Scope {
            subject: Subject::Person,
            class: None,
            cell: None,
        },
        change: Change::Older,
        count: 0,
        of: 0,
        limit: None,
        hard: true,
    })
}

/// What a halt says to the person who decides.
fn stop(proposal: &Proposal) -> Stop {
    let two = if proposal.hard() {
        "; it exceeds a hard limit, so two different persons have to release it"
    } else {
        ""
    };
    let promotion = match proposal.promotion_refusal() {
        None => "; it looks like a school-year promotion: `samklang release DIR --as promotion --reason …`",
        Some(_) => "",
    };
    Stop {
        code: StopCode::Guard,
        message: proposal.message(),
        owner: Owner::Operator,
        remedy: format!(
            "look whether this is meant; then `samklang release DIR --reason …` lets exactly this pass, \
             `samklang reject DIR --reason …` throws it away{two}{promotion}"
        ),
        detail: json!({ "digest": proposal.digest(), "hard": proposal.hard(), "proposal": proposal }),
    }
}
