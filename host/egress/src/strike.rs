//! What a system repeats of a credential is struck out before the connector sees it: in the headers of an answer and in its body, wherever its
//! pieces are divided. As many asterisks take its place, so that what has a length keeps it.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};

use crate::secret::Secret;

/// Secrets shorter than this may be words that data is full of, which must not be altered. Tokens and keys are longer.
const SHORTEST: usize = 12;

/// What is looked for.
#[derive(Clone, Default)]
pub(crate) struct Struck(Arc<Vec<Secret>>);

impl Struck {
    /// Looks for these.
    pub(crate) fn new(secrets: Vec<Secret>) -> Self {
        let long = secrets
            .into_iter()
            .filter(|secret| secret.reveal().len() >= SHORTEST);
        let mut long: Vec<Secret> = long.collect();
        // The longest first, so that none is struck out in part only.
        long.sort_by_key(|secret| std::cmp::Reverse(secret.reveal().len()));
        Self(Arc::new(long))
    }

    /// Strikes out of the headers of an answer.
    pub(crate) fn headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let mut octets = BytesMut::from(value.as_bytes());
            let whole = octets.len();
            if self.strike(&mut octets, whole)
                && let Ok(struck) = HeaderValue::from_bytes(&octets)
            {
                *value = struck;
            }
        }
    }

    /// How many octets at an end may be the beginning of one.
    fn overlap(&self) -> usize {
        self.0
            .first()
            .map_or(0, |longest| longest.reveal().len().saturating_sub(1))
    }

    /// Strikes out what begins before that place; whether there was anything. Up to there each can be told from a longer one with the same
    /// beginning.
    fn strike(&self, octets: &mut [u8], before: usize) -> bool {
        let mut found = false;
        for secret in self.0.iter() {
            let needle = secret.reveal().as_bytes();
            let mut from = 0;
            while let Some(at) = octets
                .get(from..)
                .and_then(|rest| memchr::memmem::find(rest, needle))
            {
                let (start, end) = (from + at, from + at + needle.len());
                if start >= before {
                    break;
                }
                if let Some(place) = octets.get_mut(start..end) {
                    place.fill(b'*');
                }
                from = end;
                found = true;
            }
        }
        found
    }
}

/// The pieces of a body on their way.
#[derive(Default)]
pub(crate) struct Strike {
    struck: Struck,
    /// What has to be seen together with the next piece.
    held: BytesMut,
}

impl Strike {
    pub(crate) fn new(struck: Struck) -> Self {
        Self {
            struck,
            held: BytesMut::new(),
        }
    }

    /// The next piece, as far as it can be handed on.
    pub(crate) fn piece(&mut self, piece: Bytes) -> Bytes {
        let overlap = self.struck.overlap();
        if overlap == 0 {
            return piece;
        }
        self.held.extend_from_slice(&piece);
        let whole = self.held.len().saturating_sub(overlap);
        self.struck.strike(&mut self.held, whole);
        self.held.split_to(whole).freeze()
    }

    /// What is left at the end.
    pub(crate) fn rest(&mut self) -> Option<Bytes> {
        let whole = self.held.len();
        self.struck.strike(&mut self.held, whole);
        let rest = self.held.split().freeze();
        (!rest.is_empty()).then_some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(secrets: &[&str]) -> Struck {
        Struck::new(
            secrets
                .iter()
                .map(|&secret| Secret::new(secret.to_owned()))
                .collect(),
        )
    }

    #[test]
    fn a_secret_is_struck_out_however_the_body_is_divided() {
        let text = b"{\"you\":\"sent s3cret-token-1 and s3cret-token\", s3cret-toke}";
        for size in 1..=text.len() {
            let mut strike = Strike::new(struck(&["s3cret-token", "s3cret-token-1", "sent"]));
            let mut seen = Vec::new();
            for piece in text.chunks(size) {
                seen.extend_from_slice(&strike.piece(Bytes::copy_from_slice(piece)));
            }
            seen.extend_from_slice(&strike.rest().unwrap_or_default());
            assert_eq!(
                String::from_utf8(seen).unwrap(),
                "{\"you\":\"sent ************** and ************\", s3cret-toke}",
                "in pieces of {size}"
            );
        }
    }

    #[test]
    fn without_a_secret_nothing_is_held_back() {
        let mut strike = Strike::new(struck(&["abc"]));
        assert_eq!(strike.piece(Bytes::from_static(b"abc")), "abc");
        assert_eq!(strike.rest(), None);
    }

    #[test]
    fn headers_are_struck_as_well() {
        let mut headers = HeaderMap::new();
        headers.insert("x-echo", HeaderValue::from_static("Bearer s3cret-token"));
        struck(&["s3cret-token"]).headers(&mut headers);
        assert_eq!(headers["x-echo"], "Bearer ************");
    }
}
