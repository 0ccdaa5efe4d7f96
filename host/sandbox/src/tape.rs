//! What passes between a connector and everything around it in one session: taken down as it happens, or played back with nothing around.
//!
//! A tape lies at the edge of the sandbox, so that it holds what the connector saw and nothing else: no credential, which is added
//! beyond it. What it holds is personal data all the same; whoever keeps it makes it fit to be kept.

mod octets;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use samklang_core::Fault;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasmtime_wasi::HostWallClock;
use wasmtime_wasi::random::Deterministic;

pub(crate) use octets::{Octets, pack, unpack};

/// Octets of chance that a played session has before they come again: enough that no identifier is made twice.
const CHANCE: usize = 1 << 20;

/// One session, from its opening to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reel {
    /// The connection.
    pub connection: String,
    /// The step.
    pub step: String,
    /// The connection's settings.
    pub settings: Value,
    /// When it was opened, in milliseconds since 1970.
    pub began: u64,
    /// What the connector was asked, in order.
    pub calls: Vec<Call>,
    /// What it asked of the outside, in order.
    pub exchanges: Vec<Exchange>,
}

/// A call of the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its name, such as `read`.
    pub name: String,
    /// What was handed over.
    pub arguments: Value,
    /// `Ok` and the answer, or `Err` and the fault.
    pub answer: Value,
}

/// Something that the connector asked of the outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What kind: `http`, or a function of another interface, such as `ldap.search`.
    pub kind: String,
    /// What was asked.
    pub asked: Value,
    /// What came back.
    pub answer: Value,
}

/// A tape in a session. Clones are the same tape.
#[derive(Clone)]
pub struct Tape(Arc<Mutex<State>>);

struct State {
    reel: Reel,
    /// Which of the exchanges have been played; none while a session is taken down.
    played: Option<Vec<bool>>,
    strays: Vec<String>,
}

impl Tape {
    /// An empty tape, to take down a session.
    #[must_use]
    pub fn blank(connection: &str, step: &str, settings: Value) -> Self {
        let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let reel = Reel {
            connection: connection.to_owned(),
            step: step.to_owned(),
            settings,
            began: u64::try_from(began.as_millis()).unwrap_or(u64::MAX),
            calls: Vec::new(),
            exchanges: Vec::new(),
        };
        Self::of(reel, None)
    }

    /// A tape that is played to a session instead of the outside. Its calls are not looked at.
    #[must_use]
    pub fn played(reel: Reel) -> Self {
        let played = vec![false; reel.exchanges.len()];
        let calls = Vec::new();
        Self::of(Reel { calls, ..reel }, Some(played))
    }

    fn of(reel: Reel, played: Option<Vec<bool>>) -> Self {
        let strays = Vec::new();
        Self(Arc::new(Mutex::new(State { reel, played, strays })))
    }

    /// What is on it now.
    #[must_use]
    pub fn reel(&self) -> Reel {
        self.state().reel.clone()
    }

    /// What a played session asked for that is not on the tape, by its place.
    #[must_use]
    pub fn strays(&self) -> Vec<String> {
        self.state().strays.clone()
    }

    /// The clock and the chance of a played session: the same each time.
    pub(crate) fn surroundings(&self) -> Option<(TapedClock, Deterministic)> {
        let state = self.state();
        state.played.as_ref()?;
        let mut chance = vec![0; CHANCE];
        blake3::Hasher::new().finalize_xof().fill(&mut chance);
        let clock = TapedClock {
            began: Duration::from_millis(state.reel.began),
            since: std::time::Instant::now(),
        };
        Some((clock, Deterministic::new(chance)))
    }

    /// Whether there is nothing around.
    pub(crate) fn is_played(&self) -> bool {
        self.state().played.is_some()
    }

    /// One exchange: the outside's answer, which is taken down; or what is on the tape.
    ///
    /// # Errors
    ///
    /// When it is not on the tape.
    pub(crate) async fn pass<A: Serialize + DeserializeOwned>(
        &self,
        kind: &str,
        asked: Value,
        live: impl AsyncFnOnce() -> A,
    ) -> Result<A, String> {
        if self.is_played() {
            return self.play(kind, &asked);
        }
        let answer = live().await;
        let taken = serde_json::to_value(&answer).map_err(|cause| cause.to_string())?;
        self.state().reel.exchanges.push(Exchange {
            kind: kind.to_owned(),
            asked,
            answer: pack(taken),
        });
        Ok(answer)
    }

    /// The answer to the same question, or to the next one at the same place: what is left to chance, such as an identifier of a message,
    /// differs each time.
    fn play<A: DeserializeOwned>(&self, kind: &str, asked: &Value) -> Result<A, String> {
        let mut state = self.state();
        let State { reel, played, strays } = &mut *state;
        let played = played.get_or_insert_default();
        let free = |exchange: &(usize, &Exchange)| {
            exchange.1.kind == kind && played.get(exchange.0).is_some_and(|played| !played)
        };
        let free: Vec<(usize, &Exchange)> = reel.exchanges.iter().enumerate().filter(free).collect();
        let found = free
            .iter()
            .find(|(_, exchange)| exchange.asked == *asked)
            .or_else(|| {
                free.iter()
                    .find(|(_, exchange)| place(&exchange.asked) == place(asked))
            });
        let Some((at, exchange)) = found.copied() else {
            let stray = format!("{kind} {}", place(asked).join(" "));
            strays.push(stray.clone());
            return Err(format!("{stray} is not on the tape"));
        };
        let answer = serde_json::from_value(unpack(exchange.answer.clone()));
        if let Some(played) = played.get_mut(at) {
            *played = true;
        }
        answer.map_err(|cause| format!("the tape cannot be read: {cause}"))
    }

    /// Takes down a call of the contract.
    pub(crate) fn call<T: Serialize>(&self, name: &str, arguments: Value, answer: &Result<T, Fault>) {
        let answer = serde_json::to_value(answer).unwrap_or_default();
        self.state().reel.calls.push(Call {
            name: name.to_owned(),
            arguments,
            answer,
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One exchange by a function of the contract, past the tape where there is one.
pub(crate) async fn exchange<T, E>(
    tape: Option<Tape>,
    kind: &str,
    asked: impl Serialize,
    live: impl AsyncFnOnce() -> Result<T, E>,
    absent: impl FnOnce(String) -> E,
) -> wasmtime::Result<Result<T, E>>
where
    T: Serialize + DeserializeOwned,
    E: Serialize + DeserializeOwned,
{
    let Some(tape) = tape else {
        return Ok(live().await);
    };
    let asked = pack(serde_json::to_value(asked)?);
    let answer = tape.pass(kind, asked, live).await;
    Ok(answer.unwrap_or_else(|words| Err(absent(words))))
}

/// What tells a question from others when its content is left to chance: method and address of a request, the names that a directory
/// is asked about.
fn place(asked: &Value) -> Vec<&str> {
    let parts = ["method", "url", "need", "dn", "base", "filter"].into_iter();
    parts.filter_map(|part| asked.get(part)?.as_str()).collect()
}

/// A clock that began when the session did.
pub(crate) struct TapedClock {
    began: Duration,
    since: std::time::Instant,
}

impl HostWallClock for TapedClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        self.began + self.since.elapsed()
    }
}
