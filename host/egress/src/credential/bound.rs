//! The credentials of one connection, each bound to a need of its connector.

use std::collections::BTreeMap;

use http::HeaderName;
use samklang_core::connector::Need;

use super::{Credential, CredentialError};

/// The credentials of one connection, by the name of the need that each is bound to.
#[derive(Clone, Default)]
pub struct Credentials(BTreeMap<String, Credential>);

impl Credentials {
    /// Checks that each is bound to a need of the connector and is of a kind that the system takes.
    ///
    /// # Errors
    ///
    /// When one is not.
    pub fn new(bound: BTreeMap<String, Credential>, needs: &[Need]) -> Result<Self, CredentialError> {
        for (name, credential) in &bound {
            let need = needs.iter().find(|need| need.name() == Some(name));
            let Some(accepted) = need.map(Need::credentials) else {
                return Err(CredentialError::UnknownNeed {
                    bound: name.clone(),
                    needs: names(needs),
                });
            };
            if !accepted.contains(&credential.kind()) {
                let words: Vec<&str> = accepted.iter().map(|kind| kind.as_str()).collect();
                return Err(CredentialError::WrongKind {
                    need: name.clone(),
                    given: credential.kind().as_str(),
                    accepted: if words.is_empty() {
                        "none at all".to_owned()
                    } else {
                        words.join(", ")
                    },
                });
            }
        }
        Ok(Self(bound))
    }

    /// The one for the first of these needs that has one.
    pub(crate) fn of(&self, needs: &[&str]) -> Option<&Credential> {
        needs.iter().find_map(|need| self.0.get(*need))
    }

    /// Each with the name of its need.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Credential)> {
        self.0
            .iter()
            .map(|(need, credential)| (need.as_str(), credential))
    }

    /// The headers that are closed to the connector.
    pub fn headers(&self) -> Vec<HeaderName> {
        self.0.values().filter_map(Credential::header_name).collect()
    }
}

fn names(needs: &[Need]) -> String {
    let names: Vec<&str> = needs.iter().filter_map(Need::name).collect();
    if names.is_empty() {
        "nothing, for it needs neither HTTP nor a directory nor a key".to_owned()
    } else {
        names.join(", ")
    }
}
