//! What was told, and notices on their way.

use std::collections::BTreeMap;

use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::Database;
use crate::installation::Installation;
use crate::reading::unsigned;

/// How long a notice that could not be delivered is kept to be seen: thirty days.
const SEEN_FOR: i64 = 30 * 24 * 3_600_000;

/// The notices of an installation.
#[derive(Debug, Clone)]
pub struct Notices {
    database: Database,
}

/// A change of what was told, with the notices that tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// What is so now; none when there is nothing to be told any more.
    pub mark: Option<&'a str>,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The ways by which it is told.
    pub ways: &'a [&'a str],
    /// What is told, as JSON.
    pub body: &'a str,
}

/// A notice that is to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingNotice {
    /// Its number.
    pub id: i64,
    /// The tenant.
    pub tenant: String,
    /// By which way.
    pub way: String,
    /// What is told, as JSON.
    pub body: String,
    /// When it was made.
    pub made: i64,
    /// How often it failed.
    pub failures: u32,
}

/// That a notice could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeFailure {
    /// By which way.
    pub way: String,
    /// When it failed last.
    pub at: i64,
    /// Why.
    pub failure: String,
    /// When it is tried again; none when that was given up.
    pub due: Option<i64>,
}

impl Installation {
    /// What was told, and notices on their way.
    #[must_use]
    pub fn notices(&self) -> Notices {
        Notices {
            database: self.database.clone(),
        }
    }
}

impl Notices {
    /// What was told last about a tenant: subjects with their marks.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn told(&self, tenant: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT subject, mark FROM told WHERE tenant = $1 ORDER BY subject";
        let rows = self.database.read().await?.rows(sql, arguments![tenant]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }

    /// What was told last about each tenant: subjects with their marks.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn all_told(&self) -> Result<BTreeMap<String, Vec<(String, String)>>, StoreError> {
        let sql = "SELECT tenant, subject, mark FROM told ORDER BY tenant, subject";
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        let mut told: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for row in rows {
            let of = told.entry(row.text(0)?).or_default();
            of.push((row.text(1)?, row.text(2)?));
        }
        Ok(told)
    }

    /// Keeps what is told, and the notices that tell it, in one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tell(&self, telling: &Telling<'_>) -> Result<(), StoreError> {
        let Telling {
            tenant,
            subject,
            mark,
            at,
            ways,
            body,
        } = *telling;
        let mut session = self.database.write().await?;
        match mark {
            Some(mark) => {
                let sql = "INSERT INTO told (tenant, subject, mark, at) VALUES ($1, $2, $3, $4) \
                           ON CONFLICT (tenant, subject) DO UPDATE SET mark = excluded.mark, at = excluded.at";
                session.run(sql, arguments![tenant, subject, mark, at]).await?;
            }
            None => {
                let sql = "DELETE FROM told WHERE tenant = $1 AND subject = $2";
                session.run(sql, arguments![tenant, subject]).await?;
            }
        }
        for &way in ways {
            let sql = "INSERT INTO notice (tenant, way, body, made, due) VALUES ($1, $2, $3, $4, $4)";
            session.run(sql, arguments![tenant, way, body, at]).await?;
        }
        let sql = "DELETE FROM notice WHERE due IS NULL AND made < $1";
        session.run(sql, arguments![at.saturating_sub(SEEN_FOR)]).await?;
        session.commit().await
    }

    /// The notices that are due, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn due(&self, now: i64, limit: u32) -> Result<Vec<WaitingNotice>, StoreError> {
        let sql =
            "SELECT id, tenant, way, body, made, failures FROM notice WHERE due <= $1 ORDER BY id LIMIT $2";
        let given = arguments![now, i64::from(limit)];
        let rows = self.database.read().await?.rows(sql, given).await?;
        rows.iter()
            .map(|row| {
                Ok(WaitingNotice {
                    id: row.integer(0)?,
                    tenant: row.text(1)?,
                    way: row.text(2)?,
                    body: row.text(3)?,
                    made: row.integer(4)?,
                    failures: unsigned(row.integer(5)?, "notice")?,
                })
            })
            .collect()
    }

    /// When the next notice is due; none when none waits.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn next_due(&self) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT MIN(due) FROM notice";
        let row = self.database.read().await?.row(sql, arguments![]).await?;
        row.map_or(Ok(None), |row| row.maybe_integer(0))
    }

    /// A notice has arrived.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn delivered(&self, id: i64) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let sql = "DELETE FROM notice WHERE id = $1";
        session.run(sql, arguments![id]).await?;
        session.commit().await
    }

    /// A notice has not arrived, and is tried again then; never when that is given up.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn undelivered(
        &self,
        id: i64,
        failure: &str,
        at: i64,
        due: Option<i64>,
    ) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let sql =
            "UPDATE notice SET failures = failures + 1, failure = $2, failed = $3, due = $4 WHERE id = $1";
        session.run(sql, arguments![id, failure, at, due]).await?;
        session.commit().await
    }

    /// The newest failure to tell something about a tenant, as long as it has not been made good.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn last_failure(&self, tenant: &str) -> Result<Option<NoticeFailure>, StoreError> {
        let sql = "SELECT way, failed, failure, due FROM notice WHERE tenant = $1 AND failure IS NOT NULL \
                   ORDER BY failed DESC, id DESC LIMIT 1";
        let row = self.database.read().await?.row(sql, arguments![tenant]).await?;
        row.map(|row| {
            Ok(NoticeFailure {
                way: row.text(0)?,
                at: row.integer(1)?,
                failure: row.text(2)?,
                due: row.maybe_integer(3)?,
            })
        })
        .transpose()
    }
}
