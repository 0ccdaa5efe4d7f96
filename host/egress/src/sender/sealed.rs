//! The answer to a sealed message: read whole, opened, and handed on without anything that was not signed.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use http_body_util::BodyExt as _;

use crate::body::ResponseBody;
use crate::failure::SendError;
use crate::ws_trust::Turned;

/// Statuses of whoever stands before a service. They are handed on alone, for they say nothing but that it should be tried again.
const ON_THE_WAY: [StatusCode; 4] = [
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::BAD_GATEWAY,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];

pub(super) async fn opened(
    answer: Response<ResponseBody>,
    origin: &str,
    open: impl FnOnce(Bytes) -> Result<Bytes, Turned>,
) -> Result<Response<ResponseBody>, SendError> {
    let (mut parts, body) = answer.into_parts();
    let mut headers = HeaderMap::new();
    for name in [header::CONTENT_TYPE, header::RETRY_AFTER] {
        if let Some(value) = parts.headers.remove(&name) {
            headers.insert(name, value);
        }
    }
    parts.headers = headers;
    if ON_THE_WAY.contains(&parts.status) {
        return Ok(Response::from_parts(parts, ResponseBody::whole(Bytes::new())));
    }
    let whole = body.collect().await.map_err(|error| SendError::Broken {
        origin: origin.to_owned(),
        cause: error.to_string(),
    })?;
    match open(whole.to_bytes()) {
        Ok(opened) => Ok(Response::from_parts(parts, ResponseBody::whole(opened))),
        Err(turned) => Err(SendError::Unverified {
            origin: origin.to_owned(),
            cause: turned.cause,
            turned_down: turned.token,
        }),
    }
}
