//! The situations in which matching finds an object, as a closed list. Each has a careful reaction; what a tenant may choose
//! instead stands beside it. `host/docs/matching.md` holds the same table, and a test holds the two together.

/// A situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Situation {
    /// The object stands for an entity already.
    Confirmed,
    /// A rule finds one entity, and it is free.
    Found,
    /// A rule finds the entity of an object that is gone from the same class.
    Rekeyed,
    /// A rule finds one entity, and another object of the same class stands for it.
    LinkedToAnother,
    /// A rule finds several entities.
    Ambiguous,
    /// No rule finds one, but one differs in nothing but case, accents or spelling.
    NearMiss,
    /// No rule finds anything.
    Absent,
    /// A linked object has a new value, and that is another entity's.
    Twin,
    /// A person decided about the object.
    Decided,
    /// The object cannot be mapped.
    Unclear,
    /// The object is there, but its mapping's condition does not hold.
    OutOfScope,
    /// The object is gone from its source.
    SourceGone,
    /// An object of a target that was known is not there any more.
    Missing,
    /// An object of a target stands for nobody.
    Unclaimed,
}

impl Situation {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Confirmed,
        Self::Found,
        Self::Rekeyed,
        Self::LinkedToAnother,
        Self::Ambiguous,
        Self::NearMiss,
        Self::Absent,
        Self::Twin,
        Self::Decided,
        Self::Unclear,
        Self::OutOfScope,
        Self::SourceGone,
        Self::Missing,
        Self::Unclaimed,
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Found => "found",
            Self::Rekeyed => "rekeyed",
            Self::LinkedToAnother => "linked-to-another",
            Self::Ambiguous => "ambiguous",
            Self::NearMiss => "near-miss",
            Self::Absent => "absent",
            Self::Twin => "twin",
            Self::Decided => "decided",
            Self::Unclear => "unclear",
            Self::OutOfScope => "out-of-scope",
            Self::SourceGone => "source-gone",
            Self::Missing => "missing",
            Self::Unclaimed => "unclaimed",
        }
    }

    /// What happens unless the tenant chooses otherwise.
    #[must_use]
    pub fn reaction(self) -> &'static str {
        match self {
            Self::Confirmed => "the link stays, whatever its values become",
            Self::Found => "linked",
            Self::Rekeyed => "the entity is kept, the link moves, the journal says `rekeyed`",
            Self::LinkedToAnother | Self::Ambiguous | Self::NearMiss => "a case; nothing is linked or made",
            Self::Absent => "something new is made",
            Self::Twin => "a case; the link stays",
            Self::Decided => "as the person said, and no rule undoes it",
            Self::Unclear => "what it said before is kept",
            Self::OutOfScope | Self::SourceGone => {
                "the link ends; an entity without any is gone, and kept for its return"
            }
            Self::Missing => "made again, if it is still wanted",
            Self::Unclaimed => "left alone, never changed or removed",
        }
    }

    /// What a tenant may choose instead.
    #[must_use]
    pub fn instead(self) -> &'static str {
        match self {
            Self::Found => "`one = \"case\"` in the rule",
            Self::NearMiss => "`fold = true` in the rule: then it is found",
            Self::Absent => "`none` in the rule, or `unmatched`: `\"ignore\"` or `\"case\"`",
            Self::OutOfScope | Self::SourceGone | Self::Missing => "the target's policy",
            _ => "nothing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_says_what_the_code_does() {
        let page = include_str!("../../../docs/matching.md");
        for situation in Situation::ALL {
            let row = page
                .lines()
                .find(|line| line.starts_with(&format!("| {} |", situation.as_str())))
                .unwrap_or_else(|| panic!("matching.md has no row for `{}`", situation.as_str()));
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            assert_eq!((cells[3], cells[4]), (situation.reaction(), situation.instead()));
        }
        let rows = page
            .lines()
            .filter(|line| line.starts_with("| ") && line.split('|').count() == 6)
            .count();
        assert_eq!(
            rows,
            Situation::ALL.len() + 2,
            "with its head, and the line beneath it"
        );
    }
}
