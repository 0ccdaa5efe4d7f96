//! What the installation's configuration says to the server.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use samklang_egress::Secret;
use url::Url;

use crate::notice::Recipients;
use crate::text::Language;

/// How the server is set up.
#[derive(Clone)]
pub struct ServerSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The address that people open, without a path: links in notices and the way back from the sign-in service begin with it.
    pub address: Url,
    /// How many tasks run at once in the installation.
    pub cycles_at_once: usize,
    /// Certificate and key; none where a proxy speaks TLS, or where everybody is on this machine.
    pub tls: Option<TlsFiles>,
    /// The proxies whose `X-Forwarded-For` is believed. That people speak TLS to a proxy is told by the scheme of `address`.
    pub proxies: Vec<IpAddr>,
    /// Where people sign in; none where only one-time links lead in.
    pub sign_in: Option<SignIn>,
    /// What sends e-mail; none where nothing does.
    pub mail: Option<MailServer>,
    /// Who is told when a tenant's configuration cannot be used, and when it can again: those who look after the installation.
    pub notices: Recipients,
    /// The language where nobody chose one.
    pub language: Language,
    /// Who may read the metrics.
    pub metrics: Metrics,
    /// Where traces go to, such as `http://localhost:4318`; none where nowhere.
    pub traces: Option<Url>,
    /// The most octets of a file that is delivered by upload.
    pub upload: u64,
}

/// A certificate and its key, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those that lead to its authority.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// An OpenID provider.
#[derive(Clone)]
pub struct SignIn {
    /// Its issuer.
    pub issuer: Url,
    /// What it knows the server by.
    pub client_id: String,
    /// What the server proves that with.
    pub client_secret: Option<Secret>,
    /// What people call it, as on the button.
    pub title: String,
}

/// A server that takes e-mail.
#[derive(Clone)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: MailSecurity,
    /// Who the mail is from.
    pub from: String,
    /// The account, where it wants one.
    pub account: Option<(String, Secret)>,
}

/// How a connection to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first octet.
    Tls,
    /// TLS by `STARTTLS`, which it insists on.
    StartTls,
    /// None, for a server on this machine.
    Plain,
}

/// Who may read the metrics.
#[derive(Clone)]
pub enum Metrics {
    /// Nobody.
    Off,
    /// Everybody who reaches the server.
    Open,
    /// Whoever has this token.
    Token(Secret),
}

impl ServerSettings {
    /// Everybody who comes speaks TLS, to the server or to the proxy before it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.address.scheme() == "https"
    }
}
