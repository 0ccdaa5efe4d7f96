//! What a connector says of itself and what passes between it and the host: the host's own form of the contract, the same
//! for every contract track. Nothing here decides anything.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::value::{Attributes, Value};

/// What a connector says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Lower-case letters, digits and hyphens.
    pub name: String,
    /// SemVer.
    pub version: String,
    /// Who makes it and answers for it.
    pub vendor: String,
    /// The system that it speaks with.
    pub system: String,
    /// The classes it offers.
    pub classes: Vec<Class>,
    /// JSON Schema (2020-12) of its settings, as text.
    pub settings: String,
    /// Its default mappings, as TOML text.
    pub mappings: String,
    /// What it asks for.
    pub needs: Vec<Need>,
    /// What its system can bear.
    pub limits: SystemLimits,
    /// A read can start from a cursor.
    pub reads_changes: bool,
}

impl Description {
    /// The class of that name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// How many calls with changes its system gets at a time: what the operator asked for, or a few. Always one at a time get those
    /// whose calls could meet: of a connector that writes files, and of a system that sets a bound on requests, which is kept within a
    /// call.
    #[must_use]
    pub fn calls_at_once(&self, asked: Option<u32>) -> u32 {
        let writes_files = self.needs.iter().any(|need| matches!(need, Need::Outbox(_)));
        if writes_files || self.limits.requests_per_second.is_some() {
            1
        } else {
            asked.unwrap_or(IN_FLIGHT).max(1)
        }
    }

    /// Why the connector cannot be let in though it describes itself well: the key of a class is marked sensitive. Keys stand in the
    /// open, in lists, reasons and the log, so that nothing may be a key that must not be seen.
    #[must_use]
    pub fn exposed_key(&self) -> Option<String> {
        let class = self
            .classes
            .iter()
            .find(|class| class.attribute(&class.key).is_some_and(|key| key.sensitive))?;
        Some(format!(
            "the key `{}` of class `{}` is marked sensitive, and keys are shown openly: the connector's vendor must give the \
             class another key, such as the system's own number for the object",
            class.key, class.name
        ))
    }
}

/// Calls at a time when nobody says how many.
const IN_FLIGHT: u32 = 4;

/// One kind of object of a system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// The system's own name for it.
    pub name: String,
    /// One sentence for the operator.
    pub summary: String,
    /// The name of the attribute that is the key.
    pub key: String,
    /// Its attributes, the key among them.
    pub attributes: Vec<Attribute>,
    /// It can be read.
    pub readable: bool,
    /// Single objects can be fetched by key.
    pub gettable: bool,
    /// An update puts the whole object in place: what it does not say is lost.
    pub replaces: bool,
    /// What can be done to it.
    pub actions: Vec<Action>,
}

impl Class {
    /// The attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// One attribute of a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// The system's own name for it.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// It holds any number of values.
    pub multi_valued: bool,
    /// Every object has it.
    pub required: bool,
    /// Personal data that needs particular care.
    pub sensitive: bool,
    /// When a target lets it be set.
    pub writable: Writable,
    /// The class whose keys its values are.
    pub refers_to: Option<String>,
    /// One sentence for the operator.
    pub summary: String,
}

/// The kind of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// Text, YYYY-MM-DD.
    Date,
    /// Text, RFC 3339.
    Timestamp,
    /// Octets.
    Bytes,
    /// A record or a list of records.
    Structure,
}

/// When a target lets an attribute be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writable {
    /// It can only be read.
    Never,
    /// When the object is made.
    OnCreate,
    /// At any time.
    Always,
}

/// What a connector asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// To send HTTP requests.
    Http {
        /// The name that grants and credentials refer to.
        name: String,
        /// A template over the settings, such as `{url}`.
        origin: String,
        /// The kinds of credential that the system accepts there.
        credentials: Vec<CredentialKind>,
        /// What for.
        purpose: String,
    },
    /// To reach a directory.
    Ldap {
        /// The name that grants and credentials refer to.
        name: String,
        /// A template over the settings, such as `{url}`.
        origin: String,
        /// The kinds of credential that the directory accepts.
        credentials: Vec<CredentialKind>,
        /// What for.
        purpose: String,
    },
    /// To have octets signed with a key that the host holds.
    Signing {
        /// The name that grants and credentials refer to.
        name: String,
        /// What for.
        purpose: String,
    },
    /// To read the files in the connection's inbox; what for.
    Inbox(String),
    /// To write files to the connection's outbox; what for.
    Outbox(String),
}

impl Need {
    /// The name that grants and credentials refer to; folders have none.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Http { name, .. } | Self::Ldap { name, .. } | Self::Signing { name, .. } => Some(name),
            Self::Inbox(_) | Self::Outbox(_) => None,
        }
    }

    /// The kinds of credential that can be bound to it.
    #[must_use]
    pub fn credentials(&self) -> &[CredentialKind] {
        match self {
            Self::Http { credentials, .. } | Self::Ldap { credentials, .. } => credentials,
            Self::Signing { .. } => &[CredentialKind::SigningKey],
            Self::Inbox(_) | Self::Outbox(_) => &[],
        }
    }
}

/// How the host makes itself known to a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A fixed token, sent as `Authorization: Bearer`.
    Bearer,
    /// A fixed value in a named header.
    Header,
    /// User name and password.
    Basic,
    /// OAuth 2.0 client credentials.
    Oauth2ClientCredentials,
    /// OAuth 2.0 resource owner's password.
    Oauth2Password,
    /// OAuth 2.0 with a signed assertion as the grant.
    Oauth2JwtBearer,
    /// A certificate in the TLS handshake.
    ClientCertificate,
    /// A SAML token of a WS-Trust token service, with which SOAP messages are signed.
    WsTrust,
    /// Name and password of a simple bind.
    LdapBind,
    /// A key that documents are signed with. No connector names it: a need for signing takes nothing else.
    SigningKey,
}

impl CredentialKind {
    /// The word for it in configurations and contracts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Header => "header",
            Self::Basic => "basic",
            Self::Oauth2ClientCredentials => "oauth2-client-credentials",
            Self::Oauth2Password => "oauth2-password",
            Self::Oauth2JwtBearer => "oauth2-jwt-bearer",
            Self::ClientCertificate => "client-certificate",
            Self::WsTrust => "ws-trust",
            Self::LdapBind => "ldap-bind",
            Self::SigningKey => "signing-key",
        }
    }
}

/// What a system can bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemLimits {
    /// The most operations in one apply.
    pub operations_per_apply: u32,
    /// The most requests per second.
    pub requests_per_second: Option<u32>,
}

/// Objects of one class, columns named once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Page {
    /// The class of the rows.
    pub class: String,
    /// The attributes that the rows carry.
    pub columns: Vec<String>,
    /// One value per column.
    pub rows: Vec<Vec<Value>>,
    /// Keys of objects that are gone, in a read since a cursor.
    pub removed: Vec<String>,
}

/// How a read ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Completion {
    /// Rows handed over, by class.
    pub objects: Vec<(String, u64)>,
    /// Where the next read may continue.
    pub cursor: Option<String>,
}

/// One answer of a reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Batch {
    /// Some objects.
    Page(Page),
    /// Everything has been handed over.
    Complete(Completion),
}

/// How much to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// Every object.
    Full,
    /// What changed after a cursor.
    Since(String),
}

/// One object by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// Its attributes as far as they can be read.
    pub fields: Attributes,
}

/// What to do with an object of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Make it.
    Create,
    /// Bring it to the desired state.
    Update,
    /// Remove it.
    Delete,
}

impl Action {
    /// The word for tables and stores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// One change to one object, as a connector is handed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// The same when it is repeated.
    pub id: String,
    /// What to do.
    pub action: Action,
    /// The class of the object.
    pub class: String,
    /// The object's key.
    pub key: String,
    /// The whole desired state.
    pub desired: Attributes,
    /// The attributes that differ from the last known state.
    pub changed: Vec<String>,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Done now.
    Done(Receipt),
    /// Taken over by the target, which will do it later.
    Queued(Receipt),
    /// It was so before.
    Unchanged,
    /// Not now.
    RetryLater {
        /// Not before this has passed.
        after: Duration,
        /// Why.
        reason: String,
    },
    /// Another object is in the way.
    Conflict(Object),
    /// Refused.
    Rejected(Rejection),
}

/// The target's answer to what it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The object's key in the target.
    pub key: String,
    /// What the target set by itself.
    pub assigned: Attributes,
}

/// The target's refusal of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The target's own code.
    pub code: String,
    /// The target's own words.
    pub message: String,
    /// The attribute at fault.
    pub attribute: Option<String>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// The cycle can run, but something should be mended.
    Warning,
    /// The cycle would fail.
    Failure,
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_at_once_are_few_and_one_where_calls_could_meet() {
        let plain = Description {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            vendor: String::new(),
            system: String::new(),
            classes: Vec::new(),
            settings: "{}".to_owned(),
            mappings: String::new(),
            needs: Vec::new(),
            limits: SystemLimits {
                operations_per_apply: 100,
                requests_per_second: None,
            },
            reads_changes: false,
        };
        assert_eq!(plain.calls_at_once(None), 4);
        assert_eq!(plain.calls_at_once(Some(1)), 1);
        assert_eq!(plain.calls_at_once(Some(16)), 16);
        assert_eq!(plain.calls_at_once(Some(0)), 1, "never none");
        let mut bounded = plain.clone();
        bounded.limits.requests_per_second = Some(5);
        assert_eq!(bounded.calls_at_once(Some(16)), 1);
        let mut files = plain;
        files.needs.push(Need::Outbox("Send the files.".to_owned()));
        assert_eq!(files.calls_at_once(None), 1);
    }
}
