//! Plays a recording to a connector, and holds what it answers against what it answered then.

use std::fmt;
use std::path::Path;

use samklang_core::Fault;
use samklang_core::connector::{Extent, Operation};
use samklang_core::port::Session as _;
use samklang_core::redact::identity_numbers;
use samklang_egress::GrantSettings;
use samklang_sandbox::{Call, Component, OpenRequest, Reel, Session, Tape};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::failure::Failure;

/// Something that went otherwise than it was recorded.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// The session, from 1.
    session: usize,
    /// The call within it, from 1.
    call: usize,
    /// Its name.
    name: String,
    /// Where in the answer; empty for all of it.
    pointer: String,
    /// What was answered then.
    recorded: Value,
    /// What is answered now.
    played: Value,
    /// What the connector asked for that is not on the tape.
    strays: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            session,
            call,
            name,
            pointer,
            recorded,
            played,
            strays,
        } = self;
        write!(
            f,
            "session {session}, call {call}, `{name}`: the answer differs at {}\n  recorded: {recorded}\n  played:   {played}",
            if pointer.is_empty() { "/" } else { pointer }
        )?;
        strays
            .iter()
            .try_for_each(|stray| write!(f, "\n  asked for what is not on the tape: {stray}"))
    }
}

/// Plays one session; answers the first difference.
pub(crate) async fn play(
    component: &Component,
    number: usize,
    reel: &Reel,
    inbox: &Path,
    outbox: &Path,
) -> Result<Option<Difference>, Failure> {
    let tape = Tape::played(reel.clone());
    let mut request = OpenRequest::new(&reel.connection, &reel.step, reel.settings.clone());
    request.grants = GrantSettings {
        inbox: true,
        outbox: true,
        ..GrantSettings::default()
    };
    request.inbox = Some(inbox.to_owned());
    request.outbox = Some(outbox.to_owned());
    request.tape = Some(tape.clone());
    let mut session = None;
    for (at, call) in reel.calls.iter().enumerate() {
        let played = match (call.name.as_str(), &mut session) {
            ("open", _) => {
                let opened = component.open(request.clone()).await;
                let answer = answer(&opened.as_ref().map(drop).map_err(Clone::clone));
                session = opened.ok();
                answer
            }
            (_, Some(session)) => answer_of(session, call).await?,
            // The session could not be opened now; that was told.
            (_, None) => break,
        };
        if let Some((pointer, recorded, played)) = first_difference(&call.answer, &played, String::new()) {
            return Ok(Some(Difference {
                session: number,
                call: at + 1,
                name: call.name.clone(),
                pointer,
                recorded,
                played,
                strays: tape.strays(),
            }));
        }
    }
    Ok(None)
}

async fn answer_of(session: &mut Session, call: &Call) -> Result<Value, Failure> {
    let arguments = &call.arguments;
    Ok(match call.name.as_str() {
        "check" => answer(&session.check().await),
        "read" => {
            let classes: Vec<String> = argument(arguments, "classes")?;
            let extent: Extent = argument(arguments, "extent")?;
            answer(&session.read(&classes, &extent).await)
        }
        "next" => answer(&session.next(argument(arguments, "max")?).await),
        "get" => {
            let (class, keys): (String, Vec<String>) =
                (argument(arguments, "class")?, argument(arguments, "keys")?);
            answer(&session.get(&class, &keys).await)
        }
        "apply" => {
            let operations: Vec<Operation> = argument(arguments, "operations")?;
            answer(&session.apply(&operations).await)
        }
        other => {
            return Err(Failure::Usage(format!(
                "the recording has a call `{other}`, which there is not"
            )));
        }
    })
}

fn argument<T: DeserializeOwned>(arguments: &Value, name: &str) -> Result<T, Failure> {
    let value = arguments.get(name).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|cause| {
        Failure::Usage(format!(
            "the recording's argument `{name}` cannot be read: {cause}"
        ))
    })
}

/// An answer as it is recorded, without what belongs to the build and not to what it did.
fn answer<T: Serialize>(given: &Result<T, Fault>) -> Value {
    serde_json::to_value(given).unwrap_or_default()
}

/// The first place at which two answers differ. The version of the build that faults is no difference, and neither are its last words.
fn first_difference(recorded: &Value, played: &Value, pointer: String) -> Option<(String, Value, Value)> {
    let ended = |answer: &Value| answer.get("Err").is_some();
    if pointer.is_empty() && ended(recorded) != ended(played) {
        return Some((pointer, recorded.clone(), played.clone()));
    }
    match (recorded, played) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one
                .keys()
                .chain(other.keys().filter(|name| !one.contains_key(*name)));
            names
                .filter(|name| !(pointer == "/Err" && ["version", "last_words"].contains(&name.as_str())))
                .find_map(|name| {
                    let absent = Value::Null;
                    let (one, other) = (
                        one.get(name).unwrap_or(&absent),
                        other.get(name).unwrap_or(&absent),
                    );
                    first_difference(one, other, format!("{pointer}/{name}"))
                })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .find_map(|(at, (one, other))| first_difference(one, other, format!("{pointer}/{at}"))),
        (Value::Array(one), Value::Array(other)) => Some((
            pointer,
            json!(format!("{} of them", one.len())),
            json!(format!("{} of them", other.len())),
        )),
        (one, other) if one == other => None,
        // What looks like an identity number was given another one where it stood as text, and not where it stood in octets.
        (Value::String(one), Value::String(other)) if identity_numbers(one) == identity_numbers(other) => {
            None
        }
        (one, other) => Some((pointer, one.clone(), other.clone())),
    }
}
