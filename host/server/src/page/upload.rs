//! A file that arrives by the page, for the inbox of a connection.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;

use super::cycle;
use super::form::{Typed, onwards, root};
use super::leaf::Leaf;
use crate::access::{In, Operator, Within};
use crate::api::deliver::deliver;
use crate::app::App;
use crate::problem::{Kind, Problem};

pub(super) async fn receive(
    State(app): State<App>,
    In(at): In<Operator>,
    Path((_, connection)): Path<(String, String)>,
    leaf: Leaf,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let form = form.map_err(|cause| Problem::new(Kind::BadRequest, cause.body_text()))?;
    match put(&app, &at, &connection, form, false).await {
        Ok(()) => Ok(onwards(&format!("{}?done=file", root(at.tenant())))),
        Err(problem) => {
            let mishap = Typed::default().mishap(format!("file-{connection}"), &problem);
            cycle::page(&app, &leaf, &at.lower(), None, Some(&mishap)).await
        }
    }
}

/// Puts the file of a form into the inbox, piece by piece as it arrives. With `keep`, a file of its name that is there stays unless the form
/// ticks `replace` before the file.
pub(super) async fn put(
    app: &App,
    at: &Within<Operator>,
    connection: &str,
    mut form: Multipart,
    mut keep: bool,
) -> Result<(), Problem> {
    let broken = |cause: axum::extract::multipart::MultipartError| {
        Problem::new(
            Kind::BadRequest,
            format!("the form did not arrive whole: {}", cause.body_text()),
        )
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("replace") => keep = false,
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                if name.is_empty() {
                    break;
                }
                deliver(app, at, connection, &name, keep, field).await?;
                return Ok(());
            }
            _ => {}
        }
    }
    Err(Problem::new(Kind::Refused, "no file was chosen: choose one"))
}
