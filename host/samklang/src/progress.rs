//! Following a run: a line that moves on a terminal, plain lines elsewhere.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use samklang_core::port::{Counts, StepSpec, StepState};
use samklang_cycle::{Progress, Quiet};

use crate::configuration::step_words;
use crate::screen::grouped;
use crate::wiring::Interrupt;

/// How often a plain line tells of a step that goes on.
const PAUSE: Duration = Duration::from_secs(10);

/// What shows a run as suits the standard error.
pub(crate) fn terminal(quiet: bool) -> Box<dyn Progress> {
    if quiet {
        Box::new(Quiet)
    } else if std::io::stderr().is_terminal() {
        Box::new(Moving::default())
    } else {
        Box::new(Lines::default())
    }
}

/// Shows a run, and tells the interrupt where it can be stopped.
pub(crate) struct Followed {
    shown: Box<dyn Progress>,
    interrupt: Arc<Interrupt>,
}

impl Followed {
    pub(crate) fn new(shown: Box<dyn Progress>, interrupt: Arc<Interrupt>) -> Self {
        Self { shown, interrupt }
    }
}

impl Progress for Followed {
    fn step(&self, spec: &StepSpec, state: StepState) {
        self.shown.step(spec, state);
        if state != StepState::Running {
            self.interrupt.settled();
        }
    }

    fn count(&self, spec: &StepSpec, counts: &Counts) {
        self.shown.count(spec, counts);
        self.interrupt.settled();
    }
}

/// The counts that say something, in words.
pub(crate) fn counted(counts: &Counts) -> String {
    let words = [
        ("read", counts.read),
        ("added", counts.added),
        ("changed", counts.changed),
        ("removed", counts.removed),
        ("planned", counts.planned),
        ("done", counts.done),
        ("refused", counts.refused),
    ];
    let told: Vec<String> = words
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(word, number)| format!("{} {word}", grouped(number)))
        .collect();
    told.join(", ")
}

/// A line per step that moves while it goes on.
#[derive(Default)]
struct Moving(Mutex<HashMap<String, ProgressBar>>);

impl Progress for Moving {
    fn step(&self, spec: &StepSpec, state: StepState) {
        let mut bars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = step_words(spec);
        if state == StepState::Running {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:<20} {msg} {elapsed:.dim}") {
                bar.set_style(style);
            }
            bar.set_prefix(name.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bars.insert(name, bar);
        } else if let Some(bar) = bars.remove(&name) {
            let mark = if state == StepState::Done { "✓" } else { "·" };
            let message = bar.message();
            bar.finish_and_clear();
            eprintln!("{mark} {name:<20} {} {message}", state.as_str());
        }
    }

    fn count(&self, spec: &StepSpec, counts: &Counts) {
        let bars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.get(&step_words(spec)) {
            bar.set_message(counted(counts));
        }
    }
}

/// A plain line when a step begins and ends, and every now and then in between.
#[derive(Default)]
struct Lines(Mutex<Option<(Instant, Counts)>>);

impl Progress for Lines {
    fn step(&self, spec: &StepSpec, state: StepState) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = last
            .take()
            .map(|(_, counts)| counted(&counts))
            .filter(|text| !text.is_empty());
        let told = match (state, counts) {
            (StepState::Running, _) | (_, None) => String::new(),
            (_, Some(counts)) => format!(" ({counts})"),
        };
        *last = Some((Instant::now(), Counts::default()));
        eprintln!("{}: {}{told}", step_words(spec), state.as_str());
    }

    fn count(&self, spec: &StepSpec, counts: &Counts) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, _) = *last.get_or_insert((Instant::now(), *counts));
        let due = told.elapsed() >= PAUSE;
        if due {
            eprintln!("{}: {}", step_words(spec), counted(counts));
        }
        *last = Some((if due { Instant::now() } else { told }, *counts));
    }
}
