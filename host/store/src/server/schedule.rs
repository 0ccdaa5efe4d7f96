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

/// Up to when a tenant's schedule has been seen to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// In milliseconds since 1970.
    pub until: i64,
    /// By which timetable; up to then nothing was seen to by another one.
    pub timetable: String,
}

/// That a schedule is seen to.
#[derive(Debug, Clone, Copy)]
pub struct Handling<'a> {
    /// Up to when it was seen to as far as is known here; none when it never was.
    pub before: Option<i64>,
    /// Up to when it is now.
    pub until: i64,
    /// By which timetable.
    pub timetable: &'a str,
    /// What came of it; none when nothing did.
    pub wish: Option<&'a Wish<'a>>,
}

/// Who has seen to a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenTo {
    /// This process: under which number it is kept what came of it.
    Here(Option<i64>),
    /// Another process, meanwhile: nothing is kept, and what came of it is the other's.
    Elsewhere,
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

    /// Up to when each tenant's schedule has been seen to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn handled(&self) -> Result<Vec<(String, Handled)>, StoreError> {
        let sql = "SELECT tenant, handled, timetable FROM schedule ORDER BY tenant";
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        rows.iter()
            .map(|row| {
                let handled = Handled {
                    until: row.integer(1)?,
                    timetable: row.text(2)?,
                };
                Ok((row.text(0)?, handled))
            })
            .collect()
    }

    /// Keeps that a tenant's schedule has been seen to and, in the same moment, what came of it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn handle(&self, tenant: &str, handling: &Handling<'_>) -> Result<SeenTo, StoreError> {
        let Handling {
            before,
            until,
            timetable,
            wish,
        } = *handling;
        let mut session = self.database.write().await?;
        let kept = match before {
            Some(before) => {
                let sql =
                    "UPDATE schedule SET handled = $2, timetable = $3 WHERE tenant = $1 AND handled = $4";
                let given = arguments![tenant, until, timetable, before];
                session.run(sql, given).await?
            }
            None => {
                let sql = "INSERT INTO schedule (tenant, handled, timetable) VALUES ($1, $2, $3) \
                           ON CONFLICT (tenant) DO NOTHING";
                session.run(sql, arguments![tenant, until, timetable]).await?
            }
        };
        if kept == 0 {
            return Ok(SeenTo::Elsewhere);
        }
        let id = match wish {
            Some(wish) => Some(add(&mut session, self.staff()?, wish).await?),
            None => None,
        };
        session.commit().await?;
        Ok(SeenTo::Here(id))
    }

    /// Forgets up to when a tenant's schedule was seen to: it has none any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget(&self, tenant: &str) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let sql = "DELETE FROM schedule WHERE tenant = $1";
        session.run(sql, arguments![tenant]).await?;
        session.commit().await
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
