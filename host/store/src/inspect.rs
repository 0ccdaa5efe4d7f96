//! What the program shows to people: findings, entities, histories, plans, counts. Only reads.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::catalogue::{Entity, EntityKind, EntityState, ObjectRef};
use samklang_core::connector::Action;
use samklang_core::matching::fold;
use samklang_core::port::{FindingRecord, OperationRecord, OperationState, Shadow, StoreError};
use samklang_core::{Attributes, Value};
use uuid::Uuid;

use crate::argument::{Argument, arguments};
use crate::database::Row;
use crate::findings::told;
use crate::plan::{OPERATION, SHADOW};
use crate::reading::{action, entity_state, unsigned, uuid, word};
use crate::reconcile::entity;
use crate::sealed::Place;
use crate::tenant::TenantStore;

/// What a tenant holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TenantCounts {
    /// Entities, by kind and state, kinds in their own order.
    pub entities: Vec<(EntityKind, EntityState, u64)>,
    /// Objects in the snapshot, by connection.
    pub objects: BTreeMap<String, u64>,
}

/// Operations of one kind and state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCount {
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// What is done.
    pub action: Action,
    /// How far it is.
    pub state: OperationState,
    /// How many.
    pub count: u64,
}

/// Entities that are looked through at a time.
const PAGE: u32 = 2_000;

/// Classes of the tenant, for `class IN`.
pub(crate) const CLASSES: &str =
    "(SELECT c.id FROM class c JOIN connection n ON n.id = c.connection WHERE n.tenant = $1)";

impl TenantStore {
    /// What a person should see, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn findings(&self, limit: u32) -> Result<Vec<FindingRecord>, StoreError> {
        let sql = format!(
            "SELECT class, key, code, message, remedy FROM finding WHERE class IN {CLASSES} ORDER BY id DESC LIMIT $2"
        );
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, limit])
            .await?;
        let mut findings = Vec::with_capacity(rows.len());
        for row in &rows {
            let class = row.integer(0)?;
            let object = self.object(class, row.text(1)?).await?;
            let at = Place::Finding(class, &object.key);
            let kept = self
                .seals
                .read_text(at, row.octets(3)?, || format!("finding about {object}"))?;
            let (message, arguments) = told(kept);
            findings.push(FindingRecord {
                object,
                code: row.text(2)?,
                arguments,
                message,
                remedy: row.text(4)?,
                entity: None,
            });
        }
        Ok(findings)
    }

    /// How many findings there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn count_findings(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM finding WHERE class IN {CLASSES}");
        let row = self.reading().await?.row(sql, arguments![self.tenant]).await?;
        row.map_or(Ok(0), |row| unsigned(row.integer(0)?, "finding"))
    }

    /// The operations of a cycle that were not dropped, in numbers.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn counts_of_plan(&self, cycle: i64) -> Result<Vec<PlanCount>, StoreError> {
        let sql = "SELECT n.name, c.name, o.action, o.state, count(*) FROM connection n \
                   JOIN operation o ON o.connection = n.id AND o.cycle = $2 JOIN class c ON c.id = o.class \
                   WHERE n.tenant = $1 AND o.state <> $3 GROUP BY n.name, c.name, o.action, o.state \
                   ORDER BY n.name, c.name, o.action, o.state";
        let given = arguments![self.tenant, cycle, OperationState::Dropped.as_str()];
        let rows = self.reading().await?.rows(sql, given).await?;
        let place = || format!("an operation of cycle {cycle}");
        let count = |row: &Row| {
            Ok(PlanCount {
                target: row.text(0)?,
                class: row.text(1)?,
                action: word(&row.text(2)?, action, place)?,
                state: word(&row.text(3)?, OperationState::parse, place)?,
                count: unsigned(row.integer(4)?, "operation")?,
            })
        };
        rows.iter().map(count).collect()
    }

    /// Entities that a person may mean by this text: first those whose identity, linked object's key or matching value it is, then
    /// those that have it within a text of theirs.
    ///
    /// # Errors
    ///
    /// When the database fails, or an entity cannot be read.
    pub async fn find_entities(&self, text: &str, limit: u32) -> Result<Vec<Entity>, StoreError> {
        let hash = self.matching.hash(&fold(text));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found: Vec<Uuid> = text.parse().into_iter().collect();
        let exact = [
            (
                format!("SELECT entity FROM link WHERE class IN {CLASSES} AND key = $2 ORDER BY entity"),
                text,
            ),
            (
                "SELECT DISTINCT entity FROM candidate WHERE tenant = $1 AND folded = $2 ORDER BY entity"
                    .to_owned(),
                hash.as_str(),
            ),
        ];
        for (sql, known_by) in exact {
            for row in self
                .reading()
                .await?
                .rows(sql, arguments![self.tenant, known_by])
                .await?
            {
                found.push(uuid(&row.octets(0)?, "link")?);
            }
        }
        let mut seen = BTreeSet::new();
        found.retain(|id| seen.insert(*id));
        found.truncate(limit);
        let mut answer = self.entities_of(&found).await?;
        answer.sort_by_key(|entity| found.iter().position(|id| *id == entity.id));
        let mut after: Option<Uuid> = None;
        while answer.len() < limit && !text.trim().is_empty() {
            let (last, page) = self.containing(text, after).await?;
            let Some(last) = last else { break };
            after = Some(last);
            let rest = page.into_iter().filter(|entity| !seen.contains(&entity.id));
            answer.extend(rest.take(limit - answer.len()));
        }
        Ok(answer)
    }

    /// Those of a page of entities that have the text within a text of theirs, by ascending identity, and the page's last identity. What
    /// is sealed cannot be searched by the database, so each entity is opened here.
    async fn containing(
        &self,
        text: &str,
        after: Option<Uuid>,
    ) -> Result<(Option<Uuid>, Vec<Entity>), StoreError> {
        let beyond = if after.is_some() { "AND id > $3" } else { "" };
        let sql = format!(
            "SELECT id, kind, state, body FROM entity WHERE tenant = $1 {beyond} \
             ORDER BY id LIMIT $2"
        );
        let given = arguments![self.tenant, PAGE]
            .into_iter()
            .chain(after.map(Argument::from));
        let rows = self.reading().await?.rows(sql, given.collect::<Vec<_>>()).await?;
        let (mut last, mut found) = (None, Vec::new());
        for row in &rows {
            let id = uuid(&row.octets(0)?, "entity")?;
            last = Some(id);
            let values = self
                .seals
                .read_attributes(Place::Entity(id), row.octets(3)?, || format!("entity {id}"))?;
            if says(&values, text) {
                found.push(entity(&self.seals, row)?);
            }
        }
        Ok((last, found))
    }

    /// The operations for an entity, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or an operation cannot be read.
    pub async fn operations_of(&self, entity: Uuid, limit: u32) -> Result<Vec<OperationRecord>, StoreError> {
        let sql = format!(
            "SELECT {OPERATION} FROM operation o JOIN connection n ON n.id = o.connection \
             WHERE n.tenant = $1 AND o.entity = $2 ORDER BY o.seq DESC LIMIT $3"
        );
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, entity, limit])
            .await?;
        let mut operations = Vec::with_capacity(rows.len());
        for row in &rows {
            operations.push(self.operation(row).await?);
        }
        Ok(operations)
    }

    /// Operations of a cycle for a connection in these states (any, when there are none), in the order in which they are carried out, after the one of that id.
    ///
    /// # Errors
    ///
    /// When the database fails, or an operation cannot be read.
    pub async fn operations_in(
        &self,
        cycle: i64,
        connection: &str,
        states: &[OperationState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<OperationRecord>, StoreError> {
        self.operations_among(cycle, connection, (states, None), after, limit)
            .await
    }

    /// The same of those that do this.
    ///
    /// # Errors
    ///
    /// As [`TenantStore::operations_in`].
    pub async fn operations_among(
        &self,
        cycle: i64,
        connection: &str,
        (states, only): (&[OperationState], Option<Action>),
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<OperationRecord>, StoreError> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(Vec::new());
        };
        let beyond = if after.is_some() {
            "AND (o.rank, o.seq) > (SELECT a.rank, a.seq FROM operation a WHERE a.connection = $1 AND a.id = $4)"
        } else {
            ""
        };
        let states: Vec<String> = states
            .iter()
            .map(|state| format!("'{}'", state.as_str()))
            .collect();
        let among = if states.is_empty() {
            String::new()
        } else {
            format!("AND o.state IN ({})", states.join(","))
        };
        let doing = only.map_or_else(String::new, |action| {
            format!("AND o.action = '{}'", action.as_str())
        });
        let sql = format!(
            "SELECT {OPERATION} FROM operation o WHERE o.connection = $1 AND o.cycle = $2 {among} {doing} {beyond} \
             ORDER BY o.rank, o.seq LIMIT $3"
        );
        let given = arguments![number, cycle, limit]
            .into_iter()
            .chain(after.map(Argument::from));
        let rows = self.reading().await?.rows(sql, given.collect::<Vec<_>>()).await?;
        let mut operations = Vec::with_capacity(rows.len());
        for row in &rows {
            operations.push(self.operation(row).await?);
        }
        Ok(operations)
    }

    /// The shadows that stand for an entity in any target, each with the target's name.
    ///
    /// # Errors
    ///
    /// When the database fails, or a shadow cannot be read.
    pub async fn shadows_for(&self, entity: Uuid) -> Result<Vec<(String, Shadow)>, StoreError> {
        let sql = format!(
            "SELECT {SHADOW} FROM shadow s WHERE s.class IN {CLASSES} AND s.entity = $2 ORDER BY s.id"
        );
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, entity])
            .await?;
        let mut shadows = Vec::with_capacity(rows.len());
        for row in &rows {
            shadows.push(self.shadow(row, 0).await?);
        }
        Ok(shadows)
    }

    /// What the tenant holds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn counts(&self) -> Result<TenantCounts, StoreError> {
        let mut session = self.reading().await?;
        let mut counts = TenantCounts::default();
        let sql = "SELECT kind, state, count(*) FROM entity WHERE tenant = $1 GROUP BY kind, state";
        for row in session.rows(sql, arguments![self.tenant]).await? {
            let place = || "a kind or state in table entity";
            let kind = word(&row.text(0)?, EntityKind::parse, place)?;
            let state = word(&row.text(1)?, entity_state, place)?;
            counts
                .entities
                .push((kind, state, unsigned(row.integer(2)?, "entity")?));
        }
        counts
            .entities
            .sort_by_key(|(kind, state, _)| (kind.rank(), *state == EntityState::Gone));
        let sql = "SELECT n.name, count(*) FROM connection n JOIN class c ON c.connection = n.id \
                   JOIN object o ON o.class = c.id WHERE n.tenant = $1 GROUP BY n.name";
        for row in session.rows(sql, arguments![self.tenant]).await? {
            counts
                .objects
                .insert(row.text(0)?, unsigned(row.integer(1)?, "object")?);
        }
        Ok(counts)
    }

    /// The objects that are linked with an entity, each with its rule.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn objects_of(&self, entity: Uuid) -> Result<Vec<(ObjectRef, String)>, StoreError> {
        let links = self.links_from(&[entity]).await?;
        Ok(links.into_iter().map(|link| (link.object, link.rule)).collect())
    }
}

/// Whether an entity with these values has the text within a text of its own, however it is capitalised.
fn says(values: &Attributes, text: &str) -> bool {
    let text = text.to_lowercase();
    values.values().any(|value| match value {
        Value::Text(own) => own.to_lowercase().contains(&text),
        Value::Texts(own) => own.iter().any(|own| own.to_lowercase().contains(&text)),
        _ => false,
    })
}
