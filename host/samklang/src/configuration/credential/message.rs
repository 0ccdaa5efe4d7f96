//! Tokens of a WS-Trust token service.

use std::collections::BTreeMap;
use std::path::Path;

use samklang_egress::{CredentialSettings, WsTrustSettings};

use super::{key, secret};
use crate::configuration::document::Content;
use crate::configuration::mistake::{Mistake, Mistakes};
use crate::configuration::section::Section;

pub(super) fn read(
    section: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<CredentialSettings> {
    let token_url = section.required("token_url", "\"https://sts.example.org/issue\"", mistakes);
    let applies_to = section.required("applies_to", "\"http://service.example.org/1\"", mistakes);
    let claims = claims(section, mistakes);
    let key = key::read(section, folder, mistakes);
    let service_certificate = service(section, folder, mistakes);
    Some(CredentialSettings::WsTrust(Box::new(WsTrustSettings {
        token_url: token_url?.value,
        applies_to: applies_to?.value,
        claims: claims?,
        key: key?,
        service_certificate: service_certificate?,
    })))
}

fn claims(section: &Section<'_>, mistakes: &mut Mistakes) -> Option<BTreeMap<String, String>> {
    let mut claims = BTreeMap::new();
    let Some(node) = section.get("claims") else {
        return Some(claims);
    };
    let right = "write it as a table of texts, such as `{ \"dk:gov:saml:attribute:CvrNumberIdentifier\" = \"11111111\" }`";
    if !matches!(node.content, Content::Table(_)) {
        mistakes.add(Mistake::new("kind", node.span.clone(), "`claims` is not a table").remedy(right));
        return None;
    }
    for (name, value) in node.entries() {
        let Content::Text(text) = &value.content else {
            mistakes.add(
                Mistake::new(
                    "kind",
                    value.span.clone(),
                    format!("the claim `{name}` is not a text"),
                )
                .remedy(right),
            );
            return None;
        };
        claims.insert(name.clone(), text.clone());
    }
    Some(claims)
}

/// Whose signature answers must have. To go without is said in so many words, never by leaving something out.
#[expect(
    clippy::option_option,
    reason = "outside whether it could be read, inside whether there is one"
)]
fn service(
    section: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<Option<samklang_egress::SecretReference>> {
    let verified = section.flag("verify_replies", mistakes).unwrap_or(true);
    match (section.get("service_certificate"), verified) {
        (Some(_), true) => secret(section, "service_certificate", folder, mistakes).map(Some),
        (None, false) => Some(None),
        (Some(node), false) => {
            mistakes.add(
                Mistake::new(
                    "kind",
                    node.span.clone(),
                    "a certificate is named, and `verify_replies` is `false`",
                )
                .remedy("leave one of the two out"),
            );
            None
        }
        (None, true) => {
            mistakes.add(
                Mistake::new("missing-key", section.key(), format!("`[{}]` lacks `service_certificate`", section.name()))
                    .remedy(
                        "add `service_certificate = \"file:secrets/service.pem\"`, the certificate that the service signs its answers \
                         with; to take answers that nobody verified, write `verify_replies = false`",
                    ),
            );
            None
        }
    }
}
