//! Which keys have been stated, in six octets each: a roster of two million memberships fits into 16 MiB.
//!
//! It keeps 64 bits of hash per key, 16 of them as the place of its bucket. Two different keys meet with a probability of
//! about n² / 2⁶⁵; whoever acts on a meeting has to make sure of it.

use std::hash::{DefaultHasher, Hash, Hasher};

const BUCKETS: usize = 1 << 16;

/// A set of keys that can only grow.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    buckets: Vec<Vec<[u16; 3]>>,
}

impl Ledger {
    /// Adds a key, and says whether it is new.
    pub(crate) fn add(&mut self, kind: &str, key: &str) -> bool {
        if self.buckets.is_empty() {
            self.buckets.resize_with(BUCKETS, Vec::new);
        }
        let (at, rest) = place(kind, key);
        let Some(bucket) = self.buckets.get_mut(at) else {
            return true;
        };
        let new = !bucket.contains(&rest);
        if new {
            add(bucket, rest);
        }
        new
    }

    /// The key was added before.
    pub(crate) fn holds(&self, kind: &str, key: &str) -> bool {
        let (at, rest) = place(kind, key);
        self.buckets.get(at).is_some_and(|bucket| bucket.contains(&rest))
    }

    /// Takes over all keys of another one.
    pub(crate) fn absorb(&mut self, other: Self) {
        if self.buckets.is_empty() {
            *self = other;
            return;
        }
        for (bucket, others) in self.buckets.iter_mut().zip(other.buckets) {
            for rest in others {
                if !bucket.contains(&rest) {
                    add(bucket, rest);
                }
            }
        }
    }
}

/// Grows by a quarter, not to the double: there are many buckets.
fn add(bucket: &mut Vec<[u16; 3]>, rest: [u16; 3]) {
    if bucket.len() == bucket.capacity() {
        bucket.reserve_exact(4.max(bucket.len() / 4));
    }
    bucket.push(rest);
}

fn place(kind: &str, key: &str) -> (usize, [u16; 3]) {
    let mut hasher = DefaultHasher::new();
    (kind, key).hash(&mut hasher);
    let octets = hasher.finish().to_le_bytes();
    let [a, b, c, d, e, f, g, h] = octets;
    let pair = |low, high| u16::from_le_bytes([low, high]);
    (usize::from(pair(a, b)), [pair(c, d), pair(e, f), pair(g, h)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_once_per_kind() {
        let mut ledger = Ledger::default();
        assert!(!ledger.holds("person", "a:1"));
        assert!(ledger.add("person", "a:1"));
        assert!(!ledger.add("person", "a:1"));
        assert!(ledger.add("unit", "a:1"));
        assert!(ledger.holds("person", "a:1"));
        assert!(!ledger.holds("person", "a:2"));
    }

    #[test]
    fn absorbs_another() {
        let (mut one, mut two) = (Ledger::default(), Ledger::default());
        one.add("person", "a:1");
        two.add("person", "a:1");
        two.add("person", "a:2");
        one.absorb(two);
        assert!(one.holds("person", "a:1") && one.holds("person", "a:2"));
        assert!(!one.add("person", "a:2"));
    }

    #[test]
    fn many_keys_stay_apart() {
        let mut ledger = Ledger::default();
        assert!((0..200_000).all(|number| ledger.add("membership", &format!("s:g|s:{number}|01"))));
        assert!((0..200_000).all(|number| ledger.holds("membership", &format!("s:g|s:{number}|01"))));
    }
}
