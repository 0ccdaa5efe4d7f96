//! What a connector needs against what the operator gives: origins, folders and credentials. What lacks is told with the very
//! lines that would give it.

use std::collections::BTreeMap;

use samklang_core::connector::{CredentialKind, Need};
use samklang_egress::{
    Credential, CredentialSettings, Credentials, KeySettings, Origin, OriginError, ProofSettings, Protocol,
};

use super::connection::Connection;
use super::mistake::{Mistake, Mistakes};

/// The needs whose origin the settings name: name, origin, accepted kinds of credential and purpose.
pub(super) fn reachable<'a>(
    connection: &Connection,
    needs: &'a [Need],
    mistakes: &mut Mistakes,
) -> Vec<(&'a str, Origin, &'a [CredentialKind], &'a str)> {
    let mut reachable = Vec::new();
    for need in needs {
        let (protocol, name, origin, credentials, purpose) = match need {
            Need::Http {
                name,
                origin,
                credentials,
                purpose,
            } => (Protocol::Http, name, origin, credentials, purpose),
            Need::Ldap {
                name,
                origin,
                credentials,
                purpose,
            } => (Protocol::Ldap, name, origin, credentials, purpose),
            Need::Signing { .. } | Need::Inbox(_) | Need::Outbox(_) => continue,
        };
        match Origin::from_template(protocol, origin, &connection.settings) {
            Ok(origin) => reachable.push((name.as_str(), origin, credentials.as_slice(), purpose.as_str())),
            // An optional setting that is absent; one that is required is the schema's to tell.
            Err(OriginError::Setting { .. }) => {}
            Err(cause) => {
                let setting = origin
                    .split('{')
                    .nth(1)
                    .and_then(|rest| rest.split('}').next())
                    .unwrap_or_default();
                let pointer = format!("/settings/{}", setting.replace('.', "/"));
                mistakes.add(Mistake::new(
                    "origin",
                    connection.node.pointed(&pointer),
                    cause.to_string(),
                ));
            }
        }
    }
    reachable
}

/// Notes what the connector needs and the operator has not granted, with the lines that grant it.
pub(super) fn granted(
    connection: &Connection,
    needs: &[Need],
    reachable: &[(&str, Origin, &[CredentialKind], &str)],
    mistakes: &mut Mistakes,
) {
    let grants = &connection.grants;
    let given = |protocol, texts: &[String]| -> Vec<Origin> {
        let origins = texts
            .iter()
            .filter_map(|text| Origin::granted(protocol, text).ok());
        origins.collect()
    };
    let mut origins = given(Protocol::Http, &grants.http);
    origins.extend(given(Protocol::Ldap, &grants.ldap));
    let granted = origins.len();
    let mut missing = Vec::new();
    for (_, origin, _, purpose) in reachable {
        if !origins.iter().take(granted).any(|given| given == origin) {
            missing.push(format!("to reach {origin} ({purpose})"));
            if !origins.contains(origin) {
                origins.push(origin.clone());
            }
        }
    }
    let (mut inbox, mut outbox) = (grants.inbox, grants.outbox);
    let mut signing = grants.signing.clone();
    for need in needs {
        match need {
            Need::Inbox(purpose) if !inbox => {
                inbox = true;
                missing.push(format!("to read the connection's inbox ({purpose})"));
            }
            Need::Signing { name, purpose } if !signing.contains(name) => {
                signing.push(name.clone());
                missing.push(format!("to sign with the key `{name}` ({purpose})"));
            }
            Need::Outbox(purpose) if !outbox => {
                outbox = true;
                missing.push(format!("to write to the connection's outbox ({purpose})"));
            }
            _ => {}
        }
    }
    if missing.is_empty() {
        return;
    }
    let mut lines = format!("[connections.{}.grants]", connection.name);
    if inbox {
        lines.push_str("\ninbox = true");
    }
    if outbox {
        lines.push_str("\noutbox = true");
    }
    if !signing.is_empty() {
        let quoted: Vec<String> = signing.iter().map(|need| format!("{need:?}")).collect();
        lines.push_str(&format!("\nsigning = [{}]", quoted.join(", ")));
    }
    for protocol in [Protocol::Http, Protocol::Ldap] {
        let origins = origins.iter().filter(|origin| origin.protocol() == protocol);
        let quoted: Vec<String> = origins
            .map(|origin| format!("{:?}", origin.to_string()))
            .collect();
        if !quoted.is_empty() {
            lines.push_str(&format!("\n{} = [{}]", protocol.key(), quoted.join(", ")));
        }
    }
    let place = connection.node.place(["grants"], true);
    mistakes.add(
        Mistake::new(
            "not-granted",
            place,
            format!(
                "the connector `{}` needs leave that `{}` does not have: {}",
                connection.connector.value,
                connection.name,
                missing.join("; ")
            ),
        )
        .remedy(format!("if it shall have it, write\n{lines}")),
    );
}

pub(super) fn credentials(
    connection: &Connection,
    needs: &[Need],
    reachable: &[(&str, Origin, &[CredentialKind], &str)],
    mistakes: &mut Mistakes,
) -> BTreeMap<String, Credential> {
    let mut bound = BTreeMap::new();
    for (need, written) in &connection.credentials {
        match written.resolve() {
            Ok(credential) => {
                // One at a time, so that each misfit is told at its own line.
                match Credentials::new(BTreeMap::from([(need.clone(), credential.clone())]), needs) {
                    Ok(_) => drop(bound.insert(need.clone(), credential)),
                    Err(cause) => {
                        let place = connection.node.place(["credentials", need], true);
                        mistakes.add(Mistake::new("credential", place, cause.to_string()));
                    }
                }
            }
            Err(cause) => {
                let place = connection
                    .node
                    .place(["credentials", need, secret_key(written)], false);
                mistakes.add(Mistake::new("credential", place, cause.to_string()));
            }
        }
    }
    for need in needs {
        let Need::Signing { name, .. } = need else {
            continue;
        };
        if connection.credentials.contains_key(name) {
            continue;
        }
        mistakes.add(
            Mistake::new(
                "missing-credential",
                connection.node.place(["credentials"], true),
                format!(
                    "the connector signs with the key `{name}`, and `{}` has none bound to it",
                    connection.name
                ),
            )
            .remedy(format!(
                "add\n[connections.{}.credentials.{name}]\n{}",
                connection.name,
                example(CredentialKind::SigningKey, &connection.name)
            )),
        );
    }
    for (need, origin, accepted, _) in reachable {
        let Some(kind) = accepted.first() else { continue };
        let same_origin = |name: &String| {
            reachable
                .iter()
                .any(|(other, theirs, ..)| other == name && theirs == origin)
        };
        if connection.credentials.contains_key(*need) || connection.credentials.keys().any(same_origin) {
            continue;
        }
        mistakes.add(
            Mistake::new(
                "missing-credential",
                connection.node.place(["credentials"], true),
                format!(
                    "the system at {origin} wants a credential, and `{}` has none for `{need}`",
                    connection.name
                ),
            )
            .remedy(format!(
                "add\n[connections.{}.credentials.{need}]\n{}",
                connection.name,
                example(*kind, &connection.name)
            )),
        );
    }
    bound
}

/// The key under which a credential's secret is named.
fn secret_key(written: &CredentialSettings) -> &'static str {
    match written {
        CredentialSettings::Bearer { .. } => "token",
        CredentialSettings::Header { .. } => "value",
        CredentialSettings::Basic { .. } | CredentialSettings::LdapBind { .. } => "password",
        CredentialSettings::Oauth2ClientCredentials { proof, .. } => match proof {
            ProofSettings::Secret { .. } => "client_secret",
            ProofSettings::Assertion(signer) => file(&signer.key),
            ProofSettings::Certificate(key) => file(key),
        },
        CredentialSettings::Oauth2Password { .. } => "password",
        CredentialSettings::Oauth2JwtBearer { signer, .. } => file(&signer.key),
        CredentialSettings::ClientCertificate { key } | CredentialSettings::SigningKey { key } => file(key),
        CredentialSettings::WsTrust(settings) => file(&settings.key),
    }
}

fn file(key: &KeySettings) -> &'static str {
    match key {
        KeySettings::Pem { .. } => "private_key",
        KeySettings::Pkcs12 { .. } => "pkcs12",
    }
}

/// Lines that bind a credential of the kind.
fn example(kind: CredentialKind, connection: &str) -> String {
    let variable = connection.to_uppercase().replace('-', "_");
    match kind {
        CredentialKind::Bearer => format!("kind = \"bearer\"\ntoken = \"env:{variable}_TOKEN\""),
        CredentialKind::Header => format!("kind = \"header\"\nname = \"…\"\nvalue = \"env:{variable}_KEY\""),
        CredentialKind::Basic => {
            format!("kind = \"basic\"\nusername = \"…\"\npassword = \"env:{variable}_PASSWORD\"")
        }
        CredentialKind::LdapBind => {
            format!("kind = \"ldap-bind\"\nusername = \"…\"\npassword = \"env:{variable}_PASSWORD\"")
        }
        CredentialKind::Oauth2Password => format!(
            "kind = \"oauth2-password\"\ntoken_url = \"…\"\nclient_id = \"…\"\nclient_secret = \"env:{variable}_SECRET\"\n\
             username = \"…\"\npassword = \"env:{variable}_PASSWORD\""
        ),
        CredentialKind::Oauth2JwtBearer => {
            format!(
                "kind = \"oauth2-jwt-bearer\"\ntoken_url = \"…\"\nissuer = \"…\"\n{}",
                key(connection)
            )
        }
        CredentialKind::ClientCertificate => format!("kind = \"client-certificate\"\n{}", key(connection)),
        CredentialKind::WsTrust => format!(
            "kind = \"ws-trust\"\ntoken_url = \"…\"\napplies_to = \"…\"\nclaims = {{ }}\n\
             service_certificate = \"file:secrets/service.pem\"\n{}",
            key(connection)
        ),
        CredentialKind::SigningKey => format!("kind = \"signing-key\"\n{}", key(connection)),
        CredentialKind::Oauth2ClientCredentials => format!(
            "kind = \"oauth2-client-credentials\"\ntoken_url = \"…\"\nclient_id = \"…\"\nclient_secret = \"env:{variable}_SECRET\""
        ),
    }
}

/// The lines that name a key with its certificate.
fn key(connection: &str) -> String {
    format!(
        "pkcs12 = \"file:secrets/{connection}.p12\"\npassword = \"env:{}_P12_PASSWORD\"",
        connection.to_uppercase().replace('-', "_")
    )
}
