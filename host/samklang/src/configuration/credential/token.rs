//! Tokens of OAuth 2.0: what is asked for, and how the host proves itself.

use std::path::Path;

use samklang_egress::{CredentialSettings, ProofSettings};

use super::{key, secret};
use crate::configuration::mistake::{Mistake, Mistakes};
use crate::configuration::section::Section;

#[derive(Clone, Copy)]
enum Proof {
    Secret,
    Assertion,
    Certificate,
}

const PROOFS: [(&str, Proof); 3] = [
    ("secret", Proof::Secret),
    ("assertion", Proof::Assertion),
    ("certificate", Proof::Certificate),
];

pub(super) fn client(
    section: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<CredentialSettings> {
    let (token_url, client_id) = place(section, mistakes);
    let proof = proof(section, folder, mistakes);
    Some(CredentialSettings::Oauth2ClientCredentials {
        scope: optional(section, "scope", mistakes),
        audience: optional(section, "audience", mistakes),
        token_url: token_url?,
        client_id: client_id?,
        proof: proof?,
    })
}

pub(super) fn user(
    section: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<CredentialSettings> {
    let (token_url, client_id) = place(section, mistakes);
    let proof = by_secret(section, folder, mistakes);
    let user = section.required("username", "\"samklang@client.example.org\"", mistakes);
    let password = secret(section, "password", folder, mistakes);
    Some(CredentialSettings::Oauth2Password {
        scope: optional(section, "scope", mistakes),
        token_url: token_url?,
        client_id: client_id?,
        proof: proof?,
        user: user?.value,
        password: password?,
    })
}

pub(super) fn assertion(
    section: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<CredentialSettings> {
    let token_url = section.required("token_url", TOKEN_URL, mistakes);
    let issuer = section.required("issuer", "\"…\"", mistakes);
    let signer = key::signer(section, folder, mistakes);
    Some(CredentialSettings::Oauth2JwtBearer {
        audience: optional(section, "audience", mistakes),
        scope: optional(section, "scope", mistakes),
        resource: optional(section, "resource", mistakes),
        token_url: token_url?.value,
        issuer: issuer?.value,
        signer: signer?,
    })
}

const TOKEN_URL: &str = "\"https://login.example.org/token\"";

fn place(section: &Section<'_>, mistakes: &mut Mistakes) -> (Option<String>, Option<String>) {
    let token_url = section.required("token_url", TOKEN_URL, mistakes);
    let client_id = section.required("client_id", "\"samklang\"", mistakes);
    (
        token_url.map(|token_url| token_url.value),
        client_id.map(|client_id| client_id.value),
    )
}

fn optional(section: &Section<'_>, key: &str, mistakes: &mut Mistakes) -> Option<String> {
    section.text(key, mistakes).map(|text| text.value)
}

/// A key alone does not say what it is for, so that it has to be said.
fn proof(section: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Option<ProofSettings> {
    let proof = match section.get("proof") {
        Some(_) => section.word("proof", &PROOFS, mistakes)?,
        None if key::is_named(section) => {
            mistakes.add(
                Mistake::new(
                    "missing-key",
                    section.key(),
                    format!("`[{}]` names a private key and not what to do with it", section.name()),
                )
                .remedy(
                    "add `proof = \"assertion\"` where the server wants a signed assertion, or `proof = \"certificate\"` where it wants \
                     the certificate in the TLS handshake",
                ),
            );
            return None;
        }
        None => Proof::Secret,
    };
    match proof {
        Proof::Secret => by_secret(section, folder, mistakes),
        Proof::Assertion => key::signer(section, folder, mistakes).map(ProofSettings::Assertion),
        Proof::Certificate => key::read(section, folder, mistakes).map(ProofSettings::Certificate),
    }
}

fn by_secret(section: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Option<ProofSettings> {
    Some(ProofSettings::Secret {
        in_body: section.flag("secret_in_body", mistakes).unwrap_or_default(),
        secret: secret(section, "client_secret", folder, mistakes)?,
    })
}
