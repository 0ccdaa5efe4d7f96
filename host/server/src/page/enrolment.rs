//! The targets that want to be enrolled: whether they are, what the check found, and enrolling for good.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::context;
use samklang_core::journal::Event;

use super::form::{Mishap, Typed, onwards, root};
use super::leaf::{Leaf, view};
use crate::access::{Approver, In, Operator, Viewer, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::run::Task;
use crate::view::EnrolmentWish;

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    page(&app, &leaf, &at, None).await
}

async fn page(
    app: &App,
    leaf: &Leaf,
    at: &Within<Viewer>,
    mishap: Option<&Mishap>,
) -> Result<Response, Problem> {
    let enrolments = app.desk().enrolments(at).await?;
    let content = context! { enrolments => view(&enrolments), mishap => view(&mishap) };
    let page = leaf.show_in(at, "enrolment.html", content).await?;
    Ok(match mishap {
        Some(mishap) => mishap.on(page),
        None => page,
    })
}

/// Has it looked whether a target can be enrolled.
pub(super) async fn check(
    State(app): State<App>,
    In(at): In<Operator>,
    Path((_, connection)): Path<(String, String)>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let viewer = at.lower();
    let known = app.desk().enrolments(&viewer).await?;
    if !known.iter().any(|one| one.connection == connection) {
        return Err(Problem::new(
            Kind::Absent,
            format!("no target {connection:?} wants to be enrolled"),
        ));
    }
    let task = Task::CheckEnrolment {
        connection: connection.clone(),
    };
    match app.runner().begin(at, task).map_err(Problem::from) {
        Ok(()) => Ok(onwards(&format!("{}/enrolment", root(viewer.tenant())))),
        Err(problem) => {
            let mishap = Typed::default().mishap(format!("check-{connection}"), &problem);
            page(&app, &leaf, &viewer, Some(&mishap)).await
        }
    }
}

/// Enrols a target for good.
pub(super) async fn enrol(
    State(app): State<App>,
    In(at): In<Approver>,
    Path((_, connection)): Path<(String, String)>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let deed = async {
        let reason = typed.reason()?;
        let wish = EnrolmentWish {
            check: whole(typed.needed("check")?)?,
            acknowledge: typed.get("acknowledge").map(whole).transpose()?,
            r#final: typed.get("final").is_some(),
        };
        app.desk().enrol(&at, &connection, &wish).await?;
        let detail = serde_json::json!({ "connection": connection, "reason": reason });
        app.desk()
            .note(&at.lower(), Event::EnrolmentReason, detail)
            .await?;
        Ok::<_, Problem>(())
    };
    match deed.await {
        Ok(()) => Ok(onwards(&format!("{}/enrolment", root(at.tenant())))),
        Err(problem) => {
            let mishap = typed.mishap(format!("enrol-{connection}"), &problem);
            page(&app, &leaf, &at.lower(), Some(&mishap)).await
        }
    }
}

fn whole<N: std::str::FromStr>(text: &str) -> Result<N, Problem> {
    text.parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            format!("{text:?} is no whole number: load the page again"),
        )
    })
}
