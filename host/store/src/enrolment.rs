//! Checks and enrolments. A target is enrolled once: its row is made by whoever comes first, and never changed but for the preview.

use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::enrolment::EnrolmentResult;
use samklang_core::journal::Event;
use samklang_core::port::{CheckRecord, Deed, EnrolmentRecord, Enrolments, Shadow};
use uuid::Uuid;

use crate::argument::{Argument, arguments};
use crate::database::Answer;
use crate::plan::SHADOW;
use crate::reading::{json, to_json, unsigned, uuid};
use crate::sealed::Place;
use crate::tenant::TenantStore;

impl Enrolments for TenantStore {
    async fn entities_of_kind(&self, kind: EntityKind, after: Option<Uuid>, limit: u32) -> Answer<Vec<Uuid>> {
        let beyond = if after.is_some() { "AND id > $5" } else { "" };
        // The kind is tested row by row along the index of identities: no other index serves the order.
        let sql = format!(
            "SELECT id FROM entity WHERE tenant = $1 AND kind = $2 AND state = $3 {beyond} ORDER BY id LIMIT $4"
        );
        let given = arguments![self.tenant, kind.as_str(), EntityState::Active.as_str(), limit];
        let given = given.into_iter().chain(after.map(Argument::from));
        let rows = self.reading().await?.rows(sql, given.collect::<Vec<_>>()).await?;
        rows.iter().map(|row| uuid(&row.octets(0)?, "entity")).collect()
    }

    async fn keep_check(
        &self,
        target: &str,
        started: i64,
        finished: i64,
        outcome: &Result<EnrolmentResult, String>,
    ) -> Answer<i64> {
        let number = self.give_connection(target).await?;
        let (result, failure) = match outcome {
            Ok(result) => {
                let text = to_json(result)?;
                let sealed = self.seals.octets(Place::Check(number), text.as_bytes())?;
                (Some(sealed), None)
            }
            Err(cause) => (None, Some(cause.as_str())),
        };
        let mut session = self.deciding().await?;
        let sql = "DELETE FROM enrolment_check WHERE connection = $1 AND id NOT IN \
                   (SELECT e.established FROM enrolment e WHERE e.connection = $1)";
        session.run(sql, arguments![number]).await?;
        let sql = "INSERT INTO enrolment_check (connection, started, finished, result, failure) \
                   VALUES ($1, $2, $3, $4, $5) RETURNING id";
        let row = session
            .row(sql, arguments![number, started, finished, result, failure])
            .await?;
        let id = row.map_or(Ok(0), |row| row.integer(0))?;
        session.commit().await?;
        Ok(id)
    }

    async fn newest_check(&self, target: &str) -> Answer<Option<CheckRecord>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(None);
        };
        let sql = "SELECT id, started, finished, result, failure FROM enrolment_check WHERE connection = $1 \
                   ORDER BY id DESC LIMIT 1";
        let row = self.reading().await?.row(sql, arguments![number]).await?;
        row.map(|row| {
            let id = row.integer(0)?;
            let what = || format!("enrolment check {id}");
            let outcome = match row.maybe_octets(3)? {
                Some(sealed) => {
                    let text = self.seals.read_text(Place::Check(number), sealed, what)?;
                    Ok(json(&text, what)?)
                }
                None => Err(row.maybe_text(4)?.unwrap_or_default()),
            };
            Ok(CheckRecord {
                id,
                started: row.integer(1)?,
                finished: row.integer(2)?,
                outcome,
            })
        })
        .transpose()
    }

    async fn enrol(&self, target: &str, record: &EnrolmentRecord, why: &str) -> Answer<bool> {
        let number = self.give_connection(target).await?;
        let mut session = self.deciding().await?;
        let sql = "INSERT INTO enrolment (connection, established, who, at, left_out) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (connection) DO NOTHING";
        let EnrolmentRecord {
            check,
            who,
            at,
            left_out,
            ..
        } = record;
        let left_out = i64::try_from(*left_out).unwrap_or(i64::MAX);
        let made = session
            .run(sql, arguments![number, *check, who, *at, left_out])
            .await?;
        if made == 1 {
            let deed = Deed {
                at: *at,
                who: who.clone(),
                event: Event::Enrolled.into(),
                cycle: None,
                entity: None,
                why: why.to_owned(),
                detail: serde_json::json!({ "target": target, "check": check, "left_out": left_out }),
            };
            self.keep_deeds(&mut session, &[deed]).await?;
        }
        session.commit().await?;
        Ok(made == 1)
    }

    async fn enrolment(&self, target: &str) -> Answer<Option<EnrolmentRecord>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(None);
        };
        let sql = "SELECT established, who, at, left_out, previewed FROM enrolment WHERE connection = $1";
        let row = self.reading().await?.row(sql, arguments![number]).await?;
        row.map(|row| {
            Ok(EnrolmentRecord {
                check: row.integer(0)?,
                who: row.text(1)?,
                at: row.integer(2)?,
                left_out: unsigned(row.integer(3)?, "enrolment")?,
                previewed: row.maybe_integer(4)?,
            })
        })
        .transpose()
    }

    async fn note_preview(&self, target: &str, cycle: i64) -> Answer<()> {
        let number = self.give_connection(target).await?;
        let mut session = self.writing().await?;
        let sql = "UPDATE enrolment SET previewed = $2 WHERE connection = $1 AND previewed IS NULL";
        session.run(sql, arguments![number, cycle]).await?;
        session.commit().await
    }

    async fn unowned(
        &self,
        target: &str,
        class: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Answer<Vec<Shadow>> {
        let Some(number) = self.class(target, class).await? else {
            return Ok(Vec::new());
        };
        let beyond = if after.is_some() { "AND s.key > $3" } else { "" };
        let sql = format!(
            "SELECT {SHADOW} FROM shadow s WHERE s.class = $1 AND s.entity IS NULL {beyond} ORDER BY s.key LIMIT $2"
        );
        let given = [
            Some(Argument::from(number)),
            Some(limit.into()),
            after.map(Argument::from),
        ];
        let rows = self
            .reading()
            .await?
            .rows(sql, given.into_iter().flatten())
            .await?;
        let mut shadows = Vec::with_capacity(rows.len());
        for row in &rows {
            shadows.push(self.shadow(row, 0).await?.1);
        }
        Ok(shadows)
    }

    async fn found(&self, target: &str, code: &str) -> Answer<Vec<String>> {
        let Some(number) = self.connection(target).await? else {
            return Ok(Vec::new());
        };
        let sql = "SELECT f.key FROM finding f JOIN class c ON c.id = f.class \
                   WHERE c.connection = $1 AND f.code = $2 ORDER BY f.key";
        let rows = self.reading().await?.rows(sql, arguments![number, code]).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }
}
