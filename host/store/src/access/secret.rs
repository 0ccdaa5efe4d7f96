//! Secrets that let somebody in: 256 random bits, told once, kept as their hash. Whoever reads the database can use none of them, and a
//! plain hash is enough, because nobody can try so many.

use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use crate::database::Answer;
use crate::sealed::randoms;

/// Random octets of a secret.
const OCTETS: usize = 32;

/// How secrets of tokens begin, so that whoever finds one somewhere knows what it is.
pub(super) const TOKEN: &str = "samklang_";

/// The digits of a token that are kept for people to tell it by: 32 bits of 256.
const SHOWN: usize = 8;

/// A secret as it is told, once. It has no `Debug` and no `Serialize`, and is wiped when it is dropped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A fresh one.
    pub(super) fn draw(begins: &str) -> Answer<Self> {
        let octets = Zeroizing::new(randoms(OCTETS)?);
        let mut text = Zeroizing::new(String::with_capacity(begins.len() + 2 * OCTETS));
        text.push_str(begins);
        for octet in octets.iter() {
            for digit in [octet >> 4, octet & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
            }
        }
        Ok(Self(text))
    }

    /// The secret itself, for the one who is to have it.
    #[must_use]
    pub fn tell(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }

    /// The beginning, by which people tell it.
    pub(super) fn prefix(&self) -> String {
        self.0.chars().take(TOKEN.len() + SHOWN).collect()
    }
}

/// What is kept of a secret.
pub(super) fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_and_never_the_same() {
        let (one, other) = (Secret::draw(TOKEN).unwrap(), Secret::draw(TOKEN).unwrap());
        assert_eq!(one.tell().len(), TOKEN.len() + 64);
        assert_ne!(one.tell(), other.tell());
        assert_eq!(one.hash(), hash(one.tell()));
        assert!(one.tell().starts_with(&one.prefix()));
        assert_eq!(one.prefix().len(), 17);
    }
}
