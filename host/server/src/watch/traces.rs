//! Traces of requests, tasks and steps to a collector, by OTLP over HTTP. Off unless the configuration names one. What leaves passes the
//! way out of the host, and holds what the spans hold: routes, tenants, kinds of steps, states and times.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use samklang_egress::{Egress, HostClient, HostLimits, SendError, TlsError};
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;
use url::Url;

/// Where traces are taken, below the collector's address (OTLP 1.0, section on HTTP).
const TAKEN: &str = "v1/traces";

/// Why traces cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// No certificate authorities.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTP client.
    #[error(transparent)]
    Client(#[from] SendError),
    /// The exporter.
    #[error("traces cannot be sent to {to}: {cause}")]
    Exporter {
        /// Where to.
        to: Url,
        /// What is wrong.
        cause: String,
    },
}

/// Sends traces as long as it is kept.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends what has not been sent. It blocks, and needs the runtime that it was made in for that.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// A layer for the program's subscriber that sends spans to the collector at that address, such as `http://localhost:4318`. It has to be
/// called within the runtime that shall send.
///
/// # Errors
///
/// See [`TracesError`].
pub fn traces<S>(to: &Url) -> Result<(impl Layer<S> + use<S>, Traces), TracesError>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let client = Way {
        client: Egress::new(&[])?.host_client(HostLimits::default())?,
        runtime: Handle::current(),
    };
    let base = to.as_str().trim_end_matches('/');
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{base}/{TAKEN}"))
        .build()
        .map_err(|error| TracesError::Exporter {
            to: to.clone(),
            cause: error.to_string(),
        })?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("samklang").build())
        .build();
    let spans = Targets::new().with_target("samklang", LevelFilter::INFO);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("samklang"))
        .with_filter(spans);
    Ok((layer, Traces(provider)))
}

/// Sends from the exporter's own thread by the runtime of the program.
#[derive(Debug)]
struct Way {
    client: HostClient,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Way {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { client.send(request).await });
        Ok(sent.await??)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::Router;
    use axum::body::Bytes as Body;
    use axum::http::HeaderMap;
    use axum::routing::post;
    use tokio::net::TcpListener;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn spans_arrive_at_the_collector() {
        let (arrived, mut arrives) = tokio::sync::mpsc::unbounded_channel();
        let arrived = Arc::new(arrived);
        let take = post(async move |headers: HeaderMap, body: Body| {
            arrived.send((headers["content-type"].clone(), body)).unwrap();
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/v1/traces", take);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });

        let to = format!("http://{address}").parse().unwrap();
        let (layer, traces) = traces(&to).unwrap();
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            let task = tracing::info_span!(target: "samklang_server", "task", tenant = "nordvik");
            let _entered = task.enter();
            tracing::info_span!(target: "samklang_server", "step", kind = "import").in_scope(|| ());
            tracing::info_span!(target: "hyper", "of-a-library").in_scope(|| ());
        });
        tokio::task::spawn_blocking(|| traces.end()).await.unwrap();
        let (kind, body) = arrives.recv().await.unwrap();
        assert_eq!(kind, "application/x-protobuf");
        let text = String::from_utf8_lossy(&body);
        for part in ["samklang", "task", "nordvik", "step", "import"] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains("of-a-library"));
    }
}
