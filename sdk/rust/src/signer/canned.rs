//! Keys for native tests. Without any, nothing is signed.

use std::cell::RefCell;

use super::contract::{Algorithm, Error, Key};

/// A key of a native test: its public part, and how it signs.
pub(crate) type Signing = (Key, Box<dyn Fn(Algorithm, &[u8]) -> Vec<u8>>);

thread_local! {
    static KEY: RefCell<Option<Signing>> = const { RefCell::new(None) };
}

pub(crate) fn set(key: Option<Signing>) -> Option<Signing> {
    KEY.replace(key)
}

pub(super) fn public_part(_need: &str) -> Result<Key, Error> {
    with(|(key, _)| key.clone())
}

pub(super) fn sign(_need: &str, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, Error> {
    with(|(_, sign)| sign(algorithm, message))
}

fn with<R>(act: impl FnOnce(&Signing) -> R) -> Result<R, Error> {
    KEY.with_borrow(|key| key.as_ref().map(act))
        .ok_or_else(|| Error::NotPermitted("no key is set: use testing::with_key".to_owned()))
}
