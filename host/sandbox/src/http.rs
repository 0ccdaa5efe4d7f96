//! Hands a guest's HTTP requests to egress, and egress's answers to the guest. Decides nothing.

use std::sync::Arc;

use http_body_util::BodyExt;
use samklang_egress::{BodyError, Patience, SendError, Sender};
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi_http::p2::bindings::http::{outgoing_handler, types};
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks,
    WasiHttpView as _,
};

use crate::instance::State;

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
}

impl WayOut {
    pub(crate) fn new(sender: Option<Arc<Sender>>) -> Self {
        let own = sender
            .as_ref()
            .map(|sender| sender.closed_headers())
            .unwrap_or_default();
        // Python's `requests` sets `Connection`, which egress takes out; refusing it would only break the program.
        let closed = Arc::new(move |name: &http::HeaderName| {
            own.contains(name)
                || (DEFAULT_FORBIDDEN_HEADERS.contains(name) && *name != http::header::CONNECTION)
        });
        Self { sender, closed }
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
        let sender = self.sender.clone();
        let options = options.unwrap_or_default();
        let patience = Patience {
            connect: options.connect_timeout,
            answer: options.first_byte_timeout,
            silence: options.between_bytes_timeout,
        };
        Box::new(async move {
            let Some(sender) = sender else {
                let _drained = request.into_body().collect().await;
                return Err(Error::HttpRequestDenied);
            };
            let answer = sender.send(request, patience).await.map_err(send_error)?;
            let answer = answer.map(|body| body.map_err(body_error).boxed_unsync());
            let nothing_more: Trailing = Box::new(std::future::ready(Ok(())));
            Ok((answer, nothing_more))
        })
    }
}

fn send_error(error: SendError) -> Error {
    match error {
        SendError::Refused(refusal) if refusal.code() == "address-prohibited" => {
            Error::DestinationIpProhibited
        }
        SendError::Refused(_) => Error::HttpRequestDenied,
        SendError::Credential(_) | SendError::Proxy(_) => Error::ConfigurationError,
        SendError::Unverified { .. } => Error::HttpProtocolError,
        SendError::TooLarge { limit } => Error::HttpRequestBodySize(Some(limit)),
        SendError::Body(text) => Error::InternalError(Some(text)),
        SendError::Unresolvable(text) => Error::DnsError {
            rcode: Some(text),
            info_code: None,
        },
        SendError::Unreachable { .. } => Error::ConnectionRefused,
        SendError::Untrusted { .. } => Error::TlsCertificateError,
        SendError::TimedOut { .. } => Error::HttpResponseTimeout,
        SendError::Broken { .. } => Error::ConnectionTerminated,
    }
}

fn body_error(error: BodyError) -> Error {
    match error {
        BodyError::TooLarge { limit } => Error::HttpResponseBodySize(Some(limit)),
        BodyError::Silence { .. } => Error::ConnectionReadTimeout,
        BodyError::Broken(_) => Error::HttpResponseIncomplete,
    }
}
