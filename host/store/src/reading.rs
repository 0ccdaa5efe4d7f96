//! What the database answers, put back into the words of the core. What cannot be read names its table and row.

use std::fmt::Display;

use samklang_core::Digest;
use samklang_core::catalogue::EntityState;
use samklang_core::connector::Action;
use samklang_core::port::StoreError;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::database::{Answer, Row};

/// It cannot be read.
pub(crate) fn corrupt(place: impl Display, cause: impl Display) -> StoreError {
    StoreError::Corrupt {
        place: place.to_string(),
        cause: cause.to_string(),
    }
}

/// Reads JSON; `place` names table and row.
pub(crate) fn json<T: DeserializeOwned, P: Display>(text: &str, place: impl FnOnce() -> P) -> Answer<T> {
    serde_json::from_str(text).map_err(|error| corrupt(place(), error))
}

/// Writes JSON. What the store keeps can always be written; should it not be, that is said.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Answer<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(Box::new(error)))
}

/// Reads a word of a closed list.
pub(crate) fn word<T, P: Display>(
    word: &str,
    parse: fn(&str) -> Option<T>,
    place: impl FnOnce() -> P,
) -> Answer<T> {
    parse(word).ok_or_else(|| corrupt(place(), format!("`{word}` is not a word for this")))
}

/// Reads an identity.
pub(crate) fn uuid(octets: &[u8], table: &str) -> Answer<Uuid> {
    Uuid::from_slice(octets).map_err(|error| corrupt(format!("an identity in table {table}"), error))
}

/// Reads an identity that may be missing, in that column.
pub(crate) fn maybe_uuid(row: &Row, column: usize, table: &str) -> Answer<Option<Uuid>> {
    row.maybe_octets(column)?
        .map(|octets| uuid(&octets, table))
        .transpose()
}

/// Reads a digest.
pub(crate) fn digest<P: Display>(octets: Vec<u8>, place: impl FnOnce() -> P) -> Answer<Digest> {
    let length = octets.len();
    <[u8; 16]>::try_from(octets)
        .map(Digest)
        .map_err(|_| corrupt(place(), format!("a digest of {length} octets instead of 16")))
}

/// Reads a number that is never negative.
pub(crate) fn unsigned<T: TryFrom<i64>>(number: i64, place: &str) -> Answer<T> {
    T::try_from(number).map_err(|_| corrupt(place, format!("{number} is out of range")))
}

/// The action of that word.
pub(crate) fn action(word: &str) -> Option<Action> {
    [Action::Create, Action::Update, Action::Delete]
        .into_iter()
        .find(|action| action.as_str() == word)
}

/// The state of that word.
pub(crate) fn entity_state(word: &str) -> Option<EntityState> {
    [EntityState::Active, EntityState::Leaving, EntityState::Gone]
        .into_iter()
        .find(|state| state.as_str() == word)
}

/// Reads the numbers that came as one text.
pub(crate) fn numbers(text: &str, table: &str) -> Answer<Vec<u64>> {
    let number = |number: &str| number.parse();
    text.split(',')
        .map(number)
        .collect::<Result<_, _>>()
        .map_err(|error| corrupt(format!("a number in table {table}"), error))
}
