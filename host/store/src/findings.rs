//! Findings: what a person should see about one object. Each origin replaces only its own.

use samklang_core::catalogue::ObjectRef;
use samklang_core::port::FindingRecord;

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
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
            object,
            code,
            message,
            remedy,
            ..
        } = finding;
        list.push(arguments![
            class,
            &object.key,
            origin.as_str(),
            code,
            seals.octets(Place::Finding(class, &object.key), message.as_bytes())?,
            remedy
        ]);
    }
    let sql = "INSERT INTO finding (class, key, origin, code, message, remedy) VALUES {}";
    session.run_over(sql, list, &[]).await?;
    Ok(())
}
