//! What an operator writes: `samklang.toml` in the tenant's folder and `installation.toml` in the installation's.
//!
//! Reading has two parts. The first looks at the file alone and yields a [`Tenant`]; the second ([`Tenant::fit`]) joins it
//! with what the installed connectors say of themselves. Both gather every mistake that they find, so that one call shows
//! them all. Nothing in here reaches a network, a database or a connector.

mod connection;
mod credential;
mod document;
mod fit;
#[doc(hidden)]
pub mod fuzzing;
mod guard;
mod installation;
mod keys;
mod limits;
mod lock;
mod mapping;
mod mistake;
mod needs;
mod ownership;
mod policy;
mod retention;
mod section;
mod server;
mod serving;
mod settings;
mod step;
mod table;
mod tenant;
mod trust;

pub use connection::Connection;
pub(crate) use fit::short;
pub use fit::{Fitted, Installed, Offer, Opening, Use};
pub use installation::{Home, HomeError, InstallationSettings, RegistrySettings, StoreAddress};
pub use keys::{KeyError, KeyPlaces, Whose};
pub use lock::LockError;
pub(crate) use lock::{Lock, Locked};
pub use mistake::{Mistake, MistakeRecord, Mistaken, Source};
pub(crate) use retention::FOREVER;
pub(crate) use section::nearest;
pub use server::Server;
pub use serving::{Notices, Serving};
pub use step::{STEP_KINDS, words as step_words};
pub use tenant::{FILE as TENANT_FILE, ReadError, Tenant};
