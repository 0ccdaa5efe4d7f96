//! Requests that came with an idempotency key: what the same request is answered when it comes again. An answer is sealed with a key that
//! is made of the idempotency key, which is kept nowhere: without what the guest sent nobody reads it.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::Answer;
use crate::installation::Installation;
use crate::reading::corrupt;

/// Where they are kept. Copies are made to try something out, and have nothing of them.
pub(crate) const TABLE: &str = "keyed_request";

/// How long an answer is repeated, in milliseconds.
const KEPT: i64 = 24 * 3_600_000;

/// A request's idempotency key, in the hands of somebody.
pub struct RequestKey {
    identity: Vec<u8>,
    seal: hmac::Tag,
}

impl RequestKey {
    /// The key of a guest. The same key of another guest is another one.
    #[must_use]
    pub fn new(guest: &str, key: &str) -> Self {
        // Each part behind its length, so that no two pairs are written alike.
        let both = format!("{}:{guest}:{key}", guest.len());
        let identity = digest(&SHA256, both.as_bytes()).as_ref().to_vec();
        let secret = hmac::Key::new(hmac::HMAC_SHA256, both.as_bytes());
        let seal = hmac::sign(&secret, b"samklang 2026-11 idempotency key: sealing the answer");
        Self { identity, seal }
    }

    fn cipher(&self) -> Answer<LessSafeKey> {
        let key = UnboundKey::new(&AES_256_GCM, self.seal.as_ref())
            .map_err(|_| unreadable("its key has the wrong length"))?;
        Ok(LessSafeKey::new(key))
    }

    fn seal(&self, answer: &[u8]) -> Answer<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        let drawn = SystemRandom::new().fill(&mut nonce);
        drawn.map_err(|_| StoreError::Database("the system gives no random numbers".into()))?;
        let mut sealed = answer.to_vec();
        let bound = Aad::from(&self.identity);
        self.cipher()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut sealed)
            .map_err(|_| unreadable("it is too long to be sealed"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn open(&self, sealed: &[u8]) -> Answer<Vec<u8>> {
        let (nonce, rest) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or_else(|| unreadable("it is too short"))?;
        let mut opened = rest.to_vec();
        let bound = Aad::from(&self.identity);
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .cipher()?
            .open_in_place(nonce, bound, &mut opened)
            .map_err(|_| unreadable("the seal is broken"))?
            .len();
        opened.truncate(length);
        Ok(opened)
    }
}

fn unreadable(cause: &str) -> StoreError {
    corrupt("an answer in `keyed_request`", cause)
}

impl std::fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestKey").finish_non_exhaustive()
    }
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyedRequest {
    /// Nothing: the request is noted as begun, and its answer is to be kept, or it is to be forgotten.
    New,
    /// The same request began and has no answer yet; it may have been cut off.
    Begun,
    /// Another request came with it.
    Another,
    /// What the same request was answered.
    Answered(Vec<u8>),
}

impl Installation {
    /// Begins a request that came with a key, unless one has begun already. What is older than a day is forgotten.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn begin_keyed(
        &self,
        key: &RequestKey,
        fingerprint: &[u8; 32],
        now: i64,
    ) -> Result<KeyedRequest, StoreError> {
        let mut session = self.database.write().await?;
        let old = "DELETE FROM keyed_request WHERE began < $1";
        session.run(old, arguments![now.saturating_sub(KEPT)]).await?;
        let sql = "INSERT INTO keyed_request (identity, fingerprint, began) VALUES ($1, $2, $3) \
                   ON CONFLICT (identity) DO NOTHING";
        let given = arguments![key.identity.clone(), fingerprint.to_vec(), now];
        if session.run(sql, given).await? == 1 {
            session.commit().await?;
            return Ok(KeyedRequest::New);
        }
        let sql = "SELECT fingerprint, answer FROM keyed_request WHERE identity = $1";
        let row = session.row(sql, arguments![key.identity.clone()]).await?;
        session.commit().await?;
        let row = row.ok_or_else(|| unreadable("the row is gone"))?;
        if row.octets(0)? != fingerprint {
            return Ok(KeyedRequest::Another);
        }
        match row.maybe_octets(1)? {
            None => Ok(KeyedRequest::Begun),
            Some(sealed) => Ok(KeyedRequest::Answered(key.open(&sealed)?)),
        }
    }

    /// Keeps what a request was answered.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn keep_keyed(&self, key: &RequestKey, answer: &[u8]) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let sql = "UPDATE keyed_request SET answer = $2 WHERE identity = $1";
        let given = arguments![key.identity.clone(), key.seal(answer)?];
        session.run(sql, given).await?;
        session.commit().await
    }

    /// Forgets a request that was not carried out, so that it may be tried again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_keyed(&self, key: &RequestKey) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let sql = "DELETE FROM keyed_request WHERE identity = $1";
        session.run(sql, arguments![key.identity.clone()]).await?;
        session.commit().await
    }
}
