//! What persons look at and do in tenants, the same for the commands and the server: commands print what is gathered here, and the [`Office`]
//! hands it to the server. Nothing here prints, and nothing here decides what belongs to a room beneath.

mod aside;
pub(crate) mod attempt;
pub(crate) mod builds;
pub(crate) mod cases;
pub(crate) mod check;
mod connections;
pub(crate) mod cycle;
pub(crate) mod difference;
mod enrolment;
pub(crate) mod forecast;
pub(crate) mod giving;
pub(crate) mod grants;
pub(crate) mod halt;
pub(crate) mod history;
pub(crate) mod inspection;
pub(crate) mod journal;
pub(crate) mod link;
pub(crate) mod mapping;
mod office;
pub(crate) mod people;
mod place;
mod plan;
mod refusal;
mod results;
pub(crate) mod retention;
pub(crate) mod run;
mod support;
mod tenants;

pub use self::office::Office;
