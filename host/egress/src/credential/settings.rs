//! What an operator writes about a credential, and how a credential is made of it.

use std::sync::Arc;
use std::time::SystemTime;

use super::{Credential, CredentialError, Form};
use crate::key::{Key, KeySettings, SignatureAlgorithm};
use crate::oauth::{Grant, JwtBearer, Proof, Signer, TokenClient};
use crate::secret::{Material, SecretReference};
use crate::ws_trust::WsTrustSettings;

/// What an operator writes about a credential: the table `[connections.<name>.credentials.<need>]`.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        /// How the client proves itself.
        proof: ProofSettings,
        /// The scope to ask for.
        scope: Option<String>,
        /// The audience to ask for, where the server wants one.
        audience: Option<String>,
    },
    /// OAuth 2.0 resource owner's password (RFC 6749 section 4.3).
    Oauth2Password {
        /// Where tokens are had.
        token_url: String,
        /// The client's identifier.
        client_id: String,
        /// How the client proves itself.
        proof: ProofSettings,
        /// The user's name.
        user: String,
        /// Where the user's password is kept.
        password: SecretReference,
        /// The scope to ask for.
        scope: Option<String>,
    },
    /// OAuth 2.0 with a signed assertion as the grant (RFC 7523 section 2.1).
    Oauth2JwtBearer {
        /// Where tokens are had.
        token_url: String,
        /// Who asks: the claim `iss`.
        issuer: String,
        /// Whom the assertion is for: the claim `aud`; the token server's address when it is not said.
        audience: Option<String>,
        /// The claim `scope`.
        scope: Option<String>,
        /// The claim `resource`.
        resource: Option<String>,
        /// The key to sign with.
        signer: SignerSettings,
    },
    /// Name and password of a simple bind (RFC 4513 section 5.1.3).
    LdapBind {
        /// Whom to bind as: a distinguished name, or what else the directory takes for one.
        user: String,
        /// Where the password is kept.
        password: SecretReference,
    },
    /// A certificate that is shown in the TLS handshake.
    ClientCertificate {
        /// The key with its certificate.
        key: KeySettings,
    },
    /// Tokens of a WS-Trust token service, with which messages are signed.
    WsTrust(Box<WsTrustSettings>),
    /// A key that documents are signed with.
    SigningKey {
        /// The key, with a certificate or without.
        key: KeySettings,
    },
}

/// How a client proves itself to a token server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofSettings {
    /// By a secret.
    Secret {
        /// Where the secret is kept.
        secret: SecretReference,
        /// Whether client and secret go into the body instead of the `Authorization` header (RFC 6749 section 2.3.1).
        in_body: bool,
    },
    /// By a signed assertion (RFC 7523 section 2.2).
    Assertion(SignerSettings),
    /// By a certificate in the TLS handshake, which is then shown to the system as well (RFC 8705).
    Certificate(KeySettings),
}

/// A key that assertions are signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerSettings {
    /// The key.
    pub key: KeySettings,
    /// How to sign; what is usual where it is not said.
    pub algorithm: Option<SignatureAlgorithm>,
    /// The name under which the server knows the key: the header `kid`.
    pub key_id: Option<String>,
}

impl CredentialSettings {
    /// Fetches the secrets and makes the credential ready. Call it once per connection and keep the result, so that tokens are shared by the
    /// connection's steps; each step looks by itself whether the secrets are still the same.
    ///
    /// # Errors
    ///
    /// When a secret cannot be had or used.
    pub fn resolve(&self) -> Result<Credential, CredentialError> {
        Credential::kept(self.clone())
    }

    /// Every place that is read.
    pub(super) fn references(&self) -> Vec<&SecretReference> {
        match self {
            Self::Bearer { token: one }
            | Self::Header { value: one, .. }
            | Self::Basic { password: one, .. }
            | Self::LdapBind { password: one, .. } => vec![one],
            Self::Oauth2ClientCredentials { proof, .. } => proof.references(),
            Self::Oauth2Password { proof, password, .. } => {
                let mut references = proof.references();
                references.push(password);
                references
            }
            Self::Oauth2JwtBearer { signer, .. } => signer.key.references(),
            Self::ClientCertificate { key } | Self::SigningKey { key } => key.references(),
            Self::WsTrust(settings) => settings.references(),
        }
    }

    /// Makes it of what was read.
    pub(super) fn form(&self, material: &Material, now: SystemTime) -> Result<Form, CredentialError> {
        Ok(match self {
            Self::Bearer { token } => Form::bearer(material.secret(token)?)?,
            Self::Header { name, value } => Form::header(name, material.secret(value)?)?,
            Self::Basic { user, password } => Form::Basic(user.clone(), material.secret(password)?),
            Self::LdapBind { user, password } => Form::bind(user, material.secret(password)?)?,
            Self::ClientCertificate { key } => Form::Certificate(certified(key, material, now)?),
            Self::WsTrust(settings) => Form::Message(Arc::new(settings.load(material, now)?)),
            Self::SigningKey { key } => Form::Signing(Arc::new(key.load(material, now)?)),
            Self::Oauth2ClientCredentials {
                token_url,
                client_id,
                proof,
                scope,
                audience,
            } => {
                let grant = Grant::ClientCredentials {
                    scope: scope.clone(),
                    audience: audience.clone(),
                };
                let proof = proof.prove(material, now)?;
                Form::Token(Arc::new(TokenClient::new(token_url, client_id, proof, grant)?))
            }
            Self::Oauth2Password {
                token_url,
                client_id,
                proof,
                user,
                password,
                scope,
            } => {
                let grant = Grant::Password {
                    user: user.clone(),
                    password: material.secret(password)?,
                    scope: scope.clone(),
                };
                let proof = proof.prove(material, now)?;
                Form::Token(Arc::new(TokenClient::new(token_url, client_id, proof, grant)?))
            }
            Self::Oauth2JwtBearer {
                token_url,
                issuer,
                audience,
                scope,
                resource,
                signer,
            } => {
                let grant = Grant::JwtBearer(JwtBearer {
                    signer: signer.load(material, now)?,
                    audience: audience.clone().unwrap_or_else(|| token_url.clone()),
                    scope: scope.clone(),
                    resource: resource.clone(),
                });
                Form::Token(Arc::new(TokenClient::new(token_url, issuer, Proof::None, grant)?))
            }
        })
    }
}

impl ProofSettings {
    fn references(&self) -> Vec<&SecretReference> {
        match self {
            Self::Secret { secret, .. } => vec![secret],
            Self::Assertion(signer) => signer.key.references(),
            Self::Certificate(key) => key.references(),
        }
    }

    fn prove(&self, material: &Material, now: SystemTime) -> Result<Proof, CredentialError> {
        Ok(match self {
            Self::Secret { secret, in_body } => Proof::Secret {
                secret: material.secret(secret)?,
                in_body: *in_body,
            },
            Self::Assertion(signer) => Proof::Assertion(signer.load(material, now)?),
            Self::Certificate(key) => Proof::Certificate(certified(key, material, now)?),
        })
    }
}

impl SignerSettings {
    fn load(&self, material: &Material, now: SystemTime) -> Result<Signer, CredentialError> {
        let key = self.key.load(material, now)?;
        Ok(Signer::new(key, self.algorithm, self.key_id.clone())?)
    }
}

/// A key that has to be shown with a certificate.
pub(crate) fn certified(
    key: &KeySettings,
    material: &Material,
    now: SystemTime,
) -> Result<Arc<Key>, CredentialError> {
    let key = key.load(material, now)?;
    if key.chain().is_empty() {
        return Err(CredentialError::NoCertificate);
    }
    Ok(Arc::new(key))
}
