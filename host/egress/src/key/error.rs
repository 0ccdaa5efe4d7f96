//! Why a key cannot be used. Never holds anything of the key.

use crate::secret::SecretError;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file or a variable cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// There is no private key in it.
    #[error(
        "{place} holds no private key: name a file with a `PRIVATE KEY` in PEM, or a PKCS#12 file by `pkcs12`"
    )]
    NoKey {
        /// Where it was looked for.
        place: String,
    },
    /// There is more than one.
    #[error("{place} holds {count} private keys: keep the one that is meant")]
    SeveralKeys {
        /// Where they are.
        place: String,
        /// How many.
        count: usize,
    },
    /// The PEM is encrypted.
    #[error(
        "the private key in {place} is encrypted: put key and certificate into a PKCS#12 file, which has a password (`openssl pkcs12 \
         -export`), or decrypt it"
    )]
    Encrypted {
        /// Where it is.
        place: String,
    },
    /// There is no certificate.
    #[error(
        "{place} holds no certificate that can be read{cause}: name the file with the key's own certificate and those above it"
    )]
    NoCertificate {
        /// Where it was looked for.
        place: String,
        /// What the reader says, or nothing.
        cause: String,
    },
    /// It is no PKCS#12.
    #[error("{place} is not a PKCS#12 file that can be read: {cause}")]
    NotPkcs12 {
        /// Where it is.
        place: String,
        /// What the reader says.
        cause: String,
    },
    /// The password does not open it.
    #[error("the password does not open {place}: correct the secret that `password` names")]
    WrongPassword {
        /// Where it is.
        place: String,
    },
    /// It is of a kind or size that is not used.
    #[error(
        "the private key in {place} cannot be used: {cause}; RSA of 2048 to 4096 bits, P-256 and P-384 can be"
    )]
    Unsuited {
        /// Where it is.
        place: String,
        /// What the library says.
        cause: String,
    },
    /// Key and certificate are not one pair.
    #[error(
        "the private key in {place} does not belong to the certificate ({certificates}): name the two that were made together"
    )]
    Mismatch {
        /// Where they are.
        place: String,
        /// Whose certificates there are.
        certificates: String,
    },
    /// The certificate's time is over.
    #[error(
        "the certificate of {subject} expired on {since}: have a new one issued, and put it in the old one's place"
    )]
    Expired {
        /// Whose it is.
        subject: String,
        /// When (RFC 3339).
        since: String,
    },
    /// The certificate's time has not come.
    #[error(
        "the certificate of {subject} is not valid before {from}: wait, or look at the clock of this machine"
    )]
    NotYetValid {
        /// Whose it is.
        subject: String,
        /// When (RFC 3339).
        from: String,
    },
    /// The key cannot sign like that.
    #[error("the key cannot sign with {wanted}; it can with {able}")]
    CannotSign {
        /// What was asked for.
        wanted: &'static str,
        /// What would be right.
        able: String,
    },
    /// The library failed.
    #[error("the key could not sign: the machine gives no random numbers, or no memory")]
    Failed,
}
