//! What is found about an object that a person should see: by code and what it speaks of, with the English for both what it is and what to
//! do about it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::{EntityKind, ObjectRef};
use crate::port::FindingRecord;

/// Whose a key is that an entity's object would have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// It stands for another entity.
    Anothers,
    /// Its object is not the entity: somebody who is known said so.
    ToldApart,
    /// Its object is not the entity: a person said so.
    NotIt,
}

/// Why an object has not the key that it would get by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keyed {
    /// The target does not let it be changed.
    Kept,
    /// The target has the same user under another one.
    Otherwise,
}

/// What is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "arguments", rename_all = "kebab-case")]
pub enum Found {
    /// A mapping cannot be evaluated.
    Mapping {
        /// Where and why, as the template engine says it.
        words: String,
    },
    /// What an object says cannot be worked out.
    Unmapped {
        /// Where and why, as the template engine says it.
        words: String,
    },
    /// The object cannot be without values that nobody gives.
    Incomplete {
        /// The class.
        class: String,
        /// The attributes.
        attributes: Vec<String>,
    },
    /// The object could not be found again without values that nobody gives.
    Unmatchable {
        /// The class.
        class: String,
        /// The attributes.
        attributes: Vec<String>,
    },
    /// The target holds an object under the key already.
    NotLinked {
        /// The class.
        class: String,
        /// The key.
        key: String,
    },
    /// The key is another's.
    KeyTaken {
        /// The class.
        class: String,
        /// The key.
        key: String,
        /// Whose.
        whose: Whose,
        /// The other entity, or who told them apart; empty where that is not known.
        who: String,
    },
    /// The object would have another key by now.
    KeyDiffers {
        /// The key that it would have.
        key: String,
        /// The key that it has.
        there: String,
        /// Why.
        why: Keyed,
    },
    /// A person linked an object with an entity of another kind.
    Ruling {
        /// Who.
        who: String,
        /// The entity.
        entity: Uuid,
        /// The kind that it would have to be.
        kind: EntityKind,
    },
    /// The target puts an operation off.
    PutOff {
        /// What it says.
        words: String,
    },
    /// Another object of the target is in the way.
    Conflict {
        /// Its key.
        key: String,
    },
    /// The target refuses an operation.
    Rejected {
        /// The target's own code and what it says.
        words: String,
        /// The attribute that it does not like; empty when it names none.
        attribute: String,
    },
}

impl Found {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Mapping { .. } | Self::Unmapped { .. } => "mapping",
            Self::Incomplete { .. } => "incomplete",
            Self::Unmatchable { .. } => "unmatchable",
            Self::NotLinked { .. } => "not-linked",
            Self::KeyTaken { .. } => "key-taken",
            Self::KeyDiffers { .. } => "key-differs",
            Self::Ruling { .. } => "ruling",
            Self::PutOff { .. } => "put-off",
            Self::Conflict { .. } => "conflict",
            Self::Rejected { .. } => "rejected",
        }
    }

    /// What it is, in English.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Mapping { words } | Self::Unmapped { words } => words.clone(),
            Self::Incomplete { class, attributes } => {
                format!("class `{class}` cannot be without {}", attributes.join(", "))
            }
            Self::Unmatchable { class, attributes } => format!(
                "it lacks {}, by which objects of class `{class}` are found again; made without it, it would have a twin",
                attributes.join(", ")
            ),
            Self::NotLinked { class, key } => format!(
                "the target holds an object `{key}` of class `{class}` already, which stands for nobody"
            ),
            Self::KeyTaken {
                class,
                key,
                whose,
                who,
            } => {
                let whose = match whose {
                    Whose::Anothers => format!("stands for {who} already"),
                    Whose::ToldApart => format!("is that of an object that is not it, by {who}"),
                    Whose::NotIt => "is that of an object that a person said is not it".to_owned(),
                };
                format!("the key `{key}` of class `{class}` {whose}")
            }
            Self::KeyDiffers {
                key,
                why: Keyed::Kept,
                ..
            } => format!(
                "it would be made under the key `{key}` by now, and the target does not let a key be changed"
            ),
            Self::KeyDiffers {
                key,
                there,
                why: Keyed::Otherwise,
            } => {
                format!("its key is `{key}`, and the target has the same user under the key `{there}`")
            }
            Self::Ruling { who, entity, kind } => {
                format!("{who} linked it with {entity}, which is no {}", kind.as_str())
            }
            Self::PutOff { words } => format!("the target puts it off: {words}"),
            Self::Conflict { key } => format!("the object `{key}` of the target is in the way"),
            Self::Rejected { words, attribute } if attribute.is_empty() => {
                format!("the target refuses it: {words}")
            }
            Self::Rejected { words, attribute } => {
                format!("the target refuses it: {words} (attribute `{attribute}`)")
            }
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Mapping { .. } => {
                "mend the template or the values it uses; the object stays as it is until then"
            }
            Self::Unmapped { .. } => {
                "mend the template or the object; what it said before is kept until then"
            }
            Self::Incomplete { .. } => {
                "give the entity that value in a source, or map another one; nothing is sent until then"
            }
            Self::Unmatchable { .. } => {
                "give the entity that value in a source; it is not sent until then, and sent by itself once it has it"
            }
            Self::NotLinked { .. } => {
                "link the object when it is the same, or mend the key of one of the two; the policy is `update = \"linked\"`"
            }
            Self::KeyTaken { .. } => "see that the key of the mapping is different for every entity",
            Self::KeyDiffers { why: Keyed::Kept, .. } => {
                "nothing, if the old key may stay; else remove the object in the target, and it is made anew under the new key"
            }
            Self::KeyDiffers {
                why: Keyed::Otherwise,
                ..
            } => {
                "correct the key in the source or in the target; the user is taken up in the next cycle by itself, and \
                 neither made nor removed until then"
            }
            Self::Ruling { .. } => "link it with an entity of that kind",
            Self::PutOff { .. } => "nothing now; the next cycle tries again",
            Self::Conflict { .. } => "see which of the two objects is right, and mend or remove the other",
            Self::Rejected { .. } => {
                "mend the value at its source or in the mapping; the next cycle tries again"
            }
        }
    }

    /// The finding about an object, planned for again with the entity when its time comes.
    #[must_use]
    pub fn about(&self, object: ObjectRef, entity: Option<Uuid>) -> FindingRecord {
        FindingRecord {
            object,
            code: self.code().to_owned(),
            arguments: self.arguments(),
            message: self.message(),
            remedy: self.remedy().to_owned(),
            entity,
        }
    }

    /// What it speaks of.
    fn arguments(&self) -> serde_json::Value {
        let mut said = serde_json::to_value(self).unwrap_or_default();
        said.get_mut("arguments")
            .map(serde_json::Value::take)
            .unwrap_or_default()
    }
}
