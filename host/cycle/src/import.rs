//! `import`: reads a source and stages what differs from the snapshot. Nothing of it counts until `compare` accepts it, so a
//! connector that fails half-way leaves everything as it was.

use std::collections::BTreeMap;

use roaring::RoaringTreemap;
use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::{Batch, Completion, Extent, Page};
use samklang_core::guard::Place;
use samklang_core::port::{ChangeKind, Clock, Connectors, Counts, ImportNote, Session, Staged, Store};
use samklang_core::{Description, Digest, FaultKind};

use crate::rows::{Rows, verify};
use crate::stop::{Early, Stop};
use crate::tenant::Connection;
use crate::worker::{Step, Worker};

/// Objects per page: large enough that the cost per page vanishes, small enough that a page is nothing to hold; a power of two,
/// because the store cuts lists so.
pub(crate) const PAGE: u32 = 1_024;

/// What an import has found so far. One bit per object of the snapshot tells those seen; nothing else grows with the source.
#[derive(Default)]
struct Found {
    seen: RoaringTreemap,
    classes: BTreeMap<String, Counts>,
    /// The sum of the digests of everything read, by class: it does not depend on the order in which objects come.
    content: BTreeMap<String, u128>,
}

impl Found {
    fn note(&mut self, class: &str, digest: Digest) {
        let sum = self.content.entry(class.to_owned()).or_default();
        *sum = sum.wrapping_add(u128::from_le_bytes(digest.0));
    }

    /// What tells this content from any other.
    fn content(&self, extent: &Extent) -> String {
        let read: Vec<_> = self
            .classes
            .iter()
            .map(|(class, counts)| (class, counts.read, self.content.get(class).map(u128::to_string)))
            .collect();
        let whole = matches!(extent, Extent::Full);
        let text = serde_json::to_string(&(whole, read)).unwrap_or_default();
        Digest::of_bytes(text.as_bytes()).to_string()
    }

    fn total(&self) -> Counts {
        self.classes.values().fold(Counts::default(), |sum, one| Counts {
            read: sum.read + one.read,
            added: sum.added + one.added,
            changed: sum.changed + one.changed,
            removed: sum.removed + one.removed,
            ..sum
        })
    }
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn import(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
    ) -> Result<Counts, Early> {
        let description = self.connectors.describe(name)?;
        let classes: Vec<String> = connection.mappings.inbound.keys().cloned().collect();
        self.place_anew(name, connection).await?;
        let delivered = self.connectors.delivered(name).await;
        let arrived = self.clock.now();
        let mut session = self.connectors.open(name, "import").await?;
        let mut extent = match self.store.cursor(name).await? {
            Some(cursor) if description.reads_changes => Extent::Since(cursor),
            _ => Extent::Full,
        };
        self.store.begin_import(step.cycle, name).await?;
        if let Err(fault) = session.read(&classes, &extent).await {
            if fault.kind != FaultKind::ResyncRequired || extent == Extent::Full {
                return Err(fault.into());
            }
            tracing::info!(
                connection = name,
                "the cursor is of no use any more: reading everything"
            );
            extent = Extent::Full;
            session = self.connectors.open(name, "import").await?;
            session.read(&classes, &extent).await?;
        }
        let mut found = Found::default();
        for class in &classes {
            found.classes.insert(class.clone(), Counts::default());
        }
        let completion = self
            .pages(step, name, (&description, connection), &mut session, &mut found)
            .await?;
        let counted = |class: &str| found.classes.get(class).map_or(0, |counts| counts.read);
        verify(&completion, counted, &classes).map_err(Early::Stop)?;
        let note = ImportNote {
            content: found.content(&extent),
            delivered,
            arrived,
            window: None,
        };
        if let Some(reason) = self.store.marked_bad(name, &note.content).await? {
            return Err(Early::Stop(Stop {
                remedy: "have other data delivered, and run again; nothing of this was taken over".to_owned(),
                ..Stop::refused(format!(
                    "{name}: what is delivered was marked as bad before: {reason}"
                ))
            }));
        }
        if extent == Extent::Full {
            let Found {
                seen,
                classes: counts,
                ..
            } = &mut found;
            let missing = self
                .store
                .stage_missing(name, &classes, &|id| seen.contains(id))
                .await?;
            for (class, removed) in missing {
                counts.entry(class).or_default().removed = removed;
            }
        }
        let total = found.total();
        self.store
            .settle_import(name, total, &found.classes, completion.cursor.as_deref())
            .await?;
        self.store.note_import(name, &note).await?;
        self.progress.count(step.spec, &total);
        Ok(total)
    }

    /// Takes pages until the read is complete. While the connector makes a page, the one before it is looked up, and what differed in
    /// the one before that is staged.
    async fn pages(
        &self,
        step: &Step<'_>,
        name: &str,
        of: (&Description, &Connection),
        session: &mut C::Session,
        found: &mut Found,
    ) -> Result<Completion, Early> {
        let mut arrived = session.next(PAGE).await?;
        let mut differing = Vec::new();
        let mut shown = 0;
        loop {
            match arrived {
                Batch::Complete(completion) => {
                    self.stage(name, &differing).await?;
                    return Ok(completion);
                }
                Batch::Page(page) => {
                    // The store gets its work first: it does it while the connector computes.
                    let (staged, looked, next) = tokio::join!(
                        biased;
                        self.stage(name, &differing),
                        self.look(name, of, page, found),
                        session.next(PAGE)
                    );
                    staged?;
                    differing = looked?;
                    arrived = next?;
                }
            }
            shown += 1;
            if shown % 10 == 0 {
                self.progress.count(step.spec, &found.total());
                self.store.renew_lease(self.clock.now()).await?;
            }
        }
    }

    async fn stage(&self, name: &str, differing: &[Staged]) -> Result<(), Early> {
        if !differing.is_empty() {
            self.store.stage(name, differing).await?;
        }
        Ok(())
    }

    /// Looks a page up in the snapshot; answers what differs.
    async fn look(
        &self,
        name: &str,
        (description, connection): (&Description, &Connection),
        page: Page,
        found: &mut Found,
    ) -> Result<Vec<Staged>, Early> {
        let class = page.class.clone();
        let Some(key_attribute) = description.class(&class).map(|class| class.key.clone()) else {
            return Err(Early::Stop(Stop::refused(format!(
                "the connector handed over the class `{class}`, which it does not declare"
            ))));
        };
        let Some(inbound) = connection.mappings.inbound.get(&class) else {
            return Err(Early::Stop(Stop::refused(format!(
                "the connector handed over the class `{class}`, which it was not asked for"
            ))));
        };
        let mut counts = found.classes.get(&class).copied().unwrap_or_default();
        let removed = page.removed.clone();
        let rows = Rows::of(page, &key_attribute).map_err(Early::Stop)?;
        let identity = |key: &str| ObjectRef::new(name, &class, key).identity(&self.tenant.namespace);
        let mut staged = Vec::new();
        let known = self.store.known(name, &class, &rows.keys()).await?;
        for (row, known) in rows.rows.iter().zip(known) {
            counts.read += 1;
            found.note(&class, row.digest);
            let kind = match known {
                None => {
                    counts.added += 1;
                    ChangeKind::Added
                }
                Some(known) => {
                    if !found.seen.insert(known.id) {
                        return Err(samklang_core::port::StoreError::RepeatedKey {
                            class: class.clone(),
                            key: row.key.clone(),
                        }
                        .into());
                    }
                    if known.digest == row.digest {
                        continue;
                    }
                    counts.changed += 1;
                    ChangeKind::Changed
                }
            };
            let attributes = rows.attributes(row);
            staged.push(Staged {
                class: class.clone(),
                key: row.key.clone(),
                kind,
                place: inbound.place(&attributes),
                identity: Some(identity(&row.key)),
                object: Some((row.digest, attributes)),
            });
        }
        if !removed.is_empty() {
            let keys: Vec<&str> = removed.iter().map(String::as_str).collect();
            let known = self.store.known(name, &class, &keys).await?;
            for (key, _) in removed.iter().zip(known).filter(|(_, known)| known.is_some()) {
                counts.removed += 1;
                found.note(&class, Digest::of_bytes(key.as_bytes()));
                staged.push(Staged {
                    class: class.clone(),
                    key: key.clone(),
                    kind: ChangeKind::Removed,
                    object: None,
                    place: Place::default(),
                    identity: None,
                });
            }
        }
        found.classes.insert(class, counts);
        Ok(staged)
    }
}
