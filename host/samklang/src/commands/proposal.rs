//! What a guard has halted, as a person reads it: the limits that are exceeded, the greatest changes, and examples of before and after.

use samklang_core::Attributes;
use samklang_core::guard::{Part, Proposal};
use samklang_cycle::Stop;

use crate::screen::{Screen, Tone, moment};

/// Rows that are shown; all that is kept is in the JSON form.
const TRIPS: usize = 12;
const COUNTS: usize = 12;
const SAMPLES: usize = 6;

/// The proposal that a stop carries.
pub(super) fn of(stop: &Stop) -> Option<Proposal> {
    serde_json::from_value(stop.detail.get("proposal")?.clone()).ok()
}

/// Shows a proposal.
pub(super) fn show(screen: Screen, proposal: &Proposal) {
    for (name, part) in &proposal.parts {
        let since = part
            .accepted
            .map(|at| format!(", compared with what was read {}", moment(at)))
            .unwrap_or_default();
        screen.heading(&format!("{name}{since}"));
        limits(screen, part);
        counts(screen, part);
        samples(screen, part);
        if let Some(promotion) = &part.promotion {
            let years = promotion.years;
            screen.line(format!(
                "\nschool years: {} of {} learners who stay move one up, {} of {} who leave were in the top year; {}",
                years.up,
                years.stay,
                years.left_from_top,
                years.left,
                promotion
                    .refusal()
                    .map_or_else(|| "it looks like promotion".to_owned(), |why| why.to_string())
            ));
        }
    }
    screen.line(format!("\ndigest {}", proposal.digest()));
}

fn limits(screen: Screen, part: &Part) {
    if part.trips.is_empty() {
        return;
    }
    let mut table = screen.new_table(&["limits exceeded"]);
    for trip in part.trips.iter().take(TRIPS) {
        let hard = if trip.hard {
            "; two persons have to release it"
        } else {
            ""
        };
        let tone = if trip.hard { Tone::Bad } else { Tone::Doubtful };
        table.add_row(vec![screen.cell(format!("{trip}{hard}"), tone)]);
    }
    screen.table(&table);
    if part.trips.len() > TRIPS {
        screen.line(format!("and {} more", part.trips.len() - TRIPS));
    }
}

fn counts(screen: Screen, part: &Part) {
    if part.counts.is_empty() {
        return;
    }
    screen.line("");
    let mut table = screen.new_table(&["class", "cell", "change", "count", "of"]);
    for count in part.counts.iter().take(COUNTS) {
        table.add_row(vec![
            screen.cell(&count.class, Tone::Plain),
            screen.cell(&count.cell, Tone::Plain),
            screen.cell(&count.change, Tone::Plain),
            screen.number(count.count),
            screen.number(count.of),
        ]);
    }
    screen.table(&table);
    let more = part.counts.len().saturating_sub(COUNTS) as u64 + part.further;
    if more > 0 {
        screen.line(format!("and {more} smaller ones"));
    }
}

fn samples(screen: Screen, part: &Part) {
    if part.sample.is_empty() {
        return;
    }
    screen.line("");
    let mut table = screen.new_table(&["for example", "change", "before", "after"]);
    // One of each kind of change says more than several of the first.
    let mut seen = std::collections::BTreeSet::new();
    let (first, again): (Vec<_>, Vec<_>) = part
        .sample
        .iter()
        .partition(|sample| seen.insert((&sample.class, &sample.change)));
    for sample in first.into_iter().chain(again).take(SAMPLES) {
        table.add_row(vec![
            screen.cell(format!("{} {}", sample.class, sample.key), Tone::Plain),
            screen.cell(&sample.change, Tone::Plain),
            screen.cell(words(&sample.before), Tone::Plain),
            screen.cell(words(&sample.after), Tone::Plain),
        ]);
    }
    screen.table(&table);
}

fn words(attributes: &Attributes) -> String {
    let word = |value: &samklang_core::Value| match value.to_json() {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let shown: Vec<String> = attributes
        .iter()
        .take(4)
        .map(|(name, value)| format!("{name} {}", word(value)))
        .collect();
    shown.join(", ")
}
