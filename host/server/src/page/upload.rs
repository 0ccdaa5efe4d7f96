//! Files of a connection's inbox, by pages: as one arrives, and as one is fetched. Two pages have the form, and what becomes of the file is
//! the same: it takes the place of one of its name, and the page that the form leads back to says so.

use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::response::Response;

use super::form::{Typed, onwards, root};
use super::leaf::Leaf;
use super::{connections, cycle};
use crate::access::{Administrator, In, Operator, Within};
use crate::api::deliver::{Delivery, deliver};
use crate::api::fetch::fetch;
use crate::app::App;
use crate::problem::{Kind, Problem};

/// The page that the form is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whence {
    Connections,
    Cycle,
}

/// Takes a file for a connection's inbox, piece by piece as it arrives.
pub(super) async fn receive(
    State(app): State<App>,
    In(at): In<Operator>,
    Path((_, connection)): Path<(String, String)>,
    leaf: Leaf,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    // Where there is no inbox there is no form to go back to.
    app.desk().inbox(&at, &connection).await?;
    let mut from = Whence::Connections;
    let taken = match form {
        Ok(form) => put(&app, &at, &connection, form, &mut from).await,
        Err(cause) => Err(Problem::refused(cause.status(), cause.body_text())),
    };
    let viewer = at.lower();
    let page = match from {
        Whence::Connections => connections::address(&viewer),
        Whence::Cycle => root(at.tenant()),
    };
    match taken {
        Ok(Delivery::New) => Ok(onwards(&format!("{page}?done=file"))),
        Ok(Delivery::Replaced) => Ok(onwards(&format!("{page}?done=file-replaced"))),
        Err(problem) => {
            let mishap = Typed::default().mishap(format!("file:{connection}"), &problem);
            match from {
                Whence::Connections => connections::again(&app, &viewer, leaf, mishap).await,
                Whence::Cycle => cycle::page(&app, &leaf.at(&page), &viewer, None, Some(&mishap)).await,
            }
        }
    }
}

/// Gives a file of the inbox. It is asked for by a form because it is noted who took it.
pub(super) async fn take(
    State(app): State<App>,
    In(at): In<Administrator>,
    Path((_, connection, file)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    fetch(&app, &at, &connection, &file).await
}

/// Puts the file of a form into the inbox. The fields come in the order of the form: the page that it is on before the file itself.
async fn put(
    app: &App,
    at: &Within<Operator>,
    connection: &str,
    mut form: Multipart,
    from: &mut Whence,
) -> Result<Delivery, Problem> {
    let broken = |cause: MultipartError| {
        Problem::refused(
            cause.status(),
            format!("the form did not arrive whole: {}", cause.body_text()),
        )
    };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("from") => {
                let whence = field.chunk().await.map_err(broken)?;
                if whence.as_deref() == Some(&b"cycle"[..]) {
                    *from = Whence::Cycle;
                }
            }
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                if name.is_empty() {
                    break;
                }
                return deliver(app, at, connection, &name, false, field).await;
            }
            _ => {}
        }
    }
    Err(Problem::new(Kind::Refused, "no file was chosen: choose one"))
}
