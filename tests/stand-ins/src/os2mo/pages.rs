//! Pages in the order of identifiers. The cursor names the last identifier seen, so what is inserted behind it is not
//! seen and nothing is seen twice; to the caller it is opaque.

use super::filters::Filter;
use super::resolve::Scope;
use apollo_compiler::response::{JsonMap, JsonValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

pub(super) struct Page {
    pub(super) uuids: Vec<Uuid>,
    pub(super) next_cursor: Option<String>,
}

/// The page that `limit` and `cursor` ask for among candidates in order.
pub(super) fn page(
    filter: &Filter,
    candidates: Vec<Uuid>,
    arguments: &JsonMap,
    scope: &Scope<'_>,
) -> Result<Page, String> {
    let limit = match arguments.get("limit") {
        None | Some(JsonValue::Null) => None,
        Some(value) => Some(
            value
                .as_u64()
                .and_then(|limit| usize::try_from(limit).ok())
                .ok_or_else(|| format!("Value cannot represent an int: {value}"))?,
        ),
    };
    let last = match arguments.get("cursor") {
        None | Some(JsonValue::Null) => None,
        Some(value) => {
            Some(opened(value).ok_or_else(|| format!("Value cannot represent a Cursor: {value}"))?)
        }
    };
    let ground = scope.ground;
    let mut ahead = candidates
        .into_iter()
        .filter(|uuid| last.is_none_or(|last| *uuid > last));
    let Some(limit) = limit else {
        return Ok(Page {
            uuids: ahead.filter(|uuid| filter.holds(*uuid, ground)).collect(),
            next_cursor: None,
        });
    };
    if limit == 0 {
        return Ok(Page {
            uuids: Vec::new(),
            next_cursor: None,
        });
    }
    if scope.sparse_pages {
        // The database cuts first and the filter comes after, so a page may be short or empty though more follows.
        let chunk: Vec<Uuid> = ahead.by_ref().take(limit).collect();
        let full = chunk.len() == limit;
        let more = full && (scope.empty_last_page || ahead.next().is_some());
        let next_cursor = chunk.last().filter(|_| more).map(|last| sealed(*last));
        let uuids = chunk
            .into_iter()
            .filter(|uuid| filter.holds(*uuid, ground))
            .collect();
        return Ok(Page { uuids, next_cursor });
    }
    let mut ahead = ahead.filter(|uuid| filter.holds(*uuid, ground));
    let uuids: Vec<Uuid> = ahead.by_ref().take(limit).collect();
    let full = uuids.len() == limit;
    let more = full && (scope.empty_last_page || ahead.next().is_some());
    let next_cursor = uuids.last().filter(|_| more).map(|last| sealed(*last));
    Ok(Page { uuids, next_cursor })
}

fn sealed(last: Uuid) -> String {
    format!("keyset:{}", STANDARD.encode(format!("{{\"last\": \"{last}\"}}")))
}

fn opened(cursor: &JsonValue) -> Option<Uuid> {
    let bytes = STANDARD.decode(cursor.as_str()?.strip_prefix("keyset:")?).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    Uuid::try_parse(value.get("last")?.as_str()?).ok()
}
