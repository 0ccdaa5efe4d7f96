//! How the host makes itself known to a system, in the connector's place.
//!
//! A credential is bound by the operator to one need of a connector and is put into a request last, after every check.
//! Nothing of it can be read back: no `Debug` shows it, no error text holds it, and headers that carry it are closed to
//! the connector.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use samklang_core::connector::{CredentialKind, Need};
use serde::Deserialize;

use crate::oauth::{ClientCredentials, TokenError};
use crate::secret::{Secret, SecretError, SecretReference};

/// What an operator writes about a credential: the table `[connections.<name>.credentials.<need>]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CredentialSettings {
    /// A fixed token in the `Authorization` header as `Bearer` (RFC 6750).
    Bearer {
        /// Where the token is kept.
        token: SecretReference,
    },
    /// A fixed value in a header.
    Header {
        /// The header's name.
        name: String,
        /// Where the value is kept.
        value: SecretReference,
    },
    /// User name and password (RFC 7617).
    Basic {
        /// The user name.
        user: String,
        /// Where the password is kept.
        password: SecretReference,
    },
    /// OAuth 2.0 client credentials (RFC 6749 section 4.4).
    Oauth2ClientCredentials {
        /// Where tokens are had.
        token_url: String,
        /// The client's identifier.
        client_id: String,
        /// Where the client's secret is kept.
        client_secret: SecretReference,
        /// The scope to ask for.
        #[serde(default)]
        scope: Option<String>,
        /// The audience to ask for, where the server wants one.
        #[serde(default)]
        audience: Option<String>,
        /// Whether client and secret go into the body instead of the `Authorization` header (RFC 6749 section 2.3.1).
        #[serde(default)]
        secret_in_body: bool,
    },
    /// Name and password of a simple bind (RFC 4513 section 5.1.3).
    LdapBind {
        /// Whom to bind as: a distinguished name, or what else the directory takes for one.
        user: String,
        /// Where the password is kept.
        password: SecretReference,
    },
}

/// A credential that is ready for use. Clones share what they have fetched.
#[derive(Clone)]
pub struct Credential(Form);

#[derive(Clone)]
enum Form {
    Bearer(Secret),
    Header(HeaderName, Secret),
    Basic(String, Secret),
    Client(Arc<ClientCredentials>),
    Bind(String, Secret),
}

/// Why a credential cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The secret cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
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

impl CredentialSettings {
    /// Fetches the secrets and makes the credential ready. Call it once per connection and keep the result, so that
    /// tokens are shared by the connection's steps.
    pub fn resolve(&self) -> Result<Credential, CredentialError> {
        match self {
            Self::Bearer { token } => Credential::bearer(token.resolve()?),
            Self::Header { name, value } => Credential::header(name, value.resolve()?),
            Self::Basic { user, password } => Ok(Credential::basic(user, password.resolve()?)),
            Self::LdapBind { user, password } => Credential::ldap_bind(user, password.resolve()?),
            Self::Oauth2ClientCredentials {
                token_url,
                client_id,
                client_secret,
                scope,
                audience,
                secret_in_body,
            } => {
                let client = ClientCredentials::new(token_url, client_id, client_secret.resolve()?)?
                    .with_scope(scope.clone())
                    .with_audience(audience.clone())
                    .with_secret_in_body(*secret_in_body);
                Ok(Credential::client(client))
            }
        }
    }
}

impl Credential {
    /// A fixed token, sent as `Authorization: Bearer`.
    pub fn bearer(token: Secret) -> Result<Self, CredentialError> {
        sensitive(token.reveal())?;
        Ok(Self(Form::Bearer(token)))
    }

    /// A fixed value in the header of that name.
    pub fn header(name: &str, value: Secret) -> Result<Self, CredentialError> {
        let parsed: HeaderName = name
            .parse()
            .map_err(|_| CredentialError::HeaderName(name.to_owned()))?;
        if [
            header::HOST,
            header::CONTENT_LENGTH,
            header::TRANSFER_ENCODING,
            header::CONNECTION,
        ]
        .contains(&parsed)
        {
            return Err(CredentialError::HeaderTaken(name.to_owned()));
        }
        sensitive(value.reveal())?;
        Ok(Self(Form::Header(parsed, value)))
    }

    /// User name and password.
    pub fn basic(user: &str, password: Secret) -> Self {
        Self(Form::Basic(user.to_owned(), password))
    }

    /// OAuth 2.0 client credentials.
    pub fn client(client: ClientCredentials) -> Self {
        Self(Form::Client(Arc::new(client)))
    }

    /// Name and password of a simple bind. Without a name or a password a directory lets everybody in as nobody (RFC 4513 section
    /// 5.1.2), which would look like success.
    pub fn ldap_bind(user: &str, password: Secret) -> Result<Self, CredentialError> {
        if user.is_empty() || password.reveal().is_empty() {
            return Err(CredentialError::EmptyBind);
        }
        Ok(Self(Form::Bind(user.to_owned(), password)))
    }

    /// The kind, as connectors name it.
    pub fn kind(&self) -> CredentialKind {
        match self.0 {
            Form::Bearer(_) => CredentialKind::Bearer,
            Form::Header(..) => CredentialKind::Header,
            Form::Basic(..) => CredentialKind::Basic,
            Form::Client(_) => CredentialKind::Oauth2ClientCredentials,
            Form::Bind(..) => CredentialKind::LdapBind,
        }
    }

    /// The header that it fills, which is closed to the connector; none when it is not for HTTP.
    pub fn header_name(&self) -> Option<HeaderName> {
        match &self.0 {
            Form::Header(name, _) => Some(name.clone()),
            Form::Bearer(_) | Form::Basic(..) | Form::Client(_) => Some(header::AUTHORIZATION),
            Form::Bind(..) => None,
        }
    }

    /// Name and password of a simple bind, when it is one.
    pub(crate) fn bind(&self) -> Option<(&str, &Secret)> {
        match &self.0 {
            Form::Bind(user, password) => Some((user, password)),
            _ => None,
        }
    }

    /// A text without what is secret about it: a system may repeat in an answer what it was sent.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let strike = |text: &str, secret: &str| match secret.len() {
            0..4 => text.to_owned(),
            _ => text.replace(secret, "••••••"),
        };
        match &self.0 {
            Form::Bearer(secret) | Form::Header(_, secret) | Form::Bind(_, secret) => {
                strike(text, secret.reveal())
            }
            Form::Basic(user, password) => {
                let pair = Secret::new(format!("{user}:{}", password.reveal()));
                let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.reveal()));
                strike(&strike(text, encoded.reveal()), password.reveal())
            }
            Form::Client(client) => client
                .secrets()
                .iter()
                .fold(text.to_owned(), |text, secret| strike(&text, secret.reveal())),
        }
    }

    /// Puts it into a request. `fresh` asks for a new token because the last one was turned down.
    pub(crate) async fn authorise(
        &self,
        headers: &mut HeaderMap,
        client: &reqwest::Client,
        fresh: bool,
    ) -> Result<(), CredentialError> {
        // One for a directory is none for HTTP, and is never bound to a need for it.
        let Some(name) = self.header_name() else {
            return Ok(());
        };
        let value = match &self.0 {
            Form::Bind(..) => return Ok(()),
            Form::Bearer(token) => bearer(token)?,
            Form::Header(_, value) => sensitive(value.reveal())?,
            Form::Basic(user, password) => basic(user, password)?,
            Form::Client(credentials) => bearer(&credentials.token(client, fresh).await?)?,
        };
        headers.insert(name, value);
        Ok(())
    }

    /// Whether a new one can be had when the system turns it down.
    pub(crate) fn is_renewable(&self) -> bool {
        matches!(self.0, Form::Client(_))
    }
}

fn bearer(token: &Secret) -> Result<HeaderValue, CredentialError> {
    sensitive(Secret::new(format!("Bearer {}", token.reveal())).reveal())
}

pub(crate) fn basic(user: &str, password: &Secret) -> Result<HeaderValue, CredentialError> {
    let pair = Secret::new(format!("{user}:{}", password.reveal()));
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair.reveal());
    sensitive(Secret::new(format!("Basic {encoded}")).reveal())
}

/// Marked so that no `Debug` of a header map shows it and HTTP/2 does not index it.
fn sensitive(text: &str) -> Result<HeaderValue, CredentialError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| CredentialError::Unprintable)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The credentials of one connection, by the name of the need that each is bound to.
#[derive(Clone, Default)]
pub struct Credentials(BTreeMap<String, Credential>);

impl Credentials {
    /// Checks that each is bound to a need of the connector and is of a kind that the system takes.
    pub fn new(bound: BTreeMap<String, Credential>, needs: &[Need]) -> Result<Self, CredentialError> {
        for (name, credential) in &bound {
            let need = needs.iter().find(|need| need.name() == Some(name));
            let Some(accepted) = need.map(Need::credentials) else {
                return Err(CredentialError::UnknownNeed {
                    bound: name.clone(),
                    needs: names(needs),
                });
            };
            if !accepted.contains(&credential.kind()) {
                let words: Vec<&str> = accepted.iter().map(|kind| kind.as_str()).collect();
                return Err(CredentialError::WrongKind {
                    need: name.clone(),
                    given: credential.kind().as_str(),
                    accepted: if words.is_empty() {
                        "none at all".to_owned()
                    } else {
                        words.join(", ")
                    },
                });
            }
        }
        Ok(Self(bound))
    }

    /// The one for the first of these needs that has one.
    pub(crate) fn of(&self, needs: &[&str]) -> Option<&Credential> {
        needs.iter().find_map(|need| self.0.get(*need))
    }

    /// The names of the needs that have one.
    pub(crate) fn bound(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// The headers that are closed to the connector.
    pub fn headers(&self) -> Vec<HeaderName> {
        self.0.values().filter_map(Credential::header_name).collect()
    }
}

fn names(needs: &[Need]) -> String {
    let names: Vec<&str> = needs.iter().filter_map(Need::name).collect();
    if names.is_empty() {
        "nothing, for it needs neither HTTP nor a directory nor a key".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(credentials: Vec<CredentialKind>) -> Need {
        Need::Http {
            name: "api".into(),
            origin: "{url}".into(),
            credentials,
            purpose: String::new(),
        }
    }

    fn bind(name: &str, accepted: Vec<CredentialKind>) -> Result<Credentials, CredentialError> {
        let token = Credential::bearer(Secret::new("token".into())).unwrap();
        Credentials::new(BTreeMap::from([(name.to_owned(), token)]), &[need(accepted)])
    }

    #[test]
    fn a_credential_must_fit_the_need() {
        assert!(bind("api", vec![CredentialKind::Basic, CredentialKind::Bearer]).is_ok());
        let error = bind("ap", vec![CredentialKind::Bearer])
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("named api"), "{error}");
        let error = bind("api", vec![CredentialKind::Basic])
            .err()
            .unwrap()
            .to_string();
        assert_eq!(
            error,
            "the credential `api` is of the kind bearer, but the system takes only basic"
        );
    }

    #[test]
    fn what_a_system_repeats_of_a_secret_is_struck_out() {
        let bearer = Credential::bearer(Secret::new("tok-123456".into())).unwrap();
        assert_eq!(
            bearer.redact("401: `Bearer tok-123456` is over"),
            "401: `Bearer ••••••` is over"
        );
        let basic = Credential::basic("user", Secret::new("pass".into()));
        assert_eq!(basic.redact("Basic dXNlcjpwYXNz, pass"), "Basic ••••••, ••••••");
        let short = Credential::bearer(Secret::new("abc".into())).unwrap();
        assert_eq!(
            short.redact("abcdef"),
            "abcdef",
            "what is so short stands in any text"
        );
    }

    #[test]
    fn a_bind_is_for_directories_alone_and_never_empty() {
        let secret = |text: &str| Secret::new(text.to_owned());
        let bind = Credential::ldap_bind("svc@kommune.example", secret("Hemmelig1!")).unwrap();
        assert_eq!(bind.header_name(), None);
        assert_eq!(bind.redact("wrong: Hemmelig1!"), "wrong: ••••••");
        assert!(matches!(
            Credential::ldap_bind("svc", secret("")),
            Err(CredentialError::EmptyBind)
        ));
        assert!(matches!(
            Credential::ldap_bind("", secret("x")),
            Err(CredentialError::EmptyBind)
        ));
        let directory = Need::Ldap {
            name: "directory".into(),
            origin: "{url}".into(),
            credentials: vec![CredentialKind::LdapBind],
            purpose: String::new(),
        };
        assert!(Credentials::new(BTreeMap::from([("directory".to_owned(), bind)]), &[directory]).is_ok());
    }

    #[test]
    fn a_header_that_holds_a_secret_is_marked() {
        let value = basic("user", &Secret::new("pass".into())).unwrap();
        assert!(value.is_sensitive());
        assert_eq!(value.to_str().unwrap(), "Basic dXNlcjpwYXNz");
        assert!(!format!("{value:?}").contains("dXNl"));
    }

    #[test]
    fn what_a_header_cannot_carry_is_found_at_once() {
        assert!(matches!(
            Credential::bearer(Secret::new("a\nb".into())),
            Err(CredentialError::Unprintable)
        ));
        assert!(matches!(
            Credential::header("a b", Secret::new("x".into())),
            Err(CredentialError::HeaderName(_))
        ));
        assert!(matches!(
            Credential::header("Host", Secret::new("x".into())),
            Err(CredentialError::HeaderTaken(_))
        ));
    }
}
