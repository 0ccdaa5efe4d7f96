//! Requests by `wasi:http`. One request at a time; the body goes out and comes in through streams of the host.

use std::io::{self, Read, Write};
use std::time::Duration;

use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, OutgoingBody, OutgoingRequest, RequestOptions, Scheme,
};
use wasip2::io::streams::InputStream;

use super::{Answer, Method, NoAnswer, Request};

/// The body of an answer. The stream is dropped before the body that it belongs to.
pub(super) struct Body {
    stream: InputStream,
    _body: IncomingBody,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut self.stream, buffer)
    }
}

pub(super) fn send(request: Request, timeout: Duration) -> Answer<Body> {
    let Request {
        method,
        url,
        headers,
        body,
    } = request;
    let outgoing = OutgoingRequest::new(fields(&headers, body.len())?);
    let method = match method {
        Method::Get => wasip2::http::types::Method::Get,
        Method::Head => wasip2::http::types::Method::Head,
        Method::Post => wasip2::http::types::Method::Post,
        Method::Put => wasip2::http::types::Method::Put,
        Method::Patch => wasip2::http::types::Method::Patch,
        Method::Delete => wasip2::http::types::Method::Delete,
    };
    let (scheme, rest) = url.split_once("://").ok_or("the URL has no scheme")?;
    let scheme = match scheme {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        other => return Err(format!("the scheme {other} is not HTTP").into()),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    let refused = |part: &str| format!("the host does not take the {part} of the request");
    outgoing.set_method(&method).map_err(|()| refused("method"))?;
    outgoing
        .set_scheme(Some(&scheme))
        .map_err(|()| refused("scheme"))?;
    outgoing
        .set_authority(Some(authority))
        .map_err(|()| refused("host name"))?;
    outgoing
        .set_path_with_query(Some(&path))
        .map_err(|()| refused("path"))?;

    let options = RequestOptions::new();
    let limit = Some(u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX));
    // A host need not support limits of its guests; its own hold in any case.
    let _ = options.set_connect_timeout(limit);
    let _ = options.set_first_byte_timeout(limit);
    let _ = options.set_between_bytes_timeout(limit);

    let sink = outgoing.body().map_err(|()| refused("body"))?;
    let answer = outgoing_handler::handle(outgoing, Some(options)).map_err(no_answer)?;
    let written = write(&sink, &body);
    let finished = OutgoingBody::finish(sink, None);
    answer.subscribe().block();
    let response = answer
        .get()
        .ok_or("no answer came")?
        .map_err(|()| "the answer is gone")?
        .map_err(no_answer)?;
    // A system may answer, such as with 413, before it has taken the whole body; its answer counts then.
    if !(400..=599).contains(&response.status()) {
        written.map_err(|cause| format!("the body could not be sent: {cause}"))?;
        finished.map_err(|code| code.to_string())?;
    }
    let headers = response.headers().entries();
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned()))
        .collect();
    let body = response.consume().map_err(|()| "the answer has no body")?;
    let stream = body.stream().map_err(|()| "the answer's body is gone")?;
    Ok((response.status(), headers, Body { stream, _body: body }))
}

/// What a host says of itself is no matter of the line.
fn no_answer(code: ErrorCode) -> NoAnswer {
    let words = || format!("the host does not let the request out: {code}");
    match code {
        ErrorCode::ConfigurationError | ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => {
            NoAnswer::NotPermitted(words())
        }
        other => NoAnswer::Failed(other.to_string()),
    }
}

fn fields(headers: &[(String, String)], length: usize) -> Result<Fields, String> {
    let fields = Fields::new();
    for (name, value) in headers {
        fields
            .append(name, value.as_bytes())
            .map_err(|cause| format!("the header {name} cannot be sent: {cause}"))?;
    }
    if length > 0 {
        // Some hosts write this header themselves and forbid it; then it is right without our help.
        let _ = fields.append("content-length", length.to_string().as_bytes());
    }
    Ok(fields)
}

fn write(sink: &OutgoingBody, body: &[u8]) -> io::Result<()> {
    if body.is_empty() {
        return Ok(());
    }
    let gone = |()| io::Error::other("the host gives no stream for it");
    let mut stream = sink.write().map_err(gone)?;
    stream.write_all(body)?;
    Write::flush(&mut stream)
}
