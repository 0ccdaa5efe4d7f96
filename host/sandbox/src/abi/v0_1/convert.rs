//! Types of contract 0.1 into the host's own, and back. Pure; a text that should be JSON and is not is the only thing that
//! can fail, and what an attribute is given twice.

use std::time::Duration;

use samklang_core::connector as host;
use samklang_core::fault::FaultKind;
use samklang_core::value::{Attributes, Value};

use super::bindings::exports::samklang::connector::sync;
use super::bindings::samklang::connector::types;

/// What is wrong with an answer.
type Converted<T> = Result<T, String>;

pub(super) fn description(given: sync::Description) -> host::Description {
    host::Description {
        name: given.name,
        version: given.version,
        vendor: given.vendor,
        system: given.system,
        classes: given.classes.into_iter().map(class).collect(),
        settings: given.settings,
        mappings: given.mappings,
        needs: given.needs.into_iter().map(need).collect(),
        limits: host::SystemLimits {
            operations_per_apply: given.limits.operations_per_apply,
            requests_per_second: given.limits.requests_per_second,
        },
        reads_changes: given.reads_changes,
    }
}

fn class(given: sync::Class) -> host::Class {
    host::Class {
        name: given.name,
        summary: given.summary,
        key: given.key,
        attributes: given.attributes.into_iter().map(attribute).collect(),
        readable: given.readable,
        gettable: given.gettable,
        replaces: given.replaces,
        actions: given.actions.into_iter().map(action).collect(),
    }
}

fn attribute(given: sync::Attribute) -> host::Attribute {
    host::Attribute {
        name: given.name,
        kind: match given.kind {
            sync::Kind::Text => host::Kind::Text,
            sync::Kind::Integer => host::Kind::Integer,
            sync::Kind::Boolean => host::Kind::Boolean,
            sync::Kind::Date => host::Kind::Date,
            sync::Kind::Timestamp => host::Kind::Timestamp,
            sync::Kind::Bytes => host::Kind::Bytes,
            sync::Kind::Structure => host::Kind::Structure,
        },
        multi_valued: given.multi_valued,
        required: given.required,
        sensitive: given.sensitive,
        writable: match given.writable {
            sync::Writable::Never => host::Writable::Never,
            sync::Writable::OnCreate => host::Writable::OnCreate,
            sync::Writable::Always => host::Writable::Always,
        },
        refers_to: given.refers_to,
        summary: given.summary,
    }
}

fn need(given: sync::Need) -> host::Need {
    match given {
        sync::Need::Http(http) => host::Need::Http {
            name: http.name,
            origin: http.origin,
            credentials: http.credentials.into_iter().map(credential).collect(),
            purpose: http.purpose,
        },
        sync::Need::Ldap(ldap) => host::Need::Ldap {
            name: ldap.name,
            origin: ldap.origin,
            credentials: ldap.credentials.into_iter().map(credential).collect(),
            purpose: ldap.purpose,
        },
        sync::Need::Signing(signing) => host::Need::Signing {
            name: signing.name,
            purpose: signing.purpose,
        },
        sync::Need::Inbox(purpose) => host::Need::Inbox(purpose),
        sync::Need::Outbox(purpose) => host::Need::Outbox(purpose),
    }
}

fn credential(given: sync::Credential) -> host::CredentialKind {
    match given {
        sync::Credential::Bearer => host::CredentialKind::Bearer,
        sync::Credential::Header => host::CredentialKind::Header,
        sync::Credential::Basic => host::CredentialKind::Basic,
        sync::Credential::Oauth2ClientCredentials => host::CredentialKind::Oauth2ClientCredentials,
        sync::Credential::Oauth2Password => host::CredentialKind::Oauth2Password,
        sync::Credential::Oauth2JwtBearer => host::CredentialKind::Oauth2JwtBearer,
        sync::Credential::ClientCertificate => host::CredentialKind::ClientCertificate,
        sync::Credential::WsTrust => host::CredentialKind::WsTrust,
        sync::Credential::LdapBind => host::CredentialKind::LdapBind,
    }
}

fn action(given: types::Action) -> host::Action {
    match given {
        types::Action::Create => host::Action::Create,
        types::Action::Update => host::Action::Update,
        types::Action::Delete => host::Action::Delete,
    }
}

pub(super) fn finding(given: sync::Finding) -> host::Finding {
    host::Finding {
        severity: match given.severity {
            sync::Severity::Note => host::Severity::Note,
            sync::Severity::Warning => host::Severity::Warning,
            sync::Severity::Failure => host::Severity::Failure,
        },
        message: given.message,
        remedy: given.remedy,
    }
}

pub(super) fn extent(given: &host::Extent) -> types::Extent {
    match given {
        host::Extent::Full => types::Extent::Full,
        host::Extent::Since(cursor) => types::Extent::Since(cursor.clone()),
    }
}

pub(super) fn batch(given: types::Batch) -> Converted<host::Batch> {
    match given {
        types::Batch::Page(page) => {
            let mut rows = Vec::with_capacity(page.rows.len());
            for (number, row) in page.rows.into_iter().enumerate() {
                let row: Converted<Vec<Value>> = row.into_iter().map(value).collect();
                rows.push(row.map_err(|cause| format!("row {}: {cause}", number + 1))?);
            }
            Ok(host::Batch::Page(host::Page {
                class: page.class,
                columns: page.columns,
                rows,
                removed: page.removed,
            }))
        }
        types::Batch::Complete(completion) => Ok(host::Batch::Complete(host::Completion {
            objects: completion.objects,
            cursor: completion.cursor,
        })),
    }
}

fn value(given: types::Value) -> Converted<Value> {
    Ok(match given {
        types::Value::Absent => Value::Absent,
        types::Value::Text(text) => Value::Text(text),
        types::Value::Integer(number) => Value::Integer(number),
        types::Value::Boolean(flag) => Value::Boolean(flag),
        types::Value::Bytes(octets) => Value::Bytes(octets),
        types::Value::Texts(texts) => Value::Texts(texts),
        types::Value::Structure(text) => Value::Structure(
            // The parser's own message may quote the text, which may hold personal data.
            serde_json::from_str(&text).map_err(|error| {
                format!(
                    "a structure is not JSON: error at line {} column {}",
                    error.line(),
                    error.column()
                )
            })?,
        ),
    })
}

fn attributes(fields: Vec<types::Field>) -> Converted<Attributes> {
    let mut attributes = Attributes::new();
    for (name, given) in fields {
        let value = value(given).map_err(|cause| format!("attribute `{name}`: {cause}"))?;
        if attributes.contains_key(&name) {
            return Err(format!("the attribute `{name}` is given twice"));
        }
        if !value.is_absent() {
            attributes.insert(name, value);
        }
    }
    Ok(attributes)
}

pub(super) fn object(given: types::Object) -> Converted<host::Object> {
    Ok(host::Object {
        key: given.key,
        fields: attributes(given.fields)?,
    })
}

pub(super) fn operation(given: &host::Operation) -> types::Operation {
    types::Operation {
        id: given.id.clone(),
        action: match given.action {
            host::Action::Create => types::Action::Create,
            host::Action::Update => types::Action::Update,
            host::Action::Delete => types::Action::Delete,
        },
        class: given.class.clone(),
        key: given.key.clone(),
        desired: given
            .desired
            .iter()
            .map(|(name, value)| (name.clone(), value_out(value)))
            .collect(),
        changed: given.changed.clone(),
    }
}

fn value_out(given: &Value) -> types::Value {
    match given {
        Value::Absent => types::Value::Absent,
        Value::Text(text) => types::Value::Text(text.clone()),
        Value::Integer(number) => types::Value::Integer(*number),
        Value::Boolean(flag) => types::Value::Boolean(*flag),
        Value::Bytes(octets) => types::Value::Bytes(octets.clone()),
        Value::Texts(texts) => types::Value::Texts(texts.clone()),
        Value::Structure(json) => types::Value::Structure(json.to_string()),
    }
}

pub(super) fn outcome(given: types::Outcome) -> Converted<host::Outcome> {
    Ok(match given {
        types::Outcome::Done(given) => host::Outcome::Done(receipt(given)?),
        types::Outcome::Queued(given) => host::Outcome::Queued(receipt(given)?),
        types::Outcome::Unchanged => host::Outcome::Unchanged,
        types::Outcome::RetryLater((milliseconds, reason)) => host::Outcome::RetryLater {
            after: Duration::from_millis(milliseconds.into()),
            reason,
        },
        types::Outcome::Conflict(given) => host::Outcome::Conflict(object(given)?),
        types::Outcome::Rejected(given) => host::Outcome::Rejected(host::Rejection {
            code: given.code,
            message: given.message,
            attribute: given.attribute,
        }),
    })
}

fn receipt(given: types::Receipt) -> Converted<host::Receipt> {
    Ok(host::Receipt {
        key: given.key,
        assigned: attributes(given.assigned)?,
    })
}

pub(super) fn error(given: types::Error) -> (FaultKind, String) {
    match given {
        types::Error::InvalidSettings(settings) => {
            let lines: Vec<String> = settings
                .into_iter()
                .map(|setting| format!("{}: {}", setting.pointer, setting.reason))
                .collect();
            (FaultKind::InvalidSettings, lines.join("; "))
        }
        types::Error::Unauthorised(text) => (FaultKind::Unauthorised, text),
        types::Error::Unreachable(text) => (FaultKind::Unreachable, text),
        types::Error::RateLimited(milliseconds) => {
            let after = Duration::from_millis(milliseconds.into());
            (
                FaultKind::RateLimited { after },
                format!("the system asks for a pause of {after:?}"),
            )
        }
        types::Error::WaitingForData(text) => (FaultKind::WaitingForData, text),
        types::Error::InvalidData(fault) => (
            FaultKind::InvalidData,
            format!("{}: {}", fault.place, fault.cause),
        ),
        types::Error::ResyncRequired(text) => (FaultKind::ResyncRequired, text),
        types::Error::Unsupported(text) => (FaultKind::Unsupported, text),
        types::Error::Internal(text) => (FaultKind::Internal, text),
    }
}
