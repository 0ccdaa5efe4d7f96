//! Operating Samklang: the HTTP API, the pages, the scheduler and what runs by it, and who may do what. It knows tenants only through the
//! [`Desk`], which the program implements, and keeps of its own only who may come in.

mod access;
mod desk;
mod notice;
mod run;
pub mod view;

pub use access::{Administrator, Approver, AtLeast, Includes, Operator, Role, Viewer, Within};
pub use desk::{Answer, Desk, DeskError, TenantPlan};
pub use notice::{Recipients, Webhook};
pub use run::{Follower, News, RunEnd, Task};
