//! The table `retention` of a tenant: how long what is gone, and what has been, is kept.

use samklang_core::catalogue::EntityKind;
use samklang_core::retention::{Kept, Period, Retention};

use super::mistake::Mistakes;
use super::policy::duration;
use super::section::Section;

/// The word for what is never erased.
pub(crate) const FOREVER: &str = "forever";

/// Reads the table.
pub(super) fn read(file: &Section<'_>, mistakes: &mut Mistakes) -> Retention {
    let mut retention = Retention::default();
    let known: Vec<&str> = Kept::HISTORY
        .into_iter()
        .map(Kept::as_str)
        .chain(["gone"])
        .collect();
    let table = file
        .get("retention")
        .and_then(|node| Section::new(node, "retention", &known, mistakes));
    let Some(table) = table else {
        return retention;
    };
    let kinds: Vec<&str> = EntityKind::ALL.into_iter().map(EntityKind::as_str).collect();
    let gone = table
        .get("gone")
        .and_then(|node| Section::new(node, "retention.gone", &kinds, mistakes));
    for kept in Kept::ALL {
        let section = if matches!(kept, Kept::Gone(_)) {
            gone.as_ref()
        } else {
            Some(&table)
        };
        let period = section.and_then(|section| period(section, kept.as_str(), mistakes));
        if let Some(period) = period {
            retention.periods.insert(kept, period);
        }
    }
    retention
}

fn period(section: &Section<'_>, key: &str, mistakes: &mut Mistakes) -> Option<Period> {
    let written = section.get(key)?;
    if matches!(&written.content, super::document::Content::Text(text) if text.trim() == FOREVER) {
        return Some(Period::Forever);
    }
    duration(section, key, mistakes).map(Period::For)
}
