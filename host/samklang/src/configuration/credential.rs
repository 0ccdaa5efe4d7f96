//! Credentials: how the host makes itself known to a system, and where the secrets are kept.
//!
//! A secret is named by a reference, never written out. What stands in its place is not repeated in any message.

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
    Bind,
}

const KINDS: [(&str, Kind); 5] = [
    ("bearer", Kind::Bearer),
    ("header", Kind::Header),
    ("basic", Kind::Basic),
    ("oauth2-client-credentials", Kind::Client),
    ("ldap-bind", Kind::Bind),
];

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
    let known: &[&str] = match kind {
        Some(Kind::Bearer) => &["kind", "token"],
        Some(Kind::Header) => &["kind", "name", "value"],
        Some(Kind::Basic | Kind::Bind) => &["kind", "username", "password"],
        Some(Kind::Client) => &[
            "kind",
            "token_url",
            "client_id",
            "client_secret",
            "scope",
            "audience",
            "secret_in_body",
        ],
        None => &[
            "kind",
            "token",
            "name",
            "value",
            "username",
            "password",
            "token_url",
            "client_id",
            "client_secret",
            "scope",
            "audience",
            "secret_in_body",
        ],
    };
    let section = Section::new(node, table, known, mistakes)?;
    if section.get("kind").is_none() {
        section.required(
            "kind",
            "\"bearer\"` (or `header`, `basic`, `oauth2-client-credentials`, `ldap-bind`) `",
            mistakes,
        );
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
        Kind::Client => {
            let token_url = section.required("token_url", "\"https://login.example.org/token\"", mistakes);
            let client_id = section.required("client_id", "\"samklang\"", mistakes);
            let client_secret = secret(&section, "client_secret", folder, mistakes);
            Some(CredentialSettings::Oauth2ClientCredentials {
                scope: section.text("scope", mistakes).map(|scope| scope.value),
                audience: section.text("audience", mistakes).map(|audience| audience.value),
                secret_in_body: section.flag("secret_in_body", mistakes).unwrap_or_default(),
                token_url: token_url?.value,
                client_id: client_id?.value,
                client_secret: client_secret?,
            })
        }
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
