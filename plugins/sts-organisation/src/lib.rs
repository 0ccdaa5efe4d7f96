//! A connector for Støttesystemet Organisation (FK Organisation, SF1500), the register of all Danish municipalities' units, users and
//! functions, by SOAP in version 6. It reads and writes; the host adds the token, signs the messages and verifies the answers.

pub use connector::StsOrganisation;
pub use settings::{Removal, Settings};

mod apply;
mod changes;
mod check;
mod connector;
mod description;
mod envelope;
mod membership;
mod messages;
mod moment;
mod names;
mod order;
mod organisation;
mod pen;
mod put;
mod read;
mod refusal;
mod register;
mod registration;
mod rows;
mod rules;
mod service;
mod settings;
mod tree;
mod xml;

samklang_sdk::export!(StsOrganisation);
