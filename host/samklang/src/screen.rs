//! What a command shows: text and tables for a person, one JSON document for a machine. Results go to the standard output,
//! everything else to the standard error.

use std::io::{IsTerminal, Write};

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use samklang_core::port::{CycleState, OperationState, StepState};
use serde_json::Value;

/// The width where there is no terminal that tells one.
const WIDTH: u16 = 80;

/// Where results are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    json: bool,
    terminal: bool,
    colour: bool,
}

/// How a word looks on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Doubtful,
    Bad,
    Faint,
}

impl Screen {
    pub(crate) fn new(json: bool) -> Self {
        let terminal = std::io::stdout().is_terminal();
        Self {
            json,
            terminal,
            colour: terminal && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    /// Whether a machine reads the result.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Shows a line for a person.
    pub(crate) fn line(self, text: impl AsRef<str>) {
        if !self.json {
            put(text.as_ref());
        }
    }

    /// Shows a heading for a person.
    pub(crate) fn heading(self, text: &str) {
        self.line(if self.colour {
            format!("\n\u{1b}[1m{text}\u{1b}[0m")
        } else {
            format!("\n{text}")
        });
    }

    /// Shows a table for a person.
    pub(crate) fn table(self, table: &Table) {
        let mut table = table.clone();
        // Ten columns of counts fit into 80 columns only when they stand close.
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
        }
        self.line(table.trim_fmt());
    }

    /// Shows the result for a machine.
    pub(crate) fn document(self, document: &Value) {
        if self.json {
            put(&format!("{document:#}"));
        }
    }

    /// An empty table with these headers. It is no wider than the terminal, or 80 columns.
    pub(crate) fn new_table(self, headers: &[&str]) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic);
        if !self.terminal {
            table.set_width(WIDTH);
        }
        if self.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
            table.set_width(table.width().unwrap_or(WIDTH));
        }
        let header = headers
            .iter()
            .map(|text| self.cell(text.to_uppercase(), Tone::Faint));
        if !headers.is_empty() {
            table.set_header(header.collect::<Vec<_>>());
        }
        table
    }

    /// A cell in a tone.
    pub(crate) fn cell(self, text: impl ToString, tone: Tone) -> Cell {
        let cell = Cell::new(text.to_string());
        if !self.colour {
            return cell;
        }
        match tone {
            Tone::Plain => cell,
            Tone::Good => cell.fg(Color::Green),
            Tone::Doubtful => cell.fg(Color::Yellow),
            Tone::Bad => cell.fg(Color::Red).add_attribute(Attribute::Bold),
            Tone::Faint => cell.add_attribute(Attribute::Dim),
        }
    }

    /// A cell with a number; nothing for none at all, so that what happened stands out.
    pub(crate) fn number(self, number: u64) -> Cell {
        let text = if number == 0 {
            "·".to_owned()
        } else {
            grouped(number)
        };
        Cell::new(text).set_alignment(CellAlignment::Right)
    }
}

/// A reader that has gone away needs nothing more.
fn put(text: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
        tracing::debug!("the reader of the standard output has gone");
    }
}

/// A number in groups of three digits, which no line end parts.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// A number of octets, in words.
pub(crate) fn octets(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", count.div_ceil(1_000)),
        _ => format!(
            "{}.{} MB",
            grouped(count / 1_000_000),
            count % 1_000_000 / 100_000
        ),
    }
}

/// A value without the marks of JSON where it can do without.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{name}: {}", plain(value)))
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
}

/// A moment in the words of RFC 3339.
pub(crate) fn rfc3339(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| milliseconds.to_string(), |moment| moment.to_string())
}

/// A moment as a person here reads it.
pub(crate) fn moment(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map_or_else(
        |_| milliseconds.to_string(),
        |moment| {
            moment
                .to_zoned(TimeZone::system())
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        },
    )
}

/// How long something took, as far as it has ended.
pub(crate) fn span(started: Option<i64>, ended: Option<i64>) -> String {
    let (Some(started), Some(ended)) = (started, ended) else {
        return String::new();
    };
    let milliseconds = ended.saturating_sub(started).max(0);
    let seconds = milliseconds / 1000;
    match seconds {
        0..60 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

pub(crate) fn cycle_tone(state: CycleState) -> Tone {
    match state {
        CycleState::Done => Tone::Good,
        CycleState::Running => Tone::Plain,
        CycleState::Halted | CycleState::Rejected => Tone::Doubtful,
        CycleState::Failed | CycleState::Incomplete => Tone::Bad,
    }
}

pub(crate) fn step_tone(state: StepState) -> Tone {
    match state {
        StepState::Done => Tone::Good,
        StepState::Pending => Tone::Faint,
        StepState::Running | StepState::Released => Tone::Plain,
        StepState::Halted | StepState::Rejected => Tone::Doubtful,
        StepState::Failed => Tone::Bad,
    }
}

pub(crate) fn operation_tone(state: OperationState) -> Tone {
    match state {
        OperationState::Done => Tone::Good,
        OperationState::Refused => Tone::Bad,
        OperationState::Deferred | OperationState::HeldOver | OperationState::Sent => Tone::Doubtful,
        OperationState::Dropped => Tone::Faint,
        OperationState::Draft | OperationState::Planned => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(1_234_567)],
            ["0", "999", "1\u{a0}000", "1\u{a0}234\u{a0}567"]
        );
        assert_eq!(span(Some(0), Some(1_250)), "1.2 s");
        assert_eq!(span(Some(0), Some(184_000)), "3 min 4 s");
        assert_eq!(span(Some(0), Some(7_380_000)), "2 h 3 min");
        assert_eq!(span(Some(0), None), "");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_table_off_a_terminal_is_80_columns_wide_at_most_and_without_colour() {
        let screen = Screen {
            json: false,
            terminal: false,
            colour: false,
        };
        let mut table = screen.new_table(&["name", "text"]);
        table.add_row(vec![
            screen.cell("a", Tone::Bad),
            screen.cell("word ".repeat(60), Tone::Plain),
        ]);
        let text = table.to_string();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}
