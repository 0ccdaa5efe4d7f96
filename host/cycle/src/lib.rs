//! Runs the steps of a sync cycle. What is decided is decided by the core; what is kept is kept by the store; this room puts them
//! in order, in bounded memory, so that a run which is killed anywhere ends like an undisturbed one when it is run again. It sees
//! connectors, store and clock only through the core's ports.

mod absence;
mod allot;
mod apply;
mod compare;
mod daily;
mod enrolment;
mod errand;
mod export;
mod feedback;
mod forecast;
mod gather;
mod import;
mod laws;
mod link;
mod overtaken;
mod reconcile;
mod retain;
mod rows;
mod search;
mod sight;
mod stop;
mod tenant;
mod trial;
mod worker;

pub use absence::{Kept, absences};
pub use enrolment::EnrolError;
pub use errand::{Errand, ErrandError};
pub use forecast::forecast;
pub use laws::{Breach, breaches};
pub use link::{Found, LinkJob, LinkJobError, Links, Looked};
pub use retain::{erase, overdue};
pub use stop::{CycleError, Stop, StopCode};
pub use tenant::{Calendar, Connection, Role, Tenant};
pub use trial::try_mapping;
pub use worker::{Ended, Mode, Progress, Quiet, Report, Worker};
