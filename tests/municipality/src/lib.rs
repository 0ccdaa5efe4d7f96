//! A plausible Nordic municipality, made from a seed: organisation units, employees with engagements, schools with
//! classes and teaching groups, pupils and their guardians. Everything about one person is a pure function of the
//! seed, the state (nights and school years gone by) and an index, so a million persons stream in constant memory and
//! two states can be compared person by person.
//!
//! It never reads a clock or a source of entropy, and none of its national identity numbers can belong to anybody.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "test support: a panic is the report, and every index is reduced by the length it indexes"
)]

pub use identity::{danish_number, is_valid_norwegian_number, norwegian_number};
pub use municipality::{Municipality, Size};
pub use nights::Wear;
pub use organisation::{Engagement, ItAccount, Unit, UnitKind};
pub use people_csv::{PeopleTruth, Snapshot, people_truth, write_people_csv};
pub use pifu::write_pifu;
pub use records::{Contact, ContactKind, Employee, Gender, Guardian, Name, Person, PersonKind, Pupil};
pub use school::{Group, GroupKind, Membership, Role, School};
pub use truth::{Counts, Truth};
pub use twin::Twin;

mod draw;
mod identity;
mod municipality;
mod names;
mod nights;
mod organisation;
mod people;
mod people_csv;
mod pifu;
mod records;
mod school;
mod truth;
mod twin;
