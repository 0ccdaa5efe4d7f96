//! What the program must never say: national identity numbers and secrets.

use std::collections::HashSet;
use std::sync::Mutex;

use samklang_municipality::Municipality;

/// Numbers and secrets, and the check that a text holds none of them.
#[derive(Debug, Default)]
pub struct Private {
    numbers: Mutex<HashSet<String>>,
    secrets: Mutex<HashSet<String>>,
}

impl Private {
    /// Knows every number of a municipality, those of people who have left as well.
    pub fn know(&self, municipality: &Municipality) {
        let mut numbers = self.numbers.lock().unwrap();
        let mut add = |person: &samklang_municipality::Person| {
            numbers.insert(person.danish_number.clone());
            numbers.insert(person.norwegian_number.clone());
        };
        municipality
            .employees_with_history()
            .for_each(|one| add(&one.person));
        municipality.pupils().for_each(|one| add(&one.person));
        municipality.guardians().for_each(|one| add(&one.person));
    }

    /// Knows a number of ten or eleven digits.
    pub fn number(&self, number: &str) {
        self.numbers.lock().unwrap().insert(number.to_owned());
    }

    /// Knows a secret.
    pub fn secret(&self, secret: &str) {
        self.secrets.lock().unwrap().insert(secret.to_owned());
    }

    /// Looks through what was said.
    ///
    /// # Panics
    ///
    /// When something private is in it.
    #[track_caller]
    pub fn look(&self, what: &str, said: &str) {
        for secret in self.secrets.lock().unwrap().iter() {
            assert!(!said.contains(secret.as_str()), "{what} tells a secret");
        }
        let numbers = self.numbers.lock().unwrap();
        for line in said.lines() {
            // A number may be written with a hyphen or a space before its last digits.
            let joined: String = line
                .chars()
                .filter(|letter| !matches!(letter, '-' | ' '))
                .collect();
            for line in [line, &joined] {
                if let Some(place) = number_in(line, &numbers) {
                    let seen: String = line.chars().take(place).collect();
                    panic!("{what} tells a national identity number, after: {seen}");
                }
            }
        }
    }
}

impl Private {
    /// Looks through a file, whatever it is: texts stand in a database among other octets.
    ///
    /// # Panics
    ///
    /// When something private is in it.
    #[track_caller]
    pub fn look_into(&self, what: &str, octets: &[u8]) {
        for secret in self.secrets.lock().unwrap().iter() {
            assert!(!contains(octets, secret.as_bytes()), "{what} holds a secret");
        }
        let numbers = self.numbers.lock().unwrap();
        let mut digits = String::new();
        let mut parted = false;
        for octet in octets {
            match octet {
                b'0'..=b'9' => {
                    digits.push(char::from(*octet));
                    parted = false;
                    for width in [10, 11] {
                        let last = digits.len().checked_sub(width).map(|from| &digits[from..]);
                        assert!(
                            !last.is_some_and(|last| numbers.contains(last)),
                            "{what} holds a national identity number"
                        );
                    }
                }
                // One hyphen or space may stand before the last digits.
                b'-' | b' ' if !parted && !digits.is_empty() => parted = true,
                _ => {
                    digits.clear();
                    parted = false;
                }
            }
        }
    }
}

/// Whether octets hold others.
#[must_use]
pub fn contains(octets: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else { return true };
    let mut rest = octets;
    while let Some(at) = rest.iter().position(|octet| octet == first) {
        rest = &rest[at..];
        if rest.starts_with(part) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// Where the first of these numbers stands, in characters.
fn number_in(line: &str, numbers: &HashSet<String>) -> Option<usize> {
    let letters: Vec<char> = line.chars().collect();
    [10, 11].into_iter().find_map(|width| {
        letters.windows(width).position(|window| {
            window.iter().all(char::is_ascii_digit) && numbers.contains(&window.iter().collect::<String>())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_among_other_octets() {
        let private = Private::default();
        private.number("6101801234");
        private.secret("hemmelig");
        private.look_into("a file", b"\x00610180\0\x011234 610180--1234 hemmeli");
        for octets in [
            &b"\xff\x006101801234\0"[..],
            b"\x01\x02610180-1234",
            b"610180 1234",
            b"\0\0hemmelig\0",
            b"996101801234",
        ] {
            assert!(
                std::panic::catch_unwind(|| private.look_into("a file", octets)).is_err(),
                "{octets:?}"
            );
        }
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let private = Private::default();
        private.number("6101801234");
        private.look("a line", "610180123 and 6101-8012 and 1016101801235");
        for line in [
            "x6101801234",
            "cpr 610180-1234.",
            "\"610180 1234\"",
            "006101801234",
        ] {
            assert!(
                std::panic::catch_unwind(|| private.look("a line", line)).is_err(),
                "{line}"
            );
        }
    }
}
