//! What persons say about an object: which entity it stands for, and that it is to be seen to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A person's wish that an object stands for an entity, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkWish {
    /// The object, as `connection/class/key`.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub object: String,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}

/// A person's wish that one object of a source is seen to now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectErrand {
    /// The object, as `connection/class/key`. It need not have been read before.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub object: String,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}

/// What a person said about an object. The next cycle follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Linked {
    /// The object, as `connection/class/key`.
    pub object: String,
    /// The entity.
    pub entity: Uuid,
    /// `link`: it stands for the entity; `apart`: it does not.
    pub choice: String,
    /// Who said so.
    pub who: String,
    /// Why.
    pub reason: String,
}
