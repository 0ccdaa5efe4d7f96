//! The truth of an installation in SQLite or PostgreSQL: what [`samklang_core::port::Store`] asks for, per tenant, and the list of
//! installed connectors, and who may come in. One set of statements serves both databases. Nothing here reads a clock or makes up a number:
//! times and identities come in; only secrets are drawn here. No other crate of the workspace speaks SQL.

mod about;
mod access;
mod activation;
mod allotment;
mod apply;
mod argument;
mod batch;
mod body;
mod cases;
mod copy;
mod cycle;
mod daily;
mod database;
mod decision;
mod enrolment;
mod expire;
mod explain;
mod findings;
mod forget;
mod glance;
mod guarding;
mod import;
mod inspect;
mod installation;
mod journal;
mod keyed_request;
mod likeness;
mod line;
mod lineage;
mod lives;
mod names;
mod plan;
mod promotion;
mod quarantine;
mod reading;
mod reconcile;
mod registry;
mod rotate;
mod sample;
mod sealed;
mod server;
mod staff;
mod store;
mod stretch;
mod targets;
mod tenant;
mod validity;

pub use about::About;
pub use access::{
    Access, AccessEntry, AccessEvent, Admission, ApiToken, Entrance, Grant, Identity, Known, Person,
    Promised, Role, Roles, Scope, Secret, SessionRecord, SessionTimes, TokenWish, UnknownRole,
};
pub use activation::ActivationRecord;
pub use cases::Answered;
pub use decision::{Decided, Decision, DecisionRecord, Ruling};
pub use explain::KnownObject;
pub use forget::{ForgetError, Forgotten};
pub use glance::Glance;
pub use inspect::{PlanCount, TenantCounts};
pub use installation::{Installation, OpenError, Worker};
pub use journal::{KeptEntry, Verdict, Wanted};
pub use keyed_request::{KeyedRequest, RequestKey};
pub use registry::ConnectorRecord;
pub use rotate::Rotated;
pub use server::{
    Handled, Handling, KeptWish, NoticeFailure, Notices, Schedule, SeenTo, Telling, WaitingNotice, Wish,
};
pub use stretch::TenantStretch;
pub use tenant::TenantStore;
