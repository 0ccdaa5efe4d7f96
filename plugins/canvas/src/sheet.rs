//! The CSV files of one import: which operation became which row, so that what Canvas says about a row reaches the operation.
//!
//! Objects that stay and objects that go are in separate files of the same kind: a removal knows only what the file requires,
//! and a blank in another column could clear something. A row is one line; Canvas counts them from the header, which is 1.

use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Write};

use samklang_sdk::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::tables::Table;

/// One file.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) table: &'static Table,
    removals: bool,
    /// The columns that are written, by their place in the table.
    columns: BTreeSet<usize>,
    lines: Vec<Line>,
}

/// One row: the operation it belongs to and a cell for each of the table's columns.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) operation: usize,
    pub(crate) cells: Vec<String>,
}

impl Sheet {
    pub(crate) fn new(table: &'static Table, removals: bool) -> Self {
        let columns = table.columns.iter().enumerate();
        let columns = columns
            .filter(|(_, column)| table.always(column))
            .map(|(at, _)| at)
            .collect();
        Self {
            table,
            removals,
            columns,
            lines: Vec::new(),
        }
    }

    pub(crate) fn name(&self) -> String {
        format!(
            "{}{}.csv",
            self.table.file,
            if self.removals { "_removed" } else { "" }
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds a row; `set` are the columns that it says something about, also where that is nothing.
    pub(crate) fn add(&mut self, line: Line, set: impl IntoIterator<Item = usize>) {
        self.columns.extend(set);
        self.lines.push(line);
    }

    /// The operation of a row, counted as Canvas does.
    pub(crate) fn operation(&self, row: usize) -> Option<usize> {
        self.lines.get(row.checked_sub(2)?).map(|line| line.operation)
    }

    /// Every operation that has a row here.
    pub(crate) fn operations(&self) -> impl Iterator<Item = usize> + '_ {
        self.lines.iter().map(|line| line.operation)
    }

    /// Sorts rows that refer to rows of the same file: parents before children, in a file of removals the other way round.
    pub(crate) fn put_parents_first(&mut self) {
        let (Some(key), Some(parent)) = (
            self.table.column("account_id"),
            self.table.column("parent_account_id"),
        ) else {
            return;
        };
        let cell = |line: &Line, at: usize| line.cells.get(at).cloned().unwrap_or_default();
        let parents: HashMap<String, String> = self
            .lines
            .iter()
            .map(|line| (cell(line, key), cell(line, parent)))
            .collect();
        let depth = |line: &Line| {
            let mut above = &cell(line, parent);
            let mut depth = 0;
            // No deeper than there are accounts: a ring is Canvas's to refuse.
            while let Some(next) = parents.get(above).filter(|_| depth < parents.len()) {
                (above, depth) = (next, depth + 1);
            }
            depth
        };
        self.lines.sort_by_cached_key(&depth);
        if self.removals {
            self.lines.reverse();
        }
    }

    pub(crate) fn csv(&self) -> Result<Vec<u8>, Error> {
        let fault = |cause: &dyn std::fmt::Display| {
            Error::Internal(format!("{} cannot be written: {cause}", self.name()))
        };
        let mut csv = csv::Writer::from_writer(Vec::new());
        let columns = || self.columns.iter();
        let names = columns()
            .filter_map(|&at| self.table.columns.get(at))
            .map(|column| column.name);
        csv.write_record(names).map_err(|cause| fault(&cause))?;
        for line in &self.lines {
            let cells = columns().map(|&at| line.cells.get(at).map(String::as_str).unwrap_or_default());
            csv.write_record(cells).map_err(|cause| fault(&cause))?;
        }
        csv.into_inner().map_err(|cause| fault(&cause))
    }
}

/// Canvas refuses a ZIP whose content is a hundred times as large; this stays far from it.
const LARGEST_RATIO: usize = 50;

/// The files as one ZIP.
pub(crate) fn zip(sheets: &[Sheet]) -> Result<Vec<u8>, Error> {
    let files = sheets
        .iter()
        .map(|sheet| Ok((sheet.name(), sheet.csv()?)))
        .collect::<Result<Vec<_>, Error>>()?;
    let size: usize = files.iter().map(|(_, csv)| csv.len()).sum();
    let pack = |method| {
        let options = SimpleFileOptions::default().compression_method(method);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, csv) in &files {
            zip.start_file(name.as_str(), options)?;
            zip.write_all(csv)?;
        }
        zip.finish().map(Cursor::into_inner)
    };
    let packed = pack(CompressionMethod::Deflated).and_then(|packed| {
        let too_tight = size > packed.len().saturating_mul(LARGEST_RATIO);
        if too_tight {
            pack(CompressionMethod::Stored)
        } else {
            Ok(packed)
        }
    });
    packed.map_err(|cause| Error::Internal(format!("the ZIP cannot be written: {cause}")))
}

/// A text as it can stand in one line.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
