//! `samklang enrol`: whether a target may be written. The check shows what does not correspond; the confirmation is final.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use samklang_core::enrolment::{Category, EnrolmentResult, Finding, VALID_FOR};
use samklang_core::port::{CheckRecord, EnrolmentRecord, Enrolments as _};
use samklang_cycle::Quiet;
use serde_json::{Value, json};

use super::Context;
use super::decide::{name, reason};
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, Tone, grouped, moment, rfc3339};
use crate::wiring::worker;

/// Rows that are shown of a category; all are in the JSON form.
const SHOWN: usize = 40;

/// Enrolment of a target.
#[derive(Debug, Subcommand)]
pub(crate) enum Enrol {
    /// Hold what the catalogue wants in a target against what it holds; write nothing.
    Check(Place),
    /// Show whether a target is enrolled, and the newest check.
    Show(Show),
    /// Enrol a target on its newest check, for good.
    Confirm(Confirm),
}

/// A target of a tenant.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The target.
    #[arg(value_name = "CONNECTION")]
    connection: String,
}

/// Arguments of `enrol show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    place: Place,
    /// Only findings of this category.
    #[arg(long, value_enum, value_name = "CATEGORY")]
    category: Option<Sort>,
}

/// A category of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// Units that correspond, but for a warning.
    UnitOk,
    /// Units that stand in the way.
    UnitBlocking,
    /// Users who are left out.
    UserNotSyncable,
}

impl From<Sort> for Category {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::UnitOk => Self::UnitOk,
            Sort::UnitBlocking => Self::UnitBlocking,
            Sort::UserNotSyncable => Self::UserNotSyncable,
        }
    }
}

/// Arguments of `enrol confirm`.
#[derive(Debug, Args)]
pub(crate) struct Confirm {
    #[command(flatten)]
    place: Place,
    /// The number of users who are knowingly left out, as the check says it.
    #[arg(long, value_name = "NUMBER")]
    acknowledge: Option<u64>,
    /// Yes, for good: enrolment cannot be undone.
    #[arg(long)]
    r#final: bool,
    /// Why. It is kept with the name of whoever confirms it.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Who confirms it, when it is not the user of this machine.
    #[arg(long, value_name = "NAME", value_parser = name)]
    by: Option<String>,
}

pub(super) async fn run(context: &Context, enrol: &Enrol) -> Result<Exit, Failure> {
    match enrol {
        Enrol::Check(place) => check(context, place).await,
        Enrol::Show(show) => self::show(context, show).await,
        Enrol::Confirm(confirm) => self::confirm(context, confirm).await,
    }
}

async fn check(context: &Context, place: &Place) -> Result<Exit, Failure> {
    let ready = context.ready(&place.dir).await?;
    let checked = ready.worker(&Quiet).check_enrolment(&place.connection).await?;
    let screen = context.screen;
    screen.document(&document(
        &ready.tenant.name,
        &place.connection,
        None,
        Some(&checked),
        None,
    ));
    tell(screen, place, &checked, None);
    Ok(exit(&checked))
}

async fn show(context: &Context, show: &Show) -> Result<Exit, Failure> {
    let (tenant, premises) = context.named(&show.place.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let (screen, name) = (context.screen, &show.place.connection);
    let enrolled = store.enrolment(name).await?;
    let checked = store.newest_check(name).await?;
    let category = show.category.map(Category::from);
    screen.document(&document(
        tenant.name(),
        name,
        enrolled.as_ref(),
        checked.as_ref(),
        category,
    ));
    match &enrolled {
        Some(enrolled) => screen.line(format!(
            "{name} is enrolled, on check {}, by {}, since {}; {} users were knowingly left out",
            enrolled.check,
            enrolled.who,
            moment(enrolled.at),
            enrolled.left_out
        )),
        None => screen.line(format!("{name} is not enrolled; nothing is written to it")),
    }
    let Some(checked) = checked else {
        screen.line(format!(
            "it has not been checked: samklang enrol check {} {name}",
            show.place.dir.display()
        ));
        return Ok(Exit::Done);
    };
    tell(screen, &show.place, &checked, category);
    Ok(Exit::Done)
}

async fn confirm(context: &Context, confirm: &Confirm) -> Result<Exit, Failure> {
    let place = &confirm.place;
    if !confirm.r#final {
        return Err(Failure::Usage(format!(
            "enrolment of {} is final: it cannot be undone, and from the next run on it is written; say so: `--final`",
            place.connection
        )));
    }
    let ready = context.ready(&place.dir).await?;
    let who = confirm.by.clone().unwrap_or_else(worker::person);
    let record = ready
        .worker(&Quiet)
        .confirm_enrolment(&place.connection, (&who, &confirm.reason), confirm.acknowledge)
        .await?;
    let screen = context.screen;
    screen.document(&document(
        &ready.tenant.name,
        &place.connection,
        Some(&record),
        None,
        None,
    ));
    screen.line(format!(
        "{} is enrolled for good, by {who}, on check {}; {} users were knowingly left out",
        place.connection, record.check, record.left_out
    ));
    screen.line(format!(
        "the first run keeps its plan to be read: samklang run {0}, then samklang plan {0}; the run after that carries it out",
        place.dir.display()
    ));
    Ok(Exit::Done)
}

fn exit(checked: &CheckRecord) -> Exit {
    match &checked.outcome {
        Ok(result) if result.enrollable() => Exit::Done,
        Ok(_) => Exit::Waiting,
        Err(_) => Exit::Failed,
    }
}

fn document(
    tenant: &str,
    name: &str,
    enrolled: Option<&EnrolmentRecord>,
    checked: Option<&CheckRecord>,
    category: Option<Category>,
) -> Value {
    json!({
        "tenant": tenant,
        "connection": name,
        "enrolled": enrolled.map(|enrolled| json!({
            "check": enrolled.check,
            "who": enrolled.who,
            "at": rfc3339(enrolled.at),
            "left_out": enrolled.left_out,
            "previewed_in": enrolled.previewed,
        })),
        "check": checked.map(|checked| check_json(checked, category)),
    })
}

fn check_json(checked: &CheckRecord, category: Option<Category>) -> Value {
    let result = checked.outcome.as_ref().ok();
    let wanted = |finding: &&Finding| category.is_none_or(|category| category == finding.category);
    json!({
        "id": checked.id,
        "started": rfc3339(checked.started),
        "finished": rfc3339(checked.finished),
        "failed": checked.outcome.as_ref().err(),
        "enrollable": result.map(EnrolmentResult::enrollable),
        "units": result.map(|result| result.units),
        "users": result.map(|result| result.users),
        "findings": result.map(|result| result.findings.iter().filter(wanted).collect::<Vec<_>>()),
    })
}

fn tell(screen: Screen, place: &Place, checked: &CheckRecord, category: Option<Category>) {
    let (folder, name) = (place.dir.display(), &place.connection);
    let result = match &checked.outcome {
        Ok(result) => result,
        Err(cause) => {
            return screen.line(format!(
                "\ncheck {} of {}, {}, failed: {cause}",
                checked.id,
                name,
                moment(checked.finished)
            ));
        }
    };
    screen.heading(&format!(
        "check {} of {name}, {}",
        checked.id,
        moment(checked.finished)
    ));
    let mut table = screen.new_table(&["", "checked", "correspond", "do not"]);
    for (what, numbers) in [("units", result.units), ("users", result.users)] {
        let mut row = vec![screen.cell(what, Tone::Plain)];
        row.extend([numbers.checked, numbers.ok, numbers.blocking].map(|count| screen.number(count)));
        table.add_row(row);
    }
    screen.table(&table);
    for (sort, heading) in [
        (Category::UnitBlocking, "units that stand in the way"),
        (Category::UserNotSyncable, "users who are left out"),
        (Category::UnitOk, "units that correspond, but for this"),
    ] {
        if category.is_none_or(|category| category == sort) {
            findings(screen, heading, &Vec::from_iter(result.of(sort)));
        }
    }
    let left_out = result.users.blocking;
    if !result.enrollable() {
        return screen.line(format!(
            "\n{name} cannot be enrolled yet: have the units corrected in the source or in the target, then check again: \
             samklang enrol check {folder} {name}"
        ));
    }
    let acknowledged = if left_out > 0 {
        let attention = result.users.needs_attention;
        screen.line(format!(
            "\n{} users would be left out, {} of them active in the target; wait if they shall keep their access",
            grouped(left_out),
            grouped(attention)
        ));
        format!(" --acknowledge {left_out}")
    } else {
        String::new()
    };
    let until = moment(checked.finished.saturating_add(VALID_FOR));
    screen.line(format!(
        "\n{name} can be enrolled, until {until}. It is final: samklang enrol confirm {folder} {name}{acknowledged} --final --reason TEXT"
    ));
}

fn findings(screen: Screen, heading: &str, findings: &[&Finding]) {
    if findings.is_empty() {
        return;
    }
    screen.heading(heading);
    let mut table = screen.new_table(&["name", "key", "why", "target", "source"]);
    for finding in findings.iter().take(SHOWN) {
        let key = finding.target_key.as_ref().or(finding.source_key.as_ref());
        let tone = if finding.needs_attention {
            Tone::Bad
        } else {
            Tone::Doubtful
        };
        let attention = if finding.needs_attention {
            "; active in the target"
        } else {
            ""
        };
        table.add_row(vec![
            screen.cell(&finding.name, Tone::Plain),
            screen.cell(key.map_or("", String::as_str), Tone::Plain),
            screen.cell(format!("{}{attention}", finding.reason.words()), tone),
            screen.cell(finding.target.as_deref().unwrap_or_default(), Tone::Plain),
            screen.cell(finding.source.as_deref().unwrap_or_default(), Tone::Plain),
        ]);
    }
    screen.table(&table);
    if findings.len() > SHOWN {
        screen.line(format!(
            "and {} more; `--json` gives all of them",
            findings.len() - SHOWN
        ));
    }
}
