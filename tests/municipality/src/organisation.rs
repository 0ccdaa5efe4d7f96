//! The tree of units, and what ties an employee to it: engagements, titles, accounts, posts of manager.

use crate::draw::{Domain, below, draw, uuid};
use crate::municipality::Municipality;
use crate::names::{DEPARTMENTS, DIVISIONS, TEAMS, TITLES};
use crate::nights::Wear;
use crate::records::{Person, PersonKind};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use uuid::Uuid;

/// The level of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitKind {
    /// The top.
    Municipality,
    /// Beneath the top.
    Division,
    /// Beneath a division.
    Department,
    /// Beneath a department.
    Team,
    /// Beneath the division for children.
    School,
}

/// An organisation unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Index; the top is 0, parents come before children.
    pub index: u64,
    /// Stable identifier.
    pub uuid: Uuid,
    /// Short unique key.
    pub key: String,
    /// Name; several units may share one.
    pub name: String,
    /// Level.
    pub kind: UnitKind,
    /// Index of the unit above; only the top has none.
    pub parent: Option<u64>,
    /// Telephone with country code.
    pub phone: String,
    /// Mail address.
    pub mail: String,
    /// Thirteen digits for electronic invoices.
    pub ean: String,
    /// KLE numbers of the tasks it performs.
    pub tasks: Vec<String>,
    /// Slot of the employee who leads it; nobody where the post is vacant.
    pub manager: Option<u64>,
}

/// An employment in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// Stable key.
    pub id: String,
    /// Stable identifier.
    pub uuid: Uuid,
    /// [`Person::id`] of the employee.
    pub person: String,
    /// Index of the unit.
    pub unit: u64,
    /// Present job function.
    pub title: &'static str,
    /// Job function before the last change, and the first day of the new one.
    pub former_title: Option<(&'static str, Date)>,
    /// The employee's main engagement.
    pub primary: bool,
    /// First day.
    pub start: Date,
    /// First day after, if it ends.
    pub end: Option<Date>,
}

/// An account in an IT system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItAccount {
    /// Stable identifier.
    pub uuid: Uuid,
    /// Name of the IT system.
    pub system: &'static str,
    /// Account name.
    pub name: String,
    /// The system's own identifier (Active Directory's objectGUID).
    pub external_id: Option<Uuid>,
}

const TEACHER_TITLES: &[&str] = &["Lærer", "Adjunkt", "Lektor"];
const HEAD_TITLES: &[&str] = &["Rektor", "Konstitueret rektor"];

impl Municipality {
    /// The units, parents before children.
    pub fn units(&self) -> impl Iterator<Item = Unit> + '_ {
        (0..self.unit_count()).map(|index| self.unit(index))
    }

    /// How many units there are.
    pub fn unit_count(&self) -> u64 {
        self.first_school() + self.size.schools
    }

    /// The unit with that index in `0..unit_count()`.
    pub fn unit(&self, index: u64) -> Unit {
        let (kind, nth) = self.kind_of(index);
        let (parent, name, manager) = match kind {
            UnitKind::Municipality => (
                None,
                "Fjordvik Kommune".to_owned(),
                self.staff_slot(self.size.teams),
            ),
            UnitKind::Division => (
                Some(0),
                pool(DIVISIONS, nth),
                self.staff_slot(self.size.teams + 1 + nth),
            ),
            UnitKind::Department => (
                Some(1 + nth % self.size.divisions),
                pool(DEPARTMENTS, nth),
                self.staff_slot(self.size.teams + 1 + self.size.divisions + nth),
            ),
            UnitKind::Team => {
                let vacant = nth % 9 == 1;
                (
                    Some(self.first_department() + nth % self.size.departments),
                    pool(TEAMS, nth),
                    if vacant { None } else { self.staff_slot(nth) },
                )
            }
            UnitKind::School => (Some(1), self.school_name(nth), Some(nth)),
        };
        let key = format!("U{index:05}");
        Unit {
            index,
            uuid: uuid(self.seed, "unit", index, 0),
            phone: format!("+4576{:06}", below(self.seed, Domain::Unit, index, 1_000_000)),
            mail: format!("{}@fjordvik.example", key.to_lowercase()),
            ean: ean(index),
            tasks: (0..=below(self.seed, Domain::Kle, index, 2))
                .map(|nth| {
                    let draw = draw(self.seed, Domain::Kle, index * 4 + nth + 1);
                    format!("{:02}.{:02}.00", 1 + nth * 14 + draw % 14, 1 + draw / 14 % 9)
                })
                .collect(),
            key,
            name,
            kind,
            parent,
            manager,
        }
    }

    fn kind_of(&self, index: u64) -> (UnitKind, u64) {
        if index == 0 {
            (UnitKind::Municipality, 0)
        } else if index < self.first_department() {
            (UnitKind::Division, index - 1)
        } else if index < self.first_team() {
            (UnitKind::Department, index - self.first_department())
        } else if index < self.first_school() {
            (UnitKind::Team, index - self.first_team())
        } else {
            (UnitKind::School, index - self.first_school())
        }
    }

    const fn first_department(&self) -> u64 {
        1 + self.size.divisions
    }

    const fn first_team(&self) -> u64 {
        self.first_department() + self.size.departments
    }

    /// Index of the first school among the units.
    pub(crate) const fn first_school(&self) -> u64 {
        self.first_team() + self.size.teams
    }

    /// The slot of the nth employee outside the schools.
    fn staff_slot(&self, nth: u64) -> Option<u64> {
        (nth < self.size.staff()).then(|| self.size.schools + self.size.teachers + nth)
    }

    /// Slots are heads first, then teachers, then everybody else.
    pub(crate) fn school_of_slot(&self, slot: u64) -> Option<u64> {
        if slot < self.size.schools {
            Some(slot)
        } else if slot < self.size.schools + self.size.teachers {
            Some((slot - self.size.schools) % self.size.schools)
        } else {
            None
        }
    }

    pub(crate) fn unit_of_slot(&self, slot: u64) -> u64 {
        match self.school_of_slot(slot) {
            Some(school) => self.first_school() + school,
            None => self.first_team() + (slot - self.size.schools - self.size.teachers) % self.size.teams,
        }
    }

    /// The title after so many changes; neighbours in that sequence always differ.
    pub(crate) fn title(&self, slot: u64, wear: &Wear, changes: u64) -> &'static str {
        let titles = match self.school_of_slot(slot) {
            Some(_) if slot < self.size.schools => HEAD_TITLES,
            Some(_) => TEACHER_TITLES,
            None => TITLES,
        };
        let base = match self.school_of_slot(slot) {
            Some(_) => 0,
            None => {
                draw(self.seed, Domain::Title, slot.wrapping_add(wear.occupant << 40)) % titles.len() as u64
            }
        };
        titles[((base + changes) % titles.len() as u64) as usize]
    }

    pub(crate) fn engagements(
        &self,
        slot: u64,
        wear: &Wear,
        person: &Person,
        left: Option<Date>,
    ) -> Vec<Engagement> {
        let engagement = |nth: u64, unit, start, end, primary| Engagement {
            id: format!("{}-{nth}", person.id),
            uuid: uuid(self.seed, "engagement", slot * 4 + nth, wear.occupant),
            person: person.id.clone(),
            unit,
            title: self.title(slot, wear, wear.titles),
            former_title: (primary && wear.titles > 0)
                .then(|| (self.title(slot, wear, wear.titles - 1), self.day_of(wear.titled))),
            primary,
            start,
            end,
        };
        let anchor = self.anchor();
        let days = below(self.seed, Domain::Start, slot, 15 * 365) as i64 + 400;
        let start = if wear.occupant > 0 {
            self.day_of(wear.joined)
        } else if slot % 50 == 7 && left.is_none() {
            // Far enough ahead that no clock a test runs by has reached it.
            date(anchor.year() + 10, 8, 1)
        } else {
            anchor.saturating_sub(days.days())
        };
        let mut engagements = vec![engagement(0, self.unit_of_slot(slot), start, left, true)];
        if slot % 20 == 3 {
            engagements.push(engagement(
                1,
                self.first_team() + slot % self.size.teams,
                start,
                left,
                false,
            ));
        }
        if slot % 25 == 4 && wear.occupant == 0 {
            let start = anchor.saturating_sub((days + 900).days());
            let end = anchor.saturating_sub((days + 30).days());
            engagements.push(engagement(2, self.first_team(), start, Some(end), false));
        }
        engagements
    }

    pub(crate) fn accounts(&self, slot: u64, username: &str, person: &Person) -> Vec<ItAccount> {
        let account = |nth: u64, system, name: String, external: bool| ItAccount {
            uuid: uuid(self.seed, "account", person.uuid.as_u64_pair().0, nth),
            system,
            name,
            external_id: external.then(|| uuid(self.seed, "guid", person.uuid.as_u64_pair().0, nth)),
        };
        let mut accounts = vec![account(0, "Active Directory", username.to_owned(), true)];
        if slot % 31 == 5 {
            // Administrators have a second account in the same system.
            accounts.push(account(1, "Active Directory", format!("adm-{username}"), true));
        }
        if slot.is_multiple_of(2) {
            accounts.push(account(
                2,
                "OPUS",
                format!("F{}", person.uuid.as_u64_pair().1 % 10_000_000),
                false,
            ));
        }
        accounts
    }

    /// The employee who administers the school owner's systems.
    pub(crate) fn administrator(&self) -> String {
        self.id_of(PersonKind::Employee, self.size.employees - 1)
    }
}

fn pool(names: &[&str], nth: u64) -> String {
    names[(nth % names.len() as u64) as usize].to_owned()
}

/// A location number with the GS1 check digit.
fn ean(index: u64) -> String {
    let digits = format!("5798{index:08}");
    let sum: u32 = digits
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 3 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
