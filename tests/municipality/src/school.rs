//! Schools, classes and teaching groups, and who is in them.
//!
//! A class keeps its key from the first grade to the tenth and changes its name each year; a teaching group belongs to
//! one school year. Both are functions of their key, so a group can be asked for in another state.

use crate::draw::{Domain, below, mix, uuid};
use crate::municipality::Municipality;
use crate::names::{SCHOOLS, SUBJECTS};
use crate::records::PersonKind;
use uuid::Uuid;

/// Pupils in a class at most.
const CLASS: u64 = 25;

/// A school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Index.
    pub index: u64,
    /// Stable key.
    pub id: String,
    /// Stable identifier, the same as its unit's.
    pub uuid: Uuid,
    /// Name.
    pub name: String,
    /// Norwegian organisation number from the synthetic series 31.
    pub organisation_number: String,
}

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKind {
    /// The school owner.
    Owner,
    /// A school.
    School {
        /// Index of the school.
        school: u64,
    },
    /// A class (basisgruppe).
    Class {
        /// Index of the school.
        school: u64,
        /// Number of the cohort; the first tenth grade is 0.
        cohort: u64,
        /// Parallel class, from 0.
        letter: u64,
    },
    /// A class's lessons in one subject in one school year (undervisningsgruppe).
    Teaching {
        /// Index of the school.
        school: u64,
        /// Number of the cohort.
        cohort: u64,
        /// Parallel class.
        letter: u64,
        /// Index of the subject.
        subject: u64,
        /// Calendar year in which the school year began.
        year: i16,
    },
}

/// A group of the school part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is.
    pub kind: GroupKind,
    /// Stable key.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Key of the group above; the owner's is its own.
    pub parent: String,
    /// Grade of a class or teaching group.
    pub grade: Option<u64>,
    /// Code and name of the subject of a teaching group.
    pub subject: Option<(&'static str, &'static str)>,
}

/// What somebody is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Pupil.
    Pupil,
    /// Teacher.
    Teacher,
    /// Contact teacher of a class.
    Mentor,
    /// Head of a school.
    Head,
    /// Administrator of the owner's systems.
    Administrator,
}

/// Somebody in a group, in one or more roles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// Id of the person.
    pub person: String,
    /// Roles, at least one.
    pub roles: Vec<Role>,
}

impl Municipality {
    /// The schools.
    pub fn schools(&self) -> impl Iterator<Item = School> + '_ {
        (0..self.size.schools).map(|index| self.school(index))
    }

    /// The school with that index.
    pub fn school(&self, index: u64) -> School {
        School {
            index,
            id: format!("s-{index:04}"),
            uuid: uuid(self.seed, "unit", self.first_school() + index, 0),
            name: self.school_name(index),
            organisation_number: organisation_number(index),
        }
    }

    pub(crate) fn school_name(&self, index: u64) -> String {
        let name = SCHOOLS[(index % SCHOOLS.len() as u64) as usize];
        match index / SCHOOLS.len() as u64 {
            0 => format!("{name} skole"),
            round => format!("{name} skole {}", round + 1),
        }
    }

    /// Owner, schools, classes and teaching groups, parents before children.
    pub fn groups(&self) -> impl Iterator<Item = Group> + '_ {
        let schools = (0..self.size.schools).map(|school| GroupKind::School { school });
        let lessons = (0..self.size.schools)
            .flat_map(move |school| self.cohorts().map(move |cohort| (school, cohort)))
            .flat_map(move |(school, cohort)| {
                (0..self.parallel_classes(school)).flat_map(move |letter| {
                    let teaching = (0..SUBJECTS.len() as u64).map(move |subject| GroupKind::Teaching {
                        school,
                        cohort,
                        letter,
                        subject,
                        year: self.school_year(),
                    });
                    [GroupKind::Class {
                        school,
                        cohort,
                        letter,
                    }]
                    .into_iter()
                    .chain(teaching)
                })
            });
        [GroupKind::Owner]
            .into_iter()
            .chain(schools)
            .chain(lessons)
            .filter_map(|kind| self.group(kind))
    }

    /// The group of that key, if it exists in this state.
    pub fn group(&self, kind: GroupKind) -> Option<Group> {
        let owner = "o-fjordvik".to_owned();
        Some(match kind {
            GroupKind::Owner => Group {
                kind,
                id: owner.clone(),
                name: "Fjordvik kommune".to_owned(),
                parent: owner,
                grade: None,
                subject: None,
            },
            GroupKind::School { school } => {
                let School { id, name, .. } = self.school(school);
                Group {
                    kind,
                    id,
                    name,
                    parent: owner,
                    grade: None,
                    subject: None,
                }
            }
            GroupKind::Class {
                school,
                cohort,
                letter,
            } => {
                if !self.cohorts().contains(&cohort) {
                    return None;
                }
                let grade = self.grade(cohort);
                Group {
                    kind,
                    id: format!("b-{school:04}-{cohort:02}-{letter}"),
                    name: class_name(grade, letter),
                    parent: self.school(school).id,
                    grade: Some(grade),
                    subject: None,
                }
            }
            GroupKind::Teaching {
                school,
                cohort,
                letter,
                subject,
                year,
            } => {
                if year != self.school_year() || !self.cohorts().contains(&cohort) {
                    return None;
                }
                let grade = self.grade(cohort);
                let subject = SUBJECTS[subject as usize];
                Group {
                    kind,
                    id: format!("u-{school:04}-{cohort:02}-{letter}-{}-{year}", subject.0),
                    name: format!("{} {}", class_name(grade, letter), subject.1),
                    parent: self.school(school).id,
                    grade: Some(grade),
                    subject: Some(subject),
                }
            }
        })
    }

    /// Who is in a group.
    pub fn members(&self, group: &Group) -> Vec<Membership> {
        let one = |person, roles: &[Role]| Membership {
            person,
            roles: roles.to_vec(),
        };
        match group.kind {
            GroupKind::Owner => vec![one(self.administrator(), &[Role::Administrator])],
            GroupKind::School { school } => {
                let head = one(self.id_of(PersonKind::Employee, school), &[Role::Head]);
                let teachers =
                    (0..self.teachers_at(school)).map(|nth| one(self.teacher(school, nth), &[Role::Teacher]));
                let pupils = self
                    .cohorts()
                    .flat_map(|cohort| (0..self.cohort_at(school)).map(move |place| (cohort, place)));
                [head]
                    .into_iter()
                    .chain(teachers)
                    .chain(
                        pupils
                            .map(|(cohort, place)| one(self.pupil_id(school, cohort, place), &[Role::Pupil])),
                    )
                    .collect()
            }
            GroupKind::Class {
                school,
                cohort,
                letter,
            } => {
                let mentor = self.lesson_teacher(school, cohort, letter, u64::MAX);
                [one(mentor, &[Role::Teacher, Role::Mentor])]
                    .into_iter()
                    .chain(self.class_pupils(school, cohort, letter))
                    .collect()
            }
            GroupKind::Teaching {
                school,
                cohort,
                letter,
                subject,
                ..
            } => [one(
                self.lesson_teacher(school, cohort, letter, subject),
                &[Role::Teacher],
            )]
            .into_iter()
            .chain(self.class_pupils(school, cohort, letter))
            .collect(),
        }
    }

    fn class_pupils(&self, school: u64, cohort: u64, letter: u64) -> impl Iterator<Item = Membership> + '_ {
        let here = self.cohort_at(school);
        let each = here.div_ceil(self.parallel_classes(school));
        (letter * each..((letter + 1) * each).min(here)).map(move |place| Membership {
            person: self.pupil_id(school, cohort, place),
            roles: vec![Role::Pupil],
        })
    }

    fn pupil_id(&self, school: u64, cohort: u64, place: u64) -> String {
        self.id_of(
            PersonKind::Pupil,
            cohort * self.size.cohort() + place * self.size.schools + school,
        )
    }

    fn lesson_teacher(&self, school: u64, cohort: u64, letter: u64, subject: u64) -> String {
        let lesson = mix(mix(school << 32 | cohort << 8 | letter) ^ subject);
        self.teacher(
            school,
            below(self.seed, Domain::Teacher, lesson, self.teachers_at(school)),
        )
    }

    fn teacher(&self, school: u64, nth: u64) -> String {
        self.id_of(
            PersonKind::Employee,
            self.size.schools + nth * self.size.schools + school,
        )
    }

    const fn teachers_at(&self, school: u64) -> u64 {
        (self.size.teachers - school).div_ceil(self.size.schools)
    }

    const fn cohort_at(&self, school: u64) -> u64 {
        (self.size.cohort() - school).div_ceil(self.size.schools)
    }

    const fn parallel_classes(&self, school: u64) -> u64 {
        self.cohort_at(school).div_ceil(CLASS)
    }

    fn cohorts(&self) -> std::ops::Range<u64> {
        u64::from(self.years)..u64::from(self.years) + 10
    }

    fn grade(&self, cohort: u64) -> u64 {
        u64::from(self.years) + 10 - cohort
    }
}

fn class_name(grade: u64, letter: u64) -> String {
    format!("{grade}{}", char::from(b'A' + (letter % 26) as u8))
}

/// A number of the synthetic series with its control digit (modulus 11, weights 3 2 7 6 5 4 3 2).
fn organisation_number(index: u64) -> String {
    // Two neighbours never both lack a control digit, so each school has two candidates of its own.
    (0..2)
        .map(|nth| format!("{:08}", 31_000_000 + index * 2 + nth))
        .find_map(|digits| {
            let sum: u32 = digits
                .chars()
                .filter_map(|digit| digit.to_digit(10))
                .zip([3, 2, 7, 6, 5, 4, 3, 2])
                .map(|(d, w)| d * w)
                .sum();
            match (11 - sum % 11) % 11 {
                10 => None,
                control => Some(format!("{digits}{control}")),
            }
        })
        .expect("one of two neighbours has a control digit")
}
