//! Sealing anew what former keys have sealed, a batch at a time, while cycles run: a row is exchanged only if it is still as it was
//! read. What a stopped rotation has done stays done.

use samklang_core::port::StoreError;

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Row};
use crate::reading::{unsigned, uuid};
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// Rows that are sealed anew in one transaction.
const BATCH: u32 = 500;

/// A column of sealed octets.
struct Column {
    table: &'static str,
    /// What tells its rows apart, and orders them.
    id: &'static str,
    column: &'static str,
    /// Further columns that the place is made of.
    bound: &'static str,
    /// Which rows are the tenant's, `$1`.
    of_tenant: &'static str,
    place: fn(&Row, &mut String) -> Answer<Bound>,
}

/// A place whose text is kept apart.
enum Bound {
    Object(i64),
    Link(i64),
    Entity(uuid::Uuid),
    Shadow(i64),
    Desired(i64),
    Outcome(i64),
    Journal(i64),
    Finding(i64),
    Shared(i64),
    Former(i64),
    Given(i64),
    Case(i64),
    Override(uuid::Uuid),
    Proposal(i64),
    Check(i64),
    Secret,
    Chain,
}

impl Bound {
    fn place(self, text: &str) -> Place<'_> {
        match self {
            Self::Object(class) => Place::Object(class, text),
            Self::Link(class) => Place::Link(class, text),
            Self::Entity(id) => Place::Entity(id),
            Self::Shadow(class) => Place::Shadow(class, text),
            Self::Desired(connection) => Place::Desired(connection, text),
            Self::Outcome(connection) => Place::Outcome(connection, text),
            Self::Journal(seq) => Place::Journal(seq),
            Self::Finding(class) => Place::Finding(class, text),
            Self::Shared(class) => Place::Shared(class, text),
            Self::Former(connection) => Place::Former(connection, text),
            Self::Given(connection) => Place::Given(connection, text),
            Self::Case(class) => Place::Case(class, text),
            Self::Override(entity) => Place::Override(entity, text),
            Self::Proposal(cycle) => Place::Proposal(cycle),
            Self::Check(connection) => Place::Check(connection),
            Self::Secret => Place::Secret,
            Self::Chain => Place::Chain,
        }
    }
}

const OF_CLASS: &str =
    "class IN (SELECT c.id FROM class c JOIN connection n ON n.id = c.connection WHERE n.tenant = $1)";
const OF_CONNECTION: &str = "connection IN (SELECT n.id FROM connection n WHERE n.tenant = $1)";

/// A column whose place is made of a number and a text, the third and fourth of what is read.
macro_rules! numbered {
    ($table:literal, $id:literal, $column:literal, $bound:literal, $of:expr, $kind:ident) => {
        Column {
            table: $table,
            id: $id,
            column: $column,
            bound: $bound,
            of_tenant: $of,
            place: |row, text| {
                *text = row.text(3)?;
                Ok(Bound::$kind(row.integer(2)?))
            },
        }
    };
}

const COLUMNS: [Column; 18] = [
    numbered!("object", "id", "body", "class, key", OF_CLASS, Object),
    numbered!("staged", "id", "body", "class, key", OF_CLASS, Object),
    numbered!("link", "id", "contribution", "class, key", OF_CLASS, Link),
    numbered!("shadow", "id", "body", "class, key", OF_CLASS, Shadow),
    numbered!("finding", "id", "message", "class, key", OF_CLASS, Finding),
    numbered!(
        "operation",
        "seq",
        "desired",
        "connection, id",
        OF_CONNECTION,
        Desired
    ),
    numbered!(
        "operation",
        "seq",
        "outcome",
        "connection, id",
        OF_CONNECTION,
        Outcome
    ),
    numbered!("shadow", "id", "ours", "class, key", OF_CLASS, Shared),
    numbered!(
        "operation",
        "seq",
        "former",
        "connection, id",
        OF_CONNECTION,
        Former
    ),
    numbered!("operation", "seq", "ours", "connection, id", OF_CONNECTION, Given),
    numbered!("question", "id", "asked", "class, key", OF_CLASS, Case),
    Column {
        table: "proposal",
        id: "cycle",
        column: "body",
        bound: "position",
        of_tenant: "cycle IN (SELECT y.id FROM cycle y WHERE y.tenant = $1)",
        place: |row, _| Ok(Bound::Proposal(row.integer(0)?)),
    },
    Column {
        table: "enrolment_check",
        id: "id",
        column: "result",
        bound: "connection",
        of_tenant: OF_CONNECTION,
        place: |row, _| Ok(Bound::Check(row.integer(2)?)),
    },
    Column {
        table: "override",
        id: "entity",
        column: "value",
        bound: "attribute",
        of_tenant: "tenant = $1",
        place: |row, text| {
            *text = row.text(2)?;
            Ok(Bound::Override(uuid(&row.octets(0)?, "override")?))
        },
    },
    Column {
        table: "entity",
        id: "id",
        column: "body",
        bound: "tenant",
        of_tenant: "tenant = $1",
        place: |row, _| Ok(Bound::Entity(uuid(&row.octets(0)?, "entity")?)),
    },
    Column {
        table: "journal",
        id: "seq",
        column: "detail",
        bound: "tenant",
        of_tenant: "tenant = $1",
        place: |row, _| Ok(Bound::Journal(row.integer(0)?)),
    },
    Column {
        table: "tenant",
        id: "id",
        column: "secret",
        bound: "id",
        of_tenant: "id = $1",
        place: |_, _| Ok(Bound::Secret),
    },
    Column {
        table: "chain",
        id: "tenant",
        column: "seal",
        bound: "tenant",
        of_tenant: "tenant = $1",
        place: |_, _| Ok(Bound::Chain),
    },
];

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rotated {
    /// What was sealed anew.
    pub sealed: u64,
    /// What a former key still seals, because it was written meanwhile by somebody who seals with that key.
    pub left: u64,
}

impl TenantStore {
    /// Seals anew whatever is not sealed with the current key.
    ///
    /// # Errors
    ///
    /// When the database fails, or something is sealed with a key that is not at hand.
    pub async fn rotate(&self) -> Result<Rotated, StoreError> {
        let mut done = Rotated::default();
        for column in &COLUMNS {
            done.sealed += self.rotate_column(column).await?;
            // What several rows have in common may have fallen between two batches, and somebody may have written meanwhile.
            if self.left(column).await? > 0 {
                done.sealed += self.rotate_column(column).await?;
                done.left += self.left(column).await?;
            }
        }
        Ok(done)
    }

    async fn rotate_column(&self, column: &Column) -> Answer<u64> {
        let Column {
            table,
            id,
            column: sealed,
            bound,
            of_tenant,
            place,
        } = column;
        let current = self.seals.current().to_vec();
        let (mut after, mut touched) = (None::<Argument>, 0);
        loop {
            let beyond = if after.is_some() {
                format!("AND {id} > $4")
            } else {
                String::new()
            };
            let sql = format!(
                "SELECT {id}, {sealed}, {bound} FROM {table} WHERE {of_tenant} AND {sealed} IS NOT NULL \
                 AND substr({sealed}, 1, 4) <> $2 {beyond} ORDER BY {id} LIMIT $3"
            );
            let given = arguments![self.tenant, current.clone(), BATCH]
                .into_iter()
                .chain(after.take());
            let rows = self.reading().await?.rows(sql, given.collect::<Vec<_>>()).await?;
            let mut list = List::new(3, rows.len());
            for row in &rows {
                let number = if ["entity", "override"].contains(table) {
                    Argument::from(row.octets(0)?)
                } else {
                    Argument::from(row.integer(0)?)
                };
                after = Some(number.clone());
                let mut text = String::new();
                let place = place(row, &mut text)?;
                let old = row.octets(1)?;
                let new = self.seals.anew(place.place(&text), old.clone(), || {
                    format!("a row of table {table}")
                })?;
                list.push([number, old.into(), new.into()]);
            }
            if after.is_none() {
                return Ok(touched);
            }
            let mut session = self.deciding().await?;
            // Numbers are told apart by the table alone, but for those of tables that are divided by tenant.
            let own = if *of_tenant == "tenant = $1" {
                format!("AND {table}.tenant = $1")
            } else {
                "AND $1 > 0".to_owned()
            };
            let sql = format!(
                "WITH v (id, former, anew) AS (VALUES {{}}) UPDATE {table} SET {sealed} = v.anew FROM v \
                 WHERE {table}.{id} = v.id AND {table}.{sealed} = v.former {own}"
            );
            touched += session.run_over(&sql, list, &arguments![self.tenant]).await?;
            session.commit().await?;
        }
    }

    async fn left(&self, column: &Column) -> Answer<u64> {
        let Column {
            table,
            column,
            of_tenant,
            ..
        } = column;
        let sql = format!(
            "SELECT count(*) FROM {table} WHERE {of_tenant} AND {column} IS NOT NULL AND substr({column}, 1, 4) <> $2"
        );
        let given = arguments![self.tenant, self.seals.current().to_vec()];
        let row = self.reading().await?.row(sql, given).await?;
        row.map_or(Ok(0), |row| unsigned(row.integer(0)?, table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff;

    /// Octets that are no seals: identities, digests, hashes.
    const PLAIN: [&str; 11] = [
        "entity",
        "id",
        "identity",
        "origin",
        "goal",
        "digest",
        "hash",
        "person",
        "maker",
        "invited_by",
        "fingerprint",
    ];

    /// What is sealed with another key than a tenant's.
    const APART: [(&str, &str); 1] = [("keyed_request", "answer")];

    #[test]
    fn whatever_is_sealed_is_sealed_anew() {
        let text = concat!(
            include_str!("../migrations/sqlite/0001_truth.sql"),
            include_str!("../migrations/sqlite/0002_access.sql"),
            include_str!("../migrations/sqlite/0003_schedule.sql"),
            include_str!("../migrations/sqlite/0004_idempotency.sql")
        );
        let (mut table, mut sealed) = ("", Vec::new());
        for line in text.lines() {
            let words: Vec<&str> = line
                .split([' ', '(', ','])
                .filter(|word| !word.is_empty())
                .collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => table = name,
                [column, "BLOB", ..] if line.starts_with("    ") && !PLAIN.contains(column) => {
                    sealed.push((table, *column));
                }
                _ => {}
            }
        }
        assert!(sealed.len() > 12, "{sealed:?}");
        let of_tenants = COLUMNS.iter().map(|column| (column.table, column.column));
        let of_staff = staff::COLUMNS.iter();
        let of_staff = of_staff.map(|column| (column.table, column.column));
        let rotated: Vec<(&str, &str)> = of_tenants.chain(of_staff).collect();
        for column in sealed {
            assert!(
                APART.contains(&column) || rotated.contains(&column),
                "{column:?} would stay sealed with a former key"
            );
        }
    }
}
