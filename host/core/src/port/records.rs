//! What the store keeps, as the cycle sees it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::{Entity, Link, ObjectRef};
use crate::connector::{Action, Operation};
use crate::guard::Place;
use crate::mapping::Allotment;
use crate::matching::{CaseWrite, MatchValue};
use crate::port::{LeavingWrite, Usage};
use crate::sentence::{Reason, in_english};
use crate::value::{Attributes, Digest};

/// Gives an enum of states its words for stores and tables.
macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word for stores and tables.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The state of that word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

pub(crate) use words;

/// Where a cycle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CycleState {
    /// A worker is at it, or was when it was lost.
    Running,
    /// It waits for a person.
    Halted,
    /// A step failed; the next run takes it up there.
    Failed,
    /// Every step is done.
    Done,
    /// A person rejected what a guard had halted.
    Rejected,
    /// Every step is done but those of targets that failed; what they lack waits for the next cycle.
    Incomplete,
}
words!(CycleState {
    Running => "running", Halted => "halted", Failed => "failed", Done => "done", Rejected => "rejected",
    Incomplete => "incomplete",
});

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Begun.
    Running,
    /// Settled.
    Done,
    /// Halted by a guard: waits for a person.
    Halted,
    /// A person let pass what the guard had halted; the step has yet to go on.
    Released,
    /// Could not go on.
    Failed,
    /// A person rejected it.
    Rejected,
}
words!(StepState {
    Pending => "pending", Running => "running", Done => "done", Halted => "halted", Released => "released",
    Failed => "failed", Rejected => "rejected",
});

/// A step as configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSpec {
    /// `import`, `compare`, `reconcile`, `export` or `feedback`.
    pub kind: String,
    /// The connection, for the kinds that have one.
    pub connection: Option<String>,
}

/// What a step counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Objects read.
    pub read: u64,
    /// Objects or entities that are new.
    pub added: u64,
    /// Objects or entities that differ.
    pub changed: u64,
    /// Objects or entities that are gone.
    pub removed: u64,
    /// Operations planned.
    pub planned: u64,
    /// Operations done.
    pub done: u64,
    /// Operations that the target refused or put off.
    pub refused: u64,
}

/// A step of a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Its place in the cycle, from 0.
    pub position: u32,
    /// What it does.
    pub spec: StepSpec,
    /// Where it is.
    pub state: StepState,
    /// How often it was begun.
    pub attempt: u32,
    /// When it was begun last, in milliseconds since 1970.
    pub started: Option<i64>,
    /// When it was settled.
    pub ended: Option<i64>,
    /// What it counted.
    pub counts: Counts,
    /// What its connector used.
    pub usage: Usage,
    /// Why it halted or failed, who can act and what to do; as JSON for machines, see the program's reference.
    pub message: Option<String>,
}

/// A cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleRecord {
    /// Its number, growing within the installation.
    pub id: i64,
    /// What it is for.
    pub kind: CycleKind,
    /// Where it is.
    pub state: CycleState,
    /// When it began, in milliseconds since 1970.
    pub started: i64,
    /// When it ended.
    pub ended: Option<i64>,
}

/// What a cycle is for, by its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CycleKind {
    /// Everybody, by the configured steps.
    Whole,
    /// One entity that a person wanted seen to.
    Errand,
    /// Objects of a target are linked, and nothing else.
    Link,
}
words!(CycleKind { Whole => "whole", Errand => "errand", Link => "link" });

/// A cycle that was begun or taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The cycle.
    pub cycle: i64,
    /// It had been begun before.
    pub resumed: bool,
}

/// What the snapshot knows of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The object's number in the store: dense enough for a bitmap of those seen.
    pub id: u64,
    /// The digest of its attributes.
    pub digest: Digest,
}

/// What an import did to one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The object is new.
    Added,
    /// It differs.
    Changed,
    /// It is gone.
    Removed,
    /// It is as it was, but its mapping changed.
    Remapped,
}
words!(ChangeKind { Added => "added", Changed => "changed", Removed => "removed", Remapped => "remapped" });

/// An object that an import found new or changed, or misses.
#[derive(Debug, Clone, PartialEq)]
pub struct Staged {
    /// The class.
    pub class: String,
    /// The key.
    pub key: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The new digest and attributes; absent when removed.
    pub object: Option<(Digest, Attributes)>,
    /// Where it belongs, for the guard; nowhere when removed.
    pub place: Place,
    /// The identity that an entity made for it has; none when removed. Once accepted, changes are reconciled in this order: it is the
    /// one in which the catalogue lies, and it does not hang on the order in which the source names its objects.
    pub identity: Option<Uuid>,
}

/// Where an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportState {
    /// Pages are arriving.
    Reading,
    /// Everything has arrived; the guard has not spoken.
    Staged,
    /// It is the snapshot.
    Accepted,
}
words!(ImportState { Reading => "reading", Staged => "staged", Accepted => "accepted" });

/// The import of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    /// Where it is.
    pub state: ImportState,
    /// What it read and found.
    pub counts: Counts,
    /// Per class: objects in the snapshot before, added, changed, removed.
    pub classes: BTreeMap<String, Counts>,
    /// The cursor it ended with.
    pub cursor: Option<String>,
}

/// An accepted change that waits to be reconciled.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its number, growing.
    pub seq: i64,
    /// Its place: lower ones are reconciled before higher ones.
    pub rank: i32,
    /// The object.
    pub object: ObjectRef,
    /// What happened.
    pub kind: ChangeKind,
    /// The object's attributes; absent when removed.
    pub attributes: Option<Attributes>,
}

/// One entity's reference to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The entity that refers.
    pub from: Uuid,
    /// By which attribute.
    pub attribute: String,
    /// The entity referred to.
    pub to: Uuid,
}

/// An entity as it shall be kept from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityWrite {
    /// The entity, whole. Its references replace the former ones.
    pub entity: Entity,
    /// It is new.
    pub new: bool,
    /// Under what correlation can find it; they replace the former ones.
    pub matches: Vec<MatchValue>,
    /// Objects that it refers to and that stand for no entity yet; they replace the former ones.
    pub unresolved: Vec<ObjectRef>,
}

/// What happened to an entity, for its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The cycle.
    pub cycle: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The entity.
    pub entity: Uuid,
    /// `created`, `changed`, `gone`, `returned`, `linked` and `unlinked` (by a person), `rekeyed`, `adopted`, or an operation's outcome.
    pub event: String,
    /// The particulars, such as values before and after; never those of sensitive attributes.
    pub detail: serde_json::Value,
}

/// Something about one object or entity that a person should see; it never stops the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// The object it is about.
    pub object: ObjectRef,
    /// A stable code, such as `mapping`, `ambiguous`, `unresolved-reference`, `rejected`.
    pub code: String,
    /// What it speaks of, by name; null where it is told by the message alone.
    #[serde(default)]
    pub arguments: serde_json::Value,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// The entity that is planned for again when its time comes; none for what is only told.
    #[serde(skip)]
    pub entity: Option<Uuid>,
}

/// What one batch of reconciliation decided; kept in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reconciled {
    /// When, in milliseconds since 1970.
    pub now: i64,
    /// Changes that are now reconciled.
    pub settled: Vec<i64>,
    /// Links made or renewed.
    pub links: Vec<Link>,
    /// Objects that stand for nothing any more.
    pub unlinked: Vec<ObjectRef>,
    /// Objects that are gone, each with the entity that it stood for.
    pub former: Vec<(ObjectRef, Uuid)>,
    /// Questions for a person. Other open ones about the same objects, and those about objects that are cleared, are withdrawn.
    pub cases: Vec<CaseWrite>,
    /// Rulings that have been followed.
    pub heeded: Vec<i64>,
    /// Entities made or changed. Each becomes stale for every target.
    pub entities: Vec<EntityWrite>,
    /// Where entities are in their lives, as far as that changed.
    pub lives: Vec<super::Life>,
    /// Entities that were on the list to be worked out anew and have been.
    pub worked_out: Vec<Uuid>,
    /// For their history.
    pub journal: Vec<JournalEntry>,
    /// What a person should see. It replaces former findings about the same objects.
    pub findings: Vec<FindingRecord>,
    /// Objects about which there is nothing to see any more.
    pub cleared: Vec<ObjectRef>,
}

/// How sure the host is of a target's object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShadowState {
    /// The target confirmed it, or it was read back.
    Confirmed,
    /// The target took it over but has not shown it yet.
    Queued,
}
words!(ShadowState { Confirmed => "confirmed", Queued => "queued" });

/// The last known state of a target's object.
#[derive(Debug, Clone, PartialEq)]
pub struct Shadow {
    /// The class.
    pub class: String,
    /// The key.
    pub key: String,
    /// The entity it stands for; none when it was found in the target and belongs to nobody.
    pub entity: Option<Uuid>,
    /// How sure.
    pub state: ShadowState,
    /// The cycle that wrote it last.
    pub cycle: i64,
    /// Its attributes as far as known.
    pub attributes: Attributes,
    /// Of attributes that the target shares with the catalogue, the values that came from the catalogue.
    pub ours: Attributes,
}

/// A change to a shadow.
#[derive(Debug, Clone, PartialEq)]
pub enum ShadowWrite {
    /// It is so now.
    Put(Shadow),
    /// It is no more: class and key.
    Remove(String, String),
}

/// Where an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationState {
    /// Of a plan that is not settled.
    Draft,
    /// Of a settled plan, not sent.
    Planned,
    /// Sent; the outcome is not known.
    Sent,
    /// Done, or taken over by the target.
    Done,
    /// Refused by the target.
    Refused,
    /// Put off by the target to another cycle.
    Deferred,
    /// Of a settled plan, over what its target gets in a day: it waits for another day.
    HeldOver,
    /// Dropped: its plan was rejected.
    Dropped,
}
words!(OperationState {
    Draft => "draft", Planned => "planned", Sent => "sent", Done => "done", Refused => "refused", Deferred => "deferred",
    HeldOver => "held-over", Dropped => "dropped",
});

/// An operation that a planner wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// What the connector will be handed.
    pub operation: Operation,
    /// The entity it is for.
    pub entity: Option<Uuid>,
    /// Its place: lower ones are carried out before higher ones.
    pub rank: i32,
    /// It takes away what a person has, so that it goes first where a target gets only so much in a day.
    pub urgent: bool,
    /// Why.
    pub reason: Reason,
    /// What the attributes that differ were, as far as known.
    pub before: Attributes,
    /// Of attributes that the target shares with the catalogue, the values that come from the catalogue.
    pub ours: Attributes,
}

/// What planning decided about some entities.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drafted {
    /// When, in milliseconds since 1970.
    pub now: i64,
    /// Operations for the draft.
    pub operations: Vec<Planned>,
    /// Shadows that the plan adopts or lets go.
    pub shadows: Vec<ShadowWrite>,
    /// How far objects have come whose entities have no place any more.
    pub leaving: Vec<LeavingWrite>,
    /// Entities for which there is nothing to do and nothing to see.
    pub settled: Vec<Uuid>,
    /// Unique names that it gives, or gives up.
    pub allotments: Vec<Allotment>,
    /// Entities of which other targets have to know that they have a name now.
    pub stale: Vec<(String, Vec<Uuid>)>,
    /// Questions for a person. Other open ones about the same objects, and those about objects that are cleared, are withdrawn.
    pub cases: Vec<CaseWrite>,
    /// Rulings that have been followed.
    pub heeded: Vec<i64>,
    /// For the history of entities.
    pub journal: Vec<JournalEntry>,
    /// What a person should see. It replaces former findings about the same objects.
    pub findings: Vec<FindingRecord>,
    /// Objects about which there is nothing to see any more.
    pub cleared: Vec<ObjectRef>,
}

/// An operation as kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperationRecord {
    /// The cycle that carries it out.
    pub cycle: i64,
    /// The cycle that planned it: an earlier one, when it was held over.
    pub planned_in: i64,
    /// The target.
    pub connection: String,
    /// What the connector is handed.
    pub operation: Operation,
    /// The entity it is for.
    pub entity: Option<Uuid>,
    /// Where it is.
    pub state: OperationState,
    /// How often it was sent.
    pub attempt: u32,
    /// Why.
    #[serde(serialize_with = "in_english")]
    pub reason: Reason,
    /// What the attributes that differ were before, as far as known.
    pub before: Attributes,
    /// Of attributes that the target shares with the catalogue, the values that come from the catalogue.
    pub ours: Attributes,
    /// What the target said, as JSON.
    pub outcome: Option<serde_json::Value>,
}

/// What became of one operation; kept in one transaction with its fellows.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The operation's id.
    pub id: String,
    /// Where it is now.
    pub state: OperationState,
    /// What the target said, as JSON.
    pub outcome: serde_json::Value,
    /// What is known of the target's object now. An object that got another key is known under that alone.
    pub shadows: Vec<ShadowWrite>,
    /// For the entity's history.
    pub journal: Option<JournalEntry>,
    /// What a person should see.
    pub finding: Option<FindingRecord>,
}

/// The number of planned operations by class and action.
pub type PlanCounts = BTreeMap<(String, Action), u64>;
