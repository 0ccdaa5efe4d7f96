//! What a connector may reach, and how. Every request of every connector, by HTTP or to a directory, passes the one [`Sender`] here: it is checked
//! against what the connector asks for, what the operator grants and what the settings name; its address is resolved,
//! filtered and pinned by the host; the credential is put in last; and it is counted. A connector holds no authority of
//! its own and never sees a secret.

mod address;
mod body;
mod credential;
mod failure;
#[doc(hidden)]
pub mod fuzzing;
mod grant;
mod ldap;
mod oauth;
mod origin;
mod pace;
mod record;
mod repeat;
mod resolve;
mod secret;
mod sender;
mod tls;

pub use address::{Suspicion, judge};
pub use body::{BodyError, ResponseBody};
pub use credential::{Credential, CredentialError, CredentialSettings, Credentials};
pub use failure::SendError;
pub use grant::{GrantSettings, Grants, Refusal, RefusalReason};
pub use ldap::{
    Attribute, Change, ChangeKind, Control, Directory, DirectoryError, DirectoryLimits, DirectoryRefusal,
    Entry, Found, Query, Scope, Search,
};
pub use oauth::{ClientCredentials, TokenError};
pub use origin::{Origin, OriginError, Protocol};
pub use record::{Record, Traffic};
pub use repeat::Repetition;
pub use resolve::{Lookup, LookupFuture};
pub use secret::{Secret, SecretError, SecretReference};
pub use sender::{Egress, EgressLimits, Patience, PauseFuture, Sender, Surroundings};
pub use tls::TlsError;
