//! What the server keeps of its own doing: up to when schedules have been seen to, what is wanted of a tenant, what was told, and notices
//! on their way. It belongs to the installation and knows tenants by their names alone.

mod notice;
mod schedule;

pub use notice::{NoticeFailure, Notices, Telling, WaitingNotice};
pub(crate) use schedule::WISHES;
pub use schedule::{Handled, Handling, KeptWish, Schedule, SeenTo, Wish};
