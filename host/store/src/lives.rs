//! What is kept about entities beside what objects say of them: values set by hand, where entities are in their lives, and which have to be
//! worked out anew. What changes by the clock alone is found by its date, never by looking at every entity.

use samklang_core::Value;
use samklang_core::catalogue::EntityKind;
use samklang_core::journal::Event;
use samklang_core::port::{Deed, JournalEntry, Life, Lives, StoreError};
use samklang_core::reconcile::Override;
use samklang_core::sentence::{Cause, Sentence as _};
use serde_json::json;
use uuid::Uuid;

use crate::argument::{List, arguments};
use crate::database::{Answer, Row, Session};
use crate::reading::{entity_state, uuid, word};
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// The columns that [`set_by_hand`] reads, of table `o`.
const OVERRIDE: &str = "o.entity, o.attribute, o.value, o.until, o.who, o.reason, o.at";

impl Lives for TenantStore {
    async fn overrides(&self, entities: &[Uuid]) -> Answer<Vec<Override>> {
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) SELECT {OVERRIDE} FROM v CROSS JOIN override o \
             WHERE o.tenant = $1 AND o.entity = v.entity"
        );
        let rows = self
            .reading()
            .await?
            .rows_over(&sql, List::of(entities), &arguments![self.tenant])
            .await?;
        rows.iter().map(|(_, row)| self.set_by_hand(row)).collect()
    }

    async fn lives(&self, entities: &[Uuid]) -> Answer<Vec<Life>> {
        let sql = "WITH v (entity) AS (VALUES {}) SELECT l.entity, l.state, l.since, l.due, l.cause \
                   FROM v CROSS JOIN life l WHERE l.tenant = $1 AND l.entity = v.entity";
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(entities), &arguments![self.tenant])
            .await?;
        rows.iter()
            .map(|(_, row)| {
                let entity = uuid(&row.octets(0)?, "life")?;
                Ok(Life {
                    entity,
                    state: word(&row.text(1)?, entity_state, || format!("life {entity}"))?,
                    since: row.integer(2)?,
                    due: row.maybe_integer(3)?,
                    cause: Cause::read(row.text(4)?),
                })
            })
            .collect()
    }

    async fn pass_time(&self, cycle: i64, now: i64) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = format!("SELECT {OVERRIDE} FROM override o WHERE o.tenant = $1 AND o.until <= $2");
        let mut ended = Vec::new();
        for row in session.rows(sql, arguments![self.tenant, now]).await? {
            let set = self.set_by_hand(&row)?;
            ended.push(JournalEntry {
                cycle,
                at: now,
                entity: set.entity,
                event: Event::OverrideEnded.into(),
                detail: json!({ "attribute": set.attribute, "who": set.who, "until": set.until }),
            });
        }
        let sql = "INSERT INTO touched (tenant, entity) \
                   SELECT DISTINCT tenant, entity FROM override WHERE tenant = $1 AND until <= $2 \
                   ON CONFLICT (tenant, entity) DO NOTHING";
        session.run(sql, arguments![self.tenant, now]).await?;
        let sql = "DELETE FROM override WHERE tenant = $1 AND until <= $2";
        session.run(sql, arguments![self.tenant, now]).await?;
        let sql = "INSERT INTO touched (tenant, entity) \
                   SELECT tenant, entity FROM life WHERE tenant = $1 AND due <= $2 \
                   ON CONFLICT (tenant, entity) DO NOTHING";
        session.run(sql, arguments![self.tenant, now]).await?;
        self.keep_journal(&mut session, &ended).await?;
        session.commit().await
    }

    async fn touch_kind(&self, kind: EntityKind, thing: &str, fingerprint: &str) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = "INSERT INTO touched (tenant, entity) \
                   SELECT tenant, id FROM entity WHERE tenant = $1 AND kind = $2 \
                   ON CONFLICT (tenant, entity) DO NOTHING";
        session.run(sql, arguments![self.tenant, kind.as_str()]).await?;
        self.note_fingerprint(&mut session, thing, fingerprint).await?;
        session.commit().await
    }

    async fn touched(&self, limit: u32) -> Answer<Vec<Uuid>> {
        let sql = "SELECT entity FROM touched WHERE tenant = $1 ORDER BY entity LIMIT $2";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, limit])
            .await?;
        rows.iter().map(|row| uuid(&row.octets(0)?, "touched")).collect()
    }
}

impl TenantStore {
    /// Sets values by hand, or takes them back where the value is none: the entity is worked out anew by the next reconciliation. No lease is
    /// needed: a cycle under way sees it whole or not at all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn set_override(&self, set: &Override) -> Result<(), StoreError> {
        let mut session = self.deciding().await?;
        let Override {
            entity,
            attribute,
            value,
            until,
            who,
            reason,
            at,
        } = set;
        let sql = "INSERT INTO override (tenant, entity, attribute, value, until, who, reason, at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, entity, attribute) \
                   DO UPDATE SET value = excluded.value, until = excluded.until, who = excluded.who, \
                   reason = excluded.reason, at = excluded.at";
        session
            .run(
                sql,
                arguments![
                    self.tenant,
                    entity,
                    attribute,
                    self.seals
                        .json(Place::Override(*entity, attribute), &value.to_json())?,
                    *until,
                    who,
                    reason,
                    *at
                ],
            )
            .await?;
        let deed = deed(Event::Overridden, *entity, (who, reason), *at);
        self.touch(
            &mut session,
            Deed {
                detail: json!({ "attribute": attribute, "until": until }),
                ..deed
            },
        )
        .await?;
        session.commit().await
    }

    /// Takes back what was set by hand; answers whether anything was.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_override(
        &self,
        entity: Uuid,
        attribute: &str,
        (who, reason): (&str, &str),
        at: i64,
    ) -> Result<bool, StoreError> {
        let mut session = self.deciding().await?;
        let sql = "DELETE FROM override WHERE tenant = $1 AND entity = $2 AND attribute = $3";
        if session
            .run(sql, arguments![self.tenant, entity, attribute])
            .await?
            == 0
        {
            return Ok(false);
        }
        let deed = deed(Event::OverrideRemoved, entity, (who, reason), at);
        self.touch(
            &mut session,
            Deed {
                detail: json!({ "attribute": attribute }),
                ..deed
            },
        )
        .await?;
        session.commit().await?;
        Ok(true)
    }

    async fn touch(&self, session: &mut Session, deed: Deed) -> Answer<()> {
        let sql =
            "INSERT INTO touched (tenant, entity) VALUES ($1, $2) ON CONFLICT (tenant, entity) DO NOTHING";
        session.run(sql, arguments![self.tenant, deed.entity]).await?;
        self.keep_deeds(session, &[deed]).await
    }

    fn set_by_hand(&self, row: &Row) -> Answer<Override> {
        let entity = uuid(&row.octets(0)?, "override")?;
        let attribute = row.text(1)?;
        let what = || format!("override of {entity}");
        let value = self
            .seals
            .read_json(Place::Override(entity, &attribute), row.octets(2)?, what)?;
        Ok(Override {
            entity,
            attribute,
            value: Value::from_json(value),
            until: row.maybe_integer(3)?,
            who: row.text(4)?,
            reason: row.text(5)?,
            at: row.integer(6)?,
        })
    }

    /// Keeps where entities are in their lives, and takes those that were worked out from the list.
    pub(crate) async fn keep_lives(
        &self,
        session: &mut Session,
        lives: &[Life],
        worked_out: &[Uuid],
    ) -> Answer<()> {
        let mut list = List::new(6, lives.len());
        for life in lives {
            list.push(arguments![
                self.tenant,
                life.entity,
                life.state.as_str(),
                life.since,
                life.due,
                life.cause.kept()
            ]);
        }
        let sql = "INSERT INTO life (tenant, entity, state, since, due, cause) VALUES {} \
                   ON CONFLICT (tenant, entity) DO UPDATE SET state = excluded.state, since = excluded.since, \
                   due = excluded.due, cause = excluded.cause";
        session.run_over(sql, list, &[]).await?;
        let sql = "WITH v (entity) AS (VALUES {}) DELETE FROM touched \
                   WHERE tenant = $1 AND entity IN (SELECT entity FROM v)";
        session
            .run_over(sql, List::of(worked_out), &arguments![self.tenant])
            .await?;
        Ok(())
    }
}

/// What a person did to an entity.
pub(crate) fn deed(event: Event, entity: Uuid, (who, why): (&str, &str), at: i64) -> Deed {
    Deed {
        at,
        who: who.to_owned(),
        event: event.into(),
        cycle: None,
        entity: Some(entity),
        why: why.to_owned(),
        detail: serde_json::Value::Null,
    }
}
