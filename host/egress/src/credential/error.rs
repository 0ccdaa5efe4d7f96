//! Why a credential cannot be used. Never holds a secret.

use crate::key::KeyError;
use crate::oauth::TokenError;
use crate::secret::SecretError;

/// Why a credential cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The secret cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The key or its certificate cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The header's name is none.
    #[error("`{0}` is not the name of a header")]
    HeaderName(String),
    /// The header belongs to the protocol.
    #[error("the header `{0}` belongs to the protocol and cannot carry a credential")]
    HeaderTaken(String),
    /// A secret holds what a header cannot.
    #[error("the secret holds a character that a header cannot carry, such as a line end in its middle")]
    Unprintable,
    /// The address of the token server is not usable.
    #[error("the token_url cannot be used: {0}")]
    TokenUrl(String),
    /// A key without a certificate where one has to be shown.
    #[error(
        "there is no certificate with the key: name it by `certificate`, or both in one file by `pkcs12`"
    )]
    NoCertificate,
    /// A certificate for a place that is reached without TLS.
    #[error(
        "{origin} is reached without TLS, where no certificate can be shown: write `https` in the connection's settings"
    )]
    NotEncrypted {
        /// Where to.
        origin: String,
    },
    /// A token could not be had.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Bound to a need that the connector does not have.
    #[error(
        "a credential is bound to `{bound}`, but the connector's needs are named {needs}: rename the table"
    )]
    UnknownNeed {
        /// The name in the configuration.
        bound: String,
        /// The names that there are.
        needs: String,
    },
    /// Of a kind that the connector's system does not take.
    #[error("the credential `{need}` is of the kind {given}, but the system takes only {accepted}")]
    WrongKind {
        /// The need.
        need: String,
        /// What is bound.
        given: &'static str,
        /// What would be right.
        accepted: String,
    },
    /// A bind without a name or a password.
    #[error("a bind needs a name and a password: without them a directory lets everybody in as nobody")]
    EmptyBind,
    /// Two needs with one origin and a credential each.
    #[error("the needs `{0}` and `{1}` have the same origin but a credential each: bind only one of them")]
    Ambiguous(String, String),
}
