//! `samklang retention`: for how long what is kept, and erasing what is over its time without waiting for the night.

use std::path::PathBuf;

use clap::Subcommand;
use samklang_core::port::{Clock as _, Expiry as _, Store as _};
use samklang_core::retention::{Kept, Period};
use samklang_cycle::{erase, overdue};
use serde_json::{Value, json};

use super::Context;
use crate::configuration::Use;
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

/// A period for machines: its milliseconds, or null.
fn number(period: Period) -> Value {
    match period {
        Period::Forever => Value::Null,
        Period::For(length) => length.into(),
    }
}

pub(super) async fn run(context: &Context, retention: &Retention) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (Retention::Show { dir } | Retention::Apply { dir }) = retention;
    let (tenant, premises) = context.tenant(dir).await?;
    let offer = premises.offer(&tenant).await?;
    let tenant = tenant.fit(&offer, Use::Look)?.tenant;
    let store = premises.tenant(&tenant.name).await?;
    let now = SystemClock.now();
    if matches!(retention, Retention::Show { .. }) {
        let due = overdue(&tenant, now);
        let (mut table, mut lines) = (
            screen.new_table(&["what", "is kept", "over its time"]),
            Vec::new(),
        );
        for kept in Kept::ALL {
            // A name is kept at least as long as it is kept from others.
            let of_it = due.iter().find(|due| due.kept == kept);
            let period = of_it.map_or(Period::Forever, |due| Period::For(due.period));
            let over = match of_it {
                Some(due) => store.expired(due).await?,
                None => 0,
            };
            let tone = if over > 0 { Tone::Doubtful } else { Tone::Faint };
            table.add_row(vec![
                screen.cell(kept.words(), Tone::Plain),
                screen.cell(words(period), Tone::Plain),
                screen.cell(grouped(over), tone),
            ]);
            lines.push(json!({ "what": name(kept), "milliseconds": number(period), "over": over }));
        }
        screen.document(&json!({ "tenant": tenant.name, "retention": lines }));
        screen.table(&table);
        screen.line(format!(
            "\nwhat is over its time goes with the first cycle of a day, or now: samklang retention apply {}",
            dir.display()
        ));
        return Ok(Exit::Done);
    }
    store.hold(now).await?;
    let done = erase(&store, &SystemClock, &tenant, (&worker::person(), None)).await;
    store.release_lease().await?;
    let done = done?;
    let lines = done.iter().map(|(kept, erased)| {
        json!({
            "what": name(*kept), "count": erased.count, "entries": erased.entries, "operations": erased.operations,
            "more": erased.more,
        })
    });
    screen.document(&json!({ "tenant": tenant.name, "erased": lines.collect::<Vec<_>>() }));
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

/// What stands in the configuration for it.
fn name(kept: Kept) -> String {
    match kept {
        Kept::Gone(kind) => format!("gone.{}", kind.as_str()),
        history => history.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_told_in_days_where_they_are_whole_ones() {
        assert_eq!(words(Period::days(400)), "400 days");
        assert_eq!(words(Period::For(DAY / 2)), "12 hours");
        assert_eq!(words(Period::Forever), "forever");
        assert_eq!(number(Period::Forever), Value::Null);
    }
}
