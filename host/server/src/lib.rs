//! Operating Samklang: the HTTP API, the pages, the scheduler and what runs by it, and who may do what. It knows tenants only through the
//! [`Desk`], which the program implements, and keeps of its own only who may come in.

mod access;
mod api;
mod app;
mod assets;
mod desk;
mod listen;
mod notice;
mod page;
mod problem;
mod run;
mod serve;
mod settings;
mod template;
mod text;
pub mod view;
mod watch;

pub use access::{
    Administrator, Approver, AtLeast, GateError, Guest, Includes, Operator, Role, Viewer, Within, first_link,
    one_time_link,
};
pub use api::description;
pub use app::{App, AppError};
pub use desk::{Answer, Desk, DeskError, TenantPlan};
pub use listen::{ListenError, Server};
pub use notice::{Herald, HeraldError, MailError, Recipients, Webhook};
pub use problem::Problem;
pub use run::{
    Busy, Clock, Follower, LastError, News, RunEnd, Runner, STOP_WITHIN, SystemClock, Task, Timetable,
    TimetableError,
};
pub use serve::router;
pub use settings::{MailSecurity, MailServer, Metrics, ServerSettings, SignIn, TlsFiles};
pub use text::{Language, Texts};
pub use watch::{Meters, Standing, Traces, TracesError, traces};
