//! Sentences of which others than English speakers are told: each is a code and what it speaks of. That is what is kept and handed on;
//! English is made of it where it is shown, and any other language by whoever has its words.
//!
//! What somebody else said, such as a system or a person, is among what a sentence speaks of, as `words`: nobody translates it.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::catalogue::ObjectRef;

/// A sentence by code. What it displays is English.
pub trait Sentence: fmt::Display + Serialize + DeserializeOwned + From<String> {
    /// As it is kept.
    #[must_use]
    fn kept(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| self.to_string())
    }

    /// Reads one back. What is no sentence by code is somebody's words.
    #[must_use]
    fn read(kept: String) -> Self {
        serde_json::from_str(&kept).unwrap_or_else(|_| kept.into())
    }
}

/// Writes a sentence as its English, where nothing but words is looked for.
pub(crate) fn in_english<S: serde::Serializer>(
    sentence: &impl Sentence,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(sentence)
}

/// Why an operation is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "arguments", rename_all = "kebab-case")]
pub enum Reason {
    /// It is in scope, and the target has no object for it.
    Missing,
    /// A person asked for it.
    Requested {
        /// Who.
        who: String,
        /// Why, as the person said it.
        words: String,
    },
    /// The target's object is not as it shall be.
    Differs {
        /// The attributes in question.
        attributes: Vec<String>,
    },
    /// It has come back, and the target's object is not as it shall be.
    Returned {
        /// The attributes in question.
        attributes: Vec<String>,
    },
    /// No source speaks of it any more.
    SourceGone,
    /// It is out of the target's scope.
    OutOfScope,
    /// No source speaks of it any more: its object is shut off.
    SourceGoneOff,
    /// It is out of the target's scope: its object is shut off.
    OutOfScopeOff,
    /// It was put otherwise.
    Words {
        /// How.
        words: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differ = |attributes: &[String]| {
            let verb = if attributes.len() == 1 {
                "differs"
            } else {
                "differ"
            };
            format!("{} {verb}", attributes.join(", "))
        };
        match self {
            Self::Missing => formatter.write_str("it is in scope and the target has no object for it"),
            Self::Requested { who, words } => write!(formatter, "{who} asked for it: {words}"),
            Self::Differs { attributes } => formatter.write_str(&differ(attributes)),
            Self::Returned { attributes } => write!(formatter, "it has come back: {}", differ(attributes)),
            Self::SourceGone => formatter.write_str("no source speaks of it any more"),
            Self::OutOfScope => formatter.write_str("it is out of the target's scope"),
            Self::SourceGoneOff => write!(formatter, "{}: it is deactivated", Self::SourceGone),
            Self::OutOfScopeOff => write!(formatter, "{}: it is deactivated", Self::OutOfScope),
            Self::Words { words } => formatter.write_str(words),
        }
    }
}

/// Why an entity is where it is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "arguments", rename_all = "kebab-case")]
pub enum Cause {
    /// Its time of grace is over.
    GraceOver,
    /// The object that told of it does not name it any more.
    NotNamed {
        /// The object.
        object: String,
    },
    /// No object names it any more.
    NamedByNone,
    /// An object names it again.
    NamedAgain {
        /// The object.
        object: String,
    },
    /// It was put otherwise.
    Words {
        /// How.
        words: String,
    },
}

impl Cause {
    /// It is named again by that object.
    #[must_use]
    pub fn named_again(object: &ObjectRef) -> Self {
        Self::NamedAgain {
            object: object.to_string(),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GraceOver => formatter.write_str("its time of grace is over"),
            Self::NotNamed { object } => write!(formatter, "{object} does not name it any more"),
            Self::NamedByNone => formatter.write_str("its source does not name it any more"),
            Self::NamedAgain { object } => write!(formatter, "{object} names it again"),
            Self::Words { words } => formatter.write_str(words),
        }
    }
}

/// Why what an object says of an attribute is not the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "arguments", rename_all = "kebab-case")]
pub enum Outranked {
    /// Another object of the same source comes before it.
    WithinSource,
    /// Another source is believed before it.
    BelievedBefore {
        /// The source whose value counts.
        winner: String,
        /// The source whose value does not.
        loser: String,
    },
    /// Another source owns the attribute.
    Owned {
        /// The source.
        winner: String,
    },
    /// The value is set by hand.
    ByHand,
}

impl fmt::Display for Outranked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WithinSource => {
                formatter.write_str("comes after it by class and key within the same source")
            }
            Self::BelievedBefore { winner, loser } => {
                write!(formatter, "{winner} is believed before {loser}")
            }
            Self::Owned { winner } => write!(formatter, "{winner} owns this attribute"),
            Self::ByHand => formatter.write_str("it is set by hand"),
        }
    }
}

macro_rules! sentences {
    ($($name:ident),+) => {$(
        impl Sentence for $name {}

        impl From<String> for $name {
            fn from(words: String) -> Self {
                Self::Words { words }
            }
        }

        impl From<&str> for $name {
            fn from(words: &str) -> Self {
                words.to_owned().into()
            }
        }
    )+};
}

sentences!(Reason, Cause);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_kept_by_its_code_and_read_back() {
        let differs = Reason::Differs {
            attributes: vec!["mail".to_owned(), "phone".to_owned()],
        };
        assert_eq!(
            differs.kept(),
            r#"{"code":"differs","arguments":{"attributes":["mail","phone"]}}"#
        );
        assert_eq!(Reason::Missing.kept(), r#"{"code":"missing"}"#);
        for reason in [differs, Reason::Missing, Reason::from("as it was put")] {
            assert_eq!(Reason::read(reason.kept()), reason);
        }
    }

    #[test]
    fn what_was_kept_in_words_stays_words() {
        let read = Reason::read("it is new".to_owned());
        assert_eq!(read, Reason::from("it is new"));
        assert_eq!(read.to_string(), "it is new");
        assert_eq!(Cause::read(String::new()), Cause::from(""));
    }
}
