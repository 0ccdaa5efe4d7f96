//! What is kept of those who work with the installation: names, addresses and what they want, sealed with the installation's key as what is kept of
//! persons is sealed with their tenant's. Wherever it is kept who did something stands a keyed hash, by which two can be told to be the same,
//! and the name stands once, sealed. Whoever has the database alone learns of nobody who works with it.

use std::sync::Arc;

use samklang_core::key::{Keyring, MatchingKey};
use samklang_core::port::StoreError;
use uuid::Uuid;

use crate::argument::{Argument, arguments};
use crate::database::{Answer, Row, Session};
use crate::installation::Installation;
use crate::reading::{unsigned, uuid};
use crate::rotate::Rotated;
use crate::sealed::{Keeping, Place, Seals, secret};

/// The number by which seals are the installation's: no tenant has it.
const OWN: i64 = 0;

/// The only row of its table.
const ROW: i64 = 1;

/// Where the installation's secret is.
const KEEPING: Keeping = Keeping {
    read: "SELECT secret FROM installation WHERE id = $1",
    make: "INSERT INTO installation (id, secret) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
};

/// Where it is kept who did something: table and column.
const MENTIONS: [(&str, &str); 7] = [
    ("person", "handle"),
    ("person_role", "who"),
    ("admission", "who"),
    ("entrance", "who"),
    ("access_entry", "who"),
    ("access_entry", "whom"),
    ("wish", "who"),
];

/// What seals and compares names and addresses of those who work with the installation.
#[derive(Debug)]
pub(crate) struct Staff {
    seals: Seals,
    matching: MatchingKey,
}

impl Staff {
    /// What stands for a name wherever it is kept who did something.
    pub(crate) fn mark(&self, name: &str) -> String {
        self.matching.hash(&format!("name\n{name}"))
    }

    /// What stands for a mail address, which is given as it is compared.
    pub(crate) fn mail(&self, mail: &str) -> String {
        self.matching.hash(&format!("mail\n{mail}"))
    }

    /// What stands for an issuer's own name for somebody.
    pub(crate) fn subject(&self, issuer: &str, subject: &str) -> String {
        self.matching.hash(&format!("subject\n{issuer}\n{subject}"))
    }

    /// Keeps a name, unless it is kept already. Answers what stands for it.
    pub(crate) async fn keep(&self, session: &mut Session, name: &str) -> Answer<String> {
        let mark = self.mark(name);
        let sealed = self.seal(Place::Actor(&mark), name)?;
        let sql = "INSERT INTO actor (id, name) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        session.run(sql, arguments![&mark, sealed]).await?;
        Ok(mark)
    }

    /// Reads a name from two columns: what stands for it, and the name itself, sealed.
    pub(crate) fn name(&self, row: &Row, first: usize) -> Answer<String> {
        let mark = row.text(first)?;
        self.open(
            Place::Actor(&mark),
            row.octets(first + 1)?,
            "the name of somebody who did something",
        )
    }

    /// The same where there may be none.
    pub(crate) fn maybe_name(&self, row: &Row, first: usize) -> Answer<Option<String>> {
        let mark = row.maybe_text(first)?;
        mark.map(|_| self.name(row, first)).transpose()
    }

    /// Seals a text.
    pub(crate) fn seal(&self, place: Place<'_>, text: &str) -> Answer<Vec<u8>> {
        self.seals.octets(place, text.as_bytes())
    }

    /// Opens a text.
    pub(crate) fn open(&self, place: Place<'_>, sealed: Vec<u8>, what: &str) -> Answer<String> {
        self.seals.read_text(place, sealed, || what)
    }
}

/// The keys of an installation that has been given them.
pub(crate) fn given(staff: Option<&Arc<Staff>>) -> Answer<&Staff> {
    staff.map(Arc::as_ref).ok_or_else(|| StoreError::Locked {
        place: "what is kept of those who work with the installation".to_owned(),
        key: "of the installation".to_owned(),
    })
}

/// Forgets the names of those who are not mentioned any more.
pub(crate) async fn forget_unmentioned(session: &mut Session) -> Answer<()> {
    let mentioned =
        MENTIONS.map(|(table, column)| format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL"));
    let sql = format!(
        "DELETE FROM actor WHERE id NOT IN ({})",
        mentioned.join(" UNION ")
    );
    session.run(sql, []).await.map(drop)
}

impl Installation {
    /// The same with its keys, without which nothing can be kept or read of those who work with it.
    ///
    /// # Errors
    ///
    /// When the database fails, or its data is sealed with a key that is not among these.
    pub async fn with_keys(&self, keys: &Keyring) -> Result<Self, StoreError> {
        let seals = Seals::new(OWN, keys)?;
        let matching = secret(&self.database, &KEEPING, ROW, &seals).await?;
        let mut keyed = self.clone();
        keyed.staff = Some(Arc::new(Staff { seals, matching }));
        Ok(keyed)
    }

    /// Whether anything is sealed with the installation's key: then the key can only be the one that there was.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn is_sealed(&self) -> Result<bool, StoreError> {
        let row = self
            .database
            .read()
            .await?
            .row(KEEPING.read, arguments![ROW])
            .await?;
        Ok(row.is_some())
    }

    /// Seals anew whatever of those who work with the installation is not sealed with the current key.
    ///
    /// # Errors
    ///
    /// When the database fails, the keys were not given, or something is sealed with a key that is not at hand.
    pub async fn rotate(&self) -> Result<Rotated, StoreError> {
        let staff = given(self.staff.as_ref())?;
        let mut done = Rotated::default();
        for column in &COLUMNS {
            let mut session = self.database.write().await?;
            done.sealed += column.rotate(&mut session, staff).await?;
            session.commit().await?;
            // Somebody may have written meanwhile who has not taken the new key up.
            done.left += column.left(&mut self.database.read().await?, staff).await?;
        }
        Ok(done)
    }
}

/// A place that owns its text.
pub(crate) enum Bound {
    Secret,
    Actor(String),
    Name(Uuid),
    Mail(Uuid),
    Promised(String),
    Wish(i64, String),
}

impl Bound {
    fn place(&self) -> Place<'_> {
        match self {
            Self::Secret => Place::Secret,
            Self::Actor(mark) => Place::Actor(mark),
            Self::Name(person) => Place::Name(*person),
            Self::Mail(person) => Place::Mail(*person),
            Self::Promised(mark) => Place::Promised(mark),
            Self::Wish(at, tenant) => Place::Wish(*at, tenant),
        }
    }
}

/// A column of what is sealed with the installation's key. There is little of it: a table is sealed anew in one.
pub(crate) struct Column {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    /// Further columns that the place is made of.
    bound: &'static str,
    /// What tells its row from others, the first that is read, and the place, from the third on.
    read: fn(&Row) -> Answer<(Argument, Bound)>,
}

pub(crate) const COLUMNS: [Column; 6] = [
    Column {
        table: "installation",
        column: "secret",
        bound: "id",
        read: |row| Ok((row.integer(0)?.into(), Bound::Secret)),
    },
    Column {
        table: "actor",
        column: "name",
        bound: "id",
        read: |row| Ok((row.text(0)?.into(), Bound::Actor(row.text(2)?))),
    },
    Column {
        table: "person",
        column: "name",
        bound: "id",
        read: |row| {
            Ok((
                row.octets(0)?.into(),
                Bound::Name(uuid(&row.octets(2)?, "person")?),
            ))
        },
    },
    Column {
        table: "person",
        column: "mail",
        bound: "id",
        read: |row| {
            Ok((
                row.octets(0)?.into(),
                Bound::Mail(uuid(&row.octets(2)?, "person")?),
            ))
        },
    },
    Column {
        table: "admission",
        column: "promised",
        bound: "promised_to",
        read: |row| Ok((row.integer(0)?.into(), Bound::Promised(row.text(2)?))),
    },
    Column {
        table: "wish",
        column: "task",
        bound: "at, tenant",
        read: |row| Ok((row.integer(0)?.into(), Bound::Wish(row.integer(2)?, row.text(3)?))),
    },
];

impl Column {
    async fn rotate(&self, session: &mut Session, staff: &Staff) -> Answer<u64> {
        let Self {
            table,
            column,
            bound,
            read,
        } = self;
        let sql = format!(
            "SELECT id, {column}, {bound} FROM {table} WHERE {column} IS NOT NULL AND substr({column}, 1, 4) <> $1"
        );
        let rows = session
            .rows(sql, arguments![staff.seals.current().to_vec()])
            .await?;
        let mut sealed = 0;
        for row in rows {
            let (id, place) = read(&row)?;
            let old = row.octets(1)?;
            let what = || format!("a row of table {table}");
            let new = staff.seals.anew(place.place(), old.clone(), what)?;
            let sql = format!("UPDATE {table} SET {column} = $2 WHERE id = $1 AND {column} = $3");
            sealed += session.run(sql, [id, new.into(), old.into()]).await?;
        }
        Ok(sealed)
    }

    async fn left(&self, session: &mut Session, staff: &Staff) -> Answer<u64> {
        let Self { table, column, .. } = self;
        let sql = format!(
            "SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND substr({column}, 1, 4) <> $1"
        );
        let row = session
            .row(sql, arguments![staff.seals.current().to_vec()])
            .await?;
        row.map_or(Ok(0), |row| unsigned(row.integer(0)?, table))
    }
}
