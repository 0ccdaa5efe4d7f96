//! The school year that a pupil is in, which no person of the document says: it is that of the class or year group that the pupil is in.
//! And who is in no school at all: somebody to contact. Groups and memberships come after the persons, so that they are looked through before.
//! Memory grows with the number of persons, by some twenty octets each, and with the number of groups.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::document::{Change, Content, Group, Member, Person, Record, Unit};

/// The highest school year: the third of upper secondary school.
const HIGHEST: u8 = 13;

/// The first of them, which is the eleventh of all.
const UPPER: u8 = 10;

/// The role of a pupil.
const PUPIL: &str = "01";

/// What tells a school year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    /// A class.
    Class,
    /// A year group, which is nothing else than that.
    YearGroup,
}

/// The school years of groups and of pupils.
#[derive(Debug, Default)]
pub(crate) struct Grades {
    groups: HashMap<String, (By, u8)>,
    pupils: HashMap<u64, (By, u8)>,
    /// Whoever has a role anywhere.
    placed: HashSet<u64>,
}

impl Grades {
    /// Takes note of a group, or of a membership in a group that was noted before. What is stated later counts.
    pub(crate) fn note(&mut self, record: &Record) {
        match (&record.content, record.change) {
            (Content::Unit(Unit::Group(group)), Change::Put) => {
                match of_group(group) {
                    Some(grade) => drop(self.groups.insert(group.id.clone(), grade)),
                    None => drop(self.groups.remove(&group.id)),
                };
            }
            (Content::Member(member), change) => self.member(member, change),
            _ => {}
        }
    }

    fn member(&mut self, member: &Member, change: Change) {
        let pupil = hash(&member.person);
        self.placed.insert(pupil);
        let Some(&grade) = self.groups.get(&member.group) else {
            return;
        };
        if member.role_code != PUPIL {
            return;
        }
        match (change, self.pupils.get(&pupil)) {
            (Change::Delete, Some(known)) if *known == grade => drop(self.pupils.remove(&pupil)),
            (Change::Delete, _) => {}
            // A year group comes before a class, and of two classes the higher one counts.
            (Change::Put, Some(known)) if *known >= grade => {}
            (Change::Put, _) if member.active => drop(self.pupils.insert(pupil, grade)),
            (Change::Put, _) => {}
        }
    }

    /// The school year that somebody is in; empty when there is none.
    pub(crate) fn of(&self, person: &Person) -> String {
        let found = keys(person).find_map(|key| self.pupils.get(&key));
        found.map(|(_, grade)| grade.to_string()).unwrap_or_default()
    }

    /// Whether somebody has no role in any school or group.
    pub(crate) fn is_without(&self, person: &Person) -> bool {
        !keys(person).any(|key| self.placed.contains(&key))
    }
}

/// Under what somebody may be known.
fn keys(person: &Person) -> impl Iterator<Item = u64> {
    let keys = [&person.id].into_iter();
    let keys = keys.chain(&person.old_ids).chain(&person.duplicate_ids);
    keys.map(|key| hash(key))
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn of_group(group: &Group) -> Option<(By, u8)> {
    let is = |kind: &str| group.kind == kind || group.types.iter().any(|own| own == kind);
    let by = if is("trinn") {
        By::YearGroup
    } else if is("basisgruppe") {
        By::Class
    } else {
        return None;
    };
    let grade = of_code(&group.grep_code_grade_level).or_else(|| of_name(&group.name))?;
    Some((by, grade))
}

/// The year of a code of the curriculum register, such as `http://psi.udir.no/laereplan/aarstrinn/aarstrinn7` or `…/vg1`.
fn of_code(code: &str) -> Option<u8> {
    let last = code.rsplit('/').next()?.to_ascii_lowercase();
    let (upper, digits) = match (last.strip_prefix("aarstrinn"), last.strip_prefix("vg")) {
        (Some(digits), _) => (0, digits),
        (None, Some(digits)) => (UPPER, digits),
        (None, None) => return None,
    };
    let grade = digits.parse::<u8>().ok()?.checked_add(upper)?;
    (1..=HIGHEST).contains(&grade).then_some(grade)
}

/// The first number in a name that can be a year, such as in `7A`, `10. trinn` or `DEU-9b`.
fn of_name(name: &str) -> Option<u8> {
    let numbers = name.split(|letter: char| !letter.is_ascii_digit());
    numbers
        .filter(|digits| (1..=2).contains(&digits.len()))
        .filter_map(|digits| digits.parse().ok())
        .find(|grade| (1..=HIGHEST).contains(grade))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_read_from_codes_and_names() {
        for (code, grade) in [
            ("http://psi.udir.no/laereplan/aarstrinn/aarstrinn7", Some(7)),
            ("http://psi.udir.no/laereplan/aarstrinn/vg2", Some(12)),
            ("aarstrinn10", Some(10)),
            ("aarstrinn14", None),
            ("aarstrinn", None),
            ("MAT0010", None),
            ("", None),
        ] {
            assert_eq!(of_code(code), grade, "{code}");
        }
        for (name, grade) in [
            ("7A", Some(7)),
            ("10b", Some(10)),
            ("3. trinn", Some(3)),
            ("DEU-9c", Some(9)),
            ("1STA", Some(1)),
            ("2031 5B", Some(5)),
            ("Sola", None),
            ("99", None),
            ("0", None),
        ] {
            assert_eq!(of_name(name), grade, "{name}");
        }
    }
}
