//! Connector for PIFU-IMS: the roster that a Norwegian school administration system writes as an XML file. It reads the files
//! of its inbox as a stream and hands over persons, schools, groups, the roles in both, and whom to contact for a pupil.
//! The format is the published PIFU-IMS SAS extract, versions 1.1 to 1.3.

pub use connector::{PifuIms, Settings};

mod aliases;
mod connector;
mod describe;
pub mod document;
mod grades;
mod inbox;
mod ledger;
mod roster;
mod rows;

samklang_sdk::export!(PifuIms);
