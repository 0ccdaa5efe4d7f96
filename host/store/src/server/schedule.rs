//! Up to when schedules have been seen to, and what is wanted of a tenant: from when somebody asks for it, or its time has come, until it is
//! done. Whatever is begun after a restart is begun out of this.

use std::sync::Arc;

use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::{Answer, Database, Session};
use crate::installation::Installation;
use crate::sealed::Place;
use crate::staff::{Staff, given};

/// The table of what is wanted. Copies are made to try something out, and have nothing of it.
pub(crate) const WISHES: &str = "wish";

/// The schedules of an installation's tenants.
#[derive(Debug, Clone)]
pub struct Schedule {
    database: Database,
    staff: Option<Arc<Staff>>,
}

/// Something that is wanted of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// What is to be carried out, in the server's own words.
    pub task: &'a str,
    /// Who wants it.
    pub who: &'a str,
    /// Since when, in milliseconds since 1970.
    pub at: i64,
}

/// Something that is wanted and not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWish {
    /// Its number; what is wanted later has a greater one.
    pub id: i64,
    /// The tenant.
    pub tenant: String,
    /// What is to be carried out, in the server's own words.
    pub task: String,
    /// Who wants it.
    pub who: String,
    /// Since when, in milliseconds since 1970.
    pub at: i64,
    /// When it was begun last; none as long as it waits its turn.
    pub begun: Option<i64>,
}

impl Installation {
    /// The tenants' schedules. What is wanted of them can be kept once the installation was given its keys.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        Schedule {
            database: self.database.clone(),
            staff: self.staff.clone(),
        }
    }
}

async fn add(session: &mut Session, staff: &Staff, wish: &Wish<'_>) -> Answer<i64> {
    let Wish {
        tenant,
        task,
        who,
        at,
    } = *wish;
    let who = staff.keep(session, who).await?;
    let task = staff.seal(Place::Wish(at, tenant), task)?;
    let sql = "INSERT INTO wish (tenant, task, who, at) VALUES ($1, $2, $3, $4) RETURNING id";
    let row = session.row(sql, arguments![tenant, task, who, at]).await?;
    row.map_or(Ok(0), |row| row.integer(0))
}

impl Schedule {
    fn staff(&self) -> Answer<&Staff> {
        given(self.staff.as_ref())
    }

    /// Up to when each tenant's schedule has been seen to, in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn handled(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT tenant, handled FROM schedule ORDER BY tenant";
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        rows.iter()
            .map(|row| Ok((row.text(0)?, row.integer(1)?)))
            .collect()
    }

    /// Keeps that a tenant's schedule has been seen to up to then and, in the same moment, what came of it. Answers its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn handle(
        &self,
        tenant: &str,
        until: i64,
        wish: Option<&Wish<'_>>,
    ) -> Result<Option<i64>, StoreError> {
        let sql = "INSERT INTO schedule (tenant, handled) VALUES ($1, $2) \
                   ON CONFLICT (tenant) DO UPDATE SET handled = excluded.handled";
        let mut session = self.database.write().await?;
        session.run(sql, arguments![tenant, until]).await?;
        let id = match wish {
            Some(wish) => Some(add(&mut session, self.staff()?, wish).await?),
            None => None,
        };
        session.commit().await?;
        Ok(id)
    }

    /// Keeps what is wanted. Answers its number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn want(&self, wish: &Wish<'_>) -> Result<i64, StoreError> {
        let mut session = self.database.write().await?;
        let id = add(&mut session, self.staff()?, wish).await?;
        session.commit().await?;
        Ok(id)
    }

    /// Everything that is wanted and not done, in the order in which it was asked for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn wanted(&self) -> Result<Vec<KeptWish>, StoreError> {
        let staff = self.staff()?;
        let sql = "SELECT w.id, w.tenant, w.task, w.who, a.name, w.at, w.begun FROM wish w \
                   JOIN actor a ON a.id = w.who ORDER BY w.id";
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        rows.iter()
            .map(|row| {
                let (tenant, at) = (row.text(1)?, row.integer(5)?);
                let task = staff.open(Place::Wish(at, &tenant), row.octets(2)?, "what is wanted")?;
                Ok(KeptWish {
                    id: row.integer(0)?,
                    tenant,
                    task,
                    who: staff.name(row, 3)?,
                    at,
                    begun: row.maybe_integer(6)?,
                })
            })
            .collect()
    }

    /// Keeps that something wanted is at work.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn begin(&self, id: i64, now: i64) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let sql = "UPDATE wish SET begun = $2 WHERE id = $1";
        session.run(sql, arguments![id, now]).await?;
        session.commit().await
    }

    /// Forgets what was wanted: it is done, or nothing is left to do.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn settle(&self, id: i64) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let sql = "DELETE FROM wish WHERE id = $1";
        session.run(sql, arguments![id]).await?;
        session.commit().await
    }
}
