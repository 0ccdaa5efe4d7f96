//! `samklang release` and `samklang reject`: a person's answer to a guard. Who decided about what, when and why is kept.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use samklang_core::port::{Clock as _, Store as _};
use samklang_store::{Decided, Ruling};
use serde_json::json;

use super::Context;
use crate::configuration::step_words;
use crate::desk::halt::same_origin;
use crate::failure::{Exit, Failure};
use crate::wiring::{SystemClock, worker};

/// Arguments of `release`.
#[derive(Debug, Args)]
pub(crate) struct Release {
    #[command(flatten)]
    decision: Decision,
    /// Let it pass as what it is: only what explains all of it is let pass.
    #[arg(long = "as", value_enum, value_name = "KIND")]
    kind: Option<Kind>,
}

/// What a halted change can be released as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A school-year promotion.
    Promotion,
}

/// Arguments of `reject`.
#[derive(Debug, Args)]
pub(crate) struct Reject {
    #[command(flatten)]
    decision: Decision,
    /// Mark what was delivered as bad: the source has to deliver something else.
    #[arg(long)]
    source_bad: bool,
}

/// What both have.
#[derive(Debug, Args)]
pub(crate) struct Decision {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Who decides, when it is not the user of this machine.
    #[arg(long, value_name = "NAME", value_parser = name)]
    by: Option<String>,
    /// The digest of what was looked at, as `status` shows it: decide about nothing else.
    #[arg(long, value_name = "DIGEST")]
    digest: Option<String>,
}

pub(super) fn reason(text: &str) -> Result<String, String> {
    said(text, "why")
}

pub(super) fn name(text: &str) -> Result<String, String> {
    said(text, "who")
}

fn said(text: &str, what: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err(format!("say {what}, so that whoever asks later gets an answer"));
    }
    Ok(text.trim().to_owned())
}

pub(super) async fn release(context: &Context, release: &Release) -> Result<Exit, Failure> {
    let verdict = match release.kind {
        Some(Kind::Promotion) => Ruling::ReleaseAsPromotion,
        None => Ruling::Release,
    };
    run(context, &release.decision, verdict).await
}

pub(super) async fn reject(context: &Context, reject: &Reject) -> Result<Exit, Failure> {
    let verdict = if reject.source_bad {
        Ruling::RejectSource
    } else {
        Ruling::Reject
    };
    run(context, &reject.decision, verdict).await
}

async fn run(context: &Context, decision: &Decision, verdict: Ruling) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(&decision.dir).await?;
    let store = premises.deciding(tenant.name()).await?;
    let who = decision.by.clone().unwrap_or_else(worker::person);
    let folder = decision.dir.display();
    let made = samklang_store::Decision {
        verdict,
        who: &who,
        reason: &decision.reason,
        digest: decision.digest.as_deref(),
    };
    let (word, cycle, position) = match store.decide_halt(&made, SystemClock.now()).await? {
        Decided::Done { cycle, position } => (verdict.as_str(), cycle, position),
        Decided::OneOfTwo { cycle, position } => ("approved-one-of-two", cycle, position),
        Decided::Nothing => {
            return Err(Failure::Usage(format!(
                "nothing of {} waits for a decision; `samklang status {folder}` shows where its cycle is",
                tenant.name()
            )));
        }
        Decided::Replaced => {
            return Err(Failure::Usage(format!(
                "what waits by now is not what has that digest; look at it: `samklang status {folder}`"
            )));
        }
        Decided::SamePerson => {
            return Err(Failure::Usage(format!(
                "{who} has approved it already, and it takes two different persons; the second one runs the same command, \
                 or is named by `--by NAME`"
            )));
        }
        Decided::SameOrigin(other) => {
            return Err(same_origin(&other, &who));
        }
        Decided::Unvouched => {
            return Err(Failure::Usage(format!(
                "it takes two different persons, and {who} came by a link; whoever has signed in at the sign-in service decides on the pages"
            )));
        }
        Decided::NoPromotion(why) => {
            return Err(Failure::Usage(format!(
                "it cannot be released as a promotion: {why}; look whether it is meant, and release it without `--as`, \
                 or reject it"
            )));
        }
    };
    let steps = store.steps(cycle).await?;
    let step = steps.iter().find(|step| step.position == position);
    let name = step.map_or_else(|| format!("step {position}"), |step| step_words(&step.spec));
    screen.document(&json!({
        "tenant": tenant.name(),
        "cycle": cycle,
        "step": name,
        "verdict": word,
        "who": who,
        "reason": decision.reason,
    }));
    if word == "approved-one-of-two" {
        screen.line(format!(
            "one of two: {name} of cycle {cycle} exceeds a hard limit and is approved by {who}: {}",
            decision.reason
        ));
        screen.line(format!(
            "it still waits; another person lets it pass: samklang release {folder} --reason \"…\"{} --by NAME",
            match verdict {
                Ruling::ReleaseAsPromotion => " --as promotion",
                _ => "",
            }
        ));
        return Ok(Exit::Waiting);
    }
    screen.line(format!(
        "{name} of cycle {cycle} is {} by {who}: {}",
        word.replace("-source-bad", ", its delivery marked as bad,")
            .replace('-', " "),
        decision.reason
    ));
    screen.line(match verdict {
        Ruling::Release | Ruling::ReleaseAsPromotion => {
            format!("the release is for this very change, once; `samklang run {folder}` goes on from here")
        }
        Ruling::Reject => format!(
            "what was halted is thrown away and the cycle has ended; nothing was taken over. The next `samklang run \
             {folder}` begins a new cycle"
        ),
        Ruling::RejectSource => format!(
            "what was halted is thrown away and the cycle has ended; nothing was taken over. `samklang run {folder}` takes \
             no more of this delivery: the source has to deliver something else"
        ),
    });
    Ok(Exit::Done)
}
