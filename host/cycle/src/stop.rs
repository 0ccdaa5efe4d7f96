//! Why a step cannot go on: what it waits for, who can act and what to do. Kept with the step, shown by every report.

use samklang_core::port::StoreError;
use samklang_core::{Fault, FaultKind, Owner};
use serde::{Deserialize, Serialize};

/// What kind of stop it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopCode {
    /// A guard halted the step: a person decides.
    Guard,
    /// The connector or its system could not go on.
    Fault,
    /// What was read contradicts itself: nothing of it was taken over.
    Refused,
    /// A target refused in proportion and is left alone until the next cycle.
    Breaker,
    /// The target is not enrolled: the step is done, and nothing was written.
    NotEnrolled,
    /// The target has got what it gets in a day: the step is done, and the rest waits for another day.
    DailyLimit,
}

/// A stop, fit for the person who can act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// What kind.
    pub code: StopCode,
    /// What happened.
    pub message: String,
    /// Who can act.
    pub owner: Owner,
    /// What to do.
    pub remedy: String,
    /// Particulars, such as counts by class.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub detail: serde_json::Value,
}

impl Stop {
    pub(crate) fn refused(message: String) -> Self {
        Self {
            code: StopCode::Refused,
            message,
            owner: Owner::System,
            remedy: "have the data delivered anew, and run again; nothing of this read was taken over"
                .to_owned(),
            detail: serde_json::Value::Null,
        }
    }

    /// Names the connection that it is about, where the message does not: several are read in one cycle.
    pub(crate) fn about(mut self, connection: Option<&str>) -> Self {
        if let Some(name) = connection
            && !self.message.starts_with(name)
            && !self.message.contains(&format!("`{name}`"))
        {
            self.message = format!("{name}: {}", self.message);
        }
        self
    }

    /// As it is kept with its step: examples of what would change are personal data and are kept elsewhere, sealed.
    pub(crate) fn kept(&self) -> String {
        let mut stop = self.clone();
        let parts = stop.detail.pointer_mut("/proposal/parts");
        let parts = parts.and_then(serde_json::Value::as_object_mut);
        for part in parts.into_iter().flat_map(|parts| parts.values_mut()) {
            if let Some(sample) = part.get_mut("sample") {
                *sample = serde_json::Value::Array(Vec::new());
            }
        }
        serde_json::to_string(&stop).unwrap_or_else(|_| stop.message.clone())
    }

    /// For how long the system asks to be left alone, in milliseconds; none when it does not.
    #[must_use]
    pub fn after(&self) -> Option<i64> {
        self.detail.get("after")?.as_i64()
    }

    /// Reads the stop of a step back from where it was kept.
    #[must_use]
    pub fn parse(kept: &str) -> Option<Self> {
        serde_json::from_str(kept).ok()
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        let code = fault.kind.code();
        let detail = match fault.kind {
            FaultKind::RateLimited { after } => {
                let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
                serde_json::json!({ "fault": code, "after": after })
            }
            _ => serde_json::json!({ "fault": code }),
        };
        Self {
            code: StopCode::Fault,
            message: fault.to_string(),
            owner: fault.kind.owner(),
            remedy: fault.kind.remedy().to_owned(),
            detail,
        }
    }
}

/// Why a worker could not run a cycle at all.
#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    /// The store failed, or another worker has the cycle.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a step ended early.
#[derive(Debug)]
pub(crate) enum Early {
    /// It cannot go on.
    Stop(Stop),
    /// It waits for a person.
    Halt(Stop),
    /// The store failed.
    Store(StoreError),
}

impl From<Fault> for Early {
    fn from(fault: Fault) -> Self {
        Self::Stop(fault.into())
    }
}

impl From<StoreError> for Early {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::RepeatedKey { .. } => Self::Stop(Stop::refused(error.to_string())),
            other => Self::Store(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_pause_that_a_system_asks_for_is_kept_with_the_step() {
        let stop = |kind| {
            let fault = Fault {
                kind,
                connector: "canvas".to_owned(),
                version: "1.0.0".to_owned(),
                connection: "canvas".to_owned(),
                step: "read".to_owned(),
                message: "the system is busy".to_owned(),
                last_words: None,
            };
            Stop::parse(&Stop::from(fault).kept()).unwrap()
        };
        let after = Duration::from_secs(90);
        let limited = stop(FaultKind::RateLimited { after });
        assert_eq!(limited.after(), Some(90_000));
        assert_eq!(limited.detail["fault"], "rate-limited");
        assert_eq!(stop(FaultKind::Unreachable).after(), None);
        let after = Duration::MAX;
        assert_eq!(stop(FaultKind::RateLimited { after }).after(), Some(i64::MAX));
    }
}
