//! A server over TLS on the loopback address, for what is only spoken there: certificates of clients, HTTP/2 by ALPN, tokens.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::identity::Identity;

/// What a handshake told of the client.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The certificate that it showed, in DER.
    pub certificate: Option<Vec<u8>>,
    /// The port that it came from: another one for each connection.
    pub port: u16,
}

/// Serves `router` with this identity until the runtime ends, and gives the origin. Clients may be asked for a certificate: for one of these.
///
/// # Panics
///
/// When the identity cannot be served with.
pub async fn serve_tls(router: Router, identity: &Identity, clients: &[&Identity]) -> String {
    let mut config = config(identity, clients);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let listener = Encrypted {
        tcp: TcpListener::bind(("127.0.0.1", 0)).await.unwrap(),
        acceptor: TlsAcceptor::from(Arc::new(config)),
    };
    let port = listener.tcp.local_addr().unwrap().port();
    let service = router.into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    format!("https://localhost:{port}")
}

fn config(identity: &Identity, clients: &[&Identity]) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if clients.is_empty() {
        builder.with_no_client_auth()
    } else {
        let mut roots = RootCertStore::empty();
        for client in clients {
            roots
                .add(CertificateDer::from(client.certificate_der().to_vec()))
                .unwrap();
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .allow_unauthenticated()
            .build()
            .unwrap();
        builder.with_client_cert_verifier(verifier)
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key_der()));
    let certificate = CertificateDer::from(identity.certificate_der().to_vec());
    builder.with_single_cert(vec![certificate], key).unwrap()
}

/// TLS before a server on loopback that speaks none, on a thread of its own. Stops when dropped.
#[derive(Debug)]
pub struct Front {
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Front {
    /// Hands on to the server at this port what arrives.
    ///
    /// # Errors
    ///
    /// When no port is free.
    ///
    /// # Panics
    ///
    /// When the identity cannot be served with.
    pub fn start(server: u16, identity: &Identity) -> std::io::Result<Self> {
        let acceptor = TlsAcceptor::from(Arc::new(config(identity, &[])));
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new()
            .name(format!("tls {port}"))
            .spawn(move || {
                runtime.block_on(async move {
                    let listener = TcpListener::from_std(listener).expect("a bound listener");
                    let serving = tokio::spawn(async move {
                        while let Ok((socket, _)) = listener.accept().await {
                            tokio::spawn(hand_on(acceptor.clone(), socket, server));
                        }
                    });
                    let _ = stopped.await;
                    serving.abort();
                });
                runtime.shutdown_background();
            })?;
        Ok(Self {
            port,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `https://localhost:port`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn hand_on(acceptor: TlsAcceptor, socket: TcpStream, server: u16) {
    let (Ok(mut outside), Ok(mut inside)) =
        tokio::join!(acceptor.accept(socket), TcpStream::connect(("127.0.0.1", server)))
    else {
        return;
    };
    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
}

struct Encrypted {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let Ok((socket, address)) = self.tcp.accept().await else {
                continue;
            };
            // A client that does not believe the certificate goes away.
            if let Ok(stream) = self.acceptor.accept(socket).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

impl Connected<IncomingStream<'_, Encrypted>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Encrypted>) -> Self {
        let (_, connection) = stream.io().get_ref();
        let certificates = connection.peer_certificates().unwrap_or_default();
        Self {
            certificate: certificates.first().map(|certificate| certificate.to_vec()),
            port: stream.remote_addr().port(),
        }
    }
}
