//! Operating Samklang: the HTTP API, the pages, the scheduler and what runs by it, and who may do what. It knows tenants only through the
//! [`Desk`], which the program implements, and keeps of its own only who may come in.

mod access;
mod desk;
mod notice;
mod run;
pub mod view;
mod watch;

pub use access::{Administrator, Approver, AtLeast, Includes, Operator, Role, Viewer, Within};
pub use desk::{Answer, Desk, DeskError, TenantPlan};
pub use notice::{Recipients, Webhook};
pub use run::{
    Busy, Clock, Follower, LastError, News, RunEnd, Runner, STOP_WITHIN, SystemClock, Task, Timetable,
    TimetableError,
};
pub use watch::{Meters, Standing};
