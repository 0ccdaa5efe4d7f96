//! What a connector writes to the operator's log: cut, counted, and told apart by connection and step.

use samklang_core::Description;

use crate::limits::Limits;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Debug,
    Info,
    Warn,
}

/// The log of one step.
pub(crate) struct Log {
    connector: String,
    connection: String,
    step: String,
    limits: Limits,
    lines: u64,
}

impl Log {
    pub(crate) fn new(
        description: Option<&Description>,
        connection: &str,
        step: &str,
        limits: Limits,
    ) -> Self {
        Self {
            connector: description
                .map(|description| description.name.clone())
                .unwrap_or_default(),
            connection: connection.to_owned(),
            step: step.to_owned(),
            limits,
            lines: 0,
        }
    }

    pub(crate) fn write(&mut self, level: Level, line: &str) {
        self.lines += 1;
        if self.lines > self.limits.log_lines {
            return;
        }
        let Self {
            connector,
            connection,
            step,
            ..
        } = self;
        let line = cut(line, self.limits.log_line);
        match level {
            Level::Debug => {
                tracing::debug!(target: "samklang::connector", connector, connection, step, "{line}")
            }
            Level::Info => {
                tracing::info!(target: "samklang::connector", connector, connection, step, "{line}")
            }
            Level::Warn => {
                tracing::warn!(target: "samklang::connector", connector, connection, step, "{line}")
            }
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let dropped = self.lines.saturating_sub(self.limits.log_lines);
        if dropped > 0 {
            let Self {
                connector,
                connection,
                step,
                ..
            } = self;
            tracing::warn!(
                target: "samklang::connector",
                connector, connection, step, dropped,
                "the connector wrote too many lines: {dropped} further ones were dropped"
            );
        }
    }
}

/// The line on one line, and not longer than this. Line ends and other control characters could forge further lines.
fn cut(line: &str, limit: usize) -> String {
    let end = line.floor_char_boundary(limit);
    let (kept, rest) = line.split_at(end);
    let mut clean: String = kept
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if !rest.is_empty() {
        clean.push_str(&format!(" … ({} octets more)", rest.len()));
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_short() {
        assert_eq!(cut("one\ntwo\u{1b}[31m", 100), "one two [31m");
        assert_eq!(cut("ææææ", 5), "ææ … (4 octets more)");
    }
}
