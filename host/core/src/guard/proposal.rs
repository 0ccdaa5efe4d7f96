//! What a guard has halted, as it is kept and shown until somebody decides: counts, the limits that are exceeded, examples, and the digest
//! that a decision is bound to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::judge::{Baseline, Trip};
use super::limits::{Change, Subject};
use super::promotion::{NoPromotion, Plausibility, Refusal};
use super::sample::Sample;
use super::tally::Counted;
use crate::value::Digest;

/// Counts that are kept of a part; the greatest.
const COUNTS: usize = 60;

/// What was halted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Imports, before they became snapshots.
    Import,
    /// A plan, before it was carried out.
    Plan,
}

/// A count of one cell and kind of change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The kind of entity.
    pub subject: Subject,
    /// The class.
    pub class: String,
    /// The cell; empty where there is none.
    pub cell: String,
    /// The kind of change.
    pub change: Change,
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
}

/// How the change would fare as a school-year promotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotable {
    /// How the school years moved.
    pub years: Plausibility,
    /// What no promotion explains.
    pub remaining: Vec<Trip>,
}

impl Promotable {
    /// Why it cannot pass as a promotion; none when it can.
    #[must_use]
    pub fn refusal(&self) -> Option<NoPromotion> {
        // What can never pass is said before what merely does not look right.
        let never = self
            .remaining
            .iter()
            .find(|trip| trip.limit.is_none())
            .or(self.remaining.first());
        self.years
            .refusal()
            .filter(|_| never.is_none_or(|trip| trip.limit.is_some()))
            .or_else(|| {
                let trip = never?.clone();
                Some(NoPromotion::Unexplained { trip })
            })
    }
}

/// The halted change of one connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What tells the content that was read, or the plan, from any other.
    pub content: String,
    /// The content that was accepted before; none before the first.
    pub baseline: Option<String>,
    /// When that was accepted, in milliseconds since 1970.
    pub accepted: Option<i64>,
    /// It is the first import, which somebody has to approve.
    pub first: bool,
    /// A promotion was announced for this time.
    pub announced: bool,
    /// The limits that are exceeded.
    pub trips: Vec<Trip>,
    /// The greatest counts.
    pub counts: Vec<Count>,
    /// How many further cells there are.
    pub further: u64,
    /// Examples.
    pub sample: Vec<Sample>,
    /// Where school years are known: how it would fare as a promotion.
    pub promotion: Option<Promotable>,
}

impl Part {
    /// The counts of a part, the greatest first, and how many are left out.
    #[must_use]
    pub fn counts(counted: &Counted, baseline: &Baseline) -> (Vec<Count>, u64) {
        let mut joined: BTreeMap<(Subject, &str, &str, &Change), u64> = BTreeMap::new();
        for (cell, changes) in &counted.counts {
            for (change, count) in changes {
                let key = (cell.subject, cell.class.as_str(), cell.cell.as_str(), change);
                *joined.entry(key).or_default() += count;
            }
        }
        let mut greatest: Vec<_> = joined.into_iter().collect();
        greatest.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let further = greatest.len().saturating_sub(COUNTS);
        greatest.truncate(COUNTS);
        let counts = greatest
            .into_iter()
            .map(|((subject, class, cell, change), count)| {
                let before = baseline.cells().iter();
                let before = before.filter(|before| before.class == class && before.cell == cell);
                Count {
                    subject,
                    class: class.to_owned(),
                    cell: cell.to_owned(),
                    change: change.clone(),
                    count,
                    of: before.map(|before| before.objects).sum(),
                }
            });
        let counts = counts.collect();
        (counts, further as u64)
    }
}

/// What was halted, by connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Imports or a plan.
    pub what: What,
    /// By connection.
    pub parts: BTreeMap<String, Part>,
}

impl Proposal {
    /// What a decision about it is bound to. Limits are no part of it: to edit one changes nothing about what is halted.
    #[must_use]
    pub fn digest(&self) -> String {
        let bound: Vec<_> = self
            .parts
            .iter()
            .map(|(name, part)| (name, &part.content, &part.baseline, part.first))
            .collect();
        let text = serde_json::to_string(&(self.what, bound)).unwrap_or_default();
        Digest::of_bytes(text.as_bytes()).to_string()
    }

    /// Whether it takes two persons to let it pass.
    #[must_use]
    pub fn hard(&self) -> bool {
        self.parts
            .values()
            .flat_map(|part| &part.trips)
            .any(|trip| trip.hard)
    }

    /// Why it cannot pass as a promotion; none when it can.
    #[must_use]
    pub fn promotion_refusal(&self) -> Option<Refusal> {
        if self.what == What::Plan {
            return Some(Refusal {
                connection: None,
                why: NoPromotion::Plan,
            });
        }
        self.parts.iter().find_map(|(name, part)| {
            let why = match &part.promotion {
                None => NoPromotion::NoYears,
                Some(promotion) => promotion.refusal()?,
            };
            Some(Refusal {
                connection: Some(name.clone()),
                why,
            })
        })
    }

    /// What happened, in one sentence.
    #[must_use]
    pub fn message(&self) -> String {
        let what = match self.what {
            What::Import => "import",
            What::Plan => "plan",
        };
        let mut parts = Vec::new();
        for (name, part) in &self.parts {
            if part.first {
                parts.push(format!("{name}: its first import has to be approved"));
            }
            if part.announced
                && let Some(why) = part.promotion.as_ref().and_then(Promotable::refusal)
            {
                parts.push(format!("{name}: a promotion was announced, but {why}"));
            }
            let told = 3;
            parts.extend(part.trips.iter().take(told).map(|trip| format!("{name}: {trip}")));
            if part.trips.len() > told {
                parts.push(format!(
                    "{name}: and {} more limits exceeded",
                    part.trips.len() - told
                ));
            }
        }
        format!("the guard halted the {what}: {}", parts.join("; "))
    }
}
