//! What a step's connectors used of the machine and of the network.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the sessions of a step used, all its attempts together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time within the connector, in microseconds.
    pub cpu_us: u64,
    /// The most memory that one instance had, in octets.
    pub peak_memory: u64,
    /// Requests that were let out.
    pub requests: u64,
    /// Times that the host repeated one of them.
    pub repeats: u64,
    /// Requests that were not let out.
    pub refused: u64,
    /// Octets of bodies sent.
    pub sent: u64,
    /// Octets of bodies received.
    pub received: u64,
    /// Requests by what was granted: an origin, or a key's name after `signing `; and the folders that were handed over.
    pub reached: BTreeMap<String, u64>,
}

impl Usage {
    /// Processor time within the connector.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        Duration::from_micros(self.cpu_us)
    }

    /// Adds what another session used.
    pub fn add(&mut self, other: &Self) {
        let Self {
            cpu_us,
            peak_memory,
            requests,
            repeats,
            refused,
            sent,
            received,
            reached,
        } = other;
        self.peak_memory = self.peak_memory.max(*peak_memory);
        for (sum, more) in [
            (&mut self.cpu_us, cpu_us),
            (&mut self.requests, requests),
            (&mut self.repeats, repeats),
            (&mut self.refused, refused),
            (&mut self.sent, sent),
            (&mut self.received, received),
        ] {
            *sum = sum.saturating_add(*more);
        }
        for (place, count) in reached {
            let sum = self.reached.entry(place.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_adds_up_and_a_peak_stays_one() {
        let one = Usage {
            cpu_us: 5,
            peak_memory: 7,
            requests: 1,
            reached: BTreeMap::from([("https://a".to_owned(), 1)]),
            ..Usage::default()
        };
        let mut sum = one.clone();
        sum.add(&Usage {
            peak_memory: 3,
            reached: BTreeMap::from([("https://a".to_owned(), 2), ("inbox".to_owned(), 1)]),
            ..one.clone()
        });
        assert_eq!((sum.cpu_us, sum.peak_memory, sum.requests), (10, 7, 2));
        assert_eq!(
            sum.reached,
            BTreeMap::from([("https://a".to_owned(), 3), ("inbox".to_owned(), 1)])
        );
    }
}
