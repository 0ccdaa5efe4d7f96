//! What a connector may reach, and how. Every request of every connector, by HTTP or to a directory, passes the one [`Sender`] here: it is checked
//! against what the connector asks for, what the operator grants and what the settings name; its address is resolved,
//! filtered and pinned by the host; the credential is put in last; and it is counted. A connector holds no authority of
//! its own and never sees a secret.

mod address;
mod body;
mod credential;
mod egress;
mod endpoint;
mod failure;
#[doc(hidden)]
pub mod fuzzing;
mod grant;
mod host_client;
mod key;
mod ldap;
mod oauth;
mod origin;
mod proxy;
mod record;
mod repeat;
mod resolve;
mod secret;
mod sender;
mod signing;
mod strike;
mod tls;
mod ws_trust;

pub use address::{Suspicion, judge};
pub use body::{BodyError, ResponseBody};
pub use credential::{
    Credential, CredentialError, CredentialSettings, Credentials, ProofSettings, SignerSettings,
};
pub use egress::{Egress, EgressLimits, Patience, PauseFuture, Surroundings};
pub use endpoint::EndpointLimits;
pub use failure::SendError;
pub use grant::{GrantSettings, Grants, Refusal, RefusalReason};
pub use host_client::{HostClient, HostError, HostLimits};
pub use key::{Key, KeyError, KeySettings, SignatureAlgorithm};
pub use ldap::{
    Attribute, Change, ChangeKind, Control, Directory, DirectoryError, DirectoryLimits, DirectoryRefusal,
    Entry, Found, Query, Scope, Search,
};
pub use oauth::{Grant, JwtBearer, Proof, Signer, TokenClient, TokenError};
pub use origin::{Origin, OriginError, Protocol};
pub use proxy::{ProxyError, ProxySettings};
pub use record::{Record, Traffic};
pub use repeat::Repetition;
pub use resolve::{Lookup, LookupFuture};
pub use secret::{Secret, SecretError, SecretReference};
pub use sender::Sender;
pub use signing::{PublicPart, SigningError};
pub use tls::{TlsError, judge_authorities};
pub use ws_trust::WsTrustSettings;
