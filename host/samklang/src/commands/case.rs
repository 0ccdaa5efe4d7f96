//! `samklang case`: questions about who is who, and a person's answers. What was asked, who answered and why is kept; the next run
//! follows the answer.

mod question;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use samklang_core::matching::{Candidate, CaseRecord, CaseState, Choice};
use samklang_core::port::Clock as _;
use samklang_store::TenantStore;
use serde_json::{Value, json};

use self::question::{option, options, question};
use super::Context;
use super::decide::reason;
use crate::configuration::{Fitted, Use};
use crate::desk::cases::{self, Impossible, impossible};
use crate::desk::people::conceal::object_name;
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, Tone, moment, rfc3339};
use crate::wiring::{SystemClock, worker};

/// Cases that are listed.
const LISTED: u32 = 1_000;

/// `samklang case`.
#[derive(Debug, Subcommand)]
pub(crate) enum Case {
    /// The open cases, newest first.
    List(List),
    /// One case: what is asked, and what agrees and differs for each candidate.
    Show(Show),
    /// Answer a case.
    Decide(Decide),
}

/// Arguments of `case list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Also those that are decided or withdrawn.
    #[arg(long)]
    all: bool,
}

/// Arguments of `case show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The case's number.
    #[arg(value_name = "CASE")]
    case: i64,
}

/// Arguments of `case decide`.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("answer").required(true)))]
pub(crate) struct Decide {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The case's number.
    #[arg(value_name = "CASE")]
    case: i64,
    /// It is this one: a candidate's entity, or for a target the candidate's key.
    #[arg(long, value_name = "CANDIDATE", group = "answer")]
    link: Option<String>,
    /// It is none of them: make a new one.
    #[arg(long, group = "answer")]
    new: bool,
    /// Leave it alone as long as the candidates are these.
    #[arg(long, group = "answer")]
    ignore: bool,
    /// Of a removal: the target's object goes.
    #[arg(long, group = "answer")]
    delete: bool,
    /// Of a removal: it stays, deactivated as the mapping says.
    #[arg(long, group = "answer")]
    deactivate: bool,
    /// Of a removal: it stays as it is, and stands for nobody from then on.
    #[arg(long, group = "answer")]
    detach: bool,
    /// Of a removal: it stays as it is.
    #[arg(long, group = "answer")]
    keep: bool,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

pub(super) async fn run(context: &Context, case: &Case) -> Result<Exit, Failure> {
    match case {
        Case::List(list) => show_list(context, list).await,
        Case::Show(show) => show_one(context, show).await,
        Case::Decide(decide) => answer(context, decide).await,
    }
}

/// What is sensitive is told by the connectors, so they must be there.
async fn open(context: &Context, dir: &std::path::Path) -> Result<(Fitted, TenantStore), Failure> {
    let (tenant, premises) = context.tenant(dir).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    Ok((fitted, store))
}

async fn show_list(context: &Context, list: &List) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (fitted, store) = open(context, &list.dir).await?;
    let every = [CaseState::Open, CaseState::Decided, CaseState::Withdrawn];
    let states = if list.all { &every[..] } else { &every[..1] };
    let cases = store.cases(states, LISTED).await?;
    let documents: Vec<Value> = cases.iter().map(|case| document(&fitted, case)).collect();
    screen.document(&json!({
        "tenant": fitted.tenant.name,
        "open": store.open_cases().await?,
        "cases": documents,
    }));
    if cases.is_empty() {
        screen.line("no case is open");
        return Ok(Exit::Done);
    }
    let mut table = screen.new_table(&["case", "state", "since", "object", "what is asked"]);
    for case in &cases {
        table.add_row(vec![
            screen.cell(case.id, Tone::Plain),
            screen.cell(case.state.as_str(), tone(case.state)),
            screen.cell(moment(case.opened), Tone::Faint),
            screen.cell(object_name(&fitted, &case.object), Tone::Plain),
            screen.cell(question(case), Tone::Plain),
        ]);
    }
    screen.table(&table);
    screen.line(format!(
        "\n`samklang case show {dir} CASE` shows the candidates, `samklang case decide {dir} CASE …` answers",
        dir = list.dir.display()
    ));
    Ok(Exit::Done)
}

async fn show_one(context: &Context, show: &Show) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (fitted, store) = open(context, &show.dir).await?;
    let case = existing(&store, show.case).await?;
    screen.document(&json!({ "tenant": fitted.tenant.name, "case": document(&fitted, &case) }));
    screen.line(format!(
        "case {}, {} since {}: {}",
        case.id,
        case.state.as_str(),
        moment(case.closed.unwrap_or(case.opened)),
        object_name(&fitted, &case.object)
    ));
    screen.line(question(&case));
    if let (Some(choice), Some(who), Some(why)) = (case.choice, &case.who, &case.reason) {
        let chosen = case.chosen.as_deref().unwrap_or_default();
        screen.line(format!("decided by {who}: {} {chosen}: {why}", choice.as_str()));
    }
    for candidate in &case.candidates {
        show_candidate(screen, candidate);
    }
    if case.state == CaseState::Open {
        screen.line(format!(
            "\nanswer with `samklang case decide {} {} {} --reason …`",
            show.dir.display(),
            case.id,
            options(&case)
        ));
    }
    Ok(Exit::Done)
}

fn show_candidate(screen: Screen, candidate: &Candidate) {
    screen.heading(&format!("{} · {}", candidate.name, candidate.identity()));
    let how = if candidate.near {
        "equal but for case, accents or spelling"
    } else {
        "equal"
    };
    screen.line(format!("found by {}: {how}", candidate.rule));
    if let Some(holder) = &candidate.holder {
        screen.line(format!("{holder} stands for it"));
    }
    if !candidate.agrees.is_empty() {
        screen.line(format!("agrees: {}", candidate.agrees.join(", ")));
    }
    if !candidate.differs.is_empty() {
        let mut table = screen.new_table(&["differs", "here", "there"]);
        for difference in &candidate.differs {
            table.add_row(vec![
                screen.cell(&difference.attribute, Tone::Plain),
                screen.cell(text(&difference.object), Tone::Plain),
                screen.cell(text(&difference.candidate), Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
}

async fn answer(context: &Context, decide: &Decide) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (fitted, store) = open(context, &decide.dir).await?;
    let case = existing(&store, decide.case).await?;
    let candidate = match &decide.link {
        Some(named) => Some(cases::candidate(&case, named)?),
        None => None,
    };
    let choice = decide.choice();
    possible(&fitted, &case, choice)?;
    let who = worker::person();
    let chosen = candidate.map(Candidate::identity);
    let said = (who.as_str(), decide.reason.as_str());
    if !cases::answer(&store, &case, (choice, candidate), said, SystemClock.now()).await? {
        return Err(Failure::Usage(format!(
            "case {} is {} now, or its candidates have changed; look at it again: samklang case show {} {}",
            case.id,
            case.state.as_str(),
            decide.dir.display(),
            case.id
        )));
    }
    screen.document(&json!({
        "tenant": fitted.tenant.name,
        "case": case.id,
        "choice": choice.as_str(),
        "chosen": chosen,
        "who": who,
        "reason": decide.reason,
    }));
    screen.line(format!(
        "case {} is decided by {who}: {} {}",
        case.id,
        choice.as_str(),
        chosen.unwrap_or_default()
    ));
    screen.line(format!(
        "the next `samklang run {}` follows it",
        decide.dir.display()
    ));
    Ok(Exit::Done)
}

impl Decide {
    fn choice(&self) -> Choice {
        let flags = [
            (self.new, Choice::Create),
            (self.ignore, Choice::Ignore),
            (self.delete, Choice::Delete),
            (self.deactivate, Choice::Deactivate),
            (self.detach, Choice::Detach),
            (self.keep, Choice::Keep),
        ];
        flags
            .into_iter()
            .find(|(given, _)| *given)
            .map_or(Choice::Link, |(_, choice)| choice)
    }
}

/// An answer has to be one to this question, and one that the target's mapping can follow.
fn possible(fitted: &Fitted, case: &CaseRecord, choice: Choice) -> Result<(), Failure> {
    match impossible(fitted, case, choice) {
        None => Ok(()),
        Some(Impossible::NoAnswer) => Err(Failure::Usage(format!(
            "{} is no answer to case {}, which asks: {}. Answer with {}",
            option(choice),
            case.id,
            question(case),
            options(case)
        ))),
        Some(Impossible::Target(cannot)) => Err(Failure::Usage(format!(
            "{cannot}. Or answer with {}",
            options(case)
        ))),
    }
}

async fn existing(store: &TenantStore, id: i64) -> Result<CaseRecord, Failure> {
    store
        .case(id)
        .await?
        .ok_or_else(|| Failure::Usage(format!("there is no case {id}; `samklang case list` shows them")))
}

fn tone(state: CaseState) -> Tone {
    match state {
        CaseState::Open => Tone::Doubtful,
        CaseState::Decided => Tone::Plain,
        CaseState::Withdrawn => Tone::Faint,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn document(fitted: &Fitted, case: &CaseRecord) -> Value {
    json!({
        "id": case.id,
        "object": object_name(fitted, &case.object),
        "name": case.name,
        "kind": case.kind.as_str(),
        "side": case.side.as_str(),
        "entity": case.entity,
        "state": case.state.as_str(),
        "opened": rfc3339(case.opened),
        "closed": case.closed.map(rfc3339),
        "candidates": case.candidates,
        "since": case.since.map(rfc3339),
        "choice": case.choice.map(Choice::as_str),
        "chosen": case.chosen,
        "who": case.who,
        "reason": case.reason,
    })
}
