//! The state of an account, from our attributes to the directory's: whether it can be used, until when, and its first password.

use jiff::civil::Date;
use samklang_sdk::prelude::*;

use super::{Halt, wrong};
use crate::value::{self, DISABLED, NORMAL, PASSWORD_LASTS};

/// An attribute of the directory with its values.
pub(crate) type Set = (String, Vec<Vec<u8>>);

pub(crate) fn truth(operation: &Operation, name: &str) -> Result<Option<bool>, Halt> {
    match operation.value(name) {
        None | Some(Value::Absent) => Ok(None),
        Some(Value::Boolean(truth)) => Ok(Some(*truth)),
        Some(_) => Err(wrong(name, "it is neither true nor false")),
    }
}

/// userAccountControl as it shall be, from what it is.
pub(crate) fn control(held: Option<i64>, operation: &Operation) -> Result<i64, Halt> {
    let mut control = held.unwrap_or(NORMAL);
    let bits = [
        ("enabled", DISABLED, false),
        ("passwordNeverExpires", PASSWORD_LASTS, true),
    ];
    for (name, bit, set_when) in bits {
        match truth(operation, name)? {
            Some(truth) if truth == set_when => control |= bit,
            Some(_) => control &= !bit,
            // Without a word on it nobody is shut out, and nobody let in either.
            None => {}
        }
    }
    Ok(control)
}

/// accountExpires as it shall be, where the mapping sets it.
pub(crate) fn expiry(operation: &Operation) -> Result<Option<String>, Halt> {
    const NAME: &str = "accountExpires";
    let not_a_day = || wrong(NAME, "it is not a day such as 2026-07-31");
    let last = match operation.value(NAME) {
        None if !operation.changed.iter().any(|name| name == NAME) => return Ok(None),
        None | Some(Value::Absent) => None,
        Some(Value::Text(day)) => Some(day.parse::<Date>().map_err(|_| not_a_day())?),
        Some(_) => return Err(not_a_day()),
    };
    value::expiry(last).map(Some).ok_or_else(not_a_day)
}

/// The first password: what the mapping says, else one that nobody knows.
pub(crate) fn first_password(operation: &Operation) -> Result<Vec<u8>, Error> {
    if let Some(given) = operation.text("initialPassword") {
        return Ok(value::password(given));
    }
    let mut octets = [0; 24];
    getrandom::fill(&mut octets).map_err(|cause| Error::Internal(format!("no random numbers: {cause}")))?;
    // Letters in both cases, digits and signs are in it, as policies want.
    let letters = octets.iter().map(|octet| {
        let alphabet = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789-_.+:=!%*#";
        alphabet
            .get(usize::from(*octet) % alphabet.len())
            .map_or('x', |letter| char::from(*letter))
    });
    Ok(value::password(&format!("{}aA7-", letters.collect::<String>())))
}

/// Whether a name can be a user's sAMAccountName.
pub(crate) fn account_name(name: &str, longest: usize) -> Result<(), Halt> {
    const ATTRIBUTE: &str = "sAMAccountName";
    let forbidden = |letter: char| letter.is_control() || "\"/\\[]:;|=,+*?<>@".contains(letter);
    if name.chars().count() > longest {
        Err(wrong(
            ATTRIBUTE,
            &format!("it is longer than {longest} characters"),
        ))
    } else if let Some(letter) = name.chars().find(|letter| forbidden(*letter)) {
        Err(wrong(
            ATTRIBUTE,
            &format!("it has the sign {letter:?}, which such a name cannot have"),
        ))
    } else if name.ends_with('.') || name.chars().all(|letter| matches!(letter, ' ' | '.')) {
        Err(wrong(
            ATTRIBUTE,
            "it ends in a full stop, or has nothing but spaces and full stops",
        ))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(desired: &[(&str, Value)], changed: &[&str]) -> Operation {
        Operation {
            id: String::new(),
            action: Action::Update,
            class: "user".to_owned(),
            key: String::new(),
            desired: desired
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            changed: changed.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn only_the_bits_that_are_ours_change() {
        let set = |held, desired: &[(&str, Value)]| control(held, &operation(desired, &[])).ok();
        assert_eq!(set(None, &[("enabled", true.into())]), Some(512));
        assert_eq!(set(None, &[("enabled", false.into())]), Some(514));
        assert_eq!(set(Some(66_050), &[("enabled", true.into())]), Some(66_048));
        assert_eq!(
            set(Some(262_656), &[("enabled", false.into())]),
            Some(262_658),
            "a smart card is still needed"
        );
        assert_eq!(set(Some(514), &[]), Some(514));
        assert_eq!(
            set(Some(512), &[("passwordNeverExpires", true.into())]),
            Some(66_048)
        );
        assert_eq!(set(None, &[("enabled", "yes".into())]), None);
    }

    #[test]
    fn an_account_expires_after_its_last_day_or_never() {
        let set =
            |desired: &[(&str, Value)], changed: &[&str]| expiry(&operation(desired, changed)).ok().flatten();
        assert_eq!(
            set(&[("accountExpires", "2026-07-31".into())], &[]).unwrap(),
            "134300160000000000"
        );
        assert_eq!(set(&[], &["accountExpires"]).unwrap(), "0");
        assert_eq!(set(&[], &[]), None);
        assert!(expiry(&operation(&[("accountExpires", "31.07.2026".into())], &[])).is_err());
    }

    #[test]
    fn names_are_as_the_directory_wants_them() {
        for name in ["kari.hansen", "æøå", "a b", "12345678901234567890"] {
            assert!(account_name(name, 20).is_ok(), "{name}");
        }
        for name in [
            "123456789012345678901",
            "a@b",
            "a,b",
            "a.",
            ".. .",
            "a\u{7}",
            "a*",
        ] {
            assert!(account_name(name, 20).is_err(), "{name}");
        }
    }

    #[test]
    fn a_password_that_nobody_knows_is_another_each_time() {
        let one = first_password(&operation(&[], &[])).unwrap();
        assert_eq!(one.len(), 2 * (24 + 4 + 2));
        assert_ne!(one, first_password(&operation(&[], &[])).unwrap());
        let given = operation(&[("initialPassword", "Sommer-2026".into())], &[]);
        assert_eq!(first_password(&given).unwrap(), value::password("Sommer-2026"));
    }
}
