//! Turns the ending of a call into the fault that an operator reads: which connector and step, what happened, which limit,
//! and the guest's last words.

use samklang_core::{Description, Fault, FaultKind};
use samklang_egress::Record;

use crate::instance::{Ending, Guard};

/// Where a fault happens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) connector: String,
    pub(crate) version: String,
    pub(crate) connection: String,
    pub(crate) step: String,
}

impl Place {
    pub(crate) fn of(description: &Description, connection: &str, step: &str) -> Self {
        Self {
            connector: description.name.clone(),
            version: description.version.clone(),
            connection: connection.to_owned(),
            step: step.to_owned(),
        }
    }

    pub(crate) fn fault(&self, kind: FaultKind, message: impl Into<String>) -> Fault {
        Fault {
            kind,
            connector: self.connector.clone(),
            version: self.version.clone(),
            connection: self.connection.clone(),
            step: self.step.clone(),
            message: message.into(),
            last_words: None,
        }
    }

    /// The fault for a call that ended so.
    pub(crate) fn ended(&self, call: &str, ending: Ending, guard: &Guard, record: Option<&Record>) -> Fault {
        let limits = &guard.limits;
        let memory_refused = guard.meter.take_memory_refused();
        let table_refused = guard.meter.take_table_refused();
        let out_of_memory = || {
            let mebibytes = limits.memory >> 20;
            (
                FaultKind::OutOfMemory,
                format!("`{call}` wanted more memory than the {mebibytes} MiB allowed"),
            )
        };
        let (kind, message) = match ending {
            Ending::Trap(_) if memory_refused => out_of_memory(),
            Ending::Complaint(FaultKind::Internal, _) if memory_refused => out_of_memory(),
            Ending::Trap(_) if table_refused => (
                FaultKind::OutOfMemory,
                format!(
                    "`{call}` wanted more than the {} table elements allowed",
                    limits.table_elements
                ),
            ),
            Ending::Outbox(held) => (FaultKind::ContractViolation, format!("`{call}`: {held}")),
            Ending::Trap(words) => (FaultKind::Trap, format!("`{call}` trapped: {words}")),
            Ending::Stack => (
                FaultKind::Trap,
                format!("`{call}` trapped: its calls are nested too deeply (endless recursion?)"),
            ),
            Ending::OutOfCpu => (
                FaultKind::OutOfCpu,
                format!("`{call}` used up the step's {:?} of processor time", limits.cpu),
            ),
            Ending::OutOfTime => (
                FaultKind::OutOfTime,
                format!("`{call}` took longer than {:?}", limits.call),
            ),
            Ending::TooMuch => (
                FaultKind::ContractViolation,
                format!(
                    "`{call}` handed over more than {} octets in one call",
                    limits.hostcall_octets
                ),
            ),
            Ending::Complaint(kind, message) => (kind, message),
            Ending::Violation(message) => (FaultKind::ContractViolation, format!("`{call}`: {message}")),
        };
        let (kind, message) = explain(kind, message, record);
        Fault {
            last_words: guard.words.text(),
            ..self.fault(kind, message)
        }
    }
}

/// A connector that was refused something cannot know why, and reports that its system is not there. The host knows.
fn explain(kind: FaultKind, message: String, record: Option<&Record>) -> (FaultKind, String) {
    let Some(record) = record else {
        return (kind, message);
    };
    let refusals: Vec<String> = record.take_refusals().iter().map(ToString::to_string).collect();
    let troubles = record.take_troubles();
    let mistaken = matches!(
        kind,
        FaultKind::Unreachable | FaultKind::Internal | FaultKind::Unauthorised | FaultKind::InvalidSettings
    );
    let kind = match (refusals.is_empty(), troubles.is_empty()) {
        (true, true) => return (kind, message),
        (false, _) if mistaken => FaultKind::NotGranted,
        (true, false) if mistaken => FaultKind::Unauthorised,
        _ => kind,
    };
    let causes: Vec<String> = refusals.into_iter().chain(troubles).collect();
    (
        kind,
        format!("{}\n(the connector says: {message})", causes.join("\n")),
    )
}
