//! What was done, by whom and why; what is set aside; and what is over its time.

use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::Event;
use samklang_core::port::{Clock as _, Deed, FindingRecord, Journal as _, Store as _};
use samklang_server::view::{JournalEntry, JournalVerdict, Moment, Page, Part, Quarantined, Subject, named};
use samklang_store::{KeptEntry, Wanted};
use serde_json::{Value, json};
use uuid::Uuid;

use super::history::{mark, page};
use super::people::conceal::{Sensitive, blot, blot_json, key_is_sensitive, object_name};
use super::place::Place;
use super::retention;
use crate::failure::Failure;
use crate::screen::rfc3339;
use crate::wiring::SystemClock;

/// Entries on a page, unless somebody wants another number.
const ENTRIES: u32 = 50;

/// A hash as people compare it.
pub(crate) fn hexadecimal(hash: &[u8; 32]) -> String {
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// An entry as a machine reads it.
pub(crate) fn document(entry: &KeptEntry) -> Value {
    json!({
        "entry": entry.seq,
        "at": rfc3339(entry.at),
        "cycle": entry.cycle,
        "who": entry.who,
        "event": entry.event,
        "entity": entry.entity,
        "detail": entry.detail,
        "hash": hexadecimal(&entry.hash),
    })
}

/// An entry as people see it, without these texts.
pub(super) fn shown(entry: KeptEntry, hidden: &[String]) -> JournalEntry {
    JournalEntry {
        entry: entry.seq,
        at: Moment(entry.at),
        cycle: entry.cycle,
        hash: hexadecimal(&entry.hash),
        who: entry.who,
        event: entry.event,
        entity: entry.entity,
        detail: entry.detail.map(|detail| blot_json(detail, hidden)),
    }
}

/// An object that is named as CONNECTION/CLASS/KEY. A key may hold slashes.
pub(crate) fn object(text: &str) -> Option<ObjectRef> {
    let mut parts = text.trim().splitn(3, '/').filter(|part| !part.is_empty());
    Some(ObjectRef {
        connection: parts.next()?.to_owned(),
        class: parts.next()?.to_owned(),
        key: parts.next()?.to_owned(),
    })
}

/// The same of a text that has to name one.
pub(crate) fn object_meant(text: &str) -> Result<ObjectRef, Failure> {
    let none = || Failure::Usage(format!("`{text}` names no object; write connection/class/key"));
    object(text).ok_or_else(none)
}

impl Place {
    /// Entries of the journal, newest first.
    pub(super) async fn journal(
        &self,
        entity: Option<Uuid>,
        part: &Part,
    ) -> Result<Page<JournalEntry>, Failure> {
        let size = part.size(ENTRIES);
        let wanted = Wanted {
            entity,
            since: None,
            before: mark(part)?,
        };
        let entries = self
            .store
            .journal_entries(&wanted, size.saturating_add(1))
            .await?;
        // Particulars may say again what is sensitive about whom they are about.
        let fitted = self.fitted().await?;
        let sensitive = Sensitive::of(&fitted);
        let mut about: Vec<Uuid> = entries.iter().filter_map(|entry| entry.entity).collect();
        about.sort_unstable();
        about.dedup();
        let entities = self.store.entities(&about).await?;
        let hidden: Vec<String> = entities
            .iter()
            .flat_map(|entity| sensitive.texts(entity))
            .collect();
        let next = |entry: &KeptEntry| entry.seq.to_string();
        Ok(page(entries, size, next, |entry| shown(entry, &hidden)))
    }

    /// Whether the journal is as it was written.
    pub(super) async fn verify_journal(&self) -> Result<JournalVerdict, Failure> {
        let verdict = self.store.verify_journal().await?;
        let flaws = verdict.flaws.iter();
        Ok(JournalVerdict {
            sound: verdict.found == 0,
            entries: verdict.entries,
            erased: verdict.erased,
            newest: verdict.head.0,
            hash: hexadecimal(&verdict.head.1),
            flaws: flaws
                .map(|flaw| format!("entry {}: {}", flaw.entry, flaw.what))
                .collect(),
            found: verdict.found,
        })
    }

    /// Keeps what a person did that is not kept with the deed itself.
    pub(super) async fn note(&self, event: Event, detail: Value) -> Result<(), Failure> {
        let deed = Deed {
            at: SystemClock.now(),
            who: self.who.clone(),
            event: event.into(),
            cycle: None,
            entity: None,
            why: String::new(),
            detail,
        };
        Ok(self.store.note(&[deed]).await?)
    }

    /// What a person should see to, newest first.
    pub(super) async fn findings(&self, part: &Part) -> Result<Page<Subject>, Failure> {
        let size = part.size(ENTRIES);
        let first: u32 = mark(part)?.unwrap_or_default();
        let all = self
            .store
            .findings(first.saturating_add(size).saturating_add(1))
            .await?;
        let skipped = usize::try_from(first).unwrap_or(usize::MAX);
        let found: Vec<FindingRecord> = all.into_iter().skip(skipped).collect();
        let fitted = self.fitted().await?;
        let next = |_: &_| first.saturating_add(size).to_string();
        Ok(page(found, size, next, |finding| {
            let object = &finding.object;
            let hidden = Vec::from_iter(
                key_is_sensitive(&fitted, &object.connection, &object.class).then(|| object.key.clone()),
            );
            Subject {
                object: object_name(&fitted, object),
                code: finding.code.clone(),
                arguments: named(blot_json(finding.arguments.clone(), &hidden)),
                message: blot(&finding.message, &hidden),
                remedy: finding.remedy.clone(),
            }
        }))
    }

    /// What is set aside, those first that are tried again first.
    pub(super) async fn quarantine(&self, part: &Part) -> Result<Page<Quarantined>, Failure> {
        let size = part.size(ENTRIES);
        let first: u32 = mark(part)?.unwrap_or_default();
        let found = self.store.quarantined_from(first, size.saturating_add(1)).await?;
        let fitted = self.fitted().await?;
        let next = |_: &_| first.saturating_add(size).to_string();
        Ok(page(found, size, next, |one| {
            let object = &one.finding.object;
            let hidden = Vec::from_iter(
                key_is_sensitive(&fitted, &object.connection, &object.class).then(|| object.key.clone()),
            );
            Quarantined {
                object: object_name(&fitted, object),
                code: one.finding.code.clone(),
                arguments: named(blot_json(one.finding.arguments.clone(), &hidden)),
                message: blot(&one.finding.message, &hidden),
                remedy: one.finding.remedy.clone(),
                failures: one.failures,
                since: Moment(one.since),
                due: Some(Moment(one.due)),
            }
        }))
    }

    /// Has what is set aside tried again in the next cycle.
    pub(super) async fn retry(&self, text: Option<&str>) -> Result<u64, Failure> {
        let object = match text {
            Some(text) => Some(object_meant(text)?),
            None => None,
        };
        let count = self.store.retry(object.as_ref()).await?;
        if let (0, Some(object)) = (count, &object) {
            return Err(Failure::Absent(format!("{object} is not set aside")));
        }
        let detail = json!({ "object": object.map(|object| object.to_string()), "retried": count });
        self.note(Event::Retried, detail).await?;
        Ok(count)
    }

    /// What is over its time, as the command `retention show` gives it.
    pub(super) async fn retention(&self) -> Result<Value, Failure> {
        let fitted = self.fitted().await?;
        let lines = retention::lines(&self.store, &fitted.tenant, SystemClock.now()).await?;
        Ok(retention::document(self.name(), &lines))
    }
}
