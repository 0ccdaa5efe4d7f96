//! What was measured, against its goal, as a table. A goal that is missed is said to be missed.

use std::fmt::{self, Write as _};

use crate::machine;
use crate::suite::{Scale, grouped};

/// What a figure is in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
    Mebibytes,
    PerSecond,
    Times,
    /// Of one core.
    Percent,
    Events,
}

/// A goal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// One measured number.
#[derive(Debug)]
pub(crate) struct Figure {
    value: f64,
    unit: Unit,
    goal: Option<Bound>,
}

impl Figure {
    pub(crate) fn new(value: f64, unit: Unit, goal: Option<Bound>) -> Self {
        Self { value, unit, goal }
    }

    /// How much of the goal is used up: at most 1 when it is met.
    fn share(&self) -> Option<f64> {
        self.goal.map(|goal| match goal {
            Bound::AtMost(most) => self.value / most,
            Bound::AtLeast(least) => least / self.value,
        })
    }
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    what: String,
    figures: Vec<Figure>,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, figures: Vec<Figure>) -> Self {
        Self {
            what: what.into(),
            figures,
        }
    }

    fn goals(&self) -> String {
        joined(self.figures.iter().filter_map(|figure| {
            Some(match figure.goal? {
                Bound::AtMost(most) => format!("≤ {}", Shown(most, figure.unit)),
                Bound::AtLeast(least) => format!("≥ {}", Shown(least, figure.unit)),
            })
        }))
    }

    fn measured(&self) -> String {
        joined(
            self.figures
                .iter()
                .map(|figure| Shown(figure.value, figure.unit).to_string()),
        )
    }

    fn shares(&self) -> String {
        joined(
            self.figures
                .iter()
                .filter_map(|figure| figure.share().map(|share| format!("{share:.2}"))),
        )
    }

    fn verdict(&self) -> &'static str {
        let shares: Vec<f64> = self.figures.iter().filter_map(Figure::share).collect();
        let met = shares.iter().filter(|share| **share <= 1.0).count();
        match (met, shares.len()) {
            (_, 0) => "–",
            (met, all) if met == all => "met",
            (0, _) => "**missed**",
            _ => "**missed in part**",
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        "–".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A number in its unit.
struct Shown(f64, Unit);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value, unit) = *self;
        match unit {
            Unit::Seconds => write!(f, "{value:.2} s"),
            Unit::Milliseconds => write!(f, "{value:.3} ms"),
            Unit::Mebibytes => write!(f, "{value:.0} MiB"),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rate, shown whole"
            )]
            Unit::PerSecond => write!(f, "{} objects/s", grouped(value as u64)),
            Unit::Times => write!(f, "{value:.2} ×"),
            Unit::Percent => write!(f, "{value:.1} % of a core"),
            Unit::Events => write!(f, "{value:.0} events"),
        }
    }
}

/// The rows as a table in Markdown.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = "| what | goal | measured | of the goal | |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for row in rows {
        let cells = [
            row.what.clone(),
            row.goals(),
            row.measured(),
            row.shares(),
            row.verdict().to_owned(),
        ];
        let _infallible = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// The whole page.
pub(crate) fn document(table: &str, scale: &Scale, load: Option<&str>) -> String {
    let date = jiff::Zoned::now().date();
    let machine = machine::description();
    let load = load.map_or_else(String::new, |load| {
        format!(" Before the first measurement the load (average of one minute) was {load}.")
    });
    let (small, large, runs) = (grouped(scale.small), grouped(scale.large), scale.runs);
    let (tenants, at_once) = (scale.server.tenants, scale.server.at_once);
    format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench` on {date}; not edited by hand. Machine: {machine}.{load}\n\n\
         {table}\n\
         *of the goal* is what is used up of each goal: measured / goal for what shall be small, goal / measured for what \
         shall be large; above 1 it is missed.\n\n\
         ## How it is measured\n\n\
         - Release profile, SQLite in a file, durable at the end of each step and before anything is sent (decision 0007), through the program's own wiring. \
         Data: made-up persons, the same each time.\n\
         - Each workload is a process of its own; its time runs from the opening of the installation to the end of the last \
         step, its memory is the most that the process ever held (`VmHWM`). Connectors are compiled beforehand, as they are \
         when they are installed.\n\
         - With {small} persons, the median of {runs} runs; with {large}, one run.\n\
         - The target of the export is a server on loopback in another process, over TLS, which answers each request at once; \
         it shares the machine. For {large} persons, what is exported before the second import goes to a target within the \
         process, and is not measured.\n\
         - The rows of the server are of the program itself, `samklang serve`, with an installation of {tenants} tenants of eight sources and \
         two targets each, every one with a cycle behind it. Somebody who is signed in asks over loopback, and shares the machine. \
         Memory is what the system says of the process, now (`VmRSS`) and at its most (`VmHWM`). What watching costs is the \
         server's processor time with those who watch, less the same without them, the median of {runs} pairs. While {at_once} \
         cycles are at work, every kind of page is asked for in turn: of a tenant that is at work, of one that rests, and of none.\n\n\
         `cargo xtask bench --quick` does the same with few persons and one run, and writes nothing. `cargo xtask bench \
         --prepare DIR` makes a tenant's folder with the data in place and says how to run `samklang run DIR` under a \
         stopwatch of your own.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_is_said_to_be_missed() {
        let figure = |value, goal| Figure::new(value, Unit::Seconds, Some(goal));
        let row = |figures| Row::new("something", figures);
        assert_eq!(row(vec![figure(1.0, Bound::AtMost(2.0))]).verdict(), "met");
        assert_eq!(row(vec![figure(3.0, Bound::AtMost(2.0))]).verdict(), "**missed**");
        assert_eq!(row(vec![figure(3.0, Bound::AtLeast(2.0))]).verdict(), "met");
        let both = row(vec![
            figure(3.0, Bound::AtMost(2.0)),
            figure(1.0, Bound::AtMost(2.0)),
        ]);
        assert_eq!(both.verdict(), "**missed in part**");
        assert_eq!(both.shares(), "1.50, 0.50");
        assert_eq!(row(vec![Figure::new(1.0, Unit::Seconds, None)]).verdict(), "–");
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!(grouped(1), "1");
        assert_eq!(grouped(1_000), "1 000");
        assert_eq!(grouped(12_345_678), "12 345 678");
    }
}
