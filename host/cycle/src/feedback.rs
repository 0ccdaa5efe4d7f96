//! `feedback`: reads a target back and holds it against what was known of it. What somebody changed there is noted, and the
//! next plan brings it right; what a queue has not carried out yet is left alone until the next cycle.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use roaring::RoaringTreemap;
use samklang_core::connector::{Batch, Extent, Page};
use samklang_core::mapping::Outbound;
use samklang_core::port::{Clock, Connectors, Counts, Session, Shadow, ShadowState, ShadowWrite, Store};
use samklang_core::{Attributes, Value};
use uuid::Uuid;

use crate::import::PAGE;
use crate::rows::{Row, Rows, verify};
use crate::stop::{Early, Stop};
use crate::tenant::Connection;
use crate::worker::{Step, Worker};

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn feedback(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
    ) -> Result<Counts, Early> {
        let description = self.connectors.describe(name)?;
        let classes: Vec<String> = connection
            .mappings
            .outbound
            .keys()
            .filter(|class| description.class(class).is_some_and(|class| class.readable))
            .cloned()
            .collect();
        let mut counts = Counts::default();
        if !classes.is_empty() {
            let mut session = self.connectors.open(name, "feedback").await?;
            session.read(&classes, &Extent::Full).await?;
            let mut seen: BTreeMap<String, (RoaringTreemap, u64)> = classes
                .iter()
                .map(|class| (class.clone(), Default::default()))
                .collect();
            let completion = loop {
                match session.next(PAGE).await? {
                    Batch::Complete(completion) => break completion,
                    Batch::Page(page) => {
                        let Some(outbound) = connection.mappings.outbound.get(&page.class) else {
                            return Err(Early::Stop(Stop::refused(format!(
                                "the connector handed over the class `{}`, which it was not asked for",
                                page.class
                            ))));
                        };
                        let seen = seen.entry(page.class.clone()).or_default();
                        self.observe(step, name, outbound, page, seen, &mut counts)
                            .await?;
                    }
                }
                self.progress.count(step.spec, &counts);
                self.store.renew_lease(self.clock.now()).await?;
            };
            verify(
                &completion,
                |class| seen.get(class).map_or(0, |(_, count)| *count),
                &classes,
            )
            .map_err(Early::Stop)?;
            // Only now that the read is known to be whole does what was not seen count as gone.
            for (class, (seen, _)) in &seen {
                self.miss(step, name, class, seen, &mut counts).await?;
            }
        }
        self.store
            .restale(name, &[], &format!("observed/{name}"), "yes")
            .await?;
        Ok(counts)
    }

    async fn observe(
        &self,
        step: &Step<'_>,
        name: &str,
        outbound: &Outbound,
        page: Page,
        (seen, read): &mut (RoaringTreemap, u64),
        counts: &mut Counts,
    ) -> Result<(), Early> {
        let rows = Rows::of(page, &outbound.key_attribute).map_err(Early::Stop)?;
        let keys: Vec<String> = rows.rows.iter().map(|row| row.key.clone()).collect();
        let numbers = self
            .store
            .shadow_numbers(name, &outbound.class, &rows.keys())
            .await?;
        let shadows: HashMap<String, Shadow> = self
            .store
            .shadows(name, &outbound.class, &keys)
            .await?
            .into_iter()
            .map(|shadow| (shadow.key.clone(), shadow))
            .collect();
        let (mut writes, mut stale, mut fresh) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for (row, number) in rows.rows.iter().zip(numbers) {
            *read += 1;
            counts.read += 1;
            let repeated = match number {
                Some(number) => !seen.insert(number),
                None => !fresh.insert(row.key.as_str()),
            };
            if repeated {
                return Err(samklang_core::port::StoreError::RepeatedKey {
                    class: outbound.class.clone(),
                    key: row.key.clone(),
                }
                .into());
            }
            match shadows.get(&row.key) {
                None => {
                    counts.added += 1;
                    writes.push(ShadowWrite::Put(Shadow {
                        class: outbound.class.clone(),
                        key: row.key.clone(),
                        entity: None,
                        state: ShadowState::Confirmed,
                        cycle: step.cycle,
                        attributes: rows.attributes(row),
                        ours: Attributes::new(),
                    }));
                }
                Some(shadow) => {
                    if let Some((write, drifted)) = look(outbound, shadow, &rows, row, step.cycle) {
                        writes.push(write);
                        if drifted {
                            counts.changed += 1;
                            stale.extend(shadow.entity);
                        }
                    }
                }
            }
        }
        let strangers = writes.iter().filter_map(|write| match write {
            ShadowWrite::Put(shadow) if shadow.entity.is_none() => Some(shadow),
            _ => None,
        });
        self.namer().reserve(outbound, strangers).await?;
        self.store.observe(name, &writes, &Vec::from_iter(stale)).await?;
        // What was put down just now has to count as seen as well.
        let fresh: Vec<&str> = fresh.into_iter().collect();
        seen.extend(
            self.store
                .shadow_numbers(name, &outbound.class, &fresh)
                .await?
                .into_iter()
                .flatten(),
        );
        Ok(())
    }

    async fn miss(
        &self,
        step: &Step<'_>,
        name: &str,
        class: &str,
        seen: &RoaringTreemap,
        counts: &mut Counts,
    ) -> Result<(), Early> {
        let mut after = 0;
        loop {
            let missing = self
                .store
                .unseen_shadows(name, class, after, PAGE, &|number| seen.contains(number))
                .await?;
            let Some((last, _)) = missing.last() else {
                return Ok(());
            };
            after = *last;
            let (mut writes, mut stale): (Vec<ShadowWrite>, BTreeSet<Uuid>) = Default::default();
            for (_, shadow) in missing {
                // A queue needs its time; in the next cycle it has had it.
                if shadow.state == ShadowState::Queued && shadow.cycle == step.cycle {
                    continue;
                }
                counts.removed += 1;
                stale.extend(shadow.entity);
                writes.push(ShadowWrite::Remove(shadow.class, shadow.key));
            }
            self.store.observe(name, &writes, &Vec::from_iter(stale)).await?;
        }
    }
}

/// What a row shows of an object that is known: what to note, and whether somebody changed what is ours to set.
fn look(
    outbound: &Outbound,
    shadow: &Shadow,
    rows: &Rows,
    row: &Row,
    cycle: i64,
) -> Option<(ShadowWrite, bool)> {
    let mut attributes = shadow.attributes.clone();
    let mut drifted = false;
    for (name, value) in rows.columns(row) {
        if name == outbound.key_attribute || !outbound.sets(name) {
            continue;
        }
        if attributes.get(name).unwrap_or(&Value::Absent) != value {
            drifted = true;
            if value.is_absent() {
                attributes.remove(name);
            } else {
                attributes.insert(name.to_owned(), value.clone());
            }
        }
    }
    let waiting = shadow.state == ShadowState::Queued && shadow.cycle == cycle;
    if (drifted && waiting) || (!drifted && shadow.state == ShadowState::Confirmed) {
        return None;
    }
    let noted = Shadow {
        state: ShadowState::Confirmed,
        attributes,
        ..shadow.clone()
    };
    Some((ShadowWrite::Put(noted), drifted))
}
