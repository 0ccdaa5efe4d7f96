//! How a cycle, its steps and a stop are shown, the same in every command.

use comfy_table::CellAlignment;
use samklang_core::port::{Counts, CycleRecord, StepRecord, Usage};
use samklang_cycle::{Ended, Report, Stop, StopCode};
use samklang_store::DecisionRecord;
use serde_json::{Value, json};

use super::proposal;
use crate::configuration::step_words;
pub(super) use crate::desk::cycle::{note, refill, stopped};
use crate::failure::Exit;
use crate::screen::{Screen, Tone, grouped, moment, octets, rfc3339, span, step_tone};

/// A cycle for machines.
pub(super) fn cycle_json(cycle: &CycleRecord) -> Value {
    json!({
        "id": cycle.id,
        "kind": cycle.kind.as_str(),
        "state": cycle.state.as_str(),
        "started": rfc3339(cycle.started),
        "ended": cycle.ended.map(rfc3339),
    })
}

/// A step for machines.
pub(super) fn step_json(step: &StepRecord) -> Value {
    json!({
        "position": step.position,
        "step": step_words(&step.spec),
        "state": step.state.as_str(),
        "attempt": step.attempt,
        "started": step.started.map(rfc3339),
        "ended": step.ended.map(rfc3339),
        "counts": step.counts,
        "usage": step.usage,
        "note": note(step).map(|note| note.message),
    })
}

/// A stop for machines.
pub(super) fn stop_json(step: &StepRecord, stop: &Stop) -> Value {
    json!({
        "step": step_words(&step.spec),
        "code": stop.code,
        "message": stop.message,
        "owner": stop.owner,
        "remedy": stop.remedy,
        "since": step.ended.or(step.started).map(rfc3339),
        "detail": stop.detail,
    })
}

/// What a person decided, for machines.
pub(super) fn decision_json(decision: &DecisionRecord) -> Value {
    json!({
        "position": decision.position,
        "verdict": decision.verdict,
        "ruling": decision.ruling,
        "who": decision.who,
        "at": rfc3339(decision.at),
        "reason": decision.reason,
        "digest": decision.digest,
        "exceeded": decision.counts,
    })
}

/// The steps as a table.
pub(super) fn steps(screen: Screen, steps: &[StepRecord]) {
    let headers = [
        "step", "state", "read", "added", "changed", "removed", "planned", "done", "refused", "time",
    ];
    let mut table = screen.new_table(&headers);
    for step in steps {
        let Counts {
            read,
            added,
            changed,
            removed,
            planned,
            done,
            refused,
        } = step.counts;
        let mut row = vec![
            screen.cell(step_words(&step.spec), Tone::Plain),
            screen.cell(step.state.as_str(), step_tone(step.state)),
        ];
        row.extend([read, added, changed, removed, planned, done].map(|count| screen.number(count)));
        let refusals = if refused > 0 { Tone::Bad } else { Tone::Plain };
        let number = screen.number(refused).content();
        row.push(screen.cell(number, refusals).set_alignment(CellAlignment::Right));
        row.push(
            screen
                .cell(span(step.started, step.ended), Tone::Faint)
                .set_alignment(CellAlignment::Right),
        );
        table.add_row(row);
    }
    screen.table(&table);
    for note in steps.iter().filter_map(note) {
        screen.line(format!("\n{}: {}", note.message, note.remedy));
    }
}

/// What connectors used, as a table of what used it; nothing when none ran.
pub(super) fn usage(screen: Screen, of: &str, used: &[(String, &Usage)]) {
    let used: Vec<_> = used
        .iter()
        .filter(|(_, usage)| **usage != Usage::default())
        .collect();
    if used.is_empty() {
        return;
    }
    screen.heading("what the connectors used");
    let headers = [of, "processor", "memory", "requests", "sent", "received"];
    let mut table = screen.new_table(&headers);
    for (what, usage) in used {
        let figure = |text: String| screen.cell(text, Tone::Plain).set_alignment(CellAlignment::Right);
        let seconds = format!("{:.2} s", usage.cpu().as_secs_f64());
        let mut requests = grouped(usage.requests);
        if usage.refused > 0 {
            requests.push_str(&format!(" ({} refused)", grouped(usage.refused)));
        }
        table.add_row(vec![
            screen.cell(what, Tone::Plain),
            figure(seconds),
            figure(octets(usage.peak_memory)),
            figure(requests),
            figure(octets(usage.sent)),
            figure(octets(usage.received)),
        ]);
    }
    screen.table(&table);
}

/// Why a step cannot go on, who can act, and what to do.
pub(super) fn stop(screen: Screen, step: Option<&StepRecord>, stop: &Stop, folder: &str) {
    let what = match stop.code {
        StopCode::Guard => "waits for a person",
        StopCode::Fault | StopCode::Refused | StopCode::NotEnrolled | StopCode::DailyLimit => {
            "could not go on"
        }
        StopCode::Breaker => "was left alone",
    };
    let name = step.map_or_else(|| "the cycle".to_owned(), |step| step_words(&step.spec));
    screen.heading(&format!("{name} {what}"));
    let mut table = screen.new_table(&[]);
    table.add_row(vec!["why", stop.message.as_str()]);
    if let Some(since) = step.and_then(|step| step.ended.or(step.started)) {
        table.add_row(vec!["since".to_owned(), moment(since)]);
    }
    table.add_row(vec!["who", stop.owner.as_str()]);
    table.add_row(vec!["what to do", stop.remedy.as_str()]);
    screen.table(&table);
    if let Some(halted) = proposal::of(stop) {
        proposal::show(screen, &halted);
    }
    if stop.code == StopCode::Guard {
        screen.line(format!(
            "\n  samklang release {folder} --reason \"…\"   lets it pass, once"
        ));
        screen.line(format!(
            "  samklang reject {folder} --reason \"…\"    throws it away and ends the cycle"
        ));
    }
}

/// The end of a run for machines.
pub(super) fn report_json(tenant: &str, report: &Report, unsigned: &[String]) -> Value {
    let stop = match stopped(&report.steps) {
        Some((step, stop)) if matches!(report.ended, Ended::Waiting(_) | Ended::Failed(_)) => {
            stop_json(step, &stop)
        }
        _ => Value::Null,
    };
    json!({
        "tenant": tenant,
        "cycle": report.cycle,
        "resumed": report.resumed,
        "ended": ended(&report.ended),
        "stop": stop,
        "steps": report.steps.iter().map(step_json).collect::<Vec<_>>(),
        "unsigned": unsigned,
    })
}

/// The word for an end.
pub(super) fn ended(ended: &Ended) -> &'static str {
    match ended {
        Ended::Done => "done",
        Ended::Planned => "planned",
        Ended::Waiting(_) => "waiting",
        Ended::Failed(_) => "failed",
    }
}

/// The exit code that an end has.
pub(super) fn exit(ended: &Ended) -> Exit {
    match ended {
        Ended::Done | Ended::Planned => Exit::Done,
        Ended::Waiting(_) => Exit::Waiting,
        Ended::Failed(_) => Exit::Failed,
    }
}
