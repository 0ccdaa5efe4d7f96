//! The table `server` of an installation's file: where the server listens, how people sign in, and what sends mail.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use samklang_egress::{Secret, SecretError, SecretReference};
use samklang_server::{
    Language, MailSecurity, MailServer, Metrics, Recipients, ServerSettings, SignIn, TlsFiles, Webhook,
};
use url::{Host, Url};

use super::credential::secret;
use super::mistake::{Mistake, Mistakes};
use super::section::{Placed, Section};
use super::serving::{self, Notices};

/// The port unless the file says otherwise.
const PORT: u16 = 8750;
/// How many tasks run at once unless the file says otherwise, and the most that it can say.
const AT_ONCE: u32 = 2;
const AT_ONCE_MOST: u32 = 64;
/// The largest file that is delivered by upload, in MiB, unless the file says otherwise, and the most that it can say.
const UPLOAD: u32 = 256;
const UPLOAD_MOST: u32 = 16_384;

/// The words of mail servers, with their usual ports.
const SECURITY: [(&str, (MailSecurity, u16)); 3] = [
    ("tls", (MailSecurity::Tls, 465)),
    ("starttls", (MailSecurity::StartTls, 587)),
    ("plain", (MailSecurity::Plain, 25)),
];

/// What an installation's file says to the server; secrets are named by their places.
#[derive(Debug, Clone)]
pub struct Server {
    listen: SocketAddr,
    address: Url,
    cycles_at_once: u32,
    tls: Option<TlsFiles>,
    proxies: Vec<IpAddr>,
    sign_in: Option<Provider>,
    mail: Option<Post>,
    notices: Notices,
    language: Language,
    open_metrics: bool,
    metrics_token: Option<SecretReference>,
    traces: Option<Url>,
    upload: u64,
}

#[derive(Debug, Clone)]
struct Provider {
    issuer: Url,
    client_id: String,
    client_secret: Option<SecretReference>,
    title: String,
}

#[derive(Debug, Clone)]
struct Post {
    host: String,
    port: u16,
    security: MailSecurity,
    from: String,
    account: Option<(String, SecretReference)>,
}

impl Server {
    /// What holds without the table: people on this machine come in, by links.
    fn local() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
        Self {
            listen,
            address: at(listen, false),
            cycles_at_once: AT_ONCE,
            tls: None,
            proxies: Vec::new(),
            sign_in: None,
            mail: None,
            notices: Notices::default(),
            language: Language::Danish,
            open_metrics: false,
            metrics_token: None,
            traces: None,
            upload: u64::from(UPLOAD) << 20,
        }
    }

    /// The same with the secrets, which are read now.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read.
    pub fn settings(
        &self,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<ServerSettings, SecretError> {
        let read = |place: &SecretReference| -> Result<Secret, SecretError> {
            Ok(Secret::new(place.read_with(environment)?.to_string()))
        };
        let sign_in = match &self.sign_in {
            Some(provider) => Some(SignIn {
                issuer: provider.issuer.clone(),
                client_id: provider.client_id.clone(),
                client_secret: provider.client_secret.as_ref().map(read).transpose()?,
                title: provider.title.clone(),
            }),
            None => None,
        };
        let mail = match &self.mail {
            Some(post) => Some(MailServer {
                host: post.host.clone(),
                port: post.port,
                security: post.security,
                from: post.from.clone(),
                account: match &post.account {
                    Some((name, password)) => Some((name.clone(), read(password)?)),
                    None => None,
                },
            }),
            None => None,
        };
        let webhook = match &self.notices.webhook {
            Some((url, place)) => Some(Webhook {
                url: url.clone(),
                secret: place.read_with(environment)?.to_string(),
            }),
            None => None,
        };
        let metrics = match &self.metrics_token {
            Some(token) => Metrics::Token(read(token)?),
            None if self.open_metrics => Metrics::Open,
            None => Metrics::Off,
        };
        Ok(ServerSettings {
            listen: self.listen,
            address: self.address.clone(),
            cycles_at_once: usize::try_from(self.cycles_at_once).unwrap_or(1),
            tls: self.tls.clone(),
            proxies: self.proxies.clone(),
            sign_in,
            mail,
            notices: Recipients {
                mail: self.notices.mail.clone(),
                webhook,
                language: self.notices.language.clone(),
            },
            language: self.language,
            metrics,
            traces: self.traces.clone(),
            upload: self.upload,
        })
    }
}

/// The address of a server that is reached where it listens.
fn at(listen: SocketAddr, tls: bool) -> Url {
    let scheme = if tls { "https" } else { "http" };
    let written = format!("{scheme}://{listen}/");
    // An address of the operating system is always one of the web.
    Url::parse(&written).unwrap_or_else(|_| unreachable!("{written} is an address"))
}

/// Where the server is reached, as it is written.
struct Written {
    listen: Option<Placed<String>>,
    address: Option<Placed<String>>,
}

impl Written {
    /// Takes an address that is not private for a mistake, unless everybody who comes is on this machine: what a session is known by would
    /// travel to it in clear, and whoever reads it there is that person.
    fn is_private(&self, listen: SocketAddr, address: &Url, mistakes: &mut Mistakes) {
        if address.scheme() == "https" {
            return;
        }
        let far = self.address.as_ref().filter(|_| !on_this_machine(address));
        let far = far.or(self.listen.as_ref().filter(|_| !listen.ip().is_loopback()));
        if let Some(far) = far {
            mistakes.add(
                Mistake::new(
                    "address",
                    far.span.clone(),
                    "people on other machines would reach the server without TLS, and everybody on the way could take their sessions",
                )
                .remedy(
                    "give `[server.tls]` a certificate, or have a proxy speak TLS and write `address = \"https://…\"` as people open it; \
                     without TLS `listen` and `address` are of this machine alone, such as `127.0.0.1:8750`",
                ),
            );
        }
    }
}

/// Whether an address leads to this machine alone.
fn on_this_machine(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(host)) => host.is_loopback(),
        Some(Host::Ipv6(host)) => host.is_loopback(),
        Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
        None => false,
    }
}

/// Reads it; `folder` is the installation's.
pub(super) fn read(file: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Server {
    let local = Server::local();
    let known = [
        "listen",
        "address",
        "cycles_at_once",
        "tls",
        "proxies",
        "sign_in",
        "mail",
        "notices",
        "language",
        "metrics",
        "metrics_token",
        "traces",
        "upload_mib",
    ];
    let section = file
        .get("server")
        .and_then(|node| Section::new(node, "server", &known, mistakes));
    let Some(section) = section else { return local };
    let written = Written {
        listen: section.text("listen", mistakes),
        address: section.text("address", mistakes),
    };
    let listen = written.listen.as_ref().and_then(|text| {
        parsed(
            text,
            "an address to listen at",
            "\"0.0.0.0:8750\" or \"[::]:8750\"",
            mistakes,
        )
    });
    let listen = listen.unwrap_or(local.listen);
    let tls = tls(&section, folder, mistakes);
    let address = written
        .address
        .as_ref()
        .and_then(|text| web(text, true, "\"https://samklang.kommune.example\"", mistakes));
    let address = address.unwrap_or_else(|| at(listen, tls.is_some()));
    written.is_private(listen, &address, mistakes);
    let proxies = section.texts("proxies", mistakes);
    let proxies = proxies
        .iter()
        .filter_map(|text| parsed(text, "an address of a proxy", "\"10.0.0.7\"", mistakes))
        .collect();
    let languages = Language::ALL.map(|language| (language.tag(), language));
    let open = [("off", false), ("open", true)];
    let metrics_token = section
        .get("metrics_token")
        .and_then(|_| secret(&section, "metrics_token", folder, mistakes));
    let upload = section.one_up_to(UPLOAD_MOST, "upload_mib", mistakes);
    Server {
        address,
        cycles_at_once: section
            .one_up_to(AT_ONCE_MOST, "cycles_at_once", mistakes)
            .unwrap_or(AT_ONCE),
        proxies,
        sign_in: sign_in(&section, folder, mistakes),
        mail: mail(&section, folder, mistakes),
        notices: serving::notices(&section, "server.notices", folder, mistakes),
        language: section
            .word("language", &languages, mistakes)
            .unwrap_or(local.language),
        open_metrics: section.word("metrics", &open, mistakes).unwrap_or_default(),
        metrics_token,
        traces: section
            .text("traces", mistakes)
            .and_then(|text| web(&text, false, "\"http://localhost:4318\"", mistakes)),
        upload: u64::from(upload.unwrap_or(UPLOAD)) << 20,
        listen,
        tls,
    }
}

fn tls(server: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Option<TlsFiles> {
    let node = server.get("tls")?;
    let section = Section::new(node, "server.tls", &["certificate", "key"], mistakes)?;
    let certificate = section.required("certificate", "\"tls/samklang.pem\"", mistakes);
    let key = section.required("key", "\"tls/samklang.key\"", mistakes);
    let file = |text: Placed<String>| -> PathBuf { folder.join(text.value) };
    Some(TlsFiles {
        certificate: file(certificate?),
        key: file(key?),
    })
}

fn sign_in(server: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Option<Provider> {
    let node = server.get("sign_in")?;
    let known = ["issuer", "client_id", "client_secret", "title"];
    let section = Section::new(node, "server.sign_in", &known, mistakes)?;
    let example = "\"https://login.kommune.example/realms/ansatte\"";
    let issuer = section.required("issuer", example, mistakes);
    let issuer = issuer.and_then(|text| web(&text, false, example, mistakes));
    let client_id = section.required("client_id", "\"samklang\"", mistakes);
    let client_secret = section
        .get("client_secret")
        .and_then(|_| secret(&section, "client_secret", folder, mistakes));
    let title = section.required("title", "\"Kommunens login\"", mistakes);
    Some(Provider {
        issuer: issuer?,
        client_id: client_id?.value,
        client_secret,
        title: title?.value,
    })
}

fn mail(server: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Option<Post> {
    let node = server.get("mail")?;
    let known = ["host", "port", "security", "from", "username", "password"];
    let section = Section::new(node, "server.mail", &known, mistakes)?;
    let host = section.required("host", "\"smtp.kommune.example\"", mistakes);
    let from = section.required("from", "\"Samklang <samklang@kommune.example>\"", mistakes);
    let security = section.word("security", &SECURITY, mistakes);
    let (security, usual) = security.unwrap_or((MailSecurity::StartTls, 587));
    let port = section.one_up_to(u32::from(u16::MAX), "port", mistakes);
    let account = match (section.get("username"), section.get("password")) {
        (None, None) => None,
        _ => {
            let name = section.required("username", "\"samklang\"", mistakes);
            let password = secret(&section, "password", folder, mistakes);
            Some((name?.value, password?))
        }
    };
    Some(Post {
        host: host?.value,
        port: port.and_then(|port| u16::try_from(port).ok()).unwrap_or(usual),
        security,
        from: from?.value,
        account,
    })
}

/// A text that is something else.
fn parsed<T: std::str::FromStr>(
    text: &Placed<String>,
    what: &str,
    example: &str,
    mistakes: &mut Mistakes,
) -> Option<T> {
    let parsed = text.value.trim().parse().ok();
    if parsed.is_none() {
        mistakes.add(
            Mistake::new(
                "address",
                text.span.clone(),
                format!("`{}` is not {what}", text.value),
            )
            .remedy(format!("write it as {example}")),
        );
    }
    parsed
}

/// An address on the web; with `bare`, one without a path.
fn web(text: &Placed<String>, bare: bool, example: &str, mistakes: &mut Mistakes) -> Option<Url> {
    let url = Url::parse(text.value.trim()).ok().filter(|url| {
        let place = matches!(url.scheme(), "https" | "http") && url.has_host();
        place && url.username().is_empty() && url.password().is_none() && (!bare || url.path() == "/")
    });
    if url.is_none() {
        let without = if bare { " without a path" } else { "" };
        // Whoever writes an address here may have written a password with it.
        mistakes.add(
            Mistake::new(
                "address",
                text.span.clone(),
                format!("this is no address on the web{without}"),
            )
            .remedy(format!("write it as {example}"))
            .blotted(),
        );
    }
    url
}
