//! Persons as records: employees, pupils and guardians.

use crate::organisation::{Engagement, ItAccount};
use jiff::civil::Date;
use uuid::Uuid;

/// In which capacity the municipality knows a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonKind {
    /// Works for the municipality.
    Employee,
    /// Goes to one of its schools.
    Pupil,
    /// Is a pupil's contact.
    Guardian,
}

/// Sex as the national numbers carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// A name in its two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Given name.
    pub given: String,
    /// Surname.
    pub family: String,
}

impl Name {
    /// Given name and surname.
    pub fn full(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// What is known of everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Stable key in the source; never used for somebody else.
    pub id: String,
    /// Stable identifier.
    pub uuid: Uuid,
    /// Capacity.
    pub kind: PersonKind,
    /// Present name.
    pub name: Name,
    /// Sex.
    pub gender: Gender,
    /// Date of birth.
    pub born: Date,
    /// Synthetic Norwegian national number, eleven digits.
    pub norwegian_number: String,
    /// Danish replacement number, ten digits.
    pub danish_number: String,
    /// Mail address at the municipality; guardians have a private one.
    pub mail: String,
    /// Mobile telephone with country code.
    pub phone: String,
}

/// Somebody who works for the municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// The person.
    pub person: Person,
    /// Slot; the manager of a unit is given by it.
    pub slot: u64,
    /// Name before the last change, and the first day of the new one.
    pub former_name: Option<(Name, Date)>,
    /// Employee number.
    pub number: String,
    /// The unit of the primary engagement.
    pub unit: u64,
    /// The school of a teacher or head.
    pub school: Option<u64>,
    /// Present title.
    pub title: &'static str,
    /// Past, present and future engagements.
    pub engagements: Vec<Engagement>,
    /// Accounts in IT systems.
    pub accounts: Vec<ItAccount>,
    /// First day after employment, for those who have left.
    pub left: Option<Date>,
}

/// Somebody who goes to school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    /// The person.
    pub person: Person,
    /// Running number; never reused.
    pub number: u64,
    /// School.
    pub school: u64,
    /// Grade, 1 to 10.
    pub grade: u64,
    /// Contacts, guardians first.
    pub contacts: Vec<Contact>,
}

/// Somebody who is responsible for a pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardian {
    /// The person.
    pub person: Person,
    /// Household.
    pub household: u64,
}

/// What a contact is to the pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactKind {
    /// Has custody.
    Guardian,
    /// Next of kin without custody.
    NextOfKin,
}

/// A pupil's contact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// The contact's [`Person::id`]; may be an employee's.
    pub person: String,
    /// Relation.
    pub kind: ContactKind,
}
