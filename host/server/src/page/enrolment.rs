//! The targets that want to be enrolled: whether they are, what the check found, and enrolling for good.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::checks;
use super::form::{Mishap, Typed, onwards, root};
use super::leaf::{Leaf, view};
use crate::access::{Approver, In, Operator, Viewer, Within};
use crate::api::checking;
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::run::enrolments;
use crate::view::EnrolmentWish;

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    page(&app, &leaf, &at, None).await
}

fn address(at: &Within<Viewer>) -> String {
    format!("{}/enrolment", root(at.tenant()))
}

async fn page(
    app: &App,
    leaf: &Leaf,
    at: &Within<Viewer>,
    mishap: Option<&Mishap>,
) -> Result<Response, Problem> {
    let enrolments = enrolments(app, at).await?;
    let content = context! {
        enrolments => view(&enrolments),
        shown => checks::written(&enrolments),
        mishap => view(&mishap),
    };
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
    match checking::enrolment(&app, &at, &connection).await {
        Ok(()) => Ok(onwards(&address(&viewer))),
        Err(problem) if problem.status == StatusCode::NOT_FOUND => Err(problem),
        Err(problem) => {
            let mishap = Typed::default().mishap(format!("check-{connection}"), &problem);
            page(&app, &leaf.at(&address(&viewer)), &viewer, Some(&mishap)).await
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
        let wish = EnrolmentWish {
            check: whole(typed.needed("check")?)?,
            acknowledge: typed.get("acknowledge").map(whole).transpose()?,
            r#final: typed.get("final").is_some(),
            reason: typed.reason()?,
        };
        app.desk().enrol(&at, &connection, &wish).await?;
        Ok::<_, Problem>(())
    };
    match deed.await {
        Ok(()) => Ok(onwards(&address(&at.lower()))),
        Err(problem) => {
            let mishap = typed.mishap(format!("enrol-{connection}"), &problem);
            let viewer = at.lower();
            page(&app, &leaf.at(&address(&viewer)), &viewer, Some(&mishap)).await
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
