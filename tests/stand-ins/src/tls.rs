//! A server over TLS on the loopback address, for what is only spoken there: certificates of clients, HTTP/2 by ALPN, tokens.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
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
    let mut config = builder.with_single_cert(vec![certificate], key).unwrap();
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
