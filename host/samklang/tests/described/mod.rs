//! What real connectors say of themselves, in the host's own form.

use std::sync::Arc;

use samklang::configuration::Installed;
use samklang_core::connector as core;
use samklang_sdk::{Action, Class, Description, Need};

/// A connector's description as the host has it.
pub(crate) fn described(description: Description) -> Installed {
    let class = |class: Class| core::Class {
        actions: class
            .actions
            .iter()
            .map(|action| match action {
                Action::Create => core::Action::Create,
                Action::Update => core::Action::Update,
                Action::Delete => core::Action::Delete,
            })
            .collect(),
        attributes: class
            .attributes
            .into_iter()
            .map(|attribute| core::Attribute {
                name: attribute.name,
                kind: match attribute.kind {
                    samklang_sdk::Kind::Structure => core::Kind::Structure,
                    _ => core::Kind::Text,
                },
                multi_valued: attribute.multi_valued,
                required: attribute.required,
                sensitive: attribute.sensitive,
                writable: match attribute.writable {
                    samklang_sdk::Writable::Never => core::Writable::Never,
                    samklang_sdk::Writable::OnCreate => core::Writable::OnCreate,
                    samklang_sdk::Writable::Always => core::Writable::Always,
                },
                refers_to: attribute.refers_to,
                summary: attribute.summary,
            })
            .collect(),
        name: class.name,
        summary: class.summary,
        key: class.key,
        readable: class.readable,
        gettable: class.gettable,
        replaces: class.replaces,
    };
    let need = |need: Need| match need {
        Need::Http(http) => core::Need::Http {
            credentials: vec![
                core::CredentialKind::Header,
                core::CredentialKind::Oauth2ClientCredentials,
            ],
            name: http.name,
            origin: http.origin,
            purpose: http.purpose,
        },
        Need::Ldap(ldap) => core::Need::Ldap {
            credentials: vec![core::CredentialKind::LdapBind],
            name: ldap.name,
            origin: ldap.origin,
            purpose: ldap.purpose,
        },
        Need::Signing(signing) => core::Need::Signing {
            name: signing.name,
            purpose: signing.purpose,
        },
        Need::Inbox(purpose) => core::Need::Inbox(purpose),
        Need::Outbox(purpose) => core::Need::Outbox(purpose),
    };
    Installed {
        signature: None,
        digest: description.name.clone(),
        description: Arc::new(core::Description {
            classes: description.classes.into_iter().map(class).collect(),
            needs: description.needs.into_iter().map(need).collect(),
            name: description.name,
            version: description.version,
            vendor: description.vendor,
            system: description.system,
            settings: description.settings,
            mappings: description.mappings,
            limits: core::SystemLimits {
                operations_per_apply: description.limits.operations_per_apply,
                requests_per_second: description.limits.requests_per_second,
            },
            reads_changes: description.reads_changes,
        }),
    }
}
