//! Signatures with keys that the host holds. The private part is never here.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod canned;

use crate::Error;
use crate::bindings::samklang::connector::signer as contract;
#[cfg(not(target_arch = "wasm32"))]
use canned as wire;
#[cfg(target_arch = "wasm32")]
use contract as wire;
pub use contract::{Algorithm, Key};

/// What may be known of the key of the need of this name: its certificates and what it can sign with.
///
/// # Errors
/// [`Error::Unauthorised`] when it is not granted or no key is bound.
pub fn public_part(need: &str) -> Result<Key, Error> {
    wire::public_part(need).map_err(Error::from)
}

/// Signs octets with the key of the need of this name; the host hashes them, as the algorithm says.
///
/// # Errors
/// As [`public_part`]; [`Error::Unsupported`] when the key cannot sign like that, [`Error::Internal`] when the message is too large.
pub fn sign(need: &str, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, Error> {
    wire::sign(need, algorithm, message).map_err(Error::from)
}

impl From<contract::Error> for Error {
    fn from(error: contract::Error) -> Self {
        match error {
            contract::Error::NotPermitted(text) => Self::Unauthorised(text),
            contract::Error::Unsupported(text) => Self::Unsupported(text),
            contract::Error::TooLarge(text) => Self::Internal(text),
        }
    }
}
