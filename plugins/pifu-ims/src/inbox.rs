//! Which files of the inbox a read takes.
//!
//! A full read takes the newest document of type full and every delta after it; a read since a cursor takes the deltas after
//! the file that was taken last. What counts is a document's own moment, not the file's. Nothing older than what was taken
//! before is ever taken, and a file that cannot be understood stops the read rather than being passed over.

use std::fs::File;
use std::io::BufReader;
use std::time::SystemTime;

use samklang_sdk::{Error, Extent, inbox};
use serde::{Deserialize, Serialize};

use crate::document::{Document, Fault, Frame, Kind, Stamp};

/// Each piece is a call to the host.
const PIECE: usize = 128 << 10;

/// A file that holds a PIFU-IMS document.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) name: String,
    pub(crate) frame: Frame,
    pub(crate) encoding: &'static str,
    octets: u64,
    modified: Option<SystemTime>,
}

impl Delivery {
    pub(crate) fn open(&self) -> Result<Document<BufReader<File>>, Error> {
        open(&self.name)
    }

    /// Another file has taken its place since.
    pub(crate) fn has_changed(&self) -> bool {
        let about = std::fs::metadata(inbox().join(&self.name));
        about.map_or(true, |about| {
            (about.len(), about.modified().ok()) != (self.octets, self.modified)
        })
    }

    pub(crate) fn refused(&self, fault: &Fault) -> Error {
        refused(&self.name, fault)
    }
}

/// Where the next read goes on: the document that was taken last, and what a delta does not repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    file: String,
    octets: u64,
    datetime: String,
    /// The keys of school owners and schools: they tell an affiliation from a membership in a group.
    pub(crate) organisations: Vec<String>,
}

impl Cursor {
    pub(crate) fn after(delivery: &Delivery, organisations: Vec<String>) -> Self {
        Self {
            file: delivery.name.clone(),
            octets: delivery.octets,
            datetime: delivery.frame.datetime.text.clone(),
            organisations,
        }
    }

    fn parse(text: &str) -> Option<(Self, Stamp)> {
        let cursor: Self = serde_json::from_str(text).ok()?;
        let stamp = Stamp::parse(&cursor.datetime)?;
        Some((cursor, stamp))
    }
}

/// What a read takes.
#[derive(Debug)]
pub(crate) struct Selection {
    /// The full document that everything else builds on; none in a read since a cursor.
    pub(crate) base: Option<Delivery>,
    /// The deltas after it, newest first.
    pub(crate) changes: Vec<Delivery>,
    /// Where the read starts.
    pub(crate) cursor: Option<Cursor>,
}

impl Selection {
    /// The newest document that is taken.
    pub(crate) fn newest(&self) -> Option<&Delivery> {
        self.changes.first().or(self.base.as_ref())
    }
}

/// Chooses what to read.
pub(crate) fn select(pattern: &str, extent: &Extent) -> Result<Selection, Error> {
    let deliveries = list(pattern)?;
    match extent {
        Extent::Full => full(pattern, deliveries),
        Extent::Since(cursor) => since(pattern, cursor, deliveries),
    }
}

fn full(pattern: &str, deliveries: Vec<Delivery>) -> Result<Selection, Error> {
    let (full, mut changes): (Vec<_>, Vec<_>) = deliveries
        .into_iter()
        .partition(|delivery| delivery.frame.kind == Kind::Full);
    let Some(base) = full.into_iter().next() else {
        let found = changes.first().map_or_else(String::new, |delta| {
            format!(
                ": {} holds changes only (type delta or event), which can only follow a full file",
                delta.name
            )
        });
        return Err(Error::WaitingForData(format!(
            "a PIFU-IMS file of type full, named {pattern}, in the inbox{found}"
        )));
    };
    changes.retain(|delta| delta.frame.datetime.instant > base.frame.datetime.instant);
    Ok(Selection {
        base: Some(base),
        changes,
        cursor: None,
    })
}

fn since(pattern: &str, cursor: &str, deliveries: Vec<Delivery>) -> Result<Selection, Error> {
    let (cursor, taken) = Cursor::parse(cursor)
        .ok_or_else(|| Error::ResyncRequired("the cursor is not one that this connector gave".into()))?;
    let Some(newest) = deliveries.first() else {
        return Err(Error::WaitingForData(format!(
            "a PIFU-IMS file named {pattern} in the inbox, newer than {} ({})",
            cursor.datetime, cursor.file
        )));
    };
    if newest.frame.datetime.instant < taken.instant {
        return Err(Error::InvalidData {
            place: newest.name.clone(),
            cause: format!(
                "the newest file is of {}, older than the one taken last, {} of {}: deliver a new extract, or remove the \
                 old file",
                newest.frame.datetime.text, cursor.file, cursor.datetime
            ),
        });
    }
    let again = |delivery: &&Delivery| {
        delivery.frame.datetime.instant == taken.instant
            && (&delivery.name, delivery.octets) != (&cursor.file, cursor.octets)
    };
    let newer = |delivery: &&Delivery| delivery.frame.datetime.instant > taken.instant;
    let is_full = |delivery: &&Delivery| delivery.frame.kind == Kind::Full;
    let replaced = deliveries.iter().filter(is_full).find(newer);
    // A second extract of the same moment, such as one that is dated to the day.
    let replaced = replaced.or_else(|| deliveries.first().filter(is_full).filter(again));
    if let Some(full) = replaced {
        let (name, moment) = (&full.name, &full.frame.datetime.text);
        return Err(Error::ResyncRequired(format!(
            "{name} is a new full file, of {moment}"
        )));
    }
    let changes = deliveries
        .into_iter()
        .filter(|delivery| newer(&delivery))
        .collect();
    Ok(Selection {
        base: None,
        changes,
        cursor: Some(cursor),
    })
}

/// The documents in the inbox, newest first.
pub(crate) fn list(pattern: &str) -> Result<Vec<Delivery>, Error> {
    let folder = inbox();
    let unreadable = |cause: std::io::Error| {
        Error::Unreachable(format!(
            "the inbox cannot be read: {cause}: give the connection an inbox"
        ))
    };
    let mut deliveries = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if !matches(pattern, &name) || (name.starts_with('.') && !pattern.starts_with('.')) {
            continue;
        }
        let about = entry
            .metadata()
            .map_err(|cause| Error::invalid_data(name.clone(), cause))?;
        if about.is_file() {
            let document = open(&name)?;
            deliveries.push(Delivery {
                frame: document.frame().clone(),
                encoding: document.encoding(),
                octets: about.len(),
                modified: about.modified().ok(),
                name,
            });
        }
    }
    deliveries.sort_by(|one, other| {
        let age = |delivery: &Delivery| (delivery.frame.datetime.instant, delivery.modified);
        age(other).cmp(&age(one)).then_with(|| other.name.cmp(&one.name))
    });
    of_one_source(&deliveries)?;
    Ok(deliveries)
}

fn of_one_source(deliveries: &[Delivery]) -> Result<(), Error> {
    let Some(newest) = deliveries.first() else {
        return Ok(());
    };
    let expected = &newest.frame.datasource;
    match deliveries
        .iter()
        .find(|delivery| delivery.frame.datasource != *expected)
    {
        None => Ok(()),
        Some(other) => Err(Error::InvalidData {
            place: other.name.clone(),
            cause: format!(
                "it comes from {}, but {} comes from {expected}: give each source a connection of its own, or narrow the \
                 setting `file`",
                other.frame.datasource, newest.name
            ),
        }),
    }
}

fn open(name: &str) -> Result<Document<BufReader<File>>, Error> {
    let file = File::open(inbox().join(name)).map_err(|cause| Error::invalid_data(name, cause))?;
    Document::open(BufReader::with_capacity(PIECE, file)).map_err(|fault| refused(name, &fault))
}

fn refused(name: &str, fault: &Fault) -> Error {
    Error::InvalidData {
        place: format!("{name}, {}", fault.place),
        cause: fault.cause.clone(),
    }
}

/// `*` stands for any text and `?` for any one character.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut of, mut star) = (0, 0, None);
    while let Some(&character) = name.get(at) {
        match pattern.get(of) {
            Some('*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(&expected) if expected == '?' || expected == character => {
                of += 1;
                at += 1;
            }
            _ => {
                let Some((back, from)) = star else {
                    return false;
                };
                star = Some((back, from + 1));
                (of, at) = (back + 1, from + 1);
            }
        }
    }
    pattern.iter().skip(of).all(|&rest| rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("pifu.xml", "pifu.xml", true),
            ("pifu.xml", "pifu.xml.part", false),
            ("*.xml", "pifu.xml", true),
            ("*.xml", "pifu.xml.part", false),
            ("sas-*-full.xml", "sas-2031-full-full.xml", true),
            ("sas-*-full.xml", "sas-full.xml", false),
            ("sas-?.xml", "sas-å.xml", true),
            ("sas-?.xml", "sas-.xml", false),
            ("*", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
