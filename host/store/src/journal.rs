//! The tenant's journal: a chain of entries that only grows at its end. The chain's row is held while entries are added, so that every
//! entry follows on the one before it whoever writes. Particulars are sealed with a salt of their own; the chain holds their digest, so
//! that they can be sealed anew or erased. The head is kept sealed beside the plain one: without the tenant's key, nobody can put
//! another chain in the place of this one.

use samklang_core::journal::{Audit, ERASED, End, Facts, Flaw, GENESIS, digest};
use samklang_core::port::{Deed, Journal, JournalEntry, StoreError};
use uuid::Uuid;

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Row, Session};
use crate::reading::{corrupt, json, maybe_uuid, to_json};
use crate::sealed::{Place, randoms};
use crate::tenant::TenantStore;

/// Entries that are looked at together.
const PAGE: u32 = 1_000;

/// The octets of a salt.
const SALT: usize = 16;

/// Who does what happens in a cycle.
const CYCLE: &str = "cycle";

/// The columns that [`TenantStore::kept`] reads, of table `journal`.
const ENTRY: &str = "seq, at, cycle, entity, event, who, digest, detail, hash";

/// An entry that is about to be added.
pub(crate) struct Entry<'a> {
    pub(crate) at: i64,
    pub(crate) cycle: Option<i64>,
    pub(crate) entity: Option<Uuid>,
    pub(crate) event: &'a str,
    pub(crate) who: &'a str,
    pub(crate) detail: serde_json::Value,
}

impl<'a> From<&'a Deed> for Entry<'a> {
    fn from(deed: &'a Deed) -> Self {
        Self {
            at: deed.at,
            cycle: deed.cycle,
            entity: deed.entity,
            event: &deed.event,
            who: &deed.who,
            detail: deed.particulars(),
        }
    }
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEntry {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The cycle.
    pub cycle: Option<i64>,
    /// The entity.
    pub entity: Option<Uuid>,
    /// What happened.
    pub event: String,
    /// Who did it: a person, or `cycle`.
    pub who: String,
    /// The particulars; none when they were erased.
    pub detail: Option<serde_json::Value>,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Which entries are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Those about this entity alone.
    pub entity: Option<Uuid>,
    /// Those from this time on, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Those before this place in the chain.
    pub before: Option<i64>,
}

/// What a look through the journal found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Entries that were looked at.
    pub entries: u64,
    /// The place and hash of the newest entry.
    pub head: (i64, [u8; 32]),
    /// Entries whose particulars were erased.
    pub erased: u64,
    /// What is not as it was written: the first ones.
    pub flaws: Vec<Flaw>,
    /// How many flaws there are in all.
    pub found: u64,
}

impl Journal for TenantStore {
    async fn note(&self, deeds: &[Deed]) -> Result<(), StoreError> {
        let mut session = self.deciding().await?;
        self.keep_deeds(&mut session, deeds).await?;
        session.commit().await
    }
}

impl TenantStore {
    /// Adds what happened to entities in a cycle.
    pub(crate) async fn keep_journal<'a>(
        &self,
        session: &mut Session,
        entries: impl IntoIterator<Item = &'a JournalEntry> + Send,
    ) -> Answer<()> {
        let entries = entries.into_iter().map(|entry| Entry {
            at: entry.at,
            cycle: Some(entry.cycle),
            entity: Some(entry.entity),
            event: &entry.event,
            who: CYCLE,
            detail: entry.detail.clone(),
        });
        let entries: Vec<Entry<'_>> = entries.collect();
        self.chain(session, &entries).await
    }

    /// Adds what somebody did. Whatever a person decides is noted by this, in the transaction that makes it so.
    pub(crate) async fn keep_deeds(&self, session: &mut Session, deeds: &[Deed]) -> Answer<()> {
        let entries: Vec<Entry<'_>> = deeds.iter().map(Entry::from).collect();
        self.chain(session, &entries).await
    }

    async fn chain(&self, session: &mut Session, entries: &[Entry<'_>]) -> Answer<()> {
        if entries.is_empty() {
            return Ok(());
        }
        // Two persons may decide at once: on PostgreSQL the second waits here for the first.
        let hold = match session {
            Session::PostgresTransaction(_) => " FOR UPDATE",
            _ => "",
        };
        let mut ends = self.ends(session, hold).await?;
        let mut list = List::new(9, entries.len());
        // One draw for all: each asks the system.
        let salts = randoms(SALT * entries.len())?;
        for (entry, salt) in entries.iter().zip(salts.chunks_exact(SALT)) {
            ends.head.seq += 1;
            let mut salted = salt.to_vec();
            salted.extend(to_json(&entry.detail)?.into_bytes());
            let digest = digest(&salted);
            let facts = Facts {
                tenant: self.tenant,
                seq: ends.head.seq,
                at: entry.at,
                cycle: entry.cycle,
                entity: entry.entity,
                event: entry.event,
                who: entry.who,
                digest: &digest,
            };
            ends.head.hash = facts.hash(&ends.head.hash);
            let detail = self.seals.octets(Place::Journal(ends.head.seq), &salted)?;
            list.push(arguments![
                ends.head.seq,
                entry.at,
                entry.cycle,
                entry.entity,
                entry.event,
                entry.who,
                digest.to_vec(),
                detail,
                ends.head.hash.to_vec()
            ]);
        }
        let sql = "WITH v (seq, at, cycle, entity, event, who, digest, detail, hash) AS (VALUES {}) \
                   INSERT INTO journal (tenant, seq, at, cycle, entity, event, who, digest, detail, hash) \
                   SELECT $1, seq, at, cycle, entity, event, who, digest, detail, hash FROM v";
        session.run_over(sql, list, &arguments![self.tenant]).await?;
        self.keep_ends(session, &ends).await
    }

    /// Where the chain begins and ends. An end that was not written with the tenant's key is found out.
    async fn ends(&self, session: &mut Session, hold: &str) -> Answer<Ends> {
        let sql = format!("SELECT seal FROM chain WHERE tenant = $1{hold}");
        let Some(row) = session.row(sql, arguments![self.tenant]).await? else {
            return Ok(Ends::NONE);
        };
        let what = || "the end of the journal";
        self.seals.open(Place::Chain, row.octets(0)?, what, |octets| {
            Ends::read(octets).ok_or_else(|| corrupt(what(), "it is cut short"))
        })
    }

    async fn keep_ends(&self, session: &mut Session, ends: &Ends) -> Answer<()> {
        let seal = self.seals.octets(Place::Chain, &ends.write())?;
        let sql = "INSERT INTO chain (tenant, seq, hash, seal) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, seal = excluded.seal";
        let (seq, hash) = (ends.head.seq, ends.head.hash.to_vec());
        session.run(sql, arguments![self.tenant, seq, hash, seal]).await?;
        Ok(())
    }

    /// Looks through the whole journal, entry by entry.
    ///
    /// # Errors
    ///
    /// When the database fails. What is wrong with the journal is in the verdict.
    pub async fn verify_journal(&self) -> Result<Verdict, StoreError> {
        let mut session = self.reading().await?;
        let ends = self.ends(&mut session, "").await;
        let trusted = ends.as_ref().ok().copied();
        let sql = "SELECT seq, hash FROM chain WHERE tenant = $1";
        let plain = match session.row(sql, arguments![self.tenant]).await? {
            Some(row) => End {
                seq: row.integer(0)?,
                hash: hash(row.octets(1)?).unwrap_or(GENESIS),
            },
            None => Ends::NONE.head,
        };
        let mut audit = Audit::new(trusted.unwrap_or(Ends::NONE).before);
        if let Err(error) = ends {
            audit.flaw(
                plain.seq,
                format!("the end of the journal is not as it was written: {error}"),
            );
        }
        let head = trusted.map_or(plain, |ends| ends.head);
        if head != plain {
            audit.flaw(plain.seq, "the end of the journal was put elsewhere");
        }
        let (mut after, mut erased, mut accounted) = (i64::MIN, 0_u64, 0_u64);
        loop {
            let sql =
                format!("SELECT {ENTRY} FROM journal WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3");
            let rows = session.rows(sql, arguments![self.tenant, after, PAGE]).await?;
            let Some(last) = rows.last() else { break };
            after = last.integer(0)?;
            for row in &rows {
                self.look_at(row, &mut audit, &mut erased, &mut accounted)?;
            }
        }
        let sql = "SELECT (SELECT max(j.seq) FROM journal j WHERE j.tenant = $1), \
                   (SELECT c.seq FROM chain c WHERE c.tenant = $1)";
        if let Some(row) = session.row(sql, arguments![self.tenant]).await? {
            let (newest, due) = (
                row.maybe_integer(0)?.unwrap_or(0),
                row.maybe_integer(1)?.unwrap_or(0),
            );
            if newest > due {
                audit.flaw(due.saturating_add(1), "entries were added past the end");
            }
        }
        if erased > accounted {
            let more = erased - accounted;
            audit.flaw(
                head.seq,
                format!("the particulars of {more} entries were erased, and no entry says so"),
            );
        }
        let (entries, flaws, found) = audit.finish(head);
        Ok(Verdict {
            entries,
            head: (head.seq, head.hash),
            erased,
            flaws,
            found,
        })
    }

    fn look_at(&self, row: &Row, audit: &mut Audit, erased: &mut u64, accounted: &mut u64) -> Answer<()> {
        let seq = row.integer(0)?;
        let (Some(kept), Some(own)) = (hash(row.octets(6)?), hash(row.octets(8)?)) else {
            audit.flaw(seq, "its digest or hash is cut short");
            return Ok(());
        };
        let (event, who) = (row.text(4)?, row.text(5)?);
        let entity = row.maybe_octets(3)?.map(|id| Uuid::from_slice(&id));
        let facts = Facts {
            tenant: self.tenant,
            seq,
            at: row.integer(1)?,
            cycle: row.maybe_integer(2)?,
            entity: entity.and_then(Result::ok),
            event: &event,
            who: &who,
            digest: &kept,
        };
        audit.entry(&facts, own);
        let Some(sealed) = row.maybe_octets(7)? else {
            *erased += 1;
            return Ok(());
        };
        let what = || format!("journal entry {seq}");
        let detail = self
            .seals
            .open(Place::Journal(seq), sealed, what, |salted| Ok(salted.to_vec()));
        match detail {
            Ok(salted) if digest(&salted) == kept => {
                if event == ERASED {
                    let detail: serde_json::Value = json_of(&salted, what)?;
                    *accounted += detail
                        .get("entries")
                        .and_then(serde_json::Value::as_u64)
                        .unwrap_or(0);
                }
            }
            Ok(_) => audit.flaw(seq, "its particulars are not the ones that were written"),
            Err(error) => audit.flaw(seq, format!("its particulars cannot be read: {error}")),
        }
        Ok(())
    }

    /// What happened to an entity, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or an entry cannot be read.
    pub async fn journal(&self, entity: Uuid, limit: u32) -> Result<Vec<JournalEntry>, StoreError> {
        let wanted = Wanted {
            entity: Some(entity),
            ..Wanted::default()
        };
        let entries = self.journal_entries(&wanted, limit).await?.into_iter();
        let entries = entries.map(|entry| JournalEntry {
            cycle: entry.cycle.unwrap_or_default(),
            at: entry.at,
            entity,
            event: entry.event,
            detail: entry.detail.unwrap_or_default(),
        });
        Ok(entries.collect())
    }

    /// Entries of the journal, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or an entry cannot be read.
    pub async fn journal_entries(&self, wanted: &Wanted, limit: u32) -> Result<Vec<KeptEntry>, StoreError> {
        let mut given = arguments![self.tenant, limit].to_vec();
        let mut sql = format!("SELECT {ENTRY} FROM journal WHERE tenant = $1");
        let limits = [
            ("entity =", wanted.entity.map(Argument::from)),
            ("at >=", wanted.since.map(Argument::from)),
            ("seq <", wanted.before.map(Argument::from)),
        ];
        for (limit, argument) in limits {
            if let Some(argument) = argument {
                given.push(argument);
                sql.push_str(&format!(" AND {limit} ${}", given.len()));
            }
        }
        sql.push_str(" ORDER BY seq DESC LIMIT $2");
        let rows = self.reading().await?.rows(sql, given).await?;
        rows.iter().map(|row| self.kept(row)).collect()
    }

    fn kept(&self, row: &Row) -> Answer<KeptEntry> {
        let seq = row.integer(0)?;
        let what = || format!("journal entry {seq}");
        let detail = row.maybe_octets(7)?.map(|sealed| {
            self.seals
                .open(Place::Journal(seq), sealed, what, |salted| json_of(salted, what))
        });
        Ok(KeptEntry {
            seq,
            at: row.integer(1)?,
            cycle: row.maybe_integer(2)?,
            entity: maybe_uuid(row, 3, "journal")?,
            event: row.text(4)?,
            who: row.text(5)?,
            detail: detail.transpose()?,
            hash: hash(row.octets(8)?).ok_or_else(|| corrupt(what(), "its hash is cut short"))?,
        })
    }
}

/// Where the chain begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    /// The newest entry that was taken away; the chain begins after it.
    before: End,
    /// The newest entry.
    head: End,
}

impl Ends {
    const NONE: Self = {
        let end = End {
            seq: 0,
            hash: GENESIS,
        };
        Self {
            before: end,
            head: end,
        }
    };

    fn write(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(80);
        for end in [self.before, self.head] {
            octets.extend(end.seq.to_be_bytes());
            octets.extend(end.hash);
        }
        octets
    }

    fn read(octets: &[u8]) -> Option<Self> {
        let end = |octets: &[u8]| {
            let (seq, hash) = octets.split_first_chunk()?;
            Some(End {
                seq: i64::from_be_bytes(*seq),
                hash: hash.try_into().ok()?,
            })
        };
        let (before, head) = octets.split_at_checked(40)?;
        Some(Self {
            before: end(before)?,
            head: end(head)?,
        })
    }
}

fn hash(octets: Vec<u8>) -> Option<[u8; 32]> {
    octets.try_into().ok()
}

/// Reads particulars, which begin with their salt.
fn json_of<P: std::fmt::Display>(salted: &[u8], what: impl Fn() -> P) -> Answer<serde_json::Value> {
    let text = salted.get(SALT..).and_then(|text| std::str::from_utf8(text).ok());
    json(text.ok_or_else(|| corrupt(what(), "it is no text"))?, what)
}
