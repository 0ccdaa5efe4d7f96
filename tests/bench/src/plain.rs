//! What Samklang is held against: a plain program that does no more than the comparison. It reads the list, makes a digest of each
//! line, looks its key up in a table, and writes what is new, changed or gone in one durable transaction. No connector, no guard, no
//! mapping, no matching, no history.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _, params};
use samklang_core::port::Counts;

use crate::ground::{FILE, Ground};
use crate::machine;
use crate::workload::{Measured, Part};

/// Compares the delivered list with what was there before, and keeps it.
pub(crate) fn compare(ground: &Ground) -> Result<Measured> {
    let since = Instant::now();
    let mut database = open(&ground.home().join("plain.db"))?;
    let mut counts = Counts::default();
    let transaction = database.transaction()?;
    {
        let mut find = transaction.prepare("SELECT id, digest FROM object WHERE key = ?1")?;
        let mut add = transaction.prepare("INSERT INTO object (key, digest, body) VALUES (?1, ?2, ?3)")?;
        let mut change = transaction.prepare("UPDATE object SET digest = ?2, body = ?3 WHERE id = ?1")?;
        let mut list = csv::Reader::from_path(ground.inbox().join(FILE))?;
        let mut line = csv::ByteRecord::new();
        let mut seen = roaring::RoaringTreemap::new();
        while list.read_byte_record(&mut line)? {
            counts.read += 1;
            let body = line.as_slice();
            let digest = blake3::hash(body);
            let digest: &[u8] = digest.as_bytes();
            let key = std::str::from_utf8(line.get(0).unwrap_or_default())?;
            let known = find
                .query_row([key], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get_ref(1)?.as_blob()? == digest))
                })
                .optional()?;
            let id = match known {
                Some((id, same)) => {
                    if !same {
                        counts.changed += 1;
                        change.execute(params![id, digest, body])?;
                    }
                    id
                }
                None => {
                    counts.added += 1;
                    add.insert(params![key, digest, body])?
                }
            };
            seen.insert(id.cast_unsigned());
        }
        let mut all = transaction.prepare("SELECT id FROM object")?;
        let gone: Vec<i64> = all
            .query_map([], |row| row.get(0))?
            .filter(|id| {
                id.as_ref()
                    .map_or(true, |id: &i64| !seen.contains(id.cast_unsigned()))
            })
            .collect::<Result<_, _>>()?;
        counts.removed = gone.len() as u64;
        let mut remove = transaction.prepare("DELETE FROM object WHERE id = ?1")?;
        for id in gone {
            remove.execute([id])?;
        }
    }
    transaction.commit()?;
    let seconds = since.elapsed().as_secs_f64();
    Ok(Measured {
        seconds,
        peak: machine::peak_memory(),
        guest: None,
        parts: vec![Part {
            name: "import".to_owned(),
            seconds,
            counts,
        }],
    })
}

fn open(path: &Path) -> Result<Connection> {
    let database = Connection::open(path)?;
    database.pragma_update(None, "journal_mode", "wal")?;
    database.pragma_update(None, "synchronous", "full")?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS object (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, \
         body BLOB NOT NULL)",
    )?;
    Ok(database)
}
