//! `[trust]`: whose connectors an installation lets in, and to which of those a tenant keeps.

use samklang_registry::{Trust, TrustedKey, public_key};

use super::document::Node;
use super::mistake::{Mistake, Mistakes};
use super::section::{Placed, Section};

/// To what a tenant keeps, of what its installation lets in.
#[derive(Debug, Clone, Default)]
pub(crate) struct TenantTrust {
    keys: Option<Vec<Placed<String>>>,
    unsigned: Option<bool>,
}

/// The installation's: keys by name, and whether unsigned connectors are let in.
pub(super) fn of_installation(node: &Node, mistakes: &mut Mistakes) -> Option<Trust> {
    let section = Section::new(node, "trust", &["keys", "unsigned"], mistakes)?;
    let mut trust = Trust {
        keys: Vec::new(),
        unsigned: section.flag("unsigned", mistakes).unwrap_or_default(),
    };
    for (name, node) in section.get("keys").map(Node::entries).unwrap_or_default() {
        let place = format!("trust.keys.{name}");
        let Some(section) = Section::new(node, &place, &["key", "connectors"], mistakes) else {
            continue;
        };
        let connectors = section.texts("connectors", mistakes);
        let Some(text) = section.required("key", "\"RW…\"", mistakes) else {
            continue;
        };
        match public_key(&text.value) {
            Some(key) => trust.keys.push(TrustedKey {
                name: name.clone(),
                key,
                connectors: connectors.into_iter().map(|name| name.value).collect(),
            }),
            None => mistakes.add(
                Mistake::new("key", text.span, "it is no public key of minisign")
                    .remedy("write the second line of the vendor's minisign.pub, which begins with RW"),
            ),
        }
    }
    Some(trust)
}

/// A tenant's: names of the installation's keys.
pub(super) fn of_tenant(node: &Node, mistakes: &mut Mistakes) -> TenantTrust {
    let Some(section) = Section::new(node, "trust", &["keys", "unsigned"], mistakes) else {
        return TenantTrust::default();
    };
    TenantTrust {
        keys: section.get("keys").map(|_| section.texts("keys", mistakes)),
        unsigned: section.flag("unsigned", mistakes),
    }
}

impl TenantTrust {
    /// The installation's trust, as far as the tenant keeps to it. A tenant never lets in more than its installation.
    pub(super) fn within(&self, installation: &Trust, mistakes: &mut Mistakes) -> Trust {
        let mut trust = Trust {
            unsigned: installation.unsigned && self.unsigned.unwrap_or(true),
            ..installation.clone()
        };
        let Some(keys) = &self.keys else { return trust };
        for key in keys {
            if !installation.keys.iter().any(|known| known.name == key.value) {
                let known: Vec<&str> = installation
                    .keys
                    .iter()
                    .map(|known| known.name.as_str())
                    .collect();
                let remedy = if known.is_empty() {
                    "it names none; add one under `[trust.keys.NAME]` there".to_owned()
                } else {
                    format!("it names `{}`", known.join("`, `"))
                };
                mistakes.add(
                    Mistake::new(
                        "unknown-key",
                        key.span.clone(),
                        format!("installation.toml names no key `{}`", key.value),
                    )
                    .remedy(remedy),
                );
            }
        }
        trust
            .keys
            .retain(|known| keys.iter().any(|key| key.value == known.name));
        trust
    }
}
