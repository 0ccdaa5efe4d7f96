//! When what went wrong is tried again, and when a target is left alone. An object in quarantine has a clock of its own that grows with
//! each failure; a target that refuses in proportion is tried with a few operations first.

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// How long after the failure of that number an object is tried again, in milliseconds: at once in the next cycle, then ever more seldom.
/// What fails daily is tried in every nightly cycle, also in one that begins a little earlier than the last.
#[must_use]
pub fn pause(failures: u32) -> i64 {
    match failures {
        0 | 1 => 0,
        2 => 15 * MINUTE,
        3 => HOUR,
        4 => 4 * HOUR,
        _ => 20 * HOUR,
    }
}

/// Watches how many operations a target refuses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Breaker {
    /// Operations that a target which refused before is tried with.
    probe: bool,
    answered: u64,
    refused: u64,
}

/// Below this many answers nothing is said of a target.
const ENOUGH: u64 = 20;

/// Operations that a target which refused before is tried with.
pub const PROBE: u32 = 5;

impl Breaker {
    /// A breaker for a target that refused in proportion the last time, or not.
    #[must_use]
    pub fn new(refused_before: bool) -> Self {
        Self {
            probe: refused_before,
            ..Self::default()
        }
    }

    /// Whether only a few operations should be sent next.
    #[must_use]
    pub fn is_probing(&self) -> bool {
        self.probe
    }

    /// Counts answers; answers whether the target should be left alone.
    pub fn count(&mut self, answered: u64, refused: u64) -> bool {
        self.answered += answered;
        self.refused += refused;
        let enough = if self.probe { 1 } else { ENOUGH };
        let trips = self.answered >= enough && self.refused.saturating_mul(2) > self.answered;
        if self.probe && self.answered > 0 && !trips {
            *self = Self::default();
        }
        trips
    }

    /// How many answered and how many of them refused.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.answered, self.refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_grows_up_to_daily() {
        let pauses: Vec<i64> = (1..8).map(pause).collect();
        assert!(pauses.is_sorted());
        assert_eq!(pauses.first(), Some(&0));
        assert_eq!(pauses.last(), Some(&(20 * HOUR)));
    }

    #[test]
    fn more_than_half_of_at_least_twenty_trips() {
        let trips = |answered, refused| Breaker::new(false).count(answered, refused);
        assert!(!trips(19, 19), "too few to tell");
        assert!(!trips(20, 10), "half is not more than half");
        assert!(trips(20, 11));
        let mut slow = Breaker::new(false);
        assert!(!slow.count(10, 8));
        assert!(slow.count(10, 8), "batches add up");
    }

    #[test]
    fn a_few_tell_whether_a_target_that_refused_has_come_round() {
        let mut worse = Breaker::new(true);
        assert!(worse.is_probing());
        assert!(worse.count(5, 3));
        let mut better = Breaker::new(true);
        assert!(!better.count(5, 2));
        assert!(!better.is_probing());
        assert_eq!(better.counts(), (0, 0), "it begins anew");
    }
}
