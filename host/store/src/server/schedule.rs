//! Up to when schedules have been seen to, and what is wanted of a tenant.

use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::Database;
use crate::installation::Installation;

/// The schedules of an installation's tenants.
#[derive(Debug, Clone)]
pub struct Schedule {
    database: Database,
}

/// What is kept of a tenant's schedule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scheduled {
    /// Up to when it has been seen to, in milliseconds since 1970; none before the first time.
    pub handled: Option<i64>,
    /// What was begun and is not done, by its word; none when nothing is.
    pub wanted: Option<String>,
}

impl Installation {
    /// The tenants' schedules.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        Schedule {
            database: self.database.clone(),
        }
    }
}

impl Schedule {
    /// What is kept of each tenant, by its name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn all(&self) -> Result<Vec<(String, Scheduled)>, StoreError> {
        let sql = "SELECT tenant, handled, wanted FROM schedule ORDER BY tenant";
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        rows.iter()
            .map(|row| {
                let scheduled = Scheduled {
                    handled: row.maybe_integer(1)?,
                    wanted: row.maybe_text(2)?,
                };
                Ok((row.text(0)?, scheduled))
            })
            .collect()
    }

    /// Keeps that a tenant's schedule has been seen to up to then and, in the same moment, what came of it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn handle(&self, tenant: &str, until: i64, wanted: Option<&str>) -> Result<(), StoreError> {
        let sql = "INSERT INTO schedule (tenant, handled, wanted) VALUES ($1, $2, $3) \
                   ON CONFLICT (tenant) DO UPDATE SET handled = excluded.handled, \
                   wanted = COALESCE(excluded.wanted, schedule.wanted)";
        let mut session = self.database.write().await?;
        session.run(sql, arguments![tenant, until, wanted]).await?;
        session.commit().await
    }

    /// Keeps what is wanted of a tenant; none when it is done.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn want(&self, tenant: &str, wanted: Option<&str>) -> Result<(), StoreError> {
        let sql = "INSERT INTO schedule (tenant, wanted) VALUES ($1, $2) \
                   ON CONFLICT (tenant) DO UPDATE SET wanted = excluded.wanted";
        let mut session = self.database.write().await?;
        session.run(sql, arguments![tenant, wanted]).await?;
        session.commit().await
    }
}
