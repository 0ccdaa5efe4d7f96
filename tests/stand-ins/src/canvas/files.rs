//! From an attachment to parsed CSV files. A file that cannot be read is reported and left out; the others go on.

use std::io::{Cursor, Read};
use std::sync::Arc;

use axum::body::Bytes;
use csv::StringRecord;

use super::schema;

/// A message of an import.
#[derive(Debug, Clone)]
pub struct Message {
    /// The file it is about.
    pub file: String,
    /// The row, counting the header as 1.
    pub row: Option<usize>,
    /// Human text.
    pub text: String,
    /// Whether it fails the import.
    pub failure: bool,
}

impl Message {
    pub(super) fn failure(file: &str, text: &str) -> Self {
        Self {
            file: file.to_owned(),
            row: None,
            text: text.to_owned(),
            failure: true,
        }
    }

    pub(super) fn warning(file: &str, row: Option<usize>, text: String) -> Self {
        Self {
            file: file.to_owned(),
            row,
            text,
            failure: false,
        }
    }
}

/// A CSV file of a known kind.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) kind: usize,
    pub(super) header: Arc<[String]>,
    pub(super) rows: Vec<(usize, StringRecord)>,
}

/// A row by column names; blank is absent.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) number: usize,
    header: &'a [String],
    record: &'a StringRecord,
}

impl<'a> Row<'a> {
    pub(super) fn get(&self, column: &str) -> Option<&'a str> {
        let at = self.header.iter().position(|name| name == column)?;
        self.record.get(at).filter(|value| !value.is_empty())
    }
}

impl Table {
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(number, record)| Row {
            number: *number,
            header: &self.header,
            record,
        })
    }

    pub(super) fn csv(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(self.header.iter()).expect("memory");
        for (_, record) in &self.rows {
            writer.write_record(record).expect("memory");
        }
        writer.into_inner().expect("memory")
    }
}

/// What an attachment held.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    pub(super) tables: Vec<Table>,
    pub(super) messages: Vec<Message>,
    /// Uncompressed, in bytes.
    pub(super) size: u64,
}

pub(super) fn unpack(name: &str, extension: &str, bytes: &Bytes) -> Unpacked {
    let mut unpacked = Unpacked::default();
    match extension {
        "csv" => {
            unpacked.size = bytes.len() as u64;
            parse(name, bytes, &mut unpacked);
        }
        "zip" => unzip(name, bytes, &mut unpacked),
        _ => unpacked.messages.push(Message::warning(
            name,
            None,
            "Skipping unknown file type".to_owned(),
        )),
    }
    unpacked.tables.sort_by_key(|table| table.kind);
    unpacked
}

fn unzip(name: &str, bytes: &Bytes, unpacked: &mut Unpacked) {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        unpacked.messages.push(Message::failure(name, "Malformed zip"));
        return;
    };
    for at in 0..archive.len() {
        let Ok(mut entry) = archive.by_index(at) else {
            unpacked.messages.push(Message::failure(name, "Malformed zip"));
            return;
        };
        let Ok(path) = entry.name().map(|path| path.into_owned()) else {
            unpacked.messages.push(Message::failure(name, "Malformed zip"));
            continue;
        };
        let file = path.rsplit('/').next().unwrap_or_default().to_owned();
        let desktop = ["thumbs.db", "desktop.ini", "desktop db"].contains(&file.to_lowercase().as_str());
        if entry.is_dir()
            || path.split('/').any(|part| part == "__MACOSX")
            || file.starts_with('.')
            || desktop
        {
            continue;
        }
        if !file.to_lowercase().ends_with(".csv") {
            unpacked.messages.push(Message::warning(
                &path,
                None,
                "Skipping unknown file type".to_owned(),
            ));
            continue;
        }
        unpacked.size += entry.size();
        if unpacked.size >= 100 * bytes.len() as u64 {
            unpacked
                .messages
                .push(Message::failure(name, "The zip holds too much for its size"));
            unpacked.tables.clear();
            return;
        }
        let mut content = Vec::new();
        if entry.read_to_end(&mut content).is_err() {
            unpacked.messages.push(Message::failure(&path, "Malformed zip"));
            continue;
        }
        parse(&path, &content, unpacked);
    }
}

fn parse(name: &str, content: &[u8], unpacked: &mut Unpacked) {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    if std::str::from_utf8(content).is_err() {
        unpacked.messages.push(Message::failure(name, "Invalid UTF-8"));
        return;
    }
    if !quotes_balance(content) {
        unpacked.messages.push(Message::failure(name, "Malformed CSV"));
        return;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(content);
    let mut record = StringRecord::new();
    let mut header: Option<Arc<[String]>> = None;
    let mut rows = Vec::new();
    let mut inner_lines = 0;
    while reader.read_record(&mut record).unwrap_or(false) {
        let position = record.position().expect("a record that was read");
        let from = &content[(position.byte() as usize).min(content.len())..];
        let blank = from
            .iter()
            .take_while(|byte| b"\r\n".contains(byte))
            .filter(|&&byte| byte == b'\n')
            .count();
        let number = position.line() as usize + blank - inner_lines;
        inner_lines += record.as_slice().matches('\n').count();
        if header.is_none() {
            header = Some(record.iter().map(str::to_lowercase).collect());
        } else if !record.as_slice().is_empty() {
            rows.push((number, record.clone()));
        }
    }
    let kind = header.as_deref().and_then(schema::recognise);
    let (Some(header), Some(kind)) = (header, kind) else {
        unpacked
            .messages
            .push(Message::failure(name, "Couldn't find Canvas CSV import headers"));
        return;
    };
    unpacked.tables.push(Table {
        name: name.to_owned(),
        kind,
        header,
        rows,
    });
}

/// Whether quotes stand only where the strict reader of Canvas allows them: around whole fields, doubled within.
fn quotes_balance(content: &[u8]) -> bool {
    #[derive(PartialEq)]
    enum At {
        Start,
        Bare,
        Quoted,
        Closed,
    }
    let mut at = At::Start;
    for &byte in content {
        at = match (at, byte) {
            (At::Start, b'"') => At::Quoted,
            (At::Start | At::Bare | At::Closed, b',' | b'\n' | b'\r') => At::Start,
            (At::Start, _) => At::Bare,
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (At::Closed, b'"') => At::Quoted,
            (At::Closed, _) | (At::Bare, b'"') => return false,
            (At::Bare, _) => At::Bare,
        };
    }
    at != At::Quoted
}
