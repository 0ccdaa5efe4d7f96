//! What a client asks a token server for, and how it proves itself there.

use std::sync::Arc;
use std::time::SystemTime;

use http::HeaderValue;

use super::assertion::{Claims, Signer};
use crate::credential::{CredentialError, basic, strike};
use crate::key::Key;
use crate::secret::Secret;

/// What a client asks for.
pub enum Grant {
    /// A token for itself (RFC 6749 section 4.4).
    ClientCredentials {
        /// The scope, when one is asked for.
        scope: Option<String>,
        /// The audience, where the server wants one.
        audience: Option<String>,
    },
    /// A token for a user (RFC 6749 section 4.3).
    Password {
        /// The user's name.
        user: String,
        /// The user's password.
        password: Secret,
        /// The scope, when one is asked for.
        scope: Option<String>,
    },
    /// A token for a signed assertion (RFC 7523 section 2.1).
    JwtBearer(JwtBearer),
}

/// An assertion that is the grant.
pub struct JwtBearer {
    /// Who signs.
    pub signer: Signer,
    /// The claim `aud`.
    pub audience: String,
    /// The claim `scope`.
    pub scope: Option<String>,
    /// The claim `resource`.
    pub resource: Option<String>,
}

/// How a client proves itself.
pub enum Proof {
    /// Not at all: the grant says who asks.
    None,
    /// By a secret.
    Secret {
        /// The secret.
        secret: Secret,
        /// Whether it goes into the body instead of the `Authorization` header.
        in_body: bool,
    },
    /// By a signed assertion (RFC 7523 section 2.2).
    Assertion(Signer),
    /// By a certificate in the handshake (RFC 8705).
    Certificate(Arc<Key>),
}

/// The form that is sent, and what in it is secret.
#[derive(Default)]
pub(super) struct Form {
    fields: Vec<(&'static str, Secret)>,
    secrets: Vec<Secret>,
}

impl Form {
    fn plain(&mut self, name: &'static str, value: &str) {
        self.fields.push((name, Secret::new(value.to_owned())));
    }

    fn optional(&mut self, name: &'static str, value: Option<&String>) {
        if let Some(value) = value {
            self.plain(name, value);
        }
    }

    fn secret(&mut self, name: &'static str, value: Secret) {
        self.secrets.push(value.clone());
        self.fields.push((name, value));
    }

    pub(super) fn text(&self) -> Secret {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.fields {
            form.append_pair(name, value.reveal());
        }
        Secret::new(form.finish())
    }

    /// A server's words without what it was sent.
    pub(super) fn struck(&self, words: &str) -> String {
        self.secrets
            .iter()
            .fold(words.to_owned(), |words, secret| strike(&words, secret.reveal()))
    }
}

impl Grant {
    pub(super) fn ask(&self, form: &mut Form, client: &str, now: SystemTime) -> Result<(), CredentialError> {
        match self {
            Self::ClientCredentials { scope, audience } => {
                form.plain("grant_type", "client_credentials");
                form.optional("scope", scope.as_ref());
                form.optional("audience", audience.as_ref());
            }
            Self::Password {
                user,
                password,
                scope,
            } => {
                form.plain("grant_type", "password");
                form.plain("username", user);
                form.secret("password", password.clone());
                form.optional("scope", scope.as_ref());
            }
            Self::JwtBearer(assertion) => {
                let claims = Claims {
                    issuer: client,
                    subject: None,
                    audience: &assertion.audience,
                    scope: assertion.scope.as_deref(),
                    resource: assertion.resource.as_deref(),
                };
                form.plain("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
                form.secret("assertion", assertion.signer.grant(&claims, now)?);
            }
        }
        Ok(())
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Password { password, .. } => Some(password),
            Self::ClientCredentials { .. } | Self::JwtBearer(_) => None,
        }
    }
}

impl Proof {
    /// Adds the proof to the form, or gives what goes into the header.
    pub(super) fn prove(
        &self,
        form: &mut Form,
        client: &str,
        token_url: &str,
        now: SystemTime,
    ) -> Result<Option<HeaderValue>, CredentialError> {
        match self {
            Self::None => {}
            Self::Secret {
                secret,
                in_body: true,
            } => {
                form.plain("client_id", client);
                form.secret("client_secret", secret.clone());
            }
            Self::Secret {
                secret,
                in_body: false,
            } => {
                // Both are form-encoded first (RFC 6749 section 2.3.1).
                let encoded = Secret::new(encode(secret.reveal()));
                form.secrets.push(secret.clone());
                return basic(&encode(client), &encoded).map(Some);
            }
            Self::Assertion(signer) => {
                let claims = Claims {
                    issuer: client,
                    subject: Some(client),
                    audience: token_url,
                    scope: None,
                    resource: None,
                };
                form.plain("client_id", client);
                form.plain(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                );
                form.secret("client_assertion", signer.proof(&claims, now)?);
            }
            Self::Certificate(_) => form.plain("client_id", client),
        }
        Ok(None)
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Secret { secret, .. } => Some(secret),
            Self::None | Self::Assertion(_) | Self::Certificate(_) => None,
        }
    }

    /// What to do when the server turns the client down.
    pub(super) fn remedy(&self, grant: &Grant) -> &'static str {
        match (self, grant) {
            (_, Grant::Password { .. }) => {
                "renew the user's password or the client's secret, or give them the scope"
            }
            (Self::Secret { .. } | Self::None, Grant::ClientCredentials { .. }) => {
                "renew the client's secret, or give the client the scope"
            }
            (_, Grant::JwtBearer(_)) => {
                "have the key's certificate known there and the scope given to the issuer, and look at `audience` and the machine's clock"
            }
            (Self::Assertion(_) | Self::Certificate(_), Grant::ClientCredentials { .. }) => {
                "have the key's certificate known there for this client, or give the client the scope"
            }
        }
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
