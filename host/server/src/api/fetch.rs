//! A file of a connection's inbox as it was delivered, for those who may see everything about everybody: is it today's, and is the person in it?

use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use samklang_core::journal::Event;
use serde_json::json;

use super::deliver::{name_flaw, on_disk};
use crate::access::{Administrator, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};

/// Octets that are sent at a time.
const PIECE: u64 = 64 << 10;

/// Gives a file of an inbox, and notes in the journal who took it.
///
/// # Errors
///
/// When the connection takes no files, when there is no such file, or when it cannot be read.
pub(crate) async fn fetch(
    app: &App,
    at: &Within<Administrator>,
    connection: &str,
    name: &str,
) -> Result<Response, Problem> {
    let inbox = app.desk().inbox(&at.lower(), connection).await?;
    let absent = || {
        Problem::new(
            Kind::Absent,
            format!(
                "there is no file {name:?} in the inbox of `{connection}`: the connection lists those that there are"
            ),
        )
    };
    if name_flaw(name).is_some() {
        return Err(absent());
    }
    let file = inbox.join(name);
    let (file, length) = on_disk(move || open(file)).await?.ok_or_else(absent)?;
    let detail = json!({"connection": connection, "file": name, "octets": length});
    app.desk().note(&at.lower(), Event::FileTaken, detail).await?;
    let pieces = stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::new();
            file.by_ref().take(PIECE).read_to_end(&mut piece)?;
            Ok::<_, std::io::Error>((piece, file))
        });
        let (piece, file) = read.await.map_err(std::io::Error::other)??;
        Ok::<_, std::io::Error>((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    });
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let head = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        // RFC 6266, section 4.1.
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
        (CONTENT_LENGTH, length.to_string()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, Body::from_stream(pieces)).into_response())
}

/// Opens a file, with its length; none when there is no file of its own there. What leads elsewhere is none, and nobody waits for a pipe.
fn open(path: PathBuf) -> std::io::Result<Option<(std::io::Take<std::fs::File>, u64)>> {
    let mut options = std::fs::File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = match options.open(path) {
        Ok(file) => file,
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound) || is_link(&cause) => return Ok(None),
        Err(cause) => return Err(cause),
    };
    let about = file.metadata()?;
    // As much as was said, should it grow meanwhile.
    Ok(about.is_file().then(|| (file.take(about.len()), about.len())))
}

#[cfg(unix)]
fn is_link(cause: &std::io::Error) -> bool {
    cause.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_link(_: &std::io::Error) -> bool {
    false
}
