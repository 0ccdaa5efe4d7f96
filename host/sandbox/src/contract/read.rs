//! Watches one read from its first page to its completion.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::connector::{Attribute, Batch, Completion, Description, Extent, Page};
use samklang_core::value::Value;

use super::{Checked, attribute, class, value};
use crate::limits::Limits;

/// What has been handed over so far.
pub(crate) struct ReadWatch {
    counts: BTreeMap<String, u64>,
    full: bool,
    empty_pages: u32,
    empty_pages_allowed: u32,
    rows: u64,
    rows_allowed: u64,
}

impl ReadWatch {
    pub(crate) fn new(classes: &[String], extent: &Extent, limits: &Limits) -> Self {
        Self {
            counts: classes.iter().map(|class| (class.clone(), 0)).collect(),
            full: matches!(extent, Extent::Full),
            empty_pages: 0,
            empty_pages_allowed: limits.empty_pages,
            rows: 0,
            rows_allowed: limits.rows,
        }
    }

    /// Checks the next batch, of which at most `max` rows were asked for.
    pub(crate) fn batch(&mut self, description: &Description, batch: &Batch, max: u32) -> Checked {
        match batch {
            Batch::Page(page) => self
                .page(description, page, max)
                .map_err(|problem| format!("a page of the class `{}`: {problem}", page.class)),
            Batch::Complete(completion) => self.complete(completion),
        }
    }

    fn page(&mut self, description: &Description, page: &Page, max: u32) -> Checked {
        let declared = class(description, &page.class)?;
        let rows = page.rows.len() as u64;
        let Some(count) = self.counts.get_mut(&page.class) else {
            return Err("the class was not asked for".to_owned());
        };
        *count += rows;
        self.rows += rows.max(page.removed.len() as u64);
        if self.rows > self.rows_allowed {
            return Err(format!(
                "the read has handed over more than {} rows",
                self.rows_allowed
            ));
        }
        if rows > u64::from(max) {
            return Err(format!("it has {rows} rows, but at most {max} were asked for"));
        }
        if rows == 0 && page.removed.is_empty() {
            self.empty_pages += 1;
            if self.empty_pages > self.empty_pages_allowed {
                return Err(format!(
                    "more than {} pages without a row, one after another",
                    self.empty_pages_allowed
                ));
            }
            return Ok(());
        }
        self.empty_pages = 0;
        if self.full && !page.removed.is_empty() {
            return Err("it has removed keys in a full read".to_owned());
        }
        if page.removed.iter().any(String::is_empty) {
            return Err("a removed key is empty".to_owned());
        }
        let mut seen = BTreeSet::new();
        let mut columns: Vec<&Attribute> = Vec::with_capacity(page.columns.len());
        for name in &page.columns {
            if !seen.insert(name) {
                return Err(format!("the column `{name}` is there twice"));
            }
            columns.push(attribute(declared, name)?);
        }
        let Some(key) = page.columns.iter().position(|name| *name == declared.key) else {
            return if rows == 0 {
                Ok(())
            } else {
                Err(format!("the key `{}` is not among the columns", declared.key))
            };
        };
        for (number, row) in page.rows.iter().enumerate() {
            check_row(row, &columns, key).map_err(|problem| format!("row {}: {problem}", number + 1))?;
        }
        Ok(())
    }

    fn complete(&self, completion: &Completion) -> Checked {
        let mut claimed = BTreeMap::new();
        for (class, count) in &completion.objects {
            if claimed.insert(class, *count).is_some() {
                return Err(format!("the completion counts the class `{class}` twice"));
            }
            if !self.counts.contains_key(class) {
                return Err(format!(
                    "the completion counts the class `{class}`, which was not asked for"
                ));
            }
        }
        for (class, &counted) in &self.counts {
            match claimed.get(class) {
                Some(&claimed) if claimed == counted => {}
                Some(claimed) => {
                    return Err(format!(
                        "the completion says {claimed} objects of the class `{class}`, but {counted} were handed over"
                    ));
                }
                None => return Err(format!("the completion does not count the class `{class}`")),
            }
        }
        Ok(())
    }
}

fn check_row(row: &[Value], columns: &[&Attribute], key: usize) -> Checked {
    if row.len() != columns.len() {
        return Err(format!(
            "it has {} values for {} columns",
            row.len(),
            columns.len()
        ));
    }
    for (attribute, given) in columns.iter().zip(row) {
        value(attribute, given)?;
    }
    match row.get(key) {
        Some(Value::Text(text)) if !text.is_empty() => Ok(()),
        Some(Value::Text(_)) => Err("its key is empty".to_owned()),
        _ => Err("its key is absent".to_owned()),
    }
}
