//! Where the pure and the outside meet: traits that the rooms with I/O implement and that the cycle is written against, so
//! that whole cycles run in tests without WebAssembly.

mod allotments;
mod cases;
mod connectors;
mod daily;
mod enrolments;
mod expiry;
mod guarding;
mod journal;
mod keys;
mod lineage;
mod lives;
mod quarantine;
mod records;
mod store;
mod targets;
mod usage;
mod validity;

pub use allotments::Allotments;
pub use cases::{Cases, Found};
pub use connectors::{Clock, Connectors, Session};
pub use daily::Daily;
pub use enrolments::{CheckRecord, EnrolmentRecord, Enrolments};
pub use expiry::{Expiry, Occasion, RETAINED};
pub use guarding::{Accepted, Former, Guarding, ImportNote, StagedChange, Window, WindowState};
pub use journal::{Deed, Journal};
pub use keys::Keys;
pub use lineage::Lineage;
pub use lives::{Life, Lives};
pub use quarantine::{Quarantine, Quarantined};
pub(crate) use records::words;
pub use records::{
    Begun, Change, ChangeKind, Counts, CycleKind, CycleRecord, CycleState, Drafted, EntityWrite,
    FindingRecord, ImportRecord, ImportState, JournalEntry, Known, OperationRecord, OperationState,
    PlanCounts, Planned, Reconciled, Reference, Settled, Shadow, ShadowState, ShadowWrite, Staged,
    StepRecord, StepSpec, StepState,
};
pub use store::{Store, StoreError, Stretch};
pub use targets::{Leaving, LeavingWrite, Like, Request, Targets};
pub use usage::Usage;
pub use validity::Validity;
