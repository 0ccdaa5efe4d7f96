//! The target of exports: a server on loopback that answers every request at once with 204, over TLS, HTTP/1.1. It runs in
//! a process of its own, because its memory and most of its time are no part of the export.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::StatusCode;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::server::TlsStream;

/// The server's process. Ends when dropped.
#[derive(Debug)]
pub(crate) struct Receiver {
    process: Child,
    url: String,
    certificate: PathBuf,
}

impl Receiver {
    /// Starts it; `folder` is where its certificate goes.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let certificate = folder.join("receiver.pem");
        let program = std::env::current_exe().context("this program does not know where it is")?;
        let mut process = Command::new(program)
            .arg("receive")
            .arg(&certificate)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the receiver cannot be started")?;
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output)
                .read_line(&mut url)
                .context("the receiver does not say where it is")?;
        }
        let url = url.trim().to_owned();
        anyhow::ensure!(!url.is_empty(), "the receiver ended before it answered");
        Ok(Self {
            process,
            url,
            certificate,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Whom a client has to believe.
    pub(crate) fn certificate(&self) -> &Path {
        &self.certificate
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Either it ends with its input, or it has ended.
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

/// Serves until the standard input ends.
pub(crate) fn serve(certificate: &Path) -> Result<()> {
    let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()])?;
    std::fs::write(certificate, certified.cert.pem())
        .with_context(|| format!("{} cannot be written", certificate.display()))?;
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::spawn(|| {
        // Whatever ends the input ends the server.
        let _read = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("https://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let app = Router::new().fallback(|body: axum::body::Bytes| async move {
            drop(body);
            StatusCode::NO_CONTENT
        });
        axum::serve(Encrypted { listener, acceptor }, app).await?;
        Ok(())
    })
}

/// Takes connections and agrees on keys.
struct Encrypted {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else {
                continue;
            };
            // Without it, small answers wait for each other.
            let _quick = stream.set_nodelay(true);
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
