//! The connection: to a judged address, over TLS, one message after the other, each in bounds.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Host;
use zeroize::Zeroizing;

use super::DirectoryError;
use super::ber::{self, Length};
use super::error::plain;
use super::message::{self, Received, Request, Response};
use crate::egress::EgressLimits;
use crate::failure::innermost;
use crate::origin::Origin;
use crate::record::Record;
use crate::resolve::{NoAddress, addresses};
use crate::sender::Sender;

/// Whatever carries messages.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to a directory.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    arrived: BytesMut,
    origin: String,
    limits: EgressLimits,
    record: Arc<Record>,
}

impl Wire {
    /// Connects, and is encrypted when it returns.
    pub(super) async fn connect(sender: &Sender, origin: &Origin) -> Result<Self, DirectoryError> {
        let tcp = dial(sender, origin).await?;
        let record = Arc::clone(&sender.record);
        let mut wire = Self::over(Box::new(tcp), origin.to_string(), sender.limits, record);
        if !origin.is_encrypted() {
            wire.start_tls().await?;
        }
        wire.encrypt(sender, origin).await
    }

    /// Over what is connected already.
    pub(super) fn over(
        stream: Box<dyn Stream>,
        origin: String,
        limits: EgressLimits,
        record: Arc<Record>,
    ) -> Self {
        Self {
            stream,
            arrived: BytesMut::new(),
            origin,
            limits,
            record,
        }
    }

    /// Asks the directory to speak TLS from here on. Nothing may be on its way at this moment: what came in the clear must not count as
    /// what is said over TLS.
    async fn start_tls(&mut self) -> Result<(), DirectoryError> {
        const ID: u32 = 1;
        self.send(Request::StartTls.encode(ID, &[])).await?;
        match self.receive().await? {
            (ID, Response::Done(answer), _) if answer.code == 0 && self.arrived.is_empty() => Ok(()),
            (_, Response::Done(answer), _) if answer.code != 0 => Err(DirectoryError::Untrusted {
                origin: self.origin.clone(),
                cause: format!(
                    "it does not begin to speak TLS: {} {}",
                    answer.code,
                    plain(&answer.message)
                ),
            }),
            _ => Err(self.broken("it says something else than that TLS begins")),
        }
    }

    async fn encrypt(self, sender: &Sender, origin: &Origin) -> Result<Self, DirectoryError> {
        let untrusted = |cause: String| DirectoryError::Untrusted {
            origin: origin.to_string(),
            cause,
        };
        let name = match origin.host() {
            Host::Domain(name) => ServerName::try_from(name.trim_end_matches('.').to_owned())
                .map_err(|error| untrusted(error.to_string()))?,
            Host::Ipv4(address) => ServerName::from(std::net::IpAddr::V4(*address)),
            Host::Ipv6(address) => ServerName::from(std::net::IpAddr::V6(*address)),
        };
        let wait = self.limits.connect;
        let handshake = TlsConnector::from(Arc::clone(&sender.tls)).connect(name, self.stream);
        let stream = timeout(wait, handshake)
            .await
            .map_err(|_| DirectoryError::TimedOut {
                origin: origin.to_string(),
                after: wait,
            })?
            .map_err(
                |error| match error.get_ref().map(|held| held.is::<rustls::Error>()) {
                    Some(true) => untrusted(innermost(&error)),
                    _ => DirectoryError::Broken {
                        origin: origin.to_string(),
                        cause: innermost(&error),
                    },
                },
            )?;
        Ok(Self {
            stream: Box::new(stream),
            ..self
        })
    }

    /// Sends a message. Its octets are wiped.
    pub(super) async fn send(&mut self, octets: Vec<u8>) -> Result<(), DirectoryError> {
        let octets = Zeroizing::new(octets);
        let limit = self.limits.request_octets;
        if octets.len() as u64 > limit {
            return Err(DirectoryError::Invalid(format!(
                "the request is larger than {limit} octets: send less at a time"
            )));
        }
        self.record.sent(octets.len());
        let wait = self.limits.answer;
        let sending = async {
            self.stream.write_all(&octets).await?;
            self.stream.flush().await
        };
        match timeout(wait, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(&innermost(&error))),
            Err(_) => Err(self.timed_out(wait)),
        }
    }

    /// The next message.
    pub(super) async fn receive(&mut self) -> Result<Received, DirectoryError> {
        let limit = self.limits.directory.message_octets;
        let mut wait = self.limits.answer;
        loop {
            match ber::length(&self.arrived) {
                Err(ber::Malformed) => return Err(self.malformed()),
                Ok(Length::Unknown) => {}
                Ok(Length::Known { header, content }) => {
                    let whole = header.saturating_add(content);
                    if self.arrived.first() != Some(&ber::SEQUENCE) {
                        return Err(self.malformed());
                    }
                    if whole > limit {
                        return Err(DirectoryError::TooLarge {
                            origin: self.origin.clone(),
                            limit,
                            unit: "octets in one message",
                        });
                    }
                    if let Some(octets) = self.arrived.get(..whole) {
                        let received = message::decode(octets).map_err(|_| self.malformed());
                        self.arrived.advance(whole);
                        return received;
                    }
                }
            }
            self.read_more(wait).await?;
            wait = self.limits.silence;
        }
    }

    async fn read_more(&mut self, wait: Duration) -> Result<(), DirectoryError> {
        self.arrived.reserve(16 << 10);
        match timeout(wait, self.stream.read_buf(&mut self.arrived)).await {
            Ok(Ok(0)) => Err(self.broken("the directory closed it")),
            Ok(Ok(count)) => {
                self.record.received(count);
                Ok(())
            }
            Ok(Err(error)) => Err(self.broken(&innermost(&error))),
            Err(_) => Err(self.timed_out(wait)),
        }
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn broken(&self, cause: &str) -> DirectoryError {
        DirectoryError::Broken {
            origin: self.origin.clone(),
            cause: cause.to_owned(),
        }
    }

    fn malformed(&self) -> DirectoryError {
        self.broken("what came is not LDAP")
    }

    fn timed_out(&self, after: Duration) -> DirectoryError {
        DirectoryError::TimedOut {
            origin: self.origin.clone(),
            after,
        }
    }
}

/// Connects to the first of the judged addresses that answers.
async fn dial(sender: &Sender, origin: &Origin) -> Result<TcpStream, DirectoryError> {
    let found = addresses(origin, &sender.surroundings.lookup).await;
    let addresses = found.map_err(|none| match none {
        NoAddress::Refused(refusal) => DirectoryError::Refused(refusal),
        NoAddress::Unresolvable(unresolvable) => DirectoryError::Unresolvable(unresolvable.to_string()),
    })?;
    let wait = sender.limits.connect;
    let mut cause = format!("no connection within {wait:?}");
    let attempts = async {
        for address in addresses {
            match TcpStream::connect((address, origin.port())).await {
                Ok(stream) => return Some(stream),
                Err(error) => cause = innermost(&error),
            }
        }
        None
    };
    match timeout(wait, attempts).await {
        Ok(Some(stream)) => Ok(stream),
        Ok(None) | Err(_) => Err(DirectoryError::Unreachable {
            origin: origin.to_string(),
            cause,
        }),
    }
}
