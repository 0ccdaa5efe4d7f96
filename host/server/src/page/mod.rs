//! The pages. They are written on the server, in the reader's language; a script only keeps what is live up to date.

mod leaf;
mod overview;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use axum::{Router, middleware};
use minijinja::context;

pub(crate) use leaf::{Leaf, view};
pub(crate) use overview::summaries;

use crate::app::App;
use crate::problem::Problem;

/// The routes of the pages.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(overview::show))
        .layer(middleware::from_fn_with_state(app.clone(), in_words))
}

/// Tells a problem as a page.
pub(crate) async fn in_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let leaf = Leaf::new(
        &app,
        request.extensions().get().cloned(),
        request.headers(),
        request.uri(),
    );
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>() else {
        return response;
    };
    let content = context! { problem => view(problem), code => problem.code() };
    match leaf.show("problem.html", content) {
        Ok(mut page) => {
            *page.status_mut() = response.status();
            page
        }
        // What cannot be told as a page is told as it is.
        Err(_) => response,
    }
}
