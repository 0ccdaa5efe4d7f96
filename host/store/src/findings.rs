//! Findings: what a person should see about one object. Each origin replaces only its own.

use std::borrow::Cow;

use samklang_core::catalogue::ObjectRef;
use samklang_core::port::FindingRecord;
use serde::{Deserialize, Serialize};

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
use crate::reading::to_json;
use crate::sealed::{Place, Seals};
use crate::tenant::Classes;

/// What found a finding: each replaces only its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// Reconciliation, about objects of sources.
    Source,
    /// Planning and applying, about objects of targets.
    Target,
}

impl Origin {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

/// Clears the findings of one origin about these objects.
pub(crate) async fn clear_findings<'a>(
    session: &mut Session,
    objects: impl IntoIterator<Item = &'a ObjectRef> + Send,
    classes: &Classes,
    origin: Origin,
) -> Answer<()> {
    // Mostly there is nothing to clear, and then nothing need be looked for.
    if session
        .row("SELECT 1 FROM finding LIMIT 1", arguments![])
        .await?
        .is_none()
    {
        return Ok(());
    }
    let mut list = List::new(2, 0);
    for object in objects {
        list.push(arguments![classes.of(object), &object.key]);
    }
    let sql = "WITH v (class, key) AS (VALUES {}) DELETE FROM finding WHERE id IN \
               (SELECT f.id FROM v CROSS JOIN finding f WHERE f.class = v.class AND f.key = v.key AND f.origin = $1)";
    session.run_over(sql, list, &arguments![origin.as_str()]).await?;
    Ok(())
}

/// Keeps findings.
pub(crate) async fn keep_findings<'a>(
    session: &mut Session,
    seals: &Seals,
    findings: impl IntoIterator<Item = &'a FindingRecord> + Send,
    classes: &Classes,
    origin: Origin,
) -> Answer<()> {
    let mut list = List::new(6, 0);
    for finding in findings {
        let class = classes.of(&finding.object);
        let FindingRecord {
            object, code, remedy, ..
        } = finding;
        list.push(arguments![
            class,
            &object.key,
            origin.as_str(),
            code,
            seals.octets(Place::Finding(class, &object.key), kept(finding)?.as_bytes())?,
            remedy
        ]);
    }
    let sql = "INSERT INTO finding (class, key, origin, code, message, remedy) VALUES {}";
    session.run_over(sql, list, &[]).await?;
    Ok(())
}

/// What is sealed of a finding: its words, and what they speak of.
#[derive(Serialize, Deserialize)]
struct Told<'a> {
    message: Cow<'a, str>,
    arguments: Cow<'a, serde_json::Value>,
}

fn kept(finding: &FindingRecord) -> Answer<String> {
    to_json(&Told {
        message: Cow::Borrowed(&finding.message),
        arguments: Cow::Borrowed(&finding.arguments),
    })
}

/// The words of a finding and what they speak of. One that was kept before that was told is words alone.
pub(crate) fn told(kept: String) -> (String, serde_json::Value) {
    match serde_json::from_str::<Told<'_>>(&kept) {
        Ok(told) => (told.message.into_owned(), told.arguments.into_owned()),
        Err(_) => (kept, serde_json::Value::Null),
    }
}
