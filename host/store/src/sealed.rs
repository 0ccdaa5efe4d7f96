//! What is sealed at rest: AES-256-GCM with a key derived from the tenant's. What is sealed is bound to its place, so that a row's
//! content put into another row, table or tenant does not open. Sealed octets are: the name of the key (4), the nonce (12), the
//! ciphertext, the tag (16).
//!
//! A nonce is never used twice under a key: each opening of a tenant draws a start of 96 random bits and counts on from there.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use samklang_core::Attributes;
use samklang_core::catalogue::{Contribution, Entity};
use samklang_core::key::{KeyName, Keyring, LENGTH, MatchingKey, TenantKey};
use samklang_core::port::{Keys, StoreError};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::argument::arguments;
use crate::body::{self, Substance};
use crate::database::{Answer, Database};
use crate::reading::{corrupt, to_json};
use crate::tenant::TenantStore;

/// What sealing keys are derived for.
const SEALING: &str = "samklang 2026-11 tenant key: sealing at rest";

const NAME: usize = 4;
const NONCE: usize = 12;

/// Where something sealed stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The tenant's own secret.
    Secret,
    /// An object of the snapshot, staged or accepted: class and key.
    Object(i64, &'a str),
    /// What an object says of its entity: class and key.
    Link(i64, &'a str),
    /// What an entity is made of.
    Entity(Uuid),
    /// The last known state of a target's object: class and key.
    Shadow(i64, &'a str),
    /// What an operation shall bring about: connection and id.
    Desired(i64, &'a str),
    /// What a target said about an operation: connection and id.
    Outcome(i64, &'a str),
    /// The particulars of an entry of the journal.
    Journal(i64),
    /// The ends of the journal.
    Chain,
    /// What was found about an object: class and key.
    Finding(i64, &'a str),
    /// Of the last known state of a target's object, what came from the catalogue: class and key.
    Shared(i64, &'a str),
    /// What an operation finds: connection and id.
    Former(i64, &'a str),
    /// Of what an operation shall bring about, what comes from the catalogue: connection and id.
    Given(i64, &'a str),
    /// A value that a person set for an attribute of an entity.
    Override(Uuid, &'a str),
    /// What a step of a cycle is halted with.
    Proposal(i64),
    /// What a check before enrolment found: connection.
    Check(i64),
    /// What a person is asked about an object: class and key.
    Case(i64, &'a str),
    /// The name of whoever did something, by what stands for it.
    Actor(&'a str),
    /// What people call somebody who works with the installation.
    Name(Uuid),
    /// The mail address of somebody who works with the installation.
    Mail(Uuid),
    /// To whom a role is promised, by what stands for it.
    Promised(&'a str),
    /// What is wanted of a tenant: since when, and the tenant's name.
    Wish(i64, &'a str),
}

impl Place<'_> {
    /// What the seal is bound to.
    fn bind(self, tenant: i64) -> Vec<u8> {
        let mut bound = Vec::with_capacity(64);
        bound.extend(tenant.to_be_bytes());
        let (kind, number, text): (u8, i64, &[u8]) = match &self {
            Self::Secret => (0, 0, &[]),
            Self::Object(class, key) => (1, *class, key.as_bytes()),
            Self::Link(class, key) => (2, *class, key.as_bytes()),
            Self::Entity(id) => (3, 0, id.as_bytes()),
            Self::Shadow(class, key) => (4, *class, key.as_bytes()),
            Self::Desired(connection, id) => (5, *connection, id.as_bytes()),
            Self::Outcome(connection, id) => (6, *connection, id.as_bytes()),
            Self::Journal(seq) => (7, *seq, &[]),
            Self::Chain => (8, 0, &[]),
            Self::Finding(class, key) => (9, *class, key.as_bytes()),
            Self::Shared(class, key) => (10, *class, key.as_bytes()),
            Self::Former(connection, id) => (11, *connection, id.as_bytes()),
            Self::Given(connection, id) => (12, *connection, id.as_bytes()),
            Self::Override(entity, attribute) => {
                bound.extend(entity.as_bytes());
                (13, 0, attribute.as_bytes())
            }
            Self::Proposal(cycle) => (14, *cycle, &[]),
            Self::Check(connection) => (15, *connection, &[]),
            Self::Case(class, key) => (16, *class, key.as_bytes()),
            Self::Actor(mark) => (17, 0, mark.as_bytes()),
            Self::Name(person) => (18, 0, person.as_bytes()),
            Self::Mail(person) => (19, 0, person.as_bytes()),
            Self::Promised(mark) => (20, 0, mark.as_bytes()),
            Self::Wish(at, tenant) => (21, *at, tenant.as_bytes()),
        };
        bound.push(kind);
        bound.extend(number.to_be_bytes());
        bound.extend(text);
        bound
    }
}

/// A tenant's seals, or the installation's.
#[derive(Debug)]
pub(crate) struct Seals {
    tenant: i64,
    current: Seal,
    former: Vec<Seal>,
    start: u128,
    count: AtomicU64,
}

#[derive(Debug)]
struct Seal {
    name: KeyName,
    key: LessSafeKey,
}

impl Seal {
    fn of(key: &TenantKey) -> Answer<Self> {
        let derived = key.derive(SEALING);
        let unbound = UnboundKey::new(&AES_256_GCM, derived.as_slice()).map_err(|_| broken())?;
        Ok(Self {
            name: key.name(),
            key: LessSafeKey::new(unbound),
        })
    }
}

/// The cryptography refused what it never refuses.
fn broken() -> StoreError {
    StoreError::Database("the system's source of random numbers, or its cipher, does not work".into())
}

/// Random octets.
fn random<const COUNT: usize>() -> Answer<[u8; COUNT]> {
    let mut octets = [0; COUNT];
    SystemRandom::new().fill(&mut octets).map_err(|_| broken())?;
    Ok(octets)
}

/// So many random octets.
pub(crate) fn randoms(count: usize) -> Answer<Vec<u8>> {
    let mut octets = vec![0; count];
    SystemRandom::new().fill(&mut octets).map_err(|_| broken())?;
    Ok(octets)
}

impl Seals {
    pub(crate) fn new(tenant: i64, keys: &Keyring) -> Answer<Self> {
        Ok(Self {
            tenant,
            current: Seal::of(keys.current())?,
            former: keys.former().iter().map(Seal::of).collect::<Answer<_>>()?,
            start: u128::from_be_bytes(random()?),
            count: AtomicU64::new(0),
        })
    }

    fn nonce(&self) -> [u8; NONCE] {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let number = self.start.wrapping_add(count.into()).to_be_bytes();
        let mut nonce = [0; NONCE];
        // The last twelve octets of the number are the start's last 96 bits, counted on.
        nonce
            .iter_mut()
            .zip(number.into_iter().skip(16 - NONCE))
            .for_each(|(to, from)| *to = from);
        nonce
    }

    /// Seals what `write` puts into the buffer that it is given.
    pub(crate) fn seal(
        &self,
        place: Place<'_>,
        write: impl FnOnce(&mut Vec<u8>) -> Answer<()>,
    ) -> Answer<Vec<u8>> {
        let mut sealed = Vec::with_capacity(512);
        let nonce = self.nonce();
        sealed.extend(self.current.name.0);
        sealed.extend(nonce);
        write(&mut sealed)?;
        let aad = Aad::from(place.bind(self.tenant));
        let text = sealed.get_mut(NAME + NONCE..).unwrap_or_default();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.current.key.seal_in_place_separate_tag(nonce, aad, text);
        sealed.extend(tag.map_err(|_| broken())?.as_ref());
        Ok(sealed)
    }

    /// Opens what was sealed in that place, and hands it to `read`. `what` names it for people.
    pub(crate) fn open<T, P: Display>(
        &self,
        place: Place<'_>,
        mut sealed: Vec<u8>,
        what: impl Fn() -> P,
        read: impl FnOnce(&[u8]) -> Answer<T>,
    ) -> Answer<T> {
        let name: Option<[u8; NAME]> = sealed.first_chunk().copied();
        let nonce: Option<[u8; NONCE]> = sealed.get(NAME..).and_then(<[u8]>::first_chunk).copied();
        let (Some(name), Some(nonce)) = (name, nonce) else {
            return Err(corrupt(what(), "it is not sealed"));
        };
        let seal = std::iter::once(&self.current)
            .chain(&self.former)
            .find(|seal| seal.name.0 == name);
        let seal = seal.ok_or_else(|| StoreError::Locked {
            place: what().to_string(),
            key: KeyName(name).to_string(),
        })?;
        let aad = Aad::from(place.bind(self.tenant));
        let text = sealed.get_mut(NAME + NONCE..).unwrap_or_default();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = seal.key.open_in_place(nonce, aad, text);
        let opened = opened
            .map_err(|_| corrupt(what(), "its seal is broken: it was altered, or belongs elsewhere"))?;
        read(opened)
    }
}

/// What is sealed, in the words of the store.
impl Seals {
    /// The name of the key that seals.
    pub(crate) fn current(&self) -> [u8; NAME] {
        self.current.name.0
    }

    /// Seals anew what was sealed in that place.
    pub(crate) fn anew<P: Display>(
        &self,
        place: Place<'_>,
        sealed: Vec<u8>,
        what: impl Fn() -> P,
    ) -> Answer<Vec<u8>> {
        self.open(place, sealed, what, |octets| self.octets(place, octets))
    }

    /// Seals octets.
    pub(crate) fn octets(&self, place: Place<'_>, octets: &[u8]) -> Answer<Vec<u8>> {
        self.seal(place, |to| {
            to.extend_from_slice(octets);
            Ok(())
        })
    }

    /// Seals attributes.
    pub(crate) fn attributes(&self, place: Place<'_>, attributes: &Attributes) -> Answer<Vec<u8>> {
        self.seal(place, |to| {
            body::write_attributes(attributes, to).map_err(unwritten)
        })
    }

    /// Seals attributes, unless there are none.
    pub(crate) fn if_any(&self, place: Place<'_>, attributes: &Attributes) -> Answer<Option<Vec<u8>>> {
        (!attributes.is_empty())
            .then(|| self.attributes(place, attributes))
            .transpose()
    }

    /// Opens what [`Seals::if_any`] sealed.
    pub(crate) fn maybe_attributes<P: Display>(
        &self,
        place: Place<'_>,
        sealed: Option<Vec<u8>>,
        what: impl Fn() -> P,
    ) -> Answer<Attributes> {
        sealed.map_or_else(
            || Ok(Attributes::new()),
            |sealed| self.read_attributes(place, sealed, what),
        )
    }

    /// Opens attributes.
    pub(crate) fn read_attributes<P: Display>(
        &self,
        place: Place<'_>,
        sealed: Vec<u8>,
        what: impl Fn() -> P,
    ) -> Answer<Attributes> {
        self.open(place, sealed, &what, |octets| {
            body::read_attributes(octets).map_err(|cause| corrupt(what(), cause))
        })
    }

    /// Seals what an object says of its entity.
    pub(crate) fn contribution(&self, place: Place<'_>, contribution: &Contribution) -> Answer<Vec<u8>> {
        self.seal(place, |to| {
            body::write_contribution(contribution, to).map_err(unwritten)
        })
    }

    /// Opens what an object says of its entity.
    pub(crate) fn read_contribution<P: Display>(
        &self,
        place: Place<'_>,
        sealed: Vec<u8>,
        what: impl Fn() -> P,
    ) -> Answer<Contribution> {
        self.open(place, sealed, &what, |octets| {
            body::read_contribution(octets).map_err(|cause| corrupt(what(), cause))
        })
    }

    /// Seals what an entity is made of.
    pub(crate) fn entity(&self, entity: &Entity) -> Answer<Vec<u8>> {
        self.seal(Place::Entity(entity.id), |to| {
            body::write_entity(entity, to).map_err(unwritten)
        })
    }

    /// Opens what an entity is made of.
    pub(crate) fn read_entity<P: Display>(
        &self,
        id: Uuid,
        sealed: Vec<u8>,
        what: impl Fn() -> P,
    ) -> Answer<Substance> {
        self.open(Place::Entity(id), sealed, &what, |octets| {
            body::read_entity(octets).map_err(|cause| corrupt(what(), cause))
        })
    }

    /// Seals JSON.
    pub(crate) fn json(&self, place: Place<'_>, value: &serde_json::Value) -> Answer<Vec<u8>> {
        self.octets(place, to_json(value)?.as_bytes())
    }

    /// Opens JSON.
    pub(crate) fn read_json<P: Display>(
        &self,
        place: Place<'_>,
        sealed: Vec<u8>,
        what: impl Fn() -> P,
    ) -> Answer<serde_json::Value> {
        self.open(place, sealed, &what, |octets| {
            serde_json::from_slice(octets).map_err(|error| corrupt(what(), error))
        })
    }

    /// Opens a text.
    pub(crate) fn read_text<P: Display>(
        &self,
        place: Place<'_>,
        sealed: Vec<u8>,
        what: impl Fn() -> P,
    ) -> Answer<String> {
        self.open(place, sealed, &what, |octets| {
            let text = std::str::from_utf8(octets).map_err(|error| corrupt(what(), error))?;
            Ok(text.to_owned())
        })
    }
}

/// What the store keeps can always be written; should it not be, that is said.
fn unwritten(cause: String) -> StoreError {
    StoreError::Database(cause.into())
}

/// Where a secret is kept: how it is read by the number `$1`, and how the sealed secret `$2` is put there unless there is one.
pub(crate) struct Keeping {
    pub(crate) read: &'static str,
    pub(crate) make: &'static str,
}

/// Where a tenant's is.
pub(crate) const OF_TENANT: Keeping = Keeping {
    read: "SELECT secret FROM tenant WHERE id = $1",
    make: "UPDATE tenant SET secret = $2 WHERE id = $1 AND secret IS NULL",
};

/// A secret of the tenant's, or the installation's: made at first use, sealed ever after. It outlives every key, so that what values are matched by
/// need not be worked out again when the key changes.
pub(crate) async fn secret(
    database: &Database,
    keeping: &Keeping,
    id: i64,
    seals: &Seals,
) -> Answer<MatchingKey> {
    let kept = |row: Option<crate::database::Row>| match row {
        Some(row) => row.maybe_octets(0),
        None => Ok(None),
    };
    let mut sealed = kept(database.read().await?.row(keeping.read, arguments![id]).await?)?;
    if sealed.is_none() {
        let fresh = Zeroizing::new(random::<LENGTH>()?);
        let fresh = seals.seal(Place::Secret, |to| {
            to.extend(fresh.iter());
            Ok(())
        })?;
        let mut session = database.write().await?;
        session.run(keeping.make, arguments![id, fresh]).await?;
        sealed = kept(session.row(keeping.read, arguments![id]).await?)?;
        session.commit().await?;
    }
    let what = || "the secret by which values are compared";
    let sealed = sealed.ok_or_else(|| corrupt(what(), "it is not there"))?;
    seals.open(Place::Secret, sealed, what, |text| {
        let secret = <&[u8; LENGTH]>::try_from(text).map_err(|error| corrupt(what(), error))?;
        Ok(MatchingKey::new(secret))
    })
}

impl Keys for TenantStore {
    fn matching(&self) -> &MatchingKey {
        &self.matching
    }
}
