//! Connector for Active Directory: people's accounts, groups, memberships and organisational units, read and written by LDAP over TLS.
//!
//! Objects are known by their objectGUID, which outlives every rename and move, and are addressed by it. What the connector makes bears the
//! id of what it stands for in an attribute of its own (the anchor), so that a creation whose answer was lost is found again, and so that
//! references to what was made in the same run lead somewhere.

mod apply;
mod ber;
mod changes;
mod check;
mod connector;
mod description;
mod directory;
mod members;
mod read;
mod refusal;
mod resolve;
mod settings;
mod shape;
mod value;

pub use connector::ActiveDirectory;
pub use settings::Settings;

samklang_sdk::export!(ActiveDirectory);
