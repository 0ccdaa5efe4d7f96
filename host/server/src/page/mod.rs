//! The pages. They are written on the server, in the reader's language; a script only keeps what is live up to date.

mod act;
mod asked;
mod cases;
mod chart;
mod checks;
mod connections;
mod cycle;
mod enrolment;
mod findings;
mod form;
mod given;
mod halt;
mod history;
mod journal;
mod language;
mod leaf;
mod live;
mod overview;
mod people;
mod person;
mod plan;
mod sheet;
mod stream;
mod support;
mod upload;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use minijinja::context;

pub(crate) use leaf::{Leaf, view, zone_of};

use crate::api;
use crate::app::App;
use crate::problem::{Kind, Problem, unrefused};

/// The routes of the pages.
pub(crate) fn routes(app: &App) -> Router<App> {
    let given = Extension(given::Given::default());
    Router::new()
        .route("/", get(overview::show))
        .merge(crate::access::pages())
        .route("/language", post(language::choose))
        .route("/t/{tenant}", get(cycle::show))
        .route(
            "/t/{tenant}/live",
            get(live::show).layer(Extension(live::Stage::default())),
        )
        .route("/t/{tenant}/live/enrolment", get(checks::follow))
        .route("/t/{tenant}/run", post(act::run))
        .route("/t/{tenant}/promotions", post(act::promote))
        .route("/t/{tenant}/history/{cycle}", get(cycle::older))
        .route("/t/{tenant}/history/{cycle}/steps.json", get(cycle::log))
        .route("/t/{tenant}/halt", get(halt::show).post(halt::decide))
        .route("/t/{tenant}/cases", get(cases::list))
        .route("/t/{tenant}/cases/{id}", get(cases::show).post(cases::answer))
        .route("/t/{tenant}/cases/{id}/undo", post(cases::undo))
        .route("/t/{tenant}/enrolment", get(enrolment::show))
        .route("/t/{tenant}/enrolment/{connection}", post(enrolment::enrol))
        .route("/t/{tenant}/enrolment/{connection}/check", post(enrolment::check))
        .route("/t/{tenant}/people", get(people::search))
        .route("/t/{tenant}/people/{id}", get(person::show))
        .route("/t/{tenant}/people/{id}/errand", post(person::errand))
        .route("/t/{tenant}/people/{id}/by-hand", post(person::by_hand))
        .route("/t/{tenant}/people/{id}/export", post(person::export))
        .route("/t/{tenant}/people/{id}/forget", post(person::forget))
        .route("/t/{tenant}/plan", get(plan::show))
        .route("/t/{tenant}/plan.csv", get(sheet::show))
        .route(
            "/t/{tenant}/connections",
            get(connections::show).layer(given.clone()),
        )
        .route("/t/{tenant}/connections/check", post(connections::check))
        .route(
            "/t/{tenant}/connections/{connection}/files",
            // How much may arrive is the installation's to say, and is counted as it arrives.
            post(upload::receive).layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/t/{tenant}/connections/{connection}/files/{file}",
            post(upload::take),
        )
        .route("/t/{tenant}/builds", post(connections::build).layer(given))
        .route("/t/{tenant}/findings", get(findings::show))
        .route("/t/{tenant}/history", get(history::show))
        .route("/t/{tenant}/journal", get(journal::show))
        .route("/t/{tenant}/journal/verify", post(journal::verify))
        .route("/t/{tenant}/journal/retry", post(journal::retry))
        .route("/support", get(support::show))
        .route("/support/samklang-support.json", get(support::file))
        .layer(middleware::from_fn_with_state(app.clone(), in_words))
}

/// Where there is no such address, neither of people nor of programs.
pub(crate) async fn absent(uri: Uri, leaf: Option<Extension<Leaf>>) -> Response {
    match leaf {
        Some(Extension(leaf)) => {
            let detail = format!("there is nothing at {}", uri.path());
            tell(&leaf, Problem::new(Kind::Absent, detail))
        }
        None => api::absent(uri).await.into_response(),
    }
}

/// Tells a problem as a page, and what the framework itself refuses as well.
pub(crate) async fn in_words(leaf: Leaf, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    if let Some(problem) = response.extensions().get::<Problem>() {
        return tell(&leaf, problem.clone());
    }
    unrefused(response, &method, &path)
        .await
        .unwrap_or_else(|problem| tell(&leaf, problem))
}

/// A problem as a page.
pub(crate) fn tell(leaf: &Leaf, problem: Problem) -> Response {
    let content = context! { problem => view(&problem), code => problem.code() };
    let page = leaf.show("problem.html", content);
    let told = problem.into_response();
    match page {
        Ok(mut page) => {
            *page.status_mut() = told.status();
            page
        }
        // What cannot be told as a page is told as it is.
        Err(_) => told,
    }
}
