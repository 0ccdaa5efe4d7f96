//! Makes employees, pupils and guardians, each from a slot and what the nights did to it.

use crate::draw::{Domain, Permutation, below, draw, mix, pick, uuid};
use crate::identity::{danish_number, norwegian_number};
use crate::municipality::Municipality;
use crate::names::{MEN, SURNAMES, WOMEN, ascii};
use crate::nights::Wear;
use crate::records::{Contact, ContactKind, Employee, Gender, Guardian, Name, Person, PersonKind, Pupil};
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Identifies one person for the draws: the kind, the number and which occupant.
#[derive(Clone, Copy, Debug)]
struct Origin {
    kind: PersonKind,
    /// Slot, or for pupils the running number.
    number: u64,
    occupant: u64,
}

impl Origin {
    fn index(self) -> u64 {
        mix(self.number.wrapping_add((self.kind as u64) << 56)) ^ mix(self.occupant)
    }

    fn id(self) -> String {
        let letter = match self.kind {
            PersonKind::Employee => 'e',
            PersonKind::Pupil => 'p',
            PersonKind::Guardian => 'g',
        };
        format!("{letter}{:07}-{}", self.number, self.occupant)
    }
}

impl Municipality {
    /// The present employees.
    pub fn employees(&self) -> impl Iterator<Item = Employee> + '_ {
        (0..self.size.employees).map(|slot| self.employee(slot))
    }

    /// The present employees and those who have left, each slot's oldest first.
    pub fn employees_with_history(&self) -> impl Iterator<Item = Employee> + '_ {
        (0..self.size.employees).flat_map(move |slot| {
            let history = self.history(PersonKind::Employee, slot);
            let ends: Vec<Option<Date>> = history
                .iter()
                .skip(1)
                .map(|next| Some(self.day_of(next.joined)))
                .chain([None])
                .collect();
            history
                .into_iter()
                .zip(ends)
                .map(move |(wear, left)| self.employee_in(slot, wear, left))
        })
    }

    /// The present holder of a slot in `0..size().employees`.
    pub fn employee(&self, slot: u64) -> Employee {
        self.employee_in(slot, self.wear(PersonKind::Employee, slot), None)
    }

    fn employee_in(&self, slot: u64, wear: Wear, left: Option<Date>) -> Employee {
        let origin = Origin {
            kind: PersonKind::Employee,
            number: slot,
            occupant: wear.occupant,
        };
        // Every 97th slot is somebody's namesake.
        let namesake = if slot % 97 == 1 {
            Origin {
                number: slot - 1,
                ..origin
            }
        } else {
            origin
        };
        let gender = self.gender(namesake);
        let name_at = |names| Name {
            given: self.given(namesake, gender),
            family: self.family(namesake, names),
        };
        let username = {
            let first = ascii(&name_at(0).given);
            let suffix = if wear.occupant == 0 {
                String::new()
            } else {
                format!("-{}", wear.occupant)
            };
            format!("{}{slot:05}{suffix}", first.chars().take(3).collect::<String>())
        };
        let serial = slot * 2 + wear.occupant * self.adult_stride();
        let born = self.adult_birthday(serial);
        let person = self.person(
            origin,
            name_at(wear.names),
            gender,
            (born, serial / ADULT_DAYS),
            format!("{username}@fjordvik.example"),
            wear.phones,
        );
        let former_name = (wear.names > 0).then(|| (name_at(wear.names - 1), self.day_of(wear.named)));
        Employee {
            engagements: self.engagements(slot, &wear, &person, left),
            accounts: self.accounts(slot, &username, &person),
            former_name,
            slot,
            number: format!("{}", 100_000 + slot + wear.occupant * 1_000_000),
            unit: self.unit_of_slot(slot),
            school: self.school_of_slot(slot),
            title: self.title(slot, &wear, wear.titles),
            left,
            person,
        }
    }

    /// The pupils of the present school year, the tenth grade first.
    pub fn pupils(&self) -> impl Iterator<Item = Pupil> + '_ {
        self.pupil_numbers().map(|number| self.pupil(number))
    }

    /// The running numbers of the pupils of the present school year.
    pub(crate) fn pupil_numbers(&self) -> std::ops::Range<u64> {
        let first = u64::from(self.years) * self.size.cohort();
        first..first + self.size.pupils
    }

    /// The pupil with that running number, which must be one of the present school year.
    pub fn pupil(&self, number: u64) -> Pupil {
        let slot = number % self.size.pupils;
        let wear = self.wear(PersonKind::Pupil, slot);
        let origin = Origin {
            kind: PersonKind::Pupil,
            number,
            occupant: wear.occupant,
        };
        let cohort = number / self.size.cohort();
        let serial = number % self.size.cohort() + wear.occupant * self.size.cohort();
        let born = self.pupil_birthday(cohort, serial);
        // Those born on one day are by turns girls and boys, so that a large cohort uses all the day's numbers.
        let turn = serial / 365;
        let gender = if (u64::from(born.day_of_year().unsigned_abs()) + turn).is_multiple_of(2) {
            Gender::Female
        } else {
            Gender::Male
        };
        let household = slot % self.size.households();
        let base = draw(self.seed, Domain::Household, household);
        let mut given = self.given(origin, gender);
        if number % 211 == 3 {
            // Typed in haste: the same name in another case.
            given = given.to_lowercase();
        }
        let family =
            SURNAMES[((base % SURNAMES.len() as u64 + wear.names * 7) % SURNAMES.len() as u64) as usize];
        let mail = format!("{}@elev.fjordvik.example", origin.id());
        let name = Name {
            given,
            family: family.to_owned(),
        };
        let person = self.person(origin, name, gender, (born, turn / 2), mail, wear.phones);
        let kind = if household % 9 == 4 {
            ContactKind::NextOfKin
        } else {
            ContactKind::Guardian
        };
        let mut contacts = vec![
            Contact {
                person: self.id_of(PersonKind::Guardian, household * 2),
                kind: ContactKind::Guardian,
            },
            Contact {
                person: self.id_of(PersonKind::Guardian, household * 2 + 1),
                kind,
            },
        ];
        if household.is_multiple_of(11) {
            // One of our own employees is also somebody's next of kin.
            let slot = household % self.size.employees;
            contacts.push(Contact {
                person: self.id_of(PersonKind::Employee, slot),
                kind: ContactKind::NextOfKin,
            });
        }
        Pupil {
            person,
            number,
            school: (number % self.size.cohort()) % self.size.schools,
            grade: u64::from(self.years) + 10 - cohort,
            contacts,
        }
    }

    /// The guardians.
    pub fn guardians(&self) -> impl Iterator<Item = Guardian> + '_ {
        (0..self.size.guardians).map(|slot| self.guardian(slot))
    }

    /// The present holder of a slot in `0..size().guardians`.
    pub fn guardian(&self, slot: u64) -> Guardian {
        let wear = self.wear(PersonKind::Guardian, slot);
        let origin = Origin {
            kind: PersonKind::Guardian,
            number: slot,
            occupant: wear.occupant,
        };
        let gender = self.gender(origin);
        let family = if slot.is_multiple_of(2) {
            let base = draw(self.seed, Domain::Household, slot / 2) % SURNAMES.len() as u64;
            SURNAMES[((base + wear.names * 7) % SURNAMES.len() as u64) as usize].to_owned()
        } else {
            self.family(origin, wear.names)
        };
        let serial = slot * 2 + 1 + wear.occupant * self.adult_stride();
        let born = self.adult_birthday(serial);
        let name = Name {
            given: self.given(origin, gender),
            family,
        };
        let mail = format!("{}@post.example", origin.id());
        let person = self.person(
            origin,
            name,
            gender,
            (born, serial / ADULT_DAYS),
            mail,
            wear.phones,
        );
        Guardian {
            person,
            household: slot / 2,
        }
    }

    /// The id of the present holder of a slot (for pupils: of a running number).
    pub(crate) fn id_of(&self, kind: PersonKind, number: u64) -> String {
        let slot = if kind == PersonKind::Pupil {
            number % self.size.pupils
        } else {
            number
        };
        Origin {
            kind,
            number,
            occupant: self.wear(kind, slot).occupant,
        }
        .id()
    }

    fn person(
        &self,
        origin: Origin,
        name: Name,
        gender: Gender,
        (born, serial): (Date, u64),
        mail: String,
        phones: u64,
    ) -> Person {
        let male = gender == Gender::Male;
        let digits = below(self.seed, Domain::Phone, origin.index(), 10_000_000) + phones * 7919;
        Person {
            id: origin.id(),
            uuid: uuid(self.seed, "person", origin.index(), origin.number),
            kind: origin.kind,
            name,
            gender,
            born,
            norwegian_number: norwegian_number(born, male, serial),
            danish_number: danish_number(born, male, serial),
            mail,
            phone: format!("+474{:07}", digits % 10_000_000),
        }
    }

    fn gender(&self, origin: Origin) -> Gender {
        if draw(self.seed, Domain::Gender, origin.index()).is_multiple_of(2) {
            Gender::Female
        } else {
            Gender::Male
        }
    }

    fn given(&self, origin: Origin, gender: Gender) -> String {
        let pool = if gender == Gender::Female { WOMEN } else { MEN };
        pick(self.seed, Domain::Given, origin.index(), pool).to_owned()
    }

    /// The surname after so many changes; neighbours in that sequence always differ.
    fn family(&self, origin: Origin, changes: u64) -> String {
        let base = below(self.seed, Domain::Surname, origin.index(), SURNAMES.len() as u64);
        SURNAMES[((base + changes * 7) % SURNAMES.len() as u64) as usize].to_owned()
    }

    fn adult_stride(&self) -> u64 {
        2 * self.size.employees.max(self.size.guardians)
    }

    /// A birthday in 1955 to 1999; the same only for serials that lie [`ADULT_DAYS`] apart.
    fn adult_birthday(&self, serial: u64) -> Date {
        let day = Permutation::new(mix(self.seed ^ Domain::Birth as u64), ADULT_DAYS).at(serial % ADULT_DAYS);
        year_day(1955 + (day / 365) as i16, day % 365)
    }

    /// A birthday in the year in which the cohort's children turn six.
    fn pupil_birthday(&self, cohort: u64, serial: u64) -> Date {
        let day = Permutation::new(mix(self.seed ^ Domain::Birth as u64 ^ 7), 365).at(serial % 365);
        let first = if self.anchor().month() >= 8 {
            self.anchor().year()
        } else {
            self.anchor().year() - 1
        };
        year_day(first - 9 - 6 + cohort as i16, day)
    }
}

/// Birthdays of 45 years without leap days.
const ADULT_DAYS: u64 = 45 * 365;

fn year_day(year: i16, day: u64) -> Date {
    let leap = date(year, 1, 1).in_leap_year() && day >= 59;
    date(year, 1, 1).saturating_add((day as i64 + i64::from(leap)).days())
}
