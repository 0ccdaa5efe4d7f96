//! Listening: with TLS or without, until somebody says that it is enough.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::access::keep_swept;
use crate::app::App;
use crate::run::STOP_WITHIN;
use crate::serve::router;
use crate::settings::TlsFiles;

/// How long requests that are under way may take once the tasks have come to rest.
const DRAIN: Duration = Duration::from_secs(5);
/// How often is looked whether the certificate was renewed.
const RENEWAL: Duration = Duration::from_secs(60);

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is not to be had.
    #[error(
        "the server cannot listen at {address}: {cause}; stop what is there, or set `listen` in [server]"
    )]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("the server's {path} cannot be used: {cause}; see `tls` in [server]", path = path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// It broke down.
    #[error("the server stopped: {0}; start it again")]
    Broken(#[source] std::io::Error),
}

/// A server that holds its address and has not begun to answer.
pub struct Server {
    app: App,
    listener: std::net::TcpListener,
    tls: Option<(RustlsConfig, TlsFiles)>,
}

impl Server {
    /// Takes the address, and reads the certificate where there is one.
    ///
    /// # Errors
    ///
    /// When the address is not to be had, or the certificate cannot be used.
    pub fn bind(app: App) -> Result<Self, ListenError> {
        let address = app.settings().listen;
        let taken = |cause| ListenError::Address { address, cause };
        let listener = std::net::TcpListener::bind(address).map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        let tls = match &app.settings().tls {
            Some(files) => Some((RustlsConfig::from_config(read(files)?), files.clone())),
            None => None,
        };
        Ok(Self { app, listener, tls })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system cannot tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers requests, and carries out what is due, until `enough`. Then nothing new is begun, and what is at work comes to a settled point.
    ///
    /// # Errors
    ///
    /// When it breaks down.
    pub async fn run(self, enough: impl Future<Output = ()> + Send + 'static) -> Result<(), ListenError> {
        let Self { app, listener, tls } = self;
        let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        app.runner().start();
        let sweeping = tokio::spawn(keep_swept(app.clone()));
        let closing = handle.clone();
        let rest = tokio::spawn({
            let app = app.clone();
            async move {
                enough.await;
                // Pages go on being answered meanwhile, and show how the tasks come to rest.
                app.runner().stop(STOP_WITHIN).await;
                closing.graceful_shutdown(Some(DRAIN));
            }
        });
        let answered = match tls {
            Some((config, files)) => {
                let renewal = tokio::spawn(renew(config.clone(), files));
                let server = axum_server::from_tcp_rustls(listener, config).map_err(ListenError::Broken)?;
                let answered = server.handle(handle).serve(service).await;
                renewal.abort();
                answered
            }
            None => {
                let server = axum_server::from_tcp(listener).map_err(ListenError::Broken)?;
                server.handle(handle).serve(service).await
            }
        };
        rest.abort();
        sweeping.abort();
        answered.map_err(ListenError::Broken)
    }
}

/// Takes a renewed certificate into use without a restart.
async fn renew(config: RustlsConfig, files: TlsFiles) {
    let mut known = written(&files);
    loop {
        tokio::time::sleep(RENEWAL).await;
        let newest = written(&files);
        if newest == known {
            continue;
        }
        match read(&files) {
            Ok(renewed) => {
                config.reload_from_config(renewed);
                tracing::info!(certificate = %files.certificate.display(), "the renewed certificate is in use");
                known = newest;
            }
            // Certificate and key are seldom written in one moment: it is tried again, and the former goes on.
            Err(cause) => tracing::warn!(%cause, "the renewed certificate cannot be used yet"),
        }
    }
}

fn written(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    [&files.certificate, &files.key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, ListenError> {
    let wrong = |path: &PathBuf, cause: String| ListenError::Tls {
        path: path.clone(),
        cause,
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|cause| wrong(&files.certificate, cause.to_string()))?;
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| wrong(&files.key, cause.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|cause| wrong(&files.certificate, cause.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
