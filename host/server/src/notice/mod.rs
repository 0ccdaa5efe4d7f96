//! Who is told, and of what: that a person must act, that a cycle failed, that it recovered. Each once.

mod condition;
mod herald;
mod letter;
mod mail;
#[cfg(test)]
mod tests;
mod webhook;

pub use herald::{Herald, HeraldError};
pub use mail::MailError;

/// Who is told about a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    /// Addresses for e-mail.
    pub mail: Vec<String>,
    /// A webhook, and the secret that its calls are signed with.
    pub webhook: Option<Webhook>,
    /// The language of the texts.
    pub language: Option<String>,
}

/// Where notices are posted to.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// What calls are signed with.
    pub secret: String,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
