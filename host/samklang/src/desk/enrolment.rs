//! Enrolment of targets.

use samklang_core::enrolment::{EnrolmentResult, Finding, Numbers, VALID_FOR};
use samklang_core::port::{CheckRecord, EnrolmentRecord, Enrolments as _};
use samklang_cycle::Quiet;
use samklang_server::view::{
    Check, CheckNumbers, Enrolled, Enrolment, EnrolmentFinding, EnrolmentWish, Moment,
};

use super::place::Place;
use super::run::Ready;
use crate::failure::Failure;

impl Place {
    /// The targets that want to be enrolled.
    pub(super) async fn enrolments(&self) -> Result<Vec<Enrolment>, Failure> {
        let tenant = self.written()?;
        let mut enrolments = Vec::new();
        for connection in tenant
            .connections()
            .iter()
            .filter(|connection| connection.enrolment())
        {
            let name = connection.name();
            let enrolled = self.store.enrolment(name).await?;
            let check = self.store.newest_check(name).await?;
            enrolments.push(Enrolment {
                connection: name.to_owned(),
                system: self.title(name),
                enrolled: enrolled.map(shown),
                check: check.map(checked),
                checking: false,
            });
        }
        Ok(enrolments)
    }

    /// Enrols a target for good, on the check that the person looked at.
    pub(super) async fn enrol(&self, connection: &str, wish: &EnrolmentWish) -> Result<Enrolled, Failure> {
        if !wish.r#final {
            return Err(Failure::Usage(format!(
                "enrolment of {connection} is final: it cannot be undone, and from the next run on it is written; say so: `final`"
            )));
        }
        let newest = self.store.newest_check(connection).await?;
        if newest.is_none_or(|newest| newest.id != wish.check) {
            return Err(Failure::Busy(format!(
                "check {} of {connection} is not the newest any more; look at the newest one",
                wish.check
            )));
        }
        let ready = Ready::new(self.written()?, &self.premises).await?;
        let worker = ready.worker(&Quiet);
        let record = worker
            .confirm_enrolment(connection, (&self.who, &wish.reason), wish.acknowledge)
            .await?;
        Ok(shown(record))
    }
}

fn shown(record: EnrolmentRecord) -> Enrolled {
    Enrolled {
        check: record.check,
        who: record.who,
        at: Moment(record.at),
        left_out: record.left_out,
        previewed_in: record.previewed,
    }
}

fn checked(record: CheckRecord) -> Check {
    let (result, failed) = match record.outcome {
        Ok(result) => (Some(result), None),
        Err(cause) => (None, Some(cause)),
    };
    let findings = result.iter().flat_map(|result| &result.findings);
    Check {
        id: record.id,
        started: Moment(record.started),
        finished: Moment(record.finished),
        valid_until: Moment(record.finished.saturating_add(VALID_FOR)),
        failed,
        enrollable: result.as_ref().is_some_and(EnrolmentResult::enrollable),
        units: result
            .as_ref()
            .map(|result| numbers(result.units))
            .unwrap_or_default(),
        users: result
            .as_ref()
            .map(|result| numbers(result.users))
            .unwrap_or_default(),
        findings: findings.map(finding).collect(),
    }
}

fn numbers(numbers: Numbers) -> CheckNumbers {
    CheckNumbers {
        checked: numbers.checked,
        ok: numbers.ok,
        blocking: numbers.blocking,
        needs_attention: numbers.needs_attention,
    }
}

fn finding(finding: &Finding) -> EnrolmentFinding {
    EnrolmentFinding {
        category: finding.category.as_str().to_owned(),
        class: finding.class.clone(),
        name: finding.name.clone(),
        target_key: finding.target_key.clone(),
        source_key: finding.source_key.clone(),
        reason: finding.reason.as_str().to_owned(),
        target: finding.target.clone(),
        source: finding.source.clone(),
        needs_attention: finding.needs_attention,
    }
}
