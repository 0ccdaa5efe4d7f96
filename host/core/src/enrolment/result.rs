//! What a check found.

use serde::{Deserialize, Serialize};

/// What an object counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// A unit that is on both sides and corresponds.
    UnitOk,
    /// A unit that does not correspond: nobody enrols before it does.
    UnitBlocking,
    /// A user with the same key on both sides.
    UserOk,
    /// A user without: left out, and never in the way.
    UserNotSyncable,
}

impl Category {
    /// The word for commands and documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnitOk => "unit_ok",
            Self::UnitBlocking => "unit_blocking",
            Self::UserOk => "user_ok",
            Self::UserNotSyncable => "user_not_syncable",
        }
    }
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Only the target has it.
    UnitOnlyInTarget,
    /// Only the source has it.
    UnitOnlyInSource,
    /// It is of another type, or of none that the target wants.
    UnitTypeDiffers,
    /// The same name under another key.
    UnitKeyDiffers,
    /// It lies beneath another unit.
    UnitParentDiffers,
    /// Another name: a warning only, since the first night overwrites it.
    UnitNameDiffers,
    /// The source has it, and says that it is no more.
    UnitInactiveInSource,
    /// Several could be it.
    UnitAmbiguous,
    /// Only the target has it.
    UserOnlyInTarget,
    /// The same person by user name, identity number or e-mail, under another key.
    UserKeyDiffers,
    /// The source has it, and says that it is no more, or has no place.
    UserInactiveInSource,
    /// Several could be it.
    UserAmbiguous,
}

impl Reason {
    /// The stable code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnitOnlyInTarget => "unit_only_in_target",
            Self::UnitOnlyInSource => "unit_only_in_source",
            Self::UnitTypeDiffers => "unit_type_differs",
            Self::UnitKeyDiffers => "unit_key_differs",
            Self::UnitParentDiffers => "unit_parent_differs",
            Self::UnitNameDiffers => "unit_name_differs",
            Self::UnitInactiveInSource => "unit_inactive_in_source",
            Self::UnitAmbiguous => "unit_ambiguous",
            Self::UserOnlyInTarget => "user_only_in_target",
            Self::UserKeyDiffers => "user_key_differs",
            Self::UserInactiveInSource => "user_inactive_in_source",
            Self::UserAmbiguous => "user_ambiguous",
        }
    }

    /// What it means, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UnitOnlyInTarget => "only the target has it",
            Self::UnitOnlyInSource => "only the source has it",
            Self::UnitTypeDiffers => "its type differs",
            Self::UnitKeyDiffers => "the same name, another key",
            Self::UnitParentDiffers => "it lies beneath another unit",
            Self::UnitNameDiffers => "its name differs; the first night overwrites it",
            Self::UnitInactiveInSource => "it is no more in the source",
            Self::UnitAmbiguous | Self::UserAmbiguous => "several could be it",
            Self::UserOnlyInTarget => "only the target has it",
            Self::UserKeyDiffers => "the same person, another key",
            Self::UserInactiveInSource => "not active in the source",
        }
    }
}

/// An object that does not simply correspond.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// What it counts as; `unit_ok` for a warning.
    pub category: Category,
    /// The class in the target.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Its key in the target.
    pub target_key: Option<String>,
    /// Its key in the source; of several, none.
    pub source_key: Option<String>,
    /// Why.
    pub reason: Reason,
    /// What the target has, where the two differ.
    pub target: Option<String>,
    /// What the source has.
    pub source: Option<String>,
    /// A user who is active in the target: wait with enrolling if the user must keep access.
    pub needs_attention: bool,
}

/// Objects of one kind in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Numbers {
    /// All that were looked at.
    pub checked: u64,
    /// Those that correspond.
    pub ok: u64,
    /// Those that do not: blocking units, users left out.
    pub blocking: u64,
    /// Of these, those that need attention.
    pub needs_attention: u64,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EnrolmentResult {
    /// Units in numbers.
    pub units: Numbers,
    /// Users in numbers.
    pub users: Numbers,
    /// Whatever does not simply correspond.
    pub findings: Vec<Finding>,
    /// What tells this ground from any other: both sides, whatever their order, and the mapping.
    pub ground: String,
}

impl EnrolmentResult {
    /// Whether enrolment is possible: no unit stands in the way. Users never do.
    #[must_use]
    pub fn enrollable(&self) -> bool {
        self.units.blocking == 0
    }

    /// The findings of a category.
    pub fn of(&self, category: Category) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.category == category)
    }
}
