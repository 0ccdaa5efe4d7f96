//! Hands a guest's HTTP requests to egress, and egress's answers to the guest, past the tape where there is one. Decides nothing.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, Full, Limited};
use samklang_egress::{BodyError, Patience, SendError, Sender};
use serde::{Deserialize, Serialize};
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::p2::bindings::http::{outgoing_handler, types};
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks,
    WasiHttpView as _,
};

use crate::instance::State;
use crate::tape::{Octets, Tape};

/// Offers `wasi:http` to connectors.
///
/// Sending a request hands its options over for good, but wasmtime 48 only looks at them, so that every request of an instance would
/// leave one behind until no handle is free. Here they are given back.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    linker.allow_shadowing(true);
    linker.instance("wasi:http/outgoing-handler@0.2.12")?.func_wrap(
        "handle",
        |mut store, (request, options): Handled| {
            let mut http = store.data_mut().http();
            let handed_over = options.as_ref().map(Resource::rep);
            let answer = outgoing_handler::Host::handle(&mut http, request, options);
            if let Some(options) = handed_over {
                http.table.delete(Resource::<RequestOptions>::new_own(options))?;
            }
            Ok((match answer {
                Ok(answer) => Ok(answer),
                Err(error) => Err(types::Host::convert_error_code(&mut http, error)?),
            },))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

/// What a guest hands over to be sent.
type Handled = (Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>);

/// What wasmtime asks to be called with.
type Sent = Result<(http::Response<WasiBody>, Trailing), Error>;
/// What goes on after an answer began; egress does it within the body.
type Trailing = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// The way out of one instance.
pub(crate) struct WayOut {
    /// Absent where nothing may be sent, as in `describe`.
    sender: Option<Arc<Sender>>,
    closed: ForbiddenHeaderFilter,
    tape: Option<Tape>,
}

impl WayOut {
    pub(crate) fn new(sender: Option<Arc<Sender>>, tape: Option<Tape>) -> Self {
        let own = sender
            .as_ref()
            .map(|sender| sender.closed_headers())
            .unwrap_or_default();
        // Python's `requests` sets `Connection`, which egress takes out; refusing it would only break the program.
        let closed = Arc::new(move |name: &http::HeaderName| {
            own.contains(name)
                || (DEFAULT_FORBIDDEN_HEADERS.contains(name) && *name != http::header::CONNECTION)
        });
        Self { sender, closed, tape }
    }

    /// What takes down all that goes out, or stands for it.
    pub(crate) fn tape(&self) -> Option<Tape> {
        self.tape.clone()
    }

    /// Who sends.
    pub(crate) fn sender(&self) -> Option<Arc<Sender>> {
        self.sender.clone()
    }
}

impl WasiHttpHooks for WayOut {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::clone(&self.closed)
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let (sender, tape) = (self.sender.clone(), self.tape.clone());
        let options = options.unwrap_or_default();
        let patience = Patience {
            connect: options.connect_timeout,
            answer: options.first_byte_timeout,
            silence: options.between_bytes_timeout,
        };
        Box::new(async move {
            let nothing_more: Trailing = Box::new(std::future::ready(Ok(())));
            let Some(sender) = sender else {
                let _drained = request.into_body().collect().await;
                return Err(Error::HttpRequestDenied);
            };
            if let Some(tape) = tape {
                return Ok((taped(&tape, &sender, request, patience).await?, nothing_more));
            }
            let answer = sender.send(request, patience).await.map_err(Failure::from)?;
            let answer = answer.map(|body| body.map_err(|error| Failure::from(error).into()).boxed_unsync());
            Ok((answer, nothing_more))
        })
    }
}

/// The largest body that is sent past a tape, in octets.
const LARGEST: usize = 64 << 20;

/// The same with a tape between, which has to have the whole of both bodies.
async fn taped(
    tape: &Tape,
    sender: &Sender,
    request: http::Request<WasiBody>,
    patience: Patience,
) -> Result<http::Response<WasiBody>, Error> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LARGEST).collect().await;
    let body = body
        .map_err(|_| Error::HttpRequestBodySize(u64::try_from(LARGEST).ok()))?
        .to_bytes();
    let asked = serde_json::json!({
        "method": parts.method.as_str(),
        "url": parts.uri.to_string(),
        "headers": texts(&parts.headers),
        "body": Octets(body.to_vec()),
    });
    let live = async || {
        let request = http::Request::from_parts(parts, Full::new(body));
        let answer = match sender.send(request, patience).await {
            Ok(answer) => answer,
            Err(error) => return Err(Failure::from(error)),
        };
        let (parts, mut body) = answer.into_parts();
        let mut whole = Vec::new();
        let mut cut = None;
        while let Some(frame) = body.frame().await {
            match frame.map(http_body::Frame::into_data) {
                Ok(Ok(data)) => whole.extend_from_slice(&data),
                Ok(Err(_)) => {}
                Err(error) => {
                    cut = Some(Failure::from(error));
                    break;
                }
            }
        }
        Ok(Taken {
            status: parts.status.as_u16(),
            headers: texts(&parts.headers),
            body: Octets(whole),
            cut,
        })
    };
    let taken: Result<Taken, Failure> = tape
        .pass("http", asked, live)
        .await
        .map_err(|words| Error::InternalError(Some(words)))?;
    let taken = taken?;
    let mut answer = http::Response::builder().status(taken.status);
    for (name, value) in &taken.headers {
        answer = answer.header(name, value);
    }
    let whole = Full::new(Bytes::from(taken.body.0)).map_err(|never| match never {});
    let body = match taken.cut {
        None => whole.boxed_unsync(),
        Some(failure) => Cut(whole, Some(failure)).boxed_unsync(),
    };
    answer
        .body(body)
        .map_err(|cause| Error::InternalError(Some(cause.to_string())))
}

/// An answer on a tape.
#[derive(Serialize, Deserialize)]
struct Taken {
    status: u16,
    headers: Vec<(String, String)>,
    body: Octets,
    /// Why no more of the body came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<Failure>,
}

/// A body that breaks off.
struct Cut<B>(B, Option<Failure>);

impl<B: Body<Data = Bytes, Error = Error> + Unpin> Body for Cut<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.0).poll_frame(context) {
            Poll::Ready(None) => Poll::Ready(this.1.take().map(|failure| Err(failure.into()))),
            other => other,
        }
    }
}

fn texts(headers: &http::HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

/// Why no answer came, or no more of it, as the guest is told.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Failure {
    Denied,
    AddressProhibited,
    Configuration,
    RequestTooLarge(u64),
    Unsent(String),
    Unresolvable(String),
    Unreachable,
    Untrusted,
    Unverified,
    TimedOut,
    Broken,
    AnswerTooLarge(u64),
    Silence,
    Incomplete,
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Refused(refusal) if refusal.code() == "address-prohibited" => Self::AddressProhibited,
            SendError::Refused(_) => Self::Denied,
            SendError::Credential(_) | SendError::Proxy(_) => Self::Configuration,
            SendError::Unverified { .. } => Self::Unverified,
            SendError::TooLarge { limit } => Self::RequestTooLarge(limit),
            SendError::Body(text) => Self::Unsent(text),
            SendError::Unresolvable(text) => Self::Unresolvable(text),
            SendError::Unreachable { .. } => Self::Unreachable,
            SendError::Untrusted { .. } => Self::Untrusted,
            SendError::TimedOut { .. } => Self::TimedOut,
            SendError::Broken { .. } => Self::Broken,
        }
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge { limit } => Self::AnswerTooLarge(limit),
            BodyError::Silence { .. } => Self::Silence,
            BodyError::Broken(_) => Self::Incomplete,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied => Self::HttpRequestDenied,
            Failure::AddressProhibited => Self::DestinationIpProhibited,
            Failure::Configuration => Self::ConfigurationError,
            Failure::RequestTooLarge(limit) => Self::HttpRequestBodySize(Some(limit)),
            Failure::Unsent(text) => Self::InternalError(Some(text)),
            Failure::Unresolvable(text) => Self::DnsError {
                rcode: Some(text),
                info_code: None,
            },
            Failure::Unreachable => Self::ConnectionRefused,
            Failure::Untrusted => Self::TlsCertificateError,
            Failure::Unverified => Self::HttpProtocolError,
            Failure::TimedOut => Self::HttpResponseTimeout,
            Failure::Broken => Self::ConnectionTerminated,
            Failure::AnswerTooLarge(limit) => Self::HttpResponseBodySize(Some(limit)),
            Failure::Silence => Self::ConnectionReadTimeout,
            Failure::Incomplete => Self::HttpResponseIncomplete,
        }
    }
}
