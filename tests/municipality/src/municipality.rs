//! The municipality itself: a seed, a size and the time gone by. It holds no person; it can make any of them.

use crate::draw::Domain;
use crate::draw::mix;
use crate::nights::{Calendar, Wear};
use crate::records::PersonKind;
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The smallest municipality that still has every kind of person, unit and group.
const SMALLEST: u64 = 100;

/// How many there are of each; nights and school years leave these numbers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Employees, the school staff among them.
    pub employees: u64,
    /// Teachers.
    pub teachers: u64,
    /// Pupils in all ten grades.
    pub pupils: u64,
    /// Guardians, two to a household.
    pub guardians: u64,
    /// Schools.
    pub schools: u64,
    /// Divisions beneath the municipality.
    pub divisions: u64,
    /// Departments beneath the divisions.
    pub departments: u64,
    /// Teams beneath the departments.
    pub teams: u64,
}

impl Size {
    fn of(persons: u64) -> Self {
        let persons = persons.max(SMALLEST);
        let pupils = persons * 2 / 50 * 10;
        let guardians = persons * 45 / 100 / 2 * 2;
        let employees = persons - pupils - guardians;
        let schools = (pupils / 400).max(2);
        let teachers = (pupils / 12).max(schools * 2);
        let staff = employees - schools - teachers;
        let teams = (staff / 15).max(2);
        Self {
            employees,
            teachers,
            pupils,
            guardians,
            schools,
            divisions: 6.min(teams),
            departments: (staff / 60).max(2),
            teams,
        }
    }

    /// Everybody.
    pub const fn persons(&self) -> u64 {
        self.employees + self.pupils + self.guardians
    }

    /// Pupils who start school together.
    pub(crate) const fn cohort(&self) -> u64 {
        self.pupils / 10
    }

    /// Households with children at school.
    pub(crate) const fn households(&self) -> u64 {
        self.guardians / 2
    }

    /// Employees outside the schools.
    pub(crate) const fn staff(&self) -> u64 {
        self.employees - self.schools - self.teachers
    }
}

/// A municipality in one state.
#[derive(Clone, Copy, Debug)]
pub struct Municipality {
    pub(crate) seed: u64,
    pub(crate) size: Size,
    pub(crate) nights: u32,
    pub(crate) years: u32,
    anchor: Date,
    employees: Calendar,
    pupils: Calendar,
    guardians: Calendar,
}

impl Municipality {
    /// A municipality of so many persons in all (at least a hundred): 40 % pupils, 45 % guardians, the rest employees.
    /// Its first day is 18 August 2025.
    pub fn new(seed: u64, persons: u64) -> Self {
        let size = Size::of(persons);
        let calendar = |kind: u64, slots, titled| {
            Calendar::new(
                mix(seed ^ mix(Domain::Nights as u64 + (kind << 8))),
                slots,
                titled,
            )
        };
        Self {
            seed,
            size,
            nights: 0,
            years: 0,
            anchor: date(2025, 8, 18),
            employees: calendar(0, size.employees, true),
            pupils: calendar(1, size.pupils, false),
            guardians: calendar(2, size.guardians, false),
        }
    }

    /// The same municipality with another first day.
    #[must_use]
    pub const fn from_day(mut self, first: Date) -> Self {
        self.anchor = first;
        self
    }

    /// So many nights later: a few changed names, telephones and titles, a few leavers, as many joiners.
    #[must_use]
    pub const fn after_nights(mut self, nights: u32) -> Self {
        self.nights += nights;
        self
    }

    /// So many school years later: classes move up, the tenth grade leaves, a first grade arrives. Nights and years
    /// may be taken in any order.
    #[must_use]
    pub const fn after_school_years(mut self, years: u32) -> Self {
        self.years += years;
        self
    }

    /// How many there are of each.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// The date of this state.
    pub fn today(&self) -> Date {
        self.day_of(self.nights)
            .saturating_add(i64::from(self.years).years())
    }

    /// The calendar year in which the present school year began.
    pub fn school_year(&self) -> i16 {
        let begun = if self.anchor.month() >= 8 {
            self.anchor.year()
        } else {
            self.anchor.year() - 1
        };
        begun + i16::try_from(self.years).expect("a school year within reach")
    }

    /// The day after that night.
    pub(crate) fn day_of(&self, night: u32) -> Date {
        self.anchor.saturating_add(i64::from(night).days())
    }

    pub(crate) const fn anchor(&self) -> Date {
        self.anchor
    }

    fn calendar(&self, kind: PersonKind) -> &Calendar {
        match kind {
            PersonKind::Employee => &self.employees,
            PersonKind::Pupil => &self.pupils,
            PersonKind::Guardian => &self.guardians,
        }
    }

    /// What the nights have done to the holder of a slot.
    pub(crate) fn wear(&self, kind: PersonKind, slot: u64) -> Wear {
        self.calendar(kind).wear(slot, self.nights)
    }

    /// The same for all who have held the slot, oldest first.
    pub(crate) fn history(&self, kind: PersonKind, slot: u64) -> Vec<Wear> {
        self.calendar(kind).history(slot, self.nights)
    }
}
