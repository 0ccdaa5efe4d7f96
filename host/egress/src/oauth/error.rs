//! Why no token could be had. Never holds a token.

/// Why no token could be had.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The server cannot be reached or is out of order.
    #[error("the token server {server} cannot be reached: {cause}")]
    Unreachable {
        /// Its origin.
        server: String,
        /// What happened.
        cause: String,
    },
    /// The server turns the client down.
    #[error("the token server {server} turns the client down with status {status}{reason}: {remedy}")]
    Refused {
        /// Its origin.
        server: String,
        /// The HTTP status.
        status: u16,
        /// Its own code and words, when it gives them: `error` and `error_description` (RFC 6749 section 5.2).
        reason: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The answer holds no token.
    #[error("the token server {server} answers without a usable token: {cause}")]
    NoToken {
        /// Its origin.
        server: String,
        /// What is wrong with the answer.
        cause: &'static str,
    },
}
