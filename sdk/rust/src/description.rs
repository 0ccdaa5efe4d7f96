//! Builders for what a connector says of itself. They fill the contract's records, whose fields stay open for what a builder
//! does not offer.

use crate::{
    Action, Attribute, Class, Credential, Description, Finding, HttpNeed, Kind, LdapNeed, Limits, Need,
    Severity, SigningNeed, Writable,
};

impl Description {
    /// A connector by name, version, vendor and the system it speaks with. It takes no settings, has no classes and bears
    /// 100 operations per apply until more is said.
    pub fn new(
        name: impl Into<String>,
        version: impl Into<String>,
        vendor: impl Into<String>,
        system: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            vendor: vendor.into(),
            system: system.into(),
            classes: Vec::new(),
            settings: r#"{"type":"object","additionalProperties":false}"#.into(),
            mappings: String::new(),
            needs: Vec::new(),
            limits: Limits {
                operations_per_apply: 100,
                requests_per_second: None,
            },
            reads_changes: false,
        }
    }

    /// Offers a class.
    pub fn class(mut self, class: Class) -> Self {
        self.classes.push(class);
        self
    }

    /// The settings, as JSON Schema (draft 2020-12).
    pub fn settings_schema(mut self, schema: impl Into<String>) -> Self {
        self.settings = schema.into();
        self
    }

    /// The default mappings, as TOML.
    pub fn mappings(mut self, mappings: impl Into<String>) -> Self {
        self.mappings = mappings.into();
        self
    }

    /// Asks for something.
    pub fn need(mut self, need: Need) -> Self {
        self.needs.push(need);
        self
    }

    /// What the system can bear.
    pub fn limits(mut self, operations_per_apply: u32, requests_per_second: Option<u32>) -> Self {
        self.limits = Limits {
            operations_per_apply,
            requests_per_second,
        };
        self
    }

    /// A read can start from a cursor.
    pub fn reads_changes(mut self) -> Self {
        self.reads_changes = true;
        self
    }
}

impl Class {
    /// A class with a sentence for the operator. Its key is `id`, and nothing can be done with it until more is said.
    pub fn new(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            summary: summary.into(),
            key: "id".into(),
            attributes: Vec::new(),
            readable: false,
            gettable: false,
            replaces: false,
            actions: Vec::new(),
        }
    }

    /// The attribute that is the key.
    pub fn key(mut self, attribute: impl Into<String>) -> Self {
        self.key = attribute.into();
        self
    }

    /// Adds an attribute.
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds attributes.
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Self {
        self.attributes.extend(attributes);
        self
    }

    /// It can be read.
    pub fn readable(mut self) -> Self {
        self.readable = true;
        self
    }

    /// Single objects can be fetched by key.
    pub fn gettable(mut self) -> Self {
        self.gettable = true;
        self
    }

    /// An update puts the whole object in place: what it does not say is lost. The host hands back what the target shall keep.
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Objects can be created, updated and deleted.
    pub fn writable(self) -> Self {
        self.actions([Action::Create, Action::Update, Action::Delete])
    }

    /// What can be done to its objects.
    pub fn actions(mut self, actions: impl Into<Vec<Action>>) -> Self {
        self.actions = actions.into();
        self
    }
}

impl Attribute {
    /// An attribute of some kind with a sentence for the operator: one value, optional, read only.
    pub fn new(kind: Kind, name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind,
            multi_valued: false,
            required: false,
            sensitive: false,
            writable: Writable::Never,
            refers_to: None,
            summary: summary.into(),
        }
    }

    /// A text.
    pub fn text(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Kind::Text, name, summary)
    }

    /// Any number of texts.
    pub fn texts(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::text(name, summary).multi_valued()
    }

    /// A whole number.
    pub fn integer(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Kind::Integer, name, summary)
    }

    /// True or false.
    pub fn boolean(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Kind::Boolean, name, summary)
    }

    /// A text YYYY-MM-DD.
    pub fn date(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Kind::Date, name, summary)
    }

    /// A text in the form of RFC 3339 date-time.
    pub fn timestamp(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Kind::Timestamp, name, summary)
    }

    /// Octets.
    pub fn bytes(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Kind::Bytes, name, summary)
    }

    /// A record or a list of records.
    pub fn structure(name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Kind::Structure, name, summary)
    }

    /// It holds any number of values.
    pub fn multi_valued(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    /// Every object has it.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Personal data that needs particular care.
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// It can be set at any time.
    pub fn writable(mut self) -> Self {
        self.writable = Writable::Always;
        self
    }

    /// It is set when the object is made, and the system's own from then on.
    pub fn on_create(mut self) -> Self {
        self.writable = Writable::OnCreate;
        self
    }

    /// Its values are keys of that class.
    pub fn refers_to(mut self, class: impl Into<String>) -> Self {
        self.refers_to = Some(class.into());
        self
    }
}

impl Need {
    /// To send HTTP requests to `origin`, a template over the settings such as `{url}`. Without [`Need::accepts`] it needs
    /// no credential.
    pub fn http(name: impl Into<String>, origin: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self::Http(HttpNeed {
            name: name.into(),
            origin: origin.into(),
            credentials: Vec::new(),
            purpose: purpose.into(),
        })
    }

    /// To reach a directory at `origin`, a template over the settings such as `{url}`. Without [`Need::accepts`] sessions are anonymous.
    pub fn ldap(name: impl Into<String>, origin: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self::Ldap(LdapNeed {
            name: name.into(),
            origin: origin.into(),
            credentials: Vec::new(),
            purpose: purpose.into(),
        })
    }

    /// To have octets signed with a key that the host holds, by [`signer`](crate::signer).
    pub fn signing(name: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self::Signing(SigningNeed {
            name: name.into(),
            purpose: purpose.into(),
        })
    }

    /// To read the files of the connection's inbox.
    pub fn inbox(purpose: impl Into<String>) -> Self {
        Self::Inbox(purpose.into())
    }

    /// To write files to the connection's outbox.
    pub fn outbox(purpose: impl Into<String>) -> Self {
        Self::Outbox(purpose.into())
    }

    /// A kind of credential that the system accepts there. Folders have none, signing has a key of its own; they stay
    /// as they are.
    pub fn accepts(mut self, credential: Credential) -> Self {
        match &mut self {
            Self::Http(need) => need.credentials.push(credential),
            Self::Ldap(need) => need.credentials.push(credential),
            Self::Signing(_) | Self::Inbox(_) | Self::Outbox(_) => {}
        }
        self
    }
}

impl Finding {
    /// Good to know.
    pub fn note(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            message: message.into(),
            remedy: String::new(),
        }
    }

    /// The cycle can run, but something should be mended, in this way.
    pub fn warning(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The cycle would fail until this is mended, in this way.
    pub fn failure(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            severity: Severity::Failure,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}
