//! What must hold before an object is sent: widths and forms of the schema, and what the register's modelling asks for. A refusal names
//! the attribute, never a value.

use jiff::civil::Date;
use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::names::Role;

/// Names of units, users and functions, and addresses of all kinds.
const TEXT: usize = 200;
/// Names of persons.
const PERSON_NAME: usize = 100;
/// User keys and types.
const KEY: usize = 50;

/// Reads the desired state of one object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Desired<'a>(pub(crate) &'a Operation);

/// A value that the mapping sets: what it is, or that there shall be none. Nothing where the mapping is silent.
pub(crate) type Wanted<T> = Option<Option<T>>;

pub(crate) fn refuse(attribute: &str, message: impl Into<String>) -> Rejection {
    Rejection {
        code: String::new(),
        message: message.into(),
        attribute: Some(attribute.to_owned()),
    }
}

impl<'a> Desired<'a> {
    /// A text that the schema can hold.
    pub(crate) fn text(&self, attribute: &str) -> Result<Wanted<&'a str>, Rejection> {
        let Some(value) = self.0.value(attribute) else {
            return Ok(None);
        };
        let text = match value {
            Value::Absent => return Ok(Some(None)),
            Value::Text(text) => text.trim(),
            _ => {
                return Err(refuse(
                    attribute,
                    format!("{attribute} is no text: compare the mapping with the class"),
                ));
            }
        };
        let width = match attribute {
            "Navn" => PERSON_NAME,
            "BrugervendtNoegle" => KEY,
            _ => TEXT,
        };
        let length = text.chars().count();
        if length > width {
            let cut = format!("cut it in the mapping, such as with [:{width}]");
            return Err(refuse(
                attribute,
                format!("{attribute} has {length} characters where {width} are allowed: {cut}"),
            ));
        }
        if text
            .chars()
            .any(|letter| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}'))
        {
            return Err(refuse(
                attribute,
                format!("{attribute} has a character that XML cannot hold, or a line break"),
            ));
        }
        Ok(Some((!text.is_empty()).then_some(text)))
    }

    /// A text that every object has; a mapping may be silent of it only where the object is there already.
    pub(crate) fn required(&self, attribute: &str) -> Result<Wanted<&'a str>, Rejection> {
        match self.text(attribute)? {
            Some(None) => Err(refuse(
                attribute,
                format!("{attribute} is required: map it to something that is always there"),
            )),
            None if self.0.action == Action::Create => {
                Err(refuse(attribute, format!("{attribute} is required: map it")))
            }
            wanted => Ok(wanted),
        }
    }

    /// A user key, which must not be a person's number.
    pub(crate) fn key(&self) -> Result<Wanted<&'a str>, Rejection> {
        let key = self.text("BrugervendtNoegle")?;
        if key.flatten().is_some_and(is_like_cpr) {
            return Err(refuse("BrugervendtNoegle", "a user key must not be a CPR number"));
        }
        Ok(key)
    }

    /// A UUID.
    pub(crate) fn uuid(&self, attribute: &str) -> Result<Wanted<Uuid>, Rejection> {
        let Some(text) = self.text(attribute)? else {
            return Ok(None);
        };
        let uuid = text.map(Uuid::try_parse).transpose();
        Ok(Some(uuid.map_err(|_| {
            refuse(attribute, format!("{attribute} is no UUID"))
        })?))
    }

    /// UUIDs, each once.
    pub(crate) fn uuids(&self, attribute: &str) -> Result<Option<Vec<Uuid>>, Rejection> {
        let texts: &[String] = match self.0.value(attribute) {
            None => return Ok(None),
            Some(Value::Absent) => &[],
            Some(Value::Texts(texts)) => texts,
            Some(Value::Text(text)) => std::slice::from_ref(text),
            Some(_) => return Err(refuse(attribute, format!("{attribute} is no list of texts"))),
        };
        let uuids = texts.iter().map(|text| Uuid::try_parse(text.trim()));
        let mut uuids: Vec<Uuid> = uuids.collect::<Result<_, _>>().map_err(|_| {
            refuse(
                attribute,
                format!("{attribute} has something in it that is no UUID"),
            )
        })?;
        uuids.sort_unstable();
        uuids.dedup();
        Ok(Some(uuids))
    }

    /// A day.
    pub(crate) fn date(&self, attribute: &str) -> Result<Wanted<Date>, Rejection> {
        let Some(text) = self.text(attribute)? else {
            return Ok(None);
        };
        let date = text.map(|text| if text.len() == 10 { text.parse().ok() } else { None });
        match date {
            None => Ok(Some(None)),
            Some(Some(date)) => Ok(Some(Some(date))),
            Some(None) => Err(refuse(
                attribute,
                format!("{attribute} is no day such as 2026-02-01"),
            )),
        }
    }

    /// A CPR number of ten digits, without its hyphen.
    pub(crate) fn cpr(&self) -> Result<Wanted<String>, Rejection> {
        let Some(text) = self.text("CPR")? else {
            return Ok(None);
        };
        let Some(text) = text else {
            return Ok(Some(None));
        };
        let digits: String = text
            .chars()
            .filter(|letter| !matches!(letter, '-' | ' '))
            .collect();
        if digits.len() != 10 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(refuse("CPR", "CPR has not ten digits"));
        }
        Ok(Some(Some(digits)))
    }

    /// The addresses that the mapping sets.
    pub(crate) fn addresses(
        &self,
        roles: &'static [Role],
    ) -> Result<Vec<(&'static Role, Option<&'a str>)>, Rejection> {
        let mut wanted = Vec::new();
        for role in roles {
            if let Some(value) = self.text(role.attribute)? {
                wanted.push((role, value));
            }
        }
        Ok(wanted)
    }
}

/// Ten digits that begin with a day and a month.
fn is_like_cpr(text: &str) -> bool {
    let digits: String = text.chars().filter(|letter| *letter != '-').collect();
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u8>().ok());
    digits.len() == 10
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        // The days of substitute numbers are raised by 60.
        && number(0..2).is_some_and(|day| (1..=31).contains(&day) || (61..=91).contains(&day))
        && number(2..4).is_some_and(|month| (1..=12).contains(&month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_known() {
        assert!(is_like_cpr("010190-1234") && is_like_cpr("6101901234"));
        assert!(!is_like_cpr("annehj") && !is_like_cpr("4113901234") && !is_like_cpr("123456"));
    }
}
