//! An explanation as a person reads it.

use samklang_core::port::OperationState;
use samklang_server::view::{Entity, Match};

use super::life;
use crate::screen::{Screen, Tone, operation_tone, plain};

/// Shows everything about one entity.
pub(super) fn explanation(screen: Screen, explanation: &Entity) {
    screen.line(format!(
        "{} {} ({}), {}",
        explanation.kind, explanation.name, explanation.state, explanation.id
    ));
    life::show(screen, &explanation.course);
    screen.heading("what it is, and who says so");
    let mut table = screen.new_table(&["attribute", "value", "from"]);
    for line in &explanation.attributes {
        table.add_row(vec![
            screen.cell(&line.name, Tone::Plain),
            screen.cell(plain(&line.value), Tone::Plain),
            screen.cell(line.from.as_deref().unwrap_or_default(), Tone::Faint),
        ]);
        for other in &line.others {
            table.add_row(vec![
                screen.cell("", Tone::Plain),
                screen.cell(plain(&other.value), Tone::Faint),
                screen.cell(format!("{}: {}", other.from, other.why), Tone::Faint),
            ]);
        }
    }
    screen.table(&table);
    screen.heading("objects that stand for it");
    let mut table = screen.new_table(&["object", "why", "since"]);
    for line in &explanation.links {
        table.add_row(vec![
            screen.cell(&line.object, Tone::Plain),
            screen.cell(rule(&line.rule), Tone::Plain),
            screen.cell(line.since, Tone::Faint),
        ]);
    }
    screen.table(&table);
    targets(screen, explanation);
    if !explanation.findings.is_empty() {
        screen.heading("findings");
        let mut table = screen.new_table(&["object", "finding", "what to do"]);
        for finding in &explanation.findings {
            table.add_row(vec![
                screen.cell(&finding.object, Tone::Plain),
                screen.cell(format!("{}: {}", finding.code, finding.message), Tone::Doubtful),
                screen.cell(&finding.remedy, Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
    if !explanation.journal.is_empty() {
        screen.heading("what happened to it, the newest first");
        let mut table = screen.new_table(&["when", "cycle", "event", "particulars"]);
        for line in &explanation.journal {
            table.add_row(vec![
                screen.cell(line.at, Tone::Faint),
                screen.cell(line.cycle, Tone::Faint),
                screen.cell(&line.event, Tone::Plain),
                screen.cell(plain(&line.detail), Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
}

fn targets(screen: Screen, explanation: &Entity) {
    if explanation.targets.is_empty() && explanation.operations.is_empty() {
        return screen.line("\nno target knows it");
    }
    for line in &explanation.targets {
        screen.heading(&format!(
            "in {}: {}/{}, {} in cycle {}",
            line.target, line.class, line.key, line.state, line.cycle
        ));
        let mut table = screen.new_table(&["attribute", "value"]);
        for (name, value) in &line.attributes {
            table.add_row(vec![
                screen.cell(name, Tone::Plain),
                screen.cell(plain(value), Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
    if explanation.operations.is_empty() {
        return;
    }
    screen.heading("operations, the newest first");
    let mut table = screen.new_table(&["cycle", "operation", "state", "reason", "outcome"]);
    for line in &explanation.operations {
        let tone = OperationState::parse(&line.state).map_or(Tone::Plain, operation_tone);
        table.add_row(vec![
            screen.cell(line.cycle, Tone::Faint),
            screen.cell(
                format!("{} {}/{}/{}", line.action, line.target, line.class, line.key),
                Tone::Plain,
            ),
            screen.cell(&line.state, tone),
            screen.cell(&line.reason, Tone::Plain),
            screen.cell(line.outcome.as_ref().map(plain).unwrap_or_default(), Tone::Plain),
        ]);
    }
    screen.table(&table);
}

/// Shows entities to choose from.
pub(super) fn matches(screen: Screen, matches: &[Match], more: bool) {
    screen.line("several are known by that; name one by its id:\n");
    let mut table = screen.new_table(&["id", "what", "name", "objects"]);
    for line in matches {
        let gone = if line.state == "gone" { " (gone)" } else { "" };
        table.add_row(vec![
            screen.cell(line.id, Tone::Plain),
            screen.cell(format!("{}{gone}", line.kind), Tone::Plain),
            screen.cell(&line.name, Tone::Plain),
            screen.cell(line.objects.join("\n"), Tone::Faint),
        ]);
    }
    screen.table(&table);
    if more {
        screen.line("\nthere may be more; say it more exactly");
    }
}

/// Why an object stands for the entity, in words.
fn rule(rule: &str) -> String {
    match rule.split_once(':') {
        Some(("matched", attribute)) => format!("the same {attribute}"),
        _ if rule == "created" => "made from it".to_owned(),
        _ => rule.to_owned(),
    }
}
