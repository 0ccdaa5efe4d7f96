//! Enrolment of a target: the check reads both sides and writes neither; a confirmed enrolment lets the cycle write the target. Until
//! then its export is done with nothing sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use samklang_core::Owner;
use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::connector::{Action, Batch, Extent, Severity};
use samklang_core::enrolment::{Check, EnrolmentResult, Refusal, Unplaced};
use samklang_core::found::{Found, Keyed};
use samklang_core::mapping::{Graph, Outbound, TargetKeys};
use samklang_core::matching::MatchValue;
use samklang_core::port::{
    CheckRecord, Clock, Connectors, Drafted, EnrolmentRecord, FindingRecord, ImportState, Session, Shadow,
    Store, StoreError,
};
use uuid::Uuid;

use crate::gather::gather;
use crate::import::PAGE;
use crate::rows::{Rows, verify};
use crate::stop::{Early, Stop, StopCode};
use crate::tenant::{Connection, Role};
use crate::worker::Worker;

/// Entities of which the catalogue's side is made at a time.
const BATCH: u32 = 500;

/// The kinds of entity that an enrolment looks at: units, and who are users by themselves or by their accounts.
const KINDS: [EntityKind; 3] = [EntityKind::Unit, EntityKind::Person, EntityKind::Account];

/// Creations that wait until the keys of both sides agree are found again by this.
const KEY_DIFFERS: &str = "key-differs";

/// Why a target could not be enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The connection cannot be enrolled.
    #[error("{0}")]
    NoTarget(String),
    /// It is enrolled already, which is for good.
    #[error(
        "`{target}` is enrolled already, since check {check}, by {who}; enrolment is final and done once"
    )]
    AlreadyEnrolled {
        /// The target.
        target: String,
        /// The check.
        check: i64,
        /// Who.
        who: String,
    },
    /// There is no check to stand on.
    #[error("there is no check of `{0}` to stand on; make one: `samklang enrol check DIR {0}`")]
    Unchecked(String),
    /// The newest check failed.
    #[error("the check failed: {0}")]
    Failed(String),
    /// The check does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keys as the mapping alone makes them: what the target knows under another one is what a check is there to find.
struct ByMapping<'a> {
    graph: Arc<Graph>,
    outbound: &'a BTreeMap<String, Outbound>,
}

impl TargetKeys for ByMapping<'_> {
    fn key(&self, class: &str, entity: Uuid) -> Option<String> {
        let outbound = self.outbound.get(class)?;
        if !outbound.in_scope(&self.graph, entity).unwrap_or(false) {
            return None;
        }
        outbound.key(&self.graph, entity).ok()
    }
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// Checks whether a target can be enrolled, and keeps what was found. Neither the source nor the target nor the catalogue is written.
    ///
    /// # Errors
    ///
    /// When the connection is no target, or the store fails. That a system cannot be reached is kept as a failed check.
    pub async fn check_enrolment(&self, name: &str) -> Result<CheckRecord, EnrolError> {
        let connection = self.enrollable(name)?;
        if let Some(enrolled) = self.store.enrolment(name).await? {
            return Err(EnrolError::AlreadyEnrolled {
                target: name.to_owned(),
                check: enrolled.check,
                who: enrolled.who,
            });
        }
        let started = self.clock.now();
        let outcome = match self.compare_sides(name, connection).await {
            Ok(result) => Ok(result),
            Err(Early::Stop(stop) | Early::Halt(stop)) => Err(format!("{}; {}", stop.message, stop.remedy)),
            Err(Early::Store(error)) => return Err(error.into()),
        };
        let finished = self.clock.now();
        let id = self.store.keep_check(name, started, finished, &outcome).await?;
        Ok(CheckRecord {
            id,
            started,
            finished,
            outcome,
        })
    }

    /// Enrols a target on its newest check, for good. Both sides are read once more: what was not looked at is not enrolled.
    ///
    /// # Errors
    ///
    /// When the check does not allow it, its ground has changed, or somebody was faster.
    pub async fn confirm_enrolment(
        &self,
        name: &str,
        (who, why): (&str, &str),
        acknowledged: Option<u64>,
    ) -> Result<EnrolmentRecord, EnrolError> {
        self.enrollable(name)?;
        let checked = self.store.newest_check(name).await?;
        if let Some(enrolled) = self.store.enrolment(name).await? {
            return Err(EnrolError::AlreadyEnrolled {
                target: name.to_owned(),
                check: enrolled.check,
                who: enrolled.who,
            });
        }
        let checked = checked.ok_or_else(|| EnrolError::Unchecked(name.to_owned()))?;
        let result = checked.outcome.map_err(EnrolError::Failed)?;
        result.confirm(checked.finished, self.clock.now(), acknowledged)?;
        let again = self.check_enrolment(name).await?;
        let now = again.outcome.map_err(EnrolError::Failed)?;
        if now.ground != result.ground {
            return Err(Refusal::Changed.into());
        }
        let record = EnrolmentRecord {
            check: again.id,
            who: who.to_owned(),
            at: self.clock.now(),
            left_out: now.users.blocking,
            previewed: None,
        };
        if self.store.enrol(name, &record, why).await? {
            return Ok(record);
        }
        let faster = self.store.enrolment(name).await?;
        Err(EnrolError::AlreadyEnrolled {
            target: name.to_owned(),
            check: faster.as_ref().map_or(0, |record| record.check),
            who: faster.map_or_else(String::new, |record| record.who),
        })
    }

    fn enrollable(&self, name: &str) -> Result<&Connection, EnrolError> {
        match self.tenant.connections.get(name) {
            None => Err(EnrolError::NoTarget(format!(
                "there is no connection `{name}`; there are: {}",
                Vec::from_iter(self.tenant.connections.keys().map(String::as_str)).join(", ")
            ))),
            Some(connection) if connection.mappings.outbound.is_empty() => Err(EnrolError::NoTarget(
                format!("`{name}` is no target: nothing is written there, so there is nothing to enrol"),
            )),
            Some(connection) => Ok(connection),
        }
    }

    async fn compare_sides(&self, name: &str, connection: &Connection) -> Result<EnrolmentResult, Early> {
        self.sources_answer().await?;
        let mut check = Check::new(&connection.mappings.outbound);
        self.wanted(connection, &mut check).await?;
        self.held(name, connection, &mut check).await?;
        let known = self.known(check.unplaced()).await?;
        Ok(check.finish(|only| known.get(&(only.kind, only.key.to_lowercase())).copied()))
    }

    /// A source that cannot be reached, or was never read, leaves nothing to compare with.
    async fn sources_answer(&self) -> Result<(), Early> {
        let sources = self.tenant.connections.iter();
        for (name, _) in sources.filter(|(_, one)| matches!(one.role, Role::Source | Role::Both)) {
            let findings = self.connectors.open(name, "check").await?.check().await?;
            if let Some(failure) = findings
                .iter()
                .find(|finding| finding.severity == Severity::Failure)
            {
                return Err(Early::Stop(Stop {
                    remedy: failure.remedy.clone(),
                    ..Stop::refused(format!("{name}: {}", failure.message))
                }));
            }
            let import = self.store.import(name).await?;
            let accepted = self.store.accepted(name).await?;
            if accepted.is_none() && import.is_none_or(|import| import.state != ImportState::Accepted) {
                return Err(Early::Stop(Stop {
                    owner: Owner::Operator,
                    remedy: "run the cycle first: `samklang run DIR` reads the sources; nothing is written to a target that is \
                             not enrolled"
                        .to_owned(),
                    ..Stop::refused(format!("{name} has not been read yet"))
                }));
            }
        }
        Ok(())
    }

    async fn wanted(&self, connection: &Connection, check: &mut Check) -> Result<(), Early> {
        let outbound = &connection.mappings.outbound;
        for kind in KINDS {
            let mut after = None;
            loop {
                let ids = self.store.entities_of_kind(kind, after, BATCH).await?;
                let Some(&last) = ids.last() else { break };
                after = Some(last);
                let day = self.tenant.calendar.day(self.clock.now());
                let gathered = gather(self.store, &self.tenant.vocabulary, outbound, day, &ids).await?;
                let keys = ByMapping {
                    graph: gathered.graph,
                    outbound,
                };
                for id in ids {
                    for mapping in outbound.values().filter(|outbound| outbound.entity == kind) {
                        // What cannot be mapped has no object to compare; `run` tells of it.
                        if let Ok(Some(desired)) = mapping.desired(&keys.graph, id, &keys) {
                            check.wanted(&mapping.class, &desired.key, &desired.attributes);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    async fn held(&self, name: &str, connection: &Connection, check: &mut Check) -> Result<(), Early> {
        let description = self.connectors.describe(name)?;
        let readable = |class: &&String| description.class(class).is_some_and(|class| class.readable);
        let classes: Vec<String> = check.classes().cloned().collect();
        if let Some(hidden) = classes.iter().find(|class| !readable(class)) {
            return Err(Early::Stop(Stop {
                owner: Owner::Operator,
                remedy: "such a target cannot be checked; leave `enrolment` out of its connection".to_owned(),
                ..Stop::refused(format!("{name} does not let its class `{hidden}` be read"))
            }));
        }
        let mut session = self.connectors.open(name, "check").await?;
        session.read(&classes, &Extent::Full).await?;
        let mut counts: HashMap<String, u64> = HashMap::new();
        let completion = loop {
            match session.next(PAGE).await? {
                Batch::Complete(completion) => break completion,
                Batch::Page(page) => {
                    let class = page.class.clone();
                    let Some(outbound) = connection.mappings.outbound.get(&class) else {
                        continue;
                    };
                    let rows = Rows::of(page, &outbound.key_attribute).map_err(Early::Stop)?;
                    for row in &rows.rows {
                        *counts.entry(class.clone()).or_default() += 1;
                        check.held(&class, &row.key, &rows.attributes(row));
                    }
                }
            }
        };
        let counted = |class: &str| counts.get(class).copied().unwrap_or(0);
        verify(&completion, counted, &classes).map_err(Early::Stop)
    }

    /// What the catalogue knows of objects that only the target has: whether an entity of that identity is active.
    async fn known(&self, unplaced: &[Unplaced]) -> Result<HashMap<(EntityKind, String), bool>, StoreError> {
        let mut known = HashMap::new();
        for kind in KINDS {
            let only = unplaced.iter().filter(|only| only.kind == kind);
            let keys: Vec<String> = only.map(|only| only.key.clone()).collect();
            for keys in keys.chunks(BATCH as usize) {
                let mut ids: HashMap<Uuid, String> = keys
                    .iter()
                    .filter_map(|key| Some((key.parse().ok()?, key.to_lowercase())))
                    .collect();
                let by_hash: HashMap<String, String> = keys
                    .iter()
                    .map(|key| {
                        let value = MatchValue::of("uuid", std::slice::from_ref(key), self.store.matching());
                        (value.folded, key.to_lowercase())
                    })
                    .collect();
                let folded: Vec<String> = by_hash.keys().cloned().collect();
                for found in self.store.candidates(kind, "uuid", &folded).await? {
                    if let Some(key) = by_hash.get(&found.folded) {
                        ids.insert(found.entity, key.clone());
                    }
                }
                let wanted: Vec<Uuid> = ids.keys().copied().collect();
                for entity in self.store.entities(&wanted).await? {
                    if let Some(key) = ids.get(&entity.id).filter(|_| entity.kind == kind) {
                        known.insert((kind, key.clone()), entity.state == EntityState::Active);
                    }
                }
            }
        }
        Ok(known)
    }

    /// Why a target must not be written; none when it may.
    pub(crate) async fn not_enrolled(
        &self,
        name: &str,
        connection: &Connection,
    ) -> Result<Option<Stop>, StoreError> {
        if !connection.enrolment || self.store.enrolment(name).await?.is_some() {
            return Ok(None);
        }
        Ok(Some(Stop {
            code: StopCode::NotEnrolled,
            message: format!("{name} is not enrolled; nothing was planned for it or sent to it"),
            owner: Owner::Operator,
            remedy: format!(
                "check whether it can be: `samklang enrol check DIR {name}`, and confirm what comes out: `samklang enrol \
                 confirm DIR {name}`"
            ),
            detail: serde_json::Value::Null,
        }))
    }

    /// Whether the plan of this cycle is the first after enrolment: it is kept for a person to read, and carried out by the next run.
    pub(crate) async fn previews(
        &self,
        name: &str,
        connection: &Connection,
        cycle: i64,
    ) -> Result<bool, StoreError> {
        if !connection.enrolment {
            return Ok(false);
        }
        let previewed = match self.store.enrolment(name).await? {
            Some(enrolment) => enrolment.previewed,
            None => return Ok(false),
        };
        if previewed.is_none() {
            self.store.note_preview(name, cycle).await?;
        }
        // The same cycle again: a run was lost before the plan was settled, and nobody has read it.
        Ok(previewed.is_none_or(|noted| noted == cycle))
    }

    /// Users whose creation waits are looked at in each plan: their keys may agree by now.
    pub(crate) async fn look_again(&self, name: &str, connection: &Connection) -> Result<(), StoreError> {
        if !connection.enrolment {
            return Ok(());
        }
        let waiting = self.store.found(name, KEY_DIFFERS).await?;
        let ids: Vec<Uuid> = waiting.iter().filter_map(|key| key.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        self.store.observe(name, &[], &ids).await
    }

    /// Who the target has already, under another key than the catalogue wants.
    pub(crate) async fn namesakes(
        &self,
        name: &str,
        connection: &Connection,
    ) -> Result<Namesakes, StoreError> {
        let mut namesakes = Namesakes::default();
        if !connection.enrolment {
            return Ok(namesakes);
        }
        let users = connection.mappings.outbound.values();
        let of_users =
            |outbound: &&Outbound| matches!(outbound.entity, EntityKind::Person | EntityKind::Account);
        for outbound in users.filter(of_users) {
            let mut after: Option<String> = None;
            loop {
                let shadows = self
                    .store
                    .unowned(name, &outbound.class, after.as_deref(), PAGE)
                    .await?;
                let Some(last) = shadows.last() else { break };
                after = Some(last.key.clone());
                namesakes.note(outbound, &shadows);
            }
        }
        Ok(namesakes)
    }
}

/// Users of a target who stand for nobody, by what identifies them.
#[derive(Debug, Default)]
pub(crate) struct Namesakes(HashMap<(String, String, String), String>);

impl Namesakes {
    fn note(&mut self, outbound: &Outbound, shadows: &[Shadow]) {
        for shadow in shadows {
            for (attribute, value) in &shadow.attributes {
                if let Some(text) = value.as_text().filter(|_| outbound.tells_who(attribute)) {
                    let place = (outbound.class.clone(), attribute.clone(), text.to_lowercase());
                    self.0.insert(place, shadow.key.clone());
                }
            }
        }
    }

    /// Takes out of a draft the creations of users whom the target has under another key: nobody is made twice because keys do not agree.
    pub(crate) fn hold_back(&self, name: &str, drafted: &mut Drafted) {
        if self.0.is_empty() {
            return;
        }
        let mut waiting = BTreeSet::new();
        drafted.operations.retain(|planned| {
            let operation = &planned.operation;
            let (Action::Create, Some(entity)) = (operation.action, planned.entity) else {
                return true;
            };
            let there = operation.desired.iter().find_map(|(attribute, value)| {
                let place = (
                    operation.class.clone(),
                    attribute.clone(),
                    value.as_text()?.to_lowercase(),
                );
                self.0.get(&place)
            });
            let Some(there) = there else { return true };
            waiting.insert((
                operation.class.clone(),
                entity,
                operation.key.clone(),
                there.clone(),
            ));
            false
        });
        for (class, entity, key, there) in waiting {
            let object = samklang_core::catalogue::ObjectRef {
                connection: name.to_owned(),
                class,
                key: entity.to_string(),
            };
            drafted.cleared.retain(|cleared| *cleared != object);
            let found = Found::KeyDiffers {
                key,
                there,
                why: Keyed::Otherwise,
            };
            drafted.findings.push(FindingRecord {
                message: format!("entity {entity}: {}", found.message()),
                ..found.about(object, Some(entity))
            });
        }
    }
}
