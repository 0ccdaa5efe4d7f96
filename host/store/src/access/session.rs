//! Sessions of people: from signing in to signing out, or until they are over.

use samklang_core::port::StoreError;
use uuid::Uuid;

use super::person::{COLUMNS, Known, PEOPLE, handle, person};
use super::role::roles_of;
use super::secret::{Secret, hash};
use super::{Access, AccessEvent};
use crate::access::journal::{Change, note};
use crate::argument::arguments;
use crate::database::{Answer, Row};

/// How long a session lasts, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// From its beginning, whatever happens.
    pub whole: i64,
    /// From when it was used last.
    pub idle: i64,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub person: Uuid,
    /// When it began, in milliseconds since 1970.
    pub created: i64,
    /// When it was used last, to the minute; to ten where much is being written.
    pub used: i64,
    /// When it is over at the latest.
    pub expires: i64,
}

fn record(row: &Row, first: usize) -> Answer<SessionRecord> {
    Ok(SessionRecord {
        id: row.integer(first)?,
        person: crate::reading::uuid(&row.octets(first + 1)?, "session")?,
        created: row.integer(first + 2)?,
        used: row.integer(first + 3)?,
        expires: row.integer(first + 4)?,
    })
}

impl Access {
    /// Begins a session of a person, and tells its secret once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn begin_session(
        &self,
        person: Uuid,
        times: SessionTimes,
        now: i64,
    ) -> Result<Secret, StoreError> {
        let (secret, staff) = (Secret::draw("")?, self.staff()?);
        let mut session = self.database.write().await?;
        let sql = "INSERT INTO session (hash, person, created, used, expires) VALUES ($1, $2, $3, $3, $4)";
        let expires = now.saturating_add(times.whole);
        session
            .run(sql, arguments![secret.hash(), person, now, expires])
            .await?;
        let sql = "UPDATE person SET seen = $2 WHERE id = $1";
        session.run(sql, arguments![person, now]).await?;
        let who = handle(&mut session, staff, person).await?.unwrap_or_default();
        note(
            &mut session,
            staff,
            &Change::new(AccessEvent::SignedIn, &who, now),
        )
        .await?;
        session.commit().await?;
        Ok(secret)
    }

    /// The session of that secret and whose it is, with the roles as they are now, and keeps that it was used. None when it is unknown or over,
    /// or the person is shut out.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn session(
        &self,
        secret: &str,
        times: SessionTimes,
        now: i64,
    ) -> Result<Option<(SessionRecord, Known)>, StoreError> {
        let Some((found, known)) = self.session_unused(secret, times, now).await? else {
            return Ok(None);
        };
        if let Some(mut session) = self.to_note(now.saturating_sub(found.used)).await? {
            let sql = "UPDATE session SET used = $2 WHERE id = $1 AND used < $2";
            session.run(sql, arguments![found.id, now]).await?;
            session.commit().await?;
        }
        Ok(Some((found, known)))
    }

    /// The same for what nobody asked for in person, such as a page that keeps itself up to date: it is no use of the session.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn session_unused(
        &self,
        secret: &str,
        times: SessionTimes,
        now: i64,
    ) -> Result<Option<(SessionRecord, Known)>, StoreError> {
        let sql = format!(
            "SELECT s.id, s.person, s.created, s.used, s.expires, {COLUMNS} FROM {PEOPLE} \
             JOIN session s ON s.person = p.id \
             WHERE s.hash = $1 AND s.expires > $2 AND s.used > $3 AND p.disabled IS NULL"
        );
        let given = arguments![hash(secret), now, now.saturating_sub(times.idle)];
        let staff = self.staff()?;
        let mut session = self.database.read().await?;
        let Some(row) = session.row(sql, given).await? else {
            return Ok(None);
        };
        let (found, person) = (record(&row, 0)?, person(staff, &row, 5)?);
        let roles = roles_of(&mut session, staff, person.id).await?;
        Ok(Some((found, Known { person, roles })))
    }

    /// The sessions of a person that are not over, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sessions(
        &self,
        person: Uuid,
        times: SessionTimes,
        now: i64,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let sql = "SELECT id, person, created, used, expires FROM session \
                   WHERE person = $1 AND expires > $2 AND used > $3 ORDER BY id DESC";
        let given = arguments![person, now, now.saturating_sub(times.idle)];
        let rows = self.database.read().await?.rows(sql, given).await?;
        rows.iter().map(|row| record(row, 0)).collect()
    }

    /// Ends a session of a person. False when there is none of that number.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_session(&self, id: i64, person: Uuid, now: i64) -> Result<bool, StoreError> {
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let sql = "DELETE FROM session WHERE id = $1 AND person = $2";
        if session.run(sql, arguments![id, person]).await? == 0 {
            return Ok(false);
        }
        let who = handle(&mut session, staff, person).await?.unwrap_or_default();
        note(
            &mut session,
            staff,
            &Change::new(AccessEvent::SignedOut, &who, now),
        )
        .await?;
        session.commit().await?;
        Ok(true)
    }

    /// Takes away what can be used no more: sessions that are over, and links that are used or too old.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sweep(&self, times: SessionTimes, now: i64) -> Result<u64, StoreError> {
        let mut session = self.database.write_part().await?;
        let sql = "DELETE FROM session WHERE expires <= $1 OR used <= $2";
        let over = session
            .run(sql, arguments![now, now.saturating_sub(times.idle)])
            .await?;
        let sql = "DELETE FROM entrance WHERE used IS NOT NULL OR expires <= $1";
        let old = session.run(sql, arguments![now]).await?;
        session.commit().await?;
        Ok(over + old)
    }
}
