//! What it takes to find out whether two records mean the same: ordered rules over values, the folded form of a text, keyed
//! fingerprints that stand for values in the index, and the questions that only a person can answer.
//!
//! Nothing in here decides for an object; that is done in [`crate::reconcile`] for sources and in [`crate::plan`] for targets.
//! Neither ever links by a guess: what is not equal by a rule, and what a rule finds more than once, becomes a case.

mod case;
mod finder;
mod fold;
mod key;
mod rule;
mod verdict;

pub use case::{
    Candidate, CaseKind, CaseRecord, CaseState, CaseWrite, Choice, Difference, Ruling, Side, ground, masked,
    named, removal_ground,
};
pub use finder::Finder;
pub use fold::fold;
pub use key::MatchValue;
pub use rule::{OnNone, OnOne, OnSeveral, Rule, RuleSource, Rulebook, Unmatched};
pub use verdict::Verdicts;

pub(crate) use case::compare;
pub(crate) use finder::{member, texts, values};
