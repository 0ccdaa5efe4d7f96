//! `samklang retention`: for how long what is kept, and erasing what is over its time without waiting for the night.

use std::path::PathBuf;

use clap::Subcommand;
use samklang_core::port::Clock as _;
use samklang_core::retention::Period;
use serde_json::json;

use super::Context;
use crate::configuration::Use;
use crate::desk::retention;
use crate::failure::{Exit, Failure};
use crate::screen::{Tone, grouped};
use crate::wiring::{SystemClock, worker};

/// What to do about what is over its time.
#[derive(Debug, Subcommand)]
pub(crate) enum Retention {
    /// Show for how long what is kept, and how much is over its time.
    Show {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Erase what is over its time now, as the end of the day's first cycle does.
    Apply {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
}

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A period in words.
fn words(period: Period) -> String {
    match period {
        Period::Forever => crate::configuration::FOREVER.to_owned(),
        Period::For(length) if length % DAY == 0 => {
            format!("{} days", grouped((length / DAY).unsigned_abs()))
        }
        Period::For(length) => format!("{} hours", length / (DAY / 24)),
    }
}

pub(super) async fn run(context: &Context, wanted: &Retention) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (Retention::Show { dir } | Retention::Apply { dir }) = wanted;
    let (tenant, premises) = context.tenant(dir).await?;
    let offer = premises.offer(&tenant).await?;
    let tenant = tenant.fit(&offer, Use::Look)?.tenant;
    let store = premises.tenant(&tenant.name).await?;
    if matches!(wanted, Retention::Show { .. }) {
        let lines = retention::lines(&store, &tenant, SystemClock.now()).await?;
        let mut table = screen.new_table(&["what", "is kept", "over its time"]);
        for line in &lines {
            let tone = if line.over > 0 {
                Tone::Doubtful
            } else {
                Tone::Faint
            };
            table.add_row(vec![
                screen.cell(line.kept.words(), Tone::Plain),
                screen.cell(words(line.period), Tone::Plain),
                screen.cell(grouped(line.over), tone),
            ]);
        }
        screen.document(&retention::document(&tenant.name, &lines));
        screen.table(&table);
        screen.line(format!(
            "\nwhat is over its time goes with the first cycle of a day, or now: samklang retention apply {}",
            dir.display()
        ));
        return Ok(Exit::Done);
    }
    let done = retention::apply(&store, &tenant, &worker::person()).await?;
    screen.document(&json!({ "tenant": tenant.name, "erased": retention::erased(&done) }));
    if done.is_empty() {
        screen.line(format!("nothing of {} is over its time", tenant.name));
    }
    for (kept, erased) in &done {
        let more = if erased.more {
            "; there is more, do it again or wait for the next days"
        } else {
            ""
        };
        screen.line(format!(
            "{}: erased {}{more}",
            kept.words(),
            grouped(erased.count)
        ));
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_told_in_days_where_they_are_whole_ones() {
        assert_eq!(words(Period::days(400)), "400 days");
        assert_eq!(words(Period::For(DAY / 2)), "12 hours");
        assert_eq!(words(Period::Forever), "forever");
    }
}
