//! Why something cannot be done, as the server tells it.

use samklang_core::port::StoreError;
use samklang_cycle::EnrolError;
use samklang_server::DeskError;

use crate::failure::Failure;

/// The failure of a tenant's request.
pub(super) fn refused(tenant: &str, failure: Failure) -> DeskError {
    match failure {
        Failure::Mistaken(mistaken) => DeskError::Misconfigured {
            tenant: tenant.to_owned(),
            mistakes: mistaken.records().into_iter().map(told).collect(),
        },
        Failure::Usage(message) => DeskError::Refused(message),
        Failure::Absent(message) => DeskError::Absent(message),
        Failure::Busy(message) => DeskError::Moved(message),
        Failure::Failed(message) => DeskError::Failed(message),
    }
}

/// The same in one line, beside what else is told.
pub(super) fn why(failure: &Failure) -> String {
    match failure {
        Failure::Mistaken(mistaken) => {
            let mistakes: Vec<String> = mistaken.records().into_iter().map(told).collect();
            format!("the configuration holds mistakes: {}", mistakes.join("; "))
        }
        Failure::Usage(message)
        | Failure::Absent(message)
        | Failure::Busy(message)
        | Failure::Failed(message) => message.clone(),
    }
}

/// A mistake in one line.
pub(super) fn told(mistake: crate::configuration::MistakeRecord) -> String {
    let remedy = mistake
        .remedy
        .map_or_else(String::new, |remedy| format!("; {remedy}"));
    format!(
        "{}:{}:{}: {}{remedy}",
        mistake.file, mistake.line, mistake.column, mistake.message
    )
}

/// The failure of the store outside any tenant.
pub(super) fn store(error: StoreError) -> DeskError {
    refused("", error.into())
}

impl From<EnrolError> for Failure {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Store(error) => error.into(),
            EnrolError::Failed(_) => Self::Failed(error.to_string()),
            other => Self::Usage(other.to_string()),
        }
    }
}
