//! What the server does by itself in a tenant, for pages and API.

use crate::access::{Role, Viewer, Within};
use crate::app::App;
use crate::desk::Answer;
use crate::run::Task;
use crate::view::{Enrolment, Moment, Untold, Work, WorkError};

/// The targets that want to be enrolled, and whether a check of each is at work or waits its turn, which the runner alone knows.
pub(crate) async fn enrolments(app: &App, at: &Within<Viewer>) -> Answer<Vec<Enrolment>> {
    let mut enrolments = app.desk().enrolments(at).await?;
    for one in &mut enrolments {
        let connection = one.connection.clone();
        one.checking |= app
            .runner()
            .has(at.tenant(), &Task::CheckEnrolment { connection });
    }
    Ok(enrolments)
}

/// What the server does by itself in a tenant, and what it could not do.
pub(crate) async fn work(app: &App, at: &Within<Viewer>) -> Work {
    let (runner, tenant) = (app.runner(), at.tenant());
    let untold = if at.role() >= Role::Operator {
        app.herald().last_failure(tenant).await.unwrap_or_else(|error| {
            tracing::error!(tenant, %error, "what could not be delivered cannot be read");
            None
        })
    } else {
        None
    };
    Work {
        running: runner.is_running(tenant),
        next: runner.next(tenant),
        tries_again: runner.tries_again(tenant),
        error: runner.last_error(tenant).map(|last| WorkError {
            at: last.at,
            message: last.error.to_string(),
        }),
        untold: untold.map(|failure| Untold {
            way: failure.way,
            at: Moment(failure.at),
            message: failure.failure,
            tries_again: failure.due.map(Moment),
        }),
    }
}
