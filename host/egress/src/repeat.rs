//! Which requests are repeated, how often and after what pause.
//!
//! Only what is safe is repeated: a method that RFC 9110 section 9.2.2 calls idempotent, or any method when no connection
//! came about. `Retry-After` is obeyed up to a bound; past it the answer goes to the connector, which can say so to the
//! cycle. Pure: time and chance are parameters.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode, header};

/// How a request is repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repetition {
    /// The most times that one request is sent, the first time included.
    pub attempts: u32,
    /// The pause after the first failure; it doubles after each further one.
    pub first_pause: Duration,
    /// The longest pause of the host's own making.
    pub longest_pause: Duration,
    /// The longest `Retry-After` that is waited for within a call.
    pub longest_retry_after: Duration,
}

impl Default for Repetition {
    fn default() -> Self {
        Self {
            // Three pauses of 0.5, 1 and 2 seconds outlast the restart of a web server, not a night.
            attempts: 4,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(10),
            longest_retry_after: Duration::from_secs(30),
        }
    }
}

impl Repetition {
    /// The pause before the next attempt after `failures` failed ones; `chance` from 0 to 1 spreads it over its upper
    /// half, so that many connections do not come back at the same moment.
    pub fn pause(&self, failures: u32, chance: f64) -> Duration {
        let doubled = self
            .first_pause
            .saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        doubled
            .min(self.longest_pause)
            .mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }

    /// How long to wait before the request is repeated after this answer; `None` when it should not be.
    pub fn after_answer(
        &self,
        method: &Method,
        status: StatusCode,
        headers: &HeaderMap,
        failures: u32,
        now: SystemTime,
        chance: f64,
    ) -> Option<Duration> {
        let passing = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        );
        if !passing || failures >= self.attempts || !is_repeatable(method) {
            return None;
        }
        match retry_after(headers, now) {
            Some(wish) => (wish <= self.longest_retry_after).then_some(wish),
            None => Some(self.pause(failures, chance)),
        }
    }

    /// How long to wait before the request is repeated after it got no answer; `None` when it should not be.
    pub fn after_silence(
        &self,
        method: &Method,
        connected: bool,
        failures: u32,
        chance: f64,
    ) -> Option<Duration> {
        (failures < self.attempts && (!connected || is_repeatable(method)))
            .then(|| self.pause(failures, chance))
    }
}

/// Whether sending it twice has the effect of sending it once (RFC 9110 section 9.2.2).
fn is_repeatable(method: &Method) -> bool {
    method.is_idempotent()
}

/// What `Retry-After` says (RFC 9110 section 10.2.3): seconds, or a date in any of the forms of HTTP.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT

    fn wait(method: &Method, status: u16, retry_after: Option<&str>, failures: u32) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        Repetition::default().after_answer(
            method,
            StatusCode::from_u16(status).unwrap(),
            &headers,
            failures,
            now,
            1.0,
        )
    }

    #[test]
    fn pauses_grow_to_a_bound_and_are_spread() {
        let repetition = Repetition {
            attempts: 99,
            ..Repetition::default()
        };
        let pauses: Vec<u128> = (1..=7)
            .map(|failures| repetition.pause(failures, 1.0).as_millis())
            .collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(repetition.pause(1, 0.0), Duration::from_millis(250));
        assert_eq!(repetition.pause(u32::MAX, 0.5), Duration::from_millis(7500));
    }

    #[test]
    fn only_what_is_safe_is_repeated() {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            assert!(wait(&method, 503, None, 1).is_some(), "{method}");
        }
        for method in [Method::POST, Method::PATCH] {
            assert_eq!(wait(&method, 503, Some("1"), 1), None, "{method}");
            let repetition = Repetition::default();
            assert!(
                repetition.after_silence(&method, false, 1, 0.0).is_some(),
                "{method} without a connection"
            );
            assert_eq!(
                repetition.after_silence(&method, true, 1, 0.0),
                None,
                "{method} with one"
            );
        }
        for status in [200, 400, 401, 404, 500, 501] {
            assert_eq!(wait(&Method::GET, status, None, 1), None, "{status}");
        }
        assert_eq!(wait(&Method::GET, 503, None, 4), None, "attempts are used up");
    }

    #[test]
    fn retry_after_is_obeyed_up_to_a_bound() {
        assert_eq!(
            wait(&Method::GET, 429, Some("7"), 1),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            wait(&Method::GET, 429, Some("Sun, 06 Nov 1994 08:49:47 GMT"), 1),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            wait(&Method::GET, 429, Some("Sunday, 06-Nov-94 08:49:47 GMT"), 1),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            wait(&Method::GET, 429, Some("Sun, 06 Nov 1994 08:00:00 GMT"), 1),
            Some(Duration::ZERO)
        );
        assert_eq!(
            wait(&Method::GET, 429, Some("3600"), 1),
            None,
            "too long to wait within a call"
        );
        assert_eq!(
            wait(&Method::GET, 429, Some("soon"), 1),
            Some(Duration::from_millis(500)),
            "nonsense is no wish"
        );
    }
}
