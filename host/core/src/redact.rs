//! Sensitive values in other people's words: a target that refuses an object may repeat what it was sent. What is sensitive about the
//! object is struck out of such texts before they are kept or shown.

use crate::connector::{Class, Object, Outcome, Rejection};
use crate::mapping::SENSITIVE;
use crate::value::{Attributes, Value};

/// What stands in place of a struck-out text.
pub const STRUCK: &str = "••••••";

/// Texts shorter than this are not looked for in others: they would be found everywhere.
const SHORTEST: usize = 4;

/// The sensitive texts of one object.
#[derive(Clone, Default)]
pub struct Redaction {
    texts: Vec<String>,
}

/// Whether an attribute of a class is sensitive: by the connector's word, or by its name.
fn sensitive(class: Option<&Class>, name: &str) -> bool {
    SENSITIVE.contains(&name)
        || class
            .and_then(|class| class.attribute(name))
            .is_some_and(|attribute| attribute.sensitive)
}

impl Redaction {
    /// What is sensitive about an object of this class.
    #[must_use]
    pub fn of(class: Option<&Class>, attributes: &Attributes) -> Self {
        let mut redaction = Self::default();
        for (_, value) in attributes.iter().filter(|(name, _)| sensitive(class, name)) {
            redaction.gather(&value.to_json());
        }
        // The longest first, so that none is struck out in part only.
        redaction
            .texts
            .sort_unstable_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        redaction.texts.dedup();
        redaction
    }

    fn gather(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) => self.add(text),
            serde_json::Value::Number(number) => self.add(&number.to_string()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.gather(item)),
            serde_json::Value::Object(members) => members.values().for_each(|member| self.gather(member)),
            serde_json::Value::Null | serde_json::Value::Bool(_) => {}
        }
    }

    /// Adds a text, and an identity number in the other ways in which it is written.
    fn add(&mut self, text: &str) {
        if text.chars().count() < SHORTEST {
            return;
        }
        self.texts.push(text.to_owned());
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let number = text
            .chars()
            .all(|letter| letter.is_ascii_digit() || "- +".contains(letter));
        if number && digits.len() >= 10 {
            let tail = if digits.len() == 12 { 8 } else { 6 };
            if let Some((date, rest)) = digits.split_at_checked(tail) {
                self.texts
                    .extend(["-", " ", "+"].map(|mark| format!("{date}{mark}{rest}")));
            }
            self.texts.push(digits);
        }
    }

    /// The text without them.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.texts.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), STRUCK)
        })
    }

    /// An outcome whose words hold none of them. What the target set by itself stays as it is: it is kept like the object itself.
    #[must_use]
    pub fn outcome(&self, class: Option<&Class>, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::RetryLater { after, reason } => Outcome::RetryLater {
                after,
                reason: self.text(&reason),
            },
            Outcome::Rejected(Rejection {
                code,
                message,
                attribute,
            }) => Outcome::Rejected(Rejection {
                code: self.text(&code),
                message: self.text(&message),
                attribute,
            }),
            Outcome::Conflict(Object { key, fields }) => {
                let fields = fields.into_iter().filter(|(name, _)| !sensitive(class, name));
                let plain = |value| match value {
                    Value::Text(text) => Value::Text(self.text(&text)),
                    other => other,
                };
                Outcome::Conflict(Object {
                    key: self.text(&key),
                    fields: fields.map(|(name, value)| (name, plain(value))).collect(),
                })
            }
            other => other,
        }
    }
}

/// A text without what has the shape of a Nordic identity number: a date and four or five digits, with or without a mark between. For
/// words about no object in particular, where nobody knows whose number may be repeated.
#[must_use]
pub fn identity_numbers(text: &str) -> String {
    replace_identity_numbers(text, |_| STRUCK.to_owned())
}

/// The same with something else in the place of each, which is handed over as it is written.
#[must_use]
pub fn replace_identity_numbers(text: &str, mut other: impl FnMut(&str) -> String) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let run = digits_from(&letters, at);
        if run == 0 {
            kept.push(*letter);
            at += 1;
            continue;
        }
        let mut end = at + run;
        let mut digits: String = letters.get(at..end).unwrap_or_default().iter().collect();
        if letters.get(end).is_some_and(|mark| "- +".contains(*mark)) && matches!(run, 6 | 8) {
            let rest = digits_from(&letters, end + 1);
            if matches!((run, rest), (6, 4 | 5) | (8, 4)) {
                digits.extend(letters.get(end + 1..end + 1 + rest).unwrap_or_default());
                end += 1 + rest;
            }
        }
        if is_identity_number(&digits) {
            let written: String = letters.get(at..end).unwrap_or_default().iter().collect();
            kept.push_str(&other(&written));
        } else {
            kept.extend(letters.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    kept
}

/// How many digits there are from a place on.
fn digits_from(letters: &[char], at: usize) -> usize {
    let from = letters.iter().skip(at);
    from.take_while(|letter| letter.is_ascii_digit()).count()
}

/// Whether digits begin with a date as identity numbers write it: the day first in Denmark and Norway, the year in Finland and Sweden.
/// Days and months of temporary and of made-up numbers have some tens added.
fn is_identity_number(digits: &str) -> bool {
    let date = match digits.len() {
        10 | 11 => digits.get(..6),
        12 => digits.get(2..8),
        _ => None,
    };
    let part = |from: usize| {
        date.and_then(|date| date.get(from..from + 2))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let (Some(first), Some(month), Some(last)) = (part(0), part(2), part(4)) else {
        return false;
    };
    let is_day = |day: u32| matches!(day, 1..=31 | 41..=71 | 61..=91);
    let is_month = matches!(month, 1..=12 | 41..=52 | 81..=92);
    is_month && (is_day(first) || is_day(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redaction() -> Redaction {
        Redaction::of(
            None,
            &Attributes::from([
                ("national_id".to_owned(), Value::Text("010170-12345".to_owned())),
                ("name".to_owned(), Value::Text("Kari Nordmann".to_owned())),
            ]),
        )
    }

    #[test]
    fn what_a_target_repeats_is_struck_out_however_it_is_written() {
        let said = redaction().text("01017012345, 010170-12345 and 010170 12345 of Kari Nordmann are taken");
        assert_eq!(
            said,
            format!("{STRUCK}, {STRUCK} and {STRUCK} of Kari Nordmann are taken")
        );
    }

    #[test]
    fn what_looks_like_an_identity_number_is_struck_out_and_nothing_else() {
        for number in [
            "01017012345",
            "010170-1234",
            "010170 12345",
            "19700101-1234",
            "197001011234",
            "700101+1234",
            "41817012345",
        ] {
            assert_eq!(
                identity_numbers(&format!("{{\"{number} is taken\"}}")),
                format!("{{\"{STRUCK} is taken\"}}"),
                "{number}"
            );
        }
        for plain in [
            "page 12 of 345678, at 2026-11-29 02:00:00",
            "1764400000 seconds, 1764400000123 milliseconds",
            "no 123456789, 4000000000017 and 5a000000-0000-4000-8000-000000000001",
            "127.0.0.1:54321 answered 503",
        ] {
            assert_eq!(identity_numbers(plain), plain);
        }
    }

    #[test]
    fn outcomes_lose_their_secrets_and_keep_the_rest() {
        let refused = Outcome::Rejected(Rejection {
            code: "E1".to_owned(),
            message: "01017012345 is in use".to_owned(),
            attribute: Some("national_id".to_owned()),
        });
        let Outcome::Rejected(said) = redaction().outcome(None, refused) else {
            panic!()
        };
        assert_eq!(
            (said.code.as_str(), said.message),
            ("E1", format!("{STRUCK} is in use"))
        );
        let conflict = Outcome::Conflict(Object {
            key: "kari".to_owned(),
            fields: Attributes::from([
                ("national_id".to_owned(), Value::Text("02027054321".to_owned())),
                ("note".to_owned(), Value::Text("was 01017012345".to_owned())),
            ]),
        });
        let Outcome::Conflict(object) = redaction().outcome(None, conflict) else {
            panic!()
        };
        assert_eq!(object.fields.len(), 1, "the other's number is not shown either");
        assert_eq!(object.fields["note"], Value::Text(format!("was {STRUCK}")));
    }
}
