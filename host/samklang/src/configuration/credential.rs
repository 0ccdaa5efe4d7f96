//! Credentials: how the host makes itself known to a system, and where the secrets are kept.
//!
//! A secret is named by a reference, never written out. What stands in its place is not repeated in any message.

mod key;
mod message;
mod token;

use std::collections::BTreeMap;
use std::path::Path;

use samklang_egress::{CredentialSettings, SecretReference};

use super::document::Node;
use super::mistake::{Mistake, Mistakes};
use super::section::Section;

#[derive(Clone, Copy)]
enum Kind {
    Bearer,
    Header,
    Basic,
    Client,
    User,
    Assertion,
    Certificate,
    Message,
    Bind,
    Signing,
}

const KINDS: [(&str, Kind); 10] = [
    ("bearer", Kind::Bearer),
    ("header", Kind::Header),
    ("basic", Kind::Basic),
    ("oauth2-client-credentials", Kind::Client),
    ("oauth2-password", Kind::User),
    ("oauth2-jwt-bearer", Kind::Assertion),
    ("client-certificate", Kind::Certificate),
    ("ws-trust", Kind::Message),
    ("ldap-bind", Kind::Bind),
    ("signing-key", Kind::Signing),
];

impl Kind {
    /// The keys that a table of this kind may have, besides `kind` itself.
    fn keys(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::Bearer => &["token"],
            Self::Header => &["name", "value"],
            Self::Basic | Self::Bind => &["username", "password"],
            Self::Client => &[
                "token_url",
                "client_id",
                "proof",
                "client_secret",
                "secret_in_body",
                "algorithm",
                "key_id",
                "scope",
                "audience",
            ],
            Self::User => &[
                "token_url",
                "client_id",
                "client_secret",
                "secret_in_body",
                "username",
                "password",
                "scope",
            ],
            Self::Assertion => &[
                "token_url",
                "issuer",
                "audience",
                "scope",
                "resource",
                "algorithm",
                "key_id",
            ],
            Self::Message => &[
                "token_url",
                "applies_to",
                "claims",
                "service_certificate",
                "verify_replies",
            ],
            Self::Certificate | Self::Signing => &[],
        };
        let keys: &[&str] = match self {
            Self::Client | Self::Assertion | Self::Message | Self::Certificate | Self::Signing => &key::KEYS,
            Self::Bearer | Self::Header | Self::Basic | Self::User | Self::Bind => &[],
        };
        [&["kind"], own, keys].concat()
    }
}

/// Reads the credentials of a connection, by the name of the connector's need.
pub(super) fn read(
    connection: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, CredentialSettings> {
    let Some(node) = connection.get("credentials") else {
        return BTreeMap::new();
    };
    let mut credentials = BTreeMap::new();
    for (need, node) in node.entries() {
        let table = format!("{}.credentials.{need}", connection.name());
        if let Some(settings) = one(&table, node, folder, mistakes) {
            credentials.insert(need.clone(), settings);
        }
    }
    if !matches!(node.content, super::document::Content::Table(_)) {
        mistakes.add(
            Mistake::new("kind", node.span.clone(), "`credentials` is not a table")
                .remedy(format!(
                    "give each credential a table of its own, such as `[{}.credentials.api]`",
                    connection.name()
                ))
                .blotted(),
        );
    }
    credentials
}

fn one(table: &str, node: &Node, folder: &Path, mistakes: &mut Mistakes) -> Option<CredentialSettings> {
    // The kind decides which keys are known, so it is read before the table is looked through.
    let kind = node.get("kind").and_then(|kind| match &kind.content {
        super::document::Content::Text(text) => {
            KINDS.iter().find(|(word, _)| word == text).map(|(_, kind)| *kind)
        }
        _ => None,
    });
    let known = kind.map_or_else(
        || KINDS.iter().flat_map(|(_, kind)| kind.keys()).collect(),
        Kind::keys,
    );
    let section = Section::new(node, table, &known, mistakes)?;
    if section.get("kind").is_none() {
        let words: Vec<String> = KINDS
            .iter()
            .skip(1)
            .map(|(word, _)| format!("`{word}`"))
            .collect();
        let example = format!("\"bearer\"` (or {}) `", words.join(", "));
        section.required("kind", &example, mistakes);
        return None;
    }
    match section.word("kind", &KINDS, mistakes)? {
        Kind::Bearer => Some(CredentialSettings::Bearer {
            token: secret(&section, "token", folder, mistakes)?,
        }),
        Kind::Header => {
            let name = section.required("name", "\"X-Api-Key\"", mistakes);
            let value = secret(&section, "value", folder, mistakes);
            Some(CredentialSettings::Header {
                name: name?.value,
                value: value?,
            })
        }
        Kind::Basic => {
            let user = section.required("username", "\"samklang\"", mistakes);
            let password = secret(&section, "password", folder, mistakes);
            Some(CredentialSettings::Basic {
                user: user?.value,
                password: password?,
            })
        }
        Kind::Bind => {
            let user = section.required("username", "\"svc-samklang@kommune.example\"", mistakes);
            let password = secret(&section, "password", folder, mistakes);
            Some(CredentialSettings::LdapBind {
                user: user?.value,
                password: password?,
            })
        }
        Kind::Certificate => Some(CredentialSettings::ClientCertificate {
            key: key::read(&section, folder, mistakes)?,
        }),
        Kind::Signing => Some(CredentialSettings::SigningKey {
            key: key::read(&section, folder, mistakes)?,
        }),
        Kind::Client => token::client(&section, folder, mistakes),
        Kind::User => token::user(&section, folder, mistakes),
        Kind::Assertion => token::assertion(&section, folder, mistakes),
        Kind::Message => message::read(&section, folder, mistakes),
    }
}

/// Reads a reference to a secret. Whether there is one behind it is seen when the connection is to be used.
pub(super) fn secret(
    section: &Section<'_>,
    key: &str,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<SecretReference> {
    let variable = format!("{}_{key}", section.name().split('.').nth(1).unwrap_or("samklang"))
        .to_uppercase()
        .replace('-', "_");
    let text = section.required(
        key,
        &format!("\"env:{variable}\"` or `{key} = \"file:secrets/{key}\""),
        mistakes,
    )?;
    let reference = match SecretReference::try_from(text.value) {
        Ok(SecretReference::File(path)) => SecretReference::File(folder.join(path)),
        Ok(reference) => reference,
        Err(_) => {
            mistakes.add(
                Mistake::new("literal-secret", text.span, format!("`{key}` holds a secret, or something that is no reference to one"))
                    .remedy(format!(
                        "keep the secret outside this file and name the place: `{key} = \"env:{variable}\"` for a variable, \
                         `{key} = \"file:secrets/{key}\"` for a file; if it was a real secret, have it changed"
                    ))
                    .blotted(),
            );
            return None;
        }
    };
    Some(reference)
}
