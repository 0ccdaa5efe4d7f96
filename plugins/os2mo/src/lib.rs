//! A source connector for OS2MO, the Danish municipalities' master of employees and organisation, by its versioned GraphQL API. It reads
//! units, employees, engagements, addresses, IT accounts, managers and classes, each object as one row: the state that holds now, or the
//! first that is to come. It never writes.

pub use connector::Os2mo;
pub use settings::Settings;

mod answer;
mod check;
mod choice;
mod connector;
mod description;
pub mod queries;
mod read;
mod rows;
mod settings;
mod shape;
mod validity;

samklang_sdk::export!(Os2mo);
