//! Checks that a person asks for: of the systems, and of a target before its enrolment. Both speak with other systems in the tenant's name, so
//! the journal keeps who had it done.

use serde_json::json;

use samklang_core::journal::Event;

use crate::access::{Operator, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::run::Task;
use crate::view::Finding;

/// Looks whether a cycle can run, and asks each system.
///
/// # Errors
///
/// When the configuration holds mistakes, or the journal cannot keep it.
pub(crate) async fn systems(app: &App, at: &Within<Operator>) -> Result<Vec<Finding>, Problem> {
    let findings = app.desk().check(at).await?;
    let detail = json!({ "findings": findings.len() });
    app.desk()
        .note(&at.lower(), Event::ConnectionsChecked, detail)
        .await?;
    Ok(findings)
}

/// Has a target checked before its enrolment, as soon as nothing else runs in the tenant.
///
/// # Errors
///
/// When no such target wants to be enrolled, the same is at work already, or the journal cannot keep it.
pub(crate) async fn enrolment(app: &App, at: &Within<Operator>, connection: &str) -> Result<(), Problem> {
    let known = app.desk().enrolments(&at.lower()).await?;
    if !known.iter().any(|target| target.connection == connection) {
        let detail = format!(
            "there is no target `{connection}` that wants to be enrolled: the list of enrolments names them"
        );
        return Err(Problem::new(Kind::Absent, detail));
    }
    let task = Task::CheckEnrolment {
        connection: connection.to_owned(),
    };
    app.runner().ask(at.clone(), task).await?;
    let detail = json!({ "connection": connection });
    app.desk()
        .note(&at.lower(), Event::EnrolmentChecked, detail)
        .await?;
    Ok(())
}
