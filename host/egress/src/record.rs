//! What one step sent and received, and what it was refused.
//!
//! Counted beneath every request, so that a connector cannot send unseen. Addresses, paths, headers and bodies are never
//! kept: they may hold personal data.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::grant::Refusal;

/// Distinct refusals that are kept word by word; all of them are counted.
const REFUSALS_KEPT: usize = 8;

/// The figures of one step, shared by all its requests.
#[derive(Debug, Default)]
pub struct Record {
    requests: AtomicU64,
    repeats: AtomicU64,
    refused: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
    signatures: AtomicU64,
    refusals: Mutex<Vec<Refusal>>,
    troubles: Mutex<Vec<String>>,
    reached: Mutex<BTreeMap<String, u64>>,
}

/// A reading of a [`Record`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests that the connector made and the host let out.
    pub requests: u64,
    /// Times that the host repeated one of them.
    pub repeats: u64,
    /// Requests that the host did not let out.
    pub refused: u64,
    /// Octets of bodies sent.
    pub sent: u64,
    /// Octets of bodies received.
    pub received: u64,
    /// Signatures made for the connector.
    pub signatures: u64,
}

impl Record {
    /// The figures so far.
    pub fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Traffic {
            requests: read(&self.requests),
            repeats: read(&self.repeats),
            refused: read(&self.refused),
            sent: read(&self.sent),
            received: read(&self.received),
            signatures: read(&self.signatures),
        }
    }

    /// The distinct refusals since this was last asked.
    pub fn take_refusals(&self) -> Vec<Refusal> {
        std::mem::take(&mut *lock(&self.refusals))
    }

    /// What went wrong with credentials since this was last asked: things that only the operator can mend.
    pub fn take_troubles(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.troubles))
    }

    /// Requests by where they went.
    pub fn reached(&self) -> BTreeMap<String, u64> {
        lock(&self.reached).clone()
    }

    pub(crate) fn request(&self, origin: &str) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.reach(origin);
    }

    fn reach(&self, place: &str) {
        let mut reached = lock(&self.reached);
        match reached.get_mut(place) {
            Some(count) => *count += 1,
            None => drop(reached.insert(place.to_owned(), 1)),
        }
    }

    pub(crate) fn repeat(&self) {
        self.repeats.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, octets: usize) {
        self.sent.fetch_add(octets as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, octets: usize) {
        self.received.fetch_add(octets as u64, Ordering::Relaxed);
    }

    pub(crate) fn signature(&self, need: &str) {
        self.signatures.fetch_add(1, Ordering::Relaxed);
        self.reach(&format!("signing `{need}`"));
    }

    pub(crate) fn refuse(&self, refusal: &Refusal) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let mut refusals = lock(&self.refusals);
        if refusals.len() < REFUSALS_KEPT && !refusals.contains(refusal) {
            refusals.push(refusal.clone());
        }
    }

    pub(crate) fn trouble(&self, text: String) {
        let mut troubles = lock(&self.troubles);
        if troubles.len() < REFUSALS_KEPT && !troubles.contains(&text) {
            troubles.push(text);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
