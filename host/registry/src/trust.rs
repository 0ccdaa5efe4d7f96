//! Whose connectors are let in. A connector is signed with minisign over its octets; an installation names the keys that it trusts and for
//! which connectors each speaks. What the signature says is held against the octets themselves, each time that they are loaded.

use std::fmt;

use minisign_verify::{Error, PublicKey, Signature};

/// A key that is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// What it is called in the installation's file.
    pub name: String,
    /// The key.
    pub key: PublicKey,
    /// The connectors that it speaks for: names, or beginnings of names with `*` behind them. Every one when there are none.
    pub connectors: Vec<String>,
}

/// Whom an installation trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// The keys.
    pub keys: Vec<TrustedKey>,
    /// Connectors without a signature are let in.
    pub unsigned: bool,
}

/// How a connector that is let in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Signed with the key of this name.
    Signed(String),
    /// Not signed, which the installation allows.
    Unsigned,
}

/// Why a connector is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// It has no signature.
    #[error("it is not signed")]
    Unsigned,
    /// The signature is none.
    #[error("its signature is not one that minisign writes")]
    Malformed,
    /// No key that is trusted made the signature.
    #[error("it is signed with a key that is not trusted")]
    UnknownKey,
    /// The key is trusted for other connectors.
    #[error("it is signed with the key `{key}`, which does not speak for the connector `{connector}`")]
    Elsewhere {
        /// The key.
        key: String,
        /// The connector.
        connector: String,
    },
    /// The signature is another file's.
    #[error(
        "its signature, by the key `{key}`, is not of this file: the file was altered, or the signature is that of another build"
    )]
    Altered {
        /// The key.
        key: String,
    },
}

impl Untrusted {
    /// What to do.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unsigned => {
                "ask its vendor for a signature (`--signature FILE`), or allow connectors without one: `unsigned = true` under `[trust]` in installation.toml"
            }
            Self::Malformed => "ask its vendor for the .minisig file that belongs to it",
            Self::UnknownKey => {
                "when the vendor's key is known to be this one, name it in installation.toml: `[trust.keys.NAME]` with `key = \"RW…\"`"
            }
            Self::Elsewhere { .. } => {
                "when the key is to speak for it, add its name to `connectors` of that key in installation.toml"
            }
            Self::Altered { .. } => "do not use it; fetch it anew from its vendor, with its signature",
        }
    }
}

impl Trust {
    /// Judges octets whose connector is not known yet: whether any trusted key signed them.
    ///
    /// # Errors
    ///
    /// Why they are not let in.
    pub fn judge_unnamed(&self, octets: &[u8], signature: Option<&str>) -> Result<(), Untrusted> {
        self.signer(octets, signature).map(drop)
    }

    /// The key that signed the octets; none when nobody did, which is allowed.
    fn signer(&self, octets: &[u8], signature: Option<&str>) -> Result<Option<&TrustedKey>, Untrusted> {
        let Some(signature) = signature else {
            return if self.unsigned {
                Ok(None)
            } else {
                Err(Untrusted::Unsigned)
            };
        };
        let signature = Signature::decode(signature).map_err(|_| Untrusted::Malformed)?;
        for trusted in &self.keys {
            match trusted.key.verify(octets, &signature, false) {
                Ok(()) => return Ok(Some(trusted)),
                Err(Error::UnexpectedKeyId) => {}
                Err(Error::InvalidSignature) => {
                    return Err(Untrusted::Altered {
                        key: trusted.name.clone(),
                    });
                }
                Err(_) => return Err(Untrusted::Malformed),
            }
        }
        Err(Untrusted::UnknownKey)
    }

    /// Judges the octets of a connector of that name.
    ///
    /// # Errors
    ///
    /// Why it is not let in. A signature that does not hold is never the same as none.
    pub fn judge(
        &self,
        connector: &str,
        octets: &[u8],
        signature: Option<&str>,
    ) -> Result<Standing, Untrusted> {
        match self.signer(octets, signature)? {
            None => Ok(Standing::Unsigned),
            Some(signer) if signer.speaks_for(connector) => Ok(Standing::Signed(signer.name.clone())),
            Some(signer) => Err(Untrusted::Elsewhere {
                key: signer.name.clone(),
                connector: connector.to_owned(),
            }),
        }
    }
}

impl TrustedKey {
    fn speaks_for(&self, connector: &str) -> bool {
        self.connectors.is_empty()
            || self
                .connectors
                .iter()
                .any(|pattern| match pattern.strip_suffix('*') {
                    Some(beginning) => connector.starts_with(beginning),
                    None => connector == pattern,
                })
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signed(key) => write!(f, "signed by {key}"),
            Self::Unsigned => f.write_str("unsigned"),
        }
    }
}

/// A public key as minisign writes it: the line that begins with `RW`.
#[must_use]
pub fn public_key(text: &str) -> Option<PublicKey> {
    PublicKey::from_base64(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use minisign::{KeyPair, sign};

    use super::*;

    fn key(name: &str, pair: &KeyPair, connectors: &[&str]) -> TrustedKey {
        TrustedKey {
            name: name.to_owned(),
            key: public_key(&pair.pk.to_base64()).unwrap(),
            connectors: connectors.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn signed(pair: &KeyPair, octets: &[u8]) -> String {
        sign(Some(&pair.pk), &pair.sk, octets, Some("version 1.0.0"), None)
            .unwrap()
            .into_string()
    }

    #[test]
    fn only_what_a_key_that_speaks_for_it_signed_is_let_in() {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let other = KeyPair::generate_unencrypted_keypair().unwrap();
        let trust = Trust {
            keys: vec![key("vendor", &pair, &["csv", "kmd-*"])],
            unsigned: false,
        };
        let octets = b"component".as_slice();
        let signature = signed(&pair, octets);
        let judge = |name: &str, octets: &[u8], signature: Option<&str>| trust.judge(name, octets, signature);
        assert_eq!(
            judge("csv", octets, Some(&signature)),
            Ok(Standing::Signed("vendor".to_owned()))
        );
        assert_eq!(
            judge("kmd-opus", octets, Some(&signature)),
            Ok(Standing::Signed("vendor".to_owned()))
        );
        assert_eq!(
            judge("csvx", octets, Some(&signature)),
            Err(Untrusted::Elsewhere {
                key: "vendor".to_owned(),
                connector: "csvx".to_owned()
            })
        );
        assert_eq!(
            judge("csv", b"other", Some(&signature)),
            Err(Untrusted::Altered {
                key: "vendor".to_owned()
            })
        );
        assert_eq!(
            judge("csv", octets, Some(&signed(&other, octets))),
            Err(Untrusted::UnknownKey)
        );
        assert_eq!(judge("csv", octets, Some("hello")), Err(Untrusted::Malformed));
        assert_eq!(judge("csv", octets, None), Err(Untrusted::Unsigned));
        let lenient = Trust {
            unsigned: true,
            ..trust
        };
        assert_eq!(lenient.judge("csv", octets, None), Ok(Standing::Unsigned));
        assert_eq!(
            lenient.judge("csv", b"other", Some(&signature)),
            Err(Untrusted::Altered {
                key: "vendor".to_owned()
            }),
            "a signature that does not hold is worse than none"
        );
    }

    #[test]
    fn the_comment_of_a_signature_cannot_be_altered() {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let trust = Trust {
            keys: vec![key("vendor", &pair, &[])],
            unsigned: false,
        };
        let signature = signed(&pair, b"x").replace("version 1.0.0", "version 9.0.0");
        assert_eq!(
            trust.judge("csv", b"x", Some(&signature)),
            Err(Untrusted::Altered {
                key: "vendor".to_owned()
            })
        );
    }
}
