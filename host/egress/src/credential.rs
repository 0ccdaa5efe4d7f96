//! How the host makes itself known to a system, in the connector's place.
//!
//! A credential is bound by the operator to one need of a connector and is put into a request last, after every check.
//! Nothing of it can be read back: no `Debug` shows it, no error text holds it, and headers that carry it are closed to
//! the connector. Its secrets are read when a step begins and again when a system turns them down, so that one that is changed
//! is taken up without a restart.

mod bound;
mod error;
mod settings;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use base64::Engine as _;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use samklang_core::connector::CredentialKind;

use crate::key::Key;
use crate::oauth::TokenClient;
use crate::secret::{Material, Secret};
use crate::sender::Way;
use crate::ws_trust::WsTrust;

pub use bound::Credentials;
pub use error::CredentialError;
pub(crate) use settings::certified;
pub use settings::{CredentialSettings, ProofSettings, SignerSettings};

/// A credential that is ready for use. Clones share what they have fetched.
#[derive(Clone)]
pub struct Credential(Arc<Kept>);

struct Kept {
    /// None when it was made of a secret itself.
    settings: Option<CredentialSettings>,
    ready: RwLock<Arc<Ready>>,
}

/// A credential as its secrets are now.
pub(crate) struct Ready {
    form: Form,
    fingerprint: [u8; 32],
}

pub(crate) enum Form {
    Bearer(Secret),
    Header(HeaderName, Secret),
    Basic(String, Secret),
    Token(Arc<TokenClient>),
    Bind(String, Secret),
    Certificate(Arc<Key>),
    Signing(Arc<Key>),
    Message(Arc<WsTrust>),
}

impl Credential {
    /// A fixed token, sent as `Authorization: Bearer`.
    ///
    /// # Errors
    ///
    /// When a header cannot carry it.
    pub fn bearer(token: Secret) -> Result<Self, CredentialError> {
        Form::bearer(token).map(Self::of)
    }

    /// A fixed value in the header of that name.
    ///
    /// # Errors
    ///
    /// When there is no such header, or it cannot carry the value.
    pub fn header(name: &str, value: Secret) -> Result<Self, CredentialError> {
        Form::header(name, value).map(Self::of)
    }

    /// User name and password.
    pub fn basic(user: &str, password: Secret) -> Self {
        Self::of(Form::Basic(user.to_owned(), password))
    }

    /// Tokens of a token server.
    pub fn token(client: TokenClient) -> Self {
        Self::of(Form::Token(Arc::new(client)))
    }

    /// Name and password of a simple bind. Without a name or a password a directory lets everybody in as nobody (RFC 4513 section
    /// 5.1.2), which would look like success.
    ///
    /// # Errors
    ///
    /// When either is empty.
    pub fn ldap_bind(user: &str, password: Secret) -> Result<Self, CredentialError> {
        Form::bind(user, password).map(Self::of)
    }

    fn of(form: Form) -> Self {
        let ready = Ready {
            form,
            fingerprint: [0; 32],
        };
        Self(Arc::new(Kept {
            settings: None,
            ready: RwLock::new(Arc::new(ready)),
        }))
    }

    /// One whose secrets are kept where the settings say.
    fn kept(settings: CredentialSettings) -> Result<Self, CredentialError> {
        let material = Material::read(settings.references())?;
        let ready = Ready {
            form: settings.form(&material, SystemTime::now())?,
            fingerprint: material.fingerprint(),
        };
        Ok(Self(Arc::new(Kept {
            settings: Some(settings),
            ready: RwLock::new(Arc::new(ready)),
        })))
    }

    /// As it is now.
    pub(crate) fn ready(&self) -> Arc<Ready> {
        Arc::clone(&self.0.ready.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the secrets again and says whether they changed. What was fetched with the old ones is thrown away then.
    pub(crate) fn refresh(&self) -> Result<bool, CredentialError> {
        let Some(settings) = &self.0.settings else {
            return Ok(false);
        };
        let material = Material::read(settings.references())?;
        let fingerprint = material.fingerprint();
        if self.ready().fingerprint == fingerprint {
            return Ok(false);
        }
        let form = settings.form(&material, SystemTime::now())?;
        let mut ready = self.0.ready.write().unwrap_or_else(PoisonError::into_inner);
        *ready = Arc::new(Ready { form, fingerprint });
        Ok(true)
    }

    /// The kind, as connectors name it.
    pub fn kind(&self) -> CredentialKind {
        match &self.ready().form {
            Form::Bearer(_) => CredentialKind::Bearer,
            Form::Header(..) => CredentialKind::Header,
            Form::Basic(..) => CredentialKind::Basic,
            Form::Token(client) => client.kind(),
            Form::Bind(..) => CredentialKind::LdapBind,
            Form::Certificate(_) => CredentialKind::ClientCertificate,
            Form::Signing(_) => CredentialKind::SigningKey,
            Form::Message(_) => CredentialKind::WsTrust,
        }
    }

    /// The header that it fills, which is closed to the connector; none when it fills none.
    pub fn header_name(&self) -> Option<HeaderName> {
        self.ready().header_name()
    }

    /// A text without what is secret about it: a system may repeat in an answer what it was sent.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let secrets = self.ready().secrets();
        secrets
            .iter()
            .fold(text.to_owned(), |text, secret| strike(&text, secret.reveal()))
    }

    /// What will soon keep it from working: certificates whose end is near.
    #[must_use]
    pub fn ends_soon(&self, now: SystemTime) -> Option<String> {
        match &self.ready().form {
            Form::Certificate(key) | Form::Signing(key) => key.ends_soon(now),
            Form::Token(client) => client.ends_soon(now),
            Form::Message(messages) => messages.ends_soon(now),
            Form::Bearer(_) | Form::Header(..) | Form::Basic(..) | Form::Bind(..) => None,
        }
    }

    /// Whether it is worth the while to send again what a system turned down: a new token can be had, or the secret was changed.
    pub(crate) fn renew(&self) -> Result<bool, CredentialError> {
        let changed = self.refresh()?;
        Ok(changed || matches!(self.ready().form, Form::Token(_) | Form::Message(_)))
    }
}

/// A text in which a secret is struck out, unless it is so short that it stands in any text.
pub(crate) fn strike(text: &str, secret: &str) -> String {
    match secret.len() {
        0..4 => text.to_owned(),
        _ => text.replace(secret, "••••••"),
    }
}

impl Form {
    fn bearer(token: Secret) -> Result<Self, CredentialError> {
        sensitive(token.reveal())?;
        Ok(Self::Bearer(token))
    }

    fn header(name: &str, value: Secret) -> Result<Self, CredentialError> {
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
        Ok(Self::Header(parsed, value))
    }

    fn bind(user: &str, password: Secret) -> Result<Self, CredentialError> {
        if user.is_empty() || password.reveal().is_empty() {
            return Err(CredentialError::EmptyBind);
        }
        Ok(Self::Bind(user.to_owned(), password))
    }
}

impl Ready {
    /// The key whose certificate is shown in the handshake, with what tells it from another; none for most.
    pub(crate) fn certificate(&self) -> Option<&Arc<Key>> {
        match &self.form {
            Form::Certificate(key) => Some(key),
            Form::Token(client) => client.certificate(),
            _ => None,
        }
    }

    /// What is secret about it, in each form in which a system may repeat it. What keys sign can only be verified.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        match &self.form {
            Form::Bearer(secret) | Form::Header(_, secret) | Form::Bind(_, secret) => vec![secret.clone()],
            Form::Basic(user, password) => {
                let pair = Secret::new(format!("{user}:{}", password.reveal()));
                let encoded = base64::engine::general_purpose::STANDARD.encode(pair.reveal());
                vec![Secret::new(encoded), password.clone()]
            }
            Form::Token(client) => client.secrets(),
            Form::Certificate(_) | Form::Signing(_) | Form::Message(_) => Vec::new(),
        }
    }

    /// The key that documents are signed with, when it is one.
    pub(crate) fn signing(&self) -> Option<&Arc<Key>> {
        match &self.form {
            Form::Signing(key) => Some(key),
            _ => None,
        }
    }

    /// What signs whole messages, when it does.
    pub(crate) fn messages(&self) -> Option<&Arc<WsTrust>> {
        match &self.form {
            Form::Message(messages) => Some(messages),
            _ => None,
        }
    }

    /// Name and password of a simple bind, when it is one.
    pub(crate) fn bind(&self) -> Option<(&str, &Secret)> {
        match &self.form {
            Form::Bind(user, password) => Some((user, password)),
            _ => None,
        }
    }

    fn header_name(&self) -> Option<HeaderName> {
        match &self.form {
            Form::Header(name, _) => Some(name.clone()),
            Form::Bearer(_) | Form::Basic(..) | Form::Token(_) => Some(header::AUTHORIZATION),
            Form::Bind(..) | Form::Certificate(_) | Form::Signing(_) | Form::Message(_) => None,
        }
    }

    /// Puts it into a request. `fresh` asks for a new token because the last one was turned down.
    pub(crate) async fn authorise(
        &self,
        headers: &mut HeaderMap,
        way: &Way<'_>,
        fresh: bool,
    ) -> Result<(), CredentialError> {
        let Some(name) = self.header_name() else {
            return Ok(());
        };
        let value = match &self.form {
            Form::Bearer(token) => bearer(token)?,
            Form::Header(_, value) => sensitive(value.reveal())?,
            Form::Basic(user, password) => basic(user, password)?,
            Form::Token(client) => bearer(&client.token(way, fresh).await?)?,
            // A certificate is shown by the connection itself, and a message is sealed as a whole; the others are none for HTTP, and never bound to a need for it.
            Form::Bind(..) | Form::Certificate(_) | Form::Signing(_) | Form::Message(_) => return Ok(()),
        };
        headers.insert(name, value);
        Ok(())
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

#[cfg(test)]
mod tests;
