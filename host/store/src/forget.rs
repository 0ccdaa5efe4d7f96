//! What is kept about one entity, and forgetting it. Forgetting erases whatever tells about the entity and leaves the journal's chain:
//! that something happened, when, and how often.

mod cases;
mod erase;
mod examples;

pub(crate) use erase::Traced;
pub(crate) use examples::{Checked, Example};

use samklang_core::Attributes;
use samklang_core::catalogue::{EntityKind, EntityState, ObjectRef};
use samklang_core::journal::Event;
use samklang_core::port::{ChangeKind, Deed, OperationState, StoreError};
use uuid::Uuid;

use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::inspect::CLASSES;
use crate::reading::{entity_state, unsigned, uuid, word};
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// Why an entity cannot be forgotten.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// It is still there.
    #[error("a source still knows it: only what is gone from every source can be forgotten")]
    Present,
    /// Something of it is still there.
    #[error(
        "{0} of it is still there, such as an engagement or a membership: only what is gone from every source can be forgotten"
    )]
    Related(u64),
    /// A source names it again, in what is not accepted yet.
    #[error("a source names it again in an import that is not accepted yet: run the cycle to its end first")]
    Returning,
    /// Something is still to be done for it.
    #[error("{0} operations for it are not settled yet: run the cycle to its end first")]
    Unsettled(u64),
    /// There is no such entity.
    #[error("there is no such entity any more")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Entities: the one that was named, and those that were of it alone.
    pub entities: u64,
    /// Entries of the journal that lost their particulars.
    pub entries: u64,
    /// Operations.
    pub operations: u64,
    /// Objects that targets hold still, as far as known: the targets are not told.
    pub held: Vec<ObjectRef>,
}

/// Kinds that are of one entity alone, and are forgotten with it.
pub(crate) const OWN: [EntityKind; 3] = [
    EntityKind::Engagement,
    EntityKind::Membership,
    EntityKind::Account,
];

/// States of operations for which nothing is to be done any more, for `state IN`.
pub(crate) fn ended() -> String {
    let states = [
        OperationState::Done,
        OperationState::Refused,
        OperationState::Dropped,
    ];
    states.map(|state| format!("'{}'", state.as_str())).join(", ")
}

impl TenantStore {
    /// What the snapshot holds of these objects.
    ///
    /// # Errors
    ///
    /// When the database fails, or an object cannot be read.
    pub async fn snapshot_of(
        &self,
        objects: &[ObjectRef],
    ) -> Result<Vec<(ObjectRef, Attributes)>, StoreError> {
        let list = self.class_and_key(objects).await?;
        let sql = "WITH v (class, key) AS (VALUES {}) SELECT o.class, o.key, o.body FROM v CROSS JOIN object o \
                   WHERE o.class = v.class AND o.key = v.key";
        let rows = self.reading().await?.rows_over(sql, list, &[]).await?;
        let mut found = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            let (class, key) = (row.integer(0)?, row.text(1)?);
            let object = self.object(class, key).await?;
            let at = Place::Object(class, &object.key);
            let body = self
                .seals
                .read_attributes(at, row.octets(2)?, || format!("object {object}"))?;
            found.push((object, body));
        }
        Ok(found)
    }

    /// Forgets an entity that is gone, and what was of it alone, in one transaction with the entry of the journal that says so.
    ///
    /// # Errors
    ///
    /// See [`ForgetError`].
    pub async fn forget(
        &self,
        entity: Uuid,
        why: &str,
        who: &str,
        now: i64,
    ) -> Result<Forgotten, ForgetError> {
        // Names of classes are read before the transaction, which holds the one connection that writes.
        let held: Vec<ObjectRef> = self
            .shadows_for(entity)
            .await?
            .into_iter()
            .map(|(connection, shadow)| ObjectRef {
                connection,
                class: shadow.class,
                key: shadow.key,
            })
            .collect();
        let mut session = self.deciding().await?;
        let ids = self.forgettable(&mut session, entity).await?;
        let swept = self.erase(&mut session, &ids, now).await?;
        let forgotten = Forgotten {
            entities: ids.len() as u64,
            entries: swept.entries,
            operations: swept.operations,
            held,
        };
        let deed = Deed {
            at: now,
            who: who.to_owned(),
            event: Event::Erased.into(),
            cycle: None,
            entity: Some(entity),
            why: why.to_owned(),
            detail: serde_json::json!({
                "entries": forgotten.entries, "operations": forgotten.operations, "entities": forgotten.entities,
            }),
        };
        self.keep_deeds(&mut session, &[deed]).await?;
        session.commit().await?;
        Ok(forgotten)
    }

    /// The entity and those that refer to it and are of it alone, once nothing speaks against forgetting them.
    async fn forgettable(&self, session: &mut Session, entity: Uuid) -> Result<Vec<Uuid>, ForgetError> {
        let sql = "SELECT state FROM entity WHERE tenant = $1 AND id = $2";
        let row = session.row(sql, arguments![self.tenant, entity]).await?;
        let state = row.ok_or(ForgetError::Unknown)?.text(0)?;
        let gone = |state: &str| -> Answer<bool> {
            Ok(word(state, entity_state, || format!("entity {entity}"))? == EntityState::Gone)
        };
        let sql = "SELECT count(*) FROM link l WHERE l.entity = $2 \
                   AND l.class IN (SELECT c.id FROM class c JOIN connection n ON n.id = c.connection WHERE n.tenant = $1)";
        let links = count(session, sql, self.tenant, entity).await?;
        if !gone(&state)? || links > 0 {
            return Err(ForgetError::Present);
        }
        let mut ids = vec![entity];
        let sql = "SELECT e.id, e.kind, e.state FROM reference r CROSS JOIN entity e \
                   WHERE r.tenant = $1 AND r.goal = $2 AND e.tenant = $1 AND e.id = r.origin";
        let mut present = 0;
        for row in session.rows(sql, arguments![self.tenant, entity]).await? {
            let kind = row.text(1)?;
            if OWN.iter().any(|own| own.as_str() == kind) {
                ids.push(uuid(&row.octets(0)?, "entity")?);
                present += u64::from(!gone(&row.text(2)?)?);
            }
        }
        if present > 0 {
            return Err(ForgetError::Related(present));
        }
        ids.sort_unstable();
        ids.dedup();
        let returning = format!(
            "SELECT count(*) FROM former f CROSS JOIN staged s WHERE f.entity = $2 AND s.class = f.class AND s.key = f.key \
             AND s.kind <> '{}' AND f.class IN {CLASSES}",
            ChangeKind::Removed.as_str()
        );
        let unfinished = format!(
            "SELECT count(*) FROM operation o JOIN connection n ON n.id = o.connection WHERE n.tenant = $1 \
             AND o.entity = $2 AND o.state NOT IN ({})",
            ended()
        );
        let mut unsettled = 0;
        for id in &ids {
            if count(session, &returning, self.tenant, *id).await? > 0 {
                return Err(ForgetError::Returning);
            }
            unsettled += count(session, &unfinished, self.tenant, *id).await?;
        }
        if unsettled > 0 {
            return Err(ForgetError::Unsettled(unsettled));
        }
        Ok(ids)
    }
}

async fn count(session: &mut Session, sql: &str, tenant: i64, entity: Uuid) -> Answer<u64> {
    let row = session.row(sql, arguments![tenant, entity]).await?;
    row.map_or(Ok(0), |row| unsigned(row.integer(0)?, "count"))
}
