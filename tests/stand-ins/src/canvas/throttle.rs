//! The leaky bucket: each token has one, requests fill it by their cost, time empties it.
//!
//! A request is charged a pre-flight penalty while it is under way, so many at once are refused where one by one pass.

use std::collections::HashMap;

use jiff::Timestamp;

/// A rate limit.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// What the bucket holds.
    pub quota: f64,
    /// What flows out in a second.
    pub leak: f64,
    /// What a request costs.
    pub cost: f64,
    /// What a request is charged on top while it is under way.
    pub preflight: f64,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            quota: 700.0,
            leak: 10.0,
            cost: 0.01,
            preflight: 50.0,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Buckets(HashMap<String, (f64, Timestamp)>);

impl Buckets {
    /// Charges the pre-flight penalty; false when the bucket is full.
    pub(super) fn enter(&mut self, token: &str, limit: &RateLimit, now: Timestamp) -> bool {
        let level = self.level(token, limit, now);
        if *level >= limit.quota {
            return false;
        }
        *level += limit.preflight;
        true
    }

    /// Gives the penalty back, charges the cost, and says what remains.
    pub(super) fn leave(&mut self, token: &str, limit: &RateLimit, now: Timestamp) -> f64 {
        let level = self.level(token, limit, now);
        *level = (*level - limit.preflight).max(0.0) + limit.cost;
        (limit.quota - *level).max(0.0)
    }

    fn level(&mut self, token: &str, limit: &RateLimit, now: Timestamp) -> &mut f64 {
        let (level, at) = self.0.entry(token.to_owned()).or_insert((0.0, now));
        let seconds = now.duration_since(*at).as_secs_f64().max(0.0);
        *level = (*level - seconds * limit.leak).max(0.0);
        *at = now;
        level
    }
}
