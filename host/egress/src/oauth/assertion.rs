//! Assertions: JSON Web Tokens that the host signs (RFC 7523), good for a minute and for one use.

use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Map, Value, json};

use crate::key::{Key, KeyError, SignatureAlgorithm};
use crate::secret::Secret;

/// How long an assertion is good, in seconds. Maskinporten takes none that is good for more than 120.
const LIFE: i64 = 60;

/// A key that assertions are signed with.
pub struct Signer {
    key: Arc<Key>,
    algorithm: Option<SignatureAlgorithm>,
    key_id: Option<String>,
}

/// What an assertion says.
pub(super) struct Claims<'a> {
    pub(super) issuer: &'a str,
    pub(super) subject: Option<&'a str>,
    pub(super) audience: &'a str,
    pub(super) scope: Option<&'a str>,
    pub(super) resource: Option<&'a str>,
}

impl Signer {
    /// With an algorithm, or what is usual for the kind of assertion; `key_id` is the header `kid`.
    ///
    /// # Errors
    ///
    /// When the key cannot sign like that.
    pub fn new(
        key: Key,
        algorithm: Option<SignatureAlgorithm>,
        key_id: Option<String>,
    ) -> Result<Self, KeyError> {
        if let Some(algorithm) = algorithm {
            key.able(algorithm)?;
        }
        Ok(Self {
            key: Arc::new(key),
            algorithm,
            key_id,
        })
    }

    /// Words for the operator when its certificate's end is near.
    pub(super) fn ends_soon(&self, now: SystemTime) -> Option<String> {
        self.key.ends_soon(now)
    }

    /// An assertion by which a client proves itself: signed with PSS when the key is an RSA one, as new servers ask for, with the
    /// certificate's digest in the header.
    pub(super) fn proof(&self, claims: &Claims<'_>, now: SystemTime) -> Result<Secret, KeyError> {
        let mut header = Map::new();
        if let Some(certificate) = self.key.certificate() {
            let thumbprint = URL_SAFE_NO_PAD.encode(certificate.thumbprint());
            header.insert("x5t#S256".to_owned(), thumbprint.into());
        }
        self.sign(header, claims, now, SignatureAlgorithm::RsaPssSha256)
    }

    /// An assertion that is the grant: signed as every server can verify it, with the certificates themselves in the header unless the
    /// server knows the key by name.
    pub(super) fn grant(&self, claims: &Claims<'_>, now: SystemTime) -> Result<Secret, KeyError> {
        let mut header = Map::new();
        if self.key_id.is_none() && !self.key.chain().is_empty() {
            let chain: Vec<Value> = self
                .key
                .chain()
                .iter()
                .map(|certificate| STANDARD.encode(certificate).into())
                .collect();
            header.insert("x5c".to_owned(), chain.into());
        }
        self.sign(header, claims, now, SignatureAlgorithm::RsaPkcs1Sha256)
    }

    fn sign(
        &self,
        mut header: Map<String, Value>,
        claims: &Claims<'_>,
        now: SystemTime,
        usual: SignatureAlgorithm,
    ) -> Result<Secret, KeyError> {
        self.key.valid_at(now)?;
        let algorithm = self.algorithm.unwrap_or_else(|| {
            let able = self.key.algorithms();
            if able.contains(&usual) {
                usual
            } else {
                able.first().copied().unwrap_or(usual)
            }
        });
        header.insert("alg".to_owned(), algorithm.jws().into());
        header.insert("typ".to_owned(), "JWT".into());
        if let Some(key_id) = &self.key_id {
            header.insert("kid".to_owned(), key_id.clone().into());
        }
        let issued = jiff::Timestamp::try_from(now).unwrap_or_default().as_second();
        let mut name = [0; 16];
        SystemRandom::new()
            .fill(&mut name)
            .map_err(|_| KeyError::Failed)?;
        let mut body = json!({
            "iss": claims.issuer,
            "aud": claims.audience,
            "jti": URL_SAFE_NO_PAD.encode(name),
            "iat": issued,
            "nbf": issued,
            "exp": issued + LIFE,
        });
        let optional = [
            ("sub", claims.subject),
            ("scope", claims.scope),
            ("resource", claims.resource),
        ];
        for (claim, value) in optional {
            if let (Some(value), Some(body)) = (value, body.as_object_mut()) {
                body.insert(claim.to_owned(), value.into());
            }
        }
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(Value::from(header).to_string()),
            URL_SAFE_NO_PAD.encode(body.to_string())
        );
        let signature = self.key.sign(algorithm, signed.as_bytes())?;
        Ok(Secret::new(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }
}
