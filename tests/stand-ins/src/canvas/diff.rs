//! Diffing mode: only what differs from the last import of the same data set is applied, and what is missing is ended.
//!
//! It compares files with files: what happened in Canvas in between is invisible to it, as in the real one.

use std::collections::HashMap;

use csv::StringRecord;

use super::files::{Message, Row, Table};
use super::imports::Import;
use super::schema::FILE_TYPES;

/// So many exceedings in a row and further imports of a data set fail.
const EXCEEDINGS: usize = 5;
const SKIPPED: &str = "Diffing not performed because file size difference exceeded threshold";

/// The tables to apply instead of the whole; `None` when the whole is to be applied.
pub(super) fn against(import: &mut Import, before: &[Import]) -> Result<Option<Vec<Table>>, String> {
    let same: Vec<&Import> = before
        .iter()
        .filter(|other| other.params.data_set == import.params.data_set)
        .collect();
    if import.params.remaster {
        return Ok(None);
    }
    let exceeded = same
        .iter()
        .rev()
        .take_while(|other| other.threshold_exceeded)
        .count();
    if exceeded >= EXCEEDINGS {
        import.threshold_exceeded = true;
        return Err(format!(
            "{SKIPPED} {EXCEEDINGS} times in a row; remaster the data set"
        ));
    }
    let usable = || {
        same.iter()
            .filter(|other| other.succeeded() && !other.threshold_exceeded)
    };
    let base = usable()
        .rev()
        .find(|other| other.diffed_against.is_some() || other.params.remaster);
    let Some(base) = base.or(usable().next()) else {
        return Ok(None);
    };
    let difference = import.size.abs_diff(base.size) * 100;
    if import
        .params
        .change_threshold
        .is_some_and(|threshold| difference > threshold * base.size)
    {
        return Ok(skip(import));
    }
    let mut tables = Vec::new();
    for (kind, file_type) in FILE_TYPES.iter().enumerate() {
        let new: Vec<&Table> = import.tables.iter().filter(|table| table.kind == kind).collect();
        let old: Vec<&Table> = base.tables.iter().filter(|table| table.kind == kind).collect();
        if new.is_empty() {
            continue;
        }
        if file_type.identity.is_empty() || old.is_empty() {
            tables.extend(new.into_iter().cloned());
        } else if let Some(pairs) = pairs(&new, &old) {
            for (new, old) in pairs {
                tables.extend(
                    compare(new, old, import)
                        .into_iter()
                        .filter(|table| !table.rows.is_empty()),
                );
            }
        } else {
            let name = file_type.file;
            let text =
                format!("Diffing not performed for {name} because the files do not match those before");
            import
                .messages
                .push(Message::warning(&format!("{name}.csv"), None, text));
            tables.extend(import.tables.iter().filter(|table| table.kind == kind).cloned());
        }
    }
    let rows: usize = tables.iter().map(|table| table.rows.len()).sum();
    if import
        .params
        .row_threshold
        .is_some_and(|threshold| rows as u64 > threshold)
    {
        return Ok(skip(import));
    }
    import.diffed_against = Some(base.id);
    Ok(Some(tables))
}

fn skip(import: &mut Import) -> Option<Vec<Table>> {
    import.threshold_exceeded = true;
    import
        .messages
        .push(Message::warning("", None, SKIPPED.to_owned()));
    None
}

/// One file on each side, or as many with the same, distinct names.
fn pairs<'a>(new: &[&'a Table], old: &[&'a Table]) -> Option<Vec<(&'a Table, &'a Table)>> {
    if let ([new], [old]) = (new, old) {
        return Some(vec![(*new, *old)]);
    }
    let by_name: HashMap<&str, &Table> = old.iter().map(|&table| (table.name.as_str(), table)).collect();
    let mut names: Vec<&str> = new.iter().map(|table| table.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() != new.len() || by_name.len() != old.len() || new.len() != old.len() {
        return None;
    }
    new.iter()
        .map(|&table| Some((table, *by_name.get(table.name.as_str())?)))
        .collect()
}

fn identity(kind: usize, row: Row<'_>) -> String {
    let values: Vec<&str> = FILE_TYPES[kind]
        .identity
        .iter()
        .map(|column| row.get(column).unwrap_or_default())
        .collect();
    values.join("\u{1f}")
}

/// New and changed rows as they are, missing ones with the status that ends them; rows are numbered within the diff.
fn compare(new: &Table, old: &Table, import: &Import) -> [Table; 2] {
    let same_header = new.header == old.header;
    let mut before: HashMap<String, usize> = old
        .rows()
        .enumerate()
        .map(|(at, row)| (identity(old.kind, row), at))
        .collect();
    let mut changed = Vec::new();
    for (at, row) in new.rows().enumerate() {
        let found = before.remove(&identity(new.kind, row));
        if !found.is_some_and(|found| same_header && old.rows[found].1 == new.rows[at].1) {
            changed.push((changed.len() + 2, new.rows[at].1.clone()));
        }
    }
    let ended = match FILE_TYPES[new.kind].name {
        "user" => import.params.diff_user_status.as_str(),
        "enrollment" => import.params.diff_drop_status.as_str(),
        _ => "deleted",
    };
    let mut gone: Vec<usize> = before.into_values().collect();
    gone.sort_unstable();
    let status = old.header.iter().position(|column| column == "status");
    let mut missing = Vec::new();
    if let Some(status) = status {
        for at in gone {
            let row = old.rows[at].1.iter().enumerate();
            let row: StringRecord = row
                .map(|(at, value)| if at == status { ended } else { value })
                .collect();
            missing.push((changed.len() + missing.len() + 2, row));
        }
    }
    let table = |like: &Table, rows| Table {
        rows,
        ..like.clone_empty(&new.name)
    };
    [table(new, changed), table(old, missing)]
}

impl Table {
    fn clone_empty(&self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: self.kind,
            header: self.header.clone(),
            rows: Vec::new(),
        }
    }
}
