//! Sending a notice by e-mail.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::notice::letter::Words;
use crate::settings::{MailSecurity, MailServer};

/// The longest wait for a mail server.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server that cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Its sender is no address.
    #[error(
        "`{from}` is no address that mail can be from: {cause}; write `from = \"Samklang <samklang@example.org>\"`"
    )]
    From {
        /// What is configured.
        from: String,
        /// What is wrong.
        cause: String,
    },
    /// It cannot be used.
    #[error("the mail server {host} cannot be used: {cause}")]
    Server {
        /// Its name.
        host: String,
        /// What is wrong.
        cause: String,
    },
}

/// What sends e-mail.
pub(crate) struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Post {
    /// By the server that the configuration names.
    pub(crate) fn new(server: &MailServer) -> Result<Self, MailError> {
        type Smtp = AsyncSmtpTransport<Tokio1Executor>;
        let unusable = |error: lettre::transport::smtp::Error| MailError::Server {
            host: server.host.clone(),
            cause: error.to_string(),
        };
        let from = server
            .from
            .parse()
            .map_err(|error: lettre::address::AddressError| MailError::From {
                from: server.from.clone(),
                cause: error.to_string(),
            })?;
        let builder = match server.security {
            MailSecurity::Tls => Smtp::relay(&server.host).map_err(unusable)?,
            MailSecurity::StartTls => Smtp::starttls_relay(&server.host).map_err(unusable)?,
            MailSecurity::Plain => Smtp::builder_dangerous(&server.host),
        };
        let builder = builder.port(server.port).timeout(Some(PATIENCE));
        let builder = match &server.account {
            Some((name, password)) => {
                builder.credentials(Credentials::new(name.clone(), password.reveal().to_owned()))
            }
            None => builder,
        };
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    /// Sends a notice to these addresses; the error says why it was not taken.
    pub(crate) async fn send(&self, to: &[String], words: &Words) -> Result<(), String> {
        let mut message = Message::builder().from(self.from.clone()).subject(&words.subject);
        for address in to {
            let mailbox: Mailbox = address
                .parse()
                .map_err(|error| format!("`{address}` is no address for e-mail: {error}"))?;
            message = message.to(mailbox);
        }
        let message = message
            .header(ContentType::TEXT_PLAIN)
            .body(words.text.clone())
            .map_err(|error| error.to_string())?;
        let sent = self.transport.send(message).await;
        sent.map(drop)
            .map_err(|error| format!("the mail server did not take it: {error}"))
    }
}
