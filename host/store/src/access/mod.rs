//! Who may come in, and as what: people and their roles, roles that are promised, links that let somebody in once, sessions, and tokens
//! for programs. It belongs to the installation, because somebody may work in many tenants, and knows tenants by their names alone.
//!
//! Secrets are drawn here, told once and kept as their hash. Names and addresses of those who work with the installation are sealed with its
//! key, and compared by keyed hash. Whatever changes who may do what is noted in the same transaction.

mod admission;
mod journal;
mod link;
mod person;
mod role;
mod secret;
mod session;
mod standing;
mod token;

pub use admission::{Admission, Promised};
pub use journal::{AccessEntry, AccessEvent};
pub use link::Entrance;
pub use person::{Identity, Known, Person};
pub use role::{Grant, Role, Roles, Scope, UnknownRole};
pub use secret::Secret;
pub use session::{SessionRecord, SessionTimes};
pub(crate) use standing::{Standing, standing};
pub use token::{ApiToken, TokenWish};

use std::sync::Arc;

use crate::database::{Answer, Database, Session};
use crate::installation::Installation;
use crate::staff::{Staff, given};

/// The tables of this room, each before those that it refers to. Copies are made to try something out and have nothing of them.
pub(crate) const TABLES: [&str; 8] = [
    "access_entry",
    "api_token",
    "session",
    "entrance",
    "admission",
    "person_role",
    "person",
    "actor",
];

/// A minute. When something was used last is kept this exactly, so that looking does not write each time.
const MINUTE: i64 = 60_000;

/// For how long it may stay unnoted that something was used while others are writing.
const AT_LAST: i64 = 10 * MINUTE;

/// Who may come into an installation, and as what.
#[derive(Debug, Clone)]
pub struct Access {
    database: Database,
    staff: Option<Arc<Staff>>,
}

impl Access {
    fn staff(&self) -> Answer<&Staff> {
        given(self.staff.as_ref())
    }

    /// What to note with that something was used, when that has not been noted for so long; none when it need not be, or others are writing and
    /// it can wait: whoever asks for a page does not.
    async fn to_note(&self, unnoted: i64) -> Answer<Option<Session>> {
        match unnoted {
            AT_LAST.. => self.database.write_part().await.map(Some),
            MINUTE.. => self.database.write_if_free().await,
            _ => Ok(None),
        }
    }
}

impl Installation {
    /// Who may come in, and as what. Little of it can be kept or read before the installation was given its keys.
    #[must_use]
    pub fn access(&self) -> Access {
        Access {
            database: self.database.clone(),
            staff: self.staff.clone(),
        }
    }
}
