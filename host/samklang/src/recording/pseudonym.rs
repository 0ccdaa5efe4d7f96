//! Other values in the place of private ones: of the same shape, the same for the same value within a recording, and without a way back.

use std::collections::BTreeMap;

use samklang_core::redact::replace_identity_numbers;
use serde_json::Value;

/// Texts shorter than this are left: they would be found everywhere.
const SHORTEST: usize = 4;
/// Digits of an identity number that are its date, which tells less than what follows and has to be one.
const DATE: usize = 6;

/// Makes the pseudonyms of one recording. Its key is forgotten with it.
pub(super) struct Pseudonyms {
    key: [u8; 32],
    /// The values that were called sensitive, the longest first.
    sensitive: Vec<(String, String)>,
}

impl Pseudonyms {
    /// For a recording in which these values are sensitive.
    pub(super) fn new(key: [u8; 32], sensitive: impl IntoIterator<Item = String>) -> Self {
        let mut made = Self {
            key,
            sensitive: Vec::new(),
        };
        let values: BTreeMap<String, String> = sensitive
            .into_iter()
            .filter(|value| value.chars().count() >= SHORTEST)
            .map(|value| {
                // One that is an identity number stands for itself in all its forms.
                let other = replace_identity_numbers(&value, |number| made.number(number));
                let other = if other == value { made.text(&value) } else { other };
                (value, other)
            })
            .collect();
        made.sensitive = values.into_iter().collect();
        made.sensitive
            .sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        made
    }

    /// Every text in a value without what is private.
    pub(super) fn hide(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.hidden(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.hide(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn hidden(&self, text: &str) -> String {
        // Below zero there is nobody.
        if text.starts_with('-') && text.parse::<i64>().is_ok() {
            return text.to_owned();
        }
        // Numbers first: what is sensitive may be part of none of them, and what is made of one looks like one again.
        let numbers = replace_identity_numbers(text, |number| self.number(number));
        self.sensitive.iter().fold(numbers, |text, (value, other)| {
            if text.contains(value.as_str()) {
                text.replace(value.as_str(), other)
            } else {
                text
            }
        })
    }

    /// A number with the same date, by its digits alone, so that every way of writing it leads to the same.
    fn number(&self, written: &str) -> String {
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        let date = if digits.len() == 12 { DATE + 2 } else { DATE };
        let mut made = self.stream(&digits);
        let mut place = 0;
        written
            .chars()
            .map(|letter| {
                if !letter.is_ascii_digit() {
                    return letter;
                }
                place += 1;
                if place <= date { letter } else { digit(made()) }
            })
            .collect()
    }

    /// A text of the same shape.
    fn text(&self, value: &str) -> String {
        let mut made = self.stream(value);
        value
            .chars()
            .map(|letter| match letter {
                '0'..='9' => digit(made()),
                'A'..='Z' => char::from(b'A' + made() % 26),
                letter if letter.is_alphabetic() => char::from(b'a' + made() % 26),
                other => other,
            })
            .collect()
    }

    fn stream(&self, value: &str) -> impl FnMut() -> u8 {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(value.as_bytes());
        let mut octets = hasher.finalize_xof();
        move || {
            let mut octet = [0];
            octets.fill(&mut octet);
            octet.first().copied().unwrap_or_default()
        }
    }
}

fn digit(octet: u8) -> char {
    char::from(b'0' + octet % 10)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_is_the_same_other_one_in_every_form_and_place() {
        let pseudonyms = Pseudonyms::new([7; 32], []);
        let mut value =
            json!({ "a": "<cpr>0101701234</cpr>", "b": ["010170-1234", "id=0101701234&x"], "n": 5 });
        pseudonyms.hide(&mut value);
        let text = value.to_string();
        assert!(!text.contains("1701234") && !text.contains("170-1234"), "{text}");
        let digits = value["b"][0].as_str().unwrap().replace('-', "");
        assert!(digits.starts_with("010170") && digits.len() == 10);
        assert_eq!(value["a"], format!("<cpr>{digits}</cpr>"));
        assert_eq!(value["b"][1], format!("id={digits}&x"));
        // Once more changes it once more: a recording is made fit to be kept once.
        assert_eq!(value["n"], 5);
        // A flag of a directory is no number of anybody's.
        let mut flags = json!("-2147483646");
        pseudonyms.hide(&mut flags);
        assert_eq!(flags, "-2147483646");
    }

    #[test]
    fn what_is_called_sensitive_keeps_its_shape_only() {
        let pseudonyms = Pseudonyms::new([7; 32], ["Kari-17 Ås".to_owned(), "x".to_owned()]);
        let mut value = json!("about Kari-17 Ås, x");
        pseudonyms.hide(&mut value);
        let text = value.as_str().unwrap();
        assert!(
            !text.contains("Kari") && text.starts_with("about ") && text.ends_with(", x"),
            "{text}"
        );
        assert_eq!(text.chars().count(), "about Kari-17 Ås, x".chars().count());
    }
}
