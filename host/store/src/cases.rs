//! Cases and rulings: what waits for a person about the identity of objects, and what persons decided. A person's decision needs no
//! lease; it is only written down, and the next reconciliation or plan follows it.

mod target;
mod undo;

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::catalogue::{EntityKind, ObjectRef};
use samklang_core::journal::Event;
use samklang_core::matching::{Candidate, CaseKind, CaseRecord, CaseState, CaseWrite, Choice, Ruling, Side};
use samklang_core::port::{Cases, ChangeKind, Deed, Found, StoreError};
use uuid::Uuid;

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Row, Session};
use crate::inspect::CLASSES;
use crate::lives::deed;
use crate::reading::{corrupt, maybe_uuid, unsigned, uuid, word};
use crate::sealed::Place;
use crate::tenant::{Classes, TenantStore};

impl Cases for TenantStore {
    async fn candidates(&self, kind: EntityKind, rule: &str, folded: &[String]) -> Answer<Vec<Found>> {
        let sql = "WITH v (folded) AS (VALUES {}) SELECT c.folded, c.exact, c.entity FROM v CROSS JOIN candidate c \
                   WHERE c.tenant = $1 AND c.kind = $2 AND c.rule = $3 AND c.folded = v.folded";
        let arguments = arguments![self.tenant, kind.as_str(), rule];
        // A value that is asked for twice is answered once.
        let folded: BTreeSet<&String> = folded.iter().collect();
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(folded), &arguments)
            .await?;
        rows.iter()
            .map(|(_, row)| {
                Ok(Found {
                    folded: row.text(0)?,
                    exact: row.text(1)?,
                    entity: uuid(&row.octets(2)?, "candidate")?,
                })
            })
            .collect()
    }

    async fn recall_cases(&self, ranks: &BTreeMap<(String, String), i32>) -> Answer<()> {
        let mut list = List::new(2, ranks.len());
        for ((connection, class), rank) in ranks {
            if let Some(number) = self.class(connection, class).await? {
                list.push(arguments![number, *rank]);
            }
        }
        let mut session = self.writing().await?;
        for waiting in [
            "SELECT class, key FROM question WHERE side = 'source' AND state = 'open'",
            // What is left alone is so as long as the candidates are the same, whatever became of the question meanwhile.
            "SELECT class, key FROM ruling WHERE heeded = 0 OR choice = 'ignore'",
        ] {
            let sql = format!(
                "WITH v (class, rank) AS (VALUES {{}}) INSERT INTO change (tenant, class, key, rank, kind) \
                 SELECT DISTINCT $1, o.class, o.key, v.rank, $2 FROM v CROSS JOIN ({waiting}) w CROSS JOIN object o \
                 WHERE w.class = v.class AND o.class = w.class AND o.key = w.key ON CONFLICT (class, key) DO NOTHING"
            );
            let remapped = ChangeKind::Remapped.as_str();
            session
                .run_over(&sql, list.clone(), &arguments![self.tenant, remapped])
                .await?;
        }
        session.commit().await
    }

    async fn rulings(&self, objects: &[ObjectRef]) -> Answer<Vec<Ruling>> {
        // Few tenants ever need a ruling, and then about few objects.
        let sql = format!("SELECT 1 FROM ruling WHERE class IN {CLASSES} LIMIT 1");
        let any = self.reading().await?.row(sql, arguments![self.tenant]).await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let list = self.class_and_key(objects).await?;
        let sql = format!(
            "WITH v (class, key) AS (VALUES {{}}) SELECT {RULING} FROM v CROSS JOIN ruling r \
             WHERE r.class = v.class AND r.key = v.key ORDER BY r.id"
        );
        let rows = self.reading().await?.rows_over(&sql, list, &[]).await?;
        let mut rulings = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            rulings.push(self.ruling(row).await?);
        }
        rulings.sort_by_key(|ruling| ruling.id);
        Ok(rulings)
    }

    async fn rulings_of(&self, target: &str, entities: &[Uuid]) -> Answer<Vec<Ruling>> {
        self.rulings_in(target, entities).await
    }

    async fn stale_by_cases(&self, target: &str) -> Answer<()> {
        self.plan_again_by_cases(target).await
    }

    async fn asked(&self, objects: &[ObjectRef]) -> Answer<Vec<ObjectRef>> {
        if !self.has_open_cases(&mut *self.reading().await?).await? {
            return Ok(Vec::new());
        }
        let list = self.class_and_key(objects).await?;
        let sql = "WITH v (class, key) AS (VALUES {}) SELECT DISTINCT q.class, q.key FROM v CROSS JOIN question q \
                   WHERE q.class = v.class AND q.key = v.key AND q.state = 'open' AND q.side = 'source'";
        let rows = self.reading().await?.rows_over(sql, list, &[]).await?;
        let mut asked = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            asked.push(self.object(row.integer(0)?, row.text(1)?).await?);
        }
        Ok(asked)
    }

    async fn former(&self, entities: &[Uuid]) -> Answer<Vec<(ObjectRef, Uuid)>> {
        let sql = format!(
            "WITH v (entity) AS (VALUES {{}}) SELECT f.class, f.key, f.entity FROM v CROSS JOIN former f \
             WHERE f.entity = v.entity AND f.class IN {CLASSES} \
             AND NOT EXISTS (SELECT 1 FROM link l WHERE l.class = f.class AND l.key = f.key)"
        );
        let rows = self
            .reading()
            .await?
            .rows_over(&sql, List::of(entities), &arguments![self.tenant])
            .await?;
        let mut former = Vec::with_capacity(rows.len());
        for (_, row) in &rows {
            let object = self.object(row.integer(0)?, row.text(1)?).await?;
            former.push((object, uuid(&row.octets(2)?, "former")?));
        }
        Ok(former)
    }
}

/// The columns of a ruling.
const RULING: &str = "r.id, r.class, r.key, r.choice, r.entity, r.ground, r.who, r.reason, r.at";

/// The columns of a case.
const CASE: &str =
    "id, class, key, kind, side, entity, state, opened, closed, asked, choice, chosen, who, reason";

/// What a person sees of a case; it is sealed.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Asked {
    name: String,
    pub(crate) candidates: Vec<Candidate>,
    since: Option<i64>,
}

/// A person's decision, as it is to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<'a> {
    /// What was chosen.
    pub choice: Choice,
    /// The entity that it is about.
    pub entity: Option<Uuid>,
    /// Who decided.
    pub who: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl TenantStore {
    async fn has_open_cases(&self, session: &mut Session) -> Answer<bool> {
        let sql = format!("SELECT 1 FROM question WHERE state = 'open' AND class IN {CLASSES} LIMIT 1");
        Ok(session.row(sql, arguments![self.tenant]).await?.is_some())
    }

    async fn ruling(&self, row: &Row) -> Answer<Ruling> {
        let id = row.integer(0)?;
        Ok(Ruling {
            id,
            object: self.object(row.integer(1)?, row.text(2)?).await?,
            choice: word(&row.text(3)?, Choice::parse, || format!("ruling {id}"))?,
            entity: maybe_uuid(row, 4, "ruling")?,
            ground: row.text(5)?,
            who: row.text(6)?,
            reason: row.text(7)?,
            at: row.integer(8)?,
        })
    }

    async fn case_of(&self, row: &Row) -> Answer<CaseRecord> {
        let id = row.integer(0)?;
        let place = || format!("case {id}");
        let class = row.integer(1)?;
        let object = self.object(class, row.text(2)?).await?;
        let asked = self
            .seals
            .read_json(Place::Case(class, &object.key), row.octets(9)?, place)?;
        let Asked {
            name,
            candidates,
            since,
        } = serde_json::from_value(asked).map_err(|error| corrupt(place(), error))?;
        Ok(CaseRecord {
            id,
            object,
            kind: word(&row.text(3)?, CaseKind::parse, place)?,
            side: word(&row.text(4)?, Side::parse, place)?,
            entity: maybe_uuid(row, 5, "question")?,
            name,
            state: word(&row.text(6)?, CaseState::parse, place)?,
            opened: row.integer(7)?,
            closed: row.maybe_integer(8)?,
            candidates,
            since,
            choice: row
                .maybe_text(10)?
                .map(|choice| word(&choice, Choice::parse, place))
                .transpose()?,
            chosen: row.maybe_text(11)?,
            who: row.maybe_text(12)?,
            reason: row.maybe_text(13)?,
        })
    }

    /// Opens cases, and withdraws those whose ground is gone.
    pub(crate) async fn keep_cases(
        &self,
        session: &mut Session,
        side: Side,
        (cases, cleared): (&[CaseWrite], &[ObjectRef]),
        classes: &Classes,
        now: i64,
    ) -> Answer<()> {
        if self.has_open_cases(session).await? {
            let mut list = List::new(3, cleared.len());
            let asked: BTreeSet<&ObjectRef> = cases.iter().map(|case| &case.object).collect();
            for object in cleared.iter().filter(|object| !asked.contains(object)) {
                list.push(arguments![classes.of(object), &object.key, ""]);
            }
            for case in cases {
                let class = classes.of(&case.object);
                list.push(arguments![class, &case.object.key, case.kind.as_str()]);
            }
            let sql = "WITH v (class, key, kind) AS (VALUES {}) UPDATE question SET state = 'withdrawn', closed = $1 \
                       WHERE state = 'open' AND id IN (SELECT q.id FROM v CROSS JOIN question q \
                       WHERE q.class = v.class AND q.key = v.key AND q.kind <> v.kind AND q.side = $2)";
            session
                .run_over(sql, list, &arguments![now, side.as_str()])
                .await?;
        }
        for case in cases {
            // An answer to the same question stands; it is followed as soon as it has been read.
            let sql = "INSERT INTO question (class, key, kind, side, entity, state, opened, ground, asked) \
                       VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8) ON CONFLICT (class, key, kind) DO UPDATE \
                       SET opened = CASE WHEN question.state = 'open' THEN question.opened ELSE excluded.opened END, \
                       entity = excluded.entity, ground = excluded.ground, asked = excluded.asked, state = 'open', closed = NULL, choice = NULL, chosen = NULL, \
                       who = NULL, reason = NULL \
                       WHERE question.state <> 'decided' OR question.ground <> excluded.ground";
            let class = classes.of(&case.object);
            let asked = serde_json::json!({
                "name": case.name, "candidates": case.candidates, "since": case.since,
            });
            let asked = self.seals.json(Place::Case(class, &case.object.key), &asked)?;
            session
                .run(
                    sql,
                    arguments![
                        class,
                        &case.object.key,
                        case.kind.as_str(),
                        case.side.as_str(),
                        case.entity,
                        case.at,
                        case.ground(),
                        asked
                    ],
                )
                .await?;
        }
        Ok(())
    }

    /// Cases in these states, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or a case cannot be read.
    pub async fn cases(&self, states: &[CaseState], limit: u32) -> Result<Vec<CaseRecord>, StoreError> {
        self.cases_after(states, None, limit).await
    }

    /// The same after the one that was opened then and has that number.
    ///
    /// # Errors
    ///
    /// When the database fails, or a case cannot be read.
    pub async fn cases_after(
        &self,
        states: &[CaseState],
        after: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let beyond = if after.is_some() {
            "AND (opened, id) < ($3, $4)"
        } else {
            ""
        };
        let states: Vec<String> = states
            .iter()
            .map(|state| format!("'{}'", state.as_str()))
            .collect();
        let sql = format!(
            "SELECT {CASE} FROM question WHERE class IN {CLASSES} AND state IN ({}) {beyond} ORDER BY opened DESC, id DESC LIMIT $2",
            states.join(",")
        );
        let given = arguments![self.tenant, limit].into_iter();
        let place = after.map(|(opened, id)| arguments![opened, id]);
        let given: Vec<Argument> = given.chain(place.into_iter().flatten()).collect();
        let rows = self.reading().await?.rows(sql, given).await?;
        let mut cases = Vec::with_capacity(rows.len());
        for row in &rows {
            cases.push(self.case_of(row).await?);
        }
        Ok(cases)
    }

    /// The number of open cases.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn open_cases(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM question WHERE state = 'open' AND class IN {CLASSES}");
        let row = self.reading().await?.row(sql, arguments![self.tenant]).await?;
        row.map_or(Ok(0), |row| unsigned(row.integer(0)?, "question"))
    }

    /// A case.
    ///
    /// # Errors
    ///
    /// When the database fails, or the case cannot be read.
    pub async fn case(&self, id: i64) -> Result<Option<CaseRecord>, StoreError> {
        let sql = format!("SELECT {CASE} FROM question WHERE class IN {CLASSES} AND id = $2");
        let row = self
            .reading()
            .await?
            .row(sql, arguments![self.tenant, id])
            .await?;
        match row {
            Some(row) => Ok(Some(self.case_of(&row).await?)),
            None => Ok(None),
        }
    }

    /// Decides an open case; answers whether it was open. `chosen` is whom the person chose, in words; the object is the one that the
    /// ruling is about.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decide_case(
        &self,
        case: &CaseRecord,
        object: &ObjectRef,
        decided: &Answered<'_>,
        chosen: Option<&str>,
    ) -> Result<bool, StoreError> {
        let class = self.give_class(&object.connection, &object.class).await?;
        let ground = case.ground();
        let mut session = self.deciding().await?;
        // The candidates may have changed since the person saw them; then the answer is for another question.
        let sql = "UPDATE question SET state = 'decided', closed = $2, choice = $3, chosen = $4, who = $5, reason = $6 \
                   WHERE id = $1 AND state = 'open' AND ground = $7";
        let touched = session
            .run(
                sql,
                arguments![
                    case.id,
                    decided.at,
                    decided.choice.as_str(),
                    chosen,
                    decided.who,
                    decided.reason,
                    ground.as_str()
                ],
            )
            .await?;
        if touched == 0 {
            return Ok(false);
        }
        rule(&mut session, (class, &object.key), decided, &ground).await?;
        if let (Side::Target, Some(entity)) = (case.side, case.entity) {
            // What follows in a target may leave nothing to see: that it be left alone, or stay.
            let detail = serde_json::json!({
                "case": case.id, "kind": case.kind.as_str(), "object": object.to_string(), "choice": decided.choice.as_str(),
            });
            let deed = deed(
                Event::CaseDecided,
                entity,
                (decided.who, decided.reason),
                decided.at,
            );
            self.keep_deeds(&mut session, &[Deed { detail, ..deed }]).await?;
        }
        session.commit().await?;
        Ok(true)
    }

    /// Writes a person's decision about an object down, and in the journal that it was made: the cycle that follows it may find nothing to change.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rule(&self, object: &ObjectRef, decided: &Answered<'_>) -> Result<(), StoreError> {
        let class = self.give_class(&object.connection, &object.class).await?;
        let mut session = self.deciding().await?;
        rule(&mut session, (class, &object.key), decided, "").await?;
        if let Some(entity) = decided.entity {
            let detail =
                serde_json::json!({ "object": object.to_string(), "choice": decided.choice.as_str() });
            let deed = deed(
                Event::LinkDecided,
                entity,
                (decided.who, decided.reason),
                decided.at,
            );
            self.keep_deeds(&mut session, &[Deed { detail, ..deed }]).await?;
        }
        session.commit().await
    }

    /// Whether the snapshot of a source holds the object.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn holds(&self, object: &ObjectRef) -> Result<bool, StoreError> {
        let Some(class) = self.class(&object.connection, &object.class).await? else {
            return Ok(false);
        };
        let sql = "SELECT 1 FROM object WHERE class = $1 AND key = $2";
        let row = self
            .reading()
            .await?
            .row(sql, arguments![class, &object.key])
            .await?;
        Ok(row.is_some())
    }
}

async fn rule(
    session: &mut Session,
    (class, key): (i64, &str),
    decided: &Answered<'_>,
    ground: &str,
) -> Answer<()> {
    let sql = "INSERT INTO ruling (class, key, choice, entity, ground, who, reason, at, heeded) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)";
    let arguments: [Argument; 8] = arguments![
        class,
        key,
        decided.choice.as_str(),
        decided.entity,
        ground,
        decided.who,
        decided.reason,
        decided.at
    ];
    session.run(sql, arguments).await?;
    Ok(())
}

/// Notes objects that are gone with what they stood for.
pub(crate) async fn keep_former(
    session: &mut Session,
    former: &[(ObjectRef, Uuid)],
    classes: &Classes,
    now: i64,
) -> Answer<()> {
    let mut list = List::new(4, former.len());
    for (object, entity) in former {
        list.push(arguments![classes.of(object), &object.key, *entity, now]);
    }
    let sql = "INSERT INTO former (class, key, entity, since) VALUES {} \
               ON CONFLICT (class, key) DO UPDATE SET entity = excluded.entity, since = excluded.since";
    session.run_over(sql, list, &[]).await?;
    Ok(())
}

/// Notes that rulings have been followed.
pub(crate) async fn heed(session: &mut Session, rulings: &[i64]) -> Answer<()> {
    let sql = "WITH v (id) AS (VALUES {}) UPDATE ruling SET heeded = 1 WHERE id IN (SELECT id FROM v)";
    session
        .run_over(sql, List::of(rulings.iter().copied()), &[])
        .await?;
    Ok(())
}
