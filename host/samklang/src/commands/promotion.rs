//! `samklang promotion`: the school year turns on a night that is announced, and that night's import of a source may pass as what it is.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use samklang_core::port::{Clock as _, Window};
use serde_json::{Value, json};

use super::Context;
use super::decide::{name, reason};
use crate::configuration::Use;
use crate::desk::{cycle, halt};
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, Tone, moment, rfc3339};
use crate::wiring::{SystemClock, worker};

/// Windows that are shown.
const SHOWN: u32 = 20;

/// School-year promotions.
#[derive(Debug, Subcommand)]
pub(crate) enum Promotion {
    /// Announce a promotion: one import of the source may pass as one within the window.
    Announce(Announce),
    /// Show the promotions that were announced.
    List(List),
}

/// Arguments of `promotion announce`.
#[derive(Debug, Args)]
pub(crate) struct Announce {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The source that promotes.
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// For how long, from now on.
    #[arg(long, default_value_t = 14, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=45))]
    days: i64,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Who announces it, when it is not the user of this machine.
    #[arg(long, value_name = "NAME", value_parser = name)]
    by: Option<String>,
}

/// Arguments of `promotion list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(super) async fn run(context: &Context, promotion: &Promotion) -> Result<Exit, Failure> {
    match promotion {
        Promotion::Announce(announcement) => announce(context, announcement).await,
        Promotion::List(list) => {
            let (tenant, premises) = context.named(&list.dir).await?;
            let store = premises.tenant(tenant.name()).await?;
            let now = SystemClock.now();
            let windows = store.promotions(SHOWN).await?;
            let shown: Vec<Value> = windows.iter().map(|window| to_json(window, now)).collect();
            context
                .screen
                .document(&json!({ "tenant": tenant.name(), "promotions": shown }));
            if windows.is_empty() {
                context
                    .screen
                    .line(format!("no promotion of {} was announced", tenant.name()));
            } else {
                table(context.screen, &windows, now);
            }
            Ok(Exit::Done)
        }
    }
}

async fn announce(context: &Context, announcement: &Announce) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(&announcement.dir).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let name = &announcement.connection;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let who = announcement.by.clone().unwrap_or_else(worker::person);
    let now = SystemClock.now();
    let said = (who.as_str(), announcement.reason.as_str());
    let closes = halt::announce(&store, &fitted, name, announcement.days, said, now).await?;
    screen.document(&json!({
        "tenant": fitted.tenant.name,
        "connection": name,
        "opens": rfc3339(now),
        "closes": rfc3339(closes),
        "who": who,
        "reason": announcement.reason,
    }));
    screen.line(format!(
        "{who} announced a promotion for {name}, until {}: {}",
        moment(closes),
        announcement.reason
    ));
    screen.line(
        "one import may pass as a promotion; a school or staff that goes, keys that change, and an empty or old \
         delivery halt as ever",
    );
    Ok(Exit::Done)
}

/// A window for machines.
pub(super) fn to_json(window: &Window, now: i64) -> Value {
    json!(cycle::promotion(window, now))
}

fn table(screen: Screen, windows: &[Window], now: i64) {
    let mut table = screen.new_table(&["source", "state", "closes", "who", "why"]);
    for window in windows {
        table.add_row(vec![
            screen.cell(&window.connection, Tone::Plain),
            screen.cell(cycle::window_state(window, now), Tone::Plain),
            screen.cell(moment(window.closes), Tone::Plain),
            screen.cell(&window.who, Tone::Plain),
            screen.cell(&window.reason, Tone::Plain),
        ]);
    }
    screen.table(&table);
}

/// What `status` says of a source's newest window, as long as it matters: it is open, or has expired unused.
pub(super) fn notice(windows: &[Window], now: i64) -> Vec<String> {
    let mut told = std::collections::BTreeSet::new();
    windows
        .iter()
        .filter(|window| told.insert(window.connection.as_str()))
        .filter_map(|window| match cycle::window_state(window, now) {
            "open" => Some(format!(
                "a promotion of {} is announced until {}",
                window.connection,
                moment(window.closes)
            )),
            "expired" if now.saturating_sub(window.closes) < cycle::UNUSED_IS_TOLD => Some(format!(
                "the promotion announced for {} has expired unused ({}); announce it anew if it is still to come",
                window.connection,
                moment(window.closes)
            )),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use samklang_core::port::WindowState;

    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1000;

    #[test]
    fn an_unused_window_is_told_of_for_a_while() {
        let window = |state, closes| Window {
            id: 1,
            connection: "sas".to_owned(),
            state,
            opens: 0,
            closes,
            who: "anna".to_owned(),
            reason: "august".to_owned(),
            used_in: None,
        };
        let told = |state, closes, now| notice(&[window(state, closes)], now).concat();
        assert!(told(WindowState::Open, 10 * DAY, 0).starts_with("a promotion of sas is announced until "));
        assert!(
            told(WindowState::Open, DAY, 2 * DAY)
                .starts_with("the promotion announced for sas has expired unused")
        );
        assert!(told(WindowState::Expired, DAY, 2 * DAY).contains("expired unused"));
        assert_eq!(told(WindowState::Expired, DAY, 60 * DAY), "");
        assert_eq!(told(WindowState::Used, DAY, 0), "");
    }
}
