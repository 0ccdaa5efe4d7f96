//! What a connection may reach: only where three agree.
//!
//! The connector asks for an origin (a template in its description), the operator grants an origin (in the connection's
//! table), and the connection's settings fill the template. What is in all three may be reached, and nothing else. A
//! refusal says which of the three is missing and prints the very lines that would allow it.

use std::fmt;

use samklang_core::connector::Need;
use url::Url;

use crate::origin::{Origin, OriginError, Protocol};

/// What an operator grants a connection: the table `[connections.<name>.grants]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantSettings {
    /// Origins that HTTP requests may go to.
    pub http: Vec<String>,
    /// Origins of directories that may be reached.
    pub ldap: Vec<String>,
    /// Needs whose key may be signed with.
    pub signing: Vec<String>,
    /// Leave to read the connection's inbox.
    pub inbox: bool,
    /// Leave to write to the connection's outbox.
    pub outbox: bool,
}

/// The origins that one connection may reach, each under the name of the connector's need.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    connection: String,
    connector: String,
    asked: Vec<(String, Origin)>,
    granted: Vec<Origin>,
    asked_keys: Vec<String>,
    granted_keys: Vec<String>,
}

/// A request that the host did not let out. Its text is for the operator and holds the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where the request wanted to go; the URL's path and query are left out, for they may name a person.
    pub target: String,
    /// Why, and what would allow it.
    pub reason: RefusalReason,
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// The operator has not granted it; these lines would.
    NotGranted {
        /// The lines of TOML.
        lines: String,
    },
    /// The connector never asked for it, so that it cannot be granted.
    NotAsked {
        /// The connector.
        connector: String,
        /// What it does ask for, with this connection's settings.
        asked: Vec<String>,
    },
    /// The connector has no need for a directory of this name, or the settings do not name its place.
    NoSuchNeed {
        /// The connector.
        connector: String,
    },
    /// The connector has no need to sign of this name.
    NoSuchKey {
        /// The connector.
        connector: String,
    },
    /// The message is none that can be signed.
    Message(&'static str),
    /// The name resolves to an address that is never connected to.
    Address {
        /// The address.
        address: String,
        /// Which kind it is.
        kind: &'static str,
    },
    /// The URL cannot be used at all.
    Url(OriginError),
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self.reason {
            RefusalReason::NotGranted { .. } => "not-granted",
            RefusalReason::NotAsked { .. }
            | RefusalReason::NoSuchNeed { .. }
            | RefusalReason::NoSuchKey { .. } => "not-asked",
            RefusalReason::Message(_) => "message-unusable",
            RefusalReason::Address { .. } => "address-prohibited",
            RefusalReason::Url(_) => "url-unusable",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a request to {} was refused: ", self.target)?;
        match &self.reason {
            RefusalReason::NotGranted { lines } => {
                write!(f, "the operator has not granted it; to allow it, write\n{lines}")
            }
            RefusalReason::NotAsked { connector, asked } if asked.is_empty() => {
                write!(
                    f,
                    "the connector {connector} asks for no HTTP at all, so that none can be granted; its vendor mends it"
                )
            }
            RefusalReason::NoSuchNeed { connector } => write!(
                f,
                "the connector {connector} asks for no directory of that name, or the settings do not say where it is, so that it \
                 cannot be granted; look at the connection's settings, or ask the connector's vendor"
            ),
            RefusalReason::NoSuchKey { connector } => write!(
                f,
                "the connector {connector} asks for no key of that name, so that it cannot be granted; its vendor mends it"
            ),
            RefusalReason::Message(cause) => {
                write!(f, "{cause}; the connector's vendor mends it")
            }
            RefusalReason::NotAsked { connector, asked } => write!(
                f,
                "the connector {connector} asks only for {}, so that nothing else can be granted; check the address in the \
                 connection's settings, or ask the connector's vendor",
                asked.join(", ")
            ),
            RefusalReason::Address { address, kind } => write!(
                f,
                "the name stands for {address}, a {kind} address; correct the name server, or name a loopback or link-local \
                 address itself in the settings and the grant"
            ),
            RefusalReason::Url(cause) => write!(f, "{cause}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Grants {
    /// Nothing may be reached: for `describe` and for connectors that need no network.
    pub fn none(connection: &str, connector: &str) -> Self {
        Self {
            connection: connection.to_owned(),
            connector: connector.to_owned(),
            ..Self::default()
        }
    }

    /// Joins what the connector asks for, what the operator grants, and what the settings name. A need whose setting is
    /// absent is left out: optional settings have optional origins.
    pub fn new(
        connection: &str,
        connector: &str,
        needs: &[Need],
        settings: &serde_json::Value,
        grants: &GrantSettings,
    ) -> Result<Self, OriginError> {
        let mut asked = Vec::with_capacity(needs.len());
        let mut asked_keys = Vec::new();
        for need in needs {
            let (protocol, name, origin) = match need {
                Need::Http { name, origin, .. } => (Protocol::Http, name, origin),
                Need::Ldap { name, origin, .. } => (Protocol::Ldap, name, origin),
                Need::Signing { name, .. } => {
                    asked_keys.push(name.clone());
                    continue;
                }
                Need::Inbox(_) | Need::Outbox(_) => continue,
            };
            match Origin::from_template(protocol, origin, settings) {
                Ok(origin) => asked.push((name.clone(), origin)),
                Err(OriginError::Setting { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        let texts = |protocol, texts: &[String]| -> Result<Vec<Origin>, OriginError> {
            texts.iter().map(|text| Origin::granted(protocol, text)).collect()
        };
        let mut granted = texts(Protocol::Http, &grants.http)?;
        granted.extend(texts(Protocol::Ldap, &grants.ldap)?);
        Ok(Self {
            connection: connection.to_owned(),
            connector: connector.to_owned(),
            asked,
            granted,
            asked_keys,
            granted_keys: grants.signing.clone(),
        })
    }

    /// Refuses a key that is not asked for or not granted.
    pub(crate) fn signing(&self, need: &str) -> Result<(), Refusal> {
        let reason = if !self.asked_keys.iter().any(|asked| asked == need) {
            RefusalReason::NoSuchKey {
                connector: self.connector.clone(),
            }
        } else if self.granted_keys.iter().any(|granted| granted == need) {
            return Ok(());
        } else {
            RefusalReason::NotGranted {
                lines: self.lines_with_key(need),
            }
        };
        Err(Refusal {
            target: key_named(need),
            reason,
        })
    }

    /// The connection's name.
    pub(crate) fn connection(&self) -> &str {
        &self.connection
    }

    /// The origin of a request and the names of the needs it falls under, or why it may not be sent.
    pub fn check(&self, url: &Url) -> Result<(Origin, Vec<&str>), Refusal> {
        let origin = Origin::of(Protocol::Http, url).map_err(|cause| Refusal {
            target: format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
            reason: RefusalReason::Url(cause),
        })?;
        let names: Vec<&str> = self
            .asked
            .iter()
            .filter(|(_, asked)| *asked == origin)
            .map(|(name, _)| name.as_str())
            .collect();
        let reason = if names.is_empty() {
            let asked = self.asked.iter().map(|(_, origin)| origin);
            let asked = asked.filter(|origin| origin.protocol() == Protocol::Http);
            let asked = asked.map(Origin::to_string).collect();
            RefusalReason::NotAsked {
                connector: self.connector.clone(),
                asked,
            }
        } else if self.granted.contains(&origin) {
            return Ok((origin, names));
        } else {
            RefusalReason::NotGranted {
                lines: self.lines_with(&origin),
            }
        };
        Err(Refusal {
            target: origin.to_string(),
            reason,
        })
    }

    /// The origin of the directory that the need of this name stands for, or why it may not be reached.
    pub fn directory(&self, need: &str) -> Result<&Origin, Refusal> {
        let asked = self
            .origin_of(need)
            .filter(|origin| origin.protocol() == Protocol::Ldap);
        let Some(origin) = asked else {
            return Err(Refusal {
                target: format!("the directory `{need}`"),
                reason: RefusalReason::NoSuchNeed {
                    connector: self.connector.clone(),
                },
            });
        };
        if self.granted.contains(origin) {
            return Ok(origin);
        }
        Err(Refusal {
            target: origin.to_string(),
            reason: RefusalReason::NotGranted {
                lines: self.lines_with(origin),
            },
        })
    }

    /// What is asked for but not granted, as one refusal each: for a check before anything is sent.
    pub fn missing(&self) -> Vec<Refusal> {
        let missing = self
            .asked
            .iter()
            .map(|(_, origin)| origin)
            .filter(|origin| !self.granted.contains(origin));
        let missing = missing.map(|origin| Refusal {
            target: origin.to_string(),
            reason: RefusalReason::NotGranted {
                lines: self.lines_with(origin),
            },
        });
        let keys = self.asked_keys.iter().filter_map(|need| self.signing(need).err());
        missing.chain(keys).collect()
    }

    /// The origin that the settings give the need of this name.
    pub(crate) fn origin_of(&self, need: &str) -> Option<&Origin> {
        self.asked
            .iter()
            .find(|(name, _)| name == need)
            .map(|(_, origin)| origin)
    }

    /// The grant as it stands with one origin more, so that the lines can be pasted over the old ones.
    fn lines_with(&self, origin: &Origin) -> String {
        let protocol = origin.protocol();
        let granted = self.granted.iter().chain([origin]);
        let origins: Vec<String> = granted
            .filter(|origin| origin.protocol() == protocol)
            .map(|origin| format!("{:?}", origin.to_string()))
            .collect();
        format!(
            "[connections.{}.grants]\n{} = [{}]",
            self.connection,
            protocol.key(),
            origins.join(", ")
        )
    }

    /// The same with one key more.
    fn lines_with_key(&self, need: &str) -> String {
        let granted = self.granted_keys.iter().map(String::as_str).chain([need]);
        let quoted: Vec<String> = granted.map(|need| format!("{need:?}")).collect();
        format!(
            "[connections.{}.grants]\nsigning = [{}]",
            self.connection,
            quoted.join(", ")
        )
    }
}

fn key_named(need: &str) -> String {
    format!("the key `{need}`")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn grants(granted: &[&str]) -> Grants {
        let http = |name: &str, origin: &str| Need::Http {
            name: name.to_owned(),
            origin: origin.to_owned(),
            credentials: Vec::new(),
            purpose: String::new(),
        };
        let needs = [
            http("api", "{url}"),
            Need::Inbox("files".into()),
            http("other", "{second}"),
        ];
        let settings = GrantSettings {
            http: granted.iter().map(|&text| text.to_owned()).collect(),
            ..Default::default()
        };
        Grants::new(
            "lms",
            "canvas",
            &needs,
            &json!({"url": "http://127.0.0.1:8083/api"}),
            &settings,
        )
        .unwrap()
    }

    fn check(grants: &Grants, url: &str) -> Result<String, Refusal> {
        grants
            .check(&Url::parse(url).unwrap())
            .map(|(_, names)| names.join(","))
    }

    #[test]
    fn asked_granted_and_named_goes_through() {
        assert_eq!(
            check(&grants(&["http://127.0.0.1:8083"]), "http://127.0.0.1:8083/x?y=1").unwrap(),
            "api"
        );
    }

    #[test]
    fn a_refusal_prints_the_lines_that_would_allow_it() {
        let refusal = check(
            &grants(&["https://old.example.org"]),
            "http://127.0.0.1:8083/person/0101701234",
        )
        .unwrap_err();
        assert_eq!(refusal.code(), "not-granted");
        assert_eq!(
            refusal.to_string(),
            "a request to http://127.0.0.1:8083 was refused: the operator has not granted it; to allow it, write\n\
             [connections.lms.grants]\nhttp = [\"https://old.example.org\", \"http://127.0.0.1:8083\"]"
        );
    }

    #[test]
    fn the_printed_lines_do_allow_it() {
        let before = grants(&[]);
        let missing = before.missing();
        let [
            Refusal {
                reason: RefusalReason::NotGranted { lines },
                ..
            },
        ] = missing.as_slice()
        else {
            panic!("{missing:?}");
        };
        let granted = lines.split('"').nth(1).unwrap();
        let after = grants(&[granted]);
        assert!(after.missing().is_empty());
        assert!(check(&after, "http://127.0.0.1:8083/").is_ok());
    }

    #[test]
    fn what_was_not_asked_for_cannot_be_granted() {
        let refusal = check(
            &grants(&["https://evil.example.org"]),
            "https://evil.example.org/",
        )
        .unwrap_err();
        assert_eq!(refusal.code(), "not-asked");
        assert!(
            refusal
                .to_string()
                .contains("canvas asks only for http://127.0.0.1:8083"),
            "{refusal}"
        );
        let refusal = check(&Grants::none("lms", "csv"), "https://evil.example.org/").unwrap_err();
        assert!(
            refusal.to_string().contains("asks for no HTTP at all"),
            "{refusal}"
        );
    }

    #[test]
    fn a_directory_is_granted_by_lines_of_its_own() {
        let needs = [
            Need::Ldap {
                name: "directory".to_owned(),
                origin: "{url}".to_owned(),
                credentials: Vec::new(),
                purpose: String::new(),
            },
            Need::Http {
                name: "api".to_owned(),
                origin: "https://api.example.org".to_owned(),
                credentials: Vec::new(),
                purpose: String::new(),
            },
        ];
        let grants = |ldap: &[&str]| {
            let settings = GrantSettings {
                http: vec!["https://api.example.org".to_owned()],
                ldap: ldap.iter().map(|&text| text.to_owned()).collect(),
                ..Default::default()
            };
            Grants::new(
                "ad",
                "ad",
                &needs,
                &json!({"url": "ldaps://DC1.example.org:636"}),
                &settings,
            )
            .unwrap()
        };
        let refusal = grants(&["ldaps://dc2.example.org"])
            .directory("directory")
            .unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "a request to ldaps://dc1.example.org was refused: the operator has not granted it; to allow it, write\n\
             [connections.ad.grants]\nldap = [\"ldaps://dc2.example.org\", \"ldaps://dc1.example.org\"]"
        );
        let granted = grants(&["ldaps://dc1.example.org"]);
        assert!(granted.directory("directory").is_ok());
        // Neither a need for HTTP nor one that nobody has is a directory.
        for need in ["api", "other"] {
            assert_eq!(granted.directory(need).unwrap_err().code(), "not-asked", "{need}");
        }
        // And a directory is nowhere that HTTP can go.
        assert!(check(&granted, "https://dc1.example.org:636/").is_err());
        assert_eq!(check(&granted, "https://api.example.org/").unwrap(), "api");
    }

    #[test]
    fn another_port_or_scheme_is_another_place() {
        let grants = grants(&["http://127.0.0.1:8083"]);
        for url in [
            "http://127.0.0.1:8084/",
            "https://127.0.0.1:8083/",
            "http://localhost:8083/",
        ] {
            assert!(check(&grants, url).is_err(), "{url}");
        }
    }
}
